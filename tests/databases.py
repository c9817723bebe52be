"""Where a test's record is kept: a file, or with `TOWN_ON=postgresql` a database of a server started for the run."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, insert, select, text

from bot import schema
from bot.store import Store
from bot.tables import metadata
from tests import needs

QUICKLY = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=200"
MEMORY = Path("/dev/shm")
OURS = {"include_object": lambda _thing, name, *_more: not str(name).startswith(("ideatext_search", "ideatext_found"))}
"""For comparing shapes: what a database keeps for its own way of searching is made by a migration alone."""
PATTERN = "pattern"  # the database that others begin as copies of


@contextmanager
def kept(record: Path) -> Iterator[str]:
    """The URL of a record that begins as the one in this SQLite file: the file itself, or a copy on PostgreSQL."""
    if os.environ.get("TOWN_ON") != "postgresql":
        yield f"sqlite:///{record}"
        return
    name = server().copy_of(record)
    yield server().url(name)
    server().drop(name)


@cache
def server() -> "Server":
    """The PostgreSQL server of this run, started when it is first asked for."""
    programs = needs.postgresql()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if MEMORY.is_dir() else None))
    if os.getuid() == 0:
        shutil.chown(folder, _somebody())
    made = Server(programs, folder)
    made.start()
    atexit.register(made.end)
    return made


class Server:
    """One cluster, reached by a socket file."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder, self._made, self._has_pattern = programs, folder, 0, False
        self._copies: dict[str, str] = {}  # of a SQLite file's content, copied row by row once
        self._run("initdb", "-D", self._cluster, "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8")

    def start(self) -> None:
        """Begin to serve."""
        options = f"{QUICKLY} -c unix_socket_directories='{self._folder}'"
        self._run("pg_ctl", "start", "-w", "-D", self._cluster, "-l", f"{self._folder}/log", "-o", options)

    def stop(self) -> None:
        """As if the power had gone."""
        self._run("pg_ctl", "stop", "-w", "-D", self._cluster, "-m", "immediate")

    def end(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def empty(self) -> str:
        """The URL of a database with nothing in it."""
        return self.url(self._create("template1"))

    def shaped(self) -> str:
        """The URL of a database with our tables and no rows."""
        self._make_pattern()
        return self.url(self._create(PATTERN))

    def copy_of(self, record: Path) -> str:
        """The name of a database with the rows of a SQLite file."""
        content = sha256(record.read_bytes()).hexdigest()
        if content not in self._copies:
            self._make_pattern()
            self._copies[content] = self._create(PATTERN)
            self._fill(self._copies[content], record)
        return self._create(self._copies[content])

    def url(self, name: str) -> str:
        """Where a database is."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def drop(self, name: str) -> None:
        """It is needed no more, and memory is."""
        self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def hang_up(self) -> None:
        """Cut every connection."""
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        self._tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")

    @property
    def _cluster(self) -> str:
        return f"{self._folder}/cluster"

    def _make_pattern(self) -> None:
        if self._has_pattern:
            return
        self._has_pattern = True
        self._tell(f"CREATE DATABASE {PATTERN}")
        store = Store(self.url(PATTERN))
        schema.upgrade(store)
        store.close()

    def _fill(self, name: str, record: Path) -> None:
        there = create_engine(self.url(name))
        store = Store(f"sqlite:///{record}")
        with store.reading() as session, there.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))  # rows come in any order
            for table in metadata.tables.values():
                rows = [dict(row) for row in session.connection().execute(select(table)).mappings()]
                if rows:
                    connection.execute(insert(table), rows)
                if "id" in table.c and rows and isinstance(rows[0]["id"], int):
                    connection.execute(_next_id(table.name, max(row["id"] for row in rows)))
        there.dispose()
        store.close()

    def _create(self, like: str) -> str:
        self._made += 1
        name = f"record_{self._made}"
        self._tell(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def _tell(self, statement: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_as_somebody(), str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _next_id(table: str, last: int) -> Any:
    return text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)").bindparams(table=f'"{table}"', last=last)


def _as_somebody() -> list[str]:
    """PostgreSQL refuses to be root."""
    return ["setpriv", f"--reuid={_somebody()}", "--clear-groups"] if os.getuid() == 0 else []


def _somebody() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
