"""An example and a fullest of a date that changes: the form, what it shows before it is sent, and what is said."""

from collections.abc import Mapping
from datetime import timedelta

from bot.cards import event_audience, event_ends, event_forms, event_news
from bot.domain import event_changes, event_facts, event_plans, event_repeats, rsvp_facts
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values

LATER = NOW + timedelta(days=1)
WORDS = "The room is flooded; bring your storyboards to the next one."
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/Stockholm")


def _events_change(scene: Scene) -> list[Values]:
    dates = scene.choices("AP1 call · Thu 19 Feb 12:00 PM EST")[:100]
    shown = {"collaborative": scene.collaborative(), "whats": event_facts.WHATS, "meta": "{}"}
    shown |= {"dates": [("February 2026", dates)], "more": False, "most": 300}
    typed = {"which": dates[0][0], "what": "moved", "day": "2026-02-20", "at": "13:00"}
    typed["words"] = scene.says("Flooded", 500)
    empty = {**shown, "form": dict.fromkeys(typed, ""), "kept": False}
    return [empty, {**shown, "form": typed, "kept": True, "more": True}]


def _events_preview(scene: Scene) -> list[Values]:
    people = [(NOW, ZONES[0])] * 38 + [(LATER, ZONES[1])] * 14
    late = [scene.says("Beth Nakamura (paused until Mon 16 Feb 2026)", NAME)] * 9
    reach = [
        event_facts.whom(52, 52, 12, 13), event_facts.when("People", people, NOW, late=late),
        event_facts.when("Channels", people[:13], NOW, late=[]), event_facts.away(late),
        event_facts.heard_otherwise(3, "Thu 19 Feb 12:00 PM EST"),
    ]  # fmt: skip
    moved = {**_dates(scene), "collaborative": scene.collaborative(), "zones": event_facts.in_zones(LATER, ZONES, NOW)}
    told = {"words": scene.says(WORDS, event_changes.MOST), "by": scene.says("Pru Adebayo", NAME), "meta": "{}"}
    moved["remarks"] = ["3:00 AM is at night in America/New_York.", "Sun 8 Mar 2026 is on a weekend."]
    full = {**moved, **told, "reach": reach, "night": event_facts.asleep(14, 52), "together": True}
    canceled = {"starts": None, "zones": [], "words": "", "reach": [event_facts.NOBODY], "night": "", "together": False}
    canceled["remarks"] = []
    return [full, {**full, **canceled}]


def _events_night(scene: Scene) -> list[Values]:
    title = scene.says("AP1 call: first predictions", NAME)
    return [{"woken": woken, "people": 520, "title": title, "meta": "{}"} for woken in (14, 1)]


def _events_changed(scene: Scene) -> list[Values]:
    names = {"by": scene.says("Pru Adebayo", NAME), "collaborative": scene.collaborative().name}
    told = {"change": 1, **_dates(scene), **names, "zone": ZONES[1], "again": False, "team": "", "personal": True}
    told |= {"ends": 0, "last": LATER}
    told |= {"because": event_news.BECAUSE[event_audience.SAID], "anew": True, "which": "1:1771520400", "says": ""}
    person = {**told, "words": scene.says(WORDS, event_changes.MOST)}
    team = {**person, "personal": False, "team": scene.team().name, "starts": None, "words": "", "which": ""}
    team |= {"anew": False}
    everybody = {**person, "personal": False, "was": None, "again": True}
    at_short_notice = {**person, "because": event_news.BECAUSE[event_audience.SHORT], "anew": False}
    answered = {**person, "says": "You said that you're coming.", "which": ""}
    ended = {**team, "ends": 4, "words": person["words"]}
    return [person, team, everybody, at_short_notice, answered, ended, {**ended, "ends": 1}]


def _events_end(scene: Scene) -> list[Values]:
    count = len(scene.rows(7))
    told: Values = {
        "title": scene.says("Office hours", NAME), "rhythm": "every Tuesday, until Tue 3 Mar 2026",
        "count": event_facts.counted(count, "date"), "dates": ["Tue 10 Feb 12:00 PM EST"] * count,
        "reach": [event_facts.whom(52, 2, 12, 13)], "zone": ZONES[0], "first": NOW, "last": LATER, "ends": count,
        "told": True, "meta": "{}",
    }  # fmt: skip
    return [told, {**told, "ends": 1}, {**told, "reach": [event_ends.NOBODY_KNOWS], "told": False, "rhythm": ""}]


def _events_form(scene: Scene) -> list[Values]:
    hosts = [("All of them", [(event_forms.NOBODY, "Nobody in particular"), (event_forms.IN_TURN, "Teams in turn")])]
    hosts += [("A team", group[:100]) for group in [scene.choices("Alder & Main Counseling")]]
    form = {
        "title": scene.says("First predictions", event_plans.MOST_TITLE), "kind": "call", "day": "2026-02-19",
        "at": "12:00", "minutes": "60", "last_day": "", "repeats": "month", "until": "2026-12-09", "rule": "",
        "join_url": "https://meet.example.org/open-door", "host": event_forms.IN_TURN, "presenters": "2",
        "agenda": scene.says("5 welcome and roll · 5 where we stand", event_plans.MOST_AGENDA),
    }  # fmt: skip
    shown = {
        "collaborative": scene.collaborative(), "event": 1, "kinds": rsvp_facts.KINDS, "form": form, "meta": "{}",
        "kept": True, "repeats": event_repeats.CHOICES, "presenters": {"0": "no teams", "2": "2 teams"}, "hosts": hosts,
    }  # fmt: skip
    understood = {
        "rhythm": "every third Thursday of a month, until Thu 19 Nov 2026",
        "dates": ["Thu 19 Feb 2026 12:00 PM EST"] * 6, "remarks": ["A coaching call takes place then too."] * 2,
        "more": "and 4 dates more, the last on Thu 19 Nov 2026", "until": "lasts 1 hour",
        "moves": ["A is canceled"] * 3,
        "zones": event_facts.in_zones(LATER, ZONES, NOW), "follows": [event_forms.ASKED],
    }  # fmt: skip
    new = {
        "event": 0,
        "understood": None,
        "kept": False,
        "form": {**form, "day": "", "title": "", "agenda": "", "join_url": ""},
    }
    bare = {**understood, "rhythm": "", "more": "", "moves": [], "zones": [], "follows": []}
    bare |= {"until": "each day from 9:00 AM to 4:00 PM, the last on Fri 20 Feb 2026", "remarks": []}
    return [{**shown, "understood": understood}, {**shown, **new}, {**shown, "event": 0, "understood": bare}]


def _events_list(scene: Scene) -> list[Values]:
    line = {
        "title": scene.says("AP1 call: first predictions", NAME), "kind": rsvp_facts.KINDS["call"],
        "rhythm": "every third Thursday of a month, until Thu 19 Nov 2026", "next": NOW,
    }  # fmt: skip
    line |= {"lasts": "1 hour", "until": "", "says": "You said that you're coming.", "which": "1:1771520400"}
    line |= {"join_url": "https://meet.example.org/open-door", "together": False, "whose": ""}
    listed = [{**line, "id": row, "many": bool(row % 2)} for row in scene.rows(30)]
    shown = {"collaborative": scene.collaborative(), "may": True, "listed": listed, "more": 0}
    few = [{**line, "id": 1, "rhythm": "", "many": False, "join_url": "", "says": "", "which": "", "together": True}]
    few[0] |= {"lasts": "", "until": "Fri 20 Feb 2026", "whose": scene.team().name}
    return [shown, {**shown, "may": False, "listed": few, "more": 3}, {**shown, "listed": []}]


def _events_edited(scene: Scene) -> list[Values]:
    told = {
        "title": scene.says("AP1 call: first predictions", NAME), "collaborative": scene.collaborative().name,
        "zone": ZONES[0], "what": "the link and the agenda", "starts": NOW,
        "join_url": "https://meet.example.org/open-door", "some": False,
    }  # fmt: skip
    return [told, {**told, "starts": None, "join_url": "", "some": True}]


def _events_calendar(scene: Scene) -> list[Values]:
    line = {
        "title": scene.says("AP1 call: first predictions", NAME), "kind": rsvp_facts.KINDS["call"], "starts": NOW,
        "last": "", "moved": False, "together": False, "dates": 1, "rhythm": "",
    }  # fmt: skip
    often = {**line, "dates": 12, "rhythm": "every Friday, until Fri 28 Aug 2026"}
    first = {
        **line,
        "starts": NOW - timedelta(days=1),
        "kind": rsvp_facts.KINDS["session"],
        "last": "Fri 20 Feb 2026",
        "moved": True,
    }
    name = "Learning session 1 and the action period after it"
    phases = [{"name": name, "lines": [first, often, *[line] * (11 if scene.filling else 2)]}] * (
        3 if scene.filling else 1
    )
    shown = {"collaborative": scene.collaborative(), "phases": phases, "over": 2, "more": 3, "next": first}
    one = {"phases": [{"name": "Congress", "lines": [first]}], "over": 1, "more": 0}
    return [shown, {**shown, **one}, {**shown, "phases": [], "over": 0, "more": 0, "next": ""}]


def _dates(scene: Scene) -> Values:
    title = scene.says("AP1 call: first predictions", NAME)
    return {"title": title, "was": NOW, "known_as": NOW, "planned": NOW - timedelta(days=1), "starts": LATER}


FACES: Mapping[str, Faces] = {
    "events/change": _events_change,
    "events/preview": _events_preview,
    "events/night": _events_night,
    "events/changed": _events_changed,
    "events/end": _events_end,
    "events/form": _events_form,
    "events/list": _events_list,
    "events/edited": _events_edited,
    "events/calendar": _events_calendar,
}
