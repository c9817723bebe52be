"""A measure added, or changed in any of its fields; of two who write at once the second sees who changed what."""

from typing import Any, NamedTuple

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafting, drafts, forms, inbox
from bot.access import Actor
from bot.cards import chart_letters, measure_cards, measure_lists
from bot.domain import definitions, measure_edit, measures, months, points
from bot.domain.measure_edit import Conflict
from bot.domain.measures import Measure
from bot.errors import FieldError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import measure_edit_forms
from handlers.measure_edit_forms import AFTER, COUNTS, DEFINED, FORM, SURE, USUAL, Carried
from handlers.measure_settings import whose

Body = dict[str, Any]
Values = dict[str, Any]


class Done(NamedTuple):
    """What came of a form: which fields hold something else now, and the sentence for its writer."""

    act: str
    measure: Measure
    fields: list[str]
    said: str


def register(app: Registrar) -> None:
    """What those who look after measures can do."""
    app.action("measures.add")(open_new)
    app.action("measures.edit")(open_edit)
    app.action("measures.details")(show_details)
    app.action("measures.restart")(start_over)
    app.view(FORM)(save)


def open_new(ack: Ack, body: Body, kit: Kit) -> None:
    """An empty form, with what most measures are chosen already."""
    ack()
    row = forms.pressed(body)
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        actor.must("measures.manage", collaborative=row)
        values = measure_edit_forms.opened(session, kit, actor, None, row)
    answers.open_view(kit, body, "measures/edit", values)


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """One measure, to be changed."""
    ack()
    with kit.store.reading() as session:
        actor, measure = whose(session, body, forms.pressed(body))
        values = measure_edit_forms.opened(session, kit, actor, measure, measure.collaborative_id)
    answers.open_view(kit, body, "measures/edit", values)


def show_details(ack: Ack, body: Body, kit: Kit) -> None:
    """More: the fields that are seldom needed too; what was typed stays."""
    ack()
    view = body["view"]
    carried = forms.carried(view, Carried).model_copy(update={"more": True})
    with kit.store.reading() as session:
        _, measure = _meant(session, body, carried)
    drafting.write(kit, body)
    typed = dict.fromkeys(measure_edit_forms.boxes(view), "") | forms.values(view)
    with kit.store.reading() as session:
        values = measure_edit_forms.shown(session, kit, measure, carried, typed)
    answers.replace_view(kit, body, "measures/edit", values)


def start_over(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the half-written words aside for good and show what is saved."""
    ack()
    carried = forms.carried(body["view"], Carried)
    with kit.store.transaction() as session:
        actor, measure = _meant(session, body, carried)
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        values = measure_edit_forms.opened(session, kit, actor, measure, carried.collaborative)
    kit.typing.forget(str(body["view"]["id"]))
    answers.restart_view(kit, body, kit.templates.render("measures/edit", values))


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Add it, or change it; numbers filed before keep the definition under which they were counted."""
    carried = forms.carried(view, Carried)
    try:
        said, listed = _save(body, view, kit, carried)
    except Conflict as conflict:
        ack(response_action="update", view=measure_edit_forms.with_theirs(view, kit, conflict))
        return
    ack()
    answers.replace_below(kit, view, "measures/settings", listed)
    answers.tell(kit, body, said)


def _save(body: Body, view: Body, kit: Kit, carried: Carried) -> tuple[str, Values]:
    """What to say to the writer, and the list of measures as it is now, to which they come back."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor, measure = _meant(session, body, carried)
        confirmed = forms.guard(view, known.of(session, kit, carried.collaborative))
        written = measure_edit_forms.written(session, view, measure, carried)
        if measure is None:
            done = _add(session, kit, view, carried, written, by=actor.id)
        else:
            done = _edit(session, kit, view, carried, written, measure, by=actor.id)
        if done.fields:
            audit.note(
                session, done.act, by=actor.id, subject=f"measure:{done.measure.id}", now=kit.now(),
                fields=sorted(done.fields), confirmed=confirmed,
            )  # fmt: skip
            measure_cards.show_all(session, carried.collaborative, kit.now())
        if {*done.fields} & chart_letters.DRAWN:
            chart_letters.follow_measures(session, {done.measure.id or 0}, kit.now())
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        listed = measure_lists.page_with(session, done.measure)
    kit.typing.forget(str(view["id"]))
    return done.said, listed


def _add(session: Session, kit: Kit, view: Body, carried: Carried, written: Values, *, by: int) -> Done:
    this = measure_edit_forms.this_month(session, carried.collaborative, kit)
    begins = months.read(str(forms.values(view).get("begins", "")), measures.moved(this, AFTER))
    if begins is None:
        raise FieldError("begins", "Please choose a month.")
    fields = {**USUAL, **written, "begins": begins}
    measure_edit_forms.check_first(session, carried.collaborative, fields, kit)
    measure = measure_edit.add(session, carried.collaborative, fields, by=by, now=kit.now())
    said = (
        f"Added: {measure.code}. Every team is asked for it from {months.called(begins)} on; earlier months can come "
        "in a file. Which teams do without it is noted under Measures, Edit."
    )
    return Done("measure.added", measure, [*fields], said)


def _edit(
    session: Session, kit: Kit, view: Body, carried: Carried, written: Values, measure: Measure, *, by: int
) -> Done:
    reworded = _is_reworded(session, view, measure, carried, written)
    began, seen = carried.version, carried.seen
    changed = measure_edit.edit(
        session, measure, written, began=began, seen=seen, reworded=reworded, by=by, now=kit.now()
    )
    version = definitions.current(session, measure, kit.now())
    anew = {*changed} & {*definitions.WORDS} and not reworded
    counted = f" From now on numbers are counted by version {version} of its definition." if anew else ""
    said = f"Saved: {measure.code}.{counted}" if changed else f"{measure.code} stays as it was."
    return Done("measure.changed", measure, changed, said)


def _is_reworded(session: Session, view: Body, measure: Measure, carried: Carried, written: Values) -> bool:
    """Whether other words say the same; where there are numbers the writer is asked, below the first such box."""
    before = measure_edit.as_of(session, measure, carried.version)
    other = {name for name, value in written.items() if value != before[name]}
    if not other & {*DEFINED} or other & {"unit", "shape"} or not points.count_of(session, measure.id):
        return False
    told = forms.values(view).get(COUNTS)
    if told is None:
        box = next(name for name in DEFINED if name in other)
        raise AskAgain(forms.asking(view, {box: [measure_edit_forms.question()]}, SURE))
    return bool(told == "reworded")


def _meant(session: Session, body: Body, carried: Carried) -> tuple[Actor, Measure | None]:
    """Who writes, and the measure, when they may look after it; the check is on the record."""
    if carried.measure:
        actor, measure = whose(session, body, carried.measure)
        if measure.collaborative_id != carried.collaborative:
            raise Gone("This measure isn't in the record any more.")
        return actor, measure
    actor = access.actor(session, body)
    actor.must("measures.manage", collaborative=carried.collaborative)
    return actor, None
