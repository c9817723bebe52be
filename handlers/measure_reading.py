"""What is read from the form of a month's numbers: entries, what can't be among them, and what is unusual."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.domain import entries, groups, points
from bot.domain.collaboratives import Collaborative
from bot.domain.entries import NOT_AVAILABLE, VALUE, Entry
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from handlers.measure_forms import blank
from handlers.measure_merging import NUMBERS, Merged
from handlers.measure_standing import Carried, box_of, month_of

Faults = dict[str, str]  # a box → a sentence
TAKEN_OUT = "A group can be corrected, not taken out. Please put “{line}” back{or_nobody}."
OR_NOBODY = ", or its name with 0 of 0"
NO_NUMBER = "There is a note and no number. Please give the number too, or choose one of the other answers."


@dataclass(frozen=True)
class Told:
    """One number that the form holds, of everybody or of a group; `box` is where a sentence about it stands."""

    measure: Measure
    entry: Entry
    box: str
    changes: bool  # something: else it stands there already


def read(
    session: Session, team: Team, merged: Merged, carried: Carried, counted: list[Measure]
) -> tuple[list[Told], Faults]:
    """What the form holds, without the measures in which nothing was filled in, and what of it can't be read."""
    found, faults = list[Told](), Faults()
    for measure in counted:
        before = points.of_entry(session, team.id, blank(measure, carried.period))
        told = _told(merged, carried, measure, before)
        if told and told.changes and before is None and told.entry.note and _is_empty(told.entry):
            faults[f"m{measure.id}.note"] = NO_NUMBER
        elif told:
            found.append(told)
        for stratum in measure.strata:
            box = box_of(measure, stratum)
            try:
                lines = groups.read(measure, str(merged.words.get(box, "")))
            except ValueError as fault:
                faults[box] = str(fault)
            else:
                if line := merged.taken_out.get(box):
                    faults[box] = TAKEN_OUT.format(line=line, or_nobody="" if measure.shape == "value" else OR_NOBODY)
                found += [_of_group(measure, carried, stratum, one, box, merged) for one in lines]
    return found, faults


def check(told: Iterable[Told], today: date) -> Faults:
    """What can't be, each in words on its box."""
    faults = Faults()
    for one in (one for one in told if one.changes):
        for fault in entries.faults(one.measure, one.entry, today):
            waits = one.entry.state == NOT_AVAILABLE and not entries.contradiction(one.entry)
            box = day_box(one.measure) if waits else one.box
            faults.setdefault(box, f"{one.entry.level}: {fault}" if one.entry.level else fault)
    return faults


def day_box(measure: Measure) -> str:
    """Where it is said when a number that isn't available yet will be there."""
    return f"m{measure.id}.expected_on"


def doubts(session: Session, team: Team, told: list[Told], today: date) -> dict[str, list[str]]:
    """What is unusual, by the box that it stands in."""
    found: dict[str, list[str]] = {}
    for one in (one for one in told if one.changes):
        row, entry = one.measure.id, one.entry
        earlier = points.of_series(session, team.id, row, stratum=entry.stratum, level=entry.level)
        whose = f"{entry.level}: " if entry.level else ""
        asked = [f"{whose}{doubt}" for doubt in entries.doubts(one.measure, entry, earlier, today)]
        found.setdefault(one.box, []).extend(asked)
    changed = {one.measure.id for one in told if one.changes}
    for one in (one for one in told if one.measure.id in changed):
        box, parts = _groups_of(told, one)
        if doubt := groups.doubt(parts, one.entry.numerator, one.entry.denominator):
            found.setdefault(box, []).append(doubt)
    starts = session.get_one(Collaborative, team.collaborative_id).starts
    first = next((one for one in told if one.changes), None)
    if first and (doubt := entries.long_before(first.entry.month, starts)):
        found[first.box].insert(0, doubt)
    return {box: asked for box, asked in found.items() if asked}


def _told(merged: Merged, carried: Carried, measure: Measure, before: Point | None) -> Told | None:
    row = f"m{measure.id}"
    boxes = {name: merged.words.get(f"{row}.{name}") or None for name in (*NUMBERS, "expected_on")}
    state = str(merged.words.get(f"{row}.state") or VALUE)
    waits = state == NOT_AVAILABLE  # a day that was given before another answer was chosen says nothing
    changes = bool({row, f"{row}.note"} & merged.touched)
    if not changes and before is None:
        return None
    entry = Entry(
        measure=measure.id or 0, month=month_of(measure, carried.period), state=_state(state),
        numerator=_number(boxes["numerator"]), denominator=_number(boxes["denominator"]), value=_number(boxes["value"]),
        expected_on=date.fromisoformat(boxes["expected_on"]) if boxes["expected_on"] and waits else None,
        note=str(merged.words.get(f"{row}.note", before.note if before else "")),
    )  # fmt: skip
    return Told(measure, entry, f"{row}.{'value' if measure.shape == 'value' else 'numerator'}", changes)


def _is_empty(entry: Entry) -> bool:
    return entry.state == VALUE and entry.numerator is None and entry.denominator is None and entry.value is None


def _of_group(measure: Measure, carried: Carried, stratum: str, told: Group, box: str, merged: Merged) -> Told:
    entry = Entry(
        measure=measure.id or 0, month=month_of(measure, carried.period), state=VALUE, numerator=told.numerator,
        denominator=told.denominator, value=told.value, stratum=stratum, level=told.level,
    )  # fmt: skip
    return Told(measure, entry, box, box in merged.touched)


def _groups_of(told: list[Told], whole: Told) -> tuple[str, list[Group]]:
    """The groups beside a number of everybody, of the stratum with the most of them, and the box they stand in."""
    if whole.entry.stratum or whole.entry.state != VALUE:
        return whole.box, []
    by_box: dict[str, list[Group]] = {}
    for one in told:
        if one.measure.id == whole.measure.id and one.entry.stratum:
            group = Group(one.entry.level, one.entry.numerator, one.entry.denominator, None)
            by_box.setdefault(one.box, []).append(group)
    return max(by_box.items(), key=lambda part: len(part[1]), default=(whole.box, []))


def _state(chosen: str) -> Any:
    return chosen if chosen in entries.ANSWERS else VALUE


def _number(typed: Any) -> float | None:
    try:
        return None if typed is None else float(typed)
    except ValueError:
        return math.nan  # no number at all: refused in words like any that can't be
