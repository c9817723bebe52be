"""An example and a fullest of the cards, windows and forms of shared ideas."""

from collections.abc import Mapping
from typing import Any

from bot.domain import idea_permissions, spreads
from bot.domain.idea_permissions import Permission
from bot.domain.ideas import ASKED, CONTACT, DID_NOT_WORK, KINDS, MOST, MOST_TITLE, WORKED, Idea
from bot.domain.spreads import Spread, Step
from bot.gallery.scenes import LINE, NAME, NOW, Faces, Scene, Values
from bot.sending.pictures import Wanted

LINK = "https://open-door.slack.com/archives/C0ALDER/p1770044400000100"
TALLY = "tried by 5 teams: 3 adopted · 1 adapted · 1 abandoned"
TOLD = {
    "title": "Calling back the same day",
    "what": "The front desk calls whoever left a message before noon, the same day",
    "took": "Two hours of the front desk a day, and the lead's yes",
    "happened": "7 of 9 came to a first visit, where it was 4 of 10",
    "snag": "Calls after five reach nobody",
    "asked": "Two parents; we haven't heard from night workers yet",
}


def idea(scene: Scene, **more: Any) -> Idea:
    """An idea with everything told that can be told."""
    told = {name: scene.says(likely, MOST_TITLE if name == "title" else MOST) for name, likely in TOLD.items()}
    fixed: Values = {
        "id": 5, "collaborative_id": 1, "team_id": 3, "person_id": 1, "kind": WORKED, "driver_id": 1,
        "change_idea_id": 2, "permalink": LINK, "author_id": 1, "said_at": NOW, "shared_at": NOW,
    }  # fmt: skip
    return Idea(**{**fixed, **told, **more})


def _facts(scene: Scene, **more: Any) -> Values:
    facts: Values = {
        "idea": idea(scene),
        "team": scene.team(),
        "by": scene.says("Ana Reyes", NAME),
        "kind": KINDS[WORKED],
        "package": scene.says("Open the front door · 1.2 One warm call", 2 * LINE),
        "tally": TALLY,
        "supporters": [(scene.says("Prairie Bend", NAME), scene.says("We call twice", 1000)) for _ in scene.rows(30)],
        "contact": f"Questions? {scene.says('Ana Reyes', NAME)} is glad to be asked, in the thread or in person.",
        "said": f"{scene.says('Ana Reyes', NAME)} wrote of it on Mon 2 Feb 2026",
        "opens": True,
        "adapts": f"It goes back to an idea of Prairie Bend: {scene.says('One warm call', MOST_TITLE)}",
        "again": 1,
        "standing": f"{scene.team().name} has left the collaborative; what they found stays.",
        "gone": "",
        "edited": True,
        **more,
    }
    return {**facts, "facts": facts}


def _faces(scene: Scene) -> list[Values]:
    bare = dict.fromkeys(("took", "happened", "snag", "asked"), "")
    failed = idea(scene, kind=DID_NOT_WORK, permalink="", said_at=None, **bare)
    nothing: Values = {"package": "", "tally": "", "supporters": [], "said": "", "adapts": "", "again": 0}
    fresh = _facts(scene, idea=failed, kind=KINDS[DID_NOT_WORK], standing="", edited=False, **nothing)
    return [_facts(scene), fresh]


def _card(scene: Scene) -> list[Values]:
    gone = f"{scene.team().name} took this idea back. Who tests it already goes on."
    return [*_faces(scene), _facts(scene, gone=gone), _facts(scene, gone=gone, tally="")]


def _read(scene: Scene) -> list[Values]:
    line = f"{scene.says('Ana Reyes', NAME)}, Tue 3 Feb 9:00 AM CST: changed what happened"
    more = {"history": [line for _ in scene.rows(10)], "writable": True}
    usual: Values = {**_facts(scene), "history": [], "writable": False}
    return [*({**face, **more, "own": True} for face in _faces(scene)), {**usual, "own": False}]


def _boxes(scene: Scene) -> Values:
    told = {name: scene.says(likely, MOST_TITLE if name == "title" else MOST) for name, likely in TOLD.items()}
    form = {**told, "kind": WORKED, "package": "idea:1", "contact": ["yes"], "team": "1", "origin": "4"}
    return {
        "form": form,
        "kinds": ASKED,
        "package": True,
        "place": scene.says("1.2 One warm call", 75),
        "contacts": CONTACT,
        "most": MOST,
        "kept": False,
        "meta": "{}",
    }


def _share(scene: Scene) -> list[Values]:
    usual = {
        **_boxes(scene),
        "teams": [],
        "others": False,
        "comes_from": "",
        "whose": scene.team().name,
        "from_message": False,
    }
    asks = {"teams": scene.choices("Alder & Main"), "whose": "", "kept": True, "from_message": True, "others": True}
    asks |= {"comes_from": scene.says("One warm call · Prairie Bend", 75)}
    return [usual, {**usual, **asks}, {**usual, "package": False}]


def _edit(scene: Scene) -> list[Values]:
    return [_boxes(scene), {**_boxes(scene), "kept": True}]


def _support(scene: Scene) -> list[Values]:
    usual = {"idea": idea(scene), "teams": [], "whose": scene.team().name, "meta": "{}"}
    usual |= {"words": scene.says("We call twice", 1000)}
    return [usual, {**usual, "teams": scene.choices("Alder & Main"), "whose": ""}]


def _steps(scene: Scene, most: int) -> list[Step]:
    shared = [
        Step(
            1,
            scene.says("Prairie Bend", NAME),
            "adapted after 2 cycles: cycle 4: adapted → cycle 5: adapted",
            "adapted",
        ),
        Step(2, scene.says("Prairie Bend", NAME), f"shared it again as “{scene.says('Two warm calls', MOST_TITLE)}”"),
        Step(3, scene.says("Elm Street", NAME), "cycle 2: adopted", "adopted"),
    ]
    return (shared * most)[: most if scene.filling else 3]


def _spread(scene: Scene) -> list[Values]:
    before = [(number, f"{scene.team().name}: {scene.says('One warm call', MOST_TITLE)}") for number in scene.rows(8)]
    whole: Values = {
        "idea": idea(scene),
        "team": scene.team(),
        "tally": TALLY,
        "before": before,
        "picture": True,
        "said": "",
    }
    whole |= {"steps": _steps(scene, 40), "more": 12}
    fresh: Values = {"tally": "", "before": [], "steps": [], "more": 0, "picture": False}
    sent = {**whole, "said": "The picture is on its way to your conversation with me."}
    return [whole, sent, {**whole, **fresh, "idea": idea(scene, withdrawn_at=NOW)}]


def _taken(scene: Scene) -> list[Values]:
    return [{"cycle": scene.cycle("do"), "outcome": "still testing"}]


def _stolen(scene: Scene) -> list[Values]:
    by = scene.says("Cleo Hart", NAME)
    told: Values = {"idea": idea(scene), "team": scene.team(), "number": scene.number, "by": by}
    return [{**told, "alone": True}, {**told, "alone": False}]


def _ended(scene: Scene) -> list[Values]:
    told: Values = {"idea": idea(scene), "team": scene.team(), "cycle": scene.cycle("act", "adopt")}
    told |= {"outcome": "adopted", "after": 3, "tally": TALLY, "alone": True}
    stopped = {"cycle": scene.cycle("act", "abandon", stopped=True), "outcome": "stopped", "after": 1, "alone": False}
    return [told, {**told, **stopped}]


def _permission(scene: Scene) -> list[Values]:
    asked = Permission(
        id=2, collaborative_id=1, permalink=LINK, said_at=NOW, author_id=1, asked_by=2, asked_at=NOW,
        state=idea_permissions.YES,
    )  # fmt: skip
    no = asked.model_copy(update={"state": idea_permissions.NO})
    names = {"by": scene.says("Ben Castellano", NAME), "author": scene.says("Ana Reyes", NAME)}
    names |= {"channel": "open-door-share"}
    return [{"asked": asked, "open": True, **names}, *({"asked": one, "open": False, **names} for one in (asked, no))]


def _picture(scene: Scene) -> list[Values]:
    shown = idea(scene)
    spread = Spread(shown.title, scene.team().name, TALLY, tuple(_steps(scene, 24)))
    return [{"idea": shown, "picture": Wanted("idea:5", spread, spreads.alt(spread))}]


def _gone(scene: Scene) -> list[Values]:
    return [{"sentence": f"{scene.team().name} took this idea back. Who tests it already goes on."}]


FACES: Mapping[str, Faces] = {
    "ideas/answered": lambda scene: _permission(scene)[1:],
    "ideas/card": _card,
    "ideas/edit": _edit,
    "ideas/ended": _ended,
    "ideas/gone": _gone,
    "ideas/permission": _permission,
    "ideas/picture": _picture,
    "ideas/read": _read,
    "ideas/share": _share,
    "ideas/spread": _spread,
    "ideas/stolen": _stolen,
    "ideas/support": _support,
    "ideas/taken": _taken,
}
