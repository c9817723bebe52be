"""Whom a broadcast is meant for: a sentence over the record, which is true of a team or not when one asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session, SQLModel, col, select

from bot import times
from bot.domain import (
    event_changes,
    event_facts,
    events,
    excused,
    organization_types,
    phases,
    rsvps,
    submissions,
    team_facts,
)
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Channel, Organization, Team

WHO = {
    "all": "All teams",
    "chosen": "The teams chosen below",
    "data": "Teams whose data is not in yet",
    "coming": "Teams of which nobody has said that they come",
}
ROLES = ("team_lead", "data_lead", "senior_leader", "tech_expert")  # whoever has lived experience isn't shown by it
MOST_NAMED = 3


class Audience(SQLModel):
    """What the sentence says, as a form and the record hold it; `planned` is the stamp of a date's planned start."""

    who: Literal["all", "chosen", "data", "coming"] = "all"
    teams: list[int] = []
    period: date | None = None
    event: int = 0
    planned: int = 0
    types: list[str] = []
    role: str = ""
    phase: str = ""


@dataclass(frozen=True)
class Look:
    """Of whom it is true just now, of how many teams; `skipped` has those it is true of that can't or shouldn't get it.

    `why` holds for every other team what keeps it out.
    """

    meant: list[Team]
    skipped: list[tuple[Team, str]]
    why: Mapping[int, str]
    of: int


@dataclass(frozen=True)
class Facts:
    """What the record knows of all teams, read once."""

    types: Mapping[int, str]
    ready: frozenset[int]  # teams whose channel is there
    seats: Mapping[int, list[Person]]  # whoever has the role, by team
    meeting: Meeting | None
    excused: Mapping[int, excused.Months]  # months that nobody counts, by team


def look(
    session: Session, collaborative: Collaborative, audience: Audience, now: datetime, *, only: int | None = None
) -> Look:
    """Whom it means at this moment, by name; with `only` that one team is looked at."""
    rows = select(Team).where(Team.collaborative_id == collaborative.id)
    teams = sorted(
        session.exec(rows if only is None else rows.where(Team.id == only)), key=lambda one: one.name.lower()
    )
    facts = _facts(session, collaborative, audience, teams)
    meant, skipped, why = [], [], {}
    for team in teams:
        if unmet := _unmet(session, collaborative, audience, team, facts, now):
            why[team.id or 0] = unmet
        elif stands := _stands_in_the_way(session, audience, team, facts):
            why[team.id or 0] = stands
            skipped.append((team, stands))
        else:
            meant.append(team)
    return Look(meant, skipped, why, sum(team.status not in GONE for team in teams))


def why_not(session: Session, collaborative: Collaborative, audience: Audience, team: int, now: datetime) -> str:
    """Why that team isn't to get it, in words that go on after its name; empty where it is."""
    found = look(session, collaborative, audience, now, only=team)
    return "" if found.meant else found.why.get(team, "it isn't in the record any more")


def sentence(session: Session, collaborative: Collaborative, audience: Audience) -> str:
    """Whom it means, in the middle of a sentence for whoever sends it."""
    return f"{meant(session, collaborative, audience)}, without paused teams"


def meant(session: Session, collaborative: Collaborative, audience: Audience) -> str:
    """The same for those who get it, to whom the others are nothing."""
    head = _named(session, audience.teams) if audience.who == "chosen" else "teams"
    if audience.who == "all" and not audience.role:
        head = "all teams"
    types = (
        f" of the type {_either([organization_types.called(one) for one in audience.types])}" if audience.types else ""
    )
    role = f" with a {team_facts.ROLES[audience.role]}" if audience.role in team_facts.ROLES else ""
    told = ""
    if audience.who == "data" and audience.period:
        told = f" whose {audience.period:%B} data is not in yet"
    elif audience.who == "coming":
        date = meeting(session, collaborative, audience)
        what = f"{date.event.title} of {times.words(date.known_as, collaborative.timezone)}" if date else "that date"
        told = f" of which nobody has said that they come to {what}"
    when = f", while it is {phases.PHASES[audience.phase]}" if audience.phase in phases.PHASES else ""
    return f"{head}{types}{role}{told}{when}"


def asked_about(session: Session, collaborative: Collaborative, audience: Audience, now: datetime) -> str:
    """The date that one may say below it whether one comes to, as buttons name it; empty where there is none."""
    date = meeting(session, collaborative, audience) if audience.who == "coming" else None
    is_asked = date is not None and events.is_asked(date.event)
    return event_facts.key(date) if date and is_asked and date.starts and not date.is_over(now) else ""


def meeting(session: Session, collaborative: Collaborative, audience: Audience) -> Meeting | None:
    """The date that it asks about."""
    return event_changes.find(session, collaborative, audience.event, event_facts.at(audience.planned))


def types(session: Session, collaborative: Collaborative) -> list[tuple[str, str]]:
    """The types of organizations that there are, with their names."""
    rows = select(Organization.type).where(Organization.collaborative_id == collaborative.id, Organization.type != "")
    named = ((kind, organization_types.called(kind)) for kind in session.exec(rows.distinct()))
    return sorted(named, key=lambda one: one[1])


def people(session: Session, teams: Sequence[Team]) -> int:
    """How many people are in the channels of these teams: theirs, their coaches and the staff, each once."""
    rows = [team.id for team in teams]
    theirs = select(Membership.person_id).join(Person).where(
        col(Membership.left_at).is_(None), col(Person.workspace).is_not(None),
        Membership.collaborative_id == (teams[0].collaborative_id if teams else 0),
        col(Membership.team_id).in_(rows) | col(Membership.team_id).is_(None),
    )  # fmt: skip
    return len({*session.exec(theirs), *(team.coach_id for team in teams if team.coach_id)})


def _facts(session: Session, collaborative: Collaborative, audience: Audience, teams: Sequence[Team]) -> Facts:
    rows = [team.id or 0 for team in teams]
    kinds = select(Team.id, Organization.type).join(Organization).where(col(Team.id).in_(rows))
    channels = select(Channel.team_id).where(col(Channel.team_id).in_(rows), col(Channel.slack_id).is_not(None))
    return Facts(
        {row or 0: kind for row, kind in session.exec(kinds)} if audience.types else {},
        frozenset(row for row in session.exec(channels) if row),
        holders(session, audience.role, rows),
        meeting(session, collaborative, audience) if audience.who == "coming" else None,
        excused.of_teams(session, teams) if audience.who == "data" else {},
    )


def holders(session: Session, role: str, teams: Sequence[int]) -> Mapping[int, list[Person]]:
    """Whoever has that role in these teams and is in Slack, whoever is longest in it first."""
    if not role:
        return {}
    here = select(Membership, Person).join(Person).where(
        col(Membership.team_id).in_(teams), col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    found: dict[int, list[Person]] = {}
    for seat, person in session.exec(here.order_by(col(Membership.id))):
        if role in seat.roles:
            found.setdefault(seat.team_id or 0, []).append(person)
    return found


def _unmet(
    session: Session, collaborative: Collaborative, audience: Audience, team: Team, facts: Facts, now: datetime
) -> str:
    """What of the sentence isn't true of the team."""
    row = team.id or 0
    if audience.who == "chosen" and row not in audience.teams:
        return "it wasn't chosen"
    if audience.who != "chosen" and team.status in GONE:
        return "it has left the collaborative"
    if audience.types and facts.types.get(row) not in audience.types:
        return "its organization is of another type"
    if audience.phase and phases.of(session, collaborative, now) != audience.phase:
        return f"it isn't {phases.PHASES.get(audience.phase, audience.phase)}"
    if audience.who == "data" and audience.period and not _waits_for_data(session, team, audience.period, facts, now):
        return f"its {audience.period:%B} data is in, or none is asked for"
    if audience.who == "coming" and facts.meeting and not facts.meeting.event.is_for(row):
        return "it isn't asked to come"
    if audience.who == "coming" and _somebody_comes(session, facts.meeting, row):
        return "somebody of it comes"
    return ""


def _stands_in_the_way(session: Session, audience: Audience, team: Team, facts: Facts) -> str:
    if team.status in GONE:
        return "it has left the collaborative"
    if team.status == "paused":
        return f"it takes a pause until {times.day(team.status_until)}" if team.status_until else "it takes a pause"
    if (team.id or 0) not in facts.ready:
        return "its channel isn't ready yet"
    if audience.role and not facts.seats.get(team.id or 0):
        return f"it has no {team_facts.ROLES[audience.role]} whom Slack knows"
    return ""


def _waits_for_data(session: Session, team: Team, period: date, facts: Facts, now: datetime) -> bool:
    today = times.local_day(now, team.timezone)
    asked = submissions.of_period(session, team, period, today)
    return not submissions.complete(excused.marked(asked, facts.excused.get(team.id or 0, {}), today))


def _somebody_comes(session: Session, date: Meeting | None, team: int) -> bool:
    return date is None or date.starts is None or any(one.coming for one in rsvps.of_team(session, date, team))


def _named(session: Session, teams: Sequence[int]) -> str:
    rows = session.exec(select(Team.name).where(col(Team.id).in_(teams)).order_by(col(Team.name))).all()
    if len(rows) > MOST_NAMED:
        return f"{len(rows)} chosen teams"
    return " and ".join([part for part in (", ".join(rows[:-1]), *rows[-1:]) if part]) or "no team"


def _either(names: Iterable[str]) -> str:
    return " or ".join(names)
