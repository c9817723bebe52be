"""`allteach engagement evaluate`: how well the engine and two plain rules foresee who falls silent, on any file."""

import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from bot.domain import stream_file

Priors = Literal["default", "fit"]
WIDE = 92  # characters
CALLED = {  # what programs read → what people do
    "engine": "the engine", "missed_in_a_row": "missed in a row", "below_own_average": "below own average",
}  # fmt: skip
LINES = {
    "auroc": "AUROC", "average_precision": "average precision",
    "precision_at_5": "precision at 5 %", "precision_at_10": "precision at 10 %",
    "recall_at_5": "recall at 5 %", "recall_at_10": "recall at 10 %",
    "median_weeks_silent": "weeks silent at the alarm", "false_alarms_per_unit_year": "false alarms per unit and year",
}  # fmt: skip
EXPLAINED = (
    "The engine is the chance that nothing comes, by the beta-geometric/beta-binomial model ({prior}). A row is a unit "
    "at the end of a week, met twice or more so far, silent for less than {horizon} weeks, expected at least twice in "
    "the next {horizon}, and seen for {horizon} more. At 5 % and 10 %: an alarm for that share of each week's rows, "
    "rounded up, equals by name. Weeks silent (the median, of those who left) and false alarms (per 52 rows) are of "
    "the first alarm of each silence, at 5 %."
)
PRIOR = {"default": "its prior from elsewhere", "fit": "its prior fitted on the other four fifths of the units"}


@dataclass(frozen=True)
class Evaluation:
    """The rows of a file, how many of them nothing came after, and what each score is worth."""

    rows: int
    events: int
    scores: dict[str, dict[str, float | None]]


def evaluated(file: Path, horizon: int, prior: Priors) -> Evaluation:
    """Read a file and score it. Raises FileFaults for whatever can't be taken, each with its line."""
    expected = stream_file.open_file(file)

    from bot.domain import stream_rows, stream_scores  # with numpy, which a file that isn't taken doesn't need

    every = stream_rows.streams(expected)
    rows = stream_rows.rows(every, horizon)
    scores = {
        "engine": stream_scores.by_fit(rows, every, horizon)
        if prior == "fit"
        else stream_scores.by_default(rows, horizon),
        "missed_in_a_row": rows.missed.astype(float),
        "below_own_average": rows.below,
    }
    told = {name: asdict(stream_scores.quality(score, rows)) for name, score in scores.items()}
    return Evaluation(len(rows), int(rows.left.sum()), told)


def figures(found: Evaluation) -> dict[str, Any]:
    """What programs read, under names that stay."""
    return {"rows": found.rows, "events": found.events, **found.scores}


def told(found: Evaluation, horizon: int, prior: Priors) -> str:
    """What people read: a column for each score, and what its figures mean."""
    if not found.rows:
        return (
            f"No row can be scored: that takes a unit with two met weeks and {horizon} more weeks of its own after "
            "one of them."
        )
    heads = f"{'':<32}{''.join(f'{name:>20}' for name in CALLED.values())}"
    lines = [
        f"{words:<32}{''.join(_figure(found.scores[name][key]) for name in CALLED)}" for key, words in LINES.items()
    ]
    after = f"{found.rows:,} rows; after {found.events:,} of them nothing came for {horizon} weeks."
    meant = textwrap.fill(EXPLAINED.format(horizon=horizon, prior=PRIOR[prior]), WIDE)
    return "\n".join([after, "", heads, *lines, "", meant])


def _figure(number: float | None) -> str:
    return f"{'–' if number is None else f'{number:.3f}':>20}"
