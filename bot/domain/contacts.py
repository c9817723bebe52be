"""What somebody did about a team's alerts: called, spoke, asked; it holds for all that are open of the team."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import alerts
from bot.domain.alerts import Alert
from bot.domain.teams import Team
from bot.statements import query

FINE, HELP, PAUSE, LEAVE, NOBODY = "fine", "help", "pause", "leave", "nobody"
OUTCOMES = {
    FINE: "They're fine, just quiet", HELP: "They'd like help", PAUSE: "They need a pause",
    LEAVE: "They think of leaving", NOBODY: "I reached nobody",
}  # fmt: skip
CALL, SPOKE, ASKED, ANSWERED, LATE, PAUSED = "call", "spoke", "asked", "answered", "late", "paused"
ANSWERS = {FINE: "all good, just quiet", HELP: "stuck, please help", PAUSE: "we need a pause"}
LADDER = (  # working days since it was opened, or since somebody spoke with them → what to do next
    (15, "Next: the director writes to their senior leader, “what would make this possible?”"),
    (10, "Next: call them, and offer a buddy team, a shorter form or a data clinic."),
    (5, "Next: a personal message from their coach."),
    (0, "Next: ask the team lead how it goes; Ask them for me, at More to do, does it in your name."),
)
WAITING = "Next: their answer to the question; without one in five working days, a personal message from their coach."
CALLS_FOR_HELP = "Next: call them. They pressed that they're stuck and would like help."
AGREE = "Next: what you agreed on, or one next test to agree on. The call sheet keeps it."
AFTER = {  # a talk, what is next by its outcome
    FINE: "They say that they're fine: Not a worry closes this. If you leave it open, it ends when they are back.",
    HELP: AGREE,
    PAUSE: "Next: Pause the team, with the day on which they are back.",
    LEAVE: "Next: an exit talk, thanks for what they taught, and an open door: Leaving or completing.",
    "": AGREE,
}
SPARING = timedelta(weeks=4)  # between two questions to a team, whoever asks and about whichever alert
SETTLED = (FINE, LEAVE)  # no rung of the ladder follows on these
RESTS = 10  # working days after a talk, in which the ladder waits
LATELY = timedelta(days=14)  # the same in a row
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Outreach(SQLModel, table=True):
    """Somebody's contact with a team about an alert, and what came of it."""

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    what: str  # CALL, SPOKE, ASKED, ANSWERED, PAUSED; LATE: an answer that somebody's talk or question came before
    outcome: str = ""  # one of OUTCOMES; of an answer one of ANSWERS
    words: str = ""


def will_call(session: Session, alert: Alert, by: int, now: datetime) -> int | None:
    """Somebody calls the team; returns who said so before them, if it was somebody else."""
    before = alert.caller_id
    _look_after(session, alert, by)
    for one in (alert, *alerts.open_of(session, [alert.team_id])):
        one.sleeps_until = None
    if before != by or not any((one.what, one.person_id) == (CALL, by) for one in log(session, alert)):
        note(session, alert, by, CALL, now)
    return before if before != by else None


def spoke(session: Session, alert: Alert, by: int, outcome: str, words: str, now: datetime) -> int | None:
    """Somebody spoke with the team, or tried to; returns who had said they'd call, if somebody else now needn't."""
    before = alert.caller_id
    note(session, alert, by, SPOKE, now, outcome=outcome, words=words)
    if before and outcome == NOBODY:
        return None
    _look_after(session, alert, by)
    return before if before != by else None


def note(
    session: Session, alert: Alert, by: int, what: str, now: datetime, *, outcome: str = "", words: str = ""
) -> Outreach:
    """A contact of another kind: the team lead was asked in somebody's name, answered, or the team got a pause."""
    one = Outreach(alert_id=alert.id or 0, person_id=by, at=now, what=what, outcome=outcome, words=words)
    session.add_all([alert, one])
    session.flush()
    return one


def answer(
    session: Session, alert: Alert, by: int, outcome: str, asked: datetime | None, now: datetime
) -> Outreach:  # fmt: skip
    """What somebody of the team pressed to a question put then; it counts, unless something newer came before it.

    A cry for help counts whenever it comes.
    """
    newer = asked is not None and session.exec(_since(alert.team_id, asked).limit(1)).first() is not None
    return note(session, alert, by, LATE if newer and outcome != HELP else ANSWERED, now, outcome=outcome)


def follows_a_talk(session: Session, late: Outreach) -> bool:
    """Whether it was a talk that came before a late answer, and not a newer question."""
    alert = session.get_one(Alert, late.alert_id)
    before = _since(alert.team_id, alert.opened_at).where(Outreach.at <= late.at)
    newest_first = before.order_by(col(Outreach.at).desc(), col(Outreach.id).desc())
    newer = session.exec(newest_first.limit(1)).first()
    return newer is not None and newer.what == SPOKE


def is_known(session: Session, alert: Alert, by: int, outcome: str, asked: datetime) -> bool:
    """Whether the newest that a team said since a question is the same answer, by the same person."""
    answered = col(Outreach.what).in_((ANSWERED, LATE))
    talks = and_(col(Outreach.what) == SPOKE, col(Outreach.outcome) != NOBODY)
    since = select(Outreach).join(Alert).where(
        Alert.team_id == alert.team_id, Outreach.at >= asked, or_(answered, talks)
    )  # fmt: skip
    newest_first = since.order_by(col(Outreach.at).desc(), col(Outreach.id).desc())
    one = session.exec(newest_first.limit(1)).first()
    return one is not None and one.what != SPOKE and (one.outcome, one.person_id) == (outcome, by)


def asked_lately(session: Session, team: int, now: datetime) -> Outreach | None:
    """The newest question of the last weeks to a team, about any alert."""
    theirs = select(Outreach).join(Alert).where(
        Alert.team_id == team, Outreach.what == ASKED, Outreach.at > now - SPARING
    )  # fmt: skip
    return session.exec(theirs.order_by(col(Outreach.at).desc(), col(Outreach.id).desc())).first()


def log(session: Session, alert: Alert) -> list[Outreach]:
    """Every contact with its team while it was open, about whichever alert, in order."""
    return list(_log(session, alert.id, alert.team_id, alert.opened_at, alert.ended_at or NEVER))


def talk(told: Sequence[Outreach]) -> Outreach | None:
    """The newest of these in which the team said something."""
    return next((one for one in reversed(told) if _is_talk(one)), None)


def newest(told: Sequence[Outreach], what: str) -> Outreach | None:
    """The newest of these of a kind in which the team said something."""
    return talk([one for one in told if one.what == what])


def asks_for_help(one: Outreach) -> bool:
    """Whether somebody of the team pressed that they're stuck."""
    return (one.what, one.outcome) == (ANSWERED, HELP)


def last_talks(session: Session, team: int | None, most: int) -> list[Outreach]:
    """The newest talks with a team about any alert, of which more is known than that there was one; in order."""
    theirs = select(Outreach).join(Alert).where(
        Alert.team_id == team, Outreach.what == SPOKE, Outreach.outcome != NOBODY,
        or_(Outreach.words != "", Outreach.outcome != ""),
    )  # fmt: skip
    newest_first = theirs.order_by(col(Outreach.at).desc(), col(Outreach.id).desc()).limit(most)
    return [*session.exec(newest_first)][::-1]


def spoken_lately(session: Session, collaborative: int, now: datetime) -> set[int]:
    """The teams there with an open alert that somebody spoke with in the last days."""
    rows = select(Outreach, Alert.team_id).join(Alert).join(Team).where(
        Team.collaborative_id == collaborative, col(Alert.ended_at).is_(None), Outreach.at > now - LATELY,
        col(Outreach.what).in_((SPOKE, ANSWERED)),
    )  # fmt: skip
    in_order = session.exec(rows.order_by(col(Outreach.at), col(Outreach.id)))
    newest_of = {team: one for one, team in in_order if _is_talk(one)}
    return {team for team, one in newest_of.items() if not asks_for_help(one)}


def next_step(alert: Alert, told: Sequence[Outreach], zone: str, now: datetime) -> str:
    """What is next by now: what a talk came to, and where nothing followed on it the ladder again."""
    spoken, today = talk(told), times.local_day(now, zone)
    outcome = (spoken.outcome or (FINE if spoken.what == ANSWERED else "")) if spoken else ""
    days = _working_days(times.local_day(spoken.at if spoken else alert.opened_at, zone), today)
    if spoken and (outcome in SETTLED or days < RESTS):
        return CALLS_FOR_HELP if asks_for_help(spoken) else AFTER[outcome]
    asked = next((one for one in reversed(told) if one.what == ASKED or one is spoken), spoken)
    if asked and asked.what == ASKED and _working_days(times.local_day(asked.at, zone), today) < LADDER[-2][0]:
        return WAITING
    return next(words for after, words in LADDER if days >= after)


def suggested(alert: Alert, told: Sequence[Outreach]) -> str:
    """What is to be pressed next, as far as that is plain: call, spoke, calm; else empty."""
    spoken = talk(told)
    if spoken is None:
        return "spoke" if alert.caller_id else "call"
    return "call" if asks_for_help(spoken) else "calm" if spoken.outcome == FINE else ""


def purge(session: Session, alert: Alert) -> int | None:
    """Remove what people wrote about it; returns who wrote last, None where nobody wrote anything."""
    written = [one for one in log(session, alert) if one.words]
    author = alert.ended_by if alert.why else written[-1].person_id if written else None
    for one in written:
        one.words = ""
        session.add(one)
    alert.why = ""
    session.add(alert)
    return author


@query
def _log(alert: int | None, team: int, opened: datetime, ended: datetime) -> SelectOfScalar[Outreach]:
    meanwhile = and_(col(Alert.team_id) == team, col(Outreach.at) >= opened, col(Outreach.at) <= ended)
    theirs = select(Outreach).join(Alert).where(or_(Outreach.alert_id == alert, meanwhile))
    return theirs.order_by(col(Outreach.at), col(Outreach.id))


def _since(team: int, then: datetime) -> SelectOfScalar[Outreach]:
    """What somebody said to a team, or asked it, since then."""
    said = or_(col(Outreach.what) == ASKED, and_(col(Outreach.what) == SPOKE, col(Outreach.outcome) != NOBODY))
    return select(Outreach).join(Alert).where(Alert.team_id == team, Outreach.at > then, said)


def _look_after(session: Session, alert: Alert, by: int) -> None:
    for one in alerts.open_of(session, [alert.team_id]):
        one.caller_id = by
        session.add(one)


def _is_talk(one: Outreach) -> bool:
    return one.what in (SPOKE, ANSWERED) and one.outcome != NOBODY


def _working_days(first: date, last: date) -> int:
    return sum((first + timedelta(days=count)).weekday() < 5 for count in range(1, (last - first).days + 1))
