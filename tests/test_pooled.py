"""What all teams have together: sums over sums, of how many teams, and nothing that gives a small count away."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import Session

from bot.domain import points, pooled, pooled_series, small_cells
from bot.domain.measures import Measure
from bot.domain.pooled import Pooled
from bot.domain.small_cells import Cell
from bot.domain.teams import Team
from tests.counting import JAN, NOON, counted, entry


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
        ({1: (9, 12), 2: (40, 100), 3: (60, 150), 4: (0, 0)}, Pooled(109 / 262 * 100, 3, 4)),
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


@given(strata=some.dictionaries(some.sampled_from(["language", "age"]), STRATUM), unknown=CELL)
def test_no_hidden_cell_can_be_worked_out_from_what_is_shown(strata: dict[str, dict[str, Cell]], unknown: Cell) -> None:
    """Every sum that its reader can make of a table: a cell, those it leaves out, and those that no level holds."""
    known = next(iter(strata.values()), {}).values()
    total = (sum(cell[0] for cell in known) + unknown[0], sum(cell[1] for cell in known) + unknown[1])

    shown = small_cells.may_be_shown(strata, total)

    for levels in shown.values():
        rest = (total[0] - sum(one[0] for one in levels.values()), total[1] - sum(one[1] for one in levels.values()))
        for over, of in (*levels.values(), rest):
            for count in (over, of, of - over):
                assert not 0 < count < 11


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


def test_a_single_value_has_no_sum(session: Session) -> None:
    single = session.get_one(Measure, 1)
    single.shape = "value"

    assert pooled_series.of(session, single, NOON.date()) == []
