"""`allteach run`: one process on one record, from the first look at Slack to the last letter in flight."""

import fcntl
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import structlog
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot import app, gates, roster, schema
from bot.clock import clock
from bot.domain.collaboratives import Workspace
from bot.errors import BotError
from bot.kit import Kit
from bot.settings import Settings
from bot.slack import Slack, SlackTrouble
from bot.store import Store
from bot.templates import Templates

log = structlog.get_logger()
LONGEST_WAIT = 30.0
PING = 3  # seconds; a socket that answers none of four is opened anew


def opened(settings: Settings) -> Kit:
    """The kit on the settings' record, brought to this version's shape."""
    store = Store(settings.database_url)
    schema.upgrade(store)
    slack = Slack(settings.api_url, settings.bot_token.get_secret_value(), timeout=settings.send_timeout)
    return Kit(settings=settings, store=store, templates=Templates(), slack=slack, now=clock(settings, slack))


def run(settings: Settings) -> None:
    """Connect and work until SIGTERM or Ctrl-C, then finish what is in flight."""
    stopping = stop_on_signals()
    with alone(settings):
        kit = opened(settings)
        bot = Running(kit)
        bot.start(stopping)
        stopping.wait()
        bot.stop()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping


class Running:
    """The bot at work: a socket to Slack, a sender, and an alarm clock."""

    def __init__(self, kit: Kit, pace: gates.Pace | None = None) -> None:
        """Put the parts together; nothing moves yet."""
        self.kit = kit
        self._identity: Workspace | None = None
        self.app = app.build(kit, self._known_identity)
        self.sender = app.sender(kit, pace)
        self._scheduler = app.schedule(kit, self.sender)
        self._socket = SocketModeHandler(self.app, kit.settings.app_token.get_secret_value(), ping_interval=PING)

    def start(self, stopping: threading.Event) -> None:
        """Learn who we are (from Slack, else from the record), open the socket, start sending and ticking."""
        _until(self.identify, stopping, "slack.not_there_yet")
        if stopping.is_set():
            return
        _until(self.connect, stopping, "socket.not_there_yet")
        self.sender.start()
        self._scheduler.start()
        assert self._identity is not None
        log.info(
            "running", workspace=self._identity.name, slack=self.kit.settings.api_url, record=str(self.kit.store.url)
        )

    def stop(self) -> None:
        """Take nothing new, finish what is in flight, let go of everything."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        _hang_up(self._socket.client)
        self.sender.stop()
        self.kit.executor.shutdown(wait=True)
        self.kit.slack.close()
        self.kit.store.close()
        log.info("stopped")

    def connected(self) -> bool:
        """Whether the socket stands."""
        return bool(self._socket.client.is_connected())

    def identify(self) -> bool:
        """Ask Slack who we are, or remember it; False where neither knows."""
        try:
            told = self.kit.slack.call("auth.test")
        except SlackTrouble as trouble:
            with self.kit.store.reading() as session:
                self._identity = roster.workspace(session)
            log.warning("slack.unreachable", reason=str(trouble))
            return self._identity is not None
        with self.kit.store.transaction() as session:
            self._identity = roster.remember(session, told, self.kit.now())
        return True

    def connect(self) -> bool:
        """Open the socket; False where Slack isn't there yet."""
        try:
            self._socket.connect()
        except (SlackApiError, OSError) as trouble:
            log.warning("socket.refused", reason=str(trouble).splitlines()[0][:200])
            return False
        return True

    def _known_identity(self) -> Workspace:
        if self._identity is None:
            raise BotError("Allteach has not reached Slack yet. Please try again in a minute.")
        return self._identity


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One running bot on one SQLite file; the lock is the operating system's, so a killed bot leaves none behind."""
    path = Store(settings.database_url).path
    if path is None:
        yield
        return
    with path.with_name(f"{path.name}.run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BotError(
                f"Allteach is already running on {path.name}. Stop that one first, or use another database."
            ) from None
        yield


def _hang_up(client: SocketModeClient) -> None:
    """Let what is being answered be answered, then close; its own way drops the answers and waits out two time-outs."""
    client.closed = True
    client.auto_reconnect_enabled = False
    client.enqueue_message("{}")  # wakes the reader of the queue, which then sees that it is closed
    client.message_processor.shutdown()
    client.message_workers.shutdown()
    client.current_session_state.terminated = True
    line = client.current_session.sock if client.current_session else None
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # wakes the reader of the socket
    client.close()


def _until(done: Callable[[], bool], stopping: threading.Event, event: str) -> None:
    """Try until it is done, waiting a little longer each time."""
    wait = 0.5
    while not stopping.is_set() and not done():
        log.info(event, again_in=wait)
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)
