"""What the clock has for the next seven days: shown to those who steer a collaborative, held back, or sent now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from bot import addresses, asking, audit, checkin_cards, held, home, lately, outbox, outlook, rest, times
from bot.domain import absences, ask_facts, asks, checkin_plans, checkins, events, hours, reasons, team_facts, turns
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.reasons import Reason
from bot.domain.teams import Team
from bot.domain.turns import Day
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
AHEAD = timedelta(days=7)
MOST = 40  # lines of two blocks each in one window
WEEK_IS_FULL = "Held back by me: {count} messages this week already."
DAY_IS_FULL = f"Held back by me: {turns.MOST_LINES} questions that day already."
WAITS, HELD_BACK = "", "Held back."
TO_BE_WRITTEN = "It is planned two days before."
BEING_WRITTEN = "It is being planned; look again in a minute."
ON_ITS_WAY = "It's in Slack already or on its way there, so it stays as it is."
NOT_WANTED = "There is no reason for it any more, so it doesn't go out anyway."
DAY_IS_OVER = "Its day is over, so it stays held back."


@dataclass(frozen=True)
class Line:
    """One message to come; `letter` is 0 before it is written."""

    at: datetime
    letter: int
    what: str
    to: str
    why: str
    standing: str


def gather(session: Session, collaborative: Collaborative, kit: Kit, said: str = "") -> Values:
    """Everything the window prints; `said` is the answer to what was pressed in it."""
    lines = [*_written(session, collaborative, kit.now()), *_to_be_written(session, collaborative, kit)]
    lines += _check_ins_to_be_written(session, collaborative, kit.now())
    lines.sort(key=lambda line: (line.at, line.letter))
    return {
        "collaborative": collaborative,
        "said": said,
        "lines": [_shown(session, line) for line in lines[:MOST]],
        "more": max(len(lines) - MOST, 0),
        "weeks": lately.weeks(session, collaborative, kit.now()),
    }


def collaboratives(session: Session, letter: Letter) -> set[int]:
    """Whose letter it is: its teams' collaboratives, else wherever its address belongs."""
    theirs = {team.collaborative_id for team in _teams(session, letter)}
    return theirs or addresses.collaboratives(session, letter.to)


def hold_back(session: Session, letter: Letter, ours: Collaborative, by: int, kit: Kit) -> str:
    """What it says for that collaborative is never spoken of; says what came of it."""
    if letter.state == outbox.HELD:
        return "It was held back already."
    if not outbox.waits(letter):
        return _too_late(letter)
    part = held.hold(session, letter, ours.id or 0, kit.now())
    _noted(session, part, "letter.held_back", by, kit)
    return f"Held back: {_name(session, part, ours)}. It isn't sent and isn't planned again."


def send_after_all(session: Session, letter: Letter, ours: Collaborative, by: int, kit: Kit) -> str:
    """What was held back goes at its hour, while its day isn't over; says what came of it."""
    if outbox.waits(letter):
        return "It isn't held back, so it goes at its hour."
    if letter.state != outbox.HELD:
        return _too_late(letter)
    if not _day_is_on(session, letter, kit.now()):
        return DAY_IS_OVER
    said = f"It goes out after all: {_name(session, letter, ours)}."
    _noted(session, letter, "letter.released", by, kit)
    held.release(session, letter)
    return said


def send_now(session: Session, letter: Letter, ours: Collaborative, by: int, kit: Kit) -> str:
    """What waits goes at once, but never into a night or time off; says what came of it."""
    if letter.state == outbox.HELD:
        return "It was held back meanwhile. Send after all lets it go."
    if not outbox.waits(letter):
        return _too_late(letter)
    if not _is_wanted(session, letter):
        return NOT_WANTED
    if rests := _rests(session, letter, kit):
        return f"{rests} It stays planned as it was."
    outbox.hurry(session, letter, kit.now())
    _noted(session, letter, "letter.sent_now", by, kit)
    return f"It goes out now: {_name(session, letter, ours)}."


def _written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """Letters of the clock that wait; one that was sent by hand a moment ago doesn't any more."""
    ahead = select(Letter).where(
        col(Letter.state).in_((outbox.PENDING, outbox.HELD)), col(Letter.clock), col(Letter.due) < now + AHEAD,
        col(Letter.ts).is_(None), col(Letter.recall).is_(False), or_(Letter.version == 1, col(Letter.due) > now),
        or_(col(Letter.expires).is_(None), col(Letter.expires) > col(Letter.due)),
    )  # fmt: skip
    for letter in session.exec(ahead.order_by(col(Letter.due))):
        is_held = letter.state == outbox.HELD
        if collaborative.id not in collaboratives(session, letter) or not _is_wanted(session, letter):
            continue
        if not is_held or _day_is_on(session, letter, now):
            what, standing = _what(session, letter, collaborative), HELD_BACK if is_held else WAITS
            yield Line(letter.due, letter.id or 0, what, letter.to, letter.why, standing)


def _to_be_written(session: Session, collaborative: Collaborative, kit: Kit) -> Iterator[Line]:
    """Questions that the planner, which looks two days ahead, is still to write, and those that have to wait."""
    found = outlook.look(session, kit, AHEAD)
    ours = {key for key, one in found.reasons.items() if _is_of(session, one.team, collaborative)}
    written = {letter.key for letter in asking.waiting(session, kit.now())}
    told: set[str] = set()
    for day in found.days:
        put = [found.reasons[line.key] for line in day.put if line.key in ours]
        if put and asks.letter_key(day.person, day.day) not in written:
            yield _of_day(session, day, put, _not_yet(day.at, kit.now()))
        held = [found.reasons[line.key] for line in day.held if line.key in ours - told]
        if held:
            full = WEEK_IS_FULL.format(count=kit.settings.asks_a_week) if day.full_week else DAY_IS_FULL
            yield _of_day(session, day, held, full)
        told |= {one.key for one in held}


def _of_day(session: Session, day: Day, of: list[Reason], standing: str) -> Line:
    what = ask_facts.asked(session, [(one.kind, one.subject) for one in of])
    why = "; ".join(dict.fromkeys(reasons.KINDS[one.kind].why for one in of))
    return Line(day.at, 0, what, f"person:{day.person}", why, standing)


def _check_ins_to_be_written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """The same of the cards of check-ins."""
    for one in checkin_plans.coming(session, now, AHEAD):
        written = checkins.of_period(session, one.team.id, one.period.opens)
        if one.team.collaborative_id == collaborative.id and one.settings.where == "channel" and not written:
            what, standing = home.KINDS["checkins/card"], _not_yet(one.at, now)
            yield Line(one.at, 0, what, f"team:{one.team.id}", checkin_cards.WHY, standing)


def _not_yet(at: datetime, now: datetime) -> str:
    """Why it can't be held back yet: the planner comes to it later, or just now."""
    return BEING_WRITTEN if at < now + asking.AHEAD else TO_BE_WRITTEN


def _shown(session: Session, line: Line) -> Values:
    zone = _zone(session, line.to)
    return {
        "id": line.letter,
        "at": line.at,
        "zone": zone,
        "local": times.words(line.at, zone),
        "what": line.what,
        "to": team_facts.whom(session, line.to),
        "why": line.why,
        "standing": line.standing,
    }


def _is_wanted(session: Session, letter: Letter) -> bool:
    """A message whose questions were all answered is dropped when its hour comes."""
    if letter.message != "asks/day":
        return True
    waits = (one for one in asking.in_letter(session, letter) if one.state in (asks.OPEN, asks.HELD))
    return any(reasons.of(session, one) for one in waits)


def _rests(session: Session, letter: Letter, kit: Kit) -> str:
    """Why nobody may write to them now, in a sentence; empty where one may."""
    zone, setting, now = _zone(session, letter.to), kit.settings.quiet_hours, kit.now()
    kind, _, row = letter.to.partition(":")
    person = session.get(Person, int(row)) if kind == "person" else None
    whom = person.name or "This person" if person else "This channel"
    if person and absences.away(session, person.id or 0, times.local_day(now, zone)):
        return f"{whom} is away just now, and time off is left alone."
    teams = _teams(session, letter)
    if teams and all(team.status == "paused" for team in teams):
        return f"{teams[0].name} takes a pause just now, and nothing is asked of its people."
    team = teams[0] if kind == "team" and teams else None
    if team and hours.of_team(session, team).day(today := times.local_day(now, zone)) != today:
        together = today.isoformat() in events.days_together(session, team.collaborative_id)
        return "Everybody is at a session today." if together else f"{team.name} has a day off today."
    if ends := times.quiet_until(now, zone, rest.quiet(session, letter.to, setting)):
        return f"{whom} has quiet hours until {times.words(ends, zone)}."
    return ""


def _teams(session: Session, letter: Letter) -> list[Team]:
    """The teams it is about."""
    about = letter.about
    cycle = session.get(Cycle, about["cycle"]) if about.get("cycle") else None
    asked = dict.fromkeys(ask.team_id for ask in asking.in_letter(session, letter))
    found = (session.get(Team, row) for row in asked or [cycle.team_id if cycle else about.get("team", 0)])
    return [team for team in found if team]


def _is_of(session: Session, team: int, collaborative: Collaborative) -> bool:
    return session.get_one(Team, team).collaborative_id == collaborative.id


def _day_is_on(session: Session, letter: Letter, now: datetime) -> bool:
    zone = _zone(session, letter.to)
    return times.local_day(letter.due, zone) >= times.local_day(now, zone)


def _zone(session: Session, to: str) -> str:
    """Where the recipient's day is told."""
    zone = addresses.resolve(session, to).zone
    return zone if zone in times.zones() else "UTC"


def _too_late(letter: Letter) -> str:
    gone = letter.recall or letter.state in (outbox.DROPPED, outbox.EXPIRED, outbox.RECALLED)
    return NOT_WANTED if gone else ON_ITS_WAY


def _what(session: Session, letter: Letter, ours: Collaborative) -> str:
    """What it says for that collaborative."""
    inside = asking.in_letter(session, letter)
    about = [(one.kind, one.subject) for one in inside if _is_of(session, one.team_id, ours)]
    return ask_facts.asked(session, about) if about else home.KINDS[letter.message]


def _name(session: Session, letter: Letter, ours: Collaborative) -> str:
    what = _what(session, letter, ours)
    return f"{what[0].lower()}{what[1:]} to {team_facts.whom(session, letter.to)}"


def _noted(session: Session, letter: Letter, act: str, by: int, kit: Kit) -> None:
    session.add(letter)
    audit.note(session, act, by=by, subject=f"letter:{letter.id}", now=kit.now())
