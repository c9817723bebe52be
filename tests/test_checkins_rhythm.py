"""On which days check-ins come: by the calendar, on working days, and never while everybody is at a session."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from bot.domain import checkin_plans, events, rhythm
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from tests.town import Town

TUESDAY = date(2026, 1, 13)  # on which the collaborative starts


@pytest.mark.parametrize(
    ("every", "weekday", "day", "opens"),
    [
        ("week", "monday", date(2026, 1, 13), ["2026-01-19", "2026-01-26", "2026-02-02"]),
        ("week", "tuesday", date(2026, 1, 13), ["2026-01-13", "2026-01-20", "2026-01-27"]),
        ("week", "monday", date(2026, 1, 25), ["2026-01-19", "2026-01-26", "2026-02-02"]),
        ("two_weeks", "monday", date(2026, 2, 2), ["2026-02-02", "2026-02-16", "2026-03-02"]),
        ("two_weeks", "monday", date(2026, 2, 15), ["2026-02-02", "2026-02-16", "2026-03-02"]),
        ("two_weeks", "thursday", date(2026, 12, 31), ["2026-12-31", "2027-01-14", "2027-01-28"]),
        ("month", "monday", date(2026, 1, 13), ["2026-02-02", "2026-03-02", "2026-04-06"]),
        ("month", "monday", date(2026, 3, 1), ["2026-02-02", "2026-03-02", "2026-04-06"]),
        ("month", "friday", date(2026, 12, 30), ["2026-12-04", "2027-01-01", "2027-02-05"]),
        ("day", "monday", date(2026, 2, 2), ["2026-02-02", "2026-02-03", "2026-02-04"]),
        ("day", "monday", date(2026, 1, 1), ["2026-01-13", "2026-01-14", "2026-01-15"]),
    ],
)
def test_periods_follow_each_other_from_the_day_it_starts(
    every: str, weekday: str, day: date, opens: list[str]
) -> None:
    found = list(islice(rhythm.periods(every, weekday, TUESDAY, day), 3))

    assert [one.opens.isoformat() for one in found] == opens
    assert [one.closes for one in found[:2]] == [one.opens for one in found[1:]]
    assert [one.since for one in found[1:]] == [one.opens for one in found[:2]]
    assert found[0].since < found[0].opens


@pytest.mark.parametrize(
    ("changed", "days"),
    [
        ({}, ["2026-02-16", "2026-03-02", "2026-03-16"]),
        ({"holidays": ["2026-02-02"]}, ["2026-02-16", "2026-03-02", "2026-03-16"]),  # today's is not to come any more
        ({"holidays": ["2026-02-16", "2026-02-17"]}, ["2026-02-18", "2026-03-02", "2026-03-16"]),
        ({"ends": date(2026, 3, 2)}, ["2026-02-16", "2026-03-02"]),
        ({"ends": date(2026, 2, 10)}, []),
    ],
)
def test_the_next_days_are_those_of_the_settings(town: Town, changed: dict[str, object], days: list[str]) -> None:
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        for name, value in changed.items():
            setattr(collaborative, name, value)
        asked = checkin_plans.settings(collaborative)

        found = checkin_plans.next_days(session, collaborative, asked, town.kit.now())

    assert [day.isoformat() for day in found] == days


def test_whole_days_of_a_session_are_known_and_calls_are_none(town: Town) -> None:
    with town.kit.store.transaction() as session:
        begins, ends = datetime(2026, 2, 16, 14, tzinfo=UTC), datetime(2026, 2, 17, 21, tzinfo=UTC)
        ls1 = Event(collaborative_id=1, title="LS1", kind="session", starts=begins, ends=ends)
        monthly = Event(
            collaborative_id=1, title="Congress", kind="congress", starts=begins + timedelta(days=30),
            repeats="FREQ=WEEKLY;COUNT=3",
        )  # fmt: skip
        session.add_all([ls1, monthly])
        session.flush()

        days = events.days_together(session, 1)

    assert sorted(days) == ["2026-02-16", "2026-02-17", "2026-03-18", "2026-03-25", "2026-04-01"]
