"""An example and a fullest of the cards, windows and forms of PDSA cycles."""

from collections.abc import Mapping
from typing import Any

from bot.domain import pdsa, pdsa_facts
from bot.domain.pdsa import Cycle
from bot.domain.pdsa_drafts import QUESTION
from bot.gallery.scenes import DAY, LINE, NAME, TOLD, Faces, Scene, Values

BEFORE_ADOPTING = "What different day, shift or clinician could you try before it's permanent?"


def _pdsa_card(scene: Scene) -> list[Values]:
    gone = f"Cycle 7 was deleted by {scene.says('Ana Reyes', NAME)}. Its number stays and is not given again."
    return [_facts(scene, cycle) for cycle in scene.cycles()] + [_facts(scene, scene.cycle(), gone=gone)]


def _pdsa_read(scene: Scene) -> list[Values]:
    change = f"Ana Reyes, Tue 3 Feb 3:00 PM UTC: what we predict was “{scene.says('6 of 10 come')}”"
    whole = {"history": [change for _ in scene.rows(20)], "writable": True}
    shown = [{**_facts(scene, cycle), **whole} for cycle in scene.cycles()]
    return [*shown, {**shown[0], "history": [], "writable": False}]


def _pdsa_start(scene: Scene) -> list[Values]:
    form = {name: scene.says("") for name in TOLD} | {"question": scene.says(QUESTION)}
    form |= {"due": DAY.isoformat(), "ran_on": DAY.isoformat(), "scale": "one_person", "carried_out": "yes"}
    form |= {"idea": "1", "measure": "1", "team": "1"}
    quick = {**_choosing(scene, form), "title": "Log a PDSA cycle", "source": "", "more": False, "ran": False}
    quick |= {"kept": False, "teams": [], "whose": scene.team().name}
    follows = {
        "title": f"After cycle {scene.number}",
        "source": scene.says("This follows cycle 6.", 1500),
        "more": True,
    }
    stolen = {"title": "Steal this", "source": scene.says("From Prairie Bend: One warm call.", 1500)}
    all_of_it = {"kept": True, "more": True, "ran": True, "teams": scene.choices("Alder & Main"), "whose": ""}
    return [
        quick,
        {**quick, "more": True},
        {**quick, "ran": True},
        {**quick, **follows},
        {**quick, **stolen},
        {**quick, **all_of_it},
    ]


def _pdsa_edit(scene: Scene) -> list[Values]:
    return [_edited(scene, cycle) for cycle in (*scene.cycles(), scene.cycle("do", prediction=None))]


def _pdsa_postpone(scene: Scene) -> list[Values]:
    return [{"meta": "{}", "cycle": scene.cycle(), "form": {"due": DAY.isoformat()}}]


def _pdsa_list(scene: Scene) -> list[Values]:
    theirs = {
        "team": scene.team(),
        "cycles": scene.lines(90),
        "writable": True,
        "pause": "",
        "coached": False,
        "ends": False,
    }
    coordinated = {**theirs, "writable": False, "pause": "pause.open", "coached": True, "ends": True}
    return [theirs, {**theirs, "cycles": []}, coordinated, {**coordinated, "pause": "pause.over"}]


def _pdsa_library(scene: Scene) -> list[Values]:
    row = {"cycle": scene.cycle("act", "adopt"), "team": scene.team(), "decision": "adopted", "readable": True}
    elsewhere = {**row, "readable": False}
    found = {"words": scene.says("call", 200), "cycles": [elsewhere, *(row for _ in scene.rows(19))]}
    return [found, {"words": "", "cycles": []}]


def _pdsa_gone(scene: Scene) -> list[Values]:
    return [{"number": scene.number, "sentence": f"Cycle 7 was deleted by {scene.says('Ana Reyes', NAME)}."}]


def _facts(scene: Scene, cycle: Cycle, **more: Any) -> Values:
    facts = {
        "cycle": cycle,
        "team": scene.team(),
        "owner": scene.says("Ana Reyes", NAME),
        "stage": pdsa_facts.stage(cycle),
        "scale": pdsa.SCALES[cycle.scale],
        "idea": scene.says("1.2 One warm call", LINE + 20),
        "measure": scene.says("OFFER3", 20),
        "credit": f"Stolen from {scene.team().name}, with thanks: {scene.says('One warm call', 120)}",
        "shared": int(cycle.decision == "adapt"),
        "chain": " → ".join(f"{number}: one person" for number in scene.rows(60)),
        "prompt": "What could you count on the back of an envelope to know?" if cycle.stage == pdsa.PLAN else "",
        "when": pdsa_facts.when(cycle, scene.team()),
        "as_planned": "Partly" if cycle.learned else "",
        "as_predicted": "Partly" if cycle.learned else "",
        "in_place": ", ".join(pdsa.TICKS[tick].lower() for tick in cycle.ticks),
        "taught": "Taught 2 times to 14 people" if cycle.ticks else "",
        "decision": pdsa.DECISIONS.get(cycle.decision, ""),
        "decided": pdsa_facts.DECIDED.get(cycle.decision, ""),
        "next": pdsa_facts.NEXT[cycle.stage],
        "next_number": 0,
        "edited": cycle.stage != pdsa.PLAN,
        "gone": "",
        "usual_question": QUESTION,
        **more,
    }
    return {**facts, "facts": facts}


def _edited(scene: Scene, cycle: Cycle) -> Values:
    form = {name: getattr(cycle, name) or "" for name in (*TOLD, "scale")}
    form |= {"ticks": cycle.ticks, "due": DAY.isoformat(), "idea": "1", "measure": "1"}
    form |= {"carried_out": cycle.carried_out, "matched": cycle.matched}
    since = f"Ben changed what we try to “{scene.says('Nadia calls the next 20 callers')}” while you were writing."
    return {**_choosing(scene, form), "cycle": cycle, "kept": True, "since": since, "ticks": pdsa.TICKS}


def _choosing(scene: Scene, form: Values) -> Values:
    linked: Values = {"package": True, "idea": scene.says("1.2 One warm call", 75), "measures": scene.choices("OFFER3")}
    return {"form": form, "meta": "{}", "scales": pdsa.SCALES, **linked}


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


FACES: Mapping[str, Faces] = {
    "pdsa/abandon": _stage_form(pdsa.STUDY, "next_step"),
    "pdsa/adopt": _stage_form(pdsa.STUDY, "next_step"),
    "pdsa/card": _pdsa_card,
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
}
