"""The other end of a measurement: a Slack that only takes and acknowledges, and says how long each ack took."""

import asyncio
import itertools
import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from websockets import ConnectionClosed
from websockets.asyncio.server import Server, ServerConnection, serve

Json = dict[str, Any]
TEAM, BOT, BOT_USER = "T0BENCH", "B0BENCH", "U0BENCH"


@dataclass
class Slack:
    """Web API and Socket Mode on loopback; each app is told apart by its app token."""

    wait: float = 0.0  # seconds each call of the Web API takes
    calls: Counter[str] = field(default_factory=Counter)
    last_call: float = 0.0
    _sockets: dict[str, ServerConnection] = field(default_factory=dict)
    _arrivals: dict[str, asyncio.Event] = field(default_factory=dict)
    _waiting: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    _stamps: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _servers: list[Any] = field(default_factory=list)

    async def start(self) -> None:
        """Listen on two free ports."""
        line: Server = await serve(self._converse, "127.0.0.1", 0, compression=None, max_size=None)
        api = await asyncio.get_running_loop().create_server(lambda: _Caller(self), "127.0.0.1", 0)
        self._servers = [line, api]
        self._line_port = next(iter(line.sockets)).getsockname()[1]
        self.url = f"http://127.0.0.1:{api.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Take no more."""
        for server in self._servers:
            server.close()

    async def connected(self, app: str, within: float = 20.0) -> None:
        """Wait until the app's socket stands."""
        await asyncio.wait_for(self._arrivals.setdefault(app, asyncio.Event()).wait(), within)

    async def gone(self, app: str, within: float = 20.0) -> None:
        """Wait until the app's socket is closed; the next one is awaited anew."""
        self._arrivals.pop(app, None)
        if app in self._sockets:
            await asyncio.wait_for(self._sockets.pop(app).wait_closed(), within)

    async def at_rest(self, quiet: float = 0.7, within: float = 60.0) -> None:
        """Wait until nothing has been asked of the Web API for a while."""
        began = time.perf_counter()
        while time.perf_counter() < min(max(self.last_call, began) + quiet, began + within):
            await asyncio.sleep(0.05)

    async def offer(self, app: str, kind: str, payload: Json) -> float:
        """Send one envelope; returns the seconds until its ack, or infinity where none came within five."""
        envelope = str(uuid4())
        acked = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        answers = kind != "events_api"
        frame = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": answers}
        text = json.dumps(frame)
        began = time.perf_counter()
        await self._sockets[app].send(text)
        try:
            ended: float = await asyncio.wait_for(acked, 5.0)
            return ended - began
        except TimeoutError:
            return float("inf")
        finally:
            self._waiting.pop(envelope, None)

    def answer(self, path: str, arguments: Json, token: str) -> Json:
        """What the Web API says to one call."""
        method = path.rpartition("/")[2]
        self.calls[method] += 1
        self.last_call = time.perf_counter()
        ok: Json = {"ok": True}
        match method:
            case "apps.connections.open":
                return {**ok, "url": f"ws://127.0.0.1:{self._line_port}/{token}"}
            case "auth.test":
                return {
                    **ok, "team_id": TEAM, "team": "Bench", "user_id": BOT_USER, "bot_id": BOT, "url": "https://bench.example",
                }  # fmt: skip
            case "users.lookupByEmail":
                name = str(arguments["email"]).partition("@")[0]
                profile = {"email": arguments["email"]}
                return {
                    **ok,
                    "user": {"id": user_id(name), "team_id": TEAM, "profile": profile, "tz": "America/New_York"},
                }
            case "conversations.create":
                return {**ok, "channel": {"id": f"C{next(self._stamps):08}", "name": arguments["name"]}}
            case "conversations.open":
                return {**ok, "channel": {"id": f"D{arguments['users']}"}}
            case "chat.postMessage":
                stamp = next(self._stamps)
                return {**ok, "channel": arguments["channel"], "ts": f"{1_700_000_000 + stamp // 1000}.{stamp:06}"}
        return ok

    async def _converse(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        app = socket.request.path.strip("/").partition("?")[0]
        self._sockets[app] = socket
        await socket.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0BENCH"}}))
        self._arrivals.setdefault(app, asyncio.Event()).set()
        with suppress(ConnectionClosed):
            async for text in socket:
                self._heard(text)

    def _heard(self, text: str | bytes) -> None:
        frame = json.loads(text)
        waiting = self._waiting.get(frame.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())
            assert not frame.get("payload"), f"what was offered is refused: {frame['payload']}"


class _Caller(asyncio.Protocol):
    """One kept-alive HTTP connection."""

    def __init__(self, slack: Slack) -> None:
        self._slack, self._heard = slack, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, rest = self._heard.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self._heard = rest[length:]
            arguments = {name: values[0] for name, values in parse_qs(rest[:length].decode()).items()}
            token = headers.get("authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
            answer = json.dumps(self._slack.answer(lines[0].split()[1], arguments, token)).encode()
            asyncio.get_running_loop().call_later(self._slack.wait, self._reply, answer)

    def _reply(self, answer: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
        assert isinstance(self._transport, asyncio.WriteTransport)
        self._transport.write(head.encode() + answer)


def user_id(name: str) -> str:
    """The Slack id of a person of the record."""
    return f"U0{name.upper()}"
