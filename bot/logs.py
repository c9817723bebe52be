"""Logs: one JSON object a line, to stderr, without tokens and without anything people typed."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"(xox[a-z]-|xapp-)[A-Za-z0-9-]+|(ticket=)[^&\s\"']+")


def configure() -> None:
    """Send our own events and the libraries' warnings the same way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            _line,
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_redact)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(levelname)s %(name)s %(message)s")


def _line(_logger: Any, _method: str, values: MutableMapping[str, Any]) -> str:
    return _TOKEN.sub(r"\1\2…", json.dumps(values, default=str, ensure_ascii=False))


def _redact(record: logging.LogRecord) -> bool:
    record.msg, record.args = _TOKEN.sub(r"\1\2…", record.getMessage()), ()
    return True
