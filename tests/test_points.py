"""The numbers that teams send: what can't be, what is unusual, and what stands after filing and correcting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session, select

from bot.domain import definitions, entries, measure_edit, series
from bot.domain.activity import Act
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.medians import NewMedian
from bot.domain.pdsa import Cycle
from bot.domain.points import PointChange
from tests.counting import FEB, JAN, MAR, NOON, alder, counted, entry, files, measure, rows

TODAY = date(2026, 2, 10)
DAYS = {"unit": "days", "shape": "ratio"}
VALUE = {"unit": "days", "shape": "value"}
SWAPPED = "18 of 12 is more than all of them. Are the two swapped?"


@dataclass
class Before:
    """A month of the same series."""

    month: date
    denominator: float | None
    value: float | None


NOBODY = "3 of 0 can't be. Where there was nobody to count, choose No cases this month."


@pytest.fixture
def session() -> Iterator[Session]:
    with counted() as here:
        yield here


@pytest.mark.parametrize(
    ("of", "told", "fault"),
    [
        ({}, entry(9, 12), ""),
        ({}, entry(0, 12), ""),
        ({}, entry(12, 12), ""),
        ({}, entry(0, 0), ""),  # nobody to count is a true answer
        ({}, entry(18, 12), SWAPPED),
        ({}, entry(3, 0), NOBODY),
        ({}, entry(-1, 12), "-1 is less than nothing. Please look at it once more."),
        ({}, entry(9.5, 12), "9.5 can't be: here whole ones are counted."),
        ({}, entry(9, None), "Please give both numbers."),
        ({}, entry(None, None), entries.BOTH),
        ({}, entry(9, 1e12), "That is more than fits on a chart. Please look at it once more."),
        ({}, entry(float("nan"), 12), "That is more than fits on a chart. Please look at it once more."),
        ({}, entry(month=FEB), ""),
        ({}, entry(month=MAR), "March 2026 is still to come."),
        ({}, entry(stratum="language", level="Spanish"), "OFFER3 isn't told apart by language."),
        ({"strata": ["language"]}, entry(stratum="language", level="Spanish"), ""),
        (DAYS, entry(180.5, 12), ""),  # a sum of days may be more than the people
        (DAYS, entry(180, 12.5), "12.5 can't be: here whole ones are counted."),
        (DAYS, entry(3, 0), NOBODY),
        (VALUE, entry(None, None, value=9.5), ""),
        (VALUE, entry(None, None), "Please give the number."),
        (VALUE, entry(None, None, value=-1), "-1 is less than nothing. Please look at it once more."),
        (VALUE | {"unit": "count"}, entry(None, None, value=9.5), "9.5 can't be: here whole ones are counted."),
        (VALUE | {"unit": "percent"}, entry(None, None, value=101), "101 % is more than all of them."),
        ({}, entry(None, None, state="no_cases"), ""),
        ({}, entry(None, None, state="not_available"), "When will it be there? A guess is fine."),
        ({}, entry(None, None, state="not_available", expected_on=date(2026, 2, 20)), ""),
        (
            {},
            entry(None, None, state="not_available", expected_on=date(2026, 2, 9)),
            "That day is over. When will it be there?",
        ),
    ],
)
def test_what_cant_be_is_refused_in_words(of: dict[str, Any], told: Entry, fault: str) -> None:
    assert entries.faults(measure(**of), told, TODAY) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("of", "told", "before", "asked"),
    [
        ({}, entry(9, 12), [], ""),
        ({"goal": 5}, entry(5, 5), [], ""),  # a share can be anything
        ({**VALUE, "goal": 10}, entry(None, None, value=1200), [], "1,200 is far beyond the goal of 10. Is it right?"),
        ({**VALUE, "goal": 10, "baseline": 20}, entry(None, None, value=190), [1200, 1200], ""),
        ({}, entry(9, 12), [100, 100], ""),  # two months are no habit yet
        ({}, entry(9, 12), [100, 100, 100], "12 in all is far from your usual 100. Is it right?"),
        ({}, entry(9, 50), [100, 100, 100], ""),
        ({}, entry(9, 49), [100, 100, 100], "49 in all is far from your usual 100. Is it right?"),
        ({}, entry(9, 150), [90, 100, 400], ""),
        ({}, entry(9, 151), [90, 100, 400], "151 in all is far from your usual 100. Is it right?"),
        ({}, entry(9, 12), [0, 0, 100], ""),  # months with nobody to count say nothing
        (VALUE, entry(None, None, value=20), [9, 10, 11], "20 is far from your usual 10. Is it right?"),
        ({}, entry(None, None, state="no_cases"), [100, 100, 100], ""),
        ({}, entry(9, 12, month=FEB), [], "February isn't over yet. Are these the numbers of the whole month?"),
    ],
)
def test_what_is_unusual_is_asked_about(of: dict[str, Any], told: Entry, before: list[float], asked: str) -> None:
    earlier = [
        Before(month=date(2025, number, 1), denominator=size, value=size) for number, size in enumerate(before, 1)
    ]

    assert entries.doubts(measure(**of), told, earlier, TODAY) == ([asked] if asked else [])


def test_a_month_of_more_than_a_year_before_the_start_is_asked_about() -> None:
    asked = "{} before the start in January 2026. Is that month meant?"
    for month, starts, doubt in (
        (JAN, None, ""),
        (date(2025, 1, 1), date(2026, 1, 13), ""),
        (date(2024, 12, 1), date(2026, 1, 13), asked.format("December 2024 is more than a year")),
        (date(2018, 1, 1), date(2026, 1, 13), asked.format("January 2018 is 8 years")),
    ):
        assert entries.long_before(month, starts) == doubt


@pytest.mark.parametrize(
    ("told", "state", "value"),
    [
        (entry(9, 12), "value", 75),
        (entry(0, 12), "value", 0),
        (entry(0, 0), "no_cases", None),
        (entry(None, None, state="no_cases"), "no_cases", None),
        (entry(None, None, state="not_available", expected_on=FEB), "not_available", None),
    ],
)
def test_a_number_is_kept_in_the_measures_own_scale(
    session: Session, told: Entry, state: str, value: float | None
) -> None:
    files(session, told)

    (point,) = rows(session)
    assert (point.state, point.value, point.definition, point.version) == (state, value, 1, 1)


def test_a_correction_keeps_who_when_what_stood_there_and_why(session: Session) -> None:
    files(session, entry(9, 12))
    (what,) = files(session, entry(8, 12), now=NOON.replace(day=20), by=5, reason="counted one twice")

    (point,) = rows(session)
    (change,) = session.exec(select(PointChange)).all()
    assert what.what == "corrected"
    assert (point.numerator, point.person_id, point.filed_at, point.version) == (8, 4, NOON, 2)
    assert (change.person_id, change.at, change.reason) == (5, NOON.replace(day=20), "counted one twice")
    assert change.old == {"numerator": 9, "value": 75}
    assert change.new == {"numerator": 8, "value": pytest.approx(66.667, abs=0.001)}
    assert [act.kind for act in session.exec(select(Act))] == ["data.filed", "data.corrected"]


def test_the_same_numbers_again_change_nothing(session: Session) -> None:
    files(session, entry(9, 12, note="one clinic"))
    (what,) = files(session, entry(9, 12, note="one clinic"))

    assert (what.what, len(rows(session))) == ("same", 1)
    assert session.exec(select(PointChange)).all() == []
    assert len(session.exec(select(Act)).all()) == 1


@pytest.mark.parametrize(
    ("filed", "counts_as"),
    [("2026-02-13", "on_time"), ("2026-02-16", "on_time"), ("2026-02-17", "late"), ("2026-03-02", "late"),
     ("2026-03-03", "")],
)  # fmt: skip  # the 15th is a Sunday, so the 16th is its day
def test_how_timely_a_number_came_is_settled_once(session: Session, filed: str, counts_as: str) -> None:
    noon = datetime.fromisoformat(f"{filed}T18:00+00:00")
    files(session, entry(None, None, state="not_available", expected_on=FEB), now=NOON)
    assert rows(session)[0].timeliness == ""

    files(session, entry(9, 12), now=noon)
    files(session, entry(8, 12), now=datetime(2026, 6, 1, tzinfo=UTC))

    (point,) = rows(session)
    assert (point.timeliness, point.numerator) == (counts_as, 8)


def test_a_number_remembers_the_definition_under_which_it_was_counted(session: Session) -> None:
    counts = session.get_one(Measure, 1)
    files(session, entry(9, 12))
    changed = edits(session, counts, numerator="offered a visit in 2 days", goal=90)
    files(session, entry(9, 12, month=FEB))

    assert changed == ["numerator", "goal"]
    assert [point.definition for point in rows(session)] == [1, 2]
    assert [(one.version, one.person_id) for one in definitions.versions(session, counts)] == [(1, None), (2, 1)]
    edits(session, counts, goal=95, due_day=20)
    assert definitions.current(session, counts, NOON) == 2  # a goal is no other way of counting
    edits(session, counts, reworded=True, numerator="callers offered a visit within 2 days")
    files(session, entry(9, 12, month=MAR), now=NOON)
    assert [point.definition for point in rows(session)] == [1, 2, 2]  # and neither are clearer words
    assert definitions.versions(session, counts)[1].words["numerator"] == "callers offered a visit within 2 days"


def test_a_series_has_every_month_and_never_a_zero_where_nothing_is_in(session: Session) -> None:
    counts = session.get_one(Measure, 1)
    counts.baseline_months = 6
    files(session, entry(9, 12, month=date(2025, 11, 1)), entry(6, 12, month=FEB, note="one clinic"))
    files(session, entry(None, None, month=date(2025, 12, 1), state="no_cases"))
    session.add(NewMedian(team_id=1, measure_id=1, month=FEB, annotation="new phones", person_id=4, at=NOON))
    session.add(_test_of(session, counts))
    session.flush()

    found = series.of(session, 1, 1, until=MAR)

    assert found.months == (date(2025, 11, 1), date(2025, 12, 1), JAN, FEB)
    assert found.values == (75, None, None, 50)
    assert found.sizes == (12, 0, None, 12)
    assert found.states == ("value", "no_cases", "", "value")
    assert found.notes == ("", "", "", "one clinic")
    assert (found.code, found.direction, found.goal, found.baseline_points) == ("OFFER3", "up", 85, 6)
    assert found.cycles == ((date(2026, 2, 5), "Cycle 1: Nadia calls"),)
    assert found.rephased == ((FEB, "new phones"),)
    assert series.of(session, 1, 1, until=JAN).months == (date(2025, 11, 1), date(2025, 12, 1))
    assert series.of(session, 2, 1, until=MAR).months == ()


def test_a_group_in_other_letters_is_the_same_group(session: Session) -> None:
    session.get_one(Measure, 1).strata = ["language"]
    files(session, entry(4, 5, stratum="language", level="Spanish"))

    files(
        session, entry(3, 5, stratum="language", level="spanish"), entry(5, 9, FEB, stratum="language", level="SPANISH")
    )

    assert [(one.level, one.month, one.numerator) for one in rows(session)] == [
        ("Spanish", JAN, 3),
        ("Spanish", FEB, 5),
    ]


FINAL = [entry(9, 12), entry(6, 12, month=FEB), entry(None, None, month=date(2025, 11, 1), state="no_cases")]
WRONG = [entry(1, 12), entry(2, 12), entry(2, 30, month=FEB), entry(5, 6, month=date(2025, 11, 1))]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=some.permutations(range(3)), wrong=some.lists(some.sampled_from(WRONG), max_size=4))
def test_no_order_of_filing_and_correcting_changes_the_chart(
    session: Session, order: list[int], wrong: list[Entry]
) -> None:
    with session.begin_nested() as once:
        files(session, *FINAL)
        expected = series.of(session, 1, 1, until=MAR)
        once.rollback()
    with session.begin_nested() as again:
        for told in [*wrong, *(FINAL[number] for number in order)]:
            files(session, told)
        found = series.of(session, 1, 1, until=MAR)
        again.rollback()

    assert found == expected


def edits(session: Session, counts: Measure, *, reworded: bool = False, **fields: Any) -> list[str]:
    """Pru sets these fields of a measure as it stands."""
    at = counts.version
    return measure_edit.edit(session, counts, fields, began=at, seen=at, reworded=reworded, by=1, now=NOON)


def _test_of(session: Session, counts: Measure) -> Cycle:
    return Cycle(
        collaborative_id=1, team_id=alder(session).id or 0, number=1, owner_id=4, measure_id=counts.id,
        change="Nadia calls", prediction="8 of 10", due=date(2026, 2, 5), started_at=NOON,
    )  # fmt: skip
