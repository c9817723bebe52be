"""Messages to come that are alike, of the same kind at the same hour on their recipients' walls, stand in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

NOUNS = {"team": "teams", "person": "people", "channel": "channels"}


@dataclass(frozen=True)
class Line:
    """One message to come; `letter` is 0 before it is written. `local` is its hour where its recipient is.

    `change` is the row of the changed date that it tells of, or of the broadcast that it is: each stands by itself.
    What isn't written yet stands with what is: at the edge of what the planner looks at, the same question is written
    for some and not for others.
    """

    at: datetime
    local: str
    letter: int
    message: str
    what: str
    to: str
    why: str
    standing: str
    change: int = 0

    @property
    def key(self) -> str:
        """What it has in common with those that are alike and stand alike."""
        return f"{self.kin}|{self.standing}"

    @property
    def kin(self) -> str:
        """The same, however each of them stands."""
        return f"{self.message}|{self.local}|{self.change}"


@dataclass(frozen=True)
class Group:
    """Those that are alike, the earliest first: at least one."""

    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """Its name in a button."""
        return self.lines[0].key

    @property
    def unwritten(self) -> int:
        """How many of them aren't written yet."""
        return sum(not line.letter for line in self.lines)

    @property
    def whom(self) -> str:
        """How many it goes to: 42 teams."""
        kinds = {line.to.partition(":")[0] for line in self.lines}
        noun = NOUNS.get(kinds.pop(), "places") if len(kinds) == 1 else "places"
        return f"{len(self.lines)} {noun}"


def kin(every: Iterable[Group], key: str) -> Group | None:
    """All that are alike with a line of this key, however they stand; None where nothing of it is left."""
    of = key.rpartition("|")[0]
    lines = tuple(line for group in every for line in group.lines if line.kin == of)
    return Group(lines) if lines else None


def groups(lines: Iterable[Line]) -> list[Group]:
    """In the order of the first of each."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return [Group(tuple(these)) for these in found.values()]
