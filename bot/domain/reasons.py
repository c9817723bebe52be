"""What there is to ask a team for, as the record tells it: each kind knows its occasions, whom they are for, and when.

The kinds stand in the order in which they are useful to whoever has little time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select

from bot import times
from bot.domain import asks, checkin_asks, pdsa_asks, poll_asks, rsvp_asks, score_asks, submission_asks
from bot.domain.asks import Ask
from bot.domain.checkins import CheckIn
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import DO, PLAN, Cycle
from bot.domain.people import Membership, Person
from bot.domain.rsvps import Invited
from bot.domain.scores import Scoring
from bot.domain.submissions import Submission
from bot.domain.teams import GONE, Team
from bot.statements import query


@dataclass(frozen=True)
class Reason:
    """Why somebody may be asked: whom to try in which order, and from which day on where they are.

    Nobody is in `whom` before the launch, or while the team isn't in the collaborative.
    """

    key: str
    kind: str
    team: int
    subject: int
    whom: tuple[int, ...]
    on: date
    since: datetime  # an hour of theirs before this moment had nothing to ask yet
    until: date | None = None  # the day of the team from which on it is of no use any more
    ends: datetime | None = None  # the moment of which the same holds
    days: tuple[date, ...] = ()  # on which it is put unasked, where they are fixed; the last one is the deputy's


@dataclass(frozen=True)
class Kind:
    """One sort of ask; its words are in `templates/asks/_<name>.j2`, with the dot as an underscore."""

    name: str
    found: Callable[[Session, date], list[tuple[str, int]]]  # the occasions up to a day, and their rows
    reason: Callable[[Session, int], Reason | None]  # what a row asks for as it stands now
    alive: Callable[[Session, int], bool]  # an ask about a living row ends because somebody did it
    asks: Callable[[Session, int], str]  # what is asked, to end a coordinator's sentence
    facts: Callable[[Session, int], dict[str, Any]]  # what its words print; nothing where the row is gone
    why: str  # to end the same coordinator's sentence
    owner: Callable[[Session, int], int | None]  # whose it is before anybody else's
    yours: str  # why its owner is asked
    theirs: str  # what its owner is called to others
    most: int = 1  # times that it may be put unasked
    again: int = 0  # working days until the second time


@query
def _here(collaborative: int, team: int | None, first: int | None) -> Select[int, int | None]:
    """The people of a team and that person, and which team each is there for, whoever is longest in it first."""
    people = select(Membership.person_id, Membership.team_id).join(Person).where(
        Membership.collaborative_id == collaborative,
        or_(Membership.team_id == team, Membership.person_id == first),
        col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    return people.order_by(col(Membership.id))


def coming(session: Session, by: date) -> Iterator[Reason]:
    """The reasons that come up until that day and aren't done with."""
    found = [(kind, key, row) for kind in KINDS.values() for key, row in kind.found(session, by)]
    closed = asks.closed(session, [key for _, key, _ in found])
    for kind, key, row in found:
        reason = kind.reason(session, row) if key not in closed else None
        if reason:
            yield reason


def of(session: Session, ask: Ask) -> Reason | None:
    """The reason of an ask, while it stands."""
    reason = KINDS[ask.kind].reason(session, ask.subject)
    return reason if reason and reason.key == ask.key else None


def whom(session: Session, team: Team, first: int | None) -> tuple[int, ...]:
    """That person, then the deputy, as far as they are here and Slack knows them; else whoever is longest in the team.

    Nobody before the launch, or where the team isn't in the collaborative any more.
    """
    launched = session.get_one(Collaborative, team.collaborative_id).launched_at
    if not launched or team.status in GONE:
        return ()
    people = _here(session, team.collaborative_id, team.id, first).all()
    asked = [person for person, _ in people if person == first][:1]
    members = [person for person, of in people if of == team.id]
    deputy = [person for person in members if person == team.deputy_id and person not in asked]
    return (*asked, *deputy) or tuple(members[:1])


def _due(session: Session, row: int) -> Reason | None:
    cycle = session.get(Cycle, row)
    if cycle is None or cycle.stage != PLAN or not pdsa_asks.is_alive(session, row):
        return None
    return _about(session, cycle, "pdsa.due", pdsa_asks.due_key(cycle), cycle.due, cycle.started_at)


def _unstudied(session: Session, row: int) -> Reason | None:
    cycle = session.get(Cycle, row)
    if cycle is None or cycle.stage != DO or cycle.ran_at is None or not pdsa_asks.is_alive(session, row):
        return None
    ran_on = times.local_day(cycle.ran_at, session.get_one(Team, cycle.team_id).timezone)
    on = ran_on + pdsa_asks.UNSTUDIED_FROM
    return _about(session, cycle, "pdsa.study", pdsa_asks.study_key(cycle), on, cycle.ran_at)


def _about(session: Session, cycle: Cycle, kind: str, key: str, on: date, since: datetime) -> Reason:
    asked = whom(session, session.get_one(Team, cycle.team_id), cycle.owner_id)
    return Reason(key, kind, cycle.team_id, cycle.id or 0, asked, on, since)


def _check_in(session: Session, row: int) -> Reason | None:
    check_in = session.get(CheckIn, row)
    if check_in is None or checkin_asks.is_answered(session, row):
        return None
    team = session.get_one(Team, check_in.team_id)
    first, since = checkin_asks.first_day(session, check_in, team), times.at(check_in.day, time(0), team.timezone)
    asked = whom(session, team, checkin_asks.lead(session, row))
    return Reason(checkin_asks.key(row), "checkin", team.id or 0, row, asked, first, since, until=check_in.closes)


def _numbers(session: Session, row: int) -> Reason | None:
    submission = session.get(Submission, row)
    if submission is None or submission_asks.is_answered(session, row):
        return None
    team = session.get_one(Team, submission.team_id)
    days = submission_asks.days(session, submission)
    asked = whom(session, team, submission_asks.lead(session, row))
    return Reason(
        submission_asks.key(submission), "measures.due", team.id or 0, row, asked, days[0],
        submission_asks.since(session, submission, days[0]), until=submission.due + submission_asks.OVER, days=days,
    )  # fmt: skip


def _rsvp(session: Session, row: int) -> Reason | None:
    invited = session.get(Invited, row)  # in our hands, so that what follows doesn't read it again
    date = rsvp_asks.meeting(session, row)
    if invited is None or date is None or rsvp_asks.is_answered(session, row):
        return None
    team = session.get_one(Team, invited.team_id)
    days, since = rsvp_asks.days(session, date, team), rsvp_asks.since(session, date, team)
    asked = whom(session, team, rsvp_asks.lead(session, row))
    key = rsvp_asks.key(row, date.version)
    return Reason(key, "calls.rsvp", team.id or 0, row, asked, days[0], since, ends=date.starts, days=days)


def _poll(session: Session, row: int) -> Reason | None:
    asked, when = poll_asks.poll(session, row), poll_asks.when(session, row)
    if asked is None or when is None or poll_asks.is_answered(session, row):
        return None
    team, (on, since) = poll_asks.team(session, row), when
    whom_to_ask = whom(session, team, poll_asks.lead(session, row))
    return Reason(poll_asks.key(row), "polls.answer", team.id or 0, row, whom_to_ask, on, since, ends=asked.closes)


def _score(session: Session, row: int) -> Reason | None:
    turn = session.get(Scoring, row)
    if turn is None or score_asks.is_answered(session, row):
        return None
    team = session.get_one(Team, turn.team_id)
    asked, since = whom(session, team, score_asks.lead(session, row)), times.at(turn.opens, time(0), team.timezone)
    return Reason(score_asks.key(turn), "scores.own", team.id or 0, row, asked, turn.opens, since, until=turn.closes)


KINDS: Mapping[str, Kind] = {
    "checkin": Kind(
        name="How it goes",
        found=checkin_asks.found,
        reason=_check_in,
        alive=checkin_asks.is_answered,
        asks=checkin_asks.words,
        facts=checkin_asks.facts,
        why="the team's check-in waits for an answer",
        owner=checkin_asks.lead,
        yours="you lead the team",
        theirs="its lead",
        most=2,
        again=2,
    ),
    "measures.due": Kind(
        name="The month's numbers",
        found=submission_asks.found,
        reason=_numbers,
        alive=submission_asks.is_answered,
        asks=submission_asks.words,
        facts=submission_asks.facts,
        why="the month's numbers are asked for a week before they are due, the day before and two working days after",
        owner=submission_asks.lead,
        yours="your team's numbers are yours to send",
        theirs="whoever sends its numbers",
        most=3,
    ),
    "calls.rsvp": Kind(
        name="Who comes to a call or session",
        found=rsvp_asks.found,
        reason=_rsvp,
        alive=rsvp_asks.is_answered,
        asks=rsvp_asks.words,
        facts=rsvp_asks.facts,
        why="a call or session comes up, and nobody of the team has said whether they're coming",
        owner=rsvp_asks.lead,
        yours="you lead the team",
        theirs="its lead",
        most=2,
    ),
    "polls.answer": Kind(
        name="Which times suit",
        found=poll_asks.found,
        reason=_poll,
        alive=poll_asks.is_answered,
        asks=poll_asks.words,
        facts=poll_asks.facts,
        why="a time is being found, answers are taken not much longer, and nobody of the team has answered",
        owner=poll_asks.lead,
        yours="you lead the team",
        theirs="its lead",
    ),
    "scores.own": Kind(
        name="How far a team has come",
        found=score_asks.found,
        reason=_score,
        alive=score_asks.is_answered,
        asks=score_asks.words,
        facts=score_asks.facts,
        why="a period ends, and the team hasn't scored itself on the IHI scale yet",
        owner=score_asks.lead,
        yours="you lead the team",
        theirs="its lead",
        most=2,
        again=5,
    ),
    "pdsa.due": Kind(
        name="What happened with a cycle",
        found=pdsa_asks.due,
        reason=_due,
        alive=pdsa_asks.is_alive,
        asks=lambda session, row: f"what happened with cycle {pdsa_asks.number(session, row)}",
        facts=pdsa_asks.facts,
        why="its test is to have run by then",
        owner=pdsa_asks.owner,
        yours="you own the test",
        theirs="its owner",
    ),
    "pdsa.study": Kind(
        name="What a cycle taught",
        found=pdsa_asks.unstudied,
        reason=_unstudied,
        alive=pdsa_asks.is_alive,
        asks=lambda session, row: f"what cycle {pdsa_asks.number(session, row)} taught",
        facts=pdsa_asks.facts,
        why="the test ran more than a week ago",
        owner=pdsa_asks.owner,
        yours="you own the test",
        theirs="its owner",
        most=2,
        again=5,
    ),
}
CYCLES = ("pdsa.due", "pdsa.study")  # the kinds whose rows are cycles
