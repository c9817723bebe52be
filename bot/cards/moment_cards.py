"""What people saw in a chart, as it is posted: under a team's numbers, or kept with the chart of all teams."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import measure_cards
from bot.domain import moments, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.submissions import Submission
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]


def key(moment: Moment) -> str:
    """The occasion."""
    return f"moment:{moment.id}"


def show(session: Session, moment: Moment, now: datetime) -> None:
    """In the thread of the team's newest numbers; what is of no team, on the charts that show it."""
    if moment.team_id is None:
        return show_pooled(session, moment.measure_id, now)
    team, row = moment.team_id, moment.id or 0
    if under := _numbers(session, moment.team_id):
        return outbox.answer(
            session, "moments/told", key=key(moment), to=f"team:{team}", under=under, now=now, moment=row
        )
    return outbox.say(session, "moments/told", key=key(moment), to=f"team:{team}", now=now, moment=row)


def show_pooled(session: Session, measure_id: int, now: datetime) -> None:
    """Wherever the chart of all teams stands, it has what was seen in it."""
    shown = session.exec(select(Letter).where(Letter.message == "pooled/chart")).all()
    outbox.say_again(session, *(one.key for one in shown if one.about.get("measure") == measure_id), now=now)


def told(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the message prints; None where the words were taken down."""
    moment = session.get(Moment, about["moment"])
    if moment is None or moment.purged_at:
        return None
    measure = session.get_one(Measure, moment.measure_id)
    by = pdsa_facts.name_of(session, moment.person_id)
    return {"moment": moment, "measure": measure, "by": by, "told": moment.told}


def kept(session: Session, measure: Measure) -> list[tuple[int, str]]:
    """What faculty saw lately in the chart of all teams, each in a paragraph."""
    zone = session.get_one(Collaborative, measure.collaborative_id).timezone
    return [(one.id or 0, _paragraph(session, one, zone)) for one in moments.of_all_teams(session, measure.id)]


def _paragraph(session: Session, moment: Moment, zone: str) -> str:
    by, day = pdsa_facts.name_of(session, moment.person_id), times.day(times.local_day(moment.at, zone))
    return "\n".join([f"{by}, {day}", *(f"{asked} {words}" for asked, words in moment.told)])


def _numbers(session: Session, team_id: int) -> str:
    """The key of the newest message with the team's numbers; empty where none was said."""
    theirs = select(Submission).where(Submission.team_id == team_id).order_by(col(Submission.period).desc())
    keys = (measure_cards.key(one) for one in session.exec(theirs))
    return next((one for one in keys if (letter := outbox.of_key(session, one)) and letter.ts), "")
