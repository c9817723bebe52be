"""An example and a fullest of a day's message with what is asked, and of handing it over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.pdsa import Cycle
from bot.domain.reasons import KINDS
from bot.gallery import calls, polls, scores
from bot.gallery.checkins import example
from bot.gallery.measures import example as submission
from bot.gallery.scenes import DAY, NAME, Faces, Scene, Values


def _asks_day(scene: Scene) -> list[Values]:
    due, early = _line(scene, "pdsa_due", scene.cycle()), scene.cycle(due=DAY.replace(day=28))
    study = _line(scene, "pdsa_study", scene.cycle("do"))
    check_in = {**_line(scene, "checkin", scene.cycle()), "check_in": example(), "team": scene.team()}
    numbers = {**_line(scene, "measures_due", scene.cycle()), "submission": submission(), "team": scene.team()}
    numbers |= {"month": "January 2026", "codes": ["OFFER3", "NOSHOW"] * (20 if scene.filling else 1), "last": True}
    call = {**_line(scene, "calls_rsvp", scene.cycle()), "team": scene.team(), "which": calls.WHICH, "stands": ""}
    call |= {"title": scene.says("AP1 call", NAME), "when": "Thu 19 Feb 11:00 AM CST", "day": "Thu 19 Feb 2026"}
    poll = {**_line(scene, "polls_answer", scene.cycle()), "team": scene.team(), "poll": polls.example(scene)}
    poll |= {"title": poll["poll"].title, "until": "Tue 10 Feb 9:00 AM CST", "count": scene.most_rows}
    score = {**_line(scene, "scores_own", scene.cycle()), "team": scene.team(), "turn": scores.example()}
    score |= {"period": "action period 1"}
    told = f"Told by {scene.says('Ben Castellano', NAME)}."
    deputy = {"why": "its owner has left the team", "whose": f"{scene.says('Ana Reyes', NAME)}'s"}
    handed = {
        "wanted": True,
        "whose": "their",
        "handed_by": scene.says("Ana Reyes", NAME),
        "why": "Ana Reyes asked you to take this",
    }
    thanked = {"ended": "You told us. Thank you.", "told": True}
    return [
        _said(scene, due),
        _said(scene, {**due, **handed}),
        _said(scene, {**study, **handed}),
        _said(scene, {**due, "wanted": True, "why": "you wanted to be asked again"}),
        _said(scene, _line(scene, "pdsa_due", scene.cycle("do"), **thanked)),
        _said(scene, _line(scene, "pdsa_study", scene.cycle("study"), **thanked)),
        _said(scene, {**check_in, **handed}, _line(scene, "pdsa_due", scene.cycle("do"), **thanked)),
        _said(scene, _line(scene, "pdsa_due", scene.cycle(prediction=None), **deputy)),
        _said(scene, _line(scene, "pdsa_due", early)),
        _said(scene, study),
        _said(scene, _line(scene, "pdsa_study", scene.cycle("do", prediction=None))),
        _said(scene, {**due, "ended": told}),
        _said(scene, check_in),
        _said(scene, call),
        _said(scene, {**call, **handed}, due),
        _said(scene, poll),
        _said(scene, {**poll, **handed, "later": False}, due),
        _said(scene, score),
        _said(scene, {**score, **handed}, due),
        _said(scene, numbers),
        _said(scene, {**numbers, **handed, "today": DAY + timedelta(days=3)}),
        _said(scene, {**numbers, "ended": told}, due, study),
        _said(scene, due, study),
        _said(scene, due, due, due),
        _said(scene, check_in, {**due, "ended": told}, study),
    ]


def _asks_hand_over(scene: Scene) -> list[Values]:
    asked = f"what happened with cycle {scene.number}"
    return [
        {"team": scene.team(), "asks": asked, "people": scene.choices("Ben Castellano"), "chosen": "2", "meta": "{}"}
    ]


def _said(scene: Scene, *lines: Values) -> Values:
    return {"name": scene.says("Ana", NAME), "lines": list(lines), "a_week": 3}


def _line(scene: Scene, kind: str, cycle: Cycle, **more: Any) -> Values:
    yours = KINDS["pdsa.due"].yours
    line = {"id": scene.number, "kind": kind, "why": yours, "today": DAY, "cycle": cycle}
    return {
        **line,
        "wanted": False,
        "handed_by": "",
        "whose": "your",
        "ended": "",
        "told": False,
        "later": True,
        **more,
    }


FACES: Mapping[str, Faces] = {"asks/day": _asks_day, "asks/hand_over": _asks_hand_over}
