"""Whose Homes show what, brought up to date where they were ever looked at; what stands there is `bot.homes`."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot import outbox
from bot.domain.people import Membership
from bot.domain.teams import Team

A_DAY = timedelta(days=1)


def people_of(session: Session, team: Team) -> list[int]:
    """Everybody whose Home shows this team as theirs."""
    here = select(Membership.person_id).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    return sorted(session.exec(here))


def refresh(session: Session, whose: list[int], now: datetime) -> None:
    """Bring the Homes of these people up to date, where they were ever looked at."""
    outbox.say_again(session, *(f"home:{person}" for person in whose), now=now)


def at(session: Session, person: int, now: datetime) -> dict[str, int]:
    """On which tab and page somebody left it today, as its letter keeps that; the next day it begins at its first."""
    letter = outbox.of_key(session, f"home:{person}")
    about = {name: value for name, value in (letter.about if letter else {}).items() if name != "person"}
    return about if about.get("turned", 0) > (now - A_DAY).timestamp() else {}


def turn(session: Session, person: int, now: datetime, **place: int) -> None:
    """Show another tab or page, which stays for a day."""
    show(session, person, now, turned=int(now.timestamp()), **place)


def show(session: Session, person: int, now: datetime, **place: int) -> None:
    """Show it anew, at that tab and page."""
    outbox.say(session, "home/view", key=f"home:{person}", to=f"home:{person}", now=now, person=person, **place)
