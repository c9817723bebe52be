"""The record: what is committed holds, what can't be written is told in a sentence, and nothing naive gets in."""

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlmodel import select, update

from bot import schema, store
from bot.domain import pdsa
from bot.domain.pdsa import Cycle
from bot.errors import Gone, RecordUnavailable
from bot.outbox import Letter
from bot.sending.gates import Gate
from bot.sending.writers import Turns
from bot.store import BUSY, DAMAGED, FULL, Store
from tests.cycling import cards
from tests.personas import Persona
from tests.town import Town

LONG = {
    "change": "Nadia calls back " * 170,
    "prediction": "8 of 10 come " * 200,
    "due": "2026-02-10",
}  # more than a page
NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Store]:
    """An empty record in a file."""
    record = Store(f"sqlite:///{tmp_path}/record.db", wait=0.2)
    schema.upgrade(record)
    yield record
    record.close()


@pytest.mark.parametrize("session_of", ["transaction", "reading"])
def test_every_connection_does_as_promised(record: Store, session_of: str) -> None:
    promised = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "busy_timeout": 100}

    with getattr(record, session_of)() as session:
        found = {name: session.connection().execute(text(f"PRAGMA {name}")).scalar() for name in promised}

    assert found == promised


def test_whoever_only_reads_cannot_write(record: Store) -> None:
    with pytest.raises(RecordUnavailable), record.reading() as session:
        session.exec(update(Gate).values(name="x"))


def test_a_transaction_holds_or_leaves_nothing(record: Store) -> None:
    heard: list[str] = []
    with suppress(Gone), record.transaction() as session:
        store.after_commit(session, lambda: heard.append("gone"))
        session.add(Gate(name="gone", whole_at=NOW))
        pdsa.get(session, 99)
    with record.transaction() as session:
        store.after_commit(session, lambda: heard.append("kept"))
        session.add(Gate(name="kept", whole_at=NOW))

    with record.reading() as session:
        assert session.exec(select(Gate.name)).all() == ["kept"]
    assert heard == ["kept"]


def test_a_naive_instant_is_refused_and_any_other_comes_back_as_utc(record: Store) -> None:
    with pytest.raises(StatementError), record.transaction() as session:
        session.add(Gate(name="naive", whole_at=datetime(2026, 2, 2, 9)))  # noqa: DTZ001  # that is the point
    with record.transaction() as session:
        session.add(Gate(name="here", whole_at=NOW.astimezone(timezone(timedelta(hours=-6)))))

    with record.reading() as session:
        found = session.get_one(Gate, "here").whole_at
    assert (found, found.tzinfo) == (NOW, UTC)


def test_every_instant_in_every_table_knows_its_zone() -> None:
    kinds = {
        str(column.type)
        for table in Letter.metadata.tables.values()
        for column in table.columns
        if "DATETIME" in str(column.type)
    }
    types = {
        type(column.type).__name__
        for table in Letter.metadata.tables.values()
        for column in table.columns
        if str(column.type) in kinds
    }

    assert types == {"UTCDateTime"}


def test_its_files_are_for_their_owner_alone(record: Store) -> None:
    with record.transaction() as session:
        session.add(Gate(name="one", whole_at=NOW))

    assert record.path
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in record.path.parent.iterdir()}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert {"record.db", "record.db-wal"} <= set(modes)


def test_a_locked_record_is_told_in_time_for_an_answer_and_works_again(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    with locked(town.kit.store):
        answer = ana.submits(**LONG)

    assert answer["acked"]
    assert ana.form
    assert answer["errors"] == {"change": BUSY}
    assert ana.filled_in()["change"] == LONG["change"]
    ana.submits()
    assert ana.form is None
    assert len(cards(ana)) == 1


def test_a_full_disk_is_told_and_the_form_keeps_its_words(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    with full(town.kit.store):
        answer = ana.submits(**LONG)

    assert answer["errors"] == {"change": FULL}
    assert ana.form
    assert ana.filled_in()["change"] == LONG["change"]
    ana.submits()
    assert ana.form is None
    assert len(cards(ana)) == 1
    with town.record() as session:
        assert session.connection().execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert len(session.exec(select(Cycle)).all()) == 1


@pytest.mark.parametrize("content", [b"this is no database, " * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    notes = Store(f"sqlite:///{path}")

    with pytest.raises(RecordUnavailable, match=DAMAGED[:40]):
        schema.upgrade(notes)

    assert path.read_bytes() == content
    notes.close()


def test_a_fault_of_ours_is_not_told_as_one_of_the_disk(record: Store) -> None:
    with pytest.raises(OperationalError), record.reading() as session:
        session.connection().execute(text("SELECT * FROM nowhere"))


def test_turns_are_given_in_the_order_people_came() -> None:
    turns, order = Turns(), list[str]()
    assert turns.take(1)
    waiting: list[threading.Thread] = []

    def take(name: str) -> None:
        turns.take(5)
        order.append(name)
        turns.give_back()

    for name in "abc":
        thread = threading.Thread(target=take, args=[name])
        thread.start()
        waiting.append(thread)
        while len(turns) <= len(waiting):
            pass

    turns.give_back()
    for thread in waiting:
        thread.join()

    assert order == ["a", "b", "c"]


def test_whoever_gives_up_waiting_holds_nobody_up() -> None:
    turns = Turns()
    turns.take(1)

    assert not turns.take(0.01)
    turns.give_back()

    assert turns.take(0.01)


def test_a_busy_sender_does_not_keep_a_form_waiting(record: Store) -> None:
    """Three hands that write without a pause: whoever comes waits for those before, and never for those after."""
    stopping = threading.Event()
    written = [0]

    def write() -> None:
        while not stopping.is_set():
            with record.transaction() as session:
                session.merge(Gate(name="busy", whole_at=NOW))
            written[0] += 1

    hands = [threading.Thread(target=write) for _ in range(3)]
    for hand in hands:
        hand.start()
    passed = []
    for _ in range(20):
        before = written[0]
        with record.transaction() as session:
            session.merge(Gate(name="form", whole_at=NOW))
        passed.append(written[0] - before)
    stopping.set()
    for hand in hands:
        hand.join()

    assert max(passed) <= 6


@contextmanager
def locked(record: Store) -> Iterator[None]:
    """Somebody else writes and doesn't end."""
    other = Store(str(record.url))
    with other.rehearsal() as session:
        session.connection()
        yield
    other.close()


@contextmanager
def full(record: Store) -> Iterator[None]:
    """Not a page more fits on the disk, and none of the file's own is free."""
    with record.outside_transactions() as connection:
        connection.exec_driver_sql("VACUUM")
    with record.transaction() as session:
        engine = session.connection().engine

    def limit(pages: str) -> Any:
        return lambda connection, *_rest: connection.execute(f"PRAGMA max_page_count={pages}")

    no_more, as_before = limit("1"), limit("1073741823")
    event.listen(engine, "checkout", no_more)
    try:
        yield
    finally:
        event.remove(engine, "checkout", no_more)
        event.listen(engine, "checkout", as_before)
