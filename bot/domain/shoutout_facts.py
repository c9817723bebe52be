"""What is said of shout-outs, in words: who thanks whom, what for, what it is about; and whom one can thank."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.domain import folding, ideas, pdsa, pdsa_facts, shoutouts
from bot.domain.collaboratives import Collaborative
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.shoutouts import Shoutout, Thanked
from bot.domain.teams import GONE, Team

Values = dict[str, Any]
Choices = list[tuple[str, str]]
LONGEST = 75  # characters of one choice in a menu
MOST_CHOICES = 100  # in one menu, or in one group of it
MOST_LISTED = 20


class Circle(NamedTuple):
    """Whom somebody can thank: people of a collaborative whom Slack knows, each with their team, and its teams."""

    people: dict[int, tuple[Person, int | None]]
    teams: dict[int, Team]
    own: list[int]  # the teams of whoever asks


def circle(session: Session, collaborative_id: int, asker: int) -> Circle:
    """Everybody but the asker, and every team but theirs and those that have left, by name."""
    here = select(Person, Membership.team_id).join(Membership).where(
        Membership.collaborative_id == collaborative_id,
        col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    people: dict[int, tuple[Person, int | None]] = {}
    own = []
    for person, team in session.exec(here.order_by(col(Membership.team_id).is_(None), col(Membership.id))):
        people.setdefault(person.id or 0, (person, team))
        if person.id == asker and team:
            own.append(team)
    here_too = select(Team).where(Team.collaborative_id == collaborative_id, col(Team.status).not_in(GONE))
    teams = {team.id or 0: team for team in session.exec(here_too)}
    return Circle(people, teams, own)


def people(others: Circle, asker: int) -> Choices:
    """The people as choices, each with their team."""
    named = [
        (str(row), f"{person.name}{_of_team(others, team)}")
        for row, (person, team) in others.people.items()
        if row != asker and person.name
    ]
    return _sorted(named)


def people_like(others: Circle, asker: int, typed: str) -> Choices:
    """Those of them whose name or team fits what was typed; whoever types their own name means nobody like it."""
    fitting = folding.fitting(((one, one[1]) for one in people(others, 0)), typed)
    return [one for one in fitting if one[0] != str(asker)][:MOST_CHOICES]


def teams(others: Circle) -> Choices:
    """The teams as choices."""
    return _sorted((str(row), team.name) for row, team in others.teams.items() if row not in others.own)


def cycles(session: Session, collaborative_id: int) -> Choices:
    """Tests that all may read, the newest first."""
    decided = (
        select(Cycle, Team.name)
        .join(Team)
        .where(Cycle.collaborative_id == collaborative_id, Cycle.stage == pdsa.ACT, pdsa.alive())
        .order_by(col(Cycle.decided_at).desc(), col(Cycle.id).desc())
    )
    found = session.exec(decided.limit(MOST_CHOICES))
    return [(str(one.id), f"{team} · {one.number}: {one.change}"[:LONGEST]) for one, team in found]


def shared_ideas(session: Session, collaborative_id: int) -> Choices:
    """Ideas that teams shared, the newest first."""
    told = (
        select(Idea, Team.name)
        .join(Team)
        .where(Idea.collaborative_id == collaborative_id, ideas.alive())
        .order_by(col(Idea.shared_at).desc(), col(Idea.id).desc())
    )
    return [(str(one.id), f"{one.title} · {team}"[:LONGEST]) for one, team in session.exec(told.limit(MOST_CHOICES))]


def card(session: Session, shoutout: Shoutout) -> Values:
    """Everything that the messages about it print."""
    return {
        "shoutout": shoutout,
        "collaborative": session.get_one(Collaborative, shoutout.collaborative_id).name,
        "by": _person(session, shoutout.person_id, shoutout.team_id),
        "to": listed(_names(session, shoutouts.thanked(session, shoutout.id))),
        "about": about(session, shoutout),
        "value": shoutouts.VALUES.get(shoutout.value, ""),
    }


def line(session: Session, shoutout: Shoutout) -> Values:
    """One of a list."""
    told = card(session, shoutout)
    zone = session.get_one(Collaborative, shoutout.collaborative_id).timezone
    return {**told, "id": shoutout.id, "day": times.day(times.local_day(shoutout.at, zone))}


def about(session: Session, shoutout: Shoutout) -> str:
    """The test or the idea it is tied to; empty where it is tied to none, or where that has gone."""
    cycle = session.get(Cycle, shoutout.cycle_id) if shoutout.cycle_id else None
    if cycle and not (cycle.purged_at or cycle.deleted_at):
        team = session.get_one(Team, cycle.team_id).name
        return f"cycle {cycle.number} of {team}: {' '.join(cycle.change.split())[:200]}"
    idea = session.get(Idea, shoutout.idea_id) if shoutout.idea_id else None
    if idea and not (idea.purged_at or idea.withdrawn_at):
        return f"the idea “{idea.title}” of {session.get_one(Team, idea.team_id).name}"
    return ""


def lately(session: Session, team: Team, now: datetime) -> str:
    """What a team's people read at Home about thanks to them; empty where nobody outside gave any lately."""
    found = len(shoutouts.of_team(session, team.id, now - shoutouts.LATELY))
    times_thanked = "once" if found == 1 else f"{found} times"
    return (
        f"Thanked {times_thanked} by others in the last {shoutouts.LATELY.days} days: see Shout-outs." if found else ""
    )


def listed(names: list[str]) -> str:
    """A, B and C."""
    return " and ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), *names[-1:]])


def _names(session: Session, thanked: Iterable[Thanked]) -> list[str]:
    return [
        _person(session, one.person_id, one.team_id) if one.person_id else session.get_one(Team, one.team_id).name
        for one in thanked
    ]


def _person(session: Session, person: int, team: int | None) -> str:
    name = pdsa_facts.name_of(session, person)
    return f"{name} of {session.get_one(Team, team).name}" if team else name


def _of_team(others: Circle, team: int | None) -> str:
    return f" · {others.teams[team].name}" if team in others.teams else ""


def _sorted(choices: Iterable[tuple[str, str]]) -> Choices:
    return [(row, label[:LONGEST]) for row, label in sorted(choices, key=lambda one: one[1].casefold())]
