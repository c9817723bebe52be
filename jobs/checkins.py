"""Check-ins: each team's card is written two days ahead, moved as things change, and shown anew as its work answers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import ColumnElement, String, cast, literal
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import outbox, uptime
from bot.cards import checkin_cards
from bot.domain import checkin_plans, checkins
from bot.domain.activity import Act
from bot.domain.checkin_plans import Planned
from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.kit import Kit
from bot.outbox import Letter
from bot.statements import query

AHEAD = timedelta(hours=48)
A_DAY = timedelta(days=1)
TO_DECIDE = timedelta(minutes=10)  # that somebody has to say whom to tell; then it is the team's, as the form says
Written = Mapping[tuple[int, date], tuple[CheckIn, Letter | None, int | None]]  # by team and the day it opens
NOTHING = (None, None, None)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", seconds=30, args=[kit], id="checkins.plan")
    scheduler.add_job(freshen, "interval", seconds=30, args=[kit], id="checkins.freshen")


def plan(kit: Kit) -> None:
    """Write the cards of the next two days, and take back those there is no reason for any more."""
    now = kit.now()
    with kit.store.reading() as session:
        coming = _coming(session, now)
        written = _written(session, coming, now)
        behind = any(_is_to_plan(one, written, now) for one in coming) or _stale(coming, written, now)
    if behind:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    now = kit.now()
    coming = _coming(session, now)
    written = _written(session, coming, now)
    for check_in in _stale(coming, written, now):
        outbox.unplan(session, checkin_cards.key(check_in))
        session.delete(check_in)
    for one in coming:
        if not _is_to_plan(one, written, now):
            continue
        check_in = _row(session, one, written)
        if one.settings.where == "dm" and one.until > now:
            outbox.unplan(session, checkin_cards.key(check_in))
        else:
            _owe(session, one, check_in, now)


def freshen(kit: Kit) -> None:
    """Show anew what the team's work has answered, and what its writer left without saying whom to tell."""
    now = kit.now()
    with kit.store.reading() as session:
        stale = _answered_by_work(session, now) or checkins.undecided(session, now - TO_DECIDE)
    if not stale:
        return
    with kit.store.transaction() as session:
        for told in checkins.undecided(session, now - TO_DECIDE):
            checkins.read_by(session, told, checkins.TEAM)
            checkin_cards.show(session, session.get_one(CheckIn, told.check_in_id), now)
        for check_in in _answered_by_work(session, now):
            checkin_cards.show(session, check_in, now)


def _coming(session: Session, now: datetime) -> list[Planned]:
    """What is to come, and what nobody was asked because we were away for all of its time."""
    swallowed = (
        one
        for since, until in uptime.away(session, now - A_DAY, now)  # of late: what lay in an earlier one is written
        for one in checkin_plans.passed(session, max(since, now - uptime.KEPT_FOR), until)
    )
    return [*checkin_plans.coming(session, now, AHEAD), *swallowed]


def _written(session: Session, coming: Iterable[Planned], now: datetime) -> Written:
    """The check-ins whose time isn't over, or that are looked for, with their cards' letters and answers' rows."""
    since = min((now.date() - A_DAY, *(one.period.closes for one in coming)))
    return {(row.team_id, row.opens): (row, letter, answer) for row, letter, answer in _open_since(session, since)}


def _is_to_plan(one: Planned, written: Written, now: datetime) -> bool:
    """Whether it isn't written yet, or waits otherwise than it should; what was said, or held back, stays as it is."""
    found, letter, answer = written.get((one.team.id or 0, one.period.opens), NOTHING)
    if found is None:
        return True
    if letter is None and one.until <= now:
        return answer is None and found.where == "dm"
    if letter is None:
        return found.day > now.date() and _facts(found) != _wanted(one)
    if not outbox.waits(letter) or letter.version != 1:
        return False
    return _facts(found) != _wanted(one) or letter.planned_for != one.at or letter.expires != one.until


def _stale(coming: Iterable[Planned], written: Written, now: datetime) -> list[CheckIn]:
    """Check-ins that nobody was asked yet, and that are not to come any more: paused, given up, or otherwise set."""
    wanted = {(one.team.id, one.period.opens) for one in coming}
    return [
        check_in
        for occasion, (check_in, letter, answer) in written.items()
        if occasion not in wanted and answer is None and _waits(check_in, letter, now)
    ]


def _waits(check_in: CheckIn, letter: Letter | None, now: datetime) -> bool:
    if letter is None:
        return check_in.day > now.date()
    in_time = letter.expires is None or letter.expires > now  # the sender says what became of those that aren't
    return outbox.waits(letter) and letter.version == 1 and in_time


def _row(session: Session, one: Planned, written: Written) -> CheckIn:
    """The check-in's row, as things are now."""
    found, _, _ = written.get((one.team.id or 0, one.period.opens), NOTHING)
    asked, period = one.settings, one.period
    row = found or CheckIn(
        team_id=one.team.id or 0, since=period.since, opens=period.opens, closes=period.closes, day=one.day,
        every=asked.every, where=asked.where, questions=list(asked.questions),
    )  # fmt: skip
    for name, value in _wanted(one).items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def _owe(session: Session, one: Planned, check_in: CheckIn, now: datetime) -> None:
    """Its card, which is too late already where we were away: then it only tells whom nobody asked."""
    key = checkin_cards.key(check_in)
    outbox.plan(
        session, "checkins/card", key=key, to=f"team:{one.team.id}", at=one.at, until=one.until,
        why=checkin_cards.WHY, now=now, checkin=check_in.id or 0, team=check_in.team_id,
    )  # fmt: skip
    letter = outbox.of_key(session, key) if one.until <= now else None
    if letter:
        lead = checkins.addressee(session, one.team) if one.settings.where == "dm" else None
        letter.to = f"person:{lead.id}" if lead else letter.to
        outbox.expire(letter, now)


def _wanted(one: Planned) -> dict[str, object]:
    asked = one.settings
    return {
        "since": one.period.since, "closes": one.period.closes, "day": one.day, "every": asked.every,
        "where": asked.where, "questions": list(asked.questions),
    }  # fmt: skip


def _facts(row: CheckIn) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("since", "closes", "day", "every", "where", "questions")}


def _answered_by_work(session: Session, now: datetime) -> list[CheckIn]:
    """Check-ins without an answer whose team moved a cycle since the card was said."""
    return list(_worked_since(session, now.date() - A_DAY))


def _is_its_card() -> ColumnElement[bool]:
    """The same occasion as `checkin_cards.key`."""
    return col(Letter.key) == literal("checkin:") + cast(col(CheckIn.id), String)


@query
def _open_since(day: date) -> Select[CheckIn, Letter, int | None]:
    return (
        select(CheckIn, Letter, col(CheckInAnswer.id))
        .outerjoin(Letter, _is_its_card())
        .outerjoin(CheckInAnswer, col(CheckInAnswer.check_in_id) == col(CheckIn.id))
        .where(col(CheckIn.closes) >= day)
    )


@query
def _worked_since(day: date) -> SelectOfScalar[CheckIn]:
    since = select(Act.id).where(Act.team_id == CheckIn.team_id, Act.at > Letter.due, col(Act.kind).startswith("pdsa."))
    cards = (
        select(CheckIn)
        .join(Letter, _is_its_card())
        .outerjoin(CheckInAnswer)
        .where(col(CheckIn.closes) >= day, col(CheckInAnswer.id).is_(None), col(Letter.ts).is_not(None), since.exists())
    )
    return cards.order_by(col(CheckIn.id))
