"""What alerts say: a card for each in the faculty's channel, Monday's list for a coach, and the question to a team."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from bot import access, outbox, times
from bot.access import Actor
from bot.cards import alert_questions, openings
from bot.domain import (
    alert_rules,
    alerts,
    contacts,
    engagement,
    engagement_facts,
    engagement_scope,
    hours,
    pdsa_facts,
)
from bot.domain.alert_rules import REASONS
from bot.domain.alerts import BACK, CALM, CEASED, Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.contacts import CALL, NOBODY, OUTCOMES, PAUSED, SPOKE, Outreach
from bot.domain.engagement import Facts
from bot.domain.people import Person
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
SOON = timedelta(days=3)
MOST, MOST_CALMED, MOST_LOGGED = 10, 8, 8  # lines of a kind in one window or on one card
DID = {
    CALL: "{by} calls",
    SPOKE: "{by} spoke with them",
    PAUSED: "{by} gave the team a pause",
}
RESTS = {  # why it is over, by how the team stands now
    "left": "The team isn't at work any more, so this is over.", "paused": "The team rests, so this is over.",
    "back": "The team was at rest, so this was over; what holds since it is back has an alert of its own.",
}  # fmt: skip
TRIED = "{by} reached nobody"
TAKES_OVER = "somebody else calls a team that you had said you'd call"


def key(alert: Alert) -> str:
    """The occasion."""
    return f"alert:{alert.id}"


def coach_key(alert: Alert) -> str:
    """The word to whoever looks after the team, of what can't wait."""
    return f"{key(alert)}:coach"


def show(session: Session, alert: Alert, now: datetime) -> None:
    """Its card knows what was done, and so do those of whatever else is open of the team."""
    every = {one.id: one for one in (alert, *alerts.open_of(session, [alert.team_id]))}
    outbox.say_again(session, *(key(one) for one in every.values()), now=now)


def show_all(session: Session, alert: Alert, now: datetime) -> None:
    """What was written about it has gone: every message shows that, also of what is over since, and to one person."""
    for one in alerts.beside(session, alert):
        named = or_(Letter.key == key(one), col(Letter.key).startswith(f"{key(one)}:", autoescape=True))
        told = select(Letter.key).where(named, col(Letter.message).in_(("alerts/card", "alerts/coach")))
        outbox.say_again(session, *session.exec(told), now=now)


def spoken(session: Session, alert: Alert, by: int, outcome: str, words: str, now: datetime) -> None:
    """Somebody spoke with the team, or tried to: who had said they'd call hears it, and no question waits any more."""
    if before := contacts.spoke(session, alert, by, outcome, words, now):
        hand_over(session, alert, before, by, now)
    if outcome != NOBODY:
        alert_questions.withdraw(session, alert.team_id, now)


def hand_over(session: Session, alert: Alert, before: int, by: int, now: datetime) -> None:
    """Whoever had said they'd call hears, once and at their own hour, that somebody else does, or has spoken."""
    theirs = hours.of_person(session, session.get_one(Person, before))
    at = max(now, theirs.on(times.local_day(now, theirs.zone)))
    outbox.plan(
        session, "alerts/taken", key=f"{key(alert)}:taken:{before}:{at.timestamp():.0f}", to=f"person:{before}", at=at,
        until=now + SOON, why=TAKES_OVER, now=now, alert=alert.id or 0, by=by,
    )  # fmt: skip


def card(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """One alert, as it stands by now; taken back words leave it standing."""
    alert = session.get(Alert, about["alert"])
    if alert is None or is_too_late(session, alert, key(alert)):
        return None
    return told_now(session, alert, kit.now())


def is_too_late(session: Session, alert: Alert, occasion: str) -> bool:
    """Whether it was over before that was told."""
    letter = outbox.of_key(session, occasion) if alert.ended_at else None
    return alert.ended_at is not None and not (letter and letter.ts)


def told_now(session: Session, alert: Alert, now: datetime) -> Values:
    """Everything a card prints about an alert, by the facts of its team as they are now."""
    return told(session, alert, engagement_facts.of_team(session, session.get_one(Team, alert.team_id), now), now)


def told(session: Session, alert: Alert, facts: Facts, now: datetime) -> Values:
    """Everything a card prints about an alert, by the facts of its team."""
    team = session.get_one(Team, alert.team_id)
    here = session.get_one(Collaborative, team.collaborative_id)
    signal = engagement.judged(facts, engagement_scope.rules_of(here))
    log = contacts.log(session, alert)
    put = [one for one in log if one.what != contacts.ASKED or not alert_questions.never_put(session, one)]
    is_over = alert.ended_at is not None
    return {
        "alert": alert,
        "team": team,
        "name": REASONS[alert.reason].name,
        "level": engagement.CALLED[signal.level] if signal.level and not is_over else "",
        "reasons": _then(alert, here.timezone) if is_over else alert_rules.why(alert.reason, facts, signal),
        "stands": _stands(session, alert, here.timezone, now),
        "next": "" if is_over else contacts.next_step(alert, put, here.timezone, now),
        "opening": "" if is_over or contacts.talk(log) else openings.question(session, team),
        "log": [line(session, one, here.timezone) for one in log][-MOST_LOGGED:],
        "coach": pdsa_facts.name_of(session, team.coach_id) if team.coach_id else "",
        "as_of": "" if is_over else times.day(times.local_day(now, here.timezone)),
        "thursday": times.short_day(alerts.thursday(times.local_day(now, here.timezone))),
        "first": contacts.suggested(alert, log),
    }


def all_quiet(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """Every team of a collaborative is quiet or hasn't begun: said once."""
    collaborative = session.get_one(Collaborative, about["collaborative"])
    teams = about["teams"]
    are = alert_rules.quiet_words(teams, about.get("begun", teams))
    return {"collaborative": collaborative, "teams": teams, "are": are}


def taken(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """Somebody else calls the team, or has spoken with it; nothing where they don't look after it any more."""
    alert = session.get(Alert, about["alert"])
    if alert is None or alert.ended_at or alert.caller_id != about["by"]:
        return None
    talk = contacts.talk(contacts.log(session, alert))
    return {
        "team": session.get_one(Team, alert.team_id),
        "by": pdsa_facts.name_of(session, about["by"]),
        "spoke": talk is not None and talk.person_id == about["by"],
    }


VOICE = {
    "alerts/card": card, "alerts/all_quiet": all_quiet,
    "alerts/taken": taken, **alert_questions.VOICE,
}  # fmt: skip


def window(session: Session, actor: Actor, teams: Iterable[Team], now: datetime, page: int = 0) -> Values:
    """A page of the open alerts of teams that somebody may look after, ranked, and what was found to be no worry."""
    theirs = {team.id or 0: team for team in teams if _may(actor, team)}
    found = alerts.open_of(session, theirs)
    alerted = {one.team_id for one in found}
    facts = engagement_facts.of_teams(session, [team for row, team in theirs.items() if row in alerted], now)
    found = alerts.ranked(session, alerts.still_open(session, found, facts), facts)
    last = max(len(found) - 1, 0) // MOST
    at = min(page, last)
    shown = [told(session, one, facts[one.team_id], now) for one in found[at * MOST : (at + 1) * MOST]]
    calmed = [
        (one.id, f"{theirs[one.team_id].name}, {REASONS[one.reason].name.lower()}: {_stands(session, one, 'UTC', now)}")
        for one in alerts.calmed(session, theirs, MOST_CALMED)
    ]
    rules = [(one.id, one.name) for one in access.collaboratives_of(session, actor, "engagement.set")]
    places = [(one.id, one.name) for one in access.collaboratives_of(session, actor, "teams.see")]
    return {
        "alerts": shown, "more": max(len(found) - (at + 1) * MOST, 0), "calmed": calmed, "rules": rules[:5],
        "places": places[:5], "page": at, "last": last,
    }  # fmt: skip


def waiting_of(session: Session, collaborative: Collaborative) -> list[Alert]:
    """What waits for a Monday."""
    waiting = select(Alert).join(Team).where(
        Team.collaborative_id == collaborative.id, col(Alert.told_on).is_(None), col(Alert.ended_at).is_(None)
    )  # fmt: skip
    return [one for one in session.exec(waiting.order_by(col(Alert.id))) if not REASONS[one.reason].interrupts]


def _may(actor: Actor, team: Team) -> bool:
    return actor.may("alerts.handle", collaborative=team.collaborative_id, team=team)


def _then(alert: Alert, zone: str) -> str:
    """The facts of the day on which it was opened; those of today are about something else."""
    day = times.day(times.local_day(alert.opened_at, zone))
    return f"on {day}: {alert.facts}" if alert.facts else f"opened on {day}"


def _rests(team: Team) -> str:
    return "left" if team.status in GONE else "paused" if team.status == "paused" else "back"


def _stands(session: Session, alert: Alert, zone: str, now: datetime) -> str:
    opened = f"Open since {times.day(times.local_day(alert.opened_at, zone))}."
    by = pdsa_facts.name_of(session, alert.ended_by) if alert.ended_by else ""
    if alert.ended_how == BACK:
        return "They're back. 🌱 Good to see; nothing to do here any more."
    if alert.ended_how == CEASED:
        return "What this was about has changed, so it is over."
    if alert.ended_how == CALM:
        return f"Not a worry, says {by}: {alert.why or 'the words were taken down'}"
    if alert.ended_at:
        return RESTS[_rests(session.get_one(Team, alert.team_id))]
    if alert.sleeps_until and alert.sleeps_until > times.local_day(now, zone):
        return f"{opened} Comes again on {times.day(alert.sleeps_until)}."
    if alert.caller_id:
        return f"{opened} {pdsa_facts.name_of(session, alert.caller_id)} looks after it."
    return opened


def line(session: Session, one: Outreach, zone: str) -> str:
    """Who did what on which day, and what came of it."""
    day = times.day(times.local_day(one.at, zone))
    if one.what not in DID:
        return f"{day}: {alert_questions.line(session, one, zone)}."
    nobody = one.outcome == NOBODY
    did = (TRIED if nobody else DID[one.what]).format(by=pdsa_facts.name_of(session, one.person_id))
    came = f" {OUTCOMES[one.outcome]}." if one.outcome and not nobody else ""
    words = f" {one.words}" if one.words else ""
    return f"{day}: {did}.{came}{words}"
