"""Slack slow, down, confused or cut off in the middle of a post: everything arrives, and nothing twice."""

from typing import Any

import pytest

from bot import outbox
from bot.outbox import PENDING, RECALLED, SENT, UNKNOWN
from tests.post_office import PRAIRIE, PostOffice

OUTCOMES_NOBODY_SEES = [
    {"what": "500_before"},
    {"what": "500_after"},
    {"what": "drop_before"},
    {"what": "drop_after"},
    {"what": "error", "error": "internal_error"},
    {"what": "error", "error": "fatal_error"},
    {"what": "error", "error": "service_unavailable"},
    {"what": "error", "error": "a_word_nobody_knows"},
]


@pytest.mark.parametrize("fault", OUTCOMES_NOBODY_SEES, ids=lambda fault: "_".join(fault.values()))
def test_a_post_whose_outcome_nobody_saw_arrives_once(office: PostOffice, fault: dict[str, Any]) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", **fault)
    office.sender.step()
    assert office.letter(key).state == UNKNOWN
    office.has_settled()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)


@pytest.mark.parametrize("fault", [{"what": "drop_after", "late": 0.15}, {"what": "slow", "seconds": 0.5}])
def test_a_post_that_slack_makes_after_our_patience_and_before_we_look_arrives_once(
    hasty: PostOffice, fault: dict[str, Any]
) -> None:
    key = hasty.saves()
    hasty.slack.fault("chat.postMessage", **fault)

    assert hasty.sender.drain()

    assert (hasty.letter(key).state, hasty.posts_of(key)) == (SENT, 1)
    assert len(hasty.calls("conversations.history")) == 1


@pytest.mark.parametrize("what", ["drop_before", "drop_after"])
def test_so_it_is_in_a_direct_message_and_in_a_thread(office: PostOffice, what: str) -> None:
    parent = office.saves()
    office.sender.drain()
    direct, reply = office.tells("ana", parent), office.answers(parent)
    office.slack.fault("chat.postMessage", what, times=2)
    office.sender.step()
    office.sender.step()
    office.has_settled()

    assert office.sender.drain()

    assert [office.letter(key).state for key in (direct, reply)] == [SENT, SENT]
    assert [office.posts_of(key) for key in (direct, reply)] == [1, 1]
    assert office.seen_in_slack(reply)[0]["thread_ts"] == office.letter(parent).ts


def test_an_unknown_letter_is_not_looked_up_before_slack_has_settled(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_after")
    office.sender.step()

    assert office.sender.settle() == 0

    assert office.calls("conversations.history") == []
    assert office.letter(key).state == UNKNOWN


@pytest.mark.parametrize("trouble", ["500_before", "drop_before", "429"])
def test_while_slack_cannot_be_read_a_letter_stays_unknown_then_it_is_right(office: PostOffice, trouble: str) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_after")
    office.slack.fault("conversations.history", trouble)
    office.sender.step()
    office.has_settled()
    assert office.sender.settle() == 0
    assert office.letter(key).state == UNKNOWN
    office.has_settled()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)
    assert len(office.calls("conversations.history")) == 2


def test_a_look_up_reads_every_page(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_after")
    office.sender.step()
    for count in range(450):
        office.slack.post("act/message", user=office.anas_id, channel=office.channel_id(), text=f"word {count}")
    office.has_settled()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)
    assert len(office.calls("conversations.history")) == 3


def test_what_happened_in_one_channel_is_looked_up_in_one_reading(office: PostOffice) -> None:
    keys = [office.saves() for _ in range(5)]
    office.slack.fault("chat.postMessage", "drop_after", times=3)
    office.slack.fault("chat.postMessage", "drop_before", times=2)
    for _ in keys:
        office.sender.step()
    office.has_settled()
    office.sender.settle()

    assert [office.letter(key).state for key in keys] == [SENT, SENT, SENT, PENDING, PENDING]
    assert len(office.calls("conversations.history")) == 1
    assert office.sender.drain()
    assert [office.posts_of(key) for key in keys] == [1] * 5


def test_a_mark_in_somebody_elses_message_is_not_ours(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_before")
    office.sender.step()
    copied = {"event_type": "copied", "event_payload": {"key": office.letter(key).mark}}
    office.slack.post("act/message", user=office.anas_id, channel=office.channel_id(), text="mine")
    theirs = list(office.practice.world.channels[office.channel_id()].messages.values())[-1]
    theirs.metadata = copied
    office.has_settled()

    assert office.sender.drain()

    assert office.posts_of(key) == 1
    assert office.letter(key).ts != theirs.ts


def test_slack_that_is_down_for_a_while_gets_everything_once(office: PostOffice) -> None:
    keys = [office.saves(), office.saves(team=PRAIRIE), office.tells("ana", office.saves())]
    office.slack.post("down", down=True)
    for _ in keys:
        office.sender.step()
    office.slack.post("down", down=False)
    office.has_settled()

    assert office.sender.drain()

    assert [office.posts_of(key) for key in keys] == [1, 1, 1]


def test_a_slack_that_stays_away_is_given_up_and_tried_again_later(hasty: PostOffice) -> None:
    key = hasty.saves()
    hasty.slack.post("down", down=True)

    assert not hasty.sender.drain()
    with hasty.kit.store.reading() as session:
        assert outbox.unsettled(session) == 1

    hasty.slack.post("down", down=False)
    hasty.has_settled()
    assert hasty.sender.drain()
    assert hasty.posts_of(key) == 1


def test_where_nobody_listens_letters_wait_and_keep_their_order(office: PostOffice) -> None:
    keys = [office.saves(f"change {count}") for count in range(3)]
    address = office.kit.slack.url
    office.kit.slack.url = "http://127.0.0.1:9/api/"
    office.sender.step()
    office.kit.slack.url = address
    keys.append(office.saves("the last"))

    assert office.sender.drain()

    assert office.in_order()[-4:] == [office.letter(key).mark for key in keys]
    assert [office.posts_of(key) for key in keys] == [1, 1, 1, 1]


@pytest.mark.parametrize("what", ["500_before", "drop_after"])
@pytest.mark.parametrize("method", ["chat.update", "chat.delete", "pins.add", "conversations.open"])
def test_what_may_be_repeated_is_repeated(office: PostOffice, method: str, what: str) -> None:
    key = office.pins(office.saves())
    office.slack.fault(method, what)
    if method != "pins.add":
        office.sender.drain()
    direct = office.tells("ben", key)
    office.edits(key, "the newest")
    if method == "chat.delete":
        office.recalls(key)

    assert office.sender.drain()

    assert len(office.seen_in_slack(key)) == (method != "chat.delete")
    assert office.posts_of(key) == 1
    assert office.posts_of(direct) == (method != "chat.delete")
    assert office.calls("conversations.history") == []


def test_an_edit_said_on_the_way_ends_with_the_newest_words(office: PostOffice) -> None:
    key = office.saves("one")
    claim = office.claims()
    office.edits(key, "two")
    office.delivers(claim)

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert "two" in message["text"]


@pytest.mark.parametrize("what", ["drop_before", "drop_after"])
def test_an_edit_said_while_the_outcome_is_unknown_ends_with_the_newest_words(office: PostOffice, what: str) -> None:
    key = office.saves("one")
    office.slack.fault("chat.postMessage", what)
    office.sender.step()
    office.edits(key, "two")
    office.has_settled()

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert "two" in message["text"]
    assert office.posts_of(key) == 1


def test_what_is_taken_back_on_the_way_ends_deleted(office: PostOffice) -> None:
    key = office.saves()
    claim = office.claims()
    office.recalls(key)
    office.delivers(claim)

    office.sender.drain()

    assert (office.seen_in_slack(key), office.letter(key).state) == ([], RECALLED)


@pytest.mark.parametrize("what", ["drop_before", "drop_after", "429"])
def test_what_is_taken_back_while_nobody_knows_ends_deleted(office: PostOffice, what: str) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", what)
    office.sender.step()
    office.recalls(key)
    office.has_settled()

    assert office.sender.drain()

    assert (office.seen_in_slack(key), office.letter(key).state) == ([], RECALLED)


def test_an_edit_of_a_deleted_message_that_was_taken_back_posts_nothing(office: PostOffice) -> None:
    key = office.saves()
    office.sender.drain()
    office.kit.slack.call("chat.delete", channel=office.letter(key).channel, ts=office.letter(key).ts)
    office.edits(key, "gone")
    claim = office.claims()
    office.recalls(key)
    office.delivers(claim)

    office.sender.drain()

    assert (office.posts_of(key), office.letter(key).state) == (1, RECALLED)
