"""An idea is edited at any time, with its history, or taken back by the team that shared it."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import digest_cards, idea_cards, weekly_cards
from bot.domain import idea_edits, idea_facts, ideas
from bot.domain.idea_edits import Conflict
from bot.domain.ideas import Idea
from bot.domain.teams import Team
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import idea_forms, idea_steals
from handlers import ideas as idea_handlers
from handlers.idea_forms import EDITED, Told

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("ideas.edit")(open_edit)
    app.action("ideas.unedit")(start_over)
    app.view(EDITED)(save)
    app.action("ideas.withdraw")(withdraw)


class Carried(BaseModel):
    """The ids the form carries: claims. `version` is what the writer began from, `seen` the newest they know."""

    idea: int
    version: int
    seen: int


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """Everything it says, to be changed."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea, _ = _writable(session, actor, forms.pressed(body))
        values = idea_forms.edited(session, actor, idea)
    answers.open_view(kit, body, "ideas/edit", values)


def start_over(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the half-written words aside for good and show the idea as it is saved."""
    ack()
    carried = forms.carried(body["view"], Carried)
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        idea, _ = _writable(session, actor, carried.idea)
        drafts.discard(session, person=actor.id, form=EDITED, subject=ideas.subject(idea))
        values = idea_forms.edited(session, actor, idea)
    kit.typing.forget(str(body["view"]["id"]))
    answers.restart_view(kit, body, kit.templates.render("ideas/edit", values))


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """What changed is saved and what stood there is kept; the second of two editors sees who changed what."""
    told, carried = forms.read(view, Told), forms.carried(view, Carried)
    try:
        _save(body, view, kit, told, carried)
    except Conflict as conflict:
        ack(response_action="update", view=_with_conflict(view, kit, conflict))
        return
    ack(**forms.closing(view))


def withdraw(ack: Ack, body: Body, kit: Kit) -> None:
    """Take it back: its card says so, and whoever tests it goes on."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "ideas.withdraw", kit.now())
        actor = access.actor(session, body)
        idea, team = _writable(session, actor, forms.pressed(body))
        idea_edits.withdraw(session, idea, kit.now())
        drafts.discard_about(session, ideas.subject(idea))
        audit.note(session, "idea.withdrawn", by=actor.id, subject=ideas.subject(idea), now=kit.now())
        idea_cards.show(session, idea, kit.now())
        weekly_cards.say_again(session, idea.collaborative_id, idea.shared_at, kit.now())
        digest_cards.forget_idea(session, idea, kit.now())
        sentence = idea_facts.gone(idea, team)
    ack()
    answers.replace_view(kit, body, "ideas/gone", {"sentence": sentence})


def _save(body: Body, view: Body, kit: Kit, told: Told, carried: Carried) -> None:
    with kit.store.transaction() as session:
        inbox.form_once(session, body, EDITED, kit.now())
        actor = access.actor(session, body)
        idea, team = _writable(session, actor, carried.idea)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        fields = idea_forms.columns(session, told, team.collaborative_id)
        began, seen = carried.version, carried.seen
        idea_edits.edit(session, idea, fields, began=began, seen=seen, by=actor.id, now=kit.now())
        idea_handlers.drafted(session, kit, view, actor, ideas.subject(idea), idea, confirmed)
        idea_cards.changed(session, idea, kit.now())


def _writable(session: Session, actor: Actor, idea_id: int) -> tuple[Idea, Team]:
    """The idea and its team, when this person may write it."""
    idea = idea_steals.readable(session, actor, idea_id)
    team = access.team_of(session, idea.team_id)
    actor.must("idea.write", collaborative=idea.collaborative_id, team=team)
    return idea, team


def _with_conflict(view: Body, kit: Kit, conflict: Conflict) -> dict[str, Any]:
    """The form as it is, with who changed what above it; sent again, it saves the writer's own changes over that."""
    with kit.store.reading() as session:
        told = idea_facts.conflict(session, conflict)
    words = f"{told} Your own words are below, untouched. Save again to put what you changed in place."
    note = {"type": "section", "block_id": f"conflict.{conflict.idea.version}", "text": {
        "type": "plain_text", "text": words[:3000]}}  # fmt: skip
    blocks = forms.asking(view, {}, "conflict.")["blocks"]
    meta = {**forms.meta(view), "seen": conflict.idea.version}
    return {**forms.as_sent(view), "blocks": [note, *blocks], "private_metadata": json.dumps(meta)}
