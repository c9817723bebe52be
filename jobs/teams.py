"""Cards and Homes follow what no listener hears of: a pause or a call that is over, and a file that was loaded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import String, bindparam, cast, literal
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select
from sqlmodel.sql.sqltypes import UTCDateTime

from bot import home, outbox
from bot.domain import events, teams
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.people import Membership
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import DROPPED, EXPIRED, PARKED, Letter
from bot.statements import query


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(freshen, "interval", hours=1, args=[kit], id="teams.freshen")
    scheduler.add_job(follow, "interval", seconds=5, args=[kit], id="teams.follow")


def freshen(kit: Kit) -> None:
    """End the pauses that are over, and say the cards again whose call or pause has passed since they were said."""
    now = kit.now()
    with kit.store.reading() as session:
        behind, rested = _behind(session, now), teams.rested(session, now)
    if not behind and not rested:
        return
    with kit.store.transaction() as session:
        for team in teams.rested(session, now):
            team.status = "active"
            session.add(team)
            behind.append(f"team:{team.id}")
            home.refresh(session, home.people_of(session, team), now)
        outbox.say_again(session, *dict.fromkeys(behind), now=now)
        home.refresh(session, _staff(session, {team.collaborative_id for team in rested}), now)


def follow(kit: Kit) -> None:
    """Say the Homes again that were said before a file changed something: who has left, is back, or is with a team."""
    with kit.store.reading() as session:
        before = list(session.exec(_HOMES_BEFORE, params={"now": kit.now()}))
    if before:
        with kit.store.transaction() as session:
            outbox.say_again(session, *before, now=kit.now())


def _behind(session: Session, now: datetime) -> list[str]:
    """The cards on which the next call was another one when they were last said."""
    meetings: dict[tuple[int, str], list[Event]] = defaultdict(list)
    changed = events.changes(session)
    for event, zone in _events(session):
        meetings[event.collaborative_id, zone].append(event)
    said: dict[int, list[tuple[str, datetime, int]]] = defaultdict(list)
    for key, due, collaborative, team in _cards(session) if meetings else ():
        said[collaborative].append((key, due, team or 0))
    return [
        key
        for (collaborative, zone), theirs in meetings.items()
        for key, due, team in said[collaborative]
        if (shown := events.next_of(_for(team, theirs), changed, zone, due)) and shown["starts"] < now
    ]


def _for(team: int, theirs: list[Event]) -> Iterator[Event]:
    return (one for one in theirs if one.is_for(team))


def _staff(session: Session, collaboratives: set[int]) -> list[int]:
    """Those whose Home shows how the teams of these collaboratives go on."""
    here = select(Membership.person_id).where(
        col(Membership.collaborative_id).in_(collaboratives),
        col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
    )
    return list(session.exec(here.distinct()))


@query
def _events() -> Select[Event, str]:
    return select(Event, Collaborative.timezone).join(Collaborative).order_by(col(Event.id))


@query
def _cards() -> Select[str, datetime, int, int | None]:
    return select(Letter.key, Letter.due, Team.collaborative_id, Team.id).join(
        Team, col(Letter.key) == literal("team:") + cast(col(Team.id), String)
    )


_HOMES_BEFORE = (
    select(Letter.key)
    .join(Membership, col(Letter.key) == literal("home:") + cast(col(Membership.person_id), String))
    .join(Collaborative)
    .where(
        col(Letter.due) < col(Collaborative.loaded_at),
        col(Collaborative.loaded_at) <= bindparam("now", type_=UTCDateTime),  # by a clock ahead of ours: later
        col(Letter.state).not_in((PARKED, DROPPED, EXPIRED)),
        col(Letter.recall).is_(False),
    )
    .distinct()
)
