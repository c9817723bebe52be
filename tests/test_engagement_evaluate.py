"""`allteach engagement evaluate`: a file of who was expected and came is scored, or refused in words with the line."""

import gzip
import json
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.domain.bgbb import DEFAULT

CUT = Path(__file__).parent / "engagement_vectors" / "hubs_cut.csv"
HEAD = "unit,group,week,met\n"
SCORES = ("engine", "missed_in_a_row", "below_own_average")
KEYS = """
    auroc average_precision precision_at_5 precision_at_10 recall_at_5 recall_at_10 median_weeks_silent
    false_alarms_per_unit_year
""".split()


def scored(file: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["engagement", "evaluate", str(file), *options])


def figures(file: Path, *options: str) -> dict[str, Any]:
    done = scored(file, "--json", *options)
    assert (done.exit_code, done.stderr) == (0, "")
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_every_figure_is_that_of_a_slow_count_by_hand(tmp_path: Path) -> None:
    hubs, chance = CUT.read_text(encoding="utf-8"), tmp_path / "chance.csv"
    chance.write_text(by_chance(seed=7), encoding="utf-8")

    for file, text, horizon in ((CUT, hubs, 8), (chance, by_chance(seed=7), 8), (chance, by_chance(seed=7), 5)):
        found, counted = figures(file, "--horizon", str(horizon)), by_hand(text, horizon)

        assert (found["rows"], found["events"]) == (len(counted), sum(row.left for row in counted))
        assert found["events"]
        for name in SCORES:
            worth = found[name]
            assert list(worth) == KEYS
            assert list(worth.values()) == pytest.approx(worth_by_hand(counted, SCORES.index(name))), (file, name)


def test_a_fit_and_a_packed_file_are_read_too_and_people_get_a_table(tmp_path: Path) -> None:
    packed = tmp_path / "hubs.csv.gz"
    packed.write_bytes(gzip.compress(CUT.read_bytes()))

    default, fitted, told = figures(CUT), figures(packed, "--prior", "fit"), scored(packed).stdout

    assert fitted["missed_in_a_row"] == default["missed_in_a_row"]
    assert fitted["engine"] != default["engine"]
    assert fitted["engine"]["auroc"] > fitted["missed_in_a_row"]["auroc"] - 0.05
    assert told.startswith(f"{default['rows']} rows; after {default['events']} of them nothing came for 8 weeks.\n")
    assert f"AUROC{default['engine']['auroc']:>47.3f}" in told
    assert "equals by" in told


def test_where_nothing_can_be_told_it_says_so(tmp_path: Path) -> None:
    short, steady = tmp_path / "short.csv", tmp_path / "steady.csv"
    short.write_text(HEAD + "".join(f"a,g,{week},1\n" for week in range(5)), encoding="utf-8")
    steady.write_text(HEAD + "".join(f"a,g,{week},1\n" for week in range(20)), encoding="utf-8")

    assert scored(short).stdout.startswith("No row can be scored: that takes a unit with two met weeks")
    assert figures(short)["engine"] == dict.fromkeys(KEYS)
    assert (figures(steady)["rows"], figures(steady)["events"]) == (11, 0)
    assert figures(steady)["engine"]["auroc"] is None
    assert figures(steady, "--prior", "fit")["engine"]["precision_at_5"] == 0


def test_what_cannot_be_taken_is_told_by_its_line_and_nothing_is_scored(tmp_path: Path) -> None:
    cases = {
        "": "1: The file is empty. Begin with a line of headings: unit,group,week,met.",
        "unit,week,met\na,1,1\n": "1: There is no column group.",
        "unit,unit,group,week,met\n": "1: Two columns are called “unit”.",
        HEAD: "1: There are headings and no rows under them.",
        HEAD + "a,g,1,1\n\na,g,x,1\n": "4: “x” is no week.",
        HEAD + "a,g,1,2\n": "2: “2” is neither 1 (it came) nor 0 (it didn't).",
        HEAD + ",g,1,1\n": "2: There is no unit",
        HEAD + "a,g,1\n": "2: This line has 3 cells under 4 headings.",
        HEAD + '"a\nb",g,1,1\na,g,2\n': "4: This line has 3 cells under 4 headings.",
        HEAD + "a,g,1,1\na,g,2,0\na,g,1,0\n": "4: Week 1 of “a” stands in line 2 already.",
        HEAD + "a,g,1,9\n" * 30: "22: … and 10 more lines that can't be taken.",
        "\x1f\x8bnothing": "The file is packed, and what is in it can't be unpacked.",
        HEAD + "a\0,g,1,1\n": "1: This is no text.",
    }
    for text, sentence in cases.items():
        file = tmp_path / "bad.csv"
        file.write_bytes(text.encode("latin-1" if text.startswith("\x1f") else "utf-8"))

        done = scored(file, "--json")

        assert (done.exit_code, done.stdout) == (2, ""), text
        assert f"{file}:{sentence}" in done.stderr or f"{file}: {sentence}" in done.stderr, done.stderr
    assert "The file can't be opened: No such file or directory." in scored(tmp_path / "none.csv").stderr


class Row(NamedTuple):
    """A unit at the end of a week, as one would note it by hand."""

    unit: str
    week: int
    spell: int
    silent: int
    scores: tuple[float, float, float]
    left: bool


def by_chance(*, seed: int) -> str:
    """A file of thirty units with weeks left out, some of whom stop, its rows in no order."""
    dice = random.Random(seed)
    lines = []
    for unit in range(30):
        rate, stops = dice.choice([0.2, 0.5, 0.9, 1.0]), dice.choice([8, 20, 35, 99])
        weeks = [week for week in range(dice.randrange(10), 45) if dice.random() > 0.15]
        lines += [f"u{unit},g,{week},{int(week < stops and dice.random() < rate)}\n" for week in weeks]
    dice.shuffle(lines)
    return HEAD + "".join(lines)


def by_hand(text: str, horizon: int) -> list[Row]:
    """Every row that counts, found by looking at each unit's weeks one after the other."""
    weeks = defaultdict(list)
    for line in text.splitlines()[1:]:
        unit, _, week, met = line.split(",")
        weeks[unit].append((int(week), met == "1"))
    return [row for unit in sorted(weeks) for row in of_unit(unit, sorted(weeks[unit]), horizon)]


def of_unit(unit: str, weeks: list[tuple[int, bool]], horizon: int) -> Iterator[Row]:
    for place, (week, _) in enumerate(weeks):
        so_far = weeks[: place + 1]
        met = [one for one, came in so_far if came]
        ahead = [came for one, came in weeks if week < one <= week + horizon]
        if len(met) < 2 or week - met[-1] >= horizon or len(ahead) < 2 or weeks[-1][0] < week + horizon:
            continue
        came = [each for _, each in so_far]
        missed = sum(one > met[-1] for one, _ in so_far)
        below = sum(came) / len(came) - sum(came[-4:]) / len(came[-4:])
        chance = nothing_met([each for one, each in so_far if one > met[0]][-26:], horizon)
        yield Row(unit, week, met[-1], week - met[-1], (chance, float(missed), round(below, 9)), not any(ahead))


def nothing_met(stream: list[bool], ahead: int) -> float:
    """The chance by the paper's own sum, with gamma functions."""
    met, last = sum(stream), max((place for place, came in enumerate(stream, 1) if came), default=0)
    return round(likely(met, last, len(stream) + ahead) / likely(met, last, len(stream)), 12)


def likely(met: int, last: int, due: int) -> float:
    a, b, g, d = DEFAULT
    steady = beta(a + met, b + due - met) / beta(a, b) * beta(g, d + due) / beta(g, d)
    return steady + sum(
        beta(a + met, b + last - met + more) / beta(a, b) * beta(g + 1, d + last + more) / beta(g, d)
        for more in range(due - last)
    )


def beta(one: float, other: float) -> float:
    return math.exp(math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other))


def worth_by_hand(rows: list[Row], score: int) -> list[float | None]:
    left = [row.scores[score] for row in rows if row.left]
    stayed = [row.scores[score] for row in rows if not row.left]
    pairs = [(one > other) + (one == other) / 2 for one, other in product(left, stayed)]
    precision, gain, caught = 0.0, 0, 0
    for height in sorted({row.scores[score] for row in rows}, reverse=True):
        here = [row for row in rows if row.scores[score] >= height]
        gain, caught = sum(row.left for row in here) - caught, sum(row.left for row in here)
        precision += gain / len(left) * caught / len(here)
    five, ten = alarms(rows, score, 5), alarms(rows, score, 10)
    first: dict[tuple[str, int], Row] = {}
    for row in sorted(five, key=lambda row: row.week):
        first.setdefault((row.unit, row.spell), row)
    true = [row.silent for row in first.values() if row.left]
    at = [sum(row.left for row in chosen) / of for of in (1, len(left)) for chosen in (five, ten)]
    at[0], at[1] = at[0] / len(five), at[1] / len(ten)
    return [
        statistics.mean(pairs), precision, *at, statistics.median(true) if true else None,
        (len(first) - len(true)) / len(rows) * 52,
    ]  # fmt: skip


def alarms(rows: list[Row], score: int, percent: int) -> list[Row]:
    weeks = defaultdict(list)
    for row in rows:
        weeks[row.week].append(row)
    chosen = []
    for theirs in weeks.values():
        theirs.sort(key=lambda row: (-row.scores[score], row.unit))
        chosen += theirs[: math.ceil(len(theirs) * percent / 100)]
    return chosen
