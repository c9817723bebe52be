"""A team's pause: begun by its lead or a coordinator, with an end; its people are asked nothing, and it is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.audit import Audit
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.asking import upcoming
from tests.cycling import last_sent, logs, only_people_are_heard, questions, sends_again
from tests.personas import Persona, texts
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
HOSTILE = "<!channel> {{ 7 * 7 }} *moving* \u202e"


def test_the_lead_pauses_from_home_and_the_card_home_and_trail_say_so(town: Town, ana: Persona, ben: Persona) -> None:
    only_people_are_heard(town)
    for person in (ana, ben):
        person.opens_home()
    ana.presses_at_home("Pause our team")
    assert ana.filled_in() == {"until": "2026-02-16", "reason": None}

    assert ana.submits(until="2026-03-02", reason="We move  to the new building.")["ok"]
    sends_again(town, last_sent(town))

    told = "The team takes a pause until Mon 2 Mar 2026: We move to the new building."
    assert told in texts(_card(ana))
    for person in (ana, ben):
        assert told in texts(person.home["blocks"])
    assert ana.hears()[-1] == (f"Alder &amp; Main: {told} I ask nothing of its people before that day. Resume ends it.")
    assert _trail(town) == [("team.paused", "team:1", {"until": "2026-03-02", "confirmed": []})]


def test_its_people_are_asked_when_it_ends_by_itself_and_the_card_says_no_more_of_it(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 9, 12, tzinfo=CHICAGO))
    _pauses(ana, until="2026-02-16")

    for day in (10, 11, 13):
        _at(town, datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
    _at(town, datetime(2026, 2, 15, 23, 59, tzinfo=CHICAGO))
    assert "takes a pause" in texts(_card(ana))
    assert questions(ana) == []

    _at(town, datetime(2026, 2, 16, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 1
    assert "takes a pause" not in texts(_card(ana))
    assert "Pause our team" in texts(ana.opens_home()["blocks"])


def test_what_a_pause_holds_leaves_the_upcoming_messages_at_once(town: Town, ana: Persona, pru: Persona) -> None:
    logs(ana, due="2026-02-03")
    town.bot.tick()
    assert "The question what happened with cycle 1" in upcoming(pru)

    _pauses(ana, until="2026-02-16")

    assert "The question what happened with cycle 1" not in upcoming(pru)


def test_resume_ends_it_at_once(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _pauses(ana, until="2026-06-01")
    _at(town, datetime(2026, 2, 11, 9, 1, tzinfo=CHICAGO))
    ana.presses_at_home("Resume")
    town.bot.tick()

    assert ana.hears()[-2] == "Alder &amp; Main is at work again, and its people are asked again from now on."
    assert len(questions(ana)) == 1
    assert "takes a pause" not in texts(_card(ana))
    assert [act for act, _, _ in _trail(town)] == ["team.paused", "team.resumed"]


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2026-02-02", "Please choose a day after today: a pause ends by itself."),
        ("2026-01-02", "Please choose a day after today: a pause ends by itself."),
        ("2027-06-01", "A pause takes up to 366 days. Please choose an earlier day."),
    ],
)
def test_a_pause_has_an_end_and_it_is_to_come(town: Town, ana: Persona, until: str, told: str) -> None:
    ana.opens_home()
    ana.presses_at_home("Pause our team")

    assert ana.submits(until=until)["errors"] == {"until": told}

    with town.record() as session:
        assert session.get_one(Team, 1).status != "paused"


def test_details_of_a_patient_in_the_reason_are_asked_about_and_harmful_words_do_no_harm(
    town: Town, ana: Persona
) -> None:
    ana.opens_home()
    ana.presses_at_home("Pause our team")
    ana.submits(until="2026-03-02", reason="MRN 12345678 moved away")
    assert "confirm below" in texts((ana.form or {"blocks": []})["blocks"])
    with town.record() as session:
        assert session.get_one(Team, 1).status_reason == ""

    assert ana.submits(reason=HOSTILE)["ok"]

    assert "*moving*" in texts(_card(ana))
    assert not any("<!channel>" in text for text in ana.reads("team-alder"))
    ana.presses("Report patient details", channel="team-alder")
    assert "are removed for good" in ana.whispers("team-alder")[-1]
    assert "moving" not in texts(_card(ana))
    assert "takes a pause until Mon 2 Mar 2026." in texts(_card(ana))


@pytest.mark.parametrize("who", ["pru", "imani", "tobias", "ben", "cleo"])
def test_a_coordinator_pauses_any_team_and_nobody_else_does(town: Town, who: str) -> None:
    person = town.people[who]
    person.opens_home()
    if who == "pru":
        person.presses_at_home("Cycles")
        person.presses("Pause this team")
        assert person.submits(until="2026-03-02")["ok"]
        with town.record() as session:
            assert session.exec(select(Team).where(Team.status == "paused")).one().name == "Alder & Main"
        person.presses_at_home("Cycles")
        person.presses("Resume")
        assert "Pause this team" in texts((person.form or {"blocks": []})["blocks"])  # the window knows it, too
        assert person.hears()[-1].startswith("Alder &amp; Main is at work again")
        return

    buttons = texts(person.home["blocks"])
    assert ("Pause our team" in buttons) is (who == "cleo")  # her own
    if who in ("imani", "tobias"):
        person.presses_at_home("Cycles")
        assert "Pause this team" not in texts((person.form or {"blocks": []})["blocks"])


def test_a_lead_who_is_a_guest_pauses_from_all_actions(town: Town) -> None:
    olga = town.people["olga"]
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Olga Novak")).one()
        seat = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        seat.roles = ["team_lead"]
        session.add(seat)
    olga.presses("All actions", channel="team-alder")
    olga.presses("Pause our team")
    assert olga.submits(until="2026-03-02")["ok"]
    assert "takes a pause until Mon 2 Mar 2026." in texts(_card(olga))

    olga.presses("All actions", channel="team-alder")
    olga.presses("Resume")

    assert "Pause our team" in texts((olga.form or {"blocks": []})["blocks"])
    assert "takes a pause" not in texts(_card(olga))


def _pauses(person: Persona, **chosen: str) -> None:
    person.opens_home()
    person.presses_at_home("Pause our team")
    assert person.submits(**chosen)["ok"]


def _card(person: Persona) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = next(
        message["blocks"] for message in person.messages("team-alder") if "team card" in message["text"]
    )
    return blocks


def _trail(town: Town) -> list[tuple[str, str, dict[str, object]]]:
    with town.record() as session:
        rows = session.exec(select(Audit).order_by(col(Audit.id)))
        return [(one.act, one.subject, one.detail) for one in rows if one.act.startswith("team.")]


def _at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()
