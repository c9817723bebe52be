"""A month's numbers are sent: refused or asked about in words, kept with their history, and answered at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, audit, drafts, forms, inbox, times
from bot.access import Actor
from bot.cards import measure_cards
from bot.domain import measures, points, stories
from bot.domain.measures import Measure
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, FieldErrors
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import measure_forms, measure_reading
from handlers.measure_forms import FORM
from handlers.measure_merging import Merged
from handlers.measure_reading import Told
from handlers.measure_standing import Carried

Body = dict[str, Any]
SURE = "sure"
NOTHING = "Nothing is filled in yet. Numbers, No cases this month, or Not available yet: each of them is an answer."
FIRST = "Or correct it above"
AGAIN = "It isn't sent yet: tick this if it is right, or correct it above"
WHY = "Your numbers take the place of those that stand now. Please say in a few words why."


def register(app: Registrar) -> None:
    """What people can send."""
    app.view(FORM)(save)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """File the page; the form closes, or goes on with the next measures."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        sent = inbox.form_once(session, body, FORM, kit.now(), page=str(carried.number) if carried.later else "")
        actor = access.actor(session, body)
        team = access.team_of(session, carried.team)
        actor.must("measures.write", collaborative=team.collaborative_id, team=team)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        told, merged = _told(session, kit, team, view, carried)
        reason = str(forms.values(view).get("reason", ""))
        entries = [one.entry for one in told if one.changes]
        filed = points.file(session, team=team, person=actor.id, entries=entries, now=kit.now(), reason=reason)
        if (carried.fix or carried.theirs) and not reason and any(one.what == "corrected" for one in filed):
            raise FieldError("reason", WHY)
        if "story" in merged.touched:
            words = str(merged.words["story"])[: stories.MOST]
            stories.tell(session, team=team.id or 0, month=carried.period, words=words, by=actor.id, now=kit.now())
        if merged.touched:
            measure_cards.filed(session, kit, team, carried.period, by=actor.id)
        response = _next(session, kit, team, actor, view, carried, confirmed)
        inbox.answered(session, sent, response)
    ack(**response)


def _told(session: Session, kit: Kit, team: Team, view: Body, carried: Carried) -> tuple[list[Told], Merged]:
    """What the page holds, when it can be taken. Raises what keeps the form open, with the words in it."""
    today = times.local_day(kit.now(), team.timezone)
    counted = [one for one in measures.all_of(session, team.collaborative_id) if one.id in carried.page]
    if measure_forms.is_reworded(carried, counted):
        raise AskAgain(_again(session, kit, team, carried, view))
    merged = measure_forms.merged(session, team, carried, counted, view)
    told, unread = measure_reading.read(session, team, merged, carried, counted)
    asked = carried.fix or carried.theirs or carried.number > 1 or carried.later
    if not (merged.touched or asked):
        raise FieldError(forms.first_box(view) or "", NOTHING)
    if faults := unread | measure_reading.check(told, today):
        raise _refusal(view, told, faults)
    if merged.contested:
        raise AskAgain(_again(session, kit, team, carried, view))
    _ask_about(session, team, view, told, kit)
    return told, merged


def _next(
    session: Session, kit: Kit, team: Team, actor: Actor, view: Body, carried: Carried, confirmed: list[str]
) -> dict[str, Any]:
    """How the form goes on; of the draft, what stands on later pages is left."""
    if confirmed:
        subject = f"measures:{team.id}:{carried.period:%Y-%m}"
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    whose: dict[str, Any] = {"person": actor.id, "form": FORM, "subject": carried.subject}
    left = _left(drafts.kept(session, **whose), carried)
    drafts.discard(session, **whose)
    kit.typing.forget(str(view["id"]))
    if carried.later:
        if any(not box.startswith("_") for box in left):
            drafts.keep(session, **whose, fields=left, now=kit.now())
        after = carried.model_copy(
            update={
                "page": carried.later, "later": [], "number": carried.number + 1, "words": 0, "reworded": False,
                "theirs": False,
            }
        )  # fmt: skip
        today = times.local_day(kit.now(), team.timezone)
        shown = measure_forms.shown(session, team, after, left, today)
        return {"response_action": "update", "view": kit.templates.render("measures/form", shown)}
    return forms.closing(view)


def _left(saved: Mapping[str, Any], carried: Carried) -> dict[str, Any]:
    """The draft without what this page has told."""
    told = {*(f"m{row}" for row in carried.page), "reason", SURE}
    left = {box: words for box, words in saved.items() if box.partition(".")[0] not in told}
    was = {thing: mark for thing, mark in saved.get("_was", {}).items() if thing.partition(".")[0] not in told}
    return left | {"_was": was}


def _refusal(view: Body, told: list[Told], faults: Mapping[str, str]) -> BotError:
    """All that is wrong at once; where something isn't available yet, a box for the day comes right below that."""
    shown = {str(block.get("block_id")) for block in view["blocks"]}
    days = {measure_reading.day_box(one.measure): one.measure for one in told}
    asked = {f"m{one.id}.state": _day(box, one) for box, one in days.items() if box in faults and box not in shown}
    if not asked:
        return FieldErrors({**faults})
    blocks = [part for one in view["blocks"] for part in (one, *asked.get(str(one.get("block_id")), ()))]
    return AskAgain(forms.with_faults({**view, "blocks": blocks}, faults))


def _ask_about(session: Session, team: Team, view: Body, told: list[Told], kit: Kit) -> None:
    """What is unusual is confirmed with a tick, which is for these numbers: others are asked about anew."""
    today = times.local_day(kit.now(), team.timezone)
    asked = measure_reading.doubts(session, team, told, today)
    values = forms.values(view)
    marks = {box: _mark(box, [one.entry for one in told if one.box == box], asked[box]) for box in asked}
    if all(values.get(mark) == ["confirmed"] for mark in marks.values()):
        return
    before = {str(block.get("block_id")) for block in view["blocks"]}
    below = {
        _last_box(view, box): _question(marks[box], sentences, AGAIN if marks[box] in before else FIRST)
        for box, sentences in asked.items()
    }
    raise AskAgain(forms.asking(view, below, SURE))


def _again(session: Session, kit: Kit, team: Team, carried: Carried, view: Body) -> dict[str, Any]:
    """The form with what was changed meanwhile told above it; what one typed is kept, and Save puts it in place."""
    today = times.local_day(kit.now(), team.timezone)
    values = measure_forms.shown(session, team, carried, measure_forms.typed(view), today)
    return forms.shown_anew(view, kit.templates.render("measures/form", values))


def _last_box(view: Mapping[str, Any], box: str) -> str:
    """Below which box a question about numbers stands: the second one of two."""
    second = f"{box.rpartition('.')[0]}.denominator"
    shown = {str(block.get("block_id")) for block in view["blocks"]}
    return second if box.endswith(".numerator") and second in shown else box


def _mark(box: str, entries: list[Any], sentences: list[str]) -> str:
    told = json.dumps([box, [repr(replace(entry, note="")) for entry in entries], sentences])
    return f"{SURE}.{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _question(mark: str, sentences: list[str], label: str) -> list[dict[str, Any]]:
    yes = {"text": {"type": "plain_text", "text": "Yes, that is right"}, "value": "confirmed"}
    return [
        {
            "type": "section", "block_id": f"{mark}.asked",
            "text": {"type": "plain_text", "text": f"⚠ {' '.join(sentences)}"[:3000]},
        },
        {
            "type": "input", "block_id": mark, "optional": True,
            "label": {"type": "plain_text", "text": label},
            "element": {"type": "checkboxes", "action_id": "value", "options": [yes]},
        },
    ]  # fmt: skip


def _day(box: str, measure: Measure) -> list[dict[str, Any]]:
    label = {"type": "plain_text", "text": f"{measure.code}: when will it be there?"}
    return [
        {
            "type": "input", "block_id": box, "optional": True, "label": label,
            "hint": {"type": "plain_text", "text": "Only where it isn't available yet. A guess is fine."},
            "element": {"type": "datepicker", "action_id": "value"},
        }
    ]  # fmt: skip
