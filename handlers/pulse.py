"""Was it worth my time? One tap after a call, counted without names."""

from typing import Any

from slack_bolt import Ack

from bot import access, answers, inbox, outbox
from bot.cards import call_places, minutes_cards
from bot.domain import attendance, minutes, pulse
from bot.errors import Gone, Refused
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering, calls

Body = dict[str, Any]
THANKS = "Thank you: {score} is counted, without your name. Another tap changes it."
NOT_THERE = (
    "That is for those who were at {what}, and nobody of your team is noted as having been there. If you were, a "
    "coordinator adds you on the roll."
)
NOT_THERE_YOURSELF = (
    "That is for those who were at {what}, and you aren't noted as having been there. If you were, a coordinator adds "
    "you on the roll."
)
NOT_NOW = "Whether {what} was worth your time is asked for two days after it, and not before or later."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("pulse.one")(say)
    app.action("pulse.two")(say)
    app.action("pulse.three")(say)
    app.action("pulse.four")(say)
    app.action("pulse.five")(say)


def say(ack: Ack, body: Body, kit: Kit) -> None:
    """Count it; from five answers up the card and the recap tell the counts."""
    pressed = str(body["actions"][0]["action_id"])
    score = pulse.SCORES[pressed.removeprefix("pulse.")]
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "pulse.said", kit.now())
        actor, date = access.actor(session, body), calls.meant(session, call_steering.pressed(body))
        if date is None:
            raise Gone(calls.NOT_ANY_MORE)
        actor.must("call.attend", collaborative=date.event.collaborative_id)
        if not pulse.is_open(date, kit.now()):
            raise Gone(NOT_NOW.format(what=date.event.title))
        there = attendance.present(session, date)
        if there.teams and actor.id not in there.people and not {*actor.team_ids} & {*there.teams}:
            raise Refused((NOT_THERE if actor.team_ids else NOT_THERE_YOURSELF).format(what=date.event.title))
        pulse.say(session, date, actor.id, score, kit.now())
        if pulse.counts(session, date):
            written = minutes.of_date(session, date.event.id, date.planned)
            recap = minutes_cards.keys(written, date.event) if written else []
            outbox.say_again(session, *call_places.keys(date), *recap, now=kit.now())
    ack()
    answers.tell(kit, body, THANKS.format(score=score))
