"""What teams of a habit did that missed as much: figures of public event streams (README, Who is still with us)."""

from bot.domain.engagement import CALL, CHECKIN, DATA, Facts, Rules, Signal, Stream, silence
from bot.domain.engagement_words import counted
from bot.domain.plurals import several

COME_BACK = {  # (firm habit, missed in a row) → teams of public records that came back within eight weeks
    (True, 1): "about three in four come", (True, 2): "about a third come", (True, 3): "about one in five comes",
    (True, 4): "about one in seven comes", (True, 5): "about one in ten comes",
    (False, 1): "about four in five come", (False, 2): "about two thirds come",
}  # fmt: skip

KINDS = {DATA: "the monthly numbers", CALL: "the calls", CHECKIN: "the check-ins"}


def evidence(stream: Stream, rules: Rules) -> str:
    """What teams of this habit did: made 25 of 26, then missed the last two; … come back; empty where nobody knows."""
    if stream.habit is None or not stream.missed:
        return ""
    firm = stream.habit > rules.often
    seen = COME_BACK.get((firm, stream.missed)) if firm or stream.habit > rules.sometimes else None
    made = f"made {sum(stream.before)} of {len(stream.before)}, then missed the last {counted(stream.missed)}"
    if seen is None:
        return made
    return f"{made}; of teams with this habit that miss {counted(stream.missed)}, {seen} back within eight weeks"


def because(facts: Facts, signal: Signal, rules: Rules) -> str:
    """What puts a team at its level; empty where it is at none."""
    if not signal.level:
        return ""
    why = [KINDS[kind] for kind, level in signal.levels.items() if level == signal.level]
    if silence(facts, rules) == signal.level:
        why.insert(0, f"no contribution in {several(facts.quiet, 'day')}")
    return " and ".join(why)
