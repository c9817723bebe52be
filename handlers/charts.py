"""Run charts: one or all on a page, chosen in a form, answered in one's own conversation, and there as text too."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, charts, forms, inbox, outbox, times
from bot.access import Actor
from bot.cards import chart_letters, team_charts
from bot.cards.team_charts import Charted
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles, pooled

Body = dict[str, Any]
ALL = "all"
MOST_CHOICES = 100
NOTHING_YET = "{team} has sent no numbers yet, so there is nothing to draw. /data sends the first ones."
WHICH_TEAM = "Whose charts? Write /data chart in the team's own channel, or press Run charts in its Monthly data."


class Choice(BaseModel):
    """Which of the team's charts."""

    measure: str


class Carried(BaseModel):
    """Whose charts these are: a claim, checked again."""

    team: int


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("charts.choose")(choose)
    app.action("charts.text")(show_as_text)
    app.view("charts.chosen")(send_chosen)


def choose(ack: Ack, body: Body, kit: Kit) -> None:
    """Which chart?"""
    ack()
    show_choice(body, kit, named=forms.pressed(body))


def show_choice(body: Body, kit: Kit, *, named: int | None = None, words: str = "") -> None:
    """The same, for the team a button names or whose channel this is; words after the command choose beforehand."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        row = _team_meant(session, actor, body, named)
        if row is None:
            return pooled.show_choice(body, kit, words=words)
        team = _readable(session, actor, row)
        charted = _charted(session, team, kit)
    values = {
        "team": team,
        "charts": _choices(charted),
        "chosen": _meant(charted, words),
        "meta": json.dumps({"team": team.id}),
    }
    answers.open_view(kit, body, "charts/choose", values)


def send_chosen(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The form closes, and the chart comes in one's own conversation."""
    with kit.store.transaction() as session:
        key = inbox.form_once(session, body, "charts.chosen", kit.now())
        actor = access.actor(session, body)
        team = _readable(session, actor, forms.carried(view, Carried).team)
        choice = forms.read(view, Choice)
        _send(session, kit, team, actor, choice.measure, key=f"chart:{team.id}:{key}")
    ack()


def show_as_text(ack: Ack, body: Body, kit: Kit) -> None:
    """Every month of the charts of this message, in a window."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team_id, measure_id = speaks_of(body)
        team = _readable(session, actor, team_id)
        charted = _charted(session, team, kit)
    shown = [chart for measure, chart in charted if measure_id in (0, measure.id)]
    if not shown:
        raise Gone("This measure has no numbers any more.")
    answers.open_view(kit, body, "charts/text", {"charts": [charts.text(chart) for chart in shown]})


def _send(session: Session, kit: Kit, team: Team, actor: Actor, chosen: str, *, key: str) -> None:
    about = {"team": team.id or 0, "person": actor.id}
    to, now = f"person:{actor.id}", kit.now()
    if chosen == ALL:
        outbox.say(session, "charts/page", key=key, to=to, now=now, **about)
        return chart_letters.replace(session, key, now)
    rows = {str(measure.id): measure.id or 0 for measure, _ in _charted(session, team, kit)}
    if chosen not in rows:
        raise FieldError("measure", "This measure has no numbers any more. Please choose another.")
    outbox.say(session, "charts/one", key=key, to=to, now=now, measure=rows[chosen], **about)
    return chart_letters.replace(session, key, now)


def _charted(session: Session, team: Team, kit: Kit) -> list[Charted]:
    """What there is to draw. Raises BotError where there is nothing."""
    charted = team_charts.every(session, team, times.local_day(kit.now(), team.timezone))
    if not charted:
        raise BotError(NOTHING_YET.format(team=team.name))
    return charted


def _choices(charted: list[Charted]) -> list[tuple[str, str]]:
    """All on one page first, where there are several."""
    several = [(ALL, "All on one page")] if len(charted) > 1 else []
    each = [(str(measure.id), f"{measure.code} · {measure.name}"[:75]) for measure, _ in charted]
    return [*several, *each][:MOST_CHOICES]


def _meant(charted: list[Charted], words: str) -> str:
    """The chart that words after the command name, else the first that can be chosen."""
    named = words.strip().casefold()
    codes = {measure.code.casefold(): str(measure.id) for measure, _ in charted}
    return codes.get(named, _choices(charted)[0][0])


def speaks_of(body: Body) -> tuple[int, int]:
    """The team and the measure a button speaks of (“3:2”), 0 for all of them (“3”): claims, checked again."""
    team, *measure = numbers(body, 2)
    return team, measure[0] if measure else 0


def numbers(body: Body, most: int) -> list[int]:
    """The numbers in what a button on a chart speaks of, at most so many."""
    parts = str(body["actions"][0].get("value", "")).split(":")
    if len(parts) > most or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise Gone("This button isn't in use any more. The newest chart has those that are.")
    return [int(part) for part in parts]


def _team_meant(session: Session, actor: Actor, body: Body, named: int | None) -> int | None:
    """The team a button names, or whose channel this is, or the person's only one; None where faculty mean them all."""
    only = actor.team_ids[0] if len(actor.team_ids) == 1 else None
    row = named or cycles.team_here(session, body) or only
    if row is None and not access.collaboratives_of(session, actor, "measures.pool"):
        raise BotError(WHICH_TEAM)
    return row


def _readable(session: Session, actor: Actor, team_id: int) -> Team:
    team = access.team_of(session, team_id)
    actor.must("measures.read", collaborative=team.collaborative_id, team=team)
    return team
