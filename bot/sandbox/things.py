"""What a workspace is made of: people, channels, messages, views, files, and the short-lived rights to answer."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]
Offered = dict[tuple[str, str], list[Json]]  # block and action → the choices that the app gave for what was typed

TEAM = "T0PRACTICE"
TEAM_NAME = "Practice Slack"
DOMAIN = "practice"
APP = "A0ALLTEACH"
BOT_USER = "UALLTEACH"
BOT = "BALLTEACH"


@dataclass(slots=True)
class User:
    """A person, or the app's own bot user. `guest` is None, "single" or "multi"; `dnd` their nights, `22:00-08:00`."""

    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "America/New_York"
    guest: str | None = None
    team_id: str = TEAM
    admin: bool = False
    joined: bool = True
    deleted: bool = False
    is_bot: bool = False
    dnd: str = ""
    paused: tuple[datetime, datetime] | None = None

    @property
    def is_external(self) -> bool:
        """Whether they are of another workspace."""
        return self.team_id != TEAM

    @property
    def reaches_app(self) -> bool:
        """Home, commands and shortcuts are for members and multi-channel guests of the app's own workspace."""
        return not self.is_external and self.guest != "single"


@dataclass(slots=True)
class Message:
    """One message. `seen_by` names the only reader of an ephemeral one."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    from_app: bool = False
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    edited: Json | None = None
    seen_by: str | None = None
    pinned_by: str | None = None
    pinned_at: int = 0
    replies: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)
    offered: dict[str, Offered] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """A channel, or the conversation of the app with `peer`. Messages are in the order of their `ts`."""

    id: str
    name: str
    private: bool = False
    peer: str | None = None
    group: bool = False
    creator: str = BOT_USER
    created: int = 0
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    members: dict[str, None] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        """Whether it is a conversation of two."""
        return self.peer is not None

    @property
    def kind(self) -> str:
        """The word Slack's events and scopes use for this sort of conversation."""
        if self.is_im:
            return "im"
        if self.group:
            return "mpim"
        return "group" if self.private else "channel"


@dataclass(slots=True)
class View:
    """A modal or a Home tab as one person has it on the screen. `body` is what the app sent."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: Values = field(default_factory=dict)
    offered: Offered = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass(slots=True)
class File:
    """A file, from the moment its upload is announced. `key` is the secret of the address its bytes are sent to.

    Of a very large one that a person attached only the beginning is here: `length` is what it is announced with.
    """

    id: str
    name: str
    user: str
    length: int
    created: int
    alt_text: str = ""
    title: str = ""
    key: str = ""
    content: bytes = b""
    complete_since: float | None = None  # monotonic
    deleted: bool = False

    def complete(self) -> None:
        """All of it is there."""
        self.complete_since = self.complete_since or time.monotonic()


@dataclass(slots=True)
class Trigger:
    """The right to open one modal, for a moment, for one person."""

    user: str
    expires: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer one interaction. `original` is the message that a replacement replaces."""

    user: str
    channel: str
    expires: float
    uses: int
    original: str | None = None
    ephemeral: bool = False


@dataclass
class App:
    """What the installed app is configured to offer. None stands for "not configured: anything goes"."""

    name: str = "Allteach"
    commands: list[Json] | None = None
    shortcuts: list[Json] | None = None
    scopes: list[str] | None = None
    events: frozenset[str] | None = None
    home: bool = True
