"""Turns to host or present at a call: given when it comes near, told to the team, and shown when they are swapped."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import outbox, times
from bot.cards import call_cards, call_places, edits
from bot.domain import event_facts, hours, presenting, rsvps
from bot.domain.events import Event, Meeting
from bot.domain.people import Person
from bot.domain.presenting import HOSTS, PRESENTS
from bot.domain.teams import Team
from bot.kit import Kit

WHY = "it is the team's turn to host or present at a call"
WHY_SWAPPED = "a turn of the team at a call was swapped"
ROLES = (PRESENTS, HOSTS)  # as letters carry them: by their place


def give(session: Session, date: Meeting, role: str, count: int, now: datetime) -> None:
    """The teams that are next have these turns; each hears of it in its channel, and the card shows it."""
    for team in presenting.assign(session, date, role, count, now):
        tell(session, date, role, team, now)
    outbox.say_again(session, *call_places.keys(date), now=now)


def tell(session: Session, date: Meeting, role: str, team: Team, now: datetime) -> None:
    """Word to the team at its next nine o'clock; a team that had this turn before sees that it has it again."""
    about = {**call_cards.about(date), "team": team.id or 0, "hosts": ROLES.index(role)}
    outbox.say_again(session, key(about), now=now)
    outbox.plan(
        session, "presenting/turn", key=key(about), to=f"team:{team.id}", at=_hour(session, team, now), why=WHY,
        until=date.known_as, now=now, **about,
    )  # fmt: skip


def swapped(session: Session, date: Meeting, role: str, gives: Team, takes: Team, by: int, now: datetime) -> None:
    """Both teams read it: what was said of these turns before is only edited, which tells nobody.

    A team that never heard of this turn gets the usual word of it.
    """
    of = {**call_cards.about(date), "hosts": ROLES.index(role), "by": by}
    gave = {**of, "team": gives.id or 0, "other": takes.id or 0, "takes": 0}
    took = {**of, "team": takes.id or 0, "other": gives.id or 0, "takes": 1}
    outbox.say_again(session, key(gave), key(took), *call_places.keys(date), now=now)
    knows = edits.said(session, [key(took)])
    if not knows:
        _forget(session, key(took))
        tell(session, date, role, takes, now)
    for team, about in ((gives, gave), *([(takes, took)] if knows else [])):
        about |= {"again": 0}
        _forget(session, _swap_key(about))
        if edits.said(session, [_swap_key(about)]):
            about |= {"again": event_facts.stamp(now)}
        outbox.plan(
            session, "presenting/swapped", key=_swap_key(about), to=f"team:{team.id}", at=_hour(session, team, now),
            why=WHY_SWAPPED, until=date.known_as, now=now, **about,
        )  # fmt: skip


def swap_told(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Who has the turn instead, and by whose swap; None where that isn't so any more before it was said."""
    event, date, role = (
        session.get_one(Event, about["event"]),
        call_cards.date_of(session, about),
        ROLES[about["hosts"]],
    )
    now_theirs = {one.id for one in presenting.of(session, date, role)} if date else set()
    is_so = date is None or (date.starts is not None and (about["team"] in now_theirs) is bool(about["takes"]))
    letter = outbox.of_key(session, _swap_key(about))
    if letter and letter.ts is None and not is_so:
        return None
    team, by = session.get_one(Team, about["team"]), session.get_one(Person, about["by"])
    return {
        "team": team.name,
        "other": session.get_one(Team, about["other"]).name,
        "by": by.name or "somebody",
        "takes": bool(about["takes"]),
        "title": event.title,
        "known_as": date.known_as if date else event_facts.at(about["planned"]),
        "zone": team.timezone,
        "hosts": role == HOSTS,
        "which": f"{event.id}:{about['planned']}",
    }


def key(about: Mapping[str, int]) -> str:
    """The occasion: that team has a turn at this date."""
    return f"call:{about['event']}:{about['planned']}:turn:{about['team']}:{about['hosts']}"


def _swap_key(about: Mapping[str, int]) -> str:
    """The occasion: that team gave or took the turn, the first time or, with a stamp, `again`."""
    occasion, again = f"{key(about)}:{'took' if about['takes'] else 'gave'}", about.get("again")
    return f"{occasion}:{again}" if again else occasion


def turn(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Whose turn it is to do what; None where it isn't any more, and nobody was told that it is."""
    event, team = session.get_one(Event, about["event"]), session.get_one(Team, about["team"])
    date, role = call_cards.date_of(session, about), ROLES[about["hosts"]]
    now_theirs = presenting.of(session, date, role) if date else []
    comes = bool(date and date.starts and not date.is_over(kit.now()))
    theirs, letter = team.id in {one.id for one in now_theirs}, outbox.of_key(session, key(about))
    if letter and letter.ts is None and not (theirs and comes):
        return None
    taken = presenting.taker(session, date, role, team) if date and not theirs else None
    return {
        "team": team.name,
        "title": event.title,
        "known_as": date.known_as if date else event_facts.at(about["planned"]),
        "zone": team.timezone,
        "hosts": role == HOSTS,
        "theirs": theirs,
        "comes": comes,
        "by": presenting.swapper(session, date, role, team) if date and theirs else "",
        "instead": taken.name if taken else "",
        "which": f"{event.id}:{about['planned']}",
    }


def turns(session: Session, date: Meeting) -> list[tuple[str, Team]]:
    """Every turn of a date that could be swapped."""
    return [(role, team) for role in ROLES for team in presenting.of(session, date, role)]


def takers(session: Session, date: Meeting, given: Collection[tuple[str, Team]]) -> list[tuple[str, str]]:
    """The teams that could take one of these turns, whoever is next first, each with its last time."""
    zone, roles = rsvps.zone(session, date), {role for role, _ in given}
    have = [{team.id for team in presenting.of(session, date, role)} for role in roles]
    busy = set.intersection(*have) if have else set()
    return [
        (str(team.id), f"{team.name[:45]} · {f'last {times.day(times.local_day(last, zone))}' if last else 'none yet'}")
        for team, last in presenting.queue(session, date, PRESENTS)
        if team.id not in busy
    ]


def _hour(session: Session, team: Team, now: datetime) -> datetime:
    working = hours.of_team(session, team)
    return max(working.on(times.local_day(now, working.zone)), now)


def _forget(session: Session, occasion: str) -> None:
    """What was never said of it, since it wasn't so any more by then, may be planned again: it is so anew."""
    letter = outbox.of_key(session, occasion)
    if letter and letter.ts is None and letter.state in (outbox.DROPPED, outbox.RECALLED):
        outbox.forget(session, letter)
        session.flush()
