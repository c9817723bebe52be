"""`allteach demo`: a practice Slack in the browser, with the Open Door example collaborative running in it."""

import logging
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
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
from bot.running import Running, keep_what_is_here, using
from bot.sending import gates
from bot.year import kept, playing, story

OPEN_DOOR = Path(__file__).parent.parent / "open_door.yaml"
BOT_USER = "UALLTEACH"
OPENS = datetime.combine(date(2026, 2, 1), time(12, 5))  # a Sunday of Open Door's year: on Monday teams are asked
PLAYED = date(2026, 2, 3)  # whoever comes before that begins with nothing done yet
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
    _must_be_of_its_year(file, instant := _instant(file, at))
    try:
        day = _played(file, instant, stopping) if instant.date() >= PLAYED else None
    except playing.Broken:
        return
    with (
        tempfile.TemporaryDirectory(prefix="allteach-demo-") as folder,
        _practice_slack(port, instant, day / kept.SLACK if day else None) as url,
        using(_practicing(url, _with_record(folder, day))) as kit,
    ):
        practice = Practice(url)
        first = practice.goes_on() if day else practice.settle_in(file)
        bot = Running(kit, gates.UNPACED)
        keep_what_is_here()
        bot.identify()
        if day is None:
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

    def keep(self) -> bytes:
        """Everything in it, to begin with again."""
        kept: bytes = self._pool.request("POST", f"{self._url}/practice/keep").data
        return kept

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

    def goes_on(self) -> str:
        """The people are there already; returns whom to be first."""
        self.post("limits", on=False)
        users = self._pool.request("GET", f"{self._url}/practice/state").json()["users"]
        return next(str(one["id"]) for one in users if one["email"] == FIRST)


def _played(file: CollaborativeFile, at: datetime, stopping: threading.Event) -> Path:
    """The folder with the record and the Slack of that day of the year."""
    if not kept.is_there(at):
        begins, folder = kept.before(at) or (playing.opens(file), None)
        print(
            f"Open Door is played{' on' if folder else ''} from {begins:%-d %B %Y} to {at:%-d %B %Y}: some seconds a "
            "month, on a busy machine up to a minute. The next time that day is there at once.",
            flush=True,
        )  # fmt: skip
    return kept.of_day(at, lambda folder: _play(file, at, folder, stopping))


def _play(file: CollaborativeFile, at: datetime, folder: Path, stopping: threading.Event) -> None:
    """From the launch, or from the newest day before that one which was kept."""
    begins, before = kept.before(at) or (playing.opens(file), None)
    if before:
        shutil.copytree(before, folder, dirs_exist_ok=True)
    with _practice_slack(any_port(), begins, before / kept.SLACK if before else None) as url:
        practice = Practice(url)
        if before is None:
            practice.settle_in(file)
        practice.post("limits", on=False, file_seconds=0.0)  # months go by in a minute; a picture is there at once
        with using(_practicing(url, str(folder))) as kit:
            bot = Running(kit, gates.UNPACED)
            keep_what_is_here()
            bot.identify()
            if before is None:
                playing.launch(kit, bot, file)
            playing.Play(kit, bot, file, practice.post).until(at, stopping, _months(begins, at))
        (folder / kept.SLACK).write_bytes(practice.keep())


def _months(first: datetime, last: datetime) -> Callable[[datetime], None]:
    """Says which month the play has come to, and how many there are: whoever waits sees that it goes on."""
    every = [f"{month:%B %Y}" for month in story.months(first.date(), 24) if month <= last.date()]
    said: set[str] = set()

    def tell(moment: datetime) -> None:
        month = f"{moment:%B %Y}"
        if month in every and month not in said:
            said.add(month)
            print(f"  {month} ({every.index(month) + 1} of {len(every)})", flush=True)

    return tell


def _with_record(folder: str, day: Path | None) -> str:
    """The folder with a copy of that day's record in it."""
    if day:
        shutil.copy(day / kept.RECORD, folder)
    return folder


def any_port() -> int:
    """One that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


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


def _must_be_of_its_year(file: CollaborativeFile, instant: datetime) -> None:
    """Before it nobody is launched, and after it nobody is asked anything."""
    first, last = story.told().launched, file.collaborative.ends
    if not first <= instant.date() <= (last or instant.date()):
        raise BotError(
            f"{instant:%-d %B %Y} isn't a day of Open Door's year, which goes from {first:%-d %B %Y} to "
            f"{last:%-d %B %Y}. Choose one of those, such as: allteach demo --at 2026-06-18"
        )


def _practicing(url: str, folder: str) -> settings.Settings:
    return settings.read(
        SLACK_API_URL=f"{url}/api/", SLACK_BOT_TOKEN="xoxb-practice", SLACK_APP_TOKEN="xapp-practice",
        ALLTEACH_DATABASE_URL=f"sqlite:///{folder}/practice.db", ALLTEACH_CLOCK="slack",
    )  # fmt: skip


@contextmanager
def _practice_slack(port: int, at: datetime, slack: Path | None = None) -> Iterator[str]:
    """The practice Slack in a process of its own, on this machine only; should we be killed, it goes too."""
    command = [sys.executable, "-m", "bot.sandbox", "--attended", "--port", str(port), "--at", at.isoformat()]
    command += ["--kept", str(slack)] if slack else []
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
