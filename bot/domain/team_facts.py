"""What the team card, the list of teams, the welcome and the progress of channels say: facts of the record in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, case, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import times
from bot.domain import activity, pdsa, pdsa_facts, poll_facts, rsvp_facts, seats
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Channel, Team
from bot.statements import query

ROLES = {
    "team_lead": "team lead",
    "data_lead": "data lead",
    "senior_leader": "senior leader",
    "tech_expert": "technical expert",
    "lived_experience": "team member",  # shown as such only where people say so in their own words
    "member": "team member",
}
PURPOSES = {
    "everyone": "news for all teams",
    "share": "share openly, steal shamelessly, credit generously",
    "shoutouts": "thank each other here",
    "faculty": "faculty only",
}
LATELY = timedelta(weeks=8)  # the time in which somebody who did something counts as active
AT_FIRST = timedelta(days=14)  # in which a team finds together, and nobody counts who does what
MOST = 20  # lines of one kind in one message
ESSENTIAL = ("team_lead", "data_lead", "senior_leader")  # NICHQ's and IHI's: leadership, day-to-day work, data


def card(session: Session, team: Team, now: datetime) -> dict[str, Any]:
    """Aim, population, seats, open cycles and next call of a team."""
    members = _members(session, team)
    filled = {role for membership, _ in members for role in membership.roles}
    collaborative, gone = session.get_one(Collaborative, team.collaborative_id), team.status in GONE
    return {
        "team": team,
        "aim": team.aim or collaborative.aim,
        "members": [_line(membership, person, team) for membership, person in members][:15],
        "open_seats": [ROLES[role] for role in ESSENTIAL if role not in filled and not gone],
        "coach": pdsa_facts.name_of(session, team.coach_id) if team.coach_id else "",
        "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0)),
        "only_one": not gone
        and not _is_new(collaborative, members, now)
        and (len(members) == 1 or activity.only_one(session, team.id or 0, since=now - LATELY)),
        "polls": [] if gone else poll_facts.of_team(session, team, now),
        "call": None if gone else rsvp_facts.next_call(session, team, now),
        "zone": collaborative.timezone,
        "standing": standing(team),
    }


def at_a_glance(session: Session, collaboratives: list[int]) -> list[dict[str, Any]]:
    """Every team of these collaboratives, by name: how many cycles are open, and the day on which one last moved."""
    still_open = case((col(Cycle.stage) != pdsa.ACT, 1))
    moved = func.coalesce(Cycle.decided_at, Cycle.learned_at, Cycle.ran_at, Cycle.started_at)
    rows: Iterable[tuple[Team, int, datetime | None]] = session.exec(
        select(Team, func.count(still_open), func.max(moved))
        .outerjoin(Cycle, (col(Cycle.team_id) == Team.id) & pdsa.alive())
        .where(col(Team.collaborative_id).in_(collaboratives))
        .group_by(col(Team.id))
    )
    return [
        {
            "team": team,
            "open": open_cycles,
            "moved": times.local_day(last, team.timezone) if last else None,
            "standing": standing(team),
        }
        for team, open_cycles, last in sorted(rows, key=lambda row: row[0].name.casefold())
    ]


def standing(team: Team) -> str:
    """What is to be known of a team that isn't at work just now; empty for one that is."""
    until = f" until {times.day(team.status_until)}" if team.status_until else ""
    why = f": {team.status_reason.rstrip('.')}" if team.status_reason else ""
    words = {
        "paused": f"The team takes a pause{until}{why}.",
        "withdrawn": "The team has left the collaborative.",
        "lapsed": "The team is no longer at work in the collaborative.",
        "completed": "The team has completed the collaborative.",
    }
    return words.get(team.status, "")


def topic(session: Session, channel: Channel) -> str:
    """What stands above a channel; Slack takes 250 characters."""
    collaborative = session.get_one(Collaborative, channel.collaborative_id)
    if channel.purpose == "team" and channel.team_id:
        team = session.get_one(Team, channel.team_id)
        focus = f" · for {team.population_of_focus}" if team.population_of_focus else ""
        return f"{f'{team.name} in {collaborative.name}{focus}'[:210]} · no patient details, please"
    return f"{f'{collaborative.name}: {PURPOSES[channel.purpose]}'[:210]} · no patient details, please"


def place(session: Session, person: Person, collaborative: Collaborative) -> dict[str, Any]:
    """Where the welcome sends a person: their team and its channel, or the staff's."""
    mine = select(Membership).where(
        Membership.person_id == person.id,
        Membership.collaborative_id == collaborative.id,
        col(Membership.left_at).is_(None),
    )
    memberships = list(session.exec(mine.order_by(col(Membership.team_id))))
    team_id = next((membership.team_id for membership in memberships if membership.team_id), None)
    team = session.get(Team, team_id) if team_id else None
    where = Channel.team_id == team_id if team_id else Channel.purpose == "faculty"
    channel = session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id, where)).first()
    return {
        "team": team.name if team else "",
        "team_id": team.id if team else 0,
        "channel": channel.slack_id if channel else None,
    }


def progress(session: Session, collaborative: Collaborative) -> dict[str, Any]:
    """How many channels are ready, what stands in the way of the others, and whom we wait for."""
    rows = _channels(session, collaborative.id).all()
    waited_for = [called(person) for person in seats.waited_for(session, collaborative)]
    kept_out = seats.refused(session, collaborative)
    return {
        "collaborative": collaborative,
        "ready": sum(channel.slack_id is not None for channel in rows),
        "all": len(rows),
        "in_the_way": [channel for channel in rows if channel.problem][:MOST],
        "kept_out": [
            {"who": called(person), "where": channel.name, "problem": seat.problem}
            for seat, person, channel in kept_out[:MOST]
        ],
        "waited_for": waited_for[:MOST],
        "more_waited_for": max(len(waited_for) - MOST, 0),
        "launched": collaborative.launched_at is not None,
    }


def ended(collaborative: Collaborative, now: datetime) -> str:
    """That it is over, what stops with it and what goes on; empty until then."""
    if collaborative.ends is None or not is_over(collaborative, times.local_day(now, collaborative.timezone)):
        return ""
    return (
        f"It ended on {times.day(collaborative.ends)}: nobody is asked anything any more, neither how it goes nor "
        "about tests; only for numbers of its last months, once. Cards, forms, What teams tried and answers to whoever "
        "asks go on. With a later date in the file, loaded again, all of it goes on."
    )


def called(person: Person) -> str:
    """What to call somebody to a coordinator, whom we may know by no more than an address."""
    mark = person.email or person.slack_user or ""
    return f"{person.name} ({mark})" if person.name and mark else person.name or mark or "somebody"


def whom(session: Session, to: str) -> str:
    """The address of a letter as a coordinator would say it."""
    kind, _, number = to.partition(":")
    if kind in ("person", "home"):
        person = session.get(Person, int(number))
        name = called(person) if person else "somebody"
        return f"{name}'s Home" if kind == "home" else name
    where = Channel.team_id == int(number) if kind == "team" else Channel.id == int(number)
    channel = session.exec(select(Channel).where(where)).first()
    return f"#{channel.name}" if channel else "a channel"


def _members(session: Session, team: Team) -> list[tuple[Membership, Person]]:
    return list(_in_it(session, team.id))


def _is_new(collaborative: Collaborative, members: list[tuple[Membership, Person]], now: datetime) -> bool:
    """Whether its first days aren't over yet: they begin with the launch, or with the first of its people."""
    came = min((membership.joined_at for membership, _ in members), default=now)
    return now - max(came, collaborative.launched_at or now) < AT_FIRST


def _line(membership: Membership, person: Person, team: Team) -> str:
    name = person.name or "somebody who hasn't joined yet"
    if membership.own_words:
        return f"{name}: {membership.own_words}"
    roles = [*dict.fromkeys(ROLES.get(role, role) for role in membership.roles)] or ["team member"]
    deputy = ["deputy"] if team.deputy_id and team.deputy_id == person.id else []
    return f"{name}, {', '.join([*roles, *deputy])}"


@query
def _channels(collaborative: int | None) -> SelectOfScalar[Channel]:
    return select(Channel).where(Channel.collaborative_id == collaborative).order_by(col(Channel.id))


@query
def _in_it(team: int | None) -> Select[Membership, Person]:
    here = select(Membership, Person).join(Person).where(Membership.team_id == team, col(Membership.left_at).is_(None))
    return here.order_by(col(Membership.id))
