"""What conversations about asks share: the clock, what somebody was asked, and what came of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.domain import absences
from bot.domain.asks import Ask, Put
from bot.domain.people import Membership, Person
from tests.cycling import logs, runs_it
from tests.personas import Json, Persona, texts
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
WAYS = ["Tomorrow", "Someone else does this", "Not this time"]


def turns_to(town: Town, day: int, hour: int = 9, zone: ZoneInfo = CHICAGO) -> None:
    """Turn the clock to a minute after an hour of February, and do what it starts."""
    town.turn_clock(datetime(2026, 2, day, hour, 1, tzinfo=zone))
    town.bot.tick()


def is_unstudied(town: Town, ana: Persona, ben: Persona) -> None:
    """A test ran, and both have been asked what it taught."""
    logs(ana)
    turns_to(town, 3)
    runs_it(ana)
    for day in (11, 18):
        turns_to(town, day)
    assert (len(asked(ana)), len(asked(ben))) == (1, 1)


def asked(person: Persona) -> list[Json]:
    """Messages with questions, oldest first."""
    return [one for one in person.dm() if " test (cycle " in one["text"]]


def asks_in(town: Town) -> list[Ask]:
    with town.record() as session:
        return list(session.exec(select(Ask).order_by(col(Ask.id))))


def outcomes(town: Town) -> list[str]:
    with town.record() as session:
        return [put.outcome for put in session.exec(select(Put).order_by(col(Put.id))) if not put.held]


def days(town: Town) -> list[date]:
    with town.record() as session:
        return [put.day for put in session.exec(select(Put).order_by(col(Put.id))) if not put.held]


def form(person: Persona) -> Json:
    assert person.form
    return person.form


def dm_of(town: Town, person: Persona) -> str:
    return str(town.practice.world.conversation_with(person.user).id)


def row_of(town: Town, name: str) -> str:
    with town.record() as session:
        return str(session.exec(select(Person.id).where(Person.name == name)).one())


def upcoming(person: Persona) -> str:
    person.opens_home()
    person.presses_at_home("Upcoming messages")
    said = texts(form(person)["blocks"])
    person.closes()
    return said


def is_away(town: Town, name: str, first: int, back: int) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        absences.leave(session, person.id or 0, date(2026, 2, first), date(2026, 2, back), town.kit.now())


def leaves(town: Town, name: str) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.left_at = town.kit.now()
        session.add(member)
