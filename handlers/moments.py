"""A data moment on a chart: what do you see, so what, now what; told in the team's thread, or kept with the chart."""

import json
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, times
from bot.access import Actor
from bot.cards import measure_answers, moment_cards, team_charts
from bot.domain import moments
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.errors import Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import charts

Body = dict[str, Any]
FORM = "moments.told"
GONE = "This chart isn't in the record any more."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("moments.month")(open_for_month)
    app.action("moments.chart")(open_for_chart)
    app.action("moments.page")(open_for_page)
    app.action("moments.pooled")(open_for_pooled)
    app.view(FORM)(tell)


class Carried(BaseModel):
    """The chart it is about, of a team or of all of them: claims, checked again."""

    measure: int = 0  # is chosen in the form
    team: int | None = None


class Told(BaseModel):
    """The chart, where the form asks for it, and the three answers, of which the first is enough."""

    measure: int = 0
    see: str = Field(max_length=moments.MOST)
    so_what: str = Field(default="", max_length=moments.MOST)
    now_what: str = Field(default="", max_length=moments.MOST)


def open_for_month(ack: Ack, body: Body, kit: Kit) -> None:
    """On the message with a team's numbers, about one of its charts."""
    ack()
    with kit.store.reading() as session:
        actor, submission = access.actor(session, body), session.get(Submission, forms.pressed(body))
        if submission is None:
            raise Gone(GONE)
        team = access.team_of(session, submission.team_id)
        _must(actor, team)
        told = measure_answers.of_period(session, team, submission.period)
        offered = [one for one, _ in team_charts.of(session, team, [(one, point.month) for one, point in told])]
        if not offered:
            raise Gone(GONE)
        _open(body, kit, session, actor, Carried(team=team.id), offered)


def open_for_chart(ack: Ack, body: Body, kit: Kit) -> None:
    """On one chart of a team."""
    ack()
    with kit.store.reading() as session:
        team, measure = charts.speaks_of(body)
        actor, carried = access.actor(session, body), Carried(team=team, measure=measure)
        _open(body, kit, session, actor, carried, [_whose(session, actor, carried)[1]])


def open_for_page(ack: Ack, body: Body, kit: Kit) -> None:
    """On all charts of a team, about one of them."""
    ack()
    with kit.store.reading() as session:
        team, actor = access.team_of(session, forms.pressed(body)), access.actor(session, body)
        _must(actor, team)
        charted = team_charts.every(session, team, times.local_day(kit.now(), team.timezone))
        if not charted:
            raise Gone(GONE)
        _open(body, kit, session, actor, Carried(team=team.id), [measure for measure, _ in charted])


def open_for_pooled(ack: Ack, body: Body, kit: Kit) -> None:
    """On the chart of all teams together."""
    ack()
    with kit.store.reading() as session:
        actor, carried = access.actor(session, body), Carried(measure=forms.pressed(body))
        _open(body, kit, session, actor, carried, [_whose(session, actor, carried)[1]])


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is posted under the team's numbers, or stands with the chart of all teams."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor = access.actor(session, body)
        if carried.team:
            _must(actor, access.team_of(session, carried.team))
        told = forms.read(view, Told)
        team, measure = _whose(session, actor, carried, told.measure)
        confirmed = forms.guard(view, known.of(session, kit, measure.collaborative_id))
        moment = Moment(
            measure_id=measure.id or 0,
            team_id=carried.team,
            person_id=actor.id,
            at=kit.now(),
            **told.model_dump(exclude={"measure"}),
        )
        moments.tell(session, moment, own=carried.team in actor.team_ids)
        subject = f"moment:{moment.id}"
        audit.note(session, "chart.discussed", by=actor.id, subject=subject, now=kit.now(), confirmed=confirmed)
        drafts.discard(session, person=actor.id, form=FORM, subject=moments.subject(carried.team, carried.measure))
        kit.typing.forget(str(view["id"]))
        moment_cards.show(session, moment, kit.now())
    ack()
    where = f"in {team.name}'s channel, under its numbers" if team else "with the chart, for faculty"
    answers.tell(kit, body, f"Thank you. What you see stands {where}.")


def _open(body: Body, kit: Kit, session: Session, actor: Actor, carried: Carried, offered: list[Measure]) -> None:
    team = access.team_of(session, carried.team) if carried.team else None
    subject = moments.subject(carried.team, carried.measure)
    typed = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
    meta = {**carried.model_dump(), "subject": subject}
    values = {
        "team": team, "charts": [(str(one.id), f"{one.code} · {one.name}"[:75]) for one in offered][:100],
        "asked": moments.ASKED, "kept": bool(typed), "most": moments.MOST,
        "form": {name: typed.get(name, "") for name in moments.ASKED}, "meta": json.dumps(meta),
    }  # fmt: skip
    answers.open_view(kit, body, "moments/tell", values)


def _whose(session: Session, actor: Actor, carried: Carried, chosen: int = 0) -> tuple[Team | None, Measure]:
    """The chart, when this person may read it; the check is on the record."""
    team = access.team_of(session, carried.team) if carried.team else None
    if team:
        _must(actor, team)
    measure = session.get(Measure, carried.measure or chosen)
    if measure is None or (team and measure.collaborative_id != team.collaborative_id):
        raise Gone(GONE)
    if team is None:
        actor.must("measures.pool", collaborative=measure.collaborative_id)
    return team, measure


def _must(actor: Actor, team: Team) -> None:
    actor.must("measures.read", collaborative=team.collaborative_id, team=team)
