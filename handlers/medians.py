"""A new median on a team's run chart: a person draws it from a month on and says why, and can take it back."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field, field_validator
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import series_charts, team_charts
from bot.domain import medians, months, pdsa_facts, series
from bot.domain.measures import Measure
from bot.domain.medians import NewMedian
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import charts

Body = dict[str, Any]
Values = dict[str, Any]
MOST_CHOICES = 100
TOO_EARLY = "A new median needs a month with a number, and one before it. */data* sends the next."
NO_SHIFT = "No change looks there to stay in these charts any more, so no median needs to be another."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("medians.open")(open_form)
    app.action("medians.choose")(choose)
    app.view("medians.chosen")(open_chosen)
    app.view("medians.drawn")(draw)
    app.action("medians.take_back")(take_back)


class Carried(BaseModel):
    """Whose chart it is: claims, checked again."""

    team: int
    measure: int


class Choosing(BaseModel):
    """Whose charts these are: a claim, checked again."""

    team: int


class Chosen(BaseModel):
    """In which of them."""

    measure: int


class Drawn(BaseModel):
    """From which month on, and why."""

    month: date
    annotation: str = Field(max_length=medians.MOST)

    @field_validator("month", mode="before")
    @classmethod
    def _first_of_month(cls, chosen: str) -> str:
        return f"{chosen}-01"


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """From which month on, and why; the medians of before stand above, to be taken back."""
    ack()
    with kit.store.reading() as session:
        _, team, measure = _whose(session, body, *charts.speaks_of(body))
        values = _form(session, team, measure, kit)
    answers.open_view(kit, body, "medians/draw", values)


def choose(ack: Ack, body: Body, kit: Kit) -> None:
    """On all charts of a team: in which of them?"""
    ack()
    with kit.store.reading() as session:
        _, team = _writing(session, body, forms.pressed(body))
        every = team_charts.every(session, team, times.local_day(kit.now(), team.timezone))
        charted = [(measure, chart) for measure, chart in every if team_charts.has_a_median_to_replace(chart)]
    if not charted:
        raise BotError(NO_SHIFT)
    offered = [(str(measure.id), f"{measure.code} · {measure.name}"[:75]) for measure, _ in charted][:MOST_CHOICES]
    values = {"team": team, "charts": offered, "meta": Choosing(team=team.id or 0).model_dump_json()}
    answers.open_view(kit, body, "medians/choose", values)


def open_chosen(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The form takes the choice's place."""
    with kit.store.reading() as session:
        row = forms.carried(view, Choosing).team
        _writing(session, body, row)
        _, team, measure = _whose(session, body, row, forms.read(view, Chosen).measure)
        try:
            values = _form(session, team, measure, kit)
        except BotError as early:
            raise FieldError("measure", str(early)) from early
        rendered = kit.templates.render("medians/draw", values)
    ack(response_action="update", view=rendered)


def draw(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The chart is drawn anew wherever it stands."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "medians.drawn", kit.now())
        actor, team, measure = _whose(session, body, carried.team, carried.measure)
        drawn = forms.read(view, Drawn)
        if drawn.month not in series.open_to_a_median(_series(session, team, measure, kit)):
            raise FieldError("month", "There is a new median from this month on already, or no number. Choose another.")
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        medians.draw(
            session, team=carried.team, measure=carried.measure, month=drawn.month, annotation=drawn.annotation,
            by=actor.id, now=kit.now(),
        )  # fmt: skip
        _noted(session, "chart.rephased", actor, carried.team, carried.measure, drawn.month, kit, confirmed=confirmed)
        team_charts.show_again(session, carried.team, kit.now())
    ack(response_action="clear")
    answers.tell(
        kit, body, f"{measure.code} of {team.name} has a new median from {months.called(drawn.month)} on. "
        "The same form takes it back."
    )  # fmt: skip


def take_back(ack: Ack, body: Body, kit: Kit) -> None:
    """The median of before holds again, and the words of the new one are gone from the charts."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "medians.take_back", kit.now())
        access.actor(session, body)
        drawn = session.get(NewMedian, forms.pressed(body))
        if drawn is None:
            raise Gone("This median has been taken back already.")
        actor, team, measure = _whose(session, body, drawn.team_id, drawn.measure_id)
        session.delete(drawn)
        _noted(session, "chart.median_taken_back", actor, drawn.team_id, drawn.measure_id, drawn.month, kit)
        team_charts.draw_anew(session, drawn.team_id, kit.now())
        session.flush()
        values = _form(session, team, measure, kit)
    ack()
    answers.replace_view(kit, body, "medians/draw", values)


def _form(session: Session, team: Team, measure: Measure, kit: Kit) -> Values:
    found = _series(session, team, measure, kit)
    offered = series.open_to_a_median(found)
    drawn = medians.of(session, team.id or 0, measure.id or 0)
    if not offered and not drawn:
        raise BotError(TOO_EARLY.replace("*", ""))
    chart = series_charts.of(found)
    shift = team_charts.since_shift(chart) if chart else None
    meant = found.months[shift] if shift is not None else None
    return {
        "team": team,
        "measure": measure,
        "drawn": [(one.id, _told(session, team, one)) for one in drawn],
        "months": [(f"{month:%Y-%m}", months.called(month)) for month in offered],
        "month": f"{meant:%Y-%m}" if meant in offered else "",
        "most": medians.MOST,
        "meta": Carried(team=team.id or 0, measure=measure.id or 0).model_dump_json(),
    }


def _told(session: Session, team: Team, one: NewMedian) -> str:
    by, day = pdsa_facts.name_of(session, one.person_id), times.day(times.local_day(one.at, team.timezone))
    return f"From {months.called(one.month)} on: {one.annotation}. {by} drew it on {day}."


def _series(session: Session, team: Team, measure: Measure, kit: Kit) -> series.Series:
    today = times.local_day(kit.now(), team.timezone)
    return series.of(session, team.id or 0, measure.id or 0, until=today)


def _noted(
    session: Session, act: str, actor: Actor, team: int, measure: int, month: date, kit: Kit, **more: Any
) -> None:
    subject = f"measure:{measure}"
    audit.note(session, act, by=actor.id, subject=subject, now=kit.now(), team=team, month=month.isoformat(), **more)


def _writing(session: Session, body: Body, team_id: int) -> tuple[Actor, Team]:
    """The team, when this person may send its numbers; the check is on the record."""
    actor, team = access.actor(session, body), access.team_of(session, team_id)
    actor.must("measures.write", collaborative=team.collaborative_id, team=team)
    return actor, team


def _whose(session: Session, body: Body, team_id: int, measure_id: int) -> tuple[Actor, Team, Measure]:
    """The same with one of its charts."""
    actor, team = _writing(session, body, team_id)
    measure = session.get(Measure, measure_id)
    if measure is None or measure.collaborative_id != team.collaborative_id:
        raise Gone("This measure isn't in the record any more.")
    return actor, team, measure
