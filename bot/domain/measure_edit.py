"""Measures added and changed by people, with their history: who set what, from what to what, and what can't be set."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import JSON, Field, Session, SQLModel, col, select

from bot.domain import definitions, measures, points
from bot.domain.measures import Measure
from bot.errors import BotError

FIELDS = (
    "code", "name", "kind", "unit", "shape", "direction", "goal", "baseline", "baseline_months", "numerator",
    "denominator", "exclusions", "strata", "lag_months", "due_day", "required", "chart",
)  # fmt: skip
RANGES = {
    "due_day": (1, 28, "A day from 1 to 28, which every month has."),
    "lag_months": (0, 24, "Whole months, from 0 to 24."),
    "baseline_months": (0, 60, "Whole months, from 0 to 60."),
}
NAMED = {"proportion": "share", "ratio": "mean", "value": "number"}  # as the form calls a measure's shape
Faults = dict[str, str]  # a field's name → a sentence
MOST_STRATA, LONGEST_STRATUM = 6, 60  # as many as one form of numbers has room for
TAKEN = "{code} is another measure already. Please choose another code."
SHARE = "A share of so many is told in percent. Please choose Percent, or One number above."
COUNTED = (
    "{numbers} in, counted as now, and no chart can mix two ways of counting. Please add a measure that counts the "
    "other way, and end this one."
)


class MeasureChange(SQLModel, table=True):
    """One change of a measure, or, with its first version, that somebody added it; without a person a file did it."""

    __tablename__ = "measure_change"

    id: int | None = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    version: int
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # name → what stood there, and what stands there


class Conflict(BotError):
    """Somebody else changed the measure meanwhile: `since` says who and what, `measure` is how it stands now."""

    def __init__(self, measure: Measure, since: list[MeasureChange]) -> None:
        super().__init__("Somebody changed this measure while you were writing.")
        self.measure, self.since = measure, since


def add(session: Session, collaborative_id: int, fields: Mapping[str, Any], *, by: int, now: datetime) -> Measure:
    """A new measure, after those that there are; every team's until a file or somebody says otherwise."""
    last = max((one.position for one in measures.all_of(session, collaborative_id)), default=-1)
    measure = Measure(collaborative_id=collaborative_id, position=last + 1, **fields)
    session.add(measure)
    session.flush()
    session.add(MeasureChange(measure_id=measure.id or 0, version=1, person_id=by, at=now))
    definitions.current(session, measure, now, by=by)
    return measure


def edit(
    session: Session, measure: Measure, fields: Mapping[str, Any], *, began: int, seen: int, reworded: bool, by: int,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Set what somebody wrote, and return the names of what is another now.

    `began` is the version from which they wrote, `seen` the newest one that they were told of: what they left as it was
    stays as others have it. `reworded` says that the same is counted as before, in other words. Earlier numbers keep
    the definition under which they were counted. Raises Conflict where the measure changed after `seen`.
    """
    if measure.version != seen:
        raise Conflict(measure, changes_since(session, measure, seen))
    before = as_of(session, measure, began)
    written = {name: value for name, value in fields.items() if value != before[name]}
    definitions.current(session, measure, now)
    changed = {name: getattr(measure, name) for name, value in written.items() if getattr(measure, name) != value}
    for name in changed:
        setattr(measure, name, written[name])
    note(session, measure, changed, by=by, now=now)
    if reworded and not {"unit", "shape"} & {*changed}:
        definitions.reword(session, measure)
    definitions.current(session, measure, now, by=by)
    return [*changed]


def note(session: Session, measure: Measure, before: Mapping[str, Any], *, by: int | None, now: datetime) -> None:
    """Keep what stood in these fields before they were set; without a person a file set them."""
    if before:
        measure.version += 1
        fields = {name: [value, getattr(measure, name)] for name, value in before.items()}
        session.add(measure)
        session.add(
            MeasureChange(measure_id=measure.id or 0, version=measure.version, person_id=by, at=now, fields=fields)
        )
        session.flush()


def faults(session: Session, measure: Measure | None, fields: Mapping[str, Any], others: Iterable[Measure]) -> Faults:
    """Why these fields can't stand, each in words under its name; `others` are the collaborative's other measures."""
    found = {name: words for name, (low, high, words) in RANGES.items() if not _whole(fields[name], low, high)}
    for name in ("goal", "baseline"):
        number = fields[name]
        if fields["unit"] == "percent" and number is not None and not 0 <= number <= 100:
            found[name] = f"A percent lies between 0 and 100; {number:g} doesn't."
    if fields["shape"] != "value" and not (fields["numerator"] and fields["denominator"]):
        box = "numerator" if not fields["numerator"] else "denominator"
        found[box] = f"A {NAMED[fields['shape']]} needs both: please say in words what is counted here."
    was = (measure.shape, measure.unit) if measure else None
    if (
        fields["shape"] == "proportion"
        and fields["unit"] in ("count", "days")
        and was != ("proportion", fields["unit"])
    ):
        found["unit"] = SHARE
    if any(str(fields["code"]).casefold() in one.codes for one in others):
        found["code"] = TAKEN.format(code=fields["code"])
    strata = fields["strata"]
    if len(strata) > MOST_STRATA or any(len(one) > LONGEST_STRATUM for one in strata):
        found["strata"] = f"At most {MOST_STRATA}, of at most {LONGEST_STRATUM} characters each."
    if twice := [one for one in strata if [other.casefold() for other in strata].count(one.casefold()) > 1]:
        found["strata"] = f"“{twice[0]}” stands there twice. Please write each once."
    return found | (locked(session, measure, fields) if measure else {})


def locked(session: Session, measure: Measure, fields: Mapping[str, Any]) -> Faults:
    """Why its numbers can't be counted in another shape, or in percent instead of something else: there are some."""
    unit = fields.get("unit", measure.unit)
    otherwise = {
        "shape": fields.get("shape", measure.shape) != measure.shape,
        "unit": unit != measure.unit and "percent" in (unit, measure.unit),
    }
    if not any(otherwise.values()):
        return {}
    count = points.count_of(session, measure.id)
    numbers = f"One number of {measure.code} is" if count == 1 else f"{count:,} numbers of {measure.code} are"
    words = COUNTED.format(numbers=numbers)
    return {name: words for name, is_other in otherwise.items() if is_other} if count else {}


def as_of(session: Session, measure: Measure, version: int) -> dict[str, Any]:
    """What stood in each field at an earlier version."""
    fields = {name: getattr(measure, name) for name in FIELDS}
    for change in reversed(changes_since(session, measure, version)):
        fields |= {name: before for name, (before, _) in change.fields.items()}
    return fields


def changes_since(session: Session, measure: Measure, version: int) -> list[MeasureChange]:
    """The changes after `version`, oldest first."""
    since = select(MeasureChange).where(MeasureChange.measure_id == measure.id, MeasureChange.version > version)
    return list(session.exec(since.order_by(col(MeasureChange.version), col(MeasureChange.id))))


def last_change(session: Session, measure: Measure, name: str) -> MeasureChange | None:
    """How a field came to what it is."""
    every = changes_since(session, measure, 1)
    return next((one for one in reversed(every) if name in one.fields), None)


def _whole(number: Any, low: int, high: int) -> bool:
    return number is not None and number == int(number) and low <= number <= high
