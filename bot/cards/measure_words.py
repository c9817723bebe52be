"""What forms, windows and messages say about numbers: a value, a month, how it stands, a correction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import times
from bot.cards import series_charts
from bot.charts import Chart
from bot.domain import measures, months, pdsa_facts, points, series, stories, submissions
from bot.domain.entries import NO_CASES, NOT_AVAILABLE, Entry
from bot.domain.measures import Measure
from bot.domain.points import Point, PointChange
from bot.domain.submissions import Owed
from bot.domain.teams import Team

Values = dict[str, Any]
Changed = tuple[Point, PointChange, Values]  # a correction, and all that stood there after it
SIX = 6  # months that the window shows
MOST_CHANGES, MOST_STORIES = 10, 3


def value(measure: Measure, number: float) -> str:
    """A value as people say it: 75%, 14.2 days, 9."""
    shown = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    if measure.unit == "percent":
        return f"{shown}%"
    return f"{shown} day{'' if shown == '1' else 's'}" if measure.unit == "days" else shown


def listed(names: list[str]) -> str:
    """Ana Reyes, Ben Castellano and Gil Ortega."""
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])


def point(measure: Measure, told: Point | Entry) -> str:
    """What was told of a month: 75% (9 of 12)."""
    if told.state == NO_CASES:
        return "no cases this month"
    if told.state == NOT_AVAILABLE or told.value is None:
        return f"not in yet, expected {times.day(told.expected_on)}" if told.expected_on else "not in yet"
    if told.denominator is None:
        return value(measure, told.value)
    of = "of" if measure.shape == "proportion" else "over"
    return f"{value(measure, told.value)} ({told.numerator:g} {of} {told.denominator:g})"


def last(measure: Measure, told: list[Point], before: date) -> Mapping[str, str]:
    """What stands beside each box: the newest number before a month, box by box; empty where there is none."""
    earlier = [one for one in told if one.month < before and one.value is not None]
    if not earlier:
        return dict.fromkeys(("numerator", "denominator", "value"), "")
    newest = earlier[-1]
    when = months.called(newest.month)
    numbers = {"numerator": newest.numerator, "denominator": newest.denominator, "value": newest.value}
    return {name: "" if number is None else f"Last: {number:g} ({when})" for name, number in numbers.items()}


def stands(session: Session, team: Team, today: date) -> str:
    """How the newest period stands, in a line for the team card and Home; empty where nothing is asked for."""
    if not measures.all_of(session, team.collaborative_id):
        return ""
    period = submissions.newest_open(session, team, today)
    asked = [one for one in submissions.of_period(session, team, period, today) if one.is_in or one.is_open]
    if not asked:
        return ""
    count = sum(one.is_in for one in asked)
    if count == len(asked):
        return f"{months.called(period)}: all in. Thank you."
    due = submissions.due_of(asked)
    when = f", due {times.day(due)}" if due and due >= today else ""
    return f"{months.called(period)}: {count} of {len(asked)} in{when}"


def window(session: Session, team: Team, today: date, *, own: bool) -> Values:
    """Everything the window with a team's numbers prints, but for what its reader may do.

    Groups, which may be of few people, are in it only where it is its reader's `own` team to see all counts of.
    """
    recent = [measures.moved(measures.month_of(today), -count) for count in range(SIX, -1, -1)]
    asked = {
        (one.measure.id, one.month): one
        for period in recent[:-1]  # this month isn't over
        for one in submissions.of_period(session, team, period, today)
    }
    filed = points.of_team(session, team.id, since=recent[0], until=recent[-1])
    told = [one for one in filed if own or not one.stratum]
    counted = [one for one in measures.all_of(session, team.collaborative_id) if _shown(one, asked, told)]
    return {
        "team": team,
        "lines": [_line(session, team, one, recent, asked, told, today) for one in counted],
        "changes": [*_stories_before(session, team, recent), *corrections(session, team, told)][:MOST_CHANGES],
        "stories": [
            f"{months.called(story.month)}: {story.words}"
            for month in reversed(recent)
            if (story := stories.of_month(session, team.id, month))
        ],
    }


def corrections(session: Session, team: Team, told: list[Point]) -> list[str]:
    """Who changed what to what, when and why, the newest first."""
    return [_correction(session, team, *one) for one in _changed(session, told)[:MOST_CHANGES]]


def _stories_before(session: Session, team: Team, recent: list[date]) -> list[str]:
    """What the numbers didn't show in other words: whose they were, and who changed them."""
    return [
        f"{pdsa_facts.name_of(session, one.person_id)}, {times.words(one.at, team.timezone)}: what the numbers of "
        f"{months.called(one.month)} don't show, before by {pdsa_facts.name_of(session, one.author_id)}: “{one.words}”"
        for one in stories.before(session, team.id, recent)[:MOST_STORIES]
    ]


def trace(session: Session, team: Team, told: list[Point]) -> str:
    """What was corrected last as a team's channel has it: of a group, which may be of few people, no name or count."""
    made = _changed(session, told)
    newest = [one for one in made if one[1].at == made[0][1].at]
    if not newest:
        return ""
    whole = [one for one in newest if not one[0].stratum]
    point, change, _ = newest[0]
    if not whole:
        return _of_a_group(session, team, point, change)
    what = [_what(session.get_one(Measure, one.measure_id), made, after, one) for one, made, after in reversed(whole)]
    told_then = [one for one, *_ in newest if one.stratum] + [one for one in told if one.filed_at == change.at]
    groups = dict.fromkeys(f"{_groups_of(session, one)}: the numbers of groups" for one in told_then if one.stratum)
    return _by_whom(session, team, change, "; ".join([*what, *groups]))


def chart(session: Session, team: Team, measure: Measure, until: date) -> Chart | None:
    """The team's run chart of a measure; None before there is a number."""
    found = series.of(session, team.id or 0, measure.id or 0, until=until)
    return series_charts.of(found, whose=team.name)


def _shown(measure: Measure, asked: Mapping[tuple[int | None, date], Owed], told: list[Point]) -> bool:
    return any(row == measure.id and one.status != "not_applicable" for (row, _), one in asked.items()) or any(
        one.measure_id == measure.id for one in told
    )


def _line(
    session: Session, team: Team, measure: Measure, recent: list[date],
    asked: Mapping[tuple[int | None, date], Owed], told: list[Point], today: date,
) -> Values:  # fmt: skip
    whole = {one.month: one for one in told if one.measure_id == measure.id and not one.stratum}
    wanted = {month for (row, month), one in asked.items() if row == measure.id and one.status != "not_applicable"}
    shown = [month for month in recent if month in whole or month in wanted][-SIX:]
    groups = [one for one in told if one.measure_id == measure.id and one.stratum]
    return {
        "id": measure.id,
        "name": f"{measure.code} · {measure.name}",
        "months": [
            f"{months.called(month)}: {_stands(measure, whole.get(month), asked.get((measure.id, month)))}"
            for month in shown
        ]
        or ["nothing is asked for yet"],
        "groups": [f"{months.called(one.month)}, {one.level}: {point(measure, one)}" for one in groups[-SIX:]],
    }  # fmt: skip


def _stands(measure: Measure, told: Point | None, owed: Owed | None) -> str:
    status = submissions.WORDS[owed.status] if owed else ""
    if told is None or told.state == NOT_AVAILABLE:
        return point(measure, told) if told else status
    note = f" – {told.note}" if told.note else ""
    timely = {"on_time": "on time", "late": "a little later"}.get(told.timeliness, "")
    return f"{point(measure, told)}{' · ' + timely if timely else ''}{note}"


def _changed(session: Session, told: list[Point]) -> list[Changed]:
    """Every correction of these with what stood there after it, the newest first."""
    rows = {one.id: one for one in told}
    after = {one.id: {name: getattr(one, name) for name in points.TOLD} for one in told}
    found = []
    for change in points.changes(session, rows):
        found.append((rows[change.point_id], change, after[change.point_id]))
        after[change.point_id] = after[change.point_id] | change.old
    return found


def _correction(session: Session, team: Team, told: Point, change: PointChange, after: Values) -> str:
    return _by_whom(session, team, change, _what(session.get_one(Measure, told.measure_id), change, after, told))


def _by_whom(session: Session, team: Team, change: PointChange, what: str) -> str:
    why = f" – {change.reason}" if change.reason else ""
    by = pdsa_facts.name_of(session, change.person_id)
    return f"{by}, {times.words(change.at, team.timezone)}: {what}{why}"


def _what(measure: Measure, change: PointChange, after: Values, told: Point) -> str:
    """OFFER3 (Spanish) of January 2026: from 75% (9 of 12) to 66.7% (8 of 12); the note from nothing to “…”."""
    part = f" ({told.level})" if told.level else ""
    before = after | change.old
    was, now = point(measure, _stood(told, before)), point(measure, _stood(told, after))
    changed = [f"from {was} to {now}"] if was != now else []
    if "note" in change.new:
        changed.append(f"the note from {_quoted(before['note'])} to {_quoted(after['note'])}")
    return f"{measure.code}{part} of {months.called(told.month)}: {'; '.join(changed)}"


def _stood(told: Point, stood: Values) -> Entry:
    day = stood["expected_on"]
    return Entry(
        told.measure_id, told.month, stood["state"], stood["numerator"], stood["denominator"], stood["value"],
        expected_on=date.fromisoformat(day) if isinstance(day, str) else day,
    )  # fmt: skip


def _quoted(note: str) -> str:
    return f"“{note}”" if note else "nothing"


def _of_a_group(session: Session, team: Team, told: Point, change: PointChange) -> str:
    return _by_whom(session, team, change, f"{_groups_of(session, told)}: the numbers of a group")


def _groups_of(session: Session, told: Point) -> str:
    """OFFER3 of January 2026 by language."""
    return f"{session.get_one(Measure, told.measure_id).code} of {months.called(told.month)} by {told.stratum}"
