"""The messages with charts in them: whatever a chart is drawn from, each one that stands shows it as it is now.

Of a chart that somebody asked for again only the newest is a picture; those above it say so.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox
from bot.domain import measures, strata
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import pictures

Values = dict[str, Any]
REPORTS = ("team_reports/month", "sponsors/own", "sponsors/ask")  # a team's month, and what becomes of it
ASKED = ("charts/one", "charts/page", "strata/chart", "pooled/chart", *REPORTS)
MONTHLY = ("measures/month", "measures/look")
REPLACED = "charts/replaced"
# what can be seen of a measure in its chart
DRAWN = {"code", "name", "unit", "shape", "direction", "goal", "baseline_months", "strata"}
# so many edits, of what Slack allows in a minute, go to months of long ago, so that nobody's answer waits for them
EDITS, A_MINUTE = 30, timedelta(minutes=1)


def replace(session: Session, key: str, now: datetime) -> None:
    """Where the chart of this letter was asked for before, that one says that a newer one is below."""
    newest = outbox.of_key(session, key)
    assert newest is not None, "it was said a moment ago"
    same = select(Letter).where(Letter.message == newest.message, Letter.to == newest.to, Letter.key != key)
    for older in session.exec(same).all():
        if older.about != newest.about:
            continue
        if older.ts is None:
            outbox.recall(session, older.key, now)
            continue
        older.message = REPLACED
        session.add(older)
        session.flush()
        outbox.say(session, "charts/replaced", key=older.key, to=older.to, now=now, **older.about)


def replaced(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What stands in place of a chart that was asked for again; None where what it was of is gone."""
    row = about.get("team", 0)
    team, measure = session.get(Team, row), session.get(Measure, about.get("measure", 0))
    if (row and team is None) or (about.get("measure") and measure is None):
        return None
    stratum = strata.named(measure, about["stratum"]) if measure and "stratum" in about else None
    by_group = f" by {stratum}" if stratum else ""
    return {
        "team": team,
        "collaborative": measure.collaborative_id if measure else 0,
        "whose": team.name if team else "all teams together",
        "what": f"{measure.code} · {measure.name}{by_group}" if measure else "all run charts",
    }


def follow(session: Session, team: Team, counted: Iterable[int], since: Submission, now: datetime) -> None:
    """Numbers of a month changed: the messages of later months, and the charts that people asked for, show it."""
    later = select(Submission.id).where(Submission.team_id == team.id, Submission.period > since.period)
    months, theirs = set(session.exec(later)), {*counted}
    keys = [key for key, about in _said(session, MONTHLY if months else ()) if about["submission"] in months]
    for key, about in _said(session, ASKED):
        of_team = about.get("team")
        if of_team == team.id or (not of_team and about["measure"] in theirs):
            keys.append(key)
    outbox.say_again(session, *keys, now=now)


def follow_measures(session: Session, rows: Collection[int], now: datetime) -> None:
    """A goal, a name, a direction changed: every chart with it shows that, the newest months first."""
    lag = {one.id: one.lag_months for one in session.exec(select(Measure).where(col(Measure.id).in_(rows)))}
    told = session.exec(select(Point).where(col(Point.measure_id).in_(rows), Point.stratum == ""))
    periods = {(one.team_id, measures.moved(one.month, lag[one.measure_id])) for one in told}
    teams = {team for team, _ in periods}
    for key, about in _said(session, ASKED):
        if about["measure"] in rows if "measure" in about else about["team"] in teams:
            outbox.say_again(session, key, now=now)
    theirs = session.exec(select(Submission).where(col(Submission.team_id).in_(teams))).all()
    shown = {one.id: one.period for one in theirs if (one.team_id, one.period) in periods}
    monthly = [(shown[row], key) for key, about in _said(session, MONTHLY) if (row := about["submission"]) in shown]
    for place, (_, key) in enumerate(sorted(monthly, reverse=True)):
        outbox.say_again(session, key, now=now + place // EDITS * A_MINUTE)


def draw_pooled_anew(session: Session, collaborative: int, now: datetime) -> None:
    """Words on the charts of all teams together were taken down: wherever they stand they are shown without them."""
    pictures.condemn(session, f"pooled:{collaborative}")
    rows = set(session.exec(select(Measure.id).where(Measure.collaborative_id == collaborative)))
    said = _said(session, ("strata/chart", "pooled/chart"))
    theirs = [key for key, about in said if not about.get("team") and about["measure"] in rows]
    outbox.say_again(session, *theirs, now=now)


def _said(session: Session, messages: Collection[str]) -> list[tuple[str, dict[str, int]]]:
    """The key of each such message, and what it is about."""
    said = select(Letter.key, Letter.about).where(col(Letter.message).in_(messages))
    return [*session.exec(said.order_by(col(Letter.id)))]
