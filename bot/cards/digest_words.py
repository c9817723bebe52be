"""What the weekly digest says, in words: what deserves praise, what changed, how numbers and tests stand; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot import times
from bot.domain import months
from bot.domain.alert_rules import quiet_words
from bot.domain.digest import Change, Found, Numbers, Praise, Return
from bot.domain.teams import Team

PRAISE = {  # for one act, and for several; {what} is what it was about
    "back": ("They are back after a quiet time", "They are back after a quiet time"),
    "idea.given": ("Another team took their idea", "Other teams took their ideas {count} times"),
    "pdsa.decided": ("They learned from {what} and decided", "They learned from {count} tests and decided"),
    "question.answered": ("They answered another team", "They answered other teams {count} times"),
    "idea.shared": ("They shared {what} with all teams", "They shared {count} ideas with all teams"),
    "idea.adapted": ("They told how an idea works where they are", "They told how {count} ideas work where they are"),
    "idea.stolen": ("They took another team's idea to test it", "They took {count} ideas to test them"),
    "pdsa.learned": ("They wrote down what {what} taught", "They wrote down what {count} tests taught"),
    "pdsa.ran": ("They ran {what}", "They ran {count} tests"),
    "data.filed": ("They sent {what}", "They sent {what}"),
    "pdsa.started": ("They planned {what}", "They planned {count} tests"),
}
THANKS = {  # the same to the team itself, as the beginning of a shout-out
    "back": "It's good to have you back!",
    "idea.given": "Another team took up your idea: thank you for sharing it.",
    "pdsa.decided": "Thank you for seeing {what} through, down to the decision.",
    "question.answered": "Thank you for answering another team's question.",
    "idea.shared": "Thank you for sharing {what} with all of us.",
    "idea.adapted": "Thank you for telling how an idea works where you are.",
    "idea.stolen": "Thank you for taking up another team's idea.",
    "pdsa.learned": "Thank you for writing down what {what} taught.",
    "pdsa.ran": "Thank you for running {what}.",
    "data.filed": "Thank you for sending {what}.",
    "pdsa.started": "Thank you for planning {what}.",
}
ANY = {"idea": "an idea", "data": "their numbers"}  # where no more is known; else it is a test
STAGES = {"plan": "planned", "do": "run, and to be learned from", "study": "learned from, and to be decided"}
Shown = Sequence[tuple[int, str, str]]  # ideas: row, title and team


def whose(team: Team, *, mine: bool) -> str:
    """A team by its name, and whether it is the reader's own."""
    return f"{team.name} (yours)" if mine else team.name


def praise(one: Praise, what: str = "") -> str:
    """What a team did that deserves a word, and what that was about, where the record tells."""
    once, often = PRAISE[one.kind]
    words = once if one.count == 1 else often
    last = f", last {what}" if what and "{what}" not in words and one.count > 1 else ""
    return words.format(count=one.count, what=what or _any(one.kind)) + last


def thanks(kind: str, what: str) -> str:
    """How a shout-out for it could begin; empty for what nobody is praised for."""
    mine = what or _any(kind)
    if mine.startswith("their "):
        mine = f"your {mine.removeprefix('their ')}"
    return THANKS[kind].format(what=mine) if kind in THANKS else ""


def changed(shown: Iterable[Change], names: Mapping[int, str], own: Collection[int], more: int) -> str:
    """How these teams stand, and how they stood before."""
    told = [
        f"{names.get(one.team, 'a team')}{' (yours)' if one.team in own else ''}: {one.after} (was {one.before})"
        for one in shown
    ]
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def levels(of: Mapping[int, str], names: Mapping[int, str], more: int) -> str:
    """How teams stand that aren't among those to call."""
    told = [f"{name}: {of[row]}" for row, name in names.items()]
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def returned(shown: Iterable[Return], names: Mapping[int, str], own: Collection[int]) -> str:
    """Which teams left and are at work again, and when."""
    told = (
        (f"{names[one.team]}{' (yours)' if one.team in own else ''}", times.day(one.left), times.day(one.back))
        for one in shown
        if one.team in names
    )
    return "; ".join(f"{name} had left on {left}, and is at work again since {back}" for name, left, back in told)


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


def _any(kind: str) -> str:
    return ANY.get(kind.partition(".")[0], "a test")


def _at_work(found: Found) -> int:
    return sum(level != "at rest" for level in found.levels.values())


def _teams(count: int) -> str:
    return "one team" if count == 1 else f"{count} teams"


def _counted(count: int, what: str) -> str:
    return f"{count or 'none'} {what}"
