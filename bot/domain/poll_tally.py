"""How a poll stands, counted by team: what a team says of a slot is the best of what its people say; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

BEST_FIRST = WORKS, IF_NEED_BE, CANNOT = ("works", "if_need_be", "cannot")


class Said(NamedTuple):
    """What somebody of a team says of a slot."""

    team: int
    name: str
    slot: int
    answer: str  # one of BEST_FIRST


class Standing(NamedTuple):
    """One slot, with the teams that said something of it."""

    slot: int
    starts: datetime
    works: tuple[str, ...]
    if_need_be: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()

    @property
    def reached(self) -> int:
        """How many teams have somebody who can come."""
        return len(self.works) + len(self.if_need_be)


def standings(slots: Mapping[int, datetime], teams: Mapping[int, str], said: Iterable[Said]) -> list[Standing]:
    """Each slot in the order given; of a team that isn't in `teams` nothing counts."""
    best: dict[tuple[int, int], str] = {}
    for one in said:
        before = best.get((one.slot, one.team), CANNOT)
        best[one.slot, one.team] = min(before, one.answer, key=BEST_FIRST.index)
    return [
        Standing(
            slot,
            starts,
            *(tuple(name for team, name in teams.items() if best.get((slot, team)) == kind) for kind in BEST_FIRST),
        )
        for slot, starts in slots.items()
    ]


def ranked(found: Iterable[Standing]) -> list[Standing]:
    """The best first: most teams reached, then most for which it works, then the earliest."""
    return sorted(found, key=lambda one: (-one.reached, -len(one.works), one.starts))


def best(found: Sequence[Standing]) -> Standing | None:
    """The slot that reaches most teams; None where none reaches any."""
    first = next(iter(ranked(found)), None)
    return first if first and first.reached else None
