"""From a form somebody is typing in to a draft in the record, past the guard."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from bot import access, drafts, forms, inbox
from bot.domain import checkins, exit_talks, minutes, scores
from bot.domain.callsheets import CallSheet
from bot.domain.commitments import Commitment
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.errors import RecordUnavailable, Refused
from bot.guard import known
from bot.inbox import Delivery
from bot.kit import Kit

log = structlog.get_logger()
FLAGS = ("more", "ran", "version")  # what of a form's own ids is needed to open it again as it was


def keep(kit: Kit, body: dict[str, Any]) -> None:
    """Write it down; where the record is busy the words wait, and nobody is bothered while typing."""
    try:
        write(kit, body)
    except RecordUnavailable:
        log.warning("draft.waits")
        kit.typing.wait_again(body)


def keep_waiting(kit: Kit) -> None:
    """Write down the forms that waited for their turn."""
    for body in kit.typing.waiting():
        keep(kit, body)


def write(kit: Kit, body: Mapping[str, Any]) -> None:
    """Keep what stands in the form, with what stood in boxes that are out of sight now.

    Boxes the guard would ask about are left out; a form that was only looked at, was sent meanwhile,
    or speaks of what was taken down meanwhile, leaves nothing.
    """
    view = body["view"]
    carried = forms.meta(view)
    if "subject" not in carried or not forms.was_typed_in(view):
        return
    whose = {"form": str(view["callback_id"]), "subject": str(carried["subject"])}
    with kit.store.transaction() as session:
        try:
            actor = access.actor(session, body)
        except Refused:
            return
        if session.get(Delivery, inbox.form_key(dict(body))) or _taken_down(session, carried):
            return
        shown = {str(block.get("block_id")) for block in view["blocks"]}
        before = drafts.kept(session, person=actor.id, **whose)
        fields = {name: value for name, value in before.items() if name not in shown and not name.startswith("_")}
        fields |= forms.safe_to_keep(view, known.of(session, kit, actor.collaborative_ids[0]))
        fields |= {f"_{name}": carried[name] for name in FLAGS if carried.get(name)}
        fields |= {"_was": {**before.get("_was", {}), **carried["was"]}} if carried.get("was") else {}
        drafts.keep(session, person=actor.id, fields=fields, now=kit.now(), **whose)


def _taken_down(session: Session, carried: Mapping[str, Any]) -> bool:
    """Whether what a form speaks of ("cycle:7", "checkin:3") was reported or deleted: none of it comes back."""
    subject = str(carried["subject"])
    of, _, number = subject.partition(":")
    if of in ("score", "scores"):
        seen = carried.get("teams", {}).values() or [carried.get("seen", 0)]
        return scores.taken_down(session, seen, datetime.fromisoformat(carried.get("since", f"{scores.EVER}")))
    if of == "checkin" and number.isdigit():
        told = checkins.answer_of(session, int(number))
        return bool(told and told.purged_at)
    if of == "question" and number.isdigit():
        asked = session.get(Question, int(number))
        return asked is None or bool(asked.purged_at)
    if of in ("idea", "steal") and number.isdigit():
        idea = session.get(Idea, int(number))
        return idea is None or bool(idea.purged_at)
    if of == "minutes":
        return minutes.is_taken_down(session, subject)
    if of == "ending" and number.isdigit():
        talk = exit_talks.of(session, int(number))
        return bool(talk and talk.purged_at)
    if of == "commitment" and number.isdigit():
        return session.get(Commitment, int(number)) is None
    if of in ("callsheet", "agreed") and number.isdigit():
        sheet = session.get(CallSheet, int(number))
        return sheet is None or bool(sheet.purged_at)
    if of == "reply" and number.isdigit():
        reply = session.get(Reply, int(number))
        return reply is None or bool(reply.purged_at)
    if of not in ("cycle", "after") or not number.isdigit():
        return False
    cycle = session.get(Cycle, int(number))
    return cycle is None or bool(cycle.purged_at or cycle.deleted_at)
