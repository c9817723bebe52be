"""What all teams have together: sums over sums, of how many teams, and nothing that gives a small count away."""

from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import Session

from bot.domain import points, pooled, pooled_series, small_cells, strata
from bot.domain.expected import Expected
from bot.domain.measures import Measure, OptOut
from bot.domain.pauses import Pause
from bot.domain.pooled import Pooled
from bot.domain.pooled_series import Range
from bot.domain.small_cells import Cell
from bot.domain.strata import Levels
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from tests.counting import JAN, NOON, counted, entry, measure


@pytest.fixture
def session() -> Iterator[Session]:
    with counted() as here:
        for name in ("Elm", "Oak"):
            here.add(Team(collaborative_id=1, organization_id=1, name=name, timezone="UTC", status="active"))
        here.flush()
        yield here


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({1: (9, 12), 2: (40, 100), 3: (60, 150)}, Pooled(109 / 262 * 100, 3, 4)),  # never the mean of the percents
        ({1: (9, 12), 2: (40, 100), 3: (60, 150), 4: (0, 0)}, Pooled(109 / 262 * 100, 3, 3)),  # nobody to count
        ({1: (9, 12), 2: (40, 100)}, None),  # each could work out the other
        ({1: (40, 100), 2: (3, 100), 3: (4, 100)}, None),  # 7 of the two others together
        ({1: (40, 100), 2: (98, 100), 3: (97, 100)}, None),  # 5 of the two others weren't
        ({1: (40, 100), 2: (0, 100), 3: (0, 100)}, Pooled(40 / 300 * 100, 3, 4)),  # nobody at all may be shown
        ({2: (40, 100), 3: (60, 150), 4: (20, 50)}, Pooled(40, 3, 4)),  # the reader's own isn't in yet
    ],
)
def test_a_month_of_all_teams(session: Session, told: dict[int, tuple[float, float]], expected: Pooled | None) -> None:
    for team, (over, of) in told.items():
        points.file(session, team=session.get_one(Team, team), person=4, entries=[entry(over, of)], now=NOON)

    assert pooled.month(session, session.get_one(Measure, 1), JAN, reader=1) == expected


@pytest.mark.parametrize(
    ("count", "small"), [(None, False), (0, False), (1, True), (10, True), (11, False), (10.5, True)]
)
def test_counts_from_one_to_ten_are_small(count: float | None, small: bool) -> None:
    assert small_cells.is_small(count) is small


CELL = some.integers(0, 40).flatmap(lambda of: some.tuples(some.integers(0, of), some.just(of)))
STRATUM = some.dictionaries(some.sampled_from(["Spanish", "English", "Hmong"]), CELL, max_size=3)


def cells(told: Iterable[Levels]) -> Iterator[tuple[str, Cell]]:
    return ((name, cell) for levels in told for name, cell in levels.items())


def added(told: Iterable[Cell]) -> Cell:
    both = [*told]
    return sum(over for over, _ in both), sum(of for _, of in both)


def assert_nothing_small(told: Iterable[Levels], wholes: Iterable[Cell]) -> None:
    """Every count that a reader of sums can make: a level, whom it leaves out, and those whom no level holds."""
    known = [*cells(told)]
    levels = [added(cell for name, cell in known if name == one) for one in {name for name, _ in known}]
    whole, there = added(wholes), added(levels)
    for over, of in (*levels, (whole[0] - there[0], whole[1] - there[1])):
        for count in (over, of, of - over):
            assert not 0 < count < 11


@given(strata=some.dictionaries(some.sampled_from(["language", "age"]), STRATUM), unknown=CELL)
def test_no_hidden_cell_can_be_worked_out_from_what_is_shown(strata: dict[str, dict[str, Cell]], unknown: Cell) -> None:
    total = added([*next(iter(strata.values()), {}).values(), unknown])

    for levels in small_cells.may_be_shown(strata, total).values():
        assert_nothing_small([{**levels}], [total])


SENT = some.dictionaries(some.integers(1, 4), some.tuples(STRATUM, CELL), min_size=1)


@given(sent=SENT, own=some.sets(some.integers(1, 4)))
def test_sums_of_strata_give_nothing_away_to_one_who_takes_off_what_they_know(
    sent: dict[int, tuple[Levels, Cell]], own: set[int]
) -> None:
    """Nor do they to anybody else; each team's whole are its levels and those it has in none."""
    told = {team: levels for team, (levels, _) in sent.items() if levels}
    wholes = {team: added([*levels.values(), rest]) for team, (levels, rest) in sent.items()}
    others = wholes.keys() - own

    if told and strata.may_be_shown(told, wholes, own):
        assert_nothing_small(told.values(), wholes.values())
        if told.keys() & others:
            assert_nothing_small((told[team] for team in told.keys() & others), (wholes[team] for team in others))


def test_a_stratum_with_enough_of_everybody_is_shown_whole() -> None:
    language = {"Spanish": (40.0, 100.0), "English": (60.0, 150.0)}

    assert small_cells.may_be_shown({"language": language, "age": {"old": (3, 90)}}, (100, 250)) == {
        "language": language
    }


DEC = date(2025, 12, 1)


def test_months_of_all_teams_are_sums_over_sums_and_hide_what_is_of_few(session: Session) -> None:
    told: dict[int, list[tuple[int, int] | None]]
    told = {1: [(30, 60), (9, 12)], 2: [(40, 100), (40, 100)], 3: [(50, 140), (60, 150)], 4: [(20, 40), None]}
    for team, cells in told.items():
        months = [entry(*cell, month=month) for month, cell in zip((DEC, JAN), cells, strict=True) if cell]
        points.file(session, team=session.get_one(Team, team), person=4, entries=months, now=NOON)
    few = entry(3, 90, month=date(2025, 11, 1))
    points.file(session, team=session.get_one(Team, 2), person=4, entries=[few], now=NOON)

    november, december, january = pooled_series.of(session, session.get_one(Measure, 1), NOON.date())

    assert (november.cell, len(november.teams)) == (None, 1)
    assert (december.cell, december.is_thin) == ((140, 340), False)
    assert (january.cell, january.is_thin) == ((109, 262), True)
    assert january.same == ((120, 300), (109, 262))


FEW, MANY, MORE = (3, 90), (40, 100), (50, 120)


@pytest.mark.parametrize(
    ("december", "january", "cell", "same"),
    [
        ([MANY] * 3, [MORE] * 3, (150, 360), None),  # the same teams, of which nothing more is to be said
        ([MANY] * 3, [MORE] * 4, (200, 480), ((120, 300), (150, 360))),
        ([MANY] * 4, [MORE] * 3, (150, 360), ((120, 300), (150, 360))),
        ([MANY] * 3, [MORE, MORE, MORE, FEW], (153, 450), None),  # the fourth's 3 could be worked out
        ([MANY, MANY, MANY, FEW], [MORE] * 3, (150, 360), None),
        ([MANY] * 2, [MORE] * 3, (150, 360), None),  # of two teams each could work out the other
        ([MANY] * 3, [MORE] * 2, None, None),
        ([], [MORE] * 3, (150, 360), None),
        ([MANY] * 3, [FEW] * 3, None, None),  # 9 of 270
    ],
)
def test_what_a_month_shows_of_all_teams_and_of_those_that_sent_both(
    session: Session, december: list[Cell], january: list[Cell], cell: Cell | None, same: tuple[Cell, Cell] | None
) -> None:
    for month, sent in ((DEC, december), (JAN, january)):
        for team, told in enumerate(sent, 1):
            entries = [entry(*told, month=month)]
            points.file(session, team=session.get_one(Team, team), person=4, entries=entries, now=NOON)

    newest = pooled_series.of(session, session.get_one(Measure, 1), NOON.date())[-1]

    assert (newest.cell, newest.same) == (cell, same)


def test_of_the_months_until_a_day_only_teams_that_count_the_measure_are_in(session: Session) -> None:
    session.add(OptOut(team_id=4, measure_id=1, since=DEC, person_id=4, at=NOON))
    for team in (1, 2, 3, 4):
        entries = [entry(*MANY, month=DEC), entry(*MORE, month=JAN)]
        points.file(session, team=session.get_one(Team, team), person=4, entries=entries, now=NOON)

    (only,) = pooled_series.of(session, session.get_one(Measure, 1), DEC)

    assert (only.month, only.cell, only.counting) == (DEC, (120, 300), 3)


def test_who_was_not_asked_or_had_nobody_to_count_keeps_no_month_from_being_whole(session: Session) -> None:
    session.add_all(measure(id=row, code=f"M{row}", required=True) for row in (8, 9))
    session.get_one(Measure, 1).required = False
    session.add(Pause(team_id=4, first=date(2026, 2, 10), back=date(2026, 3, 1)))  # when January's numbers are due
    session.add(Team(id=5, collaborative_id=1, organization_id=1, name="Ash", timezone="UTC", status="active"))
    session.flush()
    session.add(Submission(id=900, team_id=5, period=JAN, due=date(2026, 2, 16)))  # all of it was away
    due, closes = date(2026, 2, 16), date(2026, 2, 23)
    session.add(Expected(team_id=5, kind="data", source=900, due=due, closes=closes, outcome="excused"))
    session.get_one(Team, 2).tier = "minimum"  # owes two others
    for team in (1, 3):
        told = [entry(*MANY, month=JAN)]
        points.file(session, team=session.get_one(Team, team), person=4, entries=told, now=NOON)
    january = pooled_series.of(session, session.get_one(Measure, 1), NOON.date())[-1]
    assert (len(january.teams), january.counting, january.is_thin) == (2, 2, False)

    unasked = [entry(*MORE, month=JAN)]
    points.file(session, team=session.get_one(Team, 2), person=4, entries=unasked, now=NOON)

    assert pooled_series.of(session, session.get_one(Measure, 1), NOON.date())[-1].counting == 3
    assert pooled.month(session, session.get_one(Measure, 1), JAN, reader=None) == Pooled(130 / 320 * 100, 3, 3)


@pytest.mark.parametrize(
    ("unit", "told", "expected"),
    [
        ("days", [9, 31, 14], Range(14, 9, 31)),  # the middle team, and never a mean
        ("days", [9, 31, 14, 16], Range(15, 9, 31)),
        ("days", [9, 31], None),  # each could work out the other
        ("count", [40, 11, 20], Range(20, 11, 40)),
        ("count", [40, 7, 20], None),  # of people that may be 7
        ("count", [40, 0, 20], Range(20, 0, 40)),
    ],
)
def test_of_single_values_the_middle_team_and_the_range_are_shown(
    session: Session, unit: str, told: list[float], expected: Range | None
) -> None:
    single = session.get_one(Measure, 1)
    single.shape, single.unit = "value", unit
    for team, value in enumerate(told, 1):
        entries = [entry(None, None, value=value)]
        points.file(session, team=session.get_one(Team, team), person=4, entries=entries, now=NOON)

    (january,) = pooled_series.of(session, single, NOON.date())

    assert (january.spread, january.cell, len(january.teams), january.counting) == (expected, None, len(told), 4)
    assert pooled_series.number(single, january) == (expected.middle if expected else None)
