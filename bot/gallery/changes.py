"""An example and a fullest of the windows and forms of the change package."""

from collections.abc import Mapping

from bot.domain import adaptations
from bot.domain.adaptations import Adaptation
from bot.domain.attachments import Attachment
from bot.domain.changes import ChangeIdea, Driver
from bot.gallery.scenes import LINE, NAME, NOW, Faces, Scene, Values

TESTED = "Tested by 5 teams: 3 adopted it, 1 adapted it, 1 at it now."


def _idea(scene: Scene, number: int = 1) -> ChangeIdea:
    return ChangeIdea(
        id=number,
        driver_id=1,
        code=scene.says("2.1", 12),
        name=scene.says("Peer welcome call within 24 hours", 150),
        evidence=scene.says("Four clinics in Ohio: 52 to 68 % came to a first visit.", 1000),
        tips=[scene.says("Ask for the best time to call", 200) for _ in scene.rows(10)],
        links=[f"{scene.says('Script for the call', 100)} https://example.org/welcome-call" for _ in scene.rows(10)],
        version=2,
    )


def _driver(scene: Scene) -> Driver:
    return Driver(id=1, collaborative_id=1, name=scene.says("A first visit worth returning to", LINE))


def _list(scene: Scene) -> list[Values]:
    lines = [
        {"heading": _driver(scene).name, "idea": _idea(scene, number), "tested": TESTED} for number in scene.rows(30)
    ]
    full = {
        "collaborative": scene.collaborative(), "lines": lines, "page": 1, "last": 2, "manages": True,
        "others": [scene.collaborative(row) for row in scene.rows(4)],
    }  # fmt: skip
    return [full, {**full, "lines": [], "page": 0, "last": 0, "manages": False, "others": []}]


def _opened(scene: Scene) -> list[Values]:
    told = [
        {
            "adaptation": Adaptation(
                id=row, idea_id=1, team_id=3, words=scene.says("Our peers call in Spanish first.", adaptations.MOST),
                person_id=1, at=NOW,
            ),
            "team": scene.team(),
        }
        for row in scene.rows(12)
    ]  # fmt: skip
    links = [Attachment(scene.says("Script for the call", 100), "https://example.org/call") for _ in scene.rows(10)]
    full = {
        "idea": _idea(scene), "driver": _driver(scene), "tested": TESTED, "told": told, "more": 3, "said": "",
        "links": links,
        "version": f"Version 2, by {scene.says('Dr. Imani Osei', NAME)} on Tue 3 Feb 2026.", "manages": True,
        "writes": [scene.team(row) for row in scene.rows(4)],
    }  # fmt: skip
    bare = ChangeIdea(id=1, driver_id=1, name=scene.says("Two-way texts", 150))
    nothing: Values = {"links": [], "told": [], "more": 0, "version": "", "manages": False, "writes": []}
    return [full, {**full, **nothing, "idea": bare, "said": "Thank you. Receipt 7."}]


def _adapt(scene: Scene) -> list[Values]:
    words = scene.says("Our peers call in Spanish first.", adaptations.MOST)
    return [
        {"idea": _idea(scene), "team": scene.team(), "words": said, "most": adaptations.MOST, "meta": "{}"}
        for said in ("", words)
    ]


def _edit(scene: Scene) -> list[Values]:
    return [
        {"idea": _idea(scene), "drivers": [], "meta": "{}"},
        {"idea": None, "drivers": scene.choices("Stay connected"), "meta": "{}"},
    ]


FACES: Mapping[str, Faces] = {
    "changes/list": _list,
    "changes/idea": _opened,
    "changes/adapt": _adapt,
    "changes/edit": _edit,
}
