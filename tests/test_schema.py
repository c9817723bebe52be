"""The record is brought to this version's shape once, after a backup, without losing a row, or it is left as it was."""

import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import col, select

from bot import schema
from bot.domain import pdsa
from bot.domain.asks import Ask
from bot.domain.collaborative_file import reader
from bot.domain.loading import loader
from bot.domain.pdsa_drafts import CycleDraft
from bot.domain.teams import Team
from bot.errors import BotError
from bot.outbox import Letter
from bot.store import Store
from bot.tables import metadata
from tests import databases
from tests import town as towns
from tests.command_line import allteach

HEAD = schema.head()
AFTER = f"{int(HEAD) + 1:04}"
NEXT = f'''"""The shape after this one."""
from alembic import op
import sqlalchemy as sa

revision, down_revision = "{AFTER}", "{HEAD}"


def upgrade() -> None:
'''
ADDS = NEXT + '    op.add_column("person", sa.Column("pronouns", sa.String(), nullable=False, server_default=""))\n'
REBUILDS = NEXT + (
    '    with op.batch_alter_table("team") as team:\n        team.alter_column("name", type_=sa.String(200))\n'
)
LOSES = NEXT + '    op.execute("DELETE FROM membership WHERE id = 1")\n'
UNLINKS = NEXT + '    op.execute("UPDATE membership SET person_id = 4711 WHERE id = 1")\n'
BREAKS_OFF = ADDS + '    op.execute("SELECT * FROM nowhere")\n'


@pytest.fixture
def record() -> Iterator[Store]:
    """A town's record, as the version before left it."""
    with towns.asleep() as here:
        record = Store(here.database)
        yield record
        record.close()


@pytest.fixture
def with_next(tmp_path: Path) -> Callable[[str], Path]:
    """Our migrations and one more."""

    def add(migration: str) -> Path:
        folder = shutil.copytree(schema.FOLDER, tmp_path / "migrations")
        (folder / "versions" / f"{AFTER}_next.py").write_text(migration)
        return folder

    return add


def test_the_migrations_make_the_tables_that_the_code_has(tmp_path: Path) -> None:
    record = Store(f"sqlite:///{tmp_path}/new.db")
    schema.upgrade(record)

    with record.migrating() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=databases.OURS), metadata) == []
    record.close()


def test_a_record_of_this_shape_is_left_alone(record: Store) -> None:
    before = files(record)

    schema.upgrade(record)

    assert files(record) == before


@pytest.mark.parametrize("migration", [ADDS, REBUILDS])
def test_a_new_shape_keeps_every_row_and_a_backup_of_before(
    record: Store, with_next: Callable[[str], Path], migration: str
) -> None:
    rows = counted(record)

    schema.upgrade(record, with_next(migration))

    assert schema.revision(record) == AFTER
    assert counted(record) == rows
    (backup,) = backups(record)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = Store(f"sqlite:///{backup}")
    assert (schema.revision(before), counted(before)) == (HEAD, rows)
    before.close()


@pytest.mark.parametrize("migration", [LOSES, UNLINKS])
def test_a_shape_that_would_lose_something_is_not_taken(
    record: Store, with_next: Callable[[str], Path], migration: str
) -> None:
    rows = counted(record)

    with pytest.raises(BotError, match="left as it was"):
        schema.upgrade(record, with_next(migration))

    assert schema.revision(record) == HEAD
    assert counted(record) == rows


def test_a_change_that_breaks_off_leaves_the_old_shape(record: Store, with_next: Callable[[str], Path]) -> None:
    with pytest.raises(Exception, match="nowhere"):
        schema.upgrade(record, with_next(BREAKS_OFF))

    assert schema.revision(record) == HEAD
    with record.reading() as session:
        assert "pronouns" not in str(session.connection().execute(text("SELECT sql FROM sqlite_master")).all())


def test_however_many_come_at_once_the_shape_changes_once(record: Store, with_next: Callable[[str], Path]) -> None:
    folder = with_next(ADDS)
    others = [Store(str(record.url)) for _ in range(4)]
    troubles: list[BaseException] = []

    def change(other: Store) -> None:
        try:
            schema.upgrade(other, folder)
        except BaseException as trouble:
            troubles.append(trouble)
            raise

    threads = [threading.Thread(target=change, args=[other]) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert schema.revision(record) == AFTER
    assert len(backups(record)) == 1
    for other in others:
        other.close()


def test_questions_about_due_dates_that_were_asked_are_not_asked_again(tmp_path: Path) -> None:
    folder = shutil.copytree(schema.FOLDER, tmp_path / "migrations")
    for newer in (one for one in (folder / "versions").glob("[0-9]*.py") if one.name >= "0004"):
        newer.unlink()
    newest, record = Store(f"sqlite:///{tmp_path}/newest.db"), Store(f"sqlite:///{tmp_path}/old.db")
    schema.upgrade(newest)
    schema.upgrade(record, folder)
    now = datetime(2026, 2, 2, tzinfo=UTC)
    with newest.transaction() as session:
        loader.load(session, reader.read(towns.SMALL_TOWN, "town.yaml"), now=now)
        for number, (state, ts) in enumerate(
            [("sent", "1.1"), ("held", None), ("pending", None), ("unknown", None), ("dropped", None)], 1
        ):
            draft = CycleDraft(change="Nadia calls", prediction="8 of 10", due=now.date())
            pdsa.start(session, draft, team=session.get_one(Team, 1), owner=1, now=now)
            key = f"pdsa:{number}:due:2026-02-02"
            session.add(Letter(key=key, message="pdsa/due", to="person:1", due=now, state=state, ts=ts, written_at=now))
    as_of_old(newest, record)

    schema.upgrade(record)

    with record.reading() as session:
        carried = {ask.key: ask.state for ask in session.exec(select(Ask))}
        states = [letter.state for letter in session.exec(select(Letter).order_by(col(Letter.id)))]
    assert carried == {
        f"pdsa:{number}:due:2026-02-02": state for number, state in ((1, "spent"), (2, "held"), (4, "spent"))
    }
    assert states == ["sent"] + ["dropped"] * 4
    newest.close()
    record.close()


def test_a_record_of_a_newer_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with towns.asleep() as here:
        record = Store(here.database)
        with record.transaction() as session:
            session.connection().execute(text("UPDATE alembic_version SET version_num = '0999'"))
        before = files(record)
        record.close()

        done = allteach("tick", at=tmp_path, **here.environment())

        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.strip() == schema.NEWER.format(found="0999", head=schema.head())
        assert files(record) == before


def as_of_old(newest: Store, old: Store) -> None:
    """Put a record into an older shape: what that has a place for."""
    with newest.reading() as session, old.migrating() as connection:
        for table in {*inspect(connection).get_table_names()} & {*metadata.tables}:
            known = {column["name"] for column in inspect(connection).get_columns(table)}
            names = [column.name for column in metadata.tables[table].columns if column.name in known]
            quoted, places = (
                ", ".join(f"{mark}{name}{end}" for name in names) for mark, end in (('"', '"'), (":", ""))
            )
            rows = session.connection().execute(text(f'SELECT {quoted} FROM "{table}"')).mappings().all()
            if rows:
                connection.execute(
                    text(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})'), [dict(row) for row in rows]
                )


def files(record: Store) -> dict[str, int]:
    """What lies in the record's folder: name → bytes; the log beside the record comes and goes."""
    assert record.path
    return {
        path.name: path.stat().st_size
        for path in record.path.parent.iterdir()
        if not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def backups(record: Store) -> list[Path]:
    assert record.path
    return list(record.path.parent.glob("*.backup"))


def counted(record: Store) -> dict[str, int]:
    """How many rows each table has."""
    with record.reading() as session:
        return {
            table: session.connection().execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in metadata.tables
        }
