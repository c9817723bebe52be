"""Which letters may go now, which are to be looked for in Slack, and when to look again: questions, no changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import gates, times
from bot.gates import Gate
from bot.outbox import PENDING, SENDING, SENT, UNKNOWN, Letter


@dataclass(frozen=True)
class Terms:
    """What a claim is made under: how long it holds and a call may take, how fast we may go, when nobody is woken."""

    timeout: float
    lease: float
    settle: float
    pace: gates.Pace
    quiet: times.Quiet


def letters(session: Session, terms: Terms, now: datetime, real: datetime) -> SelectOfScalar[Letter]:
    """The query for letters that are due and that Slack's pace lets go: answers before prompts, older before newer."""
    ready = _free(now, real), _in_pace(session, terms.pace, real)
    return select(Letter).where(*ready).order_by(col(Letter.clock), col(Letter.due), col(Letter.id))


def anything(session: Session, terms: Terms, now: datetime, real: datetime) -> bool:
    """Whether there is a letter worth taking the write lock for."""
    if session.exec(select(Letter.id).where(_free(now, real)).limit(1)).first() is None:
        return False
    return session.exec(letters(session, terms, now, real).limit(1)).first() is not None


def doubtful(session: Session, real: datetime) -> list[Letter]:
    """Letters to look for in Slack now: their outcome is unknown, or an earlier attempt may have come late."""
    unknown = (col(Letter.state) == UNKNOWN) & or_(col(Letter.check_at).is_(None), col(Letter.check_at) <= real)
    late = (col(Letter.state) == SENT) & (col(Letter.check_at) <= real)
    return list(session.exec(select(Letter).where(or_(unknown, late)).order_by(col(Letter.id)).limit(100)))


def expired(real: datetime) -> SelectOfScalar[Letter]:
    """The query for letters whose owners died."""
    return select(Letter).where(col(Letter.state) == SENDING, col(Letter.lease_until) <= real)


def next_letter(session: Session, terms: Terms, now: datetime, real: datetime) -> datetime | None:
    """When a letter that is due but can't go yet may be tried; None when there is none."""
    due = (col(Letter.state) == PENDING) & (col(Letter.due) <= now)
    held = session.exec(select(func.min(col(Letter.not_before))).where(due, col(Letter.not_before) > real)).one()
    if session.exec(select(Letter.id).where(_free(now, real)).limit(1)).first() is None:
        return held
    opening = gates.next_opening(session, terms.pace, real)
    return min((instant for instant in (held, opening) if instant), default=real)


def next_outcome(session: Session, real: datetime) -> datetime | None:
    """When a letter on its way, or one of which nobody knows, can next be settled; None when there is none."""
    leases = select(func.min(col(Letter.lease_until))).where(Letter.state == SENDING)
    checks = select(func.min(func.coalesce(col(Letter.check_at), real))).where(Letter.state == UNKNOWN)
    ends = [session.exec(leases).one(), session.exec(checks).one()]
    return min((instant for instant in ends if instant), default=None)


def _free(now: datetime, real: datetime) -> ColumnElement[bool]:
    free = or_(col(Letter.not_before).is_(None), col(Letter.not_before) <= real)
    return and_(col(Letter.state) == PENDING, col(Letter.due) <= now, free)


def _in_pace(session: Session, pace: gates.Pace, real: datetime) -> ColumnElement[bool]:
    """What may go by Slack's pace: posts, edits, pins and Homes have each their own, and so has each channel."""
    if not _open(session, gates.BREAKER, pace, real):
        return false()
    home, new = col(Letter.to).startswith("home:"), col(Letter.ts).is_(None)
    done = and_(col(Letter.said_version) >= col(Letter.version), col(Letter.recall).is_(False))
    other = aliased(Letter)
    busy = select(other.to).where(other.state == SENDING, col(other.ts).is_(None))
    shut = select(Gate.name).where(Gate.name.startswith("to:"), Gate.whole_at > real)
    in_turn = and_(col(Letter.to).not_in(busy), ("to:" + col(Letter.to)).not_in(shut))
    return or_(
        and_(home, _may(session, gates.HOMES, pace, real)),
        and_(~home, new, in_turn, _may(session, gates.POSTS, pace, real)),
        and_(~home, ~new, ~done, _may(session, gates.EDITS, pace, real)),
        and_(~home, ~new, done, _may(session, gates.PINS, pace, real)),
    )


def _may(session: Session, name: str, pace: gates.Pace, real: datetime) -> ColumnElement[bool]:
    """Whether letters pass this gate: all, only those that answer people, or none."""
    if not _open(session, name, pace, real):
        return false()
    everything = _open(session, name, pace, real, share=1 - pace.kept_for_people)
    return true() if everything else col(Letter.clock).is_(False)


def _open(session: Session, name: str, pace: gates.Pace, real: datetime, share: float = 1.0) -> bool:
    opens = gates.opens_at(session, name, pace, share=share)
    return opens is None or opens <= real
