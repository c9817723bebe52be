"""An example and a fullest of scores on the IHI scale."""

from collections.abc import Mapping

from bot.cards import score_cards
from bot.domain import score_scale, scores
from bot.domain.score_periods import EVERY, SHOWN
from bot.domain.scores import Scoring
from bot.gallery.scenes import DAY, NAME, Faces, Scene, Values

AP1 = "action period 1"
HINT = score_scale.hint(score_scale.Known("May 2026", ("April 2026", "May 2026"), 2))


def example() -> Scoring:
    """A team's turn."""
    return Scoring(id=1, team_id=3, period="ap1", opens=DAY, closes=DAY)


def _due(scene: Scene) -> list[Values]:
    here: Values = {"name": scene.says("Tobias", NAME), "collaborative": scene.collaborative(), "period": AP1}
    names = [scene.says("Prairie Bend", NAME)] * score_cards.MOST_NAMED
    until = "Tue 31 Mar 2026"
    return [
        {**here, "count": 1, "names": names[:1], "until": until},
        {**here, "count": 60, "names": names, "until": until},
    ]


def _own(scene: Scene) -> list[Values]:
    full: Values = {
        "team": scene.team(), "period": AP1, "steps": score_scale.choices(), "hint": HINT, "score": "2.5",
        "definitions": score_scale.definitions(), "evidence": scene.says("Two tests of the warm call", scores.MOST),
        "stands": f"{scene.says('Ben Castellano', NAME)} said 2.0. What you send now takes its place.", "kept": True,
        "most": scores.MOST, "meta": "{}",
    }  # fmt: skip
    return [{**full, "score": "", "evidence": "", "stands": "", "kept": False}, full]


def _row(scene: Scene, number: int) -> Values:
    return {
        "team": scene.team(number), "turn": number, "hint": HINT, "score": "2.5", "seen": 0,
        "last": f"Last: 2.5 · Changes tested, {AP1}, by {scene.says('Tobias Lindqvist', NAME)}.",
        "evidence": scene.says("Two tests of the warm call", scores.MOST),
        "next_step": scene.says("Try it on both shifts", scores.MOST),
    }  # fmt: skip


def _form(scene: Scene) -> list[Values]:
    rows = [_row(scene, number) for number in scene.rows(score_cards.A_FORM)]
    full: Values = {
        "said": "Prairie Bend left while you wrote, so its score wasn't kept.", "rows": rows, "more": True,
        "kept": True, "most": scores.MOST, "definitions": score_scale.definitions(),
        "choices": [(score_scale.NOT_NOW, "Not now"), *score_scale.choices().items()], "meta": "{}",
    }  # fmt: skip
    empty = {**_row(scene, 1), "last": "Not scored before.", "score": "", "evidence": "", "next_step": ""}
    return [full, {**full, "said": "", "rows": [empty], "more": False, "kept": False}]


def _list(scene: Scene) -> list[Values]:
    question = score_scale.question(3.5, 2.0)
    words = f"Action period 1: Team 3.5 · faculty 2.0 · {question}"
    lines = [
        {"team": scene.team(row), "words": words, "apart": 1.5, "own": True, "may_score": True}
        for row in scene.rows(score_cards.MOST)
    ]
    full: Values = {
        "collaborative": scene.collaborative(), "said": "Kept, thank you.", "lines": lines, "far": len(lines),
        "spread": score_scale.middle(one.value for one in score_scale.STEPS), "at_four": 3, "given": 10,
        "may_score": True, "may_set": True, "page": 1, "last": 2, "meta": "{}",
    }  # fmt: skip
    none = {**full, "said": "", "lines": [], "far": 0, "spread": "", "at_four": 0, "given": 0, "page": 0, "last": 0}
    return [full, {**none, "may_score": False, "may_set": False}]


def _team(scene: Scene) -> list[Values]:
    words = {
        "evidence": scene.says("Two tests of the warm call", scores.MOST),
        "next_step": scene.says("Try it on both shifts", scores.MOST),
    }
    by = scene.says("Tobias Lindqvist", NAME)
    turns = [
        {
            "period": "Action period 1", "question": score_scale.question(3.5, 2.0),
            "lines": [
                {"id": 2 * row, "said": f"Team: 3.5 · Improvement ({by}, Tue 3 Feb 2026)", **words, "next_step": ""},
                {"id": 2 * row + 1, "said": f"Faculty: 2.0 ({by}, Tue 3 Feb 2026)", **words},
            ],
        }
        for row in scene.rows(score_cards.MOST_TURNS)
    ]  # fmt: skip
    full: Values = {"team": scene.team(), "turns": turns, "rate": 1, "period": AP1, "may_score": True, "ours": False}
    ours = [{**one, "question": ""} for one in turns]
    begun = {**full, "turns": []}
    return [full, {**full, "ours": True, "may_score": False, "turns": ours}, begun, {**begun, "rate": 0, "period": ""}]


def _settings(scene: Scene) -> list[Values]:
    nothing = "No learning session is in the calendar from which on an action period would run, so nobody is asked."
    here: Values = {"collaborative": scene.collaborative(), "every": EVERY, "shown": SHOWN, "meta": "{}"}
    return [
        {**here, "chosen": "month", "shows": "no", "next": f"Teams are scored now, for {AP1}."},
        {**here, "chosen": "action_period", "shows": "yes", "next": nothing},
    ]


FACES: Mapping[str, Faces] = {
    "scores/due": _due,
    "scores/own": _own,
    "scores/form": _form,
    "scores/list": _list,
    "scores/team": _team,
    "scores/settings": _settings,
}
