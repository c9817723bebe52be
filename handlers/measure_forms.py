"""What stands in the form of a month's numbers when it opens, and what is read from it when it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from bot import drafts, forms
from bot.access import Actor
from bot.cards import measure_words
from bot.domain import entries, groups, measures, months, points, stories, strata, submissions
from bot.domain.entries import NOT_AVAILABLE, VALUE, Entry
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.stories import Story
from bot.domain.teams import Team

FORM = "measures.filed"
ROOM = 84  # blocks for measures in one view, beside what stands around them and what may be asked below
Values = dict[str, Any]
NUMBERS = ("numerator", "denominator", "value")  # the boxes of a measure that count
BOXES = ("state", *NUMBERS, "expected_on", "note")  # those of everybody; groups have boxes of their own
Stood = tuple[str, float | None, float | None, float | None]  # the answer, numerator, denominator and value


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
    words: int = 0  # the versions of the measures whose words the page shows
    story: str | None = None  # which story stood there when its box was shown; None before it is
    storied: bool = False  # whether the box was opened with words in it, so that none means to take them away
    was: dict[int, Stood] = {}  # what stood of each measure when it was opened to be corrected
    theirs: bool = False  # somebody filed meanwhile: a box that is left empty keeps what they did
    subject: str = drafts.NEW

    @property
    def rows(self) -> list[int]:
        """Every measure from this page on."""
        return [*self.page, *self.later]


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
    told = points.of_team(session, team.id, since=date.min, until=carried.period)
    carried = carried.model_copy(
        update={
            "page": [one.id for one in here],
            "later": [one.id for one in counted[len(here) :]],
            "seen": sum(one.version for one in _of_page(told, carried, here)),
            "words": sum(one.version for one in here),
            "was": _was(told, here, carried, typed) | carried.was,
        }
    )
    story = stories.of_month(session, team.id, carried.period)
    if not carried.later and carried.story is None:
        seen_by_me = story if story and typed.get("story", story.words) == story.words else None
        carried = carried.model_copy(update={"story": told_then(seen_by_me), "storied": seen_by_me is not None})
    asked = submissions.of_period(session, team, carried.period, today)
    due = submissions.due_of(asked)
    return {
        "meta": carried.model_dump_json(),
        "title": f"{months.called(carried.period)} numbers",
        "team": team,
        "due": due,
        "fix": carried.fix,
        "theirs": carried.theirs,
        "more": carried.more,
        "last_page": not carried.later,
        "kept": kept,
        "meanwhile": meanwhile,
        "states": [*entries.ANSWERS.items()],
        "rows": [_row([point for point in told if point.measure_id == one.id], one, carried, typed) for one in here],
        "story": str(typed.get("story", story.words if story else "")),
        "reason": str(typed.get("reason", "")),
    }


def typed(view: Mapping[str, Any]) -> Values:
    """What stands in the form, and that nothing does in a box that was emptied."""
    empty = {str(block.get("block_id")): "" for block in view["blocks"] if block["type"] == "input"}
    return empty | forms.values(view)


def told_then(story: Story | None) -> str:
    """By what a form knows whether the words beside the numbers are still those that it showed."""
    return f"{story.id}:{story.at.timestamp()}" if story else ""


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


def box_of(measure: Measure, stratum: str) -> str:
    """Where the groups of a stratum are written."""
    return f"m{measure.id}.by{strata.number_of(stratum)}"


def month_of(measure: Measure, period: date) -> date:
    """The month that a measure tells of in a period."""
    return measures.moved(period, -measure.lag_months)


def seen(session: Session, team: Team, carried: Carried, counted: Sequence[Measure]) -> int:
    """The versions of what stands where this page writes, so that what somebody filed meanwhile shows."""
    told = points.of_team(session, team.id, since=date.min, until=carried.period)
    return sum(one.version for one in _of_page(told, carried, counted))


def _of_page(told: Iterable[Point], carried: Carried, counted: Sequence[Measure]) -> list[Point]:
    theirs = {one.id: month_of(one, carried.period) for one in counted}
    return [one for one in told if theirs.get(one.measure_id) == one.month]


def stood(one: Point | Entry) -> Stood:
    """The numbers of an entry, or of what stands where it goes."""
    return one.state, one.numerator, one.denominator, one.value


def _was(
    told: Iterable[Point], here: Sequence[Measure], carried: Carried, typed: Mapping[str, Any]
) -> dict[int, Stood]:
    """What stands of these where the form shows it to be corrected, and not what somebody typed meanwhile."""
    if not carried.fix:
        return {}
    read = [one for one in here if not (carried.theirs and {f"m{one.id}.{name}" for name in NUMBERS} & typed.keys())]
    return {one.measure_id: stood(one) for one in _of_page(told, carried, read) if not one.stratum}


def _that_fit(counted: list[Measure], *, more: bool) -> list[Measure]:
    """The first of them that one view holds, with room for what may be asked below each box."""
    room, here = ROOM, list[Measure]()
    for measure in counted:
        room -= 8 + (3 * (1 + len(measure.strata)) if more else 0)
        if room < 0 and here:
            break
        here.append(measure)
    return here


def _row(told: list[Point], measure: Measure, carried: Carried, typed: Mapping[str, Any]) -> Values:
    """One measure as the form shows it; `told` is all that the team told of it."""
    month = month_of(measure, carried.period)
    whole = [one for one in told if not one.stratum]
    stands = next((one for one in whole if one.month == month), None) if carried.fix else None
    form = {name: typed.get(f"m{measure.id}.{name}", shown) for name, shown in _stands(stands).items()}
    own = "" if month == carried.period else f" · for {months.called(month)}"
    return {
        "id": measure.id,
        "divided": measure.shape == "ratio",
        "name": f"{measure.code} · {measure.name}{own}",
        "exclusions": measure.exclusions,
        "code": measure.code,
        "single": measure.shape == "value",
        "numerator": measure.numerator or measure.name,
        "denominator": measure.denominator,
        "last": measure_words.last(measure, whole, month),
        "form": form,
        "dated": form["state"] == NOT_AVAILABLE or bool(form["expected_on"]),
        "groups": [
            (box, stratum, typed.get(box, _groups(told, month, stratum)))
            for stratum in measure.strata
            if (box := box_of(measure, stratum))
        ],
        "like": groups.LIKE[measure.shape == "value"],
    }


def _stands(point: Point | None) -> dict[str, str]:
    """What a row holds, box by box."""
    if point is None:
        return {"state": VALUE, "numerator": "", "denominator": "", "value": "", "expected_on": "", "note": ""}
    numbers = {name: getattr(point, name) for name in NUMBERS}
    shown = {name: "" if number is None else f"{number:.12g}" for name, number in numbers.items()}
    expected = point.expected_on.isoformat() if point.expected_on else ""
    return {"state": point.state, **shown, "expected_on": expected, "note": point.note}


def _groups(told: list[Point], month: date, stratum: str) -> str:
    """What was filed of a stratum, as its box shows it."""
    filed = [one for one in told if one.month == month and one.stratum == stratum]
    return groups.write([Group(one.level, one.numerator, one.denominator, one.value) for one in filed])
