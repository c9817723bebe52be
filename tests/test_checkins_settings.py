"""Coordinators set how often, when, where and what teams are asked, and see what comes of it before it holds."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.audit import Audit
from bot.domain.collaboratives import Collaborative
from tests.checking_in import DAY, asked, at, card, cards
from tests.cycling import last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

MONTHLY = {"every": "month", "weekday": "thursday", "at": "10:30"}


def test_the_form_shows_what_holds_and_a_preview_what_comes(pru: Persona) -> None:
    _opens(pru)
    assert pru.filled_in() == {
        "every": "two_weeks", "weekday": "monday", "at": "09:00", "where": "channel", "questions": None,
    }  # fmt: skip

    pru.submits(**MONTHLY, questions="What went well?\n\nOne thing in the way?  ")

    shown = _lines(pru)
    assert shown[shown.index("The next dates, at 10:30 where each team is") + 1 :][:3] == [
        "Thu 5 Feb 2026", "Thu 5 Mar 2026", "Thu 2 Apr 2026",
    ]  # fmt: skip
    assert "Check-in · Thu 5 Feb 2026" in shown
    assert "You get this because Small Town checks in every month." in texts(_form(pru))
    assert shown[-3:] == ["How's the work?", "What went well?", "One thing in the way?"]


def test_the_question_that_always_comes_first_is_left_out_of_the_box(town: Town, pru: Persona) -> None:
    settings = {**dict(_settings(town) or {}), "questions": ["How's the work?", "What went well?"]}
    with town.kit.store.transaction() as session:
        session.get_one(Collaborative, 1).checkin = settings

    _opens(pru)

    assert pru.filled_in()["questions"] == "What went well?"


def test_nothing_holds_before_it_is_saved_and_back_keeps_what_was_chosen(town: Town, pru: Persona) -> None:
    before = _settings(town)
    _opens(pru)
    pru.submits(**MONTHLY)
    pru.closes()

    assert pru.filled_in()["every"] == "month"
    assert pru.filled_in()["at"] == "10:30"
    pru.closes()
    assert _settings(town) == before


def test_saved_it_holds_from_the_next_date_and_is_in_the_trail(town: Town, ana: Persona, pru: Persona) -> None:
    only_people_are_heard(town)
    _saves(pru, **MONTHLY, questions="What went well?")
    sends_again(town, last_sent(town))
    assert pru.form is None
    assert pru.hears()[-1] == "Saved. Teams are asked every month from now on. The first one is on Thursday 5 February."
    at(town, DAY.replace(day=5, hour=10, minute=29))
    assert cards(ana) == []

    at(town, DAY.replace(day=5, hour=10, minute=30))

    assert "Check-in · Thu 5 Feb 2026" in card(ana)
    assert [(act, detail) for act, detail in _trail(town)] == [
        ("checkins.set", {"every": "month", "weekday": "thursday", "at": "10:30", "where": "channel", "questions": 1})
    ]
    ana.presses("Answer")
    assert ana.boxes() == ["mood", "own0", "more"]


def test_a_card_that_stands_stays_and_none_comes_on_its_heels(town: Town, ana: Persona, pru: Persona) -> None:
    asked(town)
    at(town, DAY + timedelta(days=2, hours=3))
    _saves(pru, every="week", weekday="wednesday")

    for day in (2, 3, 6, 8):
        at(town, DAY + timedelta(days=day, hours=4))

    assert len(cards(ana)) == 1
    at(town, DAY + timedelta(days=9))
    assert "Check-in · Wed 25 Feb 2026" in card(ana)


def test_what_waited_for_the_old_day_is_not_sent(town: Town, ana: Persona, pru: Persona) -> None:
    at(town, DAY - timedelta(days=1))
    _saves(pru, every="month", weekday="monday")
    asked(town)
    assert cards(ana) == []

    at(town, DAY.replace(month=3, day=2))

    assert len(cards(ana)) == 1


def test_no_card_where_the_lead_alone_is_asked_and_the_preview_says_so(town: Town, ana: Persona, pru: Persona) -> None:
    _opens(pru)
    pru.submits(where="dm")
    assert "No card goes to the channels: the team lead of each team is asked alone" in texts(_form(pru))
    assert pru.submits()["ok"]

    asked(town)

    assert cards(ana) == []
    assert "Check-in of Mon 16 Feb: open" in texts(ana.opens_home()["blocks"])


def test_a_file_that_names_no_check_in_keeps_them(town: Town, pru: Persona) -> None:
    _saves(pru, **MONTHLY)
    before = _settings(town)
    start = SMALL_TOWN.index("checkin:")

    town.load(SMALL_TOWN[:start] + SMALL_TOWN[SMALL_TOWN.index("events:") :])

    assert _settings(town) == before


@pytest.mark.parametrize(
    ("chosen", "box", "sentence"),
    [
        ({"at": "21:00"}, "at", "21:00 lies in the quiet hours, 20:00 to 07:00. Please choose another."),
        ({"questions": "Why?\n" * 11}, "questions", "At most 10 questions fit; these are 11."),
        ({"questions": "w" * 301}, "questions", "A question takes at most 300 characters, and all of them 2,000."),
        (
            {"questions": f"{'w' * 290}\n" * 9}, "questions",
            "A question takes at most 300 characters, and all of them 2,000.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_on_its_box(pru: Persona, chosen: Json, box: str, sentence: str) -> None:
    _opens(pru)

    assert pru.submits(**chosen)["errors"] == {box: sentence}


def test_details_of_a_patient_in_a_question_are_asked_about(town: Town, pru: Persona) -> None:
    before = _settings(town)
    _opens(pru)
    pru.submits(questions="How is MRN 12345678?")

    assert "confirm below" in texts(_form(pru))
    assert _settings(town) == before


@pytest.mark.parametrize("who", ["ana", "imani", "tobias", "cleo"])
def test_nobody_else_sets_them(town: Town, pru: Persona, who: str) -> None:
    only_people_are_heard(town)
    person = town.people[who]
    assert "Check-ins" not in texts(person.opens_home()["blocks"]).splitlines()
    before = _settings(town)
    _saves(pru, **MONTHLY)
    saved = last_sent(town)
    saved["payload"]["view"]["id"] = "V9"

    answer = sends_again(town, saved, person)

    told = str(answer.get("errors") or person.hears()[-1])
    assert "That's for a coordinator or the director." in told
    assert _settings(town) != before


def _opens(pru: Persona) -> None:
    pru.opens_home()
    pru.presses_at_home("Check-ins")


def _saves(pru: Persona, **chosen: Any) -> None:
    _opens(pru)
    pru.submits(**chosen)
    assert pru.submits()["ok"]


def _settings(town: Town) -> dict[str, Any]:
    with town.record() as session:
        return session.get_one(Collaborative, 1).checkin


def _trail(town: Town) -> list[tuple[str, dict[str, Any]]]:
    with town.record() as session:
        return [(one.act, one.detail) for one in session.exec(select(Audit)) if one.act.startswith("checkins")]


def _form(person: Persona) -> list[Json]:
    return list((person.form or {"blocks": []})["blocks"])


def _lines(person: Persona) -> list[str]:
    return [line for line in texts(_form(person)).splitlines() if line]
