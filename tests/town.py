"""A small collaborative at work: the practice Slack, the bot on its socket, and the people."""

import pickle
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Dialect, Engine
from sqlmodel import Session, col, select

from bot import app, settings
from bot.commands import manifest, setting_up
from bot.domain.collaborative_file import reader
from bot.kit import Kit
from bot.outbox import Letter
from bot.running import Running, opened
from bot.sandbox.server import Running as PracticeSlack
from bot.sending import gates
from bot.sending.posting import NOT_RENDERED
from bot.statements import Prepared
from bot.studio import Studio
from bot.templates import Templates
from jobs import uptime as uptime_job
from tests import databases, statements_made
from tests.personas import Control, Persona

SMALL_TOWN = (Path(__file__).parent / "small_town.yaml").read_text(encoding="utf-8")
Stage = Literal["empty", "loaded", "launched"]
MEMORY = Path("/dev/shm")  # databases of tests that don't test durability
PEOPLE = ("pru", "imani", "tobias", "ana", "ben", "gil", "olga", "cleo")
ELSEWHERE = "T0OTHER"
TEMPLATES = Templates()  # compiled once a process, as the bot does
STATEMENTS: dict[str, tuple[Dialect, dict[Any, Any]]] = {}  # likewise: how they begin → what was compiled for it
UNSPEAKABLE = Prepared(select(col(Letter.message)).where(col(Letter.problem) == NOT_RENDERED))
IN_THE_PICTURE = (
    "users",
    "channels",
    "direct",
    "views",
    "stacks",
    "homes",
    "files",
    "app",
    "count",
    "calls",
    "posts",
    "version",
)
NOW = "2026-02-02T15:00:00+00:00"  # a Monday, nine in the morning in Chicago


class Kept(Studio):
    """Draws for all towns of a process: what draws takes seconds to load."""

    def close(self) -> None:
        """It stays for the next town."""


STUDIO = Kept()


class Counting(ThreadPoolExecutor):
    """Runs what people did or what comes after its ack, and knows when all of it is done."""

    def __init__(self) -> None:
        super().__init__(8)
        self._running: list[Future[Any]] = []
        self._noting = threading.Lock()  # what was handed in is seen by `rest`, however fast it is done

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._noting:
            future = super().submit(fn, *args, **kwargs)
            self._running.append(future)
        return future

    def rest(self) -> None:
        """Wait until nothing is left to run; what went wrong in it is raised here."""
        while True:
            with self._noting:
                if not self._running:
                    return
                future = self._running.pop()
            future.result()


class Bot:
    """The bot on its socket, without its alarm clock: what is due is sent when a test asks."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        kit.deliveries, kit.executor, kit.opening = self._work = Counting(), Counting(), Counting()
        self.running = Running(kit, gates.UNPACED)

    def start(self) -> None:
        assert self.running.identify()
        assert self.running.connect()

    def settle(self) -> None:
        """Let it finish what follows an ack, and say everything that is due now."""
        for work in self._work:
            work.rest()
        self.running.sender.drain()
        with self.kit.store.reading() as session:
            unspeakable = UNSPEAKABLE.rows(session)
        assert not unspeakable, f"{unspeakable} could not be put into words; the log has why"

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
    practice: PracticeSlack

    def load(self, text: str = SMALL_TOWN, *, launch: bool = False) -> list[str]:
        """Load a collaborative file, and let the bot carry out what follows."""
        store = setting_up.load_and_launch if launch else setting_up.load
        said = store(self.kit.store, reader.read(text, "small_town.yaml"), now=self.kit.now())
        self.bot.tick()
        return said

    def turn_clock(self, to: datetime) -> None:
        """Set the practice Slack's clock, which the bot follows."""
        self.slack.post("clock", now=to.isoformat())
        self.kit.slack.call("auth.test")

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.turn_clock(self.kit.now() + timedelta(**time))

    def is_down(self, time: timedelta) -> None:
        """The bot stops, and one that remembers nothing but the record begins so much later."""
        uptime_job.beat(self.kit)
        self.kit.beat_at = 0.0
        self.turn_clock(self.kit.now() + time)
        uptime_job.beat(self.kit)

    @contextmanager
    def record(self) -> Iterator[Session]:
        """Look into the database."""
        with self.kit.store.reading() as session:
            yield session


@contextmanager
def built(*, url: str | None = None, launched: bool = True, at: str = NOW) -> Iterator[Town]:
    """A town of eight: gil is a single-channel guest, olga is of another workspace, both in Alder & Main.

    The first of its sort in a process is founded by the bot itself; the next ones on SQLite are copies of that one.
    """
    stage: Stage = "launched" if launched else "loaded"
    if url is not None:
        with _founded(url, stage, at) as town:
            yield town
        return
    with asleep(stage=stage, at=at) as here, _at_work(here.practice, here.database, here.users) as town:
        yield town


@contextmanager
def before_loading(at: str = NOW) -> Iterator[Town]:
    """The people are in Slack and the bot is at work, but nobody has loaded a collaborative yet."""
    with asleep(stage="empty", at=at) as here, _at_work(here.practice, here.database, here.users) as town:
        yield town


@dataclass(frozen=True)
class Asleep:
    """A town whose bot isn't running: Slack, the record, and who is who."""

    practice: PracticeSlack
    database: str
    users: dict[str, str]

    def environment(self) -> dict[str, str]:
        """What a bot in a process of its own has to be told."""
        return {
            "SLACK_API_URL": f"{self.practice.url}/api/", "SLACK_BOT_TOKEN": "xoxb-town-bot",
            "SLACK_APP_TOKEN": "xapp-town-app", "ALLTEACH_DATABASE_URL": self.database, "ALLTEACH_CLOCK": "slack",
            "ALLTEACH_SEND_TIMEOUT": "2", "ALLTEACH_SETTLE": "2", "ALLTEACH_LEASE": "5",
        }  # fmt: skip


@contextmanager
def asleep(*, stage: Stage = "launched", at: str = NOW) -> Iterator[Asleep]:
    """A town that nobody keeps, for a bot or a command of its own."""
    picture = _picture(stage, at)
    with _folder() as folder, PracticeSlack() as practice:
        (folder / "town.db").write_bytes(picture.record)
        practice.world.__dict__.update(pickle.loads(picture.slack))
        practice.world.limits.on, practice.world.limits.file_seconds = False, 0.0
        practice.world.clock.turn(picture.taken)
        with databases.kept(folder / "town.db") as database:
            yield Asleep(practice, database, picture.users)


@dataclass(frozen=True)
class Picture:
    """A founded town at rest: what Slack holds, what the record holds, and who is who."""

    users: dict[str, str]
    slack: bytes
    record: bytes
    taken: datetime


@cache
def _picture(stage: Stage, at: str) -> Picture:
    with _folder() as folder, statements_made.by_no_test():
        with _founded(f"sqlite:///{folder}/town.db", stage, at) as town:
            users = {name: person.user for name, person in town.people.items()}
            world = town.practice.world
        kept = pickle.dumps({name: getattr(world, name) for name in IN_THE_PICTURE})
        return Picture(users, kept, (folder / "town.db").read_bytes(), world.clock.now())


@contextmanager
def _founded(url: str, stage: Stage, at: str) -> Iterator[Town]:
    """Founded as any collaborative is: people come to Slack, the file is loaded and launched, and the bot ticks."""
    with PracticeSlack(at=datetime.fromisoformat(at)) as practice:
        control = Control(practice.url)
        control.post("limits", on=False)
        control.post("app", manifest=manifest.manifest())
        users = {name: _moved_in(control, name) for name in PEOPLE}
        control.post("channels", name="team-alder", private=True, members=[users["gil"], users["olga"], "UALLTEACH"])
        control.close()
        with _at_work(practice, url, users) as town:
            if stage != "empty":
                town.load(launch=stage == "launched")
            yield town


@contextmanager
def kept(here: Asleep) -> Iterator[Town]:
    """A town asleep that is kept for a while."""
    with _at_work(here.practice, here.database, here.users) as town:
        yield town


@contextmanager
def _at_work(practice: PracticeSlack, database: str, users: dict[str, str]) -> Iterator[Town]:
    """The bot on its socket, with the people around it."""
    control = Control(practice.url)
    kit = warm(
        SLACK_API_URL=f"{practice.url}/api/", SLACK_BOT_TOKEN="xoxb-town", SLACK_APP_TOKEN="xapp-town",
        ALLTEACH_DATABASE_URL=database, ALLTEACH_CLOCK="slack",
        ALLTEACH_SEND_TIMEOUT=2, ALLTEACH_SETTLE=2, ALLTEACH_LEASE=5,
    )  # fmt: skip
    bot = Bot(kit)
    try:
        bot.start()
        people = {name: Persona(name, user, control, bot.settle) for name, user in users.items()}
        yield Town(control, bot, kit, people, practice)
    finally:
        bot.stop()
        control.close()


def warm(**environment: Any) -> Kit:
    """A kit that has what earlier ones of this process compiled and loaded, as in a bot that has run for a while."""
    return warmed(opened(settings.read(**environment)))


def warmed(kit: Kit) -> Kit:
    """The same kit, with that."""
    kit.templates, kit.studio = TEMPLATES, STUDIO
    with kit.store.reading() as reading, kit.store.rehearsal() as writing:
        _knows("reads", reading.connection().engine)
        _knows("writes", writing.connection().engine)
    return kit


def _knows(what: str, engine: Engine) -> None:
    kind = f"{engine.dialect.name} {what}"
    if kind not in STATEMENTS:
        statements_made.note(engine.dialect)
        STATEMENTS[kind] = (engine.dialect, {})
    dialect, compiled = STATEMENTS[kind]
    engine.dialect = dialect
    engine.update_execution_options(compiled_cache=compiled)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for a database, in memory where the machine has such a place."""
    with tempfile.TemporaryDirectory(prefix="town-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def _moved_in(control: Control, name: str) -> str:
    zones = {
        "pru": "America/New_York",
        "imani": "America/New_York",
        "tobias": "Europe/Stockholm",
        "cleo": "America/Denver",
    }
    made = control.post(
        "users", id="U0OLGA" if name == "olga" else None, name=name, real_name=name.title(),
        email=f"{name}@example.org",
        tz=zones.get(name, "America/Chicago"), guest="single" if name == "gil" else None,
        team_id=ELSEWHERE if name == "olga" else None,
    )  # fmt: skip
    return str(made["id"])
