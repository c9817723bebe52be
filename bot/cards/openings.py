"""How a talk with a team could begin, out of its own record."""

from sqlmodel import Session

from bot import times
from bot.domain import callsheets, pdsa_facts, pdsa_search
from bot.domain.teams import Team

BEGUN = 150  # characters that are quoted


def question(session: Session, team: Team) -> str:
    """What was agreed last and isn't a cycle yet comes first, then the newest cycle."""
    agreed = callsheets.last_agreed(session, team.id)
    newest = pdsa_search.of_team(session, team.id or 0, most=1)
    came = callsheets.cycle_of(session, agreed) if agreed else None
    told = [times.local_day(one.started_at, team.timezone) for one in newest]
    if agreed and not came and not (told and told[0] > times.local_day(agreed.at, team.timezone)):
        return f"You could begin with what you agreed on, “{pdsa_facts.begun(agreed.agreed, BEGUN)}”: how did it go?"
    if newest:
        return f"You could begin with cycle {newest[0].number}, “{newest[0].change[:BEGUN]}”: what did you see?"
    return "You could begin with what brought them here: what would make this worth their time?"
