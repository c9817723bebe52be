"""The IHI Assessment Scale for Collaboratives: ten steps from 0.5 to 5.0, and what each of them means."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.domain.plurals import several
from bot.errors import FieldError


class Step(NamedTuple):
    """One score: how it is called, and when it is given."""

    value: float
    called: str
    means: str

    @property
    def key(self) -> str:
        """As it stands in a form."""
        return f"{self.value:.1f}"

    @property
    def label(self) -> str:
        """As it is chosen and read."""
        return f"{self.key} · {self.called}"


STEPS = (
    Step(0.5, "Intent to participate", "Signed up; no team and no charter yet."),
    Step(1.0, "Forming the team", "Team and aim are there, population chosen, baseline begun; no work on changes yet."),
    Step(1.5, "Planning has begun", "Meets regularly; measures fit the aim; plans for tests are made."),
    Step(2.0, "Activity, but no changes", "Measuring, studying the process, planning changes; none tested yet."),
    Step(2.5, "Changes tested", "Tests run, key measures reported and charted with targets; not better yet."),
    Step(3.0, "Modest improvement", "First tests done, parts put into practice; about 20 % of the way to the goals."),
    Step(3.5, "Improvement", "Tests of all parts go on; processes get better still, and some outcome too."),
    Step(4.0, "Significant improvement", "Most parts in practice, with training; halfway to all goals, and it lasts."),
    Step(4.5, "Sustained improvement", "Most outcomes hold; 75 % of the goals; spread to more people begun."),
    Step(5.0, "Outstanding, and here to stay", "All parts in practice, all goals met, the work changed for good."),
)
SOURCE = (
    "Institute for Healthcare Improvement, Assessment Scale for Collaboratives, in our words; the figures are of its "
    "Breakthrough Series form. Key measures are the measures of this collaborative."
)
FAR_APART = 1.0  # from which on the two scores of a team are worth a talk
OFF = "The scale has ten steps, from 0.5 to 5.0 in halves. Please choose one of them."
NOT_NOW = "none"  # in the form for many teams: this one isn't scored


def step(value: float) -> Step:
    """The step of a score that is kept."""
    return next(one for one in STEPS if one.value == value)


def choices() -> dict[str, str]:
    """What one chooses from."""
    return {one.key: one.label for one in STEPS}


def definitions() -> str:
    """What each step means, and by whom."""
    return "\n".join(f"{one.key} {one.called}. {one.means}" for one in STEPS) + f"\nSource: {SOURCE}"


def chosen(box: str, key: str) -> float:
    """The score behind a choice. Raises FieldError for one that isn't on the scale."""
    found = next((one.value for one in STEPS if one.key == key), None)
    if found is None:
        raise FieldError(box, OFF)
    return found


def apart(own: float | None, theirs: float | None) -> float:
    """How far the team's own score lies above (or, below nothing, under) that of faculty; 0 where either is open."""
    return 0.0 if own is None or theirs is None else own - theirs


def question(own: float | None, theirs: float | None) -> str:
    """What to talk about where the two lie far apart; empty where they don't."""
    if (gap := apart(own, theirs)) >= FAR_APART:
        return f"{gap:.1f} apart: what do they see that you haven't seen yet?"
    if gap <= -FAR_APART:
        return f"{-gap:.1f} apart: what have they done that they don't count yet?"
    return ""


class Known(NamedTuple):
    """What the record says of the period that is scored."""

    newest: str  # month of numbers that fell due; empty where none did yet
    missing: tuple[str, ...]  # of the newest months those of which something isn't in
    learned: int  # tests


def hint(known: Known) -> str:
    """What the record alone would suggest; a person decides."""
    if not known.newest and not known.learned:
        return "No numbers and no test yet: 1.5 or less?"
    tests = several(known.learned, "test") if known.learned else "no test"
    missing = f"the numbers of {' and '.join(known.missing)}" if known.missing else ""
    if not known.newest or missing:
        if known.learned:  # of 2.0 none is tested yet, and 2.5 has the numbers too
            return (
                f"{tests} learned from: 2.5, once {f'{missing} are all in' if missing else 'numbers are due and in'}?"
            )
        numbers = f"{missing} aren't all in" if missing else "no numbers were due yet"
        return f"No test learned from, and {numbers}: 1.5 or less?"
    return (
        f"Numbers are in up to {known.newest}, {tests} learned from: 2.{'5 or more' if known.learned else '0 or less'}?"
    )


def middle(scores: Iterable[float]) -> str:
    """How many stand at which step, as counts: “2.5: 3 · 3.0: 1”."""
    every = sorted(scores)
    return " · ".join(f"{value:.1f}: {every.count(value)}" for value in dict.fromkeys(every))
