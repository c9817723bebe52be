"""The tabs of Home: which of them somebody has, which one is open and at which page."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlmodel import Session

from bot import access
from bot.access import Actor
from bot.domain.collaboratives import Collaborative
from bot.homes import coordinating, looking_after
from bot.kit import Kit

Values = dict[str, Any]
Gather = Callable[[Session, Actor, Collaborative, int, Kit], Values]
MOST_PLACES = 3  # other collaboratives that a tab leads to


class Tab(NamedTuple):
    """One of them; its words are in `templates/home/_<name>.j2`."""

    label: str
    act: str  # what one has to be allowed to do
    gather: Gather


TABS: Mapping[str, Tab] = {
    "alerts": Tab("🔔 Alerts", "teams.see", looking_after.alerts),
    "grid": Tab("▦ Grid", "teams.see", looking_after.grid),
    "upcoming": Tab("🕘 Upcoming", "letters.steer", coordinating.upcoming),
    "broadcasts": Tab("📣 Broadcasts", "broadcast.send", coordinating.broadcasts),
    "roster": Tab("👥 Roster", "teams.see", looking_after.roster),
}
ORDER = ("overview", *TABS)


class Place(BaseModel):
    """Where somebody is at Home; of another tab than the first, in which collaborative and at which page."""

    tab: str = "overview"
    collaborative: int = 0
    page: int = 0

    @property
    def about(self) -> dict[str, int]:
        """The same as a letter keeps it."""
        return {"tab": ORDER.index(self.tab), "place": self.collaborative, "page": self.page}


def kept(about: Mapping[str, int]) -> Place:
    """Where a letter says that somebody is."""
    tab = about.get("tab", 0)
    name = ORDER[tab] if 0 <= tab < len(ORDER) else "overview"
    return Place(tab=name, collaborative=about.get("place", 0), page=about.get("page", 0))


def bar(session: Session, actor: Actor, at: Place) -> Values:
    """The row of tabs, where somebody has any, and the other collaboratives that the open one is there for."""
    places = {act: access.collaboratives_of(session, actor, act) for act in {tab.act for tab in TABS.values()}}
    offered = [(name, tab.label, _where(places[tab.act], at)) for name, tab in TABS.items() if places[tab.act]]
    there = places[TABS[at.tab].act] if at.tab in TABS else []
    others = [(one.id, one.name) for one in there if one.id != at.collaborative]
    first = _where(places["teams.see"], at) if places["teams.see"] else 0
    return {"tab": at.tab, "first": first, "tabs": offered, "others": others[:MOST_PLACES]}


def inside(session: Session, actor: Actor, at: Place, kit: Kit) -> Values | None:
    """What the open tab prints; None for the first one, and where it isn't theirs any more."""
    here = session.get(Collaborative, at.collaborative)
    if at.tab not in TABS or here is None or not actor.may(TABS[at.tab].act, collaborative=at.collaborative):
        return None
    return {"collaborative": here, **TABS[at.tab].gather(session, actor, here, max(at.page, 0), kit)}


def _where(places: list[Collaborative], at: Place) -> int:
    """The collaborative that a tab opens in: the one in which they are, else their first."""
    return next((one.id or 0 for one in places if one.id == at.collaborative), places[0].id or 0)
