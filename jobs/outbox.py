"""The sender: takes due letters, renders them as the record is now, posts them, and settles what nobody saw."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import claims, gates, outbox, voice
from bot.claims import Claim, Terms
from bot.domain.people import Person
from bot.kit import Kit
from bot.outbox import Letter
from bot.refusals import Verdict, verdict
from bot.slack import Declined, SlackTrouble, Unreached, Unsettled

log = structlog.get_logger()
EVENT_TYPE = "allteach_letter"
BEFORE_CLAIM = timedelta(minutes=10)  # how far before the claim a look-up reads, against clocks that differ
LOOK_AGAIN = timedelta(seconds=30)
LONGEST_WAIT = 300.0
PAUSE = 0.3  # seconds between two looks when nobody wakes us


class Sender:
    """Posts letters from as many threads and processes as one likes; a letter is in one pair of hands at a time."""

    def __init__(self, kit: Kit, pace: gates.Pace | None = None) -> None:
        """`pace` is Slack's unless the other end has another."""
        settings = kit.settings
        self._kit = kit
        self._terms = Terms(settings.lease, settings.settle, pace or gates.Pace(), settings.quiet_hours)
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._pinning = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self, hands: int = 3) -> None:
        """Work in the background until `stop`."""
        self._threads = [
            threading.Thread(
                target=self._work, args=[PAUSE if hand == 0 else PAUSE * 20], name=f"sender-{hand}", daemon=True
            )
            for hand in range(hands)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Claim nothing more, and finish what is in flight."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(self._kit.settings.send_timeout + 5)

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def step(self) -> bool:
        """Take and deliver one letter; False when none can go now."""
        claim = self._take()
        if claim is None:
            with self._pinning:
                return self._pin_one()
        with structlog.contextvars.bound_contextvars(letter=claim.id, message=claim.message):
            self._deliver(claim)
        return True

    def settle(self) -> int:
        """Look up every letter whose outcome nobody saw and whose time has come; returns how many were settled."""
        real = datetime.now(UTC)
        with self._kit.store.transaction() as session:
            claims.expire(session, self._terms, real)
            doubtful = claims.to_look_up(session, real)
        return sum(self._look_up(letter) for letter in doubtful)

    def drain(self, until: Callable[[], bool] = lambda: False) -> None:
        """Deliver everything due now, waiting out Slack's pace, until nothing is left or `until` says so."""
        while not self._stopping.is_set() and not until():
            if self.step() or self.settle():
                continue
            wait = self._soonest()
            if wait is None:
                return
            self._stopping.wait(wait)

    def _work(self, pause: float) -> None:
        """One hand; the first looks often by itself, the others come when they are woken."""
        while not self._stopping.is_set():
            try:
                if self.step():
                    continue
            except Exception:  # a thread that dies would silence the bot; the letter's lease brings it back
                log.exception("sender.stumbled")
            self._wake.wait(pause)
            self._wake.clear()

    def _take(self) -> Claim | None:
        now, real = self._kit.now(), datetime.now(UTC)
        with self._kit.store.reading() as session:
            if not claims.anything_due(session, now, real):
                return None
        with self._kit.store.transaction() as session:
            return claims.take(session, self._terms, now=now, real=real, slack_now=self._kit.slack.now())

    def _deliver(self, claim: Claim) -> None:
        began = time.monotonic()
        if claim.recall:
            self._attempt(claim, lambda: self._delete(claim))
            return
        with self._kit.store.reading() as session:
            values = voice.gather(session, claim.message, claim.about, self._kit)
        if values is None:
            self._record(lambda session: claims.dropped(session, claim))
            return
        content = self._kit.templates.render(claim.message, values)
        if time.monotonic() - began > self._kit.settings.lease - self._kit.settings.send_timeout:
            return  # the lease may run out under the call: let it, and have it looked up
        self._attempt(claim, lambda: self._post(claim, content))

    def _attempt(self, claim: Claim, act: Callable[[], None]) -> None:
        """Do it, and write down what became of it."""
        real = datetime.now(UTC)
        try:
            act()
        except Declined as refusal:
            self._refused(claim, refusal, real)
        except Unreached:
            self._record(lambda session: claims.postponed(session, claim, real + _backoff(claim)))
        except Unsettled as doubt:
            log.warning("letter.unseen", reason=str(doubt))
            if claim.repeatable:
                self._record(lambda session: claims.postponed(session, claim, real + _backoff(claim)))
            else:
                check_at = datetime.now(UTC) + timedelta(seconds=self._terms.settle)
                self._record(lambda session: claims.unseen(session, claim, check_at))

    def _post(self, claim: Claim, content: dict[str, Any]) -> None:
        slack = self._kit.slack
        if claim.place.home:
            slack.call("views.publish", user_id=claim.place.user, view=content)
            self._record(
                lambda session: claims.posted(session, claim, str(claim.place.user), "home", datetime.now(UTC))
            )
            return
        channel = claim.channel or self._open_dm(claim)
        message = {"channel": channel, "text": content["text"], "unfurl_links": False, "unfurl_media": False}
        if not claim.plain:
            message["blocks"] = content["blocks"]
        if claim.ts:
            slack.call("chat.update", ts=claim.ts, parse="none", **_without_unfurls(message))
            self._record(lambda session: claims.posted(session, claim, channel, claim.ts or "", datetime.now(UTC)))
            return
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": claim.mark}}
        answer = slack.call("chat.postMessage", metadata=metadata, thread_ts=claim.thread_ts, **message)
        self._posted(claim, str(answer["channel"]), str(answer["ts"]))

    def _posted(self, claim: Claim, channel: str, ts: str) -> None:
        with self._kit.store.transaction() as session:
            second_copy = claims.posted(session, claim, channel, ts, datetime.now(UTC))
        if second_copy:
            log.error("letter.doubled", ts=second_copy)
            self._kit.slack.call("chat.delete", channel=channel, ts=second_copy)

    def _delete(self, claim: Claim) -> None:
        try:
            self._kit.slack.call("chat.delete", channel=claim.channel, ts=claim.ts)
        except Declined as refusal:
            if refusal.error != "message_not_found":
                raise
        self._record(lambda session: claims.taken_back(session, claim))

    def _open_dm(self, claim: Claim) -> str:
        opened = self._kit.slack.call("conversations.open", users=claim.place.user)
        channel = str(opened["channel"]["id"])
        with self._kit.store.transaction() as session:
            person = session.get(Person, int(claim.to.partition(":")[2]))
            letter = session.get(Letter, claim.id)
            assert person is not None and letter is not None
            person.dm_channel = letter.channel = channel
            session.add_all((person, letter))
        return channel

    def _refused(self, claim: Claim, refusal: Declined, real: datetime) -> None:
        """What a definite no means: try later, try otherwise, or show it to a person."""
        log.warning("letter.refused", error=refusal.error)
        judged = verdict(refusal, edit=claim.ts is not None, plain=claim.plain)
        with self._kit.store.transaction() as session:
            if judged.verdict is Verdict.LATER:
                gates.close(
                    session, judged.gate or f"to:{claim.to}", real + judged.wait, self._terms.pace.of(judged.gate or "")
                )
                claims.postponed(session, claim, real + judged.wait)
            elif judged.verdict is Verdict.PLAIN:
                claims.simplified(session, claim)
            elif judged.verdict is Verdict.ANEW:
                claims.posted_anew(session, claim)
            elif judged.verdict is Verdict.LOOK_UP:
                claims.unseen(session, claim, real + timedelta(seconds=self._terms.settle))
            else:
                claims.parked(session, claim, judged.sentence)

    def _pin_one(self) -> bool:
        """Pin the next posted letter that is to stay in sight; pinning twice is the same as once."""
        waiting = select(Letter).where(
            Letter.state == outbox.SENT,
            col(Letter.pin).is_(True),
            col(Letter.pinned).is_(False),
            col(Letter.ts).is_not(None),
        )
        with self._kit.store.reading() as session:
            letter = session.exec(waiting.limit(1)).first()
        if letter is None:
            return False
        try:
            self._kit.slack.call("pins.add", channel=letter.channel, timestamp=letter.ts)
        except Declined as refusal:
            if refusal.error == "ratelimited":
                return False
            log.info("pin.refused", error=refusal.error)
        except SlackTrouble:
            return False
        letter.pinned = True
        with self._kit.store.transaction() as session:
            session.merge(letter)
        return True

    def _look_up(self, letter: Letter) -> bool:
        """Read Slack for our mark; only a complete reading proves absence."""
        try:
            ts = self._find_mark(letter)
        except SlackTrouble as trouble:
            log.warning("letter.not_looked_up", letter=letter.id, reason=str(trouble))
            self._record(lambda session: claims.look_again(session, letter.id or 0, datetime.now(UTC) + LOOK_AGAIN))
            return False
        self._record(lambda session: claims.looked_up(session, letter.id or 0, ts, datetime.now(UTC)))
        log.info("letter.looked_up", letter=letter.id, found=ts is not None)
        return True

    def _find_mark(self, letter: Letter) -> str | None:
        if letter.channel is None:
            return None  # not even the conversation was opened, so nothing was posted
        with self._kit.store.reading() as session:
            parent = outbox.of_key(session, letter.under) if letter.under else None
        method = "conversations.replies" if parent else "conversations.history"
        since = f"{((letter.claimed_at or self._kit.slack.now()) - BEFORE_CLAIM).timestamp():.6f}"
        cursor: str | None = None
        while True:
            page = self._kit.slack.call(
                method, channel=letter.channel, ts=parent.ts if parent else None, oldest=since, include_all_metadata=True,
                limit=200, cursor=cursor,
            )  # fmt: skip
            for message in page["messages"]:
                if message.get("metadata", {}).get("event_payload", {}).get("key") == letter.mark:
                    return str(message["ts"])
            cursor = page.get("response_metadata", {}).get("next_cursor") or None
            if cursor is None:
                return None

    def _soonest(self) -> float | None:
        """Seconds until a letter that is due may be tried again, or None when nothing due is left that can go."""
        now, real = self._kit.now(), datetime.now(UTC)
        with self._kit.store.reading() as session:
            held = session.exec(
                select(Letter.not_before).where(Letter.state == outbox.PENDING, Letter.due <= now)
            ).all()
            doubtful = session.exec(select(Letter.check_at).where(Letter.state == outbox.UNKNOWN)).all()
        waits = [(instant - real).total_seconds() for instant in (*held, *doubtful) if instant]
        soon = [wait for wait in waits if wait < LONGEST_WAIT]
        return max(min(soon), 0.01) if soon else None

    def _record(self, write: Callable[[Session], object]) -> None:
        with self._kit.store.transaction() as session:
            write(session)


def register(scheduler: BaseScheduler, sender: Sender) -> None:
    """Tick: settle what is unknown every five seconds; letters wake the sender themselves."""
    scheduler.add_job(sender.settle, "interval", seconds=5, id="outbox.settle")


def _backoff(claim: Claim) -> timedelta:
    return timedelta(seconds=min(2.0**claim.tries, LONGEST_WAIT))


def _without_unfurls(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if not name.startswith("unfurl")}
