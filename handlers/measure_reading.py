"""What is read from the form of a month's numbers: entries, what can't be among them, and what is unusual."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import forms
from bot.domain import entries, groups, points
from bot.domain.entries import NOT_AVAILABLE, VALUE, Entry
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from bot.errors import FieldErrors
from handlers.measure_forms import Carried, blank, box_of, month_of, stood

NOTE = 500  # characters


@dataclass(frozen=True)
class Told:
    """One number that the form holds, of everybody or of a group; `box` is where a sentence about it stands."""

    measure: Measure
    entry: Entry
    box: str


def read(session: Session, team: Team, view: Mapping[str, Any], carried: Carried, counted: list[Measure]) -> list[Told]:
    """What the form holds, without the measures in which nothing was filled in. Raises FieldErrors in words."""
    values, found, faults = forms.values(view), list[Told](), dict[str, str]()
    for measure in counted:
        told = _told(session, team, values, view, carried, measure)
        found += [told] if told else []
        for stratum in measure.strata:
            box = box_of(measure, stratum)
            try:
                lines = groups.read(measure, str(values.get(box, "")))
            except ValueError as fault:
                faults[box] = str(fault)
            else:
                found += [_of_group(measure, carried, stratum, one, box) for one in lines]
    if faults:
        raise FieldErrors(faults)
    return found


def check(told: Iterable[Told], today: date) -> None:
    """Raises FieldErrors, each in words on its box, for what can't be."""
    faults: dict[str, str] = {}
    for one in told:
        for fault in entries.faults(one.measure, one.entry, today):
            waits = one.entry.state == NOT_AVAILABLE and not entries.contradiction(one.entry)
            box = f"m{one.measure.id}.expected_on" if waits else one.box
            faults.setdefault(box, f"{one.entry.level}: {fault}" if one.entry.level else fault)
    if faults:
        raise FieldErrors(faults)


def doubts(session: Session, team: Team, told: list[Told], today: date) -> dict[str, list[str]]:
    """What is unusual, by the box that it stands in."""
    found: dict[str, list[str]] = {}
    for one in told:
        row, entry = one.measure.id, one.entry
        earlier = points.of_series(session, team.id, row, stratum=entry.stratum, level=entry.level)
        whose = f"{entry.level}: " if entry.level else ""
        asked = [f"{whose}{doubt}" for doubt in entries.doubts(one.measure, entry, earlier, today)]
        found.setdefault(one.box, []).extend(asked)
    for one in told:
        if doubt := groups.doubt(_groups_of(told, one), one.entry.numerator, one.entry.denominator):
            found[one.box].append(doubt)
    return {box: asked for box, asked in found.items() if asked}


def _told(
    session: Session, team: Team, values: Mapping[str, Any], view: Mapping[str, Any], carried: Carried, measure: Measure
) -> Told | None:
    boxes = {name: values.get(f"m{measure.id}.{name}") for name in ("numerator", "denominator", "value", "expected_on")}
    state = str(values.get(f"m{measure.id}.state", VALUE))
    numbers = [boxes["value"]] if measure.shape == "value" else [boxes["numerator"], boxes["denominator"]]
    before = points.of_entry(session, team.id, blank(measure, carried.period))
    if state == VALUE and not any(numbers) and (carried.theirs or not (carried.fix and before)):
        return None
    entry = Entry(
        measure=measure.id or 0, month=month_of(measure, carried.period), state=_state(state),
        numerator=_number(boxes["numerator"]), denominator=_number(boxes["denominator"]), value=_number(boxes["value"]),
        expected_on=date.fromisoformat(boxes["expected_on"]) if boxes["expected_on"] else None,
        note=_note(values, view, f"m{measure.id}.note", before),
    )  # fmt: skip
    if state != VALUE and before and _same_numbers(entry, before):
        entry = replace(entry, numerator=None, denominator=None, value=None)  # what stood there, not what was typed
    if before and _untouched(entry, before, carried):
        return None
    first = "value" if measure.shape == "value" else "numerator"
    return Told(measure, entry, f"m{measure.id}.{first}")


def _untouched(entry: Entry, before: Point, carried: Carried) -> bool:
    """Whether it says what stood there when the form was opened, and somebody changed that meanwhile."""
    was = carried.was.get(entry.measure)
    if was is None or stood(before) == was:
        return False
    same = all(told in (None, then) for told, then in zip(stood(entry)[1:], was[1:], strict=True))
    return entry.state == was[0] and same and entry.note in ("", before.note)


def _same_numbers(entry: Entry, before: Point) -> bool:
    numbers = ("numerator", "denominator") if before.denominator is not None else ("value",)
    return all(getattr(entry, name) == getattr(before, name) for name in numbers)


def _note(values: Mapping[str, Any], view: Mapping[str, Any], box: str, before: Point | None) -> str:
    """What stands in its box; where the form doesn't show one, it stays as it was."""
    if any(block.get("block_id") == box for block in view["blocks"]):
        return str(values.get(box, ""))[:NOTE]
    return before.note if before else ""


def _of_group(measure: Measure, carried: Carried, stratum: str, told: Group, box: str) -> Told:
    entry = Entry(
        measure=measure.id or 0, month=month_of(measure, carried.period), state=VALUE, numerator=told.numerator,
        denominator=told.denominator, value=told.value, stratum=stratum, level=told.level,
    )  # fmt: skip
    return Told(measure, entry, box)


def _groups_of(told: list[Told], whole: Told) -> list[Group]:
    """The groups beside a number of everybody, of the stratum with the most of them."""
    if whole.entry.stratum or whole.entry.state != VALUE:
        return []
    by_stratum: dict[str, list[Group]] = {}
    for one in told:
        if one.measure.id == whole.measure.id and one.entry.stratum:
            group = Group(one.entry.level, one.entry.numerator, one.entry.denominator, None)
            by_stratum.setdefault(one.entry.stratum, []).append(group)
    return max(by_stratum.values(), key=len, default=[])


def _state(chosen: str) -> Any:
    return chosen if chosen in entries.ANSWERS else VALUE


def _number(typed: Any) -> float | None:
    try:
        return None if typed is None else float(typed)
    except ValueError:
        return math.nan  # no number at all: refused in words like any that can't be
