"""Words are never lost: what is typed into a form is kept while typing, and when it is closed."""

from typing import Any

from slack_bolt import Ack

from bot import access, answers, drafting, drafts, forms
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
FORMS = (
    "pdsa.start",
    "pdsa.happened",
    "pdsa.study",
    "pdsa.adopted",
    "pdsa.abandoned",
    "pdsa.stopped",
    "pdsa.taught_on",
    "pdsa.edited",
    "checkins.answered",
    "measures.edited",
    "measures.filed",
    "minutes.written",
    "moments.told",
    "questions.asked_faculty",
    "questions.asked_peers",
    "questions.told",
    "ideas.shared",
    "ideas.edited",
    "shoutouts.given",
    "broadcasts.composed",
    "callsheets.noted",
    "replies.told",
    "scores.given",
    "scores.rated",
    "events.changed",
    "events.planned",
    "exit_talks.written",
)


def register(app: Registrar) -> None:
    """What people do without noticing, and the way to begin anew."""
    for box in forms.BOXES:
        app.action(box)(typed)
    for form in FORMS:
        app.view_closed(form)(closed)
    app.action("drafts.empty")(start_empty)


def typed(ack: Ack, body: Body, kit: Kit) -> None:
    """A box changed. The open form is never touched by this."""
    ack()
    view = body.get("view") or {}
    if view.get("callback_id") in FORMS and kit.typing.may_write(str(view["id"]), body):
        drafting.keep(kit, body)


def closed(ack: Ack, body: Body, kit: Kit) -> None:
    """Closed with its x: what stood in it is kept, where Slack still tells it, before Slack hears that we have it."""
    drafting.keep_waiting(kit)
    if forms.values(body["view"]):
        drafting.keep(kit, body)
    ack()


def start_empty(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the kept words aside for good; the boxes of the open form are empty again."""
    ack()
    view = body["view"]
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        drafts.discard(
            session, person=actor.id, form=str(view["callback_id"]), subject=str(forms.meta(view)["subject"])
        )
    kit.typing.forget(str(view["id"]))
    answers.restart_view(kit, body, forms.emptied(view))
