"""What comes too late: a written rule for each message that the clock starts, and word of what was skipped."""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import Enum
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, select

from bot import times, uptime
from bot.domain import team_facts
from bot.domain.collaboratives import Collaborative
from bot.homes import letters as names
from bot.outbox import EXPIRED, Letter
from bot.planning import upcoming

Values = dict[str, Any]
MOST, MOST_NAMES, MOST_AWAY = 12, 3, 3  # lines, names in a line, and stretches that one message tells


class Rule(Enum):
    """What becomes of a message whose hour has passed. All but the first are planned with an `until`."""

    SAID = "said all the same, however late"
    SKIPPED = "not said any more, and coordinators are told"
    FOLDED = "not said any more; what is still open comes with the next one"


RULES: dict[str, Rule] = {
    "alerts/all_quiet": Rule.SAID,
    "alerts/answered": Rule.SAID,
    "alerts/asked": Rule.SKIPPED,
    "alerts/card": Rule.SAID,
    "alerts/coach": Rule.SAID,
    "alerts/taken": Rule.SKIPPED,
    "asks/day": Rule.FOLDED,
    "attendance/uncalled": Rule.SKIPPED,
    "broadcasts/copy": Rule.SKIPPED,
    "callsheets/agreed": Rule.SAID,
    "calls/card": Rule.SKIPPED,
    "calls/named": Rule.SKIPPED,
    "calls/declined": Rule.SKIPPED,
    "calls/reminder": Rule.SKIPPED,
    "checkins/card": Rule.SKIPPED,
    "covers/named": Rule.SKIPPED,
    "digest/post": Rule.FOLDED,
    "endings/back": Rule.SAID,
    "endings/thanks": Rule.SAID,
    "events/changed": Rule.SKIPPED,
    "events/edited": Rule.SAID,
    "ideas/permission": Rule.SAID,
    "presenting/swapped": Rule.SKIPPED,
    "presenting/turn": Rule.SKIPPED,
    "measures/thanks": Rule.SKIPPED,
    "minutes/missed": Rule.SKIPPED,
    "preparations/card": Rule.SKIPPED,
    "readiness/note": Rule.SKIPPED,
    "late/skipped": Rule.SAID,
    "polls/result": Rule.SAID,
    "questions/again": Rule.SAID,
    "questions/passed": Rule.SAID,
    "questions/seed": Rule.FOLDED,
    "questions/yours": Rule.SAID,
    "scores/due": Rule.FOLDED,
    "shoutouts/told": Rule.SAID,
    "sponsors/ask": Rule.SKIPPED,
    "team_reports/month": Rule.SKIPPED,
    "weekly/post": Rule.FOLDED,
}


def skipped(session: Session, collaborative: Collaborative, day: date) -> list[Letter]:
    """What came too late on that day of the collaborative and was skipped, in the order of its hours."""
    begins, ends = (times.at(one, time(), collaborative.timezone) for one in (day, day + times.A_DAY))
    told = [message for message, rule in RULES.items() if rule is Rule.SKIPPED]
    that_day = select(Letter).where(
        Letter.state == EXPIRED, col(Letter.message).in_(told), col(Letter.expired_at) >= begins,
        col(Letter.expired_at) < ends,
    )  # fmt: skip
    found = session.exec(that_day.order_by(col(Letter.expires), col(Letter.id)))
    return [letter for letter in found if collaborative.id in upcoming.collaboratives(session, letter)]


def gather(session: Session, collaborative: Collaborative, day: date) -> Values:
    """What was skipped, by kind and day, and when the bot was away meanwhile."""
    letters, zone = skipped(session, collaborative, day), collaborative.timezone
    letters.sort(key=lambda letter: _occasion(letter, zone))
    lines = [_line(session, [*alike], zone) for _, alike in groupby(letters, lambda letter: _occasion(letter, zone))]
    return {
        "collaborative": collaborative,
        "away": _away(session, letters, zone),
        "lines": lines[:MOST],
        "more": max(len(lines) - MOST, 0),
    }


def _occasion(letter: Letter, zone: str) -> tuple[date, str]:
    return times.local_day(letter.due, zone), _what(letter)


def _what(letter: Letter) -> str:
    """What it was; where the lead alone is asked, a check-in has no card."""
    asks_alone = letter.message == "checkins/card" and letter.to.startswith("person:")
    return "The check-in" if asks_alone else names.KINDS[letter.message]


def _line(session: Session, letters: list[Letter], zone: str) -> Values:
    whom = [team_facts.whom(session, letter.to) for letter in letters]
    return {"what": _what(letters[0]), "day": times.local_day(letters[0].due, zone), "whom": _some(whom)}


def _some(names: list[str]) -> str:
    """A, B and C; A, B, C and 9 more."""
    shown, more = names[:MOST_NAMES], len(names) - MOST_NAMES
    last = [f"{more} more"] if more > 0 else shown[len(shown) - 1 :]
    rest = shown if more > 0 else shown[:-1]
    return " and ".join([*([", ".join(rest)] if rest else []), *last])


def _away(session: Session, letters: Iterable[Letter], zone: str) -> str:
    """When the bot didn't run while something waited, as `from Mon 2 Feb 09:00 CST to …`; empty where it always did."""
    waited: list[datetime] = [edge for letter in letters for edge in (letter.due, letter.expires) if edge]
    if not waited:
        return ""
    stretches = uptime.away(session, min(waited), max(waited))
    told = [f"from {times.words(since, zone)} to {times.words(until, zone)}" for since, until in stretches]
    return ", and ".join(told[-MOST_AWAY:])
