"""What the collaborative measures each month: the measures, whose they are, and when a month's numbers are due."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain.teams import Team
from bot.statements import once_a_look, query

LATE = timedelta(days=14)  # how long after its due date a month's number still counts as late
FEWEST = 2  # measures that a team of the minimum tier owes


class Measure(SQLModel, table=True):
    """One measure with its operational definition; `goal` and `baseline` are in the measure's own unit."""

    __table_args__ = (UniqueConstraint("collaborative_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    code: str
    name: str
    kind: str  # outcome, process, balancing
    unit: str  # percent, rate, count, days
    shape: str  # proportion, ratio, value
    direction: str  # up, down, hold
    goal: float | None = None
    baseline: float | None = None
    numerator: str = ""
    denominator: str = ""
    exclusions: str = ""
    strata: list[str] = Field(default_factory=list, sa_type=JSON)
    lag_months: int = 0
    baseline_months: int = 0
    due_day: int = 15
    required: bool = False
    chart: str = ""
    position: int = 0
    begins: date | None = None  # the first month that is asked of anybody; None: as long as the collaborative runs
    in_file: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # what a file last said of it, key by key
    version: int = 1

    @property
    def codes(self) -> set[str]:
        """What lists of codes may call it: its code, and the one that the file has for it."""
        return {code.casefold() for code in (self.code, self.in_file.get("code")) if code}


class OptOut(SQLModel, table=True):
    """A team does without a measure from a month on, until before another one; somebody said so.

    Without a team, all do: the measure has ended.
    """

    __tablename__ = "optout"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    measure_id: int = Field(foreign_key="measure.id")
    since: date
    until: date | None = None
    person_id: int = Field(foreign_key="person.id")
    at: datetime


@once_a_look
def all_of(session: Session, collaborative_id: int) -> list[Measure]:
    """The collaborative's measures, in the file's order."""
    return list(_all_of(session, collaborative_id))


def of_team(session: Session, team: Team, month: date) -> list[Measure]:
    """Those that a team counts in a month: what the file gives it, less what it does without."""
    return counted(team, all_of(session, team.collaborative_id), opt_outs(session, team), month)


def counted(team: Team, every: Iterable[Measure], without: Collection[OptOut], month: date) -> list[Measure]:
    """The same of measures and opt-outs that were read before. One that no file has is every team's."""
    codes = None if team.measures is None else {code.casefold() for code in team.measures}
    return [
        measure
        for measure in every
        if (codes is None or not measure.in_file or measure.codes & codes) and not is_out(measure, without, month)
    ]


def reported(team: Team, every: Iterable[Measure], without: Collection[OptOut], period: date) -> list[Measure]:
    """Those of them whose own month, told of in a period, is asked for; an earlier one may still be filed."""
    return [
        measure
        for measure in every
        if has_begun(measure, month := moved(period, -measure.lag_months)) and counted(team, [measure], without, month)
    ]


def going_on(every: Iterable[Measure], ended: Collection[OptOut], period: date) -> list[Measure]:
    """Those that are asked of anybody in a period."""
    return [
        measure
        for measure in every
        if has_begun(measure, month := moved(period, -measure.lag_months)) and not is_out(measure, ended, month)
    ]


def not_ended(session: Session, collaborative_id: int, month: date) -> list[Measure]:
    """Those that go on, or are to begin; what ended for all teams by then isn't among them."""
    ended = endings(session, collaborative_id)
    return [one for one in all_of(session, collaborative_id) if not is_out(one, ended, month)]


def has_begun(measure: Measure, month: date) -> bool:
    """Whether a month is asked for at all."""
    return measure.begins is None or month >= measure.begins


def is_out(measure: Measure, without: Iterable[OptOut], month: date) -> bool:
    """Whether one of these says that the month isn't counted."""
    return any(
        one.measure_id == measure.id and one.since <= month and (one.until is None or month < one.until)
        for one in without
    )


def owed_of(team: Team, theirs: list[Measure]) -> list[Measure]:
    """Those of them that it owes: all, or in the minimum tier two, the required ones first."""
    if team.tier != "minimum":
        return theirs
    first = sorted(theirs, key=lambda measure: (not measure.required, measure.position))[:FEWEST]
    return [measure for measure in theirs if measure in first]


@once_a_look
def opt_outs(session: Session, team: Team) -> list[OptOut]:
    """What a team does without, or did; what has ended for all is among it."""
    return list(_opt_outs(session, team.id))


def endings(session: Session, collaborative_id: int) -> list[OptOut]:
    """Which of a collaborative's measures ended for all teams, and when; those taken up again are among them."""
    return list(_endings(session, collaborative_id))


def opt_out(session: Session, team: Team, measure: Measure, *, since: date, by: int, now: datetime) -> None:
    """Do without it from that month on."""
    if measure in of_team(session, team, since):
        session.add(OptOut(team_id=_id(team), measure_id=_id(measure), since=since, person_id=by, at=now))


def opt_in(session: Session, team: Team, measure: Measure, *, since: date) -> None:
    """Count it again from that month on."""
    theirs = select(OptOut).where(OptOut.team_id == team.id, OptOut.measure_id == measure.id)
    _back(session, session.exec(theirs), since)


def ending(session: Session, measure: Measure) -> OptOut | None:
    """Since when nobody is asked for it any more, or from when on; None where it goes on."""
    of_all = endings(session, measure.collaborative_id)
    return next((one for one in of_all if one.measure_id == measure.id and one.until is None), None)


def end(session: Session, measure: Measure, *, since: date, by: int, now: datetime) -> None:
    """Ask no team for it from that month on; what was filed stays. Where it has ended already, that holds."""
    if ending(session, measure) is None:
        session.add(OptOut(measure_id=_id(measure), since=since, person_id=by, at=now))


def take_up(session: Session, measure: Measure, *, since: date) -> None:
    """Ask for it again from that month on."""
    _back(session, [one for one in endings(session, measure.collaborative_id) if one.measure_id == measure.id], since)


def due_on(measure: Measure, month: date, holidays: Collection[str]) -> date:
    """The day by which a month's number is due: the measure's day of the month after it and its lag, or the next
    working day."""
    after = moved(month, measure.lag_months + 1)
    return times.working_day(after.replace(day=measure.due_day), holidays)


def timeliness(due: date, filed: date) -> str:
    """How a number filed on that day counts: on time, late, or, once the books are closed, as neither."""
    if filed <= due:
        return "on_time"
    return "late" if filed <= due + LATE else ""


def month_of(day: date) -> date:
    """The first of the day's month."""
    return day.replace(day=1)


def moved(month: date, count: int) -> date:
    """The month so many later, or earlier."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def every(first: date, last: date) -> tuple[date, ...]:
    """The months from one to another, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple(moved(first, number) for number in range(count + 1))


def percent(measure: Measure) -> int:
    """What a fraction is multiplied by in the measure's own scale."""
    return 100 if measure.unit == "percent" else 1


def _back(session: Session, out: Iterable[OptOut], since: date) -> None:
    for one in out:
        if one.until is None or one.until > since:
            one.until = since
            session.add(one)


def _id(row: Team | Measure) -> int:
    assert row.id is not None, "the row is in the database"
    return row.id


@query
def _all_of(collaborative: int) -> SelectOfScalar[Measure]:
    every = select(Measure).where(Measure.collaborative_id == collaborative)
    return every.order_by(col(Measure.position), col(Measure.id))


@query
def _opt_outs(team: int | None) -> SelectOfScalar[OptOut]:
    theirs = select(OptOut).where(or_(OptOut.team_id == team, col(OptOut.team_id).is_(None)))
    return theirs.order_by(col(OptOut.id))


@query
def _endings(collaborative: int) -> SelectOfScalar[OptOut]:
    all_teams = select(OptOut).join(Measure).where(
        col(OptOut.team_id).is_(None), Measure.collaborative_id == collaborative
    )  # fmt: skip
    return all_teams.order_by(col(OptOut.id))
