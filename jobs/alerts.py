"""Faculty is told about teams: what can't wait at once, the rest on Monday morning, ranked, three a coach at most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import outbox, times
from bot.cards import alert_cards
from bot.domain import alert_rules, alerts, covers, engagement_facts, hours
from bot.domain.alert_rules import NEVER, QUIET, REASONS
from bot.domain.alerts import Alert, AlertLook
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.engagement import Facts
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit
from bot.statements import query

AGAIN = timedelta(hours=1)  # after which teams are looked at again
MONDAY = time(8)
MOST = 3  # new alerts for each coach and week
WHY = "you look after this team"
WHY_ALL = "every team has gone quiet"


class Known(NamedTuple):
    """All teams, and the facts of those that are with us: asked for once a look."""

    teams: Mapping[int, Team]
    facts: Mapping[int, Facts]


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="alerts.plan")


def plan(kit: Kit) -> None:
    """Look once an hour, and between at who did something; what takes long is read before the write lock is taken."""
    now = kit.now()
    with kit.store.reading() as session:
        facts = engagement_facts.by_team(session, now) if any(True for _ in _due(session, now)) else None
    if facts is None:
        return _see_back(kit, now)
    with kit.store.transaction() as session:
        look(session, facts, now)


def look(session: Session, facts: Mapping[int, Facts], now: datetime) -> None:
    """Open and end what there is to, and tell whom it is for; of teams that left meanwhile nothing is told."""
    due = list(_due(session, now))
    if not due:
        return
    teams = {team.id or 0: team for team in session.exec(select(Team))}  # held, so that none is asked for by itself
    facts = {row: one for row, one in facts.items() if teams[row].status not in GONE}
    for one in alerts.watch_by(session, facts.values(), now):
        outbox.say_again(session, alert_cards.key(one), now=now)
    for collaborative, seen in due:
        seen.looked_at = now
        session.add(seen)
        for alert in _untold(session, collaborative):
            if REASONS[alert.reason].interrupts:
                to = covers.looks_after(session, teams[alert.team_id], times.local_day(now, collaborative.timezone))
                _tell(session, alert, collaborative, to, now)
        _monday(session, collaborative, seen, Known(teams, facts), now)


def _see_back(kit: Kit, now: datetime) -> None:
    """What a team did just now ends what it ends; no other team is looked at."""
    with kit.store.reading() as session:
        facts = engagement_facts.of_teams(session, alerts.stirring(session, now), now)
        stands = alerts.open_of(session, facts) if facts else []
        if len(alerts.still_open(session, stands, facts)) == len(stands):
            return
    with kit.store.transaction() as session:
        for one in alerts.end_over(session, facts, now):
            outbox.say_again(session, alert_cards.key(one), now=now)


def _due(session: Session, now: datetime) -> Iterator[tuple[Collaborative, AlertLook]]:
    launched = select(Collaborative, AlertLook).outerjoin(AlertLook).where(col(Collaborative.launched_at).is_not(None))
    rows: Iterable[tuple[Collaborative, AlertLook | None]] = session.exec(launched.order_by(col(Collaborative.id)))
    for collaborative, seen in rows:
        over = is_over(collaborative, times.local_day(now, collaborative.timezone))
        if not over and (seen is None or abs(now - seen.looked_at) >= AGAIN):
            yield collaborative, seen or AlertLook(collaborative_id=collaborative.id or 0, looked_at=now)


def _monday(session: Session, collaborative: Collaborative, seen: AlertLook, known: Known, now: datetime) -> None:
    """What has waited for Monday, once, on its morning or as soon after as the bot is there."""
    today = times.local_day(now, collaborative.timezone)
    monday = today - timedelta(days=today.weekday())
    at = replace(hours.of_staff(session, collaborative), hour=MONDAY).on(monday)
    if now < at or seen.monday == monday:
        return None
    seen.monday = monday
    new = [
        one
        for one in alert_cards.waiting_of(session, collaborative)
        if times.local_day(one.opened_at, collaborative.timezone) <= monday
    ]
    waiting = alerts.ranked(session, new, {one.team_id: known.facts[one.team_id] for one in new})
    if any(one.reason in (QUIET, NEVER) for one in waiting):
        at_work, reasons = _standing(session, collaborative, known)
        if alert_rules.all_quiet(at_work, reasons):
            begun = len(at_work) - alert_rules.not_begun(reasons)
            return _tell_of_all(session, collaborative, waiting, monday, now, teams=len(at_work), begun=begun)
    told: dict[int | None, list[Alert]] = defaultdict(list)
    looks_after = cache(lambda coach: covers.looks_after(session, coached[coach], today))
    coached = {known.teams[one.team_id].coach_id: known.teams[one.team_id] for one in waiting}
    for alert in waiting:
        coach = looks_after(known.teams[alert.team_id].coach_id)
        if len(told[coach]) < MOST:
            told[coach].append(alert)
            _tell(session, alert, collaborative, coach, now, on=monday)


def _tell(
    session: Session, alert: Alert, collaborative: Collaborative, to: int | None, now: datetime, on: date | None = None
) -> None:
    """The card in the faculty's channel; where it can't wait, a word to the coach too."""
    alert.told_on, alert.told_to = on or times.local_day(now, collaborative.timezone), to
    session.add(alert)
    if channel := _faculty(session, collaborative):
        outbox.plan(
            session, "alerts/card", key=alert_cards.key(alert), to=f"channel:{channel}", at=now, why=WHY, now=now,
            alert=alert.id or 0,
        )  # fmt: skip
    if on is None and alert.told_to:
        outbox.plan(
            session, "alerts/coach", key=alert_cards.coach_key(alert), to=f"person:{alert.told_to}", at=now,
            why=WHY, now=now, alert=alert.id or 0, again=0,
        )  # fmt: skip


def _tell_of_all(
    session: Session, collaborative: Collaborative, waiting: list[Alert], monday: date, now: datetime, *, teams: int,
    begun: int,
) -> None:  # fmt: skip
    """One message instead of a card for each team."""
    for alert in waiting:
        alert.told_on = monday
        session.add(alert)
    if channel := _faculty(session, collaborative):
        outbox.plan(
            session, "alerts/all_quiet", key=f"alerts:{collaborative.id}:all:{monday.isoformat()}",
            to=f"channel:{channel}", at=now, why=WHY_ALL, now=now, collaborative=collaborative.id or 0,
            teams=teams, begun=begun,
        )  # fmt: skip


def _standing(session: Session, collaborative: Collaborative, known: Known) -> tuple[set[int], dict[int, list[str]]]:
    """The teams at work there, and by team what is open."""
    here = (facts for row, facts in known.facts.items() if known.teams[row].collaborative_id == collaborative.id)
    at_work = {facts.team for facts in here if not facts.at_rest}
    reasons: dict[int, list[str]] = defaultdict(list)
    for one in alerts.open_of(session, at_work):
        reasons[one.team_id].append(one.reason)
    return at_work, reasons


def _untold(session: Session, collaborative: Collaborative) -> list[Alert]:
    untold = select(Alert).join(Team).where(
        Team.collaborative_id == collaborative.id, col(Alert.told_on).is_(None), col(Alert.ended_at).is_(None)
    )  # fmt: skip
    return list(session.exec(untold.order_by(col(Alert.id))))


def _faculty(session: Session, collaborative: Collaborative) -> int | None:
    return _faculty_of(session, collaborative.id).first()


@query
def _faculty_of(collaborative: int | None) -> SelectOfScalar[Any]:
    return select(Channel.id).where(Channel.collaborative_id == collaborative, Channel.purpose == "faculty")
