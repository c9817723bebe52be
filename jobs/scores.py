"""Scores: each team's turn has its row before it opens, and whoever scores teams of faculty hears of it on that day."""

from datetime import date, datetime

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import outbox, times
from bot.cards import score_cards
from bot.domain import covers, hours, score_asks, score_givers, score_periods
from bot.domain.collaboratives import Collaborative, over_from
from bot.domain.people import Person
from bot.domain.score_periods import Period
from bot.kit import Kit
from bot.planning import score_turns
from bot.statements import query

WHY = "a period ends, and these teams are theirs to score"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="scores.plan")


def plan(kit: Kit) -> None:
    """Look once a day; take the write lock only then."""
    with kit.store.reading() as session:
        due = bool(_due(session, kit.now()))
    if due:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    for collaborative in _due(session, kit.now()):
        collaborative.scores_planned = kit.now().date()
        session.add(collaborative)
        teams = score_givers.at_work(session, collaborative)
        score_turns.follow(session, collaborative, kit)
        for period in score_periods.of(session, collaborative, kit.now()):
            near = score_periods.is_near(collaborative, period, kit.now())
            if not near and not score_periods.is_on(collaborative, period, kit.now()):
                continue
            turns = score_asks.plan(session, teams, period)
            if not near:
                continue
            for person, theirs in score_givers.of(session, collaborative, teams).items():
                turn = next(one.id or 0 for one in turns if one.team_id == theirs[0].id)
                today = max(period.opens, times.local_day(kit.now(), collaborative.timezone))
                cover = covers.standing_for(session, person, collaborative.id or 0, today)
                for one in filter(None, (person, cover)):
                    _tell(session, collaborative, period, one, turn, kit.now())


def _due(session: Session, now: datetime) -> list[Collaborative]:
    """Those that weren't seen to today."""
    return list(_unseen(session, now.date()))


def _tell(
    session: Session, collaborative: Collaborative, period: Period, person: int, turn: int, now: datetime
) -> None:
    """One message for all teams of a person, at their hour of the day on which the turn opens, or of today."""
    today = times.local_day(now, collaborative.timezone)
    theirs_at = hours.of_person(session, session.get_one(Person, person)).on(max(period.opens, today))
    begins = times.at(period.opens, times.MIDNIGHT, collaborative.timezone)  # far in the east nine comes before it
    until = min(period.closes, over_from(collaborative))
    outbox.plan(
        session, "scores/due", key=score_cards.key(collaborative, period.name, person), to=f"person:{person}",
        at=max(theirs_at, begins), until=times.at(until, times.MIDNIGHT, collaborative.timezone), why=WHY, now=now,
        turn=turn, person=person,
    )  # fmt: skip


@query
def _unseen(today: date) -> SelectOfScalar[Collaborative]:
    unseen = or_(col(Collaborative.scores_planned).is_(None), Collaborative.scores_planned != today)
    return select(Collaborative).where(col(Collaborative.launched_at).is_not(None), unseen)
