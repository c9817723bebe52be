"""However many letters were ever sent, the sender's questions to the record read only those that are under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from bot.sending import ready
from tests.post_office import PostOffice

REAL = datetime(2026, 2, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda session: ready.doubtful(session, REAL), "letter_by_check (state=? AND check_at<?)"),
        (lambda session: session.exec(ready.expired(REAL)).all(), "letter_by_turn (state=?)"),
        (lambda session: ready.next_outcome(session, REAL), "letter_by_turn (state=?)"),
    ],
    ids=["what is to be looked for", "whose owner died", "what settles next"],
)
def test_it_is_found_by_an_index(office: PostOffice, question: Callable[[Session], object], index: str) -> None:
    with office.kit.store.reading() as session:
        with _noted() as asked:
            question(session)
        plans = [
            str(row[-1])
            for statement, values in asked
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    assert plans
    assert {plan for plan in plans if "letter" in plan} == {f"SEARCH letter USING INDEX {index}"}


@contextmanager
def _noted() -> Iterator[list[tuple[str, Any]]]:
    """The statements as they are issued, with their values."""
    asked: list[tuple[str, Any]] = []
    event.listen(Engine, "before_cursor_execute", noted := lambda *told: asked.append((told[2], told[3])))
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", noted)
