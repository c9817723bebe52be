"""The numbers that teams send: filing and correcting them with their history, and a series of them for a chart."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select

from bot import times
from bot.domain import activity, definitions, hours, measures
from bot.domain.entries import NO_CASES, NOT_AVAILABLE, VALUE, Entry
from bot.domain.measures import Measure
from bot.domain.pdsa import Cycle, alive
from bot.domain.runcharts import Direction
from bot.domain.teams import Team

Unit = Literal["percent", "days", "rate", "count"]
Where = tuple[int, date, str, str]  # measure, month, stratum and level
TOLD = ("state", "numerator", "denominator", "value", "expected_on", "note")


class Point(SQLModel, table=True):
    """What a team told of one month of a measure: of everybody, or of one level (“Spanish”) of a stratum (“language”).

    `value` is in the measure's own scale; `timeliness` is that of the first number and stays, whatever is corrected.
    """

    __table_args__ = (UniqueConstraint("team_id", "measure_id", "month", "stratum", "level"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    measure_id: int = Field(foreign_key="measure.id", index=True)
    month: date  # the first of the reporting month
    stratum: str = ""
    level: str = ""
    state: str
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    expected_on: date | None = None
    note: str = ""
    definition: int  # the version under which it was counted
    person_id: int = Field(foreign_key="person.id")
    filed_at: datetime
    timeliness: str = ""  # on_time, late; nothing before there is a number, and where the books were closed by then
    version: int = 1


class PointChange(SQLModel, table=True):
    """One correction: what stood there, what stands there now, who changed it, and why."""

    __tablename__ = "point_change"

    id: int | None = Field(default=None, primary_key=True)
    point_id: int = Field(foreign_key="point.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    old: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    new: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = ""


class Rephase(SQLModel, table=True):
    """A new median from a month on, drawn by a person who said why."""

    __table_args__ = (UniqueConstraint("team_id", "measure_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    measure_id: int = Field(foreign_key="measure.id")
    month: date
    annotation: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime


@dataclass(frozen=True)
class Filed:
    """What came of an entry; `old` is what stood there before, None where nothing did."""

    point: Point
    what: Literal["new", "corrected", "same"]
    old: dict[str, Any] | None = None


@dataclass(frozen=True)
class Series:
    """A measure of one team month by month, from the first filed to the last; None where there is no number."""

    measure: int
    code: str
    name: str
    unit: Unit
    shape: str
    direction: Direction
    goal: float | None
    baseline_points: int | None
    months: tuple[date, ...]
    values: tuple[float | None, ...]
    sizes: tuple[float | None, ...]
    states: tuple[str, ...]  # empty where nothing was filed
    notes: tuple[str, ...]
    cycles: tuple[tuple[date, str], ...]
    rephased: tuple[tuple[date, str], ...]


def file(
    session: Session, *, team: Team, person: int, entries: Iterable[Entry], now: datetime, reason: str = ""
) -> list[Filed]:
    """Write all of them: new ones, and corrections with their history where something else stands; it is one act."""
    every = list(entries)
    if not every:
        return []
    desk = _Desk.of(session, team, person, every, now, reason)
    filed = [desk.take(session, entry) for entry in every]
    session.flush()
    kinds = {one.what for one in filed}
    if kinds - {"same"}:
        kind = "data.filed" if "new" in kinds else "data.corrected"
        subject = f"data:{max(entry.month for entry in every):%Y-%m}"
        activity.record(session, kind, team=team.id or 0, person=person, subject=subject, now=now)
    return filed


def of_team(session: Session, team_id: int | None, *, since: date, until: date) -> list[Point]:
    """Everything a team told of these months, the first and the last included."""
    told = select(Point).where(Point.team_id == team_id, col(Point.month) >= since, col(Point.month) <= until)
    return list(session.exec(told.order_by(col(Point.month), col(Point.measure_id), col(Point.id))))


def of_series(
    session: Session, team_id: int | None, measure_id: int | None, *, stratum: str = "", level: str = ""
) -> list[Point]:
    """Every month of one series, in order."""
    told = select(Point).where(
        Point.team_id == team_id, Point.measure_id == measure_id, Point.stratum == stratum, Point.level == level
    )
    return list(session.exec(told.order_by(col(Point.month))))


def whole(session: Session, team_id: int | None, measure_id: int | None, month: date) -> Point | None:
    """What a team told of everybody in a month, or None."""
    return of_entry(session, team_id, Entry(measure_id or 0, month, VALUE))


def of_entry(session: Session, team_id: int | None, entry: Entry) -> Point | None:
    """What stands where an entry would go, or None."""
    there = select(Point).where(
        Point.team_id == team_id, Point.measure_id == entry.measure, Point.month == entry.month,
        Point.stratum == entry.stratum, Point.level == entry.level,
    )  # fmt: skip
    return session.exec(there).first()


def changes(session: Session, rows: Iterable[int | None]) -> list[PointChange]:
    """Every correction of these points, the newest first."""
    corrected = select(PointChange).where(col(PointChange.point_id).in_([row for row in rows if row]))
    return list(session.exec(corrected.order_by(col(PointChange.id).desc())))


def series(
    session: Session, team_id: int, measure_id: int, *, stratum: str = "", level: str = "", until: date
) -> Series:
    """A team's series as it stands, whatever the order in which it was filed and corrected."""
    measure, team = session.get_one(Measure, measure_id), session.get_one(Team, team_id)
    told = {one.month: one for one in of_series(session, team_id, measure_id, stratum=stratum, level=level)}
    known = [month for month in told if month <= until]
    months = _every(min(known), max(known)) if known else ()
    rows = [told.get(month) for month in months]
    drawn = select(Rephase).where(Rephase.team_id == team_id, Rephase.measure_id == measure_id)
    return Series(
        measure=measure_id, code=measure.code, name=measure.name, unit=cast(Unit, measure.unit), shape=measure.shape,
        direction=cast(Direction, measure.direction), goal=measure.goal,
        baseline_points=measure.baseline_months or None, months=months,
        values=tuple(row.value if row and row.state == VALUE else None for row in rows),
        sizes=tuple(_size(row) for row in rows),
        states=tuple(row.state if row else "" for row in rows),
        notes=tuple(row.note if row else "" for row in rows),
        cycles=_cycles(session, team, measure_id),
        rephased=tuple((one.month, one.annotation) for one in session.exec(drawn.order_by(col(Rephase.month)))),
    )  # fmt: skip


@dataclass
class _Desk:
    """What filing needs to know of the team, its measures and what stands, read once for many entries."""

    team: Team
    person: int
    now: datetime
    reason: str
    today: date
    holidays: Collection[str]
    counted: dict[int, Measure]
    versions: dict[int, int]
    there: dict[Where, Point]

    @classmethod
    def of(cls, session: Session, team: Team, person: int, every: list[Entry], now: datetime, reason: str) -> "_Desk":
        counted = {row: session.get_one(Measure, row) for row in {entry.measure for entry in every}}
        months = [entry.month for entry in every]
        return cls(
            team=team, person=person, now=now, reason=reason, today=times.local_day(now, team.timezone),
            holidays=hours.holidays(session, team), counted=counted,
            versions={row: definitions.current(session, one, now) for row, one in counted.items()},
            there={_where(one): one for one in of_team(session, team.id, since=min(months), until=max(months))},
        )  # fmt: skip

    def take(self, session: Session, entry: Entry) -> Filed:
        """Write one entry, or its difference to what stands there."""
        measure = self.counted[entry.measure]
        told, where = _told(measure, entry), (entry.measure, entry.month, entry.stratum, entry.level)
        due = measures.due_on(measure, entry.month, self.holidays)
        timely = "" if told["state"] == NOT_AVAILABLE else measures.timeliness(due, self.today)
        point = self.there.get(where)
        if point is None:
            point = self.there[where] = Point(
                team_id=self.team.id or 0, measure_id=entry.measure, month=entry.month, stratum=entry.stratum,
                level=entry.level, definition=self.versions[entry.measure], person_id=self.person, filed_at=self.now,
                timeliness=timely, **told,
            )  # fmt: skip
            session.add(point)
            return Filed(point, "new")
        old = {name: getattr(point, name) for name in TOLD}
        if old == told:
            return Filed(point, "same", old)
        is_first = point.state == NOT_AVAILABLE and told["state"] != NOT_AVAILABLE
        self._correct(session, point, old, told)
        if is_first:
            point.timeliness = point.timeliness or timely
        return Filed(point, "new" if is_first else "corrected", old)

    def _correct(self, session: Session, point: Point, old: dict[str, Any], told: dict[str, Any]) -> None:
        """Keep who changed what to what, when and why."""
        if point.id is None:  # written a moment ago, by the same filing
            session.flush()
        for name, said in told.items():
            setattr(point, name, said)
        point.version, point.definition = point.version + 1, self.versions[point.measure_id]
        session.add(point)
        session.add(
            PointChange(
                point_id=point.id or 0, person_id=self.person, at=self.now, reason=self.reason,
                old=_plain(old, told), new=_plain(told, old),
            )
        )  # fmt: skip


def _where(point: Point) -> Where:
    return point.measure_id, point.month, point.stratum, point.level


def _told(measure: Measure, entry: Entry) -> dict[str, Any]:
    """An entry as a row holds it; where there was nobody to count, that is what it says."""
    told: dict[str, Any] = dict.fromkeys(TOLD) | {"state": entry.state, "note": entry.note}
    if entry.state == NOT_AVAILABLE:
        return told | {"expected_on": entry.expected_on}
    if measure.shape == "value":
        return told | {"value": entry.value if entry.state == VALUE else None}
    if entry.state == NO_CASES or not entry.denominator:
        return told | {"state": NO_CASES, "numerator": 0.0, "denominator": 0.0}
    over, of = float(entry.numerator or 0), float(entry.denominator)
    return told | {"numerator": over, "denominator": of, "value": over / of * measures.percent(measure)}


def _plain(told: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What differs, as JSON holds it."""
    differs = {name: said for name, said in told.items() if said != other[name]}
    return {name: said.isoformat() if isinstance(said, date) else said for name, said in differs.items()}


def _size(row: Point | None) -> float | None:
    return None if row is None else 0.0 if row.state == NO_CASES else row.denominator


def _every(first: date, last: date) -> tuple[date, ...]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple(measures.moved(first, number) for number in range(count + 1))


def _cycles(session: Session, team: Team, measure_id: int) -> tuple[tuple[date, str], ...]:
    """The team's tests that were to move this measure, by the day on which they ran or are to run."""
    linked = select(Cycle).where(Cycle.team_id == team.id, Cycle.measure_id == measure_id, alive())
    return tuple(
        (times.local_day(one.ran_at, team.timezone) if one.ran_at else one.due, f"Cycle {one.number}: {one.change}")
        for one in session.exec(linked.order_by(col(Cycle.number)))
    )
