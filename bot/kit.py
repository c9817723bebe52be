"""The one thing that is injected: everything a handler or a job needs, and nothing global."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.privacy import Known
from bot.settings import Settings
from bot.slack import Slack, SlackTrouble
from bot.store import Store
from bot.studio import Studio
from bot.templates import Templates

log = structlog.get_logger()


class Words:
    """What people wrote in plain words, held in memory until it is back in Slack, and never anywhere else."""

    def __init__(self, most: int = 500) -> None:
        self._held: OrderedDict[str, str] = OrderedDict()
        self._most = most

    def hold(self, key: str, text: str) -> None:
        """Keep the newest few; the oldest give way."""
        self._held[key] = text
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def held(self, key: str) -> str:
        """The words, or nothing after a restart."""
        return self._held.get(key, "")


class Typing:
    """Forms in which somebody is typing: the newest state of each, until it is written down."""

    def __init__(self, pause: float = 2.0) -> None:
        """A form's draft is written at most once in `pause` seconds."""
        self._pause = pause
        self._written: OrderedDict[str, float] = OrderedDict()
        self._typed_last: OrderedDict[str, float] = OrderedDict()
        self._waiting: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def may_write(self, view_id: str, body: dict[str, Any]) -> bool:
        """Whether this state may be written now; otherwise it waits for `waiting`, or is older than one that came."""
        now = time.monotonic()
        typed_at = float(body["actions"][0].get("action_ts") or 0)
        with self._lock:
            if typed_at < self._typed_last.get(view_id, 0.0):
                return False
            _note_newest(self._typed_last, view_id, typed_at)
            if now - self._written.get(view_id, -self._pause) < self._pause:
                self._waiting[view_id] = body
                return False
            self._waiting.pop(view_id, None)
            _note_newest(self._written, view_id, now)
            return True

    def waiting(self) -> list[dict[str, Any]]:
        """The states that waited, handed out once."""
        with self._lock:
            waiting = list(self._waiting.values())
            self._waiting.clear()
            return waiting

    def wait_again(self, body: dict[str, Any]) -> None:
        """It could not be written down now; what was typed since goes before it."""
        with self._lock:
            self._waiting.setdefault(str(body["view"]["id"]), body)

    def forget(self, view_id: str) -> None:
        """The form was sent or closed."""
        with self._lock:
            self._waiting.pop(view_id, None)


def _note_newest(of_views: "OrderedDict[str, float]", view_id: str, instant: float) -> None:
    """Keep it for the thousand views that were typed in last."""
    of_views[view_id] = instant
    of_views.move_to_end(view_id)
    while len(of_views) > 1000:
        of_views.popitem(last=False)


def _nowhere(payload: dict[str, Any]) -> None:
    """Until an app is built there is nobody to hand an event to."""


@dataclass
class Kit:
    """The record, the words, Slack and the time, as one process has them."""

    settings: Settings
    store: Store
    templates: Templates
    slack: Slack
    now: Callable[[], datetime]
    words: Words = field(default_factory=Words)
    known: dict[int, tuple[float, Known]] = field(default_factory=dict)  # see bot.guard.known
    dnd: dict[str, tuple[float, tuple[float, float]]] = field(default_factory=dict)  # see bot.sending.dnd
    beat_at: float = 0.0  # see jobs.uptime
    reports_at: datetime | None = None  # see jobs.team_reports
    typing: Typing = field(default_factory=Typing)
    hand_in: Callable[[dict[str, Any]], None] = _nowhere  # a payload to the app's listeners, as if Slack sent it
    studio: Studio = field(default_factory=Studio)
    deliveries: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(20, thread_name_prefix="delivery")
    )
    executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, thread_name_prefix="after-ack"))
    opening: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, thread_name_prefix="opening"))

    def after_ack(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Talk to Slack once the listener has returned, so that nothing before an ack waits for the network."""
        self.executor.submit(_logged, call, arguments, named)

    def open_after_ack(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """The same for a form, which has three seconds to open: it waits for nothing else that we ask of Slack."""
        self.opening.submit(_logged, call, arguments, named)

    def close(self) -> None:
        """Finish what follows acks, and let go of every connection."""
        self.deliveries.shutdown()
        self.executor.shutdown()
        self.opening.shutdown()
        self.studio.close()
        self.slack.close()
        self.store.close()


def _logged(call: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        call(*arguments, **named)
    except SlackTrouble as trouble:
        log.warning("slack.no_answer", trouble=type(trouble).__name__, reason=str(trouble))
    except Exception:
        log.exception("after_ack.stumbled")  # nobody waits for this call, so nobody else would tell
        raise
