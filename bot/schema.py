"""Bringing the record to the shape this version needs: under a lock, after a backup, and never losing a row."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.domain import idea_index
from bot.errors import BotError
from bot.store import Store

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_105_541  # PostgreSQL's advisory lock of ours
NEWER = (
    "This database was written by a newer Allteach (revision {found}; this one knows up to {head}). "
    "Install that version, or restore a backup from before."
)


def head(migrations: Path = FOLDER) -> str:
    """The newest revision this version knows: the number its file begins with."""
    return max(path.name.partition("_")[0] for path in (migrations / "versions").glob("[0-9]*.py"))


def upgrade(store: Store, migrations: Path = FOLDER) -> None:
    """Apply what is missing; raises BotError where the database is from a newer version."""
    newest = head(migrations)
    if revision(store) == newest:
        return
    with _alone(store):
        found = revision(store)
        if found == newest:
            return
        if found is not None and found > newest:
            raise BotError(NEWER.format(found=found, head=newest))
        if found is not None and store.path:
            _back_up(store, found)
        with store.migrating() as connection:
            before = _counts(connection)
            _apply(connection, migrations)
            _must_hold(connection, store, before)


def revision(store: Store) -> str | None:
    """The revision the record has, or None for one that has no tables yet."""
    with store.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found: str | None = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def _apply(connection: Connection, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
        for table in inspect(connection).get_table_names()
        if table != "alembic_version" and not table.startswith(idea_index.SEARCH)  # kept by the database itself
    }


def _must_hold(connection: Connection, store: Store, before: dict[str, int]) -> None:
    """No migration may lose a row or break a reference; the caller's transaction is given up where one did."""
    after = _counts(connection)
    lost = [table for table, rows in before.items() if after.get(table, rows) < rows]
    broken = connection.execute(text("PRAGMA foreign_key_check")).all() if store.sqlite else []
    if lost or broken:
        what = f"rows of {', '.join(lost)}" if lost else "a link between rows"
        raise BotError(f"The database was left as it was: the change of shape would have lost {what}.")


def _back_up(store: Store, revision: str) -> None:
    assert store.path is not None
    copy = store.path.with_name(f"{store.path.name}.{revision}.{datetime.now(UTC):%Y%m%dT%H%M%S}.backup")
    unfinished = copy.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with store.outside_transactions() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(unfinished),))
    unfinished.rename(copy)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """One process at a time changes the shape."""
    if store.path:
        path = store.path.with_name(f"{store.path.name}.upgrade.lock")
        path.touch(mode=0o600)
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with store.outside_transactions() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
