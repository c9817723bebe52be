"""An example and a fullest of the form for a month's numbers, of the window with them, and of what comes back."""

from collections.abc import Mapping
from typing import Any

from bot.cards import completeness, measure_answers, measure_changes, team_charts
from bot.domain.entries import ANSWERS
from bot.domain.groups import LIKE
from bot.domain.measures import Measure
from bot.domain.submissions import Submission
from bot.gallery import charts
from bot.gallery.scenes import DAY, LINE, NAME, TEXT, Faces, Scene, Values

MONTH = "January 2026"
EARLY = (
    "Early days: at least 7 more points are needed before the Anhøj rules can tell a signal from chance. "
    "Those on the median don't count."
)


def _form(scene: Scene) -> list[Values]:
    rows = [_row(scene, number) for number in scene.rows(9)]
    wide = [_row(scene, number, full=True) for number in scene.rows(4)]
    new = {
        "meta": "{}", "title": f"{MONTH} numbers", "team": scene.team(), "due": DAY, "fix": False, "theirs": False,
        "more": False,
        "last_page": True, "kept": False, "meanwhile": "", "states": [*ANSWERS.items()], "rows": rows, "story": "",
        "reason": "",
    }  # fmt: skip
    words = {"story": scene.says("Two clinics were closed for snow.", 500), "reason": scene.says("Counted twice", 300)}
    full = {
        "fix": True,
        "theirs": True,
        "more": True,
        "kept": True,
        "rows": wide,
        "meanwhile": scene.says("Ben filed: 9 of 12."),
        **words,
    }
    return [new, {**new, **full}, {**new, "last_page": False, "due": None, "rows": rows[:1]}]


def _row(scene: Scene, number: int, *, full: bool = False) -> Values:
    empty = {"numerator": "", "denominator": "", "value": "", "state": "value", "expected_on": "", "note": ""}
    filled = {"numerator": "9", "denominator": "12", "value": "", "state": "not_available", "expected_on": "2026-02-20"}
    last = {"numerator": "Last: 9 (December 2025)", "denominator": "Last: 12 (December 2025)", "value": ""}
    groups = [
        (
            f"m{number}.by{place}",
            scene.says("preferred language", LINE),
            scene.says("Spanish: 4 of 12", 1000) if full else "",
        )
        for place in range(3)
    ]
    return {
        "divided": number % 3 == 1, "id": number, "code": scene.says("OFFER3", 20),
        "name": f"{scene.says('OFFER3 · Offered within 3 days', NAME)}", "label": scene.says("OFFER3", 40),
        "lagged": "Of November 2025, not of January 2026: its numbers come 2 months later than others." if full else "",
        "decimals": number % 3 > 0,
        "exclusions": scene.says("people referred out", 1000) if full else "", "single": number % 3 == 2,
        "numerator": scene.says("callers offered a visit within 3 days"),
        "denominator": scene.says("first-time callers"), "dated": full,
        "last": last if full else dict.fromkeys(last, ""),
        "form": {**empty, **filled, "note": scene.says("One clinic only", 500)} if full else empty, "groups": groups,
        "like": LIKE[False],
    }  # fmt: skip


def _choose(scene: Scene) -> list[Values]:
    months = [("2026-01", MONTH), ("2025-12", "December 2025")]
    measures = scene.choices("OFFER3 · Offered within 3 days")
    one = {"fix": True, "teams": [], "measures": measures, "months": months, "month": "2026-01", "meta": "{}"}
    return [one, {**one, "fix": False, "teams": scene.choices("Alder & Main"), "measures": []}]


def _window(scene: Scene) -> list[Values]:
    lines = [
        {
            "id": number,
            "name": scene.says("OFFER3 · Offered within 3 days", NAME),
            "months": [f"{MONTH}: 75% (9 of 12) · on time – {scene.says('one clinic', 500)}" for _ in range(6)],
            "groups": [f"{MONTH}, {scene.says('Spanish', 60)}: 33% (4 of 12)" for _ in range(6)],
        }
        for number in scene.rows(30)
    ]
    changed = (
        f"Ben Castellano, {MONTH}: OFFER3: from 75% (9 of 12) to 67% (8 of 12) – {scene.says('counted twice', 300)}"
    )
    told = {"changes": [changed] * 10, "stories": [f"{MONTH}: {scene.says('Snow.', 500)}"] * 6}
    full = {"team": scene.team(), "lines": lines, **told, "send": MONTH, "writes": True, "imports": True}
    nothing: Values = {"lines": [], "changes": [], "stories": [], "send": "", "writes": False}
    return [full, {**full, **nothing}, {**full, **nothing, "imports": False}]


def _month(scene: Scene) -> list[Values]:
    lines = [_line(scene, number) for number in scene.rows(measure_answers.MOST)]
    shared: Values = {
        "submission": example(), "team": scene.team(), "month": MONTH, "by": scene.says("Ben Castellano", NAME),
        "pictures": team_charts.in_channel(scene.team(), charts.charted(scene, measure_answers.MOST)),
        "more_lines": 0, "early": "", "unasked": "", "later": "", "story": "", "corrected": "", "stayed": {},
    }  # fmt: skip
    words = {
        "story": scene.says("Two clinics were closed for snow.", 500),
        "corrected": scene.says("Corrected: 9 to 8", 300),
        "stayed": {"id": 1, "name": scene.says("OFFER3", NAME), "shift": charts.STAYED},
    }
    return [
        {**shared, "lines": lines, "waiting": []},
        {
            **shared,
            "lines": [{**one, "said": ""} for one in lines],
            "early": EARLY,
            "waiting": [],
            "unasked": "1 of 7 numbers is in",
            "later": scene.says("Known only later: VISIT4 with April 2026.", 600),
        },
        {
            **shared,
            "lines": [{**one, "celebrated": True} for one in lines],
            "waiting": ["NOSHOW"] * 9,
            "more_lines": 3,
            **words,
        },
    ]


def _look(scene: Scene) -> list[Values]:
    said = "Worth a look by the Anhøj rules: 8 points in a row below the median of 46%."
    lines = [
        {
            "name": scene.says("REACH2 · Outreach within 2 days", NAME),
            "said": said,
            "picture": team_charts.picture(scene.team(), charts.chart(scene, number), charts.measure(scene, number)),
        }
        for number in scene.rows(measure_answers.MOST)
    ]
    shown = {"team": scene.team(), "month": MONTH, "name": scene.says("Ben", NAME), "lines": lines}
    return [shown, {**shown, "lines": []}]


def _thanks(scene: Scene) -> list[Values]:
    teams = [scene.team(number).name for number in scene.rows(measure_answers.MOST_NAMES)]
    return [
        {"collaborative": scene.collaborative().name, "month": MONTH, "teams": teams, "more": more} for more in (0, 9)
    ]


def _line(scene: Scene, number: int) -> Values:
    others = "All teams together: 61%, 9 of 12 teams."
    name = scene.says("OFFER3 · Offered within 3 days", NAME)
    told: dict[str, Any] = {
        "told": "75% (9 of 12)",
        "said": EARLY,
        "celebrated": False,
        "early": True,
        "others": others,
    }
    return {"id": number, "name": name, **told}


def _grid(scene: Scene) -> list[Values]:
    line = {
        "team": scene.team().name,
        "cells": "Jan 8 of 8 · Feb 5 of 8 · Mar excused",
        "rates": "24 of 26 due so far complete (92%), 20 on time (77%)",
    }
    lines = [line for _ in scene.rows(completeness.MOST_TEAMS)]
    shown = {"lines": lines, "more": 2, "pools": True}
    grids = [{"number": number, "name": scene.says("Open Door", NAME), **shown} for number in scene.rows(3)]
    nothing: Values = {
        "legend": completeness.LEGEND,
        "grids": [{"number": 1, "name": "Open Door", "lines": [], "more": 0, "pools": False}],
    }
    return [{"legend": completeness.LEGEND, "grids": grids}, nothing]


def _settings(scene: Scene) -> list[Values]:
    facts = "process, up, goal 85, due on day 15, version 2"
    lines = [{"measure": _measure(scene, number), "facts": facts} for number in scene.rows(40)]
    return [
        {"collaborative": scene.collaborative(), "lines": lines, "page": 1, "last": 2, "count": 83},
        {"collaborative": scene.collaborative(), "lines": [], "page": 0, "last": 0, "count": 0},
    ]


def _edit(scene: Scene) -> list[Values]:
    told = _measure(scene, 1)
    words = {name: scene.says(getattr(told, name)) for name in ("numerator", "denominator", "exclusions")}
    form = {
        **words, "code": told.code, "name": told.name, "kind": "process", "unit": "percent", "shape": "proportion",
        "direction": "up", "goal": "85", "baseline": "41", "baseline_months": "6", "lag_months": "0", "due_day": "15",
        "strata": scene.says("language", 400), "required": ["yes"], "chart": "p", "begins": "2026-02",
    }  # fmt: skip
    empty = dict.fromkeys(form, "") | {"begins": "2026-02"}
    shown: Values = {
        "measure": told, "form": form, "version": 2, "changed": "Pru Adebayo changed the goal on Tue 3 Feb 2026.",
        "more": False, "kept": False, "since": "", "months": [("2026-02", "February 2026")], "meta": "{}",
        "kinds": measure_changes.KINDS, "shapes": measure_changes.SHAPES, "units": measure_changes.UNITS,
        "directions": measure_changes.DIRECTIONS, "charts": measure_changes.CHARTS,
    }  # fmt: skip
    theirs = scene.says("Tobias Lindqvist changed the goal to 90 while you were writing.", TEXT)
    return [
        shown,
        {**shown, "more": True, "kept": True, "since": theirs},
        {**shown, "measure": None, "form": empty, "changed": ""},
        {**shown, "measure": None, "form": {**empty, **words}, "changed": "", "more": True, "kept": True},
    ]


def _end(scene: Scene) -> list[Values]:
    said = f"It is asked no more from April 2026 on. {scene.says('Pru Adebayo', NAME)} said so on Tue 3 Feb 2026."
    months = [("2026-02", "February 2026"), ("2026-03", "March 2026")]
    shown: Values = {"measure": _measure(scene, 1), "ended": "", "months": months, "month": "2026-02", "meta": "{}"}
    return [shown, {**shown, "ended": said}]


def _without(scene: Scene) -> list[Values]:
    said = f"{scene.team().name}: from February 2026 on. {scene.says('Pru Adebayo', NAME)} said so on Tue 3 Feb 2026."
    months = [("2026-01", MONTH), ("2026-02", "February 2026")]
    shown: Values = {
        "measure": _measure(scene, 1), "lines": [(number, said) for number in scene.rows(40)],
        "teams": scene.choices("Alder & Main"), "months": months, "month": "2026-02", "meta": "{}",
    }  # fmt: skip
    return [shown, {**shown, "lines": []}]


def _measure(scene: Scene, number: int) -> Measure:
    return Measure(
        id=number, collaborative_id=1, code=scene.says("OFFER3", 20), name=scene.says("Offered within 3 days", NAME),
        kind="process", unit="percent", shape="proportion", direction="up", goal=85,
        numerator=scene.says("callers offered a visit within 3 days"), denominator=scene.says("first-time callers"),
        exclusions=scene.says("people referred out"),
    )  # fmt: skip


def example() -> Submission:
    """One that is soon due."""
    return Submission(id=1, team_id=3, period=DAY.replace(month=1, day=1), due=DAY)


FACES: Mapping[str, Faces] = {
    "measures/form": _form,
    "measures/choose": _choose,
    "measures/window": _window,
    "measures/month": _month,
    "measures/grid": _grid,
    "measures/settings": _settings,
    "measures/edit": _edit,
    "measures/end": _end,
    "measures/without": _without,
    "measures/look": _look,
    "measures/thanks": _thanks,
}
