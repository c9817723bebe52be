"""Report patient details, on what was written around a call, for a senior leader, and when a team left."""

from collections.abc import Callable

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms
from bot.cards import ending_cards, readiness_cards
from bot.domain import rsvps
from bot.domain.arrivals import Arrival
from bot.domain.collaboratives import Collaborative
from bot.domain.endings import Ending
from bot.domain.exit_talks import ExitTalk
from bot.kit import Kit
from bot.routes import Registrar
from handlers import privacy
from handlers.privacy import Body


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("privacy.report_minutes")(report_minutes)
    app.action("privacy.report_note")(report_note)
    app.action("privacy.report_tasks")(report_tasks)
    app.action("privacy.report_needs")(report_needs)
    app.action("privacy.report_ending")(report_ending)
    app.action("privacy.report_exit_talk")(report_exit_talk)
    app.action("privacy.report_onepager")(report_onepager)


def report_minutes(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a recap, and on what teams read of it."""
    privacy.report_words(ack, body, kit, "minutes")


def report_note(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on what a coordinator wrote to somebody."""
    privacy.report_words(ack, body, kit, "note")


def report_tasks(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on the list of what a team prepares."""
    privacy.report_words(ack, body, kit, "task")


def report_needs(ack: Ack, body: Body, kit: Kit) -> None:
    """The button below what people need at a session: one person's words; the window is shown without them."""
    privacy.report_words(ack, body, kit, "arrival")
    with kit.store.reading() as session:
        arrival = session.get_one(Arrival, forms.pressed(body))
        date = rsvps.meeting(session, arrival.event_id, arrival.planned)
        if date is None:
            return
        collaborative = session.get_one(Collaborative, date.event.collaborative_id)
        access.actor(session, body).must("call.steer", collaborative=date.event.collaborative_id)
        values = readiness_cards.one(session, date, collaborative, kit.now())
    answers.replace_view(kit, body, "readiness/one", values)


def report_ending(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on word of a team that left: what was told beside the reason."""
    privacy.report_words(ack, body, kit, "ending")
    _show_window(body, kit, lambda session: session.get(Ending, forms.pressed(body)))


def report_exit_talk(ack: Ack, body: Body, kit: Kit) -> None:
    """The button below what a team said in parting."""
    privacy.report_words(ack, body, kit, "exit_talk")
    _show_window(body, kit, lambda session: _talked_about(session, forms.pressed(body)))


def report_onepager(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a page for a senior leader, and wherever what it asks for is told."""
    privacy.report_words(ack, body, kit, "onepager")


def _show_window(body: Body, kit: Kit, whose: Callable[[Session], Ending | None]) -> None:
    """Where the button was pressed in the window of a team that left, that is shown without the words."""
    if (body.get("view") or {}).get("callback_id") != "endings.window":
        return
    with kit.store.reading() as session:
        actor, ending = access.actor(session, body), whose(session)
        team = access.team_of(session, ending.team_id if ending else 0)
        actor.must("ending.see", collaborative=team.collaborative_id, team=team)
        values = ending_cards.window(session, actor, team, kit.now())
    answers.replace_view(kit, body, "endings/window", values)


def _talked_about(session: Session, row: int) -> Ending | None:
    talk = session.get(ExitTalk, row)
    return session.get(Ending, talk.ending_id) if talk else None
