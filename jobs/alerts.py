"""Faculty is told about teams: what can't wait at once, the rest on Monday morning, ranked, three a coach at most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import alert_cards
from bot.domain import alerts, covers, engagement_facts, hours
from bot.domain.alert_rules import QUIET, REASONS
from bot.domain.alerts import Alert, AlertLook
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit

AGAIN = timedelta(hours=1)  # after which teams are looked at again
MONDAY = time(8)
MOST = 3  # new alerts for each coach and week
FEWEST = 3  # teams, for all of them to be quiet at once
WHY, WHY_MONDAY = "you look after this team", "once a week you hear of the teams you look after"
WHY_ALL = "every team has gone quiet"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="alerts.plan")


def plan(kit: Kit) -> None:
    """Look once an hour; take the write lock only then."""
    with kit.store.reading() as session:
        due = any(True for _ in _due(session, kit.now()))
    if due:
        with kit.store.transaction() as session:
            look(session, kit.now())


def look(session: Session, now: datetime) -> None:
    """Open and end what there is to, and tell whom it is for."""
    due = list(_due(session, now))
    for one in alerts.watch(session, now):
        outbox.say_again(session, alert_cards.key(one), now=now)
    for collaborative, seen in due:
        seen.looked_at = now
        session.add(seen)
        for alert in _untold(session, collaborative):
            if REASONS[alert.reason].interrupts:
                _tell(session, alert, collaborative, now)
        _monday(session, collaborative, seen, now)


def _due(session: Session, now: datetime) -> Iterator[tuple[Collaborative, AlertLook]]:
    launched = select(Collaborative, AlertLook).outerjoin(AlertLook).where(col(Collaborative.launched_at).is_not(None))
    rows: Iterable[tuple[Collaborative, AlertLook | None]] = session.exec(launched.order_by(col(Collaborative.id)))
    for collaborative, seen in rows:
        over = is_over(collaborative, times.local_day(now, collaborative.timezone))
        if not over and (seen is None or abs(now - seen.looked_at) >= AGAIN):
            yield collaborative, seen or AlertLook(collaborative_id=collaborative.id or 0, looked_at=now)


def _monday(session: Session, collaborative: Collaborative, seen: AlertLook, now: datetime) -> None:
    """What has waited for Monday, once, on its morning or as soon after as the bot is there."""
    today = times.local_day(now, collaborative.timezone)
    monday = today - timedelta(days=today.weekday())
    at = replace(hours.of_staff(session, collaborative), hour=MONDAY).on(monday)
    if now < at or seen.monday == monday:
        return None
    seen.monday = monday
    new = [
        one
        for one in alert_cards.waiting_of(session, collaborative, None, monday)
        if times.local_day(one.opened_at, collaborative.timezone) <= monday
    ]
    waiting = _ranked(session, new, now)
    if any(one.reason == QUIET for one in waiting) and _all_quiet(session, collaborative):
        return _tell_of_all(session, collaborative, waiting, monday, now)
    told: dict[int | None, list[Alert]] = defaultdict(list)
    for alert in waiting:
        coach = covers.looks_after(session, session.get_one(Team, alert.team_id), today)
        if len(told[coach]) < MOST:
            told[coach].append(alert)
            _tell(session, alert, collaborative, now, on=monday)
    for coach in filter(None, told):
        outbox.plan(
            session, "alerts/monday", key=f"alerts:{collaborative.id}:{coach}:{monday.isoformat()}",
            to=f"person:{coach}", at=at, why=WHY_MONDAY, now=now, collaborative=collaborative.id or 0, person=coach,
            day=monday.toordinal(), until=at + timedelta(days=5),
        )  # fmt: skip


def _tell(session: Session, alert: Alert, collaborative: Collaborative, now: datetime, on: date | None = None) -> None:
    """The card in the faculty's channel; where it can't wait, a word to the coach too."""
    today = times.local_day(now, collaborative.timezone)
    alert.told_on = on or today
    alert.told_to = covers.looks_after(session, session.get_one(Team, alert.team_id), today)
    session.add(alert)
    if channel := _faculty(session, collaborative):
        outbox.plan(
            session, "alerts/card", key=alert_cards.key(alert), to=f"channel:{channel}", at=now, why=WHY, now=now,
            alert=alert.id or 0,
        )  # fmt: skip
    if on is None and alert.told_to:
        outbox.plan(
            session, "alerts/coach", key=f"{alert_cards.key(alert)}:coach", to=f"person:{alert.told_to}", at=now,
            why=WHY, now=now, alert=alert.id or 0, again=0,
        )  # fmt: skip


def _tell_of_all(
    session: Session, collaborative: Collaborative, waiting: list[Alert], monday: date, now: datetime
) -> None:
    """One message instead of a card for each team."""
    for alert in waiting:
        alert.told_on = monday
        session.add(alert)
    if channel := _faculty(session, collaborative):
        outbox.plan(
            session, "alerts/all_quiet", key=f"alerts:{collaborative.id}:all:{monday.isoformat()}",
            to=f"channel:{channel}", at=now, why=WHY_ALL, now=now, collaborative=collaborative.id or 0,
            teams=len(_at_work(session, collaborative)),
        )  # fmt: skip


def _all_quiet(session: Session, collaborative: Collaborative) -> bool:
    teams = _at_work(session, collaborative)
    quiet = {one.team_id for one in alerts.open_of(session, teams) if one.reason == QUIET}
    return len(teams) >= FEWEST and quiet == teams


def _at_work(session: Session, collaborative: Collaborative) -> set[int]:
    here = select(Team.id).where(
        Team.collaborative_id == collaborative.id, col(Team.status).not_in((*GONE, "paused"))
    )  # fmt: skip
    return {row for row in session.exec(here) if row}


def _untold(session: Session, collaborative: Collaborative) -> list[Alert]:
    untold = select(Alert).join(Team).where(
        Team.collaborative_id == collaborative.id, col(Alert.told_on).is_(None), col(Alert.ended_at).is_(None)
    )  # fmt: skip
    return list(session.exec(untold.order_by(col(Alert.id))))


def _ranked(session: Session, waiting: list[Alert], now: datetime) -> list[Alert]:
    teams = [session.get_one(Team, row) for row in sorted({one.team_id for one in waiting})]
    return alerts.ranked(session, waiting, engagement_facts.of_teams(session, teams, now))


def _faculty(session: Session, collaborative: Collaborative) -> int | None:
    here = select(Channel.id).where(Channel.collaborative_id == collaborative.id, Channel.purpose == "faculty")
    return session.exec(here).first()
