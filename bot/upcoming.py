"""What the clock has for the next seven days: shown to those who steer a collaborative, held back, or sent now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from bot import addresses, audit, checkin_cards, home, outbox, rest, times
from bot.domain import absences, checkin_plans, checkins, hours, pdsa_due, pdsa_search, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
AHEAD = timedelta(days=7)
MOST = 40  # lines of two blocks each in one window
WAITS, HELD_BACK, TO_BE_WRITTEN = "", "Held back.", "It is planned two days before."
ON_ITS_WAY = "It's in Slack already or on its way there, so it stays as it is."
NOT_WANTED = "There is no reason for it any more, so it doesn't go out anyway."
DAY_IS_OVER = "Its day is over, so it stays held back."


@dataclass(frozen=True)
class Line:
    """One message to come; `letter` is 0 before it is written."""

    at: datetime
    letter: int
    message: str
    to: str
    why: str
    standing: str


def gather(session: Session, collaborative: Collaborative, kit: Kit, said: str = "") -> Values:
    """Everything the window prints; `said` is the answer to what was pressed in it."""
    lines = [*_written(session, collaborative, kit.now()), *_to_be_written(session, collaborative, kit.now())]
    lines += _check_ins_to_be_written(session, collaborative, kit.now())
    lines.sort(key=lambda line: (line.at, line.letter))
    return {
        "collaborative": collaborative,
        "said": said,
        "lines": [_shown(session, line) for line in lines[:MOST]],
        "more": max(len(lines) - MOST, 0),
    }


def collaboratives(session: Session, letter: Letter) -> set[int]:
    """Whose letter it is: its cycle's or its team's collaborative, else wherever its address belongs."""
    about = _cycle(session, letter) or _team(session, letter)
    return {about.collaborative_id} if about else addresses.collaboratives(session, letter.to)


def hold_back(session: Session, letter: Letter, by: int, kit: Kit) -> str:
    """This occasion is never spoken of; says what came of it."""
    if letter.state == outbox.HELD:
        return "It was held back already."
    if not outbox.waits(letter):
        return _too_late(letter)
    outbox.hold(letter)
    _noted(session, letter, "letter.held_back", by, kit)
    return f"Held back: {_name(session, letter)}. It isn't sent and isn't planned again."


def send_after_all(session: Session, letter: Letter, by: int, kit: Kit) -> str:
    """What was held back goes at its hour, while its day isn't over; says what came of it."""
    if outbox.waits(letter):
        return "It isn't held back, so it goes at its hour."
    if letter.state != outbox.HELD:
        return _too_late(letter)
    if not _day_is_on(session, letter, kit.now()):
        return DAY_IS_OVER
    outbox.release(session, letter)
    _noted(session, letter, "letter.released", by, kit)
    return f"It goes out after all: {_name(session, letter)}."


def send_now(session: Session, letter: Letter, by: int, kit: Kit) -> str:
    """What waits goes at once, but never into a night or time off; says what came of it."""
    if letter.state == outbox.HELD:
        return "It was held back meanwhile. Send after all lets it go."
    if not outbox.waits(letter):
        return _too_late(letter)
    if not _is_wanted(session, letter):
        return NOT_WANTED
    if rests := _rests(session, letter, kit):
        return f"{rests} It stays planned as it was."
    if cycle := _cycle(session, letter):
        letter.about = {**letter.about, "before": cycle.due.toordinal()}  # the date it is asked ahead of
    outbox.hurry(session, letter, kit.now())
    _noted(session, letter, "letter.sent_now", by, kit)
    return f"It goes out now: {_name(session, letter)}."


def _written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """Letters of the clock that wait; one that was sent by hand a moment ago doesn't any more."""
    ahead = select(Letter).where(
        col(Letter.state).in_((outbox.PENDING, outbox.HELD)), col(Letter.clock), col(Letter.due) < now + AHEAD,
        col(Letter.ts).is_(None), col(Letter.recall).is_(False), or_(Letter.version == 1, col(Letter.due) > now),
    )  # fmt: skip
    for letter in session.exec(ahead.order_by(col(Letter.due))):
        held = letter.state == outbox.HELD
        if collaborative.id not in collaboratives(session, letter) or not _is_wanted(session, letter):
            continue
        if not held or _day_is_on(session, letter, now):
            standing = HELD_BACK if held else WAITS
            yield Line(letter.due, letter.id or 0, letter.message, letter.to, letter.why, standing)


def _to_be_written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """Questions that the planner, which looks two days ahead, is still to write."""
    due = pdsa_search.due_by(session, (now + AHEAD).date())
    occasions = {pdsa_due.key(cycle): cycle for cycle in due if cycle.collaborative_id == collaborative.id}
    written = set(session.exec(select(Letter.key).where(col(Letter.key).in_(occasions))))
    for key, cycle in occasions.items():
        asked = pdsa_due.asked(session, cycle) if key not in written else None
        at = pdsa_due.asked_at(session, cycle, asked) if asked else None
        if asked and at and at < now + AHEAD:
            yield Line(at, 0, "pdsa/due", f"person:{asked.id}", pdsa_due.WHY, TO_BE_WRITTEN)


def _check_ins_to_be_written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """The same of the cards of check-ins."""
    for one in checkin_plans.coming(session, now, AHEAD):
        written = checkins.of_period(session, one.team.id, one.period.opens)
        if one.team.collaborative_id == collaborative.id and one.settings.where == "channel" and not written:
            yield Line(one.at, 0, "checkins/card", f"team:{one.team.id}", checkin_cards.WHY, TO_BE_WRITTEN)


def _shown(session: Session, line: Line) -> Values:
    zone = _zone(session, line.to)
    return {
        "id": line.letter,
        "at": line.at,
        "zone": zone,
        "local": times.words(line.at, zone),
        "what": home.KINDS[line.message],
        "to": team_facts.whom(session, line.to),
        "why": line.why,
        "standing": line.standing,
    }


def _is_wanted(session: Session, letter: Letter) -> bool:
    """A question whose test was told about, or has another date, is dropped when its hour comes."""
    cycle = _cycle(session, letter) if letter.message == "pdsa/due" else None
    return cycle is None or pdsa_due.wanted(cycle, letter.key)


def _rests(session: Session, letter: Letter, kit: Kit) -> str:
    """Why nobody may write to them now, in a sentence; empty where one may."""
    zone, setting, now = _zone(session, letter.to), kit.settings.quiet_hours, kit.now()
    kind, _, row = letter.to.partition(":")
    person = session.get(Person, int(row)) if kind == "person" else None
    whom = person.name or "This person" if person else "This channel"
    if person and absences.away(session, person.id or 0, times.local_day(now, zone)):
        return f"{whom} is away just now, and time off is left alone."
    team = _team(session, letter)
    if team and team.status == "paused":
        return f"{team.name} takes a pause just now, and nothing is asked of its people."
    if kind == "team" and team and hours.of_team(session, team).day(today := times.local_day(now, zone)) != today:
        return f"{team.name} has a day off today."
    if ends := times.quiet_until(now, zone, rest.quiet(session, letter.to, setting)):
        return f"{whom} has quiet hours until {times.words(ends, zone)}."
    return ""


def _cycle(session: Session, letter: Letter) -> Cycle | None:
    return session.get(Cycle, letter.about["cycle"]) if letter.about.get("cycle") else None


def _team(session: Session, letter: Letter) -> Team | None:
    cycle = _cycle(session, letter)
    team = cycle.team_id if cycle else letter.about.get("team")
    return session.get(Team, team) if team else None


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


def _name(session: Session, letter: Letter) -> str:
    what = home.KINDS[letter.message]
    return f"{what[0].lower()}{what[1:]} to {team_facts.whom(session, letter.to)}"


def _noted(session: Session, letter: Letter, act: str, by: int, kit: Kit) -> None:
    session.add(letter)
    audit.note(session, act, by=by, subject=f"letter:{letter.id}", now=kit.now())
