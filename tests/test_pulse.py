"""Worth my time: one optional tap after a call, told as counts from five answers up and never by name."""

from datetime import timedelta

from tests.calling import A_MINUTE, CALL, FORTNIGHT_BEFORE, cards, comes_up, team_card
from tests.checking_in import at
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.town import Town

SCORES = ["1", "2", "3", "4", "5"]
END = CALL + timedelta(hours=1)


def test_after_a_call_everybody_may_say_once_whether_it_was_worth_their_time(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    comes_up(town)
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)
    at(town, END - A_MINUTE)
    assert "Was it worth your time?" not in team_card(ana)
    at(town, END)
    assert buttons(cards(ana)[0]["blocks"]) == ["I'm here", *SCORES, "Report patient details"]

    for person, score in ((ana, "2"), (ben, "5"), (cleo, "4"), (pru, "5")):
        person.presses(score, cards(person)[0])
    ana.presses("4", cards(ana)[0])
    pressed = last_sent(town)
    sends_again(town, pressed)

    assert ana.whispers()[-1] == "Thank you: 4 is counted, without your name. Another tap changes it."
    assert "Worth the time" not in texts(cards(ana)[0]["blocks"])
    ana.presses("I'm here", cards(ana)[0])
    cleo.presses("1", cards(cleo)[0])
    assert cleo.whispers()[-1].startswith("That is for those who were at AP1 call, and nobody of your team is noted")
    town.people["gil"].presses("3", channel="team-alder")
    assert "Worth the time, from 1 to 5: 1 said 3, 2 said 4, 2 said 5." in texts(cards(ana)[0]["blocks"])
    assert "2 said 5." in cards(ana)[0]["text"]
    at(town, END + timedelta(days=2, seconds=2))
    assert buttons(cards(ana)[0]["blocks"]) == ["Report patient details"]
    assert "Was it worth your time?" not in team_card(ana)
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, ben)
    assert ben.hears()[-1].startswith("Whether AP1 call was worth your time is asked for two days after it")
