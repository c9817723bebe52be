"""An example and a fullest of the weekly digest, and of the grid of teams by weeks."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.cards import digest_cards, digest_grids, digest_words, team_weeks, week_grids
from bot.cards.team_weeks import Mark, TeamWeeks, WeekGrid
from bot.domain import weekly
from bot.domain.digest import MOST, Found
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values
from bot.sending.pictures import Wanted

WHY = "missed 2 of 2 calls; one of five people active; data within a week of the last four due dates"
MARKS: tuple[Mark, ...] = ("nothing", "some", "work")
MONDAYS = tuple(date(2026, 1, 5) + timedelta(weeks=count) for count in range(week_grids.WEEKS))


def _call(scene: Scene, row: int) -> Values:
    by = scene.says("Dr. Imani Osei", NAME)
    stands = {2: (f"{by} calls", "spoke"), 3: (f"{by} spoke on Tue 3 Feb 2026: They're fine, just quiet", "calm")}
    told, can = stands.get(row, ("", "call"))
    return {
        "alert": row, "team": scene.says("Prairie Bend", NAME), "level": "call now",
        "why": f"Gone quiet and two calls missed: {WHY}", "stands": told, "can": can,
    }  # fmt: skip


def _part(scene: Scene, row: int = 1) -> Values:
    team = scene.says("Alder & Main Counseling", NAME)
    rows = scene.rows(MOST)
    title = scene.says("Put the coffee by the form", 120)
    shown = tuple(TeamWeeks(team, 4 * MARKS, "call") for _ in scene.rows(team_weeks.MOST))
    grid = WeekGrid(scene.says("Open Door", NAME), "up to the week of 23 Mar 2026", MONDAYS, shown)
    return {
        "id": row, "name": scene.says("Open Door", NAME), "line": "", "all_quiet": "", "more_calls": 3,
        "calls": [_call(scene, number) for number in rows],
        "praise": [
            {"team": team, "id": number, "why": "They ran 2 tests, last cycle 7", "thank": f"{number} pdsa.ran cycle:7"}
            for number in rows
        ],
        "told": [
            ("What changed", "; ".join(f"{team} (yours): call (was in touch)" for _ in rows)),
            ("New ideas", digest_words.ideas([(number, title, team) for number in rows], 5)),
            ("Spreading", digest_words.spreading([(number, title, team) for number in rows], {1: 1, 2: 2, 3: 3})),
            ("Numbers", "January 2026 is in from 38 of 50 teams"),
            ("Tests", "4 planned; 2 run, and to be learned from; 3 decided since"),
        ],
        "picture": Wanted(f"weeks:{row}", grid, team_weeks.alt(grid)), "weeks": team_weeks.news(grid),
        "dates": [{"title": scene.says("AP1 call", 150), "starts": NOW} for _ in scene.rows(weekly.MOST_DATES)],
        "zone": "America/New_York",
    }  # fmt: skip


def _in_one_line(scene: Scene, line: str) -> Values:
    nothing: Values = {name: [] for name in ("calls", "praise", "told", "dates")}
    return {**_part(scene), **nothing, "line": line, "more_calls": 0, "picture": None, "weeks": ""}


def _post(scene: Scene) -> list[Values]:
    names = {number: scene.says("Prairie Bend", NAME) for number in scene.rows(MOST)}
    quiet = Found(since=NOW, levels={1: "in touch", 2: "call"}, to_call=[2, 3, 4, 5])
    silent = Found(since=NOW, levels=dict.fromkeys(range(12), "call now"), all_quiet=True)
    common: Values = {"name": scene.says("Imani", NAME), "others": [], "asked": False}
    lines = [
        digest_words.nothing(quiet, names, "Mon 2 Feb 2026"),
        digest_words.nothing(silent, {}, "Mon 2 Feb 2026"),
        digest_words.nothing(Found(since=NOW, levels={1: "in touch"}), {}, "Mon 2 Feb 2026"),
    ]
    several = [_part(scene, row) for row in scene.rows(digest_cards.MOST_WHOLE)]
    others = [
        {"id": 10 + row, "name": scene.says("Open Door", NAME), "line": "3 to call, none to praise"}
        for row in scene.rows(digest_cards.MOST_NAMED)
    ]
    silent_part = {**_part(scene), "calls": [], "more_calls": 0, "all_quiet": digest_words.all_quiet(silent)}
    silent_part |= {"picture": None, "weeks": ""}
    return [
        {**common, "parts": [_part(scene)]},
        {**common, "parts": several, "others": others},
        {**common, "parts": [silent_part]},
        *({**common, "parts": [_in_one_line(scene, line)], "asked": True} for line in lines),
    ]


def _grid(scene: Scene) -> list[Values]:
    marks: tuple[Mark, ...] = ("", "pause", *3 * MARKS, "nothing")
    teams = [scene.says(f"Team {row}", NAME) for row in scene.rows(digest_grids.MOST_TEAMS)]
    rows = tuple(TeamWeeks(team, marks, "call now", mine=not place) for place, team in enumerate(teams))
    grid = WeekGrid(scene.says("Open Door", NAME), "Tue 3 Feb 2026", MONDAYS, rows)
    pages = [
        Wanted(f"weeks:1:{number}", page, team_weeks.alt(page)) for number, page in enumerate(team_weeks.pages(grid))
    ]
    told = {"collaborative": scene.collaborative(), "day": grid.day, "legend": digest_grids.LEGEND, "pictures": pages}
    return [{**told, "lines": team_weeks.findings(grid), "more": more} for more in (0, 1, 4820)]


FACES: Mapping[str, Faces] = {"digest/post": _post, "digest/grid": _grid}
