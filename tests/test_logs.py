"""Logs: one JSON object a line on stderr, whoever speaks, and neither a token nor a typed word in them."""

import json
import subprocess
import sys

import pytest

from tests.command_line import ROOT, environment

TYPED = "Maria Gonzalez, born 3/4/61"
SPEAKING = {
    "ours": "log.info('letter.refused', error='is_archived')",
    "ours with an error whose words were typed": """
try:
    raise ValueError(TYPED)
except ValueError as error:
    log.error('unexpected', reference='ABCDEF', exc_info=error)
""",
    "ours with an error behind the error": """
try:
    try:
        {}[TYPED]
    except KeyError as error:
        raise OSError(28, 'No space left on device') from error
except OSError:
    log.exception('sender.stumbled')
""",
    "ours with a token": "log.warning('odd', reason='xoxb-1-2-abc and xapp-1-A0-2-def at wss://x/?ticket=abc-def&a=1')",
    "a library": "logging.getLogger('slack_sdk').warning('closed by %s', 'xoxb-9-9-secret')",
    "a library with an error": """
try:
    raise RuntimeError(TYPED)
except RuntimeError:
    logging.getLogger('apscheduler').exception('Job raised')
""",
    "a warning": "warnings.warn('this goes away', DeprecationWarning, stacklevel=1)",
    "a thread that crashes": "thread = threading.Thread(target=lambda: {}[TYPED]); thread.start(); thread.join()",
    "all of it crashing": "raise RuntimeError(TYPED)",
}


@pytest.fixture(scope="module")
def logged() -> list[dict[str, object]]:
    """What a process writes in which everybody speaks once."""
    lines = [
        "import logging, threading, warnings, structlog",
        "from bot import logs",
        "logs.configure()",
        "warnings.simplefilter('always')",
        f"log, TYPED = structlog.get_logger(), {TYPED!r}",
        "logging.getLogger('slack_sdk').info('nobody needs to know')",
        *SPEAKING.values(),
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert TYPED not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_one_json_object_with_its_level_and_time(logged: list[dict[str, object]]) -> None:
    events = [str(line["event"]) for line in logged]
    assert events[:6] == [
        "letter.refused", "unexpected", "sender.stumbled", "odd", "closed by xoxb-…", "Job raised",
    ]  # fmt: skip
    assert "this goes away" in events[6]
    assert events[7:] == ["thread.crashed", "crashed"]
    assert all(line["level"] and line["timestamp"] for line in logged)


def test_an_error_is_told_by_its_kind_and_place_and_in_words_only_where_nobody_typed_them(
    logged: list[dict[str, object]],
) -> None:
    told = {str(line["event"]): line["exception"] for line in logged if "exception" in line}

    unexpected, stumbled = told["unexpected"], told["sender.stumbled"]
    assert isinstance(unexpected, dict)
    assert isinstance(stumbled, dict)
    assert (unexpected["error"], list(unexpected)) == ("ValueError", ["error", "where"])
    assert (stumbled["says"], stumbled["after"]["error"]) == ("[Errno 28] No space left on device", "KeyError")
    assert set(told) == {"unexpected", "sender.stumbled", "Job raised", "thread.crashed", "crashed"}


def test_tokens_and_tickets_are_cut(logged: list[dict[str, object]]) -> None:
    odd = next(line for line in logged if line["event"] == "odd")

    assert odd["reason"] == "xoxb-… and xapp-… at wss://x/?ticket=…&a=1"
