"""An example and a fullest of check-ins and of their settings."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain import checkin_facts, checkins, rhythm
from bot.domain.checkins import CheckIn
from bot.domain.collaborative_file.shapes import CheckinEntry
from bot.gallery.scenes import DAY, NAME, Faces, Scene, Values

WORDS = {
    "tested": "Cycle 7 ran: 9 called, 7 came",
    "in_the_way": "Our lead left Friday; please don't give up on us.",
    "hear_from": "Somebody who called on weekends",
}
MOST_QUESTIONS = 10


def _checkins_card(scene: Scene) -> list[Values]:
    told = {"answered": True, "mood": checkins.MOODS["heavy"], "stuck": True, "told": _told(scene)}
    by = f"{scene.says('Ana Reyes', NAME)} · Tue 10 Feb"
    asked = [f"Faculty was asked. {scene.says('Tobias Lindqvist', NAME)} has the question." for _ in scene.rows(5)]
    nothing: Values = {"answered": False, "mood": "", "stuck": False, "told": [], "by": "", "edited": "", "known": []}
    shared = {"check_in": example(), "team": scene.team(), "collaborative": scene.collaborative().name}
    waits = {**shared, "often": "every two weeks", **nothing, "asked": []}
    work = [f"cycle {scene.number} ran on Tue 10 Feb" for _ in scene.rows(5)]
    return [
        waits,
        {**waits, **told, "by": by, "edited": by, "asked": asked},
        {**waits, **told, "stuck": False, "by": by, "told": []},
        {**waits, "answered": True},
        {**waits, "known": work},
    ]


def _checkins_answer(scene: Scene) -> list[Values]:
    boxes = [(f"own{number}", question, text) for number, (question, text) in enumerate(_told(scene))]
    usual = [(name, question, scene.says(WORDS[name], 500)) for name, question in checkins.QUESTIONS.items()]
    empty = {"mood": "", "more": []}
    shared = {"check_in": example(), "team": scene.team(), "moods": checkins.MOODS, "more": checkin_facts.MORE}
    new = {**shared, "form": empty, "boxes": usual, "kept": False, "filled_in": True, "meanwhile": "", "meta": "{}"}
    full = {"form": {"mood": "heavy", "more": ["stuck", "coach"]}, "boxes": boxes, "kept": True, "filled_in": False}
    return [new, {**new, **full, "meanwhile": scene.says("Ben answered while you were writing.")}]


def _checkins_heavy(scene: Scene) -> list[Values]:
    asks = {"check_in": example(), "name": scene.says("Ana", NAME), "coach": scene.says("Tobias Lindqvist", NAME)}
    return [{**asks, "said": "", "meta": "{}"}, {**asks, "said": f"Saved. {asks['coach']} reads it.", "meta": "{}"}]


def _checkins_coach(scene: Scene) -> list[Values]:
    words = {"mood": checkins.MOODS["heavy"], "stuck": True, "told": _told(scene), "by": scene.says("Ana Reyes", NAME)}
    shared = {"check_in": example(), "team": scene.team(), "told_to_all": False, **words}
    coach = {**shared, "whom": "you", "why": "you coach this team"}
    why = "you coordinate, and this team has no coach here"
    return [coach, {**coach, "whom": "the coordinators", "why": why, "stuck": False}, {**coach, "told_to_all": True}]


def _checkins_settings(scene: Scene) -> list[Values]:
    asked = CheckinEntry(every="two_weeks", weekday="sunday" if scene.filling else "monday")
    return [
        {
            "collaborative": scene.collaborative(),
            "asked": asked,
            "at": "09:00",
            "every": rhythm.CHOICES,
            "where": checkins.WHERE,
            "days": rhythm.days(asked.weekday),
            "questions": words,
            "meta": "{}",
        }
        for words in ("", scene.says("What went well?\nWhat comes next?", 2000))
    ]


def _checkins_preview(scene: Scene) -> list[Values]:
    days = [DAY + timedelta(days=14 * count) for count in range(3)]
    asked = [question for question, _ in _told(scene)]
    shown = {"collaborative": scene.collaborative(), "days": days, "at": "09:00", "where": "channel", "meta": "{}"}
    usual = {**shown, "often": "every two weeks", "questions": [checkins.MOOD, *asked]}
    return [usual, {**usual, "where": "dm"}, {**usual, "days": []}]


def _told(scene: Scene) -> list[tuple[str, str]]:
    """Question and answer, as many as there can be."""
    asked = list(checkins.QUESTIONS.items())
    if not scene.filling:
        return [(question, WORDS[name]) for name, question in asked]
    most = {"question": 300, "text": checkins.MOST}
    return [(scene.says("", most["question"]), scene.says("", most["text"])) for _ in range(MOST_QUESTIONS)]


def example() -> CheckIn:
    """One that waits for its answer."""
    closes = DAY + timedelta(days=14)
    return CheckIn(id=1, team_id=3, since=DAY, opens=DAY, closes=closes, day=DAY, every="two_weeks")


FACES: Mapping[str, Faces] = {
    "checkins/card": _checkins_card,
    "checkins/answer": _checkins_answer,
    "checkins/heavy": _checkins_heavy,
    "checkins/coach": _checkins_coach,
    "checkins/settings": _checkins_settings,
    "checkins/preview": _checkins_preview,
}
