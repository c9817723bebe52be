"""How a team's time here ends: it withdraws, lapses or completes, on a day and with a reason; or it comes back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain import events
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.pauses import Pause
from bot.domain.people import Membership
from bot.domain.teams import GONE, Team
from bot.errors import Gone
from bot.statements import index_of_some

WITHDRAWN, LAPSED, COMPLETED = GONE
REASONS = {
    "people": "Somebody who carried it left", "time": "No time, or too few people for it",
    "priorities": "Their organization has other priorities", "money": "The funding ended",
    "fit": "It wasn't what they need", "merged": "They go on as part of another team",
    "moved": "They go on in another collaborative", "other": "Something else",
}  # fmt: skip
OUR_REASONS = REASONS | {
    "priorities": "Our organization has other priorities", "fit": "It wasn't what we need",
    "merged": "We go on as part of another team", "moved": "We go on in another collaborative",
}  # as whoever leads the team reads them  # fmt: skip
ELSEWHERE = ("merged", "moved")  # they go on, only not as this team: no dropout
UNTOLD = "not told"
MOST = 500  # characters of what somebody adds to the reason


class Ending(SQLModel, table=True):
    """One end of a team's time, kept when it comes back; at most one of each team stands."""

    __table_args__ = (index_of_some("ending_standing", "team_id", unique=True, where="back_on IS NULL"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    how: str  # WITHDRAWN, LAPSED or COMPLETED
    day: date  # the first day on which it wasn't at work any more
    reason: str = ""  # one of REASONS, or nothing
    words: str = ""  # what was told beside it: for faculty alone
    into_id: int | None = Field(default=None, foreign_key="team.id")  # the team that it goes on as a part of
    senior_on: date | None = None  # when its senior leader was spoken with, before it lapsed
    by_id: int | None = Field(default=None, foreign_key="person.id")  # None: it came with a file
    at: datetime
    back_on: date | None = None
    back_by: int | None = Field(default=None, foreign_key="person.id")

    @property
    def is_elsewhere(self) -> bool:
        """Whether its people go on somewhere else."""
        return self.reason in ELSEWHERE

    @property
    def is_dropout(self) -> bool:
        """Whether it counts as one by the printed definition."""
        return self.how != COMPLETED and not self.is_elsewhere


def end(session: Session, team: Team, ending: Ending) -> Ending:
    """It is over for this team, from the ending's day on. Raises Gone where it was over before."""
    session.refresh(team, with_for_update=True)  # two people may say so at the same moment
    if team.status in GONE:
        raise Gone(f"{team.name} isn't at work any more: somebody noted that before you, and it stands as they said.")
    _cut_short(session, team, ending.day)
    team.status, team.status_until, team.status_reason = ending.how, ending.day, ""
    session.add_all([team, ending])
    session.flush()
    return ending


def reinstate(session: Session, team: Team, *, by: int | None, today: date) -> Ending | None:
    """At work again; what fell due in between is excused, as in a pause. Raises Gone where it is at work."""
    session.refresh(team, with_for_update=True)
    if team.status not in GONE:
        raise Gone(f"{team.name} is at work, so nothing changes.")
    before, since = standing(session, team), team.status_until
    team.status, team.status_until, team.status_reason = "active", None, ""
    if before:
        before.back_on, before.back_by = today, by
        session.add(before)
        since = before.day
    if since and since < today:
        session.add(Pause(team_id=team.id or 0, first=since, back=today))
    session.add(team)
    session.flush()
    return before


def note(session: Session, team: Team, now: datetime, today: date) -> None:
    """Remember the end, or the coming back, that the team's row tells of: what a file says of its status."""
    before = standing(session, team)
    if before and (team.status not in GONE or team.status != before.how):
        before.back_on = today
        session.add(before)
        session.flush()
        if team.status not in GONE and before.day < today:
            session.add(Pause(team_id=team.id or 0, first=before.day, back=today))
    if team.status in GONE and (before is None or before.back_on):
        team.status_until = team.status_until or today
        session.add(
            Ending(team_id=team.id or 0, how=team.status, day=team.status_until, words=team.status_reason, at=now)
        )
    elif before and before.by_id is None and team.status in GONE and team.status_until:
        before.day, before.words = team.status_until, team.status_reason
        session.add(before)
    session.flush()


def standing(session: Session, team: Team) -> Ending | None:
    """The end that stands; None for a team at work."""
    return session.exec(select(Ending).where(Ending.team_id == team.id, col(Ending.back_on).is_(None))).first()


def of_team(session: Session, team: Team) -> list[Ending]:
    """Every end of a team, also those it came back from."""
    return list(session.exec(select(Ending).where(Ending.team_id == team.id).order_by(col(Ending.id))))


def of_teams(session: Session, teams: Sequence[Team]) -> dict[int, Ending]:
    """The end that stands of each of these teams, by their rows."""
    rows = select(Ending).where(col(Ending.team_id).in_([team.id for team in teams]), col(Ending.back_on).is_(None))
    return {one.team_id: one for one in session.exec(rows)}


def move_people(session: Session, team: Team, into: Team, now: datetime) -> int:
    """Its people are in that team too from now on, as what they are in their own; returns how many that is."""
    seats = {one.person_id: one for one in session.exec(select(Membership).where(Membership.team_id == into.id))}
    theirs = select(Membership).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    moved = 0
    for one in session.exec(theirs).all():
        seat = seats.get(one.person_id)
        if seat is None or seat.left_at:
            seat = seat or Membership(
                collaborative_id=into.collaborative_id, team_id=into.id, person_id=one.person_id, joined_at=now
            )
            seat.left_at, seat.roles = None, one.roles
            session.add(seat)
            moved += 1
    session.flush()
    return moved


def move_events(session: Session, team: Team, into: Team, now: datetime) -> None:
    """What is to come for some teams, this one among them, is for the team that it goes on in."""
    here = session.get_one(Collaborative, team.collaborative_id)
    changed = events.changes(session, here.id)
    for event in session.exec(select(Event).where(Event.collaborative_id == here.id)).all():
        dates = events.meetings(event, changed, here.timezone)
        if team.id in event.team_ids and any(not date.is_over(now) for date in dates):
            event.team_ids = sorted({*event.team_ids, into.id or 0} - {team.id})
            session.add(event)
    session.flush()


def in_words(ending: Ending) -> str:
    """Why, as faculty reads it."""
    told = REASONS.get(ending.reason, "")
    return f"{told}. {ending.words}" if told and ending.words else told or ending.words or UNTOLD


def purge(session: Session, team: Team, ending: Ending) -> int | None:
    """Remove what was told beside the reason; returns who noted it, None where nothing was told.

    A file told the same of the team's row, and perhaps of an end before this one.
    """
    words = ending.words
    if not words:
        return None
    if team.status_reason == words:
        team.status_reason = ""
    for one in of_team(session, team):
        if one.words == words:
            one.words = ""
        session.add(one)
    session.add(team)
    return ending.by_id or 0


def _cut_short(session: Session, team: Team, day: date) -> None:
    """A pause that goes on ends with the team's time."""
    for one in session.exec(select(Pause).where(Pause.team_id == team.id, col(Pause.back) > day)):
        one.back = max(day, one.first)
        session.add(one)
