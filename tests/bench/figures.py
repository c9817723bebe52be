"""A figure beside its budget, and the table they are printed in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing that was measured; `kept` is None where there is no budget."""

    what: str
    measured: str
    budget: str = ""
    kept: bool | None = None


def at_most(what: str, measured: float, budget: float, unit: str, told: str, why: str = "") -> Figure:
    """A figure that is to be no more than its budget."""
    return Figure(what, told, f"≤ {budget:.3g} {unit}{f' ({why})' if why else ''}", measured <= budget)


def at_least(what: str, measured: float, budget: float, unit: str, told: str, why: str = "") -> Figure:
    """A figure that is to be no less than its budget."""
    return Figure(what, told, f"≥ {budget:.3g} {unit}{f' ({why})' if why else ''}", measured >= budget)


def table(figures: list[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [("what", "measured", "budget", ""), ("---", "---", "---", "---")]
    rows += [(one.what, one.measured, one.budget, _mark(one)) for one in figures]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _mark(figure: Figure) -> str:
    return {None: "", True: "kept", False: "**missed**"}[figure.kept]
