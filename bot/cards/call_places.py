"""Where what is said to the teams of an event stands: in everybody's channel or, of an event for some, in theirs."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from bot.domain import event_facts, rsvps
from bot.domain.events import Event, Meeting
from bot.domain.teams import Channel

EVERYBODY = 0  # stands for the team of what is said where everybody reads


def of(session: Session, event: Event, everyone: int | None) -> Mapping[int, int]:
    """The row of the channel of each of its teams, or of the one for everybody, which is `everyone`.

    A team that takes a pause is left in peace; what waits for it comes once that is over.
    """
    if not event.team_ids:
        return {EVERYBODY: everyone} if everyone else {}
    awake = [team.id for team in rsvps.asked(session, event) if team.status != "paused"]
    theirs = select(Channel.team_id, Channel.id).where(Channel.purpose == "team", col(Channel.team_id).in_(awake))
    return {team: channel for team, channel in session.exec(theirs.order_by(col(Channel.id))) if team and channel}


def everyone(session: Session, collaborative: int) -> int | None:
    """The row of the channel for everybody; None where there is none."""
    here = select(Channel.id).where(Channel.collaborative_id == collaborative, Channel.purpose == "everyone")
    return session.exec(here).first()


def key(event: int, planned: int, team: int = EVERYBODY) -> str:
    """The occasion of a date's card there: an event's row and the stamp of the start that its rule gives."""
    return f"call:{event}:{planned}:in:{team}" if team else f"call:{event}:{planned}"


def keys(date: Meeting) -> list[str]:
    """The occasions of all cards of a date."""
    row, planned = date.event.id or 0, event_facts.stamp(date.planned)
    return [key(row, planned, team) for team in date.event.team_ids or [EVERYBODY]]
