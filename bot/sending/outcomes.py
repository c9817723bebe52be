"""What became of a claimed letter, written down by whoever saw it; from here on anybody may claim it again.

An outcome nobody saw makes a letter `unknown`, never `pending`: it is looked up in Slack first. Edits, pins and Home
views may be repeated without harm, so they are not looked up.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, update

from bot import outbox
from bot.outbox import DROPPED, LETTERS, PARKED, PENDING, RECALLED, SENDING, SENT, UNKNOWN, Letter
from bot.sending import ready
from bot.sending.claims import Claim
from bot.sending.ready import Terms
from bot.statements import table
from bot.store import real_time

NO_WAIT = timedelta()
DOUBTS = 3  # so often a refusal nobody knows is looked up; then a person sees to it


def posted(session: Session, claim: Claim, channel: str, ts: str, terms: Terms) -> bool:
    """Slack has it. False when it has a copy already: the letter was settled without us, and ours is taken back."""
    letter = session.get_one(Letter, claim.id, with_for_update=True)  # others may settle theirs beside us
    if claim.repeatable and _ours(session, claim) is None:
        return True  # whoever holds it now does it again
    if letter.ts and letter.ts != ts and not claim.repeatable:
        _take_back_copy(session, letter, channel, ts)
        return False
    looked_for_before = letter.check_at is not None
    letter.channel, letter.ts, letter.said_version = channel, ts, max(letter.said_version, claim.version)
    letter.sent_at = real_time(session)
    _settled(session, letter)
    if looked_for_before:  # Slack showed no trace of an earlier attempt, which may still turn up
        letter.check_at = letter.sent_at + timedelta(seconds=terms.settle)
    return True


def owed_a_picture(session: Session, claim: Claim, due: datetime) -> None:
    """Slack has its words and not yet its picture: the message is edited then, unless something else does that."""
    letter = session.get_one(Letter, claim.id)
    if letter.state == SENT and not letter.recall:
        letter.state, letter.version, letter.due, letter.tries = PENDING, letter.version + 1, due, claim.tries + 1


def pinned(session: Session, claim: Claim) -> None:
    """It stays in sight, or Slack won't have it pinned, which is no reason to stop."""
    if letter := _ours(session, claim):
        letter.pinned = True
        _settled(session, letter)


def taken_back(session: Session, claim: Claim) -> None:
    """The message is no longer in Slack, as asked."""
    if letter := _ours(session, claim):
        letter.state, letter.owner = RECALLED, None


def dropped(session: Session, claim: Claim) -> None:
    """Its reason is gone: nothing is said. What was already posted stays as it is."""
    if letter := _ours(session, claim):
        letter.said_version = claim.version
        _settled(session, letter)
        if letter.state == SENT and not letter.ts:
            letter.state = DROPPED


def parked(session: Session, claim: Claim, problem: str) -> None:
    """Slack won't take it as things are; a person has to see to it, unless it was said anew or taken back meanwhile."""
    if letter := _ours(session, claim):
        _owed(letter)
        if letter.state == PENDING and letter.version == claim.version:
            letter.state, letter.problem = PARKED, problem


def postponed(session: Session, claim: Claim, wait: timedelta = NO_WAIT) -> None:
    """Nothing was posted; owe it again after `wait`."""
    if letter := _ours(session, claim):
        letter.not_before, letter.tries = real_time(session) + wait, letter.tries + 1
        _owed(letter)


def put_off(session: Session, claim: Claim, due: datetime) -> None:
    """Whom it is for isn't to be disturbed now: owe it at that hour, or see then that it came too late."""
    if letter := _ours(session, claim):
        letter.due = min(due, letter.expires or due)
        _owed(letter)


def simplified(session: Session, claim: Claim) -> None:
    """Slack refused its blocks; owe it once more as plain text, unless it was said anew meanwhile."""
    if letter := _ours(session, claim):
        letter.plain = letter.version == claim.version
        _owed(letter)


def posted_anew(session: Session, claim: Claim) -> None:
    """Somebody deleted the message we would edit; owe it as a new one under the same key, unless it was recalled."""
    if letter := _ours(session, claim):
        letter.ts, letter.said_version, letter.pinned = None, 0, False
        _owed(letter)


def unseen(session: Session, claim: Claim, terms: Terms, problem: str = "") -> None:
    """Nobody saw the outcome: look it up once Slack has settled."""
    if letter := _ours(session, claim):
        letter.state, letter.problem = UNKNOWN, problem
        letter.check_at = real_time(session) + timedelta(seconds=terms.settle)


def expire(session: Session, terms: Terms) -> None:
    """Take letters from owners that died: a post becomes unknown, what may be repeated is owed again."""
    real = real_time(session)
    for letter in ready.expired(session, real):
        if letter.ts or letter.to.startswith("home:"):
            _owed(letter)
            continue
        after_lease = (letter.lease_until or real) + timedelta(seconds=terms.settle)
        letter.state, letter.check_at = UNKNOWN, max(after_lease, real + timedelta(seconds=terms.timeout))


def looked_up(session: Session, sought: Letter, seen: Collection[str], terms: Terms) -> bool:
    """Slack was read to the end: it has the letter (`seen` holds each `ts`), or the letter is owed again.

    False when it had more than one; all but the first are taken back.
    """
    letter = session.get_one(Letter, sought.id)
    if (letter.state, letter.owner) != (sought.state, sought.owner):
        return True  # settled by somebody else since
    if letter.state == UNKNOWN and not seen:
        letter.tries += 1
        _owed(letter)
        if letter.problem and letter.tries >= DOUBTS and letter.state == PENDING:
            letter.state = PARKED
        return True
    if letter.state == UNKNOWN:
        letter.ts, letter.said_version, letter.sent_at = min(seen), letter.claimed_version, real_time(session)
        _settled(session, letter)
    letter.check_at = None
    copies = [ts for ts in seen if ts != letter.ts and letter.ts]
    for ts in copies:
        _take_back_copy(session, letter, letter.channel or "", ts)
    return not copies


def look_for_letters_later(session: Session, letters: Collection[Letter], wait: timedelta, problem: str = "") -> None:
    """Slack could not be read: the letters stay as they are."""
    again = real_time(session) + wait
    for sought in letters:
        letter = session.get_one(Letter, sought.id)
        if (letter.state, letter.owner) == (sought.state, sought.owner):
            letter.check_at, letter.problem = again, problem if letter.state == UNKNOWN else ""


def _settled(session: Session, letter: Letter) -> None:
    """What was to be done is done; what came up since is owed, and its thread may follow."""
    letter.owner, letter.not_before, letter.check_at, letter.problem, letter.tries = None, None, None, "", 0
    if letter.recall:
        letter.state = PENDING if letter.ts else RECALLED
    elif letter.said_version < letter.version or (letter.pin and not letter.pinned and letter.ts):
        letter.state = PENDING
    else:
        letter.state = SENT
    if letter.ts:
        session.connection().execute(_FREE_BELOW, {"parent": letter.key})


def _owed(letter: Letter) -> None:
    """It is not in Slack as it should be: to be done again, or never, where it was taken back before it got there."""
    letter.owner, letter.state = None, RECALLED if letter.recall and not letter.ts else PENDING


def _take_back_copy(session: Session, letter: Letter, channel: str, ts: str) -> None:
    """A second copy got into Slack: a letter of its own has it deleted, however often that takes."""
    key = f"{letter.key}:copy:{ts}"
    if outbox.of_key(session, key) is None:
        session.add(
            Letter(
                key=key, message=letter.message, about=letter.about, to=letter.to, channel=channel, ts=ts, recall=True,
                due=letter.due, written_at=real_time(session),
            )
        )  # fmt: skip


def _ours(session: Session, claim: Claim) -> Letter | None:
    """The letter, unless the lease ran out and it is somebody else's to settle."""
    letter = session.get_one(Letter, claim.id)
    return letter if letter.state == SENDING and letter.owner == claim.owner else None


_FREE_BELOW = (
    update(table(Letter)).where(LETTERS.under == bindparam("parent"), LETTERS.state == PENDING).values(not_before=None)
)
