"""Before a session: coordinators see who comes and how, what is open, and write to those it is about."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.domain.arrivals import Arrival
from bot.domain.events import Event
from bot.domain.teams import Team
from bot.outbox import Letter
from tests.asking import form
from tests.calling import CALL, FIRST, FORTNIGHT_BEFORE, MOVED, changes, comes_up
from tests.checking_in import at
from tests.cycling import buttons, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

LATER = CALL + timedelta(days=1, hours=1)  # where it is moved to
NEED = "A ramp and an interpreter"


@pytest.fixture(autouse=True)
def a_session_comes_up(town: Town) -> None:
    """Every conversation here is about one learning session."""
    comes_up(town)
    with town.kit.store.transaction() as session:
        event = session.get_one(Event, 1)
        event.kind, event.host_team_id, event.presenters = "session", 2, 1
        session.add(event)
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)


def test_coordinators_alone_see_how_people_come_and_what_they_need_until_thirty_days_after(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    gil = town.people["gil"]
    _is_for(town, 1)
    cleo.presses("How I come", card(cleo))
    assert cleo.whispers()[-1].startswith("AP1 call is for other teams")
    _is_for(town)
    ana.presses("How I come", card(ana))
    assert ana.submits(place="room", needs=NEED)["ok"]
    sends_again(town, last_sent(town))
    town.later(minutes=1)
    town.bot.tick()
    gil.presses("All actions", channel="team-alder")
    gil.presses("How I come")
    assert gil.submits(place="video")["ok"]
    ben.presses("Can't", card(ben))

    said = readiness(pru)

    assert "Coming\n2 people of 1 team.\nTeam lead: Ana Reyes\nTeam member: Gil Santos" in said
    assert "In the room: 1\nAna Reyes" in said
    assert "By video: 1\nGil Santos" in said
    assert f"What people need there\nAna Reyes: {NEED}" in said
    assert "Can't: 1\nBen Castellano" in said
    assert "Hosting\nPrairie Bend (Cleo Hart)" in said
    assert "Presenting\nAlder & Main (Ana Reyes)" in said
    assert "Not answered yet\nPrairie Bend (Cleo Hart)" in said
    opened = last_sent(town)
    sends_again(town, opened, ana)
    assert ana.hears()[-1].startswith("That's for a coordinator or the director.")
    seen = str([one.messages("small-town") + one.dm() for one in (ana, ben, cleo, pru)])
    assert NEED not in seen
    pru.presses("Report patient details")
    assert NEED not in texts(form(pru)["blocks"]) + str(everything_stored(town))
    assert ana.hears()[-1].startswith("A word about what somebody needs at a session of Small Town was taken down")
    ana.presses("How I come", card(ana))
    ana.submits(place="room", needs=NEED)
    with town.record() as session:
        assert session.exec(select(Arrival)).first()
    at(town, CALL + timedelta(days=30))
    assert NEED in str(everything_stored(town))
    at(town, CALL + timedelta(days=30, hours=2))
    assert NEED not in str(everything_stored(town))


def test_a_line_is_written_to_in_the_coordinators_name_after_a_preview(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    ana.presses("Coming", card(ana))
    readiness(pru)
    pru.presses_beside("Not answered yet", "Write to these")
    assert pru.filled_in()["words"].startswith(
        "Does somebody of your team come to AP1 call? Coming or Can't, below, tells us."
    )
    pru.submits(words="Call 555-123-4567 of the patient")
    assert "Nothing is saved yet" in texts(form(pru)["blocks"])
    pru.submits(words="Do you come, <!channel>?")
    pru.presses("Change the words")
    assert pru.filled_in()["words"] == "Do you come, <!channel>?"
    pru.submits()
    assert "It goes to 1 person: Cleo Hart." in texts(form(pru)["blocks"])
    assert notes(cleo) == []
    assert pru.submits()["ok"]
    sends_again(town, last_sent(town))

    (note,) = notes(cleo)
    assert pru.hears()[-1].startswith("On its way to 1 person, in your name.")
    assert note["text"].startswith("Pru Adebayo writes to you about AP1 call, <!date^1771520400^")
    assert "Do you come, &lt;!channel&gt;?" in note["text"]
    assert notes(ana) == []
    cleo.presses("Coming", note)
    readiness(pru)
    assert "Not answered yet" not in texts(form(pru)["blocks"])
    cleo.presses("Report patient details", note)
    assert notes(cleo) == []
    assert "Do you come, " not in str(everything_stored(town))


def test_each_team_ticks_what_it_prepares_on_one_card_and_coordinators_see_what_is_open(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    lists(pru)
    usual = pru.filled_in()["tasks"]
    assert usual == "Read the pre-work\nBring a storyboard"
    assert pru.submits(tasks="\n".join(f"Task {row}" for row in range(11)))["errors"]
    assert pru.submits(tasks=usual)["ok"]
    assert pru.hears()[-1].startswith("Saved. The list goes to the channels of 2 teams now or, outside their hours")
    assert checklist(ana, "team-alder") == []
    changes(pru, which=FIRST, what="canceled")
    at(town, FORTNIGHT_BEFORE + timedelta(hours=2))
    assert checklist(ana, "team-alder") == []
    changes(pru, which=FIRST, what="moved", day="2026-02-19", at="12:00")
    at(town, FORTNIGHT_BEFORE + timedelta(hours=3))
    (list_,) = checklist(ana, "team-alder")
    assert list_["text"].startswith("Alder &amp; Main prepares for AP1 call")
    assert [one for one in buttons(list_["blocks"]) if one == "Done"] == ["Done", "Done"]

    ana.presses("Done", list_)
    pressed = last_sent(town)
    sends_again(town, pressed)
    sends_again(town, {**pressed, "payload": {**pressed["payload"], "trigger_id": "other"}}, ben)

    assert "✓ Done: Read the pre-work" in texts(checklist(ana, "team-alder")[0]["blocks"])
    assert "Done:" not in texts(checklist(cleo, "team-prairie")[0]["blocks"])
    said = readiness(pru)
    assert "Read the pre-work: 1 of 2 teams. Not yet\nPrairie Bend (Cleo Hart)" in said
    assert "Bring a storyboard: 0 of 2 teams. Not yet\nAlder & Main (Ana Reyes), Prairie Bend (Cleo Hart)" in said
    sends_again(town, pressed, cleo)
    assert cleo.hears()[-1].startswith("That's for the members of Alder &amp; Main")
    assert buttons(checklist(ben, "team-alder")[0]["blocks"])[:2] == ["Take back", "Done"]
    ben.presses("Take back", checklist(ben, "team-alder")[0])
    assert "✓ Done" not in texts(checklist(ana, "team-alder")[0]["blocks"])
    lists(pru)
    pru.submits(tasks="Read {chapter} one\nBring a storyboard")
    changes(pru, **MOVED)
    (list_,) = checklist(ana, "team-alder")
    assert "Read {chapter} one: not yet. Bring a storyboard: not yet." in list_["text"]
    assert f"<!date^{int(LATER.timestamp())}^" in list_["text"]
    readiness(pru)
    pru.presses_beside("Read {chapter} one", "Write to these")
    assert pru.filled_in()["words"].startswith("“Read {chapter} one” for AP1 call isn't ticked")
    cleo.presses("Report patient details", checklist(cleo, "team-prairie")[0])
    assert checklist(ana, "team-alder") + checklist(cleo, "team-prairie") == []
    assert "storyboard" not in str(everything_stored(town))
    lists(pru)
    pru.submits(tasks="Read")
    assert pru.hears()[-1] == "Saved. The list goes to the channels of 2 teams two weeks before."
    at(town, FORTNIGHT_BEFORE + timedelta(days=1, hours=2))
    assert "Read: not yet." in checklist(ana, "team-alder")[0]["text"]
    joins(town)
    at(town, FORTNIGHT_BEFORE + timedelta(days=4, hours=2))
    assert have_a_list(town) == ["team:1", "team:2", "team:3"]
    at(town, LATER + timedelta(minutes=1))
    (list_,) = checklist(ana, "team-alder")
    assert "It has begun, and the list stays as it is." in list_["text"]
    assert "Done" not in buttons(list_["blocks"])


def _is_for(town: Town, *teams: int) -> None:
    """The session is for these teams alone; for all where none is named."""
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).team_ids = [*teams]


def card(person: Persona) -> Json:
    """The card of the session in everybody's channel."""
    return next(one for one in person.messages("small-town") if one["text"].startswith("Learning session: AP1 call"))


def checklist(person: Persona, channel: str) -> list[Json]:
    """What a team prepares, as it stands in its channel."""
    return [one for one in person.messages(channel) if "prepares for AP1 call" in one["text"]]


def joins(town: Town) -> None:
    """One more team takes part from now on."""
    with town.kit.store.transaction() as session:
        session.add(Team(id=3, collaborative_id=1, organization_id=1, name="Juniper", timezone="America/Chicago"))


def have_a_list(town: Town) -> list[str]:
    """The teams to which a card of what they prepare goes or went."""
    with town.record() as session:
        return sorted(session.exec(select(Letter.to).where(Letter.message == "preparations/card")))


def notes(person: Persona) -> list[Json]:
    """What a coordinator wrote to somebody."""
    return [one for one in person.dm() if "writes to you about" in one["text"]]


def readiness(pru: Persona) -> str:
    """Everything that the window says."""
    pru.opens_home()
    pru.presses_at_home("Before and after calls")
    pru.presses("Readiness")
    return texts(form(pru)["blocks"])


def lists(pru: Persona) -> None:
    """The form in which a coordinator says what teams prepare."""
    pru.opens_home()
    pru.presses_at_home("Before and after calls")
    pru.presses("Team checklist")
