"""Time off: said in words or chosen in a form, repeated as it was understood, and nothing is asked until it is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.domain.absences import Absence
from bot.domain.events import Event
from bot.domain.people import Person
from bot.domain.teams import Team
from tests.cycling import last_sent, logs, only_people_are_heard, questions, sends_again
from tests.personas import Persona, texts
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
DENVER = ZoneInfo("America/Denver")
HOSTILE = "until <!channel> <@U0EVERY> *12* {{ 7 * 7 }} \u202e"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/timeoff until 12 May", "You're away from Mon 2 Feb 2026; I write to you again on Tue 12 May 2026."),
        ("/timeoff UNTIL 12 may", "You're away from Mon 2 Feb 2026; I write to you again on Tue 12 May 2026."),
        ("/timeoff 4 May until 12 May", "You're away from Mon 4 May 2026; I write to you again on Tue 12 May 2026."),
        ("/timeoff 12 May to 20 May", "You're away from Tue 12 May 2026; I write to you again on Thu 21 May 2026."),
        ("/timeoff 16-20 Feb", "You're away from Mon 16 Feb 2026; I write to you again on Mon 23 Feb 2026."),
        ("/timeoff next week", "You're away from Mon 9 Feb 2026; I write to you again on Mon 16 Feb 2026."),
        ("/timeoff friday", "You're away from Fri 6 Feb 2026; I write to you again on Mon 9 Feb 2026."),
        # 14 February is a Saturday
        ("/timeoff until 14 February", "You're away from Mon 2 Feb 2026; I write to you again on Mon 16 Feb 2026."),
        ("/timeoff 20 Dec to 3 Jan", "You're away from Sun 20 Dec 2026; I write to you again on Mon 4 Jan 2027."),
        ("/allteach away for 3 days", "You're away from Mon 2 Feb 2026; I write to you again on Thu 5 Feb 2026."),
        ("/allteach timeoff tomorrow", "You're away from Tue 3 Feb 2026; I write to you again on Wed 4 Feb 2026."),
    ],
)
def test_what_was_understood_is_repeated_to_them_alone(town: Town, ana: Persona, line: str, told: str) -> None:
    ana.opens_home()

    ana.runs(line)

    assert ana.whispers() == [f"{told} /timeoff back ends it."]
    assert f"never between 20:00 and 07:00. {told}" in texts(ana.home["blocks"])
    assert len(_noted(town)) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("until yesterday", "Sun 1 Feb 2026 has passed. Please give a day after today"),
        ("until 31 February", "I don't find a day in “until 31 February”. Write it like one of these: until 12 May"),
        ("bananas", "I don't find a day in “bananas”."),
        ("until 12 May 2031", "Up to 366 days can be noted at once."),
        (HOSTILE, "I don't find a day in “until &lt;!channel&gt; &lt;@U0EVERY&gt; *12* {{"),
    ],
)
def test_what_is_no_time_off_is_refused_in_words_and_nothing_is_noted(
    town: Town, ana: Persona, words: str, told: str
) -> None:
    ana.runs(f"/timeoff {words}")

    assert ana.whispers()[-1].startswith(told)
    assert _noted(town) == []


def test_today_is_the_day_it_is_where_they_are(town: Town, ana: Persona) -> None:
    town.turn_clock(datetime(2026, 2, 2, 23, 30, tzinfo=CHICAGO))  # already Tuesday elsewhere

    ana.runs("/timeoff tomorrow")

    assert ana.whispers()[-1].startswith("You're away from Tue 3 Feb 2026; I write to you again on Wed 4 Feb 2026.")


def test_who_is_back_on_a_day_of_a_session_or_a_holiday_reads_which_of_both_it_is(town: Town, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        team = session.get_one(Team, 1)
        team.holidays = ["2026-05-20"]
        starts, ends = (datetime(2026, 5, day, 14, tzinfo=CHICAGO) for day in (12, 13))
        session.add(team)
        session.add(Event(collaborative_id=1, title="LS2", kind="session", minutes=60, starts=starts, ends=ends))

    for back, told in (
        ("12 May", "Thu 14 May 2026 (everybody is at a session until Wed 13 May 2026)."),
        ("13 May", "Thu 14 May 2026 (everybody is at a session on Wed 13 May 2026)."),
        ("20 May", "Thu 21 May 2026 (Wed 20 May 2026 is a day off where you work)."),
    ):
        ana.runs(f"/timeoff until {back}")
        assert f"I write to you again on {told}" in ana.whispers()[-1]


def test_saying_it_twice_is_the_same_as_once_and_saying_otherwise_replaces_it(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/timeoff until 12 May")
    sends_again(town, last_sent(town))
    ana.runs("/timeoff until 12 May")
    assert _noted(town) == [("2026-02-02", "2026-05-12")]

    ana.runs("/timeoff until 5 May")
    assert _noted(town) == [("2026-02-02", "2026-05-05")]


@pytest.mark.parametrize(
    "line", ["/timeoff", "/allteach away", "/timeoff help", "/timeoff HELP", "/allteach away help"]
)
def test_alone_it_opens_a_form_and_help_tells_the_ways(ana: Persona, line: str) -> None:
    ana.runs(line)

    if line.lower().endswith("help"):
        assert all(
            way in ana.whispers()[-1]
            for way in ("back on the 12th", "back on the 21st", "*next week*", "*/timeoff back*")
        )
    else:
        assert (ana.form or {})["title"]["text"] == "Time off"
        assert ana.filled_in() == {"first": "2026-02-02", "back": "2026-02-09"}


def test_the_form_refuses_at_the_box_and_notes_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.opens_home()
    ana.presses_at_home("Time off")
    for first, back, box in (
        ("2026-02-05", "2026-02-04", "back"), ("2026-01-05", "2026-02-02", "back"),
        ("2026-02-02", "2027-06-01", "back"), ("2027-06-01", "2027-06-03", "first"),
    ):  # fmt: skip
        assert list(ana.submits(first=first, back=back)["errors"]) == [box]
    assert _noted(town) == []

    assert ana.submits(first="2026-05-04", back="2026-05-12")["ok"]
    sends_again(town, last_sent(town))

    told = "You're away from Mon 4 May 2026; I write to you again on Tue 12 May 2026."
    assert ana.hears()[-1] == f"{told} Cancel my time off, at Home and under All actions, ends it."
    assert told in texts(ana.home["blocks"])
    assert _noted(town) == [("2026-05-04", "2026-05-12")]
    ana.presses_at_home("Time off")
    assert told in _read(ana)


@pytest.mark.parametrize("who", ["gil", "olga"])
def test_a_guest_and_a_visitor_do_it_from_all_actions(town: Town, who: str) -> None:
    guest = town.people[who]
    guest.presses("All actions", channel="team-alder")
    guest.presses("Time off")
    assert guest.submits(first="2026-02-02", back="2026-02-10")["ok"]
    assert guest.hears()[-1].endswith("I'm back, at Home and under All actions, ends it.")
    assert _noted(town) == [("2026-02-02", "2026-02-10")]
    assert guest.boxes() == []  # the window below was of before

    guest.presses("All actions", channel="team-alder")
    assert "I write to you again on Tue 10 Feb 2026." in _read(guest)
    guest.presses("I'm back")

    assert guest.hears()[-1] == "Welcome back: I write to you again from today on."
    assert "My settings" in _read(guest)
    assert "I write to you again on" not in _read(guest)
    assert _noted(town) == []


def test_days_that_overlap_are_added_and_only_what_begins_with_them_or_today_shortens(town: Town, ana: Persona) -> None:
    for line, noted in (
        ("4 May to 11 May", [("2026-05-04", "2026-05-12")]),
        ("30 Jan to 9 Feb", [("2026-02-02", "2026-02-10"), ("2026-05-04", "2026-05-12")]),
        ("until 5 Feb", [("2026-02-02", "2026-02-05"), ("2026-05-04", "2026-05-12")]),
        ("1 May to 7 May", [("2026-02-02", "2026-02-05"), ("2026-05-01", "2026-05-12")]),
        ("tomorrow", [("2026-02-02", "2026-02-05"), ("2026-05-01", "2026-05-12")]),
        ("4 Feb until 9 Feb", [("2026-02-02", "2026-02-09"), ("2026-05-01", "2026-05-12")]),
        ("tomorrow for 4 days", [("2026-02-02", "2026-02-09"), ("2026-05-01", "2026-05-12")]),
        ("8 Feb until 4 May", [("2026-02-02", "2026-05-12")]),
        ("until 1 June", [("2026-02-02", "2026-06-01")]),
    ):
        ana.runs(f"/timeoff {line}")
        assert _noted(town) == noted, line


@pytest.mark.parametrize(
    ("noted", "inside", "told"),
    [
        ("until 12 May", "next week", "from Mon 2 Feb 2026; I write to you again on Tue 12 May 2026"),
        ("until 12 May", "tomorrow", "from Mon 2 Feb 2026; I write to you again on Tue 12 May 2026"),
        ("23 Feb until 12 May", "4 May until 12 May", "from Mon 23 Feb 2026; I write to you again on Tue 12 May 2026"),
    ],
)
def test_a_shorter_time_off_inside_a_longer_one_changes_nothing_and_says_so(
    town: Town, ana: Persona, noted: str, inside: str, told: str
) -> None:
    ana.runs(f"/timeoff {noted}")
    before = _noted(town)

    ana.runs(f"/timeoff {inside}")

    assert ana.whispers()[-1] == f"You're away until then anyway: {told}. Nothing changes; /timeoff back ends it."
    assert _noted(town) == before
    ana.runs("/timeoff back")
    assert "Still noted" not in ana.whispers()[-1]
    assert _noted(town) == []


@pytest.mark.parametrize(
    ("noted", "more"), [("10 Feb to 20 Feb", "15 Feb to 25 Feb"), ("15 Feb to 25 Feb", "10 Feb to 20 Feb")]
)
def test_two_that_overlap_are_one_whichever_is_said_first_and_back_ends_it(
    town: Town, ana: Persona, noted: str, more: str
) -> None:
    ana.runs(f"/timeoff {noted}")
    ana.runs("/timeoff 4 May to 8 May")

    ana.runs(f"/timeoff {more}")

    told = "With what was noted before, you're away from Tue 10 Feb 2026; I write to you again on Thu 26 Feb 2026."
    assert ana.whispers()[-1] == f"{told} /timeoff back ends it."
    assert _noted(town) == [("2026-02-10", "2026-02-26"), ("2026-05-04", "2026-05-09")]
    town.later(days=15)
    ana.runs("/timeoff back")
    assert "Still noted: You're away from Mon 4 May 2026; I write to" in ana.whispers()[-1]
    assert _noted(town) == [("2026-02-10", "2026-02-17"), ("2026-05-04", "2026-05-09")]


def test_the_form_says_so_as_well_and_what_begins_on_the_same_day_shortens(town: Town, ana: Persona) -> None:
    ana.runs("/timeoff 23 Feb until 12 May")
    ana.opens_home()
    ana.presses_at_home("Time off")

    assert ana.submits(first="2026-03-02", back="2026-03-09")["ok"]

    told = "You're away until then anyway: from Mon 23 Feb 2026; I write to you again on Tue 12 May 2026."
    assert ana.hears()[-1] == f"{told} Nothing changes; Cancel my time off, at Home and under All actions, ends it."
    assert _noted(town) == [("2026-02-23", "2026-05-12")]
    ana.runs("/timeoff 23 Feb until 9 March")
    assert _noted(town) == [("2026-02-23", "2026-03-09")]


def test_what_began_earlier_is_shortened_from_today_and_the_rest_is_told_after_back(town: Town, ana: Persona) -> None:
    ana.runs("/timeoff until 12 May")
    ana.runs("/timeoff 12 May until 20 May")
    town.later(days=1)

    ana.runs("/timeoff until 9 Feb")
    assert _noted(town) == [("2026-02-02", "2026-02-09"), ("2026-05-12", "2026-05-20")]

    ana.runs("/timeoff back")
    still = "Still noted: You're away from Tue 12 May 2026; I write to you again on Wed 20 May 2026."
    assert ana.whispers()[-1].startswith(f"Welcome back: I write to you again from today on. {still} /timeoff back")


def test_back_ends_what_holds_today_and_leaves_what_is_to_come(town: Town, ana: Persona) -> None:
    ana.runs("/timeoff until 10 Feb")
    ana.runs("/timeoff 4 May to 11 May")
    ana.opens_home()
    town.later(days=1)
    ana.runs("/timeoff back")

    assert _noted(town) == [("2026-02-02", "2026-02-03"), ("2026-05-04", "2026-05-12")]
    still = "Still noted: You're away from Mon 4 May 2026; I write to you again on Tue 12 May 2026."
    way_on = "/timeoff back, once more, cancels it; so does Cancel my time off."
    assert ana.whispers()[-1] == f"Welcome back: I write to you again from today on. {still} {way_on}"
    ana.presses_at_home("Cancel my time off")
    assert ana.hears()[-1] == "Your time off is canceled."
    assert _noted(town) == [("2026-02-02", "2026-02-03")]
    ana.runs("/timeoff back")
    assert ana.whispers()[-1].startswith("You have no time off noted, so nothing changes.")


def test_a_stranger_is_told_whom_to_ask(town: Town) -> None:
    user = town.slack.post("users", name="stranger", real_name="Stranger", email="stranger@example.org")["id"]
    stranger = Persona("stranger", user, town.slack, town.bot.settle)
    channel = next(one["id"] for one in town.slack.get("state")["channels"] if one["name"] == "small-town")
    town.slack.post("act/join", user=user, channel=channel)

    for line in ("/timeoff until 12 May", "/timeoff", "/timeoff back"):
        stranger.runs(line)
        assert "Ask your coordinator to add you" in stranger.whispers()[-1], line

    assert stranger.form is None
    assert _noted(town) == []


@pytest.mark.parametrize("planned", [True, False])
def test_nothing_is_asked_of_somebody_away_until_their_hour_on_the_day_they_are_back(
    town: Town, ana: Persona, planned: bool
) -> None:
    logs(ana, due="2026-02-12")
    if planned:
        _at(town, datetime(2026, 2, 11, 12, tzinfo=CHICAGO))
    ana.runs("/timeoff until 14 Feb")  # a Saturday

    for day in (12, 13, 14, 15):
        _at(town, datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
        _at(town, datetime(2026, 2, day, 15, tzinfo=CHICAGO))
    assert questions(ana) == []
    _at(town, datetime(2026, 2, 16, 8, 59, tzinfo=CHICAGO))
    assert questions(ana) == []
    for _ in range(2):
        _at(town, datetime(2026, 2, 16, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 1


def test_whoever_comes_back_early_is_asked_again(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    ana.runs("/timeoff until 13 Feb")
    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    assert questions(ana) == []

    _at(town, datetime(2026, 2, 11, 8, 59, tzinfo=CHICAGO))
    ana.runs("/timeoff back")
    _at(town, datetime(2026, 2, 11, 9, 1, tzinfo=CHICAGO))

    assert len(questions(ana)) == 1


def test_what_no_job_plans_anew_waits_as_well_and_is_looked_at_each_of_their_days(town: Town, ana: Persona) -> None:
    person = _who(town, "Ana Reyes")
    ana.runs("/timeoff until 14 Feb")
    with town.kit.store.transaction() as session:
        outbox.plan(
            session, "people/welcome", key="test", to=f"person:{person}", at=town.kit.now(), why="it is a test",
            now=town.kit.now(), person=person, collaborative=1,
        )  # fmt: skip
    heard = len(ana.hears())

    for day in (2, 3, 6, 13, 14, 15):
        _at(town, datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
        assert len(ana.hears()) == heard
    _at(town, datetime(2026, 2, 16, 9, 1, tzinfo=CHICAGO))

    assert len(ana.hears()) == heard + 1


def test_what_answers_them_goes_out_while_they_are_away(ana: Persona) -> None:
    ana.runs("/timeoff until 12 May")

    logs(ana)

    assert "cycle 1" in ana.reads("team-alder")[-1]
    ana.writes("Nadia called nine people")
    assert ana.hears()[-1].startswith("What shall I do with your words?")


def test_others_are_asked_while_somebody_is_away(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ben, due="2026-02-10")
    ana.runs("/timeoff until 12 May")

    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))

    assert len(questions(ben)) == 1


@pytest.mark.parametrize("zone", [None, "Mars/Olympus_Mons"])
def test_somebody_without_a_zone_lives_where_their_team_does(town: Town, cleo: Persona, zone: str | None) -> None:
    logs(cleo, "team-prairie", due="2026-02-10")
    with town.kit.store.transaction() as session:
        person = session.get_one(Person, _who(town, "Cleo Hart"))
        person.timezone, person.quiet_hours = zone, "20:00-11:00"
        session.add(person)

    _at(town, datetime(2026, 2, 10, 10, 59, tzinfo=DENVER))
    assert questions(cleo) == []
    _at(town, datetime(2026, 2, 10, 11, 1, tzinfo=DENVER))
    assert len(questions(cleo)) == 1
    assert "(America/Denver)" in texts(cleo.opens_home()["blocks"])


def _read(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])


def _noted(town: Town) -> list[tuple[str, str]]:
    """All time off of everybody, which leaves no day away."""
    with town.record() as session:
        rows = session.exec(select(Absence).order_by(col(Absence.first)))
        return [(one.first.isoformat(), one.back.isoformat()) for one in rows]


def _who(town: Town, name: str) -> int:
    with town.record() as session:
        return session.exec(select(Person).where(Person.name == name)).one().id or 0


def _at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()
