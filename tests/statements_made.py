"""What is asked of the record and written to it since a test began, in the words of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Dialect

_made: set[str] = set()


def by_now() -> frozenset[str]:
    """All statements since the test began."""
    return frozenset(_made)


def forget() -> None:
    """Another test begins."""
    _made.clear()


def note(dialect: Dialect) -> None:
    """From now on, what is made through this dialect counts as made by the test that runs."""
    do_execute, do_executemany = dialect.do_execute, dialect.do_executemany

    def execute(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        _made.add(statement)
        do_execute(cursor, statement, parameters, context)

    def executemany(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        _made.add(statement)
        do_executemany(cursor, statement, parameters, context)

    dialect.do_execute, dialect.do_executemany = execute, executemany  # type: ignore[method-assign]


@contextmanager
def by_no_test() -> Iterator[None]:
    """What happens here would not happen on PostgreSQL."""
    before = set(_made)
    yield
    _made.clear()
    _made.update(before)
