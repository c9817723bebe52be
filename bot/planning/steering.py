"""Holding back what waits, sending it now, or letting it go after all: one message, or all that are alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot import audit, outbox, times
from bot.domain import absences, hours, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import held, upcoming
from bot.sending import rest

ON_ITS_WAY = "It's in Slack already or on its way there, so it stays as it is."
NOT_WANTED = "There is no reason for it any more, so it doesn't go out anyway."
MOST_REASONS = 3
DAY_IS_OVER = "Its day is over, so it stays held back."


@dataclass(frozen=True)
class Act:
    """What a coordinator may do with what a message that is to come says for their collaborative."""

    stays: Callable[[Session, Letter, Kit], str]  # why it stays as it is; empty where it is to be done
    do: Callable[[Session, Letter, Collaborative, Kit], int]  # returns the row of what it was done to
    noted: str
    said: str
    said_of_all: str


def one(session: Session, letter: Letter, act: Act, ours: Collaborative, by: int, kit: Kit) -> str:
    """Do it to one message; says what came of it."""
    if stays := act.stays(session, letter, kit):
        return stays
    what, whom = upcoming.what_of(session, letter, ours), team_facts.whom(session, letter.to)
    _done(session, letter, act, ours, by, kit)
    return act.said.format(what=f"{what[0].lower()}{what[1:]} to {whom}")


def all_of(session: Session, letters: Sequence[Letter], act: Act, ours: Collaborative, by: int, kit: Kit) -> str:
    """Do it to all that are alike and may have it done; says what came of it, and why some stay as they are."""
    kept: list[str] = []
    for letter in letters:
        if stays := act.stays(session, letter, kit):
            kept.append(stays)
        else:
            _done(session, letter, act, ours, by, kit)
    done = len(letters) - len(kept)
    said = act.said_of_all.format(count=done) if done else ""
    left = f"Left as before: {len(kept)}. {' '.join(dict.fromkeys(kept[:MOST_REASONS]))}" if kept else ""
    return " ".join(part for part in (said, left) if part)


def _done(session: Session, letter: Letter, act: Act, ours: Collaborative, by: int, kit: Kit) -> None:
    row = act.do(session, letter, ours, kit)
    audit.note(session, act.noted, by=by, subject=f"letter:{row}", now=kit.now())


def _not_held(session: Session, letter: Letter, kit: Kit) -> str:
    if letter.state == outbox.HELD:
        return "It was held back already."
    return "" if outbox.waits(letter) else _too_late(letter)


def _hold(session: Session, letter: Letter, ours: Collaborative, kit: Kit) -> int:
    return held.hold(session, letter, ours.id or 0, kit.now()).id or 0


def _not_released(session: Session, letter: Letter, kit: Kit) -> str:
    if outbox.waits(letter):
        return "It isn't held back, so it goes at its hour."
    if letter.state != outbox.HELD:
        return _too_late(letter)
    return "" if upcoming.day_is_on(session, letter, kit.now()) else DAY_IS_OVER


def _release(session: Session, letter: Letter, ours: Collaborative, kit: Kit) -> int:
    row = letter.id or 0
    held.release(session, letter)
    return row


def _not_now(session: Session, letter: Letter, kit: Kit) -> str:
    if letter.state == outbox.HELD:
        return "It was held back meanwhile. Send after all lets it go."
    if not outbox.waits(letter):
        return _too_late(letter)
    if not upcoming.is_wanted(session, letter):
        return NOT_WANTED
    rests = _rests(session, letter, kit)
    return rests and f"{rests} It stays planned as it was."


def _send_now(session: Session, letter: Letter, ours: Collaborative, kit: Kit) -> int:
    outbox.hurry(session, letter, kit.now())
    return letter.id or 0


def _too_late(letter: Letter) -> str:
    gone = letter.recall or letter.state in (outbox.DROPPED, outbox.EXPIRED, outbox.RECALLED)
    return NOT_WANTED if gone else ON_ITS_WAY


def _rests(session: Session, letter: Letter, kit: Kit) -> str:
    """Why nobody may write to them now, in a sentence; empty where one may."""
    zone, setting, now = upcoming.zone_of(session, letter.to), kit.settings.quiet_hours, kit.now()
    kind, _, row = letter.to.partition(":")
    person = session.get(Person, int(row)) if kind == "person" else None
    whom = person.name or "This person" if person else "This channel"
    if person and absences.away(session, person.id or 0, times.local_day(now, zone)):
        return f"{whom} is away just now, and time off is left alone."
    teams = upcoming.teams_of(session, letter)
    if teams and all(team.status == "paused" for team in teams):
        return f"{teams[0].name} takes a pause just now, and nothing is asked of its people."
    team, today = teams[0] if teams else None, times.local_day(now, zone)
    theirs = hours.of_person(session, person, team) if person else None
    if team and kind == "team":
        theirs, whom = hours.of_team(session, team), team.name
    if theirs and theirs.day(today) != today:
        return (
            "Everybody is at a session today."
            if today.isoformat() in theirs.sessions
            else f"{whom} has a day off today."
        )
    if ends := times.quiet_until(now, zone, rest.quiet(session, letter.to, setting)):
        return f"{whom} has quiet hours until {times.words(ends, zone)}."
    return ""


HOLD_BACK = Act(
    _not_held, _hold, "letter.held_back",
    "Held back: {what}. This one isn't sent any more; those of later days come as planned.",
    "Held back: {count}. These aren't sent any more; those of later days come as planned.",
)  # fmt: skip
SEND_AFTER_ALL = Act(
    _not_released, _release, "letter.released", "It goes out after all: {what}.", "Going out after all: {count}."
)
SEND_NOW = Act(_not_now, _send_now, "letter.sent_now", "It goes out now: {what}.", "Going out now: {count}.")
