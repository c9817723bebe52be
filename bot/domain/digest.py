"""The weekly digest: what a Monday finds in a collaborative, kept so that all its digests say the same of it.

It holds rows and our own words, and nothing that somebody wrote. The next Monday tells by it what changed.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeVar

import sqlalchemy
from pydantic import BaseModel
from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import covers
from bot.domain.activity import week_of
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.teams import GONE, Team
from bot.statements import Prepared, once_a_look, query, table

AHEAD = timedelta(days=3)  # before a Monday, in UTC, when its digests are planned: 48 hours before any zone's morning
AGAIN = timedelta(hours=1)  # after which hours are looked at again
BEFORE = timedelta(hours=1)  # its first digest, when what it tells is found
BACK = timedelta(weeks=5)  # how old what it is compared with may be
MOST = 3  # to call, to praise, and what changed
AT_REST, NEW, LEFT = "at rest", "not here yet", "no longer here"


class Call(BaseModel):
    """A team to call, by the first of its alerts."""

    alert: int
    team: int
    level: str
    why: str


class Praise(BaseModel):
    """What a team is to be praised for; `count` is how often it did that, `subject` what it was about the last time."""

    team: int
    kind: str
    count: int = 1
    subject: str = ""  # as in the ledger: "cycle:7"


class Change(BaseModel):
    """A team that stands otherwise than before."""

    team: int
    before: str
    after: str


class Return(BaseModel):
    """A team that left and is at work again."""

    team: int
    left: date
    back: date


class Numbers(BaseModel):
    """The newest month whose day has come: from how many teams it is in, of those that it was asked of."""

    period: date
    is_in: int
    of: int


class Found(BaseModel):
    """What there is to tell of one collaborative, ranked, for whomever; each reader has their own teams first."""

    since: datetime
    compared: bool = False  # with an earlier one, so that changes are known
    levels: dict[int, str] = {}
    all_quiet: bool = False
    not_begun: int = 0  # teams at work
    calls: list[Call] = []  # the first few of all, and of each who looks after teams
    to_call: list[int] = []  # every team with an open alert
    opened: list[int] = []  # those among them with a new one
    praised: list[Praise] = []
    changed: list[Change] = []
    returned: list[Return] = []
    shared: list[int] = []  # ideas
    spread: list[tuple[int, int]] = []  # an idea, and how many teams took it since
    numbers: Numbers | None = None
    cycles: dict[str, int] = {}  # open ones by stage
    decided: int = 0


class DigestWeek(SQLModel, table=True):
    """One collaborative's Monday: when its digests were last planned, and what was found for them."""

    __tablename__ = "digest_week"

    collaborative_id: int = Field(primary_key=True, foreign_key="collaborative.id")
    monday: date = Field(primary_key=True)
    planned_at: datetime
    first_at: datetime | None = None  # when the first of its digests is due
    found_at: datetime | None = None
    found: str = ""  # as JSON, which is long where many teams are: read only by those who tell it


Of = TypeVar("Of", Call, Praise, Change)
Need = Literal["plan", "find"]
_WEEKS, _HERE = table(DigestWeek).c, table(Collaborative).c
_STANDING = Prepared(
    sqlalchemy.select(_HERE.id, _WEEKS.planned_at, _WEEKS.first_at, _WEEKS.found_at)
    .select_from(table(Collaborative).outerjoin(
        table(DigestWeek), (_WEEKS.collaborative_id == _HERE.id) & (_WEEKS.monday == bindparam("monday"))
    ))
    .where(_HERE.launched_at.is_not(None))
)  # fmt: skip


def monday(now: datetime) -> date:
    """The Monday whose digests are planned or said at that moment."""
    return week_of(now + AHEAD)


def needs(session: Session, now: datetime) -> list[tuple[int, Need]]:
    """The collaboratives whose digests are to be planned, or are near and not found yet."""
    found: list[tuple[int, Need]] = []
    for row, planned_at, first_at, found_at in _STANDING.rows(session, monday=monday(now)):
        if found_at is None and (planned_at is None or abs(now - planned_at) >= AGAIN):
            found.append((row, "plan"))
        elif found_at is None and first_at and now >= first_at - BEFORE:
            found.append((row, "find"))
    return found


def goes_on(here: Collaborative, now: datetime) -> bool:
    """Whether it was launched and isn't over."""
    return here.launched_at is not None and not is_over(here, times.local_day(now, here.timezone))


def of_monday(session: Session, collaborative: int, day: date) -> DigestWeek | None:
    """That of one Monday, as far as it is planned."""
    return session.get(DigestWeek, (collaborative, day))


def before(session: Session, collaborative: int, day: date, now: datetime) -> DigestWeek | None:
    """The newest that was found on a Monday before that day; None where it is too long ago."""
    known = select(DigestWeek).where(
        DigestWeek.collaborative_id == collaborative, DigestWeek.monday < day, DigestWeek.monday >= day - BACK,
        col(DigestWeek.found_at) <= now,
    )  # fmt: skip
    return session.exec(known.order_by(col(DigestWeek.monday).desc())).first()


def told(week: DigestWeek) -> Found:
    """What was found then."""
    return _read(week.found)


@lru_cache(maxsize=4)
def _read(found: str) -> Found:
    """Everybody's digest of a Monday tells of the same, and changes nothing in it."""
    return Found.model_validate_json(found)


@once_a_look
def looked_after(session: Session, person: int, collaborative: int, now: datetime) -> list[Team]:
    """The teams that somebody looks after there: as their coach, or for a coach who is away just now."""
    is_staff = covers.is_staff(session, person, collaborative)
    coaches = {person, *(covers.covered_by(session, person, now) if is_staff else ())}
    return list(_coached(session, collaborative, [*coaches]))


@query
def _coached(collaborative: int, coaches: Collection[int]) -> SelectOfScalar[Team]:
    theirs = select(Team).where(
        Team.collaborative_id == collaborative, col(Team.coach_id).in_(coaches), col(Team.status).not_in(GONE)
    )
    return theirs.order_by(col(Team.name), col(Team.id))


def own_first(ranked: Iterable[Of], own: Iterable[int]) -> list[Of]:
    """The same, those of their own teams before all others."""
    mine = set(own)
    return sorted(ranked, key=lambda one: one.team not in mine)


def seen(found: Found, own: Iterable[int]) -> Found:
    """What of it a coach sees who is no faculty: that of their own teams, each by itself."""
    mine = set(own)
    return found.model_copy(update={
        "all_quiet": False,
        "levels": {team: level for team, level in found.levels.items() if team in mine},
        "calls": [one for one in found.calls if one.team in mine],
        "to_call": [team for team in found.to_call if team in mine],
        "opened": [team for team in found.opened if team in mine],
        "praised": [one for one in found.praised if one.team in mine],
        "changed": [one for one in found.changed if one.team in mine],
        "returned": [one for one in found.returned if one.team in mine],
    })  # fmt: skip


def is_news(found: Found) -> bool:
    """Whether anything is to be told; else one line is enough."""
    return bool(found.opened or found.praised or found.changed or found.returned or found.shared or found.spread)
