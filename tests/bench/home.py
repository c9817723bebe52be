"""Home: from the moment it is opened until what it shows is ready for Slack, with sixty teams and a year of record."""

import asyncio
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bot import home, settings
from bot.domain.alerts import Alert
from bot.domain.asks import Ask
from bot.domain.measures import moved
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.points import Point
from bot.domain.scores import Score, Scoring
from bot.domain.submissions import Submission
from bot.homes import screen
from bot.homes.tabs import ORDER, Place
from bot.kit import Kit
from bot.outbox import Letter
from bot.running import keep_what_is_here, opened
from tests.bench import engagement
from tests.bench.engagement import NOW, write
from tests.bench.figures import Figure, at_most
from tests.bench.subjects import Bench

TEAMS, MONTHS, CYCLES, LETTERS, ROUNDS = 60, 18, 24, 20_000, 40
FIRST = 100  # the row of the first of these teams


async def at_home(bench: Bench) -> list[Figure]:
    """95 of 100 looks at Home are ready within so many milliseconds, whichever tab is open."""
    return await asyncio.to_thread(_all, bench.folder)


def _all(folder: Path) -> list[Figure]:
    path = folder / "home.db"
    engagement.filled(path, TEAMS, folder)
    kit = opened(settings.read(ALLTEACH_CLOCK="slack", ALLTEACH_DATABASE_URL=f"sqlite:///{path}"))
    kit.now = lambda: NOW
    with kit.store.transaction() as session:
        coordinator, member = _filled(session)
    keep_what_is_here()
    looks = {"a member's Home": (member, Place())}
    looks |= {f"a coordinator's Home, {tab}": (coordinator, Place(tab=tab, collaborative=1)) for tab in ORDER}
    figures = [_figure(kit, name, *look) for name, look in looks.items()]
    kit.close()
    return figures


def _figure(kit: Kit, name: str, person: int, place: Place) -> Figure:
    taken, blocks = [], 0
    for number in range(ROUNDS + 1):
        began = time.perf_counter()
        with kit.store.transaction() as session:
            home.show(session, person, kit.now(), **place.about)
        with kit.store.reading() as session:
            shown = screen.of_person(session, {"person": person, **place.about}, kit)
        blocks = len(kit.templates.render("home/view", shown)["blocks"])
        taken += [1000 * (time.perf_counter() - began)] if number else []  # the first one warms up
    taken.sort()
    p95 = taken[int(len(taken) * 0.95)]
    told = f"{p95:.0f} ms; p50 {taken[len(taken) // 2]:.0f}, slowest {taken[-1]:.0f}; {blocks} blocks"
    return at_most(f"{name}, {TEAMS} teams, p95", p95, 300, "ms", told)


def _filled(session: Session) -> tuple[int, int]:
    """A year and a half of everything that Home looks at; returns a coordinator and a member."""
    teams, person = range(FIRST, FIRST + TEAMS), {"person_id": 1}
    write(
        session,
        Person,
        [
            {"id": team, "name": f"Lead {team}", "email": f"lead{team}@example.org", "timezone": "America/Chicago"}
            for team in teams
        ],
    )
    for one in session.exec(select(Person)).all():
        one.workspace, one.slack_user = "T0BENCH", f"U{one.id}"
        session.add(one)
    for seat in session.exec(select(Membership).where(col(Membership.team_id) >= FIRST)).all():
        seat.person_id, seat.roles = seat.team_id or 0, ["team_lead"]
        session.add(seat)
    write(session, Cycle, [_cycle(team, number) for team in teams for number in range(1, CYCLES + 1)])
    months = [moved(date(NOW.year, NOW.month, 1), -back) for back in range(1, MONTHS + 1)]
    write(session, Submission, [
        {"team_id": team, "period": month, "due": month + timedelta(days=45)} for team in teams for month in months
    ])  # fmt: skip
    point: dict[str, Any] = {"measure_id": 1, "state": "value", "definition": 1, "filed_at": NOW, **person}
    write(session, Point, [
        {**point, "team_id": team, "month": month, "numerator": 9.0, "denominator": 12.0, "value": 75.0}
        for team in teams for month in months
    ])  # fmt: skip
    write(session, Alert, [{"team_id": team, "reason": "quiet", "opened_at": NOW} for team in teams[:12]])
    _letters(session, teams)
    _scores(session, teams)
    staff = select(Membership.person_id).where(col(Membership.team_id).is_(None))
    return session.exec(staff.limit(1)).one(), FIRST


def _cycle(team: int, number: int) -> dict[str, Any]:
    stage = "act" if number < CYCLES - 2 else "plan"
    return {
        "collaborative_id": 1, "team_id": team, "number": number, "owner_id": team, "change": "Nadia calls the next",
        "prediction": "8 of 10 come", "due": NOW.date() + timedelta(days=(team + number) % 30), "stage": stage,
        "decision": "adapt" if stage == "act" else "", "started_at": NOW - timedelta(days=20 * (CYCLES - number)),
    }  # fmt: skip


def _letters(session: Session, teams: range) -> None:
    """Everything that was said, and what the clock has for each team tomorrow."""
    said = {"message": "pdsa/card", "state": "sent", "due": NOW - timedelta(days=9), "written_at": NOW, "channel": "C1"}
    write(session, Letter, [
        {**said, "key": f"said:{number}", "to": f"team:{FIRST + number % TEAMS}", "ts": f"{number}.1", "about": {},
         "mark": f"{number:032}"}
        for number in range(LETTERS)
    ])  # fmt: skip
    tomorrow = NOW + timedelta(days=1)
    write(session, Letter, [_waits(team, tomorrow) for team in teams])
    write(session, Ask, [
        {"key": f"pdsa:{team}", "kind": "pdsa.due", "team_id": team, "subject": 1, "opened_at": NOW} for team in teams
    ])  # fmt: skip


def _waits(team: int, at: datetime) -> dict[str, Any]:
    return {
        "key": f"waits:{team}", "message": "calls/reminder", "about": {"team": team}, "to": f"team:{team}", "due": at,
        "planned_for": at, "clock": True, "state": "pending", "written_at": NOW, "mark": f"w{team:031}",
    }  # fmt: skip


def _scores(session: Session, teams: range) -> None:
    day = NOW.date() - timedelta(days=3)
    write(session, Scoring, [
        {"id": team, "team_id": team, "period": "ap1", "opens": day, "closes": day + timedelta(days=28)}
        for team in teams
    ])  # fmt: skip
    write(session, Score, [
        {"scoring_id": team, "side": side, "value": 2.0 + team % 3, "person_id": 1, "at": NOW}
        for team in teams for side in ("own", "faculty")
    ])  # fmt: skip
