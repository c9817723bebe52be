"""How a team is still with us: what it met of what was expected, against its own rhythm, as levels with reasons; pure.

Each kind of expected act stands for itself: a team's level is that of its highest, and no formula adds them up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, Field

from bot.domain import engagement_words

Level = Literal["", "watch", "call", "now"]
LEVELS: tuple[Level, ...] = ("", "watch", "call", "now")  # rising
CALLED = {"": "in touch", "watch": "watch", "call": "call", "now": "call now"}
DATA, CALL, CHECKIN = "data", "call", "checkin"
FEWEST_MET = 2  # before a habit can be spoken of
LATELY = 26  # due dates
LOWEST, HIGHEST = 10, 97  # percent, beyond which no chance is told
CAVEAT = (
    "The chance comes from the team's own due dates alone. It takes its rhythm for steady and its misses for "
    "independent of each other; pauses and days off are left out because they break both. Whom to call, people decide."
)


class Rules(BaseModel):
    """From when on a team is called quiet, passive or stuck; a collaborative may set each."""

    often: int = Field(default=80, ge=1, le=100, description="percent of due dates met: more than that is a firm habit")
    sometimes: int = Field(default=50, ge=1, le=100, description="percent of due dates met: more than that is a habit")
    watch_missed: int = Field(default=1, ge=1, le=26, description="due dates missed in a row by a firm habit: watch")
    call_missed: int = Field(default=2, ge=1, le=26, description="due dates missed in a row by a firm habit: call")
    call_missed_sometimes: int = Field(default=3, ge=1, le=26, description="due dates missed in a row by a habit: call")
    now_missed: int = Field(default=3, ge=1, le=26, description="due dates missed in a row by a firm habit: call now")
    ahead: int = Field(default=8, ge=1, le=26, description="due dates that the chance looks ahead")
    watch_chance: int = Field(default=80, ge=0, le=100, description="percent: a lower chance to hear from it is watch")
    call_chance: int = Field(default=50, ge=0, le=100, description="percent: a lower chance is call")
    now_chance: int = Field(default=30, ge=0, le=100, description="percent: a lower chance is call now")
    active_days: int = Field(default=30, ge=1, le=366, description="days in which it worked: active")
    engaged_months: int = Field(default=3, ge=1, le=24, description="months that are looked back: engaged")
    engaged_of: int = Field(default=3, ge=1, le=26, description="newest calls, and months, looked at: engaged")
    engaged_calls: int = Field(default=2, ge=0, le=26, description="of these calls it was at: engaged")
    engaged_data: int = Field(default=2, ge=0, le=26, description="of these months whose numbers are in: engaged")
    engaged_moves: int = Field(default=2, ge=0, le=100, description="moves of tests in that time: engaged")
    risk_signs: int = Field(default=2, ge=1, le=6, description="signs together: at risk")
    risk_move_days: int = Field(default=45, ge=1, le=366, description="days without a move of a test: a sign of risk")
    risk_score_days: int = Field(
        default=60, ge=1, le=366, description="days without an own score since it was asked for: a sign of risk"
    )
    heavy_times: int = Field(default=2, ge=1, le=26, description="check-ins in a row that said heavy: a sign of risk")
    silent_days: int = Field(default=30, ge=1, le=366, description="days without a contribution: silent, call")
    silent_now_days: int = Field(default=45, ge=1, le=366, description="days without a contribution: silent, call now")
    passive_days: int = Field(
        default=45, ge=1, le=366, description="days without numbers and without a cycle's move: passive"
    )
    stuck_days: int = Field(default=45, ge=1, le=366, description="days without a move of an open cycle: stuck")
    first_days: int = Field(default=14, ge=1, le=366, description="days from its start without any: never started")
    missed_months: int = Field(default=2, ge=1, le=26, description="months of numbers not in, in a row")
    missed_calls: int = Field(default=2, ge=1, le=26, description="calls missed in a row")
    lapsed_days: int = Field(default=90, ge=1, le=366, description="days without a contribution: may have lapsed")
    lapsed_contacts: int = Field(default=3, ge=1, le=26, description="contacts in vain before it: lapsed")
    completed_sessions: int = Field(default=2, ge=0, le=26, description="learning sessions attended: completed")
    completed_months: int = Field(default=75, ge=0, le=100, description="percent of data months in: completed")
    completed_latest: int = Field(default=2, ge=1, le=26, description="newest data months, one of them in: completed")
    completed_cycles: int = Field(default=3, ge=0, le=99, description="full PDSA cycles: completed")


@dataclass(frozen=True)
class Stream:
    """What was expected of one kind: met or not, the oldest first, without what is excused or not known."""

    kind: str
    outcomes: tuple[bool, ...]
    excused: int = 0
    chance: float | None = None  # to hear from the team in the next due dates, uncapped; None without a habit
    waits: date | None = None  # the day of one that is open still, where the team had a day since to do it

    @cached_property
    def missed(self) -> int:
        """In a row, up to now."""
        return next((count for count, met in enumerate(reversed(self.outcomes)) if met), len(self.outcomes))

    @cached_property
    def before(self) -> tuple[bool, ...]:
        """The latest up to the last met one: what its habit is told by."""
        return self.outcomes[: len(self.outcomes) - self.missed][-LATELY:]

    @cached_property
    def habit(self) -> float | None:
        """Percent met; None before there is one to speak of."""
        return 100 * sum(self.before) / len(self.before) if sum(self.before) >= FEWEST_MET else None

    @property
    def percent(self) -> int | None:
        """The chance as it is told."""
        return None if self.chance is None else min(max(round(100 * self.chance), LOWEST), HIGHEST)


@dataclass(frozen=True)
class Facts:
    """What the record says of one team by a day."""

    team: int
    streams: tuple[Stream, ...] = ()
    people: int = 0
    active: int = 0  # of them, did something lately
    last: date | None = None  # its newest contribution
    last_move: date | None = None  # of a cycle
    open_cycles: int = 0
    quiet: int = 0  # days since its newest contribution or its beginning, without pauses and days off
    begun: int = 0  # days since it was first asked for anything, likewise
    months_out: int = 0  # months of numbers in a row that are not in by now, of those whose time is over
    no_numbers: int = 0  # days since its newest numbers or its beginning, likewise
    no_move: int = 0  # days since a cycle last moved or its beginning, likewise
    worked: int | None = None  # days since numbers, a cycle's move or a call it was at, likewise; None: never
    calls_met: int = 0  # of its newest calls of the months that engaged looks at
    months_in: int = 0  # of its newest months of numbers of that time: numbers told by now, however late
    moves: int = 0  # of its cycles in that time
    heavy: int = 0  # check-ins in a row that said heavy
    score_fell: bool = False  # its newest own score is below the one before
    unscored: int = 0  # days since it was first asked for its own score and gave none, likewise
    left: tuple[str, ...] = ()  # roles whose holder left lately and that nobody has by now
    at_rest: bool = False  # paused, gone, or not asked yet


@dataclass(frozen=True)
class Signal:
    """What the facts say: a level, in words why, and what kind of standing that is."""

    level: Level
    reasons: tuple[str, ...]
    standing: str
    levels: dict[str, Level] = field(default_factory=dict)  # of each kind


def judged(facts: Facts, rules: Rules) -> Signal:
    """The level of a team and its reasons, by the rules; a team at rest is at none."""
    levels = {stream.kind: level(stream, rules) for stream in facts.streams}
    if facts.at_rest:
        return Signal("", reasons(facts), "at rest", levels)
    highest = _highest([*levels.values(), silence(facts, rules)])
    return Signal(highest, reasons(facts), standing(facts, rules), levels)


def level(stream: Stream, rules: Rules) -> Level:
    """The level of one kind: by what was missed in a row, except for calls, or by the chance; the higher of the two."""
    by_count = "" if stream.kind == CALL else _by_count(stream, rules)
    return _highest([by_count, _by_chance(stream.chance, rules)])


def standing(facts: Facts, rules: Rules) -> str:
    """Silent, passive, active or not active, by the printed definitions."""
    if facts.at_rest:
        return "at rest"
    if facts.quiet >= rules.silent_days:
        return "silent" if facts.last else "never started"
    if min(facts.no_numbers, facts.no_move) >= rules.passive_days:
        return "passive"
    if facts.worked is not None and facts.worked < rules.active_days:
        return "active"
    return "not active" if facts.last else "not active yet"


def reasons(facts: Facts) -> tuple[str, ...]:
    """The facts in words, calls first, then people, then the rest."""
    by_kind = {stream.kind: stream for stream in facts.streams}
    words = [engagement_words.calls(by_kind[CALL].outcomes)] if CALL in by_kind else []
    words.append(engagement_words.people(facts.active, facts.people))
    if data := by_kind.get(DATA):
        words.append(engagement_words.numbers(data.outcomes, data.missed, facts.months_out, data.waits))
    if asked := by_kind.get(CHECKIN):
        words.append(engagement_words.check_ins(asked.outcomes, asked.waits))
    if facts.last is None:
        words.append("no contribution yet")
    return tuple(filter(None, words))


def _by_count(stream: Stream, rules: Rules) -> Level:
    habit, missed = stream.habit, stream.missed
    if habit is None or habit <= rules.sometimes:
        return ""
    if habit <= rules.often:
        return "call" if missed >= rules.call_missed_sometimes else ""
    steps: Sequence[tuple[int, Level]] = (
        (rules.now_missed, "now"), (rules.call_missed, "call"), (rules.watch_missed, "watch"),
    )  # fmt: skip
    return next((level for most, level in steps if missed >= most), "")


def _by_chance(chance: float | None, rules: Rules) -> Level:
    if chance is None:
        return ""
    steps: Sequence[tuple[int, Level]] = (
        (rules.now_chance, "now"), (rules.call_chance, "call"), (rules.watch_chance, "watch"),
    )  # fmt: skip
    return next((level for least, level in steps if 100 * chance < least), "")


def silence(facts: Facts, rules: Rules) -> Level:
    """The level of a team by how long nothing came from it."""
    if facts.quiet >= rules.silent_now_days:
        return "now"
    return "call" if facts.quiet >= rules.silent_days else ""


def _highest(levels: Iterable[Level]) -> Level:
    return max(levels, key=LEVELS.index, default="")
