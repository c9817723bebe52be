"""Versions of a measure's operational definition: a number remembers under which one it was counted.

A version is written down with the first number that is counted under it, or when somebody changes it in Slack.
"""

from datetime import datetime

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain.measures import Measure

WORDS = ("numerator", "denominator", "exclusions", "unit", "shape")  # what makes a definition another one


class Definition(SQLModel, table=True):
    """How a measure is counted from some moment on; without a person a collaborative file had it so."""

    __table_args__ = (UniqueConstraint("measure_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id")
    version: int
    words: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


def current(session: Session, measure: Measure, now: datetime, *, by: int | None = None) -> int:
    """The version of the definition that the measure has now; one that isn't known yet is written down as the next."""
    words, known = _words(measure), versions(session, measure)
    if known and known[-1].words == words:
        return known[-1].version
    version = len(known) + 1
    session.add(Definition(measure_id=measure.id or 0, version=version, words=words, person_id=by, at=now))
    session.flush()
    return version


def reword(session: Session, measure: Measure) -> None:
    """The newest version in other words, where the same is counted: it is no new one, and its numbers stay under it."""
    for newest in versions(session, measure)[-1:]:
        newest.words = _words(measure)
        session.add(newest)
    session.flush()


def versions(session: Session, measure: Measure) -> list[Definition]:
    """Every version, oldest first."""
    known = select(Definition).where(Definition.measure_id == measure.id)
    return list(session.exec(known.order_by(col(Definition.version))))


def _words(measure: Measure) -> dict[str, str]:
    return {name: str(getattr(measure, name)) for name in WORDS}
