"""`python -m bot.sandbox`: the practice Slack by itself, for an app of your own to connect to."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.sandbox.server import serve


def main() -> None:
    """Serve until Ctrl-C or, attended, until whoever started it is gone."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--at", type=_instant, help="when it is there, such as 2026-03-02T09:00; time runs on from it")
    parser.add_argument("--kept", type=Path, help="begin with what a practice Slack of your own kept in this file")
    parser.add_argument("--attended", action="store_true", help="stop when standard input ends")
    chosen = parser.parse_args()
    try:
        attendant = sys.stdin.buffer if chosen.attended else None
        serve(chosen.port, chosen.at, kept=chosen.kept, attendant=attendant)
    except OSError as taken:
        parser.error(f"Port {chosen.port} cannot be used here ({taken.strerror}). Choose another with --port.")


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
