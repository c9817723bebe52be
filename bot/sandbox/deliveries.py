"""Payloads on their way to the app: which socket gets them, whether they were acknowledged, and when they go again."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocketDisconnect

from bot.sandbox.limits import Limits

Json = dict[str, Any]


@dataclass(eq=False)
class Line:
    """One open Socket Mode connection."""

    send: Callable[[str], Awaitable[None]]
    hang_up: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Ack:
    """What came back for one envelope. `reason` says why nothing did, in Slack's words."""

    acked: bool
    response: Json | None = None
    reason: str = ""


@dataclass
class Deliveries:
    """Every payload goes to one of the open sockets, in turn; an ack may come back on any of them."""

    limits: Limits
    lines: list[Line] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    last: Json | None = None
    sent: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def ticket(self) -> str:
        """A single-use word that opens one socket."""
        word = uuid.uuid4().hex
        self.tickets.add(word)
        return word

    def redeem(self, ticket: str) -> bool:
        """Use up a ticket; False for one that was used or never given."""
        if ticket not in self.tickets:
            return False
        self.tickets.remove(ticket)
        return True

    async def ask(self, kind: str, payload: Json, *, answers: bool) -> Ack:
        """Send what a person just did; it is tried once, because the person is looking at the screen."""
        return await self._attempt({"type": kind, "payload": payload, "accepts_response_payload": answers})

    def tell(self, payload: Json) -> asyncio.Future[bool]:
        """Send an event, again and again until it is acknowledged; the future holds whether the first try was."""
        first: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._start(self._until_acked(payload, first))
        return first

    async def again(self, times: int) -> int:
        """Send the last envelope again, as Slack does when an ack got lost; says how many were acknowledged."""
        if self.last is None:
            return 0
        envelope = {key: value for key, value in self.last.items() if key != "envelope_id"}
        acks = [
            await self._attempt({**envelope, "retry_attempt": attempt, "retry_reason": "timeout"})
            for attempt in range(1, times + 1)
        ]
        return sum(ack.acked for ack in acks)

    async def raw(self, envelope: Json) -> Ack:
        """Send an envelope exactly as given, for payloads that no person here could cause."""
        return await self._attempt(envelope)

    def acknowledged(self, frame: Json) -> None:
        """Take in one frame from the app."""
        future = self.waiting.get(str(frame.get("envelope_id", "")))
        if future is not None and not future.done():
            payload = frame.get("payload")
            future.set_result(payload if isinstance(payload, dict) and payload else None)

    async def cut(self, frame: Json | None) -> int:
        """Close every socket, after a word of warning when there is a frame to say it with."""
        lines, self.lines = self.lines, []
        for line in lines:
            if frame is not None:
                await line.send(json.dumps(frame))
            await line.hang_up()
        return len(lines)

    def stop(self) -> None:
        """Deliver nothing more."""
        for task in self.tasks:
            task.cancel()

    async def _until_acked(self, payload: Json, first: asyncio.Future[bool]) -> None:
        for attempt in range(len(self.limits.retry_delays) + 1):
            if attempt:
                await asyncio.sleep(self.limits.retry_delays[attempt - 1])
            reason = "timeout" if attempt else ""
            ack = await self._attempt(
                {
                    "type": "events_api",
                    "payload": payload,
                    "accepts_response_payload": False,
                    "retry_attempt": attempt,
                    "retry_reason": reason,
                }
            )
            if not first.done():
                first.set_result(ack.acked)
            if ack.acked:
                return

    async def _attempt(self, envelope: Json) -> Ack:
        if not self.lines:
            return Ack(False, reason="dispatch_failed")
        envelope_id = envelope.setdefault("envelope_id", str(uuid.uuid4()))
        self.last = envelope
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self.waiting[envelope_id] = future
        line = self.lines[self.sent % len(self.lines)]
        self.sent += 1
        try:
            await line.send(json.dumps(envelope))
            return Ack(True, await asyncio.wait_for(future, self.limits.ack_seconds))
        except TimeoutError:
            return Ack(False, reason="operation_timeout")
        except WebSocketDisconnect:  # the app went away just now
            return Ack(False, reason="dispatch_failed")
        finally:
            self.waiting.pop(envelope_id, None)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
