"""Guests and people of other workspaces have no Home, commands or shortcuts: the team card and All actions do it."""

import pytest

from tests.cycling import TEST, buttons, card, cycles, learns, logs, runs_it
from tests.personas import Persona, texts
from tests.town import Town


@pytest.fixture(params=["gil", "olga"])
def guest(request: pytest.FixtureRequest, town: Town) -> Persona:
    """Gil is a single-channel guest, Olga is of another workspace; both are in Alder & Main."""
    return town.people[request.param]


def test_a_cycle_is_logged_run_and_learned_from_through_the_team_card_alone(town: Town, guest: Persona) -> None:
    assert not guest.runs("/pdsa", "team-alder")["ok"]
    assert not guest.uses("pdsa.new")["ok"]

    guest.presses("Log a PDSA cycle", channel="team-alder")
    assert guest.submits(**TEST)["ok"]
    guest.presses("All actions", channel="team-alder")
    assert "1 · planned" in texts((guest.form or {})["blocks"])
    guest.presses("Open")
    guest.presses("We ran it")
    assert guest.submits(happened="9 called")["ok"]
    guest.presses("Our cycles", channel="team-alder")
    guest.presses("Open")
    guest.presses("What did we learn")
    assert guest.submits(learned="7 of 9 came")["ok"]
    guest.presses("All actions", channel="team-alder")
    guest.presses("Open")
    guest.presses("Adapt")
    assert guest.submits(prediction="85 % reached")["ok"]
    guest.presses("All actions", channel="team-alder")
    guest.presses("Open")
    guest.presses("Edit")
    assert guest.submits(change="Nadia calls everybody")["ok"]

    assert [(one.stage, one.decision, one.change) for one in cycles(town)] == [
        ("act", "adapt", TEST["change"]),
        ("plan", "", "Nadia calls everybody"),
    ]
    assert f"{_name(guest)} · by" in card(guest, 2)


def test_all_actions_offer_what_home_offers(town: Town, ana: Persona) -> None:
    guest = town.people["gil"]
    logs(ana)
    ana.opens_home()
    guest.presses("All actions", channel="team-alder")

    of_the_lead = ("Pause our team", "Senior-leader page")
    at_home = [label for label in buttons(ana.home["blocks"]) if label not in of_the_lead]
    assert buttons((guest.form or {})["blocks"]) == at_home
    for offered in ("Log a PDSA cycle", "Our cycles", "What teams tried", "Open"):
        assert offered in buttons((guest.form or {})["blocks"])
    guest.presses("What teams tried")
    assert (guest.form or {})["title"]["text"] == "What teams tried"


def test_a_guest_decides_teaches_and_is_asked_like_anybody(town: Town) -> None:
    guest = town.people["olga"]
    guest.presses("Log a PDSA cycle", channel="team-alder")
    guest.submits(**{**TEST, "due": "2026-02-03"})
    town.later(days=1, minutes=1)
    town.bot.tick()
    assert any("Your test (cycle 1)" in text for text in guest.hears())
    guest.presses("Tell us")
    guest.submits(happened="9 called")
    learns(guest)
    guest.presses("Adopt")
    guest.submits(ticks=["owner"])
    guest.presses("Taught it on")
    guest.submits(topic="The warm call", people="4")

    assert "Taught 1 time to 4 people" in card(guest, 1)


def test_what_a_guest_typed_is_kept_like_anybodys(town: Town, ana: Persona) -> None:
    guest = town.people["gil"]
    logs(ana)
    runs_it(ana)
    guest.presses("What did we learn")
    guest.types("learned", "Half a thou")
    guest.closes()

    guest.presses("What did we learn")
    assert guest.filled_in()["learned"] == "Half a thou"


def _name(person: Persona) -> str:
    return {"gil": "Gil Santos", "olga": "Olga Novak"}[person.name]
