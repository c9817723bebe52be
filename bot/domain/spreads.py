"""How far an idea got, for whoever would rather look: who took what from whom, and the same as alt text; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_ALT = 1000  # characters Slack takes with a file


@dataclass(frozen=True)
class Step:
    """One team of a chain: how far from the idea it stands, and what became of it there."""

    depth: int
    team: str
    told: str
    outcome: str = ""  # adopted, adapted, abandoned, stopped, still testing; empty for who shared
    brief: str = ""  # the same as `told` where there is room for a line; empty where that is one


@dataclass(frozen=True)
class Spread:
    """An idea with its whole chain; each step hangs below the last one before it that stands one nearer."""

    title: str
    whose: str
    tally: str
    steps: Sequence[Step]
    more: int = 0  # that are not shown


def alt(spread: Spread) -> str:
    """What the picture shows, the finding first; at most what Slack takes."""
    finding = f"{spread.tally}." if spread.tally else "nobody tests it yet."
    told = [f"Who took “{spread.title}” of {spread.whose}: {finding}"]
    told += [f"{step.team}: {step.told}." for step in spread.steps]
    told += [f"And {spread.more} more."] if spread.more else []
    words = " ".join(told)
    return words if len(words) <= LONGEST_ALT else f"{words[: LONGEST_ALT - 1]}…"


def parents(spread: Spread) -> list[int | None]:
    """For each step the row that it hangs below; None for what hangs below the idea itself."""
    last: dict[int, int] = {}
    found: list[int | None] = []
    for row, step in enumerate(spread.steps):
        found.append(last.get(step.depth - 1))
        last[step.depth] = row
    return found
