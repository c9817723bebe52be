"""What the weekly digest says, in words: what deserves praise, what changed, how numbers and tests stand; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain import months
from bot.domain.alert_rules import quiet_words
from bot.domain.digest import Change, Found, Numbers, Praise
from bot.domain.teams import Team

PRAISE = {  # for one act, and for several
    "back": ("They are back after a quiet time", "They are back after a quiet time"),
    "idea.given": ("Another team took their idea", "Other teams took their ideas {count} times"),
    "pdsa.decided": ("They learned from a test and decided", "They learned from {count} tests and decided"),
    "question.answered": ("They answered another team", "They answered other teams {count} times"),
    "idea.shared": ("They shared an idea", "They shared {count} ideas"),
    "idea.adapted": ("They told how an idea works where they are", "They told how {count} ideas work where they are"),
    "idea.stolen": ("They took an idea to test it", "They took {count} ideas to test them"),
    "pdsa.learned": ("They wrote down what a test taught", "They wrote down what {count} tests taught"),
    "pdsa.ran": ("They ran a test", "They ran {count} tests"),
    "data.filed": ("They sent their numbers", "They sent numbers {count} times"),
    "pdsa.started": ("They planned a test", "They planned {count} tests"),
}
STAGES = {"plan": "planned", "do": "run, and to be learned from", "study": "learned from, and to be decided"}
Shown = Sequence[tuple[int, str, str]]  # ideas: row, title and team


def whose(team: Team, *, mine: bool) -> str:
    """A team by its name, and whether it is the reader's own."""
    return f"{team.name} (yours)" if mine else team.name


def praise(one: Praise) -> str:
    """What a team did that deserves a word."""
    once, often = PRAISE[one.kind]
    return once if one.count == 1 else often.format(count=one.count)


def changed(shown: Iterable[Change], names: Mapping[int, str], own: Collection[int], more: int) -> str:
    """How these teams stand, and how they stood before."""
    told = [
        f"{names.get(one.team, 'a team')}{' (yours)' if one.team in own else ''}: {one.after} (was {one.before})"
        for one in shown
    ]
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def ideas(shown: Shown, count: int) -> str:
    """What teams shared."""
    more = f"; and {count - len(shown)} more" if shown and count > len(shown) else ""
    return "; ".join(f"“{title}” ({team})" for _, title, team in shown) + more


def spreading(shown: Shown, taken: Mapping[int, int]) -> str:
    """What other teams took."""
    return "; ".join(f"“{title}” ({team}), taken by {_teams(taken[row])}" for row, title, team in shown)


def numbers(told: Numbers | None) -> str:
    """How complete the newest month is; empty before the first one."""
    if told is None:
        return ""
    month, of = months.called(told.period), _teams(told.of)
    if told.is_in == told.of:
        return f"{month} is in from {'the one team' if told.of == 1 else f'all {of}'}"
    return f"{month} is in from {told.is_in} of {of}"


def tests(found: Found) -> str:
    """How many are open, by stage, and how many were decided."""
    told = [f"{count} {STAGES[stage]}" for stage, count in found.cycles.items()]
    told += [f"{found.decided} decided since"] if found.decided else []
    return "; ".join(told)


def all_quiet(found: Found) -> str:
    """Every team has gone quiet or hasn't begun: said once, and not of each."""
    count = _at_work(found)
    return (
        f"All {count} teams at work {quiet_words(count, count - found.not_begun)}. That is seldom about "
        "the teams: a holiday, a busy season, or something of ours that doesn't reach them. I say it once, and "
        "not of each."
    )


def nothing(found: Found, names: Mapping[int, str], since: str) -> str:
    """One line, since there is nothing to tell."""
    count = len(found.levels)
    if found.all_quiet:
        stands = f"all {_at_work(found)} teams at work are still quiet"
    elif found.to_call:
        more = f" and {len(found.to_call) - len(names)} more" if len(found.to_call) > len(names) else ""
        stands = f"{_teams(count)}, still to call: {', '.join(names.values())}{more}"
    else:
        stands = f"{_teams(count)}, none to call" if count != 1 else "one team, and no need to call it"
    return f"Nothing changed since {since}: {stands}."


def briefly(found: Found) -> str:
    """The same in a few words, where there is no room for all of it."""
    return f"{_counted(len(found.to_call), 'to call')}, {_counted(len(found.praised), 'to praise')}"


def _at_work(found: Found) -> int:
    return sum(level != "at rest" for level in found.levels.values())


def _teams(count: int) -> str:
    return "one team" if count == 1 else f"{count} teams"


def _counted(count: int, what: str) -> str:
    return f"{count or 'none'} {what}"
