"""When the bot ran: one row for each stretch, so that it can say since when it was away."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Field, Session, SQLModel, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.statements import query

A_BREATH = timedelta(minutes=5)  # a restart that takes no longer is no time away
KEPT_FOR = timedelta(days=60)


class Uptime(SQLModel, table=True):
    """One stretch in which the bot ran, on one machine or several, by the bot's clock."""

    id: int | None = Field(default=None, primary_key=True)
    began: datetime
    seen: datetime  # when it was last known to run


def begin(session: Session, now: datetime) -> None:
    """The bot runs from now on; where it ran a moment ago, it still does."""
    last = _last(session)
    if last and abs(now - last.seen) < A_BREATH:
        go_on(session, now)
        return
    if last:  # which tells since when it was away, however long ago that was
        session.exec(delete(Uptime).where(col(Uptime.seen) < now - KEPT_FOR, col(Uptime.id) != last.id))
    session.add(Uptime(began=now, seen=now))


def go_on(session: Session, now: datetime) -> None:
    """The bot has run all the time since it was last seen, however far its clock was turned."""
    stretch = _last(session) or Uptime(began=now, seen=now)
    stretch.began, stretch.seen = min(stretch.began, now), now
    session.add(stretch)


def away(session: Session, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches in which it didn't run, of those that touch this time: from, to."""
    stretches = session.exec(select(Uptime).order_by(col(Uptime.id))).all()
    return [
        (before.seen, after.began)
        for before, after in pairwise(stretches)
        if before.seen < until and since < after.began and before.seen < after.began
    ]


def _last(session: Session) -> Uptime | None:
    return _latest(session).first()


@query
def _latest() -> SelectOfScalar[Uptime]:
    return select(Uptime).order_by(col(Uptime.id).desc()).limit(1)
