"""The processes that are measured, and what the system says about them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """One measured process."""

    def __init__(self, *command: str, log: Path, environment: Mapping[str, str] | None = None) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env={**os.environ, **(environment or {})},
                stderr=errors,
                stdout=errors,
            )

    def cpu(self) -> float:
        """Seconds of processor time it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Resident megabytes."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def signal(self, number: int) -> None:
        """Tell it something."""
        self._process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM; returns its exit code."""
        self._process.terminate()
        return self._process.wait(30)


def go_first() -> None:
    """Let the one who measures run when it wants to, where the system allows it, so that it isn't what is measured."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def wait_to_be_stopped() -> None:
    """Until SIGTERM; other signals are answered meanwhile."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stopping.set())
    while not stopping.wait(60):
        pass
