"""Who comes to a date, counted by team and put into words at none, one and many; and on which days a team is asked."""

from datetime import UTC, date, datetime, timedelta
from itertools import starmap

import pytest

from bot.domain import rsvp_asks, rsvp_facts, rsvps
from bot.domain.events import Event, EventChange, Meeting
from bot.domain.rsvps import Said, Tally
from bot.domain.teams import Team
from tests import town as towns

CALL = datetime(2026, 2, 19, 17, tzinfo=UTC)  # a Thursday, eleven in Chicago
ANA, BEN, CLEO = (1, 1, "Ana"), (1, 2, "Ben"), (2, 3, "Cleo")


@pytest.mark.parametrize(
    ("answers", "paused_until", "coming", "cannot", "teams"),
    [
        ([], None, [], 0, 3),
        ([(*ANA, True)], None, [("Alder", ("Ana",))], 0, 3),
        ([(*ANA, False), (*BEN, True)], None, [("Alder", ("Ben",))], 0, 3),  # one of a team is enough
        ([(*ANA, False), (*BEN, False)], None, [], 1, 3),
        ([(*ANA, True), (*CLEO, True)], None, [("Alder", ("Ana",)), ("Birch", ("Cleo",))], 0, 3),
        ([(*ANA, True), (2, 1, "Ana", True)], None, [("Alder", ("Ana",)), ("Birch", ("Ana",))], 0, 3),  # is in both
        ([(9, 9, "Zoe", True)], None, [], 0, 3),  # of a team that has left
        ([], date(2026, 2, 20), [], 0, 2),  # pauses over the day of the call
        ([(*ANA, False)], date(2026, 2, 20), [], 0, 2),
        ([(*ANA, True)], date(2026, 2, 20), [("Alder", ("Ana",))], 0, 3),  # and comes all the same
        ([], date(2026, 2, 19), [], 0, 3),  # is back by then
    ],
)
def test_a_team_comes_when_anybody_of_it_does(
    answers: list[tuple[int, int, str, bool]],
    paused_until: date | None,
    coming: list[tuple[str, tuple[str, ...]]],
    cannot: int,
    teams: int,
) -> None:
    three = [_team(row, name) for row, name in enumerate(("Alder", "Birch", "Cedar"), start=1)]
    if paused_until:
        three[0].status, three[0].status_until = "paused", paused_until

    found = rsvps.counted(three, list(starmap(Said, answers)), CALL)

    assert found == Tally(tuple(coming), cannot, teams)


@pytest.mark.parametrize(
    ("coming", "cannot", "teams", "sentence"),
    [
        (0, 0, 0, "Coming: no team has said yet, of no teams."),
        (0, 0, 1, "Coming: no team has said yet, of 1 team."),
        (0, 0, 12, "Coming: no team has said yet, of 12 teams."),
        (0, 1, 12, "Coming: 0 of 12 teams. 1 team can't."),
        (1, 0, 1, "Coming: 1 of 1 team."),
        (7, 2, 12, "Coming: 7 of 12 teams. 2 teams can't."),
    ],
)
def test_the_tally_is_said_for_none_one_and_many(coming: int, cannot: int, teams: int, sentence: str) -> None:
    assert rsvp_facts.tally(Tally((("Alder", ("Ana",)),) * coming, cannot, teams)) == sentence


def test_how_many_come_begins_a_sentence_for_none_one_and_many() -> None:
    told = [rsvp_facts.counts(Tally((("Alder", ("Ana",)),) * coming, 0, 12)) for coming in (0, 1, 7)]

    assert told == ["none of 12 teams is coming", "1 of 12 teams is coming", "7 of 12 teams are coming"]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([], "Nobody has said yet whether they're coming."),
        ([(*ANA, True)], "Ana comes."),
        ([(*ANA, True), (*BEN, True)], "Ana and Ben come."),
        ([(*ANA, True), (*BEN, False)], "Ana comes. Ben can't."),
        ([(*ANA, False)], "Ana can't, and nobody has said yet that they're coming."),
        ([(1, row, f"P{row}", True) for row in range(9)], "P0, P1, P2, P3, P4, P5, P6, P7 and P8 come."),
        ([(1, row, f"P{row}", True) for row in range(10)], "P0, P1, P2, P3, P4, P5, P6, P7 and 2 more come."),
    ],
)
def test_how_a_team_stands_is_said_for_none_one_and_many(
    answers: list[tuple[int, int, str, bool]], sentence: str
) -> None:
    assert rsvp_facts.stands(starmap(Said, answers)) == sentence


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(45, "45 minutes"), (60, "1 hour"), (150, "2 hours 30 minutes"), (24 * 60, ""), (31 * 60, "")],
)
def test_how_long_it_takes_is_said_in_hours_and_days_have_an_end(minutes: int, told: str) -> None:
    assert rsvp_facts.lasts(timedelta(minutes=minutes)) == told


def test_a_team_is_asked_a_week_and_two_working_days_before_and_once_where_it_is_known_late() -> None:
    cases = [
        (CALL, None, [], (date(2026, 2, 12), date(2026, 2, 17))),
        (CALL, None, ["2026-02-17"], (date(2026, 2, 12), date(2026, 2, 16))),  # a holiday of the team
        (CALL + timedelta(days=4), None, [], (date(2026, 2, 16), date(2026, 2, 19))),  # a Monday: over the weekend
        (CALL, datetime(2026, 2, 13, 15, tzinfo=UTC), [], (date(2026, 2, 13), date(2026, 2, 17))),  # moved meanwhile
        (CALL, datetime(2026, 2, 17, 15, tzinfo=UTC), [], (date(2026, 2, 17),)),
        (CALL, datetime(2026, 2, 18, 15, tzinfo=UTC), [], (date(2026, 2, 18),)),
    ]
    event = Event(id=1, collaborative_id=1, title="AP1 call", kind="call", starts=CALL)
    with towns.built() as town, town.kit.store.rehearsal() as session:
        team = session.get_one(Team, 1)
        for starts, changed, holidays, days in cases:
            change = EventChange(event_id=1, planned=CALL, starts=starts, person_id=1, changed_at=changed or CALL)
            team.holidays = holidays
            moved = Meeting(event, CALL if changed else starts, change if changed else None)

            assert rsvp_asks.days(session, moved, team) == days, (starts, changed)


def _team(row: int, name: str) -> Team:
    return Team(id=row, collaborative_id=1, organization_id=1, name=name, timezone="America/Chicago")
