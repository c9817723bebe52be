"""What a coordinator's roll begins with, and what follows whoever is noted."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import attendance_words, call_places
from bot.domain import attendance, pdsa_facts, rsvp_facts, rsvps
from bot.domain.events import Meeting
from bot.domain.people import Membership, Person
from bot.domain.rsvps import Said
from bot.domain.teams import GONE, Team

Values = dict[str, Any]
A_MENU = 100
STILL_TICKED = (
    "Still ticked below: {people}. A team was there when anybody of it was, so untick both, or leave {team} ticked."
)
A_PAGE = 25  # teams of the roll in one form, with their people


def follow(session: Session, date: Meeting, teams: Iterable[Team], now: datetime) -> None:
    """Somebody was noted, or isn't any more: the card of the date and those of these teams show it."""
    outbox.say_again(session, *call_places.keys(date), *(f"team:{team.id}" for team in teams), now=now)


def roll(session: Session, date: Meeting, zone: str, page: int) -> Values:
    """A page of the teams with who of each said that they come, and who was noted by now."""
    said, there = rsvps.said(session, date), attendance.present(session, date)
    every = listed(session, date)
    teams = every[page * A_PAGE : (page + 1) * A_PAGE]
    people = menus(_people(session, teams))
    staff = menus(_staff(session, date)) if page == 0 else []
    last = attendance.last_roll(session, date)
    named = pdsa_facts.name_of(session, last.by_id) if last else ""
    return {
        "date": rsvp_facts.of(date, zone),
        "stands": attendance_words.line(session, date) or "Nobody is noted yet.",
        "last": f"The roll was last changed by {named}, {times.words(last.at, zone)}." if last else "",
        "page": page + 1,
        "its_page": its_page(page),
        "pages": pages(every),
        "teams": menus([(str(one.id), _says(one, said)) for one in teams]),
        "teams_here": [str(one.id) for one in teams if one.id in there.teams],
        "people": people,
        "people_here": [key for _, options in people for key, _ in options if int(key) in there.people],
        "staff": staff,
        "staff_here": [key for _, options in staff for key, _ in options if int(key) in there.people],
    }


def staff(session: Session, date: Meeting) -> dict[int, str]:
    """Faculty and whoever coordinates, by row, each with their name; whoever is in a team is on the roll with that."""
    in_a_team = select(Membership.person_id).join(Team, col(Team.id) == Membership.team_id).where(
        Membership.collaborative_id == date.event.collaborative_id, col(Team.status).not_in(GONE),
        col(Membership.left_at).is_(None),
    )  # fmt: skip
    rows = select(Person.id, Person.name).join(Membership).where(
        Membership.collaborative_id == date.event.collaborative_id, col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None), col(Person.id).not_in(in_a_team),
    )  # fmt: skip
    return {row or 0: name for row, name in session.exec(rows.order_by(col(Membership.id))) if name}


def still_ticked(session: Session, unticked: Iterable[Team], people: Collection[int]) -> str:
    """Why a team stays on the roll: the person of it that does; empty where there is none."""
    for team in unticked:
        named = [one.name for one in rsvps.members(session, team.id or 0) if one.id in people and one.name]
        if named:
            return STILL_TICKED.format(team=team.name, people=rsvp_facts.named(named))
    return ""


def listed(session: Session, date: Meeting) -> list[Team]:
    """The teams of the roll, by name."""
    return sorted(rsvps.asked(session, date.event), key=lambda one: one.name.casefold())


def pages(teams: list[Team]) -> int:
    """How many pages they take; one where there are none."""
    return max((len(teams) + A_PAGE - 1) // A_PAGE, 1)


def its_page(page: int) -> str:
    """On what the names of the boxes of a later page end: in one of the same name Slack keeps what stood before."""
    return f"_{page + 1}" if page else ""


def menus(options: list[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """As menus take them: a hundred at a time, each of 75 characters."""
    cut = [(key, words if len(words) <= 75 else f"{words[:74].rstrip()}…") for key, words in options]
    parts = [cut[start : start + A_MENU] for start in range(0, len(cut), A_MENU)]
    return [(f"{part[0][1][:30]} to {part[-1][1][:30]}", part) for part in parts]


def _says(team: Team, said: list[Said]) -> str:
    """A team as the roll has it, with who of it said that they come."""
    coming = [one.name for one in said if one.team == team.id and one.coming]
    return f"{team.name} · {rsvp_facts.named(coming)} said yes" if coming else team.name


def _staff(session: Session, date: Meeting) -> list[tuple[str, str]]:
    return [(str(row), name) for row, name in staff(session, date).items()]


def _people(session: Session, teams: list[Team]) -> list[tuple[str, str]]:
    """Everybody of these teams, each once, with the first of theirs."""
    found: dict[str, str] = {}
    for team in teams:
        for one in rsvps.members(session, team.id or 0):
            if one.name:
                found.setdefault(str(one.id), f"{one.name} · {team.name}")
    return [*found.items()]
