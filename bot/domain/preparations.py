"""What teams prepare before a session: a list of tasks, and which of them each team has done."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.events import Event, Meeting
from bot.errors import FieldError
from bot.statements import query

MOST, MOST_WORDS = 10, 150  # tasks, and characters of each
USUAL = "Read the pre-work\nBring a storyboard"


class Task(SQLModel, table=True):
    """One thing that every team prepares for a date."""

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    planned: datetime  # the start that the event's rule gives
    words: str
    row: int


class Tick(SQLModel, table=True):
    """One team has done one of them."""

    __table_args__ = (UniqueConstraint("task_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    team_id: int = Field(foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    at: datetime


def read(typed: str) -> list[str]:
    """The tasks, one on each line. Raises FieldError where there are too many, or one is too long."""
    lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if len(lines) > MOST:
        raise FieldError("tasks", f"At most {MOST} fit on the card. Please leave some out.")
    if any(len(line) > MOST_WORDS for line in lines):
        raise FieldError("tasks", f"At most {MOST_WORDS} characters fit on a line. Please shorten it.")
    return lines


def tasks(session: Session, date: Meeting) -> list[Task]:
    """Those of a date, in order."""
    return of_date(session, date.event.id or 0, date.planned)


def of_date(session: Session, event_id: int, planned: datetime) -> list[Task]:
    """The same of its event's row and the start that its rule gives."""
    theirs = select(Task).where(Task.event_id == event_id, Task.planned == planned)
    return list(session.exec(theirs.order_by(col(Task.row), col(Task.id))))


def firsts(session: Session, collaborative: int) -> dict[tuple[int, datetime], Task]:
    """The first of each list of a collaborative, by its event's row and the start that its rule gives."""
    return {(one.event_id, one.planned): one for one in _of_collaborative(session, collaborative)}


def write(session: Session, date: Meeting, lines: list[str]) -> list[Task]:
    """From now on these are the tasks; what teams did of those that stay, stays done."""
    before = {one.words: one for one in tasks(session, date)}
    for row, words in enumerate(lines):
        task = before.pop(words, None) or Task(event_id=date.event.id or 0, planned=date.planned, words=words, row=row)
        task.row = row
        session.add(task)
    remove(session, [*before.values()])
    return tasks(session, date)


def remove(session: Session, gone: list[Task]) -> None:
    """These tasks are none any more."""
    for task in gone:
        session.exec(delete(Tick).where(col(Tick.task_id) == task.id))
        session.delete(task)
    session.flush()


def done(session: Session, found: list[Task]) -> dict[int, set[int]]:
    """Which teams have done each."""
    there: dict[int, set[int]] = {one.id or 0: set() for one in found}
    for tick in session.exec(select(Tick).where(col(Tick.task_id).in_(there))):
        there[tick.task_id].add(tick.team_id)
    return there


def tick(session: Session, task: Task, team: int, *, by: int, now: datetime) -> None:
    """The team has done it; that it says so twice changes nothing."""
    if team not in done(session, [task])[task.id or 0]:
        session.add(Tick(task_id=task.id or 0, team_id=team, person_id=by, at=now))
        session.flush()


def untick(session: Session, task: Task, team: int) -> None:
    """It hasn't yet."""
    session.exec(delete(Tick).where(col(Tick.task_id) == task.id, col(Tick.team_id) == team))


@query
def _of_collaborative(row: int) -> SelectOfScalar[Task]:
    """Each list from its end, so that its first task is read last."""
    theirs = select(Task).join(Event).where(Event.collaborative_id == row)
    return theirs.order_by(col(Task.row).desc(), col(Task.id).desc())
