"""`allteach runchart`: a file's series as a chart, told in words, in numbers, and as a picture."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot import charts
from bot.charts import Chart
from bot.domain import runchart_file, runchart_limits, runcharts
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
    beside = "; not one of the Anhøj rules" if found.rules == "anhoej" else ""
    lines = {
        "median": "nothing is in" if found.median is None else f"{found.median:.10g}, of {of}",
        "useful points": f"{found.n_useful} of {len(chart.values)} rows",
        "longest run": _beside(found.longest_run, longest, "usual up to"),
        "crossings": _beside(found.crossings, usual and usual[0], "usual from"),
        "shift": f"{_yes(found.shift)} ({runchart_limits.SHIFT} in a row on one side{beside})",
        "trend": f"{_yes(found.trend)} ({runchart_limits.TREND} in a row rising or falling{beside})",
        "signal": f"{signal}, by the {chart.rules}",
    }
    return "\n".join([charts.sentence(chart), "", *(f"{name:<15}{value}" for name, value in lines.items())])


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


def _beside(count: int, limit: int | None, words: str) -> str:
    return f"{count} ({words} {limit})" if limit is not None else f"{count}"


def _yes(claim: bool) -> str:
    return "yes" if claim else "no"
