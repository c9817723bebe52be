"""What is asked never becomes too much, and what the bot was too late for is folded into the next message."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.domain.events import Event
from bot.outbox import Letter
from bot.planning import asking
from jobs import asks as asks_job
from tests.asking import CHICAGO, WAYS, asked, asks_in, days, turns_to, upcoming
from tests.cycling import buttons, cycles, logs, runs_it
from tests.personas import Persona, texts
from tests.town import Town

DUE = ["Tell us", "Still running", "We stopped it"]


def test_two_things_come_as_one_message_with_their_own_buttons(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, change="The first test", due="2026-02-10")
    logs(ana, change="The second test", due="2026-02-10")
    turns_to(town, 10)

    (message,) = asked(ana)
    assert message["text"].startswith("Two things, Ana. 1: Your test (cycle 1) was to have run by Tue 10 Feb 2026:")
    assert "2: Your test (cycle 2)" in message["text"]
    assert message["text"].count("What happened? Tell us, or say that it is still running or that you stopped it.") == 2
    assert "You're asked this once, because you own the test and this was its date." in texts(message["blocks"])
    assert buttons(message["blocks"]) == [*DUE, *WAYS, *DUE, *WAYS, "All actions"]
    ana.presses("Not this time")
    (message,) = asked(ana)
    assert "1. Your test (cycle 1) was to have run by Tue 10 Feb 2026. Not this time." in texts(message["blocks"])
    assert buttons(message["blocks"]) == [*DUE, *WAYS, "All actions"]
    ana.presses("Tomorrow")
    assert buttons(asked(ana)[0]["blocks"]) == ["All actions"]
    pru = town.people["pru"]
    for minutes in (0, 3):  # before it is written, and after
        town.turn_clock(town.kit.now() + timedelta(minutes=minutes))
        pru.opens_home()
        pru.presses_at_home("Upcoming messages")
        assert "Why: it was put off until then." in texts((pru.form or {"blocks": []})["blocks"])
        pru.closes()
        town.bot.tick()
    turns_to(town, 11)
    assert "Morning, Ana. Your test (cycle 2)" in asked(ana)[1]["text"]


def test_a_line_of_several_can_be_put_off_to_another_date_or_stopped(town: Town, ana: Persona) -> None:
    for number in range(2):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    turns_to(town, 10)

    ana.presses("Still running")
    assert ana.submits(due="2026-02-20")["ok"]
    (message,) = asked(ana)
    assert buttons(message["blocks"]) == [*DUE, *WAYS, "All actions"]
    ana.presses("We stopped it")
    assert ana.submits(learned="Nobody was free")["ok"]

    assert [(cycle.due.day, cycle.stage) for cycle in cycles(town)] == [(20, "plan"), (10, "act")]
    assert buttons(asked(ana)[0]["blocks"]) == ["All actions"]


def test_of_four_things_three_come_and_the_fourth_on_the_next_day(town: Town, ana: Persona, pru: Persona) -> None:
    for number in range(4):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    turns_to(town, 9)
    assert "1 to Ana Reyes" not in upcoming(pru)
    held = "The question what happened with cycle 4 to Ana Reyes (ana@example.org)."
    said = upcoming(pru)
    assert f"{held}\nWhy: its test is to have run by then. Held back by me: 3 questions that day already." in said
    turns_to(town, 10)

    (message,) = asked(ana)
    assert message["text"].startswith("Three things, Ana. 1: Your test (cycle 1)")
    assert "cycle 4" not in message["text"]
    assert buttons(message["blocks"]).count("Tell us") == 3
    turns_to(town, 11)
    assert "Morning, Ana. Your test (cycle 4)" in asked(ana)[1]["text"]


def test_three_messages_a_week_and_the_coordinator_sees_what_was_held_back(
    town: Town, ana: Persona, pru: Persona
) -> None:
    for day in (10, 11, 12, 13):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12, 13):
        turns_to(town, day)
    assert len(asked(ana)) == 3

    said = upcoming(pru)
    told = (
        "The question what happened with cycle 4 to Ana Reyes (ana@example.org).\nWhy: its test is to have run by then."
    )
    assert f"Fri 13 Feb 9:00 AM CST\n{told} Held back by me: 3 messages this week already." in said
    assert f"Mon 16 Feb 9:00 AM CST\n{told} This one can be held back, or sent now, from two days before." in said
    assert "What happened with a cycle: 3 went out: 0 acted on, 3 not answered so far. 1 held back by me" in said
    for day in (14, 15, 16):
        turns_to(town, day)
    assert len(asked(ana)) == 4


def test_what_somebody_put_off_comes_also_in_a_full_week(town: Town, ana: Persona) -> None:
    for day in (10, 11, 12):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12):
        turns_to(town, day)
    ana.presses("Tomorrow")
    turns_to(town, 13)

    assert len(asked(ana)) == 4


def test_the_week_is_as_full_as_the_setting_says(town: Town, ana: Persona) -> None:
    town.kit.settings = town.kit.settings.model_copy(update={"asks_a_week": 1})
    for day in (10, 11):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12):
        turns_to(town, day)

    assert len(asked(ana)) == 1
    told = "Questions come in at most 1 message a week, beside those you ask for with Tomorrow."
    assert told in texts(asked(ana)[0]["blocks"])


def test_words_under_a_message_of_several_go_to_the_first_that_is_open(town: Town, ana: Persona) -> None:
    for number in range(2):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    turns_to(town, 10)
    (message,) = asked(ana)

    ana.writes("Nine called", under=message)

    assert buttons(ana.dm()[-1]["blocks"])[0] == "Add to cycle 1: Test 0"


@pytest.mark.parametrize(
    ("kind", "days"),
    [("session", [12, 13]), ("congress", [12, 13]), ("call", [10, 11])],
)
def test_nothing_is_asked_on_session_days_and_what_is_due_then_comes_after(
    town: Town, ana: Persona, kind: str, days: list[int]
) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    begins, ends = (datetime(2026, 2, day, 12, tzinfo=CHICAGO).astimezone(UTC) for day in (10, 11))
    with town.kit.store.transaction() as session:  # the question is planned by then
        session.add(Event(collaborative_id=1, title="LS1", kind=kind, starts=begins, ends=ends))
    town.bot.tick()
    asked_on = []
    for day in (10, 11, 12, 13):
        before = len(asked(ana))
        turns_to(town, day)
        if len(asked(ana)) > before:
            asked_on.append(day)
            ana.presses("Tomorrow")

    assert asked_on[:2] == days


def test_after_an_hour_away_the_day_is_made_up_for(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)

    for _ in range(2):
        turns_to(town, 10, 10)

    assert len(asked(ana)) == 1
    assert days(town) == [date(2026, 2, 10)]


@pytest.mark.parametrize("planned", [True, False])
def test_after_a_day_away_what_is_open_comes_in_the_next_message(town: Town, ana: Persona, planned: bool) -> None:
    for day in (10, 11):
        logs(ana, due=f"2026-02-{day}")
    if planned:
        turns_to(town, 9)

    turns_to(town, 11)

    (message,) = asked(ana)
    assert message["text"].startswith("Two things, Ana. 1: Your test (cycle 1)")
    turns_to(town, 12)
    assert len(asked(ana)) == 1


def test_after_two_weeks_away_nothing_comes_late_and_what_is_open_comes_folded(
    town: Town, ana: Persona, ben: Persona
) -> None:
    for day in (3, 4, 5, 6, 10):
        logs(ana, due=f"2026-02-{day:02}")
    runs_it(ana)  # the last one
    turns_to(town, 2, 12)  # what is due on the next two days is written

    message_day = datetime(2026, 2, 16, tzinfo=CHICAGO)
    turns_to(town, 17, 11)
    (message,) = asked(ana)
    assert message["text"].startswith("Three things, Ana. 1: Your test (cycle 1)")
    assert [cycle.stage for cycle in cycles(town)] == ["plan"] * 4 + ["do"]
    turns_to(town, 18)
    assert asked(ana)[1]["text"].startswith("Two things, Ana. 1: Your test (cycle 4)")
    assert "2: Your test (cycle 5) ran more than a week ago" in asked(ana)[1]["text"]
    turns_to(town, 19)
    assert (len(asked(ana)), len(asked(ben))) == (2, 0)
    with town.record() as session:
        written_before = select(Letter).where(Letter.message == "asks/day", col(Letter.due) < message_day)
        assert [letter.state for letter in session.exec(written_before)] == [outbox.EXPIRED] * 2


def test_a_clock_that_jumps_asks_nothing_twice_and_forgets_nothing(town: Town, ana: Persona) -> None:
    for day in (10, 12):
        logs(ana, due=f"2026-02-{day}")
    turns_to(town, 10)
    turns_to(town, 10, 8)  # an hour back
    turns_to(town, 10)
    assert len(asked(ana)) == 1

    turns_to(town, 11, 12)  # a day forward
    assert len(asked(ana)) == 1
    for day in (11, 12):
        turns_to(town, day)
    assert len(asked(ana)) == 2


def test_what_slack_did_not_take_in_time_is_neither_lost_nor_asked_twice(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    claim = town.bot.running.sender.claim()
    assert claim
    with town.kit.store.transaction() as session:  # it is on its way while the clock plans anew
        asking.plan_in(session, town.kit)
    with town.kit.store.transaction() as session:
        letter = session.get_one(Letter, claim.id)
        letter.state, letter.owner, letter.lease_until = outbox.PENDING, None, None
        session.add(letter)

    for _ in range(2):
        turns_to(town, 10)

    assert len(asked(ana)) == 1


def test_a_day_that_passed_until_the_night_is_planned_for_the_next_and_left_so(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)

    turns_to(town, 10, 22)

    with town.record() as session:
        (letter,) = session.exec(select(Letter).where(Letter.message == "asks/day")).all()
        assert letter.due == datetime(2026, 2, 11, 9, tzinfo=CHICAGO)
        assert not asking.is_to_plan(session, town.kit)


def test_however_many_plan_at_once_everything_is_asked_once(town: Town, ana: Persona) -> None:
    for number in range(4):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))

    with ThreadPoolExecutor(4) as hands:
        for planned in [hands.submit(asks_job.plan, town.kit) for _ in range(4)]:
            planned.result()
    town.bot.settle()

    assert [message["text"].count("Your test (cycle ") for message in asked(ana)] == [3]
    assert [ask.key for ask in asks_in(town)] == [f"pdsa:{number}:due:2026-02-10" for number in range(1, 5)]


def test_what_was_put_off_within_its_day_stays_so(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    later = datetime(2026, 2, 10, 11, tzinfo=CHICAGO)
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    with town.kit.store.transaction() as session:  # as where somebody sleeps until eleven
        letter = session.exec(select(Letter).where(Letter.message == "asks/day")).one()
        letter.due = later
        session.add(letter)

    town.bot.tick()

    with town.record() as session:
        assert not asking.is_to_plan(session, town.kit)
        assert session.exec(select(Letter).where(Letter.message == "asks/day")).one().due == later
    turns_to(town, 10, 11)
    assert len(asked(ana)) == 1


def test_planning_writes_only_where_something_changed(town: Town, ana: Persona) -> None:
    for number in range(4):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    turns_to(town, 9)

    for day, hour in ((9, 10), (10, 8), (10, 9), (10, 20), (11, 9), (12, 9)):
        turns_to(town, day, hour)
        town.bot.tick()  # what was sent just now is noted
        with town.record() as session:
            assert not asking.is_to_plan(session, town.kit), (day, hour)
