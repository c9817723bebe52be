"""The recap of a call in its thread, what a team that wasn't there reads, and what a team said that it will do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import outbox, times
from bot.cards import attendance_words, call_places, edits
from bot.domain import attendance, commitments, event_facts, events, hours, pdsa_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.commitments import Commitment
from bot.domain.events import Event, Meeting
from bot.domain.minutes import Minutes
from bot.domain.teams import Team
from bot.kit import Kit

Values = dict[str, Any]
A_WHILE = timedelta(hours=1)  # in which the roll and the minutes are still mended
OF_USE = timedelta(days=7)
WHY = "nobody of the team was noted at a call whose minutes are written"


def key(minutes: Minutes) -> str:
    """The occasion, and the beginning of every other that its words stand in."""
    return f"minutes:{minutes.id}"


def keys(minutes: Minutes, event: Event) -> list[str]:
    """The occasions of its recaps: one for everybody, or one for each of the teams that the event is for."""
    return [_recap_key(minutes, team) for team in event.team_ids or [call_places.EVERYBODY]]


def say(session: Session, minutes: Minutes, date: Meeting, now: datetime) -> None:
    """The recap stands in the thread of each card, or by itself where there is none; the teams hear their part."""
    teams = rsvps.asked(session, date.event)
    theirs = [named(minutes, team.id) for team in teams for named in (promised_key, missed_key)]
    edits.anew(session, [*keys(minutes, date.event), *theirs])
    about, everyone = minutes.id or 0, call_places.everyone(session, date.event.collaborative_id)
    for row, channel in call_places.of(session, date.event, everyone).items():
        _say_recap(session, minutes, date, row, channel, now)
    outbox.say_again(session, *keys(minutes, date.event), now=now)  # also in teams that take a pause since
    promised = {one.team_id for one in commitments.of(session, minutes)}
    for team in teams:
        if team.id in promised:
            outbox.say(
                session, "minutes/promised", key=promised_key(minutes, team.id), to=f"team:{team.id}", now=now,
                minutes=about, team=team.id or 0,
            )  # fmt: skip
        else:
            outbox.recall(session, promised_key(minutes, team.id), now)
    plan_missed(session, minutes, date, now)


def _recap_key(minutes: Minutes, team: int) -> str:
    return f"{key(minutes)}:in:{team}" if team else key(minutes)


def _say_recap(session: Session, minutes: Minutes, date: Meeting, team: int, channel: int, now: datetime) -> None:
    under, about = call_places.key(date.event.id or 0, event_facts.stamp(date.planned), team), minutes.id or 0
    card, recap = outbox.of_key(session, under), _recap_key(minutes, team)
    if card and card.ts:
        outbox.answer(session, "minutes/recap", key=recap, to=f"channel:{channel}", under=under, now=now, minutes=about)
    else:
        outbox.say(session, "minutes/recap", key=recap, to=f"channel:{channel}", now=now, minutes=about)


def follow(session: Session, minutes: Minutes, date: Meeting, now: datetime) -> None:
    """Somebody was noted at it, or isn't any more: what teams read of its minutes says so."""
    promised = {promised_key(minutes, one.team_id) for one in commitments.of(session, minutes)}
    outbox.say_again(session, *promised, now=now)
    plan_missed(session, minutes, date, now)


def plan_missed(session: Session, minutes: Minutes, date: Meeting, now: datetime) -> None:
    """Each team that wasn't there reads in its own channel what it missed, at its next nine o'clock.

    Where the roll has nobody any more, nothing is known, and what was said of it is taken back.
    """
    there = [missed_key(minutes, team) for team in attendance.present(session, date).teams]
    if not there:
        return outbox.recall(session, f"{key(minutes)}:missed", now)
    absent = attendance.absent(session, date)
    edits.anew(session, [missed_key(minutes, team.id) for team in absent])
    for team in absent:
        working = hours.of_team(session, team)
        today = times.local_day(now, working.zone)
        at = working.on(today)
        at = at if at >= now + A_WHILE else working.on(today + times.A_DAY)
        outbox.plan(
            session, "minutes/missed", key=missed_key(minutes, team.id), to=f"team:{team.id}", at=at, why=WHY,
            until=at + OF_USE, now=now, minutes=minutes.id or 0, team=team.id or 0,
        )  # fmt: skip
    for waits in there:
        outbox.unplan(session, waits)
    return outbox.say_again(session, *there, now=now)


def promised_key(minutes: Minutes, team: int | None) -> str:
    """The occasion: one team, and what it said that it will do."""
    return f"{key(minutes)}:team:{team}"


def missed_key(minutes: Minutes, team: int | None) -> str:
    """The occasion: one team that wasn't there."""
    return f"{key(minutes)}:missed:{team}"


def recap(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the recap prints; None once it was taken down."""
    minutes = session.get(Minutes, about["minutes"])
    if minutes is None or minutes.purged_at:
        return None
    here = _here(session, minutes, kit.now())
    return {**_told(session, minutes, commitments.of(session, minutes)), "here": here}


def promised(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What one team said that it will do."""
    minutes = session.get(Minutes, about["minutes"])
    theirs = [one for one in commitments.of(session, minutes) if one.team_id == about["team"]]
    if minutes is None or not theirs:
        return None
    date = rsvps.meeting(session, minutes.event_id, minutes.planned)
    there = date is not None and about["team"] in attendance.present(session, date).teams
    return {**_told(session, minutes, theirs), "there": there}


def missed(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What a team that wasn't there reads; None where it was noted since, and hasn't been told yet."""
    minutes, team = session.get(Minutes, about["minutes"]), session.get(Team, about["team"])
    if minutes is None or minutes.purged_at or team is None:
        return None
    date = rsvps.meeting(session, minutes.event_id, minutes.planned)
    there = date is not None and team.id in attendance.present(session, date).teams
    letter = outbox.of_key(session, missed_key(minutes, team.id))
    if there and letter is not None and letter.ts is None:
        return None
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    told = _told(session, minutes, commitments.of(session, minutes))
    return {
        **told, "team": team, "there": there, "zone": team.timezone,
        "next": events.next_call(session, collaborative, [team.id or 0], kit.now()),
    }  # fmt: skip


def _here(session: Session, minutes: Minutes, now: datetime) -> Values:
    date = rsvps.meeting(session, minutes.event_id, minutes.planned)
    return attendance_words.on_card(session, date, now)


def _told(session: Session, minutes: Minutes, promises: list[Commitment]) -> Values:
    event = session.get_one(Event, minutes.event_id)
    date = rsvps.meeting(session, minutes.event_id, minutes.planned)
    collaborative = session.get_one(Collaborative, event.collaborative_id)
    return {
        "minutes": minutes,
        "title": event.title,
        "known_as": date.known_as if date else minutes.planned,
        "zone": collaborative.timezone,
        "collaborative": collaborative.name,
        "by": pdsa_facts.name_of(session, minutes.person_id),
        "promises": [_promise(session, one) for one in promises],
        "which": f"{event.id}:{event_facts.stamp(minutes.planned)}",
    }


def _promise(session: Session, one: Commitment) -> Values:
    cycle = commitments.cycle_of(session, one)
    return {
        "id": one.id,
        "team": session.get_one(Team, one.team_id).name,
        "words": one.words,
        "due": one.due,
        "cycle": cycle.number if cycle else 0,
    }
