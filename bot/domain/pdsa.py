"""PDSA cycles: small tests with a prediction, in ramps; a number is given once per team and never again."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import JSON, Field, Index, Session, SQLModel, UniqueConstraint, col, insert, select, update

from bot.domain import activity
from bot.domain.pdsa_drafts import QUESTION, CycleDraft, Happened, Learned
from bot.domain.teams import Team, TeamInBrief
from bot.errors import Gone
from bot.statements import Prepared, index_of_some, table

PLAN, DO, STUDY, ACT = "plan", "do", "study", "act"
SCALES = {
    "one_person": "one person",
    "one_day": "one day or clinic",
    "three_to_five": "3 to 5 people",
    "one_unit": "one unit or week",
    "all_shifts": "all shifts",
    "whole_site": "the whole site",
    "spread": "spread to other sites",
}
DECISIONS = {"adopt": "Adopt", "adapt": "Adapt", "abandon": "Abandon"}
TICKS = {
    "owner": "It has an owner", "training": "People are trained", "procedure": "It is in a written procedure",
    "slipping": "We'll notice if it slips", "new_staff": "New staff will learn it",
}  # fmt: skip
PLAN_WORDS = ("change", "prediction", "question", "objective", "tasks", "collecting", "asked")
DO_WORDS = ("happened", "problems", "results")
STUDY_WORDS = ("learned",)
ACT_WORDS = ("next_step",)
AS_WRITTEN = ("change", "prediction", "due", "scale", "objective", "tasks", "collecting", "asked")
WORDS = (*PLAN_WORDS, *DO_WORDS, *STUDY_WORDS, *ACT_WORDS)


class Cycle(SQLModel, table=True):
    """One test of one change. `prediction` is None where none was written beforehand; it can't be filled in later."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        Index("cycle_by_stage", "stage", "due"),
        index_of_some("cycle_by_parent", "parent_id", where="parent_id IS NOT NULL", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    team_id: int = Field(foreign_key="team.id")
    number: int
    parent_id: int | None = Field(default=None, foreign_key="cycle.id")
    owner_id: int = Field(foreign_key="person.id")
    idea_id: int | None = Field(default=None, foreign_key="changeidea.id")
    measure_id: int | None = Field(default=None, foreign_key="measure.id")
    stage: str = PLAN
    change: str
    prediction: str | None
    question: str = QUESTION
    due: date
    scale: str = "one_person"
    objective: str = ""
    tasks: str = ""  # who, what, where, when
    collecting: str = ""  # the data plan
    asked: str = ""  # who was asked, who might be left out
    carried_out: str = ""  # yes, partly, no
    happened: str = ""
    problems: str = ""
    results: str = ""
    matched: str = ""  # yes, partly, no
    learned: str = ""
    decision: str = ""
    next_step: str = ""
    stopped: bool = False
    ticks: list[str] = Field(default_factory=list, sa_type=JSON)
    version: int = 1
    started_at: datetime
    ran_at: datetime | None = None
    learned_at: datetime | None = None
    decided_at: datetime | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_by: int | None = Field(default=None, foreign_key="person.id")
    purged_at: datetime | None = None


class Started(NamedTuple):
    """A cycle just written: enough to go on from, without reading it back."""

    id: int
    number: int
    team_id: int
    owner_id: int


_START = Prepared(insert(table(Cycle)).returning(table(Cycle).c.id))
_SUCCESSOR = select(Cycle).where(Cycle.parent_id == bindparam("parent"))
_NEXT_NUMBER = Prepared(
    update(table(Team))
    .where(table(Team).c.id == bindparam("team"))
    .values(last_cycle=table(Team).c.last_cycle + 1)
    .returning(table(Team).c.last_cycle)
)


class CycleChange(SQLModel, table=True):
    """What one edit changed: field → [before, after]. Purged with the cycle's text."""

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    version: int
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    fields: dict[str, list[Any]] = Field(default_factory=dict, sa_type=JSON)


def start(
    session: Session,
    draft: CycleDraft,
    *,
    team: Team | TeamInBrief,
    owner: int,
    now: datetime,
    parent: Cycle | None = None,
) -> Started:
    """Write a new cycle under the team's next number, and its act."""
    number = _next_number(session, team)
    written = {
        **draft.model_dump(include=set(AS_WRITTEN)), "question": draft.question or QUESTION, "idea_id": draft.idea,
        "measure_id": draft.measure, "collaborative_id": team.collaborative_id, "team_id": _id(team),
        "number": number, "owner_id": owner, "started_at": now,
        "parent_id": parent.id if parent else None,
    }  # fmt: skip
    cycle = Started(_START.value(session, **written), number, _id(team), owner)
    _act(session, "pdsa.started", cycle, owner, now)
    return cycle


def run(session: Session, cycle: Cycle, told: Happened, *, by: int, now: datetime) -> None:
    """The test was run: Do begins, and from here on the prediction stands as written."""
    must_be(cycle, PLAN, "somebody already told what happened")
    cycle.carried_out, cycle.happened, cycle.problems = told.carried_out, told.happened, told.problems
    _move(session, cycle, DO, by=by, now=now)
    cycle.ran_at = now


def learn(session: Session, cycle: Cycle, told: Learned, *, by: int, now: datetime) -> None:
    """The results were studied against the prediction."""
    must_be(cycle, DO, "somebody already wrote what you learned" if cycle.stage != PLAN else "it hasn't run yet")
    cycle.results, cycle.matched, cycle.learned = told.results, told.matched or "", told.learned
    _move(session, cycle, STUDY, by=by, now=now)
    cycle.learned_at = now


def decide(
    session: Session,
    cycle: Cycle,
    decision: str,
    *,
    by: int,
    now: datetime,
    next_step: str = "",
    ticks: tuple[str, ...] = (),
) -> None:
    """Adopt, adapt or abandon: the cycle is finished."""
    must_be(cycle, STUDY, f"it was already decided: {DECISIONS.get(cycle.decision, 'not yet learned from')}")
    cycle.decision, cycle.next_step, cycle.ticks = decision, next_step, list(ticks)
    _move(session, cycle, ACT, by=by, now=now)
    cycle.decided_at = now


def stop(session: Session, cycle: Cycle, told: str, *, by: int, now: datetime) -> None:
    """The test was stopped before its end; what made us stop is what we learned."""
    must_be(cycle, PLAN, "somebody already told what happened")
    cycle.stopped, cycle.learned, cycle.decision, cycle.carried_out = True, told, "abandon", "no"
    _move(session, cycle, ACT, by=by, now=now)
    cycle.ran_at = cycle.learned_at = cycle.decided_at = now


def get(session: Session, cycle_id: int) -> Cycle:
    """The cycle as it is now. Raises Gone where it was deleted or its text was purged."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None:
        raise Gone("This cycle isn't in the record any more.")
    if cycle.purged_at:
        raise Gone(f"Cycle {cycle.number} was taken down because it may have held patient details.")
    if cycle.deleted_at:
        raise Gone(f"Cycle {cycle.number} was deleted. Its number stays, and nothing more can be added to it.")
    return cycle


def for_change(session: Session, cycle_id: int) -> Cycle:
    """The cycle as it is now, held until the transaction ends, so that two people can't move it at once."""
    session.get(Cycle, cycle_id, with_for_update=True, populate_existing=True)
    return get(session, cycle_id)


def open_of_team(session: Session, team_id: int, most: int = 10) -> list[Cycle]:
    """The team's cycles that are not decided yet, oldest first."""
    still_open = select(Cycle).where(Cycle.team_id == team_id, Cycle.stage != ACT, alive())
    return list(session.exec(still_open.order_by(col(Cycle.number)).limit(most)))


def successor(session: Session, cycle: Cycle) -> Cycle | None:
    """The next cycle of the ramp, if there is one."""
    return session.exec(_SUCCESSOR, params={"parent": cycle.id}).first()


def ramp(session: Session, cycle: Cycle) -> list[Cycle]:
    """The chain this cycle is part of, first to last."""
    chain = [cycle]
    while chain[0].parent_id and (before := session.get(Cycle, chain[0].parent_id)):
        chain.insert(0, before)
    while after := successor(session, chain[-1]):
        chain.append(after)
    return chain


def _next_number(session: Session, team: Team | TeamInBrief) -> int:
    """Give out the next number; the row stays locked until the transaction ends, so there are no gaps and no twins."""
    return int(_NEXT_NUMBER.value(session, team=team.id))


def alive() -> ColumnElement[bool]:
    """Cycles that are neither deleted nor taken down."""
    return col(Cycle.deleted_at).is_(None) & col(Cycle.purged_at).is_(None)


def must_be(cycle: Cycle, stage: str, otherwise: str) -> None:
    """Raises Gone, with the way on, where somebody moved the cycle on meanwhile."""
    if cycle.stage != stage:
        raise Gone(f"Cycle {cycle.number} has moved on: {otherwise}. Edit on its card takes more words at any time.")


def _move(session: Session, cycle: Cycle, stage: str, *, by: int, now: datetime) -> None:
    cycle.stage, cycle.version = stage, cycle.version + 1
    session.add(cycle)
    kind = {DO: "pdsa.ran", STUDY: "pdsa.learned", ACT: "pdsa.decided"}[stage]
    _act(session, kind, cycle, by, now)


def _act(session: Session, kind: str, cycle: Cycle | Started, person: int, now: datetime) -> None:
    activity.record(session, kind, team=cycle.team_id, person=person, subject=f"cycle:{cycle.id}", now=now)


def _id(row: Team | TeamInBrief | Cycle) -> int:
    assert row.id is not None, "the row is in the database"
    return row.id
