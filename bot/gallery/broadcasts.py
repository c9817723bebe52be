"""An example and a fullest of broadcasts: the form, its preview, each team's copy, and how it goes."""

from collections.abc import Mapping

from bot.cards import broadcast_cards, broadcast_entries, broadcast_forms, shoutout_forms
from bot.domain import audiences, broadcasts, event_facts, months, organization_types, phases, team_facts
from bot.gallery.calls import WHICH
from bot.gallery.scenes import DAY, NAME, Faces, Scene, Values

WORDS = (
    "January numbers are due on Tuesday the 17th. Four minutes for most teams: https://meet.example.org/x has help. "
    "Thank you, Alder & Main Counseling!"
)
TO = "teams whose January data is not in yet, without paused teams"
WHEN = "at 9:00 AM on Tue 10 Feb 2026 where each team is"


def _copy(scene: Scene) -> list[Values]:
    words = scene.says(WORDS, broadcasts.MOST)
    plain: Values = {
        "broadcast": 1, "team": 3, "words": words, "parts": broadcasts.parts(words),
        "by": scene.says("Pru Adebayo", NAME), "does": "coordinates", "which": "",
        "collaborative": scene.says("Open Door", NAME), "to": _to(scene),
        "ring": "", "role": "", "mentions": [], "names": "", "asks": True, "version": 1,
    }  # fmt: skip
    ringing = {
        "ring": broadcasts.CHANNEL,
        "role": team_facts.ROLES["data_lead"],
        "mentions": ["U0BEN", "U0ANA"][: len(scene.rows(2))],
    }
    ringing |= {"does": "directs", "which": WHICH}
    named = scene.says("Ben Castellano", NAME)
    return [plain, {**plain, **ringing, "names": named, "asks": False}]


def _progress(scene: Scene) -> list[Values]:
    told = {"problems": [], "more_problems": 0}
    teams = event_facts.counted(len(scene.rows(1000)), "team")
    window = ["It goes out on Mon 2 Feb 10:01 AM EST. Until then Undo stops it."]
    going = [f"Delivered to 1 of {teams}.", "On their way: 2.", "Not delivered or not edited: 1.", f"Got it: {teams}."]
    problem = f"{scene.says('Prairie Bend', NAME)}: The channel is archived. Unarchive it, then try again."
    full = {**told, "problems": [problem] * broadcast_cards.MOST_PROBLEMS, "more_problems": 7}
    return [
        {**told, **_told(scene, window), "undo": True},
        {**full, **_told(scene, going), "when": WHEN},
        {**told, **_told(scene, [broadcast_cards.TAKEN_DOWN]), "begins": "", "alive": False},
        {**told, **_told(scene, [broadcast_cards.UNDONE]), "alive": False, "again": True},
    ]


def _left(scene: Scene) -> list[Values]:
    told = {name: one for name, one in _told(scene, []).items() if name not in ("said", "undo", "counted", "again")}
    waits = {**told, "by": scene.says("Pru Adebayo", NAME), "when": WHEN, "waits": True}
    return [waits, {**waits, "begins": "", "when": "", "waits": False}]


def _compose(scene: Scene) -> list[Values]:
    types = [(one, organization_types.called(one)) for one in ("fqhc", "community_mental_health")]
    new: Values = {
        "collaborative": scene.collaborative(), "kept": False,
        "form": broadcast_forms.EMPTY, "last_month": "January 2026",
        "whos": audiences.WHO, "teams": shoutout_forms.groups(scene.choices("Prairie Bend")), "types": types,
        "roles": [(role, team_facts.ROLES[role]) for role in audiences.ROLES],
        "phases": [*phases.PHASES.items()], "periods": [("2026-01-01", months.called(DAY.replace(month=1, day=1)))],
        "calls": scene.choices("AP1 call · Thu 19 Feb 12:00 PM EST")[:broadcast_forms.MOST_DATES], "more_calls": True,
        "rings": [], "more": broadcast_forms.MORE,
        "most": broadcasts.MOST, "meta": "{}",
    }  # fmt: skip
    chosen = {"words": scene.says(WORDS, broadcasts.MOST), "who": "chosen", "teams": ["1"], "types": ["fqhc"]}
    chosen |= {"role": "data_lead", "phase": "ap1", "day": DAY.isoformat(), "at": "10:30", "more": ["got_it"]}
    full = {**new, "kept": True, "form": {**broadcast_forms.EMPTY, **chosen}, "rings": [*broadcasts.RINGS.items()]}
    return [new, full, {**new, "teams": [], "types": [], "calls": []}]


def _preview(scene: Scene) -> list[Values]:
    plain, ringing = _copy(scene)
    skipped = [f"{scene.says('Prairie Bend', NAME)}: it takes a pause until Mon 1 Jun 2026"]
    teams = scene.choices("Alder & Main Counseling")
    now: Values = {
        "broadcast": 1, "to": _to(scene), "reach": "9 teams of 12 get it.", "skipped": [], "more_skipped": 0,
        "when": "It goes out a minute after you send it; until then Undo stops it.",
        "teams": shoutout_forms.groups(teams), "as_team": teams[0] if teams else ("3", "Alder & Main Counseling"),
        "shown": plain, "scheduled": False, "ring": "", "people": 0, "meta": "{}", "notes": [],
    }  # fmt: skip
    full = {**now, "skipped": skipped * broadcast_forms.MOST_SKIPPED, "more_skipped": 7, "shown": ringing}
    nobody = {**now, "reach": broadcast_forms.NOBODY, "teams": [], "as_team": ("", ""), "shown": None, "when": ""}
    notes = [broadcast_entries.RINGS_NOBODY.format(word="@channel"), broadcast_entries.LEAD.format(role="data lead")]
    return [now, {**full, "notes": notes, "scheduled": True, "ring": broadcasts.CHANNEL, "people": 412}, nobody]


def _ring(scene: Scene) -> list[Values]:
    return [{"people": people, "ring": broadcasts.CHANNEL, "meta": "{}"} for people in (412, 1)]


def _edit(scene: Scene) -> list[Values]:
    return [{"words": scene.says(WORDS, broadcasts.MOST), "most": broadcasts.MOST, "meta": "{}"}]


def _list(scene: Scene) -> list[Values]:
    lines = [
        {**_told(scene, ["Delivered to 9 of 12 teams."], number), "when": WHEN if number == 2 else ""}
        for number in scene.rows(broadcast_forms.LISTED)
    ]
    return [
        {"collaborative": scene.collaborative(), "lines": lines, "page": 0, "last": 1},
        {"collaborative": scene.collaborative(), "lines": [], "page": 0, "last": 0},
    ]


def _report(scene: Scene) -> list[Values]:
    delivered = {
        "text": f"{scene.says('Alder & Main', NAME)}: delivered Mon 2 Feb 9:01 AM CST. Got it: 2 people.",
        "letter": 0,
    }
    stuck = {"text": f"{scene.says('Prairie Bend', NAME)}: not delivered: The channel is archived.", "letter": 7}
    told = {
        **_told(scene, ["Delivered to 9 of 12 teams."]),
        "answer": "",
        "page": 0,
        "last": 0,
        "begun": True,
        "meta": "{}",
    }
    many = [stuck if row == 2 else delivered for row in scene.rows(broadcast_forms.PAGE)]
    return [
        {**told, "lines": [delivered, stuck]},
        {**told, "lines": many, "page": 1, "last": 2, "answer": "It is being tried again.", "undo": True, "when": WHEN},
        {**told, "lines": [], "begun": False},
        {**told, "lines": [], "alive": False, "begun": False, "again": True},
    ]


def _told(scene: Scene, said: list[str], number: int = 1) -> Values:
    begins = scene.says(WORDS, broadcast_cards.BEGINS)[: broadcast_cards.BEGINS]
    return {
        "broadcast": number, "begins": begins, "to": _to(scene), "when": "", "said": said, "undo": False, "alive": True,
        "again": False, "counted": "09:01:15 CST",
    }  # fmt: skip


def _to(scene: Scene) -> str:
    return scene.says(TO, 400)


FACES: Mapping[str, Faces] = {
    "broadcasts/compose": _compose,
    "broadcasts/preview": _preview,
    "broadcasts/ring": _ring,
    "broadcasts/copy": _copy,
    "broadcasts/trial": _copy,
    "broadcasts/progress": _progress,
    "broadcasts/left": _left,
    "broadcasts/edit": _edit,
    "broadcasts/list": _list,
    "broadcasts/report": _report,
}
