"""Who may do what in the practice Slack: members, guests of one channel or several, and people of another workspace."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.sandbox_desk import BOT, Desk, at_desk, listening
from tests.sandbox_shapes import Json, actions, button, modal, question

MANIFEST = {
    "display_information": {"name": "Allteach"},
    "features": {
        "bot_user": {"display_name": "Allteach"},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/pdsa", "description": "Start a cycle", "usage_hint": "[idea]"}],
        "shortcuts": [{"name": "Share", "type": "global", "callback_id": "share", "description": "Share an idea"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "users:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
}

KINDS = {
    "a member": {},
    "a guest of several channels": {"guest": "multi"},
    "a guest of one channel": {"guest": "single"},
    "someone of another workspace": {"team_id": "T0OTHER"},
}
REACH = [("a member", True), ("a guest of several channels", True), ("a guest of one channel", False)]
REACH += [("someone of another workspace", False)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


@pytest.mark.parametrize(("kind", "reaches"), REACH)
@pytest.mark.parametrize(
    ("what", "details"),
    [("command", {"command": "/pdsa"}), ("shortcut", {"callback_id": "share"}), ("home", {})],
)
def test_commands_shortcuts_and_home_are_for_those_within_reach(
    desk: Desk, kind: str, reaches: bool, what: str, details: Json
) -> None:
    person = desk.person("ana", **KINDS[kind])

    with listening(desk):
        answer = desk.act(person, what, **details)

    assert answer["ok"] is reaches
    assert ("refused" in answer) is not reaches
    assert set(desk.sees(person)["can"].values()) == {reaches}


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_press_a_button_and_fill_in_the_form_it_opens(desk: Desk, kind: str) -> None:
    person = desk.person("ana", **KINDS[kind])
    team = desk.channel("team", person)
    ts = desk.api("chat.postMessage", channel=team, text="x", blocks=[actions(button("go"))])["ts"]

    with listening(desk) as ear:
        desk.act(person, "click", channel=team, ts=ts, action_id="go")
        (press,) = ear.events("block_actions")
        desk.api("views.open", trigger_id=press["trigger_id"], view=modal(question("change")))
        answer = desk.act(person, "submit", values={"change": "x"})

    home = KINDS[kind].get("team_id", "T0PRACTICE")
    assert answer["ok"]
    assert (press["user"]["team_id"], press["team"]["id"]) == (home, home)
    assert ear.events("view_submission")[0]["view"]["app_installed_team_id"] == "T0PRACTICE"


@pytest.mark.parametrize(
    ("nights", "pause", "shown"),
    [
        ("", {}, (False, None, None)),
        ("22:00-08:00", {}, (True, "2026-03-02 22:00", "2026-03-03 08:00")),
        ("08:30-17:00", {}, (True, "2026-03-02 08:30", "2026-03-02 17:00")),
        ("06:00-08:30", {}, (True, "2026-03-03 06:00", "2026-03-03 08:30")),
        ("22:00-09:30", {}, (True, "2026-03-01 22:00", "2026-03-02 09:30")),
        ("", {"for": "an hour"}, (True, "2026-03-02 09:00", "2026-03-02 10:00")),
        ("", {"for": "until next week"}, (True, "2026-03-02 09:00", "2026-03-09 09:00")),
        ("09:30-11:00", {"for": "an hour"}, (True, "2026-03-02 09:00", "2026-03-02 11:00")),
    ],
)
def test_do_not_disturb_is_shown_as_slack_shows_it_of_others(
    desk: Desk, nights: str, pause: Json, shown: tuple[bool, str | None, str | None]
) -> None:
    zone = ZoneInfo("America/Chicago")
    desk.post("clock", now="2026-03-02T15:00:00+00:00")  # nine in the morning there
    person = desk.person("ana", tz="America/Chicago", dnd=nights)
    if pause:
        desk.act(person, "pause_notifications", **pause)

    told = desk.api("dnd.info", user=person)

    starts, ends = (datetime.fromtimestamp(told[f"next_dnd_{edge}_ts"], zone) for edge in ("start", "end"))
    assert set(told) == {"ok", "dnd_enabled", "next_dnd_start_ts", "next_dnd_end_ts"}
    assert (
        told["dnd_enabled"],
        *(f"{at:%Y-%m-%d %H:%M}" if at.year > 1970 else None for at in (starts, ends)),
    ) == shown


def test_a_pause_of_notifications_is_for_a_while_that_there_is(desk: Desk) -> None:
    ana = desk.person("ana")

    assert "an instant" in desk.act(ana, "pause_notifications")["refused"]
    assert desk.act(ana, "pause_notifications", until="tomorrow")["error"].startswith("'tomorrow' is not an instant")
    assert desk.post("users", id=ana, dnd="at night")["error"].startswith("'at night' are no nights")
    assert desk.api("dnd.info", user=ana)["dnd_enabled"] is False


def test_a_guest_sees_only_where_they_are(desk: Desk) -> None:
    guest = desk.person("gus", guest="single")
    ana = desk.person("ana")
    desk.channel("home", guest, ana)
    desk.channel("elsewhere", ana)
    ben = desk.person("ben")

    seen = desk.sees(guest)

    assert [channel["name"] for channel in seen["channels"]] == ["home"]
    assert seen["joinable"] == []
    assert {person["id"] for person in seen["people"]} == {guest, ana, BOT}
    assert ben in {person["id"] for person in desk.sees(ana)["people"]}
    assert "refused" in desk.act(guest, "join", channel=desk.get("state")["channels"][1]["id"])


def test_a_member_joins_and_leaves_and_the_app_hears_it(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.channel("team")

    with listening(desk) as ear:
        joined = desk.act(ana, "join", channel=team)
        desk.act(ana, "leave", channel=team)

    (came,), (went,) = ear.events("member_joined_channel"), ear.events("member_left_channel")
    assert joined["acked"]
    assert (came["event"]["user"], "inviter" in came["event"], went["event"]["user"]) == (ana, False, ana)


def test_the_app_hears_when_it_is_itself_invited_and_removed(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.post("channels", name="team", members=[ana])["id"]

    with listening(desk) as ear:
        desk.act(ana, "invite", channel=team, invited=BOT)
        desk.act(ana, "remove", channel=team, removed=BOT)

    (came,), (went,) = ear.events("member_joined_channel"), ear.events("member_left_channel")
    assert (came["event"]["user"], came["event"]["inviter"], went["event"]["user"]) == (BOT, ana, BOT)


def test_a_channel_is_archived_by_a_person(desk: Desk) -> None:
    ana = desk.person("ana")
    team, secret = desk.channel("team", ana), desk.channel("secret", ana, private=True)

    with listening(desk) as ear:
        desk.act(ana, "archive", channel=team)
        desk.act(ana, "archive", channel=secret)
        desk.act(ana, "archive", channel=team, undo=True)

    assert ear.events("channel_archive")[0]["event"] | {"event_ts": ""} == {
        "type": "channel_archive",
        "channel": team,
        "user": ana,
        "event_ts": "",
    }
    assert len(ear.events("group_archive")) == len(ear.events("channel_unarchive")) == 1


def test_a_person_joins_the_workspace_and_later_changes_and_leaves(desk: Desk) -> None:
    ana = desk.person("ana", joined=False)
    before = desk.api("users.info", user=ana)["error"]

    with listening(desk) as ear:
        desk.act(ana, "join_workspace")
        desk.post("users", id=ana, tz="America/Chicago")
        ear.waits_for("user_change")
        desk.act(ana, "leave_workspace")

    assert before == "user_not_found"
    assert ear.events("team_join")[0]["event"]["user"]["name"] == "ana"
    changed, gone = (payload["event"]["user"] for payload in ear.events("user_change"))
    assert (changed["tz"], changed["deleted"], gone["deleted"]) == ("America/Chicago", False, True)


def test_people_of_another_workspace_are_marked_as_such(desk: Desk) -> None:
    other = desk.person("olu", team_id="T0OTHER")
    alone = desk.api("users.info", user=other)["error"]
    team = desk.channel("team", other)

    with listening(desk) as ear:
        desk.act(other, "message", channel=team, text="Hello")

    shown = desk.api("users.info", user=other)["user"]
    (heard,) = ear.events("message")
    assert alone == "user_not_visible"
    assert (shown["team_id"], "email" in shown["profile"]) == ("T0OTHER", False)
    assert (heard["is_ext_shared_channel"], heard["event"]["user_team"]) == (True, "T0OTHER")
    assert desk.api("conversations.info", channel=team)["channel"]["is_ext_shared"] is True
    assert desk.api("users.lookupByEmail", email="olu@example.org")["error"] == "users_not_found"
    assert other not in {member["id"] for member in desk.api("users.list")["members"]}


def test_the_app_is_installed_from_its_manifest(desk: Desk) -> None:
    ana = desk.person("ana")
    desk.post("app", manifest=MANIFEST)
    team = desk.channel("team", ana)

    with listening(desk) as ear:
        unknown = desk.act(ana, "command", command="/nothing")
        no_shortcut = desk.act(ana, "shortcut", callback_id="nothing")
        desk.act(ana, "message", channel=team, text="Not subscribed")
        desk.act(ana, "message", app=True, text="Subscribed")

    seen = desk.sees(ana)
    assert [command["command"] for command in seen["commands"]] == ["/pdsa"]
    assert [shortcut["callback_id"] for shortcut in seen["shortcuts"]] == ["share"]
    assert unknown["refused"] == "/nothing is not a command here. Commands of the app: /pdsa."
    assert no_shortcut["refused"] == "There is no global shortcut 'nothing'. There is: share."
    assert [payload["event"]["text"] for payload in ear.events("message")] == ["Subscribed"]


def test_what_was_not_granted_is_refused(desk: Desk) -> None:
    ana = desk.person("ana")
    desk.post("app", manifest=MANIFEST)

    refused = desk.api("pins.list", channel="C0")

    assert refused == {
        "ok": False,
        "error": "missing_scope",
        "needed": "pins:read",
        "provided": "chat:write,users:read",
    }
    assert "email" not in desk.api("users.info", user=ana)["user"]["profile"]


@pytest.mark.parametrize(
    ("method", "values", "needed"),
    [
        ("conversations.history", {}, "groups:history"),
        ("conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
        ("conversations.create", {"name": "secret", "is_private": True}, "groups:write"),
    ],
)
def test_private_channels_need_scopes_of_their_own(desk: Desk, method: str, values: Json, needed: str) -> None:
    secret = desk.channel("team", private=True)
    desk.post("app", scopes=["channels:history", "channels:read", "channels:manage"])

    refused = desk.api(method, **({"channel": secret} | values))

    assert (refused["error"], refused["needed"]) == ("missing_scope", needed)


def test_a_command_that_asks_for_it_gets_ids_for_names(desk: Desk) -> None:
    ana, ben = desk.person("ana"), desk.person("ben")
    team = desk.channel("team", ana)
    desk.post("app", commands=[{"command": "/pdsa", "should_escape": True}])

    with listening(desk) as ear:
        desk.act(ana, "command", command="/pdsa", text="for @ben & @nobody in #team")

    assert ear.events("/pdsa")[0]["text"] == f"for <@{ben}|ben> &amp; @nobody in <#{team}|team>"


def test_commands_do_not_work_in_threads(desk: Desk) -> None:
    ana = desk.person("ana")

    assert desk.act(ana, "command", command="/pdsa", thread="1.2")["refused"].startswith("/pdsa is not supported in")


@pytest.mark.parametrize(
    ("what", "details", "refused"),
    [
        ("fly", {}, "A person cannot 'fly' here."),
        ("submit", {}, "No form is open."),
        ("close", {}, "No form is open."),
        ("click", {"view": True, "action_id": "x"}, "No form is open."),
        ("click", {"home": True, "action_id": "x"}, "The app has not published a Home tab"),
        ("click", {"channel": "C0", "ts": "1.2", "action_id": "x"}, "Ana is not in a channel with the id 'C0'."),
        ("message", {"channel": "C0", "text": "x"}, "Ana is not in a channel with the id 'C0'."),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(desk: Desk, what: str, details: Json, refused: str) -> None:
    assert desk.act(desk.person("ana"), what, **details)["refused"].startswith(refused)
