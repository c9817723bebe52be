"""The command line as an operator has it: a process of its own, an environment of its own, and what it prints.

Commands that end by themselves are forked from a process that has imported the bot; others begin from nothing.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.__main__ import main

ROOT = Path(__file__).parent.parent
MEMORY = Path("/dev/shm")  # where a slow disk makes nothing wait that isn't about disks
PATIENCE = 50.0  # seconds until a process counts as stuck, on the busiest machine
WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(
    [
        "bot.commands.charting",
        "bot.commands.doctor",
        "bot.gallery",
        "bot.running",
        "bot.commands.setting_up",
        "bot.commands.ticking",
    ]
)


def environment(**values: str) -> dict[str, str]:
    """The environment of this test run without anything of ours in it but `values`; temporary files lie in memory."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("ALLTEACH_", "SLACK_"))}
    memory = {"TMPDIR": str(MEMORY)} if MEMORY.is_dir() else {}
    return {**others, **memory, "PYTHONPATH": str(ROOT), **values}


def allteach(*words: str, at: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Run one command in the folder `at` to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = WARM.Process(target=_command, args=(words, at, environment(**values), out, err))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
        process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(words, process.exitcode, out.read_text(), err.read_text())


def _command(words: tuple[str, ...], at: Path, values: dict[str, str], *printed: Path) -> None:
    """Be a new `python -m bot`, in a child that has imported most of it."""
    os.chdir(at)
    os.environ.clear()
    os.environ.update(values)
    sys.stdout, sys.stderr = (path.open("w", encoding="utf-8") for path in printed)
    os.dup2(sys.stdout.fileno(), 1)
    os.dup2(sys.stderr.fileno(), 2)
    sys.argv = ["bot", *words]
    main()


class Process:
    """A command that goes on until it is told to stop; what it prints is kept as it comes."""

    def __init__(self, words: tuple[str, ...], at: Path, values: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words], cwd=at, env=environment(**values), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.pid = self._process.pid
        self.out: list[str] = []
        self.err: list[str] = []
        self._news = threading.Condition()
        self._ended = 0
        self._readers = [
            threading.Thread(target=self._read, args=[pipe, kept])
            for pipe, kept in ((self._process.stdout, self.out), (self._process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def waits_for(self, words: str) -> str:
        """The first line of either that has these words; it is stuck when for long it says nothing at all."""
        with self._news:
            while not self._found(words) and self._ended < 2 and self._news.wait(PATIENCE):
                pass
        line = self._found(words)
        assert line, f"it never said {words!r}:\n{''.join(self.out)}{''.join(self.err)}"
        return line

    def tell(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def ends(self) -> int:
        """Its exit code, once it has ended by itself."""
        code = self._process.wait(PATIENCE)
        for reader in self._readers:
            reader.join()
        return code

    def give_up(self) -> None:
        """Make sure that nothing is left of it."""
        if self._process.poll() is None:
            self._process.kill()
        self.ends()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe
            pipe.close()

    def _read(self, pipe: Iterator[str], kept: list[str]) -> None:
        for line in pipe:
            with self._news:
                kept.append(line)
                self._news.notify_all()
        with self._news:
            self._ended += 1
            self._news.notify_all()

    def _found(self, words: str) -> str | None:
        return next((line for line in (*self.out, *self.err) if words in line), None)


@contextmanager
def going(*words: str, at: Path, **values: str) -> Iterator[Process]:
    """A command that goes on for as long as the block lasts, or ends in it."""
    process = Process(words, at, values)
    try:
        yield process
    finally:
        process.give_up()
