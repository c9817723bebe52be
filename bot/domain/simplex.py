"""The lowest point of a function of a few numbers, without its slope: the simplex method of Nelder and Mead.

Nelder & Mead, A simplex method for function minimization, The Computer Journal 1965;7:308-313. Written out here because
scipy, which has it too, is larger than all that we install otherwise, and nothing else would use it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Place = NDArray[np.float64]
STEP = 0.3  # how far the first corners stand from where one begins
CLOSE = 1e-6  # corners nearer than this are one place
MOST = 2000  # turns


def lowest(function: Callable[[Place], float], begin: Place) -> Place:
    """Where the function is lowest, looked for from `begin` on."""
    corners = [begin, *(begin + STEP * axis for axis in np.eye(len(begin)))]
    heights = [function(corner) for corner in corners]
    for _ in range(MOST):
        order = np.argsort(heights, kind="stable")
        corners, heights = [corners[row] for row in order], [heights[row] for row in order]
        if max(np.abs(corner - corners[0]).max() for corner in corners) < CLOSE:
            break
        middle, worst = np.mean(corners[:-1], axis=0), corners[-1]
        tried = _better(function, middle, worst, heights)
        if tried is None:
            corners = [corners[0], *(corners[0] + (corner - corners[0]) / 2 for corner in corners[1:])]
            heights = [heights[0], *(function(corner) for corner in corners[1:])]
        else:
            corners[-1], heights[-1] = tried
    return corners[0]


def _better(
    function: Callable[[Place], float], middle: Place, worst: Place, heights: list[float]
) -> tuple[Place, float] | None:
    """What takes the place of the worst corner: mirrored, stretched or drawn in; None where nothing is better."""
    mirrored = 2 * middle - worst
    height = function(mirrored)
    if height < heights[0]:
        stretched = 3 * middle - 2 * worst
        lower = function(stretched)
        return (stretched, lower) if lower < height else (mirrored, height)
    if height < heights[-2]:
        return mirrored, height
    near = mirrored if height < heights[-1] else worst
    drawn_in = (middle + near) / 2
    lower = function(drawn_in)
    return (drawn_in, lower) if lower < min(height, heights[-1]) else None
