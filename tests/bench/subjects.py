"""What is measured: each subject a process of its own, on a record of its own on the same disk."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import record
from tests.bench.acts import Act
from tests.bench.load import Offer
from tests.bench.processes import Process
from tests.bench.slack import Slack

REAL_DISK = Path("/var/tmp")
EMPTY, PLAIN, OURS = "xapp-empty", "xapp-plain", "xapp-ours"


@dataclass
class Bench:
    """A Slack, a folder on a real disk, and a collaborative that was loaded, launched and told everything."""

    slack: Slack
    folder: Path
    loading: float  # seconds that `allteach collaborative load` took

    def to(self, app: str) -> Offer:
        """A way to offer acts to one subject."""

        async def offer(act: Act) -> float:
            return await self.slack.offer(app, *act)

        return offer

    def environment(self, app: str, database: str) -> dict[str, str]:
        """What `allteach` is told."""
        return {
            "SLACK_API_URL": f"{self.slack.url}/api/", "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_APP_TOKEN": app,
            "ALLTEACH_DATABASE_URL": f"sqlite:///{self.folder / database}",
        }  # fmt: skip

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[Process]:
        """A bare Bolt app with empty handlers."""
        async with self._connected(EMPTY, "tests.bench.empty", self.slack.url) as process:
            yield process

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[Process]:
        """A bare Bolt app that saves a cycle and renders its card."""
        database = f"sqlite:///{self.folder / 'plain.db'}"
        async with self._connected(PLAIN, "tests.bench.without_post", self.slack.url, database) as process:
            yield process

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Process]:
        """The bot, its sender still until SIGUSR1."""
        async with self._ours("held.db", "tests.bench.sender_held", OURS) as process:
            yield process

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Process]:
        """`allteach run`, as anybody starts it."""
        async with self._ours("run.db", "bot", "run") as process:
            yield process

    @asynccontextmanager
    async def drawing(self, told: Path) -> AsyncIterator[Process]:
        """The bot, its sender still, which draws many charts at SIGUSR1 and tells in a file how long it took."""
        async with self._ours("drawing.db", "tests.bench.drawing", OURS, str(told)) as process:
            yield process

    @asynccontextmanager
    async def _ours(self, database: str, *command: str) -> AsyncIterator[Process]:
        shutil.copyfile(self.folder / "record.db", self.folder / database)
        async with self._connected(OURS, *command, environment=self.environment(OURS, database)) as process:
            yield process

    @asynccontextmanager
    async def _connected(
        self, app: str, *command: str, environment: dict[str, str] | None = None
    ) -> AsyncIterator[Process]:
        process = Process(*command, log=self.folder / "log", environment=environment)
        try:
            await self.slack.connected(app)
            yield process
        finally:
            await asyncio.to_thread(process.stop)
            await self.slack.gone(app)


@asynccontextmanager
async def prepared() -> AsyncIterator[Bench]:
    """Everything that is needed, and nothing left behind."""
    slack = Slack()
    await slack.start()
    folder = Path(tempfile.mkdtemp(prefix="allteach-bench-", dir=REAL_DISK if REAL_DISK.is_dir() else None))
    bench = Bench(slack, folder, 0.0)
    try:
        began = time.perf_counter()
        await _allteach(bench, "collaborative", "load", str(record.file(folder)), "--launch")
        bench.loading = time.perf_counter() - began
        await _allteach(bench, "tick")
        yield bench
    finally:
        slack.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _allteach(bench: Bench, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env={**os.environ, **bench.environment(OURS, "record.db")},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, errors = await process.communicate()
    if process.returncode:
        raise SystemExit(f"allteach {' '.join(arguments)} did not go through:\n{errors.decode()}")
