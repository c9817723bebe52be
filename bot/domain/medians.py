"""New medians on a team's run charts: drawn by a person who says why, never by a rule, and taken back by one."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from bot.domain.points import Rephase, Series

MOST = 200  # characters of an annotation; it stands in the picture
MOST_MONTHS = 60


def of(session: Session, team_id: int, measure_id: int) -> list[Rephase]:
    """The new medians of a chart, in the order of their months."""
    drawn = select(Rephase).where(Rephase.team_id == team_id, Rephase.measure_id == measure_id)
    return list(session.exec(drawn.order_by(col(Rephase.month))))


def months(series: Series) -> list[date]:
    """The months from which one can be drawn, the newest first: those with a number that have one before them."""
    told = [month for month, value in zip(series.months, series.values, strict=True) if value is not None]
    taken = {month for month, _ in series.rephased}
    return [month for month in reversed(told[1:]) if month not in taken][:MOST_MONTHS]


def draw(session: Session, *, team: int, measure: int, month: date, annotation: str, by: int, now: datetime) -> Rephase:
    """A new median from this month on."""
    drawn = Rephase(team_id=team, measure_id=measure, month=month, annotation=annotation, person_id=by, at=now)
    session.add(drawn)
    session.flush()
    return drawn


def purge(session: Session, team_id: int, months: dict[int | None, date]) -> list[int]:
    """Take back those drawn from these months, by measure, whose words are to go; returns who wrote them."""
    theirs = session.exec(select(Rephase).where(Rephase.team_id == team_id)).all()
    doomed = [one for one in theirs if months.get(one.measure_id) == one.month]
    for one in doomed:
        session.delete(one)
    return [one.person_id for one in doomed]
