"""Which times a poll can have, how they stand by team, which is best, and when a team is reminded: tables of cases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain import poll_asks, poll_facts, poll_slots, poll_tally
from bot.domain.poll_facts import Count
from bot.domain.poll_slots import Proposed, Row
from bot.domain.poll_tally import Said, Standing
from bot.domain.polls import Poll
from bot.errors import FieldError
from bot.times import Hours

ZONE = "America/New_York"
NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)
DAY, NOON, THREE = date(2026, 2, 19), time(12), time(15)
AT_NOON = datetime(2026, 2, 19, 17, tzinfo=UTC)
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
CLOSES = AT_NOON - A_DAY
SKIPPED = "The clocks change that night: 2:30 AM doesn't exist on Sun 8 Mar 2026 in America/New_York."


def test_a_row_takes_from_the_row_before_what_it_leaves_out_and_an_hour_is_that_of_the_wall() -> None:
    sunday, autumn = date(2026, 3, 8), date(2026, 11, 1)  # nights on which the clocks change
    cases: list[tuple[list[Row], list[tuple[int, datetime]]]] = [
        ([], []),
        ([(None, None), (DAY, NOON)], [(2, AT_NOON)]),
        ([(DAY, NOON), (None, THREE), (None, None)], [(1, AT_NOON), (2, AT_NOON + 3 * HOUR)]),
        ([(DAY, NOON), (DAY + A_DAY, None)], [(1, AT_NOON), (2, AT_NOON + A_DAY)]),
        ([(sunday, NOON)], [(1, datetime(2026, 3, 8, 16, tzinfo=UTC))]),  # an hour earlier than the day before
        ([(sunday - A_DAY, NOON)], [(1, datetime(2026, 3, 7, 17, tzinfo=UTC))]),
        ([(autumn, time(1, 30))], [(1, datetime(2026, 11, 1, 5, 30, tzinfo=UTC))]),  # it comes twice: the first
        ([(autumn, time(2, 30))], [(1, datetime(2026, 11, 1, 7, 30, tzinfo=UTC))]),
    ]
    for rows, found in cases:
        assert poll_slots.understood(rows, ZONE) == [Proposed(*one) for one in found], rows


def test_what_a_row_lacks_or_the_clocks_skip_is_said_on_its_box() -> None:
    cases: list[tuple[list[Row], str, str]] = [
        ([(DAY, None)], "at1", "Please choose its hour too."),
        ([(None, NOON)], "day1", "Please choose its day too."),
        ([(DAY, NOON), (date(2026, 3, 8), time(2, 30))], "at2", SKIPPED),
    ]
    for rows, box, sentence in cases:
        with pytest.raises(FieldError) as fault:
            poll_slots.understood(rows, ZONE)

        assert (fault.value.field, str(fault.value).startswith(sentence)) == (box, True), rows


def test_what_a_poll_cannot_be_about_is_said_on_its_box() -> None:
    hourly = [AT_NOON + count * HOUR for count in range(11)]
    cases = [
        ([], 60, CLOSES, "day1", "Please choose at least one time."),
        ([NOW], 60, NOW, "day1", "Mon 2 Feb 10:00 AM EST has passed. Please choose a time to come."),
        ([NOW + 400 * A_DAY], 60, CLOSES, "day1", "That is more than a year away."),
        ([AT_NOON, AT_NOON + HOUR, AT_NOON], 60, CLOSES, "day3", "That is the same as time 1. Please choose another."),
        (hourly, 60, CLOSES, "day11", "At most 10 times fit. Please leave some out."),
        (hourly[:10], 0, CLOSES, "minutes", "Please give 5 to 1,440 minutes."),
        ([AT_NOON], 5000, CLOSES, "minutes", "Please give 5 to 1,440 minutes."),
        ([AT_NOON], 60, NOW, "until", "Mon 2 Feb 10:00 AM EST has passed."),
        (
            [AT_NOON],
            60,
            AT_NOON + HOUR,
            "until",
            "By then the first of the times, Thu 19 Feb 12:00 PM EST, has",
        ),
    ]
    for starts, minutes, closes, box, sentence in cases:
        proposed = [Proposed(number, one) for number, one in enumerate(starts, start=1)]
        with pytest.raises(FieldError) as fault:
            poll_slots.check(proposed, minutes=minutes, closes=closes, zone=ZONE, now=NOW)

        assert (fault.value.field, str(fault.value).startswith(sentence)) == (box, True), sentence

    poll_slots.check([Proposed(1, AT_NOON)], minutes=5, closes=AT_NOON, zone=ZONE, now=NOW)


def test_a_team_says_the_best_of_what_its_people_say_and_the_best_time_reaches_most_teams() -> None:
    teams, slots = {1: "Alder", 2: "Birch", 3: "Cedar"}, {1: AT_NOON, 2: AT_NOON + HOUR}
    kinds = dict(zip("wnc", poll_tally.BEST_FIRST, strict=True))
    cases = [  # who of which team says what of which slot → what Alder says of slot 1, and the best slot
        ("", "", None),
        ("1:1c 1:2c 2:1c", "c", None),  # nobody can
        ("1:1w", "w", 1),
        ("1:1n 1:1c", "n", 1),  # two of one team differ
        ("1:1c 1:1w 1:1n", "w", 1),
        ("1:1w 1:2n 2:2n", "w", 2),  # more teams, if need be
        ("1:1n 1:2w", "n", 2),  # as many: for which it works
        ("1:1w 2:2w", "w", 1),  # as many, and as well: the earlier
        ("9:2w 1:1n", "n", 1),  # of a team that isn't asked
    ]
    for told, alder, best in cases:
        said = [Said(int(one[0]), "Ana", int(one[2]), kinds[one[3]]) for one in told.split()]

        found = poll_tally.standings(slots, teams, said)

        first = found[0]
        stands = {"w": first.works, "n": first.if_need_be, "c": first.cannot}
        assert "".join(kind for kind, named in stands.items() if "Alder" in named) == alder, told
        chosen = poll_tally.best(found)
        assert (chosen.slot if chosen else None) == best, told


def test_how_a_time_stands_and_what_came_of_a_poll_fits_how_many_there_are() -> None:
    cases = [
        ((0, 0, 0), "Nobody has said anything about it.", "Nobody has answered."),
        ((1, 0, 0), "Works for 1 team.", "Thu 19 Feb 12:00 PM EST suits most: it reaches 1 of 3 teams."),
        ((0, 2, 0), "If need be for 2 teams.", "Thu 19 Feb 12:00 PM EST suits most: it reaches 2 of 3 teams."),
        ((1, 1, 1), "Works for 1 team, if need be for 1 team · 1 team can't.", "Thu 19 Feb 12:00 PM EST suits most"),
        ((0, 0, 1), "1 team can't.", "None of these times works for the one team that answered."),
        ((0, 0, 2), "2 teams can't.", "None of these times works for any of the 2 teams that answered."),
    ]
    for (works, need, cannot), stands, outcome in cases:
        one = Standing(1, AT_NOON, ("A",) * works, ("B",) * need, ("C",) * cannot)

        assert poll_facts.stands(one) == stands
        assert poll_facts.outcome(Count([one], works + need + cannot, 3, ()), ZONE).startswith(outcome), stands


def test_a_team_is_reminded_once_by_how_long_the_poll_takes_answers() -> None:
    monday_noon = datetime(2026, 2, 16, 17, tzinfo=UTC)
    thursday_noon = datetime(2026, 2, 12, 17, tzinfo=UTC)
    cases: list[tuple[datetime, timedelta, Hours, date | None]] = [
        (thursday_noon, 7 * A_DAY, Hours(ZONE), date(2026, 2, 11)),  # the first hour of theirs in the last 48
        (thursday_noon, 4 * A_DAY, Hours(ZONE), date(2026, 2, 11)),
        (thursday_noon, 4 * A_DAY - HOUR, Hours(ZONE), date(2026, 2, 11)),  # in the last 36
        (thursday_noon + 10 * HOUR, 3 * A_DAY, Hours(ZONE), date(2026, 2, 12)),
        (thursday_noon, 3 * A_DAY - HOUR, Hours(ZONE), None),  # never
        (monday_noon, 7 * A_DAY, Hours(ZONE), date(2026, 2, 13)),  # a weekend lies before the end
        (monday_noon + 24 * HOUR, 7 * A_DAY, Hours(ZONE), date(2026, 2, 16)),  # and a day is left after it
        (monday_noon - 4 * HOUR, 7 * A_DAY, Hours(ZONE), date(2026, 2, 13)),  # and no hour of theirs is left in it
        (monday_noon, 7 * A_DAY, Hours(ZONE, off={"2026-02-16"}), date(2026, 2, 13)),  # a holiday of the team
        (monday_noon, 7 * A_DAY, Hours(ZONE, resumes=date(2026, 3, 2)), None),  # pauses beyond it
        (datetime(2026, 3, 10, 16, tzinfo=UTC), 7 * A_DAY, Hours(ZONE), date(2026, 3, 9)),  # the clocks went forward
    ]
    for closes, takes, working, day in cases:
        poll = Poll(
            collaborative_id=1, person_id=1, title="A call", kind="call", minutes=60, asks_all=True, closes=closes,
            opened_at=closes - takes,
        )  # fmt: skip

        assert poll_asks.day(poll, working) == day, (closes, takes)


def test_the_reminder_comes_48_hours_36_hours_or_never_before_the_end_by_distance() -> None:
    cases = [(96, 48), (500, 48), (95, 36), (72, 36), (71, None), (1, None)]
    for taken, before in cases:
        found = poll_asks.notice(NOW, NOW + taken * HOUR)

        assert found == (before * HOUR if before else None), taken
