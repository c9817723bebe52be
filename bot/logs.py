"""Logs: one JSON object a line, to stderr, without tokens and without anything people typed."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

from bot.slack import SlackTrouble

_TOKEN = re.compile(r"(xox[a-z]-|xapp-)[A-Za-z0-9-]+|(ticket=|/link/)[^&\s\"']+")
NO_NEWS = "`token` will be unused"  # Bolt, at each start, because the environment names the token we pass on ourselves
SPEAKS_OF_THE_MACHINE = (SlackTrouble, OSError, AttributeError, ImportError, NotImplementedError)
"""Errors whose own words can't be a person's; of any other only its kind and its place are logged."""


def configure(least: int = logging.INFO) -> None:
    """Send our own events from `least` on, and what the libraries warn of, the same way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _with_error,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OfLibraries())
    handler.addFilter(lambda record: NO_NEWS not in str(record.msg))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _crashed
    threading.excepthook = _stumbled


def in_words(error: BaseException) -> dict[str, Any]:
    """An error as a log may show it: what kind, where, and its own words only where nobody typed them."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    words = str(error).splitlines()[0][:300] if str(error) and isinstance(error, SPEAKS_OF_THE_MACHINE) else ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = {"error": type(error).__name__, **({"says": words} if words else {}), "where": where}
    return {**told, "after": in_words(cause)} if cause is not None and cause is not error else told


class _OfLibraries(logging.Formatter):
    """A library's warning as a line like ours."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "event": record.getMessage(),
            "library": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1]:
            values["exception"] = in_words(record.exc_info[1])
        return _line(None, "", values)


def _with_error(_logger: Any, _method: str, values: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = values.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        values["exception"] = in_words(error)
    return values


def _line(_logger: Any, _method: str, values: MutableMapping[str, Any]) -> str:
    return _TOKEN.sub(r"\1\2…", json.dumps(values, default=str, ensure_ascii=False))


def _crashed(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    structlog.get_logger().critical("crashed", exc_info=error)


def _stumbled(hook: threading.ExceptHookArgs) -> None:
    structlog.get_logger().critical("thread.crashed", thread=getattr(hook.thread, "name", ""), exc_info=hook.exc_value)
