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
from bot.cards import measure_cards, measure_words
from bot.domain import measures, months, pdsa_facts, points, stories
from bot.domain.entries import NOT_AVAILABLE
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.errors import FieldError
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles, measure_forms, measure_reading
from handlers.measure_forms import FORM, Carried
from handlers.measure_reading import Told

Body = dict[str, Any]
SURE = "sure"
NOTHING = "Nothing is filled in yet. Numbers, No cases this month, or Not available yet: each of them is an answer."

CHANGED = (
    "While you were writing, somebody who looks after measures changed one of these. Please look once more at what is "
    "counted; what you typed is still below."
)


THEIRS = (
    "While you were writing, {by} filed {month}. What stands now: {told}. What you typed is still below: Save puts it "
    "in place of that, and asks at the bottom why it changes. A box that you leave empty keeps what stands now."
)
WHY = "Your numbers take the place of those that stand now. Please say in a few words why."


def register(app: Registrar) -> None:
    """What people can send."""
    app.view(FORM)(save)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """File the page; the form closes, or goes on with the next measures."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        key = f"{inbox.form_key(body)}{f':{carried.number}' if carried.later else ''}"
        inbox.once(session, key, FORM, kit.now())
        actor = access.actor(session, body)
        team = access.team_of(session, carried.team)
        actor.must("measures.write", collaborative=team.collaborative_id, team=team)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        told = _told(session, kit, team, view, carried)
        reason = str(forms.values(view).get("reason", ""))
        entries = [one.entry for one in told]
        filed = points.file(session, team=team, person=actor.id, entries=entries, now=kit.now(), reason=reason)
        if carried.theirs and not reason and any(one.what == "corrected" for one in filed):
            raise FieldError("reason", WHY)
        worded = _tell_story(session, view, carried, actor, kit)
        if told or worded:
            measure_cards.filed(session, kit, team, carried.period, by=actor.id)
        response = _next(session, kit, team, actor, view, carried, confirmed)
        inbox.answered(session, key, response)
    ack(**response)


def _told(session: Session, kit: Kit, team: Team, view: Body, carried: Carried) -> list[Told]:
    """What the page holds, when it can be taken. Raises what keeps the form open, with the words in it."""
    today = times.local_day(kit.now(), team.timezone)
    counted = [one for one in measures.all_of(session, team.collaborative_id) if one.id in carried.page]
    if sum(one.version for one in counted) != carried.words:
        raise AskAgain(_again(session, kit, team, carried, measure_forms.typed(view), CHANGED))
    told = measure_reading.read(session, team, view, carried, counted)
    if not (told or carried.fix) and carried.number == 1 and not carried.later and not forms.values(view).get("story"):
        raise FieldError(forms.first_box(view) or "", NOTHING)
    _ask_for_days(view, told)
    measure_reading.check(told, today)
    numbers = bool(told) and measure_forms.seen(session, team, carried, counted) != carried.seen
    if numbers or _is_another_story(session, view, carried):
        raise AskAgain(_with_theirs(session, kit, team, view, carried, counted, told))
    _ask_about(session, team, view, told, kit)
    return told


def _is_another_story(session: Session, view: Body, carried: Carried) -> bool:
    """Whether the words of this form would take the place of some that their writer didn't see."""
    story = stories.of_month(session, carried.team, carried.period)
    words = str(forms.values(view).get("story", ""))
    return bool(
        words and story and story.words != words and measure_forms.told_then(story) != (carried.story or "")
    )  # fmt: skip


def _tell_story(session: Session, view: Body, carried: Carried, actor: Actor, kit: Kit) -> bool:
    """The one thing the numbers don't show, where the page asks for it, and whether it was told or taken away.

    A box that was opened empty takes nothing.
    """
    words = str(forms.values(view).get("story", ""))[: stories.MOST]
    story = stories.of_month(session, carried.team, carried.period)
    taken_away = carried.storied and not carried.theirs and measure_forms.told_then(story) == (carried.story or "")
    if not any(block.get("block_id") == "story" for block in view["blocks"]) or not (words or taken_away):
        return False
    stories.tell(session, team=carried.team, month=carried.period, words=words, by=actor.id, now=kit.now())
    return True


def _next(
    session: Session, kit: Kit, team: Team, actor: Actor, view: Body, carried: Carried, confirmed: list[str]
) -> dict[str, Any]:
    """How the form goes on; with its last page the draft is done with."""
    if confirmed:
        subject = f"measures:{team.id}:{carried.period:%Y-%m}"
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    saved = drafts.kept(session, person=actor.id, form=FORM, subject=carried.subject)
    if carried.later:
        after = carried.model_copy(update={"page": carried.later, "later": [], "number": carried.number + 1})
        today = times.local_day(kit.now(), team.timezone)
        shown = measure_forms.shown(session, team, after, saved, today)
        return {"response_action": "update", "view": kit.templates.render("measures/form", shown)}
    drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
    kit.typing.forget(str(view["id"]))
    return cycles.closing(view)


def _ask_for_days(view: Body, told: list[Told]) -> None:
    """Not available yet: the form asks when it will be, right below."""
    shown = {str(block.get("block_id")) for block in view["blocks"]}
    lacking = [
        one for one in told
        if one.entry.state == NOT_AVAILABLE and f"m{one.measure.id}.expected_on" not in shown
    ]  # fmt: skip
    if lacking:
        below = {f"m{one.measure.id}.state": [_day(f"m{one.measure.id}.expected_on")] for one in lacking}
        raise AskAgain(forms.asking(view, below, SURE))


def _ask_about(session: Session, team: Team, view: Body, told: list[Told], kit: Kit) -> None:
    """What is unusual is confirmed with a tick, which is for these numbers: others are asked about anew."""
    today = times.local_day(kit.now(), team.timezone)
    asked = measure_reading.doubts(session, team, told, today)
    values = forms.values(view)
    marks = {box: _mark(box, [one.entry for one in told if one.box == box]) for box in asked}
    if all(values.get(mark) == ["confirmed"] for mark in marks.values()):
        return
    below = {_last_box(view, box): _question(marks[box], sentences) for box, sentences in asked.items()}
    raise AskAgain(forms.asking(view, below, SURE))


def _with_theirs(
    session: Session, kit: Kit, team: Team, view: Body, carried: Carried, counted: list[Measure], read: list[Told]
) -> dict[str, Any]:
    """The form again with what a team-mate filed meanwhile; what one typed is kept, and Save puts it in place."""
    untouched = carried.was.keys() - {one.entry.measure for one in read if not one.entry.stratum}
    stands = [
        (measure, point)
        for measure in counted
        if (point := points.of_entry(session, team.id, measure_forms.blank(measure, carried.period)))
    ]
    told = [f"{measure.code}: {measure_words.point(measure, point)}" for measure, point in stands]
    story = stories.of_month(session, team.id, carried.period)
    told += [f"what the numbers don't show: “{story.words}”"] if story else []
    by = _by(session, [point for _, point in stands], story)
    note = THEIRS.format(by=by, month=months.called(carried.period), told="; ".join(told))
    was = {row: stood for row, stood in carried.was.items() if row not in untouched}
    seen = {"fix": True, "theirs": True, "was": was}
    seen |= {} if carried.story is None else {"story": measure_forms.told_then(story)}
    theirs = {f"m{row}.{name}" for row in untouched for name in measure_forms.BOXES}
    typed = {box: words for box, words in measure_forms.typed(view).items() if box not in theirs}
    again = _again(session, kit, team, carried.model_copy(update=seen), typed, note)
    return forms.shown_anew(view, again, theirs)


def _again(session: Session, kit: Kit, team: Team, carried: Carried, typed: Body, note: str) -> dict[str, Any]:
    """The form as it is now, with a word above it and what was typed in it."""
    today = times.local_day(kit.now(), team.timezone)
    values = measure_forms.shown(session, team, carried, typed, today, meanwhile=note)
    return kit.templates.render("measures/form", values)


def _by(session: Session, told: list[Point], story: Story | None) -> str:
    changed = {
        change.point_id: change.person_id for change in reversed(points.changes(session, [one.id for one in told]))
    }
    people = [changed.get(one.id or 0, one.person_id) for one in told] + ([story.person_id] if story else [])
    names = dict.fromkeys(pdsa_facts.name_of(session, one) for one in people)
    return measure_words.listed([*names]) or "a team-mate"


def _last_box(view: Mapping[str, Any], box: str) -> str:
    """Below which box a question about numbers stands: the second one of two."""
    second = f"{box.rpartition('.')[0]}.denominator"
    shown = {str(block.get("block_id")) for block in view["blocks"]}
    return second if box.endswith(".numerator") and second in shown else box


def _mark(box: str, entries: list[Any]) -> str:
    told = json.dumps([box, [repr(replace(entry, note="")) for entry in entries]])
    return f"{SURE}.{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _question(mark: str, sentences: list[str]) -> list[dict[str, Any]]:
    yes = {"text": {"type": "plain_text", "text": "Yes, that is right"}, "value": "confirmed"}
    return [
        {
            "type": "section", "block_id": f"{mark}.asked",
            "text": {"type": "plain_text", "text": f"⚠ {' '.join(sentences)}"[:3000]},
        },
        {
            "type": "input", "block_id": mark, "optional": True,
            "label": {"type": "plain_text", "text": "Or correct it above"},
            "element": {"type": "checkboxes", "action_id": "value", "options": [yes]},
        },
    ]  # fmt: skip


def _day(box: str) -> dict[str, Any]:
    return {
        "type": "input", "block_id": box, "label": {"type": "plain_text", "text": "When will it be there?"},
        "hint": {"type": "plain_text", "text": "A guess is fine."},
        "element": {"type": "datepicker", "action_id": "value"},
    }  # fmt: skip
