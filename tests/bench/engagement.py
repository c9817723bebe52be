"""Who is still with us: signals, and a whole Monday, of 5,000 teams with 18 months of ledger; and what an act adds."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot import schema
from bot.domain import activity, engagement, engagement_facts
from bot.domain.activity import Act, WeeklyActs
from bot.domain.collaborative_file import reader
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Rules
from bot.domain.expected import Expected
from bot.domain.loading import loader
from bot.domain.people import Membership
from bot.domain.teams import Team
from bot.statements import Prepared, table
from bot.store import Store
from tests.bench import monday, record
from tests.bench.figures import Figure, at_most
from tests.bench.subjects import Bench

NOW = datetime(2027, 7, 5, 15, tzinfo=UTC)
WEEKS, A_WEEK = 78, 13  # of ledger, and acts of a team in each: five million for 5,000 teams
KINDS = ("pdsa.started", "pdsa.ran", "pdsa.learned", "pdsa.decided", "checkin.answered", "idea.shared", "data.filed")
PEOPLE = 5
ADDED = 2_000  # contributions that are timed
ALONE = Prepared(insert(table(Act)).inline())


async def engagement_at_large(bench: Bench) -> list[Figure]:
    """Signals at 50, 500 and 5,000 teams, each in a process of its own, and what the weekly count costs an act."""
    return await asyncio.to_thread(_all, bench.folder)


def _all(folder: Path) -> list[Figure]:
    figures = []
    for teams in (50, 500, 5_000):
        path = folder / f"engagement{teams}.db"
        filled(path, teams, folder)
        with get_context("spawn").Pool(1) as alone:
            seconds, busy, megabytes = alone.apply(judged, (str(path),))
        told = f"{seconds:.2f} s, {busy:.2f} s of CPU, {megabytes:.0f} MB at most"
        if teams == 5_000:
            figures.append(at_most(f"signals of {teams:,} teams, 18 months of ledger", seconds, 10, "s", told))
            figures.append(at_most("… memory", megabytes, 300, "MB", f"{megabytes:.0f} MB"))
            added = _added(Store(f"sqlite:///{path}"))
            figures.append(at_most("one contribution's weekly count", added, 0.5, "ms", f"{1000 * added:.0f} µs"))
        else:
            figures.append(Figure(f"signals of {teams} teams, 18 months of ledger", told))
        figures += _monday(path, teams)
        path.unlink()
    return figures


def _monday(path: Path, teams: int) -> list[Figure]:
    with get_context("spawn").Pool(1) as alone:
        digests, seconds, busy, megabytes = alone.apply(monday.morning, (str(path), NOW))
    what = f"a Monday of {teams:,} teams: alerts, and {digests} digests"
    told = f"{seconds:.2f} s, {busy:.2f} s of CPU, {megabytes:.0f} MB at most"
    if teams < 5_000:
        return [Figure(what, told)]
    return [at_most(what, seconds, 10, "s", told), at_most("… memory", megabytes, 300, "MB", f"{megabytes:.0f} MB")]


def judged(path: str) -> tuple[float, float, float]:
    """Judge every team of a record: the seconds it takes, those of CPU, and the most memory it ever has, in MB."""
    store = Store(f"sqlite:///{path}")
    began, before = time.perf_counter(), time.process_time()
    with store.reading() as session:
        levels = [engagement.judged(facts, Rules()).level for facts in engagement_facts.of_all(session, NOW)]
    seconds, busy = time.perf_counter() - began, time.process_time() - before
    assert levels
    return seconds, busy, monday.most_memory()


def _added(store: Store) -> float:
    """The milliseconds that counting an act in its week adds to writing it."""
    taken = []
    for counting in (True, False, True, False):
        with store.rehearsal() as session:
            began = time.perf_counter()
            for number in range(ADDED):
                act: dict[str, Any] = {"team": number % 5_000 + 100, "person": 1, "subject": "cycle:1", "now": NOW}
                if counting:
                    activity.record(session, "pdsa.ran", **act)
                else:
                    _alone(session, number % 5_000 + 100)
            taken.append((counting, time.perf_counter() - began))
    store.close()
    with_count, without = (min(each for kind, each in taken if kind is which) for which in (True, False))
    return 1000 * (with_count - without) / ADDED


def _alone(session: Session, team: int) -> None:
    week = activity.week_of(NOW)
    ALONE(session, week=week, team_id=team, kind="pdsa.ran", person_id=1, at=NOW, subject="cycle:1")


def filled(path: Path, teams: int, folder: Path) -> None:
    """A record with so many teams, and what they did and owed in all these weeks."""
    store, chance = Store(f"sqlite:///{path}"), np.random.default_rng(7)
    schema.upgrade(store)
    begun = NOW - timedelta(weeks=WEEKS)
    with store.transaction() as session:
        loader.load(session, reader.open_file(record.file(folder)), now=begun)
        here = session.get_one(Collaborative, 1)
        here.launched_at, here.ends, here.starts = begun, NOW.date() + timedelta(days=90), begun.date()
        session.add(here)
        write(session, Team, [
            {"id": number, "collaborative_id": 1, "organization_id": 1, "name": f"Team {number}", "timezone": "UTC"}
            for number in range(100, 100 + teams)
        ])  # fmt: skip
        write(session, Membership, [
            {"collaborative_id": 1, "team_id": 100 + number, "person_id": 1, "roles": ["member"], "joined_at": begun}
            for number in range(teams)
        ])  # fmt: skip
        write(session, Expected, [*_expected(teams, begun.date(), chance)])
        monday.staffed(session, range(100, 100 + teams), begun, NOW)
        for week in range(WEEKS):
            _write_week(session, teams, activity.week_of(begun + timedelta(weeks=week)), chance)
    with store.outside_transactions() as connection:
        connection.exec_driver_sql("ANALYZE")
    store.close()


def _write_week(session: Session, teams: int, week: date, chance: np.random.Generator) -> None:
    at = datetime(week.year, week.month, week.day, 12, tzinfo=UTC) + timedelta(days=1)
    kinds = chance.integers(len(KINDS), size=(teams, A_WEEK))
    people = chance.integers(1, PEOPLE + 1, size=(teams, A_WEEK))
    about = {"week": week, "at": at, "subject": "cycle:1"}
    acts = [
        {**about, "team_id": 100 + team, "kind": KINDS[kind], "person_id": person}
        for team in range(teams)
        for kind, person in zip(kinds[team].tolist(), people[team].tolist(), strict=True)
    ]
    write(session, Act, acts)
    counts = [np.bincount(row, minlength=len(KINDS)).tolist() for row in kinds]
    write(session, WeeklyActs, [
        {"week": week, "team_id": 100 + team, "kind": KINDS[kind], "done": done, "last_at": at}
        for team, row in enumerate(counts)
        for kind, done in enumerate(row)
        if done
    ])  # fmt: skip


def _expected(teams: int, begun: date, chance: np.random.Generator) -> Any:
    number = 0
    for kind, every, count in (("checkin", 7, WEEKS), ("data", 30, 18), ("call", 30, 18)):
        met = chance.random((teams, count)) < chance.random((teams, 1))
        for team in range(teams):
            for place in range(count):
                number, due = number + 1, begun + timedelta(days=every * place)
                yield {
                    "team_id": 100 + team, "kind": kind, "source": number, "due": due, "closes": due,
                    "outcome": "met" if met[team, place] else "missed",
                }  # fmt: skip


def write(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Many rows of one table."""
    for start in range(0, len(rows), 5_000):
        session.connection().execute(insert(table(model)), rows[start : start + 5_000])
