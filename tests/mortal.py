"""Senders that may die at any moment: a process with everything imported forks them, so that each begins in no time.

`python -m tests.mortal` reads orders, one JSON object a line, and answers each with the child's process id and, once
it has ended, with how. What a child reports (a key, once it is saved) comes between the two.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import col, update

from bot import logs, schema
from bot.errors import RecordUnavailable
from bot.outbox import PENDING, SENDING, UNKNOWN, Letter
from bot.running import Running
from bot.sending import gates
from bot.store import Store
from jobs import broadcasts as broadcasts_job
from tests.command_line import ROOT, environment
from tests.post_office import PRAIRIE, PostOffice

KILLED = -signal.SIGKILL
EDGES = ("commit", "committed", "http.client.send")  # between two of them nothing that lasts is done
A_MOMENT = timedelta(seconds=2)
STATEMENTS = (*EDGES, "statement")


class Forge:
    """Orders children, and hears what became of them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mortal"], cwd=ROOT, env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._child = 0  # the one that hasn't ended

    def warm_up(self, of: dict[str, str]) -> None:
        """Have everything that a child needs for this record ready, and every statement built, before it is forked."""
        self.does("warm up", of)

    def begin(self, work: str, of: dict[str, str], at: int = 0, steps: Sequence[str] = STATEMENTS) -> int:
        """Let a child begin in a town's environment `of`; its process id. With `at` it dies at that many steps."""
        assert self._process.stdin
        order = {"work": work, "of": of, "at": at, "steps": steps}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        self._child = int(self._hears())
        return self._child

    def reports(self) -> str:
        """Wait for what the child says next."""
        return self._hears()

    def end(self) -> tuple[int, list[str]]:
        """Wait for the child; its exit code (minus the signal that killed it), and what it reported."""
        reported: list[str] = []
        while not (line := self._hears()).startswith("ended "):
            assert line, "the forge is gone"
            reported.append(line)
        self._child = 0
        return int(line.removeprefix("ended ")), reported

    def does(
        self, work: str, of: dict[str, str], at: int = 0, steps: Sequence[str] = STATEMENTS
    ) -> tuple[int, list[str]]:
        """Let a child begin, and wait for it."""
        self.begin(work, of, at, steps)
        return self.end()

    def let_go(self) -> None:
        """Nothing is left of what a test began and, failing, didn't see the end of."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self.end()

    def close(self) -> None:
        """No more orders, and no more children."""
        assert self._process.stdin
        assert self._process.stdout
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _hears(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def forging(count: int = 1) -> Iterator[list[Forge]]:
    """So many forges, and nothing of them left afterwards."""
    forges = [Forge() for _ in range(count)]
    try:
        yield forges
    finally:
        for forge in forges:
            forge.close()


def _one_card(office: PostOffice) -> None:
    """Save → say → post → record, once."""
    _report(office.saves())
    office.sender.drain()


def _all_sorts(office: PostOffice) -> None:
    """The same for each sort of thing that is said: an edit, a pin, a prompt, a direct answer, one taken back."""
    card = office.saves()
    _report(card)
    office.sender.drain()
    office.edits(card, "edited")
    for key in (office.tells("ben", card), office.prompts("ana", card), office.answers(card), office.pins(card)):
        _report(key)
    office.sender.drain()
    gone = office.saves(team=PRAIRIE)
    office.sender.drain()
    office.recalls(gone)
    office.sender.drain()


def _a_chart(office: PostOffice) -> None:
    """File → say → draw → upload → post → record, once."""
    _report(office.charts())
    office.sender.drain()


def _a_broadcast(office: PostOffice) -> None:
    """Send → begin → post each copy → edit each → recall each."""
    row = office.broadcasts()
    _report(str(row))
    broadcasts_job.begin(office.kit)
    office.sender.drain()
    office.edits_broadcast(row, "Hello, {team}, once more")
    office.sender.drain()
    office.recalls_broadcast(row)
    office.sender.drain()


def _without_end(office: PostOffice) -> None:
    """Save and deliver until killed, or until whoever was to kill it is gone."""
    office.sender.start()
    _report("begun")
    parent = os.getppid()
    while os.getppid() == parent:
        with suppress(RecordUnavailable):  # another sender may sleep with the lock in its hand
            key = office.saves()
            for said in (key, *office.everywhere(key), office.tells("ben", key)):
                _report(said)
            office.sender.step()
            office.edits(key, "edited")
            office.sender.drain()


def _at_the_socket(office: PostOffice) -> None:
    """Be the bot that people talk to, until killed."""
    bot = Running(office.kit, gates.UNPACED)
    assert bot.identify()
    assert bot.connect()
    _report("connected")
    signal.pause()


def _settle(office: PostOffice) -> None:
    """Deliver and settle what others left; Slack may be in trouble for some time yet."""
    _wait_a_moment(office)
    broadcasts_job.begin(office.kit)
    assert any(office.sender.drain() for _ in range(10))


def _settle_blindly(office: PostOffice) -> None:
    """The same, with everything said again whose outcome nobody saw: what the look-up is there to prevent."""
    _wait_a_moment(office)
    unseen = col(Letter.state).in_((SENDING, UNKNOWN)) & col(Letter.ts).is_(None)
    with office.kit.store.transaction() as session:
        session.exec(update(Letter).where(unseen).values(state=PENDING))
    assert office.sender.drain()


def _wait_a_moment(office: PostOffice) -> None:
    """By Slack's `Date`, cut to whole seconds, two processes know its clock a second apart.

    What one owes now is due to both a moment later.
    """
    office.slack.post("clock", now=(office.kit.now() + A_MOMENT).isoformat())
    office.kit.slack.call("auth.test")


WORK: dict[str, Callable[[PostOffice], None]] = {
    "one card": _one_card, "all sorts": _all_sorts, "a chart": _a_chart, "a broadcast": _a_broadcast,
    "without end": _without_end, "at the socket": _at_the_socket, "settle": _settle, "settle blindly": _settle_blindly,
}  # fmt: skip


def _report(key: str) -> None:
    os.write(1, f"{key}\n".encode())


def _die_at(step: int, steps: Sequence[str]) -> None:
    """Have this process killed at the given step: at its count before a statement, around a commit, before a call."""
    left = [step]

    def crossed(*_what: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def committing(connection: Connection) -> None:
        connection.info["committed"] = True
        crossed()

    def let_go(_driver: object, record: Any) -> None:
        if record.info.pop("committed", False):
            crossed()

    event.listen(Engine, "commit", committing)
    event.listen(Engine, "checkin", let_go)
    if "statement" in steps:
        event.listen(Engine, "checkout", lambda driver, *_more: driver.set_trace_callback(crossed))
    sys.addaudithook(lambda name, _arguments: crossed() if name in steps else None)


def _child(order: dict[str, Any], office: PostOffice | None) -> None:
    if office is None and order["work"] != "upgrade":
        office = PostOffice(order["of"])
    if order["at"]:
        _die_at(order["at"], order["steps"])
    if office:
        WORK[order["work"]](office)
    else:
        schema.upgrade(Store(order["of"]["ALLTEACH_DATABASE_URL"]))


def main() -> None:
    """Fork a child for each order, until there are no more."""
    logs.configure(logging.CRITICAL)
    warm: dict[str, PostOffice] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if order["work"] == "warm up":
            _report("0")
            office = warm[order["of"]["ALLTEACH_DATABASE_URL"]] = PostOffice(order["of"])
            _all_sorts(office)
            office.hangs_up()  # nothing open may be shared with a child
            _report("ended 0")
            continue
        child = os.fork()
        if not child:
            _report(str(os.getpid()))
            with suppress(BrokenPipeError):
                _child(order, warm.get(order["of"]["ALLTEACH_DATABASE_URL"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _report(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
