"""What stands in the quick form of a PDSA cycle when it opens, and what is read from it when it is sent."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from bot import drafts, forms, times
from bot.access import Actor
from bot.domain import change_choices, pdsa, pdsa_facts
from bot.domain.callsheets import CallSheet
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.commitments import Commitment
from bot.domain.ideas import Idea
from bot.domain.measures import Measure
from bot.domain.pdsa import SCALES, Cycle
from bot.domain.pdsa_drafts import QUESTION, CycleDraft, Happened, Learned
from bot.domain.teams import Team, TeamInBrief
from bot.errors import FieldError

START = "pdsa.start"
A_WEEK, A_YEAR = timedelta(days=7), timedelta(days=366)
TEXT = "change prediction question happened problems learned objective tasks collecting asked".split()
BOXES = (*TEXT, "due", "ran_on", "scale", "carried_out", "idea", "measure", "team")
LINKS = ("idea", "measure")
HERE, CARD = "press We already ran it", "choose today, and then press We ran it on its card"
HUNCH = "What's your hunch? A number, even a wild one, makes learning easier."


class Carried(BaseModel):
    """The ids the quick form carries for itself: claims, checked again when it is sent."""

    team: int | None = None
    parent: int | None = None
    stolen: int | None = None
    offered: int | None = None
    promise: int | None = None
    agreed: int | None = None
    subject: str = drafts.NEW
    more: bool = False
    ran: bool = False


class StartDraft(CycleDraft):
    """The quick form as it is sent: the cycle, and the team where the form asked for it."""

    team: int | None = None


def new(session: Session, actor: Actor, team: Team | None, now: datetime) -> dict[str, Any]:
    """A new cycle, with the half-written words of last time if there are any."""
    saved = drafts.newest(session, person=actor.id, form=START)
    carried = Carried(team=team.id if team else None, subject=saved.subject if saved else drafts.NEW)
    return _opened(session, actor, carried, {}, saved.fields if saved else {}, now)


def with_words(
    session: Session, actor: Actor, team: Team | None, now: datetime, *, text: str, subject: str
) -> dict[str, Any]:
    """A new cycle with what somebody already wrote."""
    carried = Carried(team=team.id if team else None, subject=subject)
    saved = drafts.kept(session, person=actor.id, form=START, subject=subject)
    return _opened(session, actor, carried, {"change": text[:3000]}, saved, now)


def following(session: Session, actor: Actor, team: Team, parent: Cycle, now: datetime) -> dict[str, Any]:
    """The next cycle of a ramp: what its parent tried is filled in, one step wider; the prediction is a new one."""
    carried = Carried(team=team.id, parent=parent.id, subject=f"after:{parent.id}")
    saved = drafts.kept(session, person=actor.id, form=START, subject=carried.subject)
    return _opened(session, actor, carried, given(session, carried), saved, now)


def stealing(session: Session, actor: Actor, team: Team | None, idea: Idea, now: datetime) -> dict[str, Any]:
    """A test of what another team found: what they did is filled in, and the prediction is one's own."""
    carried = Carried(team=team.id if team else None, stolen=idea.id, subject=f"steal:{idea.id}")
    saved = drafts.kept(session, person=actor.id, form=START, subject=carried.subject)
    return _opened(session, actor, carried, given(session, carried), saved, now)


def testing(session: Session, actor: Actor, team: Team | None, idea: ChangeIdea, now: datetime) -> dict[str, Any]:
    """A test of an idea of the change package."""
    carried = Carried(team=team.id if team else None, offered=idea.id, subject=f"change:{idea.id}")
    saved = drafts.kept(session, person=actor.id, form=START, subject=carried.subject)
    return _opened(session, actor, carried, given(session, carried), saved, now)


def promised(
    session: Session, actor: Actor, team: Team, carried: Carried, due_on: date | None, now: datetime
) -> dict[str, Any]:
    """A test of what the team said that it will do, at a call or to its coach, by the day it named."""
    saved = drafts.kept(session, person=actor.id, form=START, subject=carried.subject)
    to_come = due_on and due_on >= times.local_day(now, team.timezone)
    due = {"due": due_on.isoformat()} if due_on and to_come else {}
    return _opened(session, actor, carried, {**given(session, carried), **due}, saved, now)


def given(session: Session, carried: Carried) -> dict[str, str]:
    """What a form that goes back to something is filled in with: a cycle of one's own, or somebody else's idea."""
    parent = session.get(Cycle, carried.parent) if carried.parent else None
    idea = session.get(Idea, carried.stolen) if carried.stolen else None
    if parent:
        words = {
            name: getattr(parent, name) for name in ("change", "question", "objective", "tasks", "collecting", "asked")
        }
        links = {"idea": str(parent.idea_id or ""), "measure": str(parent.measure_id or "")}
        return {**words, **links, "scale": next_scale(parent.scale)}
    if idea:
        return {"change": idea.what, "idea": str(idea.change_idea_id or "")}
    promise = session.get(Commitment, carried.promise) if carried.promise else None
    if promise:
        return {"change": promise.words}
    sheet = session.get(CallSheet, carried.agreed) if carried.agreed else None
    if sheet and sheet.offered_to and sheet.team_id == carried.team:
        return {"change": sheet.agreed}
    offered = session.get(ChangeIdea, carried.offered) if carried.offered else None
    return {"change": offered.name, "idea": str(offered.id)} if offered else {}


def linked(session: Session, view: Mapping[str, Any], carried: Carried, draft: StartDraft) -> StartDraft:
    """The links that the form was opened with and didn't show stand all the same."""
    shown = {str(block.get("block_id")) for block in view["blocks"]}
    before = given(session, carried)
    links = {name: int(before[name]) for name in LINKS if name not in shown and before.get(name)}
    return draft.model_copy(update=links)


def reopened(
    session: Session, actor: Actor, carried: Carried, typed: Mapping[str, Any], now: datetime, *, kept: bool = False
) -> dict[str, Any]:
    """The quick form with these words in it, as wide as `carried` says."""
    chosen = str(carried.team or typed.get("team") or "")
    choices = [] if carried.team else _teams(session, actor)
    team = session.get(Team, int(chosen)) if chosen.isdecimal() else None
    parent = session.get(Cycle, carried.parent) if carried.parent else None
    idea = session.get(Idea, carried.stolen) if carried.stolen else None
    whose = team or idea
    collaborative = whose.collaborative_id if whose else actor.collaborative_ids[0]
    today = times.local_day(now, team.timezone if team else "UTC")
    form = _empty(today)
    form |= {name: value for name, value in typed.items() if name in BOXES}
    return {
        "meta": carried.model_dump_json(exclude_none=True),
        "title": f"After cycle {parent.number}" if parent else "Steal this" if idea else "Log a PDSA cycle",
        "source": _source(parent) or _stolen_from(session, idea),
        "kept": kept,
        "more": carried.more,
        "ran": carried.ran,
        "teams": choices,
        "whose": team.name if team and len(choices) < 2 else "",
        "form": form,
        "scales": SCALES,
        "package": change_choices.any_in(session, collaborative),
        "idea": change_choices.label(session, collaborative, str(form["idea"])),
        "measures": pdsa_facts.measures(session, collaborative, today, parent.measure_id if parent else None),
    }


def read_start(view: Mapping[str, Any], carried: Carried) -> StartDraft:
    """The quick form as a draft; the prediction is required unless the test already ran, and then there is none."""
    filled_in = forms.values(view)
    if carried.ran:
        return forms.as_draft({**filled_in, "due": filled_in.get("ran_on"), "prediction": None}, StartDraft)
    draft = forms.as_draft(filled_in, StartDraft)
    if not draft.prediction:
        raise FieldError("prediction", HUNCH)
    return draft


def check(session: Session, draft: CycleDraft, team: Team | TeamInBrief, now: datetime, carried: Carried) -> None:
    """A plan is for today or later, what already ran is of today or earlier, and links are the collaborative's own."""
    today = times.local_day(now, team.timezone)
    if carried.ran and draft.due > today:
        raise FieldError("ran_on", "If it already ran, the day is today or earlier.")
    if not carried.ran and draft.due < today:
        goes_back = carried.parent or carried.stolen
        raise FieldError("due", f"By when should be today or later. If it already ran, {CARD if goes_back else HERE}.")
    if draft.due > today + A_YEAR:
        raise FieldError("due", "That's more than a year away. Could a smaller test run sooner?")
    check_links(session, team.collaborative_id, idea=draft.idea, measure=draft.measure)


def check_links(session: Session, collaborative: int, *, idea: int | None, measure: int | None) -> None:
    """An id in a form is a claim: the idea and the measure have to be of this collaborative."""
    found = session.get(ChangeIdea, idea) if idea else None
    driver = session.get(Driver, found.driver_id) if found else None
    if idea and (driver is None or driver.collaborative_id != collaborative):
        raise FieldError("idea", "Please choose an idea from your collaborative's change package.")
    counted = session.get(Measure, measure) if measure else None
    if measure and (counted is None or counted.collaborative_id != collaborative):
        raise FieldError("measure", "Please choose one of your collaborative's measures.")


def already_ran(session: Session, view: Mapping[str, Any], cycle: Cycle, *, by: int, now: datetime) -> None:
    """Write Do and Study at once."""
    pdsa.run(session, cycle, forms.read(view, Happened), by=by, now=now)
    pdsa.learn(session, cycle, forms.read(view, Learned), by=by, now=now)


def next_scale(scale: str) -> str:
    """One step wider, as ramps go: one person, then a few, then a unit."""
    steps = list(SCALES)
    wider = {"one_person": "three_to_five", "one_day": "three_to_five"}.get(scale)
    return wider or steps[min(steps.index(scale) + 1, len(steps) - 1)]


def _opened(
    session: Session, actor: Actor, carried: Carried, given: Mapping[str, Any], saved: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The form with what is given in it, and over that what was half-written."""
    carried = carried.model_copy(update={"more": bool(saved.get("_more")), "ran": bool(saved.get("_ran"))})
    before = {**_empty(now.date()), **given}
    kept = any(saved.get(name, before[name]) != before[name] for name in TEXT)
    return reopened(session, actor, carried, {**given, **saved}, now, kept=kept)


def _empty(today: date) -> dict[str, Any]:
    form: dict[str, Any] = dict.fromkeys(BOXES, "")
    form |= {"scale": "one_person", "question": QUESTION, "carried_out": "yes"}
    return form | {"due": times.working_day(today + A_WEEK).isoformat(), "ran_on": today.isoformat()}


def _source(parent: Cycle | None) -> str:
    if parent is None:
        return ""
    learned = f" You learned: {parent.learned}" if parent.learned else ""
    return f"This follows cycle {parent.number}.{learned}"


def _stolen_from(session: Session, idea: Idea | None) -> str:
    """What its source found, beside the boxes, and what they will hear."""
    if idea is None:
        return ""
    team = session.get_one(Team, idea.team_id).name
    told = {"What happened there": idea.happened, "What it took": idea.took, "What didn't work": idea.snag}
    found = [f"{label}: {pdsa_facts.begun(words, 350)}" for label, words in told.items() if words]
    heard = f"{team} is thanked on your card, hears that you try it, and in the end what you learned."
    return "\n".join([f"From {team}: {idea.title}", *found, heard])


def _teams(session: Session, actor: Actor) -> list[tuple[str, str]]:
    teams = (session.get(Team, team_id) for team_id in actor.team_ids)
    return [(str(team.id), team.name[:75]) for team in teams if team]
