"""Reminders of a call come as long before as somebody likes, and nobody is asked anything while a call goes on."""

from datetime import UTC, datetime, time, timedelta

from sqlmodel import select

from bot.domain.events import Event
from bot.domain.people import Person
from tests.calling import A_MINUTE, CALL, FIRST, cards, changes, comes_up
from tests.checking_in import at
from tests.cycling import only_people_are_heard
from tests.personas import Persona
from tests.town import Town

FORTNIGHT_BEFORE = datetime(2026, 2, 5, 14, tzinfo=UTC)
WEEK_BEFORE = datetime(2026, 2, 12, 15, tzinfo=UTC)  # nine in Chicago
DAY_BEFORE = datetime(2026, 2, 18, 15, tzinfo=UTC)


def test_reminders_come_as_somebody_likes_and_to_nobody_who_cannot_or_is_asked_that_day(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    comes_up(town)
    at(town, FORTNIGHT_BEFORE)
    gil = town.people["gil"]
    gil.presses("Can't", channel="team-alder")
    ben.opens_home()
    ben.presses_at_home("My hours")
    assert ben.filled_in()["reminders"] == ["week", "day"]
    assert ben.submits(reminders=["week", "soon"])["ok"]

    for instant in (WEEK_BEFORE - A_MINUTE, WEEK_BEFORE, DAY_BEFORE, CALL - timedelta(minutes=15)):
        at(town, instant)

    told = [one for one in ben.hears() if one.startswith("AP1 call")]
    assert [one.partition(":")[0] for one in told] == [
        "AP1 call is in a week", "AP1 call begins in a quarter of an hour"
    ]  # fmt: skip
    assert all("Join: https://meet.example.org/x" in one for one in told)
    assert [one.partition(":")[0] for one in ana.hears() if one.startswith("AP1 call ")] == [
        "AP1 call is in a week", "AP1 call is near"
    ]  # fmt: skip  # her deputy's team had answered, so she wasn't asked
    assert [one for one in gil.hears() if one.startswith("AP1 call ")] == []

    changes(pru, which=FIRST, what="canceled")

    shown = [one for one in ben.hears() if one.startswith(("AP1 call is in a week", "AP1 call begins"))]
    assert ["It is canceled: it doesn't take place." in one for one in shown] == [True, True]
    at(town, DAY_BEFORE + timedelta(hours=6))  # in the afternoon: the card comes the next morning
    pru.runs("/calls new")
    pru.submits(title="Circle", day="2026-02-19", at="16:00")
    assert pru.submits()["ok"]
    town.bot.tick()
    pru.runs("/calls")
    pru.presses_beside("Circle", "Change")
    pru.submits(at="17:00")
    assert pru.submits()["ok"]
    town.bot.tick()
    (circle,) = [one["text"] for one in ana.dm() if one["text"].startswith("Circle is near")]
    assert "Circle is near: <!date^1771538400^" in circle
    assert "It was moved, and this is its time now." in circle


def test_what_is_asked_waits_for_the_end_of_a_call(town: Town, ana: Persona) -> None:
    comes_up(town)
    at(town, FORTNIGHT_BEFORE)
    ana.presses("Coming", cards(ana)[0])
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        person.asked_at = time(11)  # when the call begins in Chicago
        session.add(person)
        session.get_one(Event, 1).minutes = 45
    ana.runs("/pdsa")
    assert ana.submits(change="Nadia calls", prediction="8 of 10", due="2026-02-19")["ok"]

    at(town, CALL)

    assert _asked(ana) == []
    at(town, CALL + timedelta(minutes=45))
    assert len(_asked(ana)) == 1


def _asked(person: Persona) -> list[str]:
    """The questions about their test."""
    return [one for one in person.hears() if "Nadia calls" in one]
