"""Which counts others may see: none from 1 to 10, and nothing that lets one be worked out; pure.

CMS's rule for what it publishes, a sound one for whatever leaves a team: 0 may be shown, 1 to 10 may not.
"""

from collections.abc import Mapping

SMALLEST = 11
Cell = tuple[float, float]  # a numerator, and whom it is of


def is_small(count: float | None) -> bool:
    """Whether a count points at so few people that it isn't shown."""
    return count is not None and 0 < count < SMALLEST


def any_small(numerator: float | None, denominator: float | None) -> bool:
    """Whether a number, whom it is of, or the rest of these, is of so few."""
    rest = None if numerator is None or denominator is None else denominator - numerator
    return any(map(is_small, (numerator, denominator, rest)))


def may_be_shown(strata: Mapping[str, Mapping[str, Cell]], total: Cell | None) -> dict[str, Mapping[str, Cell]]:
    """The strata that others may see beside the total: each whole, or, where a cell of it is small, not at all.

    People whom no level holds are a cell too, which the total and the levels give away together.
    """
    return {name: levels for name, levels in strata.items() if levels and not _gives_away(levels, total)}


def _gives_away(levels: Mapping[str, Cell], total: Cell | None) -> bool:
    if any(any_small(*cell) for cell in levels.values()):
        return True
    if total is None:
        return False
    rest = tuple(total[place] - sum(cell[place] for cell in levels.values()) for place in (0, 1))
    return any_small(*map(abs, rest)) or any_small(*total)
