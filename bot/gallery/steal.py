"""An example and a fullest of the window in which ideas are found."""

from collections.abc import Mapping

from bot.domain.idea_finds import Line
from bot.domain.idea_search import BEST, NEWEST, STOLEN
from bot.domain.ideas import MOST, MOST_TITLE
from bot.gallery.ideas import TALLY
from bot.gallery.scenes import LINE, NAME, Faces, Scene, Values

ORDERS = {BEST: "Best match first", STOLEN: "Most stolen first", NEWEST: "Newest first"}
ONLY = {"untried": "Not yet tried by us", "worked": "Worked elsewhere"}


def _found(scene: Scene) -> list[Values]:
    shared = [_shared(scene, number) for number in scene.rows(5)]
    packaged = Line(
        2, packaged=True, title=scene.says("1.2 One warm call", LINE),
        whose=f"Change package · {scene.says('Open the front door', NAME)}",
        told=scene.says("No voicemail, no transfers"), tally="", takable=True,
    )  # fmt: skip
    menus: Values = {
        "drivers": [(str(number), scene.says("Open the front door", 75)) for number in scene.rows(99)],
        "driver": "1", "organizations": [("fqhc", "Fqhc"), ("school", scene.says("School", 75))],
        "organization": "fqhc", "orders": ORDERS, "order": BEST, "only": ONLY, "chosen": ["untried", "worked"],
    }  # fmt: skip
    none: Values = {"driver": "", "organization": "", "chosen": [], "order": BEST, "words": "", "note": ""}
    found: Values = {
        **menus, "apart": False, "words": scene.says("warm call", 200), "stolen": [], "found": [*shared, packaged],
        "note": f"I read “intrep” as “{scene.says('interpreter', 64)}”.", "count": "7–12 of 40", "before": 0,
        "after": 12,
    }  # fmt: skip
    first: Values = {**found, **none, "apart": True, "stolen": shared[:3], "count": "1–6 of 40"}
    first |= {"before": None, "after": 6}
    nothing: Values = {"found": [], "stolen": [], "count": "", "before": None, "after": None}
    return [found, first, {**found, **nothing}, {**found, **none, **nothing, "drivers": [], "organizations": []}]


def _shared(scene: Scene, number: int) -> Line:
    return Line(
        number, packaged=False, title=scene.says("Calling back the same day", MOST_TITLE),
        whose=f"{scene.says('Alder & Main Counseling', NAME)} · It worked, or in part",
        told=scene.says("7 of 9 came to a first visit, where it was 4 of 10", MOST), tally=TALLY, takable=True,
    )  # fmt: skip


FACES: Mapping[str, Faces] = {"steal/found": _found}
