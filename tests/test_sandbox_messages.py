"""Messages in the practice Slack: buttons and their answers, whispers, threads, pins and direct conversations."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_desk import Desk, at_desk, listening, posts
from tests.sandbox_shapes import Json, section

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


@pytest.mark.parametrize(("method", "values", "error"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
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
