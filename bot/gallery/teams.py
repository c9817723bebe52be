"""An example and a fullest of what is said of teams, their channels and their launch."""

from collections.abc import Mapping

from bot import launch
from bot.domain import team_facts
from bot.domain.collaboratives import Collaborative
from bot.gallery import calls, polls
from bot.gallery.scenes import DAY, IN_THE_WAY, LINE, NAME, NOW, Faces, Scene, Values


def _teams_card(scene: Scene) -> list[Values]:
    full = {
        "team": scene.team(),
        "aim": scene.collaborative().aim,
        "members": [scene.says(f"Ana Reyes, team lead ({number})", NAME + LINE) for number in scene.rows(15)],
        "open_seats": ["senior leader", "data lead"],
        "coach": scene.says("Tobias Lindqvist", NAME),
        "cycles": scene.lines(10),
        "only_one": False,
        "call": calls.next_call(scene),
        "polls": [polls.asked(scene), {**polls.asked(scene), "id": 2}],
        "here": calls.on_now(scene),
        "zone": "America/New_York",
        "standing": "",
        "numbers": "January 2026: 3 of 8 in, due Tue 17 Feb 2026",
    }
    new = {
        "aim": "",
        "members": [],
        "open_seats": [],
        "coach": "",
        "cycles": [],
        "only_one": True,
        "call": None,
        "polls": [],
        "here": None,
        "numbers": "",
    }
    return [full, {**full, **new}, {**full, "standing": scene.pause()}]


def _pauses_form(scene: Scene) -> list[Values]:
    return [
        {"team": scene.team(), "until": DAY.isoformat(), "meta": "{}", "leaves": one} for one in ("ours", "theirs", "")
    ]


def _launch_preview(scene: Scene) -> list[Values]:
    people, channels = (
        [scene.person(row).name for row in scene.rows(8)],
        [scene.channel(row) for row in scene.rows(160)],
    )
    names = [channel.name for channel in channels]
    groups = [launch.Group(scene.team(row).name, people, people[:1]) for row in scene.rows(160)]
    preview = launch.Preview(groups, welcomed=300, waiting=2, channels=160, not_ready=names[1:], cards=names[:1])
    before = {"collaborative": scene.collaborative(), "preview": preview, "meta": "{}"}
    return [before, {**before, "collaborative": scene.collaborative(launched_at=NOW)}]


def _channels_progress(scene: Scene) -> list[Values]:
    before = progress(scene, scene.collaborative())
    done = {"ready": 40, "in_the_way": [], "kept_out": [], "waited_for": [], "more_waited_for": 0, "launched": True}
    return [before, {**before, **done}]


def progress(scene: Scene, collaborative: Collaborative) -> Values:
    """How far the channels are, with something in the way of everything."""
    person, where = scene.says("Gil Santos (gil@example.org)", NAME), scene.channel(1).name
    return {
        "collaborative": collaborative,
        "ready": 27,
        "all": 40,
        "in_the_way": [scene.channel(row) for row in scene.rows(team_facts.MOST)],
        "kept_out": [{"who": person, "where": where, "problem": IN_THE_WAY} for _ in scene.rows(team_facts.MOST)],
        "waited_for": [person for _ in scene.rows(team_facts.MOST)],
        "more_waited_for": 12,
        "launched": False,
    }


FACES: Mapping[str, Faces] = {
    "teams/card": _teams_card,
    "pauses/form": _pauses_form,
    "launch/preview": _launch_preview,
    "channels/progress": _channels_progress,
}
