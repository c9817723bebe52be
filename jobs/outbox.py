"""The sender: takes due letters and delivers them, and settles what nobody saw, from as many threads as one likes."""

import threading
import time
from datetime import timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import RecordUnavailable
from bot.kit import Kit
from bot.sending import claims, gates, lookups, posting, ready
from bot.sending.claims import Claim
from bot.sending.posting import Came
from bot.sending.ready import Terms
from bot.store import real_time

log = structlog.get_logger()
PAUSE = 0.3  # seconds between two looks when nobody wakes us
A_MOMENT, A_BREATH = 0.02, 1.0  # the shortest and the longest sleep of a drain
LONGEST_WAIT = 300.0  # what waits longer doesn't hold up a drain
VAIN = 3  # after so many calls without an answer a drain waits no longer than a letter takes to settle
A_WHILE, A_MINUTE = timedelta(seconds=30), timedelta(minutes=1)
LONGEST_REFUSAL = timedelta(hours=2, minutes=1)  # what Slack can make us wait
CLOCKS_DIFFER = 2.0  # seconds


class Bell:
    """Wakes one sleeper for each ring; a ring that nobody heard is for whoever would sleep next."""

    def __init__(self) -> None:
        self._somebody = threading.Condition()
        self._rung = self._for_good = False

    def ring(self) -> None:
        """Wake one."""
        with self._somebody:
            self._rung = True
            self._somebody.notify()

    def wake_all(self) -> None:
        """Nobody sleeps from now on."""
        with self._somebody:
            self._for_good = True
            self._somebody.notify_all()

    def wait(self, most: float) -> None:
        """Sleep until it rings, for `most` seconds at most."""
        with self._somebody:
            if not (self._rung or self._for_good):
                self._somebody.wait(most)
            self._rung = False


class Sender:
    """Posts letters from as many threads and processes as one likes; a letter is in one pair of hands at a time."""

    def __init__(self, kit: Kit, pace: gates.Pace | None = None) -> None:
        """`pace` is Slack's unless the other end has another."""
        settings = kit.settings
        self._kit = kit
        self._terms = Terms(
            settings.send_timeout, settings.lease, settings.settle, pace or gates.Pace(), settings.quiet_hours
        )
        self._bell, self._stopping = Bell(), threading.Event()
        self._settling = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._in_vain = 0  # calls without an answer since the last one that had one
        self._answered = self._went = time.monotonic()  # when Slack last answered, and a letter was last done with
        self._clocks: tuple[float, float] | None = None

    def start(self, hands: int = 3) -> None:
        """Work in the background until `stop`; the first hand looks often by itself, the others come when woken."""
        pauses = [PAUSE, *[PAUSE * 20] * (hands - 1)]
        self._threads = [
            threading.Thread(target=self._work, args=[pause], name=f"sender-{hand}", daemon=True)
            for hand, pause in enumerate(pauses)
        ]
        for thread in self._threads:
            thread.start()

    def claim_no_more(self) -> None:
        """Finish what is in flight and begin nothing else, from now on."""
        self._stopping.set()
        self._bell.wake_all()

    def is_stopping(self) -> bool:
        """Whether nothing more is claimed."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more, and wait until what is in flight is finished."""
        self.claim_no_more()
        for thread in self._threads:
            thread.join(self._kit.settings.send_timeout + 5)

    def wake(self) -> None:
        """There may be something to do, for one hand."""
        self._bell.ring()

    def step(self) -> bool:
        """Take one letter and deliver it; False when none can go now."""
        began = time.monotonic()
        claim = self.claim()
        if claim is None:
            return False
        self.wake()  # where there is one letter there may be more, for another hand
        self.deliver(claim, began)
        return True

    def claim(self) -> Claim | None:
        """Take the next letter that can go into our hands, durably, before anything is said."""
        with self._kit.store.sharing() as session:
            return claims.take(session, self._terms, now=self._kit.now(), slack_now=self._kit.slack.now())

    def deliver(self, claim: Claim, began: float) -> None:
        """Do what was claimed; `began` is the moment (monotonic) from which on the claim may have run."""
        with structlog.contextvars.bound_contextvars(letter=claim.id, message=claim.message):
            came = posting.deliver(self._kit, claim, self._terms, began)
        if came is Came.SETTLED:
            self._went = time.monotonic()
        self._note(answered=came is not Came.UNANSWERED)

    def settle(self) -> int:
        """Look for every letter whose outcome nobody saw and whose time has come; returns how many were settled."""
        if not self._settling.acquire(blocking=False):
            return 0  # somebody is at it
        try:
            self._watch_the_clock()
            settled, in_vain = lookups.settle(self._kit, self._terms)
        finally:
            self._settling.release()
        if settled or in_vain:
            self._note(answered=settled > 0)
            self.wake()
        return settled

    def drain(self) -> bool:
        """Deliver everything due now, waiting out Slack's pace; False where Slack kept something from being settled."""
        self._in_vain, self._answered = 0, time.monotonic()
        while not self._stopping.is_set():
            if (self._anything() and self.step()) or self.settle():
                continue
            wait = self._until_anything()
            if wait is None:
                return True
            if self._given_up(wait):
                return False
            if wait > LONGEST_WAIT:
                return True
            self._stopping.wait(min(max(wait, A_MOMENT), A_BREATH))
        return False

    def catch_up(self, most: float) -> None:
        """Deliver with all hands what is due now, for as long as a letter went within so many seconds."""
        began = time.monotonic()
        while not self.is_stopping() and (left := max(began, self._went) + most - time.monotonic()) > 0:
            if self._anything() and self.step():
                continue
            if not self._goes_within(left):
                return
            self._stopping.wait(A_MOMENT)

    def _work(self, pause: float) -> None:
        """One hand: deliver what can go, then sleep until there may be more."""
        while not self._stopping.is_set():
            nap = pause
            try:
                if self._anything():
                    self._deliver_all()
                nap = self._until_next_letter(pause)
            except RecordUnavailable as trouble:
                log.warning("record.unavailable", reason=str(trouble))
            except Exception:  # a thread that dies would silence the bot; the letter's lease brings it back
                log.exception("sender.stumbled")
            self._bell.wait(nap)

    def _anything(self) -> bool:
        """Whether it is worth taking the write lock."""
        with self._kit.store.reading() as session:
            return ready.anything(session, self._terms, self._kit.now(), real_time(session))

    def _deliver_all(self) -> None:
        while not self._stopping.is_set() and self.step():
            pass

    def _until_next_letter(self, most: float) -> float:
        """Seconds until a letter that waits for its time may go; whoever is in one's way wakes one by going on."""
        with self._kit.store.reading() as session:
            real = real_time(session)
            instant = ready.next_letter(session, self._terms, self._kit.now(), real)
        return min((instant - real).total_seconds(), most) if instant and instant > real else most

    def _until_anything(self) -> float | None:
        """Seconds until a letter that is due may go or be settled, or None when all of them are."""
        with self._kit.store.reading() as session:
            real = real_time(session)
            instants = ready.next_letter(session, self._terms, self._kit.now(), real), ready.next_outcome(session, real)
            return min(((instant - real).total_seconds() for instant in instants if instant), default=None)

    def _goes_within(self, seconds: float) -> bool:
        """Whether a letter is on its way just now, or waits for no longer than that."""
        with self._kit.store.reading() as session:
            real = real_time(session)
            if ready.in_hand(session, real):
                return True
            instant = ready.next_letter(session, self._terms, self._kit.now(), real)
        return instant is not None and (instant - real).total_seconds() < seconds

    def _note(self, *, answered: bool) -> None:
        """Remember whether Slack still answers."""
        if answered:
            self._in_vain, self._answered = 0, time.monotonic()
        else:
            self._in_vain += 1

    def _given_up(self, wait: float) -> bool:
        """Whether Slack won't answer within the time a letter takes to settle, or takes nothing from us at all."""
        with self._kit.store.reading() as session:
            opens = gates.opens_at(session, gates.BREAKER, self._terms.pace)
            if opens and opens - real_time(session) > A_WHILE:
                return True
        patience = self._answered + self._terms.lease + self._terms.settle
        return self._in_vain >= VAIN and time.monotonic() + wait > patience

    def _watch_the_clock(self) -> None:
        """A clock set back would have everything wait for the time that is to come again."""
        wall, steady = time.time(), time.monotonic()
        most: timedelta | None = LONGEST_REFUSAL  # it may have been set back while we were away
        if self._clocks:
            set_back = (steady - self._clocks[1]) - (wall - self._clocks[0]) > CLOCKS_DIFFER
            most = A_MINUTE if set_back else None
        if most:
            with self._kit.store.transaction() as session:
                claims.wait_no_longer(session, self._terms, most)
        self._clocks = wall, steady


def register(scheduler: BaseScheduler, sender: Sender) -> None:
    """Tick: settle what is unknown every second; letters wake the sender themselves."""
    scheduler.add_job(sender.settle, "interval", seconds=1, id="outbox.settle")
