"""The numbers that teams send: filing and correcting them, with their history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, func, select

from bot import times
from bot.domain import activity, definitions, hours, measures
from bot.domain.entries import NO_CASES, NOT_AVAILABLE, VALUE, Entry
from bot.domain.measures import Measure
from bot.domain.teams import Team

Place = tuple[int, date, str, str]  # measure, month, stratum and level
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


@dataclass(frozen=True)
class Filed:
    """What came of an entry; `old` is what stood there before, None where nothing did."""

    point: Point
    what: Literal["new", "corrected", "same"]
    old: dict[str, Any] | None = None


def file(
    session: Session, *, team: Team, person: int, entries: Iterable[Entry], now: datetime, reason: str = ""
) -> list[Filed]:
    """Write all of them: new ones, and corrections with their history where something else stands; it is one act."""
    told = _as_spelled(session, team, [*entries])
    filing = _Filing(session, team, person, now, reason, there=_standing(session, team.id, told))
    filed = [filing.file(entry) for entry in told]
    session.flush()
    kinds = {one.what for one in filed}
    if kinds - {"same"}:
        kind = "data.filed" if "new" in kinds else "data.corrected"
        month = max(one.point.month for one in filed)
        subject = f"data:{month:%Y-%m}"
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


def count_of(session: Session, measure_id: int | None) -> int:
    """How many numbers of a measure there are, of all teams and groups."""
    return session.exec(select(func.count()).where(Point.measure_id == measure_id)).one()


def changes(session: Session, rows: Iterable[int | None]) -> list[PointChange]:
    """Every correction of these points, the newest first."""
    corrected = select(PointChange).where(col(PointChange.point_id).in_([row for row in rows if row]))
    return list(session.exec(corrected.order_by(col(PointChange.id).desc())))


class _Filing:
    """Many numbers on their way into the record: what is the same for all of them is asked once."""

    def __init__(
        self, session: Session, team: Team, person: int, now: datetime, reason: str, *, there: dict[Place, Point]
    ) -> None:
        self._session, self._team, self._person, self._now, self._reason = session, team, person, now, reason
        self._there, self._versions = there, dict[int, int]()
        self._off, self._today = hours.holidays(session, team), times.local_day(now, team.timezone)

    def file(self, entry: Entry) -> Filed:
        """Write one, where it isn't there already."""
        measure, point = self._session.get_one(Measure, entry.measure), self._there.get(_place(entry))
        told = _told(measure, entry)
        if point is None:
            return self._written(Filed(self._new(measure, entry, told), "new"), measure)
        old = {name: getattr(point, name) for name in TOLD}
        if old == told:
            return Filed(point, "same", old)
        first_number = point.state == NOT_AVAILABLE and entry.state != NOT_AVAILABLE
        for name, said in told.items():
            setattr(point, name, said)
        point.version, point.definition = point.version + 1, self._version(measure)
        if point.id is None:
            self._session.flush()
        change = PointChange(
            point_id=point.id or 0, person_id=self._person, at=self._now, reason=self._reason,
            old=_plain(old, told), new=_plain(told, old),
        )  # fmt: skip
        self._session.add(change)
        return self._written(Filed(point, "new" if first_number else "corrected", old), measure)

    def _new(self, measure: Measure, entry: Entry, told: dict[str, Any]) -> Point:
        return Point(
            team_id=self._team.id or 0, measure_id=entry.measure, month=entry.month, stratum=entry.stratum,
            level=entry.level, definition=self._version(measure), person_id=self._person, filed_at=self._now, **told,
        )  # fmt: skip

    def _version(self, measure: Measure) -> int:
        row = measure.id or 0
        if row not in self._versions:
            self._versions[row] = definitions.current(self._session, measure, self._now)
        return self._versions[row]

    def _written(self, filed: Filed, measure: Measure) -> Filed:
        point = filed.point
        if filed.what == "new" and point.state != NOT_AVAILABLE:
            due = measures.due_on(measure, point.month, self._off)
            point.timeliness = point.timeliness or measures.timeliness(due, self._today)
        self._session.add(point)
        self._there[_place(point)] = point
        return filed


def is_early(session: Session, point: Point, zone: str) -> bool:
    """Whether what stands was told while its month still went on, where the team is."""
    over = measures.moved(point.month, 1)
    if times.local_day(point.filed_at, zone) >= over:
        return False
    return all(times.local_day(one.at, zone) < over for one in changes(session, [point.id or 0]))


def _standing(session: Session, team_id: int | None, told: Sequence[Entry]) -> dict[Place, Point]:
    """What stands in the months that these are about."""
    if not told:
        return {}
    months = [entry.month for entry in told]
    return {_place(one): one for one in of_team(session, team_id, since=min(months), until=max(months))}


def _as_spelled(session: Session, team: Team, told: Sequence[Entry]) -> list[Entry]:
    """The same with each group called as the team called it first: “spanish” is no other than “Spanish”."""
    if not any(entry.level for entry in told):
        return [*told]
    known = select(Point.measure_id, Point.stratum, Point.level).where(Point.team_id == team.id, Point.level != "")
    names = {(row, by, name.casefold()): name for row, by, name in session.exec(known.order_by(col(Point.id).desc()))}
    spelled = []
    for entry in told:
        name = names.setdefault((entry.measure, entry.stratum, entry.level.casefold()), entry.level)
        spelled.append(replace(entry, level=name) if entry.level else entry)
    return spelled


def _place(one: Entry | Point) -> Place:
    row = one.measure if isinstance(one, Entry) else one.measure_id
    return row, one.month, one.stratum, one.level


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
