"""Gentle prompts, one at a time and never a grade; the patterns are those McNicholas et al. (2019) looked for."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

STUCK_AFTER, UNSTUDIED_AFTER, IDLE_AFTER = timedelta(days=14), timedelta(days=7), timedelta(days=21)
VAGUE = re.compile(
    r"\W*(it )?(all )?(went|worked|was) (very |really |quite )?(well|good|fine|ok|okay|great)\W*", re.IGNORECASE
)
WIDE = ("whole_site", "all_shifts", "spread")


@dataclass(frozen=True)
class Moment:
    """What a prompt may look at: the cycle as it stands, and the day it is where its team is."""

    today: date
    due: date
    stage: str = "plan"
    scale: str = "one_person"
    prediction: str = ""
    counts_something: bool = False
    first_of_ramp: bool = True
    ran_on: date | None = None
    learned: str = ""
    decision: str = ""
    decided_on: date | None = None
    has_successor: bool = False
    left_elsewhere: bool = False


def prompt(moment: Moment) -> str:
    """The one thing worth asking now, or nothing."""
    if moment.stage == "plan":
        return _planned(moment)
    if moment.stage == "do":
        return _ran(moment)
    if moment.stage == "study":
        vague = VAGUE.fullmatch(moment.learned.strip())
        return "What surprised you? What would you tell the next team?" if vague else ""
    return _decided(moment)


def before_adopting(moment: Moment) -> str:
    """One cycle is little to stand on: ask for a different condition before it is permanent."""
    return "What different day, shift or clinician could you try before it's permanent?" if moment.first_of_ramp else ""


def _planned(moment: Moment) -> str:
    if moment.today - moment.due > STUCK_AFTER:
        return "Did the test happen? Yes, partly, not yet: all three teach us something."
    if moment.scale in WIDE and moment.first_of_ramp:
        return "Could one clinician try it with one person on Tuesday?"
    return "" if moment.counts_something else "What could you count on the back of an envelope to know?"


def _ran(moment: Moment) -> str:
    if moment.ran_on is None or moment.today - moment.ran_on <= UNSTUDIED_AFTER:
        return ""
    return f"You predicted “{moment.prediction}”. What did you see?" if moment.prediction else "What did you see?"


def _decided(moment: Moment) -> str:
    if moment.decision == "abandon" and moment.left_elsewhere:
        return "Another team tried this idea and left it too: you've learned the same thing."
    idle = moment.decided_on and moment.today - moment.decided_on > IDLE_AFTER
    if idle and moment.decision in ("adapt", "abandon") and not moment.has_successor:
        return "Ready for the next one? It can start from what this one taught you."
    return ""
