"""Asks: what somebody is asked for, in which day's message it was put to whom, and how it ended."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlmodel import Field, Index, Session, SQLModel, col, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.statements import index_of_some, query

OPEN, SPENT, HELD = "open", "spent", "held"  # spent: put as often as it may be, and still answerable
SETTLED, DECLINED, GONE = "settled", "declined", "gone"
ANSWERABLE = (OPEN, SPENT)
ACTED, TOMORROW, SOMEONE_ELSE, NOT_THIS_TIME = "acted", "tomorrow", "someone_else", "not_this_time"
HANDED = "handed"


class Ask(SQLModel, table=True):
    """One thing somebody is asked for, from the moment it comes up until it ends."""

    __table_args__ = (
        Index("ask_by_subject", "subject", "kind"),
        index_of_some("ask_open", "kind", where="state = 'open'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # the occasion: "pdsa:7:due:2026-02-10"
    kind: str  # one of `reasons.KINDS`
    team_id: int = Field(foreign_key="team.id")
    subject: int  # the row it is about: a cycle
    state: str = OPEN
    wanted: str = ""  # why a person wants it put once more: TOMORROW, or HANDED to somebody else
    wanted_on: date | None = None  # from which day on, where that person is
    wanted_at: datetime | None = None
    wanted_by: int | None = Field(default=None, foreign_key="person.id")
    taken_by: int | None = Field(default=None, foreign_key="person.id")  # to whom it was handed
    opened_at: datetime
    ended_at: datetime | None = None
    ended_by: int | None = Field(default=None, foreign_key="person.id")


class Put(SQLModel, table=True):
    """One line of one person's message of one day; with `held`, what that message had no room for."""

    id: int | None = Field(default=None, primary_key=True)
    ask_id: int = Field(foreign_key="ask.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    day: date = Field(index=True)  # where that person is
    letter: str = Field(index=True)  # the key of the day's message
    held: bool = False
    wanted: str = ""  # as the ask was wanted when it was put
    outcome: str = ""  # ACTED, TOMORROW, SOMEONE_ELSE, NOT_THIS_TIME, GONE, or nothing yet
    outcome_at: datetime | None = None


def letter_key(person: int, day: date) -> str:
    """The one occasion on which that person is asked on that day."""
    return f"asks:{person}:{day.isoformat()}"


def open_ones(session: Session) -> list[Ask]:
    """What may still be put to somebody."""
    return list(_open_ones(session))


def closed(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these occasions aren't asked about any more."""
    return set(_closed(session, keys)) if keys else set()


def about(session: Session, subject: int, kinds: Iterable[str]) -> list[Ask]:
    """What is asked about a row and hasn't ended."""
    alive = col(Ask.state).in_((OPEN, SPENT, HELD))
    return list(session.exec(select(Ask).where(Ask.subject == subject, col(Ask.kind).in_(kinds), alive)))


def lines(session: Session, letter: str) -> list[tuple[Put, Ask]]:
    """What stands in a day's message, in its order."""
    return list(_inside(session, letter))


def end(session: Session, ask: Ask, state: str, *, by: int | None, now: datetime) -> None:
    """It is answered, declined, or has lost its reason: nothing of it is put any more."""
    ask.state, ask.ended_by, ask.ended_at = state, by, now
    session.add(ask)
    outcome = {SETTLED: ACTED, DECLINED: NOT_THIS_TIME, GONE: GONE}[state]
    waiting = update(Put).where(col(Put.ask_id) == ask.id, col(Put.outcome) == "", col(Put.held).is_(False))
    session.exec(waiting.values(outcome=outcome, outcome_at=now))


def reopen(session: Session, key: str, subject: int) -> None:
    """What had lost its reason has one again, in that row."""
    lost = update(Ask).where(col(Ask.key) == key, col(Ask.state) == GONE)
    session.exec(lost.values(state=OPEN, subject=subject, ended_at=None, ended_by=None))


def acted_after_all(session: Session, subject: int, kinds: Iterable[str], now: datetime) -> None:
    """Somebody told what was asked about a row before that changed: what was put then counts as acted on."""
    theirs = select(Ask.id).where(Ask.subject == subject, col(Ask.kind).in_(kinds))
    gone = update(Put).where(col(Put.ask_id).in_(theirs), col(Put.outcome) == GONE, col(Put.held).is_(False))
    session.exec(gone.values(outcome=ACTED, outcome_at=now))


def tomorrow(session: Session, ask: Ask, put: Put, *, on: date, by: int, now: datetime) -> None:
    """Its reader wants to be asked once more, from that day on; this counts toward no limit."""
    _want(session, ask, TOMORROW, on=on, by=by, now=now)
    _came_of(session, put, TOMORROW, now)


def hand_over(session: Session, ask: Ask, put: Put, *, to: int, on: date, by: int, now: datetime) -> None:
    """Somebody else does it: from that day on the ask is theirs."""
    ask.taken_by = to
    _want(session, ask, HANDED, on=on, by=by, now=now)
    _came_of(session, put, SOMEONE_ELSE, now)


def hold(session: Session, letter: str) -> None:
    """Nothing in that message is spoken of."""
    _turn(session, letter, OPEN, HELD)


def release(session: Session, letter: str) -> None:
    """What was held back may be put after all."""
    _turn(session, letter, HELD, OPEN)


def _turn(session: Session, letter: str, before: str, after: str) -> None:
    for _, ask in lines(session, letter):
        if ask.state == before:
            ask.state = after
            session.add(ask)


def _want(session: Session, ask: Ask, what: str, *, on: date, by: int, now: datetime) -> None:
    ask.state, ask.wanted, ask.wanted_on, ask.wanted_by, ask.wanted_at = OPEN, what, on, by, now
    session.add(ask)


def _came_of(session: Session, put: Put, outcome: str, now: datetime) -> None:
    put.outcome, put.outcome_at = outcome, now
    session.add(put)


@query
def _open_ones() -> SelectOfScalar[Ask]:
    return select(Ask).where(Ask.state == OPEN).order_by(col(Ask.id))


@query
def _closed(keys: Collection[str]) -> SelectOfScalar[str]:
    return select(Ask.key).where(col(Ask.key).in_(keys), Ask.state != OPEN)


@query
def _inside(letter: str) -> Select[Put, Ask]:
    return select(Put, Ask).join(Ask).where(Put.letter == letter, col(Put.held).is_(False)).order_by(col(Put.id))
