"""The rows of a table as entries of a team's measures: all of them, or every reason why not, each by its line."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from bot.domain import entries, measures, sheet_cells
from bot.domain.entries import NO_CASES, NOT_AVAILABLE, VALUE, Entry, State
from bot.domain.measures import Measure
from bot.domain.sheets import Fault, NotRead, Row, Sheet

NUMBERS = ("numerator", "denominator", "value")
NOBODY = frozenset({"no cases", "no cases this month", "nobody", "none"})
WAITS = re.compile(
    r"(?:not (?:available |in |there |ready )?yet|not available|n ?/? ?a|pending)"
    r"[\s,:;(]*(?:until|till|by|on|expected(?: on)?)?[\s:]*(?P<day>[^()]*)\)?"
)
LONGEST_ANSWER = 60  # characters of a cell that are looked at for words in place of a number
LONGEST = {"level": 60, "note": 500}  # characters
NEAR = 0.6  # how alike two names are before one is suggested for the other
HALF = 0.5  # a share or mean that is written beside its numbers is rounded
BEYOND = "There are more cells than headings. Is a number with a comma not in quotation marks?"
TEXTS = {  # where words of people's own may stand, and what that is called
    "measure": "The measure", "stratum": "The stratum", "level": "The level", "note": "The note",
    "beyond": "What stands beyond the headings",
}  # fmt: skip
MOST_CODES = 12  # named where a measure isn't known
NONE_COUNTED = "There are no measures in this month."
A_SHARE = "{code} needs numerator and denominator: shares can't be added up over teams without them."


class Line(NamedTuple):
    """One row that can be filed, and where it stands."""

    number: int
    entry: Entry


@dataclass(frozen=True)
class Team:
    """What has to be known of a team to read its table; `asks` is what the guard says of words, if anything."""

    name: str
    measures: Sequence[Measure]  # all of the collaborative
    counted: Callable[[date], Collection[int | None]]  # the rows of those that the team counts in a month
    asks: Callable[[str], str]


def understood(sheet: Sheet, team: Team, today: date) -> tuple[list[Line], int]:
    """What can be filed, and how many rows hold no numbers yet. Raises NotRead with every fault there is."""
    cells = [(row.line, row.cells.get(name, "")) for row in sheet.rows for name in NUMBERS]
    mark = sheet_cells.decimal_mark([cell for _, cell in cells], sheet.separator)
    reader = _Reader(team, _called(team.measures), mark, today)
    lines, empty = [], 0
    about_people = [Fault(row.line, sentence) for row in sheet.rows for sentence in reader.asks(row)]
    faults = [*about_people, *(Fault(*fault) for fault in sheet_cells.of_two_marks(cells))]
    for row in sheet.rows:
        try:
            entry = reader.entry(row)
        except ValueError as fault:
            faults.append(Fault(row.line, str(fault)))
            continue
        lines += [Line(row.line, entry)] if entry else []
        empty += entry is None
    faults += _repeated(lines)
    if faults:
        raise NotRead(sorted(faults), to_delete=bool(about_people))
    if not lines:
        raise NotRead([Fault(sheet.rows[0].line, "No row holds a number yet.")])
    return lines, empty


@dataclass(frozen=True)
class _Reader:
    """One table being read: whose it is, and how its numbers are written."""

    team: Team
    called: Mapping[str, Measure]
    mark: str
    today: date

    def asks(self, row: Row) -> Iterator[str]:
        """What the guard says of each text in the row, whatever else is wrong with it."""
        for column, called in TEXTS.items():
            words = row.cells.get(column, "")
            if words and _plain(words) not in self.called and (asked := self.team.asks(words)):
                yield f"{called}: {asked} Please take it out."

    def entry(self, row: Row) -> Entry | None:
        """The row as an entry, or None for one that is still empty. Raises ValueError with why it can't be taken."""
        if "beyond" in row.cells:
            raise ValueError(BEYOND)
        if not any(row.cells.get(name) for name in (*NUMBERS, "note")):
            return None
        month = sheet_cells.month(row.cells.get("month", ""), self.today)
        measure = self._measure(row.cells.get("measure", ""), month)
        stratum, level = self._part(row, measure)
        expected = self._expected(row)
        told = {} if expected else self._numbers(row, measure)
        state: State = NOT_AVAILABLE if expected else VALUE if told else NO_CASES
        entry = Entry(
            measure=measure.id or 0, month=month, state=state, stratum=stratum, level=level,
            note=self._words(row, "note"), numerator=told.get("numerator"), denominator=told.get("denominator"),
            value=told.get("value"), expected_on=expected,
        )  # fmt: skip
        if sentences := entries.faults(measure, entry, self.today):
            raise ValueError(" ".join(sentences))
        return entry

    def _measure(self, cell: str, month: date) -> Measure:
        found = self.called.get(_plain(cell))
        if found is None:
            near = get_close_matches(_plain(cell), self.called, n=1, cutoff=NEAR)
            hint = f"Did you mean {self.called[near[0]].code}?" if near else self._codes(month)
            raise ValueError(f"I know no such measure. {hint}" if cell else f"No measure is given. {hint}")
        if found.id not in self.team.counted(month):
            raise ValueError(f"{self.team.name} doesn't count {found.code} in {month:%B %Y}.")
        return found

    def _codes(self, month: date) -> str:
        """Which measures the team counts; of many the first, and where the others stand."""
        here = self.team.counted(month)
        codes = [one.code for one in self.team.measures if one.id in here]
        more = ", … The template file has all of them" if codes[MOST_CODES:] else ""
        return f"{self.team.name} counts {', '.join(codes[:MOST_CODES])}{more}." if codes else NONE_COUNTED

    def _part(self, row: Row, measure: Measure) -> tuple[str, str]:
        """The stratum and its level, as the measure writes them."""
        stratum, level = row.cells.get("stratum", ""), self._words(row, "level")
        if not stratum and not level:
            return "", ""
        if not (stratum and level):
            raise ValueError("A stratum and its level belong together, and one of them is empty.")
        meant = _meant(_plain(stratum), measure.strata)
        if meant is None:
            parts = f"by {', '.join(measure.strata)} only" if measure.strata else "by nothing"
            raise ValueError(f"{measure.code} is told apart {parts}.")
        return meant, level

    def _words(self, row: Row, column: str) -> str:
        words = row.cells.get(column, "")
        if len(words) > LONGEST[column]:
            raise ValueError(f"The {column} is longer than {LONGEST[column]} characters.")
        return words

    def _expected(self, row: Row) -> date | None:
        """The day on which numbers are expected that aren't there yet; None where the row says nothing of the sort."""
        cells = [row.cells[name] for name in NUMBERS if name in row.cells]
        waits = [found for cell in cells if (found := WAITS.fullmatch(_plain(cell[:LONGEST_ANSWER])))]
        if not waits:
            return None
        if len(waits) < len(cells):
            raise ValueError("It says that the numbers aren't there yet, and gives one too.")
        days = {found["day"].strip() for found in waits} - {""}
        if len(days) != 1:
            raise ValueError(sheet_cells.NO_DAY)
        return sheet_cells.day(days.pop(), self.today)

    def _numbers(self, row: Row, measure: Measure) -> dict[str, float]:
        """What is counted in it, by column; nothing where there was nobody to count."""
        cells = {name: row.cells[name] for name in NUMBERS if name in row.cells}
        if any(_plain(cell) in NOBODY for cell in cells.values()):
            if any(_plain(cell) not in (*NOBODY, "0") for cell in cells.values()):
                raise ValueError("It says that there were no cases, and gives a number too.")
            return {}
        told = {name: self._number(name, cell, measure) for name, cell in cells.items()}
        if not told:
            raise ValueError("There is a note and no number.")
        if measure.shape == "value":
            if set(told) != {"value"}:
                raise ValueError(f"{measure.code} is one number, which belongs under value.")
            return told
        if set(told) == {"value"}:
            raise ValueError(A_SHARE.format(code=measure.code))
        value = told.pop("value", None)
        if told.get("denominator") == 0 and not told.get("numerator"):
            return {}
        _same(value, told, measure)
        return told

    def _number(self, name: str, cell: str, measure: Measure) -> float:
        if sheet_cells.is_percent(cell) and not (name == "value" and measure.unit == "percent"):
            raise ValueError(f"There is a percent sign in {name}, where {_counted(name, measure)}.")
        try:
            return sheet_cells.number(cell, self.mark)
        except ValueError as fault:
            raise ValueError(f"Under {name}: {fault}") from None


def _meant(words: str, strata: Sequence[str]) -> str | None:
    """The stratum of this name, or the only one with these words in its name (“language”: preferred language)."""
    same = [one for one in strata if _plain(one) == words]
    alike = [one for one in strata if {*words.split()} <= {*_plain(one).split()}]
    return same[0] if same else alike[0] if len(alike) == 1 else None


def _counted(name: str, measure: Measure) -> str:
    return f"{measure.code} is counted in {measure.unit}" if name == "value" else "people or things are counted"


def _same(value: float | None, told: Mapping[str, float], measure: Measure) -> None:
    """Raises ValueError where a share or mean beside its numbers is another one than they give."""
    over, of = told.get("numerator"), told.get("denominator")
    if value is None or over is None or not of:
        return
    given = over / of * measures.percent(measure)
    if abs(given - value) > max(HALF, abs(given) / 100):
        fraction = measures.percent(measure) == 100 and abs(given - 100 * value) <= HALF
        hint = f" Write it as a percent, {given:.4g}, or leave it empty." if fraction else ""
        raise ValueError(f"{over:g} of {of:g} is {given:.4g}, and under value stands another number.{hint}")


def _repeated(lines: Sequence[Line]) -> Iterator[Fault]:
    """A month of a measure is told once."""
    first: dict[tuple[object, ...], int] = {}
    for line, entry in lines:
        where = (entry.measure, entry.month, entry.stratum, entry.level.casefold())
        if where in first:
            yield Fault(line, f"This month of this measure stands in line {first[where]} already.")
        first.setdefault(where, line)


def _called(every: Sequence[Measure]) -> dict[str, Measure]:
    """Measures by what they may be called; a code goes before another one's name."""
    return {_plain(measure.name): measure for measure in every} | {_plain(one.code): one for one in every}


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
