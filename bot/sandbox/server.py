"""The practice Slack as one server on this machine: for a browser, for the app, and for tests."""

import asyncio
import socket
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import BinaryIO

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.sandbox import control, files, keeping, pages, sockets
from bot.sandbox.doors import Door
from bot.sandbox.origins import OwnPages
from bot.sandbox.responses import ResponseUrls
from bot.sandbox.web_api import WebApi
from bot.sandbox.world import World

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.5
PING_SECONDS = 0.3


def serve(
    port: int = 3000, at: datetime | None = None, *, kept: Path | None = None, attendant: BinaryIO | None = None
) -> None:
    """Run until interrupted, or until there is no `attendant` any more: when what he would write to us ends.

    `kept` is what another practice Slack left there.
    """
    listening = _listen(port)
    world, server = _server(listening, at)
    if kept:
        keeping.take_up(world, kept)
    if attendant:
        threading.Thread(target=_stop_when_alone, args=[server, attendant], daemon=True).start()
    print(f"The practice Slack is at {world.base_url}", flush=True)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


class Running:
    """A practice Slack in a thread of its own, for as long as a `with` block lasts."""

    def __init__(self, port: int = 0, at: datetime | None = None) -> None:
        self._listening = _listen(port)
        self.world, self._server = _server(self._listening, at)
        self.url = self.world.base_url
        self._thread = threading.Thread(target=self._run, name="practice-slack", daemon=True)

    def __enter__(self) -> "Running":
        self._thread.start()
        self._server.ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join()

    def _run(self) -> None:
        self._server.run(sockets=[self._listening])


class Server(uvicorn.Server):
    """uvicorn, stopping at once: it waits for a word instead of looking every tenth of a second."""

    def __init__(self, config: uvicorn.Config, world: World) -> None:
        super().__init__(config)
        self.world = world
        self.ready = threading.Event()

    async def main_loop(self) -> None:
        """Stay until somebody says stop, without looking every tenth of a second."""
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.ready.set()
        await self._stopping.wait()

    def stop(self) -> None:
        """End it, from any thread."""
        self._loop.call_soon_threadsafe(self._stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal stops it at once."""
        super().handle_exit(sig, frame)
        self.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everybody go who is still waiting for something, then close."""
        for server in self.servers:
            server.close()
        self.world.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=SHUTDOWN_SECONDS)


def application(world: World, connections: "Connections") -> Starlette:
    """Every address of the practice Slack."""
    door = Door(world, connections.drop)
    app = Starlette(
        routes=[
            Route("/api/{method:path}", WebApi(door), methods=["GET", "POST"]),
            Route("/response/{key}", ResponseUrls(door), methods=["POST"]),
            WebSocketRoute("/link/{ticket}", sockets.link),
            *files.routes(),
            *control.routes(),
            *pages.routes(),
        ],
        middleware=[Middleware(OwnPages)],
        exception_handlers={ClientDisconnect: _nobody_listens},
    )
    app.state.world = world
    return app


async def _nobody_listens(_request: Request, _error: Exception) -> Response:
    """For a caller who hung up before saying everything."""
    return Response(status_code=400)


class Connections:
    """The open connections by the caller's address, so that one can be hung up on."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, int], asyncio.Transport] = {}

    def drop(self, scope: Scope) -> None:
        """Hang up on a caller without an answer."""
        transport = self.open.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's protocol, with every connection noted down while it lasts."""
        kept = self.open

        class Noted(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    kept[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    kept.pop(self.client, None)
                super().connection_lost(exc)

        return Noted


def _stop_when_alone(server: Server, attendant: BinaryIO) -> None:
    server.ready.wait()
    attendant.read()
    server.stop()


def _server(listening: socket.socket, at: datetime | None) -> tuple[World, Server]:
    world, connections = World(at), Connections()
    world.base_url = f"http://{HOST}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        application(world, connections),
        http=connections.protocol(),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,  # an app that hangs up notices it by the next ping
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=120,
    )
    return world, Server(config, world)


def _listen(port: int) -> socket.socket:
    """A socket on this machine only. Only sockets that name their protocol get TCP_NODELAY from asyncio."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.listen(512)
    return listening
