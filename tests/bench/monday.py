"""A Monday morning at large: teams are looked at for alerts, and whoever looks after some has a digest written."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from bot import outbox, settings, voice
from bot.domain.alerts import Alert
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.outbox import Letter
from bot.running import keep_what_is_here, opened
from bot.statements import table
from jobs import alerts, digest

EACH = 25  # teams of one coach
ENDED = 4  # alerts that each team had since it began
FIRST = 1_000_000  # coach


def staffed(session: Session, teams: range, begun: datetime, now: datetime) -> None:
    """Give each team a coach, and a past of alerts that are over."""
    coaches = {FIRST + place // EACH for place in range(len(teams))}
    _write(session, Person, [
        {
            "id": row, "workspace": "T0BENCH", "slack_user": f"U{row}", "name": f"Coach {row}",
            "timezone": "America/New_York",
        }
        for row in sorted(coaches)
    ])  # fmt: skip
    _write(session, Membership, [
        {"collaborative_id": 1, "person_id": row, "roles": ["faculty", "coach"], "joined_at": begun}
        for row in sorted(coaches)
    ])  # fmt: skip
    for coach in sorted(coaches):
        first = teams.start + EACH * (coach - FIRST)
        theirs = update(Team).where(col(Team.id) >= first, col(Team.id) < first + EACH)
        session.exec(theirs.values(coach_id=coach))
    step = (now - begun) / (ENDED + 1)
    _write(session, Alert, [
        {
            "team_id": team, "reason": "quiet", "opened_at": begun + count * step, "told_on": begun.date(),
            "ended_how": "back", "ended_at": begun + count * step + timedelta(days=9),
        }
        for team in teams for count in range(ENDED)
    ])  # fmt: skip


def morning(path: str, now: datetime) -> tuple[int, float, float, float]:
    """All of it but the posting: how many digests, the seconds it takes, those of CPU, and the most memory in MB."""
    kit = opened(settings.read(ALLTEACH_CLOCK="slack", ALLTEACH_DATABASE_URL=f"sqlite:///{path}"))
    kit.now = lambda: now
    keep_what_is_here()
    began, before = time.perf_counter(), time.process_time()
    digest.plan(kit)
    alerts.plan(kit)
    with kit.store.reading() as session:
        of_digests = select(Letter).where(Letter.message == "digest/post", Letter.state == outbox.PENDING)
        waiting = [one.about for one in session.exec(of_digests)]
    for about in waiting:
        with kit.store.reading() as session:
            values = voice.gather(session, "digest/post", about, kit)
        assert values is not None
        kit.templates.render("digest/post", values)
    seconds, busy = time.perf_counter() - began, time.process_time() - before
    kit.close()
    return len(waiting), seconds, busy, most_memory()


def most_memory() -> float:
    """The most this process ever had, in MB; what `getrusage` tells goes back to the process that began it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _write(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5_000):
        session.connection().execute(insert(table(model)), rows[start : start + 5_000])
