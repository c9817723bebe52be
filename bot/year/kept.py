"""The record and the Slack of a day of the year: played once, and from then on kept for whoever comes back to it."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import bot

ROOMS = ("bot", "handlers", "jobs", "templates")
SHELF = Path(".cache") / "allteach"  # of one's own home
MEMORY = Path("/dev/shm")  # where nothing waits for a disk
RECORD, SLACK = "practice.db", "slack"


def of_day(at: datetime, play: Callable[[Path], None]) -> Path:
    """The folder with that day; `play` fills one where there is none of this version yet."""
    shelf = _shelf()
    folder = shelf / f"{at:%Y-%m-%dT%H%M}"
    if not folder.is_dir():
        shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="allteach-year-") as played,
            tempfile.TemporaryDirectory(dir=shelf, prefix="new-") as new,
        ):
            play(Path(played))
            shutil.copytree(played, Path(new) / "day")
            (Path(new) / "day").rename(folder)
        _tidy(shelf)
    return folder


def is_there(at: datetime) -> bool:
    """Whether that day was played by this version."""
    return (_shelf() / f"{at:%Y-%m-%dT%H%M}").is_dir()


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
    """Days of other versions are of no use any more."""
    for other in shelf.parent.glob("year-*"):
        if other != shelf:
            shutil.rmtree(other, ignore_errors=True)
