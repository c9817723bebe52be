"""What came of everything that was expected of teams, in order, by team and kind, as plain rows read once for all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy
from sqlalchemy import Select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from bot.domain import engagement_priors
from bot.domain.engagement import Stream
from bot.domain.engagement_scope import AT_A_TIME, Scope, months_ago
from bot.domain.expected import CHECKIN, COUNTED, DATA, EXCUSED, MET, OPEN, Expected

YEARS = timedelta(days=3 * 366)  # of due dates


def of(session: Session, scope: Scope, now: datetime) -> dict[tuple[int, str], Stream]:
    """Each kind of each team, with the chance that it is heard from where it has a habit."""
    return _with_chances(session, scope, _told(session, scope, now))


def lately(session: Session, scope: Scope, now: datetime) -> dict[tuple[int, str], list[bool]]:
    """The newest of each kind in the last months, as *engaged* looks at them."""
    rules = scope.rules
    since = {row: months_ago(now, each.engaged_months).date() for row, each in rules.items()}
    whose = {team.id: team.collaborative_id for team in scope.teams}
    rows = _asked(scope, min(since.values(), default=now.date()), COUNTED, col(Expected.due))
    found: dict[tuple[int, str], list[bool]] = {}
    for key, theirs in groupby(_as_told(session, rows), lambda row: row[:2]):
        if here := whose.get(key[0]):
            met = [outcome == MET for _, _, outcome, due in theirs if due >= since[here]]
            found[key] = met[-rules[here].engaged_of :]
    return found


def waiting(session: Session, scope: Scope, now: datetime) -> dict[tuple[int, str], date]:
    """By team and kind the day of the newest number or check-in that is open still; of calls the roll may be."""
    whose = (col(Expected.team_id), col(Expected.kind))
    newest: list[Any] = [*whose, sqlalchemy.func.max(Expected.due)]
    rows = sqlalchemy.select(*newest).where(
        scope.of(whose[0]), col(Expected.outcome) == OPEN, whose[1].in_((DATA, CHECKIN)),
        col(Expected.due) < now.date(),
    )  # fmt: skip
    return {(team, kind): due for team, kind, due in _as_told(session, rows.group_by(*whose))}


def _told(session: Session, scope: Scope, now: datetime) -> dict[tuple[int, str], Stream]:
    """Each kind of each team: what it met and what it didn't."""
    rows = _asked(scope, now.date() - YEARS, (*COUNTED, EXCUSED))
    found: dict[tuple[int, str], Stream] = {}
    for key, theirs in groupby(_as_told(session, rows), lambda row: row[:2]):
        told = [outcome for _, _, outcome, *_ in theirs]
        counted = tuple([outcome == MET for outcome in told if outcome != EXCUSED])
        found[key] = Stream(key[1], counted, len(told) - len(counted))
    return found


def _asked(scope: Scope, since: date, outcomes: Sequence[str], *more: Mapped[Any]) -> Select[Any]:
    """What came of everything that was asked since a day, in order, by team and kind."""
    which = (col(Expected.team_id), col(Expected.kind))
    rows = sqlalchemy.select(*which, col(Expected.outcome), *more).where(
        scope.of(which[0]), col(Expected.due) >= since, col(Expected.outcome).in_(outcomes)
    )
    return rows.order_by(*which, col(Expected.due), col(Expected.id))


def _as_told(session: Session, rows: Select[Any]) -> Iterable[Any]:
    """Plain rows, a few at a time."""
    return session.connection().execute(rows, execution_options=AT_A_TIME)


def _with_chances(
    session: Session, scope: Scope, streams: dict[tuple[int, str], Stream]
) -> dict[tuple[int, str], Stream]:
    """The same, each with the chance that the team is heard from, where it has a habit."""
    where = {team.id: team.collaborative_id for team in scope.teams}
    alike: dict[tuple[int, str], list[Stream]] = defaultdict(list)
    owners: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for key, stream in streams.items():
        if key[0] in where and stream.habit is not None:
            alike[where[key[0]], key[1]].append(stream)
            owners[where[key[0]], key[1]].append(key)
    for (here, kind), theirs in alike.items():
        chances = engagement_priors.chances(session, scope.collaboratives[here], kind, [one.outcomes for one in theirs])
        for key, stream, chance in zip(owners[here, kind], theirs, chances, strict=True):
            streams[key] = replace(stream, chance=chance)
    return streams
