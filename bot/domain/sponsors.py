"""The senior-leader one-pager: what a team asks of its sponsor, once a month, and what the sponsor answers."""

from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain import seats
from bot.domain.checkins import TEAM, CheckIn, CheckInAnswer
from bot.domain.pdsa import Cycle, alive
from bot.domain.people import Person
from bot.domain.teams import Team

ANSWERS = {"remove": "I'll remove it", "talk": "Let's talk about it", "cannot": "I can't change this"}
MOST = 200  # characters of one line
MOST_OFFERED = 8
WRITTEN = ("problems", "learned")  # of a cycle that was given up
LATELY = timedelta(days=70)  # what stood in the way before that is no news


class OnePager(SQLModel, table=True):
    """A team's page of one month; purged, only that there was one is left."""

    __table_args__ = (UniqueConstraint("team_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    period: date
    barrier: str = ""  # what the sponsor could remove; empty where nothing stands in the way
    source: str = Field(default="", index=True)  # where these words were written first: "checkin:3", "cycle:7"
    person_id: int = Field(foreign_key="person.id")  # who wrote it last
    version: int = 0
    at: datetime
    sent_to: int | None = Field(default=None, foreign_key="person.id")
    sent_at: datetime | None = None
    answer: str = ""  # one of ANSWERS
    answer_words: str = ""
    answered_by: int | None = Field(default=None, foreign_key="person.id")  # the sponsor, or who noted it for them
    answered_at: datetime | None = None
    noted: bool = False  # the answer was told to somebody of the team, who noted it
    purged_at: datetime | None = None


def of_period(session: Session, team_id: int | None, period: date) -> OnePager | None:
    """The team's page of a month; None before somebody makes it."""
    return session.exec(select(OnePager).where(OnePager.team_id == team_id, OnePager.period == period)).first()


def before(session: Session, team_id: int | None, period: date) -> OnePager | None:
    """The newest page of an earlier month that asked for something."""
    earlier = select(OnePager).where(OnePager.team_id == team_id, OnePager.period < period, OnePager.barrier != "")
    return session.exec(earlier.order_by(col(OnePager.period).desc()).limit(1)).first()


def since(session: Session, team_id: int | None, period: date = date.min) -> list[OnePager]:
    """The team's pages of that month and of later ones, or all of them."""
    return list(session.exec(select(OnePager).where(OnePager.team_id == team_id, OnePager.period >= period)))


def write(session: Session, team: Team, period: date, barrier: str, source: str, *, by: int, now: datetime) -> OnePager:
    """The page asks for this from now on; what is answered keeps its question."""
    found = of_period(session, team.id, period) or OnePager(team_id=team.id or 0, period=period, person_id=by, at=now)
    if not found.answer:
        found.barrier, found.source, found.purged_at = barrier, source, None
    found.person_id, found.at, found.version = by, now, found.version + 1
    session.add(found)
    session.flush()
    return found


def send(session: Session, page: OnePager, sponsor: int, now: datetime) -> None:
    """It goes to the sponsor."""
    page.sent_to, page.sent_at = sponsor, now
    session.add(page)


def answer(session: Session, page: OnePager, said: str, words: str, *, by: int, noted: bool, now: datetime) -> bool:
    """What the sponsor says; a later answer takes the place of an earlier one. Whether that changed anything."""
    if (page.answer, page.answer_words, page.noted) == (said, words, noted):
        return False
    page.answer, page.answer_words, page.noted = said, words, noted
    page.answered_by, page.answered_at = by, now
    session.add(page)
    return True


def purge(session: Session, page: OnePager, now: datetime) -> None:
    """Remove what it asked for, and with it what was answered, for good; it may be made anew."""
    page.barrier = page.source = page.answer = page.answer_words = ""
    page.sent_to, page.sent_at, page.answered_by, page.answered_at, page.noted = None, None, None, None, False
    page.version, page.purged_at = page.version + 1, now
    session.add(page)


def copies(session: Session, source: str) -> list[OnePager]:
    """The pages that repeat what was first written there."""
    return list(session.exec(select(OnePager).where(OnePager.source == source)))


def leaders(session: Session, team: Team) -> list[Person]:
    """The team's senior leaders who are in Slack, whoever is longest in it first."""
    return [person for person, place in seats.places(session, team) if "senior_leader" in place.roles]


def offered(session: Session, team: Team, now: datetime) -> dict[str, str]:
    """What stood in the way lately: where it was written → the words in one line, the last check-in's first.

    Of tests only those that were given up tell of a barrier; what helped is none.
    """
    told = select(CheckInAnswer).join(CheckIn).where(
        CheckIn.team_id == team.id, CheckInAnswer.readers == TEAM, CheckInAnswer.in_the_way != "",
        CheckInAnswer.answered_at > now - LATELY,
    )  # fmt: skip
    last = session.exec(told.order_by(col(CheckIn.opens).desc()).limit(1)).first()
    found = {f"checkin:{last.check_in_id}": last.in_the_way} if last else {}
    given_up = select(Cycle).where(
        Cycle.team_id == team.id, alive(), col(Cycle.learned_at) > now - LATELY, Cycle.decision == "abandon"
    )
    for cycle in session.exec(given_up.order_by(col(Cycle.number).desc())):
        found |= {f"cycle:{cycle.id}.{name}": words for name in WRITTEN if (words := getattr(cycle, name))}
    return {key: line(words) for key, words in [*found.items()][:MOST_OFFERED]}


def source(key: str) -> str:
    """Where offered words were written, without the box: "cycle:7"."""
    return key.partition(".")[0]


def line(words: str) -> str:
    """The same words as one line, as long as a page has room for."""
    told = " ".join(words.split())
    return told if len(told) <= MOST else f"{told[: MOST - 1].rstrip()}…"
