"""An example and a fullest of a date that changes: the form, what it shows before it is sent, and what is said."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain import event_changes, event_facts
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values

LATER = NOW + timedelta(days=1)
WORDS = "The room is flooded; bring your storyboards to the next one."
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/Stockholm")


def _events_change(scene: Scene) -> list[Values]:
    dates = scene.choices("AP1 call · Thu 19 Feb 12:00 EST")[:25]
    shown = {"collaborative": scene.collaborative(), "dates": dates, "whats": event_facts.WHATS, "meta": "{}"}
    typed = {"which": dates[0][0], "what": "moved", "day": "2026-02-20", "at": "13:00"}
    typed["words"] = scene.says("Flooded", 500)
    return [{**shown, "form": dict.fromkeys(typed, ""), "kept": False}, {**shown, "form": typed, "kept": True}]


def _events_preview(scene: Scene) -> list[Values]:
    people = [(NOW, ZONES[0])] * 38 + [(LATER, ZONES[1])] * 14
    late = [scene.says("Beth Nakamura (paused until Mon 16 Feb 2026)", NAME)] * 9
    reach = [
        event_facts.whom(52, 52, 12, 13), event_facts.when("People", people, NOW, late=late),
        event_facts.when("Channels", people[:13], NOW, late=[]), event_facts.away(late),
        event_facts.heard_otherwise(3, "Thu 19 Feb 12:00 EST"),
    ]  # fmt: skip
    moved = {**_dates(scene), "collaborative": scene.collaborative(), "zones": event_facts.in_zones(LATER, ZONES)}
    told = {"words": scene.says(WORDS, event_changes.MOST), "by": scene.says("Pru Adebayo", NAME), "meta": "{}"}
    full = {**moved, **told, "reach": reach, "night": event_facts.asleep(14, 52), "together": True}
    canceled = {"starts": None, "zones": [], "words": "", "reach": [event_facts.NOBODY], "night": "", "together": False}
    return [full, {**full, **canceled}]


def _events_night(scene: Scene) -> list[Values]:
    title = scene.says("AP1 call: first predictions", NAME)
    return [{"woken": woken, "people": 520, "title": title, "meta": "{}"} for woken in (14, 1)]


def _events_changed(scene: Scene) -> list[Values]:
    names = {"by": scene.says("Pru Adebayo", NAME), "collaborative": scene.collaborative().name}
    told = {"change": 1, **_dates(scene), **names, "zone": ZONES[1], "again": False, "team": "", "personal": True}
    told |= {"answered": True, "anew": True, "which": "1:1771520400"}
    person = {**told, "words": scene.says(WORDS, event_changes.MOST)}
    team = {**person, "personal": False, "team": scene.team().name, "starts": None, "words": "", "which": ""}
    team |= {"answered": False, "anew": False}
    everybody = {**person, "personal": False, "was": None, "again": True}
    return [person, team, everybody, {**person, "answered": False, "anew": False}]


def _dates(scene: Scene) -> Values:
    return {"title": scene.says("AP1 call: first predictions", NAME), "was": NOW, "known_as": NOW, "starts": LATER}


FACES: Mapping[str, Faces] = {
    "events/change": _events_change,
    "events/preview": _events_preview,
    "events/night": _events_night,
    "events/changed": _events_changed,
}
