"""What teams said at a call that they will do, by when, and the test that came of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain.minutes import Minutes
from bot.domain.pdsa import Cycle
from bot.errors import FieldError

MOST, MOST_WORDS = 12, 300  # in the minutes of one date, and characters of each


class Commitment(SQLModel, table=True):
    """“By next Tuesday we will …”, of one team."""

    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutes.id", index=True)
    row: int  # of the form they are written in
    team_id: int = Field(foreign_key="team.id")
    words: str
    due: date
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")


class Promise(SQLModel):
    """One as the form has it."""

    row: int
    team: int
    words: str = Field(max_length=MOST_WORDS)
    due: date


def read(typed: Mapping[str, Any], teams: set[int], since: date) -> list[Promise]:
    """Those that stand in the form. Raises FieldError where one has no team of these, no day or no words."""
    return [found for row in range(1, MOST + 1) if (found := _promise(typed, row, teams, since))]


def of(session: Session, minutes: Minutes | None) -> list[Commitment]:
    """Those of a date, in the order of the form."""
    if minutes is None:
        return []
    theirs = select(Commitment).where(Commitment.minutes_id == minutes.id)
    return list(session.exec(theirs.order_by(col(Commitment.row))))


def write(session: Session, minutes: Minutes, promised: list[Promise]) -> None:
    """From now on these are what was promised; a test that came of one stays tied to it, whichever row it stands in."""
    before = of(session, minutes)
    stays = _those_that_stay(before, promised)
    for told in promised:
        one = stays.get(told.row) or Commitment(
            minutes_id=minutes.id or 0, row=told.row, team_id=told.team, words=told.words, due=told.due
        )
        one.row, one.words, one.due = told.row, told.words, told.due
        session.add(one)
    kept = {one.id for one in stays.values()}
    for one in before:
        if one.id not in kept:
            session.delete(one)
    session.flush()


def purge(session: Session, minutes: Minutes) -> None:
    """Remove them for good; tests that came of them have words of their own."""
    for one in of(session, minutes):
        session.delete(one)


def cycle_of(session: Session, one: Commitment) -> Cycle | None:
    """The test that came of it, while there is one."""
    cycle = session.get(Cycle, one.cycle_id) if one.cycle_id else None
    return cycle if cycle and not (cycle.deleted_at or cycle.purged_at) else None


def _those_that_stay(before: list[Commitment], promised: list[Promise]) -> dict[int, Commitment]:
    """What stood there before, by the row it has now: known by its words, else by where it stood, of the same team."""
    left, stays = [*before], dict[int, Commitment]()
    for is_same in (_has_the_words, _stood_there):
        for told in promised:
            one = next((one for one in left if told.row not in stays and is_same(one, told)), None)
            if one:
                stays[told.row] = one
                left.remove(one)
    return stays


def _has_the_words(one: Commitment, told: Promise) -> bool:
    return (one.team_id, one.words) == (told.team, told.words)


def _stood_there(one: Commitment, told: Promise) -> bool:
    return (one.team_id, one.row) == (told.team, told.row)


def _promise(typed: Mapping[str, Any], row: int, teams: set[int], since: date) -> Promise | None:
    words, team, due = (str(typed.get(f"{name}_{row}") or "") for name in ("words", "team", "due"))
    if not words:
        if team:
            raise FieldError(f"words_{row}", "Please write what they will do, or leave the team out.")
        return None
    if not team.isdecimal() or int(team) not in teams:
        raise FieldError(f"team_{row}", "Please choose whose commitment it is.")
    if not due or date.fromisoformat(due) < since:
        raise FieldError(f"due_{row}", "Please choose a day after the call.")
    if len(words) > MOST_WORDS:
        raise FieldError(f"words_{row}", f"At most {MOST_WORDS} characters fit here. Please shorten it.")
    return Promise(row=row, team=int(team), words=words, due=date.fromisoformat(due))
