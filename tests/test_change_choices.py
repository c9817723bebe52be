"""An idea of the change package is chosen by typing a word of it, also where there are five hundred."""

from datetime import UTC, datetime

from sqlmodel import Session

from bot.domain import change_choices
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.collaboratives import Collaborative
from tests.cycling import last_sent, only_people_are_heard, sends_again
from tests.personas import Persona
from tests.town import Town

IN_ALL, WALK_IN, WARM_CALL = "Open the front door, in all", "1.1 Same-day walk-in block", "1.2 One warm call"


def test_what_fits_is_offered_under_its_driver(town: Town) -> None:
    found = {
        "": [IN_ALL, WALK_IN, WARM_CALL], "w": [WALK_IN, WARM_CALL], "WÁRM ca": [WARM_CALL], "1.2": [WARM_CALL],
        "front door": [IN_ALL, WALK_IN, WARM_CALL], "front call": [WARM_CALL], "wram": [WARM_CALL], "zebra": [],
        "*": [IN_ALL, WALK_IN, WARM_CALL], "\x00🙂": [IN_ALL, WALK_IN, WARM_CALL], "a" * 3000: [],
    }  # fmt: skip

    with town.record() as session:
        places = {typed: offered(change_choices.places_like(session, [1], typed)) for typed in found}
        ideas = {typed: offered(change_choices.ideas_like(session, [1], typed)) for typed in found}
        assert change_choices.places_like(session, [1], "warm") == [("Open the front door", [("idea:2", WARM_CALL)])]

    assert places == found
    assert ideas == {typed: [label for label in labels if label != IN_ALL] for typed, labels in found.items()}


def test_a_hundred_are_offered_at_most_and_each_can_be_found(town: Town) -> None:
    with town.kit.store.transaction() as session:
        session.add_all(ChangeIdea(driver_id=1, name=f"Idea {number} " + "w" * 99) for number in range(500))
        session.flush()

        assert len(offered(change_choices.ideas_like(session, [1], ""))) == change_choices.MOST
        assert offered(change_choices.ideas_like(session, [1], "idea 499")) == [f"Idea 499 {'w' * 99}"[:75]]


def test_a_choice_of_another_collaborative_or_of_nothing_has_no_name(town: Town) -> None:
    called = {"2": WARM_CALL, "idea:2": WARM_CALL, "driver:1": IN_ALL}
    nothing = ("3", "idea:3", "driver:2", "driver:99", "idea:", "x:1", "", "9" * 30, "-1", "driver:1 ", ":", "driver")

    with town.kit.store.rehearsal() as session:
        elsewhere(session)

        assert {value: change_choices.label(session, 1, value) for value in called} == called
        assert not any(change_choices.label(session, 1, value) for value in nothing)


def test_people_are_offered_only_what_is_theirs(town: Town, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        elsewhere(session)
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")
    ana.presses("More")
    assert ana.looks_for("idea", "") == [WALK_IN, WARM_CALL]
    sent = last_sent(town)
    mallory = town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")["id"]

    answer = sends_again(town, sent, Persona("mallory", mallory, town.slack, town.bot.settle))

    assert answer == {"options": []}


def offered(groups: list[change_choices.Group]) -> list[str]:
    return [label for _, choices in groups for _, label in choices]


def elsewhere(session: Session) -> None:
    """Another collaborative, with a package of its own."""
    session.add(Collaborative(id=2, name="Elsewhere", timezone="UTC", loaded_at=datetime(2026, 2, 2, tzinfo=UTC)))
    session.flush()
    session.add(Driver(id=2, collaborative_id=2, name="Secret"))
    session.flush()
    session.add(ChangeIdea(id=3, driver_id=2, name="Secret idea"))
    session.flush()
