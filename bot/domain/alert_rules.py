"""When faculty is told about a team, and when that is over again: rules over facts; pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bot.domain.engagement import CALL, LEVELS, Facts, Rules, Signal
from bot.domain.plurals import several

QUIET, NEVER, NUMBERS, CALLS, STUCK, LEFT, HEAVY, PASSIVE = (
    "quiet", "never_started", "numbers", "calls", "stuck", "left", "heavy", "passive",
)  # fmt: skip
ROLES = {"team_lead": "the team lead", "senior_leader": "the senior leader"}
FEWEST = 3  # teams, for all of them to be quiet at once


class Reason(NamedTuple):
    """What an alert is about; one that interrupts is told at once, the others on Monday."""

    name: str
    interrupts: bool = False


REASONS: Mapping[str, Reason] = {
    LEFT: Reason("A key person left", interrupts=True),
    HEAVY: Reason("Said heavy twice", interrupts=True),
    QUIET: Reason("Gone quiet"),
    NEVER: Reason("Hasn't started yet"),
    CALLS: Reason("Two calls missed"),
    NUMBERS: Reason("Numbers of two months not in"),
    STUCK: Reason("A cycle is stuck"),
    PASSIVE: Reason("No numbers and no tests lately"),
}


def in_a_row(reasons: Sequence[str]) -> str:
    """Why a team is to be called, in one sentence: “Gone quiet, a cycle is stuck and two calls missed”."""
    first, *others = (REASONS[one].name for one in reasons)
    names = [first, *(name[0].lower() + name[1:] for name in others)]
    return " and ".join([*([", ".join(names[:-1])] if others else []), names[-1]])


def holding(facts: Facts, signal: Signal, rules: Rules) -> frozenset[str]:
    """The reasons there are to tell faculty about a team; none while it rests."""
    if facts.at_rest:
        return frozenset()
    never = facts.last is None and facts.begun >= rules.first_days
    quiet = facts.last is not None and _is_quiet(facts, signal, rules)
    every = {
        QUIET: quiet,
        NEVER: never,
        NUMBERS: facts.months_out >= rules.missed_months,
        CALLS: missed(facts, CALL) >= rules.missed_calls,
        STUCK: facts.open_cycles > 0 and facts.no_move >= rules.stuck_days,
        LEFT: bool(facts.left),
        HEAVY: facts.heavy >= rules.heavy_times,
        PASSIVE: signal.standing == "passive" and not quiet,
    }
    return frozenset(reason for reason, holds in every.items() if holds)


def why(reason: str, facts: Facts, signal: Signal) -> str:
    """The facts in words, those that the reason is about before the others."""
    first = []
    if reason == QUIET:
        first = [f"no contribution in {several(facts.quiet, 'day')}"]
    elif reason == LEFT and facts.left:
        first = [f"{' and '.join(ROLES[role] for role in facts.left)} left, and nobody has that role now"]
    elif reason == HEAVY:
        first = ["their last two check-ins said heavy"]
    elif reason == STUCK:
        first = [f"no test moved in {several(facts.no_move, 'day')}"]
    return "; ".join((*first, *signal.reasons))


def is_back(facts: Facts, opened_on: date) -> bool:
    """Whether the team did something since an alert was opened, be it on the same day."""
    return facts.last is not None and facts.last >= opened_on


def is_over(reason: str, facts: Facts, opened_on: date) -> bool:
    """Whether an alert whose reason no longer holds is over: quiet ends with a new contribution and not before."""
    return reason != QUIET or is_back(facts, opened_on)


def _is_quiet(facts: Facts, signal: Signal, rules: Rules) -> bool:
    """At a level to call, and nothing else came from the team for half of what counts as silent either."""
    return LEVELS.index(signal.level) >= LEVELS.index("call") and 2 * facts.quiet >= rules.silent_days


def missed(facts: Facts, kind: str) -> int:
    """How many of a kind were missed in a row."""
    return next((stream.missed for stream in facts.streams if stream.kind == kind), 0)


def all_quiet(at_work: Collection[int], reasons: Mapping[int, Collection[str]]) -> bool:
    """Whether every team at work has gone quiet or hasn't begun; of one or two that says nothing."""
    return len(at_work) >= FEWEST and all({QUIET, NEVER} & set(reasons.get(team, ())) for team in at_work)


def not_begun(reasons: Mapping[int, Collection[str]]) -> int:
    """How many teams haven't begun."""
    return sum(NEVER in theirs for theirs in reasons.values())


def quiet_words(teams: int, begun: int) -> str:
    """How all of these teams are, where so many have begun."""
    if begun == teams:
        return "have gone quiet at once"
    return "have gone quiet at once, or haven't begun" if begun else "haven't begun yet"


def rank(facts: Facts, signal: Signal) -> tuple[int, int]:
    """Whom to call first: the higher level, then the longer silence."""
    return -LEVELS.index(signal.level), -facts.quiet
