"""What the handlers of monthly numbers share: which team is meant, who may, and which form or window is shown."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from bot import access, times
from bot.access import Actor
from bot.cards import measure_words
from bot.domain import measures, months, submissions
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from handlers import cycles, measure_forms

Body = dict[str, Any]
Values = dict[str, Any]
NO_TEAM = (
    "You're not in a team, so there are no numbers to send. Coaches and faculty read them: "
    "write */data* in a team's own channel, or open a team under All actions and press Monthly data."
)
NO_MEASURES = "{team} has no measures in {month}. A coordinator or the improvement advisor adds them, under Measures."
NOTHING_YET = "Nothing is in for {month} yet, so there is nothing to correct. */data {name}* sends it."
TO_COME = "{month} is still to come."
MONTHS = 18  # that can be chosen
MOST_CHOICES = 100  # in one menu


class Choosing(BaseModel):
    """What a choice of month is for: a claim, checked again."""

    team: int | None = None
    fix: bool = False


def window(session: Session, actor: Actor, team: Team, kit: Kit) -> Values:
    """What is in, and what its reader may do about it."""
    actor.must("measures.read", collaborative=team.collaborative_id, team=team)
    today = today_of(team, kit)
    writes = actor.may("measures.write", collaborative=team.collaborative_id, team=team)
    period = submissions.newest_open(session, team, today)
    waits = measure_forms.still_open(session, team, period, today)
    own = actor.may("strata.read", collaborative=team.collaborative_id, team=team)
    return {
        **measure_words.window(session, team, today, own=own),
        "send": months.called(period) if writes and waits else "",
        "writes": writes,
        "imports": actor.may("measures.import", collaborative=team.collaborative_id, team=team),
    }


def form_or_window(session: Session, actor: Actor, team: Team, period: date, kit: Kit) -> tuple[str, Values]:
    """The form of a period; where all of it is in, the window that says so. Raises BotError where there is neither."""
    today = today_of(team, kit)
    if period > measures.month_of(today):
        raise BotError(TO_COME.format(month=months.called(period)))
    asked = submissions.of_period(session, team, period, today)  # a measure with a lag tells of an earlier month
    if not asked and not measures.of_team(session, team, period):
        raise BotError(NO_MEASURES.format(team=team.name, month=months.called(period)))
    if not measure_forms.still_open(session, team, period, today):
        return "measures/window", window(session, actor, team, kit)
    return "measures/form", measure_forms.opened(session, team, actor, period, today)


def to_fix(session: Session, actor: Actor, team: Team, period: date, kit: Kit, only: int | None = None) -> Values:
    """The form with what was filed, of one measure or of all. Raises Gone where nothing was."""
    filed = measure_forms.filed(session, team, period, only)
    if not filed:
        raise Gone(NOTHING_YET.format(month=months.called(period), name=f"{period:%B}".lower()).replace("*", ""))
    return measure_forms.opened(session, team, actor, period, today_of(team, kit), fix=filed, only=only or 0)


def choice(
    session: Session, actor: Actor, team: Team | None, kit: Kit, *, words: str = "", fix: bool = False
) -> Values:
    """Which month, and for somebody of several teams which of them."""
    today, counted = today_of(team, kit) if team else kit.now().date(), dict[int | None, str]()
    offered = [measures.moved(measures.month_of(today), -count) for count in range(1, MONTHS + 1)]
    if team and fix:
        there = {month: filed for month in offered if (filed := measure_forms.filed(session, team, month))}
        offered = [*there]
        counted = {one.id: f"{one.code} · {one.name}"[:75] for filed in there.values() for one in filed}
        if not offered:
            raise BotError("Nothing is in yet, so there is nothing to correct. /data sends the first numbers.")
    meant = months.read(words, today) if words else None
    teams = [] if team else [access.team_of(session, row) for row in actor.team_ids]
    return {
        "fix": fix,
        "measures": [(str(row), name) for row, name in counted.items()][:MOST_CHOICES] if len(counted) > 1 else [],
        "teams": [(str(one.id), one.name[:75]) for one in teams],
        "months": [(f"{month:%Y-%m}", months.called(month)) for month in offered],
        "month": f"{meant if meant in offered else offered[0]:%Y-%m}",
        "meta": Choosing(team=team.id if team else None, fix=fix).model_dump_json(),
    }


def team_meant(session: Session, actor: Actor, body: Body, named: int | None) -> Team | None:
    """The team a button names, or whose channel this is, or the person's only one; None where the form has to ask."""
    row = named or cycles.team_here(session, body)
    if row is None and len(actor.team_ids) > 1:
        return None
    if row is None and not actor.team_ids:
        raise BotError(NO_TEAM.replace("*", ""))
    team = access.team_of(session, row or actor.team_ids[0])
    actor.must("measures.read", collaborative=team.collaborative_id, team=team)
    return team


def writable(session: Session, actor: Actor, row: int | None) -> Team:
    """The team, when this person may send its numbers; the check is on the record, not on the button."""
    if row is None:
        raise FieldError("team", "Please choose the team whose numbers these are.")
    team = access.team_of(session, row)
    actor.must("measures.write", collaborative=team.collaborative_id, team=team)
    return team


def today_of(team: Team, kit: Kit) -> date:
    """The day it is where the team is."""
    return times.local_day(kit.now(), team.timezone)
