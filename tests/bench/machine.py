"""The machine a measurement ran on, and how quickly its disk keeps what it is told to keep."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from threading import Event

from bot.store import sqlite_driver


def name() -> str:
    """Processor, cores, memory, system and versions in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{package} {version(package)}" for package in ("slack-bolt", "slack-sdk", "SQLAlchemy"))
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, SQLite {sqlite_driver().sqlite_version}, {packages}"
    )


def load() -> str:
    """How busy the machine is with all that runs on it."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} in the last minute, {five:.1f} in the last five"


def disk(folder: Path) -> str:
    """The file system under a folder, as the system lists it."""
    mounts = [line.split()[:3] for line in Path("/proc/mounts").read_text().splitlines()]
    under = [mount for mount in mounts if folder.is_relative_to(mount[1])]
    device, place, kind = max(under, key=lambda mount: len(mount[1]))
    return f"{kind} on {device} ({place})"


def fdatasync(folder: Path, pause: float, times: int = 25) -> float:
    """Milliseconds until a page of four kilobytes is safe on the folder's disk: the median."""
    page = folder / "page"
    taken = []
    with page.open("wb", buffering=0) as file:
        for _ in range(times):
            Event().wait(pause)
            taken.append(_kept(file.fileno()))
    page.unlink()
    return median(taken) * 1000


def _kept(file: int) -> float:
    os.write(file, b"x" * 4096)
    began = time.perf_counter()
    os.fdatasync(file)
    return time.perf_counter() - began


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
