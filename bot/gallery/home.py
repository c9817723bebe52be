"""An example and a fullest of Home, of its windows, and of what the clock has."""

from collections.abc import Mapping
from datetime import timedelta

from bot import access, times
from bot.cards import checkin_cards
from bot.domain import team_facts
from bot.domain.reasons import KINDS
from bot.gallery import alerts, broadcasts, calls, polls
from bot.gallery.people import own_time_of
from bot.gallery.scenes import IN_THE_WAY, NAME, NOW, Faces, Scene, Values
from bot.gallery.teams import progress
from bot.homes import coordinating, letters, looking_after, overview, screen, tabs
from bot.planning import late, upcoming
from bot.planning.lately import Week

A_WEEK = timedelta(weeks=1)


def _home(scene: Scene) -> list[Values]:
    standing = {"pause": "pause.over", "standing": scene.pause()}
    teams: list[Values] = [
        {
            "team": scene.team(one),
            "cycles": scene.lines(overview.MOST_CYCLES, one),
            "checkin": _checkin(one),
            **standing,
            "numbers": "January 2026: 3 of 8 in, due Tue 17 Feb 2026",
            "thanks": "Thanked 3 times by others in the last 60 days: see Shout-outs.",
            "call": calls.next_call(scene),
            "polls": [polls.asked(scene), {**polls.asked(scene), "id": 2}],
            "here": calls.on_now(scene),
            "score": {"turn": one, "period": "action period 1"},
        }
        for one in scene.rows(overview.MOST_TEAMS)
    ]
    steered = [_steering(scene, number) for number in scene.rows(overview.MOST_STEERED)]
    nothing: Values = {
        "cycles": [],
        "checkin": None,
        "call": None,
        "polls": [],
        "here": None,
        "score": None,
        **dict.fromkeys(("standing", "numbers", "thanks"), ""),
    }
    newcomer = [{"team": scene.team(), "pause": "pause.open", **nothing}]
    return [
        _at_home(scene, teams[:1], [], []),
        _at_home(
            scene, [{**one, "polls": one["polls"][:1]} for one in teams], steered, scene.staffed(overview.MOST_STEERED)
        ),
        _at_home(scene, [], steered, scene.staffed(overview.MOST_STEERED)),
        _at_home(scene, [], [], scene.staffed(overview.MOST_STEERED)),
        _at_home(scene, [], [], scene.staffed(1, teams=1)),
        _at_home(scene, [], [], scene.staffed(1), most=1),
        _at_home(scene, newcomer, [], []),
        _at_home(scene, [], [], []),
        *[_at_tab(scene, name, inside) for name in tabs.TABS for inside in _inside(scene, name)],
        screen.outside(access.LEFT),
    ]


def _at_tab(scene: Scene, name: str, inside: Values) -> Values:
    """One of the other tabs, in one of three collaboratives."""
    bar = {"tab": name, "first": 1, "tabs": _bar(), "others": [(2, scene.says("Big Town", NAME))] * tabs.MOST_PLACES}
    bar["others"] = [(row, scene.says("Big Town", NAME)) for row in range(2, 2 + tabs.MOST_PLACES)]
    there = {"collaborative": scene.collaborative(), "page": 1, "last": 2, **inside}
    shown: Values = {"outside": "", "name": scene.says("Ana", NAME), "inside": there, "meta": "{}", **bar}
    return {**shown, **overview.nothing()}


def _bar() -> list[tuple[str, str, int]]:
    return [(name, tab.label, 1) for name, tab in tabs.TABS.items()]


def _inside(scene: Scene, name: str) -> list[Values]:
    """What a tab shows, with as much as a page holds, and with nothing."""
    if name == "alerts":
        full, none = alerts.FACES["alerts/list"](scene)
        return [full, {**none, "last": 0}]
    if name == "upcoming":
        one, many = _upcoming_line(scene), _upcoming_together(scene)
        rows = [{**one, "id": row} for row in scene.rows(coordinating.MOST - 2)]
        return [{"lines": [*rows, many, {**many, "held": True}]}, {"lines": [], "last": 0}]
    if name == "broadcasts":
        full, none = broadcasts.FACES["broadcasts/list"](scene)
        return [full, {**none, "last": 0}]
    rows = [_of_team(scene, row) for row in scene.rows(looking_after.MOST)]
    staff = [scene.says("Dr. Imani Osei (chair, faculty)", NAME)] * 40
    return [
        {"lines": rows, "counts": "2 call now · 1 call · 57 in touch", "staff": staff},
        {"lines": [], "counts": "", "staff": [], "last": 0},
    ]


def _of_team(scene: Scene, row: int) -> Values:
    """A line of the grid, and one of the roster."""
    people = [scene.says("Ana Reyes (team lead, away)", NAME)] * 12
    told = {
        "level": "call now",
        "reasons": "missed 2 of 2 calls; data within a week of the last four due dates",
        "scored": "team 3.5, faculty 2.0",
    }
    return {"team": scene.team(row), **told, "standing": scene.pause() if row % 2 else "", "people": people}


def _checkin(number: int) -> Values:
    is_open = number % 2 == 1
    stands = "open" if is_open else "answered by your work"
    return {"id": number, "text": f"Check-in of Mon 2 Feb: {stands}", "open": is_open, "theirs": True}


def _teams_list(scene: Scene) -> list[Values]:
    return [
        overview.listed(staffed, room=overview.SCREEN, most=overview.SCREEN)
        for staffed in (scene.staffed(overview.MOST_STEERED), [])
    ]


def _upcoming_line(scene: Scene) -> Values:
    """One message."""
    return {
        "id": 1,
        "key": "",
        "when": "Tue 3 Feb 9:00 AM CST",
        "what": f"The question what happened with cycle {scene.number}",
        "to": scene.says("Ana Reyes (ana@example.org)", NAME),
        "why": KINDS["pdsa.due"].why,
        "standing": upcoming.WAITS,
        "held": False,
    }


def _upcoming_together(scene: Scene) -> Values:
    """Many that are alike."""
    alike = {
        "key": "checkins/card|Mon 9 Feb 09:00|0|",
        "when": "Mon 9 Feb 09:00, where each of them is",
        "why": checkin_cards.WHY,
    }
    named = ", ".join([scene.says("#team-alder", NAME)] * upcoming.MOST_NAMED)
    what = f"{letters.KINDS['checkins/card']} to 42 teams"
    return {**_upcoming_line(scene), **alike, "what": what, "to": f"{named} and 39 more"}


def _upcoming_list(scene: Scene) -> list[Values]:
    one, many = _upcoming_line(scene), _upcoming_together(scene)
    waiting = [{**one, "id": row} for row in scene.rows(upcoming.MOST - 6)]
    held = {"standing": upcoming.HELD_BACK, "held": True}
    other = [{**one, "id": 98, **held}, {**one, "id": 0, "standing": upcoming.TO_BE_WRITTEN}]
    other += [{**one, "id": 0, "standing": upcoming.WEEK_IS_FULL.format(count=3), "held": True}]
    other += [{**many, "standing": upcoming.SOME_TO_BE_WRITTEN.format(count=12)}, {**many, **held}]
    other += [{**many, "id": 0, "standing": upcoming.TO_BE_WRITTEN}]
    week = Week(KINDS["pdsa.due"].name, went=12, acted=1, put_off=3, declined=2, gone=1, held=2)
    shared = {
        "collaborative": scene.collaborative(),
        "said": "",
        "meta": "{}",
        "page": 0,
        "last": 0,
        "weeks": [week for _ in KINDS],
    }
    said = f"{scene.says('Ana Reyes', NAME)} is away just now. It stays as it was."
    return [
        {**shared, "lines": waiting[:1]},
        {**shared, "lines": [*waiting, *other], "page": 1, "last": 2, "said": said},
        {**shared, "lines": [], "weeks": []},
    ]


def _upcoming_parts(scene: Scene) -> list[Values]:
    one, many = _upcoming_line(scene), {**_upcoming_together(scene), "said": "", "meta": "{}"}
    lines = [{**one, "id": row} for row in scene.rows(upcoming.MOST_PARTS)]
    held = {**one, "standing": upcoming.HELD_BACK, "held": True}
    unwritten = {**one, "id": 0, "standing": upcoming.TO_BE_WRITTEN}
    said = f"{scene.says('Ana Reyes', NAME)} is away just now. It stays as it was."
    return [
        {**many, "lines": lines, "page": 0, "last": 0, "said": said},
        {**many, "lines": [*lines[1:], held], "page": 1, "last": 2},
        {**many, "lines": [*lines[1:], unwritten], "page": 3, "last": 3},
    ]


def _late_skipped(scene: Scene) -> list[Values]:
    whom = scene.says("#team-alder", NAME)
    line = {"what": letters.KINDS["teams/card"], "day": NOW.date(), "whom": whom}
    several = {**line, "whom": " and ".join([", ".join([whom] * late.MOST_NAMES), "9 more"])}
    stretch = f"from {times.words(NOW, 'America/Chicago')} to {times.words(NOW + A_WEEK, 'America/Chicago')}"
    shared: Values = {"collaborative": scene.collaborative()}
    return [
        {**shared, "away": stretch, "lines": [line], "more": 0},
        {**shared, "away": "", "lines": [line, several], "more": 0},
        {**shared, "away": ", and ".join([stretch] * late.MOST_AWAY), "lines": [several] * late.MOST, "more": 7},
    ]


def _at_home(
    scene: Scene, teams: list[Values], steered: list[Values], staffed: list[Values], most: int = overview.MOST
) -> Values:
    shown: Values = {
        "outside": "",
        "name": scene.says("Ana", NAME),
        "tab": "overview",
        "first": int(bool(staffed)),
        "tabs": _bar() if staffed or steered else [],
        "others": [],
        "inside": None,
        "meta": "{}",
        "teams": teams,
        "steered": steered,
        "manages": int(not steered),
        "thanking": [{"id": one, "name": scene.says("Open Door", NAME)} for one in scene.rows(overview.MOST_STEERED)],
    }
    asked = [{**polls.asked(scene), "id": row, "zone": scene.collaborative().timezone} for row in (1, 2)]
    shown["joining"] = asked if staffed and not teams else []
    shown["mine"] = own_time_of(scene, away=len(teams) != 1)
    beside = len(shown["thanking"]) + len(shown["joining"])
    room = overview.room_beside(teams, steered) - beside + 1 - bool(shown["tabs"])
    return {**shown, **overview.listed(staffed, room=room, most=most)}


def _steering(scene: Scene, number: int) -> Values:
    told, over = progress(scene, scene.collaborative(number)), scene.collaborative(number)
    over.ends = NOW.date() - A_WEEK if number > 2 else None
    stuck = [_not_delivered(scene, row) for row in scene.rows(overview.MOST_LETTERS)]
    told["seeds"] = number > 1
    return {**told, "launched": number > 1, "ended": team_facts.ended(over, NOW), "parked": stuck, "more_parked": 7}


def _not_delivered(scene: Scene, row: int) -> Values:
    to = scene.says("Ana Reyes (ana@example.org)", NAME)
    return {"id": row, "problem": IN_THE_WAY, "what": letters.KINDS["people/welcome"], "to": to}


FACES: Mapping[str, Faces] = {
    "home/actions": _home,
    "home/view": _home,
    "late/skipped": _late_skipped,
    "teams/list": _teams_list,
    "upcoming/list": _upcoming_list,
    "upcoming/parts": _upcoming_parts,
}
