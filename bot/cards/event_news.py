"""Word that a date was moved or canceled: the letters that carry it, and what is shown before they are written.

Everybody's channel and each team's get one; each person too where people would come, or are to come, within 24 hours,
and whoever had said whether they come.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import event_audience, event_forms
from bot.cards.event_audience import (
    AWAKE,
    AWAY,
    DAY_OFF,
    HEARD,
    NIGHT,
    PAUSED,
    SAID,
    SAID_FOR,
    SHORT,
    Audience,
    Hearer,
    News,
)
from bot.domain import event_facts, event_oddities, events, hours, pdsa_facts, rsvp_facts, rsvps, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import TOGETHER, Event, EventChange, Meeting
from bot.domain.people import Person
from bot.domain.teams import GONE, Team
from bot.kit import Kit

WHY = "a call or session is moved or canceled"
WHYS = {
    AWAKE: WHY,
    NIGHT: f"{WHY}, and it waits for the end of their night",
    DAY_OFF: f"{WHY}, and it waits for their next day of work",
    AWAY: f"{WHY}, and it waits until they are back",
    PAUSED: f"{WHY}, and it waits for the end of their team's pause",
}
BECAUSE = {  # to end the sentence that begins: you take part, and
    SHORT: "one of its dates changes at short notice",
    SAID: "you had said whether you're coming",
    SAID_FOR: "somebody had said for you whether you're coming",
    HEARD: "I told you of an earlier change of this date",
}
SINCE = {SAID: "they had answered", SAID_FOR: "somebody had answered for them", HEARD: "they heard of a change before"}
BEFORE_LAUNCH = "Nobody is told, since the collaborative isn't launched yet. The team cards follow."
OF_USE = timedelta(days=1)  # after the later of the two starts nobody needs to hear of it any more


def tell(
    session: Session, change: EventChange, found: Audience, *, at_night: bool, kit: Kit, **more: int
) -> None:  # fmt: skip
    """Owe word of it to each of them; what was said of this date before is brought up to date or, unsaid, forgotten.

    `more` is what the letters carry besides. At night it goes at once to everybody for whom it is soon, but to
    those who are away or pause.
    """
    now = kit.now()
    supersede(session, change, now)
    for one in (*found.told, *found.channels):
        kind, _, row = one.to.partition(":")
        was, starts = map(event_facts.stamp, one.told)
        about = {
            "change": change.id or 0,
            "version": change.version,
            "was": was,
            "starts": starts,
            "team": one.team,
            **more,
        }
        about |= {"person": 0, "channel": 0, kind: int(row), "because": one.because}
        if at_night and one.soon and one.waits not in (AWAY, PAUSED):
            outbox.say(session, "events/changed", key=key(about), to=one.to, now=now, **about)
        else:
            outbox.plan(
                session, "events/changed", key=key(about), to=one.to, at=one.at, why=WHYS[one.waits],
                until=one.told.ends + OF_USE, now=now, **about,
            )  # fmt: skip


def key(about: Mapping[str, int]) -> str:
    """The occasion: this change of that date, told to one person or in one channel."""
    whom = f"person:{about['person']}" if about["person"] else f"channel:{about['channel']}"
    return f"event:{about['change']}:{about['version']}:{whom}"


def edited_key(event: Event) -> str:
    """The occasion: what is new about an event is told to everybody that it is for."""
    return f"event:edited:{event.id}:{event.sequence}"


def edited(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """What is new about an event, for everybody; its dates are told of by themselves."""
    event = session.get(Event, about["event"])
    if event is None:
        return None
    collaborative = session.get_one(Collaborative, event.collaborative_id)
    following = events.next_of([event], events.changes(session, collaborative.id), collaborative.timezone, kit.now())
    return {
        "title": event.title,
        "collaborative": collaborative.name,
        "zone": collaborative.timezone,
        "some": bool(event.team_ids),
        "what": rsvp_facts.named(event_forms.told(about["what"])),
        "starts": following["starts"] if following else None,
        "join_url": event.join_url if following else "",
    }


def told(session: Session, change: EventChange, about: Mapping[str, int], now: datetime) -> dict[str, Any]:
    """What one person or channel is told of a date: as it stands now, and when they thought it was."""
    event, collaborative = session.get_one(Event, change.event_id), event_facts.collaborative_of(session, change)
    team, person = session.get(Team, about["team"]), session.get(Person, about["person"])
    was, heard = event_facts.start(about["was"]), event_facts.start(about["starts"])
    is_again = about["version"] < change.version
    date = Meeting(event, change.planned, change)
    is_open = change.starts is not None and not date.is_over(now) and events.is_asked(event)
    says = _says(session, date, about) if change.starts else ""
    asks = is_open and (not person or (team is not None and not says))
    return {
        "change": change.id,
        "title": event.title,
        "was": was,
        "known_as": (heard if is_again else None) or was or change.before or change.planned,
        "planned": change.planned,
        "starts": change.starts,
        "ends": about.get("ends", 0) if change.starts is None and not is_again else 0,
        "last": event_facts.at(about.get("last", 0)),
        "zone": hours.zone(session, person) if person else team.timezone if team else collaborative.timezone,
        "words": change.words,
        "by": pdsa_facts.name_of(session, change.person_id),
        "again": is_again,
        "collaborative": collaborative.name,
        "team": team.name if team and not person else "",
        "personal": person is not None,
        "because": BECAUSE[about.get("because", about.get("answered", SHORT))],
        "says": says,
        "anew": change.starts is not None and rsvps.has_lapsed(session, change),
        "which": f"{event.id}:{event_facts.stamp(change.planned)}" if asks else "",
    }


def preview(session: Session, news: News, found: Audience, now: datetime) -> dict[str, Any]:
    """What the coordinator sees before anything is changed: the date as understood, and whom it reaches when."""
    zones = {news.collaborative.timezone, *(one.zone for one in found.people), *_zones(session, news.collaborative)}
    return {
        "collaborative": news.collaborative,
        "title": news.meeting.event.title,
        "together": news.meeting.event.kind in TOGETHER,
        "known_as": news.meeting.known_as,
        "was": news.told.was,
        "planned": news.meeting.planned,
        "starts": news.told.starts,
        "zones": event_facts.in_zones(news.told.starts, zones, now) if news.told.starts else [],
        "remarks": _remarks(session, news),
        "reach": reach(session, news, found, now),
        "night": event_facts.asleep(found.asleep, len(found.told)) if found.asleep else "",
    }


def reach(session: Session, news: News, found: Audience, now: datetime) -> list[str]:
    """Whom it reaches and when, in sentences."""
    if news.collaborative.launched_at is None:
        return [BEFORE_LAUNCH]
    teams = {one.team for one in found.people if one.team}
    lines = [
        event_facts.whom(len(found.people), len(found.told), len(teams), len(found.channels), why=_because(found)),
        _when(session, "People", found.told, now),
        _when(session, "Channels", found.channels, now),
        *_heard_otherwise(news, [*found.told, *found.channels]),
        event_facts.away([team_facts.whom(session, to) for to in found.away]),
    ]
    return [line for line in lines if line]


def _remarks(session: Session, news: News) -> list[str]:
    """What whoever moves it may not have meant."""
    starts, lasts = [news.told.starts] if news.told.starts else [], news.meeting.lasts
    return event_oddities.found(session, news.collaborative, starts, lasts, news.meeting, news.meeting.event.team_ids)


def supersede(session: Session, change: EventChange, now: datetime) -> None:
    """Both are never said: what waits of an earlier change is forgotten, and what was said tells what holds now."""
    for letter in event_audience.letters(session, change):
        if letter.state in (outbox.PENDING, outbox.HELD) and event_audience.is_unsaid(letter):
            outbox.forget(session, letter)
        else:
            outbox.say_again(session, letter.key, now=now)
    session.flush()


def _because(found: Audience) -> str:
    """Why some get a message of their own."""
    if found.soon:
        return event_facts.SHORT_NOTICE
    return " or ".join(why for because, why in SINCE.items() if because in {one.because for one in found.told})


def _says(session: Session, date: Meeting, about: Mapping[str, int]) -> str:
    """What the person or the team that is told has answered since the change; empty where nothing."""
    if about["person"]:
        row = rsvps.counting(session, date, about["person"])
        return rsvp_facts.says(row) if row else ""
    said = rsvps.of_team(session, date, about["team"])
    return rsvp_facts.stands(said) if said else ""


def _when(session: Session, noun: str, hearers: list[Hearer], now: datetime) -> str:
    late = [_until(session, one) for one in hearers if one.at >= one.told.begins]
    return event_facts.when(noun, [(one.at, one.zone) for one in hearers], now, late=late)


def _until(session: Session, late: Hearer) -> str:
    """Who it is, and what it waits for where that isn't the night alone."""
    name, back = team_facts.whom(session, late.to), times.day(times.local_day(late.at, late.zone))
    return f"{name} ({late.waits} until {back})" if late.waits in (AWAY, PAUSED) else name


def _heard_otherwise(news: News, hearers: list[Hearer]) -> list[str]:
    """What those read in place of the date above who last heard another one."""
    others = Counter(one.told.was for one in hearers if one.told.was != news.told.was)
    zone = news.collaborative.timezone
    return [event_facts.heard_otherwise(count, times.words(was, zone) if was else "") for was, count in others.items()]


def _zones(session: Session, collaborative: Collaborative) -> list[str]:
    zones = select(Team.timezone).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    return [zone for zone in session.exec(zones.distinct()) if zone in times.zones()]
