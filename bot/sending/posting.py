"""One claimed letter on its way to Slack: rendered as the record is now, said, and its outcome written down."""

import time
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Any

import structlog
from sqlmodel import Session

from bot import outbox, voice
from bot.domain.people import Person
from bot.errors import RecordUnavailable
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import addresses, dnd, gates, outcomes, pictures, rest
from bot.sending.claims import Claim
from bot.sending.pictures import NotYet
from bot.sending.ready import Terms
from bot.sending.refusals import Verdict, verdict
from bot.slack import Declined, Unreached, Unsettled
from bot.store import real_time

log = structlog.get_logger()
Content = dict[str, Any]
EVENT_TYPE = "allteach_letter"
MOST_TEXT = 4000  # characters; Slack splits longer texts and refuses longer edits
LONGEST_WAIT = 300.0
NOT_RENDERED = "Allteach could not put this into words. Its operator finds the reason in the log."


class Came(Enum):
    """What came of an attempt."""

    SETTLED = "settled"  # for good: said, or nothing more to do about it
    LATER = "later"  # it is to be tried again
    UNANSWERED = "unanswered"  # Slack said nothing, or takes nothing from us at all


def deliver(kit: Kit, claim: Claim, terms: Terms, began: float) -> Came:
    """Do what the claim is for, and what came of it. `began` is when the claim was sought (monotonic)."""
    try:
        if claim.step == "delete":
            _delete(kit, claim)
        elif claim.step == "pin":
            _pin(kit, claim)
        else:
            _say(kit, claim, terms, before=began + terms.lease - terms.timeout)
    except Declined as refusal:
        return _refused(kit, claim, refusal, terms)
    except NotYet as later:
        wait = later.wait
        _write(kit, lambda session: outcomes.postponed(session, claim, wait))
        return Came.LATER
    except Unreached as trouble:
        log.warning("slack.unreached", reason=str(trouble))
        _write(kit, lambda session: _wait_for_slack(session, claim, terms))
        return Came.UNANSWERED
    except Unsettled as doubt:
        log.warning("letter.unseen", reason=str(doubt))
        if claim.repeatable:
            _write(kit, lambda session: outcomes.postponed(session, claim, _backoff(claim)))
        else:
            _write(kit, lambda session: outcomes.unseen(session, claim, terms))
        return Came.UNANSWERED
    return Came.SETTLED


def _say(kit: Kit, claim: Claim, terms: Terms, before: float) -> None:
    try:
        content = _in_words(kit, claim)
    except (RecordUnavailable, NotYet):
        raise
    except Exception:  # one message that can't be rendered must not hold up the others
        log.exception("letter.not_rendered")
        _write(kit, lambda session: _park(session, claim, NOT_RENDERED, kit))
        return
    if content is None:
        _write(kit, lambda session: outcomes.dropped(session, claim))
    elif claim.step == "home":
        kit.slack.call("views.publish", user_id=claim.place.user, view=content)
        _arrived(kit, claim, str(claim.place.user), "home", terms)
    elif claim.step == "edit":
        to = {"channel": claim.channel, "ts": claim.ts, "parse": "none"}
        _, again = _called(kit, claim, "chat.update", _message(claim, content), **to)
        _arrived(kit, claim, str(claim.channel), str(claim.ts), terms, again)
    else:
        _post(kit, claim, content, terms, before)


def _in_words(kit: Kit, claim: Claim) -> Content | None:
    """The message as the record has it now, with its pictures, or None where its reason is gone."""
    with kit.store.reading() as session:
        values = voice.gather(session, claim.message, claim.about, kit)
    if values is None:
        return None
    content = kit.templates.render(claim.message, values)
    return content if claim.plain else pictures.hung(kit, content, values, tries=claim.tries)


def _message(claim: Claim, content: Content) -> Content:
    return {"text": content["text"][:MOST_TEXT], "blocks": [] if claim.plain else content["blocks"]}


def _post(kit: Kit, claim: Claim, content: Content, terms: Terms, before: float) -> None:
    if claim.clock and claim.place.user and (left := dnd.left(kit, claim.place.user)):
        _write(kit, lambda session: _put_off(session, claim, left, kit))
        return
    channel = claim.channel or _opened(kit, claim)
    if time.monotonic() > before:  # the lease may run out under the call, so it isn't made
        _write(kit, lambda session: outcomes.postponed(session, claim))
        return
    answer, again = _called(
        kit, claim, "chat.postMessage", _message(claim, content), channel=channel, thread_ts=claim.thread_ts,
        unfurl_links=False, unfurl_media=False,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"key": claim.mark}},
    )  # fmt: skip
    _arrived(kit, claim, str(answer["channel"]), str(answer["ts"]), terms, again)


def _called(
    kit: Kit, claim: Claim, method: str, message: Content, **arguments: Any
) -> tuple[dict[str, Any], timedelta | None]:
    """Slack's answer, and after how long to try again for a picture that isn't in it.

    Where Slack doesn't show a picture after all, the words go without it.
    """
    try:
        return kit.slack.call(method, **arguments, **message), pictures.again(message, tries=claim.tries)
    except Declined as refusal:
        files = pictures.shown_in(message)
        if refusal.error != "invalid_blocks" or not files:
            raise
        log.warning("picture.not_shown", files=files)
        pictures.forget(kit, files)
        bare = pictures.without(message, tries=claim.tries)
        return kit.slack.call(method, **arguments, **bare), pictures.again(bare, tries=claim.tries)


def _put_off(session: Session, claim: Claim, left: timedelta, kit: Kit) -> None:
    outcomes.put_off(session, claim, rest.after_dnd(session, claim.to, left, kit.now()))


def _arrived(
    kit: Kit, claim: Claim, channel: str, ts: str, terms: Terms, again: timedelta | None = None
) -> None:  # fmt: skip
    with kit.store.sharing() as session:
        single = outcomes.posted(session, claim, channel, ts, terms)
        if single and again:
            outcomes.owed_a_picture(session, claim, kit.now() + again)
    if not single:
        log.error("letter.doubled", ts=ts)


def _opened(kit: Kit, claim: Claim) -> str:
    """The conversation with a person, kept before anything is posted: by the person's id nothing can be looked up."""
    try:
        channel = str(kit.slack.call("conversations.open", users=claim.place.user)["channel"]["id"])
    except Unsettled as doubt:
        raise Unreached(f"conversations.open: {doubt}") from doubt  # nothing was posted
    with kit.store.transaction() as session:
        session.get_one(Person, int(claim.to.partition(":")[2])).dm_channel = channel
        session.get_one(Letter, claim.id).channel = channel
    return channel


def _delete(kit: Kit, claim: Claim) -> None:
    kit.slack.call("chat.delete", channel=claim.channel, ts=claim.ts)
    _write(kit, lambda session: outcomes.taken_back(session, claim))


def _pin(kit: Kit, claim: Claim) -> None:
    kit.slack.call("pins.add", channel=claim.channel, timestamp=claim.ts)
    _write(kit, lambda session: outcomes.pinned(session, claim))


def _refused(kit: Kit, claim: Claim, refusal: Declined, terms: Terms) -> Came:
    """What a definite no means: try later, try otherwise, or show it to a person."""
    log.warning("letter.refused", error=refusal.error)
    judged = verdict(refusal, claim.step, plain=claim.plain)
    with kit.store.transaction() as session:
        match judged.verdict:
            case Verdict.LATER:  # the gate holds it with all that come after it, so that the order stays
                gates.close(session, judged.gate, terms.pace, real_time(session) + judged.wait)
                outcomes.postponed(session, claim)
            case Verdict.PLAIN:
                outcomes.simplified(session, claim)
            case Verdict.ANEW:
                outcomes.posted_anew(session, claim)
            case Verdict.LOOK_UP:
                outcomes.unseen(session, claim, terms, judged.sentence)
            case Verdict.DONE if claim.step == "pin":
                outcomes.pinned(session, claim)
            case Verdict.DONE:
                outcomes.taken_back(session, claim)
            case Verdict.PARK:
                _park(session, claim, judged.sentence, kit)
    if judged.gate == gates.BREAKER:
        return Came.UNANSWERED
    return Came.LATER if judged.verdict is Verdict.LATER else Came.SETTLED


def _park(session: Session, claim: Claim, sentence: str, kit: Kit) -> None:
    """A person has to see to it: those who can find it in their Home."""
    outcomes.parked(session, claim, sentence)
    for person in addresses.coordinators(session, claim.to):
        outbox.say_again(session, f"home:{person}", now=kit.now())


def _wait_for_slack(session: Session, claim: Claim, terms: Terms) -> None:
    """Slack isn't there: everything waits a little, so that what was first to be said is said first."""
    gates.close(session, gates.BREAKER, terms.pace, real_time(session) + _backoff(claim))
    outcomes.postponed(session, claim)


def _backoff(claim: Claim) -> timedelta:
    return timedelta(seconds=min(0.25 * 2.0 ** min(claim.tries, 20), LONGEST_WAIT))


def _write(kit: Kit, outcome: Callable[[Session], object]) -> None:
    with kit.store.transaction() as session:
        outcome(session)
