"""The script of the year, as it stands in the files beside this: who does what when, and how a team's numbers go."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
A_DAY = timedelta(days=1)
JANUARY = date(2026, 1, 1)


class Told(BaseModel):
    """A part of the script; what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class People(Told):
    """Who of a team does what, by the part of their address before the @."""

    lead: str
    numbers: str
    also: list[str] = []


class Team(Told):
    """How one team goes through the year; the letters are explained in teams.yaml."""

    name: str
    people: People
    new_people: int
    baseline: date | None = None  # when it sent that
    sent: str
    later: dict[str, date] = {}
    there: str
    checked: str
    scored: list[tuple[float | None, float | None]] = []
    better: dict[str, tuple[str, float]] = {}
    summer: float = 1.0


class Cycle(Told):
    """One test, from its plan to what comes of it."""

    logged: date
    trying: str
    asks: str = ""
    predict: str
    by: date
    scale: str
    ran: date
    happened: str
    learned: str
    matched: str
    then: str
    next: str = ""


class Ramp(Told):
    """Tests of one idea, each of which goes on from the one before."""

    team: str
    by: str
    idea: str
    steals: str = ""
    cycles: list[Cycle]


class Story(Told):
    """The whole year."""

    seed: int
    launched: date
    teams: dict[str, Team]
    ramps: list[Ramp]
    checkins: dict[str, dict[str, str]]
    scores: list[date]
    shown: dict[str, dict[str, str]]
    ideas: list[dict[str, Any]]
    shoutouts: list[dict[str, Any]]
    broadcasts: list[dict[str, Any]]
    minutes: dict[str, dict[str, Any]]
    leaves: list[dict[str, Any]]
    roles: list[dict[str, Any]]
    pauses: list[dict[str, Any]]
    away: list[dict[str, Any]]
    summers: list[dict[str, Any]]
    endings: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    odd: list[dict[str, Any]]

    def dice(self, *about: object) -> Random:
        """Chance that falls the same way in every play, whatever else is played."""
        return Random(":".join(map(str, (self.seed, *about))))

    def adopted(self, team: str, idea: str) -> date | None:
        """When a team first adopted that idea."""
        found = (
            cycle.ran for ramp in self.ramps if (ramp.team, ramp.idea) == (team, idea)
            for cycle in ramp.cycles if cycle.then == "adopt"
        )  # fmt: skip
        return min(found, default=None)


@cache
def told() -> Story:
    """The script, read once."""
    ramps = [{**ramp, "cycles": [_cycle(one) for one in ramp["cycles"]]} for ramp in _read("tests")]
    return Story.model_validate({**_read("story"), "teams": _read("teams"), "ramps": ramps})


def months(first: date = JANUARY, count: int = 12) -> Iterator[date]:
    """So many months from that one on."""
    for number in range(count):
        years, month = divmod(first.month - 1 + number, 12)
        yield date(first.year + years, month + 1, 1)


def _cycle(cycle: dict[str, Any]) -> dict[str, Any]:
    return {("trying" if name == "try" else name): value for name, value in cycle.items()}


def _read(name: str) -> Any:
    return YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
