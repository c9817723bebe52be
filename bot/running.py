"""`allteach run`: one process on one record, from the first look at Slack to the last letter in flight."""

import fcntl
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot import app, drafting, roster, schema
from bot.clock import clock
from bot.domain.collaboratives import Workspace
from bot.errors import BotError
from bot.kit import Kit
from bot.link import NEW_TOKEN, Link
from bot.sending import gates, refusals
from bot.settings import Settings
from bot.slack import Declined, Slack, SlackTrouble
from bot.store import Store
from bot.templates import Templates

log = structlog.get_logger()
LONGEST_WAIT = 30.0


def opened(settings: Settings) -> Kit:
    """The kit on the settings' record, brought to this version's shape."""
    store = _store(settings)
    try:
        schema.upgrade(store)
    except Exception:
        store.close()
        raise
    slack = Slack(settings.api_url, settings.bot_token.get_secret_value(), timeout=settings.send_timeout)
    return Kit(settings=settings, store=store, templates=Templates(), slack=slack, now=clock(settings, slack))


@contextmanager
def using(settings: Settings) -> Iterator[Kit]:
    """The kit for one command; however that ends, no connection is left open."""
    kit = opened(settings)
    try:
        yield kit
    finally:
        kit.close()


def run(settings: Settings) -> None:
    """Connect and work until SIGTERM or Ctrl-C, then finish what is in flight."""
    settings.must_have_tokens("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    settings.must_not_rehearse()
    stopping = stop_on_signals()
    with alone(settings), using(settings) as kit:
        bot = Running(kit)
        keep_what_is_here()
        bot.start(stopping)
        stopping.wait()
        bot.stop()


def keep_what_is_here() -> None:
    """What is imported stays, and isn't looked through for garbage: each full look would stop us a quarter second."""
    gc.freeze()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM, Ctrl-C and the closing of the terminal set, however many of them come at once.

    The system may hand a signal to any thread, and Python's own handlers run in the main thread, which sleeps on where
    the others took all that came. What wakes ours is the byte that Python writes from whichever thread it was.
    """
    stopping, (told, tell) = threading.Event(), os.pipe()
    os.set_blocking(tell, False)

    def stop() -> None:
        os.read(told, 1)
        stopping.set()

    threading.Thread(target=stop, name="signals", daemon=True).start()
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
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
        self._link: Link | None = None

    def start(self, stopping: threading.Event) -> None:
        """Learn who we are (from Slack, else from the record), open the socket, start sending and ticking."""
        for done, event in ((self.identify, "slack.not_there_yet"), (self.connect, "socket.not_there_yet")):
            _until(done, stopping, event)
            if stopping.is_set():
                return
        self.sender.start()
        self._scheduler.start()
        assert self._identity is not None
        log.info("running", workspace=self._identity.name, slack=self.kit.settings.api_url, record=self.kit.store.place)

    def stop(self) -> None:
        """Take nothing new, finish what is in flight, let go of everything."""
        self.sender.claim_no_more()  # a Slack that keeps us waiting would keep the alarm clock at its work
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._link:
            self._link.hang_up()
        self.sender.stop()
        self.let_go()
        log.info("stopped")

    def let_go(self) -> None:
        """Write down what is still being typed, finish what follows acks, and let go of every connection."""
        self.kit.deliveries.shutdown()
        drafting.keep_waiting(self.kit)
        self.kit.close()

    def connected(self) -> bool:
        """Whether the socket stands."""
        return self._link is not None and bool(self._link.is_connected())

    def identify(self) -> bool:
        """Ask Slack who we are, or remember it; False where neither knows. Raises BotError for a token of no use."""
        try:
            told = self.kit.slack.call("auth.test")
        except SlackTrouble as trouble:
            if isinstance(trouble, Declined) and trouble.error in refusals.WORKSPACE:
                raise BotError(f"Slack doesn't take SLACK_BOT_TOKEN ({trouble.error}). {NEW_TOKEN}") from None
            log.warning("slack.unreachable", reason=str(trouble))
            with self.kit.store.reading() as session:
                self._identity = roster.workspace(session)
            return self._identity is not None
        with self.kit.store.transaction() as session:
            self._identity = roster.remember(session, told, self.kit.now())
        return True

    def connect(self) -> bool:
        """Open the socket; False where Slack isn't there yet. Raises BotError for a token of no use."""
        self._link = self._link or Link(self.kit, self.app)
        return self._link.open()

    def _known_identity(self) -> Workspace:
        if self._identity is None:
            raise BotError("Allteach has not reached Slack yet. Please try again in a minute.")
        return self._identity


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One running bot on one SQLite file; the lock is the operating system's, so a killed bot leaves none behind."""
    path = _store(settings).path
    if path is None:
        yield
        return
    file = path.with_name(f"{path.name}.run.lock")
    file.touch(0o600)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BotError(
                f"Allteach is already running on {path.name}. Stop that one first, or use another database."
            ) from None
        yield


def _store(settings: Settings) -> Store:
    try:
        return Store(settings.database_url)
    except OSError as error:
        raise BotError(
            f"The database {error.filename} can't be opened ({error.strerror}). "
            "Does its folder exist, and may Allteach write there?"
        ) from None


def _until(done: Callable[[], bool], stopping: threading.Event, event: str) -> None:
    """Try until it is done, waiting a little longer each time."""
    wait = 0.5
    while not stopping.is_set() and not done():
        log.info(event, again_in=wait)
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)
