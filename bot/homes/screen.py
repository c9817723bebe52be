"""Everything that Home prints, on its tab and in the window that All actions opens."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot import access
from bot.access import Actor
from bot.domain import people
from bot.homes import overview, tabs
from bot.homes.tabs import Place
from bot.kit import Kit

Values = dict[str, Any]


def gather(session: Session, actor: Actor, kit: Kit, at: Place | None = None) -> Values:
    """The tab at which they are; the first one where that isn't theirs any more."""
    actor = access.standing_in(session, actor, kit.now())
    inside = tabs.inside(session, actor, at, kit) if at else None
    at = at if at and inside else Place()
    bar = tabs.bar(session, actor, at)
    shown = overview.nothing() if inside else overview.gather(session, actor, kit, tabs=bool(bar["tabs"]))
    meta = Place.model_dump_json(at)
    return {"outside": "", "name": people.first_name(actor.name), **bar, "inside": inside, "meta": meta, **shown}


def of_person(session: Session, about: Mapping[str, int], kit: Kit) -> Values:
    """The same for whoever a letter is to; somebody who left sees nothing of the teams any more."""
    actor = access.of_person(session, about["person"])
    return gather(session, actor, kit, tabs.kept(about)) if actor else outside(access.LEFT)


def outside(sentence: str) -> Values:
    """What stands there for somebody who isn't in a collaborative: nothing but the way in."""
    bar: Values = {"tab": "overview", "first": 0, "tabs": [], "others": []}
    return {"outside": sentence, "name": "", **bar, "inside": None, "meta": "{}", **overview.nothing()}
