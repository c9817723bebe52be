"""Who may do what: one table of roles × acts, asked by every handler for the record it touches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from bot.domain import covers
from bot.domain.collaboratives import Collaborative
from bot.domain.people import TEAM_ROLES, Membership, Person
from bot.domain.seats import COORDINATING
from bot.domain.teams import GONE, Team, TeamInBrief
from bot.errors import Gone, Refused
from bot.statements import Prepared, table

TEAM = frozenset(TEAM_ROLES)
FACULTY = frozenset({"chair", "faculty", "improvement_advisor", "director", "coordinator"})
UNKNOWN = (
    "I don't know you yet, so I can't do that. Ask your coordinator to add you to the collaborative; "
    "then it works here at once."
)
LEFT = "You're not in this collaborative any more. If that isn't right, ask a coordinator to add you again."
HAS_LEFT = (
    "{team}'s time in the collaborative is over, so nothing is added to its record; what is there can be read. "
    "A coordinator takes it in again on any day."
)
NO_TEAM_ANY_MORE = "This team isn't in the record any more."

# act → (roles that may in their own team, or coach it; roles that may anywhere in the collaborative; who they are)
ACTS: Mapping[str, tuple[frozenset[str], frozenset[str], str]] = {
    "cycle.read": (TEAM | {"coach"}, FACULTY, "the members of {team}, its coach and faculty"),
    "cycle.write": (TEAM, frozenset({"director"}), "the members of {team} and the director"),
    "ask.answer": (TEAM, frozenset({"director"}), "the members of {team} and the director"),
    "checkin.write": (TEAM, frozenset(), "the members of {team}"),
    "checkin.set": (frozenset(), COORDINATING, "a coordinator or the director"),
    "call.answer": (TEAM, COORDINATING, "the members of {team}, a coordinator or the director"),
    "call.swap": (TEAM, COORDINATING, "the members of {team}, a coordinator or the director"),
    "poll.answer": (TEAM, FACULTY | {"coach"}, "the members of {team}, faculty and coaches"),
    "poll.manage": (frozenset(), COORDINATING, "a coordinator or the director"),
    "call.attend": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "call.steer": (frozenset(), COORDINATING, "a coordinator or the director"),
    "events.change": (frozenset(), COORDINATING, "a coordinator or the director"),
    "broadcast.send": (frozenset(), COORDINATING, "a coordinator or the director"),
    "broadcast.ring": (frozenset(), frozenset({"director"}), "the director"),
    "broadcast.answer": (TEAM, frozenset(), "the members of {team}"),
    "measures.write": (TEAM, frozenset({"director"}), "the members of {team} and the director"),
    "measures.import": (
        TEAM | {"coach"},
        COORDINATING | {"improvement_advisor"},
        "the members of {team}, its coach, the improvement advisor, a coordinator and the director",
    ),
    "measures.read": (TEAM | {"coach"}, FACULTY, "the members of {team}, its coach and faculty"),
    "sponsor.write": (frozenset({"team_lead"}), COORDINATING, "the team lead of {team}, a coordinator or the director"),
    "sponsor.answer": (frozenset({"senior_leader"}), frozenset(), "the senior leader of {team}"),
    "strata.read": (
        TEAM | {"coach"},
        frozenset({"improvement_advisor"}),
        "the members of {team}, its coach and the improvement advisor",
    ),
    "measures.pool": (frozenset(), FACULTY, "faculty and coordinators"),
    "measures.manage": (
        frozenset(),
        COORDINATING | {"improvement_advisor"},
        "a coordinator, the improvement advisor or the director",
    ),
    "question.answer": (frozenset({"coach"}), FACULTY, "the coach of {team} and faculty"),
    "question.ask": (TEAM, frozenset(), "the members of {team}"),
    "question.ask_all": (frozenset(), FACULTY | {"coach"}, "faculty, coaches and coordinators"),
    "question.reply": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "team.pause": (frozenset({"team_lead"}), COORDINATING, "the team lead of {team}, a coordinator or the director"),
    "team.leave": (frozenset({"team_lead"}), COORDINATING, "the team lead of {team}, a coordinator or the director"),
    "team.end": (frozenset(), COORDINATING, "a coordinator or the director"),
    "ending.see": (frozenset({"coach"}), FACULTY, "the coach of {team}, faculty and coordinators"),
    "ending.talk": (frozenset({"coach"}), FACULTY - {"coordinator"}, "the coach of {team}, faculty and the director"),
    "retention.see": (frozenset(), FACULTY, "faculty and coordinators"),
    "idea.write": (TEAM, frozenset({"director"}), "the members of {team} and the director"),
    "idea.read": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "idea.picture": (frozenset(), FACULTY | {"coach"}, "faculty, coaches and coordinators"),
    "changes.adapt": (TEAM, frozenset(), "the members of {team}"),
    "changes.manage": (
        frozenset(),
        COORDINATING | {"chair", "faculty", "improvement_advisor"},
        "faculty, a coordinator or the director",
    ),
    "library.read": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "shoutout.give": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "shoutout.hide": (frozenset(), COORDINATING, "a coordinator or the director"),
    "alerts.handle": (frozenset({"coach"}), FACULTY, "the coach of {team}, faculty and coordinators"),
    "alerts.pause": (frozenset({"coach"}), FACULTY, "the coach of {team}, faculty and coordinators"),
    "callsheet.write": (frozenset({"coach"}), FACULTY, "the coach of {team}, faculty and coordinators"),
    "cover.name": (frozenset(), COORDINATING, "a coordinator or the director"),
    "engagement.set": (frozenset(), COORDINATING, "a coordinator or the director"),
    "engagement.read": (frozenset({"coach"}), FACULTY, "the coach of {team} and faculty"),
    "digest.read": (frozenset({"coach"}), FACULTY, "the coaches of teams and faculty"),
    "engagement.facts": (TEAM | {"coach"}, FACULTY, "the members of {team}, its coach and faculty"),
    "score.own": (TEAM, frozenset(), "the members of {team}"),
    "score.read": (TEAM | {"coach"}, FACULTY, "the members of {team}, its coach and faculty"),
    "score.give": (frozenset({"coach"}), FACULTY - {"coordinator"}, "the coach of {team} and faculty"),
    "score.set": (frozenset(), COORDINATING, "a coordinator or the director"),
    "teams.see": (frozenset(), FACULTY | {"coach"}, "faculty, coaches and coordinators"),
    "home.see": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
    "collaborative.launch": (frozenset(), COORDINATING, "a coordinator or the director"),
    "letters.see": (frozenset(), COORDINATING, "a coordinator or the director"),
    "seeds.switch": (frozenset(), COORDINATING, "a coordinator or the director"),
    "letters.steer": (frozenset(), COORDINATING, "a coordinator or the director"),
    "card.report": (TEAM | {"coach"}, FACULTY, "the members of {team}, its coach and faculty"),
    "privacy.report": (frozenset(), TEAM | FACULTY | {"coach"}, "people of the collaborative"),
}

AT_WORK = frozenset({
    "cycle.write", "ask.answer", "checkin.write", "call.answer", "call.swap", "poll.answer", "broadcast.answer",
    "measures.write", "measures.import", "sponsor.write", "question.ask", "idea.write", "changes.adapt",
})  # what a team does while it is with us  # fmt: skip


class Place(NamedTuple):
    """What somebody is in one team, or (with no team) on a collaborative's staff."""

    collaborative_id: int
    team_id: int | None
    roles: list[str]


@dataclass(frozen=True)
class Actor:
    """The person behind a click or a form, with what they are where."""

    id: int
    name: str
    places: tuple[Place, ...]
    covers: frozenset[int] = frozenset()  # the coaches they stand in for; see `standing_in`

    @property
    def team_ids(self) -> list[int]:
        """The teams they belong to."""
        return [place.team_id for place in self.places if place.team_id]

    @property
    def collaborative_ids(self) -> list[int]:
        """The collaboratives they are in, each once."""
        return list(dict.fromkeys(place.collaborative_id for place in self.places))

    def may(self, act: str, *, collaborative: int, team: Team | TeamInBrief | None = None) -> bool:
        """Whether the table lets them, for this record."""
        own, anywhere, _ = ACTS[act]
        here = [place for place in self.places if place.collaborative_id == collaborative]
        is_staff = any(place.team_id is None for place in here)
        if team and "coach" in own and (team.coach_id == self.id or (is_staff and team.coach_id in self.covers)):
            return True
        return any(
            set(place.roles) & anywhere or (team and place.team_id == team.id and set(place.roles) & own)
            for place in here
        )

    def must(self, act: str, *, collaborative: int, team: Team | TeamInBrief | None = None) -> None:
        """Raises Refused, with who can, where `may` says no; and Gone for work of one's own team once it has left."""
        if self.may(act, collaborative=collaborative, team=team):
            if act in AT_WORK and team and team.status in GONE and all(place.team_id for place in self.places):
                raise Gone(HAS_LEFT.format(team=team.name))
            return
        whom = ACTS[act][2].format(team=team.name if team else "the team")
        coordinates = any(
            "coordinator" in place.roles for place in self.places if place.collaborative_id == collaborative
        )
        otherwise = "" if coordinates or "coordinator" in whom else ", or write to your coordinator"
        raise Refused(f"That's for {whom}. Ask one of them{otherwise}.")


def actor(session: Session, body: Mapping[str, Any]) -> Actor:
    """Who sent this payload, by workspace and user id; raises Refused for a stranger or somebody who left."""
    workspace, user = identity(body)
    found = _found(session, _BY_SLACK_ID, workspace=workspace, user=user)
    if found is None:
        raise Refused(UNKNOWN)
    if not found.places:
        raise Refused(LEFT)
    return found


def of_person(session: Session, person_id: int) -> Actor | None:
    """The same for a person's row; None for somebody who left."""
    found = _found(session, _BY_ROW, person=person_id)
    return found if found and found.places else None


def standing_in(session: Session, who: Actor, now: datetime) -> Actor:
    """The same person, who may do what a coach may for whom they cover just now; asked where teams are looked after."""
    if all(place.team_id for place in who.places):  # nobody but the staff covers
        return who
    return replace(who, covers=covers.covered_by(session, who.id, now))


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
        raise Refused(NO_TEAM_ANY_MORE)
    return team


def brief_of(session: Session, team_id: int) -> TeamInBrief:
    """The same, as far as rights, dates and numbers need it."""
    found = _BRIEF.rows(session, team=team_id)
    if not found:
        raise Refused(NO_TEAM_ANY_MORE)
    return TeamInBrief(*found[0])


def collaboratives_of(session: Session, who: Actor, act: str) -> list[Collaborative]:
    """The collaboratives in which they may do this."""
    found = (session.get(Collaborative, row) for row in who.collaborative_ids)
    return [one for one in found if one and one.id and who.may(act, collaborative=one.id)]


def _found(session: Session, who: Prepared, **by: Any) -> Actor | None:
    rows = who.rows(session, **by)
    places = (Place(*place) for _id, _name, *place in rows)
    return Actor(rows[0][0], rows[0][1], tuple(one for one in places if one.collaborative_id)) if rows else None


_PEOPLE, _PLACES = table(Person), table(Membership)
_CURRENT = (_PLACES.c.person_id == _PEOPLE.c.id) & _PLACES.c.left_at.is_(None)
_WHO = (
    select(_PEOPLE.c.id, _PEOPLE.c.name, _PLACES.c.collaborative_id, _PLACES.c.team_id, _PLACES.c.roles)
    .select_from(_PEOPLE.outerjoin(_PLACES, _CURRENT))
    .order_by(_PLACES.c.id)
)
_BY_SLACK_ID = Prepared(
    _WHO.where(_PEOPLE.c.workspace == bindparam("workspace"), _PEOPLE.c.slack_user == bindparam("user"))
)
_TEAMS = table(Team).c
_BRIEF = Prepared(select(*(_TEAMS[name] for name in TeamInBrief._fields)).where(_TEAMS.id == bindparam("team")))
_BY_ROW = Prepared(_WHO.where(_PEOPLE.c.id == bindparam("person")))
