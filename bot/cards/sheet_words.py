"""What the message about a dropped file says: how many numbers, what they change, what is unusual, or why not."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import entries, measures, points, sheet_drafts
from bot.domain.entries import NO_CASES, VALUE, Entry
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.sheet_drafts import SheetDraft, Stood
from bot.domain.sheet_entries import Line
from bot.domain.sheets import WHOLE
from bot.domain.teams import Team

Values = dict[str, Any]
MOST_CHANGES, MOST_DOUBTS = 12, 8  # lines of each in one message
ROOM = 2_400  # characters for reasons


def key(draft: SheetDraft) -> str:
    """The occasion: this file."""
    return f"sheet:{draft.id}"


def card(session: Session, draft: SheetDraft, now: datetime) -> Values:
    """Everything the message prints."""
    team = session.get(Team, draft.team_id) if draft.team_id else None
    doubts = _doubts(session, team, draft.entries(), now) if team and draft.state == sheet_drafts.READY else []
    return {
        "sheet": draft,
        "team": team.name if team else "",
        **(draft.told or summed_up(session, team, draft)),
        "doubts": doubts[:MOST_DOUBTS],
        "more_doubts": max(len(doubts) - MOST_DOUBTS, 0),
        **reasons(draft.reasons, draft.more_reasons),
    }


def summed_up(session: Session, team: Team | None, draft: SheetDraft) -> Values:
    """How many numbers these are, of which months, and what they change."""
    every = _measures(session, team)
    pairs = [(one, was) for (_, one), was in zip(draft.entries(), draft.stood, strict=True)]
    changed = [(one, was) for one, was in pairs if was and not sheet_drafts.same(one, was)]
    alike = sum(sheet_drafts.same(one, was) for one, was in pairs)
    shown = [_change(every[one.measure], one, was) for one, was in changed if one.measure in every]
    return {
        "counts": _counts([one for one, _ in pairs], len(changed), alike),
        "new": len(pairs) - alike,
        "months": _months([one.month for one, _ in pairs]),
        "changes": shown[:MOST_CHANGES],
        "more_changes": max(len(changed) - MOST_CHANGES, 0),
    }


def reasons(found: Sequence[Sequence[Any]], more: int) -> Values:
    """As many reasons as a message has room for, each with its line, and how many there are beyond."""
    shown: list[str] = []
    for line, sentence in found:
        told = sentence if line == WHOLE else f"Line {line}: {sentence}"
        if sum(map(len, shown)) + len(told) > ROOM:
            break
        shown.append(told)
    return {"reasons": shown, "more_reasons": len(found) - len(shown) + more}


def _measures(session: Session, team: Team | None) -> dict[int, Measure]:
    return {one.id or 0: one for one in measures.all_of(session, team.collaborative_id)} if team else {}


def _counts(told: Sequence[Entry], changed: int, alike: int) -> str:
    """14 values for 3 measures, 2 of them change what was there."""
    values, counted = len(told), len({one.measure for one in told})
    parts = [f"{values} value{'' if values == 1 else 's'} for {counted} measure{'' if counted == 1 else 's'}"]
    if changed:
        parts.append(f"{changed} of them change{'s' if changed == 1 else ''} what was there")
    if alike:
        parts.append(f"{alike} of them {'is' if alike == 1 else 'are'} there already")
    return ", ".join(parts)


def _months(found: Sequence[date]) -> str:
    if not found:
        return ""
    first, last = min(found), max(found)
    return f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"


def _change(measure: Measure, entry: Entry, stood: Stood) -> str:
    """WAIT, January 2026: 284 over 20 → 282 over 20."""
    was = stood or {}
    before, after = _told(measure, was), _told(measure, vars(entry))
    if before == after:
        before, after = "the note that was there", "another note"
    part = f" ({entry.level})" if entry.level else ""
    return f"{measure.code}{part}, {entry.month:%B %Y}: {before} → {after}"


def _told(measure: Measure, told: Mapping[str, Any]) -> str:
    if told["state"] == NO_CASES:
        return "no cases"
    if told["state"] != VALUE:
        expected = told.get("expected_on")
        return (
            f"not available yet, expected {times.day(date.fromisoformat(str(expected)))}" if expected else "not in yet"
        )
    if measure.shape == "value":
        return _number(told["value"])
    between = "of" if measure.shape == "proportion" else "over"
    return f"{_number(told['numerator'])} {between} {_number(told['denominator'])}"


def _number(number: float | None) -> str:
    return f"{number:,.10g}" if number is not None else "nothing"


def _doubts(session: Session, team: Team, lines: Sequence[Line], now: datetime) -> list[str]:
    """What is unusual: pressing Import says that it is right."""
    every, today = _measures(session, team), times.local_day(now, team.timezone)

    @cache
    def earlier(measure: int, stratum: str, level: str) -> list[Point]:
        return points.of_series(session, team.id, measure, stratum=stratum, level=level)

    return [
        f"Line {line}, {measure.code}: {sentence}"
        for line, entry in lines
        if (measure := every.get(entry.measure))
        for sentence in entries.doubts(measure, entry, earlier(entry.measure, entry.stratum, entry.level), today)
    ]
