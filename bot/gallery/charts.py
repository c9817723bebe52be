"""An example and a fullest of run charts: one, all on a page, the choice between them, and all as text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot import charts
from bot.cards import completeness, pooled_charts, strata_charts, team_charts
from bot.cards.grids import Grid, Row, Told
from bot.cards.stratified_charts import StratifiedChart
from bot.cards.team_charts import Charted
from bot.charts import Chart
from bot.domain import measures, medians, moments, runcharts
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.pooled_series import Month
from bot.domain.strata import Levels
from bot.gallery.scenes import LIKELY, LINE, NAME, Faces, Scene, Values

BETTER = [41, 38, 44, 40, 36, 43, 45, None, 52, 58, 55, 61, 63, 60, 66, 71, 68, 74]
MOST_MEASURES = 24
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


def measure(scene: Scene, number: int = 1) -> Measure:
    """What is measured each month."""
    return Measure(
        id=number, collaborative_id=1, code=scene.says(("OFFER3", "SHOW1")[number % 2], NAME), kind="process",
        name=scene.says("Offered within 3 days", LINE), unit="percent", shape="proportion", direction="up", goal=85,
    )  # fmt: skip


def chart(scene: Scene, number: int = 1) -> Chart:
    """A year and a half in which it got better."""
    shown = measure(scene, number)
    return Chart(
        title=f"{shown.code} {shown.name}", whose=scene.team().name, unit="percent", direction="up", goal=85,
        labels=[charts.label(f"{2025 + row // 12}-{row % 12 + 1:02}") for row in range(len(BETTER))],
        values=BETTER, phases=runcharts.phases(BETTER, baseline=6), gaps={7: "no cases this month"},
        notes=[(row, scene.says("Cycle 7: Nadia calls the next 10 callers", LINE)) for row in scene.rows(12)],
    )  # fmt: skip


STAYED = team_charts.shift(replace(chart(LIKELY), phases=runcharts.phases([*[41] * 6, *[60] * 12], baseline=6)))


def charted(scene: Scene, most: int = MOST_MEASURES) -> list[Charted]:
    """The charts of a team, of which there can be `most`."""
    return [(measure(scene, number), chart(scene, number)) for number in scene.rows(most)]


def _charts_one(scene: Scene) -> list[Values]:
    groups = [(number, scene.says("language", LINE), scene.says("Spanish is at 40%.", 600)) for number in scene.rows(3)]
    shown = team_charts.one(scene.team(), measure(scene), chart(scene), groups, writes=True)
    return [{**shown, "shift": STAYED}, {**shown, "shift": "", "writes": False, "strata": []}]


def _charts_page(scene: Scene) -> list[Values]:
    several = charted(scene)
    few = team_charts.all_of(scene.team(), several[:1], writes=False)
    return [team_charts.all_of(scene.team(), several, writes=True), few]


def _charts_replaced(scene: Scene) -> list[Values]:
    what, all_teams = scene.says("OFFER3 · Offered within 3 days", LINE), "all teams together"
    own = {"team": scene.team(), "collaborative": 1, "whose": scene.team().name, "what": what}
    return [own, {**own, "team": None, "whose": all_teams}]


def _charts_choose(scene: Scene) -> list[Values]:
    offered = scene.choices("OFFER3 · Offered within 3 days")
    return [{"team": scene.team(), "charts": offered, "chosen": "1", "meta": '{"team": 3}'}]


def _charts_text(scene: Scene) -> list[Values]:
    return [{"charts": [charts.text(chart(scene, number)) for number in scene.rows(MOST_MEASURES)]}]


def _medians_draw(scene: Scene) -> list[Values]:
    told = scene.says("From May 2026 on: the walk-in block stays. Ana Reyes drew it on 3 June.", 600)
    offered = scene.choices("May 2026")
    shown = {"team": scene.team(), "measure": measure(scene), "months": offered, "month": "1", "most": medians.MOST}
    drawn = [(number, told) for number in scene.rows(30)]
    return [{**shown, "drawn": [], "meta": "{}"}, {**shown, "drawn": drawn, "meta": "{}"}]


def _medians_choose(scene: Scene) -> list[Values]:
    return [{"team": scene.team(), "charts": scene.choices("OFFER3 · Offered within 3 days"), "meta": '{"team": 3}'}]


def _pooled_choose(scene: Scene) -> list[Values]:
    return [{"charts": scene.choices("OFFER3 · Offered within 3 days"), "chosen": "1"}]


def _pooled_chart(scene: Scene) -> list[Values]:
    counted = measure(scene)
    counted.strata = [f"{number} {scene.says('preferred language', LINE - 2)}" for number in scene.rows(3)]
    first, ours, others = date(2025, 1, 1), frozenset(range(9)), frozenset(range(1, 8))
    told = [
        Month(measures.moved(first, number), (value or 0.0, 100.0), ours if number % 2 else others, 12)
        for number, value in enumerate(BETTER)
    ]
    told[-1] = replace(told[-1], teams=others, same=((55.0, 100.0), (58.0, 100.0)))
    told[-2] = replace(told[-2], teams=ours)
    drawn = pooled_charts.drawn(counted, told)
    assert drawn is not None, "there are numbers"
    seen = [(number, scene.says("Imani, Tue 3 Feb\nWhat do you see? It rises.", 2900)) for number in scene.rows(3)]
    levels: Levels = {scene.says("Spanish", 60): (40.0, 100.0), scene.says("English", 59): (60.0, 150.0)}
    full = pooled_charts.shown(counted, drawn, told, {counted.strata[0]: levels}, seen)
    return [full, {**full, "warnings": [], "strata": [], "seen": [], "how": pooled_charts.SINGLE}]


def _strata_chart(scene: Scene) -> list[Values]:
    counted, shown = measure(scene), chart(scene)
    names = [scene.says(name, 60) for name in ("English", "Spanish", *(f"Hmong {number}" for number in scene.rows(18)))]
    levels = [replace(shown, title=name, whose="", notes=(), sizes=[float(30)] * len(BETTER)) for name in names]
    said = (f"{counted.code} {counted.name}", scene.says("preferred language", LINE), scene.team().name)
    groups = StratifiedChart(*said, levels, BETTER)
    together = replace(groups, whose=pooled_charts.WHOSE, levels=[replace(one, gaps={7: "x"}) for one in levels])
    own = strata_charts.values(counted, scene.team(), 1, groups, [scene.says("Ana Reyes: 4 to 5", 300)])
    return [own, strata_charts.values(counted, None, 1, together)]


def _completeness_grid(scene: Scene) -> list[Values]:
    month = Told(7, 8), Told(8, 8), Told(0, 8), Told(0, 0), None
    rows = [Row(scene.team(number).name, month, Told(18, 30)) for number in scene.rows(completeness.MOST_TEAMS)]
    grid = Grid(scene.collaborative().name, "Tue 3 Feb 2026", [f"{name} 2026" for name in charts.MONTHS[:5]], rows)
    return [completeness.picture(scene.collaborative(), 1, grid)]


def _moments_tell(scene: Scene) -> list[Values]:
    empty, words = dict.fromkeys(moments.ASKED, ""), dict.fromkeys(moments.ASKED, scene.says("It rises.", 1000))
    shown = {"charts": scene.choices("OFFER3"), "asked": moments.ASKED, "most": moments.MOST, "meta": "{}"}
    new = {**shown, "team": scene.team(), "kept": False, "form": empty}
    return [new, {**new, "team": None, "kept": True, "form": words}]


def _moments_told(scene: Scene) -> list[Values]:
    words = scene.says("It rises since the walk-in block.", 1000)
    moment = Moment(id=1, measure_id=1, team_id=3, person_id=1, at=NOON, see=words, so_what=words, now_what=words)
    by = scene.says("Ana Reyes", NAME)
    return [{"moment": moment, "measure": measure(scene), "by": by, "told": moment.told}]


FACES: Mapping[str, Faces] = {
    "charts/one": _charts_one,
    "charts/page": _charts_page,
    "charts/replaced": _charts_replaced,
    "charts/choose": _charts_choose,
    "charts/text": _charts_text,
    "pooled/choose": _pooled_choose,
    "pooled/chart": _pooled_chart,
    "moments/tell": _moments_tell,
    "moments/told": _moments_told,
    "medians/draw": _medians_draw,
    "medians/choose": _medians_choose,
    "strata/chart": _strata_chart,
    "completeness/grid": _completeness_grid,
}
