"""Who may post a letter now: it is claimed durably, under a lease, before anything is said.

Posts keep their order within a channel; only one whose outcome nobody saw is overtaken. What becomes of a claim is
written down by `bot.outcomes`. On PostgreSQL several claim beside each other: nobody waits for another's letter or
channel, only, until it is committed, for whoever counts a call of the same kind, since Slack's allowance is one number.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, bindparam
from sqlmodel import Session, update

from bot import outbox
from bot.outbox import DROPPED, EXPIRED, LETTERS, RECALLED, SENDING, Letter
from bot.sending import addresses, gates, ready, rest, writers
from bot.sending.ready import Terms
from bot.sending.refusals import Step
from bot.statements import Prepared, table
from bot.store import real_time

NOT_KNOWN_YET = timedelta(hours=1)  # `outbox.address_known` and the parent's arrival free them sooner
LOOKS = (2, 60, 60, 60, 60)  # letters weighed at one claim: mostly the first one can go


@dataclass(frozen=True)
class Claim:
    """A letter as it was when it was claimed, and the one thing to do with it; ours until the lease ends."""

    id: int
    owner: str
    step: Step
    message: str
    about: dict[str, int]
    version: int
    mark: str
    to: str
    place: addresses.Place
    channel: str | None
    ts: str | None
    thread_ts: str | None
    clock: bool
    plain: bool
    tries: int

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        return self.step != "post"


def take(session: Session, terms: Terms, *, now: datetime, slack_now: datetime) -> Claim | None:
    """Claim the next letter that may go now: answers before prompts, older before newer."""
    real = real_time(session)
    for most in LOOKS:
        letters = ready.letters(session, terms, now, real, most)
        for letter in letters:
            place = addresses.resolve(session, letter.to)
            if _held_up(session, letter, place, terms, now=now, real=real):
                continue
            if writers.is_shared(session):
                if not _is_ours(session, letter, terms, now=now, real=real):
                    continue
                if not _has_room(session, letter, place, terms, now=now, real=real):
                    return None
            return _claim(session, letter, place, terms, real=real, slack_now=slack_now)
        if len(letters) < most:
            return None
        session.flush()  # whoever was held up is out of the next look
    return None


def wait_no_longer(session: Session, terms: Terms, most: timedelta) -> None:
    """The clock was set back: nothing waits for longer than it could have waited by the right one."""
    real = real_time(session)
    gates.open_by(session, real + most)
    _NOT_BEFORE(session, latest=real + most)
    _LEASE_UNTIL(session, latest=real + timedelta(seconds=terms.lease))
    _CHECK_AT(session, latest=real + max(most, timedelta(seconds=terms.settle)))


def _held_up(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, now: datetime, real: datetime
) -> bool:
    """Whether something stands in the way; the letter then carries when to look at it again."""
    if letter.ts is None:
        return _not_now(session, letter, place, terms, now=now, real=real)
    again = letter.sent_at + timedelta(seconds=terms.pace.again) if letter.sent_at else real
    if again > real:
        letter.not_before = again
    return again > real


def _not_now(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, now: datetime, real: datetime
) -> bool:
    """What holds only for a letter that isn't in Slack yet: to nowhere, too late, at rest, or before its parent."""
    opens = _opens(session, letter, place, terms)
    parent = outbox.of_key(session, letter.under) if letter.under else None
    if letter.expires and letter.expires <= now:
        outbox.expire(letter, now)
    elif (parent and parent.state in (DROPPED, EXPIRED, RECALLED)) or (letter.clock and rest.has_left(session, letter)):
        letter.state = DROPPED
    elif place.channel is None and place.user is None:
        letter.not_before = real + NOT_KNOWN_YET
    elif letter.clock and (later := rest.of_message(letter.message)(session, letter.to, place.zone, terms.quiet, now)):
        letter.due = later
    elif letter.clock and (over := rest.during_call(session, letter, now)):
        letter.due = over
    elif letter.under and not (parent and parent.ts):
        letter.not_before = real + NOT_KNOWN_YET
    elif opens and opens > real:
        letter.not_before = opens
    else:
        letter.thread_ts = parent.ts if parent else None
        return False
    return True


def _is_ours(session: Session, letter: Letter, terms: Terms, *, now: datetime, real: datetime) -> bool:
    """Whether its channel is ours alone, and it is next there, also by what others changed since we looked."""
    session.flush()
    return not ready.is_new(letter) or (
        writers.takes(session, letter.to) and ready.is_next(session, terms, now, real, letter)
    )


def _has_room(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, now: datetime, real: datetime
) -> bool:
    """Whether Slack's pace has room for it, now that nobody else counts; who has counted for nothing looks anew."""
    gates.hold(session, _gates(letter, place, _step(letter, place)), real)
    opens = _opens(session, letter, place, terms) if ready.is_new(letter) else None
    return not (opens and opens > real) and ready.is_next(session, terms, now, real, letter)


def _claim(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, real: datetime, slack_now: datetime
) -> Claim:
    step = _step(letter, place)
    for name in _gates(letter, place, step):
        gates.passed(session, name, terms.pace, real)
    letter.state, letter.owner, letter.claimed_at = SENDING, secrets.token_hex(8), slack_now
    letter.claimed_version = letter.version
    letter.lease_until = real + timedelta(seconds=terms.lease)
    if letter.ts is None:
        letter.channel = place.channel
    assert letter.id is not None
    return Claim(
        id=letter.id, owner=letter.owner, step=step, message=letter.message, about=letter.about, version=letter.version,
        mark=letter.mark, to=letter.to, place=place, channel=letter.channel, ts=letter.ts, thread_ts=letter.thread_ts,
        clock=letter.clock, plain=letter.plain, tries=letter.tries,
    )  # fmt: skip


def _opens(session: Session, letter: Letter, place: addresses.Place, terms: Terms) -> datetime | None:
    """When Slack may be asked what has to be known before the post; None where that is at any time."""
    waits = [gates.opens_at(session, name, terms.pace) for name in _asked_before(letter, place)]
    return max((instant for instant in waits if instant), default=None)


def _asked_before(letter: Letter, place: addresses.Place) -> list[str]:
    """The gates of what is asked before the post: for a conversation, and whether somebody may be disturbed."""
    if place.home:
        return []
    opening = [] if place.channel else [gates.OPENINGS]
    return [*opening, gates.DND] if letter.clock and place.user else opening


def _step(letter: Letter, place: addresses.Place) -> Step:
    if place.home:
        return "home"
    if letter.ts is None:
        return "post"
    if letter.recall:
        return "delete"
    return "pin" if letter.said_version >= letter.version else "edit"


def _gates(letter: Letter, place: addresses.Place, step: Step) -> list[str]:
    if step == "post":
        return [*_asked_before(letter, place), gates.POSTS, gates.channel(letter.to)]
    return [{"edit": gates.EDITS, "delete": gates.DELETES, "pin": gates.PINS, "home": gates.HOMES}[step]]


def _no_later(instant: Column[datetime]) -> Prepared:
    return Prepared(update(table(Letter)).where(instant > bindparam("latest")).values({instant: bindparam("latest")}))


_NOT_BEFORE, _LEASE_UNTIL, _CHECK_AT = map(_no_later, (LETTERS.not_before, LETTERS.lease_until, LETTERS.check_at))
