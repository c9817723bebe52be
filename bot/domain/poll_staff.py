"""What faculty, coaches and whoever coordinates say of the times of a poll: it stands beside the teams."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.people import Membership, Person
from bot.domain.poll_tally import Said
from bot.domain.polls import MOST, Poll, Polled, Slot, SlotAnswer
from bot.statements import query

STAFF = 0  # stands for the team of whoever is in none


def waiting(session: Session, collaborative: int, now: datetime) -> list[Poll]:
    """What whoever is in no team may say something of just now, in the same order."""
    return list(_open_in(session, collaborative, now))


def said(session: Session, poll: Poll) -> list[Said]:
    """The answers of those who are in none of these teams: faculty and whoever coordinates."""
    told = select(SlotAnswer.person_id, Person.name, SlotAnswer.slot_id, SlotAnswer.answer).join(
        Slot, col(Slot.id) == SlotAnswer.slot_id
    ).join(Person, col(Person.id) == SlotAnswer.person_id).join(
        Membership, col(Membership.person_id) == SlotAnswer.person_id
    ).where(
        Slot.poll_id == poll.id, Membership.collaborative_id == poll.collaborative_id,
        col(Membership.team_id).is_(None), col(Membership.left_at).is_(None),
    )  # fmt: skip
    in_a_team = select(Membership.person_id).join(Polled, col(Polled.team_id) == Membership.team_id).where(
        Polled.poll_id == poll.id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    others = told.where(col(SlotAnswer.person_id).not_in(in_a_team))
    found = dict.fromkeys(session.exec(others.order_by(col(SlotAnswer.person_id), col(Slot.starts))))
    return [Said(STAFF, name or "somebody", slot, answer) for _, name, slot, answer in found]


@query
def _open_in(collaborative: int, now: datetime) -> SelectOfScalar[Poll]:
    every = select(Poll).where(Poll.collaborative_id == collaborative, col(Poll.closed_at).is_(None), Poll.closes > now)
    return every.order_by(col(Poll.closes), col(Poll.id)).limit(MOST)
