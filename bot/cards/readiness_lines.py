"""What coordinators see of who comes to a date and what is still open, line by line, each with its people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from bot.domain import arrivals, attendance, checkins, event_facts, preparations, presenting, rsvps, team_facts
from bot.domain.events import DROP_IN, Meeting
from bot.domain.people import Membership, Person
from bot.domain.rsvps import Said
from bot.domain.teams import Team
from bot.statements import once_a_look

counted = event_facts.counted


@dataclass(frozen=True)
class Line:
    """One line, the rows of the people it speaks of, and what a message to them may begin with."""

    key: str
    title: str
    said: str
    prepared: str = ""
    people: list[int] = field(default_factory=list)
    written: list[tuple[int, str]] = field(default_factory=list)  # words of people, by row and name


def of(session: Session, date: Meeting) -> list[Line]:
    """Every line that has something to say."""
    teams = [one for one in rsvps.asked(session, date.event) if not rsvps.pauses_then(one, date.known_as)]
    said = rsvps.said(session, date)
    staff, here = rsvps.staff(session, date), attendance.present(session, date).teams
    found = [_coming(session, said, here), _staff(staff), *_places(session, date, [*said, *staff])]
    found += [_needs(session, date), _host(session, date), _presents(session, date)]
    found += [*_open_tasks(session, date, teams), _cannot([*said, *staff])]
    open_ = [] if date.event.kind in DROP_IN else [one for one in teams if one.id not in here]
    return [one for one in [*found, _unanswered(session, open_, said)] if one]


def line(session: Session, date: Meeting, key: str) -> Line | None:
    """One of them as it stands now; None where nothing is left to say there."""
    return next((one for one in of(session, date) if one.key == key), None)


def _coming(session: Session, said: list[Said], here: Collection[int]) -> Line | None:
    """By person and role; once teams are there nobody is told that none said so."""
    coming = {one.person: one for one in said if one.coming}
    if not coming:
        return None if here else Line("coming", "Coming", "Nobody has said yes yet.")
    teams = {one.team for one in said if one.coming}
    role_of = _roles(session, teams)
    by_role: dict[str, list[str]] = {}
    for one in coming.values():
        by_role.setdefault(role_of[one.team, one.person], []).append(one.name)
    roles = "\n".join(f"{role.capitalize()}: {', '.join(names)}" for role, names in sorted(by_role.items()))
    told = f"{counted(len(coming), 'person', 'people')} of {counted(len(teams), 'team')}.\n{roles}"
    return Line("coming", "Coming", told, "We look forward to seeing you at {what}.", [*coming])


def _staff(staff: list[Said]) -> Line | None:
    coming = {one.person: one.name for one in staff if one.coming}
    return _people("staff", "Faculty and coordinators", coming, "We look forward to seeing you at {what}.")


def _places(session: Session, date: Meeting, said: list[Said]) -> Iterable[Line | None]:
    if not arrivals.is_asked(date):
        return
    told = {one.person_id: one.place for one in arrivals.of(session, date)}
    coming = {one.person: one.name for one in said if one.coming}
    for key, title in (*arrivals.PLACES.items(), ("", "Haven't said how they come")):
        here = {person: name for person, name in coming.items() if told.get(person, "") == key}
        words = "Will you be in the room at {what}, or by video? How I come, below, takes one tap."
        prepared = words if not key else "You said how you come to {what}. Has anything changed?"
        yield _people(key or "unsaid", title, here, prepared)


def _needs(session: Session, date: Meeting) -> Line | None:
    wanted = [
        (one, session.get_one(Person, one.person_id).name or "") for one in arrivals.of(session, date) if one.needs
    ]
    if not wanted:
        return None
    told = "\n".join(f"{name}: {one.needs}" for one, name in wanted)
    prepared = "Thank you for telling us what you need at {what}. This is what we prepared: "
    people, written = [one.person_id for one, _ in wanted], [(one.id or 0, name) for one, name in wanted]
    return Line("needs", "What people need there", told, prepared, people, written)


def _host(session: Session, date: Meeting) -> Line | None:
    team = presenting.host(session, date)
    if team is None:
        return None
    return _leads(session, "host", "Hosting", [team], "Thank you for hosting {what}. What do you still need from us?")


def _presents(session: Session, date: Meeting) -> Line | None:
    teams = presenting.of(session, date, presenting.PRESENTS)
    words = "Thank you for presenting at {what}. What do you still need from us?"
    return _leads(session, "presents", "Presenting", teams, words)


def _open_tasks(session: Session, date: Meeting, teams: list[Team]) -> Iterable[Line | None]:
    """Storyboards and pre-work that aren't in yet, task by task."""
    found = preparations.tasks(session, date)
    done = preparations.done(session, found)
    for task in found:
        left = [team for team in teams if team.id not in done[task.id or 0]]
        title = f"{task.words}: {len(teams) - len(left)} of {counted(len(teams), 'team')}"
        if not left:
            yield Line(f"task{task.id}", title, "All of them have it done.")
            continue
        named = task.words.replace("{", "{{").replace("}", "}}")
        prepared = f"“{named}” for {{what}} isn't ticked on your team's list yet. What would help?"
        yield _leads(session, f"task{task.id}", f"{title}. Not yet", left, prepared)


def _cannot(said: list[Said]) -> Line | None:
    cannot = {one.person: one.name for one in said if not one.coming}
    return _people("cannot", "Can't", cannot, "We will miss you at {what}. Is there somebody who could come for you?")


def _unanswered(session: Session, teams: list[Team], said: list[Said]) -> Line | None:
    told = {one.team for one in said}
    words = "Does somebody of your team come to {what}? Coming or Can't, below, tells us."
    return _leads(session, "unanswered", "Not answered yet", [one for one in teams if one.id not in told], words)


def _people(key: str, title: str, here: dict[int, str], prepared: str) -> Line | None:
    if not here:
        return None
    return Line(key, f"{title}: {len(here)}", ", ".join(here.values()), prepared, [*here])


def _leads(session: Session, key: str, title: str, teams: list[Team], prepared: str) -> Line | None:
    """Teams, each with whoever is asked for it."""
    if not teams:
        return None
    asked = [(team, _lead(session, team)) for team in teams]
    told = ", ".join(f"{team.name} ({lead.name})" if lead and lead.name else team.name for team, lead in asked)
    return Line(key, title, told, prepared, list(dict.fromkeys(lead.id or 0 for _, lead in asked if lead)))


@once_a_look
def _lead(session: Session, team: Team) -> Person | None:
    """Whoever is asked for a team; several lines are about the same one."""
    return checkins.addressee(session, team)


def _roles(session: Session, teams: set[int]) -> dict[tuple[int, int], str]:
    """What everybody is in these teams, as the team card calls it."""
    here = select(Membership).where(col(Membership.team_id).in_(teams), col(Membership.left_at).is_(None))
    return {(one.team_id or 0, one.person_id): _called(one.roles) for one in session.exec(here)}


def _called(roles: list[str]) -> str:
    return next((team_facts.ROLES[role] for role in roles if role in team_facts.ROLES), team_facts.ROLES["member"])
