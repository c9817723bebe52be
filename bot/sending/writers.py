"""Whose turn it is to write: one at a time, or on PostgreSQL several who keep out of each other's way."""

import threading
from collections import deque

from sqlalchemy import text
from sqlmodel import Session

ALONE = text("SELECT pg_advisory_xact_lock(7105542)")
BESIDE_OTHERS = text("SELECT pg_advisory_xact_lock_shared(7105542)")
IF_NOBODY_HAS = text("SELECT pg_try_advisory_xact_lock(7105543, hashtext(:what))")


class Turns:
    """A lock that goes to whoever has waited longest: a busy sender doesn't keep a person's form waiting."""

    def __init__(self) -> None:
        self._line: deque[threading.Lock] = deque()  # each waits at its own; the first one holds the turn
        self._guard = threading.Lock()

    def __len__(self) -> int:
        """How many hold it or wait for it."""
        return len(self._line)

    def take(self, patience: float) -> bool:
        """Wait for one's turn; False where it didn't come within `patience` seconds."""
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._line.append(mine)
            if self._line[0] is mine:
                return True
        if mine.acquire(timeout=patience):
            return True
        with self._guard:
            if self._line[0] is mine:
                return True  # it came just now
            self._line.remove(mine)
            return False

    def give_back(self) -> None:
        """Let the next one go."""
        with self._guard:
            self._line.popleft()
            if self._line:
                self._line[0].release()


def is_shared(session: Session) -> bool:
    """Whether others may be at work beside this session of `sharing`."""
    return session.get_bind().dialect.name != "sqlite"


def takes(session: Session, what: str) -> bool:
    """Whether this is ours until the transaction ends; False where somebody who shares has it. Nobody waits here."""
    return not is_shared(session) or bool(session.connection().execute(IF_NOBODY_HAS, {"what": what}).scalar_one())
