"""Letters: what is said arrives once, is edited in place, keeps its order, and can be taken back."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, delete, select, update

from bot import outbox
from bot.domain import pdsa
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.errors import Gone
from bot.outbox import DROPPED, EXPIRED, PARKED, PENDING, RECALLED, SENDING, SENT, Letter
from bot.sending.posting import NOT_RENDERED
from tests.post_office import PRAIRIE, PostOffice
from tests.town import Town


def test_what_is_said_is_posted_once_with_its_mark(office: PostOffice) -> None:
    key = office.saves()

    assert office.sender.drain()

    assert office.posts_of(key) == 1
    assert office.letter(key).state == SENT
    assert office.letter(key).ts == office.seen_in_slack(key)[0]["ts"]


def test_a_transaction_that_does_not_hold_says_nothing(office: PostOffice) -> None:
    with suppress(Gone), office.kit.store.transaction() as session:
        outbox.say(session, "pdsa/card", key="pdsa:99", to="team:1", now=office.kit.now(), cycle=99)
        pdsa.get(session, 99)

    office.sender.drain()

    assert office.letters() == []
    assert office.calls("chat.postMessage") == []


def test_saying_a_key_again_edits_its_message_in_place(office: PostOffice) -> None:
    key = office.saves("call back")
    office.sender.drain()
    office.edits(key, "call back twice")

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert "call back twice" in message["text"]
    assert (office.posts_of(key), message["edited"]) == (1, True)


def test_ten_edits_become_one(office: PostOffice) -> None:
    key = office.saves()
    office.sender.drain()
    for count in range(10):
        office.edits(key, f"version {count}")

    office.sender.drain()

    assert len(office.calls("chat.update")) == 1
    assert "version 9" in office.seen_in_slack(key)[0]["text"]


def test_edits_before_the_post_become_the_post(office: PostOffice) -> None:
    key = office.saves()
    for count in range(10):
        office.edits(key, f"version {count}")

    office.sender.drain()

    assert office.calls("chat.update") == []
    assert "version 9" in office.seen_in_slack(key)[0]["text"]


def test_letters_to_one_channel_keep_their_order(office: PostOffice) -> None:
    keys = [office.saves(f"change {count}") for count in range(8)]
    hands = [threading.Thread(target=office.sender.drain) for _ in range(3)]

    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert office.in_order()[-8:] == [office.letter(key).mark for key in keys]


def test_letters_to_another_channel_do_not_wait_for_a_slow_one(office: PostOffice) -> None:
    slow, quick = office.saves(), office.saves(team=PRAIRIE)
    under_way = office.claims()

    office.sender.step()

    assert (office.letter(quick).state, office.letter(slow).state) == (SENT, SENDING)
    office.delivers(under_way)
    assert office.letter(slow).state == SENT


def test_planning_again_moves_a_message_but_leaves_it_where_the_sender_put_it_off_to(office: PostOffice) -> None:
    key, now = office.prompts("ana", office.saves()), office.kit.now()
    nine, eleven = now + timedelta(hours=2), now + timedelta(hours=4)

    def plan(at: datetime, person: str = "ana") -> datetime:
        with office.kit.store.transaction() as session:
            row = session.exec(select(Person.id).where(Person.email == f"{person}@example.org")).one()
            outbox.plan(session, "pdsa/card", key=key, to=f"person:{row}", at=at, why="due", now=now, cycle=1)
        return office.letter(key).due

    assert plan(nine) == nine
    with office.kit.store.transaction() as session:
        session.exec(update(Letter).where(col(Letter.key) == key).values(due=eleven))
    assert plan(nine) == eleven
    assert plan(nine, "ben") == nine
    assert plan(eleven, "ben") == eleven


def test_a_message_whose_reason_is_gone_is_not_said(office: PostOffice) -> None:
    key = office.saves()
    with office.kit.store.transaction() as session:
        session.exec(delete(Cycle))

    office.sender.drain()

    assert office.letter(key).state == DROPPED
    assert office.calls("chat.postMessage") == []


def test_a_dropped_message_is_said_when_its_reason_comes_back(office: PostOffice) -> None:
    key = office.saves()
    with office.kit.store.transaction() as session:
        session.get_one(Cycle, office.letter(key).about["cycle"]).purged_at = office.kit.now()
    office.sender.drain()
    with office.kit.store.transaction() as session:
        session.get_one(Cycle, office.letter(key).about["cycle"]).purged_at = None
    office.edits(key, "back again")

    office.sender.drain()

    assert office.posts_of(key) == 1


def test_a_card_is_pinned_once_and_edited_where_it_is(office: PostOffice) -> None:
    key = office.pins(office.saves())
    office.sender.drain()
    office.edits(key, "still pinned")

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert (message["pinned"], message["edited"]) == (True, True)
    assert len(office.calls("pins.add")) == 1


def test_a_pin_that_slack_refuses_holds_nothing_up(office: PostOffice) -> None:
    key = office.pins(office.saves())
    office.slack.fault("pins.add", "error", error="too_many_pins")

    office.sender.drain()

    assert office.letter(key).state == SENT
    assert len(office.calls("pins.add")) == 1


def test_an_edit_that_comes_while_a_pin_is_owed_is_not_lost(office: PostOffice) -> None:
    key = office.pins(office.saves())
    office.sender.step()  # the card itself
    office.sender.step()  # what is to be pinned
    office.edits(key, "said before it was pinned")

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert message["pinned"]
    assert "said before it was pinned" in message["text"]


def test_an_answer_waits_for_its_parent_and_stands_in_its_thread(office: PostOffice) -> None:
    parent = office.saves()
    reply = office.answers(parent)

    office.sender.drain()

    assert office.seen_in_slack(reply)[0]["thread_ts"] == office.letter(parent).ts


def test_an_answer_to_what_was_taken_back_is_not_said(office: PostOffice) -> None:
    parent = office.saves()
    office.sender.drain()
    reply = office.answers(parent)
    with office.kit.store.transaction() as session:
        session.get_one(Letter, office.letter(parent).id).recall = True
        session.get_one(Letter, office.letter(parent).id).state = RECALLED

    office.sender.drain()

    assert office.letter(reply).state == DROPPED


def test_taking_back_deletes_the_message_and_those_below_it(office: PostOffice) -> None:
    key = office.saves()
    others = [office.tells("ana", key), office.answers(key)]
    office.sender.drain()
    unsent = office.tells("ben", key)
    office.recalls(key)

    office.sender.drain()

    assert [office.seen_in_slack(one) for one in (key, *others)] == [[], [], []]
    assert {letter.state for letter in office.letters()} == {RECALLED}
    assert office.posts_of(unsent) == 0


def test_what_was_taken_back_is_never_said_again(office: PostOffice) -> None:
    key = office.saves()
    office.recalls(key)
    office.edits(key, "too late")

    office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (RECALLED, 0)


def test_taking_back_a_message_that_somebody_deleted_is_enough(office: PostOffice) -> None:
    key = office.saves()
    office.sender.drain()
    office.kit.slack.call("chat.delete", channel=office.letter(key).channel, ts=office.letter(key).ts)
    office.recalls(key)

    office.sender.drain()

    assert office.letter(key).state == RECALLED


def test_an_edit_of_a_deleted_message_posts_it_anew_once(office: PostOffice) -> None:
    key = office.saves()
    office.sender.drain()
    office.kit.slack.call("chat.delete", channel=office.letter(key).channel, ts=office.letter(key).ts)
    office.edits(key, "here again")

    office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert "here again" in message["text"]
    assert office.posts_of(key) == 2


def test_what_the_clock_starts_is_planned_once(office: PostOffice) -> None:
    key = office.saves()
    at = office.kit.now() + timedelta(hours=1)
    for later in (0, 1, 2):
        with office.kit.store.transaction() as session:
            outbox.plan(
                session, "pdsa/card", key="planned", to=office.letter(key).to, at=at + timedelta(hours=later),
                why="due", now=office.kit.now(), cycle=office.letter(key).about["cycle"],
            )  # fmt: skip

    office.sender.drain()
    assert (office.letter("planned").state, office.letter("planned").due) == (PENDING, at + timedelta(hours=2))
    office.slack.post("clock", now=(at + timedelta(hours=2)).isoformat())
    office.kit.slack.call("auth.test")
    office.sender.drain()
    with office.kit.store.transaction() as session:
        outbox.plan(
            session,
            "pdsa/card",
            key="planned",
            to=office.letter(key).to,
            at=at,
            why="due",
            now=office.kit.now(),
            cycle=1,
        )
    office.sender.drain()

    assert office.posts_of("planned") == 1


def test_what_is_said_once_is_never_edited(office: PostOffice) -> None:
    key = office.saves()
    for _ in range(2):
        with office.kit.store.transaction() as session:
            outbox.say_once(
                session, "pdsa/card", key="once", to=office.letter(key).to, now=office.kit.now(),
                cycle=office.letter(key).about["cycle"],
            )  # fmt: skip
        office.sender.drain()

    assert office.posts_of("once") == 1
    assert office.calls("chat.update") == []


def test_a_letter_that_is_too_late_is_not_posted(office: PostOffice) -> None:
    key = office.saves()
    with office.kit.store.transaction() as session:
        session.get_one(Letter, office.letter(key).id).expires = office.kit.now() - timedelta(minutes=1)

    office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (EXPIRED, 0)


def test_at_night_prompts_wait_for_the_morning_and_answers_do_not(office: PostOffice) -> None:
    office.slack.post("clock", now="2026-02-03T05:00:00+00:00")  # eleven at night in Chicago
    office.kit.slack.call("auth.test")
    answer = office.saves()
    with office.kit.store.transaction() as session:
        outbox.plan(
            session, "pdsa/card", key="prompt", to=office.letter(answer).to, at=office.kit.now(), why="due",
            now=office.kit.now(), cycle=office.letter(answer).about["cycle"],
        )  # fmt: skip

    office.sender.drain()

    assert (office.letter(answer).state, office.letter("prompt").state) == (SENT, PENDING)
    assert office.letter("prompt").due.isoformat() == "2026-02-03T13:00:00+00:00"  # seven in Chicago


def test_a_message_that_cannot_be_rendered_holds_nothing_up_and_is_shown(office: PostOffice) -> None:
    with office.kit.store.transaction() as session:
        outbox.say(session, "pdsa/nonsense", key="broken", to="team:1", now=office.kit.now())
    key = office.saves()

    office.sender.drain()

    assert (office.letter("broken").state, office.letter("broken").problem) == (PARKED, NOT_RENDERED)
    assert office.letter(key).state == SENT


def test_no_town_passes_over_a_message_that_cannot_be_rendered(town: Town) -> None:
    with town.kit.store.transaction() as session:
        outbox.say(session, "pdsa/nonsense", key="broken", to="team:1", now=town.kit.now())

    with pytest.raises(AssertionError, match="pdsa/nonsense"):
        town.bot.settle()


def test_the_thread_of_a_sender_is_woken_by_what_is_committed(office: PostOffice) -> None:
    office.sender.start(hands=1)
    key = office.saves()
    screen = office.slack.get("see", user=office.anas_id, after=0)["version"]

    while office.letter(key).state != SENT:
        screen = office.slack.get("see", user=office.anas_id, after=screen, wait=0.05)["version"]

    assert office.posts_of(key) == 1
