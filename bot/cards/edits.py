"""Which messages of many were said already or taken back: edits hurry nothing that waits, and what returns is said."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete, select

from bot.outbox import RECALLED, Letter


def said(session: Session, keys: Iterable[str]) -> list[str]:
    """Those of these keys that stand in Slack."""
    there = select(Letter.key).where(col(Letter.key).in_([*keys]), col(Letter.ts).is_not(None))
    return list(session.exec(there.order_by(Letter.key)))


def anew(session: Session, keys: Iterable[str]) -> None:
    """What was taken back under these keys may be said once more: somebody wrote it again."""
    gone = col(Letter.recall) & (col(Letter.state) == RECALLED)
    session.exec(delete(Letter).where(col(Letter.key).in_([*keys]), gone))
