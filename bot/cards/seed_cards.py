"""What Allteach itself asks the teams, where it has been quiet."""

from datetime import datetime

from sqlmodel import Session, select

from bot import outbox
from bot.cards import question_cards
from bot.domain import questions, seeds
from bot.domain.collaboratives import Collaborative
from bot.domain.seeds import Sprouting
from bot.domain.teams import Channel

WHY = "teams have shared nothing for ten days"


def plan(session: Session, collaborative: Collaborative, due: Sprouting, now: datetime) -> None:
    """Write the question, to be asked at that hour in the channel where teams share."""
    here = select(Channel).where(Channel.collaborative_id == collaborative.id, Channel.purpose == "share")
    asked = seeds.sow(session, collaborative, due.at)
    outbox.plan(
        session, "questions/seed", key=question_cards.key(asked), to=f"channel:{session.exec(here).one().id}",
        at=due.at, until=due.until, why=WHY, now=now, question=asked.id or 0,
    )  # fmt: skip


def take_down(session: Session, cycle_id: int | None, now: datetime) -> None:
    """The words of a cycle go from what was asked about it."""
    for asked in seeds.about_cycle(session, cycle_id):
        questions.purge(session, asked, now)
        outbox.recall(session, question_cards.key(asked), now)
