"""An example and a fullest of the call sheet, and of who covers for a coach."""

from collections.abc import Mapping

from bot.cards import callsheet_cards, cover_cards
from bot.domain import callsheets, contacts
from bot.domain.callsheets import CallSheet
from bot.gallery.scenes import DAY, NAME, NOW, TEXT, Faces, Scene, Values

TESTED = "Nadia calls the next 10 callers within a day"


def _sheet_row(scene: Scene) -> CallSheet:
    agreed = scene.says(TESTED, callsheets.MOST_AGREED)
    return CallSheet(id=7, team_id=3, person_id=1, at=NOW, agreed=agreed, due=DAY, offered_to=2)


def _sheet(scene: Scene) -> list[Values]:
    by, tried = scene.says("Tobias Lindqvist", NAME), scene.says(TESTED, 100)
    noted = f"Mon 2 Feb 2026 · {by}\n{scene.says('Short of people till March', callsheets.MOST)}"
    full: Values = {
        "team": scene.team(), "lead": scene.says("Ana Reyes", NAME), "standing": scene.pause() if scene.filling else "",
        "aim": scene.says("By December, 60 % of callers come to a fourth visit."),
        "chart": scene.says("OFFER3 Offered within 3 days: no signal of change yet (Anhøj's rules).", TEXT),
        "cycles": [f"{row} · planned: {tried}" for row in scene.rows(callsheet_cards.MOST_CYCLES)],
        "agreed": f"Mon 2 Feb 2026, with {by}: “{scene.says(TESTED, callsheets.MOST_AGREED)}”, by Tue 10 Feb 2026.",
        "changes": [f"New: {scene.says('Gil Santos', NAME)}" for _ in scene.rows(callsheet_cards.MOST_CHANGES)],
        "opening": f"You could begin with cycle 7, “{tried}”: what did you see?",
        "notes": [
            {"id": row, "words": f"{noted}\nNext test: {scene.says(TESTED, callsheets.MOST_AGREED)}", "own": row == 1}
            for row in scene.rows(callsheet_cards.MOST_NOTES)
        ],
        "offers": scene.says("Ana Reyes", NAME), "offered": False, "kept": True, "today": DAY, "meta": "{}",
        "most": callsheets.MOST, "most_agreed": callsheets.MOST_AGREED,
        "outcomes": [*contacts.OUTCOMES.items()],
        "form": {
            "spoke": contacts.HELP, "note": scene.says("Short of people", callsheets.MOST), "due": "2026-02-10",
            "offer": ["yes"], "agreed": scene.says(TESTED, callsheets.MOST_AGREED),
        },
    }  # fmt: skip
    empty: Values = {
        **full, "lead": "", "standing": "", "aim": "", "chart": "", "cycles": [], "agreed": "", "changes": [],
        "notes": [], "offers": "", "kept": False, "outcomes": [],
        "form": {"spoke": "", "note": "", "agreed": "", "due": "", "offer": []},
    }  # fmt: skip
    return [full, empty, {**full, "offered": True, "notes": full["notes"][:1]}]


def _agreed(scene: Scene) -> list[Values]:
    told: Values = {
        "sheet": _sheet_row(scene), "team": scene.team(), "name": scene.says("Ana", NAME),
        "by": scene.says("Tobias Lindqvist", NAME), "cycle": 0,
    }  # fmt: skip
    return [told, {**told, "cycle": scene.number}]


def _named(scene: Scene) -> list[Values]:
    told: Values = {
        "name": scene.says("Imani", NAME), "coach": scene.says("Tobias Lindqvist", NAME), "first": DAY, "back": DAY,
        "teams": [scene.says("Alder & Main", NAME) for _ in scene.rows(cover_cards.MOST_TEAMS)], "more": 3, "open": 2,
        "holds": True, "else": False,
    }  # fmt: skip
    one = {**told, "teams": told["teams"][:1], "more": 0}
    over = {**one, "holds": False}
    return [told, {**one, "open": 1}, {**one, "open": 0}, over, {**over, "else": True}]


def _cover(scene: Scene) -> list[Values]:
    coach, choices = scene.says("Tobias Lindqvist", NAME), scene.choices("Dr. Imani Osei")
    named = {"coach": coach, "choices": choices, "chosen": choices[0][0], "meta": "{}"}
    return [named, {**named, "chosen": ""}, {**named, "choices": [], "chosen": ""}]


FACES: Mapping[str, Faces] = {
    "callsheets/sheet": _sheet,
    "callsheets/agreed": _agreed,
    "covers/named": _named,
    "covers/form": _cover,
}
