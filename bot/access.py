"""Who may do what: one table of roles × acts, asked by every handler for the record it touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bot.domain.collaboratives import Collaborative
from bot.domain.people import STAFF_ROLES, TEAM_ROLES, Membership, Person
from bot.domain.teams import Team
from bot.errors import Refused

TEAM = frozenset(TEAM_ROLES)
FACULTY = frozenset({"chair", "faculty", "improvement_advisor", "director", "coordinator"})
COORDINATORS = frozenset({"coordinator", "director"})

# act → (roles that may, where; who to ask, in words). "own": in their own team; "all": anywhere in the collaborative.
ACTS: Mapping[str, tuple[frozenset[str], frozenset[str], str]] = {
    "cycle.read": (TEAM | {"coach"}, FACULTY, "the team's members, its coach and faculty"),
    "cycle.write": (TEAM, frozenset({"director"}), "the team's members"),
    "library.read": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "home.see": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "collaborative.launch": (frozenset(), COORDINATORS, "a coordinator or the director"),
    "letters.see": (frozenset(), COORDINATORS, "a coordinator or the director"),
    "privacy.report": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
}


@dataclass(frozen=True)
class Actor:
    """The person behind a click or a form, with what they are where."""

    person: Person
    memberships: tuple[Membership, ...]

    @property
    def id(self) -> int:
        """The person's row."""
        assert self.person.id is not None
        return self.person.id

    @property
    def team_ids(self) -> list[int]:
        """The teams they belong to."""
        return [membership.team_id for membership in self.memberships if membership.team_id]

    @property
    def collaborative_ids(self) -> list[int]:
        """The collaboratives they are in, each once."""
        return list(dict.fromkeys(membership.collaborative_id for membership in self.memberships))

    def may(self, act: str, *, collaborative: int, team: Team | None = None) -> bool:
        """Whether the table lets them, for this record."""
        own, anywhere, _ = ACTS[act]
        if team and team.coach_id == self.id and "coach" in own:
            return True
        here = [membership for membership in self.memberships if membership.collaborative_id == collaborative]
        return any(
            set(membership.roles) & anywhere or (team and membership.team_id == team.id and set(membership.roles) & own)
            for membership in here
        )

    def must(self, act: str, *, collaborative: int, team: Team | None = None) -> None:
        """Raises Refused, with who can, where `may` says no."""
        if self.may(act, collaborative=collaborative, team=team):
            return
        whose = f" of {team.name}" if team else ""
        raise Refused(f"That's for {ACTS[act][2]}{whose}. Ask one of them, or write to your coordinator.")


_PERSON = select(Person).where(Person.workspace == bindparam("workspace"), Person.slack_user == bindparam("user"))
_MEMBERSHIPS = (
    select(Membership)
    .where(Membership.person_id == bindparam("person"), col(Membership.left_at).is_(None))
    .order_by(col(Membership.id))
)


def actor(session: Session, body: Mapping[str, Any]) -> Actor:
    """Who sent this payload, by workspace and user id; raises Refused for a stranger or somebody who left."""
    workspace, user = identity(body)
    person = session.exec(_PERSON, params={"workspace": workspace, "user": user}).first()
    if person is None:
        raise Refused(
            "I don't know you yet, so I can't do that. Ask your coordinator to add you to the collaborative; "
            "then it works here at once."
        )
    memberships = tuple(session.exec(_MEMBERSHIPS, params={"person": person.id}))
    if not memberships:
        raise Refused(
            "You're not in this collaborative any more. If that isn't right, ask a coordinator to add you again."
        )
    return Actor(person, memberships)


def identity(body: Mapping[str, Any]) -> tuple[str, str]:
    """The workspace and user id of whoever acted: a guest of another workspace keeps their own."""
    user = body.get("user")
    if isinstance(user, Mapping):
        team = body.get("team") or {}
        return str(user.get("team_id") or team.get("id") or body.get("team_id")), str(user["id"])
    event = body.get("event") or {}
    if event:
        sender = event.get("user")
        user_id = sender["id"] if isinstance(sender, Mapping) else sender
        return str(event.get("user_team") or event.get("team") or body.get("team_id")), str(user_id)
    return str(body.get("team_id")), str(body.get("user_id"))


def team_of(session: Session, team_id: int) -> Team:
    """The team, for a record's own team id."""
    team = session.get(Team, team_id)
    if team is None:
        raise Refused("This team isn't in the record any more.")
    return team


def collaboratives_of(session: Session, who: Actor, act: str) -> list[Collaborative]:
    """The collaboratives in which they may do this."""
    found = (session.get(Collaborative, row) for row in who.collaborative_ids)
    return [one for one in found if one and one.id and who.may(act, collaborative=one.id)]


def is_staff(membership: Membership) -> bool:
    """Whether this is a place on the collaborative's staff."""
    return membership.team_id is None and bool(set(membership.roles) & set(STAFF_ROLES))
