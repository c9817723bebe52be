"""Which counts others may see: none from 1 to 10, and nothing that lets one be worked out; pure.

CMS's rule for what it publishes, a sound one for whatever leaves a team: 0 may be shown, 1 to 10 may not.
"""

from collections.abc import Iterable

SMALLEST = 11


def is_small(count: float | None) -> bool:
    """Whether a count points at so few people that it isn't shown."""
    return count is not None and 0 < count < SMALLEST


def any_small(numerator: float | None, denominator: float | None) -> bool:
    """Whether a number, whom it is of, or the rest of these, is of so few."""
    rest = None if numerator is None or denominator is None else denominator - numerator
    return any(map(is_small, (numerator, denominator, rest)))


def shown(rows: Iterable[tuple[float, float]]) -> bool:
    """Whether a stratum's rows may be shown to others: all of them, or none where any cell is small."""
    return not any(any_small(numerator, denominator) for numerator, denominator in rows)
