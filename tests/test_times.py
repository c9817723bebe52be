"""A person's nine o'clock in any zone: every day has exactly one, whatever the clocks do in spring and autumn."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot import times

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Halifax", "America/St_Johns", "America/Sao_Paulo",
    "America/Santiago", "America/Havana", "Europe/London", "Europe/Stockholm", "Europe/Lisbon", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Beirut", "Asia/Jerusalem", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham",
)  # fmt: skip
HALF_HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 1440, 30)]


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_around_a_change_of_clocks_has_each_hour_exactly_once(zone: str) -> None:
    for day in days_of_change(zone):
        for hour in HALF_HOURS:
            instants = [times.at(day + timedelta(days=offset), hour, zone) for offset in (-1, 0, 1)]

            assert sorted(set(instants)) == instants
            assert times.local_day(instants[1], zone) == day


@pytest.mark.parametrize(
    ("day", "hour", "zone", "instant"),
    [
        (date(2026, 2, 2), time(9), "America/Chicago", "2026-02-02T15:00+00:00"),
        (date(2026, 7, 1), time(9), "America/Chicago", "2026-07-01T14:00+00:00"),
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:30+00:00"),  # does not exist: pushed past
        (date(2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30+00:00"),  # twice: the first
    ],
)
def test_a_wall_time_is_one_instant(day: date, hour: time, zone: str, instant: str) -> None:
    assert times.at(day, hour, zone) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("day", "holidays", "works_on"),
    [
        (date(2026, 2, 2), (), date(2026, 2, 2)),
        (date(2026, 2, 7), (), date(2026, 2, 9)),  # a Saturday
        (date(2026, 2, 8), ("2026-02-09",), date(2026, 2, 10)),
        (date(2026, 12, 24), ("2026-12-24", "2026-12-25", "2026-12-28"), date(2026, 12, 29)),
    ],
)
def test_work_begins_again_on_the_next_working_day(day: date, holidays: tuple[str, ...], works_on: date) -> None:
    assert times.working_day(day, holidays) == works_on


def test_in_every_zone_a_weekly_question_comes_once_a_week_at_nine_on_every_day_of_a_year() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(372)]
    for zone in sorted(times.zones()):
        there = ZoneInfo(zone)
        instants = [times.at(day, times.NINE, zone) for day in days]

        assert [instant.astimezone(there).replace(tzinfo=None) for instant in instants] == [
            datetime.combine(day, time(9)) for day in days
        ], zone
        assert all(first < then for first, then in pairwise(instants)), zone


@pytest.mark.parametrize(
    ("hours", "asked", "local"),
    [
        (times.Hours("America/Chicago"), date(2026, 2, 6), "2026-02-06T09:00"),
        (times.Hours("America/Chicago"), date(2026, 2, 7), "2026-02-09T09:00"),  # a Saturday
        (times.Hours("America/Chicago", off=("2026-02-09",)), date(2026, 2, 7), "2026-02-10T09:00"),
        (times.Hours("America/Chicago", days=frozenset({5, 6})), date(2026, 2, 2), "2026-02-07T09:00"),
        (
            times.Hours("America/Chicago", hour=time(21, 30), days=frozenset(range(7))),
            date(2026, 2, 8),
            "2026-02-08T21:30",
        ),
        (times.Hours("America/Chicago", hour=time(2, 30), days=frozenset({6})), date(2026, 3, 8), "2026-03-08T03:30"),
        (times.Hours("America/Chicago", resumes=date(2026, 3, 7)), date(2026, 2, 7), "2026-03-09T09:00"),
        (times.Hours("America/Chicago", resumes=date(2026, 2, 1)), date(2026, 2, 3), "2026-02-03T09:00"),
        (times.Hours("America/Chicago", days=frozenset()), date(2026, 2, 7), "2026-02-07T09:00"),  # nobody's week
    ],
)
def test_somebody_is_asked_at_their_hour_on_their_next_day(hours: times.Hours, asked: date, local: str) -> None:
    assert hours.on(asked) == datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("hours", "day", "local"),
    [
        (times.Hours("America/Chicago"), date(2026, 2, 5), "2026-02-04T09:00-06:00"),
        (times.Hours("America/Chicago"), date(2026, 2, 9), "2026-02-06T09:00-06:00"),  # a Monday
        (times.Hours("America/Chicago"), date(2026, 2, 8), "2026-02-06T09:00-06:00"),  # a Sunday
        (times.Hours("America/Chicago"), date(2026, 3, 9), "2026-03-06T09:00-06:00"),  # the clocks change between
        (times.Hours("America/Chicago"), date(2026, 3, 10), "2026-03-09T09:00-05:00"),
        (
            times.Hours("America/New_York", off=("2026-11-26", "2026-11-27")),
            date(2026, 11, 30),
            "2026-11-25T09:00-05:00",
        ),
        (
            times.Hours("America/Chicago", off=times.public_holidays("US-IL")),
            date(2026, 2, 13),
            "2026-02-11T09:00-06:00",
        ),
        (times.Hours("America/Chicago", off=times.public_holidays("US")), date(2026, 2, 13), "2026-02-12T09:00-06:00"),
        (times.Hours("Europe/Stockholm", off=times.public_holidays("SE")), date(2026, 1, 2), "2025-12-31T09:00+01:00"),
        (times.Hours("Asia/Jerusalem", days=frozenset({6, 0, 1, 2, 3})), date(2026, 2, 8), "2026-02-05T09:00+02:00"),
        (times.Hours("Pacific/Auckland", hour=time(21, 30)), date(2026, 4, 6), "2026-04-03T21:30+13:00"),
        (times.Hours("Pacific/Kiritimati"), date(2026, 2, 9), "2026-02-06T09:00+14:00"),
        (times.Hours("America/Chicago", resumes=date(2026, 2, 9)), date(2026, 2, 5), "2026-02-04T09:00-06:00"),
        (times.Hours("America/Chicago", days=frozenset()), date(2026, 2, 9), "2026-02-08T09:00-06:00"),  # nobody's week
        (times.Hours("Mars/Olympus_Mons"), date(2026, 2, 9), "2026-02-06T09:00+00:00"),
    ],
)
def test_somebody_is_told_ahead_at_their_hour_on_the_last_of_their_days_before(
    hours: times.Hours, day: date, local: str
) -> None:
    assert hours.before(day) == datetime.fromisoformat(local)


@pytest.mark.parametrize(
    ("region", "day", "off"),
    [
        ("US", "2026-07-03", True),  # the Fourth falls on a Saturday
        ("US", "2026-02-12", False),
        ("US-IL", "2026-02-12", True),  # Lincoln's Birthday
        ("SE", "2026-05-14", True),  # Ascension
        ("rural", "2026-07-03", False),
        ("US-Nowhere", "2026-07-03", False),
        ("", "2026-07-03", False),
    ],
)
def test_a_region_brings_its_public_holidays(region: str, day: str, off: bool) -> None:
    assert (day in times.public_holidays(region)) == off


NIGHT = (time(20), time(7))
NOON = (time(12), time(13))


@pytest.mark.parametrize(
    ("local", "quiet", "until"),
    [
        ("2026-02-02T19:59", NIGHT, None),
        ("2026-02-02T20:00", NIGHT, "2026-02-03T07:00"),
        ("2026-02-03T06:59", NIGHT, "2026-02-03T07:00"),
        ("2026-02-03T07:00", NIGHT, None),
        ("2026-02-28T23:00", NIGHT, "2026-03-01T07:00"),
        ("2026-03-07T22:00", NIGHT, "2026-03-08T07:00"),  # the clocks change that night
        ("2026-02-02T12:30", NOON, "2026-02-02T13:00"),
        ("2026-02-02T13:00", NOON, None),
        ("2026-02-02T23:00", None, None),
    ],
)
def test_quiet_hours_end_in_the_morning_of_those_who_sleep(local: str, quiet: times.Quiet, until: str | None) -> None:
    zone = ZoneInfo("America/Chicago")
    instant = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    ends = datetime.fromisoformat(until).replace(tzinfo=zone) if until else None

    assert times.quiet_until(instant, "America/Chicago", quiet) == ends


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        ("2026-02-02T14:30", "2026-02-03T14:30"),
        ("2026-02-06T14:30", "2026-02-09T14:30"),  # Friday → Monday
        ("2026-02-07T14:30", "2026-02-10T09:00"),  # Saturday: from Monday at nine on
        ("2026-02-13T14:30", "2026-02-17T14:30"),  # the Monday is a holiday
        ("2026-02-16T08:00", "2026-02-18T09:00"),  # on the holiday itself
        ("2026-03-06T14:30", "2026-03-09T14:30"),  # the clocks change that weekend
        ("2026-03-06T23:59", "2026-03-09T23:59"),
    ],
)
def test_24_working_hours_on_it_is_the_same_time_of_their_next_day(asked: str, again: str) -> None:
    hours, zone = times.Hours("America/Chicago", off=("2026-02-16",)), ZoneInfo("America/Chicago")
    then, later = (datetime.fromisoformat(moment).replace(tzinfo=zone) for moment in (asked, again))

    assert hours.a_day_later(then) == later


def test_an_instant_in_words_names_its_zone() -> None:
    assert times.words(datetime(2026, 2, 2, 15, tzinfo=UTC), "America/Chicago") == "Mon 2 Feb 9:00 AM CST"


def test_a_zone_that_nobody_knows_counts_as_utc() -> None:
    nine = datetime(2026, 2, 2, 9, tzinfo=UTC)

    assert times.at(date(2026, 2, 2), time(9), "Mars/Olympus_Mons") == nine
    assert times.local_day(nine, "Mars/Olympus_Mons") == date(2026, 2, 2)
    assert times.quiet_until(nine, "Mars/Olympus_Mons", NIGHT) is None
    assert times.words(nine, "Mars/Olympus_Mons") == "Mon 2 Feb 9:00 AM UTC"


def days_of_change(zone: str) -> list[date]:
    """The days from 2024 to 2027 on which the clocks of a zone change, and one on which they don't."""
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(4 * 365)]
    offsets = {day: datetime.combine(day, time(), ZoneInfo(zone)).utcoffset() for day in days}
    return [
        date(2026, 2, 2),
        *(day for day, after in pairwise(days) if offsets[day] != offsets[after]),
    ]
