"""How long a run and how many crossings chance alone makes, for a number of useful points; exact, in whole numbers."""

from functools import cache
from itertools import accumulate
from math import comb, log2

ENOUGH = 10  # useful points; with fewer no rule is applied
SHIFT = 6  # points in a row on one side of the median (Perla, Provost & Murray 2011)
TREND = 5  # points in a row all rising or all falling (the same)


@cache
def longest_run(useful: int) -> int | None:
    """The longest run on one side that is still usual (Anhøj & Olesen 2014); None where points are too few to say."""
    return round(log2(useful)) + 3 if useful >= ENOUGH else None


@cache
def fewest_crossings(useful: int) -> int | None:
    """The fewest crossings of the median that are still usual (Anhøj & Olesen 2014); None where points are too few.

    That is the 5 % quantile of a coin thrown once for each neighbor: the smallest k with P(X ≤ k) ≥ 0.05.
    """
    if useful < ENOUGH:
        return None
    throws = useful - 1
    all_ways = 1 << throws
    return sum(20 * ways < all_ways for ways in accumulate(_heads(throws)))


@cache
def usual_runs(useful: int, one_in: int = 20) -> tuple[int, int] | None:
    """The fewest and the most runs that are still usual; None where points are too few to say.

    Fewer, or more, happens by chance at most once in `one_in` charts (each), half of the points being above the
    median and half below (Wald & Wolfowitz 1940, Swed & Eisenhart 1943). `perla` judges by one in 20, 5 % a tail: its
    promise are exact limits, and those in tests/runchart_vectors, and so what programs compare it with, are of 5 %.
    The table printed by Perla, Provost & Murray (BMJ Qual Saf 2011;20:46-51, table 1) is of 2.5 % a tail and partly
    rounded: one in 40 is within one run of it at every length from 10 to 60, and the same at 34 of the 51. So with few
    runs `perla` speaks up a run earlier than that table, and a little more often without a reason.
    """
    if useful < ENOUGH:
        return None
    ways = _ways(useful)
    all_ways = comb(useful, useful // 2)
    fewer = sum(one_in * chance <= all_ways for chance in accumulate(ways))
    more = sum(one_in * chance <= all_ways for chance in accumulate(reversed(ways)))
    return fewer, len(ways) - 1 - more


def _heads(throws: int) -> list[int]:
    """In how many ways a coin thrown so often shows 0, 1, 2, … heads, up to half of the throws."""
    ways = [1]
    for heads in range(1, throws // 2 + 1):
        ways.append(ways[-1] * (throws - heads + 1) // heads)
    return ways


def _ways(useful: int) -> list[int]:
    """In how many ways half the points above and half below fall into 0, 1, 2, … runs."""
    above = useful // 2
    below = useful - above
    ways = [0] * (2 * above + 2)
    up, down = 1, 1  # comb(above - 1, k - 1) and comb(below - 1, k - 1)
    for k in range(1, above + 1):
        more_up, more_down = up * (above - k) // k, down * (below - k) // k
        ways[2 * k] = 2 * up * down
        ways[2 * k + 1] = more_up * down + up * more_down
        up, down = more_up, more_down
    return ways if ways[-1] else ways[:-1]
