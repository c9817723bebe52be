"""What teams count: drawn by chance around a level that stands still until the first linked idea was adopted."""

import math
from datetime import date
from random import Random
from typing import NamedTuple

from bot.domain.measures import Measure
from bot.year.story import Story

OF_NEW_PEOPLE = {  # how many a measure is of, for each new person of a month
    "ENG4": 1.0, "WAIT": 0.65, "OFFER3": 0.8, "NOSHOW": 0.75, "REACH2": 0.25, "MBC": 0.45, "LANG": 0.2, "TNA": 1.0,
}  # fmt: skip
SUMMER = (6, 7, 8)
STEEP, MIDDLE = 0.7, 1.0  # months: how fast what was adopted takes hold, and when half of it is there
APART = 0.03  # how far teams lie from each other, of everything
BUMPY = 0.35  # of its level, how far one person's wait lies from another's


class Counted(NamedTuple):
    """One month of one measure; nothing at all where there was nobody to count."""

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None


def drawn(story: Story, team: str, measure: Measure, month: date) -> Counted:
    """The same in every play."""
    told, dice = story.teams[team], story.dice(team, measure.code, month)
    season = told.summer if month.month in SUMMER and month.year == 2026 else 1.0
    odd = next((one for one in story.odd if _is_of(one, team, measure, month)), {})
    level = _level(story, team, measure, month)
    if measure.shape == "value":
        return Counted(value=odd.get("value", round(dice.gauss(level, 0.5), 1)))
    people = _poisson(dice, told.new_people * OF_NEW_PEOPLE[measure.code] * season)
    if not people:
        return Counted()
    if measure.shape == "ratio":
        mean = odd.get("mean", dice.gauss(level, BUMPY * level / math.sqrt(people)))
        return Counted(float(round(max(mean, 0.5) * people)), float(people))
    met = sum(dice.random() < level / 100 for _ in range(people))
    return Counted(float(met), float(people))


def _level(story: Story, team: str, measure: Measure, month: date) -> float:
    """Where it lies in the long run: a logistic way from the baseline towards the goal."""
    base, goal = float(measure.baseline or 0), float(measure.goal or 0)
    base += story.dice(team, measure.code).gauss(0, APART * base)
    idea, way = story.teams[team].better.get(measure.code, ("", 0.0))
    begun = story.adopted(team, idea) if idea else None
    if begun is None or measure.direction == "hold":
        return base
    since = 12 * (month.year - begun.year) + month.month - begun.month
    reached = 1 / (1 + math.exp(-(since - MIDDLE) / STEEP)) if since >= 0 else 0.0
    return base + (goal - base) * way * reached


def _poisson(dice: Random, mean: float) -> int:
    """How many of something that happens so often on average (Knuth's way)."""
    left, count = dice.random(), 0
    while left > math.exp(-mean):
        left *= dice.random()
        count += 1
    return count


def _is_of(odd: dict[str, object], team: str, measure: Measure, month: date) -> bool:
    return (odd["team"], odd["measure"], odd["month"]) == (team, measure.code, f"{month:%Y-%m}")
