"""Shout-outs: thanks for something done, to people and teams of a collaborative, always with a reason."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain import activity
from bot.domain.activity import Act
from bot.domain.ideas import Idea
from bot.domain.pdsa import ACT, Cycle
from bot.domain.teams import GONE, Team
from bot.errors import FieldError

MOST = 1000  # characters of a reason
MOST_THANKED = 10  # people and teams in one shout-out; more is thanks to nobody in particular
UNDO = timedelta(minutes=10)
LATELY = timedelta(days=60)
VALUES = {
    "all_teach": "All teach, all learn",
    "share": "Share openly",
    "steal": "Steal shamelessly",
    "credit": "Credit generously",
    "learning": "Data for learning, not judgment",
    "imperfect": "Imperfect data welcome",
    "small": "A small test, not a perfect plan",
}  # what collaboratives hold to
NOBODY = "Please choose whom you thank: people, a team, or both."
NOT_ONESELF = "Thanks go to others. Please take your own name out."
NOT_OWN_TEAM = "You're in this team, and thanks go to others. Please choose its people, or another team."
TOO_MANY = (
    f"One shout-out thanks up to {MOST_THANKED} people and teams. For more people of one team please choose the team."
)


class Shoutout(SQLModel, table=True):
    """One shout-out; `team_id` is its giver's team at the time, None for the staff."""

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    words: str
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")
    idea_id: int | None = Field(default=None, foreign_key="idea.id")
    value: str = ""  # one of VALUES
    at: datetime
    undone_at: datetime | None = None
    hidden_at: datetime | None = None
    hidden_by: int | None = Field(default=None, foreign_key="person.id")
    purged_at: datetime | None = None


class Thanked(SQLModel, table=True):
    """Somebody it thanks, with their team at the time, or (with no person) a whole team."""

    id: int | None = Field(default=None, primary_key=True)
    shoutout_id: int = Field(foreign_key="shoutout.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)


class Told(SQLModel):
    """The form: whom, what for, and what it is tied to."""

    people: list[int] = []
    teams: list[int] = []
    words: str = Field(min_length=1, max_length=MOST)
    cycle: int | None = None
    idea: int | None = None
    value: str = ""


def check(people: Collection[int], teams: Collection[int], *, giver: int, own: Collection[int]) -> None:
    """Whether these may be thanked by somebody of these teams. Raises FieldError on the box that holds the fault."""
    if not people and not teams:
        raise FieldError("people", NOBODY)
    if giver in people:
        raise FieldError("people", NOT_ONESELF)
    if set(own) & set(teams):
        raise FieldError("teams", NOT_OWN_TEAM)
    if len(set(people)) + len(set(teams)) > MOST_THANKED:
        raise FieldError("people", TOO_MANY)


def tie(session: Session, shoutout: Shoutout, told: Told) -> None:
    """To the test and the idea it is about, which everybody may read; raises FieldError where they can't."""
    if told.cycle:
        cycle = session.get(Cycle, told.cycle)
        is_told = cycle and cycle.stage == ACT and not (cycle.deleted_at or cycle.purged_at)
        if cycle is None or not is_told or cycle.collaborative_id != shoutout.collaborative_id:
            raise FieldError("cycle", "This test can't be linked any more. Please choose another, or none.")
    if told.idea:
        idea = session.get(Idea, told.idea)
        is_shared = idea and not (idea.withdrawn_at or idea.purged_at)
        if idea is None or not is_shared or idea.collaborative_id != shoutout.collaborative_id:
            raise FieldError("idea", "This idea can't be linked any more. Please choose another, or none.")
    shoutout.cycle_id, shoutout.idea_id = told.cycle, told.idea


def give(session: Session, shoutout: Shoutout, thanked: Sequence[Thanked]) -> None:
    """Write it, with the acts of the giver's team and of every other team that it reaches."""
    session.add(shoutout)
    session.flush()
    for one in thanked:
        one.shoutout_id = shoutout.id or 0
        session.add(one)
    session.flush()
    if shoutout.team_id:
        _record(session, "shoutout.given", shoutout, shoutout.team_id, shoutout.person_id)
    for one in thanked:
        if one.team_id and one.team_id != shoutout.team_id:
            _record(session, "shoutout.received", shoutout, one.team_id, one.person_id or shoutout.person_id)


def take_back(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Its giver thought better of it: its words and its acts go too."""
    shoutout.words, shoutout.undone_at = "", now
    _forget(session, shoutout)


def hide(session: Session, shoutout: Shoutout, *, by: int, now: datetime) -> None:
    """It isn't shown any more and counts for no team."""
    shoutout.hidden_at, shoutout.hidden_by = now, by
    _forget(session, shoutout)


def purge(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Remove its words for good."""
    shoutout.words, shoutout.purged_at = "", now
    _forget(session, shoutout)


def alive() -> ColumnElement[bool]:
    """Shout-outs that are neither taken back nor hidden nor taken down."""
    gone = (col(Shoutout.undone_at), col(Shoutout.hidden_at), col(Shoutout.purged_at))
    return gone[0].is_(None) & gone[1].is_(None) & gone[2].is_(None)


def is_alive(shoutout: Shoutout) -> bool:
    """The same of one."""
    return not (shoutout.undone_at or shoutout.hidden_at or shoutout.purged_at)


def thanked(session: Session, shoutout_id: int | None) -> list[Thanked]:
    """Whom it thanks, as they were chosen."""
    return list(session.exec(select(Thanked).where(Thanked.shoutout_id == shoutout_id).order_by(col(Thanked.id))))


def latest(session: Session, collaborative_id: int, most: int) -> list[Shoutout]:
    """The newest of a collaborative, the newest first."""
    theirs = select(Shoutout).where(Shoutout.collaborative_id == collaborative_id, alive())
    return list(session.exec(theirs.order_by(col(Shoutout.at).desc(), col(Shoutout.id).desc()).limit(most)))


def between(session: Session, collaborative_id: int, since: datetime, until: datetime) -> list[Shoutout]:
    """Those given in a stretch of time, in order."""
    theirs = select(Shoutout).where(
        Shoutout.collaborative_id == collaborative_id, alive(), Shoutout.at >= since, Shoutout.at < until
    )
    return list(session.exec(theirs.order_by(col(Shoutout.at), col(Shoutout.id))))


def is_first(session: Session, shoutout: Shoutout, receiver: ColumnElement[bool]) -> bool:
    """Whether nobody thanked that person or team before."""
    before = select(Thanked.id).join(Shoutout).where(receiver, col(Thanked.shoutout_id) < shoutout.id, alive())
    return session.exec(before).first() is None


def of_team(session: Session, team_id: int | None, since: datetime) -> list[Shoutout]:
    """Those for a team or its people from outside it since then, the newest first."""
    theirs = (
        select(Shoutout)
        .join(Thanked)
        .where(alive(), is_from_outside(), Thanked.team_id == team_id, Shoutout.at >= since)
    )
    return list({one.id: one for one in session.exec(theirs.order_by(col(Shoutout.at).desc()))}.values())


def last_of_team(session: Session, team_id: int | None) -> datetime | None:
    """When somebody outside a team last thanked it or its people; None where nobody has."""
    theirs = select(Shoutout.at).join(Thanked).where(alive(), is_from_outside(), Thanked.team_id == team_id)
    return session.exec(theirs.order_by(col(Shoutout.at).desc())).first()


def not_thanked(session: Session, collaborative_id: int, since: datetime) -> list[Team]:
    """The teams at work that nobody outside them has thanked since then, by name."""
    thanked_since = (
        select(Thanked.team_id)
        .join(Shoutout)
        .where(Shoutout.collaborative_id == collaborative_id, alive(), Shoutout.at >= since, is_from_outside())
    )
    reached = set(session.exec(thanked_since))
    at_work = select(Team).where(
        Team.collaborative_id == collaborative_id, col(Team.status).not_in(GONE), Team.status != "paused"
    )
    return sorted((one for one in session.exec(at_work) if one.id not in reached), key=lambda one: one.name.casefold())


def is_from_outside() -> ColumnElement[bool]:
    """Thanks that somebody outside the team gave it: one's own team-mates' are no news to it."""
    return col(Shoutout.team_id).is_(None) | (col(Shoutout.team_id) != col(Thanked.team_id))


def subject(shoutout: Shoutout) -> str:
    """What its acts and the trail are about."""
    return f"shoutout:{shoutout.id}"


def _record(session: Session, kind: str, shoutout: Shoutout, team: int, person: int) -> None:
    activity.record(session, kind, team=team, person=person, subject=subject(shoutout), now=shoutout.at)


def _forget(session: Session, shoutout: Shoutout) -> None:
    session.add(shoutout)
    activity.take_back(session, col(Act.subject) == subject(shoutout))
