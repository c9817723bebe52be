"""A desk to drive the practice Slack from: HTTP for people, a socket or a real Bolt app for the bot."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.sandbox.server import Running

Json = dict[str, Any]
BOT = "UALLTEACH"
JSON, FORM = "application/json; charset=utf-8", "application/x-www-form-urlencoded"


class Desk:
    """The control side and the Web API of one practice Slack, over one kept-alive connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.line = HTTPConnection(url.removeprefix("http://"), timeout=10)

    def get(self, path: str, **query: Any) -> Json:
        return self._ask("GET", f"/practice/{path}?{urlencode(query)}", None)

    def post(self, path: str, **values: Any) -> Json:
        return self._ask("POST", f"/practice/{path}", values)

    def act(self, user: str, what: str, **values: Any) -> Json:
        return self.post(f"act/{what}", user=user, **values)

    def api(self, method: str, **values: Any) -> Json:
        """One Web API call with a bot token; what Slack answers, refusals included."""
        self.line.request("POST", f"/api/{method}", json.dumps(values), _headers("xoxb-desk"))
        answer: Json = json.loads(self.line.getresponse().read())
        return answer

    def person(self, name: str, **values: Any) -> str:
        user: str = self.post("users", name=name, real_name=name.title(), email=f"{name}@example.org", **values)["id"]
        return user

    def channel(self, name: str, *members: str, private: bool = False) -> str:
        """A channel with the app and these people in it."""
        made: str = self.post("channels", name=name, private=private, members=[*members, BOT])["id"]
        return made

    def sees(self, user: str, **query: Any) -> Json:
        return self.get("see", user=user, **query)

    def waits(self, user: str, until: Any) -> Json:
        """What the person sees once `until` holds of it; the practice Slack wakes us at every change."""
        seen = self.sees(user)
        for _ in range(50):
            if until(seen):
                return seen
            seen = self.sees(user, after=seen["version"], wait=2)
        raise AssertionError(f"It never came to that: {seen}")

    def messages(self, user: str, channel: str) -> list[Json]:
        """The messages a person sees in one conversation."""
        channels = self.sees(user)["channels"]
        found: list[Json] = next((one["messages"] for one in channels if one["id"] == channel), [])
        return found

    def close(self) -> None:
        self.line.close()

    def _ask(self, verb: str, path: str, values: Json | None) -> Json:
        self.line.request(verb, path, json.dumps(values) if values is not None else None)
        answer: Json = json.loads(self.line.getresponse().read())
        return answer


class Ear:
    """An app that is only a socket: it keeps what it hears and answers as it was told to."""

    def __init__(self, socket: ClientConnection) -> None:
        self.heard: list[Json] = []
        self.answers: dict[str, Json | None] = {}
        self.deaf = False
        self.news = threading.Condition()
        self.socket = socket
        self.hello: Json = json.loads(socket.recv(timeout=5))

    def events(self, kind: str) -> list[Json]:
        """The payloads of that sort heard so far: an event's type, or an interaction's."""
        return [payload for frame in self.heard if _kind(payload := frame.get("payload", {})) == kind]

    def waits_for(self, kind: str, count: int = 1) -> list[Json]:
        with self.news:
            assert self.news.wait_for(lambda: len(self.events(kind)) >= count, timeout=5), self.heard
        return self.events(kind)

    def listen(self) -> None:
        """Hear and answer until the line is cut."""
        try:
            for text in self.socket:
                self._take(json.loads(text))
        except ConnectionClosed:
            return

    def _take(self, frame: Json) -> None:
        with self.news:
            self.heard.append(frame)
            self.news.notify_all()
        if "envelope_id" in frame and not self.deaf:
            answer = self.answers.get(_kind(frame["payload"]))
            ack = {"envelope_id": frame["envelope_id"], **({"payload": answer} if answer else {})}
            self.socket.send(json.dumps(ack))


@contextmanager
def at_desk(at: datetime | None = None) -> Iterator[Desk]:
    """A practice Slack of one's own, with its rate limits off and its patience short."""
    with Running(at=at) as slack:
        desk = Desk(slack.url)
        desk.post("limits", on=False, ack_seconds=1.0, retry_delays=[0.0, 0.0, 0.0])
        try:
            yield desk
        finally:
            desk.close()


@contextmanager
def listening(desk: Desk) -> Iterator[Ear]:
    """An app that is only a socket, for as long as the block lasts."""
    with connect(_socket_address(desk)) as socket:
        ear = Ear(socket)
        thread = threading.Thread(target=ear.listen)
        thread.start()
        try:
            yield ear
        finally:
            socket.close()
            thread.join()


@contextmanager
def bolted(desk: Desk, app: App) -> Iterator[SocketModeHandler]:
    """A real Bolt app on a real socket. Closing it takes seconds unless its two readers are woken first."""
    handler = SocketModeHandler(app, app_token="xapp-desk")
    handler.client.connect()
    try:
        yield handler
    finally:
        handler.client.auto_reconnect_enabled = False
        desk.post("sockets/cut", abrupt=True)
        handler.client.current_session_runner.shutdown()
        handler.client.message_processor.event.set()
        handler.client.enqueue_message("{}")
        handler.client.close()


def bolt_app(desk: Desk) -> App:
    return App(client=WebClient(token="xoxb-desk", base_url=f"{desk.url}/api/"), token_verification_enabled=False)


def shows(desk: Desk, user: str, view: Json) -> None:
    """Open a view for a person without an app: by the trigger of a command nobody answers."""
    with listening(desk) as ear:
        desk.act(user, "command", command="/form")
        opened = desk.api("views.open", trigger_id=ear.events("/form")[0]["trigger_id"], view=view)
    assert opened["ok"], opened


def posts(desk: Desk, channel: str, *blocks: Json, **more: Any) -> str:
    """Have the app say something; the message's ts."""
    answer = desk.api("chat.postMessage", channel=channel, text="Ready?", blocks=[*blocks], **more)
    assert answer["ok"], answer
    ts: str = answer["ts"]
    return ts


def called(
    desk: Desk, method: str, body: str = "", *, token: str = "xoxb-1", kind: str = JSON
) -> tuple[HTTPResponse, Json]:
    """One call on a line of its own, with whatever token and content type."""
    line = HTTPConnection(desk.url.removeprefix("http://"), timeout=5)
    try:
        line.request("POST", f"/api/{method}", body, {"Authorization": f"Bearer {token}", "Content-Type": kind})
        response = line.getresponse()
        text = response.read()
        return response, json.loads(text) if text else {}
    finally:
        line.close()


def _socket_address(desk: Desk) -> str:
    desk.line.request("POST", "/api/apps.connections.open", "", _headers("xapp-desk"))
    address: str = json.loads(desk.line.getresponse().read())["url"]
    return address


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": JSON}


def _kind(payload: Json) -> str:
    return str(payload.get("event", payload).get("type") or payload.get("command", ""))
