"""What teams prepare before a session: a coordinator writes the list, teams tick it on their card."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox
from bot.cards import preparation_cards
from bot.domain import event_facts, preparations, rsvp_facts, rsvps
from bot.domain.preparations import Task
from bot.domain.teams import Team
from bot.errors import Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering, calls

Body = dict[str, Any]
SOON = "The list goes to the channels of {teams} now or, outside their hours, when these begin."
LATER = "The list goes to the channels of {teams} two weeks before."
GONE = "This isn't on the list any more."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("preparations.open")(open_form)
    app.view("preparations.listed")(save)
    app.action("preparations.tick")(tick)
    app.action("preparations.untick")(untick)


class Tasks(BaseModel):
    """One on each line; an empty list takes the cards away."""

    tasks: str = ""


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The list as it stands, or a usual one to begin with."""
    ack()
    with kit.store.reading() as session:
        _, date, collaborative = call_steering.steered(session, body, call_steering.pressed(body))
        calls.must_be_open(date, kit.now())
        found = [one.words for one in preparations.tasks(session, date)]
        shown = {"date": rsvp_facts.of(date, collaborative.timezone), "new": not found}
    meta = call_steering.Which(which=event_facts.key(date)).model_dump_json()
    tasks = "\n".join(found) or preparations.USUAL
    answers.open_view(kit, body, "preparations/form", {**shown, "tasks": tasks, "meta": meta})


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Every team's card shows it; what a team did already stays done."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "preparations.listed", kit.now())
        actor, date, collaborative = call_steering.steered(session, body, call_steering.carried(view))
        calls.must_be_open(date, kit.now())
        lines = preparations.read(forms.read(view, Tasks).tasks)
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        tasks = preparations.write(session, date, lines)
        preparation_cards.follow(session, date, tasks, kit.now())
        teams = event_facts.counted(len(rsvps.asked(session, date.event)), "team")
        soon = preparation_cards.is_soon(date, collaborative.timezone, kit.now())
        if confirmed:
            subject = f"event:{date.event.id}"
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    ack()
    told = f"Saved. {(SOON if soon else LATER).format(teams=teams)}"
    answers.tell(kit, body, told if tasks else "Saved. Nothing is to be prepared, and the cards go.")


def tick(ack: Ack, body: Body, kit: Kit) -> None:
    """Done, for the team."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "preparations.tick", kit.now())
        task, team, by = _mine(session, body)
        preparations.tick(session, task, team.id or 0, by=by, now=kit.now())
        _show(session, task, team, kit)
    ack()


def untick(ack: Ack, body: Body, kit: Kit) -> None:
    """Not yet, after all."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "preparations.untick", kit.now())
        task, team, _ = _mine(session, body)
        preparations.untick(session, task, team.id or 0)
        _show(session, task, team, kit)
    ack()


def _mine(session: Session, body: Body) -> tuple[Task, Team, int]:
    """The task and the team, for whoever answers for it; the check is on the record."""
    row, _, team_row = call_steering.pressed(body).partition(":")
    actor = access.actor(session, body)
    team = session.get(Team, int(team_row)) if team_row.isdecimal() and len(team_row) < 10 else None
    task = session.get(Task, int(row)) if row.isdecimal() and len(row) < 10 else None
    if task is None or team is None:
        raise Gone(GONE)
    actor.must("call.answer", collaborative=team.collaborative_id, team=team)
    date = rsvps.meeting(session, task.event_id, task.planned)
    if date is None or date.event.collaborative_id != team.collaborative_id:
        raise Gone(GONE)
    return task, team, actor.id


def _show(session: Session, task: Task, team: Team, kit: Kit) -> None:
    outbox.say_again(session, preparation_cards.key(task.event_id, task.planned, team.id), now=kit.now())
