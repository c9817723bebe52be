"""Who looks after a coach's teams while they are away: told to whoever covers, to the coach, and to coordinators."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import access, outbox, times
from bot.access import Actor
from bot.domain import absences, alerts, covers, hours, pdsa_facts, people
from bot.domain.absences import Absence
from bot.domain.covers import Cover
from bot.domain.people import Person
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
WHY = "you were named to look after a coach's teams"
AHEAD, MOST_COACHES, MOST_TEAMS = timedelta(days=30), 20, 12  # coaches in one window, and teams in one message


def key(coach: int, person: int, first: date) -> str:
    """The occasion: one person covers for a coach in one stretch of time off."""
    return f"cover:{coach}:{person}:{first.toordinal()}"


def keys(session: Session, coach: int, now: datetime) -> list[str]:
    """What whoever covers was told of the coach's times off."""
    cover = session.get(Cover, coach)
    if cover is None:
        return []
    found = covers.absences_of(session, coach, now)
    return [key(coach, cover.person_id, day) for one in found for day in _told_on(session, cover, one)]


def tell(session: Session, coach: int, now: datetime) -> None:
    """Whoever covers hears of each time off of the coach at their own hour; what they heard already follows."""
    cover = session.get(Cover, coach)
    if cover is None:
        return
    for absence in covers.absences_of(session, coach, now):
        day, *others = _told_on(session, cover, absence)
        _tell(session, cover, absence, day, now)
        for one in (key(coach, cover.person_id, other) for other in others):  # they became one with it
            outbox.unplan(session, one)
            outbox.say_again(session, one, now=now)


def named(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """For whom, of which teams and until when; None where that is over before it was said."""
    coach, first = session.get_one(Person, about["coach"]), date.fromordinal(about["day"])
    cover = session.get(Cover, coach.id)
    absence = absences.holding(session, coach.id or 0, first)
    is_theirs = cover is not None and cover.person_id == about["person"]
    today = times.local_day(kit.now(), hours.zone(session, coach))
    holds = is_theirs and absence is not None and absence.back > today
    letter = outbox.of_key(session, key(coach.id or 0, about["person"], first))
    if not holds and not (letter and letter.ts):
        return None
    teams = covers.teams_of(session, coach.id or 0)
    person = session.get(Person, about["person"])
    return {
        "name": people.first_name(person.name if person else ""),
        "coach": coach.name,
        "first": absence.first if absence else first,
        "back": absence.back if absence else first,
        "teams": [team.name for team in teams[:MOST_TEAMS]],
        "more": max(len(teams) - MOST_TEAMS, 0),
        "open": len(alerts.open_of(session, [team.id or 0 for team in teams])),
        "holds": holds,
        "else": not is_theirs,
    }


VOICE = {"covers/named": named}


def sentence(session: Session, coach: int) -> str:
    """Who looks after the teams of somebody who is away, for the coach; empty for whoever coaches none."""
    if not covers.teams_of(session, coach):
        return ""
    cover = session.get(Cover, coach)
    if cover:
        return f"{pdsa_facts.name_of(session, cover.person_id)} looks after your teams meanwhile."
    return "A coordinator looks after your teams meanwhile; Time off, at Home, is where you name somebody else."


def coaches(session: Session, actor: Actor, now: datetime) -> list[Values]:
    """The coaches, for coordinators, those who are away now or soon first, each with whoever covers for them."""
    places = access.collaboratives_of(session, actor, "cover.name")
    found = [each for here in places for each in covers.away(session, here, now, now.date() + AHEAD)]
    lines = {person.id: _line(session, person, absence) for person, absence in found}
    others = (person for here in places for person in covers.coaches(session, here))
    lines |= {person.id: _not_away(session, person) for person in others if person.id not in lines}
    return [{"coach": row, "line": line} for row, line in lines.items()][:MOST_COACHES]


def form(session: Session, coach: int) -> Values:
    """What the menu of who covers holds: who can, and who does."""
    cover = session.get(Cover, coach)
    can = [(str(one.id), one.name[:75]) for one in covers.choices(session, coach)][:100]
    return {"choices": can, "chosen": str(cover.person_id) if cover else ""}


def _tell(session: Session, cover: Cover, absence: Absence, day: date, now: datetime) -> None:
    person = session.get_one(Person, cover.person_id)
    theirs, zone = hours.of_person(session, person), hours.zone(session, person)
    occasion = key(cover.coach_id, cover.person_id, day)
    outbox.plan(
        session, "covers/named", key=occasion, to=f"person:{person.id}",
        at=max(now, theirs.on(times.local_day(now, zone))), until=times.at(absence.back, times.NINE, zone), why=WHY,
        now=now, coach=cover.coach_id, person=person.id or 0, day=day.toordinal(),
    )  # fmt: skip
    outbox.say_again(session, occasion, now=now)


def _told_on(session: Session, cover: Cover, absence: Absence) -> list[date]:
    """The days by which it was told: its first one, or that of each time off that is part of it by now."""
    days = [absence.first + timedelta(days=count) for count in range((absence.back - absence.first).days)]
    occasions = {key(cover.coach_id, cover.person_id, day): day for day in days}
    known = select(Letter.key).where(col(Letter.key).in_(occasions))
    return sorted(occasions[one] for one in session.exec(known)) or [absence.first]


def _not_away(session: Session, person: Person) -> str:
    cover = session.get(Cover, person.id)
    by = pdsa_facts.name_of(session, cover.person_id) if cover else "a coordinator"
    return f"{person.name or 'A coach'}: no time off in the next weeks. When there is, {by} looks after their teams."


def _line(session: Session, person: Person, absence: Absence) -> str:
    cover = session.get(Cover, person.id)
    by = pdsa_facts.name_of(session, cover.person_id) if cover else "A coordinator"
    stretch = f"from {times.day(absence.first)}, back on {times.day(absence.back)}"
    return f"{person.name or 'A coach'}: away {stretch}. {by} looks after their teams."
