"""Alerts to faculty about a team: opened once for each reason, handled by a person, over when the team is back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlmodel import Field, Index, Session, SQLModel, col, func, select

from bot import times
from bot.domain import alert_rules, engagement, engagement_facts, engagement_scope
from bot.domain.activity import NOT_THEIRS, WeeklyActs, week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Facts, Signal
from bot.domain.teams import Team
from bot.errors import Gone
from bot.statements import index_of_some

BACK, CEASED, CALM, REST = "back", "ceased", "calm", "rest"  # the team is back, its reason went, no worry, a pause
OVER = {  # as whoever presses a button too late reads it
    BACK: "The team is back, so this alert is over", CALM: "Somebody found this no worry, so it is over",
    REST: "The team rests or has left, so this alert is over",
}  # fmt: skip
GAP = timedelta(days=14)  # after an alert ended by itself, before the same reason opens another one
MINUTES = timedelta(minutes=11)  # in which a team that is back is seen, before the hour's look at all teams
MOST = 1000  # characters of a note


class Alert(SQLModel, table=True):
    """One reason to look after one team; at most one is open for each."""

    __table_args__ = (
        index_of_some("alert_open", "team_id", "reason", unique=True, where="ended_at IS NULL"),
        Index("alert_by_end", "ended_at"),
        index_of_some("alert_untold", "opened_at", where="told_on IS NULL AND ended_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    reason: str
    opened_at: datetime
    told_on: date | None = None  # where the collaborative is; None as long as it waits for Monday
    told_to: int | None = Field(default=None, foreign_key="person.id")  # the coach, or who covers for them
    caller_id: int | None = Field(default=None, foreign_key="person.id")  # said they'll call
    sleeps_until: date | None = None
    ended_at: datetime | None = None
    ended_how: str = ""
    ended_by: int | None = Field(default=None, foreign_key="person.id")
    why: str = ""  # it is not a worry
    facts: str = ""  # why it was opened, in our own words
    is_over: bool = False  # the reason has ceased since somebody said that it's no worry


_NEWEST = select(func.max(Alert.id)).group_by(col(Alert.team_id), col(Alert.reason))  # none before it matters


class AlertLook(SQLModel, table=True):
    """When a collaborative's teams were last looked at, and the newest Monday whose alerts were told."""

    collaborative_id: int = Field(primary_key=True, foreign_key="collaborative.id")
    looked_at: datetime
    monday: date | None = None


def watch(session: Session, now: datetime) -> list[Alert]:
    """Open what has a reason by now and end what has none any more; returns what changed."""
    return watch_by(session, [*engagement_facts.of_all(session, now)], now)


def watch_by(session: Session, every: Iterable[Facts], now: datetime) -> list[Alert]:
    """The same by facts of all teams that are known already."""
    standing: dict[int, list[Alert]] = {}
    for one in session.exec(select(Alert).where(col(Alert.id).in_(_NEWEST))):
        standing.setdefault(one.team_id, []).append(one)
    changed = [alert for facts in every for alert in _of_team(session, facts, standing.pop(facts.team, []), now)]
    changed += [_ended(one, REST, now) for rest in standing.values() for one in rest if one.ended_at is None]
    session.add_all(changed)
    session.flush()
    return changed


def stirring(session: Session, now: datetime) -> list[Team]:
    """The teams with an open alert that did something in the last minutes."""
    lately = select(Alert.team_id).join(WeeklyActs, col(WeeklyActs.team_id) == col(Alert.team_id)).where(
        col(Alert.ended_at).is_(None), WeeklyActs.week == week_of(now), WeeklyActs.last_at > now - MINUTES,
        col(WeeklyActs.kind).not_in(NOT_THEIRS),
    )  # fmt: skip
    rows = set(session.exec(lately))
    return list(session.exec(select(Team).where(col(Team.id).in_(rows)))) if rows else []


def end_over(session: Session, facts: Mapping[int, Facts], now: datetime) -> list[Alert]:
    """End what these teams' facts have ended by now, and open nothing; returns what ended."""
    over = [(one, how) for one in open_of(session, facts) if (how := _ends_by(session, one, facts[one.team_id]))]
    ended = [_ended(one, how, now) for one, how in over]
    session.add_all(ended)
    session.flush()
    return ended


def look_again(session: Session, team: Team, now: datetime) -> list[Alert]:
    """The same at one team, as the hour's look does at all; returns what changed."""
    if not engagement_facts.goes_on(session.get_one(Collaborative, team.collaborative_id), now):
        return []
    facts = engagement_facts.of_team(session, team, now)
    newest = select(Alert).where(Alert.team_id == team.id, col(Alert.id).in_(_NEWEST))
    changed = _of_team(session, facts, list(session.exec(newest)), now)
    session.add_all(changed)
    session.flush()
    return changed


def still_open(session: Session, every: Iterable[Alert], facts: Mapping[int, Facts]) -> list[Alert]:
    """Those of them that the facts of their teams haven't ended by now, though no look has found that yet."""
    return [one for one in every if not _ends_by(session, one, facts[one.team_id])]


def get(session: Session, row: int) -> Alert:
    """An alert that is still open. Raises Gone where it isn't."""
    alert = session.get(Alert, row)
    if alert is None or alert.ended_at:
        raise Gone(f"{OVER.get(alert.ended_how if alert else '', 'This alert is over')}: nothing is left to do here.")
    return alert


def calm(session: Session, alert: Alert, by: int, why: str, now: datetime) -> None:
    """It is not a worry, and why; the same reason opens no other one before it has ceased."""
    alert.ended_by, alert.why = by, why
    session.add(_ended(alert, CALM, now))


def sleep(session: Session, alert: Alert, until: date) -> None:
    """Remind whoever asked on that day, of the team: whatever is open of it waits till then."""
    for one in (alert, *open_of(session, [alert.team_id])):
        one.sleeps_until = until
        session.add(one)


def thursday(today: date) -> date:
    """The next one after today."""
    return today + timedelta(days=(3 - today.weekday() - 1) % 7 + 1)


def open_of(session: Session, teams: Iterable[int]) -> list[Alert]:
    """Those that are open for these teams, the oldest first."""
    theirs = select(Alert).where(col(Alert.team_id).in_(teams), col(Alert.ended_at).is_(None))
    return list(session.exec(theirs.order_by(col(Alert.opened_at), col(Alert.id))))


def beside(session: Session, alert: Alert) -> list[Alert]:
    """Those of its team that were open while it was, over or not, itself among them: they tell the same contacts."""
    meanwhile = col(Alert.ended_at).is_(None) | (col(Alert.ended_at) >= alert.opened_at)
    theirs = select(Alert).where(Alert.team_id == alert.team_id, meanwhile)
    if alert.ended_at:
        theirs = theirs.where(Alert.opened_at <= alert.ended_at)
    return list(session.exec(theirs.order_by(col(Alert.id))))


def ranked(session: Session, waiting: Iterable[Alert], facts: Mapping[int, Facts]) -> list[Alert]:
    """Whom to call first, by the facts of their teams."""
    ranks = {team: alert_rules.rank(each, _judged(session, each)) for team, each in facts.items()}
    return sorted(waiting, key=lambda one: (ranks[one.team_id], one.opened_at, one.id))


def calmed(session: Session, teams: Iterable[int], most: int) -> list[Alert]:
    """The newest that somebody found no worry: they judge the rules."""
    theirs = select(Alert).where(col(Alert.team_id).in_(teams), Alert.ended_how == CALM)
    return list(session.exec(theirs.order_by(col(Alert.ended_at).desc(), col(Alert.id).desc()).limit(most)))


def end_all(session: Session, team: Team, now: datetime) -> list[Alert]:
    """The team has left, so nothing about it is open any more; returns what was."""
    ended = [_ended(one, REST, now) for one in open_of(session, [team.id or 0])]
    session.add_all(ended)
    return ended


def _judged(session: Session, facts: Facts) -> Signal:
    team = session.get_one(Team, facts.team)
    rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))
    return engagement.judged(facts, rules)


def _of_team(session: Session, facts: Facts, known: list[Alert], now: datetime) -> list[Alert]:
    team = session.get_one(Team, facts.team)
    here = session.get_one(Collaborative, team.collaborative_id)
    rules = engagement_scope.rules_of(here)
    signal = engagement.judged(facts, rules)
    holding = alert_rules.holding(facts, signal, rules)
    newest = {one.reason: one for one in known}
    changed = []
    for reason, one in newest.items():
        if one.ended_at is None and (how := _ends(one, facts, holding, team.timezone)):
            changed.append(_ended(one, how, now))
        elif one.sleeps_until and now >= times.at(one.sleeps_until, times.NINE, here.timezone):
            one.sleeps_until = None  # it comes again just now, and no more
            changed.append(one)
        elif one.ended_how == CALM and reason not in holding and not one.is_over:
            one.is_over = True
            session.add(one)
    for reason in sorted(holding):
        before = newest.get(reason)
        if before and before.ended_at and before.ended_how == REST and now - before.ended_at < GAP:
            before.ended_at, before.ended_how = None, ""  # it rested for a while, and what was done about it holds
            changed.append(before)
        elif before is None or (before.ended_at and _may_open_again(before, now)):
            why, caller = alert_rules.why(reason, facts, signal), _caller(known)
            changed.append(Alert(team_id=facts.team, reason=reason, opened_at=now, facts=why, caller_id=caller))
    return changed


def _caller(known: Iterable[Alert]) -> int | None:
    """Whoever looks after what is open of a team already looks after what comes to it."""
    return next((one.caller_id for one in known if one.ended_at is None and one.caller_id), None)


def _ends_by(session: Session, alert: Alert, facts: Facts) -> str:
    team = session.get_one(Team, facts.team)
    rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))
    return _ends(alert, facts, alert_rules.holding(facts, engagement.judged(facts, rules), rules), team.timezone)


def _ends(alert: Alert, facts: Facts, holding: frozenset[str], zone: str) -> str:
    """How an open alert ends by the facts of its team; empty where it goes on."""
    if facts.at_rest:
        return REST
    opened = times.local_day(alert.opened_at, zone)
    is_over = alert.reason not in holding and alert_rules.is_over(alert.reason, facts, opened)
    return _how(alert.reason, facts, opened, holding) if is_over else ""


def _how(reason: str, facts: Facts, opened_on: date, holding: frozenset[str]) -> str:
    """A team that reads and then falls silent isn't back, nor is somebody who left because that was a while ago."""
    kept_away = alert_rules.QUIET in holding or alert_rules.REASONS[reason].interrupts
    return BACK if alert_rules.is_back(facts, opened_on) and not kept_away else CEASED


def _may_open_again(before: Alert, now: datetime) -> bool:
    if before.ended_how == CALM:
        return before.is_over
    return before.ended_at is not None and now - before.ended_at >= GAP


def _ended(alert: Alert, how: str, now: datetime) -> Alert:
    alert.ended_at, alert.ended_how = now, how
    return alert
