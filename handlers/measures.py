"""Monthly numbers: the command and the buttons, the form for what is due, and the window with what is in."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, drafting, drafts, forms
from bot.access import Actor
from bot.cards import completeness
from bot.domain import months, submissions
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from bot.templates import escape
from handlers import charts, measure_forms, measure_views, sheets, sponsors
from handlers.commands import nearest
from handlers.measure_standing import Carried
from handlers.measure_views import Choosing

Body = dict[str, Any]
Values = dict[str, Any]
A_MONTH = 0.7  # how alike a word has to be to a month's name: they are long, and many are alike
HELP = (
    "*/data* opens one form for the numbers that are due.\n*/data june* opens that of another month.\n"
    "*/data fix* corrects a month, and keeps what stood there before.\n*/data view* shows what is in.\n"
    "*/data chart* shows one of your team's run charts, or all on one page; faculty get those of all teams together.\n"
    "*/data report* makes a page for your senior leader: charts, what you tested, and one barrier to remove.\n"
    "*/data template* sends you a file to fill in; drop it, or any CSV of monthly numbers, in our conversation.\n"
    "Everything here is also behind the buttons of your team card."
)


class Chosen(BaseModel):
    """The month, the team where somebody is in several, and the measure where one alone is to be corrected."""

    month: str = ""
    team: int | None = None
    measure: int | None = None


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/data")(command)
    app.shortcut("measures.new")(open_newest)
    app.action("measures.open")(open_newest)
    app.action("measures.file")(open_due)
    app.action("measures.fix")(open_fix)
    app.action("measures.correct")(choose_what_to_fix)
    app.action("measures.show")(show)
    app.action("measures.more")(widen)
    app.action("measures.grid")(show_grid)
    app.view("measures.chosen")(open_chosen)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/data`, with a month, `fix [june]`, `view`, `chart`, `report`, … after it; the nearest where a word is none."""
    ack()
    text = str(body.get("text", "")).strip()
    word, _, rest = text.partition(" ")
    if not word:
        return _open(body, kit, named=None, words="")
    ways: dict[str, Callable[[], None]] = {
        "fix": lambda: _fix(body, kit, rest),
        "chart": lambda: charts.show_choice(body, kit, words=rest),
        "view": lambda: _show(body, kit, None),
        "report": lambda: sponsors.show(body, kit),
        "template": lambda: sheets.send_template(body, kit),
        "help": lambda: answers.say_to(kit, body, HELP),
    }
    if word.lower() in ways:
        return ways[word.lower()]()
    if months.read(text, kit.now().date()):
        return _open(body, kit, named=None, words=text)
    meant = nearest(word, ways) or nearest(word, months.NAMES, A_MONTH)
    guess = f" Did you mean */data {meant}*?" if meant else ""
    return answers.say_to(kit, body, f"I don't know “{escape(word[:40])}” after /data.{guess}\n\n{HELP}")


def open_newest(ack: Ack, body: Body, kit: Kit) -> None:
    """The form for what is due; where all is in, the window that says so."""
    ack()
    _open(body, kit, named=forms.pressed(body) if body.get("actions") else None, words="")


def open_due(ack: Ack, body: Body, kit: Kit) -> None:
    """Do it now: the form of the month that was asked for."""
    ack()
    with kit.store.reading() as session:
        actor, team, period = of_row(session, body, forms.pressed(body))
        template, values = measure_views.form_or_window(session, actor, team, period, kit)
    answers.open_view(kit, body, template, values)


def open_fix(ack: Ack, body: Body, kit: Kit) -> None:
    """Correct the month of this message."""
    ack()
    with kit.store.reading() as session:
        actor, team, period = of_row(session, body, forms.pressed(body))
        values = measure_views.to_fix(session, actor, team, period, kit)
    answers.open_view(kit, body, "measures/form", values)


def choose_what_to_fix(ack: Ack, body: Body, kit: Kit) -> None:
    """Which month is to be corrected."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.writable(session, actor, forms.pressed(body))
        values = measure_views.choice(session, actor, team, kit, fix=True)
    answers.open_view(kit, body, "measures/choose", values)


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """The window with what is in."""
    ack()
    _show(body, kit, forms.pressed(body))


def show_grid(ack: Ack, body: Body, kit: Kit) -> None:
    """Whose numbers are in, for those who look after teams."""
    ack()
    with kit.store.reading() as session:
        values = completeness.gather(session, access.actor(session, body), kit.now())
    answers.open_view(kit, body, "measures/grid", values)


def widen(ack: Ack, body: Body, kit: Kit) -> None:
    """Notes and groups: a note for each measure, and its groups where it has any; what was typed stays."""
    ack()
    view = body["view"]
    carried = forms.carried(view, Carried).model_copy(update={"more": True})
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.writable(session, actor, carried.team)
    drafting.write(kit, body)
    with kit.store.reading() as session:
        saved = drafts.kept(session, person=actor.id, form=measure_forms.FORM, subject=carried.subject)
        typed = {**saved, **measure_forms.typed(view)}
        values = measure_forms.shown(session, team, carried, typed, measure_views.today_of(team, kit))
    shown = forms.shown_anew(view, kit.templates.render("measures/form", values))
    answers.update_view(kit, body, shown)


def open_chosen(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The team and the month are chosen: their form takes this one's place."""
    carried, chosen = forms.carried(view, Choosing), forms.read(view, Chosen)
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.writable(session, actor, carried.team or chosen.team)
        period = months.read(chosen.month, measure_views.today_of(team, kit))
        if period is None:
            raise FieldError("month", "Please choose a month.")
        if carried.fix:
            try:
                template, values = (
                    "measures/form",
                    measure_views.to_fix(session, actor, team, period, kit, only=chosen.measure),
                )
            except Gone as gone:
                raise FieldError("month", str(gone)) from gone
        else:
            template, values = measure_views.form_or_window(session, actor, team, period, kit)
        rendered = kit.templates.render(template, values)
    ack(response_action="update", view=rendered)


def of_row(session: Session, body: Body, row: int) -> tuple[Actor, Team, date]:
    """Who asks, and which team's month it is, when they may write it; the check is on the record."""
    actor, submission = access.actor(session, body), session.get(Submission, row)
    if submission is None:
        raise Gone("This month isn't in the record any more. */data* opens what is due.")
    return actor, measure_views.writable(session, actor, submission.team_id), submission.period


def _open(body: Body, kit: Kit, *, named: int | None, words: str) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.team_meant(session, actor, body, named)
        if team is None:
            template, values = "measures/choose", measure_views.choice(session, actor, None, kit, words=words)
        elif not actor.may("measures.write", collaborative=team.collaborative_id, team=team):
            template, values = "measures/window", measure_views.window(session, actor, team, kit)
        else:
            today = measure_views.today_of(team, kit)
            period = months.read(words, today) if words else submissions.newest_open(session, team, today)
            template, values = measure_views.form_or_window(session, actor, team, period or today, kit)
    answers.open_view(kit, body, template, values)


def _fix(body: Body, kit: Kit, words: str) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.team_meant(session, actor, body, None)
        period = months.read(words, measure_views.today_of(team, kit)) if team and words else None
        if team:
            actor.must("measures.write", collaborative=team.collaborative_id, team=team)
        if team and period:
            template, values = "measures/form", measure_views.to_fix(session, actor, team, period, kit)
        else:
            template, values = "measures/choose", measure_views.choice(session, actor, team, kit, words=words, fix=True)
    answers.open_view(kit, body, template, values)


def _show(body: Body, kit: Kit, named: int | None) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = measure_views.team_meant(session, actor, body, named) or access.team_of(session, actor.team_ids[0])
        values = measure_views.window(session, actor, team, kit)
    answers.open_view(kit, body, "measures/window", values)
