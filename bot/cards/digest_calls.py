"""What the digest says beside a team to call: a talk as a talk, an answer as an answer, and what one can do from it."""

from sqlmodel import Session

from bot import times
from bot.cards import alert_questions
from bot.domain import contacts
from bot.domain.alerts import Alert
from bot.domain.contacts import Outreach
from bot.domain.pdsa_facts import name_of


def stands(session: Session, zone: str, alert: Alert | None) -> tuple[str, str]:
    """What was done about it by now, in words, and what one can do from here."""
    if alert is None or alert.ended_at:
        return "settled by now", ""
    log = contacts.log(session, alert)
    both = (contacts.newest(log, contacts.SPOKE), contacts.newest(log, contacts.ANSWERED))
    if told := sorted((one for one in both if one), key=lambda one: one.at):
        said = "; ".join(_contact(session, zone, one) for one in told)
        return said, contacts.suggested(alert, log)
    by = name_of(session, alert.caller_id) if alert.caller_id else ""
    return (f"{by} calls", "spoke") if by else ("", "call")


def _contact(session: Session, zone: str, one: Outreach) -> str:
    """A talk, or what somebody of the team answered, each as what it is."""
    by, day = name_of(session, one.person_id), times.day(times.local_day(one.at, zone))
    if one.what == contacts.ANSWERED:
        return f"{by} answered on {day}: {alert_questions.words(one)}"
    outcome = contacts.OUTCOMES.get(one.outcome, "")
    return f"{by} spoke on {day}{f': {outcome}' if outcome else ''}"
