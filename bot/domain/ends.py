"""Until when something is asked for: while it is of use, and while the collaborative runs."""

from datetime import date

from sqlmodel import Session

from bot.domain.collaboratives import Collaborative, is_over, over_from
from bot.domain.reasons import Reason
from bot.domain.teams import Team


def of(session: Session, reason: Reason) -> date:
    """The team's day from which on it isn't asked for any more.

    What has its first day only after the end, as the last months' numbers have, is of the time before: it is asked for.
    """
    collaborative = session.get_one(Collaborative, session.get_one(Team, reason.team).collaborative_id)
    until = reason.until or date.max
    return until if reason.days and is_over(collaborative, reason.days[0]) else over_from(collaborative, until)
