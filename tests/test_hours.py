"""My hours: everybody chooses at which hour, on which days and never when the bot writes to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from tests.cycling import last_sent, logs, only_people_are_heard, questions, sends_again
from tests.personas import Persona, texts
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
EVERY_DAY = list("0123456")


def test_home_says_what_holds_and_the_form_shows_it(ana: Persona) -> None:
    usual = "I write to you at 09:00 (America/Chicago), Monday to Friday, never between 20:00 and 07:00."
    assert f"My settings: {usual}" in texts(ana.opens_home()["blocks"])

    ana.presses_at_home("My hours")

    assert ana.filled_in() == {
        "hour": "09:00",
        "days": list("01234"),
        "quiet_from": None,
        "quiet_until": None,
        "reminders": ["week", "day"],
    }
    assert "Both empty: as for everybody here, silent from 20:00 until 07:00." in texts(
        [ana.box("quiet_until")["hint"]]
    )


@pytest.mark.parametrize(
    ("chosen", "told", "kept"),
    [
        ({}, "at 09:00 (America/Chicago), Monday to Friday, never between 20:00 and 07:00.", (None, None, None)),
        (
            {"hour": "22:00", "days": EVERY_DAY, "quiet_from": "08:00", "quiet_until": "16:00"},
            "at 22:00 (America/Chicago), every day, never between 08:00 and 16:00.",
            ("22:00", [0, 1, 2, 3, 4, 5, 6], "08:00-16:00"),
        ),
        (
            {"hour": "18:30", "days": ["1", "3"]},
            "at 18:30 (America/Chicago), Tuesday and Thursday, never between 20:00 and 07:00.",
            ("18:30", [1, 3], None),
        ),
        (
            {"days": ["0", "2", "5"], "quiet_from": "18:00", "quiet_until": "07:30"},
            "at 09:00 (America/Chicago), Monday, Wednesday and Saturday, never between 18:00 and 07:30.",
            (None, [0, 2, 5], "18:00-07:30"),
        ),
    ],
)
def test_what_is_chosen_is_said_again_and_kept_once(
    town: Town, ana: Persona, chosen: dict[str, object], told: str, kept: tuple[object, ...]
) -> None:
    only_people_are_heard(town)
    ana.opens_home()
    ana.presses_at_home("My hours")

    assert ana.submits(**chosen)["ok"]
    sends_again(town, last_sent(town))

    assert ana.hears()[-1] == f"Saved. I write to you {told}"
    assert f"I write to you {told}" in texts(ana.home["blocks"])
    assert _kept(town) == kept


@pytest.mark.parametrize(
    ("chosen", "box", "sentence"),
    [
        (
            {"hour": "21:00"},
            "hour",
            "21:00 lies in the quiet hours, 20:00 to 07:00. Please choose an hour outside them",
        ),
        ({"quiet_from": "08:00", "quiet_until": "12:00"}, "hour", "09:00 lies in the quiet hours, 08:00 to 12:00."),
        ({"quiet_from": "08:00"}, "quiet_until", "Please choose when the quiet hours end"),
        ({"quiet_until": "08:00"}, "quiet_from", "Please choose when the quiet hours begin"),
        ({"quiet_from": "08:00", "quiet_until": "08:00"}, "quiet_until", "Quiet hours that end when they begin"),
    ],
)
def test_what_cannot_hold_is_refused_at_its_box(
    town: Town, ana: Persona, chosen: dict[str, object], box: str, sentence: str
) -> None:
    ana.opens_home()
    ana.presses_at_home("My hours")

    errors = ana.submits(**chosen)["errors"]

    assert list(errors) == [box]
    assert errors[box].startswith(sentence)
    assert _kept(town) == (None, None, None)


def test_a_day_that_is_none_is_refused(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.opens_home()
    ana.presses_at_home("My hours")
    ana.submits(hour="21:00", days=["1"])
    forged = last_sent(town)
    forged["payload"]["view"]["state"]["values"]["days"]["value"]["selected_options"][0]["value"] = "9"

    assert list(sends_again(town, forged)["errors"]) == ["days"]


def test_a_question_comes_at_their_own_hour_on_their_own_day(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")  # a Tuesday
    _chooses(ana, hour="22:00", days=["3", "5"], quiet_from="08:00", quiet_until="16:00")

    for moment in ("2026-02-10 09:01", "2026-02-10 22:01", "2026-02-12 09:01", "2026-02-12 21:59"):
        _at(town, moment)
        assert questions(ana) == [], moment
    _at(town, "2026-02-12 22:01")
    assert len(questions(ana)) == 1


@pytest.mark.parametrize("hour", ["07:30", "19:00"])
def test_a_question_that_was_planned_before_comes_at_the_new_hour(town: Town, ana: Persona, hour: str) -> None:
    logs(ana, due="2026-02-10")
    _at(town, "2026-02-09 12:00")
    _chooses(ana, hour=hour)
    at = datetime.fromisoformat(f"2026-02-10 {hour}")
    town.bot.tick()

    _at(town, str(at - timedelta(minutes=1)))
    assert questions(ana) == []
    _at(town, str(at + timedelta(minutes=1)))
    assert len(questions(ana)) == 1


def test_their_own_quiet_hours_come_before_the_collaboratives(town: Town, ana: Persona, ben: Persona) -> None:
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        collaborative.quiet_hours = "20:00-10:00"
        session.add(collaborative)
    for person in (ana, ben):
        logs(person, due="2026-02-10")
    _chooses(ana, quiet_from="20:00", quiet_until="08:00")

    _at(town, "2026-02-10 09:01")
    assert (len(questions(ana)), len(questions(ben))) == (1, 0)
    _at(town, "2026-02-10 10:01")
    assert (len(questions(ana)), len(questions(ben))) == (1, 1)


@pytest.mark.parametrize("who", ["gil", "olga"])
def test_a_guest_and_a_visitor_choose_theirs_from_all_actions(town: Town, who: str) -> None:
    guest = town.people[who]
    guest.presses("All actions", channel="team-alder")
    guest.presses("My hours")

    assert guest.submits(hour="10:00")["ok"]

    assert guest.hears()[-1].startswith("Saved. I write to you at 10:00")
    guest.presses("All actions", channel="team-alder")
    assert "I write to you at 10:00" in texts((guest.form or {})["blocks"])


def _chooses(person: Persona, **chosen: object) -> None:
    person.opens_home()
    person.presses_at_home("My hours")
    assert person.submits(**chosen)["ok"]


def _kept(town: Town) -> tuple[object, ...]:
    with town.record() as session:
        ana = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        return (f"{ana.asked_at:%H:%M}" if ana.asked_at else None, ana.asked_on, ana.quiet_hours)


def _at(town: Town, local: str) -> None:
    town.turn_clock(datetime.fromisoformat(local).replace(tzinfo=CHICAGO))
    town.bot.tick()
