"""The teams that a question about engagement is asked of, and how a statement finds their rows."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped

from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team

AT_A_TIME = {"yield_per": 2_000}  # rows, so that no list of all is ever held


class Scope(NamedTuple):
    """Some teams, or every team there is."""

    teams: Sequence[Team]
    collaboratives: Mapping[int, Collaborative]
    every: bool

    def of(self, column: Mapped[Any]) -> ColumnElement[bool]:
        """Rows of these teams; where it is all of them, every row is read, which costs least."""
        return column.is_not(None) if self.every else column.in_([team.id for team in self.teams])
