"""Channels and people of the practice Slack, as the Web API shows them to an app."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_desk import BOT, Desk, at_desk, listening
from tests.sandbox_shapes import Json


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


NAMES = [
    ("team-alder_2", "ok"),
    ("x" * 80, "ok"),
    ("équipe", "ok"),
    ("x" * 81, "invalid_name_maxlength"),
    ("", "invalid_name_required"),
    ("Team", "invalid_name_specials"),
    ("two words", "invalid_name_specials"),
    ("a.b", "invalid_name_specials"),
    ("---", "invalid_name_punctuation"),
    ("taken", "name_taken"),
]


@pytest.mark.parametrize(("name", "outcome"), NAMES)
def test_a_channel_has_a_name_of_its_own(desk: Desk, name: str, outcome: str) -> None:
    desk.api("conversations.create", name="taken")

    assert desk.api("conversations.create", name=name).get("error", "ok") == outcome


def test_an_archived_channel_keeps_its_name_and_takes_no_messages(desk: Desk) -> None:
    channel = desk.api("conversations.create", name="old")["channel"]["id"]

    desk.api("conversations.archive", channel=channel)
    outcomes = [
        desk.api("conversations.create", name="old")["error"],
        desk.api("chat.postMessage", channel=channel, text="x")["error"],
        desk.api("conversations.invite", channel=channel, users=BOT)["error"],
        desk.api("conversations.archive", channel=channel)["error"],
    ]
    desk.api("conversations.unarchive", channel=channel)

    assert outcomes == ["name_taken", "is_archived", "is_archived", "already_archived"]
    assert desk.api("chat.postMessage", channel=channel, text="x")["ok"]


def test_a_private_channel_the_app_is_not_in_does_not_exist_for_it(desk: Desk) -> None:
    ana = desk.person("ana")
    hidden = desk.post("channels", name="hidden", private=True, members=[ana])["id"]

    refusals = {
        method: desk.api(method, channel=hidden, text="x", users=ana, topic="x", ts="1.2", timestamp="1.2")["error"]
        for method in ("conversations.info", "conversations.join", "chat.postMessage", "conversations.members")
    }
    listed = desk.api("conversations.list", types="public_channel,private_channel")["channels"]
    desk.act(ana, "invite", channel=hidden, invited=BOT)

    assert set(refusals.values()) == {"channel_not_found"}
    assert listed == []
    assert desk.api("conversations.info", channel=hidden)["channel"]["is_private"] is True


def test_a_public_channel_must_be_joined_before_the_app_speaks_there(desk: Desk) -> None:
    ana = desk.person("ana")
    channel = desk.post("channels", name="open", members=[ana])["id"]

    before = desk.api("chat.postMessage", channel=channel, text="x")["error"]
    joined, again = desk.api("conversations.join", channel=channel), desk.api("conversations.join", channel=channel)

    assert before == "not_in_channel"
    assert (joined["channel"]["is_member"], again["warning"]) == (True, "already_in_channel")
    assert desk.api("chat.postMessage", channel=channel, text="x")["ok"]


def test_people_are_invited_and_the_app_hears_of_each(desk: Desk) -> None:
    ana, ben = desk.person("ana"), desk.person("ben")
    channel = desk.api("conversations.create", name="team")["channel"]["id"]

    with listening(desk) as ear:
        desk.api("conversations.invite", channel=channel, users=f"{ana},{ben}")
        desk.api("conversations.kick", channel=channel, user=ben)
        joined = [payload["event"] for payload in ear.waits_for("member_joined_channel", 2)]
        (left,) = [payload["event"] for payload in ear.waits_for("member_left_channel")]

    assert [(event["user"], event["inviter"], event["channel_type"]) for event in joined] == [
        (ana, BOT, "C"),
        (ben, BOT, "C"),
    ]
    assert (left["user"], left["channel"]) == (ben, channel)
    assert desk.api("conversations.members", channel=channel)["members"] == [BOT, ana]


INVITATIONS: list[tuple[str, Json, str]] = [
    ("someone unknown", {"users": "U0"}, "user_not_found"),
    ("nobody", {"users": ""}, "no_user"),
    ("itself", {"users": BOT}, "cant_invite_self"),
    ("a guest who has their channel", {"users": "UGUEST"}, "ura_max_channels"),
    ("someone of a workspace that is not there", {"users": "UOTHER"}, "user_team_not_in_channel"),
    ("someone who is there", {"users": "UANA"}, "already_in_channel"),
]


@pytest.mark.parametrize(("values", "error"), [row[1:] for row in INVITATIONS], ids=[row[0] for row in INVITATIONS])
def test_the_app_cannot_invite(desk: Desk, values: Json, error: str) -> None:
    desk.person("ana", id="UANA")
    desk.person("guest", id="UGUEST", guest="single")
    desk.person("other", id="UOTHER", team_id="T0OTHER")
    desk.channel("home", "UGUEST")
    team = desk.channel("team", "UANA")

    answer = desk.api("conversations.invite", channel=team, **values)

    assert answer["error"] == error


def test_one_who_cannot_come_keeps_the_others_out_unless_forced(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.channel("team")

    refused = desk.api("conversations.invite", channel=team, users=f"U0,{ana}")
    members_then = desk.api("conversations.members", channel=team)["members"]
    forced = desk.api("conversations.invite", channel=team, users=f"U0,{ana}", force=True)

    assert refused["errors"] == [{"user": "U0", "ok": False, "error": "user_not_found"}]
    assert members_then == [BOT]
    assert (forced["ok"], forced["errors"]) == (True, refused["errors"])
    assert ana in desk.api("conversations.members", channel=team)["members"]


def test_topic_purpose_and_name_can_be_set_where_the_app_is(desk: Desk) -> None:
    channel = desk.api("conversations.create", name="team", is_private="1")["channel"]["id"]

    desk.api("conversations.setTopic", channel=channel, topic="Open Door")
    desk.api("conversations.setPurpose", channel=channel, purpose="To try")
    renamed = desk.api("conversations.rename", channel=channel, name="team-alder")["channel"]

    assert (renamed["name"], renamed["topic"]["value"], renamed["purpose"]["value"], renamed["is_private"]) == (
        "team-alder",
        "Open Door",
        "To try",
        True,
    )
    assert desk.api("conversations.setTopic", channel=channel, topic="x" * 251)["error"] == "too_long"


def test_direct_conversations_do_not_do_what_channels_do(desk: Desk) -> None:
    direct = desk.api("conversations.open", users=desk.person("ana"))["channel"]["id"]

    for method in ("conversations.invite", "conversations.archive", "conversations.setTopic", "conversations.leave"):
        assert desk.api(method, channel=direct, users="U0")["error"] == "method_not_supported_for_channel_type"


def test_several_people_share_one_conversation(desk: Desk) -> None:
    ana, ben = desk.person("ana"), desk.person("ben")

    first = desk.api("conversations.open", users=f"{ana},{ben}")["channel"]["id"]
    second = desk.api("conversations.open", users=f"{ben},{ana}")["channel"]["id"]
    desk.api("chat.postMessage", channel=first, text="Both of you")

    assert first == second
    assert [said["text"] for said in desk.messages(ben, first)] == ["Both of you"]


NINE = [f"U{number}X" for number in range(9)]


@pytest.mark.parametrize(
    ("users", "error"),
    [("", "users_list_not_supplied"), ("U0", "user_not_found"), (",".join(NINE), "too_many_users")],
)
def test_a_conversation_needs_people(desk: Desk, users: str, error: str) -> None:
    for user in NINE:
        desk.person(user.lower(), id=user)

    assert desk.api("conversations.open", users=users)["error"] == error


def test_history_is_read_in_pages_and_between_two_moments(desk: Desk) -> None:
    team = desk.channel("team")
    told = [desk.api("chat.postMessage", channel=team, text=str(number))["ts"] for number in range(5)]

    def texts(**query: Any) -> list[str]:
        return [said["text"] for said in desk.api("conversations.history", channel=team, **query)["messages"]]

    first = desk.api("conversations.history", channel=team, limit=2)
    cursor = first["response_metadata"]["next_cursor"]

    assert (first["has_more"], [said["text"] for said in first["messages"]]) == (True, ["4", "3"])
    assert texts(limit=2, cursor=cursor) == ["2", "1"]
    assert texts(oldest=told[1], latest=told[3]) == ["2"]
    assert texts(oldest=told[1], latest=told[3], inclusive=True) == ["3", "2", "1"]
    assert texts(oldest=told[3].partition(".")[0], limit=1000) == ["4", "3", "2", "1", "0"]
    assert texts(latest=told[0]) == []


def test_a_long_thread_is_read_in_pages(desk: Desk) -> None:
    team = desk.channel("team")
    root = desk.api("chat.postMessage", channel=team, text="root")["ts"]
    for number in range(3):
        desk.api("chat.postMessage", channel=team, text=str(number), thread_ts=root)

    first = desk.api("conversations.replies", channel=team, ts=root, limit=2)
    rest = desk.api(
        "conversations.replies", channel=team, ts=root, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )

    assert [said["text"] for said in first["messages"]] == ["root", "0"]
    assert [said["text"] for said in rest["messages"]] == ["1", "2"]
    assert rest["has_more"] is False


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "x"}, "invalid_ts_latest"),
        ({"cursor": "?"}, "invalid_cursor"),
        ({"limit": 0}, "invalid_limit"),
        ({"limit": 1001}, "invalid_limit"),
    ],
)
def test_history_refuses_what_it_cannot_read(desk: Desk, query: Json, error: str) -> None:
    assert desk.api("conversations.history", channel=desk.channel("team"), **query)["error"] == error


def test_everybody_is_listed_in_pages_with_slackbot_among_them(desk: Desk) -> None:
    ana = desk.person("ana", tz="America/Chicago")
    desk.person("other", team_id="T0OTHER")

    names: list[str] = []
    cursor = ""
    while True:
        page = desk.api("users.list", limit=2, cursor=cursor)
        names += [member["name"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    shown = desk.api("users.info", user=ana)["user"]

    assert names == ["slackbot", "allteach", "ana"]
    assert (shown["tz"], shown["profile"]["email"], shown["is_restricted"]) == (
        "America/Chicago",
        "ana@example.org",
        False,
    )
    assert shown["tz_offset"] in (-18_000, -21_600)


def test_people_are_found_by_their_address(desk: Desk) -> None:
    ana = desk.person("ana")

    assert desk.api("users.lookupByEmail", email="ANA@example.org")["user"]["id"] == ana
    assert desk.api("users.lookupByEmail", email="nobody@example.org")["error"] == "users_not_found"
    assert desk.api("users.info", user="U0")["error"] == "user_not_found"


def test_the_places_of_a_person_and_of_the_app_are_listed(desk: Desk) -> None:
    ana = desk.person("ana")
    desk.channel("team", ana)
    desk.channel("secret", private=True)
    desk.api("conversations.open", users=ana)

    every = "public_channel,private_channel,im"
    own = desk.api("users.conversations", types=every)["channels"]
    hers = desk.api("users.conversations", user=ana)["channels"]

    assert [channel.get("name") for channel in own] == ["team", "secret", None]
    assert [channel["name"] for channel in hers] == ["team"]
    assert own[2]["user"] == ana
    assert desk.api("conversations.info", channel=own[0]["id"], include_num_members=True)["channel"]["num_members"] == 2
    assert desk.api("dnd.info", user=ana)["dnd_enabled"] is False
    assert desk.api("team.info")["team"]["id"] == "T0PRACTICE"
