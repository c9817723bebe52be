"""What is said of a broadcast: each team's copy, a trial for its sender, how it goes, and that it waits."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot import outbox, templates, times
from bot.cards import broadcast_copies as copies
from bot.cards.broadcast_copies import Line
from bot.domain import audiences, broadcasts, event_facts, hours, pdsa_facts, people, rsvp_facts, seats, team_facts
from bot.domain.broadcasts import Broadcast, Read
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.teams import Organization, Team
from bot.kit import Kit

Values = dict[str, Any]
About = Mapping[str, int]
BEGINS = 150  # characters that tell one from another
MOST_PROBLEMS = 5  # in one message
UNDONE = "Undone: nothing was sent."
NOBODY = "It was meant for nobody when its time came, so nothing was sent."
LEFT = "It waits: {by}, who sent it, doesn't coordinate here any more. Somebody else who does can take it over."
TAKEN_DOWN = "Taken down, since patient details were reported in it."
RINGS_NOBODY = "It rings nobody, since by then it would have rung more people than the director agreed to."


def progress_key(broadcast: Broadcast) -> str:
    """The occasion of the one message that tells its sender how it goes."""
    return f"broadcasting:{broadcast.id}:{broadcast.person_id}"


def tell(session: Session, broadcast: Broadcast, due: datetime) -> None:
    """Its sender reads at that moment how it stands."""
    outbox.say(
        session, "broadcasts/progress", key=progress_key(broadcast), to=f"person:{broadcast.person_id}", now=due,
        broadcast=broadcast.id or 0, as_of=fingerprint(session, broadcast, due),
    )  # fmt: skip


def fingerprint(session: Session, broadcast: Broadcast, at: datetime) -> int:
    """A number that changes with what that message says at a moment."""
    told = _said(session, broadcast, copies.lines(session, broadcast), at)
    return zlib.crc32(repr([told, broadcast.begun_at, broadcast.left_at, broadcast.version]).encode())


def try_out(session: Session, broadcast: Broadcast, team: int, person: int, now: datetime) -> None:
    """Somebody reads it as that team will, and nobody else does."""
    key = f"trial:{broadcast.id}:{person}:{int(now.timestamp())}"
    outbox.say(
        session, "broadcasts/trial", key=key, to=f"person:{person}", now=now, broadcast=broadcast.id or 0, team=team
    )  # fmt: skip


def tell_that_it_waits(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """Everybody who coordinates hears that nobody answers for it."""
    for person in _coordinators(session, broadcast):
        key, to = _left_key(broadcast, person), f"person:{person}"
        outbox.say(session, "broadcasts/left", key=key, to=to, now=now, broadcast=broadcast.id or 0)


def show_anew(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """Somebody else answers for it, or its words are gone: what tells of it says so."""
    tell(session, broadcast, now)
    left_keys = [_left_key(broadcast, person) for person in _coordinators(session, broadcast)]
    outbox.say_again(session, *left_keys, now=now)


def copy(session: Session, about: About, kit: Kit) -> Values | None:
    """A team's copy; whether it is still meant is looked at once more before it goes out, and not for an edit."""
    broadcast, team = session.get(Broadcast, about["broadcast"]), session.get(Team, about["team"])
    if broadcast is None or team is None or not broadcasts.is_alive(broadcast):
        return None
    letter = outbox.of_key(session, copies.key(broadcast.id, team.id))
    if not (letter and letter.ts) and not _is_meant(session, broadcast, team, kit):
        return None
    return shown(session, broadcast, team, kit.now())


def trial(session: Session, about: About, kit: Kit) -> Values | None:
    """The same for its sender, sent or not."""
    broadcast, team = session.get(Broadcast, about["broadcast"]), session.get(Team, about["team"])
    return shown(session, broadcast, team, kit.now()) if broadcast and team and not broadcast.purged_at else None


def shown(session: Session, broadcast: Broadcast, team: Team, now: datetime) -> Values:
    """It as one team reads it."""
    collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
    audience = broadcasts.audience(broadcast)
    theirs = audiences.holders(session, audience.role, [team.id or 0]).get(team.id or 0, [])
    [words] = filled(session, broadcast.words, [team])
    return {
        "broadcast": broadcast.id,
        "team": team.id,
        "version": broadcast.version,
        "words": words,
        "parts": broadcasts.parts(words),
        "by": pdsa_facts.name_of(session, broadcast.person_id),
        "does": seats.does(session, collaborative, broadcast.person_id),
        "collaborative": collaborative.name,
        "which": audiences.asked_about(session, collaborative, audience, now),
        "to": audiences.meant(session, collaborative, audience),
        "ring": broadcast.ring,
        "role": team_facts.ROLES.get(audience.role, ""),
        "mentions": [one.slack_user for one in theirs if one.slack_user][: rsvp_facts.MOST_PEOPLE],
        "names": rsvp_facts.named([one.name for one in theirs]) if theirs else "",
        "asks": broadcast.wants_answer,
    }


def filled(session: Session, words: str, teams: Sequence[Team]) -> list[str]:
    """The words with the names of each of these teams in."""
    if "{" not in words:
        return [words for _ in teams]
    leads = audiences.holders(session, "team_lead", [team.id or 0 for team in teams])
    rows = {team.organization_id for team in teams}
    theirs = {one.id: one.name for one in session.exec(select(Organization).where(col(Organization.id).in_(rows)))}
    return [
        broadcasts.filled(words, {
            "team": team.name, "organization": theirs[team.organization_id], "lead": _lead(leads.get(team.id or 0, [])),
        })
        for team in teams
    ]  # fmt: skip


def longest(session: Session, broadcast: Broadcast, words: str) -> int:
    """How many characters these words have for the team with the longest names that it is meant for."""
    rows = [row for row, one in broadcasts.copies(session, broadcast.id).items() if not one.skipped]
    teams = session.exec(select(Team).where(col(Team.id).in_(rows))).all()
    return max((len(one) for one in filled(session, words, teams)), default=len(words))


def progress(session: Session, about: About, kit: Kit) -> Values | None:
    """How it goes, as it is counted now."""
    broadcast = session.get(Broadcast, about["broadcast"])
    if broadcast is None or broadcast.goes_at is None:
        return None
    found = copies.lines(session, broadcast)
    return {
        **of(session, broadcast, found, kit),
        "problems": _problems(found)[:MOST_PROBLEMS],
        "more_problems": max(len(_problems(found)) - MOST_PROBLEMS, 0),
    }


def of(session: Session, broadcast: Broadcast, found: Sequence[Line], kit: Kit) -> Values:
    """What is told of a broadcast wherever it is told, with what can be done about it."""
    collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
    zone = hours.zone(session, session.get_one(Person, broadcast.person_id))
    return {
        "broadcast": broadcast.id,
        "begins": templates.shorten(" ".join(broadcast.words.split()), BEGINS),
        "to": audiences.sentence(session, collaborative, broadcasts.audience(broadcast)),
        "when": _when(broadcast),
        "counted": f"{kit.now().astimezone(ZoneInfo(zone)):%H:%M:%S %Z}",
        "said": _said(session, broadcast, found, kit.now()),
        "undo": copies.is_open(broadcast, found, kit.now()),
        "alive": broadcasts.is_alive(broadcast),
        "again": not broadcasts.is_alive(broadcast) and not broadcast.purged_at,
    }


def left(session: Session, about: About, kit: Kit) -> Values | None:
    """That it waits for somebody to answer for it."""
    broadcast = session.get(Broadcast, about["broadcast"])
    if broadcast is None:
        return None
    told = of(session, broadcast, [], kit)
    by, waits = pdsa_facts.name_of(session, broadcast.person_id), broadcast.left_at is not None
    return {**{name: told[name] for name in ("broadcast", "begins", "to", "when", "alive")}, "by": by, "waits": waits}


def _left_key(broadcast: Broadcast, person: int) -> str:
    return f"broadcast-left:{broadcast.id}:{person}"


def _coordinators(session: Session, broadcast: Broadcast) -> list[int]:
    return seats.coordinators(session, session.get_one(Collaborative, broadcast.collaborative_id))


def _lead(leads: Sequence[Person]) -> str:
    return people.first_name(leads[0].name) if leads and leads[0].name else "your team lead"


def _is_meant(session: Session, broadcast: Broadcast, team: Team, kit: Kit) -> bool:
    collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
    wanted = broadcasts.audience(broadcast)
    return copies.answers_for_it(session, broadcast) and not audiences.why_not(
        session, collaborative, wanted, team.id or 0, kit.now()
    )


def _said(session: Session, broadcast: Broadcast, found: Sequence[Line], at: datetime) -> list[str]:
    """How it stands at a moment, in sentences."""
    if copies.is_open(broadcast, found, at):
        zone = session.get_one(Collaborative, broadcast.collaborative_id).timezone
        return copies.waiting(broadcast, found, zone)
    if broadcast.left_at and broadcasts.is_alive(broadcast):
        return [LEFT.format(by=pdsa_facts.name_of(session, broadcast.person_id))]
    return _stands(broadcast, found, broadcasts.have_got_it(session, broadcast))


def _when(broadcast: Broadcast) -> str:
    if broadcast.day is None or broadcast.at is None:
        return ""
    return f"at {times.hour(broadcast.at)} on {times.day(broadcast.day)} where each team is"


def _stands(broadcast: Broadcast, found: Sequence[Line], got: Mapping[int, Read]) -> list[str]:
    """How it stands, in sentences."""
    count = copies.tally(found)
    if broadcast.purged_at or broadcast.recalled_at:
        return _recalled(broadcast, found)
    if not found:
        return [NOBODY] if broadcast.begun_at else ["It is on its way."]
    meant = len(found) - count[copies.SKIPPED]
    out = sum(one.is_out for one in found)
    told = [f"Delivered to {out:,} of {event_facts.counted(meant, 'team')}." if meant else NOBODY]
    told += [f"Edited: {out - count[copies.OLD]:,} of {out:,}."] if count[copies.OLD] else []
    names = {copies.COMING: "On their way", copies.WAITS: "Waiting for their hour, the end of the night or their turn"}
    names |= {copies.NOT_DELIVERED: "Not delivered or not edited", copies.SKIPPED: "Skipped"}
    told += [f"{name}: {count[standing]:,}." for standing, name in names.items() if count[standing]]
    if broadcast.wants_answer:
        earlier = sum(one.earlier == one.people for one in got.values())
        before = f", {earlier:,} of them before the last edit" if earlier else ""
        told.append(f"Got it: {event_facts.counted(len(got), 'team')}{before}.")
    return [*told, *([RINGS_NOBODY] if broadcast.rings and not broadcast.ring else [])]


def _recalled(broadcast: Broadcast, found: Sequence[Line]) -> list[str]:
    head = [TAKEN_DOWN] if broadcast.purged_at else []
    if broadcast.begun_at is None:
        return head or [UNDONE]
    count = copies.tally(found)
    gone, still = count[copies.DELETED], sum(one.is_out and one.standing != copies.DELETED for one in found)
    told = f"Recalled: {gone:,} of {gone + still:,} are deleted or never went out."
    return [*head, told, *([f"Not deleted: {count[copies.NOT_DELIVERED]:,}."] if count[copies.NOT_DELIVERED] else [])]


def _problems(found: Iterable[Line]) -> list[str]:
    return [f"{one.team}: {one.why}" for one in found if one.standing == copies.NOT_DELIVERED]


VOICE = {
    "broadcasts/copy": copy, "broadcasts/trial": trial, "broadcasts/progress": progress, "broadcasts/left": left,
}  # fmt: skip
