"""A check-in that nobody answers is put to the team lead, then to the deputy, and to nobody once its time is over."""

from datetime import datetime, timedelta

import pytest

from bot.domain import asks
from tests.asking import CHICAGO, asks_in, turns_to
from tests.checking_in import DAY, at, cards
from tests.cycling import buttons
from tests.personas import Json, Persona
from tests.town import Town


def test_an_open_check_in_is_asked_for_two_working_days_later_and_then_of_the_deputy(
    town: Town, ana: Persona, ben: Persona
) -> None:
    for day in (16, 17):
        turns_to(town, day)
        assert _asked(ana) == []
    turns_to(town, 18)

    (question,) = _asked(ana)
    assert "How's the work?" in question["text"]
    assert "You get this because you lead the team and nobody has answered it yet." in question["text"]
    assert buttons(question["blocks"])[:2] == ["Answer", "Tomorrow"]
    turns_to(town, 19)
    assert _asked(ben) == []
    for day in (20, 23, 24, 25, 26):
        turns_to(town, day)
    assert (len(_asked(ana)), len(_asked(ben))) == (1, 1)


def test_words_under_the_question_are_offered_as_its_answer(town: Town, ana: Persona) -> None:
    for day in (16, 18):
        turns_to(town, day)
    (question,) = _asked(ana)

    ana.writes("Two of us are on leave", under=question)
    offer = ana.dm()[-1]
    assert (offer["thread_ts"], buttons(offer["blocks"])[0]) == (question["ts"], "Answer the check-in")
    ana.presses("Answer the check-in")
    assert ana.filled_in()["tested"] == "Two of us are on leave"
    assert ana.submits(mood="heavy")["ok"]

    assert _asked(ana)[0]["text"].endswith(" You told us. Thank you. You got this because you lead the team.")
    ana.writes("And one more thing")
    assert "Answer the check-in" not in buttons(ana.dm()[-1]["blocks"])


def test_an_answer_settles_it(town: Town, ana: Persona, ben: Persona) -> None:
    for day in (16, 18):
        turns_to(town, day)
    ben.presses("Answer", channel="team-alder")
    assert ben.submits(mood="growing")["ok"]

    assert _asked(ana)[0]["text"].endswith(" Told by Ben Castellano. You got this because you lead the team.")


def test_what_is_over_is_not_asked_any_more(town: Town, ana: Persona) -> None:
    for day in (16, 17):
        turns_to(town, day)
    assert [ask.state for ask in asks_in(town)] == [asks.OPEN, asks.OPEN]

    town.turn_clock(datetime(2026, 3, 2, 12, tzinfo=CHICAGO))
    town.bot.tick()

    assert _asked(ana) == []
    assert [ask.state for ask in asks_in(town)][:2] == [asks.GONE, asks.GONE]


@pytest.mark.parametrize("before", [timedelta(days=1), timedelta(hours=2)])  # by then it is an open question
def test_a_check_in_that_a_coordinator_held_back_is_not_asked_about_either(
    town: Town, ana: Persona, ben: Persona, pru: Persona, before: timedelta
) -> None:
    at(town, DAY - before)
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    pru.presses_beside("The check-in card", "Show them")
    pru.presses("Hold back")
    for day in (16, 17, 18, 19, 20, 23, 24):
        turns_to(town, day)

    assert (cards(ana), _asked(ana), _asked(ben)) == ([], [], [])


def test_a_check_in_that_goes_out_after_all_is_asked_about_as_any_other(town: Town, ana: Persona, pru: Persona) -> None:
    at(town, DAY - timedelta(hours=2))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    pru.presses("Show them")
    pru.presses("Hold back")
    town.bot.tick()
    pru.presses("All upcoming messages")
    pru.presses("Send after all")
    for day in (16, 17, 18):
        turns_to(town, day)

    assert (len(cards(ana)), len(_asked(ana))) == (1, 1)


def _asked(person: Persona) -> list[Json]:
    return [message for message in person.dm() if "The check-in of " in message["text"]]
