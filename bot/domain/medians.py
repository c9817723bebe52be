"""New medians on a team's run charts: drawn by a person who says why, never by a rule, and taken back by one."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

MOST = 200  # characters of an annotation; it stands in the picture


class NewMedian(SQLModel, table=True):
    """A new median from a month on, drawn by a person who said why."""

    __tablename__ = "rephase"
    __table_args__ = (UniqueConstraint("team_id", "measure_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    measure_id: int = Field(foreign_key="measure.id")
    month: date
    annotation: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime


def of(session: Session, team_id: int, measure_id: int) -> list[NewMedian]:
    """The new medians of a chart, in the order of their months."""
    drawn = select(NewMedian).where(NewMedian.team_id == team_id, NewMedian.measure_id == measure_id)
    return list(session.exec(drawn.order_by(col(NewMedian.month))))


def draw(
    session: Session, *, team: int, measure: int, month: date, annotation: str, by: int, now: datetime
) -> NewMedian:
    """A new median from this month on."""
    drawn = NewMedian(team_id=team, measure_id=measure, month=month, annotation=annotation, person_id=by, at=now)
    session.add(drawn)
    session.flush()
    return drawn


def purge(session: Session, team_id: int, months: dict[int | None, date]) -> list[int]:
    """Take back those drawn from these months, by measure, whose words are to go; returns who wrote them."""
    theirs = session.exec(select(NewMedian).where(NewMedian.team_id == team_id)).all()
    doomed = [one for one in theirs if months.get(one.measure_id) == one.month]
    for one in doomed:
        session.delete(one)
    return [one.person_id for one in doomed]
