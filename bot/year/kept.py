"""The record and the Slack of a day of the year: played once, and from then on kept for whoever comes back to it."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import bot
from bot.errors import BotError

ROOMS = ("bot", "handlers", "jobs", "templates")
ENOUGH = 500_000_000  # bytes that a play may take there
NEW = "new-"  # how a folder begins that a day is being put into
A_WHILE = 3600.0  # seconds in which every play is over
SHELF = Path(".cache") / "allteach"  # of one's own home
OTHERS = 3  # versions whose days stay beside those of this one: each checkout has its own
MEMORY = Path("/dev/shm")  # where nothing waits for a disk
RECORD, SLACK = "practice.db", "slack"
NAMED = "%Y-%m-%dT%H%M"


def of_day(at: datetime, play: Callable[[Path], None]) -> Path:
    """The folder with that day; `play` fills one where there is none of this version yet."""
    shelf = _shelf()
    folder = shelf / at.strftime(NAMED)
    if not folder.is_dir():
        with (
            _room(shelf) as new,
            tempfile.TemporaryDirectory(dir=_memory(), prefix="allteach-year-") as played,
        ):
            play(Path(played))
            shutil.copytree(played, Path(new) / "day")
            _put(Path(new) / "day", folder)
        _tidy(shelf)
    return folder


def is_there(at: datetime) -> bool:
    """Whether that day was played by this version."""
    return (_shelf() / at.strftime(NAMED)).is_dir()


def before(at: datetime) -> tuple[datetime, Path] | None:
    """The newest day before that one which this version played, and its folder, for a play to go on from."""
    earlier = [one for one in _shelf().glob("????-??-??T????") if one.name < at.strftime(NAMED)]
    if not earlier:
        return None
    newest = max(earlier, key=lambda one: one.name)
    return datetime.strptime(newest.name, NAMED).replace(tzinfo=at.tzinfo), newest


def _room(shelf: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder to put a day into. Raises BotError where nobody can write."""
    try:
        shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tempfile.TemporaryDirectory(dir=shelf, prefix=NEW)
    except OSError as error:
        raise BotError(
            f"A day that was played is kept in {shelf}, and nothing can be written there ({error.strerror}). "
            "Give HOME a folder of your own, or leave --at away: the demo's first day needs none."
        ) from None


def _memory() -> Path | None:
    """Where it is played: in memory, as long as there is enough of it."""
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if there else None


def _put(day: Path, folder: Path) -> None:
    """It is the same day where somebody else put it there meanwhile."""
    try:
        day.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _shelf() -> Path:
    return Path.home() / SHELF / f"year-{_version()}"


def _version() -> str:
    """Every change of ours may make another year."""
    ours, sign = Path(bot.__file__).parent.parent, hashlib.sha256()
    for room in ROOMS:
        for file in sorted((ours / room).rglob("*.*")):
            if file.suffix in (".py", ".yaml", ".j2"):
                sign.update(file.read_bytes())
    return sign.hexdigest()[:12]


def _tidy(shelf: Path) -> None:
    """Days of versions that nobody has come back to for long go, but for one that is played just now."""
    others = [one for one in shelf.parent.glob("year-*") if one != shelf]
    for other in sorted(others, key=_changed, reverse=True)[OTHERS:]:
        if not _is_played(other):
            shutil.rmtree(other, ignore_errors=True)


def _changed(shelf: Path) -> float:
    """When a day was last put there."""
    try:
        return shelf.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_played(shelf: Path) -> bool:
    """Whether somebody is about to put a day there; what a play left that was killed is older."""
    try:
        return any(one.stat().st_mtime > time.time() - A_WHILE for one in shelf.glob(f"{NEW}*"))
    except FileNotFoundError:
        return True  # just now it was put there
