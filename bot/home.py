"""What a person's Home shows: their teams' open cycles, and for coordinators what needs somebody."""

from typing import Any

from sqlmodel import Session, col, select

from bot import launch, outbox, roster
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Seat, Team

MOST = 20  # lines of one kind in one block
MOST_TEAMS, MOST_STEERED, MOST_LETTERS = 5, 3, 5  # each takes blocks of its own, and a screen holds 100


def gather(session: Session, actor: Actor) -> dict[str, Any]:
    """Everything the Home view and its window print."""
    teams = [session.get_one(Team, team_id) for team_id in actor.team_ids]
    steered = [
        one
        for one in (session.get(Collaborative, row) for row in actor.collaborative_ids)
        if one and _steers(actor, one)
    ]
    return {
        "name": (actor.person.name or "there").split()[0],
        "teams": [
            {"team": team, "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0))}
            for team in teams[:MOST_TEAMS]
        ],
        "steered": [_steering(session, one) for one in steered[:MOST_STEERED]],
    }


def of_person(session: Session, person_id: int) -> dict[str, Any] | None:
    """The same for a person's row; None for somebody who left."""
    person = session.get(Person, person_id)
    current = select(Membership).where(Membership.person_id == person_id, col(Membership.left_at).is_(None))
    memberships = tuple(session.exec(current.order_by(col(Membership.id))))
    return gather(session, Actor(person, memberships)) if person and memberships else None


def _steers(actor: Actor, collaborative: Collaborative) -> bool:
    return actor.may("collaborative.launch", collaborative=collaborative.id or 0)


def _steering(session: Session, collaborative: Collaborative) -> dict[str, Any]:
    channels = list(session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id)))
    ids = [channel.id for channel in channels]
    unseated = session.exec(
        select(Seat, Person, Channel)
        .join(Person)
        .join(Channel)
        .where(col(Seat.channel_id).in_(ids), Seat.problem != "")
    )
    return {
        "collaborative": collaborative,
        "launched": collaborative.launched_at is not None,
        "ready": sum(channel.slack_id is not None for channel in channels),
        "channels": len(channels),
        "in_the_way": [channel for channel in channels if channel.problem][:MOST],
        "unseated": [
            {"who": person.name, "where": channel.name, "problem": seat.problem} for seat, person, channel in unseated
        ][:MOST],
        "waiting": [
            person.name or person.email or person.slack_user or ""
            for person in roster.pending(session, collaborative.id or 0)
        ],
        "preview": launch.preview(session, collaborative),
        "parked": outbox.parked(session)[:MOST_LETTERS],
    }
