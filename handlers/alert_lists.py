"""The window of all alerts: what is open, what was found to be no worry, who covers, and rules."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import col, select

from bot import access, answers
from bot.cards import alert_cards, cover_cards
from bot.domain.teams import Team
from bot.kit import Kit
from bot.routes import Registrar
from handlers import privacy

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("alerts.list")(open_list)
    app.action("privacy.report_alert")(report)


def open_list(ack: Ack, body: Body, kit: Kit) -> None:
    """All that are open, at Home."""
    ack()
    answers.open_view(kit, body, "alerts/list", _window(body, kit))


def report(ack: Ack, body: Body, kit: Kit) -> None:
    """Report patient details, wherever an alert stands; where that is this window, it is shown without the words."""
    privacy.report_words(ack, body, kit, "alert")
    if (body.get("view") or {}).get("callback_id") == "alerts.window":
        answers.replace_view(kit, body, "alerts/list", _window(body, kit))


def _window(body: Body, kit: Kit) -> dict[str, Any]:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        if not access.collaboratives_of(session, actor, "teams.see"):
            actor.must("teams.see", collaborative=actor.collaborative_ids[0])
        actor = access.standing_in(session, actor, kit.now())
        teams = session.exec(select(Team).where(col(Team.collaborative_id).in_(actor.collaborative_ids)))
        window = alert_cards.window(session, actor, teams, kit.now())
        return {**window, "coaches": cover_cards.coaches(session, actor, kit.now())}
