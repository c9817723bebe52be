"""How long each team, and each person, has been with a collaborative, and how that ended."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import endings, events
from bot.domain.collaboratives import Collaborative
from bot.domain.endings import COMPLETED, LAPSED, WITHDRAWN, Ending
from bot.domain.people import Membership
from bot.domain.retention import Life
from bot.domain.teams import GONE, Organization, Team

YEARS = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Stay:
    """One team's time with us."""

    team: Team
    type: str  # of its organization
    life: Life
    ending: Ending | None


@dataclass
class Counts:
    """How many teams and people were enrolled, and what became of them."""

    enrolled: int = 0
    with_us: int = 0
    paused: int = 0
    how: Counter[str] = field(default_factory=Counter)  # WITHDRAWN, LAPSED or COMPLETED → teams
    elsewhere: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    people: int = 0
    people_with_us: int = 0

    @property
    def lost(self) -> int:
        """Dropouts."""
        return self.how[WITHDRAWN] + self.how[LAPSED]


def stays(session: Session, collaborative: Collaborative, now: datetime) -> list[Stay]:
    """Of each team that was ever enrolled; none before the launch."""
    if collaborative.launched_at is None:
        return []
    rows = select(Team, Organization.type).join(Organization).where(Team.collaborative_id == collaborative.id)
    found = [*session.exec(rows.order_by(col(Team.id)))]
    ended = endings.of_teams(session, [team for team, _ in found])
    joined, zero = _joined(session, collaborative), _zero(session, collaborative, now)
    return [
        Stay(team, kind, _life(team, ended.get(team.id or 0), _begun(team, joined, zero, collaborative), now),
             ended.get(team.id or 0))
        for team, kind in found
    ]  # fmt: skip


def counts(session: Session, found: list[Stay]) -> Counts:
    """Statuses and reasons of these teams, and how many of the people ever in them are in one at work."""
    told = Counts(enrolled=len(found))
    for one in found:
        told.with_us += one.team.status not in GONE
        told.paused += one.team.status == "paused"
        if one.ending is None:
            continue
        if one.ending.is_elsewhere:
            told.elsewhere += 1
        else:
            told.how[one.ending.how] += 1
        if one.ending.how != COMPLETED:
            told.reasons[endings.REASONS.get(one.ending.reason, endings.UNTOLD)] += 1
    people = select(Membership.person_id, Membership.left_at, Membership.team_id).where(
        col(Membership.team_id).in_([one.team.id for one in found])
    )
    at_work = {one.team.id for one in found if one.team.status not in GONE}
    seats = session.exec(people).all()
    told.people = len({person for person, _, _ in seats})
    told.people_with_us = len({person for person, left, team in seats if left is None and team in at_work})
    return told


def _zero(session: Session, collaborative: Collaborative, now: datetime) -> date:
    """The day of the first learning session; without one, the beginning of the collaborative or its launch."""
    dates = events.between(session, collaborative, now - YEARS, now + YEARS)
    sessions = [one.known_as for one in dates if one.starts and one.event.kind == "session" and not one.event.team_ids]
    first = times.local_day(min(sessions), collaborative.timezone) if sessions else None
    launched = times.local_day(collaborative.launched_at or now, collaborative.timezone)
    return first or collaborative.starts or launched


def _begun(team: Team, joined: dict[int, datetime], zero: date, collaborative: Collaborative) -> date:
    """A team whose people came after the launch counts from their own day."""
    came = joined.get(team.id or 0)
    late = came is not None and collaborative.launched_at is not None and came > collaborative.launched_at
    return max(zero, times.local_day(came, team.timezone)) if came and late else zero


def _joined(session: Session, collaborative: Collaborative) -> dict[int, datetime]:
    first = select(Membership.team_id, func.min(Membership.joined_at)).where(
        Membership.collaborative_id == collaborative.id, col(Membership.team_id).is_not(None)
    )
    return {team: came for team, came in session.exec(first.group_by(col(Membership.team_id))) if team}


def _life(team: Team, ending: Ending | None, begun: date, now: datetime) -> Life:
    until = ending.day if ending else times.local_day(now, team.timezone)
    return Life(max((until - begun).days, 0), bool(ending and ending.is_dropout))
