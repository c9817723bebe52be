"""What the collaborative measures each month: the measures, whose they are, and when a month's numbers are due."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select

from bot import times
from bot.domain.teams import Team
from bot.statements import once_a_look

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


class OptOut(SQLModel, table=True):
    """A team does without a measure from a month on, until before another one; somebody said so."""

    __tablename__ = "optout"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    measure_id: int = Field(foreign_key="measure.id")
    since: date
    until: date | None = None
    person_id: int = Field(foreign_key="person.id")
    at: datetime


@once_a_look
def all_of(session: Session, collaborative_id: int) -> list[Measure]:
    """The collaborative's measures, in the file's order."""
    every = select(Measure).where(Measure.collaborative_id == collaborative_id)
    return list(session.exec(every.order_by(col(Measure.position), col(Measure.id))))


def of_team(session: Session, team: Team, month: date) -> list[Measure]:
    """Those that a team counts in a month: what the file gives it, less what it does without."""
    return counted(team, all_of(session, team.collaborative_id), opt_outs(session, team), month)


def counted(team: Team, every: Iterable[Measure], without: Iterable[OptOut], month: date) -> list[Measure]:
    """The same of measures and opt-outs that were read before."""
    codes = None if team.measures is None else {code.casefold() for code in team.measures}
    out = {one.measure_id for one in without if one.since <= month and (one.until is None or month < one.until)}
    return [
        measure for measure in every if (codes is None or measure.code.casefold() in codes) and measure.id not in out
    ]


def owed_of(team: Team, theirs: list[Measure]) -> list[Measure]:
    """Those of them that it owes: all, or in the minimum tier two, the required ones first."""
    if team.tier != "minimum":
        return theirs
    first = sorted(theirs, key=lambda measure: (not measure.required, measure.position))[:FEWEST]
    return [measure for measure in theirs if measure in first]


@once_a_look
def opt_outs(session: Session, team: Team) -> list[OptOut]:
    """What a team does without, or did."""
    return list(session.exec(select(OptOut).where(OptOut.team_id == team.id).order_by(col(OptOut.id))))


def opt_out(session: Session, team: Team, measure: Measure, *, since: date, by: int, now: datetime) -> None:
    """Do without it from that month on."""
    if measure in of_team(session, team, since):
        session.add(OptOut(team_id=_id(team), measure_id=_id(measure), since=since, person_id=by, at=now))


def opt_in(session: Session, team: Team, measure: Measure, *, since: date) -> None:
    """Count it again from that month on."""
    theirs = select(OptOut).where(OptOut.team_id == team.id, OptOut.measure_id == measure.id)
    for one in session.exec(theirs):
        if one.until is None or one.until > since:
            one.until = since
            session.add(one)


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


def percent(measure: Measure) -> int:
    """What a fraction is multiplied by in the measure's own scale."""
    return 100 if measure.unit == "percent" else 1


def _id(row: Team | Measure) -> int:
    assert row.id is not None, "the row is in the database"
    return row.id
