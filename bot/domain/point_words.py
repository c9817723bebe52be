"""The words of a month's numbers, removed for good where they may hold a patient's details; the counts stay."""

from datetime import date

from sqlmodel import Session

from bot.domain import group_names, measures, medians, points, stories
from bot.domain.points import Point
from bot.domain.teams import Team


def purge(session: Session, team: Team, period: date) -> int | None:
    """Remove notes, reasons, the story and the names of groups of a team's period, and medians drawn from its months.

    Returns who wrote them, None where there are no words.
    """
    authors = medians.purge(session, team.id or 0, _months(session, team, period))
    authors += stories.purge(session, team.id, period)
    told = _of_period(session, team, period)
    for point in told:
        if point.note:
            authors.append(point.person_id)
            point.note, point.version = "", point.version + 1
            session.add(point)
    for change in points.changes(session, [point.id for point in told]):
        if change.reason or change.old.get("note") or change.new.get("note"):
            authors.append(change.person_id)
            without = {name: "" for name in ("note",) if name in change.new}
            change.reason, change.old, change.new = "", {**change.old, **without}, {**change.new, **without}
            session.add(change)
    authors += group_names.purge(session, told)
    return authors[0] if authors else None


def _of_period(session: Session, team: Team, period: date) -> list[Point]:
    months = _months(session, team, period)
    told = points.of_team(session, team.id, since=min(months.values(), default=period), until=period)
    return [one for one in told if months.get(one.measure_id) == one.month]


def _months(session: Session, team: Team, period: date) -> dict[int | None, date]:
    """The month that each measure tells of in the period."""
    return {one.id: measures.moved(period, -one.lag_months) for one in measures.all_of(session, team.collaborative_id)}
