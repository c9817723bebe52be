"""Finding cycles: by number and team, by words, by what is due, and by what nobody touched for a while."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.pdsa import ACT, DO, PLAN, Cycle, alive
from bot.statements import query


def numbered(session: Session, team_id: int, number: int) -> Cycle | None:
    """The team's cycle of that number, deleted ones too: their numbers stay."""
    if not 0 < number < 2**31:  # what a number in the record can be
        return None
    return session.exec(select(Cycle).where(Cycle.team_id == team_id, Cycle.number == number)).first()


def of_team(session: Session, team_id: int, most: int = 90) -> list[Cycle]:
    """The team's cycles, newest first."""
    return list(
        session.exec(
            select(Cycle).where(Cycle.team_id == team_id, alive()).order_by(col(Cycle.number).desc()).limit(most)
        )
    )


def likeliest(session: Session, *, asked: int, owner: int, teams: list[int], most: int = 3) -> list[Cycle]:
    """The cycles that plain words may be about: the one asked about, one's own, then team-mates', oldest date first."""
    waits = select(Cycle).where(col(Cycle.team_id).in_(teams), col(Cycle.stage).in_((PLAN, DO)), alive())
    first = case((col(Cycle.id) == asked, 0), (col(Cycle.owner_id) == owner, 1), else_=2)
    return list(session.exec(waits.order_by(first, col(Cycle.due), col(Cycle.number)).limit(most)))


def library(session: Session, collaborative_id: int, words: str, most: int = 20) -> list[Cycle]:
    """Finished cycles of all teams whose change or learning holds every one of the words, newest first."""
    finished = select(Cycle).where(Cycle.collaborative_id == collaborative_id, Cycle.stage == ACT, alive())
    for word in words.lower().split()[:8]:
        finished = finished.where(
            or_(
                func.lower(Cycle.change).contains(word, autoescape=True),
                func.lower(Cycle.learned).contains(word, autoescape=True),
            )
        )
    return list(session.exec(finished.order_by(col(Cycle.decided_at).desc()).limit(most)))


def left_elsewhere(session: Session, cycle: Cycle) -> list[Cycle]:
    """Other teams' cycles that left the same idea of the change package behind, as this one did."""
    if cycle.decision != "abandon" or cycle.idea_id is None:
        return []
    same = select(Cycle).where(
        Cycle.idea_id == cycle.idea_id, Cycle.decision == "abandon", Cycle.team_id != cycle.team_id
    )
    return list(session.exec(same.where(alive())))


def due_by(session: Session, day: date) -> list[Cycle]:
    """Cycles that were to have run by `day` and nobody told about yet."""
    return list(_due_by(session, day))


def unstudied(session: Session, day: date) -> list[Cycle]:
    """Cycles that ran on that day or before, and of which nobody told yet what was learned; a day more is no harm."""
    end = datetime.combine(day + timedelta(days=2), time(0), tzinfo=UTC)
    return list(_ran_before(session, end))


def turned_quiet(session: Session, now: datetime) -> list[Cycle]:
    """Cycles whose card may ask something else by now, though nobody touched them: prompts begin about then."""

    def days_ago(days: int) -> datetime:
        return now - timedelta(days=days)

    due = days_ago(18).date(), days_ago(13).date()
    return list(_quiet_since(session, *due, days_ago(11), days_ago(6), days_ago(25), days_ago(20)))


@query
def _due_by(day: date) -> SelectOfScalar[Cycle]:
    return select(Cycle).where(Cycle.stage == PLAN, Cycle.due <= day, alive())


@query
def _ran_before(end: datetime) -> SelectOfScalar[Cycle]:
    return select(Cycle).where(Cycle.stage == DO, col(Cycle.ran_at) < end, alive())


@query
def _quiet_since(
    due: date, due_by: date, ran: datetime, ran_by: datetime, decided: datetime, decided_by: datetime
) -> SelectOfScalar[Cycle]:
    """Cycles at a stage since some moment of one of these stretches."""
    planned = (col(Cycle.stage) == PLAN) & col(Cycle.due).between(due, due_by)
    tested = (col(Cycle.stage) == DO) & col(Cycle.ran_at).between(ran, ran_by)
    ended = (col(Cycle.stage) == ACT) & col(Cycle.decided_at).between(decided, decided_by)
    return select(Cycle).where(planned | tested | ended, alive())
