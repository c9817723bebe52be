"""People who use the practice Slack as anybody would: they type, fill, press, and read what is there."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]
PATIENCE = 5.0  # seconds until something a person waits for counts as not coming


class Control:
    """The practice Slack's control side, over one kept-alive connection for each thread."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lines = threading.local()
        self._opened: list[HTTPConnection] = []

    def get(self, path: str, **query: Any) -> Json:
        return self._ask("GET", f"/practice/{path}?{urlencode(query)}", None)

    def post(self, path: str, **values: Any) -> Json:
        return self._ask("POST", f"/practice/{path}", values)

    def calls(self, method: str) -> list[Json]:
        """What the bot asked of the Web API."""
        found: list[Json] = self.get("calls", method=method)["calls"]
        return found

    def fault(self, method: str, what: str, times: int = 1, **more: Any) -> None:
        """Let the next calls of a method go wrong in this way."""
        self.post("faults", method=method, what=what, times=times, **more)

    def heals(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE", "/practice/faults", None)

    def close(self) -> None:
        """Hang up."""
        for line in self._opened:
            line.close()

    def _ask(self, verb: str, path: str, values: Json | None) -> Json:
        line: HTTPConnection | None = getattr(self._lines, "line", None)
        if line is None:
            line = self._lines.line = HTTPConnection(
                self.url.removeprefix("http://"), timeout=50
            )  # a stretch of practice time takes its own
            self._opened.append(line)
        body = None if values is None else json.dumps(values)
        try:
            return _told(line, verb, path, body)
        except RemoteDisconnected:  # nothing was asked for minutes, and the other end hung up
            line.close()
            return _told(line, verb, path, body)


class Persona:
    """One person at their Slack; after each act the bot is given the time to finish what it says."""

    def __init__(self, name: str, user: str, control: Control, settle: Callable[[], None]) -> None:
        self.name, self.user = name, user
        self._control, self._settle = control, settle

    # what they do

    def runs(self, line: str, channel: str = "small-town") -> Json:
        """Type a command in a channel."""
        command, _, text = line.partition(" ")
        return self._act("command", channel=self._channel(channel)["id"], command=command, text=text)

    def uses(self, shortcut: str) -> Json:
        """Choose a global shortcut."""
        return self._act("shortcut", callback_id=shortcut)

    def uses_on(self, shortcut: str, message: Json, channel: str) -> Json:
        """Choose a shortcut on a message."""
        return self._act(
            "message_shortcut", callback_id=shortcut, channel=self._channel(channel)["id"], ts=message["ts"]
        )

    def writes(self, text: str, channel: str | None = None, under: Json | None = None) -> Json:
        """Write in a channel, or in a direct message to the bot."""
        where: Json = {"channel": self._channel(channel)["id"]} if channel else {"app": True}
        return self._act("message", text=text, **where, **({"thread_ts": under["ts"]} if under else {}))

    def attaches(self, content: str | bytes, name: str = "numbers.csv", **more: Any) -> Json:
        """Drop a file into the conversation with the bot; `size` is what it is announced with, `text` goes with it."""
        written = content.encode() if isinstance(content, str) else content
        file = {"name": name, "content": base64.b64encode(written).decode(), "size": more.pop("size", len(written))}
        return self._act("message", app=True, files=[file], **{"text": "", **more})

    def presses(self, label: str, message: Json | None = None, channel: str | None = None) -> Json:
        """Press a button by its label: in the open form, else on a message (the newest that has it)."""
        if message is None and self.form:
            action = _button(self.form["blocks"], label)
            if action:
                return self._act("click", view=True, **action)
        found = self._message_with(label, message, channel)
        return self._act("click", channel=found["channel"], ts=found["ts"], **found["action"])

    def presses_beside(self, words: str, label: str) -> Json:
        """Press a button of the open form on the line with these words."""
        line = [block for block in (self.form or {})["blocks"] if words in texts([block])]
        action = _button(line, label)
        assert action, f"{self.name} sees no {label!r} beside {words!r}"
        return self._act("click", view=True, **action)

    def presses_at_home(self, label: str) -> Json:
        """Press a button on the Home tab."""
        action = _button(self.home["blocks"], label)
        assert action, f"{self.name} sees no {label!r} at home"
        return self._act("click", home=True, **action)

    def opens_home(self) -> Json:
        """Go to the Home tab."""
        self._act("home")
        return self.home

    def types(self, box: str, text: str) -> Json:
        """Type in a box of the open form, letter by letter as far as the bot is told."""
        return self._act("type", block_id=box, value=text)

    def chooses(self, menu: str, choice: str | list[str]) -> Json:
        """Choose in a menu of the open form that acts at once."""
        return self._act("click", view=True, action_id=menu, selected=choice)

    def looks_for(self, box: str, typed: str) -> list[str]:
        """Type in a menu of the open form that asks for its choices: it then offers these."""
        menu = {"view": True, "block_id": box, "action_id": self.box(box)["element"]["action_id"]}
        offered = self._act("suggest", **menu, value=typed)["response"]
        groups = offered.get("option_groups", [offered])
        return [option["text"]["text"] for group in groups for option in group["options"]]

    def submits(self, **values: Any) -> Json:
        """Fill in boxes and send the form."""
        return self._act("submit", values=values)

    def closes(self) -> Json:
        """Close the form with its x."""
        return self._act("close")

    # what they see

    @property
    def form(self) -> Json | None:
        """The form on top, if one is open."""
        found: Json | None = self._sees()["modal"]
        return found

    @property
    def home(self) -> Json:
        """The Home tab as it was last published."""
        found: Json = self._sees()["home"] or {"blocks": []}
        return found

    def messages(self, channel: str) -> list[Json]:
        """What stands in a channel, oldest first; what only they see included."""
        found: list[Json] = self._channel(channel)["messages"]
        return found

    def reads(self, channel: str) -> list[str]:
        """The texts of a channel's messages."""
        return [message["text"] for message in self.messages(channel)]

    def dm(self) -> list[Json]:
        """The conversation with the bot."""
        ims = [one for one in self._sees()["channels"] if one["is_im"]]
        return [message for one in ims for message in one["messages"]]

    def hears(self) -> list[str]:
        """The bot's direct messages."""
        return [message["text"] for message in self.dm() if message.get("bot")]

    def whispers(self, channel: str = "small-town") -> list[str]:
        """What only they see there."""
        return [message["text"] for message in self.messages(channel) if message.get("ephemeral")]

    def box(self, block_id: str) -> Json:
        """A box of the open form."""
        assert self.form, f"{self.name} has no form open"
        return next(block for block in self.form["blocks"] if block.get("block_id") == block_id)

    def boxes(self) -> list[str]:
        """The names of the open form's boxes."""
        return [block["block_id"] for block in (self.form or {"blocks": []})["blocks"] if block["type"] == "input"]

    def filled_in(self) -> Json:
        """What stands in the open form: block id → value."""
        assert self.form, f"{self.name} has no form open"
        values = self.form.get("state", {}).get("values", {})
        return {block: _value(next(iter(elements.values()))) for block, elements in values.items()}

    def waits_until(self, so: Callable[[], Any]) -> None:
        """Look again whenever something changes on their screen, until it is so."""
        patience, version = time.monotonic() + 2 * PATIENCE, 0
        while not so():
            assert time.monotonic() < patience, f"it never came to that for {self.name}"
            version = self._control.get("see", user=self.user, after=version, wait=0.05)["version"]

    def _act(self, what: str, **values: Any) -> Json:
        answer = self._control.post(f"act/{what}", user=self.user, **values)
        self._settle()
        return answer

    def _sees(self) -> Json:
        return self._control.get("see", user=self.user)

    def _channel(self, name: str) -> Json:
        channels = self._sees()["channels"]
        found = next((one for one in channels if name in (one["name"], one["id"])), None)
        assert found, f"{self.name} is not in {name}; only in {[one['name'] for one in channels]}"
        return dict(found)

    def _message_with(self, label: str, message: Json | None, channel: str | None) -> Json:
        for one in self._sees()["channels"]:
            if channel and channel not in (one["name"], one["id"]):
                continue
            for candidate in reversed(one["messages"]):
                action = _button(candidate.get("blocks") or [], label)
                if action and (message is None or candidate["ts"] == message["ts"]):
                    return {"channel": one["id"], "ts": candidate["ts"], "action": action}
        raise AssertionError(f"{self.name} sees no {label!r} to press")


def _told(line: HTTPConnection, verb: str, path: str, body: str | None) -> Json:
    line.request(verb, path, body, {"Content-Type": "application/json"})
    answer: Json = json.loads(line.getresponse().read())
    return answer


def texts(blocks: list[Json]) -> str:
    """Everything a view or message says in its blocks, as one text."""
    return "\n".join(_strings(blocks))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _button(blocks: list[Json], label: str) -> Json | None:
    for block in blocks:
        for element in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                return {
                    "action_id": element["action_id"],
                    "block_id": block.get("block_id"),
                    "value": element.get("value"),
                }
    return None


def _value(element: Json) -> Any:
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or ()]
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    return element.get("value") or element.get("selected_date") or element.get("selected_time")
