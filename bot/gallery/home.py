"""An example and a fullest of Home, of its windows, and of what the clock has."""

from collections.abc import Mapping
from datetime import timedelta

from bot import access, home, times
from bot.cards import checkin_cards
from bot.domain import team_facts
from bot.domain.reasons import KINDS
from bot.gallery import calls, polls
from bot.gallery.people import own_time_of
from bot.gallery.scenes import IN_THE_WAY, NAME, NOW, Faces, Scene, Values
from bot.gallery.teams import progress
from bot.planning import late, upcoming
from bot.planning.lately import Week

A_WEEK = timedelta(weeks=1)


def _home(scene: Scene) -> list[Values]:
    standing = {"pause": "pause.over", "standing": scene.pause()}
    teams = [
        {
            "team": scene.team(one),
            "cycles": scene.lines(home.MOST_CYCLES, one),
            "checkin": _checkin(one),
            **standing,
            "numbers": "January 2026: 3 of 8 in, due Tue 17 Feb 2026",
            "thanks": "Thanked 3 times by others in the last 60 days: see Shout-outs.",
            "call": calls.next_call(scene),
            "poll": polls.asked(scene),
            "here": calls.on_now(scene),
        }
        for one in scene.rows(home.MOST_TEAMS)
    ]
    steered = [_steering(scene, number) for number in scene.rows(home.MOST_STEERED)]
    nothing: Values = {
        "cycles": [],
        "checkin": None,
        "call": None,
        "poll": None,
        "here": None,
        **dict.fromkeys(("standing", "numbers", "thanks"), ""),
    }
    newcomer = [{"team": scene.team(), "pause": "pause.open", **nothing}]
    return [
        _at_home(scene, teams[:1], [], []),
        _at_home(scene, teams, steered, scene.staffed(home.MOST_STEERED)),
        _at_home(scene, [], steered, scene.staffed(home.MOST_STEERED)),
        _at_home(scene, [], [], scene.staffed(home.MOST_STEERED)),
        _at_home(scene, [], [], scene.staffed(1, teams=1)),
        _at_home(scene, [], [], scene.staffed(1), most=1),
        _at_home(scene, newcomer, [], []),
        _at_home(scene, [], [], []),
        home.outside(access.LEFT),
    ]


def _checkin(number: int) -> Values:
    is_open = number % 2 == 1
    stands = "open" if is_open else "answered by your work"
    return {"id": number, "text": f"Check-in of Mon 2 Feb: {stands}", "open": is_open, "theirs": True}


def _teams_list(scene: Scene) -> list[Values]:
    return [
        home.listed(staffed, room=home.SCREEN, most=home.SCREEN) for staffed in (scene.staffed(home.MOST_STEERED), [])
    ]


def _upcoming_line(scene: Scene) -> Values:
    """One message."""
    return {
        "id": 1,
        "key": "",
        "when": "Tue 3 Feb 09:00 CST",
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
    what = f"{home.KINDS['checkins/card']} to 42 teams"
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
    line = {"what": home.KINDS["teams/card"], "day": NOW.date(), "whom": whom}
    several = {**line, "whom": " and ".join([", ".join([whom] * late.MOST_NAMES), "9 more"])}
    stretch = f"from {times.words(NOW, 'America/Chicago')} to {times.words(NOW + A_WEEK, 'America/Chicago')}"
    shared: Values = {"collaborative": scene.collaborative()}
    return [
        {**shared, "away": stretch, "lines": [line], "more": 0},
        {**shared, "away": "", "lines": [line, several], "more": 0},
        {**shared, "away": ", and ".join([stretch] * late.MOST_AWAY), "lines": [several] * late.MOST, "more": 7},
    ]


def _at_home(
    scene: Scene, teams: list[Values], steered: list[Values], staffed: list[Values], most: int = home.MOST
) -> Values:
    shown: Values = {
        "outside": "",
        "name": scene.says("Ana", NAME),
        "teams": teams,
        "steered": steered,
        "manages": int(not steered),
        "thanking": [{"id": one, "name": scene.says("Open Door", NAME)} for one in scene.rows(home.MOST_STEERED)],
    }
    shown["mine"] = own_time_of(scene, away=len(teams) != 1)
    room = home.room_beside(teams, steered) - len(shown["thanking"]) + 1
    return {**shown, **home.listed(staffed, room=room, most=most)}


def _steering(scene: Scene, number: int) -> Values:
    told, over = progress(scene, scene.collaborative(number)), scene.collaborative(number)
    over.ends = NOW.date() - A_WEEK if number > 2 else None
    stuck = [_not_delivered(scene, row) for row in scene.rows(home.MOST_LETTERS)]
    told["seeds"] = number > 1
    return {**told, "launched": number > 1, "ended": team_facts.ended(over, NOW), "parked": stuck, "more_parked": 7}


def _not_delivered(scene: Scene, row: int) -> Values:
    to = scene.says("Ana Reyes (ana@example.org)", NAME)
    return {"id": row, "problem": IN_THE_WAY, "what": home.KINDS["people/welcome"], "to": to}


FACES: Mapping[str, Faces] = {
    "home/actions": _home,
    "home/view": _home,
    "late/skipped": _late_skipped,
    "teams/list": _teams_list,
    "upcoming/list": _upcoming_list,
    "upcoming/parts": _upcoming_parts,
}
