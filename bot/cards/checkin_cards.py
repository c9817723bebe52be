"""What follows when a check-in's facts change: its card, its team's Homes, and word for the coach."""

from datetime import datetime

from sqlmodel import Session

from bot import home, outbox
from bot.domain import checkin_facts, checkins
from bot.domain.checkins import COACH, CheckIn
from bot.domain.teams import Team

WHY = "the collaborative checks in on this day"


def key(check_in: CheckIn) -> str:
    """The occasion: this team's check-in of this period."""
    return f"checkin:{check_in.id}"


def show(session: Session, check_in: CheckIn, now: datetime) -> None:
    """Bring its card up to date, where there is one, and the Homes of the team's people."""
    outbox.say_again(session, key(check_in), now=now)
    home.refresh(session, home.people_of(session, session.get_one(Team, check_in.team_id)), now)


def tell_coach(session: Session, check_in: CheckIn, now: datetime) -> None:
    """Give the words to whoever alone is to read them; where the team reads them by now, say so to whoever had them."""
    told = checkins.answer_of(session, check_in.id)
    team = session.get_one(Team, check_in.team_id)
    for person in checkin_facts.reader(session, team)[0]:
        occasion = f"{key(check_in)}:coach:{person}"
        if told and told.readers == COACH:
            outbox.say(
                session, "checkins/coach", key=occasion, to=f"person:{person}", now=now, checkin=check_in.id or 0,
                team=check_in.team_id, person=person,
            )  # fmt: skip
        else:
            outbox.say_again(session, occasion, now=now)
