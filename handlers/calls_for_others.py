"""Coordinators answer for others: somebody told them elsewhere whether they come to a call or session."""

from typing import Any, Literal

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.cards import call_cards
from bot.domain import event_changes, event_facts, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.teams import GONE, Team
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import calls

Body = dict[str, Any]
MOST_DATES, A_MENU = 25, 100
NO_DATES = "No call or session is to come, so there is nothing to answer yet."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("calls.for_team")(open_form)
    app.view("calls.team_chosen")(choose_person)
    app.view("calls.answered")(save)


class Whose(BaseModel):
    """The collaborative whose coordinator answers: a claim, checked again."""

    collaborative: int


class Chosen(BaseModel):
    """For which date, and for which team."""

    which: str
    team: int


class OfTeam(Whose):
    """The date and the team that are answered for: claims, checked again."""

    which: str = ""
    team: int


class Answer(BaseModel):
    """Who said what."""

    person: int
    answer: Literal["coming", "cannot"]


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """For which date, and for which team?"""
    ack()
    with kit.store.reading() as session:
        _, collaborative = _whose(session, body, forms.pressed(body))
        ahead = event_changes.coming(session, collaborative, kit.now(), MOST_DATES)
        dates = [one for one in ahead if one.starts]
        teams = sorted(rsvps.at_work(session, collaborative.id or 0), key=lambda team: team.name.casefold())
    if not dates or not teams:
        raise BotError(NO_DATES)
    named = [(str(team.id), team.name[:75]) for team in teams]
    menus = [named[start : start + A_MENU] for start in range(0, len(named), A_MENU)]
    shown = {"dates": event_facts.choices(dates, collaborative.timezone), "menus": menus}
    meta = Whose(collaborative=collaborative.id or 0).model_dump_json()
    answers.open_view(kit, body, "calls/for_team", {**shown, "meta": meta})


def choose_person(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """How the team stands by now; who of it said what?"""
    with kit.store.reading() as session:
        _, collaborative = _whose(session, body, forms.carried(view, Whose).collaborative)
        chosen = forms.read(view, Chosen)
        date, team = _meant(session, collaborative, chosen.which, chosen.team, kit)
        people = [(str(one.id), one.name[:75]) for one in rsvps.members(session, team.id or 0) if one.name]
        if not people:
            raise FieldError("team", f"{team.name} has nobody in it yet whose name I know. Please choose another team.")
        carried = OfTeam(collaborative=collaborative.id or 0, which=chosen.which, team=chosen.team)
        shown = {
            "team": team,
            "date": rsvp_facts.of(date, collaborative.timezone),
            "stands": rsvp_facts.stands(rsvps.of_team(session, date, chosen.team)),
            "people": people[: calls.MOST_PEOPLE],
            "meta": carried.model_dump_json(),
        }
    ack(response_action="push", view=kit.templates.render("calls/for_person", shown))


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It counts as if they had said so themselves, is in the trail, and whoever is to come is told."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "calls.answered", kit.now(), {"response_action": "clear"})
        carried = forms.carried(view, OfTeam)
        actor, collaborative = _whose(session, body, carried.collaborative)
        told = forms.read(view, Answer)
        date, team = _meant(session, collaborative, carried.which, carried.team, kit)
        who = {person.id: person for person in rsvps.members(session, carried.team)}.get(told.person)
        if who is None:
            raise FieldError("person", f"They aren't in {team.name} any more. Please choose somebody else.")
        if told.answer == "coming":
            calls.count_on(session, date, who, actor, kit)
        else:
            rsvps.answer(session, date, told.person, coming=False, by=actor.id, now=kit.now())
            call_cards.spoke(session, date, told.person, kit.now())
        subject, theirs = f"event:{date.event.id}", rsvps.speaks_for(session, date.event, told.person)
        audit.note(session, "call.answered", by=actor.id, subject=subject, now=kit.now(), person=told.person)
        call_cards.settle(session, kit, date, theirs, by=actor.id)
        counts = rsvp_facts.counts(rsvps.tally(session, date))
    ack(response_action="clear")
    answers.tell(kit, body, f"Saved for {team.name}: {counts} to {date.event.title}.")


def _meant(session: Session, ours: Collaborative, which: str, row: int, kit: Kit) -> tuple[Meeting, Team]:
    """The date and the team, where both are the collaborative's own and answers are still of use."""
    date, team = calls.meant(session, which), session.get(Team, row)
    if date is None or date.event.collaborative_id != ours.id:
        raise FieldError("which", calls.NOT_ANY_MORE)
    if team is None or team.collaborative_id != ours.id or team.status in GONE:
        raise FieldError("team", "This team doesn't take part any more. Please choose another.")
    if not date.event.is_for(team.id):
        raise FieldError("team", f"{date.event.title} is for other teams. Please choose another team or date.")
    calls.must_be_open(date, kit.now())
    return date, team


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Collaborative]:
    actor, collaborative = access.actor(session, body), session.get(Collaborative, row)
    actor.must("call.answer", collaborative=row)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, collaborative
