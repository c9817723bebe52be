"""What *active*, *engaged*, *passive*, *at risk* and *silent* mean, held against the facts of a team; pure.

They are the terms of rates: a team may be under several. Days are without pauses and days off.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from bot.domain.engagement import CALL, Facts, Rules
from bot.domain.plurals import several

NOUNS = ("due dates", "days", "months", "calls", "check-ins")  # that a rule may begin with
LEADS = {"team_lead": "the team lead", "senior_leader": "the senior leader"}


class Rate(NamedTuple):
    """How many teams of all are under a term, with what it means."""

    term: str
    teams: tuple[int, ...]
    of: int
    means: str

    @property
    def words(self) -> str:
        """9 of 12 teams (75 %)."""
        share = f" ({round(100 * len(self.teams) / self.of)} %)" if self.of else ""
        return f"{len(self.teams)} of {self.of} {'team' if self.of == 1 else 'teams'}{share}"


def active(facts: Facts, rules: Rules) -> bool:
    """Whether it contributed lately, and not by words alone: with numbers, a cycle's move, or somebody at a call."""
    return not facts.at_rest and facts.worked is not None and facts.worked < rules.active_days


def engaged(facts: Facts, rules: Rules) -> bool:
    """Whether it was at calls, sent numbers and moved tests, each often enough in the last months."""
    there = facts.calls_met >= rules.engaged_calls
    works = facts.months_in >= rules.engaged_data and facts.moves >= rules.engaged_moves
    return not facts.at_rest and there and works


def passive(facts: Facts, rules: Rules) -> bool:
    """Whether neither numbers nor a cycle's move came for long, though it isn't silent."""
    still = min(facts.no_numbers, facts.no_move) >= rules.passive_days
    return not facts.at_rest and still and not silent(facts, rules)


def signs(facts: Facts, rules: Rules) -> tuple[str, ...]:
    """What speaks for a risk, in words."""
    missed = next((stream.missed for stream in facts.streams if stream.kind == CALL), 0)
    found = (
        (missed >= rules.missed_calls, "missed the last call" if missed == 1 else f"missed the last {missed} calls"),
        (facts.months_out >= rules.missed_months, f"numbers of {several(facts.months_out, 'month')} not in yet"),
        (facts.no_move >= rules.risk_move_days, f"no test moved in {several(facts.no_move, 'day')}"),
        (facts.score_fell, "their own score went down"),
        (facts.unscored >= rules.risk_score_days, f"no own score in {several(facts.unscored, 'day')}"),
        (bool(facts.left), f"{' and '.join(LEADS[role] for role in facts.left)} left"),
        (facts.heavy >= rules.heavy_times, f"said heavy {several(facts.heavy, 'time')} in a row"),
    )
    return () if facts.at_rest else tuple(words for holds, words in found if holds)


def at_risk(facts: Facts, rules: Rules) -> bool:
    """Whether signs enough come together; no formula weighs them."""
    return len(signs(facts, rules)) >= rules.risk_signs


def silent(facts: Facts, rules: Rules) -> bool:
    """Whether nothing came from it for long."""
    return not facts.at_rest and facts.quiet >= rules.silent_days


def paused(facts: Facts, rules: Rules) -> bool:
    """Whether it rests."""
    return facts.at_rest


TERMS: Mapping[str, Callable[[Facts, Rules], bool]] = {
    "active": active, "engaged": engaged, "passive": passive, "at risk": at_risk, "silent": silent, "paused": paused,
}  # fmt: skip


OTHERS = ("enrolled", "contribution", "attendance")  # that no single team is under


def rates(every: Iterable[Facts], rules: Rules) -> list[Rate]:
    """Each term with the teams that are under it, of all that are enrolled; a pause stays among these."""
    enrolled, means = list(every), meanings(rules)
    return [
        Rate(term, tuple(one.team for one in enrolled if holds(one, rules)), len(enrolled), means[term])
        for term, holds in TERMS.items()
    ]


def standing(facts: Facts, rules: Rules) -> list[str]:
    """The terms that one team is under."""
    return [term for term, holds in TERMS.items() if holds(facts, rules)]


def meanings(rules: Rules) -> dict[str, str]:
    """Every term with its definition, in the collaborative's own figures."""
    return {
        "enrolled": "has signed up and hasn't left, from the start of the pre-work on",
        "contribution": (
            "numbers sent, somebody at a call or session, a test that moved, a check-in answered, an idea, an answer "
            "or a shout-out; reading and chatting don't count"
        ),
        "attendance": "teams with somebody at a call or session, of all that are enrolled on its day",
        "active": (
            f"a contribution in the last {rules.active_days} days, with numbers, a test's move or a call among them"
        ),
        "engaged": (
            f"in the last {rules.engaged_months} months at {rules.engaged_calls} or more of the newest "
            f"{rules.engaged_of} calls, numbers in for {rules.engaged_data} or more of the newest {rules.engaged_of} "
            f"months, and {rules.engaged_moves} or more moves of tests"
        ),
        "passive": f"not silent, but neither numbers nor a test's move in {rules.passive_days} days: help is offered",
        "at risk": (
            f"any {rules.risk_signs} of: {several(rules.missed_calls, 'call')} missed in a row; numbers of "
            f"{several(rules.missed_months, 'month')} not in; no test moved in {several(rules.risk_move_days, 'day')}; "
            "the team lead or the senior leader left; their own score went down, or none came in "
            f"{several(rules.risk_score_days, 'day')}; said heavy {several(rules.heavy_times, 'time')} in a row"
        ),
        "silent": f"no contribution in {rules.silent_days} days; after {rules.silent_now_days}, call now",
        "paused": "an agreed break with a day of return: among the enrolled, and no dropout",
    }


def printed(rules: Rules) -> list[str]:
    """All of them, as they stand beside a rate: a paragraph each."""
    told = (f"{term[:1].upper()}{term[1:]}: {means}." for term, means in meanings(rules).items())
    return [*told, "Days off and days of a pause aren't counted."]


def figures(rules: Rules) -> list[str]:
    """Every rule of a level or a reason with its figure; those of rates stand in words, those of endings elsewhere."""
    return [
        _figure(getattr(rules, name), one.description or "")
        for name, one in Rules.model_fields.items()
        if not name.startswith(("active_", "engaged_", "risk_", "lapsed_", "completed_"))
    ]


def _figure(count: int, words: str) -> str:
    noun = next((one for one in NOUNS if words.startswith(f"{one} ")), "") if count == 1 else ""
    return f"{count} {noun.removesuffix('s')}{words[len(noun) :]}"
