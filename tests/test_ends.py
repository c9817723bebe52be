"""A collaborative ends on its day: the clock asks nobody anything from then on, and people go on as they like."""

from datetime import date, datetime, timedelta

from sqlmodel import select

from bot.domain import asks
from bot.domain.collaboratives import Collaborative
from bot.outbox import Letter
from tests.asking import CHICAGO, asked, asks_in, turns_to, upcoming
from tests.checking_in import DAY, at, cards
from tests.cycling import buttons, logs, runs_it
from tests.personas import Persona, texts
from tests.town import Town


def test_nothing_is_asked_after_the_last_day_and_home_says_so(town: Town, ana: Persona, pru: Persona) -> None:
    _ends_on(town, 11)
    for day in (10, 11, 12, 13):
        logs(ana, change=f"Test {day}", due=f"2026-02-{day}")
    turns_to(town, 10)
    assert "what happened with cycle 2 to Ana Reyes" in upcoming(pru)
    assert "cycle 3" not in upcoming(pru)
    assert "It ended" not in texts(pru.opens_home()["blocks"])
    ana.presses("Tomorrow")
    turns_to(town, 11)
    assert len(asked(ana)) == 2

    for day in (12, 13, 14, 16, 17, 18):
        turns_to(town, day)
    assert len(asked(ana)) == 2
    assert cards(ana) == []
    assert [ask.state for ask in asks_in(town)][2:] == [asks.GONE, asks.GONE]
    told = (
        "Launched. It ended on Wed 11 Feb 2026: nobody is asked anything any more, neither how it goes nor about "
        "tests; only for numbers of its last months, once."
    )
    assert told in texts(pru.opens_home()["blocks"])
    runs_it(ana)
    assert "cycle 4" in ana.reads("team-alder")[-1]


def test_what_was_asked_stays_answerable_and_what_was_put_off_until_then_is_let_go(town: Town, ana: Persona) -> None:
    _ends_on(town, 10)
    for number in range(2):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    for _ in range(2):
        turns_to(town, 10)
    ana.presses("Tomorrow")

    turns_to(town, 11)

    (message,) = asked(ana)
    assert "You put this off." in message["text"]
    assert "Tell us" in buttons(message["blocks"])
    assert [ask.state for ask in asks_in(town)] == [asks.GONE, asks.SPENT]


def test_a_question_planned_before_the_end_was_moved_is_not_sent(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    _ends_on(town, 9)
    town.turn_clock(DAY - timedelta(days=6))  # its hour on the tenth comes before anybody plans anew
    town.bot.settle()

    assert asked(ana) == []


def test_a_card_that_was_late_and_a_follow_up_do_not_come_after_the_end(town: Town, ana: Persona, pru: Persona) -> None:
    _ends_on(town, 16)
    at(town, DAY)
    ana.presses("Answer")
    assert ana.submits(mood="heavy", in_the_way="The desk is empty")["ok"]
    ana.presses("Ask faculty")
    assert ana.submits(question="How do others staff it?")["ok"]
    town.people["tobias"].runs("/timeoff tomorrow for 5 days")

    for days in (1, 2, 3):
        at(town, DAY + timedelta(days=days, hours=2))

    with town.record() as session:
        assert session.exec(select(Letter).where(Letter.message == "questions/again")).all() == []
    assert "Tobias Lindqvist has the question." in texts(cards(ana)[-1]["blocks"])
    assert "faculty" not in pru.hears()[-1]


def test_the_months_that_are_due_after_the_end_are_asked_for_once_and_kindly(town: Town, ana: Persona) -> None:
    ben = town.people["ben"]
    _ends_on(town, 11)

    for day in (13, 20, 23, 24, 27):
        turns_to(town, day)
    town.turn_clock(datetime(2026, 3, 4, 10, tzinfo=CHICAGO))  # two working days after the due date
    town.bot.tick()

    (message,) = [one for one in ben.dm() if "numbers of Alder" in one["text"]]
    assert message["text"].startswith("Morning, Ben. The January 2026 numbers of Alder &amp; Main are due on Mon 2 Mar")
    assert "The collaborative is over, and this month is part of its story: we ask for it once." in message["text"]
    assert [one for one in ana.dm() if "numbers of Alder" in one["text"]] == []

    ben.presses("Do it now")
    ben.submits(**{"m1.numerator": "9", "m1.denominator": "12"})

    assert "You told us. Thank you." in ben.dm()[-1]["text"]


def test_a_month_that_was_asked_for_before_the_end_is_not_asked_for_again_after_it(town: Town) -> None:
    ben = town.people["ben"]
    _ends_on(town, 24)
    for day in (20, 23, 24, 27):
        turns_to(town, day)
    town.turn_clock(datetime(2026, 3, 4, 10, tzinfo=CHICAGO))
    town.bot.tick()

    (message,) = [one for one in ben.dm() if "numbers of Alder" in one["text"]]
    assert "The collaborative is over" not in message["text"]


def _ends_on(town: Town, day: int) -> None:
    with town.kit.store.transaction() as session:
        session.get_one(Collaborative, 1).ends = date(2026, 2, day)
