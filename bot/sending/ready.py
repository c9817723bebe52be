"""Which letters may go now, which are to be looked for in Slack, and when to look again: questions, no changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, exists, literal, true, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.sqltypes import UTCDateTime

from bot import times
from bot.outbox import PENDING, SENDING, SENT, UNKNOWN, Letter
from bot.sending import gates
from bot.sending.gates import Gate
from bot.statements import Prepared


@dataclass(frozen=True)
class Terms:
    """What a claim is made under: how long it holds and a call may take, how fast we may go, when nobody is woken."""

    timeout: float
    lease: float
    settle: float
    pace: gates.Pace
    quiet: times.Quiet


def letters(session: Session, terms: Terms, now: datetime, real: datetime, most: int) -> list[Letter]:
    """Letters that are due and that Slack's pace lets go: answers before prompts, older before newer.

    They are ours until the transaction ends; those that somebody else has in hand are passed over.
    """
    may = _may(session, terms, real)
    return list(session.exec(_READY, params={"now": now, "real": real, "most": most, **may})) if may else []


def is_next(session: Session, terms: Terms, now: datetime, real: datetime, letter: Letter) -> bool:
    """Whether a letter may go by all that was settled until now, and a new one before all others to its address."""
    may = _may(session, terms, real)
    known = {"now": now, "real": real, **may}
    connection = session.connection()
    if may and is_new(letter):
        return connection.execute(_NEXT_TO, {**known, "to": letter.to}).scalar() == letter.id
    return bool(may) and connection.execute(_STILL_READY, {**known, "id": letter.id}).first() is not None


def is_new(letter: Letter) -> bool:
    """Whether it takes its turn in a channel: an edit, a pin or a Home waits for no other."""
    return letter.ts is None and not letter.to.startswith("home:")


def anything(session: Session, terms: Terms, now: datetime, real: datetime) -> bool:
    """Whether there is a letter worth taking the write lock for."""
    may = _may(session, terms, real) if _any_free(session, now, real) else {}
    return bool(may and _ANY_READY.rows(session, now=now, real=real, **may))


def doubtful(session: Session, real: datetime) -> list[Letter]:
    """Letters to look for in Slack now: their outcome is unknown, or an earlier attempt may have come late."""
    return list(session.exec(_DOUBTFUL, params={"real": real}))


def expired(session: Session, real: datetime) -> list[Letter]:
    """Letters whose owners died."""
    return list(session.exec(_EXPIRED, params={"real": real}))


def any_to_settle(session: Session, real: datetime) -> bool:
    """Whether there is one of either sort."""
    return bool(_ANY_TO_SETTLE.rows(session, real=real))


def next_letter(session: Session, terms: Terms, now: datetime, real: datetime) -> datetime | None:
    """When a letter that is due but can't go yet may be tried; None when there is none."""
    held: datetime | None = _HELD_UNTIL.value(session, now=now, real=real)
    if not _any_free(session, now, real):
        return held
    opening = gates.next_opening(session, terms.pace, real)
    return min((instant for instant in (held, opening) if instant), default=real)


def in_hand(session: Session, real: datetime) -> bool:
    """Whether somebody has a letter in hand just now."""
    held = select(literal(1)).where(col(Letter.state) == SENDING, col(Letter.lease_until) > real)
    return session.exec(held.limit(1)).first() is not None


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next letter that isn't due yet will be; None when there is none."""
    return session.exec(select(func.min(col(Letter.due))).where(Letter.state == PENDING, col(Letter.due) > now)).one()


def next_outcome(session: Session, real: datetime) -> datetime | None:
    """When a letter on its way, or one of which nobody knows, can next be settled; None when there is none."""
    [ends] = _NEXT_OUTCOME.rows(session)
    return min((instant for instant in ends if instant), default=None)


def _may(session: Session, terms: Terms, real: datetime) -> dict[str, bool]:
    """Which ways Slack's pace leaves open now, and to whom; nothing at all while the breaker is out."""
    whole = gates.when_whole(session)
    if not _open(whole, gates.BREAKER, terms.pace, real):
        return {}
    may = {f"{way}_people": _open(whole, way, terms.pace, real) for way in WAYS}
    share = 1 - terms.pace.kept_for_people
    return may | {f"{way}_all": _open(whole, way, terms.pace, real, share=share) for way in WAYS}


def _any_free(session: Session, now: datetime, real: datetime) -> bool:
    """Whether anything is due that no wait of its own holds up."""
    return bool(_ANY_FREE.rows(session, now=now, real=real))


def _open(whole: dict[str, datetime], name: str, pace: gates.Pace, real: datetime, share: float = 1.0) -> bool:
    """Whether the next call may pass, when only `share` of a burst may be used."""
    return name not in whole or whole[name] - timedelta(seconds=pace.of(name).burst * share) <= real


def _pass(way: str) -> ColumnElement[bool]:
    """Letters that pass a gate: all, only those that answer people, or none."""
    everything, people = (bindparam(f"{way}_{who}", type_=Boolean).is_(true()) for who in ("all", "people"))
    return or_(everything, and_(people, col(Letter.clock).is_(False)))


def _in_pace() -> ColumnElement[bool]:
    """Posts, edits, deletions, pins and Homes have each their own pace, and each channel has one for posts."""
    home, new = col(Letter.to).startswith("home:"), col(Letter.ts).is_(None)
    gone = col(Letter.recall).is_(True)
    done = and_(col(Letter.said_version) >= col(Letter.version), ~gone)
    other = aliased(Letter)
    busy = select(other.to).where(other.state == SENDING, col(other.ts).is_(None))
    shut = select(Gate.name).where(col(Gate.name).startswith("to:"), col(Gate.whole_at) > REAL)
    in_turn = and_(col(Letter.to).not_in(busy), ("to:" + col(Letter.to)).not_in(shut))
    return or_(
        and_(home, _pass(gates.HOMES)),
        and_(~home, new, in_turn, _pass(gates.POSTS)),
        and_(~home, ~new, ~done, ~gone, _pass(gates.EDITS)),
        and_(~home, ~new, gone, _pass(gates.DELETES)),
        and_(~home, ~new, done, _pass(gates.PINS)),
    )


NOW, REAL = bindparam("now", type_=UTCDateTime), bindparam("real", type_=UTCDateTime)
WAYS = (gates.HOMES, gates.POSTS, gates.EDITS, gates.DELETES, gates.PINS)
_FREE = and_(
    col(Letter.state) == PENDING,
    col(Letter.due) <= NOW,
    or_(col(Letter.not_before).is_(None), col(Letter.not_before) <= REAL),
)
_ANY_FREE = Prepared(select(literal(1)).where(_FREE).limit(1))
_IN_ORDER = (col(Letter.clock), col(Letter.due), col(Letter.id))
_READY = (
    select(Letter)
    .where(_FREE, _in_pace())
    .order_by(*_IN_ORDER)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite knows no such thing, and needs none: whoever writes there is alone
)
_NEXT_TO = select(col(Letter.id)).where(
    _FREE, _in_pace(), col(Letter.to) == bindparam("to"), col(Letter.ts).is_(None)
).order_by(*_IN_ORDER).limit(1)  # fmt: skip
_STILL_READY = select(literal(1)).where(_FREE, _in_pace(), col(Letter.id) == bindparam("id"))
_ANY_READY = Prepared(select(literal(1)).where(_FREE, _in_pace()).limit(1))
_DOUBTFUL = (
    select(Letter)
    .where(col(Letter.state).in_((UNKNOWN, SENT)), col(Letter.check_at) <= REAL)
    .order_by(col(Letter.id))
    .limit(100)
)
_EXPIRED = select(Letter).where(col(Letter.state) == SENDING, col(Letter.lease_until) <= REAL)
_ANY_TO_SETTLE = Prepared(
    union_all(*(
        select(literal(1)).where(exists().where(col(Letter.state) == state, instant <= REAL))
        for state, instant in (
            (UNKNOWN, col(Letter.check_at)), (SENT, col(Letter.check_at)), (SENDING, col(Letter.lease_until)),
        )
    ))
)  # fmt: skip
_HELD_UNTIL = Prepared(
    select(func.min(col(Letter.not_before))).where(
        Letter.state == PENDING, col(Letter.due) <= NOW, col(Letter.not_before) > REAL
    )
)
_NEXT_OUTCOME = Prepared(
    select(
        select(func.min(col(Letter.lease_until))).where(Letter.state == SENDING).scalar_subquery(),
        select(func.min(col(Letter.check_at))).where(Letter.state == UNKNOWN).scalar_subquery(),
    )
)
