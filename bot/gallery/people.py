"""An example and a fullest of what is said to one person: the welcome, help, their hours, and patient details."""

from collections.abc import Mapping
from datetime import time, timedelta

from bot import own_time, spans, times
from bot.gallery.scenes import DAY, NAME, NOW, Faces, Scene, Values


def _people_welcome(scene: Scene) -> list[Values]:
    team = {"team": scene.team().name, "team_id": 3, "channel": "C0ALDER"}
    member = {"name": scene.says("Ana", NAME), "collaborative": scene.collaborative(), **team}
    member["often"] = "every two weeks"
    return [member, {**member, "team": "", "team_id": 0, "channel": None}]


def _people_line(scene: Scene) -> list[Values]:
    mine = {"team": scene.team(), "meta": "{}", "line": scene.says("front desk, asks the good questions", 120)}
    return [mine, {**mine, "line": ""}]


def _words_offer(scene: Scene) -> list[Values]:
    words = scene.says("Nadia called nine people and seven came")
    offer = {
        "words": words,
        "asked": [],
        "cycles": [scene.cycle() for _ in range(3)],
        "to_faculty": False,
        "whom": "",
        "in_a_team": True,
        "date": "",
        "rest": False,
    }
    whom = f"{scene.says('Pru Adebayo', NAME)} (coordinator) or faculty"
    staff = {**offer, "cycles": [], "in_a_team": False}
    call = scene.says("AP1 call", NAME)
    asked = [[("Answer the check-in", "words.check_in", 1)], [("Send numbers", "measures.file", 1)]]
    coming = [(f"Coming: {call}", "calls.coming", "1:1"), (f"Can't: {call}", "calls.cannot", "1:1")]
    in_teams = [
        {**offer, "asked": asked[:1]},
        {**offer, "asked": [*asked, coming]},
        offer,
        {**offer, "whom": whom},
        {**offer, "whom": whom, "to_faculty": True},
        {**offer, "cycles": []},
        {**offer, "words": "", "cycles": []},
    ]
    date = f"The next date I know of is {scene.says('AP1 call', NAME)}, Thu 19 Feb 11:00 AM CST."
    resting = [{**one, "rest": True, "date": date} for one in (offer, staff)]
    return [*in_teams, staff, {**staff, "whom": whom}, *resting]


def _words_guarded(scene: Scene) -> list[Values]:
    return [{}]


def _help(scene: Scene) -> list[Values]:
    return [
        {"word": "", "nearest": ""},
        {"word": scene.says("psda", 40), "nearest": "pdsa"},
        {"word": "x", "nearest": ""},
    ]


def _timeoff_form(scene: Scene) -> list[Values]:
    days = {"first": DAY.isoformat(), "back": (DAY + timedelta(days=7)).isoformat()}
    coach = {**days, "choices": scene.choices("Dr. Imani Osei"), "chosen": "1"}
    nobody = {**days, "choices": [], "chosen": ""}
    return [{"noted": "", **nobody}, {"noted": own_time_of(scene, away=True)["off"], **coach}]


def _hours_form(scene: Scene) -> list[Values]:
    days = {str(number): name for number, name in enumerate(own_time.DAYS)}
    as_usual = {"hour": "09:00", "days": list("01234"), "quiet_from": "", "quiet_until": "", "reminders": ["week"]}
    at_night = {"hour": "22:00", "days": list(days), "quiet_from": "08:00", "quiet_until": "16:00", "reminders": []}
    usual = "Both empty: as for everybody here, silent from 20:00 until 07:00."
    shared = {"zone": scene.says("America/Chicago", 40), "days": days, "usual": usual}
    shared["reminders"] = {"week": "A week before", "day": "The day before"}
    return [{"form": as_usual, **shared}, {"form": at_night, **shared}]


def _purged(scene: Scene) -> list[Values]:
    people = {"by": scene.says("Ben Castellano", NAME), "author": scene.says("Ana Reyes", NAME)}
    ours = {
        **people,
        "team": scene.team().name,
        "number": scene.number,
        "noun": "",
        "receipt": 12,
        "after": scene.number + 1,
        "copies": 0,
    }
    told = {**ours, "noun": "shared idea", "number": 0, "after": 0, "copies": 2}
    lines = {**ours, "number": 0, "author": "", "after": 0}
    return [ours, told, lines, {**lines, "team": ""}]


def _ways_to_report(scene: Scene) -> list[Values]:
    theirs = [{"team": scene.team(), "cycles": scene.lines(80)}, {"team": scene.team(), "cycles": []}]
    return [{"teams": theirs[:1], "staff": False}, {"teams": theirs, "staff": True}, {"teams": [], "staff": True}]


def own_time_of(scene: Scene, *, away: bool) -> Values:
    """When somebody is written to, and how long they are away."""
    zone, today = scene.says("America/Chicago", 40), NOW.date()
    theirs = times.Hours(zone, days=frozenset({0, 2, 4, 5, 6} if scene.filling else times.WEEKDAYS))
    off = [own_time.away(theirs, spans.Span(today, DAY)) for _ in scene.rows(own_time.MOST)] if away else []
    return {"asked": own_time.asked(theirs, (time(20), time(7))), "away": away, "off": " ".join(off)}


FACES: Mapping[str, Faces] = {
    "people/welcome": _people_welcome,
    "people/line": _people_line,
    "words/offer": _words_offer,
    "words/guarded": _words_guarded,
    "help/allteach": _help,
    "timeoff/form": _timeoff_form,
    "hours/form": _hours_form,
    "privacy/author": _purged,
    "privacy/coordinator": _purged,
    "privacy/where": _ways_to_report,
}
