"""The engagement gap: how the teams of each group are going, side by side, so that the collaborative adapts; pure.

Teams are counted here, and none of the people they serve. A group of one or two teams would point at these, so it is
told together with the other small ones; percent are told from ten teams on, as with the curve of who is still with us.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.retention import FEWEST, percent

SMALLEST = 3  # teams of a group by itself
OTHERS = "other groups"
NOT_COMPARED = f"The {OTHERS}, several small ones together, aren't compared."
LATELY = 3  # due dates of a kind
RATES = {
    "active": "active", "engaged": "engaged", "data": "numbers within a week", "call": "at calls",
    "tests": "tests moving",
}  # fmt: skip


class Going(NamedTuple):
    """One team: its group, and of each rate how many of how many it met."""

    group: str
    met: dict[str, tuple[int, int]]


class Rate(NamedTuple):
    """What a group met."""

    met: int
    of: int

    @property
    def part(self) -> float | None:
        """Of one; None where there was nothing to meet."""
        return self.met / self.of if self.of else None


class Group(NamedTuple):
    """Several teams."""

    name: str
    teams: int
    rates: dict[str, Rate]


def large(names: Sequence[str]) -> list[str]:
    """Of the group of each team those that may stand by themselves, by size; so that the rest may, too."""
    sizes = Counter(names)
    found = sorted((name for name in sizes if sizes[name] >= SMALLEST), key=lambda name: (-sizes[name], name))
    while found and 0 < len(names) - sum(sizes[name] for name in found) < SMALLEST:  # too few would point at these
        found.pop()
    return found


def groups(teams: Sequence[Going]) -> list[Group]:
    """The groups by size, those too small by themselves together at the end."""
    alone = large([one.group for one in teams])
    rest = [one for one in teams if one.group not in alone]
    found = [_group(name, [one for one in teams if one.group == name]) for name in alone]
    return [*found, _group(OTHERS, rest)] if rest and found else found or ([_group("all teams", rest)] if rest else [])


def widest(found: Sequence[Group]) -> str:
    """The largest difference between two groups that stand by themselves, in words; empty where there is none."""
    told = []
    for rate, name in RATES.items():
        known = [(group.rates[rate].part, group) for group in found if rate in group.rates and group.name != OTHERS]
        parts = [(part, group) for part, group in known if part is not None]
        if len(parts) > 1:
            (low, lower), (high, higher) = min(parts, key=lambda one: one[0]), max(parts, key=lambda one: one[0])
            told.append((high - low, rate, name, lower, higher))
    if not told or not max(told)[0]:
        return ""
    _, rate, name, lower, higher = max(told, key=lambda one: one[0])
    gap = f"The widest gap, {name}: {lower.name} {_told(lower, rate)}, {higher.name} {_told(higher, rate)}."
    return f"{gap} {NOT_COMPARED}" if any(group.name == OTHERS for group in found) else gap


def line(group: Group) -> str:
    """All rates of a group, as counts, with percent from ten teams on."""
    told = [f"{name} {_told(group, rate)}" for rate, name in RATES.items() if rate in group.rates]
    return " · ".join(told)


def _told(group: Group, rate: str) -> str:
    found = group.rates[rate]
    if not found.of:
        return "nothing yet"
    share = f" ({percent(found.met / found.of)}%)" if group.teams >= FEWEST else ""
    return f"{found.met} of {found.of}{share}"


def _group(name: str, teams: Sequence[Going]) -> Group:
    rates = {
        rate: Rate(sum(one.met[rate][0] for one in teams), sum(one.met[rate][1] for one in teams))
        for rate in RATES
        if all(rate in one.met for one in teams)
    }
    return Group(name, len(teams), rates)
