"""Letters: everything the bot says is a row here first, under a key that names the occasion.

A letter holds ids, never text: it is rendered when it is delivered, from the record as it is then. Saying the
same key again edits the message in place; ten edits in a second become one.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case
from sqlmodel import JSON, Field, Index, Session, SQLModel, col, delete, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot import store
from bot.statements import Prepared, Upsert, index_of_some, query, table

PENDING, SENDING, SENT, UNKNOWN = "pending", "sending", "sent", "unknown"
PARKED, DROPPED, RECALLED = "parked", "dropped", "recalled"
EXPIRED = "expired"  # it would have come too late to be of use
HELD = "held"  # a coordinator doesn't want this occasion spoken of


class Letter(SQLModel, table=True):
    """One thing the bot says, from the moment it is owed until Slack has it.

    `due`, `planned_for`, `expires` and `expired_at` are on the bot's clock; the others are real time, on which Slack
    and leases run.
    """

    __table_args__ = (
        Index("letter_by_turn", "state", "clock", "due"),
        index_of_some("letter_by_post", "channel", "ts", where="ts IS NOT NULL"),
        index_of_some("letter_by_parent", "under", where="under IS NOT NULL"),
        index_of_some("letter_by_check", "state", "check_at", where="check_at IS NOT NULL"),
        index_of_some("letter_by_expiry", "expired_at", where="expired_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # the occasion: "pdsa:7", "welcome:1:12"
    message: str  # its name in the voice: "pdsa/card"
    about: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    to: str  # "team:3", "person:12", "channel:4", "home:12"
    under: str | None = None  # the key of the letter whose thread it belongs in
    why: str = ""
    clock: bool = False  # started by the clock, so quiet hours hold it
    pin: bool = False
    pinned: bool = False
    due: datetime
    planned_for: datetime | None = None  # the hour the clock has for it; the sender may have put it off since
    expires: datetime | None = None
    expired_at: datetime | None = None  # when it was seen to come too late
    state: str = PENDING
    version: int = 1  # raised each time the key is said again
    said_version: int = 0  # the newest one that Slack has
    recall: bool = False
    mark: str = Field(default_factory=lambda: secrets.token_hex(16))  # how our post is recognized in Slack
    channel: str | None = None
    thread_ts: str | None = None  # the thread it was posted in, or was about to be
    ts: str | None = None
    owner: str | None = None  # this attempt's own word, from the claim until its outcome is known
    claimed_at: datetime | None = None  # by Slack's clock
    claimed_version: int = 0
    lease_until: datetime | None = None
    check_at: datetime | None = None  # when Slack is to be read for it; always set where the outcome is unknown
    not_before: datetime | None = None
    tries: int = 0
    plain: bool = False  # Slack refused its blocks: one try as plain text
    problem: str = ""
    written_at: datetime
    sent_at: datetime | None = None


def say(session: Session, message: str, *, key: str, to: str, now: datetime, **about: int) -> None:
    """Owe a message from this moment on, or, where the key was said before, owe an edit of it."""
    _owe(session, key, message, about, now, to=to)


def say_once(session: Session, message: str, *, key: str, to: str, now: datetime, **about: int) -> None:
    """Owe a message unless its occasion was ever spoken of before."""
    _SAY_ONCE(session, key=key, message=message, about=about, to=to, due=now, written_at=now)
    nudge(session)


def answer(session: Session, message: str, *, key: str, to: str, under: str, now: datetime, **about: int) -> None:
    """Say something in the thread of the letter whose key is `under`."""
    _owe(session, key, message, about, now, to=to, under=under)


def pin(session: Session, message: str, *, key: str, to: str, now: datetime, **about: int) -> None:
    """Say something that stays pinned where it is posted."""
    _owe(session, key, message, about, now, to=to, pin=True)


def plan(
    session: Session,
    message: str,
    *,
    key: str,
    to: str,
    at: datetime,
    why: str,
    now: datetime,
    until: datetime | None = None,
    **about: int,
) -> None:
    """Owe a message that the clock starts at `at`; planning again moves or readdresses it, never repeats it.

    From `until` on it would come too late, and isn't said. What somebody held back or hurried stays as they wanted it,
    and what the sender put off stays so while its hour is the same.
    """
    _PLAN(
        session, key=key, message=message, about=about, to=to, due=at, planned_for=at, expires=until, why=why,
        clock=True, written_at=now,
    )  # fmt: skip
    nudge(session)


def unplan(session: Session, key: str) -> None:
    """There is no reason any more for what waits, as if it had never been planned; it may be planned again."""
    unsaid = (col(Letter.state) == PENDING, col(Letter.ts).is_(None), col(Letter.version) == 1)
    session.exec(delete(Letter).where(col(Letter.key) == key, *unsaid))


def waits(letter: Letter) -> bool:
    """Whether it is still to go to Slack for the first time, and nobody has it in hand."""
    return letter.state == PENDING and letter.ts is None and not letter.recall


def is_planned(letter: Letter) -> bool:
    """Whether it waits as the clock planned it, so that planning again moves it."""
    return waits(letter) and letter.version == 1


def forget(session: Session, letter: Letter) -> None:
    """What waits isn't to be said, and may be planned again."""
    session.delete(letter)


def hold(letter: Letter) -> None:
    """Don't say what waits, and don't plan it again."""
    letter.state = HELD


def expire(letter: Letter, now: datetime) -> None:
    """Don't say what waits: it would come too late."""
    letter.state, letter.expired_at = EXPIRED, now


def release(session: Session, letter: Letter) -> None:
    """Say what was held back after all, at its hour."""
    letter.state = PENDING
    nudge(session)


def hurry(session: Session, letter: Letter, now: datetime) -> None:
    """Say what waits at once; the raised version keeps the clock from moving it back to its hour."""
    letter.due, letter.version = now, letter.version + 1
    nudge(session)


def say_again(session: Session, *keys: str, now: datetime) -> None:
    """Edit what was said under these keys, if anything was: its facts have changed.

    What waits for its hour isn't hurried: it is put into words when that comes.
    """
    for key in keys:
        _SAY_AGAIN(session, said=key, now=now)
        nudge(session)


def recall(session: Session, key: str, now: datetime) -> None:
    """Take back the letter of this key and those of every occasion below it (`key:…`)."""
    after = case(
        (col(Letter.state).in_((SENDING, UNKNOWN)), col(Letter.state)),
        (col(Letter.ts).is_(None), RECALLED),
        else_=PENDING,
    )
    session.exec(
        update(Letter)
        .where(or_(col(Letter.key) == key, col(Letter.key).startswith(f"{key}:", autoescape=True)))
        .values(recall=True, due=now, version=col(Letter.version) + 1, state=after, problem="")
    )
    nudge(session)


def found(session: Session, channel: str, ts: str) -> Letter | None:
    """The letter behind a message in Slack, or None where the message isn't ours."""
    return session.exec(select(Letter).where(Letter.channel == channel, Letter.ts == ts)).first()


def of_key(session: Session, key: str) -> Letter | None:
    """The letter of an occasion, or None before it was first said."""
    return _called(session, key).first()


def parked(session: Session) -> list[Letter]:
    """Letters that Slack won't take, or won't let us look for, as things are: a person has to see to them."""
    stuck = or_(col(Letter.state) == PARKED, (col(Letter.state) == UNKNOWN) & (col(Letter.problem) != ""))
    return list(session.exec(select(Letter).where(stuck).order_by(col(Letter.id))))


def unsettled(session: Session) -> int:
    """How many letters may or may not be in Slack, or were tried and didn't get there; a picture may come later."""
    tried = (LETTERS.state == PENDING) & (LETTERS.tries > 0) & (LETTERS.ts.is_(None) | LETTERS.not_before.is_not(None))
    return session.exec(select(func.count()).where(or_(col(Letter.state).in_((UNKNOWN, SENDING)), tried))).one()


def try_again(session: Session, letter: Letter, now: datetime) -> None:
    """Owe a parked letter once more, as a coordinator asked; one that may have arrived is looked for first.

    What stood in its way stood in the way of others, often hundreds: they go again with it.
    """
    if letter.state == PARKED:
        alike = update(Letter).where(col(Letter.state) == PARKED, col(Letter.problem) == letter.problem)
        anew = {"not_before": None, "check_at": None, "tries": 0, "plain": False, "problem": ""}
        session.exec(alike.values(state=PENDING, due=now, **anew))
    elif letter.state == UNKNOWN:
        letter.problem, letter.check_at = "", store.real_time(session)
        session.add(letter)
    nudge(session)


def address_known(session: Session, to: str) -> None:
    """Free the letters that waited for a channel or a person to be known in Slack."""
    session.exec(update(Letter).where(col(Letter.to) == to, col(Letter.state) == PENDING).values(not_before=None))
    nudge(session)


def nudge(session: Session) -> None:
    """Wake the sender once this transaction is safe."""
    call: Callable[[], None] | None = session.info.get("nudge")
    if call:
        store.after_commit(session, call)


def _owe(session: Session, key: str, message: str, about: dict[str, int], now: datetime, **more: Any) -> None:
    _OWE(session, key=key, message=message, about=about, due=now, written_at=now, **more)
    nudge(session)


def _in_flight_or_pending() -> ColumnElement[str]:
    """What is on its way stays so: it is said again once it has arrived."""
    return case((or_(LETTERS.state == SENDING, LETTERS.state == UNKNOWN), LETTERS.state), else_=PENDING)


def _owed_again(new: Any) -> dict[str, Any]:
    once_more = {"version": LETTERS.version + 1, "state": _in_flight_or_pending(), "plain": False}
    return {**once_more, "about": new.about, "due": new.due, "problem": ""}


def _planned_again(new: Any) -> dict[str, Any]:
    as_before = (LETTERS.planned_for == new.planned_for) & (LETTERS.to == new.to)
    due = case((as_before, LETTERS.due), else_=new.due)
    return {"due": due, **{name: new[name] for name in ("planned_for", "expires", "to", "about", "why")}}


LETTERS = table(Letter).c
_OWE = Upsert(Letter, "key", changes=_owed_again, only_where=LETTERS.recall.is_(False))
_SAY_ONCE = Upsert(Letter, "key")
_PLAN = Upsert(
    Letter,
    "key",
    changes=_planned_again,
    only_where=(LETTERS.state == PENDING) & LETTERS.ts.is_(None) & LETTERS.recall.is_(False) & (LETTERS.version == 1),
)
_SAY_AGAIN = Prepared(
    update(table(Letter))
    .where(
        LETTERS.key == bindparam("said"),
        LETTERS.recall.is_(False),
        LETTERS.state != PARKED,
        LETTERS.state != DROPPED,
        LETTERS.state != EXPIRED,
        LETTERS.state != HELD,
        ~((LETTERS.state == PENDING) & LETTERS.clock & LETTERS.ts.is_(None) & (LETTERS.version == 1)),
    )
    .values(version=LETTERS.version + 1, due=bindparam("now"), state=_in_flight_or_pending())
)


@query
def _called(key: str) -> SelectOfScalar[Letter]:
    return select(Letter).where(Letter.key == key)
