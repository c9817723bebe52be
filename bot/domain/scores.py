"""Scores on the IHI scale: what a team says of itself, and what faculty say of it, once in each period."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import score_periods
from bot.domain.collaboratives import Collaborative
from bot.domain.score_periods import Period
from bot.domain.teams import Team
from bot.statements import query

OWN, FACULTY = "own", "faculty"
MOST = 500  # characters of what somebody writes beside a score
EVER = datetime.min.replace(tzinfo=UTC)


class Scoring(SQLModel, table=True):
    """One team's turn to be scored."""

    __table_args__ = (UniqueConstraint("team_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    period: str  # "ap1", "2026-02"
    opens: date = Field(index=True)
    closes: date

    @property
    def last(self) -> date:
        """The last day of what is scored."""
        return self.closes - score_periods.AFTER


class Score(SQLModel, table=True):
    """What somebody scored; the newest of its side counts, and those before it stay."""

    id: int | None = Field(default=None, primary_key=True)
    scoring_id: int = Field(foreign_key="scoring.id", index=True)
    side: str  # OWN or FACULTY
    value: float
    person_id: int = Field(foreign_key="person.id")
    evidence: str = ""
    next_step: str = ""  # what faculty suggest
    at: datetime
    purged_at: datetime | None = None


Newest = Mapping[tuple[int, str], Score]  # by the turn's row and the side


def plan(session: Session, teams: Iterable[Team], period: Period) -> list[Scoring]:
    """These teams' turns; one that isn't written yet is, and one that has other days by now gets them."""
    rows = [team.id or 0 for team in teams]
    there = planned(session, rows, period.name)
    turns = [
        there.get(row) or Scoring(team_id=row, period=period.name, opens=period.opens, closes=period.closes)
        for row in rows
    ]
    for one in turns:
        one.opens, one.closes = period.opens, period.closes
    session.add_all(turns)
    session.flush()
    return turns


def planned(session: Session, teams: Iterable[int | None], period: str) -> dict[int, Scoring]:
    """By team the turn of a period that is written."""
    known = select(Scoring).where(col(Scoring.team_id).in_([*teams]), Scoring.period == period)
    return {one.team_id: one for one in session.exec(known)}


def move(session: Session, collaborative_id: int, periods: Iterable[Period]) -> None:
    """Turns that are written get the days that their periods have by now."""
    teams = select(Team.id).where(Team.collaborative_id == collaborative_id)
    for one in periods:
        others = or_(col(Scoring.opens) != one.opens, col(Scoring.closes) != one.closes)
        theirs = update(Scoring).where(col(Scoring.team_id).in_(teams), col(Scoring.period) == one.name, others)
        session.exec(theirs.values(opens=one.opens, closes=one.closes))


def drop(session: Session, collaborative_id: int, keep: Collection[str]) -> list[int]:
    """Turns of other periods that nobody has scored are none any more; returns their rows."""
    teams = select(Team.id).where(Team.collaborative_id == collaborative_id)
    others = (col(Scoring.team_id).in_(teams), col(Scoring.period).not_in(keep))
    rows = session.exec(select(Scoring).where(*others, col(Scoring.id).not_in(select(Score.scoring_id)))).all()
    for one in rows:
        session.delete(one)
    session.flush()
    return [one.id or 0 for one in rows]


def current(
    session: Session, here: Collaborative, teams: Iterable[int | None], today: date
) -> dict[int, Scoring]:  # fmt: skip
    """By team the turn that is on, was last, or was scored ahead of its time: where a team stands.

    One that is on goes before those of a rhythm that was given up.
    """
    known = or_(col(Scoring.opens) <= today, col(Scoring.id).in_(select(Score.scoring_id)))
    theirs = select(Scoring).where(col(Scoring.team_id).in_([*teams]), known)
    begun = list(session.exec(theirs.order_by(col(Scoring.opens), col(Scoring.id))))
    begun.sort(key=lambda one: today < one.closes and score_periods.is_of_rhythm(here, one.period))
    return {one.team_id: one for one in begun}


def to_give(session: Session, here: Collaborative, teams: Iterable[int | None], today: date) -> dict[int, Scoring]:
    """By team the turn that a score of today is about: the one that is on, else the next, else the last."""
    rows = [*teams]
    found = current(session, here, rows, today)
    coming = select(Scoring).where(col(Scoring.team_id).in_(rows), Scoring.opens > today)
    for one in session.exec(coming.order_by(col(Scoring.opens))):
        before = found.get(one.team_id)
        if (before is None or before.closes <= today) and score_periods.is_of_rhythm(here, one.period):
            found[one.team_id] = one
    return found


def is_in_time(score: Score | None, turn: Scoring) -> bool:
    """Whether there is a score, and of the time in which the turn is asked about: an early one is asked for again."""
    return score is not None and score.at.date() >= turn.opens - times.A_DAY  # it may be that day already in the east


def newest(session: Session, turns: Iterable[int | None]) -> Newest:
    """The scores that count, of these turns."""
    return {(one.scoring_id, one.side): one for one in _of_turns(session, [*turns])}


def last(session: Session, teams: Iterable[int | None], side: str) -> dict[int, tuple[Score, Scoring]]:
    """By team what this side scored last, whenever that was."""
    theirs = select(Score, Scoring).join(Scoring).where(col(Scoring.team_id).in_([*teams]), Score.side == side)
    return {turn.team_id: (one, turn) for one, turn in session.exec(theirs.order_by(col(Scoring.opens), col(Score.id)))}


def give(session: Session, score: Score) -> Score:
    """Keep a score beside those of before."""
    session.add(score)
    session.flush()
    return score


def trail(session: Session, team: Team) -> list[tuple[Scoring, dict[str, Score]]]:
    """Every turn of a team that somebody scored, the newest first, with what counts of each side."""
    rows = list(session.exec(select(Scoring).where(Scoring.team_id == team.id).order_by(col(Scoring.opens).desc())))
    found = newest(session, [one.id for one in rows])
    both = [(one, {side: told for side in (OWN, FACULTY) if (told := found.get((one.id or 0, side)))}) for one in rows]
    return [(turn, told) for turn, told in both if told]


def purge(session: Session, score: Score, now: datetime) -> None:
    """Remove the words for good, those of the same turn and side that were written before too; the scores stay."""
    same = select(Score).where(Score.scoring_id == score.scoring_id, Score.side == score.side)
    for one in session.exec(same):
        one.evidence = one.next_step = ""
        one.purged_at = now
        session.add(one)


def taken_down(session: Session, seen: Iterable[int], since: datetime) -> bool:
    """Whether words beside one of these scores were reported since, so that what a form still holds is none to keep."""
    reported = select(Score.id).where(
        col(Score.id).in_([*seen]), col(Score.purged_at).is_not(None), col(Score.purged_at) >= since
    )
    return session.exec(reported).first() is not None


def subject(turn: int, side: str) -> str:
    """What a form is about, so that half-written words are found again."""
    return f"score:{turn}:{side}"


@query
def _of_turns(turns: list[int | None]) -> SelectOfScalar[Score]:
    return select(Score).where(col(Score.scoring_id).in_(turns)).order_by(col(Score.id))
