"""`allteach runchart`: a file's series as a chart, told in words, in numbers, and as a picture."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot import charts
from bot.charts import Chart
from bot.domain import runchart_file, runchart_limits, runcharts
from bot.domain.runchart_file import Series
from bot.domain.runcharts import Rules
from bot.errors import BotError

NAMELESS = ("value", "numerator / denominator")  # headings that say nothing about what is measured


def charted(file: Path, rules: Rules, baseline: int | None) -> Chart:
    """Read a file and judge its series. Raises FileFaults for whatever can't be taken, each with its line."""
    series = runchart_file.open_file(file)
    if baseline is not None and baseline > len(series.values):
        sentence = f"The baseline is to be the first {baseline} rows, and there are {len(series.values)}."
        raise runchart_file.FileFaults(str(file), [(series.lines[-1], sentence)])
    if baseline is not None and not any(value is not None for value in series.values[:baseline]):
        sentence = f"The first {baseline} rows, which are to be the baseline, hold no value."
        raise runchart_file.FileFaults(str(file), [(series.lines[0], sentence)])
    return Chart(
        title=file.stem if series.heading.casefold() in NAMELESS else series.heading,
        labels=[charts.label(label) for label in series.labels],
        values=series.values,
        sizes=series.sizes,
        remarks=_beyond_all(series),
        gaps={row: "nobody to count" for row, size in enumerate(series.sizes) if size == 0},
        phases=runcharts.phases(series.values, rules=rules, baseline=baseline),
    )


def figures(chart: Chart) -> dict[str, Any]:
    """What programs read, under names that stay."""
    return asdict(chart.latest.finding)


def told(chart: Chart) -> str:
    """What people read: the finding in a sentence, and what it rests on."""
    found = chart.latest.finding
    of = "all rows" if found.baseline is None else f"the first {found.baseline} rows"
    usual, longest = charts.usual_crossings(found), found.longest_run_limit if found.rules == "anhoej" else None
    signal = "too early to tell" if chart.meaning == "early" else _yes(found.signal)
    beside = "; the Anhøj rules do without it" if found.rules == "anhoej" else ""
    lines = {
        "median": "nothing is in" if found.median is None else f"{found.median:.10g}, of {of}",
        "useful points": f"{found.n_useful} of {len(chart.values)} rows",
        "longest run": _beside(found.longest_run, longest, "usual up to"),
        "crossings": _beside(found.crossings, usual and usual[0], "usual from"),
        "shift": f"{_yes(found.shift)} ({runchart_limits.SHIFT} in a row on one side{beside})",
        "trend": f"{_yes(found.trend)} ({runchart_limits.TREND} in a row rising or falling{beside})",
        "signal": f"{signal}, by the {chart.rules}",
    }
    remarks = [f"{chart.labels[row]}: {words}" for row, words in chart.remarks.items()]
    figures = [f"{name:<15}{value}" for name, value in lines.items()]
    return "\n".join([charts.sentence(chart), "", *figures, *([""] if remarks else []), *remarks])


def save(chart: Chart, out: Path) -> None:
    """Draw the chart into a file."""
    from bot.drawing import run_charts  # what draws takes a while to load, and only a picture needs it

    if out.suffix.lower() not in ("", ".png"):
        raise BotError(
            f"The picture is a PNG, and {out.name} says otherwise. Please name it {out.with_suffix('.png').name}."
        )
    picture = run_charts.png(chart)
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise BotError(f"The picture can't be written to {out}: {error.strerror}.") from None


def _beyond_all(series: Series) -> dict[int, str]:
    """The rows of a share in which more are counted than there are; where most are so, it is a mean, which may be."""
    rows = [row for row, value in enumerate(series.values) if series.sizes[row] and value is not None]
    beyond = [row for row in rows if (series.values[row] or 0) > 1]
    if 2 * len(beyond) >= len(rows):
        return {}
    return {
        row: f"{(series.values[row] or 0) * size:g} of {size:g} is more than all of them. Are the two swapped?"
        for row in beyond
        if (size := series.sizes[row])
    }


def _beside(count: int, limit: int | None, words: str) -> str:
    return f"{count} ({words} {limit})" if limit is not None else f"{count}"


def _yes(claim: bool) -> str:
    return "yes" if claim else "no"
