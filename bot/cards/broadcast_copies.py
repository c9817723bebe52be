"""The copies of a broadcast: a letter to each team, when it comes to it, and how it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session, col

from bot import access, outbox, times
from bot.domain import audiences, broadcasts, event_facts, hours
from bot.domain.audiences import Look
from bot.domain.broadcasts import Broadcast, Copy
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.errors import Gone
from bot.kit import Kit
from bot.outbox import LETTERS, Letter
from bot.sending import rest
from bot.statements import table

WHY = "somebody who coordinates sends it to several teams"
OF_USE = timedelta(days=3)  # after its hour; whoever couldn't get it by then doesn't any more
DELIVERED, OLD, COMING, WAITS, NOT_DELIVERED, SKIPPED, DELETED, TO_DELETE = (
    "delivered", "as it was before the edit", "on its way", "waits", "not delivered", "skipped", "deleted", "to delete",
)  # fmt: skip
HELD_BACK = "it was held back in Upcoming messages"
EXPIRED = "it couldn't get it within three days of its hour"
NOT_MEANT = "it wasn't meant any more when its turn came"


@dataclass(frozen=True)
class Planned:
    """Whom it means by now, with the instant at which each of them gets it."""

    found: Look
    hours: Sequence[tuple[Team, datetime]]
    rings: int  # people who would be rung


@dataclass(frozen=True)
class Line:
    """How it stands with one team: `standing` is one of the words above, `why` goes on after it."""

    row: int  # the team's
    team: str
    zone: str
    standing: str
    why: str = ""
    letter: int = 0  # what Try again speaks of
    at: datetime | None = None
    is_out: bool = False  # Slack has it


def key(broadcast: int | None, team: int | None) -> str:
    """The occasion: this broadcast, to that team."""
    return f"broadcast:{broadcast}:team:{team}"


def look(session: Session, broadcast: Broadcast, kit: Kit) -> Planned:
    """Whom it means as things are now."""
    collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
    audience = broadcasts.audience(broadcast)
    found = audiences.look(session, collaborative, audience, kit.now())
    return Planned(found, _hours(session, broadcast, found.meant, kit), audiences.people(session, found.meant))


def comes(session: Session, broadcast: Broadcast, team: Team, kit: Kit) -> datetime:
    """When a team gets it: at the chosen hour of its own day, the next on which it works; else once it isn't night."""
    if broadcast.day and broadcast.at:
        return replace(hours.of_team(session, team), hour=broadcast.at).on(broadcast.day)
    quiet = rest.quiet(session, f"team:{team.id}", kit.settings.quiet_hours)
    return times.quiet_until(kit.now(), team.timezone, quiet) or kit.now()


def write(session: Session, broadcast: Broadcast, planned: Planned, now: datetime) -> None:
    """Owe each team its copy, and nothing to those that it doesn't mean any more; a reason for those it skips."""
    for team, at in planned.hours:
        about = {"broadcast": broadcast.id or 0, "team": team.id or 0}
        broadcasts.write(session, broadcast.id, team.id or 0, key(broadcast.id, team.id))
        outbox.plan(
            session, "broadcasts/copy", key=key(broadcast.id, team.id), to=f"team:{team.id}", at=at, until=at + OF_USE,
            why=WHY, now=now, **about,
        )  # fmt: skip
    why = {team.id or 0: reason for team, reason in planned.found.skipped}
    for team_id in broadcasts.copies(session, broadcast.id):
        why.setdefault(team_id, planned.found.why.get(team_id, ""))
    for team_id, reason in why.items():
        if reason:
            outbox.unplan(session, key(broadcast.id, team_id))
            broadcasts.write(session, broadcast.id, team_id, key(broadcast.id, team_id), skipped=reason)
    broadcast.last_at = max((at for _, at in planned.hours), default=now)
    if planned.rings > broadcast.rings:
        broadcast.ring = ""  # more people than the director agreed to ring
    session.add(broadcast)


def wait(session: Session, broadcast: Broadcast) -> bool:
    """Nobody answers for it: what waits isn't said, and may be planned again; whether anything waited."""
    waiting = [one for one in _letters(session, broadcast) if outbox.waits(one) or one.state == outbox.DROPPED]
    for letter in waiting:
        outbox.forget(session, letter)
    return bool(waiting)


def say_anew(session: Session, broadcast: Broadcast, now: datetime) -> int:
    """Every copy that Slack has, or may have, is edited; the others aren't written before their turn."""
    sending = (outbox.SENDING, outbox.UNKNOWN)
    said = [one.key for one in _letters(session, broadcast) if one.ts or one.state in sending]
    outbox.say_again(session, *said, now=now)
    return len(said)


def recall(session: Session, broadcast: Broadcast, now: datetime) -> int:
    """Delete every copy, and let none go out; how many there were."""
    said = sum(one.ts is not None for one in _letters(session, broadcast))
    outbox.recall(session, f"broadcast:{broadcast.id}", now)
    return said


def undo(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """None goes out. Raises Gone where the first one did, or does just now."""
    if not is_open(broadcast, lines(session, broadcast), now):
        raise Gone(broadcasts.TOO_LATE)
    for letter in _letters(session, broadcast):
        outbox.forget(session, letter)
    broadcasts.undo(session, broadcast, now)


def is_open(broadcast: Broadcast, found: Iterable[Line], now: datetime) -> bool:
    """Whether it may still be undone: its minute isn't over, or all its copies wait for their hour."""
    to_come = [one for one in found if one.standing != SKIPPED]
    if not broadcasts.is_alive(broadcast) or broadcast.left_at or not all(_waits(one, now) for one in to_come):
        return False
    in_its_minute = broadcast.goes_at is not None and broadcast.goes_at > now
    return bool(to_come) or (broadcast.begun_at is None and (in_its_minute or broadcast.day is not None))


def waiting(broadcast: Broadcast, found: Sequence[Line], zone: str) -> list[str]:
    """When the first copy goes of one that may still be undone, in sentences."""
    coming = sorted((one.at, one.zone) for one in found if one.standing == WAITS and one.at)
    if coming:
        teams = f"{event_facts.counted(len(coming), 'team')} {'gets' if len(coming) == 1 else 'get'} it"
        skipped = tally(found)[SKIPPED]
        told = f"It waits: {teams}, the first on {times.words(*coming[0])}. Until then Undo stops it."
        return [told, *([f"Skipped: {skipped:,}."] if skipped else [])]
    if broadcast.day or not broadcast.goes_at:
        return ["It waits for that hour. Until the first copy goes out, Undo stops it."]
    return [f"It goes out on {times.words(broadcast.goes_at, zone)}. Until then Undo stops it."]


def answers_for_it(session: Session, broadcast: Broadcast) -> bool:
    """Whether whoever sends it still may."""
    actor = access.of_person(session, broadcast.person_id)
    return actor is not None and actor.may("broadcast.send", collaborative=broadcast.collaborative_id)


def lines(session: Session, broadcast: Broadcast) -> list[Line]:
    """How it stands with each team it was ever meant for, by name."""
    found = session.connection().execute(_COPIES, {"broadcast": broadcast.id})
    return sorted((_line(row) for row in found), key=lambda line: line.team.casefold())


def tally(found: Iterable[Line]) -> Counter[str]:
    """How many stand in which way."""
    return Counter(line.standing for line in found)


def moves(found: Iterable[Line]) -> bool:
    """Whether anything may still become of a copy."""
    return any(one.standing not in (DELIVERED, SKIPPED, DELETED) for one in found)


def _hours(session: Session, broadcast: Broadcast, meant: Sequence[Team], kit: Kit) -> list[tuple[Team, datetime]]:
    return [(team, comes(session, broadcast, team, kit)) for team in meant]


def _letters(session: Session, broadcast: Broadcast) -> list[Letter]:
    rows = select(Letter).join(Copy, col(Copy.letter) == Letter.key).where(col(Copy.broadcast_id) == broadcast.id)
    return list(session.scalars(rows.order_by(col(Letter.id))))


def _waits(line: Line, now: datetime) -> bool:
    return line.standing == WAITS and line.at is not None and line.at > now


def _line(row: Row[Any]) -> Line:
    """`row` has the team, why it is skipped, and its letter where there is one."""
    team = (row.row, row.team, row.timezone)
    if row.letter is None:
        return Line(*team, SKIPPED, row.skipped or NOT_MEANT)
    if row.recall:
        return Line(*team, _recalled(row), row.problem, row.letter, is_out=row.ts is not None)
    if row.problem:
        return Line(*team, NOT_DELIVERED, row.problem, row.letter, is_out=row.ts is not None)
    if row.ts:
        standing = DELIVERED if row.said_version >= row.version else OLD
        return Line(*team, standing, at=datetime.fromtimestamp(float(row.ts), UTC), is_out=True)
    if why := {outbox.HELD: HELD_BACK, outbox.EXPIRED: EXPIRED, outbox.DROPPED: NOT_MEANT}.get(row.state):
        return Line(*team, SKIPPED, why)
    return Line(*team, COMING if row.state != outbox.PENDING else WAITS, at=row.due)


def _recalled(row: Row[Any]) -> str:
    if row.problem:
        return NOT_DELIVERED
    return DELETED if row.state == outbox.RECALLED else TO_DELETE


_TEAMS, _COPY = table(Team), table(Copy)
_COPIES = (
    select(
        _TEAMS.c.id.label("row"), _TEAMS.c.name.label("team"), _TEAMS.c.timezone, _COPY.c.skipped,
        LETTERS.id.label("letter"),
        *(LETTERS[name] for name in ("recall", "problem", "ts", "said_version", "version", "state", "due")),
    )
    .select_from(_COPY.join(_TEAMS).outerjoin(table(Letter), LETTERS.key == _COPY.c.letter))
    .where(_COPY.c.broadcast_id == bindparam("broadcast"))
)  # fmt: skip
