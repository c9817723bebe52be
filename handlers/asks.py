"""The ways out of an ask: tomorrow, someone else does this, not this time; doing it now is the kind's own button."""

from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, times
from bot.access import Actor
from bot.domain import ask_facts, asks, hours, seats
from bot.domain.asks import Ask, Put
from bot.domain.people import Person
from bot.domain.reasons import KINDS
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from bot.planning import asking
from bot.routes import Registrar

Body = dict[str, Any]
A_DAY = timedelta(days=1)
NO_LONGER = "This isn't asked any more. All actions have everything else."
TOO_LATE = "By your next day this is over. Someone else does this and Not this time work, and so does its own button."
NOBODY = "There is nobody else in your team yet who could take it. Tomorrow and Not this time work too."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("asks.tomorrow")(tomorrow)
    app.action("asks.someone_else")(open_hand_over)
    app.view("asks.handed_over")(hand_over)
    app.action("asks.not_this_time")(decline)


class Carried(BaseModel):
    """What is handed over: a claim, checked again."""

    ask: int


class Taker(BaseModel):
    """Who takes it."""

    person: int


def tomorrow(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask me once more on my next day."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "asks.tomorrow", kit.now())
        actor, ask, put = _theirs(session, body, forms.pressed(body))
        if not ask_facts.may_wait(session, ask, put.person_id, kit.now()):
            raise BotError(TOO_LATE)
        asks.tomorrow(
            session, ask, put, on=_today(session, put.person_id, kit) + A_DAY, by=put.person_id, now=kit.now()
        )
        asking.show(session, ask, kit)
    ack()
    answers.tell(kit, body, _told(kit, ask, actor))


def open_hand_over(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask who takes it: the deputy, unless they choose otherwise."""
    ack()
    with kit.store.reading() as session:
        actor, ask, _ = _theirs(session, body, forms.pressed(body))
        team = session.get_one(Team, ask.team_id)
        others = _others(session, actor, team)
        if not others:
            raise BotError(NOBODY)
        values = {
            "team": team,
            "asks": KINDS[ask.kind].asks(session, ask.subject),
            "people": others,
            "chosen": str(team.deputy_id or ""),
            "meta": Carried(ask=ask.id or 0).model_dump_json(),
        }
    answers.open_view(kit, body, "asks/hand_over", values)


def hand_over(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """From now on it is theirs, and whoever handed it over knows when they are asked."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "asks.handed_over", kit.now())
        actor, ask, put = _theirs(session, body, forms.carried(view, Carried).ask)
        to = forms.read(view, Taker).person
        if str(to) not in dict(_others(session, actor, session.get_one(Team, ask.team_id))):
            raise FieldError("person", "They aren't in your team any more. Please choose somebody else.")
        asks.hand_over(session, ask, put, to=to, on=_today(session, to, kit), by=actor.id, now=kit.now())
        asking.show(session, ask, kit)
    ack()
    answers.tell(kit, body, _told(kit, ask, actor))


def decline(ack: Ack, body: Body, kit: Kit) -> None:
    """Not this time: nobody is asked this any more."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "asks.not_this_time", kit.now())
        actor, ask, _ = _theirs(session, body, forms.pressed(body))
        what = KINDS[ask.kind].asks(session, ask.subject)
        asking.decline(session, kit, ask, by=actor.id)
    ack()
    answers.tell(kit, body, f"Fine: I won't ask again {what}. You can still do it on its card whenever you like.")


def _theirs(session: Session, body: Body, row: int) -> tuple[Actor, Ask, Put]:
    """The ask, when this person may answer it and nobody has; raises Gone with how it ended where somebody did."""
    actor, ask = access.actor(session, body), session.get(Ask, row)
    if ask is None:
        raise Gone(NO_LONGER)
    team = access.team_of(session, ask.team_id)
    actor.must("ask.answer", collaborative=team.collaborative_id, team=team)
    put = asking.open_put(session, ask, actor.id)
    if ask.state in asks.ANSWERABLE and put:
        return actor, ask, put
    last = asking.last_put(session, ask, actor.id)
    raise Gone(f"That's settled already. {ask_facts.ended(session, last, ask)}" if last else NO_LONGER)


def _others(session: Session, actor: Actor, team: Team) -> list[tuple[str, str]]:
    """Whom it can be handed to, as choices."""
    here = seats.members(session, team)
    return [(str(one.id), one.name[:75]) for one in here if one.id != actor.id and one.name][:100]


def _today(session: Session, person: int, kit: Kit) -> date:
    return times.local_day(kit.now(), hours.zone(session, session.get_one(Person, person)))


def _told(kit: Kit, ask: Ask, actor: Actor) -> str:
    """What happens now, to whoever pressed; looked up when all of it is safe, since it takes a while."""
    with kit.store.reading() as session:
        coming = asking.next_time(session, kit, ask)
    if coming is None:
        return "Noted. It comes at the next hour that suits."
    person, at, zone = coming
    when = times.words(at, zone)
    return f"I'll ask you again on {when}." if person.id == actor.id else f"I'll ask {person.name} on {when}."
