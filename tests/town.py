"""A small collaborative at work: the practice Slack, the bot on its socket, and the people."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot import app, gates, launch, manifest, settings
from bot.domain import collaborative_file, loading
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit
from bot.running import Running, opened
from bot.sandbox.server import Running as PracticeSlack
from tests.personas import Control, Persona

TOWN = Path(__file__).parent / "small_town.yaml"
MEMORY = Path("/dev/shm")  # databases of tests that don't test durability
PEOPLE = ("pru", "imani", "tobias", "ana", "ben", "gil", "olga", "cleo")
ELSEWHERE = "T0OTHER"
NOW = "2026-02-02T15:00:00+00:00"  # a Monday, nine in the morning in Chicago


class Counting(ThreadPoolExecutor):
    """Runs what comes after an ack, and knows when all of it is done."""

    def __init__(self) -> None:
        super().__init__(8)
        self._running: list[Future[Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(fn, *args, **kwargs)
        self._running.append(future)
        return future

    def rest(self) -> None:
        """Wait until nothing is left to run; what went wrong in it is raised here."""
        while self._running:
            self._running.pop().result()


class Bot:
    """The bot on its socket, without its alarm clock: what is due is sent when a test asks."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        kit.executor = self._after_acks = Counting()
        self.running = Running(kit, gates.UNPACED)

    def start(self) -> None:
        assert self.running.identify()
        assert self.running.connect()

    def settle(self) -> None:
        """Let it finish what follows an ack, and say everything that is due now."""
        self._after_acks.rest()
        self.running.sender.drain()

    def tick(self) -> None:
        """Do everything the clock starts, and say it."""
        app.tick(self.kit)
        self.settle()

    def stop(self) -> None:
        self.running.stop()


@dataclass
class Town:
    """Everything a conversation needs."""

    slack: Control
    bot: Bot
    kit: Kit
    people: dict[str, Persona]

    def turn_clock(self, to: datetime) -> None:
        """Set the practice Slack's clock, which the bot follows."""
        self.slack.post("clock", now=to.isoformat())
        self.kit.slack.call("auth.test")

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.turn_clock(self.kit.now() + timedelta(**time))

    @contextmanager
    def record(self) -> Iterator[Session]:
        """Look into the database."""
        with self.kit.store.reading() as session:
            yield session


@contextmanager
def built(*, url: str | None = None, launched: bool = True, at: str = NOW) -> Iterator[Town]:
    """A town of eight: gil is a single-channel guest, olga is of another workspace, both in Alder & Main."""
    folder = Path(tempfile.mkdtemp(prefix="town-", dir=MEMORY if MEMORY.is_dir() else None))
    with PracticeSlack(at=datetime.fromisoformat(at)) as practice:
        control = Control(practice.url)
        control.post("limits", on=False)
        control.post("app", manifest=manifest.manifest())
        users = {name: _moved_in(control, name) for name in PEOPLE}
        control.post("channels", name="team-alder", private=True, members=[users["gil"], users["olga"], "UALLTEACH"])
        kit = opened(
            settings.read(
                SLACK_API_URL=f"{practice.url}/api/", SLACK_BOT_TOKEN="xoxb-town", SLACK_APP_TOKEN="xapp-town",
                ALLTEACH_DATABASE_URL=url or f"sqlite:///{folder}/town.db", ALLTEACH_CLOCK="slack",
                ALLTEACH_SEND_TIMEOUT=2, ALLTEACH_SETTLE=2, ALLTEACH_LEASE=5,
            )
        )  # fmt: skip
        bot = Bot(kit)
        try:
            bot.start()
            with kit.store.transaction() as session:
                changes = loading.load(session, collaborative_file.open_file(TOWN), now=kit.now())
                if launched:
                    launch.launch(
                        session, session.get_one(Collaborative, changes.collaborative), by=None, now=kit.now()
                    )
            bot.tick()
            people = {name: Persona(name, user, control, bot.settle) for name, user in users.items()}
            yield Town(control, bot, kit, people)
        finally:
            bot.stop()
            control.close()
            shutil.rmtree(folder, ignore_errors=True)


def _moved_in(control: Control, name: str) -> str:
    zones = {
        "pru": "America/New_York",
        "imani": "America/New_York",
        "tobias": "Europe/Stockholm",
        "cleo": "America/Denver",
    }
    made = control.post(
        "users", name=name, real_name=name.title(), email=f"{name}@example.org", tz=zones.get(name, "America/Chicago"),
        guest="single" if name == "gil" else None, team_id=ELSEWHERE if name == "olga" else None,
    )  # fmt: skip
    return str(made["id"])
