"""Turns at calls are swapped: by the team that has one, or by those who coordinate."""

import re
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import presenting_cards
from bot.domain import event_facts, hours, presenting, rsvps
from bot.domain.events import Meeting
from bot.domain.people import Person
from bot.domain.presenting import HOSTS
from bot.domain.teams import Team
from bot.errors import FieldError, Gone, Refused
from bot.kit import Kit
from bot.routes import Registrar
from handlers import calls

Body = dict[str, Any]
A_MENU = 100
NOT_THEIRS = "That's for the teams that have a turn at this call, a coordinator or the director."
NOBODY = "No other team takes part in this call, so there is nobody to swap with."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("presenting.swap")(open_form)
    app.view("presenting.swapped")(swap)


class Carried(BaseModel):
    """The date whose turn is swapped: a claim, checked again."""

    which: str = ""


class Chosen(BaseModel):
    """Whose turn, and who takes it."""

    turn: str
    team: int


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Whose turn, and who takes it?"""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        date = _date(session, str(body["actions"][0].get("value", "")), kit)
        mine = _turns(session, actor, date)
        takers = presenting_cards.takers(session, date, mine)
        if not takers:
            raise Refused(NOBODY)
        when = times.words(date.known_as, hours.zone(session, session.get_one(Person, actor.id)))
        title, which = date.event.title, event_facts.key(date)
    parts = [takers[first : first + A_MENU] for first in range(0, len(takers), A_MENU)]
    shown = {
        "title": title, "when": when, "takers": [("Whoever is next, first", part) for part in parts],
        "turns": [(_turn(role, team), f"{team.name[:50]} {_does(role)}") for role, team in mine],
        "meta": Carried(which=which).model_dump_json(),
    }  # fmt: skip
    answers.open_view(kit, body, "presenting/swap", shown)


def swap(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The other team has the turn; both are told, and the card shows it."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "presenting.swapped", kit.now())
        actor, chosen = access.actor(session, body), forms.read(view, Chosen)
        date = _date(session, forms.carried(view, Carried).which, kit)
        turn = {_turn(*one): one for one in _turns(session, actor, date)}.get(chosen.turn)
        if turn is None:
            raise FieldError("turn", "This turn was swapped meanwhile. Please open the form anew.")
        role, gives = turn
        takes = {team.id: team for team in rsvps.asked(session, date.event)}.get(chosen.team)
        if takes is None or takes.id in {team.id for team in presenting.of(session, date, role)}:
            raise FieldError("team", "This team has a turn already, or takes no part. Please choose another.")
        presenting.swap(session, date, role, gives, takes, by=actor.id, now=kit.now())
        audit.note(
            session, "call.swapped", by=actor.id, subject=f"event:{date.event.id}", now=kit.now(), gives=gives.id,
            takes=takes.id, role=role,
        )  # fmt: skip
        presenting_cards.swapped(session, date, role, gives, takes, actor.id, kit.now())
    ack(**forms.closing(view))
    answers.tell(kit, body, f"{takes.name} {_does(role)} in place of {gives.name}. Both read it in their channels.")


def _date(session: Session, which: str, kit: Kit) -> Meeting:
    if not re.fullmatch(r"[0-9]{1,9}:[0-9]{1,10}", which) or (date := calls.meant(session, which)) is None:
        raise Gone(calls.NOT_ANY_MORE)
    calls.must_be_open(date, kit.now())
    return date


def _turns(session: Session, actor: Actor, date: Meeting) -> list[tuple[str, Team]]:
    """The turns that they may give away. Raises Refused where there is none."""
    place = date.event.collaborative_id
    every = presenting_cards.turns(session, date)
    may = [(role, team) for role, team in every if actor.may("call.swap", collaborative=place, team=team)]
    if not may:
        raise Refused(NOT_THEIRS)
    return may


def _turn(role: str, team: Team) -> str:
    return f"{role}:{team.id}"


def _does(role: str) -> str:
    return "hosts" if role == HOSTS else "presents"
