"""Calls and sessions: whoever is in a team says whether they come, or who of the team does."""

import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, outbox, times
from bot.access import Actor
from bot.cards import call_cards, call_declines, event_lists
from bot.domain import calendar_files, event_facts, hours, people, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone, Refused
from bot.homes import screen
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
MOST_PEOPLE = 100  # in one menu
NAMED_WHY = "somebody counts on them for a call or session"
NOT_ANY_MORE = "This date isn't in the calendar any more. All actions shows the next one."
NOT_HERE = (
    "You take no part in this collaborative just now, so there is nothing to answer. "
    "Coordinators answer for others with Answer for a team, under All actions."
)
NOT_YOURS = "{title} is for other teams, so there is nothing to answer. All actions shows what your team is asked."
NOBODY_ELSE = "There is nobody else in your team yet who could come. Coming and Can't work for you all the same."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("calls.coming")(coming)
    app.action("calls.cannot")(cannot)
    app.action("calls.someone")(open_someone)
    app.view("calls.named")(name_someone)


class Carried(BaseModel):
    """The date a form is about: a claim, checked again."""

    which: str = ""


class Someone(BaseModel):
    """Who comes instead."""

    person: int


def coming(ack: Ack, body: Body, kit: Kit) -> None:
    """I come, and so does my team."""
    _say(ack, body, kit, "calls.coming", comes=True)


def cannot(ack: Ack, body: Body, kit: Kit) -> None:
    """I can't; somebody else of my team still may."""
    _say(ack, body, kit, "calls.cannot", comes=False)


def open_someone(ack: Ack, body: Body, kit: Kit) -> None:
    """Who of my team comes in my place?"""
    ack()
    with kit.store.reading() as session:
        actor, date, teams = _mine(session, body, _pressed(body), kit)
        others = _others(session, actor, teams)
        if not others:
            raise BotError(NOBODY_ELSE)
        shown = {"title": date.event.title, "people": others, "when": _when(session, date, actor.id)}
    meta = Carried(which=event_facts.key(date)).model_dump_json()
    answers.open_view(kit, body, "calls/someone", {**shown, "meta": meta})


def name_someone(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """They come, I don't; they are told who named them, and may say otherwise."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "calls.named", kit.now())
        actor, date, teams = _mine(session, body, forms.carried(view, Carried).which, kit)
        call_declines.tell(session, date, actor.id, kit.now())
        to = forms.read(view, Someone).person
        if str(to) not in dict(_others(session, actor, teams)):
            raise FieldError("person", "They aren't in your team any more. Please choose somebody else.")
        who = session.get_one(Person, to)
        if rsvps.says(session, date, to) is False:
            raise FieldError("person", f"{who.name} said that they can't. Please choose somebody else.")
        rsvps.answer(session, date, actor.id, coming=False, by=actor.id, now=kit.now())
        call_cards.spoke(session, date, actor.id, kit.now())
        count_on(session, date, who, actor, kit)
        of_theirs = rsvps.speaks_for(session, date.event, to)
        every = {team.id: team for team in (*teams, *of_theirs)}
        call_cards.settle(session, kit, date, [*every.values()], by=actor.id)
        told = f"{who.name} is counted for {_of(session, date, actor.id)}, and hears that you named them."
    ack(**forms.closing(view))
    answers.tell(kit, body, told)


def count_on(session: Session, date: Meeting, who: Person, actor: Actor, kit: Kit) -> None:
    """Count on somebody who hasn't said so themselves, and tell them, once their night is over."""
    if rsvps.says(session, date, who.id or 0):
        return
    rsvps.answer(session, date, who.id or 0, coming=True, by=actor.id, now=kit.now())
    told = {**call_cards.as_it_stands(date), "person": who.id or 0, "by": actor.id}
    outbox.plan(
        session, "calls/named", key=call_cards.named_key(told), to=f"person:{who.id}", at=kit.now(), why=NAMED_WHY,
        until=date.known_as, now=kit.now(), **told,
    )  # fmt: skip


def must_be_open(date: Meeting, now: datetime) -> None:
    """Raises Gone, in words, where answers are of no use any more."""
    title = date.event.title
    if date.starts is None:
        raise Gone(f"{title} is canceled, so there is nothing to answer. All actions shows the next one.")
    if date.is_over(now):
        raise Gone(f"{title} is over, so nobody is counted any more. All actions shows the next one.")


def must_be_for(session: Session, actor: Actor, event: Event) -> None:
    """Raises Refused, in words, where it is for other teams than theirs; whoever steers answers for themselves too."""
    own = people.own_teams(session, actor.id, event.collaborative_id)
    if not event.is_for(*own) and not actor.may("call.steer", collaborative=event.collaborative_id):
        raise Refused(NOT_YOURS.format(title=event.title))


def meant(session: Session, which: str) -> Meeting | None:
    """The date that `event_facts.key` names so; None where the calendar has no such date."""
    named = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,10})", which)
    return rsvps.meeting(session, int(named[1]), event_facts.at(int(named[2]))) if named else None


def _say(ack: Ack, body: Body, kit: Kit, act: str, *, comes: bool) -> None:
    """One's own answer, in one transaction with all that follows it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), act, kit.now())
        actor, date, teams = _mine(session, body, _pressed(body), kit)
        call_cards.spoke(session, date, actor.id, kit.now())
        if not comes:
            call_declines.tell(session, date, actor.id, kit.now())
        rsvps.answer(session, date, actor.id, coming=comes, by=actor.id, now=kit.now())
        if comes:
            calendar_files.want(session, date, f"person:{actor.id}")
        call_cards.settle(session, kit, date, teams, by=actor.id)
        call_declines.follow(session, date, kit.now())
        told = _thanks(session, actor, date, teams, comes=comes)
        window = _window(session, body, actor, date, kit)
    ack()
    if window:
        answers.replace_view(kit, body, *window)
    answers.tell(kit, body, told)


def _thanks(session: Session, actor: Actor, date: Meeting, teams: list[Team], *, comes: bool) -> str:
    of = _of(session, date, actor.id)
    if not teams:
        said = "You're coming" if comes else "You can't come"
        return f"{said} to {of}. Thank you: coordinators see it, beside the count of teams."
    if comes:
        counted = f"{rsvp_facts.named([team.name for team in teams])} {'is' if len(teams) == 1 else 'are'} counted."
        return f"You're coming to {of}. Thank you: {counted}"
    others = [one for team in teams for one in rsvps.of_team(session, date, team.id or 0) if one.coming]
    way_on = rsvp_facts.stands(others) if others else "Someone else from my team names who comes instead."
    return f"You can't come to {of}. Thank you for saying so. {way_on}"


def _mine(session: Session, body: Body, which: str, kit: Kit) -> tuple[Actor, Meeting, list[Team]]:
    """Who answers, for which date, and for which teams of theirs, none for staff; the check is on the record."""
    actor, date = access.actor(session, body), meant(session, which)
    if date is None:
        raise Gone(NOT_ANY_MORE)
    must_be_for(session, actor, date.event)
    place, theirs = date.event.collaborative_id, rsvps.speaks_for(session, date.event, actor.id)
    may = [team for team in theirs if actor.may("call.answer", collaborative=team.collaborative_id, team=team)]
    if not may and (theirs or not actor.may("call.attend", collaborative=place)):
        raise Refused(NOT_HERE)
    must_be_open(date, kit.now())
    return actor, date, may


def _pressed(body: Body) -> str:
    """The date a button names: a claim, checked again."""
    return str(body["actions"][0].get("value", ""))


def _others(session: Session, actor: Actor, teams: list[Team]) -> list[tuple[str, str]]:
    """Their team-mates, as choices."""
    here = [one for team in teams for one in rsvps.members(session, team.id or 0)]
    named = {str(one.id): one.name[:75] for one in here if one.id != actor.id and one.name}
    return list(named.items())[:MOST_PEOPLE]


def _window(session: Session, body: Body, actor: Actor, date: Meeting, kit: Kit) -> tuple[str, dict[str, Any]] | None:
    """The window in which they answered, as it stands after that; None where they answered elsewhere."""
    where = (body.get("view") or {}).get("callback_id")
    if where == "events.window":
        here = session.get_one(Collaborative, date.event.collaborative_id)
        return "events/list", event_lists.shown(session, actor, here, kit.now())
    return ("home/actions", screen.gather(session, actor, kit)) if where == "home.window" else None


def _of(session: Session, date: Meeting, person: int) -> str:
    return rsvp_facts.of(date, hours.zone(session, session.get_one(Person, person)))


def _when(session: Session, date: Meeting, person: int) -> str:
    return times.words(date.known_as, hours.zone(session, session.get_one(Person, person)))
