"""Words are never lost: what is typed into a form is kept while typing, and when it is closed."""

from typing import Any

from slack_bolt import Ack

from bot import drafting, forms
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
FORMS = ("pdsa.start", "pdsa.happened", "pdsa.study", "pdsa.edited")


def register(app: Registrar) -> None:
    """What people do without noticing."""
    app.action("value")(typed)
    for form in FORMS:
        app.view_closed(form)(closed)


def typed(ack: Ack, body: Body, kit: Kit) -> None:
    """A box changed. The open form is never touched by this."""
    ack()
    view = body.get("view") or {}
    if view.get("callback_id") in FORMS and kit.typing.may_write(str(view["id"]), body):
        drafting.write(kit, body)


def closed(ack: Ack, body: Body, kit: Kit) -> None:
    """Closed with its x: what stood in it is kept, where Slack still tells it."""
    ack()
    for waiting in kit.typing.waiting():
        drafting.write(kit, waiting)
    if forms.values(body["view"]):
        drafting.write(kit, body)
