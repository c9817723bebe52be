"""After a call: its recap stands under its card, teams hear their part, and what they promised becomes tests."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain.events import Event
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.asking import form, upcoming
from tests.calling import CALL, FORTNIGHT_BEFORE, cards, comes_up
from tests.checking_in import at
from tests.cycling import buttons, card, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

SAID = "Two teams called back within a day."
MINUTES = {"said": SAID, "decisions": "We compare in March.", "recording": "https://meet.example.org/rec"}
PROMISE = {"team_1": "1", "words_1": "Nadia calls ten callers", "due_1": "2026-02-24"}
SECOND = {"team": "1", "words": "We ring back", "due": "2026-02-24"}
AFTER = CALL + timedelta(hours=1)
NEXT_NINE = datetime(2026, 2, 20, 9, tzinfo=ZoneInfo("America/Denver"))


@pytest.fixture(autouse=True)
def it_was(town: Town, ana: Persona) -> None:
    """Every conversation here is about one call at which Ana was."""
    comes_up(town)
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)
    at(town, CALL)
    ana.presses("I'm here", cards(ana)[0])


def test_the_recap_stands_under_the_card_and_a_commitment_becomes_the_teams_cycle(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    at(town, AFTER)
    opens(pru)
    assert pru.filled_in()["due_1"] == "2026-02-24"  # next Tuesday
    assert pru.submits(**{**MINUTES, "recording": "meet.example.org"})["errors"] == {
        "recording": "The link begins with https:// and has no spaces in it. Please copy it again."
    }
    assert "team_2" in pru.submits(**MINUTES, words_2="We call")["errors"]
    pru.types("said", SAID)
    pru.presses("Add a commitment")
    assert "words_4" in pru.boxes()
    assert (pru.looks_for("team_1", "ie b"), pru.looks_for("team_1", "alder")) == (["Prairie Bend"], ["Alder & Main"])
    assert pru.submits(**MINUTES, **PROMISE, words_2="")["ok"]
    sends_again(town, last_sent(town))

    (recap,) = recaps(ana)
    assert recap["thread_ts"] == cards(ana)[0]["ts"]
    assert SAID in texts(recap["blocks"])
    assert "Alder & Main, by Tue 24 Feb 2026: Nadia calls ten callers" in texts(recap["blocks"])
    assert "Decided: We compare in March. Recording: https://meet.example.org/rec" in recap["text"]
    cleo.presses("Make it a cycle", recap)
    assert cleo.whispers()[-1].startswith("That's for the members of Alder &amp; Main")
    gil = town.people["gil"]
    gil.presses("Make it a cycle", channel="team-alder")
    started = gil.filled_in()
    assert (started["change"], started["due"]) == ("Nadia calls ten callers", "2026-02-24")
    assert gil.submits(prediction="8 of 10")["ok"]

    assert "Nadia calls ten callers" in card(ana, 1)
    (recap,) = recaps(ana)
    assert "(cycle 1): Nadia calls ten callers" in texts(recap["blocks"])
    assert "Make it a cycle" not in buttons(recap["blocks"])
    (told,) = [one for one in ana.messages("team-alder") if "you said what you will do" in one["text"]]
    assert "(cycle 1)" in told["text"]
    _calls_the_roll(pru, teams_1=[], people_1=[])
    (told,) = [one for one in ana.messages("team-alder") if "this was noted for you. By" in one["text"]]
    opens(pru)
    pru.looks_for("team_2", "alder")
    pru.submits(**MINUTES, **{f"{box}_2": said for box, said in SECOND.items()})
    opens(pru)
    pru.looks_for("team_2", "alder")
    first = {box: pru.filled_in()[f"{box}_1"] for box in SECOND}
    swapped = {1: SECOND, 2: first}
    pru.submits(**MINUTES, **{f"{box}_{row}": one[box] for row, one in swapped.items() for box in one})
    assert "(cycle 1): Nadia calls ten callers" in texts(recaps(ana)[0]["blocks"])
    assert "(cycle 1)" in texts(recaps(ana)[0]["blocks"]).partition("We ring back")[2]


def test_a_team_that_was_not_there_reads_what_it_missed_in_its_own_channel_and_nowhere_by_name(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    at(town, AFTER)
    opens(pru)
    assert "The roll isn't called yet" in texts(form(pru)["blocks"])
    pru.submits(**MINUTES, **PROMISE)
    assert "What a team missed" not in upcoming(pru)  # a tap alone tells of nobody that they weren't there
    for kind in ("office_hours", "call"):  # nobody misses what one drops in to
        _is(town, kind)
        _calls_the_roll(pru)
        opens(pru)
        pru.submits(**MINUTES, **PROMISE)
        assert ("What a team missed at a call to #team-prairie" in upcoming(pru)) is (kind == "call")
    assert missed(cleo) == []
    assert "Prairie Bend" not in recaps(ana)[0]["text"] + texts(recaps(ana)[0]["blocks"])

    for _ in range(2):
        at(town, NEXT_NINE)

    (told,) = missed(cleo)
    assert told["text"].startswith("We missed you at AP1 call. Here is what came of it, so that you can catch up")
    assert "Recording: https://meet.example.org/rec" in told["text"]
    assert "What others will do: Alder &amp; Main, by Tue 24 Feb 2026" in told["text"]
    assert [one for one in ana.messages("team-alder") if "We missed you" in one["text"]] == []
    _calls_the_roll(pru, teams_1=["1", "2"])
    assert "You were noted at AP1 call after all." in missed(cleo)[0]["text"]
    for days, chosen, begins in (
        (3, [], ()),
        (4, ["1"], ("We missed you",)),
    ):  # with nobody on the roll nothing is known
        _calls_the_roll(pru, teams_1=chosen, people_1=[])
        at(town, NEXT_NINE + timedelta(days=days))
        assert tuple(one["text"][:13] for one in missed(cleo)) == begins


def test_half_written_minutes_are_kept_two_writers_see_each_other_and_a_report_takes_all_down(
    town: Town, ana: Persona, pru: Persona
) -> None:
    at(town, AFTER)
    opens(pru)
    pru.types("said", "Half of it")
    pru.closes()
    opens(pru)
    assert pru.filled_in()["said"] == "Half of it"
    pru.presses("As it was")
    assert pru.filled_in()["said"] is None
    pru.submits(said="Call 555-123-4567 of the patient")
    assert "Nothing is saved yet" in texts(form(pru)["blocks"])
    imani = town.people["imani"]
    directs(town, "Dr. Imani Osei")
    opens(imani)
    imani.submits(said="Shorter", **PROMISE)
    pru.submits(**MINUTES, **PROMISE)
    assert "Dr. Imani Osei posted minutes meanwhile." in texts(form(pru)["blocks"])
    assert "Shorter" in texts(form(pru)["blocks"])
    assert pru.filled_in()["said"] == SAID
    assert "Shorter" in recaps(ana)[0]["text"]
    pru.submits()
    assert [SAID in one["text"] for one in recaps(ana)] == [True]
    opens(pru)
    assert pru.filled_in()["words_1"] == "Nadia calls ten callers"

    ana.presses("Report patient details", recaps(ana)[0])

    assert ana.whispers()[-1].startswith("Thank you. Receipt ")
    assert recaps(ana) == []
    assert "ten callers" not in "".join(one["text"] for one in ana.messages("team-alder"))
    stored = str(everything_stored(town))
    assert SAID not in stored
    assert "ten callers" not in stored
    assert [one for one in pru.hears() if "minutes of a call" in one]
    opens(pru)
    pru.submits(said="Written again")
    assert "Written again" in recaps(ana)[0]["text"]
    for status, said in (("active", "For two teams"), ("paused", "Mended")):
        with town.kit.store.transaction() as session:
            session.get_one(Event, 1).team_ids = [1, 2]
            session.get_one(Team, 2).status = status
        opens(pru)
        pru.submits(said=said)
        town.bot.settle()
        assert [one for one in town.people["cleo"].messages("team-prairie") if said in one["text"]], said


def opens(person: Persona) -> None:
    """The form of the minutes, from Home."""
    person.opens_home()
    person.presses_at_home("Before and after calls")
    person.presses("Minutes")
    person.looks_for("team_1", "alder")


def _calls_the_roll(pru: Persona, **chosen: list[str]) -> None:
    pru.opens_home()
    pru.presses_at_home("Before and after calls")
    pru.presses("Call the roll")
    assert pru.submits(**chosen)["ok"]


def recaps(person: Persona) -> list[Json]:
    """What came of the call, wherever it stands in everybody's channel."""
    return [one for one in person.messages("small-town") if one["text"].startswith("What came of AP1 call")]


def directs(town: Town, name: str) -> None:
    """They are the director too."""
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.roles = [*member.roles, "director"]
        session.add(member)


def _is(town: Town, kind: str) -> None:
    """What the call is."""
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).kind = kind


def missed(cleo: Persona) -> list[Json]:
    """What the team that wasn't there read of it."""
    return [one for one in cleo.messages("team-prairie") if "Here is what came of it" in one["text"]]
