"""What stands in the form of a month's numbers when it opens, and what is read from it when it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from bot import drafts, forms, measure_words
from bot.access import Actor
from bot.domain import entries, groups, measures, months, points, stories, submissions
from bot.domain.entries import NOT_AVAILABLE, VALUE, Entry
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from bot.errors import FieldErrors

FORM = "measures.filed"
NOTE = 500  # characters
ROOM = 84  # blocks for measures in one view, beside what stands around them and what may be asked below
Values = dict[str, Any]


class Carried(BaseModel):
    """What a form carries: claims, checked again. `page` and `later` are the measures of this and of later pages."""

    team: int
    period: date
    page: list[int] = []
    later: list[int] = []
    number: int = 1  # of the page
    fix: bool = False
    more: bool = False
    seen: int = 0
    subject: str = drafts.NEW

    @property
    def rows(self) -> list[int]:
        """Every measure from this page on."""
        return [*self.page, *self.later]


@dataclass(frozen=True)
class Told:
    """One number that the form holds, of everybody or of a group; `box` is where a sentence about it stands."""

    measure: Measure
    entry: Entry
    box: str


def opened(session: Session, team: Team, actor: Actor, period: date, today: date, *, fix: bool) -> Values:
    """The form for a team's period: what is still open, or, to fix it, what was filed; with last time's words."""
    counted = filed(session, team, period, today) if fix else still_open(session, team, period, today)
    subject = f"measures:{team.id}:{period:%Y-%m}{':fix' if fix else ''}"
    saved = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
    carried = Carried(
        team=team.id or 0, period=period, page=[one.id or 0 for one in counted], fix=fix,
        more=fix or bool(saved.get("_more")), subject=subject,
    )  # fmt: skip
    return shown(session, team, carried, saved, today, kept=bool(saved))


def shown(
    session: Session, team: Team, carried: Carried, typed: Mapping[str, Any], today: date, *, kept: bool = False,
    meanwhile: str = "",
) -> Values:  # fmt: skip
    """The form with these words in it; as many measures as one view holds, the others on later pages."""
    counted = [one for row in carried.rows if (one := session.get(Measure, row))]
    here = _that_fit(counted, more=carried.more)
    there = {(one.measure_id, one.month, one.stratum): one for one in _points(session, team, carried, counted)}
    carried = carried.model_copy(
        update={
            "page": [one.id for one in here],
            "later": [one.id for one in counted[len(here) :]],
            "seen": sum(one.version for one in _points(session, team, carried, here)),
        }
    )
    story = stories.of_month(session, team.id, carried.period)
    asked = submissions.of_period(session, team, carried.period, today)
    due = submissions.due_of(asked)
    return {
        "meta": carried.model_dump_json(),
        "title": f"{months.called(carried.period)} numbers",
        "team": team,
        "due": due,
        "fix": carried.fix,
        "more": carried.more,
        "last_page": not carried.later,
        "kept": kept,
        "meanwhile": meanwhile,
        "states": [*entries.ANSWERS.items()],
        "rows": [_row(session, team, one, carried, typed, there) for one in here],
        "story": str(typed.get("story", story.words if story else "")),
        "reason": str(typed.get("reason", "")),
    }


def still_open(session: Session, team: Team, period: date, today: date) -> list[Measure]:
    """The measures of a period that wait; of a month nobody asks for, all that aren't in."""
    asked = submissions.of_period(session, team, period, today)
    if any(one.status != "not_applicable" for one in asked):
        return [one.measure for one in asked if not one.is_in and one.status != "not_applicable"]
    return [one.measure for one in asked if not one.is_in]


def filed(session: Session, team: Team, period: date, today: date) -> list[Measure]:
    """The measures of a period of which something was told."""
    return [
        measure
        for measure in measures.all_of(session, team.collaborative_id)
        if points.of_entry(session, team.id, blank(measure, period))
    ]


def blank(measure: Measure, period: date, stratum: str = "", level: str = "") -> Entry:
    """Where a measure's number of a period stands."""
    return Entry(measure.id or 0, month_of(measure, period), VALUE, stratum=stratum, level=level)


def month_of(measure: Measure, period: date) -> date:
    """The month that a measure tells of in a period."""
    return measures.moved(period, -measure.lag_months)


def read(session: Session, team: Team, view: Mapping[str, Any], carried: Carried, counted: list[Measure]) -> list[Told]:
    """What the form holds, without the measures in which nothing was filled in. Raises FieldErrors in words."""
    values, found, faults = forms.values(view), list[Told](), dict[str, str]()
    for measure in counted:
        told = _told(session, team, values, view, carried, measure)
        found += [told] if told else []
        for number, stratum in enumerate(measure.strata):
            box = f"m{measure.id}.by{number}"
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
            waits = one.entry.state == NOT_AVAILABLE
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
        by_group = _groups_of(told, one)
        if by_group and groups.beyond(by_group, one.entry.numerator, one.entry.denominator):
            found[one.box].append("The groups add up to more than all of them. Is somebody in two groups?")
    return {box: asked for box, asked in found.items() if asked}


def seen(session: Session, team: Team, carried: Carried, counted: Sequence[Measure]) -> int:
    """The versions of what stands where this page writes, so that what somebody filed meanwhile shows."""
    return sum(one.version for one in _points(session, team, carried, counted))


def _points(session: Session, team: Team, carried: Carried, counted: Sequence[Measure]) -> list[Point]:
    theirs = {one.id: month_of(one, carried.period) for one in counted}
    if not theirs:
        return []
    told = points.of_team(session, team.id, since=min(theirs.values()), until=max(theirs.values()))
    return [one for one in told if theirs.get(one.measure_id) == one.month]


def _that_fit(counted: list[Measure], *, more: bool) -> list[Measure]:
    """The first of them that one view holds, with room for what may be asked below each box."""
    room, here = ROOM, list[Measure]()
    for measure in counted:
        room -= 8 + (3 * (1 + len(measure.strata)) if more else 0)
        if room < 0 and here:
            break
        here.append(measure)
    return here


def _row(
    session: Session, team: Team, measure: Measure, carried: Carried, typed: Mapping[str, Any],
    there: Mapping[tuple[int, date, str], Point],
) -> Values:  # fmt: skip
    """One measure as the form shows it."""
    month = month_of(measure, carried.period)
    stands = there.get((measure.id or 0, month, "")) if carried.fix else None
    form = {name: typed.get(f"m{measure.id}.{name}", told) for name, told in _stands(stands).items()}
    own = "" if month == carried.period else f" · for {months.called(month)}"
    return {
        "id": measure.id,
        "name": f"{measure.code} · {measure.name}{own}",
        "exclusions": measure.exclusions,
        "code": measure.code,
        "single": measure.shape == "value",
        "numerator": measure.numerator or measure.name,
        "denominator": measure.denominator,
        "last": measure_words.last(measure, points.of_series(session, team.id, measure.id), month),
        "form": form,
        "dated": form["state"] == NOT_AVAILABLE or bool(form["expected_on"]),
        "groups": [
            (f"m{measure.id}.by{number}", stratum, _group_words(session, team, measure, month, stratum, number, typed))
            for number, stratum in enumerate(measure.strata)
        ],
        "like": groups.LIKE[measure.shape == "value"],
    }


def _stands(point: Point | None) -> dict[str, str]:
    """What a row holds, box by box."""
    if point is None:
        return {"state": VALUE, "numerator": "", "denominator": "", "value": "", "expected_on": "", "note": ""}
    numbers = {name: getattr(point, name) for name in ("numerator", "denominator", "value")}
    shown = {name: "" if number is None else f"{number:.12g}" for name, number in numbers.items()}
    expected = point.expected_on.isoformat() if point.expected_on else ""
    return {"state": point.state, **shown, "expected_on": expected, "note": point.note}


def _group_words(
    session: Session, team: Team, measure: Measure, month: date, stratum: str, number: int, typed: Mapping[str, Any]
) -> str:
    told = points.of_team(session, team.id, since=month, until=month)
    filed = [one for one in told if one.measure_id == measure.id and one.stratum == stratum]
    stands = groups.write([Group(one.level, one.numerator, one.denominator, one.value) for one in filed])
    return str(typed.get(f"m{measure.id}.by{number}", stands))


def _told(
    session: Session, team: Team, values: Mapping[str, Any], view: Mapping[str, Any], carried: Carried, measure: Measure
) -> Told | None:
    boxes = {name: values.get(f"m{measure.id}.{name}") for name in ("numerator", "denominator", "value", "expected_on")}
    state = str(values.get(f"m{measure.id}.state", VALUE))
    numbers = [boxes["value"]] if measure.shape == "value" else [boxes["numerator"], boxes["denominator"]]
    before = points.of_entry(session, team.id, blank(measure, carried.period))
    if state == VALUE and not any(numbers) and not (carried.fix and before):
        return None
    entry = Entry(
        measure=measure.id or 0, month=month_of(measure, carried.period), state=_state(state),
        numerator=_number(boxes["numerator"]), denominator=_number(boxes["denominator"]), value=_number(boxes["value"]),
        expected_on=date.fromisoformat(boxes["expected_on"]) if boxes["expected_on"] else None,
        note=_note(values, view, f"m{measure.id}.note", before),
    )  # fmt: skip
    first = "value" if measure.shape == "value" else "numerator"
    return Told(measure, entry, f"m{measure.id}.{first}")


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
    return None if typed is None else float(typed)
