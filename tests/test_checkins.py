"""Each team is asked once a period how it goes: one dated card, one answer, and words that are never lost."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.activity import Act
from tests.checking_in import CHICAGO, DAY, answers, asked, at, card, cards, check_ins, sets, told
from tests.cycling import buttons, last_sent, learns, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Persona, texts
from tests.town import Town

OPEN = "How's the work: 🌱 growing, 🌤 steady or 🌧 heavy? It takes a minute."


def test_nobody_is_asked_on_the_day_of_the_launch(town: Town, ana: Persona) -> None:
    at(town, datetime(2026, 2, 2, 18, tzinfo=CHICAGO))

    assert cards(ana) == []
    assert check_ins(town) == []


def test_one_dated_card_comes_at_its_hour_and_says_why(town: Town, ana: Persona) -> None:
    at(town, DAY - timedelta(minutes=1))
    assert cards(ana) == []

    for _ in range(3):
        asked(town)

    (one,) = cards(ana)
    assert one["text"] == (
        "Alder &amp; Main: check-in of Mon 16 Feb 2026. How's the work: growing, steady or heavy? You get this because "
        "Small Town checks in every two weeks. One answer for the team is enough, and a cycle that moves is one too."
    )
    assert texts(one["blocks"]).splitlines()[:2] == ["Check-in · Mon 16 Feb 2026", OPEN]
    assert buttons(one["blocks"]) == ["Answer"]


def test_each_team_is_asked_at_the_hour_where_it_is(town: Town, ana: Persona, cleo: Persona) -> None:
    asked(town)
    assert (len(cards(ana)), len(cards(cleo, "team-prairie"))) == (1, 0)

    at(town, DAY + timedelta(hours=1))

    assert (len(cards(ana)), len(cards(cleo, "team-prairie"))) == (1, 1)


def test_one_answer_is_complete_and_stands_on_the_card_with_its_writer_and_day(town: Town, ana: Persona) -> None:
    asked(town)

    answers(ana, mood="growing", tested="Nadia called ten people", in_the_way="Forms & <b>faxes</b>")

    assert card(ana).splitlines()[:8] == [
        "Check-in · Mon 16 Feb 2026",
        "How's the work?", "🌱 growing",
        "One test since we met?", "Nadia called ten people",
        "One thing in the way?", "Forms & <b>faxes</b>",
        "Ana Reyes · Mon 16 Feb",
    ]  # fmt: skip
    assert "growing" in cards(ana)[0]["text"]
    assert _acts(town) == [("checkin.answered", "checkin:1")]


def test_choosing_how_the_work_goes_is_enough(town: Town, ana: Persona) -> None:
    asked(town)
    ana.presses("Answer")

    assert ana.boxes() == ["mood", "tested", "in_the_way", "hear_from", "more"]
    assert "mood" in ana.submits()["errors"]
    assert ana.submits(mood="steady")["ok"]
    assert "🌤 steady" in card(ana)


def test_a_team_mate_adds_to_it_and_the_card_says_so(town: Town, ana: Persona, ben: Persona) -> None:
    asked(town)
    answers(ana, mood="growing", tested="Nadia called ten people")
    ben.presses("Add to it")
    assert ben.filled_in()["mood"] == "growing"

    assert ben.submits(hear_from="Prairie Bend")["ok"]

    assert "Ana Reyes · Mon 16 Feb · edited by Ben Castellano · Mon 16 Feb" in card(ana)
    assert "Nadia called ten people" in card(ana)
    assert len(_acts(town)) == 1


def test_two_who_answer_at_once_both_keep_their_words(town: Town, ana: Persona, ben: Persona) -> None:
    asked(town)
    ben.presses("Answer")
    answers(ana, mood="growing", tested="Nadia called ten people")

    assert not ben.submits(mood="steady", tested="We wrote a script").get("errors")
    shown = texts((ben.form or {"blocks": []})["blocks"])
    assert "While you were writing: Ana Reyes answered for your team: 🌱 growing." in shown
    assert "Nadia called ten people" in shown
    assert ben.filled_in()["tested"] == "We wrote a script"
    assert "Nadia called ten people" in card(ana)

    assert ben.submits(tested="Nadia called ten people; we wrote a script")["ok"]
    assert "we wrote a script" in card(ana)


def test_half_written_words_stand_beside_what_a_team_mate_told_meanwhile(
    town: Town, ana: Persona, ben: Persona
) -> None:
    asked(town)
    ben.presses("Answer")
    ben.types("tested", "We wrote a script")
    ben.closes()
    answers(ana, mood="growing", tested="Nadia called ten people")

    ben.presses("Add to it")

    assert ben.filled_in()["tested"] == "We wrote a script"
    shown = texts((ben.form or {"blocks": []})["blocks"])
    assert "Ana Reyes answered for your team: 🌱 growing. One test since we met? Nadia called ten people" in shown
    assert "Start empty" not in shown


def test_a_form_that_arrives_twice_counts_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    asked(town)
    answers(ana, mood="growing")
    sends_again(town, last_sent(town))

    assert [one.version for one in told(town)] == [1]
    assert len(_acts(town)) == 1


def test_a_late_answer_shows_on_its_own_card_with_its_day(town: Town, ana: Persona) -> None:
    asked(town)
    at(town, DAY + timedelta(days=14))
    first, second = cards(ana)

    ana.presses("Answer", first)
    assert ana.submits(mood="steady", tested="We were away")["ok"]

    first, second = cards(ana)
    assert "Ana Reyes · Mon 2 Mar" in texts(first["blocks"])
    assert "late" not in texts(first["blocks"])
    assert "Check-in · Mon 2 Mar 2026" in texts(second["blocks"])
    assert OPEN in texts(second["blocks"])


def test_work_that_was_done_answers_for_the_team(town: Town, ana: Persona) -> None:
    logs(ana)
    at(town, datetime(2026, 2, 10, 10, tzinfo=CHICAGO))
    runs_it(ana)
    asked(town)

    assert "Answered by your work: cycle 1 ran on Tue 10 Feb." in card(ana)
    assert "Answered by your work: cycle 1 ran on Tue 10 Feb." in cards(ana)[0]["text"]
    assert buttons(cards(ana)[0]["blocks"]) == ["Add to it"]


def test_a_cycle_that_moves_later_changes_the_card_and_fills_the_form_in(town: Town, ana: Persona) -> None:
    asked(town)
    logs(ana, due="2026-02-20")
    runs_it(ana)
    learns(ana)
    town.bot.tick()
    assert "Answered by your work: cycle 1 was learned from on Mon 16 Feb." in card(ana)

    ana.presses("Add to it")

    assert ana.filled_in()["tested"] == "Cycle 1 was learned from: 7 of 9 came"
    assert "Filled in from your cycles" in str(ana.box("tested"))
    assert ana.submits(mood="growing")["ok"]
    assert "Cycle 1 was learned from: 7 of 9 came" in card(ana)


def test_what_is_typed_is_kept_when_the_form_is_closed(town: Town, ana: Persona) -> None:
    asked(town)
    ana.presses("Answer")
    ana.types("in_the_way", "The fax machine")
    ana.closes()

    ana.presses("Answer")

    assert ana.filled_in()["in_the_way"] == "The fax machine"
    assert "Your words from last time are still here." in texts((ana.form or {"blocks": []})["blocks"])
    ana.presses("Start empty")
    assert ana.filled_in()["in_the_way"] is None


def test_details_of_a_patient_are_asked_about_before_they_are_kept(town: Town, ana: Persona) -> None:
    asked(town)
    ana.presses("Answer")
    ana.submits(mood="steady", in_the_way="MRN 12345678 didn't come")

    assert "confirm below" in texts((ana.form or {"blocks": []})["blocks"])
    assert told(town) == []
    assert ana.submits(in_the_way="Somebody didn't come")["ok"]


def test_a_collaborative_asks_its_own_questions(town: Town, ana: Persona) -> None:
    sets(town, questions=["How's the work?", "What went well?", "One thing in the way?", "What went well?"])
    asked(town)
    ana.presses("Answer")
    assert ana.boxes() == ["mood", "own0", "in_the_way", "more"]

    assert ana.submits(mood="growing", own0="Calls", in_the_way="Faxes")["ok"]

    assert card(ana).splitlines()[3:7] == ["What went well?", "Calls", "One thing in the way?", "Faxes"]
    assert told(town)[0].own == {"What went well?": "Calls"}


@pytest.mark.parametrize("who", ["gil", "olga"])
def test_guests_and_people_of_another_workspace_answer_from_the_card_alone(town: Town, who: str) -> None:
    person = town.people[who]
    asked(town)

    answers(person, mood="growing", tested="We tried it")

    assert "🌱 growing" in card(person)


@pytest.mark.parametrize("who", ["pru", "imani", "tobias", "cleo", "mallory"])
def test_nobody_but_the_team_answers(town: Town, ana: Persona, who: str) -> None:
    only_people_are_heard(town)
    asked(town)
    ana.presses("Answer")
    press = last_sent(town)
    ana.submits(mood="steady")
    form = last_sent(town)
    made = town.slack.post("users", name="mallory", email="mallory@example.org")["id"] if who == "mallory" else ""
    person = Persona(who, made, town.slack, town.bot.settle) if made else town.people[who]
    before = told(town)

    sends_again(town, press, person)
    assert person.form is None
    refused = "I don't know you yet" if made else "That's for the members of Alder &amp; Main."
    assert person.hears()[-1].startswith(refused)
    answer = sends_again(
        town, {**form, "payload": {**form["payload"], "view": {**form["payload"]["view"], "id": "V9"}}}, person
    )
    assert refused.replace("&amp;", "&") in str(answer["errors"])
    assert told(town) == before


def test_home_shows_the_open_one_and_answers_from_there(town: Town, ana: Persona, ben: Persona) -> None:
    assert "Check-in of" not in texts(ana.opens_home()["blocks"])
    asked(town)
    ben.opens_home()
    assert "Check-in of Mon 16 Feb: open" in texts(ana.opens_home()["blocks"])

    ana.presses_at_home("Answer")
    assert ana.submits(mood="growing")["ok"]

    for person in (ana, ben):
        assert "Check-in of Mon 16 Feb: answered by Ana Reyes" in texts(person.home["blocks"])
    assert "🌱 growing" in card(ana)


def _acts(town: Town) -> list[tuple[str, str]]:
    with town.record() as session:
        return [(act.kind, act.subject) for act in session.exec(select(Act)) if act.kind.startswith("checkin")]
