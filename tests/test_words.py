"""A direct message in plain words is never ignored: it is offered back, and kept only once a button is pressed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain.people import Membership, Person
from bot.kit import Words
from tests.cycling import (
    TEST,
    buttons,
    cycles,
    everything_stored,
    last_sent,
    logs,
    only_people_are_heard,
    questions,
    runs_it,
    sends_again,
)
from tests.personas import Json, Persona, texts
from tests.town import Town

FIRST, SECOND = (f"Add to cycle {number}: {TEST['change']}" for number in (1, 2))
CHICAGO = ZoneInfo("America/Chicago")


def test_plain_words_are_offered_back_with_buttons_and_kept_nowhere(town: Town, ana: Persona) -> None:
    ana.writes("Could Nadia ring <them> the same day & write it down?")

    (offer,) = _offers(ana)
    assert buttons(offer["blocks"]) == ["Ask the teams", "Ask faculty", "Log as a test", "Share", "All actions"]
    assert "Could Nadia ring <them> the same day & write it down?" in texts(offer["blocks"])
    assert "Nothing is kept until you press a button." in offer["text"]
    assert "Nadia ring" not in str(everything_stored(town))
    ana.presses("Log as a test")
    assert ana.filled_in()["change"] == "Could Nadia ring <them> the same day & write it down?"
    assert "Nadia ring" not in str(everything_stored(town))
    ana.submits(prediction="8 of 10 come")
    assert cycles(town)[0].change == "Could Nadia ring <them> the same day & write it down?"


def test_words_can_go_to_the_open_cycle_as_what_happened_and_then_as_what_was_learned(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    ana.writes("We called nine and seven came")
    assert buttons(_offers(ana)[-1]["blocks"])[0] == FIRST
    ana.presses(FIRST)
    assert ana.filled_in()["happened"] == "We called nine and seven came"
    ana.submits()
    ana.writes("The same day works best")
    ana.presses(FIRST)
    assert ana.filled_in()["learned"] == "The same day works best"
    ana.submits()
    assert (cycles(town)[0].happened, cycles(town)[0].stage) == ("We called nine and seven came", "study")

    ben.writes("Another thought")
    assert buttons(_offers(ben)[-1]["blocks"]) == ["Log as a test", "Ask the teams", "Share", "All actions"]
    logs(ana)
    ben.writes("About the new one, a team-mate's")
    assert SECOND in buttons(_offers(ben)[-1]["blocks"])


def test_a_reply_to_the_question_is_offered_as_what_happened(town: Town, ana: Persona) -> None:
    logs(ana, change="The first test", due="2026-02-09")
    logs(ana, change="The second test", due="2026-02-10")
    for day in (9, 10):
        town.turn_clock(datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
        town.bot.tick()
    first, _ = questions(ana)

    ana.writes("Nine called", under=first)
    offer = _offers(ana)[-1]
    assert (offer["thread_ts"], buttons(offer["blocks"])[0]) == (first["ts"], "Add to cycle 1: The first test")
    ana.writes("Two called")
    assert buttons(_offers(ana)[-1]["blocks"])[0] == "Add to cycle 2: The second test"  # the one asked about last
    ana.presses("Add to cycle 1: The first test", offer)
    ana.submits()
    assert [cycle.happened for cycle in cycles(town)] == ["Nine called", ""]
    ana.writes("And once more", under=first)
    assert buttons(_offers(ana)[-1]["blocks"])[0] == "Add to cycle 1: The first test"  # as what was learned, now


def test_three_open_cycles_of_ones_teams_are_offered_by_their_words_and_none_is_urged(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    logs(ana, change="A team-mate's", due="2026-02-09")
    for change in ("Two-way text\nreminders", "Call " + "again and " * 20 + "again", "One too many"):
        logs(ben, change=change)
    logs(cleo, "team-prairie", change="Another team's")
    ben.writes("Nine of ten came")

    (offer,) = _offers(ben)
    assert buttons(offer["blocks"]) == [
        "Add to cycle 2: Two-way text reminders",
        "Add to cycle 3: Call again and again and again and again and again and…",
        "Add to cycle 4: One too many",
        "Log as a test",
        "Ask the teams",
        "Share",
        "All actions",
    ]
    assert "add them to cycle 2 or 3 or 4, or see all actions" in offer["text"]
    assert "primary" not in str(offer["blocks"])
    ben.presses("Add to cycle 4: One too many")
    assert ben.filled_in()["happened"] == "Nine of ten came"


def test_a_message_that_arrives_three_times_is_answered_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.writes("Ring them the same day")
    event = last_sent(town)
    for _ in range(2):
        sends_again(town, event)

    assert len(_offers(ana)) == 1


@pytest.mark.parametrize("word", ["help", "Help!", "hello", "Hi", "hey,", "?", " ?? "])
def test_a_greeting_and_a_call_for_help_get_the_help(town: Town, ana: Persona, word: str) -> None:
    only_people_are_heard(town)
    ana.runs("/allteach help")
    heard = len(ana.hears())

    ana.writes(word)
    for _ in range(2):
        sends_again(town, last_sent(town))

    assert ana.hears()[heard:] == [ana.whispers()[-1]]
    assert buttons(ana.dm()[-1]["blocks"]) == ["All actions"]
    assert _offers(ana) == []


@pytest.mark.parametrize(
    "words", ["Help people find the door", "hello Nadia called nine", "Start with one caller", "!"]
)
def test_words_that_only_begin_like_a_greeting_are_offered_back(ana: Persona, words: str) -> None:
    ana.writes(words)

    assert words in texts(_offers(ana)[-1]["blocks"])


def test_whoever_asks_a_question_is_told_who_answers_it_and_keeps_the_buttons(ana: Persona) -> None:
    ana.writes("Who has tried texting?  ")

    (offer,) = _offers(ana)
    asked = "please ask Pru Adebayo (coordinator) or faculty, or press Ask the teams or Ask faculty."
    sentence = f"I can't answer questions myself yet: {asked}"
    assert offer["text"].startswith(f"{sentence} Log them as a test")
    assert f"{sentence} Nothing is kept until you do." in texts(offer["blocks"])
    assert buttons(offer["blocks"]) == ["Ask the teams", "Ask faculty", "Log as a test", "Share", "All actions"]
    ana.writes("Please ask faculty: how small may a first test be")
    assert buttons(_offers(ana)[-1]["blocks"])[:2] == ["Ask faculty", "Ask the teams"]
    ana.presses("Ask faculty")
    assert ana.filled_in()["question"] == "how small may a first test be"
    ana.closes()
    ana.writes("Texting works? Yes.")
    assert "I can't answer" not in texts(_offers(ana)[-1]["blocks"])


def test_a_question_is_not_offered_for_a_cycle_first_and_two_who_steer_are_named_by_their_roles(
    town: Town, ana: Persona
) -> None:
    logs(ana)
    with town.kit.store.transaction() as session:
        imani = session.exec(select(Person).where(Person.email == "imani@example.org")).one()
        session.exec(select(Membership).where(Membership.person_id == imani.id)).one().roles = ["director"]

    ana.writes("Who has tried texting?")

    (offer,) = _offers(ana)
    assert "please ask Pru Adebayo (coordinator), Dr. Imani Osei (director) or faculty, or press" in offer["text"]
    assert buttons(offer["blocks"]) == ["Ask the teams", "Ask faculty", "Log as a test", "Share", FIRST, "All actions"]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("I'm on vacation until Feb 12", {"first": "2026-02-02", "back": "2026-02-12"}),
        ("stop", {"first": "2026-02-02", "back": "2026-02-09"}),
    ],
)
def test_who_wants_rest_is_offered_time_off_with_the_days_they_named_and_their_hours(
    ana: Persona, words: str, days: dict[str, str]
) -> None:
    ana.writes(words)

    (offer,) = _offers(ana)
    assert buttons(offer["blocks"]) == [
        "Time off",
        "My hours",
        "Log as a test",
        "Ask the teams",
        "Share",
        "All actions",
    ]
    assert "there is Time off, and when I write to you is under My hours." in texts(offer["blocks"])
    ana.presses("Time off")
    assert ana.filled_in() == days


def test_who_asks_when_the_next_call_is_hears_the_date_where_they_are(ana: Persona) -> None:
    ana.writes("When is the next call?")

    (offer,) = _offers(ana)
    assert offer["text"].startswith("The next date I know of is AP1 call, Thu 17 Sep 11:00 AM CDT. Log them as a test")
    assert "The next date I know of is AP1 call, Thu 17 Sep 11:00 AM CDT." in texts(offer["blocks"])


def test_words_that_may_point_to_a_person_are_not_repeated(town: Town, ana: Persona) -> None:
    logs(ana)
    ana.writes("Patient Zebulon Quagmire, SSN 123-45-6789, came late")

    assert ana.hears()[-1].startswith("That looks as if it could point to a person you serve, so I kept nothing of it.")
    assert "Quagmire" not in str(everything_stored(town))
    assert "Quagmire" not in str(ana.dm()[-1])


def test_words_that_were_lost_in_a_restart_are_said_to_be(town: Town, ana: Persona) -> None:
    town.kit.words = Words(most=0)  # as after a restart in between: memory holds none
    ana.writes("Ring them the same day")

    assert "I kept nothing of it, so the form will open empty." in texts(_offers(ana)[-1]["blocks"])
    ana.presses("Log as a test")
    assert ana.filled_in()["change"] is None


def test_guests_people_of_other_workspaces_and_staff_are_answered_too(town: Town) -> None:
    for name in ("gil", "olga"):
        person = town.people[name]
        person.writes("Ring them the same day")
        person.presses("Log as a test")
        assert person.filled_in()["change"] == "Ring them the same day"
    imani = town.people["imani"]
    for words, told in (
        (
            "Who has tried this?",
            "I can't answer questions myself yet: please ask Pru Adebayo (coordinator) or faculty.",
        ),
        ("Ring them", "I keep nothing of this: a test is logged by somebody of its team."),
    ):
        imani.writes(words)
        assert imani.hears()[-1] == f"{told} All actions shows what there is for you."
        assert buttons(imani.dm()[-1]["blocks"]) == ["All actions"]  # she reads all teams, and writes for none
    town.people["pru"].writes("Who has tried this?")
    assert "please ask faculty. All actions" in town.people["pru"].hears()[-1]


def test_a_stranger_is_told_once_who_can_help(town: Town) -> None:
    only_people_are_heard(town)
    stranger = town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")["id"]
    mallory = Persona("mallory", stranger, town.slack, town.bot.settle)
    mallory.writes("Hello, what is this?")
    sends_again(town, last_sent(town))

    (told,) = mallory.hears()
    assert told.startswith("I don't know you yet, so I can't do that. Ask your coordinator to add you")


def test_what_is_said_in_channels_is_nobodys_business(town: Town, ana: Persona) -> None:
    before = (len(town.slack.calls("chat.postMessage")), everything_stored(town))
    ana.writes("Just between us", channel="team-alder")

    assert (len(town.slack.calls("chat.postMessage")), everything_stored(town)) == before


def test_later_words_go_where_the_cycle_stands_by_then(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    ana.writes("We called nine")
    runs_it(ben)
    ana.presses(FIRST)

    assert ana.filled_in()["learned"] == "We called nine"


def _offers(person: Persona) -> list[Json]:
    return [message for message in person.dm() if "Log them as a test" in message["text"]]
