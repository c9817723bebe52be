"""The call sheet: what to know of a team before dialing, on one screen; and the next test as its lead is offered it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from bot import charts, outbox, times
from bot.cards import alert_cards, measure_words, openings
from bot.domain import alerts, callsheets, checkins, contacts, pdsa, pdsa_facts, people, team_facts
from bot.domain.callsheets import CallSheet
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.domain.people import Membership, Person
from bot.domain.points import Point
from bot.domain.teams import GONE, Team
from bot.kit import Kit

Values = dict[str, Any]
MOST_CYCLES, MOST_CHANGES, MOST_NOTES, MOST_TALKS = 5, 6, 3, 3  # lines of a kind on one screen
LATELY = timedelta(days=60)  # in which somebody is new or gone
OFFER = "offer"


def offer_key(sheet: CallSheet) -> str:
    """The occasion: one next test, offered once."""
    return f"callsheet:{sheet.id}"


def sheet(session: Session, team: Team, reader: int, now: datetime) -> Values:
    """Everything the sheet prints about a team; what stands in its boxes is the handler's."""
    here = session.get_one(Collaborative, team.collaborative_id)
    today = times.local_day(now, team.timezone)
    lead = checkins.addressee(session, team)
    open_ones = pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0, MOST_CYCLES + 1))
    cycles = [
        f"{one['cycle'].number} · {one['stage']}: {pdsa_facts.begun(one['cycle'].change, 100)}"
        for one in open_ones[:MOST_CYCLES]
    ]
    return {
        "team": team,
        "lead": pdsa_facts.name_of(session, lead.id) if lead else "",
        "standing": team_facts.standing(team),
        "aim": team.aim or here.aim,
        "chart": _chart(session, team, now),
        "cycles": [*cycles, *(["… and more"] if len(open_ones) > MOST_CYCLES else [])],
        "agreed": "\n".join(filter(None, (_spoken(session, team), _agreed(session, team)))),
        "outcomes": [*contacts.OUTCOMES.items()] if alerts.open_of(session, [team.id or 0]) else [],
        "changes": _new_and_gone(session, team, here, now),
        "opening": openings.question(session, team),
        "notes": [_note(session, one, team, reader) for one in callsheets.of_team(session, team.id, MOST_NOTES)],
        "offers": "" if team.status in (*GONE, "paused") or lead is None else lead.name or "the team lead",
        "today": today,
    }


def agreed(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The next test, to the team lead, in the name of whoever agreed on it; None where it isn't offered any more."""
    found = session.get(CallSheet, about["callsheet"])
    if found is None or not found.agreed or found.offered_to is None:
        return None
    person, cycle = session.get(Person, found.offered_to), callsheets.cycle_of(session, found)
    return {
        "sheet": found,
        "team": session.get_one(Team, found.team_id),
        "name": people.first_name(person.name if person else ""),
        "by": pdsa_facts.name_of(session, found.person_id),
        "cycle": cycle.number if cycle else 0,
    }


def is_said(session: Session, found: CallSheet | None) -> bool:
    """Whether the team lead has read the offer already."""
    letter = outbox.of_key(session, offer_key(found)) if found else None
    return letter is not None and letter.ts is not None


VOICE = {"callsheets/agreed": agreed}


def _chart(session: Session, team: Team, now: datetime) -> str:
    """The chart of the number that came last, in its sentence."""
    numbers = select(Point).where(
        Point.team_id == team.id, Point.stratum == "", Point.level == "", col(Point.value).is_not(None)
    )
    newest = session.exec(numbers.order_by(col(Point.month).desc(), col(Point.filed_at).desc()).limit(1)).first()
    if newest is None:
        return ""
    measure = session.get_one(Measure, newest.measure_id)
    chart = measure_words.chart(session, team, measure, times.local_day(now, team.timezone))
    if chart is None or not chart.present:
        return ""
    row = chart.present[-1]
    value = chart.shown(chart.values[row] or 0)
    return f"{measure.code} {measure.name}: {value} in {charts.label(chart.labels[row])}. {charts.sentence(chart)}"


def _spoken(session: Session, team: Team) -> str:
    """The last talks about an alert; where a next test was agreed on since, those that came after it."""
    agreed = callsheets.last_agreed(session, team.id)
    talks = contacts.last_talks(session, team.id, MOST_TALKS)
    return "\n".join(
        alert_cards.line(session, one, team.timezone) for one in talks if agreed is None or agreed.at <= one.at
    )


def _agreed(session: Session, team: Team) -> str:
    """The last next test, and what became of it."""
    last = callsheets.last_agreed(session, team.id)
    if last is None:
        return ""
    by, cycle = pdsa_facts.name_of(session, last.person_id), callsheets.cycle_of(session, last)
    when = f", by {times.day(last.due)}" if last.due else ""
    became = f" Cycle {cycle.number} came of it: {pdsa_facts.stage(cycle)}." if cycle else ""
    return f"{times.day(times.local_day(last.at, team.timezone))}, with {by}: “{last.agreed}”{when}.{became}"


def _new_and_gone(session: Session, team: Team, here: Collaborative, now: datetime) -> list[str]:
    """Who came and who left lately; whom the launch found isn't new."""
    since = now - LATELY
    rows = select(Membership, Person).join(Person).where(
        Membership.team_id == team.id, or_(col(Membership.joined_at) >= since, col(Membership.left_at) >= since)
    )  # fmt: skip
    lines = []
    for place, person in session.exec(rows.order_by(col(Membership.joined_at).desc(), col(Membership.id))):
        who = f"{person.name or 'somebody who hasn’t joined yet'}, {_role(place)}"
        if place.left_at and place.left_at <= now:
            lines.append(f"Gone: {who}, since {times.day(times.local_day(place.left_at, team.timezone))}")
        elif here.launched_at and place.joined_at > here.launched_at:
            lines.append(f"New: {who}, since {times.day(times.local_day(place.joined_at, team.timezone))}")
    return lines[:MOST_CHANGES]


def _role(place: Membership) -> str:
    return ", ".join(dict.fromkeys(team_facts.ROLES.get(role, role) for role in place.roles)) or "team member"


def _note(session: Session, one: CallSheet, team: Team, reader: int) -> Values:
    by = pdsa_facts.name_of(session, one.person_id)
    agreed = f"Next test{f' by {times.day(one.due)}' if one.due else ''}: {one.agreed}" if one.agreed else ""
    head = f"{times.day(times.local_day(one.at, team.timezone))} · {by}"
    return {
        "id": one.id,
        "words": "\n".join(filter(None, (head, one.note, agreed))),
        "own": one.person_id == reader,
    }
