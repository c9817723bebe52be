"""`/steal` finds ideas of all teams, and one press makes a test of one."""

from typing import Any

import pytest

from bot.domain import ideas
from bot.domain.ideas import Idea
from bot.templates import Templates
from tests.cycling import buttons, cycles, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.town import Town

ALDER, PRAIRIE = 1, 2


@pytest.fixture
def shared(town: Town) -> None:
    """Nine ideas, the first of them Alder's."""
    with town.kit.store.transaction() as session:
        tell(session, town, ALDER, "Coffee by the form", "We moved the table")
        tell(session, town, PRAIRIE, "Rides on Tuesday", "A driver asks about transport & <!channel>", driver_id=1)
        for number in range(7):
            tell(session, town, PRAIRIE, f"Reminder {number}", f"Texts at {number} h")


@pytest.mark.usefixtures("shared")
def test_words_find_ideas_of_all_teams_and_one_press_tests_one(town: Town, ana: Persona, cleo: Persona) -> None:
    ana.runs("/steal transprot", "team-alder")

    assert (ana.form or {})["title"]["text"] == "Ideas to steal"
    assert "I read “transprot” as “transport”." in told(ana)
    assert "Rides on Tuesday\nA driver asks about transport & <!channel>\nPrairie Bend · It worked, or" in told(ana)
    ana.presses("Read all")
    assert "What we did\nA driver asks" in told(ana)
    ana.closes()
    ana.presses("Steal this")
    assert ana.submits(prediction="4 of 6 come", due="2026-02-10")["ok"]
    assert [cycle.change for cycle in cycles(town)] == ["A driver asks about transport & <!channel>"]
    ana.closes()

    cleo.runs("/steal ride")
    assert "Prairie Bend · It worked, or in part · tried by 1 team: 1 still testing" in told(cleo)
    assert "Steal this" not in buttons((cleo.form or {})["blocks"])  # it is their own
    cleo.submits(words="COFFÉE")
    assert "Coffee by the form\nWe moved the table\nAlder & Main · It worked" in told(cleo)
    assert "Rides" not in told(cleo)
    cleo.submits(words='"NEAR(* zebra')
    assert "Nothing here fits yet. Try fewer words, or another one." in told(cleo)
    cleo.submits(words="🙂 the")
    assert "There is no word in it to look for, so here is everything." in told(cleo)
    cleo.submits(words="coffee transport")
    assert "Nothing has all of these words; these have some of them." in told(cleo)


@pytest.mark.usefixtures("shared")
def test_the_window_is_leafed_through_and_narrowed(ana: Persona, cleo: Persona) -> None:
    cleo.runs("/steal coffee")
    cleo.presses("Steal this")
    cleo.submits(prediction="All drink it", due="2026-02-10")
    cleo.closes()

    ana.opens_home()
    ana.presses_at_home("Ideas to steal")
    said = told(ana)
    assert said.index("Stolen most\nCoffee by the form") < said.index("Newest\nReminder 6") < said.index("1–6 of 11")
    assert said.count("Coffee by the form") == 1
    ana.presses("More ideas")
    assert "7–11 of 11" in told(ana)
    assert "From the change package\n1.1 Same-day walk-in block" in told(ana)
    assert "Change package · Open the front door" in told(ana)
    ana.presses("Back")
    assert "1–6 of 11" in told(ana)

    ana.chooses("steal.driver", "Open the front door")
    assert titles(ana) == ["Rides on Tuesday", "1.1 Same-day walk-in block", "1.2 One warm call"]
    ana.chooses("steal.organization", "Federally qualified health center")
    assert titles(ana) == ["Rides on Tuesday"]
    ana.chooses("steal.driver", "All drivers")
    ana.chooses("steal.organization", "All organizations")
    ana.chooses("steal.only", ["untried"])
    assert "Coffee by the form" not in told(ana)
    ana.chooses("steal.only", ["worked"])
    assert set(titles(ana)) == {f"Reminder {number}" for number in range(1, 7)}
    ana.chooses("steal.only", [])
    ana.chooses("steal.order", "Most stolen first")
    assert titles(ana)[0] == "Coffee by the form"
    ana.chooses("steal.order", "Newest first")
    ana.types("words", "reminder 3")
    assert titles(ana) == ["Reminder 3"]
    ana.types("words", "reminder")
    assert set(titles(ana)) == {f"Reminder {number}" for number in range(1, 7)}


def test_an_idea_of_the_change_package_becomes_a_test_that_names_it(town: Town, ana: Persona) -> None:
    ana.runs("/allteach steal warm call", "team-alder")

    ana.presses("Open")
    assert (ana.form or {})["title"]["text"] != "Ideas to steal"
    ana.closes()
    ana.presses("Test this")
    assert ana.filled_in()["change"] == "One warm call"
    ana.submits(prediction="8 of 10 stay on the line", due="2026-02-10")

    assert [(cycle.change, cycle.idea_id) for cycle in cycles(town)] == [("One warm call", 2)]


def test_where_all_that_is_found_is_stolen_most_nobody_reads_that_nothing_is_shared_yet() -> None:
    line = {"id": 1, "title": "Coffee", "told": "By the form", "whose": "Alder", "tally": "tried by 1 team"}
    line |= {"takable": False, "packaged": False}
    window: dict[str, Any] = {"words": "", "drivers": [], "organizations": [], "orders": {"newest": "Newest first"}}
    window |= {"order": "newest", "only": {"worked": "Worked"}, "chosen": [], "driver": "", "note": "", "count": ""}

    window |= {"apart": True, "after": None}
    view = Templates().render("steal/found", {**window, "stolen": [line], "found": [], "before": None})

    said = texts(view["blocks"])
    assert "Stolen most" in said
    assert "Newest" not in said.replace("Newest first", "")
    assert "No team has shared" not in said


def test_guests_and_people_of_another_workspace_find_ideas_behind_all_actions(
    town: Town, ana: Persona, pru: Persona
) -> None:
    for name in ("gil", "olga"):
        guest = town.people[name]
        guest.presses("All actions", channel="team-alder")
        guest.presses("Ideas to steal")
        assert "1.2 One warm call" in told(guest)
        assert "Test this" in buttons((guest.form or {})["blocks"])
    pru.runs("/steal")
    assert "1.2 One warm call" in told(pru)
    assert "Test this" not in buttons((pru.form or {})["blocks"])  # she is in no team
    ana.runs("/steal help")
    assert ana.whispers()[-1].startswith("*/steal* shows the newest ideas")


def test_the_window_of_somebody_who_left_shows_nothing(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/steal")
    ana.submits(words="warm")
    sent = last_sent(town)

    mallory = town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")["id"]
    answer = sends_again(town, sent, Persona("mallory", mallory, town.slack, town.bot.settle))

    assert "One warm call" not in str(answer)
    assert "I don't know you yet" in str(answer)


def tell(session: Any, town: Town, team: int, title: str, what: str, **more: Any) -> None:
    idea = Idea(collaborative_id=1, team_id=team, person_id=1, title=title, what=what, shared_at=town.kit.now(), **more)
    ideas.share(session, idea)


def told(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"]).replace("\n\n", "\n")


def titles(person: Persona) -> list[str]:
    """What was found, top to bottom."""
    lists = [block for block in (person.form or {})["blocks"] if block["type"] == "rich_text"]
    return [block["elements"][0]["elements"][0]["text"].strip() for block in lists]
