"""Messages in the practice Slack: buttons and their answers, whispers, threads, pins and direct conversations."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from tests.sandbox_desk import Desk, at_desk, bolt_app, bolted, listening
from tests.sandbox_shapes import Json, actions, button, options, question, section, select

BOT = "UALLTEACH"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


@pytest.fixture
def ana(desk: Desk) -> str:
    return desk.person("ana")


@pytest.fixture
def team(desk: Desk, ana: str) -> str:
    return desk.channel("team-alder", ana)


def posts(desk: Desk, channel: str, *blocks: Json, **more: Any) -> str:
    """Have the app say something; the message's ts."""
    answer = desk.api("chat.postMessage", channel=channel, text="Ready?", blocks=[*blocks], **more)
    assert answer["ok"], answer
    ts: str = answer["ts"]
    return ts


def answers(url: str, **body: Any) -> tuple[int, str]:
    """Post to a response URL; the status, and Slack's word for what was wrong."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=5)
    line.request("POST", parts.path, json.dumps(body), {"Content-Type": "application/json"})
    response = line.getresponse()
    said = json.loads(response.read() or b"{}")
    line.close()
    return response.status, said.get("error", "")


def pressed(desk: Desk, user: str, channel: str, ts: str, **how: Any) -> Json:
    """Press the button of a message; the payload the app was sent."""
    with listening(desk) as ear:
        desk.act(user, "click", channel=channel, ts=ts, **{"action_id": "go", **how})
    (payload,) = ear.events("block_actions")
    return payload


def test_a_button_is_pressed_and_the_message_changes(desk: Desk, ana: str, team: str) -> None:
    app = bolt_app(desk)

    @app.action("go")
    def go(ack: Ack, body: Json, respond: Respond, client: WebClient) -> None:
        client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="Thank you.")
        respond(text="Done.", replace_original=True)
        ack()

    with bolted(desk, app):
        ts = posts(desk, team, actions(button("go")))
        pressed = desk.act(ana, "click", channel=team, ts=ts, action_id="go")

    changed, whisper = desk.messages(ana, team)
    assert pressed["acked"]
    assert (changed["text"], changed["blocks"], changed["edited"]) == ("Done.", [], True)
    assert (whisper["text"], whisper["ephemeral"]) == ("Thank you.", True)


def test_a_press_says_where_it_was_and_what_stood_there(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, section("Ready?"), actions(button("go", value="7", style="primary")))

    payload = pressed(desk, ana, team, ts)

    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": team, "is_ephemeral": False}
    assert payload["channel"] == {"id": team, "name": "team-alder"}
    assert payload["user"] == {"id": ana, "username": "ana", "name": "ana", "team_id": "T0PRACTICE"}
    assert payload["message"]["blocks"][1]["elements"][0]["action_id"] == "go"
    (action,) = payload["actions"]
    assert (action["type"], action["value"], action["style"]) == ("button", "7", "primary")
    assert action["text"]["text"] == "Press"
    assert action["block_id"]


def test_a_choice_in_a_message_is_sent_and_remembered(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, actions(select(action_id="go", options=options(3))), question("why"))

    with listening(desk) as ear:
        desk.act(ana, "type", channel=team, ts=ts, block_id="why", value="Because")
        desk.act(ana, "click", channel=team, ts=ts, action_id="go", selected="2")

    (payload,) = ear.events("block_actions")
    assert payload["actions"][0]["selected_option"] == options(3)[2]
    assert payload["state"]["values"]["why"]["value"]["value"] == "Because"


def test_the_first_of_two_alike_is_pressed_unless_the_value_says_otherwise(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, actions(button("go", value="1")), actions(button("go", value="2")))

    values = [pressed(desk, ana, team, ts, **how)["actions"][0]["value"] for how in ({}, {"value": "2"})]

    assert values == ["1", "2"]


def test_a_whisper_is_seen_by_one_person_and_not_sent_back(desk: Desk, ana: str, team: str) -> None:
    ben = desk.person("ben")
    desk.act(ben, "join", channel=team)
    words = {"text": "Psst.", "blocks": [actions(button("go"))]}
    whispered = desk.api("chat.postEphemeral", channel=team, user=ana, **words)

    payload = pressed(desk, ana, team, whispered["message_ts"])

    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert desk.messages(ben, team) == []
    assert desk.api("chat.update", channel=team, ts=whispered["message_ts"], text="x")["error"] == "message_not_found"
    assert desk.api("conversations.history", channel=team)["messages"] == []


@pytest.mark.parametrize(
    ("reader", "error"), [("ben", "user_not_in_channel"), ("nobody", "user_not_found")]
)
def test_nobody_elsewhere_can_be_whispered_to(desk: Desk, team: str, reader: str, error: str) -> None:
    ben = desk.person("ben")

    answer = desk.api("chat.postEphemeral", channel=team, user=ben if reader == "ben" else "U0", text="x")

    assert answer["error"] == error


def test_a_response_url_answers_five_times(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    tries = [answers(url, text=f"Answer {number}") for number in range(6)]

    assert tries == [(200, "")] * 5 + [(404, "used_url")]
    assert [said["ephemeral"] for said in desk.messages(ana, team)] == [False] + [True] * 5


def test_a_response_url_ends_with_its_half_hour(desk: Desk, ana: str, team: str) -> None:
    desk.post("limits", response_seconds=0)
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    assert answers(url, text="Late") == (404, "expired_url")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"text": "New", "replace_original": True}, ["New"]),
        ({"delete_original": True}, []),
        ({"text": "Beside"}, ["Ready?", "Beside"]),
        ({"text": "For all", "response_type": "in_channel"}, ["Ready?", "For all"]),
    ],
)
def test_an_answer_replaces_removes_or_adds(desk: Desk, ana: str, team: str, body: Json, left: list[str]) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    answers(url, **body)

    assert [said["text"] for said in desk.messages(ana, team)] == left


def test_an_answer_that_slack_would_not_show_is_refused_and_costs_nothing(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    refusals = [answers(url), answers(url, text="x", blocks=[{"type": "banner"}])]

    assert refusals == [(400, "no_text"), (400, "invalid_blocks")]
    assert [answers(url, text="x")[0] for _ in range(5)] == [200] * 5


def test_a_response_url_meets_trouble_as_any_call_does(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]
    desk.post("faults", method="response_url", what="500_after")

    tries = [answers(url, text="x")[0] for _ in range(2)]

    assert tries == [500, 200]
    assert [call["outcome"] for call in desk.get("calls", method="response_url")["calls"]] == ["ok", "ok"]


def test_a_command_can_be_answered_with_its_acknowledgement(desk: Desk, ana: str, team: str) -> None:
    with listening(desk) as ear:
        ear.answers["/form"] = {"text": "Here you are."}
        desk.act(ana, "command", channel=team, command="/form", text="two words")

    (payload,) = ear.events("/form")
    assert (payload["text"], payload["channel_name"], payload["user_name"]) == ("two words", "team-alder", "ana")
    assert [(said["text"], said["ephemeral"]) for said in desk.messages(ana, team)] == [("Here you are.", True)]


def test_a_reply_stays_in_its_thread(desk: Desk, ana: str, team: str) -> None:
    root = posts(desk, team)
    desk.act(ana, "message", channel=team, text="Yes", thread_ts=root)
    desk.api("chat.postMessage", channel=team, text="Good", thread_ts=root)
    desk.api("chat.postMessage", channel=team, text="To all", thread_ts=root, reply_broadcast=True)

    thread = desk.api("conversations.replies", channel=team, ts=root)["messages"]
    history = desk.api("conversations.history", channel=team)["messages"]

    assert [said["text"] for said in thread] == ["Ready?", "Yes", "Good", "To all"]
    assert [said["text"] for said in history] == ["To all", "Ready?"]
    assert (history[1]["reply_count"], history[1]["reply_users"]) == (3, [ana, BOT])
    assert thread[1]["parent_user_id"] == BOT


def test_what_people_write_reaches_the_app_where_it_is(desk: Desk, ana: str, team: str) -> None:
    desk.post("channels", name="elsewhere", members=[ana])
    elsewhere = desk.get("state")["channels"][-1]["id"]

    with listening(desk) as ear:
        desk.act(ana, "message", app=True, text="Hello <there> & <@UALLTEACH>")
        desk.act(ana, "message", channel=team, text="In the team")
        desk.act(ana, "message", channel=elsewhere, text="Behind its back")

    direct, in_team = (payload["event"] for payload in ear.events("message"))
    assert (direct["text"], direct["channel_type"]) == ("Hello &lt;there&gt; &amp; <@UALLTEACH>", "im")
    assert (in_team["text"], in_team["channel_type"], in_team["user"]) == ("In the team", "channel", ana)


def test_an_event_carries_what_slack_wraps_it_in(desk: Desk, ana: str, team: str) -> None:
    with listening(desk) as ear:
        desk.act(ana, "message", channel=team, text="Hello")

    (payload,) = ear.events("message")
    assert payload["type"] == "event_callback"
    assert payload["event_id"].startswith("Ev")
    assert (payload["team_id"], payload["api_app_id"]) == ("T0PRACTICE", "A0ALLTEACH")
    assert payload["authorizations"][0]["user_id"] == BOT
    assert payload["is_ext_shared_channel"] is False


def test_the_app_hears_itself_unless_that_is_switched_off(desk: Desk, team: str) -> None:
    with listening(desk) as ear:
        ts = posts(desk, team)
        desk.api("chat.update", channel=team, ts=ts, text="Changed")
        desk.api("chat.delete", channel=team, ts=ts)
        heard = [payload["event"] for payload in ear.waits_for("message", 3)]
        desk.post("limits", echo=False)
        posts(desk, team)

    assert [event.get("subtype") for event in heard] == [None, "message_changed", "message_deleted"]
    assert heard[0]["bot_id"] == "BALLTEACH"
    assert (heard[1]["message"]["text"], heard[1]["previous_message"]["text"]) == ("Changed", "Ready?")
    assert heard[2]["deleted_ts"] == ts
    assert len(ear.events("message")) == 3


def test_an_update_keeps_what_it_does_not_mention(desk: Desk, ana: str, team: str) -> None:
    metadata = {"event_type": "letter", "event_payload": {"key": "pdsa:7"}}
    ts = posts(desk, team, section("Ready?"), metadata=metadata)

    desk.api("chat.update", channel=team, ts=ts, text="Go")
    kept = desk.api("conversations.history", channel=team, include_all_metadata=True)["messages"][0]
    desk.api("chat.update", channel=team, ts=ts, text="Go", blocks=[], metadata={})
    gone = desk.api("conversations.history", channel=team, include_all_metadata=True)["messages"][0]

    assert (kept["text"], kept["blocks"][0]["type"], kept["metadata"]) == ("Go", "section", metadata)
    assert kept["edited"]["user"] == "BALLTEACH"
    assert not {"blocks", "metadata"} & gone.keys()


def test_metadata_shows_only_its_type_unless_asked_for_whole(desk: Desk, team: str) -> None:
    metadata = {"event_type": "letter", "event_payload": {"key": "pdsa:7"}}
    posts(desk, team, metadata=metadata)

    brief = desk.api("conversations.history", channel=team)["messages"][0]["metadata"]
    whole = desk.api("conversations.history", channel=team, include_all_metadata="1")["messages"][0]["metadata"]

    assert (brief, whole) == ({"event_type": "letter"}, metadata)
    assert desk.get("posts")["posts"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ([1], "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"key": "x" * 9000}}, "metadata_too_large"),
    ],
)
def test_metadata_that_slack_cannot_keep_is_refused(desk: Desk, team: str, metadata: Any, error: str) -> None:
    assert desk.api("chat.postMessage", channel=team, text="x", metadata=metadata)["error"] == error


def test_a_message_is_pinned_once_and_unpinned(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team)
    target = {"channel": team, "timestamp": ts}

    first, second = desk.api("pins.add", **target), desk.api("pins.add", **target)
    items = desk.api("pins.list", channel=team)["items"]
    pinned = desk.messages(ana, team)[0]["pinned"]
    off, off_again = desk.api("pins.remove", **target), desk.api("pins.remove", **target)

    assert (first["ok"], second["error"]) == (True, "already_pinned")
    assert [item["message"]["ts"] for item in items] == [ts]
    assert pinned is True
    assert (off["ok"], off_again["error"]) == (True, "no_pin")


def test_a_person_is_written_to_by_their_id(desk: Desk, ana: str) -> None:
    first = desk.api("chat.postMessage", channel=ana, text="Hello")
    opened = desk.api("conversations.open", users=ana)
    second = desk.api("chat.postMessage", channel=opened["channel"]["id"], text="Again")

    assert first["channel"] == opened["channel"]["id"] == second["channel"]
    assert first["channel"].startswith("D")
    assert opened["already_open"] is True
    (conversation,) = desk.sees(ana)["channels"]
    assert (conversation["is_im"], conversation["peer"], conversation["unread"]) == (True, BOT, 2)


def test_reading_is_remembered(desk: Desk, ana: str, team: str) -> None:
    posts(desk, team)
    before = desk.sees(ana)["channels"][0]["unread"]

    desk.act(ana, "read", channel=team)
    after = desk.sees(ana)["channels"][0]["unread"]

    assert (before, after) == (1, 0)


def test_people_take_back_only_what_they_wrote(desk: Desk, ana: str, team: str) -> None:
    ben = desk.person("ben")
    desk.act(ben, "join", channel=team)
    ts = desk.act(ana, "message", channel=team, text="Oops")["ts"]

    by_ben = desk.act(ben, "delete_message", channel=team, ts=ts)
    by_ana = desk.act(ana, "delete_message", channel=team, ts=ts)

    assert by_ben["refused"].startswith("Only the person who wrote")
    assert by_ana["ok"]
    assert desk.messages(ana, team) == []


def test_a_message_shortcut_hands_over_the_message(desk: Desk, ana: str, team: str) -> None:
    ts = desk.act(ana, "message", channel=team, text="A good idea")["ts"]

    with listening(desk) as ear:
        desk.act(ana, "message_shortcut", channel=team, ts=ts, callback_id="steal")
        desk.act(ana, "shortcut", callback_id="share")

    (on_message,), (global_one,) = ear.events("message_action"), ear.events("shortcut")
    assert (on_message["callback_id"], on_message["message"]["text"]) == ("steal", "A good idea")
    assert (global_one["callback_id"], "channel" in global_one) == ("share", False)


def test_text_beyond_forty_thousand_characters_is_cut(desk: Desk, ana: str, team: str) -> None:
    desk.api("chat.postMessage", channel=team, text="x" * 40_001)

    assert len(desk.messages(ana, team)[0]["text"]) == 40_000


REFUSALS: list[tuple[str, str, Json, str]] = [
    ("nothing to say", "chat.postMessage", {}, "no_text"),
    ("blocks that are no JSON", "chat.postMessage", {"blocks": "["}, "invalid_blocks_format"),
    ("a block Slack does not know", "chat.postMessage", {"blocks": [{"type": "banner"}]}, "invalid_blocks"),
    ("too much in blocks", "chat.postMessage", {"blocks": [section("x" * 2999)] * 5}, "msg_blocks_too_long"),
    ("words in two forms", "chat.postMessage", {"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
    ("a thread that is not there", "chat.postMessage", {"text": "x", "thread_ts": "1.2"}, "thread_not_found"),
    ("an update of nothing", "chat.update", {"ts": "1.2", "text": "x"}, "message_not_found"),
    ("a deletion of nothing", "chat.delete", {"ts": "1.2"}, "message_not_found"),
    ("a link to nothing", "chat.getPermalink", {"message_ts": "1.2"}, "message_not_found"),
    ("a pin on nothing", "pins.add", {"timestamp": "1.2"}, "message_not_found"),
    ("a pin without a message", "pins.add", {}, "no_item_specified"),
    ("a thread of nothing", "conversations.replies", {"ts": "1.2"}, "thread_not_found"),
]


@pytest.mark.parametrize(
    ("method", "values", "error"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_slack_refuses(desk: Desk, team: str, method: str, values: Json, error: str) -> None:
    assert desk.api(method, channel=team, **values)["error"] == error


def test_an_update_is_shorter_than_a_post_and_only_of_ones_own(desk: Desk, ana: str, team: str) -> None:
    own = posts(desk, team)
    other = desk.act(ana, "message", channel=team, text="Mine")["ts"]

    too_long = desk.api("chat.update", channel=team, ts=own, text="x" * 4001)
    not_own = desk.api("chat.update", channel=team, ts=other, text="x")

    assert (too_long["error"], not_own["error"]) == ("msg_too_long", "cant_update_message")


def test_a_message_has_an_address(desk: Desk, team: str) -> None:
    ts = posts(desk, team)

    link = desk.api("chat.getPermalink", channel=team, message_ts=ts)["permalink"]

    assert link == f"https://practice.slack.com/archives/{team}/p{ts.replace('.', '')}"
