"""The one welcome: what it promises, where it leads, and that nobody gets it twice."""

from sqlmodel import select

from bot.domain.teams import Channel
from bot.outbox import Letter
from tests import town as towns
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

SHARED = "what was tried and learned stands under What teams tried, with your team's name, for"


def test_the_welcome_says_what_it_must_and_its_first_step_takes_one_press(town: Town, ana: Persona) -> None:
    (welcome,) = ana.dm()

    said = texts(welcome["blocks"])
    for promise in (
        "You're here for Alder & Main.",
        "About once a week, at nine in the morning where you are, on working days and never at night",
        "Whatever you press ends the asking",
        "Tomorrow, which brings it back on top of the rest",
        "How to pause",
        "never messages",
        "Your team, its coach, faculty, coordinators and the director see them as they go",
        SHARED,
        "how much each person does is shown to nobody",
        "Names or details of people you serve",
        "You get this once, because the collaborative has begun and you are in it.",
    ):
        assert promise in said, promise
    for word in (
        "small tests",
        "one message a week",
        "To pause",
        "never messages",
        "its coach, faculty, coordinators and the director",
        SHARED,
        "First step",
    ):
        assert word in welcome["text"], word
    ana.presses("Log a first small test")
    assert ana.form is not None
    assert ana.form["callback_id"] == "pdsa.start"
    assert SHARED in texts(ana.form["blocks"])


def test_the_welcome_of_the_staff_leads_to_facultys_channel(town: Town) -> None:
    (welcome,) = town.people["imani"].dm()

    with town.record() as session:
        faculty = session.exec(select(Channel).where(Channel.purpose == "faculty")).one()
    assert f"Faculty meet in <#{faculty.slack_id}>." in texts(welcome["blocks"])
    assert "Log a first small test" not in texts(welcome["blocks"])
    assert "At Home, Time off tells me until when you're away" in texts(welcome["blocks"])


def test_somebody_in_two_teams_and_on_the_staff_is_welcomed_once() -> None:
    twice = SMALL_TOWN.replace("[{email: cleo", "[{email: pru@example.org, roles: [member]}, {email: cleo")

    with towns.before_loading() as start:
        start.load(twice, launch=True)

        assert len([text for text in start.people["pru"].hears() if "welcome to Small Town." in text]) == 1
        with start.record() as session:
            assert len(session.exec(select(Letter).where(Letter.message == "people/welcome")).all()) == 8
