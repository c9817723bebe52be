"""The record: one engine for reading, one for writing, and transactions that either hold or leave nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, TextClause, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from bot.errors import RecordUnavailable
from bot.sending.writers import ALONE, BESIDE_OTHERS, Turns
from bot.statements import LOOKED_UP, Sitting

SAFE_SQLITE = (3, 51, 3)  # before it, a WAL reset could corrupt the file
BUSY = "The record is busy just now. Your words are still here: please try again in a minute."
FULL = "The disk that holds the record is full. Your words are still here: please tell a coordinator, then try again."
CLOSED = "The record can't be written just now. Your words are still here: please tell a coordinator, then try again."
DAMAGED = "The file of the record is no database that Allteach can read. Please restore it from its newest backup."
SENTENCES = {  # what SQLite calls it → what people are told; anything else is a fault of ours
    "SQLITE_BUSY": BUSY, "SQLITE_LOCKED": BUSY, "SQLITE_FULL": FULL, "SQLITE_READONLY": CLOSED, "SQLITE_IOERR": CLOSED,
    "SQLITE_CANTOPEN": CLOSED, "SQLITE_NOTADB": DAMAGED, "SQLITE_CORRUPT": DAMAGED,
}  # fmt: skip
ALWAYS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "secure_delete=ON")
AFTER_COMMIT = "after_commit"
CLOCK = text("SELECT clock_timestamp()")


class Store:
    """The database behind one URL; hand out sessions, never share one between threads."""

    def __init__(self, url: str, *, wait: float = 2.4) -> None:
        """`wait` is how many seconds a writer waits before it gives up: a form has to be answered within three.

        Half of it is for its turn in this process, half for other processes.
        """
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.nudge: Callable[[], None] | None = None  # whom a transaction with letters wakes
        self._writing = Turns()
        self._wait = wait / 2
        if self.path:
            self.path.touch(mode=0o600)
        if self.sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", self._wait)
            self._reader = _sqlite_engine(self.url, "BEGIN", self._wait, "query_only=ON")
        else:
            self._writer = _postgresql_engine(self.url, self._wait)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def place(self) -> str:
        """Where the record lies, for anybody to read: the file, or the URL without its password."""
        shown = self.url.difference_update_query(["password", "sslpassword"])  # the one before the @ is starred out
        return str(self.path or shown.render_as_string(hide_password=True))

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None where the record is elsewhere."""
        return Path(self.url.database).resolve() if self.sqlite and self.url.database else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session to write in: all of it is kept durably at the end of the block, or none of it."""
        with self._writing_session(ALONE) as session:
            yield session

    @contextmanager
    def sharing(self) -> Iterator[Session]:
        """The same beside others that share, and beside no `transaction`, where the database can do that.

        Whoever shares locks each row before reading what it changes, and waits for rows in the same order as all do.
        """
        with self._writing_session(BESIDE_OTHERS) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent moment and writes nothing."""
        with _begun(self._reader) as (_, session):
            session.info[LOOKED_UP] = {}
            yield session

    @contextmanager
    def rehearsal(self) -> Iterator[Session]:
        """A session whose writes are seen inside the block and are gone after it."""
        with self._turn_to_write(), _begun(self._writer) as (connection, session):
            self._wait_for(connection, ALONE)
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction for changing the shape; SQLite's references are off in it, since a rebuilt table drops them."""
        engine = (
            _sqlite_engine(self.url, "BEGIN IMMEDIATE", self._wait, "foreign_keys=OFF")
            if self.sqlite
            else create_engine(self.url, hide_parameters=True)
        )
        try:
            with self._turn_to_write(), _in_words(), engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """A connection on which each statement stands alone."""
        driver = {"module": sqlite_driver()} if self.sqlite else {}
        engine = create_engine(self.url, hide_parameters=True, **driver)
        try:
            with _in_words(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                yield connection
        finally:
            engine.dispose()

    def wipe(self) -> None:
        """Let the file hold nothing of what was removed: SQLite overwrites it, and the log of changes is emptied."""
        if self.sqlite:
            with self.outside_transactions() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

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
        if not self._writing.take(self._wait):
            raise RecordUnavailable(BUSY)
        try:
            yield
        finally:
            self._writing.give_back()

    @contextmanager
    def _writing_session(self, turn: TextClause) -> Iterator[Session]:
        with self._turn_to_write(), _begun(self._writer) as (connection, session):
            session.info["nudge"] = self.nudge
            self._wait_for(connection, turn)
            yield session
            session.flush()
            connection.commit()
        for call in session.info.get(AFTER_COMMIT, ()):
            call()

    def _wait_for(self, connection: Connection, turn: TextClause) -> None:
        """One writer at a time on PostgreSQL too, over all processes: a rule that holds on one holds on both."""
        if not self.sqlite:
            connection.execute(turn)


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Have `call` made once the session's transaction is safe; never when it is not."""
    calls: list[Callable[[], None]] = session.info.setdefault(AFTER_COMMIT, [])
    if call not in calls:
        calls.append(call)


def real_time(session: Session) -> datetime:
    """Real time, by the one clock that everybody on this record shares: the machine's, or PostgreSQL's."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    told: datetime = session.connection().execute(CLOCK).scalar_one()
    return told.astimezone(UTC)


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


def _sqlite_engine(url: URL, begin: str, wait: float, *pragmas: str) -> Engine:
    engine = create_engine(url, module=sqlite_driver(), pool_size=20, max_overflow=20, hide_parameters=True)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
        for pragma in (*ALWAYS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begun(connection: Any) -> None:
        connection.execute(begin)

    event.listen(engine, "connect", connected)
    engine.dialect.do_begin = begun  # type: ignore[assignment,method-assign]  # an event would slow all statements
    return engine


def _postgresql_engine(url: URL, wait: float) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True, hide_parameters=True)

    def connected(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {int(wait * 1000)}")
        connection.commit()

    event.listen(engine, "connect", connected)
    return engine


@contextmanager
def _begun(engine: Engine) -> Iterator[tuple[Connection, Session]]:
    """A transaction that is kept only if committed, and a session in it; its own costs as much as two writes."""
    with _in_words(), engine.connect() as connection, Sitting(connection, expire_on_commit=False) as session:
        connection.begin()
        yield connection, session


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn a locked, full, unreachable or damaged database into a sentence; a fault of ours stays one."""
    try:
        yield
    except DBAPIError as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise RecordUnavailable(sentence) from error


def _sentence(error: DBAPIError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name:
        return next((sentence for kind, sentence in SENTENCES.items() if name.startswith(kind)), None)
    if getattr(error.orig, "sqlstate", None) == "53100":
        return FULL
    return BUSY if isinstance(error, OperationalError) or error.connection_invalidated else None
