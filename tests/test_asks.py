"""Whoever is asked something has four ways to answer, each of which is taken at its word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.domain import asks
from bot.domain.people import Person
from tests.asking import (
    asked,
    asks_in,
    dm_of,
    form,
    is_unstudied,
    leaves,
    outcomes,
    row_of,
    turns_to,
)
from tests.cycling import buttons, last_sent, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Persona, texts
from tests.town import Town

DENVER = ZoneInfo("America/Denver")


def test_tomorrow_brings_it_back_on_the_next_working_day_and_counts_for_nothing(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-13")  # a Friday
    turns_to(town, 13)
    assert "You get this once, because you own the test and this was its date." in texts(asked(ana)[0]["blocks"])
    ana.presses("Tomorrow")

    (question,) = asked(ana)
    assert "You got this because you own the test. Questions come" in texts(question["blocks"])  # it comes once more
    assert question["text"].endswith(" You got this because you own the test.")
    assert question["text"].startswith("Morning, Ana. Your test (cycle 1) was to have run by Fri 13 Feb 2026. You put")
    assert buttons(question["blocks"]) == ["All actions"]
    assert ana.whispers(dm_of(town, ana))[-1] == "I'll ask you again on Mon 16 Feb 9:00 AM CST."
    turns_to(town, 15)
    assert len(asked(ana)) == 1
    for _ in range(2):
        turns_to(town, 16)
    assert asked(ana)[1]["text"].endswith(" You get this because you wanted to be asked again.")
    assert "You get this because you wanted to be asked again. Questions" in texts(asked(ana)[1]["blocks"])
    ana.presses("Tomorrow")
    turns_to(town, 17)
    assert len(asked(ana)) == 3
    turns_to(town, 18)
    assert len(asked(ana)) == 3


def test_someone_else_is_asked_at_their_next_hour_and_told_by_whom(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 10)
    ana.presses("Someone else does this")
    assert "Who in Alder & Main tells us what happened with cycle 1?" in texts(form(ana)["blocks"])
    assert ana.filled_in() == {"person": row_of(town, "Ben Castellano")}
    assert ana.submits()["ok"]

    assert "Ben Castellano takes it." in asked(ana)[0]["text"]
    assert ana.hears()[-1] == "I'll ask Ben Castellano on Wed 11 Feb 9:00 AM CST."
    assert asked(ben) == []
    for _ in range(2):
        turns_to(town, 11)
    (question,) = asked(ben)
    first = (
        "Morning, Ben. Ana Reyes asked you to tell us about their test (cycle 1), which was to have run by Tue 10 Feb"
    )
    assert question["text"].startswith(first)
    assert "The prediction: 8 of 10 come" in question["text"]
    assert question["text"].endswith(" You get this because Ana Reyes asked you to take this.")
    ben.presses("Tell us")
    assert ben.submits(happened="9 called")["ok"]
    turns_to(town, 12)
    assert (len(asked(ana)), len(asked(ben))) == (1, 1)


def test_whoever_gets_up_later_is_asked_the_same_day(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    with town.kit.store.transaction() as session:
        later = session.exec(select(Person).where(Person.name == "Ben Castellano")).one()
        later.asked_at = time(14)
        session.add(later)
    turns_to(town, 10)
    ana.presses("Someone else does this")
    ana.submits()

    assert ana.hears()[-1] == "I'll ask Ben Castellano on Tue 10 Feb 2:00 PM CST."
    turns_to(town, 10, 14)
    assert len(asked(ben)) == 1


def test_it_can_be_handed_to_anybody_of_the_team_and_to_nobody_else(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 10)
    ana.presses("Someone else does this")
    options = form(ana)["blocks"][1]["element"]["options"]
    assert [option["text"]["text"] for option in options] == ["Ben Castellano", "Gil Santos", "Olga Novak"]
    leaves(town, "Gil Santos")
    answer = ana.submits(person=row_of(town, "Gil Santos"))

    assert answer["errors"] == {"person": "They aren't in your team any more. Please choose somebody else."}
    assert ana.submits(person=row_of(town, "Olga Novak"))["ok"]
    turns_to(town, 11)
    assert len(asked(town.people["olga"])) == 1


def test_somebody_alone_in_a_team_is_told_the_other_ways(town: Town, cleo: Persona) -> None:
    logs(cleo, "team-prairie", due="2026-02-10")
    turns_to(town, 10, zone=DENVER)
    cleo.presses("Someone else does this")

    assert cleo.form is None
    assert cleo.whispers(dm_of(town, cleo))[-1].startswith("There is nobody else in your team yet who could take it.")


def test_not_this_time_is_the_end_of_it(town: Town, ana: Persona, ben: Persona) -> None:
    is_unstudied(town, ana, ben)
    ben.presses("Not this time")

    assert "Not this time." in asked(ana)[0]["text"]
    assert buttons(asked(ben)[0]["blocks"]) == ["All actions"]
    assert ben.whispers(dm_of(town, ben))[-1].startswith("Fine: I won't ask again what cycle 1 taught.")
    for day in range(18, 28):
        turns_to(town, day)
    assert (len(asked(ana)), len(asked(ben))) == (1, 1)


def test_a_team_mates_answer_settles_it_for_all(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 10)
    runs_it(ben)

    assert "Told by Ben Castellano." in asked(ana)[0]["text"]
    assert buttons(asked(ana)[0]["blocks"]) == ["All actions"]
    assert outcomes(town) == [asks.ACTED]


def test_a_button_pressed_twice_counts_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana, due="2026-02-10")
    turns_to(town, 10)
    ana.presses("Tomorrow")
    pressed = last_sent(town)
    told = len(ana.hears())

    sends_again(town, pressed)
    assert len(ana.hears()) == told
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, ana)

    assert ana.hears()[-1] == "That's settled already. You put this off."
    assert outcomes(town) == [asks.TOMORROW]


def test_of_two_team_mates_who_press_at_once_one_is_told(town: Town, ana: Persona, ben: Persona) -> None:
    only_people_are_heard(town)
    is_unstudied(town, ana, ben)
    presses = []
    for person in (ana, ben):
        (message,) = asked(person)
        elements = [one for block in message["blocks"] for one in block.get("elements", ())]
        element = next(one for one in elements if one.get("action_id") == "asks.not_this_time")
        press = {"action_id": element["action_id"], "value": element["value"], "block_id": None}
        presses.append({"user": person.user, "channel": dm_of(town, person), "ts": message["ts"], **press})

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda press: town.slack.post("act/click", **press), presses))
    town.bot.settle()

    told = [person.whispers(dm_of(town, person))[-1] for person in (ana, ben)]
    assert sorted(one.split(".")[0] for one in told) == [
        "Fine: I won't ask again what cycle 1 taught",
        "That's settled already",
    ]
    assert [ask.state for ask in asks_in(town)] == [asks.DECLINED]


def test_somebody_of_another_team_answers_nothing(town: Town, ana: Persona, cleo: Persona) -> None:
    only_people_are_heard(town)
    logs(ana, due="2026-02-10")
    turns_to(town, 10)
    ana.presses("Tomorrow")
    pressed = last_sent(town)

    sends_again(town, pressed, cleo)

    assert cleo.hears()[-1].startswith("That's for the members of Alder &amp; Main and the director")
    assert outcomes(town) == [asks.TOMORROW]
