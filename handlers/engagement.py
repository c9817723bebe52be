"""How a team is still with us: its page for coach and faculty, the acts behind each number, and what the team sees."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms
from bot.access import Actor
from bot.cards import engagement_cards
from bot.domain.collaboratives import Collaborative
from bot.domain.expected import CALL, CHECKIN, DATA
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
KINDS = {"engagement.calls": CALL, "engagement.checkins": CHECKIN, "engagement.numbers": DATA}


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("engagement.open")(open_page)
    app.action("engagement.words")(open_words)
    app.action("engagement.ours")(open_ours)
    app.action("engagement.calls")(open_due_dates)
    app.action("engagement.checkins")(open_due_dates)
    app.action("engagement.numbers")(open_due_dates)
    app.action("engagement.done")(open_acts)
    app.action("engagement.terms")(open_terms)


def open_page(ack: Ack, body: Body, kit: Kit) -> None:
    """For its coach and faculty: level, reasons, chances."""
    ack()
    with kit.store.reading() as session:
        team = access.team_of(session, forms.pressed(body))
        _acting(session, body, kit).must("engagement.read", collaborative=team.collaborative_id, team=team)
        values = engagement_cards.page(session, team, kit.now())
    answers.open_view(kit, body, "engagement/page", values)


def open_words(ack: Ack, body: Body, kit: Kit) -> None:
    """What the words of that page mean."""
    ack()
    with kit.store.reading() as session:
        team = access.team_of(session, forms.pressed(body))
        _acting(session, body, kit).must("engagement.read", collaborative=team.collaborative_id, team=team)
        values = engagement_cards.meanings(session, team)
    answers.open_view(kit, body, "engagement/words", values)


def open_ours(ack: Ack, body: Body, kit: Kit) -> None:
    """For the team: what faculty see about it."""
    ack()
    with kit.store.reading() as session:
        team = access.team_of(session, forms.pressed(body))
        _acting(session, body, kit).must("engagement.facts", collaborative=team.collaborative_id, team=team)
        values = engagement_cards.ours(session, team, kit.now())
    answers.open_view(kit, body, "engagement/ours", values)


def open_due_dates(ack: Ack, body: Body, kit: Kit) -> None:
    """What was expected of one kind, and what came of it."""
    ack()
    with kit.store.reading() as session:
        team = access.team_of(session, forms.pressed(body))
        _acting(session, body, kit).must("engagement.facts", collaborative=team.collaborative_id, team=team)
        values = engagement_cards.acts(session, team, KINDS[body["actions"][0]["action_id"]], kit.now())
    answers.open_view(kit, body, "engagement/acts", values)


def open_acts(ack: Ack, body: Body, kit: Kit) -> None:
    """What the team did, week by week."""
    ack()
    with kit.store.reading() as session:
        team = access.team_of(session, forms.pressed(body))
        _acting(session, body, kit).must("engagement.facts", collaborative=team.collaborative_id, team=team)
        values = engagement_cards.done(session, team, kit.now())
    answers.open_view(kit, body, "engagement/acts", values)


def open_terms(ack: Ack, body: Body, kit: Kit) -> None:
    """How many teams are active, engaged, at risk and so on, each rate beside what it means."""
    ack()
    with kit.store.reading() as session:
        row, actor = forms.pressed(body), _acting(session, body, kit)
        actor.must("teams.see", collaborative=row)
        values = engagement_cards.terms(session, session.get_one(Collaborative, row), actor, kit.now())
    answers.open_view(kit, body, "engagement/terms", values)


def _acting(session: Session, body: Body, kit: Kit) -> Actor:
    """Whoever covers for a team's coach sees what the coach sees."""
    return access.standing_in(session, access.actor(session, body), kit.now())
