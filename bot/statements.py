"""Statements of the busiest ways, built once and run often: building one costs several times what running it does."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Executable, Index, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Changes = Callable[[Any], Mapping[str, Any]]  # the row that came too late → what of it the row that is there takes over


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
        self._by_database: dict[str, Executable] = {}
        for insert in (sqlite.insert, postgresql.insert):
            statement = insert(table(model))
            if changes is None:
                statement = statement.on_conflict_do_nothing(index_elements=key)
            else:
                new = changes(statement.excluded)
                statement = statement.on_conflict_do_update(index_elements=key, set_=new, where=only_where)
            name = "sqlite" if insert is sqlite.insert else "postgresql"
            self._by_database[name] = statement.execution_options(preserve_rowcount=True)

    def __call__(self, session: Session, **row: Any) -> CursorResult[Any]:
        """Write the row; columns it doesn't name get their defaults. `rowcount` is 0 where it gave way."""
        connection = session.connection()
        return connection.execute(self._by_database[connection.dialect.name], row)


def table(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that need no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def index_of_some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index that holds only the rows for which `where` is true, so that the others cost nothing to write."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
