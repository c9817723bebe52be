"""Who is still with us, as counts and as a curve (Kaplan & Meier, 1958); pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

FEWEST = 10  # teams of one line; of fewer, counts say more than a curve
MONTH = 30.4375  # days


class Life(NamedTuple):
    """How many days a team, or a person, has been with us, and whether that ended in leaving."""

    days: int
    left: bool


class Step(NamedTuple):
    """From that day on so large a part is still with us; of so many who might have left then, so many did."""

    days: int
    part: float
    at_risk: int
    left: int


@dataclass(frozen=True)
class Line:
    """The curve of one group, with the days on which others were last seen, still with us."""

    name: str
    count: int
    steps: tuple[Step, ...]
    seen: tuple[int, ...]
    longest: int  # days

    @property
    def now(self) -> float:
        """The part that is still with us at its end."""
        return self.steps[-1].part if self.steps else 1.0

    def at(self, days: float) -> float:
        """The part that is still with us on that day."""
        return next((one.part for one in reversed(self.steps) if one.days <= days), 1.0)


@dataclass(frozen=True)
class Curve:
    """What the picture shows: one line, or one for each group with enough teams."""

    whose: str
    day: str
    lines: tuple[Line, ...]
    rule: str
    at_risk: tuple[tuple[int, int], ...]  # month → teams of the first line that were with us until then at least

    @property
    def title(self) -> str:
        """What the picture is called."""
        return f"Who is still with us: {self.whose}, {self.day}"


def line(name: str, lives: Sequence[Life]) -> Line:
    """The product-limit estimate: who is censored on a day of leaving counts as at risk on it."""
    lost = Counter(max(one.days, 0) for one in lives if one.left)
    part, steps = 1.0, []
    for days in sorted(lost):
        at_risk = sum(max(one.days, 0) >= days for one in lives)
        part *= 1 - lost[days] / at_risk
        steps.append(Step(days, part, at_risk, lost[days]))
    seen = tuple(sorted(max(one.days, 0) for one in lives if not one.left))
    return Line(name, len(lives), tuple(steps), seen, max((max(one.days, 0) for one in lives), default=0))


def at_risk(lives: Iterable[Life], every: int = 3) -> tuple[tuple[int, int], ...]:
    """How many had not left before the beginning of each third month, up to the longest life."""
    known = [max(one.days, 0) for one in lives]
    months = range(0, int(max(known, default=0) / MONTH) + 1, every)
    return tuple((month, sum(days >= month * MONTH for days in known)) for month in months)


def percent(part: float) -> int:
    """A part of one in whole percent; neither none nor all unless it is so."""
    rounded = round(100 * part)
    return min(max(rounded, 1 if part > 0 else 0), 99 if part < 1 else 100)


def findings(curve: Curve) -> list[str]:
    """What each line says, at its end and half a year in."""
    return [_finding(one) for one in curve.lines]


def alt(curve: Curve) -> str:
    """What the picture shows, the finding first."""
    months = f"{round(curve.lines[0].longest / MONTH)} months" if curve.lines else ""
    return f"{' '.join(findings(curve))} Part of the teams still with us, over {months}; {curve.whose}, {curve.day}."


def _finding(line: Line) -> str:
    left = sum(one.left for one in line.steps)
    half = f", after six months {percent(line.at(6 * MONTH))}%" if line.longest > 6 * MONTH else ""
    months = round(line.longest / MONTH)
    return (
        f"{line.name}: {percent(line.now)}% still with us after {months} month{'' if months == 1 else 's'}{half}; "
        f"{left} of {line.count} left."
    )
