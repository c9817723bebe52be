"""How fast the practice Slack lets an app go, and how long it waits for one."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field

PER_MINUTE: dict[str, int] = {
    **dict.fromkeys(
        (
            "conversations.create",
            "conversations.list",
            "conversations.archive",
            "conversations.unarchive",
            "conversations.rename",
            "conversations.setTopic",
            "conversations.setPurpose",
            "pins.add",
            "pins.list",
            "pins.remove",
            "users.list",
        ),
        20,
    ),
    **dict.fromkeys(
        (
            "apps.connections.open",
            "chat.update",
            "chat.delete",
            "conversations.invite",
            "conversations.open",
            "conversations.info",
            "conversations.history",
            "conversations.replies",
            "conversations.join",
            "conversations.kick",
            "dnd.info",
            "files.delete",
            "team.info",
            "users.conversations",
            "users.lookupByEmail",
        ),
        50,
    ),
    **dict.fromkeys(
        (
            "chat.postEphemeral",
            "conversations.members",
            "files.completeUploadExternal",
            "files.getUploadURLExternal",
            "files.info",
            "users.info",
            "views.open",
            "views.push",
            "views.update",
            "views.publish",
        ),
        100,
    ),
}


@dataclass(slots=True)
class Bucket:
    """Tokens that refill with time: one call takes one."""

    size: float
    per_second: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when there is one already."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


@dataclass
class Limits:
    """Everything about pace and patience that `/practice/limits` can change. Times are in seconds of real time."""

    on: bool = True
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    turn_seconds: float = 30.0  # in which nothing happens; then a clock that is turned goes on without the app
    busy_seconds: float = 360.0  # for which an app that says it is busy keeps such a clock in one place
    retry_delays: tuple[float, ...] = (0.0, 1.0, 5.0)
    response_uses: int = 5
    response_seconds: float = 1800.0
    posts_per_minute: int = 240
    posts_per_second_per_channel: float = 1.0
    post_burst: int = 3
    sockets: int = 10
    echo: bool = True
    file_seconds: float = 0.3  # until Slack knows of what sort a file is
    per_minute: dict[str, int] = field(default_factory=lambda: dict(PER_MINUTE))
    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def retry_after(self, method: str, channel: str) -> int | None:
        """Whole seconds the caller has to wait, or None when the call may go ahead (and is counted)."""
        if not self.on:
            return None
        buckets = self._buckets(method, channel)
        now = time.monotonic()
        longest = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if longest > 0:
            return max(1, math.ceil(longest))
        for bucket in buckets:
            bucket.tokens -= 1
        return None

    def _buckets(self, method: str, channel: str) -> list[Bucket]:
        if method == "chat.postMessage":
            per_channel = self._bucket(f"post:{channel}", self.post_burst, self.posts_per_second_per_channel)
            return [per_channel, self._minute("post", self.posts_per_minute)]
        if method in self.per_minute:
            return [self._minute(method, self.per_minute[method])]
        return []

    def _minute(self, key: str, calls: int) -> Bucket:
        return self._bucket(key, calls, calls / 60)

    def _bucket(self, key: str, size: float, per_second: float) -> Bucket:
        bucket = self.buckets.get(key)
        if bucket is None or bucket.size != size or bucket.per_second != per_second:
            bucket = self.buckets[key] = Bucket(size, per_second, size, time.monotonic())
            if len(self.buckets) > 10_000:
                self.buckets.popitem(last=False)
        return bucket
