"""Which statements of the record each test makes, so that on PostgreSQL enough of the tests make every one of them.

A run on SQLite notes it. A run with `--each-statement N` leaves out the tests without which each statement that is
known is still made by N tests; a test of which nothing is known since the code changed is never left out.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from heapq import heapify, heappop, heappush
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest

from tests import sources, statements_made

SEVERAL = re.compile(r"\?(?:, \?)+")  # as long a list as a test happened to have
AT_LEAST = 0.001  # seconds of a test, for comparing them


class Made(NamedTuple):
    """What one test made, and how many seconds it took."""

    statements: frozenset[str]
    seconds: float


_by_test: dict[str, Made] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Whether tests are left out, and how many are to make each statement."""
    parser.addoption(
        "--each-statement", type=int, metavar="N", help="only as many tests as make each statement N times"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note what one test makes."""
    statements_made.forget()
    began = perf_counter()
    done = yield
    made = frozenset(SEVERAL.sub("?", statement) for statement in statements_made.by_now())
    _by_test[item.nodeid] = Made(made, perf_counter() - began)
    return done


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what was noted, for a later run."""
    if _by_test and "TOWN_ON" not in os.environ:
        worker = getattr(session.config, "workerinput", {"workerid": "alone"})["workerid"]
        path = _folder(session.config) / f"{worker}.json"
        _write(path, _still_true(path) | _by_test)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what makes nothing that others don't make often enough."""
    times: int | None = config.option.each_statement
    if times is None:
        return
    made: dict[str, Made] = {}
    for path in sorted(_folder(config).glob("*.json")):
        made |= _still_true(path)
    known = {item.nodeid: made[item.nodeid] for item in items if item.nodeid in made and not _has_its_own_bot(item)}
    needed = enough(known, times)
    left_out = [item for item in items if item.nodeid in known and item.nodeid not in needed]
    items[:] = [item for item in items if item.nodeid not in known or item.nodeid in needed]
    config.hook.pytest_deselected(items=left_out)


def enough(made: Mapping[str, Made], times: int) -> set[str]:
    """Tests that make each statement so many times, or as often as all tests together do; quick ones rather."""
    often = Counter(statement for one in made.values() for statement in one.statements)
    lacking = Counter({statement: min(times, number) for statement, number in often.items()})
    chosen: set[str] = set()
    line = [(-_worth(one, lacking), name) for name, one in made.items()]
    heapify(line)
    while line:
        _, name = heappop(line)
        worth = _worth(made[name], lacking)  # perhaps less than when it was put in line
        if worth and line and worth < -line[0][0]:
            heappush(line, (-worth, name))
        elif worth:
            chosen.add(name)
            lacking.subtract(statement for statement in made[name].statements if lacking[statement] > 0)
    return chosen


def _worth(one: Made, lacking: Mapping[str, int]) -> float:
    """Statements that are still lacking, for each second."""
    return sum(lacking[statement] > 0 for statement in one.statements) / max(one.seconds, AT_LEAST)


def _folder(config: pytest.Config) -> Path:
    assert config.cache is not None
    return config.cache.mkdir("each_statement")


def _write(path: Path, made: Mapping[str, Made]) -> None:
    """Each statement stands there once."""
    number = {statement: at for at, statement in enumerate(_of_all(made.values()))}
    tests = {
        name: {"seconds": one.seconds, "statements": sorted(number[each] for each in one.statements)}
        for name, one in made.items()
    }
    path.write_text(json.dumps({"statements": list(number), "tests": tests}))


def _has_its_own_bot(item: pytest.Item) -> bool:
    """Whether statements may be made that nobody notes."""
    return "town_asleep" in getattr(item, "fixturenames", ())


def _still_true(path: Path) -> dict[str, Made]:
    """What was noted there since one of our files was changed last."""
    if not path.exists() or path.stat().st_mtime < sources.changed_at():
        return {}
    kept = json.loads(path.read_text())
    statements = kept["statements"]
    return {
        name: Made(frozenset(statements[at] for at in one["statements"]), one["seconds"])
        for name, one in kept["tests"].items()
    }


def _of_all(made: Iterable[Made]) -> list[str]:
    return sorted(set().union(*(one.statements for one in made)))
