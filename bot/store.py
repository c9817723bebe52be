"""The record: one engine for reading, one for writing, and transactions that either hold or leave nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from bot.errors import RecordUnavailable

SAFE_SQLITE = (3, 51, 3)  # before it, a WAL reset could corrupt the file
BUSY = "The record is busy just now. Your words are still here: please try again in a minute."
FULL = "The disk that holds the record is full. Your words are still here: please tell a coordinator, then try again."
AFTER_COMMIT = "after_commit"


class Store:
    """The database behind one URL; hand out sessions, never share one between threads."""

    def __init__(self, url: str, *, wait: float = 10.0) -> None:
        """`wait` is how many seconds a writer waits for another before it gives up."""
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.nudge: Callable[[], None] | None = None  # whom a transaction with letters wakes
        self._writing = threading.Lock()
        self._wait = wait
        if self.path:
            self.path.touch(mode=0o600)
        if self.sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", wait)
            self._reader = _sqlite_engine(self.url, "BEGIN", wait)
        else:
            self._writer = self._reader = create_engine(self.url, pool_size=20, max_overflow=20, pool_pre_ping=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None where the record is elsewhere."""
        return Path(self.url.database).resolve() if self.sqlite and self.url.database else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session to write in: all of it is kept durably at the end of the block, or none of it."""
        with self._turn_to_write(), _in_words(), Session(self._writer, expire_on_commit=False) as session:
            session.info["nudge"] = self.nudge
            yield session
            session.commit()
        for call in session.info.get(AFTER_COMMIT, ()):
            call()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent moment and writes nothing."""
        with _in_words(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def rehearsal(self) -> Iterator[Session]:
        """A session whose writes are seen inside the block and are gone after it."""
        with self._turn_to_write(), _in_words(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One transaction for a change of shape: SQLite's references are off in it, since a rebuilt table drops them."""
        engine = _sqlite_engine(self.url, "BEGIN IMMEDIATE", self._wait) if self.sqlite else create_engine(self.url)
        if self.sqlite:
            event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
        try:
            with self._turn_to_write(), _in_words(), engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """A connection on which each statement stands alone."""
        engine = create_engine(self.url, module=sqlite_driver()) if self.sqlite else create_engine(self.url)
        try:
            with _in_words(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                yield connection
        finally:
            engine.dispose()

    def close(self) -> None:
        """Let go of every connection."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """One writer at a time in this process: SQLite's own waiting is unfair, and its slowest wait a second."""
        if not self.sqlite:
            yield
            return
        if not self._writing.acquire(timeout=self._wait):
            raise RecordUnavailable(BUSY)
        try:
            yield
        finally:
            self._writing.release()


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Have `call` made once the session's transaction is safe; never when it is not."""
    calls: list[Callable[[], None]] = session.info.setdefault(AFTER_COMMIT, [])
    if call not in calls:
        calls.append(call)


def sqlite_driver() -> ModuleType:
    """The SQLite to use: Python's own where it is new enough, else the packaged one."""
    import sqlite3

    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return sqlite3
    try:
        import pysqlite3.dbapi2 as packaged
    except ImportError:
        raise RecordUnavailable(
            f"Python's SQLite {sqlite3.sqlite_version} can damage a database in the mode we use. "
            "Install pysqlite3, or a Python with SQLite 3.51.3 or newer."
        ) from None
    return packaged  # type: ignore[no-any-return]  # the package carries no types


def _sqlite_engine(url: URL, begin: str, wait: float) -> Engine:
    engine = create_engine(url, module=sqlite_driver(), pool_size=20, max_overflow=20)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn a locked, full or unreachable database into a sentence."""
    try:
        yield
    except OperationalError as error:
        raise RecordUnavailable(FULL if "full" in str(error.orig) else BUSY) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise RecordUnavailable(BUSY) from error
