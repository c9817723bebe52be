"""When a team has lapsed or completed, by rules that are printed wherever a rate is shown; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.engagement import Rules
from bot.domain.engagement_words import counted
from bot.domain.plurals import several

WITHDRAWN_IS = "Withdrew: the team said that it leaves, or a coordinator noted it, with the day and the reason."
PAUSED_IS = "A pause is no end: a team that pauses is with us."
ELSEWHERE_IS = "A team that goes on as part of another one, or in another collaborative, is no dropout."
BACK_IS = "One that came back counts as if it had never left."


class Check(NamedTuple):
    """One part of a rule: what the record says of it, and whether that is enough."""

    words: str
    holds: bool


@dataclass(frozen=True)
class Closing:
    """What the record says of one team that may have lapsed or completed."""

    silent: int = 0  # days since its newest contribution or its beginning, without pauses and days off
    contacts: int = 0  # days since then on which somebody spoke with it or had it asked
    senior: bool = False  # its senior leader among these
    sessions: int = 0  # learning sessions it was at
    held: int = 0  # of so many until now
    months: tuple[bool, ...] = ()  # that fell due, the oldest first: all of its numbers are in
    cycles: int = 0  # PDSA cycles with all four steps
    storyboard: bool = False


def lapsed(facts: Closing, rules: Rules) -> list[Check]:
    """What has to hold before it is said of a team that it lapsed."""
    return [
        Check(
            f"{facts.silent} of {several(rules.lapsed_days, 'day')} without a contribution",
            facts.silent >= rules.lapsed_days,
        ),
        Check(
            f"{facts.contacts} of {several(rules.lapsed_contacts, 'contact')} since then",
            facts.contacts >= rules.lapsed_contacts,
        ),
        Check(f"their senior leader spoken with or written to: {'yes' if facts.senior else 'not yet'}", facts.senior),
    ]


def completed(facts: Closing, rules: Rules) -> list[Check]:
    """What has to hold before it is said of a team that it completed the collaborative."""
    total, inside = len(facts.months), sum(facts.months)
    percent = 100 * inside // total if total else 0
    newest = facts.months[-rules.completed_latest :]
    return [
        Check(
            f"{facts.sessions} of {several(facts.held, 'learning session')} attended "
            f"({_asked(rules.completed_sessions)})",
            facts.sessions >= rules.completed_sessions,
        ),
        Check(
            f"{inside} of {several(total, 'data month')} in, {percent}% ({rules.completed_months}% asked for)",
            percent >= rules.completed_months,
        ),
        Check(_newest(sum(newest), rules), any(newest)),
        Check(
            f"{several(facts.cycles, 'full PDSA cycle')} ({_asked(rules.completed_cycles)})",
            facts.cycles >= rules.completed_cycles,
        ),
        Check(f"a final storyboard: {'yes' if facts.storyboard else 'not yet'}", facts.storyboard),
    ]


def holds(checks: Iterable[Check]) -> bool:
    """Whether all of it does."""
    return all(one.holds for one in checks)


def open_ones(checks: Iterable[Check]) -> str:
    """What doesn't hold yet, in words."""
    return "; ".join(one.words for one in checks if not one.holds)


def printed(rules: Rules) -> list[str]:
    """Every definition of an end, with its figures, as it stands beside a rate."""
    lapsed_is = (
        f"Lapsed: {several(rules.lapsed_days, 'day')} without a contribution, after "
        f"{several(rules.lapsed_contacts, 'contact')}, one of them with the senior leader."
    )
    completed_is = (
        f"Completed: {several(rules.completed_sessions, 'learning session')}, {rules.completed_months}% of the data "
        f"months with {_latest(rules)}, {several(rules.completed_cycles, 'full PDSA cycle')}, and a final storyboard."
    )
    return [WITHDRAWN_IS, lapsed_is, completed_is, PAUSED_IS, ELSEWHERE_IS, BACK_IS]


def _asked(count: int) -> str:
    return f"{counted(count)} asked for"


def _newest(inside: int, rules: Rules) -> str:
    """How many of the last months are in."""
    if rules.completed_latest == 1:
        return "the last data month is in" if inside else "the last data month isn't in yet (it is asked for)"
    how_many, yet = (counted(inside), "") if inside else ("none", " yet")
    return f"{how_many} of the last {counted(rules.completed_latest)} data months in{yet} (one asked for)"


def _latest(rules: Rules) -> str:
    count = rules.completed_latest
    return "the last month" if count == 1 else f"one of the last {counted(count)} months"
