"""An example and a fullest of everything the bot says: `allteach preview` prints the one, tests hold both to limits.

The values are shaped like what `bot.voice` and the handlers gather. A template with several faces has several, the most
usual one first.
"""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

from bot import access, home, launch, own_time, spans, times, upcoming
from bot.domain import pdsa, pdsa_due, pdsa_facts, team_facts
from bot.domain.collaborative_file.values import one_of
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.errors import BotError
from bot.scenes import DAY, FULLEST, IN_THE_WAY, LIKELY, LINE, NAME, NOW, TOLD, Scene, Values
from bot.templates import Templates

Faces = Callable[[Scene], list[Values]]
BEFORE_ADOPTING = "What different day, shift or clinician could you try before it's permanent?"


def names() -> list[str]:
    """Everything there is an example of."""
    return sorted(GALLERY)


def faces(name: str) -> list[Values]:
    """Likely values for each face of a template."""
    return GALLERY[name](LIKELY)


def fullest(name: str) -> list[Values]:
    """The same with every field at its longest, as many rows as there can be, and words that mean harm."""
    return [values for scene in FULLEST for values in GALLERY[name](scene)]


def rendered(templates: Templates, name: str) -> dict[str, Any]:
    """The example as Slack gets it; raises BotError, with the name most like it, for one there isn't."""
    if name not in GALLERY:
        near = one_of(names(), name, likeness=0.0)
        raise BotError(f"There is no message or form “{name}”.{near} allteach preview lists all of them.")
    return templates.render(name, faces(name)[0])


def _facts(scene: Scene, cycle: Cycle, **more: Any) -> Values:
    facts = {
        "cycle": cycle,
        "team": scene.team(),
        "owner": scene.says("Ana Reyes", NAME),
        "stage": pdsa_facts.stage(cycle),
        "scale": pdsa.SCALES[cycle.scale],
        "idea": scene.says("1.2 One warm call", LINE + 20),
        "measure": scene.says("OFFER3", 20),
        "chain": " → ".join(f"{number}: one person" for number in scene.rows(60)),
        "prompt": "What could you count on the back of an envelope to know?" if cycle.stage == pdsa.PLAN else "",
        "answers": "carried out in part · partly as predicted" if cycle.learned else "",
        "in_place": ", ".join(pdsa.TICKS[tick].lower() for tick in cycle.ticks),
        "taught": "Taught 2 times to 14 people" if cycle.ticks else "",
        "decision": pdsa.DECISIONS.get(cycle.decision, ""),
        "decided": pdsa_facts.DECIDED.get(cycle.decision, ""),
        "next": pdsa_facts.NEXT[cycle.stage],
        "next_number": 0,
        "edited": cycle.stage != pdsa.PLAN,
        "gone": "",
        "usual_question": pdsa.QUESTION,
        **more,
    }
    return {**facts, "facts": facts}


def _pdsa_card(scene: Scene) -> list[Values]:
    gone = f"Cycle 7 was deleted by {scene.says('Ana Reyes', NAME)}. Its number stays and is not given again."
    return [_facts(scene, cycle) for cycle in scene.cycles()] + [_facts(scene, scene.cycle(), gone=gone)]


def _pdsa_read(scene: Scene) -> list[Values]:
    change = f"Ana Reyes, Tue 3 Feb 15:00 UTC: what we predict was “{scene.says('6 of 10 come')}”"
    whole = {"history": [change for _ in scene.rows(20)], "writable": True}
    shown = [{**_facts(scene, cycle), **whole} for cycle in scene.cycles()]
    return [*shown, {**shown[0], "history": [], "writable": False}]


def _pdsa_due(scene: Scene) -> list[Values]:
    name = scene.says("Ana", NAME)
    asked = {"cycle": scene.cycle(), "name": name, "why": "you own the test", "early": False}
    left = {"cycle": scene.cycle(prediction=None), "why": "its owner has left the team"}
    return [asked, {**asked, **left}, {**asked, "early": True}]


def _pdsa_start(scene: Scene) -> list[Values]:
    form = {name: scene.says("") for name in TOLD} | {"question": scene.says(pdsa.QUESTION)}
    form |= {"due": DAY.isoformat(), "ran_on": DAY.isoformat(), "scale": "one_person", "carried_out": "yes"}
    form |= {"idea": "1", "measure": "1", "team": "1"}
    quick = {**_choosing(scene, form), "title": "Log a PDSA cycle", "source": "", "more": False, "ran": False}
    quick |= {"kept": False, "teams": []}
    follows = {
        "title": f"After cycle {scene.number}",
        "source": scene.says("This follows cycle 6.", 1500),
        "more": True,
    }
    all_of_it = {"kept": True, "more": True, "ran": True, "teams": scene.choices("Alder & Main")}
    return [quick, {**quick, "more": True}, {**quick, "ran": True}, {**quick, **follows}, {**quick, **all_of_it}]


def _pdsa_edit(scene: Scene) -> list[Values]:
    return [_edited(scene, cycle) for cycle in (*scene.cycles(), scene.cycle("do", prediction=None))]


def _edited(scene: Scene, cycle: Cycle) -> Values:
    form = {name: getattr(cycle, name) or "" for name in (*TOLD, "scale")}
    form |= {"ticks": cycle.ticks, "due": DAY.isoformat(), "idea": "1", "measure": "1"}
    form |= {"carried_out": cycle.carried_out, "matched": cycle.matched}
    since = f"Ben changed what we try to “{scene.says('Nadia calls the next 20 callers')}” while you were writing."
    return {**_choosing(scene, form), "cycle": cycle, "kept": True, "since": since, "ticks": pdsa.TICKS}


def _choosing(scene: Scene, form: Values) -> Values:
    ideas, measures = scene.choices("One warm call"), scene.choices("OFFER3")
    return {"form": form, "meta": "{}", "scales": pdsa.SCALES, "ideas": ideas, "measures": measures}


def _stage_form(stage: str, *boxes: str) -> Faces:
    """The form that moves a cycle on from this stage: empty, and with the half-written words of last time."""

    def gather(scene: Scene) -> list[Values]:
        prompt = BEFORE_ADOPTING if stage == pdsa.STUDY else ""
        shared = {"meta": "{}", "ticks": pdsa.TICKS, "cycle": scene.cycle(stage)}
        empty = {**shared, "form": {**dict.fromkeys(boxes, ""), "ticks": []}, "kept": False, "prompt": ""}
        typed = {**{box: _typed(scene, box) for box in boxes}, "ticks": list(pdsa.TICKS)}
        kept = {**shared, "form": typed, "kept": True, "prompt": prompt}
        return [empty, kept, {**kept, "cycle": scene.cycle(stage, prediction=None)}]

    return gather


def _typed(scene: Scene, box: str) -> str:
    chosen = {"carried_out": "partly", "matched": "no", "held_on": DAY.isoformat(), "people": "12"}
    return chosen.get(box) or scene.says(TOLD.get(box, "How to make a warm call"))


def _pdsa_postpone(scene: Scene) -> list[Values]:
    return [{"meta": "{}", "cycle": scene.cycle(), "form": {"due": DAY.isoformat()}}]


def _pdsa_list(scene: Scene) -> list[Values]:
    theirs = {"team": scene.team(), "cycles": scene.lines(90), "writable": True, "pause": ""}
    coordinated = {**theirs, "writable": False, "pause": "pause.open"}
    return [theirs, {**theirs, "cycles": []}, coordinated, {**coordinated, "pause": "pause.over"}]


def _pdsa_library(scene: Scene) -> list[Values]:
    row = {"cycle": scene.cycle("act", "adopt"), "team": scene.team().name, "decision": "adopted"}
    found = {"words": scene.says("call", 200), "cycles": [row for _ in scene.rows(20)]}
    return [found, {"words": "", "cycles": []}]


def _pdsa_gone(scene: Scene) -> list[Values]:
    return [{"number": scene.number, "sentence": f"Cycle 7 was deleted by {scene.says('Ana Reyes', NAME)}."}]


def _teams_card(scene: Scene) -> list[Values]:
    full = {
        "team": scene.team(),
        "aim": scene.collaborative().aim,
        "members": [scene.says(f"Ana Reyes, team lead ({number})", NAME + LINE) for number in scene.rows(15)],
        "open_seats": ["senior leader", "data lead"],
        "coach": scene.says("Tobias Lindqvist", NAME),
        "cycles": scene.lines(10),
        "only_one": False,
        "call": {"title": scene.says("AP1 call: first predictions", NAME), "starts": NOW},
        "zone": "America/New_York",
        "standing": "",
    }
    new = {"aim": "", "members": [], "open_seats": [], "coach": "", "cycles": [], "only_one": True, "call": None}
    return [full, {**full, **new}, {**full, "standing": scene.pause()}]


def _home(scene: Scene) -> list[Values]:
    standing = {"pause": "pause.over", "standing": scene.pause()}
    teams = [
        {"team": scene.team(one), "cycles": scene.lines(10, one), **standing} for one in scene.rows(home.MOST_TEAMS)
    ]
    steered = [_steering(scene, number) for number in scene.rows(home.MOST_STEERED)]
    newcomer = [{"team": scene.team(), "cycles": [], "pause": "pause.open", "standing": ""}]
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


def _at_home(
    scene: Scene, teams: list[Values], steered: list[Values], staffed: list[Values], most: int = home.MOST
) -> Values:
    shown: Values = {"outside": "", "name": scene.says("Ana", NAME), "teams": teams, "steered": steered}
    shown["mine"] = _own_time(scene, away=len(teams) != 1)
    return {**shown, **home.listed(staffed, room=home.room_beside(teams, steered), most=most)}


def _own_time(scene: Scene, *, away: bool) -> Values:
    zone, today = scene.says("America/Chicago", 40), NOW.date()
    theirs = times.Hours(zone, days=frozenset({0, 2, 4, 5, 6} if scene.filling else times.WEEKDAYS))
    off = [own_time.away(theirs, spans.Span(today, DAY), NOW) for _ in scene.rows(own_time.MOST)] if away else []
    return {"asked": own_time.asked(theirs, (time(20), time(7))), "away": away, "off": " ".join(off)}


def _pauses_form(scene: Scene) -> list[Values]:
    return [{"team": scene.team(), "until": DAY.isoformat(), "meta": "{}"}]


def _timeoff_form(scene: Scene) -> list[Values]:
    days = {"first": DAY.isoformat(), "back": (DAY + timedelta(days=7)).isoformat()}
    return [{"noted": "", **days}, {"noted": _own_time(scene, away=True)["off"], **days}]


def _hours_form(scene: Scene) -> list[Values]:
    days = {str(number): name for number, name in enumerate(own_time.DAYS)}
    as_usual = {"hour": "09:00", "days": list("01234"), "quiet_from": "", "quiet_until": ""}
    at_night = {"hour": "22:00", "days": list(days), "quiet_from": "08:00", "quiet_until": "16:00"}
    usual = "Both empty: as for everybody here, silent from 20:00 until 07:00."
    shared = {"zone": scene.says("America/Chicago", 40), "days": days, "usual": usual}
    return [{"form": as_usual, **shared}, {"form": at_night, **shared}]


def _teams_list(scene: Scene) -> list[Values]:
    return [
        home.listed(staffed, room=home.SCREEN, most=home.SCREEN) for staffed in (scene.staffed(home.MOST_STEERED), [])
    ]


def _upcoming_list(scene: Scene) -> list[Values]:
    one = {
        "id": 1,
        "at": NOW,
        "zone": "America/Chicago",
        "local": times.words(NOW, "America/Chicago"),
        "what": home.KINDS["pdsa/due"],
        "to": scene.says("Ana Reyes (ana@example.org)", NAME),
        "why": pdsa_due.WHY,
        "standing": upcoming.WAITS,
    }
    waiting = [{**one, "id": row} for row in scene.rows(upcoming.MOST - 2)]
    other = [{**one, "id": 98, "standing": upcoming.HELD_BACK}, {**one, "id": 0, "standing": upcoming.TO_BE_WRITTEN}]
    shared = {"collaborative": scene.collaborative(), "said": "", "meta": "{}", "more": 0}
    said = f"{scene.says('Ana Reyes', NAME)} is away just now. It stays as it was."
    return [
        {**shared, "lines": waiting[:1]},
        {**shared, "lines": [*waiting, *other], "more": 7, "said": said},
        {**shared, "lines": []},
    ]


def _steering(scene: Scene, number: int) -> Values:
    told = _progress(scene, scene.collaborative(number))
    stuck = [_not_delivered(scene, row) for row in scene.rows(home.MOST_LETTERS)]
    return {**told, "launched": number > 1, "parked": stuck, "more_parked": 7}


def _not_delivered(scene: Scene, row: int) -> Values:
    to = scene.says("Ana Reyes (ana@example.org)", NAME)
    return {"id": row, "problem": IN_THE_WAY, "what": home.KINDS["people/welcome"], "to": to}


def _progress(scene: Scene, collaborative: Collaborative) -> Values:
    person, where = scene.says("Gil Santos (gil@example.org)", NAME), scene.channel(1).name
    return {
        "collaborative": collaborative,
        "ready": 27,
        "all": 40,
        "in_the_way": [scene.channel(row) for row in scene.rows(team_facts.MOST)],
        "kept_out": [{"who": person, "where": where, "problem": IN_THE_WAY} for _ in scene.rows(team_facts.MOST)],
        "waited_for": [person for _ in scene.rows(team_facts.MOST)],
        "more_waited_for": 12,
        "launched": False,
    }


def _launch_preview(scene: Scene) -> list[Values]:
    people, channels = (
        [scene.person(row).name for row in scene.rows(8)],
        [scene.channel(row) for row in scene.rows(160)],
    )
    names = [channel.name for channel in channels]
    groups = [launch.Group(scene.team(row).name, people, people[:1]) for row in scene.rows(160)]
    preview = launch.Preview(groups, welcomed=300, waiting=2, channels=160, not_ready=names[1:], cards=names[:1])
    before = {"collaborative": scene.collaborative(), "preview": preview, "meta": "{}"}
    return [before, {**before, "collaborative": scene.collaborative(launched_at=NOW)}]


def _channels_progress(scene: Scene) -> list[Values]:
    before = _progress(scene, scene.collaborative())
    done = {"ready": 40, "in_the_way": [], "kept_out": [], "waited_for": [], "more_waited_for": 0, "launched": True}
    return [before, {**before, **done}]


def _people_welcome(scene: Scene) -> list[Values]:
    team = {"team": scene.team().name, "team_id": 3, "channel": "C0ALDER"}
    member = {"name": scene.says("Ana", NAME), "collaborative": scene.collaborative(), **team}
    return [member, {**member, "team": "", "team_id": 0, "channel": None}]


def _people_line(scene: Scene) -> list[Values]:
    mine = {"team": scene.team(), "meta": "{}", "line": scene.says("front desk, asks the good questions", 120)}
    return [mine, {**mine, "line": ""}]


def _words_offer(scene: Scene) -> list[Values]:
    words = scene.says("Nadia called nine people and seven came")
    offer = {"words": words, "cycle": scene.cycle(), "whom": ""}
    whom = f"{scene.says('Pru Adebayo', NAME)} (coordinator) or faculty"
    return [offer, {**offer, "whom": whom}, {**offer, "cycle": None}, {**offer, "words": "", "cycle": None}]


def _help(scene: Scene) -> list[Values]:
    return [{"word": "", "nearest": ""}, {"word": scene.says("psda", 40), "nearest": "pdsa"}]


def _words_guarded(scene: Scene) -> list[Values]:
    return [{}]


def _purged(scene: Scene) -> list[Values]:
    people = {"by": scene.says("Ben Castellano", NAME), "author": scene.says("Ana Reyes", NAME)}
    ours = {**people, "team": scene.team().name, "number": scene.number, "receipt": 12, "after": scene.number + 1}
    lines = {**ours, "number": 0, "author": "", "after": 0}
    return [ours, lines, {**lines, "team": ""}]


GALLERY: Mapping[str, Faces] = {
    "channels/progress": _channels_progress,
    "help/allteach": _help,
    "home/actions": _home,
    "home/view": _home,
    "hours/form": _hours_form,
    "launch/preview": _launch_preview,
    "pauses/form": _pauses_form,
    "pdsa/abandon": _stage_form(pdsa.STUDY, "next_step"),
    "pdsa/adopt": _stage_form(pdsa.STUDY, "next_step"),
    "pdsa/card": _pdsa_card,
    "pdsa/due": _pdsa_due,
    "pdsa/edit": _pdsa_edit,
    "pdsa/gone": _pdsa_gone,
    "pdsa/happened": _stage_form(pdsa.PLAN, "carried_out", "happened", "problems"),
    "pdsa/library": _pdsa_library,
    "pdsa/list": _pdsa_list,
    "pdsa/postpone": _pdsa_postpone,
    "pdsa/read": _pdsa_read,
    "pdsa/start": _pdsa_start,
    "pdsa/stop": _stage_form(pdsa.PLAN, "learned"),
    "pdsa/study": _stage_form(pdsa.DO, "results", "matched", "learned"),
    "pdsa/taught": _stage_form(pdsa.ACT, "topic", "held_on", "people"),
    "people/line": _people_line,
    "people/welcome": _people_welcome,
    "privacy/author": _purged,
    "privacy/coordinator": _purged,
    "teams/card": _teams_card,
    "teams/list": _teams_list,
    "timeoff/form": _timeoff_form,
    "upcoming/list": _upcoming_list,
    "words/guarded": _words_guarded,
    "words/offer": _words_offer,
}
