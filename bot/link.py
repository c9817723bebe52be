"""The socket over which Slack hands us what people do: Bolt behind slack_sdk's client, opened and closed our way."""

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from threading import Event
from time import time
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection
from slack_sdk.socket_mode.builtin.frame_header import FrameHeader
from slack_sdk.socket_mode.builtin.internals import _build_data_frame_for_sending
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import BotError
from bot.kit import Kit
from bot.sending import refusals
from bot.slack import Declined, Slack, SlackTrouble, proxy

log = structlog.get_logger()
ONE_FRAME = 60_000  # bytes
ONE_READ = 16_384  # bytes; most forms come whole
PING = 3  # seconds; a socket that answers none of four is opened anew
NEW_TOKEN = "Slack shows it under api.slack.com/apps; allteach doctor says more."


class Link(SocketModeClient):
    """One socket that comes back by itself; its address is asked for over connections of our own, proxies and all."""

    def __init__(self, kit: Kit, app: App) -> None:
        """Nothing is opened yet."""
        settings, token = kit.settings, kit.settings.app_token.get_secret_value()
        self._opened = Event()
        self._slack = Slack(settings.api_url, token, timeout=settings.send_timeout)
        super().__init__(
            app_token=token,
            web_client=WebClient(ssl=self._slack.trust),
            ping_interval=PING,
            receive_buffer_size=ONE_READ,
        )
        self.current_session_runner.interval_seconds = 0
        self.proxy = proxy(settings.api_url)
        self.message_workers = kit.deliveries
        self.socket_mode_request_listeners = [_answering(app)]

    def issue_new_wss_url(self) -> str:
        """Where to connect to now, good for once; the base class calls this whenever it connects."""
        return str(self._slack.call("apps.connections.open")["url"])

    def connect(self) -> None:
        """Open the socket at that address; what we send is small, and Nagle would hold it back for up to 40 ms."""
        super().connect()
        session = self.current_session
        if session is None or session.sock is None:
            return
        session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session.on_message_listener = lambda message: self._hear(session, message)
        session.on_close_listener = lambda _code, _reason=None: self._replace(session)
        self._opened.set()

    def open(self) -> bool:
        """Connect; False where Slack isn't there yet. Raises BotError for a token of no use."""
        try:
            self.connect_to_new_endpoint()
        except SlackTrouble as trouble:
            if isinstance(trouble, Declined) and trouble.error in refusals.WORKSPACE:
                raise BotError(f"Slack doesn't take SLACK_APP_TOKEN ({trouble.error}). {NEW_TOKEN}") from None
            log.warning("socket.refused", reason=str(trouble))
        except (OSError, HTTPException) as trouble:
            log.warning("socket.unreachable", reason=str(trouble)[:200])
        return bool(self.is_connected())

    def send_message(self, message: str) -> None:
        """An ack may carry a form of a hundred kilobytes; the base class frames 64 of them, and may send a part."""
        content = message.encode()
        session = self.current_session
        if len(content) <= ONE_FRAME or session is None or session.sock is None:
            return super().send_message(message)
        pieces = [content[start : start + ONE_FRAME] for start in range(0, len(content), ONE_FRAME)]
        with session.sock_send_lock:
            for number, piece in enumerate(pieces, 1):
                kind = FrameHeader.OPCODE_TEXT if number == 1 else FrameHeader.OPCODE_CONTINUATION
                session.sock.sendall(_build_data_frame_for_sending(piece, kind, fin=number == len(pieces)))
        return None

    def _run_current_session(self) -> None:
        """Read a socket as soon as it is opened; the base class looks for one ten times a second."""
        self._opened.wait()
        self._opened.clear()
        super()._run_current_session()  # type: ignore[no-untyped-call]

    def _hear(self, session: Connection, text: str) -> None:
        """Read what came, once, and give it straight to whoever answers it; the base class takes two more threads."""
        try:
            message = json.loads(text) if text.startswith("{") else {}
        except ValueError:
            log.info("socket.cut_short")  # it ended in the middle of a message, which Slack then sends again
            return
        if message.get("type") == "disconnect":
            self._replace(session)
        elif not self.closed:
            self.message_workers.submit(self.run_message_listeners, message, text)

    def _replace(self, session: Connection) -> None:
        """Slack's word that a socket ends and its end are both answered by one new socket, and at once."""
        if session is not self.current_session or not self.auto_reconnect_enabled:
            return
        try:
            self.connect_to_new_endpoint(force=True)
        except (SlackTrouble, OSError, HTTPException) as trouble:
            log.warning("socket.lost", reason=str(trouble)[:200])  # its own monitor tries again every few seconds

    def hang_up(self) -> None:
        """Let what is being answered be answered, then close; `close` drops the answers and waits out two time-outs."""
        self.closed = True
        self.auto_reconnect_enabled = False
        self.enqueue_message("{}")  # wakes the reader of the queue, which then sees that it is closed
        self.message_processor.shutdown()
        self.message_workers.shutdown()
        self.current_session_state.terminated = True
        self.current_session_runner.event.set()
        self._opened.set()
        line = self.current_session.sock if self.current_session else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)  # wakes the reader of the socket
        self.close()
        self._slack.close()


class Promptly(Ack):
    """An ack that is on its way when `ack()` returns: what the listener does after it keeps nobody waiting."""

    def __init__(self, send: Callable[[BoltResponse], None]) -> None:
        self.response, self.sent, self._send = None, False, send

    def __call__(self, *arguments: Any, **named: Any) -> BoltResponse:
        """Say it, once."""
        response = super().__call__(*arguments, **named)
        if not self.sent:
            self.sent = True
            self._send(response)
        return response


def _answering(app: App) -> Callable[[BaseSocketModeClient, SocketModeRequest], None]:
    """An event is acknowledged when its listener is through: one whose effect was cut off is sent again."""

    def answer(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time()
        ack = Promptly(lambda response: send_response(client, request, response, began))
        context = {} if request.type == "events_api" else {"ack": ack}
        response = app.dispatch(
            BoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request), context=context)
        )
        if not ack.sent:
            send_response(client, request, response, began)

    return answer
