"""Gentle prompts by pattern, at most one at a time and never a grade; the patterns are those McNicholas et al. (2019) looked for."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

STUCK_AFTER = timedelta(days=14)
VAGUE = re.compile(
    r"\W*(it )?(all )?(went|worked|was) (very |really |quite )?(well|good|fine|ok|okay|great)\W*", re.IGNORECASE
)
WIDE = ("whole_site", "all_shifts", "spread")


@dataclass(frozen=True)
class Moment:
    """What a prompt may look at: the cycle as it stands, and the day it is."""

    stage: str
    scale: str
    has_prediction: bool
    has_measure: bool
    counts_something: bool
    first_of_ramp: bool
    due: date
    today: date
    learned: str
    decision: str
    has_successor: bool
    decided_on: date | None


def prompt(moment: Moment) -> str:
    """The one thing worth asking now, or nothing."""
    if moment.stage == "plan":
        return _planning(moment)
    if moment.stage == "do":
        return "You predicted something: what did you see?" if moment.has_prediction else "What did you see?"
    if moment.stage == "study" and VAGUE.fullmatch(moment.learned.strip()):
        return "What surprised you? What would you tell the next team?"
    if moment.decision in ("adapt", "abandon") and not moment.has_successor and moment.decided_on:
        if moment.today - moment.decided_on > timedelta(days=21):
            return "Ready for the next one? It can start from what this one taught you."
    return ""


def before_adopting(moment: Moment) -> str:
    """One cycle is little to stand on: ask for a different condition before it is permanent."""
    return "What different day, shift or clinician could you try before it's permanent?" if moment.first_of_ramp else ""


def _planning(moment: Moment) -> str:
    if moment.today - moment.due > STUCK_AFTER:
        return "Did the test happen? Yes, partly, not yet: all three teach us something."
    if moment.scale in WIDE and moment.first_of_ramp:
        return "Could one clinician try it with one person on Tuesday?"
    if not moment.has_measure and not moment.counts_something:
        return "What could you count on the back of an envelope to know?"
    return ""
