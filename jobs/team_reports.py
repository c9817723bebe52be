"""The monthly report of each team: written two days ahead, and taken back where there is no reason for it any more."""

from datetime import date, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import String, cast, literal
from sqlmodel import Session, col, or_, select

from bot import outbox
from bot.cards import team_report_cards
from bot.domain import team_reports
from bot.domain.collaboratives import Collaborative
from bot.domain.team_reports import Planned
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.statements import looking

AHEAD = timedelta(hours=48)
AN_HOUR = timedelta(hours=1)  # after which it is looked again, so that an idle tick asks the record nothing
WHY = "once a month each team sees on one page what it measured, tested and learned"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="team_reports.plan")


def plan(kit: Kit) -> None:
    """Write what is to come, once an hour; take the write lock only where something is to change."""
    now = kit.now()
    if kit.reports_at and kit.reports_at <= now < kit.reports_at + AN_HOUR:
        return
    with kit.store.reading() as session:
        behind = bool(team_reports.near(session, now, AHEAD)) and _is_behind(session, kit)
    if behind:
        with kit.store.transaction() as session:
            plan_in(session, kit)
    kit.reports_at = now


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    with looking(session):
        coming = _coming(session, kit)
        stale, wanted = _stale(session, coming, kit), [one for one in coming if _is_to_plan(session, one)]
    for key in stale:
        outbox.unplan(session, key)
    for one in wanted:
        outbox.plan(
            session, "team_reports/month", key=_key(one), to=f"team:{one.team.id}", at=one.at, until=one.until,
            why=WHY, now=kit.now(), team=one.team.id or 0, day=one.period.toordinal(),
        )  # fmt: skip


def _is_behind(session: Session, kit: Kit) -> bool:
    coming = _coming(session, kit)
    return any(_is_to_plan(session, one) for one in coming) or bool(_stale(session, coming, kit))


def _coming(session: Session, kit: Kit) -> list[Planned]:
    return [*team_reports.coming(session, kit.now(), AHEAD, lambda here, period: _told(session, here, period))]


def _told(session: Session, here: Collaborative, period: date) -> set[int]:
    """The teams whose report of a month was said, or isn't the clock's to plan any more (`outbox.is_planned`)."""
    taken = or_(
        Letter.state != outbox.PENDING, col(Letter.ts).is_not(None), col(Letter.recall), col(Letter.version) > 1
    )
    key = literal(team_report_cards.of_month(period)).concat(cast(Team.id, String))
    theirs = select(Team.id).join(Letter, col(Letter.key) == key).where(Team.collaborative_id == here.id, taken)
    return {row or 0 for row in session.exec(theirs)}


def _is_to_plan(session: Session, one: Planned) -> bool:
    """Whether it isn't written yet, or waits for another hour than its own."""
    letter = outbox.of_key(session, _key(one))
    return letter is None or (outbox.is_planned(letter) and letter.planned_for != one.at)


def _stale(session: Session, coming: list[Planned], kit: Kit) -> list[str]:
    """Reports that wait and aren't to come any more: of a team that pauses or has left, or after the end.

    They are looked for where reports come about now: one that was put off for long waits on.
    """
    near = [here.id for here, _, _ in team_reports.near(session, kit.now(), AHEAD)]
    wanted = {_key(one) for one in coming}
    waiting = select(Letter).where(
        Letter.state == outbox.PENDING, col(Letter.clock), Letter.message == "team_reports/month"
    )
    left = [one for one in session.exec(waiting) if outbox.is_planned(one) and one.key not in wanted]
    rows = {one.about["team"] for one in left}
    here = select(Team.id).where(col(Team.id).in_(rows), col(Team.collaborative_id).in_(near))
    theirs = {*session.exec(here)} if rows else set()
    return [one.key for one in left if one.about["team"] in theirs]


def _key(one: Planned) -> str:
    return team_report_cards.key(one.team.id, one.period)
