"""The one place that decides what people see when something doesn't go through."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt import BoltResponse

from bot import answers, forms, inbox
from bot.errors import BotError, FieldError, FieldErrors, RecordUnavailable, new_reference
from bot.forms import AskAgain
from bot.guard import marks
from bot.kit import Kit

log = structlog.get_logger()
SAVED_BEFORE = (
    "What you sent before had arrived and is saved. What you changed here since then isn't: "
    "please close this, and correct it in what you saved."
)


def answering(kit: Kit) -> Callable[..., BoltResponse]:
    """Bolt's handler of errors: a sentence on the right box, or to whoever acted, or the event kept for later."""

    def answer(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if isinstance(error, inbox.Repeated):
            return _response(_once_more(error, body))
        if isinstance(error, AskAgain):
            return _response({"response_action": "update", "view": error.view})
        sentences = _sentences(error, body)
        if body.get("type") == "view_submission" and sentences:
            return _response(_on_its_boxes(body["view"], sentences))
        if body.get("type") == "event_callback":
            return _kept_for_later(kit, error, body)
        if body.get("type") == "block_suggestion":  # a sentence for every letter typed would be too many
            _sentence(error)
            return _response({"options": []})
        answers.tell(kit, body, _sentence(error))
        return _response({})

    return answer


def _once_more(error: inbox.Repeated, body: dict[str, Any]) -> dict[str, Any]:
    """What was answered the first time; a saved form closes."""
    if body.get("type") != "view_submission":
        return error.answer
    return _saved_before(body) if error.changed else error.answer or forms.closing(body["view"])


def _saved_before(body: dict[str, Any]) -> dict[str, Any]:
    """Whoever changed a form before sending it again hears that, above the words that stand in it now."""
    view = {**forms.as_sent(body["view"]), "blocks": marks.instead(body["view"]["blocks"], SAVED_BEFORE)}
    return {"response_action": "update", "view": view}


def _kept_for_later(kit: Kit, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """An event without its effect: noted, to be handed in again; where even that can't be, Slack sends it itself."""
    if isinstance(error, BotError) and not isinstance(error, RecordUnavailable):
        return _response({})
    _sentence(error)
    try:
        with kit.store.transaction() as session:
            inbox.note(session, body, datetime.now(UTC))
    except RecordUnavailable:
        return BoltResponse(status=503, body="")
    return _response({})


def _on_its_boxes(view: dict[str, Any], sentences: dict[str, str]) -> dict[str, Any]:
    """Slack's own way to refuse a box changes nothing else: marks of last time would stay, so there we mark anew."""
    if marks.are_in(view["blocks"]):
        return {"response_action": "update", "view": forms.with_faults(view, sentences)}
    return {"response_action": "errors", "errors": sentences}


def _sentences(error: Exception, body: dict[str, Any]) -> dict[str, str]:
    """Which box carries which sentence; a fault of no box, or of one that isn't shown, stands on the first."""
    first = forms.first_box(body.get("view") or {})
    shown = {block.get("block_id") for block in (body.get("view") or {}).get("blocks", ())}
    if isinstance(error, FieldErrors):
        return {(name if name in shown else first or ""): text for name, text in error.sentences.items()}
    if isinstance(error, FieldError) and error.field in shown:
        return {error.field: str(error)}
    return {first: _sentence(error)} if first and body.get("type") == "view_submission" else {}


def _sentence(error: Exception) -> str:
    if isinstance(error, BotError):
        return str(error)
    reference = new_reference()
    log.error("unexpected", reference=reference, exc_info=error)
    return (
        f"Something went wrong on our side, and nothing was changed. Please try again; "
        f"if it happens again, give your coordinator this reference: {reference}."
    )


def _response(payload: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=payload or "")
