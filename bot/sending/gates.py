"""How fast we may talk to Slack: one row for each thing it limits, shared by every process on the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, select

from bot.statements import Prepared, Upsert, table

POSTS, EDITS, DELETES, PINS, HOMES = "workspace", "edits", "deletes", "pins", "homes"
OPENINGS, DND = "openings", "dnd"
BREAKER = "slack"  # closed while Slack takes nothing at all from us


class Gate(SQLModel, table=True):
    """The instant (real time) by which the allowance of `name` is whole again."""

    name: str = Field(primary_key=True)
    whole_at: datetime


_GATES = table(Gate).c
_NAMED = Prepared(select(_GATES.name, _GATES.whole_at).where(_GATES.name.not_like("to:%")))
_ITS_ROW = select(_GATES.whole_at).where(_GATES.name == bindparam("gate"))
_WHOLE_AT, _HOLD = Prepared(_ITS_ROW), Prepared(_ITS_ROW.with_for_update())
_FIRST = Upsert(Gate, "name")
_SET = Upsert(Gate, "name", changes=lambda new: {"whole_at": new.whole_at})


@dataclass(frozen=True)
class Allowance:
    """One call each `gap` seconds, and `burst` seconds' worth of them at once."""

    gap: float
    burst: float = 0.0


@dataclass(frozen=True)
class Pace:
    """Slack's allowances, a little below what it states: SLACK.md's tiers, one post a second in each channel."""

    channel: Allowance = Allowance(gap=1.1)
    posts: Allowance = Allowance(gap=60 / 220, burst=5.0)
    edits: Allowance = Allowance(gap=60 / 48, burst=6.0)
    deletes: Allowance = Allowance(gap=60 / 48, burst=6.0)
    pins: Allowance = Allowance(gap=60 / 18, burst=10.0)
    homes: Allowance = Allowance(gap=60 / 90, burst=6.0)
    openings: Allowance = Allowance(gap=60 / 45, burst=6.0)
    dnd: Allowance = Allowance(gap=60 / 45, burst=6.0)
    again: float = 1.0  # seconds between two edits of one message: what is said meanwhile becomes one
    kept_for_people: float = 0.2  # the share of a burst that prompts leave for answers

    def of(self, name: str) -> Allowance:
        """The allowance behind a gate's name."""
        named = {
            POSTS: self.posts, EDITS: self.edits, DELETES: self.deletes, PINS: self.pins, HOMES: self.homes,
            OPENINGS: self.openings, DND: self.dnd, BREAKER: Allowance(0.0),
        }  # fmt: skip
        return named.get(name, self.channel)


FREE = Allowance(0.0)
UNPACED = Pace(FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE, again=0.0)


def channel(to: str) -> str:
    """The gate of one address: posts to it keep a second between them."""
    return f"to:{to}"


def opens_at(session: Session, name: str, pace: Pace, *, share: float = 1.0) -> datetime | None:
    """When the next call may pass; None where none has passed yet. `share` is how much of a burst may be used."""
    whole_at = _whole_at(session, name)
    return whole_at - timedelta(seconds=pace.of(name).burst * share) if whole_at else None


def when_whole(session: Session) -> dict[str, datetime]:
    """Every gate but those of single channels, with the instant by which its allowance is whole."""
    return dict(_NAMED.rows(session))


def hold(session: Session, names: Iterable[str], real: datetime) -> None:
    """Nobody else counts calls at these until the transaction ends: they are one number each, and everybody's.

    Always in the same order, so that no two wait for each other.
    """
    for name in sorted(names):
        if not _HOLD.rows(session, gate=name):
            _FIRST(session, name=name, whole_at=real)
            _HOLD(session, gate=name)


def passed(session: Session, name: str, pace: Pace, real: datetime) -> None:
    """Count one call."""
    whole_at = _whole_at(session, name) or real
    _SET(session, name=name, whole_at=max(whole_at, real) + timedelta(seconds=pace.of(name).gap))


def close(session: Session, name: str, pace: Pace, until: datetime) -> None:
    """Let nothing pass before `until`, as Slack asked."""
    gate = session.get(Gate, name) or Gate(name=name, whole_at=until)
    gate.whole_at = max(gate.whole_at, until + timedelta(seconds=pace.of(name).burst))
    session.add(gate)


def next_opening(session: Session, pace: Pace, real: datetime) -> datetime | None:
    """When the first of the gates that are closed opens."""
    shut = session.exec(select(Gate).where(Gate.whole_at > real)).all()
    opening = [gate.whole_at - timedelta(seconds=pace.of(gate.name).burst) for gate in shut]
    return min((instant for instant in opening if instant > real), default=None)


def open_by(session: Session, latest: datetime) -> None:
    """No gate stays closed beyond `latest`: whoever closed it for longer had another clock."""
    for gate in session.exec(select(Gate).where(Gate.whole_at > latest)):
        gate.whole_at = latest
        session.add(gate)


def _whole_at(session: Session, name: str) -> datetime | None:
    return next((whole_at for (whole_at,) in _WHOLE_AT.rows(session, gate=name)), None)
