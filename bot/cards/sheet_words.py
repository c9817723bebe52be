"""What the message about a dropped file says: how many numbers, what they change, what is unusual, or why not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import entries, groups, measures, pdsa_facts, points, sheet_drafts
from bot.domain.collaboratives import Collaborative
from bot.domain.entries import NO_CASES, VALUE, Entry
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.sheet_drafts import SheetDraft, Stood
from bot.domain.sheet_entries import Line
from bot.domain.sheets import WHOLE
from bot.domain.teams import Team
from bot.kit import Kit

Values = dict[str, Any]
MOST_CHANGES, MOST_DOUBTS, MOST_SAMPLES = 12, 8, 5  # lines of each in one message
MOST_NOTES, LONGEST_NOTE = 8, 150  # in one message, and characters of each
MOST_LINES = 12  # numbers of lines for which one reason holds
ROOM = 2_400  # characters for reasons


def key(draft: SheetDraft) -> str:
    """The occasion: this file."""
    return f"sheet:{draft.id}"


def answered(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The answer to a file; None where it was forgotten since."""
    draft = session.get(SheetDraft, about["sheet"])
    return card(session, draft, kit.now()) if draft else None


def card(session: Session, draft: SheetDraft, now: datetime) -> Values:
    """Everything the message prints."""
    team = session.get(Team, draft.team_id) if draft.team_id else None
    ready = draft.state == sheet_drafts.READY
    doubts = _doubts(session, team, draft.entries(), now) if team and ready else []
    notes = _notes(session, team, draft) if ready else []
    return {
        "sheet": draft,
        "team": team.name if team else "",
        **(draft.told or summed_up(session, team, draft)),
        "samples": _samples(session, team, draft),
        "by_measure": _by_measure(session, team, draft) if ready else "",
        "notes": notes[:MOST_NOTES],
        "more_notes": max(len(notes) - MOST_NOTES, 0),
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
    """As many reasons as a message has room for, each once with its lines, and how many there are beyond."""
    lines: dict[str, list[int]] = {}
    for line, sentence in found:
        lines.setdefault(sentence, []).append(line)
    shown: list[str] = []
    told = 0
    for sentence, where in lines.items():
        said = sentence if where == [WHOLE] else f"{_places(where)}: {sentence}"
        if sum(map(len, shown)) + len(said) > ROOM:
            break
        shown.append(said)
        told += len(where)
    return {"reasons": shown, "more_reasons": len(found) - told + more}


def _places(lines: Sequence[int]) -> str:
    """Line 4; Lines 4, 5, 9; Lines 4 to 9 where they follow each other."""
    if len(lines) == 1:
        return f"Line {lines[0]}"
    if len(lines) > 2 and lines[-1] - lines[0] == len(lines) - 1:
        return f"Lines {lines[0]} to {lines[-1]}"
    more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    return f"Lines {', '.join(map(str, lines[:MOST_LINES]))}{more}"


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


def _samples(session: Session, team: Team | None, draft: SheetDraft) -> list[str]:
    """The first of the new numbers, so that one sees how the file was understood."""
    if draft.state != sheet_drafts.READY:
        return []
    every = _measures(session, team)
    new = [one for (_, one), was in zip(draft.entries(), draft.stood, strict=True) if not was and one.measure in every]
    return [f"{_place(every[one.measure], one)}: {_told(every[one.measure], vars(one))}" for one in new[:MOST_SAMPLES]]


def _by_measure(session: Session, team: Team | None, draft: SheetDraft) -> str:
    """How many numbers of each measure are in a file of more than are shown; else empty."""
    every, told = _measures(session, team), Counter(one.measure for _, one in draft.entries())
    if told.total() <= MOST_SAMPLES:
        return ""
    return " · ".join(f"{one.code} {told[row]}" for row, one in every.items() if told[row])


def _notes(session: Session, team: Team | None, draft: SheetDraft) -> list[str]:
    """The notes that are filed with the numbers, as far as they don't stand there already."""
    every = _measures(session, team)
    return [
        f"{_place(every[one.measure], one)}: “{pdsa_facts.begun(one.note, LONGEST_NOTE)}”"
        for (_, one), was in zip(draft.entries(), draft.stood, strict=True)
        if one.note and one.note != (was or {}).get("note") and one.measure in every
    ]


def _place(measure: Measure, entry: Entry) -> str:
    """WAIT (Spanish), January 2026."""
    part = f" ({entry.level})" if entry.level else ""
    return f"{measure.code}{part}, {entry.month:%B %Y}"


def _change(measure: Measure, entry: Entry, stood: Stood) -> str:
    """WAIT, January 2026: 284 over 20 → 282 over 20."""
    was = stood or {}
    before, after = _told(measure, was), _told(measure, vars(entry))
    if before == after:
        before, after = "the note that was there", "another note"
    return f"{_place(measure, entry)}: {before} → {after}"


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

    found = [
        f"Line {line}, {measure.code}: {sentence}"
        for line, entry in lines
        if (measure := every.get(entry.measure))
        for sentence in entries.doubts(measure, entry, earlier(entry.measure, entry.stratum, entry.level), today)
    ]
    return _long_before(session, team, lines) + found + _of_groups(session, team, lines, every)


def _long_before(session: Session, team: Team, lines: Sequence[Line]) -> list[str]:
    """The first line of each year that lies long before the start."""
    starts = session.get_one(Collaborative, team.collaborative_id).starts
    asked = {
        entry.month.year: f"Line {line}: {doubt}"
        for line, entry in reversed(lines)
        if (doubt := entries.long_before(entry.month, starts))
    }
    return [asked[year] for year in sorted(asked)]


def _of_groups(session: Session, team: Team, lines: Sequence[Line], every: Mapping[int, Measure]) -> list[str]:
    """Where groups don't add up to all of them, as this file and what is in already have them."""
    if not any(entry.stratum for _, entry in lines):
        return []
    told = [entry for _, entry in lines]
    known = points.of_team(session, team.id, since=min(one.month for one in told), until=max(one.month for one in told))
    stands = {(one.measure_id, one.month, one.stratum, one.level.casefold()): one for one in known}
    parts: dict[tuple[int, date, str, str], Point | Entry] = {
        **stands, **{(one.measure, one.month, one.stratum, one.level.casefold()): one for one in told},
    }  # fmt: skip
    found = []
    for row, month, stratum in dict.fromkeys((one.measure, one.month, one.stratum) for one in told if one.stratum):
        whole = parts.get((row, month, "", ""))
        levels = [one for place, one in parts.items() if place[:3] == (row, month, stratum)]
        grouped = [Group(one.level, one.numerator, one.denominator, None) for one in levels]
        doubt = groups.doubt(grouped, whole.numerator, whole.denominator) if whole else ""
        if doubt and row in every:
            found.append(f"{every[row].code} by {stratum}, {month:%B %Y}: {doubt}")
    return found
