"""Who may post a letter now, and what became of it: the only place where a letter changes hands.

A letter is claimed durably before it is posted. A claim whose outcome nobody saw becomes `unknown`, never
`pending`: it is looked up in Slack first. Edits and Home views may be repeated without harm, so they are not.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select, update

from bot import addresses, gates, outbox, times
from bot.gates import Pace
from bot.outbox import DROPPED, PARKED, PENDING, RECALLED, SENDING, SENT, UNKNOWN, Letter

NOT_KNOWN_YET = timedelta(hours=1)  # `outbox.address_known` frees them sooner
PARENT_FIRST = timedelta(seconds=0.5)
LOOK_AHEAD = 60  # letters weighed at one claim


@dataclass(frozen=True)
class Terms:
    """What a claim is made under: how long it holds, how fast we may go, when nobody is woken."""

    lease: float
    settle: float
    pace: Pace
    quiet: times.Quiet


@dataclass(frozen=True)
class Claim:
    """A letter as it was when it was claimed; ours until the lease ends."""

    id: int
    owner: str
    key: str
    message: str
    about: dict[str, int]
    version: int
    mark: str
    to: str
    place: addresses.Place
    channel: str | None
    ts: str | None
    thread_ts: str | None
    plain: bool
    recall: bool
    tries: int

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        return self.ts is not None or self.place.home


def anything_due(session: Session, now: datetime, real: datetime) -> bool:
    """Whether there is a letter worth taking the write lock for."""
    free = or_(col(Letter.not_before).is_(None), col(Letter.not_before) <= real)
    return (
        session.exec(select(Letter.id).where(Letter.state == PENDING, Letter.due <= now, free).limit(1)).first()
        is not None
    )


def take(session: Session, terms: Terms, *, now: datetime, real: datetime, slack_now: datetime) -> Claim | None:
    """Claim the next letter that may go now: answers before prompts, older before newer."""
    free = or_(col(Letter.not_before).is_(None), col(Letter.not_before) <= real)
    waiting = select(Letter).where(Letter.state == PENDING, Letter.due <= now, free)
    in_order = waiting.order_by(col(Letter.clock), col(Letter.due), col(Letter.id)).limit(LOOK_AHEAD)
    for letter in session.exec(in_order.with_for_update(skip_locked=True)):
        place = addresses.resolve(session, letter.to)
        if _must_wait(session, letter, place, terms, now=now, real=real):
            continue
        return _claim(session, letter, place, terms, real=real, slack_now=slack_now)
    return None


def posted(session: Session, claim: Claim, channel: str, ts: str, real: datetime) -> str | None:
    """Slack has it. Returns the `ts` of a second copy to delete, when the letter was settled without us meanwhile."""
    letter = session.get(Letter, claim.id, with_for_update=True)
    assert letter is not None, "letters are never deleted"
    if letter.ts and letter.ts != ts and not claim.ts:
        return ts
    letter.channel, letter.ts, letter.sent_at, letter.problem, letter.tries = channel, ts, real, "", 0
    letter.state = PENDING if letter.version > claim.version else SENT  # said again, or taken back, on its way
    session.add(letter)
    return None


def taken_back(session: Session, claim: Claim) -> None:
    """The message is no longer in Slack, as asked."""
    if letter := _ours(session, claim):
        letter.state = RECALLED


def dropped(session: Session, claim: Claim) -> None:
    """Its reason is gone: nothing is said. What was already posted stays as it is."""
    if letter := _ours(session, claim):
        letter.state = SENT if letter.ts else DROPPED


def parked(session: Session, claim: Claim, problem: str) -> None:
    """Slack won't take it as things are; a person has to see to it."""
    if letter := _ours(session, claim):
        letter.state, letter.problem = PARKED, problem


def postponed(session: Session, claim: Claim, until: datetime) -> None:
    """Nothing was posted; owe it again from `until` on."""
    if letter := _ours(session, claim):
        letter.state, letter.not_before, letter.tries = PENDING, until, letter.tries + 1


def simplified(session: Session, claim: Claim) -> None:
    """Slack refused its blocks; owe it once more as plain text."""
    if letter := _ours(session, claim):
        letter.state, letter.plain = PENDING, True


def posted_anew(session: Session, claim: Claim) -> None:
    """Somebody deleted the message we would edit; owe it as a new one under the same key."""
    if letter := _ours(session, claim):
        letter.state, letter.ts, letter.channel, letter.pinned = PENDING, None, None, False


def unseen(session: Session, claim: Claim, check_at: datetime) -> None:
    """Nobody saw the outcome: look it up once Slack has settled."""
    if letter := _ours(session, claim):
        letter.state, letter.check_at = UNKNOWN, check_at


def expire(session: Session, terms: Terms, real: datetime) -> int:
    """Take letters from owners that died: a post becomes unknown, what may be repeated is owed again."""
    over = (col(Letter.state) == SENDING) & (col(Letter.lease_until) <= real)
    repeatable = or_(col(Letter.ts).is_not(None), col(Letter.to).startswith("home:"))
    again = session.exec(update(Letter).where(over, repeatable).values(state=PENDING, owner=None))
    check_at = real + timedelta(seconds=terms.settle)
    lost = session.exec(update(Letter).where(over).values(state=UNKNOWN, check_at=check_at, owner=None))
    return int(again.rowcount + lost.rowcount)


def to_look_up(session: Session, real: datetime) -> list[Letter]:
    """Letters whose outcome can be looked up now."""
    return list(session.exec(select(Letter).where(Letter.state == UNKNOWN, col(Letter.check_at) <= real).limit(100)))


def looked_up(session: Session, letter_id: int, ts: str | None, real: datetime) -> None:
    """Slack was read to the end: it has the letter (`ts`), or it does not and the letter is owed again."""
    letter = session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.state != UNKNOWN:
        return
    if ts is None:
        letter.state, letter.not_before = (RECALLED if letter.recall else PENDING), None
    else:
        letter.ts, letter.sent_at, letter.tries = ts, real, 0
        letter.state = PENDING if letter.version > letter.claimed_version else SENT
    session.add(letter)


def look_again(session: Session, letter_id: int, check_at: datetime) -> None:
    """Slack could not be read: the letter stays unknown."""
    session.exec(
        update(Letter).where(col(Letter.id) == letter_id, col(Letter.state) == UNKNOWN).values(check_at=check_at)
    )


def _must_wait(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, now: datetime, real: datetime
) -> bool:
    """Whether something stands in the way; the letter then carries when to look at it again."""
    if letter.expires and letter.expires <= now and not letter.ts:
        letter.state = DROPPED
        return True
    if place.channel is None and place.user is None:
        letter.not_before = real + NOT_KNOWN_YET
        return True
    night_ends = times.quiet_until(now, place.zone, terms.quiet) if letter.clock and not letter.ts else None
    if night_ends:
        letter.due = night_ends
        return True
    if letter.under and not _thread(session, letter):
        letter.not_before = real + PARENT_FIRST
        return True
    if _in_flight(session, letter.to):
        return True  # in order within a channel: whoever posts the one before takes this one next
    opens = _gates_open_at(session, letter, place, terms.pace, real)
    if opens > real:
        letter.not_before = opens
        return True
    return False


def _in_flight(session: Session, to: str) -> bool:
    return session.exec(select(Letter.id).where(Letter.to == to, Letter.state == SENDING).limit(1)).first() is not None


def _gates(letter: Letter, place: addresses.Place) -> list[str]:
    if place.home:
        return [gates.HOMES]
    if letter.ts:
        return [gates.EDITS]
    return [gates.WORKSPACE, f"to:{letter.to}"]


def _gates_open_at(session: Session, letter: Letter, place: addresses.Place, pace: Pace, real: datetime) -> datetime:
    share = 1.0 - pace.kept_for_people if letter.clock else 1.0
    names = _gates(letter, place)
    return max(gates.opens_at(session, name, real, pace.of(name), share) for name in names)


def _claim(
    session: Session, letter: Letter, place: addresses.Place, terms: Terms, *, real: datetime, slack_now: datetime
) -> Claim:
    for name in _gates(letter, place):
        gates.passed(session, name, real, terms.pace.of(name))
    letter.state, letter.owner, letter.claimed_at = SENDING, secrets.token_hex(8), slack_now
    letter.claimed_version = letter.version
    letter.lease_until = real + timedelta(seconds=terms.lease)
    letter.channel = letter.channel or place.channel
    session.add(letter)
    assert letter.id is not None
    return Claim(
        id=letter.id, owner=letter.owner, key=letter.key, message=letter.message, about=letter.about, version=letter.version, mark=letter.mark, to=letter.to,
        place=place, channel=letter.channel, ts=letter.ts, thread_ts=_thread(session, letter), plain=letter.plain,
        recall=letter.recall, tries=letter.tries,
    )  # fmt: skip


def _thread(session: Session, letter: Letter) -> str | None:
    parent = outbox.of_key(session, letter.under) if letter.under else None
    return parent.ts if parent else None


def _ours(session: Session, claim: Claim) -> Letter | None:
    """The letter, unless the lease ran out and it is somebody else's to settle."""
    letter = session.get(Letter, claim.id, with_for_update=True)
    return letter if letter and letter.state == SENDING and letter.owner == claim.owner else None
