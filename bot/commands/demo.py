"""`allteach demo`: a practice Slack in the browser, with the Open Door example collaborative running in it."""

import logging
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import urllib3

from bot import app, logs, settings
from bot.commands import manifest, setting_up
from bot.domain.collaborative_file import reader
from bot.domain.collaborative_file.shapes import CollaborativeFile, MemberEntry, StaffEntry
from bot.errors import BotError
from bot.running import Running, using
from bot.sending import gates

OPEN_DOOR = Path(__file__).parent.parent / "open_door.yaml"
BOT_USER = "UALLTEACH"
OPENS = datetime.combine(date(2026, 2, 1), time(12, 5))  # a Sunday of Open Door's year: on Monday teams are asked
FIRST = "ana@example.org"  # whom the link opens as
GUESTS = frozenset({"paloma@example.org"})  # single-channel guests: they see their team's channel and nothing else
OTHER_WORKSPACE = {"winona@example.org": "T0OTHER"}  # in their team's channel through Slack Connect
LAST_PORT = 65_535
PATIENCE = 15.0  # seconds for the practice Slack to answer


def run(port: int, at: datetime | None, stopping: threading.Event, *, open_browser: bool) -> None:
    """Start both, print one link once everything is there, and stop cleanly."""
    _must_be_free(port)
    logs.configure(logging.WARNING)  # a terminal that somebody reads stays calm
    file = reader.open_file(OPEN_DOOR)
    with (
        _practice_slack(port, _instant(file, at)) as url,
        tempfile.TemporaryDirectory(prefix="allteach-demo-") as folder,
        using(_practicing(url, folder)) as kit,
    ):
        first = Practice(url).settle_in(file)
        bot = Running(kit, gates.UNPACED)
        bot.identify()
        setting_up.load_and_launch(kit.store, file, now=kit.now())
        app.tick(kit)  # the channels and the people in them are there before anybody looks,
        bot.sender.drain()  # and so are the cards and the welcomes
        bot.start(stopping)
        link = f"{url}/?user={first}"
        print(f"Allteach is running in a practice Slack. Open {link}")
        print(f"Until it stops its record is {kit.settings.database_url}\nStop it with Ctrl-C.", flush=True)
        if open_browser and settings.has_a_screen():
            webbrowser.open(link)
        stopping.wait()
        bot.stop()


class Practice:
    """The practice Slack's own controls: who is there, which channels, which app."""

    def __init__(self, url: str) -> None:
        """`url` is where it listens."""
        self._url = url
        self._pool = urllib3.PoolManager()

    def post(self, what: str, **values: Any) -> dict[str, Any]:
        """Set something up."""
        answer: dict[str, Any] = self._pool.request("POST", f"{self._url}/practice/{what}", json=values).json()
        return answer

    def settle_in(self, file: CollaborativeFile) -> str:
        """Let the file's people into the workspace, two of them as guests; returns whom to be first."""
        self.post("limits", on=False)
        self.post("app", manifest=manifest.manifest())
        ids = {}
        for member, zone in _everybody(file):
            made = self.post(
                "users", id=member.slack, email=member.email, real_name=member.name, tz=zone,
                team_id=OTHER_WORKSPACE.get(str(member.email)), guest="single" if member.email in GUESTS else None,
            )  # fmt: skip
            ids[str(member.email)] = str(made["id"])
        for team in file.teams:
            outsiders = [ids[str(one.email)] for one in team.members if one.email in (*GUESTS, *OTHER_WORKSPACE)]
            if outsiders:
                self.post("channels", name=team.channel_name, private=True, members=[*outsiders, BOT_USER])
        return ids[FIRST]


def _everybody(file: CollaborativeFile) -> Iterator[tuple[StaffEntry | MemberEntry, str]]:
    for person in file.people:
        yield person, file.collaborative.timezone
    for team in file.teams:
        for member in team.members:
            yield member, team.timezone or file.collaborative.timezone


def _instant(file: CollaborativeFile, at: datetime | None) -> datetime:
    """A day begins at nine where the collaborative is; an hour is an hour there."""
    local = at or OPENS
    local = local.replace(hour=9) if local.time() == time.min else local
    return local.replace(tzinfo=ZoneInfo(file.collaborative.timezone))


def _practicing(url: str, folder: str) -> settings.Settings:
    return settings.read(
        SLACK_API_URL=f"{url}/api/", SLACK_BOT_TOKEN="xoxb-practice", SLACK_APP_TOKEN="xapp-practice",
        ALLTEACH_DATABASE_URL=f"sqlite:///{folder}/practice.db", ALLTEACH_CLOCK="slack",
    )  # fmt: skip


@contextmanager
def _practice_slack(port: int, at: datetime) -> Iterator[str]:
    """The practice Slack in a process of its own, on this machine only; should we be killed, it goes too."""
    command = [sys.executable, "-m", "bot.sandbox", "--attended", "--port", str(port), "--at", at.isoformat()]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )  # Ctrl-C is ours: the bot stops before its Slack does
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)
        assert process.stdin
        process.stdin.close()


def _must_be_free(port: int) -> None:
    """Another server there would answer in our Slack's stead."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise BotError(
                f"Port {port} can't be used here: something else listens there, or it isn't ours to use. "
                f"Choose another: allteach demo --port {port + 1 if port < LAST_PORT else 3000}"
            ) from None


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    pool = urllib3.PoolManager(retries=False)
    patience = monotonic() + PATIENCE
    while monotonic() < patience and process.poll() is None:
        try:
            pool.request("GET", f"{url}/practice/calls", timeout=1.0)
            return
        except urllib3.exceptions.HTTPError:
            threading.Event().wait(0.02)
    raise BotError(f"The practice Slack did not start on {url}. What it said stands above.")
