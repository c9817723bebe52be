"""Statements of the busiest ways, built once and run often: building one costs several times what running it does."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple, overload

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Index,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ScalarResult, TupleResult
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import Select as SelectOfRows
from sqlmodel.sql.expression import SelectOfScalar

Changes = Callable[[Any], Mapping[str, Any]]  # the row that came too late → what of it the row that is there takes over
Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Convert = Callable[[Any], Any]
Asked = ParamSpec("Asked")
Found = TypeVar("Found")
Columns = TypeVarTuple("Columns")
LOOKED_UP = "looked up"  # in the `info` of a session that sees one moment of the record and writes nothing


class Prepared:
    """A statement that is worked out once for each database, and from then on only filled in.

    What differs between its runs is a `bindparam`, or a column of the row that an INSERT is given.
    """

    def __init__(self, statement: Statement) -> None:
        """It is worked out at its first run, when the database is known."""
        self._statement = statement
        self._blanks: dict[tuple[str, ...], Blank] = {}

    def __call__(self, session: Session, **values: Any) -> int:
        """Run it; how many rows it changed. Columns that an INSERT isn't given get their defaults."""
        return self._run(session, values)[1].rowcount

    def rows(self, session: Session, **values: Any) -> list[list[Any]]:
        """Run it; the rows that it finds."""
        blank, cursor = self._run(session, values)
        return [blank.read(row) for row in cursor.fetchall()]

    def value(self, session: Session, **values: Any) -> Any:
        """Run it; the one value that it finds."""
        [[value]] = self.rows(session, **values)
        return value

    def _run(self, session: Session, values: Mapping[str, Any]) -> tuple["Blank", DBAPICursor]:
        connection = session.get_bind()
        assert isinstance(connection, Connection), "a session of the store's"
        dialect = connection.dialect
        blank = self._blank(dialect, values)
        cursor = connection.connection.cursor()
        try:
            dialect.do_execute(cursor, blank.words, blank.filled_in(values))
        except dialect.loaded_dbapi.Error as error:
            told = DBAPIError.instance(blank.words, None, error, dialect.loaded_dbapi.Error, True, dialect=dialect)
            raise told from error
        return blank, cursor

    def _blank(self, dialect: Dialect, values: Mapping[str, Any]) -> "Blank":
        kind = (dialect.name, *values)
        if kind not in self._blanks:
            self._blanks[kind] = Blank(self._statement, dialect, values)
        return self._blanks[kind]


class Blank:
    """A statement in the words of one database, in which everything stands that is the same at every run."""

    def __init__(self, statement: Statement, dialect: Dialect, given: Collection[str]) -> None:
        """Each run gives the values of these names."""
        defaults = _defaults(statement, given)
        columns = [*given, *defaults] if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        found = statement.exported_columns
        fixed = compiled.params | {name: default.arg for name, default in defaults.items() if default.is_scalar}
        writes = {name: _writing(compiled.binds[name].type, dialect) for name in compiled.params}
        self.words = str(compiled)
        self._order = compiled.positiontup  # None where values go by their names
        self._fixed = {name: writes[name](value) for name, value in fixed.items() if name not in given}
        self._writes = [(name, write) for name, write in writes.items() if name in given and write is not _as_it_is]
        self._makes = [(name, writes[name], default.arg) for name, default in defaults.items() if default.is_callable]
        self._reads = [_reading(column.type, dialect) for column in found]

    def filled_in(self, values: Mapping[str, Any]) -> Any:
        """What the driver takes beside the words."""
        filled = {**self._fixed, **values}
        for name, write in self._writes:
            filled[name] = write(filled[name])
        for name, write, make in self._makes:
            filled[name] = write(make(None))
        return filled if self._order is None else tuple([filled[name] for name in self._order])

    def read(self, row: Collection[Any]) -> list[Any]:
        """One row that was found."""
        return [read(value) for read, value in zip(self._reads, row, strict=True)]


class Upsert:
    """INSERT … ON CONFLICT in the words of both databases: writes a row, or gives way to the one of the same key.

    The row that it gives way to may take something over.
    """

    def __init__(
        self,
        model: type[SQLModel],
        *key: str,
        changes: Changes | None = None,
        only_where: ColumnElement[bool] | None = None,
    ) -> None:
        """Without `changes` what is there stays as it is."""
        self._by_database: dict[str, Prepared] = {}
        for insert in (sqlite.insert, postgresql.insert):
            statement = insert(table(model)).inline()
            if changes is None:
                statement = statement.on_conflict_do_nothing(index_elements=key)
            else:
                new = changes(statement.excluded)
                statement = statement.on_conflict_do_update(index_elements=key, set_=new, where=only_where)
            name = "sqlite" if insert is sqlite.insert else "postgresql"
            self._by_database[name] = Prepared(statement)

    def __call__(self, session: Session, **row: Any) -> int:
        """Write the row; columns it doesn't name get their defaults. It is 0 where the row gave way."""
        return self._by_database[session.get_bind().dialect.name](session, **row)


@overload
def query(
    build: Callable[Asked, SelectOfScalar[Found]],
) -> Callable[Concatenate[Session, Asked], ScalarResult[Found]]: ...


@overload
def query(
    build: Callable[Asked, SelectOfRows[*Columns]],
) -> Callable[Concatenate[Session, Asked], TupleResult[tuple[*Columns]]]: ...


def query(build: Callable[..., Any]) -> Callable[..., Any]:
    """What is asked of the record time and again is worked out once, and from then on only filled in.

    The function writes the SELECT from its arguments, which then stand for whatever values are asked about; it
    compares them with columns and does nothing else with them. An argument that is None equals nothing.
    """
    names = tuple(signature(build).parameters)

    @cache
    def statement() -> Any:
        return build(*(bindparam(name) for name in names))

    @wraps(build)
    def ask(session: Session, *about: Any, **more: Any) -> Any:
        return session.exec(statement(), params={**dict(zip(names, about, strict=False)), **more})

    return ask


def once_a_look(
    find: Callable[Concatenate[Session, Asked], Found],
) -> Callable[Concatenate[Session, Asked], Found]:
    """Ask the record once for each look at it; a session that may write asks every time, but while it is `looking`.

    What is asked about is named by rows or by plain values, and nobody changes what comes back.
    """

    @wraps(find)
    def looked_up(session: Session, /, *about: Asked.args, **more: Asked.kwargs) -> Found:
        known: dict[Any, Found] | None = session.info.get(LOOKED_UP)
        if known is None:
            return find(session, *about, **more)
        asked = (find, *(getattr(one, "id", one) for one in (*about, *more.values())))
        if asked not in known:
            known[asked] = find(session, *about, **more)
        return known[asked]

    return looked_up


class Sitting(Session):
    """A session that asks for a row by its key once a look: one that nobody holds on to would be asked for again."""

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        """The row of that key, or None."""
        found = super().get(entity, ident, **how)
        looked_up: dict[Any, Any] | None = self.info.get(LOOKED_UP)
        if found is not None and looked_up is not None:
            looked_up[type(found), ident] = found
        return found


@contextmanager
def looking(session: Session) -> Iterator[None]:
    """A stretch in which a session writes nothing, also one that may."""
    outside = session.info.get(LOOKED_UP)
    session.info[LOOKED_UP] = {} if outside is None else outside
    try:
        yield
    finally:
        session.info[LOOKED_UP] = outside


def table(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that need no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def index_of_some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index that holds only the rows for which `where` is true, so that the others cost nothing to write."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def _defaults(statement: Statement, given: Collection[str]) -> dict[str, Any]:
    """The columns of a new row that have a default and aren't given."""
    columns = statement.table.columns if isinstance(statement, Insert) else ()
    return {column.key: column.default for column in columns if column.default is not None and column.key not in given}


def _writing(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
