"""How a team is still with us, as its page shows it: each number with the way to the acts behind it."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from bot import times
from bot.access import Actor
from bot.cards import score_cards
from bot.domain import (
    checkins,
    engagement,
    engagement_evidence,
    engagement_facts,
    engagement_priors,
    engagement_scope,
    engagement_terms,
    months,
    phases,
    rsvps,
)
from bot.domain.activity import NOT_THEIRS, WeeklyActs
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import CALLED, CAVEAT, Rules, Stream
from bot.domain.events import Event, Meeting
from bot.domain.expected import CALL, CHECKIN, DATA, EXCUSED, MET, MISSED, OPEN, UNKNOWN, Expected
from bot.domain.rsvps import Invited
from bot.domain.submissions import Submission
from bot.domain.teams import GONE, Team

Values = dict[str, Any]
NOUNS = {
    DATA: ("Monthly numbers", "months"),
    CALL: ("Calls and sessions", "calls"),
    CHECKIN: ("Check-ins", "check-ins"),
}
WORDS = {
    MET: "there", MISSED: "not there", EXCUSED: "not counted: a pause, a day off, or everybody away",
    UNKNOWN: "not known: nobody called the roll", OPEN: "still open",
}  # fmt: skip
CANCELED = "not counted: it was canceled"
OF_KIND = {  # what came of it, where it isn't that somebody was there
    (DATA, MET): "something came within a week of that day", (DATA, MISSED): "nothing within a week of that day",
    (CHECKIN, MET): "answered", (CHECKIN, MISSED): "not answered",
}  # fmt: skip
DONE = {
    "pdsa.started": "tests planned", "pdsa.ran": "tests run", "pdsa.learned": "tests learned from",
    "pdsa.decided": "tests decided", "data.filed": "numbers sent", "data.corrected": "numbers corrected",
    "data.discussed": "charts talked about", "checkin.answered": "check-ins answered", "idea.shared": "ideas shared",
    "idea.supported": "ideas added to", "idea.stolen": "ideas taken", "idea.adapted": "ideas adapted",
    "shoutout.given": "shout-outs given", "question.asked": "questions asked",
    "question.answered": "questions answered",
    "call.attended": "times somebody was at a call", "call.counted": "calls the team was at",
}  # fmt: skip
MOST, WEEKS = 30, 8  # due dates, and weeks of acts, in one window


def page(session: Session, team: Team, now: datetime) -> Values:
    """A team's page for its coach and faculty: level and why, reasons, each kind with its chance."""
    here = session.get_one(Collaborative, team.collaborative_id)
    rules, facts = engagement_scope.rules_of(here), engagement_facts.of_team(session, team, now)
    signal = engagement.judged(facts, rules)
    return {
        "team": team,
        "level": CALLED[signal.level],
        "because": engagement_evidence.because(facts, signal, rules),
        "reasons": "; ".join(signal.reasons),
        "standing": ", ".join(engagement_terms.standing(facts, rules)) or "none of these",
        "signs": "; ".join(engagement_terms.signs(facts, rules)),
        "kinds": [_kind(session, here, one, CALLED[signal.levels[one.kind]], rules) for one in facts.streams],
        "quiet": _since(facts.last, facts.quiet, times.local_day(now, team.timezone)),
        "scored": score_cards.brief(session, team, now),
        "caveat": CAVEAT,
    }


def meanings(session: Session, team: Team) -> Values:
    """What the words of its page mean, and the rules in figures."""
    rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))
    return {"terms": engagement_terms.printed(rules), "figures": engagement_terms.figures(rules)}


def terms(session: Session, here: Collaborative, actor: Actor, now: datetime) -> Values:
    """Each term with its rate over the enrolled teams that somebody looks after, by name, and what it means."""
    every = select(Team).where(Team.collaborative_id == here.id, col(Team.status).not_in(GONE))
    names = {
        team.id or 0: team
        for team in session.exec(every.order_by(col(Team.name)))
        if actor.may("engagement.read", collaborative=team.collaborative_id, team=team)
    }
    rules, begun = engagement_scope.rules_of(here), phases.of(session, here, now) != "planning"
    facts = engagement_facts.of_teams(session, [*names.values()] if begun else [], now)
    rates = engagement_terms.rates([facts[row] for row in names if row in facts], rules)
    means = engagement_terms.meanings(rules)
    return {
        "collaborative": here,
        "rates": [(one.term, one.words, ", ".join(names[row].name for row in one.teams), one.means) for one in rates],
        "others": [(term, means[term]) for term in engagement_terms.OTHERS],
    }


def ours(session: Session, team: Team, now: datetime) -> Values:
    """What faculty see, for the team itself: the same facts, and neither levels, chances nor notes."""
    facts = engagement_facts.of_team(session, team, now)
    return {
        "team": team,
        "reasons": "; ".join(engagement.reasons(facts)),
        "kinds": [{"kind": one.kind, "name": NOUNS[one.kind][0], "words": _counts(one)} for one in facts.streams],
        "quiet": _since(facts.last, facts.quiet, times.local_day(now, team.timezone)),
        "scored": score_cards.brief(session, team, now, ours=True),
    }


def acts(session: Session, team: Team, kind: str, now: datetime) -> Values:
    """Every due date of a kind, the newest first, and what came of it."""
    theirs = select(Expected).where(
        Expected.team_id == team.id, Expected.kind == kind, Expected.due <= times.local_day(now, team.timezone)
    )
    newest = list(session.exec(theirs.order_by(col(Expected.due).desc(), col(Expected.id).desc()).limit(MOST)))
    lines = [f"{times.day(one.due)} · {_what(session, one)}: {_came(session, team, one)}" for one in newest]
    return {"team": team, "title": NOUNS[kind][0], "lines": lines, "more": ""}


def done(session: Session, team: Team, now: datetime) -> Values:
    """What the team did in the newest weeks in which it did anything, the newest first; by nobody's name."""
    theirs = (WeeklyActs.team_id == team.id, col(WeeklyActs.kind).not_in(NOT_THEIRS))
    busy = select(col(WeeklyActs.week)).where(*theirs).distinct().order_by(col(WeeklyActs.week).desc()).limit(WEEKS)
    if not (newest := session.exec(busy).all()):
        return {"team": team, "title": "What the team did", "lines": [], "more": ""}
    rows = select(WeeklyActs).where(*theirs, col(WeeklyActs.week) >= newest[-1])
    weeks: dict[date, list[str]] = {}
    for one in session.exec(rows.order_by(col(WeeklyActs.week).desc(), col(WeeklyActs.kind))):
        weeks.setdefault(one.week, []).append(f"{DONE.get(one.kind, one.kind)}: {one.done}")
    lines = [f"Week of {times.day(week)} · {', '.join(told)}" for week, told in weeks.items()]
    before = session.exec(select(func.sum(WeeklyActs.done)).where(*theirs, col(WeeklyActs.week) < newest[-1])).one()
    more = f"And {before} before that." if before else ""
    return {"team": team, "title": "What the team did", "lines": lines, "more": more}


def _kind(session: Session, here: Collaborative, stream: Stream, level: str, rules: Rules) -> Values:
    own = engagement_priors.of_kind(session, here, stream.kind) if stream.percent is not None else None
    chance = ""
    if stream.percent is not None:
        learned = f"as {own.teams} teams here have been" if own else "as teams elsewhere have been"
        noun = NOUNS[stream.kind][1]
        hear = f"the chance that we hear from them in one of these is {stream.percent} %, {learned}"
        chance = f"If {rules.ahead} more {noun} came, {hear}."
    told = engagement_evidence.evidence(stream, rules)
    words = " ".join(filter(None, (_counts(stream, told), chance)))
    return {"kind": stream.kind, "name": NOUNS[stream.kind][0], "level": level, "words": words}


def _counts(stream: Stream, how: str = "") -> str:
    """3 of all 5 calls so far, and how that came: made 3 of 4, then missed the last one."""
    counted = stream.outcomes[-engagement.LATELY :]
    noun = NOUNS[stream.kind][1]
    ends = f"{f': {how}' if how else ''}.{f' {stream.excused} not counted.' if stream.excused else ''}"
    if not counted:
        return f"None so far{ends}"
    if len(counted) == len(stream.outcomes) > 1:
        return f"{sum(counted)} of all {len(counted)} {noun} so far{ends}"
    return f"{sum(counted)} of {f'the last {len(counted)} {noun}' if len(counted) > 1 else '1 so far'}{ends}"


def _since(last: date | None, quiet: int, today: date) -> str:
    """When anything came last, and how many days since were the team's own to do something."""
    if last is None:
        return f"No contribution yet, for {_days(quiet)}."
    off = max((today - last).days - quiet, 0)
    if not off:
        return f"Last contribution on {times.day(last)}, {_days(quiet)} ago."
    return f"Last contribution on {times.day(last)}. {_days(quiet)} since then, {_days(off)} off not counted."


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _date(session: Session, one: Expected) -> Meeting | None:
    """The date that a team was asked to come to."""
    invited = session.get(Invited, one.source)
    return rsvps.meeting(session, invited.event_id, invited.planned) if invited else None


def _what(session: Session, one: Expected) -> str:
    """What was expected, by its own name."""
    if one.kind == DATA:
        submission = session.get(Submission, one.source)
        return months.called(submission.period) if submission else "numbers"
    if one.kind == CALL:
        invited, date_ = session.get(Invited, one.source), _date(session, one)
        event = date_.event if date_ else session.get(Event, invited.event_id) if invited else None
        return event.title if event else "a call"
    return "check-in"


def _came(session: Session, team: Team, one: Expected) -> str:
    """What came of it; of a call that didn't take place, that, and of a check-in that a test answered for, which."""
    if one.kind == CALL and one.outcome == EXCUSED:
        meeting = _date(session, one)
        return CANCELED if meeting is None or meeting.starts is None else WORDS[EXCUSED]
    words = OF_KIND.get((one.kind, one.outcome), WORDS[one.outcome])
    if one.kind != CHECKIN or one.outcome != MET or checkins.answer_of(session, one.source):
        return words
    card = session.get(checkins.CheckIn, one.source)
    moved = checkins.moved(session, card, team.timezone) if card else []
    day = times.day(times.local_day(moved[-1][0].at, team.timezone)) if moved else ""
    return f"answered for by a test that moved on {day}, since the check-in before" if day else words
