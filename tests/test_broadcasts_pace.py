"""A broadcast to a thousand channels, its edit and its recall: as fast as Slack permits, beside people at work."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import quantiles
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain.teams import Channel
from bot.outbox import Letter
from bot.running import Running
from bot.sandbox.limits import Limits
from bot.sending.gates import Allowance, Pace
from jobs import broadcasts as broadcasts_job
from tests import town as towns
from tests.broadcasting import enlarged, previews
from tests.personas import Control, Persona
from tests.tallies import TALLY
from tests.town import Asleep

HANDS, TICK = 3, 2.0  # of a sender at work; seconds between two looks of the alarm clock
PATIENCE = 3000.0  # seconds for one of the three
OLDEST = 15.0  # seconds that what its sender reads of it may be behind


@pytest.mark.soak
@pytest.mark.timeout(9000)
@pytest.mark.parametrize(("teams", "times_faster"), [(300, 1), (1000, 1)])
def test_a_broadcast_its_edit_and_its_recall_use_what_slack_permits_and_nobody_waits_for_them(
    record_property: Callable[[str, object], None], teams: int, times_faster: int
) -> None:
    with towns.asleep() as here, at_work(here, times_faster) as bot:
        everybody = Everybody(here, bot, teams - 2, times_faster)
        with closing(everybody), everybody.clicking():
            previews(everybody.pru)
            everybody.pru.submits()
            posted = everybody.waits_for("chat.postMessage", teams)
            everybody.pru.presses("Edit")
            everybody.pru.submits(words="Hello, {team}, once more")
            edited = everybody.waits_for("chat.update", teams)
            everybody.pru.presses("Recall")
            deleted = everybody.waits_for("chat.delete", teams)

        spells, p99 = (posted, edited, deleted), quantiles(everybody.acks, n=100, method="inclusive")[98]
        oldest = max(one.oldest_progress for one in spells)
        refused, calls = sum(one.refused for one in spells), sum(one.calls for one in spells)
        told = ", ".join(f"{one.method} {one.share:.1%}" for one in spells)
        tally = (
            f"{told} of what Slack permits; {refused} of {calls} calls refused; progress at most {oldest:.1f} s old; "
        )
        tally += f"{len(everybody.acks)} clicks acknowledged, p99 {p99:.0f} ms"
        record_property(TALLY, f"a broadcast to {teams} teams, {times_faster} times Slack's pace: {tally}")

        assert min(one.share for one in spells) >= 0.9
        assert refused <= calls / 100
        assert oldest <= OLDEST
        assert p99 < 100


@dataclass(frozen=True)
class Spell:
    """The calls that posted, edited or deleted every copy, by Slack's clock."""

    method: str
    share: float  # of the allowance that what its sender reads leaves
    oldest_progress: float  # the longest that its sender read the same while copies moved, in seconds
    refused: int  # calls that came too fast
    calls: int  # of the app meanwhile


@contextmanager
def at_work(here: Asleep, times_faster: int) -> Iterator[Running]:
    """The bot on its socket with its sender, where a minute of Slack's allowance is so much shorter."""
    paced = {name: one for name, one in vars(Pace()).items() if isinstance(one, Allowance)}
    shorter: dict[str, Any] = {
        name: Allowance(one.gap / times_faster, one.burst / times_faster) for name, one in paced.items()
    }
    bot = Running(towns.warm(**here.environment()), replace(Pace(), **shorter))
    assert bot.identify()
    assert bot.connect()
    over = threading.Event()
    clock = threading.Thread(target=_ticks, args=[bot, over])
    bot.sender.start(HANDS)
    clock.start()
    try:
        yield bot
    finally:
        over.set()
        clock.join()
        bot.stop()


class Everybody:
    """The people, the teams' channels, and what Slack was asked."""

    def __init__(self, here: Asleep, bot: Running, more_teams: int, times_faster: int) -> None:
        self._world, self._store, self._faster = here.practice.world, bot.kit.store, times_faster
        self._control, slacks = (control := Control(here.practice.url)), Limits()
        enlarged(control, bot.kit.store, more_teams)
        control.post(
            "limits", on=True, posts_per_minute=slacks.posts_per_minute * times_faster,
            posts_per_second_per_channel=slacks.posts_per_second_per_channel * times_faster,
            per_minute={method: calls * times_faster for method, calls in slacks.per_minute.items()},
        )  # fmt: skip
        self.pru = Persona("pru", here.users["pru"], control, _a_moment)
        self.acks: list[float] = []  # milliseconds
        self._since = here.practice.world.clock.now()
        self._ana, self._url = here.users["ana"], here.practice.url
        with bot.kit.store.reading() as session:
            rooms = session.exec(select(Channel.slack_id, Channel.team_id).where(col(Channel.team_id).is_not(None)))
            self._rooms = {str(slack_id) for slack_id, _ in rooms}

    @contextmanager
    def clicking(self) -> Iterator[None]:
        """Ana types a command, opens a form or presses a button four times a second."""
        over = threading.Event()
        hands = threading.Thread(target=self._clicks, args=[over])
        hands.start()
        try:
            yield
        finally:
            over.set()
            hands.join()

    def close(self) -> None:
        """They hang up."""
        self._control.close()

    def waits_for(self, method: str, copies: int) -> Spell:
        """Until each of the copies was posted, edited or deleted."""
        patience, done = time.monotonic() + PATIENCE, self._copies(method)
        while len(done) < copies:
            assert time.monotonic() < patience, f"{len(done)} of {copies} {method}"
            threading.Event().wait(0.25)
            done = self._copies(method)
        threading.Event().wait(OLDEST + 2)  # its sender reads of the last one
        return self._spell(method, done)

    def _spell(self, method: str, done: list[datetime]) -> Spell:
        """Read at once: the practice Slack keeps the newest calls only."""
        begins, ends, slacks = done[0], done[-1], Limits()
        progress = [one for one in self._progress() if begins <= one <= ends]
        calls = [call for call in list(self._world.calls) if begins <= datetime.fromisoformat(call["at"]) <= ends]
        a_minute = slacks.posts_per_minute if method == "chat.postMessage" else slacks.per_minute[method]
        permitted = a_minute * self._faster * ((ends - begins) / timedelta(minutes=1))
        permitted -= len(progress) if method == "chat.update" else 0
        gaps = pairwise([begins, *progress, ends])
        return Spell(
            method, share=len(done) / permitted, oldest_progress=max((b - a).total_seconds() for a, b in gaps),
            refused=sum(call.get("outcome") == "ratelimited" for call in calls), calls=len(calls),
        )  # fmt: skip

    def _clicks(self, over: threading.Event) -> None:
        control, acts = Control(self._url), ("/pdsa help", "/timeoff until tomorrow", "/timeoff back")
        where = next(one.id for one in self._world.channels.values() if one.name == "team-alder")
        count = 0
        while not over.wait(0.25):
            command, _, text = acts[count % len(acts)].partition(" ")
            began = time.perf_counter()
            answer = control.post("act/command", user=self._ana, channel=where, command=command, text=text)
            self.acks.append((time.perf_counter() - began) * 1000)
            assert answer["acked"], answer
            count += 1
        control.close()

    def _copies(self, method: str) -> list[datetime]:
        """When Slack did so for each copy."""
        done = self._done(method)
        return sorted(at for place, _, at in done if place in self._rooms and at >= self._since)

    def _progress(self) -> list[datetime]:
        with self._store.reading() as session:
            letter = session.exec(select(Letter).where(Letter.message == "broadcasts/progress")).one()
        return sorted(at for _, ts, at in self._done("chat.update") if ts == letter.ts)

    def _done(self, method: str) -> list[tuple[str, str, datetime]]:
        calls = [call for call in list(self._world.calls) if call["method"] == method and call.get("outcome") == "ok"]
        return [
            (call["arguments"]["channel"], call["arguments"].get("ts", ""), datetime.fromisoformat(call["at"]))
            for call in calls
        ]


def _a_moment() -> None:
    """As long as somebody looks at what came of it."""
    threading.Event().wait(0.5)


def _ticks(bot: Running, over: threading.Event) -> None:
    """What the alarm clock does about broadcasts."""
    while not over.wait(TICK):
        broadcasts_job.begin(bot.kit)
        broadcasts_job.tell(bot.kit)
