"""The teams that a question about engagement is asked of, and how a statement finds their rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session

from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Rules
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

    @property
    def rules(self) -> dict[int, Rules]:
        """The rules of each collaborative."""
        return {row: rules_of(here) for row, here in self.collaboratives.items()}


def of(session: Session, teams: Sequence[Team]) -> Scope:
    """Some teams, with their collaboratives."""
    here = {row: session.get_one(Collaborative, row) for row in {team.collaborative_id for team in teams}}
    return Scope(teams, here, every=False)


def rules_of(collaborative: Collaborative) -> Rules:
    """The collaborative's own rules; what it doesn't set is as usual."""
    return Rules.model_validate(collaborative.engagement)


def months_ago(now: datetime, months: int) -> datetime:
    """The same moment so many months before."""
    return now - relativedelta(months=months)
