"""The practice clock: real time, moved by however far somebody turned it."""

import time
from datetime import UTC, datetime, timedelta

NOTICED = timedelta(seconds=5)  # an app that follows the clock by its answers' dates, cut to seconds, notices this much
STILL_FOLLOWED = 60.0  # seconds since an app last said that it follows; it may be busy with what was due then
ALONE = "The app said nothing for a while, so the clock went on without it: what was due then may come late or never."
HELD_UP = "The clock stopped on its way: the app couldn't do yet what is due here. Turn it again in a while."


class Clock:
    """It tells message times too: `ts` never goes back even when the clock does.

    An app may live by this clock, and say with `api.test` that it has done what was due `at` a moment, and when it is
    `due` next (both in seconds since 1970). Then a turn ahead goes from one such moment to the next, until it is `to`.
    Whatever it says shows that it is there: it is waited for, and stays in its time.
    """

    def __init__(self, at: datetime | None) -> None:
        self.offset = timedelta()
        self.turned = False
        self.to: datetime | None = None  # while it is on its way there
        self.last = 0
        self.trouble = ""  # why the last turn didn't go as it should
        self._stands = 0  # the second to which it was turned last
        self._heard = self._moved = float("-inf")
        if at is not None:
            self.turn(at)

    @property
    def followed(self) -> bool:
        """Whether an app said lately that it lives by this clock."""
        return self.silent < STILL_FOLLOWED

    @property
    def silent(self) -> float:
        """For how many seconds no app has said that it lives by this clock."""
        return time.monotonic() - self._heard

    @property
    def waiting(self) -> float:
        """For how many seconds it hasn't gone on."""
        return time.monotonic() - self._moved

    def now(self) -> datetime:
        """What the practice clock says."""
        return datetime.now(UTC) + self.offset

    def turn(self, to: datetime) -> None:
        """Make it that moment now."""
        self.offset = to - datetime.now(UTC)
        self.turned, self.to, self._stands, self.trouble = True, None, int(to.timestamp()), ""
        self._moved = time.monotonic()

    def set_out(self, to: datetime) -> None:
        """Begin to go there: so far that the app notices."""
        self.turn(self.now() + NOTICED)
        self.to = to

    def go_alone(self, to: datetime) -> None:
        """Be there at once: the app is away."""
        self.turn(to)
        self.trouble = ALONE

    def stop(self) -> None:
        """Go no further: what is due where it stands isn't done."""
        self.to, self.trouble = None, HELD_UP

    def go_on(self, at: int, due: int) -> bool:
        """The app has done what was due `at` a moment, and has more to do at `due`; whether the clock goes on by that.

        What an app says that hasn't seen yet where the clock stands may be out of date.
        """
        self._heard = time.monotonic()
        to, now = self.to, self.now()
        if to is None or at < self._stands or due <= now.timestamp():
            return False
        if due > to.timestamp():
            self.turn(max(to, now))
        else:
            self.turn(datetime.fromtimestamp(due, UTC))
            self.to = to
        return True

    def ts(self) -> str:
        """The next message time: seconds and microseconds, later than every one before it."""
        self.last = max(int(self.now().timestamp() * 1_000_000), self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"
