"""What stands in the form of a month's numbers when it opens, and what is read from it when it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import drafts, forms
from bot.access import Actor
from bot.cards import measure_words
from bot.domain import entries, groups, measures, months, plurals, points, submissions
from bot.domain.entries import NOT_AVAILABLE, VALUE, Entry
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from handlers import measure_meanwhile, measure_merging, measure_standing
from handlers.measure_merging import Merged
from handlers.measure_standing import Carried, box_of, month_of

FORM = "measures.filed"
ROOM = 84  # blocks for measures in one view, beside what stands around them and what may be asked below
Values = dict[str, Any]
CHANGED = (
    "While you were writing, somebody who looks after measures changed one of these. Please look once more at what is "
    "counted; what you typed is still below."
)


def opened(
    session: Session, team: Team, actor: Actor, period: date, today: date, *, fix: Sequence[Measure] = (), only: int = 0
) -> Values:
    """The form for a team's period: what is open, or what was filed and is to be fixed; with last time's words."""
    counted = fix or still_open(session, team, period, today)
    which = f"{period:%Y-%m}{':fix' if fix else ''}{f':{only}' if only else ''}"
    subject = f"measures:{team.id}:{which}"
    saved = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
    carried = Carried(
        team=team.id or 0, period=period, page=[one.id or 0 for one in counted], fix=bool(fix),
        more=bool(fix) or bool(saved.get("_more")), subject=subject,
    )  # fmt: skip
    return shown(session, team, carried, saved, today, kept=bool(saved))


def shown(
    session: Session, team: Team, carried: Carried, typed: Mapping[str, Any], today: date, *, kept: bool = False
) -> Values:
    """The form with these words in it; as many measures as one view holds, the others on later pages.

    What others filed since its words were typed is told above it, and stands in every box that was left as it was.
    """
    counted = [one for row in carried.rows if (one := session.get(Measure, row))]
    reworded = carried.reworded or is_reworded(carried, counted)
    here = _that_fit(counted, more=carried.more)
    later = counted[len(here) :]
    carried = carried.model_copy(
        update={"page": [one.id for one in here], "later": [one.id for one in later], "reworded": reworded}
    )
    told = points.of_team(session, team.id, since=date.min, until=carried.period)
    stands = measure_standing.everything(session, team, carried, here, told)
    was = {**typed.get("_was", {}), **carried.was}
    merged = measure_merging.merge(typed, was, stands, theirs=carried.theirs, fix=carried.fix)
    stood = measure_standing.of_later(carried, told, later)
    carried = _carried_on(carried, here, was, measure_merging.marks(stands), stood)
    due = submissions.due_of(submissions.of_period(session, team, carried.period, today))
    theirs = measure_meanwhile.told(session, team, carried.period, here, stands) if carried.theirs else ""
    return {
        "meta": carried.model_dump_json(),
        "title": f"{months.called(carried.period)} numbers",
        "team": team,
        "due": due,
        "fix": carried.fix or carried.theirs,
        "theirs": carried.theirs,
        "more": carried.more,
        "last_page": not carried.later,
        "kept": kept,
        "meanwhile": " ".join(filter(None, [theirs, CHANGED if reworded else ""])),
        "states": [*entries.ANSWERS.items()],
        "rows": [_row(told, one, carried, stands, merged) for one in here],
        "story": str({**stands, **merged.words}.get("story", "")),
        "reason": str(typed.get("reason", "")),
    }


def _carried_on(
    carried: Carried, here: Sequence[Measure], was: Mapping[str, str], now: dict[str, str], later: dict[str, str]
) -> Carried:
    """The same with the marks of what stands now, and whether that was changed since the form was opened."""
    return carried.model_copy(update={
        "words": sum(one.version for one in here),
        "theirs": carried.theirs or any(was.get(thing, mark) != mark for thing, mark in now.items()),
        "was": later | now,
    })  # fmt: skip


def is_reworded(carried: Carried, counted: Iterable[Measure]) -> bool:
    """Whether somebody changed the words of a measure that the page showed."""
    return bool(carried.words) and sum(one.version for one in counted if one.id in carried.page) != carried.words


def merged(
    session: Session, team: Team, carried: Carried, counted: Sequence[Measure], view: Mapping[str, Any]
) -> Merged:
    """What this page is to leave in the record: what was typed in it, beside what others filed meanwhile."""
    told = points.of_team(session, team.id, since=date.min, until=carried.period)
    stands = measure_standing.everything(session, team, carried, counted, told)
    return measure_merging.merge(typed(view), carried.was, stands, theirs=carried.theirs, fix=carried.fix)


def typed(view: Mapping[str, Any]) -> Values:
    """What stands in the form, and that nothing does in a box that was emptied."""
    empty = {str(block.get("block_id")): "" for block in view["blocks"] if block["type"] == "input"}
    return empty | forms.values(view)


def still_open(session: Session, team: Team, period: date, today: date) -> list[Measure]:
    """The measures of a period that wait; of a month nobody asks for, all that aren't in."""
    asked = submissions.of_period(session, team, period, today)
    if any(one.status != "not_applicable" for one in asked):
        return [one.measure for one in asked if not one.is_in and one.status != "not_applicable"]
    return [one.measure for one in asked if not one.is_in]


def filed(session: Session, team: Team, period: date, only: int | None = None) -> list[Measure]:
    """The measures of a period of which something was told; of one alone, that one."""
    return [
        measure
        for measure in measures.all_of(session, team.collaborative_id)
        if only in (None, measure.id) and points.of_entry(session, team.id, blank(measure, period))
    ]


def blank(measure: Measure, period: date, stratum: str = "", level: str = "") -> Entry:
    """Where a measure's number of a period stands."""
    return Entry(measure.id or 0, month_of(measure, period), VALUE, stratum=stratum, level=level)


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
    told: list[Point], measure: Measure, carried: Carried, stands: Mapping[str, str], merged: Merged
) -> Values:  # fmt: skip
    """One measure as the form shows it; the answer that stands only where it is there to be corrected."""
    month, row = month_of(measure, carried.period), f"m{measure.id}"
    whole = [one for one in told if one.measure_id == measure.id and not one.stratum]
    words = {**stands, **merged.words}
    blank = not (carried.fix or carried.theirs or row in merged.touched)
    form = {name: "" if blank else str(words.get(f"{row}.{name}", "")) for name in measure_merging.ANSWER}
    form |= {"state": form["state"] or VALUE, "note": str(words.get(f"{row}.note", ""))}
    own = "" if month == carried.period else f" in {months.called(month)}"
    return {
        "id": measure.id,
        "divided": measure.shape == "ratio",
        "name": f"{measure.code}{own} · {measure.name}",
        "label": f"{measure.code}{own}",
        "lagged": _lagged(measure, month, carried.period) if own else "",
        "decimals": measure.shape == "ratio" or (measure.shape == "value" and measure.unit != "count"),
        "exclusions": measure.exclusions,
        "code": measure.code,
        "single": measure.shape == "value",
        "numerator": measure.numerator or measure.name,
        "denominator": measure.denominator,
        "last": measure_words.last(measure, whole, month),
        "form": form,
        "dated": form["state"] == NOT_AVAILABLE or bool(form["expected_on"]),
        "groups": [
            (box, stratum, str(words.get(box, ""))) for stratum in measure.strata if (box := box_of(measure, stratum))
        ],
        "like": groups.LIKE[measure.shape == "value"],
    }


def _lagged(measure: Measure, month: date, period: date) -> str:
    """Why a measure asks about another month than the form's."""
    later = plurals.several(measure.lag_months, "month")
    return f"Of {months.called(month)}, not of {months.called(period)}: its numbers come {later} later than others."
