"""The one question to a team lead in somebody's name: what it says, when it goes, what was answered, who hears."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import access, outbox, times
from bot.domain import alerts, checkins, contacts, covers, hours, pdsa_facts, people
from bot.domain.alerts import Alert
from bot.domain.contacts import ANSWERED, ANSWERS, ASKED, LATE, Outreach
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
A_WEEK = timedelta(weeks=1)
ASKS = "somebody in faculty asked me to ask you"
WHY = "you look after this team, or asked how it goes"
NEVER_PUT = (outbox.DROPPED, outbox.EXPIRED, outbox.RECALLED, outbox.HELD)
ENOUGH = "One question in four weeks is enough; a call says more."


def key(one: Outreach) -> str:
    """The occasion."""
    return f"alert:{one.alert_id}:asked:{one.id}"


def lead(session: Session, team: Team) -> Person | None:
    """Whom a team is asked through."""
    return checkins.addressee(session, team)


def offer(session: Session, team: Team, reader: int, now: datetime) -> str:
    """Why the team isn't to be asked again just now, whichever alert it is; empty where it may be."""
    if lead(session, team) is None:
        return f"Nobody of {team.name} is in Slack yet, so there is nobody to ask."
    before = _standing(session, team, now)
    if before is None:
        return ""
    who = "You" if before.person_id == reader else pdsa_facts.name_of(session, before.person_id)
    letter = letter_of(session, before)
    if letter and outbox.waits(letter):
        have = "have" if before.person_id == reader else "has"
        return f"{who} {have} them asked, on {times.dated(letter.due, team.timezone)}. {ENOUGH}"
    return f"{who} had them asked on {times.day(times.local_day(before.at, team.timezone))}. {ENOUGH}"


def ask(session: Session, alert: Alert, team: Team, by: int, now: datetime) -> None:
    """It goes to the team lead, at their own hour."""
    whom = lead(session, team)
    assert whom is not None, "the offer looked for one"
    asked = contacts.note(session, alert, by, ASKED, now)
    at = max(now, hours.of_person(session, whom, team).on(times.local_day(now, team.timezone)))
    outbox.plan(
        session, "alerts/asked", key=key(asked), to=f"person:{whom.id}", at=at, why=ASKS, until=now + A_WEEK, now=now,
        alert=alert.id or 0, person=whom.id or 0, by=by, contact=asked.id or 0,
    )  # fmt: skip


def withdraw(session: Session, team: int, now: datetime) -> None:
    """Somebody has spoken with the team: a question whose hour is still to come isn't put, and was never asked."""
    waiting = contacts.asked_lately(session, team, now)
    letter = letter_of(session, waiting) if waiting else None
    if waiting and letter and outbox.waits(letter) and letter.due > now:
        outbox.forget(session, letter)
        session.delete(waiting)
        session.flush()


def letter_of(session: Session, one: Outreach) -> Letter | None:
    """What was planned for it; those of long ago had no key of their own."""
    return outbox.of_key(session, key(one)) or outbox.of_key(session, f"alert:{one.alert_id}:asked")


def never_put(session: Session, one: Outreach) -> bool:
    """Whether its letter came to nothing, so that nobody was asked."""
    letter = letter_of(session, one)
    return letter is not None and letter.ts is None and letter.state in NEVER_PUT


def answer(session: Session, alert: Alert, by: int, outcome: str, letter: Letter | None, now: datetime) -> bool:
    """A press is the answer; who asks for something is heard at once, by the coach and by whoever had them asked.

    Returns whether it is news: pressing the same again is not.
    """
    put = _put(session, letter) if letter else None
    if put and contacts.is_known(session, alert, by, outcome, put):
        return False
    told = contacts.answer(session, alert, by, outcome, put, now)
    if letter:
        outbox.say_again(session, letter.key, now=now)
    if outcome != contacts.FINE:
        _pass_on(session, alert, told, letter, now)
    return True


def _pass_on(session: Session, alert: Alert, told: Outreach, letter: Letter | None, now: datetime) -> None:
    team = session.get_one(Team, alert.team_id)
    whom = {covers.looks_after(session, team, times.local_day(now, team.timezone)), letter and letter.about.get("by")}
    for person in sorted(row for row in whom if row):
        outbox.plan(
            session, "alerts/answered", key=f"alert:{alert.id}:answered:{told.id}:{person}", to=f"person:{person}",
            at=now, why=WHY, now=now, alert=alert.id or 0, contact=told.id or 0, reader=person,
        )  # fmt: skip


def asked(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The question, in somebody's name, with the newest answer; none where nothing is open before its hour."""
    alert, person = session.get(Alert, about["alert"]), session.get(Person, about["person"])
    one = session.get(Outreach, about.get("contact", 0))
    letter = letter_of(session, one) if one else outbox.of_key(session, f"alert:{about['alert']}:asked")
    is_said = letter is not None and letter.ts is not None
    if alert is None or person is None:
        return None
    if alert.ended_at and not is_said and not alerts.open_of(session, [alert.team_id]):
        return None
    put = _put(session, letter) if letter else None
    told = [each for each in contacts.log(session, alert) if each.what in (ANSWERED, LATE) and put and each.at >= put]
    newest = told[-1] if told else None
    team = session.get_one(Team, alert.team_id)
    return {
        "alert": alert,
        "team": team,
        "name": people.first_name(person.name),
        "by": session.get_one(Person, about["by"]).name,
        "answer": words(newest) if newest else "",
        "answered": times.day(times.local_day(newest.at, team.timezone)) if newest else "",
    }


def answered(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The word to whoever looks after the team that it asks for something; none where they don't any more."""
    alert, told = session.get(Alert, about["alert"]), session.get(Outreach, about["contact"])
    if alert is None or told is None:
        return None
    team = session.get_one(Team, alert.team_id)
    if "reader" in about and not _may_read(session, about["reader"], team, kit.now()):
        return None
    return {
        "alert": alert,
        "team": team,
        "by": pdsa_facts.name_of(session, told.person_id),
        "answer": words(told),
    }


VOICE = {"alerts/asked": asked, "alerts/answered": answered}


def words(one: Outreach) -> str:
    """An answer as it was pressed."""
    return ANSWERS.get(one.outcome, ANSWERS[contacts.FINE])


def line(session: Session, one: Outreach, zone: str) -> str:
    """A question or an answer, as a card tells it: what isn't put yet is said to come."""
    by = pdsa_facts.name_of(session, one.person_id)
    if one.what == LATE:
        to = "a question of before the talk" if contacts.follows_a_talk(session, one) else "an older question"
        return f"{by}, to {to}: {words(one)}"
    if one.what == ANSWERED:
        return f"{by}: {words(one)}"
    letter = letter_of(session, one)
    if letter and outbox.waits(letter):
        return f"{by} has the team lead asked, on {times.dated(letter.due, zone)}"
    had = "had" if letter is None or letter.ts else "wanted to have"
    return f"{by} {had} the team lead asked"


def _may_read(session: Session, person: int, team: Team, now: datetime) -> bool:
    found = access.of_person(session, person)
    reader = access.standing_in(session, found, now) if found else None
    return reader is not None and reader.may("alerts.handle", collaborative=team.collaborative_id, team=team)


def _put(session: Session, letter: Letter) -> datetime | None:
    """When somebody had it asked."""
    one = session.get(Outreach, letter.about.get("contact", 0))
    return one.at if one else letter.planned_for


def _standing(session: Session, team: Team, now: datetime) -> Outreach | None:
    """The question of the last weeks that was put, is on its way, or is still to be."""
    one = contacts.asked_lately(session, team.id or 0, now)
    return one if one and not never_put(session, one) else None
