"""The call sheet: read before dialing, noted for those who look after teams, with a next test that may be offered."""

from datetime import date, timedelta

from sqlmodel import select

from bot.domain import alerts, contacts, points
from bot.domain.alerts import Alert
from bot.domain.callsheets import CallSheet
from bot.domain.entries import Entry
from bot.domain.people import Membership
from bot.domain.teams import Team
from tests.cycling import cycles, everything_stored, logs
from tests.personas import Persona, texts
from tests.town import Town

NOTE = "Short of people till March; Cleo stays"


def _sheet(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])


def _opens(person: Persona) -> None:
    person.opens_home()
    person.presses_at_home("Cycles")
    person.presses("Call sheet")


def test_a_coach_reads_the_sheet_notes_a_call_and_offers_the_next_test_which_becomes_the_teams_cycle(
    town: Town, ana: Persona
) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    logs(ana)
    with town.kit.store.transaction() as session:
        team = session.get_one(Team, 1)
        january = Entry(1, date(2026, 1, 1), "value", 18, 20)
        points.file(session, team=team, person=4, entries=[january], now=town.kit.now())
        places = session.exec(select(Membership).where(Membership.team_id == 1).order_by("id")).all()
        places[1].left_at = town.kit.now() - timedelta(days=2)
        places[2].joined_at = town.kit.now() + timedelta(minutes=1)

    _opens(tobias)
    sheet = _sheet(tobias)
    for words in (
        "Ana Reyes", "By December, 60 % of callers come to a fourth visit.",
        "OFFER3 Offered within 3 days: 90% in Jan 2026. Early days",
        "1 · planned · by Tue 10 Feb 2026: Nadia calls the next 10 callers", "Nothing is noted yet.",
        "New: Gil Santos, team member", "Gone: Ben Castellano, data lead",
        "You could begin with cycle 1, “Nadia calls the next 10 callers”: what did you see?",
    ):  # fmt: skip
        assert words in sheet, words
    tobias.types("note", "Draft: short of people")
    tobias.closes()
    _opens(tobias)
    assert tobias.filled_in()["note"] == "Draft: short of people"

    assert tobias.submits(note="", agreed="")["errors"]["note"]
    assert tobias.submits(note=NOTE, agreed="", offer=["yes"])["errors"]["agreed"]
    tobias.submits(note="Her SSN is 219-09-9999", agreed="Ring back the same day")
    assert "This looks like a Social Security number." in _sheet(tobias)
    assert tobias.submits(note=NOTE, agreed="Ring back the same day", due="2026-02-12", offer=["yes"])["ok"]
    assert "Ana Reyes is offered the test in your name" in tobias.hears()[-1]
    town.later(hours=24)
    town.bot.tick()
    (offer,) = [one for one in ana.dm() if "Tobias Lindqvist noted the next test you agreed on" in one["text"]]
    assert "Ring back the same day." in offer["text"]
    assert NOTE not in texts(offer["blocks"])
    _opens(tobias)
    tobias.presses("Correct")
    assert tobias.filled_in()["note"] == NOTE
    assert tobias.submits(agreed="Ring back within a day")["ok"]

    (offer,) = [one for one in ana.dm() if "Ring back within a day." in one["text"]]
    ana.presses("Make it a cycle", offer)
    assert (ana.filled_in()["change"], ana.filled_in()["due"]) == ("Ring back within a day", "2026-02-12")
    assert ana.submits(prediction="Half pick up")["ok"]
    assert [one.change for one in cycles(town)][-1] == "Ring back within a day"
    assert "Cycle 2 came of it." in ana.dm()[-1]["text"]

    _opens(town.people["pru"])  # whom alerts reach too, as the form says
    assert NOTE in _sheet(town.people["pru"])
    assert "For the team's coach, faculty and coordinators; the team never sees it." in str(town.people["pru"].form)
    town.people["pru"].closes()
    _opens(imani)  # the first of faculty's list is the same team
    assert NOTE in _sheet(imani)
    assert "with Tobias Lindqvist: “Ring back within a day”, by Thu 12 Feb 2026. Cycle 2 came of it" in _sheet(imani)
    town.later(days=20)
    _opens(tobias)
    tobias.presses("Correct")
    assert tobias.submits(agreed="Ring back within a day or two")["ok"]  # its day has passed, and was there before
    _opens(tobias)
    tobias.presses("Correct")
    tobias.presses("Report patient details")
    assert not tobias.filled_in()["note"]
    assert NOTE not in _sheet(tobias)
    tobias.closes()
    assert NOTE not in str(everything_stored(town))
    assert not [one for one in ana.dm() if "Ring back within a day" in one["text"]]
    assert [one for one in tobias.hears() if "note of a call with a team" in one]
    with town.record() as session:
        assert session.exec(select(CallSheet)).one().agreed == ""

    with town.kit.store.transaction() as session:
        session.add_all(Alert(team_id=1, reason=one, opened_at=town.kit.now()) for one in ("quiet", "stuck"))
    _opens(tobias)
    assert tobias.submits(note="Rang twice")["ok"]  # a note alone is no talk
    _opens(imani)
    assert "spoke with them" not in _sheet(imani)
    assert imani.submits(note="Rang", spoke="fine")["ok"]
    _opens(imani)
    assert "Dr. Imani Osei spoke with them. They're fine, just quiet." in _sheet(imani)
    _opens(tobias)
    assert tobias.submits(note="Rang again", spoke="nobody")["ok"]  # which is no talk, and no reason to look after it
    _opens(imani)
    assert "Dr. Imani Osei spoke with them. They're fine, just quiet." in _sheet(imani)
    assert imani.submits(note="Rang once more", spoke="help")["ok"]
    _opens(tobias)
    assert "They're fine, just quiet.\n" in _sheet(tobias)  # the talk before stands beside the newest
    assert "spoke with them. They'd like help." in _sheet(tobias)
    with town.kit.store.transaction() as session:
        alerts.sleep(session, session.exec(select(Alert).order_by("id")).all()[0], date(2026, 3, 5))
    with town.record() as session:  # it holds for all that is open of the team
        every = session.exec(select(Alert)).all()
        assert [(one.caller_id, len(contacts.log(session, one))) for one in every] == [(2, 3)] * 2
        assert {one.sleeps_until for one in every} == {date(2026, 3, 5)}
