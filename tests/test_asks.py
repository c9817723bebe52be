"""Whoever is asked something has four ways to answer, and what is asked never becomes too much."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot import asking, outbox
from bot.domain import absences, asks
from bot.domain.asks import Ask, Put
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.outbox import Letter
from tests.cycling import buttons, cycles, last_sent, learns, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

CHICAGO, DENVER, TOKYO = ZoneInfo("America/Chicago"), ZoneInfo("America/Denver"), ZoneInfo("Asia/Tokyo")
WAYS = ["Tomorrow", "Someone else does this", "Not this time"]


# one line, and the four ways


def test_tomorrow_brings_it_back_on_the_next_working_day_and_counts_for_nothing(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-13")  # a Friday
    _at(town, 13)
    ana.presses("Tomorrow")

    (question,) = _asked(ana)
    assert question["text"].startswith("Morning, Ana. Your test (cycle 1) was to have run by Fri 13 Feb 2026. Tomorrow")
    assert buttons(question["blocks"]) == ["All actions"]
    assert ana.whispers(_dm(town, ana))[-1] == "I'll ask you again on Mon 16 Feb 09:00 CST."
    _at(town, 15)
    assert len(_asked(ana)) == 1
    for _ in range(2):
        _at(town, 16)
    assert "You get this because you wanted to be asked again and this was its date." in _asked(ana)[1]["text"]
    ana.presses("Tomorrow")
    _at(town, 17)
    assert len(_asked(ana)) == 3
    _at(town, 18)
    assert len(_asked(ana)) == 3


def test_someone_else_is_asked_at_their_next_hour_and_told_by_whom(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 10)
    ana.presses("Someone else does this")
    assert "Who in Alder & Main tells us what happened with cycle 1?" in texts(_form(ana)["blocks"])
    assert ana.filled_in() == {"person": _row(town, "Ben Castellano")}
    assert ana.submits()["ok"]

    assert "Ben Castellano takes it." in _asked(ana)[0]["text"]
    assert ana.hears()[-1] == "I'll ask Ben Castellano on Wed 11 Feb 09:00 CST."
    assert _asked(ben) == []
    for _ in range(2):
        _at(town, 11)
    (question,) = _asked(ben)
    assert "You get this because Ana Reyes asked you to take this and this was its date." in question["text"]
    ben.presses("Tell us")
    assert ben.submits(happened="9 called")["ok"]
    _at(town, 12)
    assert (len(_asked(ana)), len(_asked(ben))) == (1, 1)


def test_whoever_gets_up_later_is_asked_the_same_day(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    with town.kit.store.transaction() as session:
        later = session.exec(select(Person).where(Person.name == "Ben Castellano")).one()
        later.asked_at = time(14)
        session.add(later)
    _at(town, 10)
    ana.presses("Someone else does this")
    ana.submits()

    assert ana.hears()[-1] == "I'll ask Ben Castellano on Tue 10 Feb 14:00 CST."
    _at(town, 10, 14)
    assert len(_asked(ben)) == 1


def test_it_can_be_handed_to_anybody_of_the_team_and_to_nobody_else(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 10)
    ana.presses("Someone else does this")
    options = _form(ana)["blocks"][1]["element"]["options"]
    assert [option["text"]["text"] for option in options] == ["Ben Castellano", "Gil Santos", "Olga Novak"]
    _leaves(town, "Gil Santos")
    answer = ana.submits(person=_row(town, "Gil Santos"))

    assert answer["errors"] == {"person": "They aren't in your team any more. Please choose somebody else."}
    assert ana.submits(person=_row(town, "Olga Novak"))["ok"]
    _at(town, 11)
    assert len(_asked(town.people["olga"])) == 1


def test_somebody_alone_in_a_team_is_told_the_other_ways(town: Town, cleo: Persona) -> None:
    logs(cleo, "team-prairie", due="2026-02-10")
    _at(town, 10, zone=DENVER)
    cleo.presses("Someone else does this")

    assert cleo.form is None
    assert cleo.whispers(_dm(town, cleo))[-1].startswith("There is nobody else in your team yet who could take it.")


def test_not_this_time_is_the_end_of_it(town: Town, ana: Persona, ben: Persona) -> None:
    _is_unstudied(town, ana, ben)
    ben.presses("Not this time")

    assert "Not this time." in _asked(ana)[0]["text"]
    assert buttons(_asked(ben)[0]["blocks"]) == ["All actions"]
    assert ben.whispers(_dm(town, ben))[-1].startswith("Fine: I won't ask again what cycle 1 taught.")
    for day in range(18, 28):
        _at(town, day)
    assert (len(_asked(ana)), len(_asked(ben))) == (1, 1)


def test_a_team_mates_answer_settles_it_for_all(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 10)
    runs_it(ben)

    assert "Told by Ben Castellano." in _asked(ana)[0]["text"]
    assert buttons(_asked(ana)[0]["blocks"]) == ["All actions"]
    assert _outcomes(town) == [asks.ACTED]


def test_a_button_pressed_twice_counts_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana, due="2026-02-10")
    _at(town, 10)
    ana.presses("Tomorrow")
    pressed = last_sent(town)
    told = len(ana.hears())

    sends_again(town, pressed)
    assert len(ana.hears()) == told
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, ana)

    assert ana.hears()[-1] == "That's settled already. Tomorrow, then."
    assert _outcomes(town) == [asks.TOMORROW]


def test_of_two_team_mates_who_press_at_once_one_is_told(town: Town, ana: Persona, ben: Persona) -> None:
    only_people_are_heard(town)
    _is_unstudied(town, ana, ben)
    presses = []
    for person in (ana, ben):
        (message,) = _asked(person)
        elements = [one for block in message["blocks"] for one in block.get("elements", ())]
        element = next(one for one in elements if one.get("action_id") == "asks.not_this_time")
        press = {"action_id": element["action_id"], "value": element["value"], "block_id": None}
        presses.append({"user": person.user, "channel": _dm(town, person), "ts": message["ts"], **press})

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda press: town.slack.post("act/click", **press), presses))
    town.bot.settle()

    told = [person.whispers(_dm(town, person))[-1] for person in (ana, ben)]
    assert sorted(one.split(".")[0] for one in told) == [
        "Fine: I won't ask again what cycle 1 taught",
        "That's settled already",
    ]
    assert [ask.state for ask in _asks(town)] == [asks.DECLINED]


def test_somebody_of_another_team_answers_nothing(town: Town, ana: Persona, cleo: Persona) -> None:
    only_people_are_heard(town)
    logs(ana, due="2026-02-10")
    _at(town, 10)
    ana.presses("Tomorrow")
    pressed = last_sent(town)

    sends_again(town, pressed, cleo)

    assert cleo.hears()[-1].startswith("That's for the members of Alder &amp; Main. Ask one of them")
    assert _outcomes(town) == [asks.TOMORROW]


# whose turn it is


def test_a_test_that_taught_nothing_yet_is_asked_about_twice_at_most(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    _at(town, 3)
    runs_it(ana)
    _at(town, 10)
    assert _asked(ana) == []
    _at(town, 11)

    (question,) = _asked(ana)
    assert question["text"].startswith("Morning, Ana. Your test (cycle 1) ran more than a week ago: Nadia calls")
    assert "You predicted “8 of 10 come”. What did you see?" in question["text"]
    assert buttons(question["blocks"]) == ["What did we learn", *WAYS, "All actions"]
    for day in range(12, 18):
        _at(town, day)
        assert _asked(ben) == []
    _at(town, 18)
    assert "because you are the team's deputy and what it taught isn't written yet" in _asked(ben)[0]["text"]
    for day in range(19, 28):
        _at(town, day)
    assert (len(_asked(ana)), len(_asked(ben))) == (1, 1)
    learns(ben)
    assert "Told by Ben Castellano." in _asked(ana)[0]["text"]
    assert "You told us. Thank you." in _asked(ben)[0]["text"]


def test_what_was_learned_meanwhile_is_not_asked(town: Town, ana: Persona) -> None:
    logs(ana)
    _at(town, 3)
    runs_it(ana)
    _at(town, 10)
    learns(ana)
    _at(town, 11)

    assert _asked(ana) == []


@pytest.mark.parametrize(("back", "asked"), [(13, "ana"), (14, "ben")])
def test_who_is_away_for_days_to_come_is_not_waited_for(
    town: Town, ana: Persona, ben: Persona, back: int, asked: str
) -> None:
    logs(ana, due="2026-02-10")
    _is_away(town, "Ana Reyes", 9, back)

    for day in (10, 11, 12, 13, 14, 15, 16):
        _at(town, day)

    assert (len(_asked(ana)), len(_asked(ben))) == ((1, 0) if asked == "ana" else (0, 1))
    if asked == "ben":
        assert "You get this because its owner is away" in _asked(ben)[0]["text"]


def test_the_deputy_who_is_away_too_leaves_the_second_time_to_the_owner(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    _at(town, 3)
    runs_it(ana)
    _is_away(town, "Ben Castellano", 16, 28)
    for day in (11, 12, 18, 19, 27):
        _at(town, day)

    assert (len(_asked(ana)), len(_asked(ben))) == (2, 0)


def test_who_left_before_it_was_sent_is_not_asked_but_the_deputy(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 9)
    _leaves(town, "Ana Reyes")
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    town.bot.settle()  # the letter's hour comes before anybody plans anew

    assert _asked(ana) == []
    town.bot.tick()
    assert len(_asked(ben)) == 1


def test_a_team_that_pauses_before_it_was_sent_is_left_alone(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 9)
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.status, team.status_until = "paused", date(2026, 2, 12)
        session.add(team)
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    town.bot.settle()
    assert _asked(ana) == []

    for day in (10, 11, 12):
        _at(town, day)
    assert len(_asked(ana)) == 1


def test_a_cycle_that_is_deleted_is_not_asked_about_any_more(town: Town, ana: Persona, ben: Persona) -> None:
    for due in ("2026-02-10", "2026-02-11"):
        logs(ana, due=due)
    _at(town, 10)
    for _ in range(2):
        ben.presses("Edit")
        ben.presses("Delete this cycle")

    assert "It isn't needed any more." in _asked(ana)[0]["text"]
    assert "Nadia calls" not in str(_asked(ana)[0])
    _at(town, 11)
    assert len(_asked(ana)) == 1
    assert [ask.state for ask in _asks(town)] == [asks.GONE, asks.GONE]


def test_a_zone_changed_in_the_profile_moves_the_hour(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 9)
    town.slack.post("users", id=ana.user, tz="Asia/Tokyo")
    town.bot.tick()

    _at(town, 10, 8, zone=TOKYO)
    assert _asked(ana) == []
    _at(town, 10, zone=TOKYO)
    assert len(_asked(ana)) == 1
    _at(town, 10, zone=CHICAGO)
    assert len(_asked(ana)) == 1


# several lines, and how much is too much


def test_two_things_come_as_one_message_with_their_own_buttons(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, change="The first test", due="2026-02-10")
    logs(ana, change="The second test", due="2026-02-10")
    _at(town, 10)

    (message,) = _asked(ana)
    assert message["text"].startswith("Two things, Ana. 1: Your test (cycle 1) was to have run by Tue 10 Feb 2026:")
    assert "2: Your test (cycle 2)" in message["text"]
    assert message["text"].count("You get this because you own the test") == 2
    assert buttons(message["blocks"]) == ["Tell us", *WAYS, "Tell us", *WAYS, "All actions"]
    ana.presses("Not this time")
    (message,) = _asked(ana)
    assert "1. Your test (cycle 1) was to have run by Tue 10 Feb 2026. Not this time." in texts(message["blocks"])
    assert buttons(message["blocks"]) == ["Tell us", *WAYS, "All actions"]
    ana.presses("Tomorrow")
    assert buttons(_asked(ana)[0]["blocks"]) == ["All actions"]
    _at(town, 11)
    assert "Morning, Ana. Your test (cycle 2)" in _asked(ana)[1]["text"]


def test_of_four_things_three_come_and_the_fourth_on_the_next_day(town: Town, ana: Persona, pru: Persona) -> None:
    for number in range(4):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    _at(town, 9)
    assert "1 to Ana Reyes" not in _upcoming(pru)
    held = "The question what happened with cycle 4 to Ana Reyes (ana@example.org)."
    assert f"{held}\nWhy: the test was to have run by today.\n" in _upcoming(pru)
    assert "Held back by me: 3 questions that day already." in _upcoming(pru)
    _at(town, 10)

    (message,) = _asked(ana)
    assert message["text"].startswith("Three things, Ana. 1: Your test (cycle 1)")
    assert "cycle 4" not in message["text"]
    assert buttons(message["blocks"]).count("Tell us") == 3
    _at(town, 11)
    assert "Morning, Ana. Your test (cycle 4)" in _asked(ana)[1]["text"]


def test_three_messages_a_week_and_the_coordinator_sees_what_was_held_back(
    town: Town, ana: Persona, pru: Persona
) -> None:
    for day in (10, 11, 12, 13):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12, 13):
        _at(town, day)
    assert len(_asked(ana)) == 3

    said = _upcoming(pru)
    assert "The question what happened with cycle 4 to Ana Reyes" in said
    assert "Fri 13 Feb 09:00 CST where they are. Held back by me: 3 messages this week already." in said
    assert "Mon 16 Feb 09:00 CST where they are. It is planned two days before." in said
    assert "What happened with a cycle: 3 went out: 0 acted on, 3 not answered so far. 1 held back by me" in said
    for day in (14, 15, 16):
        _at(town, day)
    assert len(_asked(ana)) == 4


def test_what_somebody_put_off_comes_also_in_a_full_week(town: Town, ana: Persona) -> None:
    for day in (10, 11, 12):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12):
        _at(town, day)
    ana.presses("Tomorrow")
    _at(town, 13)

    assert len(_asked(ana)) == 4


def test_the_week_is_as_full_as_the_setting_says(town: Town, ana: Persona) -> None:
    town.kit.settings = town.kit.settings.model_copy(update={"asks_a_week": 1})
    for day in (10, 11):
        logs(ana, due=f"2026-02-{day}")
    for day in (10, 11, 12):
        _at(town, day)

    assert len(_asked(ana)) == 1
    assert "Questions come in at most 1 message a week." in texts(_asked(ana)[0]["blocks"])


def test_words_under_a_message_of_several_go_to_the_first_that_is_open(town: Town, ana: Persona) -> None:
    for number in range(2):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    _at(town, 10)
    (message,) = _asked(ana)

    ana.writes("Nine called", under=message)

    assert "Add to cycle 1" in buttons(ana.dm()[-1]["blocks"])


# when the bot or the clock wasn't there


def test_after_an_hour_away_the_day_is_made_up_for(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 9)

    for _ in range(2):
        _at(town, 10, 10)

    assert len(_asked(ana)) == 1
    assert _days(town) == [date(2026, 2, 10)]


@pytest.mark.parametrize("planned", [True, False])
def test_after_a_day_away_what_is_open_comes_in_the_next_message(town: Town, ana: Persona, planned: bool) -> None:
    for day in (10, 11):
        logs(ana, due=f"2026-02-{day}")
    if planned:
        _at(town, 9)

    _at(town, 11)

    (message,) = _asked(ana)
    assert message["text"].startswith("Two things, Ana. 1: Your test (cycle 1)")
    _at(town, 12)
    assert len(_asked(ana)) == 1


def test_after_two_weeks_away_nothing_comes_late_and_what_is_open_comes_folded(
    town: Town, ana: Persona, ben: Persona
) -> None:
    for day in (3, 4, 5, 6, 10):
        logs(ana, due=f"2026-02-{day:02}")
    runs_it(ana)  # the last one
    _at(town, 2, 12)  # what is due on the next two days is written

    _at(town, 17, 11)
    (message,) = _asked(ana)
    assert message["text"].startswith("Three things, Ana. 1: Your test (cycle 1)")
    assert [cycle.stage for cycle in cycles(town)] == ["plan"] * 4 + ["do"]
    _at(town, 18)
    assert _asked(ana)[1]["text"].startswith("Two things, Ana. 1: Your test (cycle 4)")
    assert "2: Your test (cycle 5) ran more than a week ago" in _asked(ana)[1]["text"]
    _at(town, 19)
    assert (len(_asked(ana)), len(_asked(ben))) == (2, 0)
    with town.record() as session:
        letters = session.exec(select(Letter).where(Letter.message == "asks/day").order_by(col(Letter.due)))
        assert [letter.state for letter in letters if letter.ts is None] == [outbox.EXPIRED] * 2


def test_a_clock_that_jumps_asks_nothing_twice_and_forgets_nothing(town: Town, ana: Persona) -> None:
    for day in (10, 12):
        logs(ana, due=f"2026-02-{day}")
    _at(town, 10)
    _at(town, 10, 8)  # an hour back
    _at(town, 10)
    assert len(_asked(ana)) == 1

    _at(town, 11, 12)  # a day forward
    assert len(_asked(ana)) == 1
    for day in (11, 12):
        _at(town, day)
    assert len(_asked(ana)) == 2


def test_what_slack_did_not_take_in_time_is_neither_lost_nor_asked_twice(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, 9)
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    claim = town.bot.running.sender.claim()
    assert claim
    with town.kit.store.transaction() as session:  # it is on its way while the clock plans anew
        asking.plan_in(session, town.kit)
    with town.kit.store.transaction() as session:
        letter = session.get_one(Letter, claim.id)
        letter.state, letter.owner, letter.lease_until = outbox.PENDING, None, None
        session.add(letter)

    for _ in range(2):
        _at(town, 10)

    assert len(_asked(ana)) == 1


def test_planning_writes_only_where_something_changed(town: Town, ana: Persona) -> None:
    for number in range(4):
        logs(ana, change=f"Test {number}", due="2026-02-10")
    _at(town, 9)

    for day, hour in ((9, 10), (10, 8), (10, 9), (10, 20), (11, 9), (12, 9)):
        _at(town, day, hour)
        town.bot.tick()  # what was sent just now is noted
        with town.record() as session:
            assert not asking.is_to_plan(session, town.kit), (day, hour)


def _at(town: Town, day: int, hour: int = 9, zone: ZoneInfo = CHICAGO) -> None:
    """Turn the clock to a minute after an hour of February, and do what it starts."""
    town.turn_clock(datetime(2026, 2, day, hour, 1, tzinfo=zone))
    town.bot.tick()


def _is_unstudied(town: Town, ana: Persona, ben: Persona) -> None:
    """A test ran, and both have been asked what it taught."""
    logs(ana)
    _at(town, 3)
    runs_it(ana)
    for day in (11, 18):
        _at(town, day)
    assert (len(_asked(ana)), len(_asked(ben))) == (1, 1)


def _asked(person: Persona) -> list[Json]:
    """Messages with questions, oldest first."""
    return [message for message in person.dm() if "Your test (cycle " in message["text"]]


def _asks(town: Town) -> list[Ask]:
    with town.record() as session:
        return list(session.exec(select(Ask).order_by(col(Ask.id))))


def _outcomes(town: Town) -> list[str]:
    with town.record() as session:
        return [put.outcome for put in session.exec(select(Put).order_by(col(Put.id))) if not put.held]


def _days(town: Town) -> list[date]:
    with town.record() as session:
        return [put.day for put in session.exec(select(Put).order_by(col(Put.id))) if not put.held]


def _form(person: Persona) -> Json:
    assert person.form
    return person.form


def _dm(town: Town, person: Persona) -> str:
    return str(town.practice.world.conversation_with(person.user).id)


def _row(town: Town, name: str) -> str:
    with town.record() as session:
        return str(session.exec(select(Person.id).where(Person.name == name)).one())


def _upcoming(person: Persona) -> str:
    person.opens_home()
    person.presses_at_home("Upcoming messages")
    said = texts(_form(person)["blocks"])
    person.closes()
    return said


def _is_away(town: Town, name: str, first: int, back: int) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        absences.leave(session, person.id or 0, date(2026, 2, first), date(2026, 2, back), town.kit.now())


def _leaves(town: Town, name: str) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.left_at = town.kit.now()
        session.add(member)
