"""What a team gets back for its numbers: thanks, what each says in a sentence, and what the teams have together."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from bot import charts, outbox, times
from bot.cards import measure_words, team_charts
from bot.cards.measure_cards import look_key
from bot.cards.team_charts import Charted
from bot.charts import Chart
from bot.domain import measures, months, pdsa_facts, points, pooled, stories, submissions
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.submissions import NOT_APPLICABLE, Owed, Submission
from bot.domain.teams import GONE, Team
from bot.outbox import DROPPED, Letter

Values = dict[str, Any]
MOST = 12  # measures that one message tells
MOST_NAMES = 40


def month(session: Session, submission: Submission, now: datetime) -> Values:
    """Everything the message of a team's month prints."""
    team = session.get_one(Team, submission.team_id)
    today = times.local_day(now, team.timezone)
    asked = submissions.of_period(session, team, submission.period, today)
    told = of_period(session, team, submission.period)
    story = stories.of_month(session, team.id, submission.period)
    corrected = measure_words.trace(session, team, _with_groups(session, team, told))
    charted = team_charts.of(session, team, [(measure, point.month) for measure, point in told])
    shown = [_line(session, team, measure, point, submission.period) for measure, point in told[:MOST]]
    lines, early = _said_once(shown)
    return {
        "submission": submission,
        "team": team,
        "month": months.called(submission.period),
        "by": _by(session, [point.person_id for _, point in told] or [story.person_id if story else 0]),
        "unasked": _unasked(asked),
        "later": _later(asked),
        "waiting": [one.measure.code for one in asked if one.is_open],
        "lines": lines,
        "early": early,
        "pictures": team_charts.in_channel(team, charted),
        "stayed": _stayed(charted),
        "more_lines": max(len(told) - MOST, 0),
        "story": story.words if story else "",
        "corrected": f"Corrected: {corrected}" if corrected else "",
    }


def _unasked(asked: list[Owed]) -> str:
    """How many of a month are in of which nobody asks for the others; empty where they are all in."""
    at_once = [one for one in asked if one.is_in or not _comes_later(one)]
    others = [one for one in at_once if one.status == NOT_APPLICABLE and not one.is_in]
    here = sum(one.is_in for one in asked)
    return f"{here} of {len(at_once)} numbers {'is' if here == 1 else 'are'} in" if others else ""


def _later(asked: list[Owed]) -> str:
    """Which of a month's numbers are known only later, and with which month they come; empty where none wait so."""
    late = [one for one in asked if _comes_later(one) and not one.is_in]
    told = [
        f"{one.measure.code} with {months.called(measures.moved(one.period, one.measure.lag_months))}" for one in late
    ]
    return f"Known only later: {measure_words.listed(told)}." if told else ""


def _comes_later(one: Owed) -> bool:
    """Whether a month before the start has to wait for it, since it takes longer to be known."""
    return one.status == NOT_APPLICABLE and one.measure.lag_months > 0


def of_period(session: Session, team: Team, period: date) -> list[tuple[Measure, Point]]:
    """What was told of everybody in a period, in the measures' order."""
    every = measures.all_of(session, team.collaborative_id)
    return [
        (measure, point)
        for measure in every
        if (point := points.whole(session, team.id, measure.id, measures.moved(period, -measure.lag_months)))
    ]


def _with_groups(session: Session, team: Team, told: list[tuple[Measure, Point]]) -> list[Point]:
    """All points of these months and measures, those of groups too."""
    months_of = {measure.id: point.month for measure, point in told}
    if not told:
        return []
    every = points.of_team(session, team.id, since=min(months_of.values()), until=max(months_of.values()))
    return [one for one in every if months_of.get(one.measure_id) == one.month]


def worrying(session: Session, submission: Submission, person: int, letter: Letter | None) -> list[Values]:
    """The measures worth a look by this month, but for those of which an earlier letter than this told a person."""
    team = session.get_one(Team, submission.team_id)
    return [
        {
            "name": f"{measure.code} · {measure.name}",
            "said": charts.sentence(chart),
            "picture": team_charts.picture(team, chart, measure),
        }
        for measure, point in of_period(session, team, submission.period)
        if (chart := measure_words.chart(session, team, measure, point.month))
        and chart.meaning == "look"
        and not _told_before(session, team, measure, submission.period, person, letter)
    ]


def _told_before(
    session: Session, team: Team, measure: Measure, period: date, person: int, letter: Letter | None
) -> bool:  # fmt: skip
    """Whether an older letter told of it in a month before or after, in all of which up to there it is worth a look."""
    return any(_told_along(session, team, measure, period, person, letter, step) for step in (-1, 1))


def _told_along(
    session: Session, team: Team, measure: Measure, period: date, person: int, letter: Letter | None, step: int
) -> bool:  # fmt: skip
    newest = session.exec(select(func.max(Submission.period)).where(Submission.team_id == team.id)).one()
    while True:
        period = measures.moved(period, step)
        if period > newest:
            return False
        chart = measure_words.chart(session, team, measure, measures.moved(period, -measure.lag_months))
        if chart is None or chart.meaning != "look":
            return False
        for known in submissions.rows(session, team, [period]):
            told = outbox.of_key(session, look_key(known.id or 0, person))
            older = told and (letter is None or (told.id or 0) < (letter.id or 0))
            if told and older and (told.ts or told.state != DROPPED):
                return True


def thanks(session: Session, collaborative: Collaborative, period: date, now: datetime) -> Values | None:
    """The teams whose numbers of a period are all in, and nobody else; None where there are none."""
    theirs = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    names = []
    for team in session.exec(theirs.order_by(col(Team.name))):
        asked = submissions.of_period(session, team, period, times.local_day(now, team.timezone))
        if submissions.complete(asked) and any(one.is_in for one in asked):
            names.append(team.name)
    if not names:
        return None
    shown, more = names[:MOST_NAMES], max(len(names) - MOST_NAMES, 0)
    return {"collaborative": collaborative.name, "month": months.called(period), "teams": shown, "more": more}


def _line(session: Session, team: Team, measure: Measure, point: Point, period: date) -> Values:
    chart = measure_words.chart(session, team, measure, point.month)
    together = pooled.month(session, measure, point.month, reader=team.id)
    early = f", {charts.EARLY}" if points.is_early(session, point, team.timezone) else ""
    own = "" if point.month == period else f" ({months.called(point.month)})"
    return {
        "id": measure.id,
        "code": measure.code,
        "name": f"{measure.code} · {measure.name}{own}",
        "told": measure_words.point(measure, point) + early,
        "said": _said(chart) if chart else "",
        "celebrated": chart is not None and chart.meaning == "improvement",
        "early": chart is not None and chart.meaning == "early",
        "others": (
            f"All teams together: {measure_words.value(measure, together.value)}, "
            f"{together.reporting} of {together.teams} teams."
            if together
            else ""
        ),
    }


def _said_once(lines: list[Values]) -> tuple[list[Values], str]:
    """Where several are too young for a finding, and equally so, that is said below all of them."""
    early = [line for line in lines if line["early"]]
    if len(early) < 2 or len({line["said"] for line in early}) > 1:
        return lines, ""
    which = "all of them" if len(early) == len(lines) else ", ".join(line["code"] for line in early)
    told = early[0]["said"].replace("Early days", f"Early days of {which}", 1)
    return [{**line, "said": ""} if line["early"] else line for line in lines], told


def _said(chart: Chart) -> str:
    """The sentence of a chart; what is worth a look is for the leads alone, with a question."""
    if chart.meaning == "improvement":
        return f"{charts.sentence(chart)} What changed?"
    return charts.sentence(chart) if chart.meaning in ("early", "none") else ""


def _stayed(charted: list[Charted]) -> Values:
    """The first measure whose change for the better looks there to stay, with what may be done then; else empty."""
    better = [(measure, chart) for measure, chart in charted if chart.meaning == "improvement"]
    return next(
        (
            {"id": measure.id, "name": measure.code, "shift": shift}
            for measure, chart in better
            if (shift := team_charts.shift(chart))
        ),
        {},
    )


def _by(session: Session, people: list[int]) -> str:
    return measure_words.listed([pdsa_facts.name_of(session, one) for one in dict.fromkeys(people)])
