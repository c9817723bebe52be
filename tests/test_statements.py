"""Statements that are worked out once: what goes in and comes out is the same as by SQLAlchemy's own way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from bot import outbox, schema
from bot.outbox import LETTERS, Letter
from bot.sending.gates import Gate
from bot.statements import Prepared, Upsert, table
from bot.store import Store

NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)
ROWS = Prepared(select(LETTERS.key, LETTERS.about, LETTERS.due, LETTERS.clock).where(LETTERS.to == bindparam("whom")))
GATES = table(Gate)
RENAME = Prepared(update(GATES).where(GATES.c.name == bindparam("before")).values(name=bindparam("after")))
OPEN = Upsert(Gate, "name")


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Store]:
    """An empty record in a file."""
    record = Store(f"sqlite:///{tmp_path}/record.db", wait=0.2)
    schema.upgrade(record)
    yield record
    record.close()


def test_a_new_row_gets_the_defaults_of_its_columns_each_time_anew(record: Store) -> None:
    with record.transaction() as session:
        for key in ("one", "two"):
            outbox.say(session, "welcome", key=key, to="person:1", now=NOW, person=1)

    with record.reading() as session:
        one, two = (session.get_one(Letter, number) for number in (1, 2))
    assert (one.state, one.version, one.clock, one.why, one.expires) == ("pending", 1, False, "", None)
    assert len({one.mark, two.mark}) == 2


def test_what_is_found_comes_as_python_has_it(record: Store) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-6)))
    with record.transaction() as session:
        outbox.say(session, "welcome", key="one", to="person:1", now=elsewhere, person=1)

    with record.reading() as session:
        assert ROWS.rows(session, whom="person:1") == [["one", {"person": 1}, NOW, False]]
        assert ROWS.rows(session, whom="person:2") == []


def test_it_tells_how_many_rows_it_changed(record: Store) -> None:
    with record.transaction() as session:
        assert OPEN(session, name="one", whole_at=NOW) == 1
        assert OPEN(session, name="one", whole_at=NOW) == 0
        assert RENAME(session, before="one", after="two") == 1
        assert RENAME(session, before="one", after="two") == 0


def test_a_naive_instant_is_refused(record: Store) -> None:
    with pytest.raises(ValueError, match="timezone"), record.transaction() as session:
        OPEN(session, name="naive", whole_at=datetime(2026, 2, 2, 9))  # noqa: DTZ001  # that is the point


def test_what_the_database_refuses_is_refused_in_its_own_kind(record: Store) -> None:
    with record.transaction() as session:
        OPEN(session, name="one", whole_at=NOW)
        OPEN(session, name="two", whole_at=NOW)

    with pytest.raises(IntegrityError), record.transaction() as session:
        RENAME(session, before="one", after="two")
