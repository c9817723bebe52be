"""An example and a fullest of a call's card, of what follows its buttons, and of its forms."""

from collections.abc import Mapping
from datetime import timedelta

from bot.cards import call_cards
from bot.domain import rsvp_facts
from bot.domain.events import Event
from bot.domain.rsvps import Said, Tally
from bot.gallery.scenes import LINE, NAME, NOW, Faces, Scene, Values

WHICH = "1:1771520400"
LATER = NOW + timedelta(days=1)
_STANDS: Values = {"state": call_cards.COMES, "known_as": NOW, "changed": False, "moved": None}
_MOVED: Values = {"changed": True, "moved": LATER}


def _calls_card(scene: Scene) -> list[Values]:
    agenda = scene.says("Roll call, the chart of all teams, two teams with one test each, ask and offer.")
    event = Event(
        id=1, collaborative_id=1, title=scene.says("AP1 call: first predictions", NAME), kind="call", starts=NOW,
        join_url="https://meet.example.org/open-door", agenda=agenda,
    )  # fmt: skip
    people = tuple(scene.says(name, NAME) for name in ("Ana Reyes", "Ben Castellano"))
    told = Tally(tuple((scene.team(row).name, people[:row]) for row in scene.rows(160)), cannot=1, teams=12)
    none = Tally((), 0, 12)
    nobody: Values = {"open": False, "line": "", "teams": "", "worth": False, "worth_line": ""}
    full = {
        "event": event, "kind": rsvp_facts.KINDS["call"], "collaborative": scene.collaborative(), "known_as": LATER,
        "zone": scene.collaborative().timezone, "team": "",
        "until": None, "lasts": "1 hour", "host": scene.team().name, "state": call_cards.COMES, "moved": None,
        "anew": False, "presents": rsvp_facts.named([scene.team().name, scene.team(2).name]), "swaps": True,
        "tally": rsvp_facts.tally(told), "who": rsvp_facts.who(told), "which": WHICH, "together": True, "here": nobody,
        "has_words": True, "asks": True,
    }  # fmt: skip
    new = {
        "tally": rsvp_facts.tally(none),
        "who": [],
        "host": "",
        "presents": "",
        "swaps": False,
        "event": event.model_copy(update={"agenda": ""}),
    }
    days = {"until": LATER + timedelta(days=1), "lasts": "", "kind": rsvp_facts.KINDS["session"]}
    return [
        full,
        {**full, **new},
        {**full, **days, "moved": NOW, "anew": True},
        {**full, "anew": True, "team": scene.team().name},
        {**full, "asks": False, "kind": rsvp_facts.KINDS["office_hours"]},
        {**full, "state": call_cards.CANCELED},
        {**full, "here": {**nobody, "open": True}},
        {**full, "state": call_cards.OVER, "here": here(scene)},
        {**full, **new, "lasts": "", "state": call_cards.GONE},
    ]


def _calls_named(scene: Scene) -> list[Values]:
    told = {
        "name": scene.says("Ben", NAME), "by": scene.says("Ana Reyes", NAME), **_STANDS, "says": "", "which": WHICH,
        "title": scene.says("AP1 call: first predictions", NAME), "zone": "America/Chicago",
        "join_url": "https://meet.example.org/open-door", "polled": False,
    }  # fmt: skip
    without = {**told, "join_url": ""}
    return [
        told,
        {**told, **_MOVED, "says": "You said that you're coming."},
        {**without, "says": "You said that you can't."},
        {**without, **_MOVED},
        {**told, "polled": True},
        {**without, "changed": True, "state": call_cards.CANCELED},
    ]


def _calls_declined(scene: Scene) -> list[Values]:
    told = {
        "name": scene.says("Ana", NAME), "people": scene.says("Ben Castellano", NAME), **_STANDS,
        "title": scene.says("AP1 call: first predictions", NAME), "zone": "America/Chicago", "open": True,
        "which": WHICH, "stands": next_call(scene)["stands"],
    }  # fmt: skip
    two = {**told, "people": "Ben Castellano and Gil Santos", "stands": "", "open": False}
    return [told, two, {**told, "people": ""}, {**two, "people": "", **_MOVED}]


def _calls_reminder(scene: Scene) -> list[Values]:
    told = {
        "title": scene.says("AP1 call: first predictions", NAME), "known_as": NOW, "zone": "America/Chicago",
        "join_url": "https://meet.example.org/open-door", "state": call_cards.COMES, "which": WHICH, "ahead": "week",
        "stands": next_call(scene)["stands"], "collaborative": scene.collaborative().name, "asks": True,
    }  # fmt: skip
    return [
        told,
        {**told, "ahead": "soon", "state": call_cards.MOVED},
        {**told, "ahead": "day", "asks": False},
        {**told, "ahead": "day", "join_url": "", "state": call_cards.CANCELED},
    ]


def _calls_someone(scene: Scene) -> list[Values]:
    title = scene.says("AP1 call: first predictions", NAME)
    people = scene.choices("Ben Castellano")
    return [{"title": title, "when": "Thu 19 Feb 11:00 AM CST", "people": people, "meta": "{}"}]


def _calls_for_team(scene: Scene) -> list[Values]:
    menu, dates = scene.choices("Alder & Main Counseling"), scene.choices("AP1 call · Thu 19 Feb 12:00 PM EST")[:25]
    return [{"dates": dates, "menus": menus, "meta": "{}"} for menus in ([menu], [menu, menu])]


def _calls_for_person(scene: Scene) -> list[Values]:
    names = [scene.says(name, NAME) for name in ("Ana Reyes", "Ben Castellano")] * (10 if scene.filling else 1)
    said = [Said(3, row, name, coming=row % 2 == 0) for row, name in enumerate(names)]
    shown = {"team": scene.team(), "date": f"{scene.says('AP1 call', NAME)} of Thu 19 Feb 12:00 PM EST", "meta": "{}"}
    return [{**shown, "stands": rsvp_facts.stands(told), "people": scene.choices("Ana Reyes")} for told in (said, [])]


def next_call(scene: Scene) -> Values:
    """The next date, as it stands on a team's card and at Home."""
    said = [Said(3, 1, scene.says("Ana Reyes", NAME), True), Said(3, 2, scene.says("Ben Castellano", NAME), False)]
    title = scene.says("AP1 call: first predictions", LINE)
    told = {"title": title, "starts": NOW, "which": WHICH, "stands": rsvp_facts.stands(said)}
    return {**told, "asks": True, "together": True}


def on_now(scene: Scene) -> Values:
    """A date that goes on, as it stands on a team's card and at Home."""
    title, name = scene.says("AP1 call: first predictions", LINE), scene.says("Ana Reyes", NAME)
    stands = f"Here: {rsvp_facts.named([name] * 2)}."
    return {"title": title, "which": WHICH, "stands": stands, "open": True, "worth": scene.number > 7}


def here(scene: Scene) -> Values:
    """Who was there, by team."""
    teams = ", ".join(f"{scene.team().name} ({row})" for row in scene.rows(160))
    worth = "Worth the time, from 1 to 5: 3 said 4, 2 said 5."
    line = "Here: 7 of 12 teams, 15 people."
    return {"open": True, "line": line, "teams": teams, "worth": True, "worth_line": worth}


def _presenting_turn(scene: Scene) -> list[Values]:
    told = {
        "team": scene.team().name, "title": scene.says("AP1 call: first predictions", NAME), "known_as": NOW,
        "zone": "America/Chicago", "hosts": False, "theirs": True, "comes": True, "which": WHICH,
        "instead": "", "by": "",
    }  # fmt: skip
    gone = {"theirs": False, "instead": scene.team(2).name}
    swapped = {**told, "by": scene.says("Ana Reyes", NAME)}
    return [told, swapped, {**told, "hosts": True}, {**told, **gone}, {**told, "comes": False}]


def _presenting_swapped(scene: Scene) -> list[Values]:
    told: Values = {
        "team": scene.team().name, "other": scene.team(2).name, "by": scene.says("Ana Reyes", NAME), "takes": False,
        "title": scene.says("AP1 call: first predictions", NAME), "known_as": NOW, "zone": "America/Chicago",
        "hosts": False, "which": WHICH,
    }  # fmt: skip
    return [told, {**told, "takes": True, "hosts": True}]


def _presenting_swap(scene: Scene) -> list[Values]:
    turns = scene.choices("Alder & Main Counseling presents")[:25]
    takers = [("Next in turn first", scene.choices("Birch Street Clinic · had no turn yet")[:100])]
    title = scene.says("AP1 call: first predictions", NAME)
    return [{"title": title, "when": "Thu 19 Feb 12:00 PM EST", "turns": turns, "takers": takers, "meta": "{}"}]


FACES: Mapping[str, Faces] = {
    "calls/card": _calls_card,
    "calls/named": _calls_named,
    "calls/declined": _calls_declined,
    "calls/reminder": _calls_reminder,
    "calls/someone": _calls_someone,
    "presenting/turn": _presenting_turn,
    "presenting/swap": _presenting_swap,
    "presenting/swapped": _presenting_swapped,
    "calls/for_team": _calls_for_team,
    "calls/for_person": _calls_for_person,
}
