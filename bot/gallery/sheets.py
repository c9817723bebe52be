"""An example and a fullest of the answer to a dropped file, in every state of it."""

from collections.abc import Mapping
from typing import Any

from bot.cards import sheet_words
from bot.domain import sheet_drafts
from bot.domain.sheet_drafts import SheetDraft
from bot.gallery.scenes import NOW, Faces, Scene, Values

COUNTS = "14 values for 3 measures, 2 of them change what was there"


def _card(scene: Scene) -> list[Values]:
    sentence = scene.says("22 of 20 is more than all of them. Are the two swapped?", 200)
    told = [[line, f"{sentence} {line}"] for line in scene.rows(sheet_drafts.MOST_REASONS)]
    reasons = sheet_words.reasons(told, scene.number)
    changes = ["WAIT, January 2026: 284 over 20 → 282 over 20"] * min(scene.most_rows, sheet_words.MOST_CHANGES)
    doubts = ["Line 4, OFFER3: 90 in all is far from your usual 40. Is it right?"] * min(scene.most_rows, 8)
    samples = [f"WAIT ({scene.says('Spanish', 60)}), January 2026: 284 over 20"] * sheet_words.MOST_SAMPLES
    note = f"WAIT, January 2026: “{scene.says('two weeks closed', sheet_words.LONGEST_NOTE)}”"
    ready = {
        "samples": samples,
        "by_measure": scene.says("WAIT 12 · OFFER3 2", 1500),
        "notes": [note] * min(scene.most_rows, sheet_words.MOST_NOTES),
        "more_notes": scene.number,
        "changes": changes,
        "doubts": doubts,
        "more_changes": scene.number,
        "more_doubts": scene.number,
    }
    return [
        _face(scene, "ready", empty=3, **ready),
        _face(scene, "ready", empty=1, meanwhile=True, changes=changes, more_changes=0),
        _face(scene, "ready", counts="14 values for 3 measures, 14 of them are there already", new=0),
        _face(scene, "refused", **reasons),
        _face(scene, "refused", to_delete=True, team="", reasons=reasons["reasons"], more_reasons=0),
        _face(scene, "choosing", team=""),
        _face(scene, "importing"),
        _face(scene, "imported", changes=changes, more_changes=scene.number),
        *(_face(scene, state) for state in ("waiting", "left", "expired")),
    ]


def _face(scene: Scene, state: str, **more: Any) -> Values:
    own = {name: more.pop(name) for name in ("empty", "meanwhile", "to_delete") if name in more}
    nothing: Values = {
        "samples": [],
        "by_measure": "",
        "notes": [],
        "more_notes": 0,
        "changes": [],
        "more_changes": 0,
        "doubts": [],
        "more_doubts": 0,
        "reasons": [],
        "more_reasons": 0,
    }
    return {
        "sheet": SheetDraft(id=scene.number, person_id=1, file="F1", team_id=3, state=state, dropped_at=NOW, **own),
        "team": scene.team().name,
        "counts": COUNTS,
        "new": 12,
        "months": "October 2025 to January 2026",
        **nothing,
        **more,
    }


def _team(scene: Scene) -> list[Values]:
    teams = scene.choices("Alder & Main Counseling")
    one: Values = {"teams": teams, "groups": [], "sheet": 1, "meta": "{}"}
    return [one, {**one, "sheet": 0, "groups": [(scene.says("Alder … Prairie", 75), teams)] * 2}]


FACES: Mapping[str, Faces] = {"sheets/card": _card, "sheets/team": _team}
