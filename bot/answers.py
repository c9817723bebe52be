"""Answers that hang on what a person just did: a form that opens, a sentence only they see. Made after the ack."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.errors import new_reference
from bot.kit import Kit
from bot.sending import as_typed
from bot.sending.refusals import PAYLOAD
from bot.slack import Declined, SlackTrouble, Unreached
from bot.templates import escape, shorten

log = structlog.get_logger()
MOST_TEXT = 3000  # of one block
USED_BEFORE = "exchanged_trigger_id"
TOO_LATE = "The form couldn't open in time. Nothing is lost: please {again} once more."
REFUSED = (
    "Slack doesn't take this form as it is, so trying again won't open it. Nothing is lost. "
    "Please give your coordinator this reference: {reference}."
)


def open_view(kit: Kit, body: Mapping[str, Any], name: str, values: dict[str, Any]) -> None:
    """Open a form, on top of the one the person is in if they are in one; in place of it where Slack stacks no more."""
    view = kit.templates.render(name, values)
    below = body.get("view") or {}
    inside_modal = below.get("type") == "modal" and body.get("type") == "block_actions"
    if inside_modal and _is_third(below):
        kit.after_ack(kit.slack.call, "views.update", view_id=below["id"], hash=below.get("hash"), view=view)
        return
    kit.open_after_ack(_show, kit, dict(body), "views.push" if inside_modal else "views.open", view)


def replace_view(kit: Kit, body: Mapping[str, Any], name: str, values: dict[str, Any]) -> None:
    """Change the form the person is in; what they typed stays, since its boxes keep their names."""
    update_view(kit, body, kit.templates.render(name, values))


def update_view(kit: Kit, body: Mapping[str, Any], view: dict[str, Any]) -> None:
    """The same with a form that is rendered already."""
    kit.after_ack(kit.slack.call, "views.update", view_id=body["view"]["id"], hash=body["view"].get("hash"), view=view)


def replace_below(kit: Kit, view: Mapping[str, Any], name: str, values: dict[str, Any]) -> None:
    """Change the window below a form that closes, which is what the person sees next."""
    shown = kit.templates.render(name, values)
    kit.after_ack(kit.slack.call, "views.update", view_id=view["previous_view_id"], view=shown)


def restart_view(kit: Kit, body: Mapping[str, Any], view: dict[str, Any]) -> None:
    """Show the form the person is in anew: what was typed goes, since for a moment its boxes aren't there."""
    kit.after_ack(_restart, kit, dict(body), view)


def tell(kit: Kit, body: Mapping[str, Any], sentence: str) -> None:
    """Say something only to the person who acted."""
    kit.after_ack(_whisper, kit, dict(body), {"text": escape(sentence), **_as_typed(sentence)})


def say_to(kit: Kit, body: Mapping[str, Any], mrkdwn: str) -> None:
    """Say something of our own, marked up, only to the person who acted; nothing a person typed goes in here."""
    kit.after_ack(_whisper, kit, dict(body), {"text": mrkdwn})


def show(kit: Kit, body: Mapping[str, Any], name: str, values: dict[str, Any]) -> None:
    """Show a rendered message only to the person who acted."""
    kit.after_ack(_whisper, kit, dict(body), kit.templates.render(name, values))


def _as_typed(sentence: str) -> dict[str, Any]:
    """A block that Slack marks nothing up in, where somebody's words would be."""
    plain = {"type": "plain_text", "text": shorten(sentence, MOST_TEXT), "emoji": False}
    return {"blocks": [{"type": "section", "text": plain}]} if as_typed.is_marked(sentence) else {}


def _is_third(view: Mapping[str, Any]) -> bool:
    return view.get("previous_view_id") not in (None, view.get("root_view_id"))


def _restart(kit: Kit, body: Mapping[str, Any], view: dict[str, Any]) -> None:
    note = {"type": "section", "text": {"type": "plain_text", "text": "One moment…"}}
    kit.slack.call("views.update", view_id=body["view"]["id"], view={**view, "blocks": [note]})
    kit.slack.call("views.update", view_id=body["view"]["id"], view=view)


def _show(kit: Kit, body: Mapping[str, Any], method: str, view: dict[str, Any]) -> None:
    try:
        kit.slack.call(method, trigger_id=body["trigger_id"], view=view, timeout=3.0)
    except SlackTrouble as trouble:
        refused = isinstance(trouble, Declined) and trouble.error in PAYLOAD
        reference = new_reference()
        log.warning("view.not_opened", reason=str(trouble), callback=view.get("callback_id"), reference=reference)
        if str(trouble) != USED_BEFORE:  # the same press, delivered twice: its form is open
            late = TOO_LATE.format(again="type it" if "command" in body else "press it")
            _whisper(kit, body, {"text": REFUSED.format(reference=reference) if refused else late})


def _whisper(kit: Kit, body: Mapping[str, Any], message: dict[str, Any]) -> None:
    """By the payload's own address; a payload without one (Home, a form, a global shortcut) is answered by DM."""
    if body.get("response_url"):
        try:
            kit.slack.respond(
                str(body["response_url"]), {**message, "response_type": "ephemeral", "replace_original": False}
            )
            return
        except (Declined, Unreached) as trouble:
            log.warning("response_url.refused", reason=str(trouble))
    user = body.get("user") or {}
    user_id = user.get("id") if isinstance(user, Mapping) else body.get("user_id")
    kit.slack.call("chat.postMessage", channel=user_id or body.get("user_id"), unfurl_links=False, **message)
