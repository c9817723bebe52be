"""The state of the practice Slack: people, channels, messages, views, and the clock they live by.

Everything here is touched from one event loop only, so no step that has no `await` in it can be interrupted.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.things import BOT_USER, App, Channel, File, Message, ResponseUrl, Trigger, User, View

Json = dict[str, Any]


class World:
    """One workspace with one app installed in it."""

    def __init__(self, at: datetime | None = None) -> None:
        self.version = 0
        self.base_url = ""
        self.closed = False
        self.limits = Limits()
        self.deliveries = Deliveries(self.limits)
        self.waiters: set[asyncio.Future[None]] = set()
        self.empty(at)

    def empty(self, at: datetime | None = None) -> None:
        """Begin again with nobody but the app; open sockets stay open."""
        self.clock = Clock(at)
        self.faults = Faults()
        self.app = App()
        self.down = False
        self.count = 0
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.direct: dict[str, str] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.notices: dict[str, deque[Json]] = {}
        self.calls: deque[Json] = deque(maxlen=10_000)
        self.posts: deque[Json] = deque(maxlen=100_000)
        self.users["USLACKBOT"] = User("USLACKBOT", "slackbot", "Slackbot", tz="America/Los_Angeles")
        self.users[BOT_USER] = User(BOT_USER, "allteach", self.app.name, is_bot=True)
        self.touch()

    def touch(self) -> None:
        """Note that something a person could see has changed."""
        self.version += 1
        waiters, self.waiters = self.waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def change(self, after: int, wait: float) -> None:
        """Return once the version is past `after`, or after `wait` seconds."""
        deadline = time.monotonic() + wait
        while self.version <= after and not self.closed and (left := deadline - time.monotonic()) > 0:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.waiters.add(waiter)
            await asyncio.wait((waiter,), timeout=left)
            self.waiters.discard(waiter)

    def close(self) -> None:
        """Let go of everything that is waiting: retries on their way, and readers of news."""
        self.closed = True
        self.deliveries.stop()
        self.touch()

    def new_id(self, prefix: str) -> str:
        """An id nobody had before."""
        self.count += 1
        return f"{prefix}0PRAC{self.count:05d}"

    def named(self, name: str) -> Channel | None:
        """The channel of that name, archived or not: Slack keeps names taken."""
        return next((channel for channel in self.channels.values() if channel.name == name), None)

    def add_channel(self, name: str, *, private: bool, creator: str, group: bool = False) -> Channel:
        """Open a channel with its creator in it."""
        created = int(self.clock.now().timestamp())
        channel = Channel(self.new_id("C"), name, private=private, creator=creator, created=created, group=group)
        channel.members[creator] = None
        self.channels[channel.id] = channel
        self.touch()
        return channel

    def conversation_with(self, user: str) -> Channel:
        """The app's direct conversation with a person, opened on first use."""
        if user not in self.direct:
            created = int(self.clock.now().timestamp())
            channel = Channel(self.new_id("D"), "", private=True, peer=user, created=created)
            channel.members.update({user: None, BOT_USER: None})
            self.channels[channel.id] = channel
            self.direct[user] = channel.id
            self.touch()
        return self.channels[self.direct[user]]

    def channels_of(self, user: str) -> Iterator[Channel]:
        """Where somebody is."""
        return (channel for channel in self.channels.values() if user in channel.members)

    def add_message(self, message: Message) -> Message:
        """Put a message into its channel, and into its thread when it is a reply."""
        channel = self.channels[message.channel]
        if message.seen_by is not None:
            channel.ephemerals[message.ts] = message
        else:
            channel.messages[message.ts] = message
            if message.is_reply and message.thread_ts in channel.messages:
                channel.messages[message.thread_ts].replies.append(message.ts)
        if message.from_app:
            self.posts.append(
                {
                    "ts": message.ts,
                    "channel": message.channel,
                    "thread_ts": message.thread_ts,
                    "text": message.text,
                    "metadata": message.metadata,
                    "seen_by": message.seen_by,
                    "at": self.clock.now().isoformat(),
                }
            )
        else:
            channel.read[message.user] = message.ts
        self.touch()
        return message

    def trigger_for(self, user: str) -> str:
        """A fresh trigger id; old ones are forgotten by the thousand."""
        self.count += 1
        trigger = f"{self.count}.{int(time.time())}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, time.monotonic() + self.limits.trigger_seconds)
        _forget_oldest(self.triggers, 5_000)
        return trigger

    def response_url_for(self, user: str, channel: str, *, original: str | None = None, ephemeral: bool = False) -> str:
        """An address for answers to what somebody just did, good for a few uses."""
        key = secrets.token_hex(12)
        expires = time.monotonic() + self.limits.response_seconds
        self.response_urls[key] = ResponseUrl(user, channel, expires, self.limits.response_uses, original, ephemeral)
        _forget_oldest(self.response_urls, 20_000)
        return f"{self.base_url}/response/{key}"

    def notify(self, user: str, text: str) -> str:
        """Tell a person what Slack itself has to say, as Slackbot does."""
        notices = self.notices.setdefault(user, deque(maxlen=20))
        notices.append({"text": text, "at": self.clock.now().isoformat()})
        self.touch()
        return text


def _forget_oldest(kept: dict[str, Any], most: int) -> None:
    if len(kept) > most:
        for key in list(kept)[: most // 2]:
            del kept[key]
