"""What tests about monthly numbers share: a record at rest with measures of every shape, and short ways to file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, select

from bot.domain import points
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.points import Filed, Point
from bot.domain.teams import Team
from bot.store import Store
from tests import town as towns

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
NOON = datetime(2026, 2, 10, 18, tzinfo=UTC)  # in Chicago


def measure(**more: Any) -> Measure:
    """A proportion in percent, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": 1, "collaborative_id": 1, "code": "OFFER3", "name": "Offered within 3 days", "kind": "process",
        "unit": "percent", "shape": "proportion", "direction": "up", "numerator": "offered", "denominator": "callers",
    }  # fmt: skip
    return Measure(**{**usual, **more})


def entry(over: float | None = 9, of: float | None = 12, month: date = JAN, **more: Any) -> Entry:
    """Nine of twelve in January, unless told otherwise."""
    return Entry(**{"measure": 1, "month": month, "state": "value", "numerator": over, "denominator": of, **more})


@contextmanager
def counted() -> Iterator[Session]:
    """A town's record to write in, gone afterwards; Alder & Main is team 1, and OFFER3 measure 1."""
    with towns.asleep() as here:
        record = Store(here.database)
        with record.rehearsal() as session:
            session.get_one(Measure, 1).due_day = 15
            session.flush()
            yield session
        record.close()


def files(session: Session, *entries: Entry, now: datetime = NOON, by: int = 4, reason: str = "") -> list[Filed]:
    """Have Alder & Main file these."""
    return points.file(session, team=alder(session), person=by, entries=entries, now=now, reason=reason)


def alder(session: Session) -> Team:
    return session.get_one(Team, 1)


def rows(session: Session) -> list[Point]:
    return list(session.exec(select(Point).order_by("id")))
