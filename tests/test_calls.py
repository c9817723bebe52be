"""A call comes up: its card counts who comes by team, anybody of a team answers for it, and a moved one asks again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.cards import call_cards
from bot.domain import asks
from bot.domain.events import Event
from tests.asking import asks_in, dm_of, form, is_away, row_of, upcoming
from tests.calling import (
    A_MINUTE,
    ANSWERS,
    CALL,
    FILE,
    FIRST,
    FORTNIGHT_BEFORE,
    MOVED,
    cards,
    changes,
    comes_up,
    questions,
    team_card,
)
from tests.checking_in import at
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

THURSDAY, FRIDAY = "<!date^1771520400^", "<!date^1771610400^"
AGAIN = "Answers given for the other time don't count any more: please answer again."


@pytest.fixture(autouse=True)
def it_comes_up(town: Town) -> None:
    """Every conversation here is about one call."""
    comes_up(town)


def test_a_fortnight_before_a_call_its_one_card_counts_who_comes_by_team(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    at(town, FORTNIGHT_BEFORE - A_MINUTE)
    assert cards(ana) == []
    assert "Thu 5 Feb 9:00 AM EST\nThe card of a call or session (AP1 call) to #small-town" in upcoming(pru)
    for _ in range(2):
        at(town, FORTNIGHT_BEFORE)
    (card,) = cards(ana)
    assert card["text"].startswith("Action-period call: AP1 call, <!date^1771520400^")
    assert "1 hour. Join: https://meet.example.org/x Coming: no team has said yet, of 2 teams." in card["text"]
    assert card["text"].endswith("You get this because this channel is for everybody of Small Town.")
    assert buttons(card["blocks"]) == [*ANSWERS, "Report patient details"]

    only_people_are_heard(town)
    ana.presses("Coming", card)
    sends_again(town, last_sent(town))
    ben.presses("Can't", card)

    assert "Coming: 1 of 2 teams.\nAlder & Main: Ana Reyes" in _lines(cards(ana)[0])
    assert ana.whispers()[-1] == (
        "You're coming to AP1 call of Thu 19 Feb 11:00 AM CST. Thank you: Alder &amp; Main is counted."
    )
    assert len(ana.whispers()) == 1
    assert ben.whispers()[-1].endswith("Thank you for saying so. Ana Reyes comes.")
    assert "Ana Reyes comes. Ben Castellano can't." in team_card(ana)
    ana.opens_home()
    assert "Ana Reyes comes. Ben Castellano can't." in texts(ana.home["blocks"])
    pru.presses("Coming", card)
    assert pru.whispers()[-1].endswith("Thank you: coordinators see it, beside the count of teams.")
    assert "Alder & Main: Ana Reyes\nFaculty and coordinators: Pru Adebayo" in _lines(cards(ana)[0])
    cleo.presses("Can't", card)
    assert "Coming: 1 of 2 teams. 1 team can't." in _lines(cards(ana)[0])
    cleo.presses("Coming", card)
    assert "Coming: 2 of 2 teams." in _lines(cards(ana)[0])
    at(town, CALL + timedelta(hours=1))
    pressed = last_sent(town)
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, ana)
    assert ana.hears()[-1].startswith("AP1 call is over, so nobody is counted any more.")
    (card,) = cards(ana)
    assert "It is over." in _lines(card)
    assert not {*buttons(card["blocks"])} & {*ANSWERS}


def test_a_guest_answers_on_their_team_card_and_names_somebody_who_is_told(
    town: Town, ana: Persona, ben: Persona
) -> None:
    only_people_are_heard(town)
    gil = town.people["gil"]
    gil.presses("Someone else from my team", channel="team-alder")
    assert "Who of your team comes to AP1 call, Thu 19 Feb 11:00 AM CST?" in texts(form(gil)["blocks"])
    assert gil.submits(person=row_of(town, "Ben Castellano"))["ok"]
    sends_again(town, last_sent(town))

    told = _named(ben)
    assert [one["text"].startswith("Ben, Gil Santos said that you're coming to AP1 call") for one in told] == [True]
    assert buttons(told[0]["blocks"]) == [*ANSWERS, "All actions"]
    assert "Ben Castellano comes. Gil Santos can't." in team_card(ana)

    ben.presses("Can't", told[0])
    assert "You said that you can't." in texts(_named(ben)[0]["blocks"])
    (word,) = _declined(gil)
    assert word["text"].startswith("Gil, AP1 call, <!date^1771520400^")
    assert "Ben Castellano can't come. Ben Castellano and Gil Santos can't, and nobody has said yet" in word["text"]
    assert buttons(word["blocks"]) == [*ANSWERS, "All actions"]
    assert "Ben Castellano and Gil Santos can't, and nobody has said yet that they're coming." in team_card(ana)
    ana.presses("Someone else from my team", channel="team-alder")
    refused = ana.submits(person=row_of(town, "Ben Castellano"))
    assert refused["errors"] == {"person": "Ben Castellano said that they can't. Please choose somebody else."}
    gil.presses("Coming", word)
    assert "Gil Santos comes. Ben Castellano can't." in team_card(ana)
    assert "Your team: Gil Santos comes. Ben Castellano can't." in texts(_declined(gil)[0]["blocks"])
    ben.presses("Coming", told[0])
    assert "Whoever you named is coming after all." in _declined(gil)[0]["text"]
    assert (len(_declined(gil)), _declined(ana)) == (1, [])
    assert "You said that you're coming." in texts(_named(ben)[0]["blocks"])
    ben.presses("Can't", told[0])

    changes(town.people["pru"], **MOVED)

    (counted,), (word,) = _named(ben), _declined(gil)
    assert f"AP1 call, {THURSDAY}" in word["text"]
    assert f"It is moved to {FRIDAY}" in word["text"]
    assert "Who is coming is asked anew." in word["text"]
    assert f"AP1 call, {THURSDAY}" in counted["text"]
    assert f"It is moved to {FRIDAY}" in counted["text"]
    assert "Are you coming then?" in counted["text"]
    assert ("Join" in counted["text"], buttons(counted["blocks"])) == (False, [*ANSWERS, "All actions"])
    ben.presses("Coming", counted)
    assert "You said that you're coming. Join: https://meet.example.org/x" in _named(ben)[0]["text"]
    changes(town.people["pru"], which=FIRST, what="canceled")
    (counted,), (word,) = _named(ben), _declined(gil)
    for one in (counted, word):
        assert "It is canceled: it doesn't take place." in one["text"]
        assert ("Join" in one["text"], buttons(one["blocks"])) == (False, ["All actions"])
    gil.presses("All actions", channel="team-alder")
    gil.presses("Calls and sessions")
    assert buttons(form(gil)["blocks"]) == ANSWERS  # of the next date that takes place
    gil.presses("Can't")
    assert "You said that you can't." in texts(form(gil)["blocks"])


def test_a_moved_start_asks_again_says_what_changed_and_a_canceled_one_takes_no_answers(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)
    ana.presses("Coming", cards(ana)[0])
    pressed = last_sent(town)
    heard = len(ben.hears())

    changes(pru, **MOVED)

    (card,) = cards(ana)
    assert "It was moved from <!date^1771520400^" in card["text"]
    assert AGAIN in card["text"]
    assert "Coming: no team has said yet, of 2 teams." in _lines(card)
    assert "Nobody has said yet whether they're coming." in team_card(ana)
    (told,) = [one for one in ana.dm() if "you had said whether you're coming" in one["text"]]
    assert AGAIN in told["text"]
    assert len(ben.hears()) == heard
    assert "1 of 7 people in 2 teams gets it in a message, since they had answered" in pru.hears()[-1]
    ana.presses("Coming", told)
    assert "Coming: 1 of 2 teams." in _lines(cards(ana)[0])
    (told,) = [one for one in ana.dm() if "you had said whether" in one["text"]]
    assert ("You said that you're coming." in told["text"], AGAIN in told["text"]) == (True, False)
    assert buttons(told["blocks"]) == ["All actions"]
    (post,) = [one for one in ana.messages("team-alder") if "is moved from" in one["text"]]
    assert ("Ana Reyes comes." in post["text"], AGAIN in post["text"]) == (True, False)

    changes(pru, which=FIRST, what="canceled")

    (card,) = cards(ana)
    assert "It is canceled: it doesn't take place." in _lines(card)
    assert buttons(card["blocks"]) == ["Report patient details"]
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, ben)
    assert ben.hears()[-1].startswith("AP1 call is canceled, so there is nothing to answer.")
    assert "*Next call*: AP1 call, <!date^1773936000^" in team_card(ana)


def test_a_week_before_the_lead_is_asked_two_working_days_before_the_deputy_and_nobody_more(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    nine = datetime(2026, 2, 12, 15, tzinfo=UTC)  # in Chicago
    at(town, nine - A_MINUTE)
    assert questions(ana) == []
    for day in (0, 1, 4, 5, 6):
        at(town, nine + timedelta(days=day))

    (question,), (second,) = questions(ana), questions(ben)
    assert question["text"].startswith(
        "Morning, Ana. AP1 call, Thu 19 Feb 11:00 AM CST: are you coming, or is somebody"
    )
    assert question["text"].endswith(
        "You get this because you lead the team and nobody of it has said yet whether they're coming."
    )
    assert buttons(question["blocks"])[:3] == ANSWERS
    assert "because you are the team's deputy" in second["text"]
    changes(pru, **{**MOVED, "day": "2026-02-26"})  # with a week to go it is asked anew
    at(town, nine + timedelta(days=7))
    assert "It isn't needed any more." in questions(ana)[0]["text"]
    assert "AP1 call, Thu 26 Feb 12:00 PM CST: are you coming" in questions(ana)[-1]["text"]
    assert "2 went out: 0 acted on, 1 not needed any more, 1 not answered so far." in upcoming(pru)
    ana.presses("Coming", questions(ana)[-1])
    assert "2 went out: 2 acted on." in upcoming(pru)
    assert "You told us. Thank you." in questions(ana)[-1]["text"]
    assert ana.whispers(dm_of(town, ana))[-1].startswith("You're coming to AP1 call of Thu 26 Feb 12:00 PM CST.")
    at(town, nine + timedelta(days=12))
    assert (len(questions(ana)), len(questions(ben))) == (2, 1)
    states = [one.state for one in asks_in(town) if one.team_id == 1 and one.kind == "calls.rsvp"]
    assert states == [asks.GONE, asks.SETTLED]
    moved = [one for one in cleo.messages("team-prairie") if "AP1 call is moved from" in one["text"]]
    assert {*ANSWERS} <= {*buttons(moved[0]["blocks"])}
    at(town, datetime(2026, 2, 26, 21, tzinfo=UTC))
    moved = [one for one in cleo.messages("team-prairie") if "AP1 call is moved from" in one["text"]]
    assert not {*ANSWERS} & {*buttons(moved[0]["blocks"])}
    for day in (12, 17):
        at(town, datetime(2026, 3, day, 14, tzinfo=UTC))
    assert {*ANSWERS} <= {*buttons(questions(ana)[-1]["blocks"])}
    at(town, datetime(2026, 3, 19, 18, tzinfo=UTC))
    assert not {*ANSWERS} & {*buttons(questions(ana)[-1]["blocks"])}
    assert "It is over." in questions(ana)[-1]["text"] or "It isn't needed any more." in questions(ana)[-1]["text"]


def test_any_team_mates_answer_settles_it_and_a_team_that_answered_is_not_asked(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    at(town, FORTNIGHT_BEFORE)
    cleo.presses("Can't", cards(cleo)[0])
    at(town, datetime(2026, 2, 12, 17, tzinfo=UTC))
    assert questions(cleo) == []

    ben.presses("Coming", cards(ben)[0])

    assert "Told by Ben Castellano." in questions(ana)[0]["text"]
    at(town, datetime(2026, 2, 18, 17, tzinfo=UTC))
    assert (len(questions(ana)), questions(ben)) == (1, [])


def test_a_coordinator_answers_for_a_team_and_nobody_else_does(
    town: Town, ana: Persona, pru: Persona, cleo: Persona
) -> None:
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)
    pru.opens_home()
    pru.presses_at_home("Answer for a team")
    opened = last_sent(town)
    pru.submits(which=FIRST, team="2")
    assert "Prairie Bend\nAP1 call of Thu 19 Feb 12:00 PM EST\nNobody has said yet whether they're coming." in (
        texts(form(pru)["blocks"])
    )
    assert pru.submits(person=row_of(town, "Cleo Hart"), answer="coming")["ok"]

    assert pru.form is None
    assert pru.hears()[-1] == "Saved for Prairie Bend: 1 of 2 teams is coming to AP1 call."
    assert "Prairie Bend: Cleo Hart" in _lines(cards(ana)[0])
    assert [one for one in cleo.hears() if "Pru Adebayo said that you're coming to AP1 call" in one]
    changes(pru, **MOVED)
    (told,) = _named(cleo)
    assert f"AP1 call, {THURSDAY}" in told["text"]
    assert f"It is moved to {FRIDAY}" in told["text"]
    assert "Are you coming then?" in told["text"]
    assert "since somebody had answered for them; it is posted" in pru.hears()[-1]
    (word,) = [one["text"] for one in cleo.dm() if "takes part" not in one["text"] and "is moved from" in one["text"]]
    assert word.endswith("take part in Small Town, and somebody had said for you whether you're coming.")
    changes(pru, which=FIRST, what="canceled")
    assert "since they heard of a change before; it is posted" in pru.hears()[-1]
    before, now = (one["text"] for one in cleo.dm() if "You get this because you take part in" in one["text"])
    assert now.endswith("take part in Small Town, and I told you of an earlier change of this date.")
    for one in (before, now):  # both are of the same call
        assert f"AP1 call, {FRIDAY}" in one
        assert f", first planned for {THURSDAY}" in one
    sends_again(town, opened, ana)
    assert "a coordinator or the director" in ana.hears()[-1]
    assert ana.form is None
    (event, planned), row = map(int, FIRST.split(":")), int(row_of(town, "Cleo Hart"))
    about = {"event": event, "planned": planned, "person": row, "by": row, "version": 0}
    with town.record() as session:  # whoever named themself for their team answered no poll
        assert (call_cards.named(session, about, town.kit) or {"polled": True})["polled"] is False


def test_the_day_before_the_link_comes_to_everybody_of_a_team_but_who_cannot(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    at(town, FORTNIGHT_BEFORE)
    ben.presses("Can't", cards(ben)[0])
    is_away(town, "Olga Novak", 19, 20)
    day_before = datetime(2026, 2, 18, 15, tzinfo=UTC)  # nine in Chicago, eight in Denver
    at(town, day_before - A_MINUTE)
    assert _reminders(ana) == []
    assert "The reminder of a call or session (AP1 call) to 3 people" in upcoming(pru)
    town.people["gil"].presses("Can't", channel="team-alder")
    at(town, day_before - A_MINUTE)
    assert "The reminder of a call or session (AP1 call) to 2 people" in upcoming(pru)

    for _ in range(2):
        at(town, day_before)

    (reminder,) = _reminders(ana)
    assert "Ben Castellano and Gil Santos can't, and nobody has said yet that they're coming." in reminder["text"]
    assert "Join: https://meet.example.org/x You get this once" in reminder["text"]
    assert buttons(reminder["blocks"]) == [*ANSWERS, "All actions"]
    others = (ben, cleo, pru, town.people["gil"], town.people["olga"])
    assert [len(_reminders(one)) for one in others] == [0, 0, 0, 0, 0]
    at(town, day_before + timedelta(hours=1))
    assert len(_reminders(cleo)) == 1
    changes(pru, **MOVED)
    at(town, day_before + timedelta(hours=25))
    assert len(_reminders(ana)) == 2


def test_to_office_hours_one_drops_in_and_nobody_is_asked_whether(town: Town, ana: Persona) -> None:
    comes_up(town)
    only_people_are_heard(town)
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).kind = "office_hours"
        session.add(Event(collaborative_id=1, title="AP1 report", kind="call", starts=CALL + timedelta(days=60)))
    at(town, FORTNIGHT_BEFORE)
    at(town, CALL - timedelta(days=7))

    assert questions(ana) == []
    ana.opens_home()
    assert "AP1 report" in texts(ana.home["blocks"])  # a call stands there before hours to drop in
    (card,) = [one for one in ana.messages("small-town") if one["text"].startswith("Office hours: AP1 call")]
    assert "Come if you like: nobody is counted on." in card["text"]
    assert "Coming, Can't" not in card["text"]
    assert not {*ANSWERS} & {*buttons(card["blocks"])}
    assert "One of a team is enough" not in texts(card["blocks"])
    assert _reminders(ana) == []
    at(town, CALL - timedelta(hours=26))
    (reminder,) = _reminders(ana)
    assert buttons(reminder["blocks"]) == ["All actions"]
    at(town, CALL + timedelta(hours=3))
    (card,) = [one for one in ana.messages("small-town") if one["text"].startswith("Office hours: AP1 call")]
    assert "team has said" not in card["text"] + texts(card["blocks"])


def test_a_new_link_or_agenda_of_a_file_edits_the_card_and_tells_nobody(town: Town, ana: Persona) -> None:
    at(town, FORTNIGHT_BEFORE)
    ana.presses("Coming", cards(ana)[0])
    town.bot.tick()
    before = (len(ana.hears()), len(ana.messages("small-town")), len(ana.messages("team-alder")))
    town.later(minutes=5)

    town.load(
        FILE.replace('join_url: "https://meet.example.org/x"', "agenda: Bring one test, join_url: https://x.example/y")
    )

    (card,) = cards(ana)
    assert "Join: https://x.example/y Agenda: Bring one test." in card["text"]
    assert "Coming: 1 of 2 teams." in card["text"]
    assert before == (len(ana.hears()), len(ana.messages("small-town")), len(ana.messages("team-alder")))
    town.load(FILE.replace("T12:00, minutes: 60", "T11:00, minutes: 60"))
    assert "It isn't in the calendar any more." in _lines(cards(ana)[0])
    (_, there) = cards(ana)
    assert "Coming: no team has said yet" in there["text"]  # of the date that took its place
    at(town, CALL - timedelta(days=7))
    assert len(questions(ana)) == 1
    town.people["cleo"].presses("Report patient details", there)
    assert cards(ana) == questions(ana) == []
    shown = [one for one in town.people["cleo"].messages("small-town") if not one.get("files")]
    assert "AP1 call" not in str(shown) + team_card(ana)
    told = town.people["pru"].hears()[-1]
    assert told.startswith("Cleo Hart reported what may be a patient's details in the title or agenda of a call of")
    town.load(FILE.replace("T12:00, minutes: 60", "T11:00, minutes: 60"))
    assert cards(ana) == []
    _only_what_is_said_again_goes_with_what_is_reported(town, town.people["cleo"])


def _only_what_is_said_again_goes_with_what_is_reported(town: Town, cleo: Persona) -> None:
    """Another call of that title has an agenda of its own; and what was taken down once can't be again."""
    with town.kit.store.transaction() as session:
        begins = session.get_one(Event, 1).starts
        for starts, agenda in ((begins, "Bring two tests"), (begins + timedelta(days=90), "Bring three")):
            session.add(Event(collaborative_id=1, title="AP2 call", kind="call", starts=starts, agenda=agenda))
    town.bot.tick()
    (card,) = [one for one in cleo.messages("small-town") if one["text"].startswith("Action-period call: AP2")]

    cleo.presses("Report patient details", card)

    with town.record() as session:
        left = session.exec(select(Event.title, Event.agenda).order_by(col(Event.id))).all()[1:]
    assert left == [("Action-period call 2", ""), ("AP2 call", "Bring three")]
    (card,) = [one for one in cleo.messages("small-town") if one["ts"] == card["ts"]]
    assert "Report patient details" not in buttons(card["blocks"])


def _reminders(person: Persona) -> list[Json]:
    return [one for one in person.dm() if one["text"].startswith("AP1 call is near")]


def _named(person: Persona) -> list[Json]:
    return [one for one in person.dm() if "said that you're coming to AP1 call" in one["text"]]


def _declined(person: Persona) -> list[Json]:
    return [one for one in person.dm() if "You get this because you named them." in one["text"]]


def _lines(message: Json) -> str:
    return texts(message["blocks"])
