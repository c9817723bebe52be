"""The word about an alert to one person: to whoever looks after the team, or to whoever asked to be reminded of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import alert_cards
from bot.domain import alerts
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
SLEEPS = "you asked me to remind you of this team"


def key(alert: int, person: int, day: date) -> str:
    """The occasion: what somebody asked to be reminded of, on that day."""
    return f"alert:{alert}:{person}:{day.isoformat()}"


def plan(session: Session, alert: Alert, here: Collaborative, person: int, day: date, now: datetime) -> None:
    """They are reminded of the team that morning, once, from however many of its cards they ask for it."""
    of_team = session.exec(select(Alert.id).where(Alert.team_id == alert.team_id))
    keys = [key(row or 0, person, day) for row in of_team]
    if session.exec(select(Letter.id).where(col(Letter.key).in_(keys)).limit(1)).first():
        return
    outbox.plan(
        session, "alerts/coach", key=key(alert.id or 0, person, day), to=f"person:{person}",
        at=times.at(day, times.NINE, here.timezone), why=SLEEPS, now=now, alert=alert.id or 0, again=1,
        person=person, day=day.toordinal(),
    )  # fmt: skip


def coach(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The alert as it stands by now; whoever asked to be reminded of a team hears of what is open."""
    alert = session.get(Alert, about["alert"])
    if alert is None:
        return None
    shown = _reminded_of(session, alert, about) if about["again"] else alert
    if shown is None or (not about["again"] and alert_cards.is_too_late(session, alert, alert_cards.coach_key(alert))):
        return None
    return {**alert_cards.told_now(session, shown, kit.now()), "again": bool(about["again"])}


VOICE = {"alerts/coach": coach}


def _reminded_of(session: Session, alert: Alert, about: Mapping[str, int]) -> Alert | None:
    """The alert; where it was over before the reminder's hour the first that is open of its team."""
    asked_for = key(alert.id or 0, about.get("person", 0), date.fromordinal(about.get("day", 1)))
    letter = outbox.of_key(session, asked_for)
    said_at = letter.planned_for if letter and letter.ts else None
    if alert.ended_at is None or (said_at and alert.ended_at > said_at):
        return alert
    still_open = alerts.open_of(session, [alert.team_id])
    return still_open[0] if still_open else alert if letter and letter.ts else None
