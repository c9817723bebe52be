"""The question how it goes, put to a team lead in somebody's name, and its three answers: pressing one is enough."""

from typing import Any, NamedTuple

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox, outbox
from bot.cards import alert_cards, alert_questions
from bot.domain import contacts
from bot.domain.alert_rules import REASONS
from bot.domain.alerts import Alert
from bot.domain.teams import Team
from bot.kit import Kit
from bot.routes import Registrar
from handlers import alerts, pauses, questions

Body = dict[str, Any]
HEARD = "Thank you. I pass it on: {answer}."
KNOWN = "Thank you. I passed it on already: {answer}."
BEGINS, OTHERS_BEGIN = "The form begins it at once.", "Your team lead or a coordinator can begin it."


class Heard(NamedTuple):
    """An answer that counts: whose, what is said to it, and whether its person may give the team a pause."""

    team: int
    said: str
    may_pause: bool


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("alerts.more")(open_more)
    app.action("alerts.ask")(ask)
    app.action("alerts.good")(all_good)
    app.action("alerts.stuck")(stuck)
    app.action("alerts.rest")(need_a_pause)


def open_more(ack: Ack, body: Body, kit: Kit) -> None:
    """Everything else that one can do about an alert."""
    ack()
    with alerts.shown_if_over(body, kit), kit.store.reading() as session:
        actor, alert, team = alerts.whose(session, body, forms.pressed(body), kit)
        values = _more(session, alert, team, alert_questions.offer(session, team, actor.id, kit.now()))
    answers.open_view(kit, body, "alerts/more", values)


def ask(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask them for me: one question to the team lead, in this person's name; the window says when."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "alerts.ask", kit.now())
        actor, alert, team = alerts.whose(session, body, forms.pressed(body), kit)
        said = alert_questions.offer(session, team, actor.id, kit.now())
        if not said:
            alert_questions.ask(session, alert, team, actor.id, kit.now())
            said = alert_questions.offer(session, team, actor.id, kit.now())
            alert_cards.show(session, alert, kit.now())
            home.refresh(session, [actor.id], kit.now())
        values = _more(session, alert, team, said)
    ack()
    if body.get("view"):
        answers.replace_view(kit, body, "alerts/more", values)
    else:
        answers.tell(kit, body, said)


def all_good(ack: Ack, body: Body, kit: Kit) -> None:
    """The team lead's answer: all good, only quiet."""
    heard = _answered(body, kit, contacts.FINE)
    ack()
    answers.tell(kit, body, heard.said)


def stuck(ack: Ack, body: Body, kit: Kit) -> None:
    """Stuck: their coach hears it at once, and the form is there for a question, for whoever likes."""
    heard = _answered(body, kit, contacts.HELP)
    answers.tell(kit, body, f"{heard.said} You needn't fill in the form.")
    questions.open_new_for_faculty(ack, body, kit)


def need_a_pause(ack: Ack, body: Body, kit: Kit) -> None:
    """A pause: their coach hears it at once, and the form gives it to whoever may."""
    heard = _answered(body, kit, contacts.PAUSE)
    answers.tell(kit, body, f"{heard.said} {BEGINS if heard.may_pause else OTHERS_BEGIN}")
    ack()
    if heard.may_pause:
        pauses.show_form(body, kit, heard.team)


def _answered(body: Body, kit: Kit, outcome: str) -> Heard:
    """It counts with the press, the first time."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "alerts.answer", kit.now())
        actor, found = access.actor(session, body), session.get(Alert, forms.pressed(body))
        team = access.team_of(session, found.team_id if found else 0)
        actor.must("ask.answer", collaborative=team.collaborative_id, team=team)
        is_news = True
        if found:
            letter = outbox.found(session, *alerts.place(body))
            is_news = alert_questions.answer(session, found, actor.id, outcome, letter, kit.now())
            alert_cards.show(session, found, kit.now())
        said = (HEARD if is_news else KNOWN).format(answer=contacts.ANSWERS[outcome])
        may_pause = actor.may("team.pause", collaborative=team.collaborative_id, team=team)
        return Heard(team.id or 0, said, may_pause)


def _more(session: Session, alert: Alert, team: Team, asked: str) -> dict[str, Any]:
    return {"alert": alert, "team": team, "name": REASONS[alert.reason].name, "asked": asked}
