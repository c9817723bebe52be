"""A sender may die or fall asleep with a letter in hand: others take it over, and whoever wakes late does no harm."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from bot.errors import RecordUnavailable
from bot.outbox import PENDING, SENDING, SENT, UNKNOWN, Letter
from bot.sending import claims, gates, outcomes
from bot.sending.gates import Gate
from tests.post_office import PostOffice
from tests.test_store import locked


def test_a_letter_whose_owner_died_before_the_post_is_looked_for_and_said(office: PostOffice) -> None:
    key = office.saves()
    office.claims()
    office.lease_is_over()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)
    assert len(office.calls("conversations.history")) == 1


def test_it_is_looked_for_once_and_not_before_lease_and_settle_are_over(hasty: PostOffice) -> None:
    key = hasty.saves()
    began = time.monotonic()
    hasty.claims()

    hasty.sender.drain()

    settings = hasty.kit.settings
    assert hasty.letter(key).state == SENT
    assert time.monotonic() - began >= settings.lease + settings.settle
    assert len(hasty.calls("conversations.history")) == 1


def test_a_letter_whose_owner_died_after_the_post_is_found_and_not_said_again(office: PostOffice) -> None:
    key = office.saves()
    ts = office.posts_by_hand(office.claims())
    office.lease_is_over()

    assert office.sender.drain()

    assert (office.letter(key).ts, office.posts_of(key)) == (ts, 1)


@pytest.mark.parametrize("sort", ["edit", "pin", "home", "delete"])
def test_what_may_be_repeated_is_taken_over_at_once(office: PostOffice, sort: str) -> None:
    key = office.shows_home("pru") if sort == "home" else office.pins(office.saves())
    if sort != "home":
        office.sender.step()
        office.sender.step()
    if sort == "edit":
        office.edits(key, "the newest")
    if sort == "delete":
        office.recalls(key)
    assert office.claims().step == sort
    office.lease_is_over()

    assert office.sender.drain()

    assert office.letter(key).state == ("recalled" if sort == "delete" else SENT)
    assert len(office.seen_in_slack(key) if sort != "home" else []) == (sort in ("edit", "pin"))
    assert office.calls("conversations.history") == []


def test_whoever_wakes_after_the_lease_does_not_post_any_more(office: PostOffice) -> None:
    key = office.saves()
    asleep = office.claims()

    office.delivers(asleep, after=office.kit.settings.lease)

    assert (office.letter(key).state, office.posts_of(key)) == (PENDING, 0)
    assert office.sender.drain()
    assert office.posts_of(key) == 1


def test_whoever_posts_what_was_settled_meanwhile_takes_its_copy_back(office: PostOffice) -> None:
    key = office.saves()
    asleep = office.claims()
    office.lease_is_over()
    assert office.sender.drain()

    office.delivers(asleep)
    assert office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert (message["ts"], office.posts_of(key)) == (office.letter(key).ts, 2)


def test_an_answer_that_comes_late_is_believed(office: PostOffice) -> None:
    key = office.saves()
    slow = office.claims()
    office.lease_is_over()
    assert office.letter(key).state == UNKNOWN

    office.delivers(slow)

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)
    assert office.sender.drain()
    assert office.posts_of(key) == 1


def test_an_edit_that_comes_late_changes_nothing_of_what_was_posted_anew(office: PostOffice) -> None:
    key = office.saves("one")
    office.sender.drain()
    office.edits(key, "two")
    asleep = office.claims()
    office.lease_is_over()
    office.kit.slack.call("chat.delete", channel=asleep.channel, ts=asleep.ts)
    assert office.sender.drain()

    office.delivers(asleep)

    (message,) = office.seen_in_slack(key)
    assert message["ts"] == office.letter(key).ts
    assert "two" in message["text"]


def test_a_post_that_slack_makes_after_we_looked_is_found_by_a_second_look_and_taken_back(office: PostOffice) -> None:
    key = office.saves()
    late = office.claims()
    office.lease_is_over()
    office.sender.settle()  # there is no trace of it
    office.sender.step()  # so it is said again
    office.posts_by_hand(late)  # and here is the first one after all
    assert len(office.seen_in_slack(key)) == 2
    office.has_settled()

    assert office.sender.settle() == 1
    assert office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert message["ts"] == office.letter(key).ts


def test_two_copies_found_at_once_are_one_letter_and_one_taken_back(office: PostOffice) -> None:
    key = office.saves()
    asleep = office.claims()
    first = office.posts_by_hand(asleep)
    office.posts_by_hand(asleep)
    office.lease_is_over()

    assert office.sender.drain()

    assert [message["ts"] for message in office.seen_in_slack(key)] == [first]


def test_a_post_that_could_not_be_written_down_is_found(office: PostOffice) -> None:
    key = office.saves()
    claim = office.claims()
    with locked(office.kit.store), pytest.raises(RecordUnavailable):
        office.delivers(claim)
    assert office.letter(key).state == SENDING
    office.lease_is_over()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)


def test_a_reading_that_is_older_than_the_newest_attempt_is_not_believed(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_before", times=2)
    office.sender.step()
    sought = office.letter(key)
    office.has_settled()
    office.sender.settle()
    office.sender.step()  # the second attempt; nobody saw what became of it either

    with office.kit.store.transaction() as session:
        outcomes.looked_up(session, sought, [], office.terms)

    assert office.letter(key).state == UNKNOWN


def test_a_clock_that_was_set_back_holds_nothing_up(office: PostOffice) -> None:
    key = office.saves()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with office.kit.store.transaction() as session:
        session.merge(Gate(name=gates.POSTS, whole_at=tomorrow))
        session.exec(update(Letter).values(not_before=tomorrow, lease_until=tomorrow, check_at=tomorrow))

    with office.kit.store.transaction() as session:
        claims.wait_no_longer(session, office.terms, timedelta(minutes=1))

    in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
    letter = office.letter(key)
    assert letter.not_before
    assert letter.check_at
    assert letter.lease_until
    assert max(letter.not_before, letter.check_at, letter.lease_until) <= in_a_minute
    with office.kit.store.reading() as session:
        assert max(session.exec(select(Gate.whole_at))) <= in_a_minute
