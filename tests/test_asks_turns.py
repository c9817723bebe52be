"""One person is asked, then the deputy, and nobody who is away, has left, or whose team rests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain import asks
from bot.domain.teams import Team
from tests.asking import CHICAGO, WAYS, asked, asks_in, is_away, is_unstudied, leaves, row_of, turns_to
from tests.cycling import buttons, cycles, learns, logs, runs_it
from tests.personas import Persona
from tests.town import Town

TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_test_that_taught_nothing_yet_is_asked_about_twice_at_most(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    turns_to(town, 3)
    runs_it(ana)
    turns_to(town, 10)
    assert asked(ana) == []
    turns_to(town, 11)

    (question,) = asked(ana)
    assert question["text"].startswith("Morning, Ana. Your test (cycle 1) ran more than a week ago: Nadia calls")
    assert "You predicted “8 of 10 come”. What did you see?" in question["text"]
    assert buttons(question["blocks"]) == ["What did we learn", *WAYS, "All actions"]
    for day in range(12, 18):
        turns_to(town, day)
        assert asked(ben) == []
    turns_to(town, 18)
    assert "because you are the team's deputy and what it taught isn't written yet" in asked(ben)[0]["text"]
    for day in range(19, 28):
        turns_to(town, day)
    assert (len(asked(ana)), len(asked(ben))) == (1, 1)
    learns(ben)
    assert "Told by Ben Castellano." in asked(ana)[0]["text"]
    assert "You told us. Thank you." in asked(ben)[0]["text"]
    assert buttons(asked(ana)[0]["blocks"]) == ["All actions"]
    assert buttons(asked(ben)[0]["blocks"]) == ["Adopt", "Adapt", "Abandon", "All actions"]
    ben.presses("Abandon", asked(ben)[0])
    assert ben.submits()["ok"]
    assert cycles(town)[0].decision == "abandon"
    assert buttons(asked(ben)[0]["blocks"]) == ["All actions"]


def test_everybody_but_its_owner_reads_whose_test_it_is(town: Town, ana: Persona, ben: Persona) -> None:
    is_unstudied(town, ana, ben)
    assert asked(ana)[0]["text"].startswith("Morning, Ana. Your test (cycle 1) ran more than a week ago: ")
    theirs = "Morning, Ben. Ana Reyes's test (cycle 1) ran more than a week ago: "
    assert asked(ben)[0]["text"].startswith(theirs)
    assert "The prediction was “8 of 10 come”. What did you see?" in asked(ben)[0]["text"]

    ben.presses("Tomorrow")
    turns_to(town, 19)
    assert asked(ben)[1]["text"].startswith(theirs)
    ben.presses("Someone else does this")
    assert ben.submits(person=row_of(town, "Olga Novak"))["ok"]
    turns_to(town, 20)

    told = "Morning, Olga. Ben Castellano asked you to tell us what Ana Reyes's test (cycle 1) taught, which ran more"
    assert asked(town.people["olga"])[0]["text"].startswith(told)


def test_what_was_learned_meanwhile_is_not_asked(town: Town, ana: Persona) -> None:
    logs(ana)
    turns_to(town, 3)
    runs_it(ana)
    turns_to(town, 10)
    learns(ana)
    turns_to(town, 11)

    assert asked(ana) == []


@pytest.mark.parametrize(("back", "whom"), [(13, "ana"), (14, "ben")])
def test_who_is_away_for_days_to_come_is_not_waited_for(
    town: Town, ana: Persona, ben: Persona, back: int, whom: str
) -> None:
    logs(ana, due="2026-02-10")
    is_away(town, "Ana Reyes", 9, back)

    for day in (10, 11, 12, 13, 14, 15, 16):
        turns_to(town, day)

    assert (len(asked(ana)), len(asked(ben))) == ((1, 0) if whom == "ana" else (0, 1))
    if whom == "ben":
        assert "You get this because its owner is away" in asked(ben)[0]["text"]


def test_the_deputy_who_is_away_too_leaves_the_second_time_to_the_owner(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    turns_to(town, 3)
    runs_it(ana)
    is_away(town, "Ben Castellano", 16, 28)
    for day in (11, 12, 18, 19, 27):
        turns_to(town, day)

    assert (len(asked(ana)), len(asked(ben))) == (2, 0)


def test_who_left_before_it_was_sent_is_not_asked_but_the_deputy(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    leaves(town, "Ana Reyes")
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    town.bot.settle()  # the letter's hour comes before anybody plans anew

    assert asked(ana) == []
    town.bot.tick()
    assert len(asked(ben)) == 1


def test_a_team_that_pauses_before_it_was_sent_is_left_alone(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.status, team.status_until = "paused", date(2026, 2, 12)
        session.add(team)
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    town.bot.settle()
    assert asked(ana) == []

    for day in (10, 11, 12):
        turns_to(town, day)
    assert len(asked(ana)) == 1


def test_a_cycle_that_is_deleted_is_not_asked_about_any_more(town: Town, ana: Persona, ben: Persona) -> None:
    for due in ("2026-02-10", "2026-02-11"):
        logs(ana, due=due)
    turns_to(town, 10)
    for _ in range(2):
        ben.presses("Edit")
        ben.presses("Delete this cycle")

    assert "It isn't needed any more." in asked(ana)[0]["text"]
    assert "Nadia calls" not in str(asked(ana)[0])
    turns_to(town, 11)
    assert len(asked(ana)) == 1
    assert [ask.state for ask in asks_in(town)] == [asks.GONE, asks.GONE]


def test_a_zone_changed_in_the_profile_moves_the_hour(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    turns_to(town, 9)
    town.slack.post("users", id=ana.user, tz="Asia/Tokyo")
    town.bot.tick()

    turns_to(town, 10, 8, zone=TOKYO)
    assert asked(ana) == []
    turns_to(town, 10, zone=TOKYO)
    assert len(asked(ana)) == 1
    turns_to(town, 10, zone=CHICAGO)
    assert len(asked(ana)) == 1
