"""An example and a fullest of alerts."""

from collections.abc import Mapping

from bot.cards import alert_cards, alert_questions, cover_cards
from bot.domain import alert_rules, alerts, contacts
from bot.domain.alert_rules import QUIET, REASONS
from bot.domain.alerts import Alert
from bot.gallery.engagement import REASONS as WHY
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values


def _told(scene: Scene, row: int = 1) -> Values:
    tried = scene.says("Nadia calls the next 10 callers within a day", 150)
    opening = f"You could begin with cycle 7, “{tried}”: what did you see?"
    line = f"Tue 3 Feb 2026: {scene.says('Tobias Lindqvist', NAME)} spoke with them. They're fine, just quiet."
    return {
        "alert": Alert(id=row, team_id=3, reason=QUIET, opened_at=NOW), "team": scene.team(),
        "name": REASONS[QUIET].name, "level": "call", "reasons": WHY, "stands": "Open since Mon 2 Feb 2026.",
        "as_of": "Wed 4 Feb 2026", "thursday": "Thu 5 Feb", "first": "call",
        "next": contacts.LADDER[-1][1], "opening": opening, "coach": scene.says("Tobias Lindqvist", NAME),
        "log": [line + scene.says(" Back in March", alerts.MOST) for _ in scene.rows(alert_cards.MOST_LOGGED)],
    }  # fmt: skip


def _over(scene: Scene) -> Values:
    over = Alert(id=1, team_id=3, reason=QUIET, opened_at=NOW, ended_at=NOW)
    stands = (
        f"Not a worry, says {scene.says('Imani Osei', NAME)}: {scene.says('short of people till May', alerts.MOST)}"
    )
    empty = dict.fromkeys(("next", "as_of", "opening", "coach"), "")
    return {**_told(scene), **empty, "alert": over, "log": [], "stands": stands}


def _card(scene: Scene) -> list[Values]:
    return [_told(scene), _over(scene), {**_told(scene), "log": []}]


def _coach(scene: Scene) -> list[Values]:
    return [
        {**_told(scene), "again": False},
        {**_told(scene), "again": True, "log": []},
        {**_over(scene), "again": True},
    ]


def _all_quiet(scene: Scene) -> list[Values]:
    ways = [alert_rules.quiet_words(12, begun) for begun in (12, 4, 0)]
    return [{"collaborative": scene.collaborative(), "teams": 12, "are": are} for are in ways]


def _asked(scene: Scene) -> list[Values]:
    named = {"name": scene.says("Ana", NAME), "by": scene.says("Dr. Imani Osei", NAME)}
    told = {"alert": _told(scene)["alert"], "team": scene.team(), **named}
    answer = {"answer": contacts.ANSWERS[contacts.HELP], "answered": "Thu 18 Jun 2026"}
    return [{**told, "answer": "", "answered": ""}, {**told, **answer}]


def _answered(scene: Scene) -> list[Values]:
    told = {"team": scene.team(), "by": scene.says("Ana Reyes", NAME), "answer": contacts.ANSWERS[contacts.HELP]}
    return [{**told, "alert": one["alert"]} for one in (_told(scene), _over(scene))]


def _taken(scene: Scene) -> list[Values]:
    told = {"team": scene.team(), "by": scene.says("Dr. Imani Osei", NAME)}
    return [{**told, "spoke": spoke} for spoke in (False, True)]


def _more(scene: Scene) -> list[Values]:
    asked = f"{scene.says('Imani Osei', NAME)} had them asked on Tue 3 Feb 2026. {alert_questions.ENOUGH}"
    told = {"alert": _told(scene)["alert"], "team": scene.team(), "name": REASONS[QUIET].name}
    return [{**told, "asked": one} for one in ("", asked)]


def _away(scene: Scene) -> str:
    coach, cover = scene.says("Tobias Lindqvist", NAME), scene.says("Dr. Imani Osei", NAME)
    return f"{coach}: away from Mon 9 Feb 2026, back on Mon 16 Feb 2026. {cover} looks after their teams."


def _list(scene: Scene) -> list[Values]:
    line = f"{scene.says('Prairie Bend', NAME)}, gone quiet: {_over(scene)['stands']}"
    calmed = [(row, line) for row in scene.rows(alert_cards.MOST_CALMED)]
    shown = [_told(scene, row) for row in scene.rows(alert_cards.MOST)]
    return [
        {
            "alerts": shown,
            "more": 7,
            "page": 1,
            "last": 2,
            "calmed": calmed,
            "rules": [(row, scene.says("Open Door", NAME)) for row in scene.rows(5)],
            "places": [(row, scene.says("Open Door", NAME)) for row in scene.rows(5)],
            "coaches": [{"coach": row, "line": _away(scene)} for row in scene.rows(cover_cards.MOST_COACHES)],
        },
        {"alerts": [], "more": 0, "calmed": [], "rules": [], "places": [], "coaches": [], "page": 0, "last": 0},
    ]


def _spoke(scene: Scene) -> list[Values]:
    return [{"team": scene.team(), "meta": "{}", "outcomes": contacts.OUTCOMES, "most": alerts.MOST}]


def _calm(scene: Scene) -> list[Values]:
    return [{"team": scene.team(), "meta": "{}", "most": alerts.MOST}]


FACES: Mapping[str, Faces] = {
    "alerts/card": _card,
    "alerts/coach": _coach,
    "alerts/all_quiet": _all_quiet,
    "alerts/asked": _asked,
    "alerts/answered": _answered,
    "alerts/taken": _taken,
    "alerts/more": _more,
    "alerts/list": _list,
    "alerts/spoke": _spoke,
    "alerts/calm": _calm,
}
