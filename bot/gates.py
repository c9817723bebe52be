"""How fast we may talk to Slack: one row for each thing it limits, shared by every process on the record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel

WORKSPACE, EDITS, HOMES = "workspace", "edits", "homes"


class Gate(SQLModel, table=True):
    """The instant (real time) by which the allowance of `name` is whole again."""

    name: str = Field(primary_key=True)
    whole_at: datetime


@dataclass(frozen=True)
class Allowance:
    """One call each `gap` seconds, and `burst` seconds' worth of them at once."""

    gap: float
    burst: float = 0.0


@dataclass(frozen=True)
class Pace:
    """Slack's allowances, a little below what it states: SLACK.md's tiers, one post a second in each channel."""

    channel: Allowance = Allowance(gap=1.1)
    workspace: Allowance = Allowance(gap=60 / 220, burst=5.0)
    edits: Allowance = Allowance(gap=60 / 45, burst=6.0)
    homes: Allowance = Allowance(gap=60 / 90, burst=6.0)
    kept_for_people: float = 0.2  # the share of a burst that prompts leave for answers

    def of(self, name: str) -> Allowance:
        """The allowance behind a gate's name."""
        named = {WORKSPACE: self.workspace, EDITS: self.edits, HOMES: self.homes}
        return named.get(name, self.channel)


UNPACED = Pace(Allowance(0.0), Allowance(0.0), Allowance(0.0), Allowance(0.0))


def opens_at(session: Session, name: str, now: datetime, allowance: Allowance, share: float = 1.0) -> datetime:
    """When the next call may pass; not after `now` means that it may pass now."""
    gate = session.get(Gate, name)
    return gate.whole_at - timedelta(seconds=allowance.burst * share) if gate else now


def passed(session: Session, name: str, now: datetime, allowance: Allowance) -> None:
    """Count one call."""
    gate = session.get(Gate, name) or Gate(name=name, whole_at=now)
    gate.whole_at = max(gate.whole_at, now) + timedelta(seconds=allowance.gap)
    session.add(gate)


def close(session: Session, name: str, until: datetime, allowance: Allowance) -> None:
    """Let nothing pass before `until`, as Slack asked."""
    gate = session.get(Gate, name) or Gate(name=name, whole_at=until)
    gate.whole_at = max(gate.whole_at, until + timedelta(seconds=allowance.burst))
    session.add(gate)
