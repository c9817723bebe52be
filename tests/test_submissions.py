"""What a team owes of each month, and how it stands: a table of measures, days and teams."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain import measures, pauses, submissions
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from tests.counting import FEB, JAN, MAR, NOON, alder, counted, entry, files, measure

HOLIDAYS = ("2026-02-16",)


@pytest.fixture
def session() -> Iterator[Session]:
    with counted() as here:
        yield here


@pytest.mark.parametrize(
    ("of", "month", "due"),
    [
        ({}, JAN, "2026-02-17"),  # the 15th is a Sunday, and the 16th a holiday
        ({}, FEB, "2026-03-16"),
        ({}, MAR, "2026-04-15"),
        ({"due_day": 1}, FEB, "2026-03-02"),
        ({"lag_months": 2}, JAN, "2026-04-15"),
        ({}, date(2025, 12, 1), "2026-01-15"),
        ({"lag_months": 2}, date(2025, 11, 1), "2026-02-17"),
    ],
)
def test_a_month_is_due_on_a_working_day_of_the_month_after_it_and_its_lag(
    of: dict[str, Any], month: date, due: str
) -> None:
    assert measures.due_on(measure(**{"due_day": 15, **of}), month, HOLIDAYS) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("filed", "today", "status", "is_open"),
    [
        ("", "2026-02-10", "expected", True),
        ("", "2026-02-16", "expected", True),
        ("", "2026-03-02", "expected", True),
        ("", "2026-03-03", "missing", True),
        ("value 2026-02-10", "2026-06-01", "on_time", False),
        ("value 2026-02-20", "2026-06-01", "late", False),
        ("value 2026-04-20", "2026-06-01", "missing", False),  # it is on the chart, and the books stay as they were
        ("no_cases 2026-02-10", "2026-06-01", "zero_denominator", False),
        ("not_available 2026-02-10", "2026-02-11", "expected", True),
        ("not_available 2026-02-10", "2026-03-03", "missing", True),
    ],
)
def test_how_a_month_stands(session: Session, filed: str, today: str, status: str, is_open: bool) -> None:
    if filed:
        state, _, day = filed.partition(" ")
        later: dict[str, Any] = {"expected_on": date(2026, 6, 1)} if state == "not_available" else {}
        noon = datetime.fromisoformat(f"{day}T18:00+00:00")
        files(session, entry(*((9, 12) if state == "value" else (None, None)), state=state, **later), now=noon)

    (january,) = submissions.of_period(session, alder(session), JAN, date.fromisoformat(today))

    assert (january.status, january.is_open, january.due) == (status, is_open, date(2026, 2, 16))


@pytest.mark.parametrize(
    ("so", "status"),
    [
        ("paused over the day", "excused"),
        ("paused and back before", "expected"),
        ("withdrawn before", "not_applicable"),
        ("withdrawn after", "expected"),
        ("launched after", "not_applicable"),
        ("before the collaborative", "not_applicable"),
    ],
)
def test_what_isnt_asked_of_a_team(session: Session, so: str, status: str) -> None:
    team, collaborative = alder(session), session.get_one(Collaborative, 1)
    if so.startswith("paused"):
        pauses.begin(session, team, date(2026, 2, 28), "we move", today=date(2026, 2, 10))
    if so == "paused and back before":
        pauses.end(session, team, today=date(2026, 2, 16))
    if so.startswith("withdrawn"):
        team.status, team.status_until = "withdrawn", date(2026, 2, 1 if so.endswith("before") else 20)
    if so == "launched after":
        collaborative.launched_at = datetime(2026, 2, 18, tzinfo=UTC)
    period = date(2025, 12, 1) if so == "before the collaborative" else JAN

    (found,) = submissions.of_period(session, team, period, date(2026, 2, 20))

    assert found.status == status
    assert submissions.complete([found]) is (status != "expected")


def test_the_minimum_tier_owes_two_the_required_ones_first(session: Session) -> None:
    _also(session, "A", position=1)
    _also(session, "B", position=2, required=True)
    team = alder(session)

    assert _owed(session) == ["OFFER3", "A", "B"]
    team.tier = "minimum"
    assert _owed(session) == ["OFFER3", "B"]
    team.measures = ["a", "b"]
    assert _owed(session) == ["A", "B"]
    team.tier = "full"
    _also(session, "OURS", position=3, in_file={})
    assert _owed(session) == ["A", "B", "OURS"]  # what no file has is every team's


def test_a_team_does_without_a_measure_from_a_month_on_and_until_another(session: Session) -> None:
    team, counts = alder(session), session.get_one(Measure, 1)
    measures.opt_out(session, team, counts, since=FEB, by=1, now=NOON)
    assert [_owed(session, month) for month in (JAN, FEB, MAR)] == [["OFFER3"], [], []]

    measures.opt_in(session, team, counts, since=MAR)

    assert [_owed(session, month) for month in (JAN, FEB, MAR)] == [["OFFER3"], [], ["OFFER3"]]


def test_a_measure_with_a_lag_is_reported_with_the_others_of_the_period(session: Session) -> None:
    _also(session, "ENG4", position=1, lag_months=2)

    months = {
        (one.measure.code, one.period, one.month): one.status
        for one in submissions.owed(session, alder(session), date(2026, 4, 2))
    }

    assert months[("ENG4", MAR, JAN)] == "expected"
    assert months[("ENG4", FEB, date(2025, 12, 1))] == "not_applicable"
    assert months[("OFFER3", MAR, MAR)] == "expected"
    assert months[("OFFER3", JAN, JAN)] == "missing"


def test_the_form_is_that_of_the_newest_period_with_something_to_come(session: Session) -> None:
    team = alder(session)
    assert submissions.newest_open(session, team, date(2026, 3, 5)) == FEB

    files(session, entry(month=FEB), now=datetime(2026, 3, 5, 18, tzinfo=UTC))
    assert submissions.newest_open(session, team, date(2026, 3, 5)) == JAN

    files(session, entry(month=JAN), now=datetime(2026, 3, 5, 18, tzinfo=UTC))
    assert submissions.newest_open(session, team, date(2026, 3, 5)) == FEB


def test_timeliness_and_completeness_are_of_what_fell_due(session: Session) -> None:
    files(session, entry(month=JAN), now=datetime(2026, 2, 10, 18, tzinfo=UTC))
    files(session, entry(month=FEB), now=datetime(2026, 3, 20, 18, tzinfo=UTC))

    for today, expected in (("2026-04-02", (2, 1, 1, 50, 100)), ("2026-04-16", (3, 1, 1, 33, 67))):
        day = date.fromisoformat(today)
        found = submissions.completeness(submissions.owed(session, alder(session), day), day)
        assert (found.expected, found.on_time, found.late, found.timely, found.complete) == expected


def _also(session: Session, code: str, **more: Any) -> None:
    usual = {"id": None, "code": code, "name": code, "due_day": 15, "in_file": {"code": code}}
    session.add(measure(**usual | more))
    session.flush()


def _owed(session: Session, month: date = JAN) -> list[str]:
    team = alder(session)
    return [one.code for one in measures.owed_of(team, measures.of_team(session, team, month))]


def test_a_number_of_an_earlier_month_tells_of_a_period_once_that_is_over() -> None:
    february, december = date(2026, 2, 1), date(2025, 12, 1)
    cases = [
        (february, date(2026, 2, 20), True),
        (december, date(2026, 1, 7), False),  # with the baseline
        (december, date(2026, 2, 28), False),
        (december, date(2026, 3, 1), True),
    ]
    for month, filed, told in cases:
        assert submissions.tells(february, month, filed) is told, (month, filed)
