"""What stands in the forms of an idea when they open, and what is read from them when they are sent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlmodel import Session

from bot import drafts, forms
from bot.access import Actor
from bot.domain import change_choices, idea_choices, idea_facts, idea_search, idea_steals, ideas, pdsa_facts
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.ideas import ASKED, CONTACT, MOST, MOST_TITLE, WORDS, Idea
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.errors import FieldError

Values = dict[str, Any]
SHARED, EDITED, SUPPORTED = "ideas.shared", "ideas.edited", "ideas.supported"
EMPTY: Values = {
    **dict.fromkeys(WORDS, ""),
    "kind": ideas.WORKED,
    "package": "",
    "contact": [],
    "team": "",
    "origin": "",
}
NEAR = "near"  # how the blocks begin that show what others shared already


class Carried(BaseModel):
    """The ids the form carries for itself: claims, checked again when it is sent."""

    team: int | None = None
    cycle: int | None = None
    permission: int | None = None  # the author's yes to a message that somebody else found
    message: str = Field(default="", pattern=r"^(https?://[^\s<>|\"\\]+)?$")  # of one's own: its permalink
    said: int = Field(default=0, ge=0, lt=2**33)  # and when it was written, in seconds
    subject: str = drafts.NEW
    near: bool = False  # what others shared already was shown


class Told(BaseModel):
    """An idea as a team tells it."""

    team: int | None = None
    kind: Literal["worked", "did_not_work"] = "worked"
    title: str = Field(min_length=1, max_length=MOST_TITLE)
    what: str = Field(min_length=1, max_length=MOST)
    took: str = Field(default="", max_length=MOST)
    happened: str = Field(default="", max_length=MOST)
    snag: str = Field(default="", max_length=MOST)
    asked: str = Field(default="", max_length=MOST)
    package: str = ""
    origin: int | None = None  # the other team's idea that it comes from
    contact: list[str] = []


class Supported(BaseModel):
    """What it was like with the team that adds theirs."""

    words: str = Field(default="", max_length=1000)
    team: int | None = None


def opened(session: Session, actor: Actor, team: Team | None, carried: Carried, given: Values) -> Values:
    """The form with what is given in it, and over that what this person had half-written."""
    carried = carried.model_copy(update={"team": team.id if team else None})
    newest = drafts.newest(session, person=actor.id, form=SHARED) if carried.subject == drafts.NEW else None
    if newest:
        carried = carried.model_copy(update={"subject": newest.subject})
    saved = newest.fields if newest else drafts.kept(session, person=actor.id, form=SHARED, subject=carried.subject)
    form = {**EMPTY, **given}
    theirs = {name: value for name, value in saved.items() if name in form}
    kept = any(theirs.get(name, form[name]) != form[name] for name in WORDS)
    teams = [] if team else [(str(one), session.get_one(Team, one).name[:75]) for one in actor.team_ids]
    collaborative = team.collaborative_id if team else actor.collaborative_ids[0]
    filled = {**form, **theirs}
    return {
        **_boxes(session, collaborative, filled),
        "others": idea_choices.any_of_others(session, collaborative, [team.id or 0] if team else actor.team_ids),
        "comes_from": idea_choices.label(session, collaborative, str(filled["origin"])),
        "teams": teams,
        "whose": team.name if team else "",
        "kept": kept,
        "from_message": bool(carried.permission or carried.message),
        "meta": carried.model_dump_json(exclude_none=True),
    }


def of_cycle(session: Session, cycle: Cycle) -> Values:
    """What a finished cycle already tells, with the idea it was stolen from."""
    origin = idea_steals.origin(session, cycle)
    told = [cycle.happened, cycle.results, f"We learned: {cycle.learned}" if cycle.learned else ""]
    return {
        "kind": ideas.DID_NOT_WORK if cycle.decision == "abandon" else ideas.WORKED,
        "title": "",
        "what": pdsa_facts.begun(cycle.change, MOST - 1),
        "happened": pdsa_facts.begun("\n".join(filter(None, told)), MOST - 1),
        "snag": pdsa_facts.begun(cycle.problems, MOST - 1),
        "asked": pdsa_facts.begun(cycle.asked, MOST - 1),
        "package": f"idea:{cycle.idea_id}" if cycle.idea_id else "",
        "origin": str(origin.id) if origin else "",
    }


def edited(session: Session, actor: Actor, idea: Idea) -> Values:
    """The form with the idea as it stands, and over it what this person had half-written."""
    saved = drafts.kept(session, person=actor.id, form=EDITED, subject=ideas.subject(idea))
    form = {name: getattr(idea, name) for name in (*WORDS, "kind")}
    form |= {"package": idea_facts.chosen(idea), "contact": ["yes"] if idea.contact else []}
    theirs = {name: value for name, value in saved.items() if name in form}
    version = int(saved.get("_version", idea.version))
    meta = {"idea": idea.id, "version": version, "seen": idea.version, "subject": ideas.subject(idea)}
    kept = any(theirs.get(name, form[name]) != form[name] for name in WORDS)
    return {**_boxes(session, idea.collaborative_id, {**form, **theirs}), "kept": kept, "meta": json.dumps(meta)}


def columns(session: Session, told: Told, collaborative_id: int) -> Values:
    """What was told, as the record names it. Raises FieldError for a link to another change package."""
    driver, idea = _placed(session, told.package, collaborative_id)
    words = told.model_dump(include={*WORDS, "kind"})
    return {**words, "driver_id": driver, "change_idea_id": idea, "contact": "yes" in told.contact}


def near_ones(session: Session, told: Told, team: Team, origin: Idea | None) -> list[Idea]:
    """What others shared already that says something like it, beside the one that it goes back to."""
    words = "\n".join([told.title, told.what])
    found = idea_search.near(session, team.collaborative_id, words)
    return [one for one in found if one.team_id != team.id and one != origin]


def with_near(session: Session, view: Mapping[str, Any], carried: Carried, found: list[Idea]) -> Values:
    """The form as it is with what is near above it: one's own may be added there, or shared all the same."""
    blocks = forms.asking(view, {}, NEAR)["blocks"]
    shown = [_near(session, idea) for idea in found]
    head = (
        "Something like it is there already. Add yours to it, or press Share it once more: yours stands for itself. "
        "If it comes from one of these, choose it below."
    )
    note = {"type": "section", "block_id": NEAR, "text": {"type": "plain_text", "text": head}}
    meta = carried.model_copy(update={"near": True}).model_dump_json(exclude_none=True)
    return {**forms.as_sent(view), "blocks": [note, *shown, *blocks], "private_metadata": meta}


def said_at(carried: Carried) -> datetime | None:
    """When the message was written that it comes from."""
    return datetime.fromtimestamp(carried.said, UTC) if carried.said else None


def _near(session: Session, idea: Idea) -> Values:
    team = session.get_one(Team, idea.team_id).name
    words = f"{team}: {idea.title}\n{pdsa_facts.begun(idea.what, 150)}"
    button = {
        "type": "button", "action_id": "ideas.support", "value": str(idea.id),
        "text": {"type": "plain_text", "text": "Add ours to this one"},
    }  # fmt: skip
    text = {"type": "plain_text", "text": words}
    return {"type": "section", "block_id": f"{NEAR}.{idea.id}", "text": text, "accessory": button}


def _boxes(session: Session, collaborative_id: int, form: Values) -> Values:
    place = change_choices.label(session, collaborative_id, str(form["package"]))
    package = change_choices.any_in(session, collaborative_id)
    return {"form": form, "kinds": ASKED, "package": package, "place": place, "contacts": CONTACT, "most": MOST}


def _placed(session: Session, chosen: str, collaborative_id: int) -> tuple[int | None, int | None]:
    """The driver and the change idea of a choice."""
    kind, _, number = chosen.partition(":")
    row = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    idea = session.get(ChangeIdea, row) if kind == "idea" else None
    driver = session.get(Driver, idea.driver_id if idea else row)
    if not chosen:
        return None, None
    if driver is None or driver.collaborative_id != collaborative_id or (kind == "idea" and idea is None):
        raise FieldError("package", "Please choose something from your collaborative's change package.")
    return driver.id, idea.id if idea else None
