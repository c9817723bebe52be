"""An example and a fullest of shout-outs and of the weekly post."""

from collections.abc import Mapping

from bot.cards import shoutout_forms, weekly_cards
from bot.domain import shoutout_facts, shoutouts, weekly
from bot.domain.shoutouts import Shoutout
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values

WORDS = "the intake walk-through that made us wince and then fix it"
ABOUT = "cycle 7 of Alder & Main Counseling: Nadia calls the next 10 callers within a day"


def _card(scene: Scene) -> list[Values]:
    alone = {**_thanks(scene, 1), "first": False}
    return [alone, {**alone, "about": "", "value": "", "first": True}]


def _told(scene: Scene) -> list[Values]:
    alone = {**_thanks(scene, 1), "several": False, "first": False}
    return [alone, {**alone, "several": True, "about": "", "first": True}]


def _given(scene: Scene) -> list[Values]:
    common = {**_thanks(scene, 1), "until": NOW + shoutouts.UNDO, "zone": "America/Chicago", "undo": True}
    where = shoutout_facts.listed([f"#{scene.channel(row).name}" for row in scene.rows(shoutouts.MOST_THANKED)])
    return [{**common, "where": where}, {**common, "where": ""}, {**common, "where": where, "undo": False}]


def _hidden(scene: Scene) -> list[Values]:
    named = {"to": _to(scene), "coordinator": scene.says("Pru Adebayo", NAME)}
    return [{**named, "collaborative": scene.says("Open Door", NAME)}]


def _give(scene: Scene) -> list[Values]:
    people = scene.choices("Ben Castellano · Alder & Main")
    crowd = [(str(number), label) for number, (_, label) in enumerate(scene.choices("Prairie Bend") * 3)]
    common = {
        "collaborative": scene.collaborative(),
        "people": [],
        "teams": shoutout_forms.groups(scene.choices("Prairie Bend")),
        "norms": [*shoutouts.VALUES.items()],
        "most": shoutouts.MOST,
        "at_once": shoutouts.MOST_THANKED,
        "meta": "{}",
    }
    chosen = {"people": ["1"], "teams": ["1"], "words": scene.says(WORDS, shoutouts.MOST), "value": "credit"}
    new = {**common, "said": "", "chosen": "", "kept": False, "cycles": [], "ideas": [], "form": shoutout_forms.EMPTY}
    linked = {"cycles": scene.choices(ABOUT[:60]), "ideas": scene.choices("Put the coffee by the form")}
    full = {
        **new,
        **linked,
        "people": people[: shoutouts.MOST_THANKED],
        "form": {**shoutout_forms.EMPTY, **chosen},
        "kept": True,
    }
    return [
        new,
        full,
        {
            **full,
            "teams": shoutout_forms.groups(crowd),
            "kept": False,
            "said": scene.says("No.", 1500),
            "chosen": _to(scene),
        },
    ]


def _list(scene: Scene) -> list[Values]:
    lines = [
        {**_thanks(scene, row), "id": row, "day": "Tue 3 Feb 2026", "hide": True, "undo": row == 1}
        for row in scene.rows(shoutout_forms.SHOWN)
    ]
    waiting = [f"{scene.says('Prairie Bend', NAME)}: not thanked yet" for _ in scene.rows(shoutout_forms.MOST_TEAMS)]
    here: Values = {"collaborative": scene.collaborative(), "lines": lines, "waiting": [], "more_waiting": 0}
    return [
        {**here, "staff": False},
        {**here, "staff": True, "waiting": waiting, "more_waiting": 3},
        {**here, "staff": True, "lines": []},
    ]


def _post(scene: Scene) -> list[Values]:
    idea = {"title": scene.says("Put the coffee by the form, not after it", 120), "kind": "It worked, or in part"}
    team = scene.says("Alder & Main Counseling", NAME)
    meeting = {"title": scene.says("AP1 call", NAME), "starts": NOW}
    common = {"team": scene.team(), "collaborative": scene.collaborative(), "zone": "America/Chicago"}
    full = {
        **common,
        "ideas": [{**idea, "id": row, "team": team} for row in scene.rows(weekly_cards.MOST)],
        "more_ideas": 7,
        "shoutouts": [_thanks(scene, row) for row in scene.rows(weekly_cards.MOST)],
        "more_shoutouts": 3,
        "dates": [meeting for _ in scene.rows(weekly.MOST_DATES)],
    }
    one = {**full, "ideas": [], "more_ideas": 0, "shoutouts": [_thanks(scene, 1)], "more_shoutouts": 0, "dates": []}
    return [full, one, {**one, "shoutouts": []}]


def _thanks(scene: Scene, row: int) -> Values:
    shoutout = Shoutout(
        id=row, collaborative_id=1, person_id=1, words=scene.says(WORDS, shoutouts.MOST), at=NOW
    )  # fmt: skip
    return {
        "shoutout": shoutout,
        "collaborative": scene.says("Open Door", NAME),
        "by": f"{scene.says('Cleo Hart', NAME)} of {scene.says('Prairie Bend', NAME)}",
        "to": _to(scene),
        "about": scene.says(ABOUT, 400),
        "value": shoutouts.VALUES["learning"],
    }


def _to(scene: Scene) -> str:
    whom = f"{scene.says('Ana Reyes', NAME)} of {scene.says('Alder & Main Counseling', NAME)}"
    return shoutout_facts.listed([whom for _ in scene.rows(shoutouts.MOST_THANKED)])


FACES: Mapping[str, Faces] = {
    "shoutouts/card": _card,
    "shoutouts/told": _told,
    "shoutouts/given": _given,
    "shoutouts/hidden": _hidden,
    "shoutouts/give": _give,
    "shoutouts/list": _list,
    "weekly/post": _post,
}
