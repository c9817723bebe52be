"""The names that teams give their groups: removed for good where they may be about a person served.

The counts stay, under Group 1, Group 2 and so on. A name that another team has for one of its groups too stays as well:
what several organizations call a group points at nobody.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import count

from sqlmodel import Session, col, select

from bot.domain import measures
from bot.domain.measures import Measure
from bot.domain.points import Point

PLAIN = re.compile(r"Group \d+")
Series = tuple[int, int, str]  # team, measure, stratum


def in_stratum(session: Session, measure_id: int | None, stratum: str, team_id: int | None) -> list[Point]:
    """What was told of a measure by a stratum, by one team or, without one, by all."""
    told = select(Point).where(Point.measure_id == measure_id, Point.stratum == stratum)
    return list(session.exec(told if team_id is None else told.where(Point.team_id == team_id)))


def purge(session: Session, doomed: Iterable[Point]) -> list[int]:
    """Remove the names that these stand under, from every month; returns who wrote them, each once."""
    authors: dict[int, None] = {}
    names: dict[Series, set[str]] = defaultdict(set)
    for point in doomed:
        if point.stratum and not PLAIN.fullmatch(point.level) and not _is_common(session, point):
            names[point.team_id, point.measure_id, point.stratum].add(point.level)
    for (team, measure, stratum), told in names.items():
        theirs = in_stratum(session, measure, stratum, team)
        instead = _instead({one.level for one in theirs}, told)
        for point in theirs:
            if point.level in instead:
                authors[point.person_id] = None
                point.level, point.version = instead[point.level], point.version + 1
                session.add(point)
    return [*authors]


def _instead(known: set[str], doomed: set[str]) -> dict[str, str]:
    free = (f"Group {number}" for number in count(1) if f"Group {number}" not in known)
    return {name: next(free) for name in sorted(doomed)}


def _is_common(session: Session, point: Point) -> bool:
    """Whether another team of the collaborative has a group of that name by the same stratum."""
    here = session.get_one(Measure, point.measure_id).collaborative_id
    rows = [one.id for one in measures.all_of(session, here)]
    others = select(Point.level).where(
        col(Point.measure_id).in_(rows), Point.stratum == point.stratum, Point.team_id != point.team_id
    )
    return point.level.casefold() in {level.casefold() for level in session.exec(others.distinct())}
