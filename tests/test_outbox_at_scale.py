"""However many letters were ever sent, the sender's questions to the record read only those that are under way."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from bot.sending import ready
from tests.post_office import PostOffice

REAL = datetime(2026, 2, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda session: ready.doubtful(session, REAL), "letter_by_check (state=? AND check_at<?)"),
        (lambda session: ready.expired(session, REAL), "letter_by_turn (state=?)"),
        (lambda session: ready.next_outcome(session, REAL), "letter_by_turn (state=?)"),
    ],
    ids=["what is to be looked for", "whose owner died", "what settles next"],
)
def test_it_is_found_by_an_index(office: PostOffice, question: Callable[[Session], object], index: str) -> None:
    with office.kit.store.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver
        asked: list[str] = []
        driver.set_trace_callback(asked.append)
        question(session)
        driver.set_trace_callback(None)

        plans = [str(row[-1]) for statement in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]

    assert plans
    assert {plan for plan in plans if "letter" in plan} == {f"SEARCH letter USING INDEX {index}"}
