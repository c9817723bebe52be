"""Teams' turns to be scored follow the calendar and the rhythm: what isn't a period any more is asked of nobody."""

from sqlmodel import Session, col, select

from bot import outbox
from bot.cards import score_cards
from bot.domain import score_periods, scores
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import asking


def follow(session: Session, collaborative: Collaborative, kit: Kit) -> None:
    """Turns of before get the days that their periods have now, and what was to be said of others isn't."""
    periods = score_periods.of(session, collaborative, kit.now())
    scores.move(session, collaborative.id or 0, periods)
    for turn in scores.drop(session, collaborative.id or 0, [one.name for one in periods]):
        asking.settle(session, kit, ("scores.own",), turn, by=None)
    near = [one.name for one in periods if score_periods.is_near(collaborative, one, kit.now())]
    for key in _waiting(session, collaborative):
        if score_cards.period_of(key) not in near:
            outbox.unplan(session, key)


def _waiting(session: Session, collaborative: Collaborative) -> list[str]:
    theirs = select(Letter.key).where(
        col(Letter.key).startswith(f"scores:{collaborative.id}:"), Letter.message == "scores/due",
        col(Letter.state) == outbox.PENDING,
    )  # fmt: skip
    return list(session.exec(theirs))
