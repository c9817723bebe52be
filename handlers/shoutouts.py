"""Shout-outs: given to people and teams, read by everybody, taken back by their giver, hidden by a coordinator."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, outbox
from bot.access import Actor
from bot.cards import shoutout_cards, shoutout_forms
from bot.cards.shoutout_forms import FORM
from bot.domain import shoutout_facts, shoutouts
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.shoutout_facts import Circle
from bot.domain.shoutouts import Shoutout, Thanked, Told
from bot.domain.teams import Channel
from bot.errors import FieldError, Gone, Refused
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import shoutout_words
from handlers.shoutout_words import Meant

Body = dict[str, Any]
HELP = (
    "*/shoutout @person for …*: thank somebody; a team by its name or channel, and several at once work too.\n"
    "*/shoutout* alone opens the form. It is posted for everybody, and you can take it back for ten minutes.\n"
    "The same is at Home and under *All actions*, and on any message, at *Give a shout-out*."
)
NOT_YET = "Shout-outs begin with the launch of {name}: nobody has been invited yet."
GONE = "This shout-out isn't there any more."
TOO_LATE = "Taking it back works for ten minutes, and they are over. A coordinator can hide it: please write to one."
NOT_HERE = "{name} can't be thanked here any more. Please choose anew."


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/shoutout")(command)
    app.action("shoutouts.open")(open_form)
    app.shortcut("shoutouts.from_message")(open_from_message)
    app.view(FORM)(give)
    app.action("shoutouts.undo")(undo)
    app.action("shoutouts.list")(show)
    app.action("shoutouts.hide")(hide)


class Carried(BaseModel):
    """The collaborative in which thanks are given: a claim, checked again."""

    collaborative: int


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/shoutout @person for …`: the form, with as much filled in as the words tell."""
    ack()
    words = str(body.get("text", "")).strip()
    if words.lower() == "help":
        return answers.say_to(kit, body, HELP)
    if not words:
        return _open(body, kit)
    return open_with(body, kit, lambda session, *who: shoutout_words.understood(session, words, *who))


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The form, with the half-written words of last time if there are any."""
    ack()
    _open(body, kit)


def open_from_message(ack: Ack, body: Body, kit: Kit) -> None:
    """On any message: its author is chosen; its words aren't taken over, since they are theirs to share."""
    ack()
    open_with(body, kit, lambda session, *who: _of_message(session, body, *who))


def give(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is in the record, on its way to everybody, and counted for the teams."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor = access.actor(session, body)
        collaborative = _where(session, actor, body, forms.carried(view, Carried).collaborative)
        told = forms.read(view, Told)
        others = shoutout_facts.circle(session, collaborative.id or 0, actor.id)
        thanked = _thanked(told, others, actor)
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        shoutout = Shoutout(
            collaborative_id=collaborative.id or 0, team_id=next(iter(others.own), None), person_id=actor.id,
            words=told.words.strip(), value=told.value if told.value in shoutouts.VALUES else "", at=kit.now(),
        )  # fmt: skip
        shoutouts.tie(session, shoutout, told)
        shoutouts.give(session, shoutout, thanked)
        _drafted(session, kit, view, actor, shoutout, confirmed)
        shoutout_cards.say(session, shoutout, kit.now())
    ack(**forms.closing(view))


def undo(ack: Ack, body: Body, kit: Kit) -> None:
    """Within ten minutes its giver takes it back: every copy goes, and its words with it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "shoutouts.undo", kit.now())
        actor = access.actor(session, body)
        shoutout = session.get(Shoutout, forms.pressed(body))
        if shoutout is None or shoutout.collaborative_id not in actor.collaborative_ids:
            raise Refused("That's for whoever gave it.")
        if shoutout.person_id != actor.id:
            raise Refused("That's for whoever gave it. Ask a coordinator to hide it, if it should go.")
        _must_stand(shoutout)
        if kit.now() >= shoutout.at + shoutouts.UNDO:
            raise Gone(TOO_LATE)
        shoutouts.take_back(session, shoutout, kit.now())
        shoutout_cards.withdraw(session, shoutout, kit.now())
        values = _window(session, actor, shoutout.collaborative_id, kit)
    ack()
    _shown_anew(body, kit, values)
    answers.tell(kit, body, "Taken back. All copies of your shout-out go, and its words are removed.")


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """The newest shout-outs, and for the staff which teams haven't been thanked lately."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = shoutout_forms.window(session, actor, _where(session, actor, body, _named(body)), kit.now())
    answers.open_view(kit, body, "shoutouts/list", values)


def hide(ack: Ack, body: Body, kit: Kit) -> None:
    """A coordinator hides it: every copy goes, it counts for no team, the trail has it, and its giver hears of it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "shoutouts.hide", kit.now())
        actor = access.actor(session, body)
        shoutout = session.get(Shoutout, forms.pressed(body))
        if shoutout is None:
            raise Gone(GONE)
        actor.must("shoutout.hide", collaborative=shoutout.collaborative_id)
        _must_stand(shoutout)
        shoutouts.hide(session, shoutout, by=actor.id, now=kit.now())
        audit.note(session, "shoutout.hidden", by=actor.id, subject=shoutouts.subject(shoutout), now=kit.now())
        shoutout_cards.withdraw(session, shoutout, kit.now())
        shoutout_cards.tell_giver(session, shoutout, kit.now())
        values = _window(session, actor, shoutout.collaborative_id, kit)
    ack()
    _shown_anew(body, kit, values)
    answers.tell(kit, body, "Hidden. All copies go, and whoever gave it is told.")


def _open(body: Body, kit: Kit) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        collaborative = _where(session, actor, body, _named(body))
        others = shoutout_facts.circle(session, collaborative.id or 0, actor.id)
        values = shoutout_forms.new(session, actor, collaborative, others)
    answers.open_view(kit, body, "shoutouts/give", values)


def open_with(body: Body, kit: Kit, understand: Callable[[Session, Circle, Actor], Meant], row: int = 0) -> None:
    """The same with what was written elsewhere, as far as it is understood, in the collaborative of that row."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        collaborative = _where(session, actor, body, row or None)
        others = shoutout_facts.circle(session, collaborative.id or 0, actor.id)
        meant = understand(session, others, actor)
        typed = {"people": [*map(str, meant.people)], "teams": [*map(str, meant.teams)], "words": meant.words}
        values = shoutout_forms.filled_in(
            session, actor, collaborative, others, subject=str(body.get("trigger_id")), typed=typed, said=meant.faults
        )
    answers.open_view(kit, body, "shoutouts/give", values)


def _where(session: Session, actor: Actor, body: Body, named: int | None = None) -> Collaborative:
    """The collaborative that a form or button names, or in whose channel this is, or the person's first."""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    here = session.exec(Channel.in_slack(str(channel))).first() if channel and not named else None
    place = here.collaborative_id if here else None
    row = named or (place if place in actor.collaborative_ids else None) or actor.collaborative_ids[0]
    actor.must("shoutout.give", collaborative=row)
    collaborative = session.get_one(Collaborative, row)
    if collaborative.launched_at is None:
        raise Gone(NOT_YET.format(name=collaborative.name))
    return collaborative


def _named(body: Body) -> int | None:
    """The collaborative that a button names; in a command or shortcut there is none."""
    return (forms.pressed(body) or None) if body.get("actions") else None


def _of_message(session: Session, body: Body, others: Circle, actor: Actor) -> Meant:
    """Whoever wrote it; of a cycle's card, the team whose cycle it is."""
    message, meant = body["message"], Meant()
    ts = str(message.get("ts") or body.get("message_ts"))
    letter = outbox.found(session, str((body.get("channel") or {}).get("id")), ts)
    cycle = session.get(Cycle, letter.about["cycle"]) if letter and letter.message == "pdsa/card" else None
    if cycle and cycle.team_id in others.teams and cycle.team_id not in others.own:
        meant.teams = [cycle.team_id]
    elif not letter and message.get("user"):
        shoutout_words.add_user(session, str(message["user"]), others, actor.id, meant)
    return meant


def _thanked(told: Told, others: Circle, actor: Actor) -> list[Thanked]:
    """Whom the form chose, each once, as they are in the collaborative now."""
    shoutouts.check(told.people, told.teams, giver=actor.id, own=others.own)
    for row in dict.fromkeys(told.people):
        if row not in others.people:
            raise FieldError("people", NOT_HERE.format(name="Somebody you chose"))
    for row in dict.fromkeys(told.teams):
        if row not in others.teams:
            raise FieldError("teams", NOT_HERE.format(name="A team you chose"))
    people = [
        Thanked(shoutout_id=0, person_id=row, team_id=others.people[row][1]) for row in dict.fromkeys(told.people)
    ]
    return [*people, *(Thanked(shoutout_id=0, team_id=row) for row in dict.fromkeys(told.teams))]


def _drafted(session: Session, kit: Kit, view: Body, actor: Actor, shoutout: Shoutout, confirmed: list[str]) -> None:
    drafts.discard(session, person=actor.id, form=FORM, subject=str(forms.meta(view).get("subject", "")))
    kit.typing.forget(str(view["id"]))
    if confirmed:
        about = shoutouts.subject(shoutout)
        audit.note(session, "privacy.confirmed", by=actor.id, subject=about, now=kit.now(), fields=confirmed)


def _window(session: Session, actor: Actor, collaborative: int, kit: Kit) -> dict[str, Any]:
    return shoutout_forms.window(session, actor, session.get_one(Collaborative, collaborative), kit.now())


def _must_stand(shoutout: Shoutout) -> None:
    if not shoutouts.is_alive(shoutout):
        raise Gone(GONE)


def _shown_anew(body: Body, kit: Kit, values: dict[str, Any]) -> None:
    """The window in which it was pressed; a message is edited or goes by itself."""
    if (body.get("view") or {}).get("callback_id") == "shoutouts.window":
        answers.replace_view(kit, body, "shoutouts/list", values)
