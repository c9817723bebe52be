"""What people do at their Slack, handed straight to the bot: a form opens where it would, and is filled in and sent."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any, NamedTuple

from slack_bolt import App, BoltRequest

from bot.errors import BotError

Json = dict[str, Any]
HELD = {  # kind of box → where its state lies, where what it opens with lies
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
}
SURE = "confirmed"  # what a tick says that stands below something unusual
PATIENCE = 3  # times that a form may ask again


class NotPlayed(BotError):
    """The script has somebody do what the bot refuses; the sentence is what it told them."""


class Screen(ThreadPoolExecutor):
    """What the bot shows to nobody but whoever acts: the form is looked at, and the rest goes by unread."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__(1)
        self.form: Json | None = None

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Look for a form in what was to be said."""
        self.form = next(_forms([arguments, named]), self.form)
        done: Future[Any] = Future()
        done.set_result(None)
        return done


class Who(NamedTuple):
    """Somebody by the ids Slack knows them by."""

    workspace: str
    user: str


class Hands:
    """People's hands on their Slack; whoever acts is named each time."""

    def __init__(self, app: App, screen: Screen, first: int) -> None:
        """`screen` is what the kit shows its forms on; no press of another play is numbered from `first` on."""
        self._app, self._screen, self._numbers = app, screen, count(first)

    def press(self, who: Who, action: str, value: object, channel: str = "") -> None:
        """Press a button; the form that opens is on the screen."""
        pressed = {
            "type": "button",
            "action_id": action,
            "value": str(value),
            "block_id": "b",
            "action_ts": self._new(),
        }
        place = {"channel": {"id": channel}} if channel else {}
        self._opened(who, {"type": "block_actions", "actions": [pressed], **place})

    def press_inside(self, action: str, value: object) -> None:
        """Press a button of the form on the screen."""
        pressed = {"type": "button", "action_id": action, "value": str(value), "block_id": "b"}
        view = {"id": f"V{self._new()}", "type": "modal", **(self._screen.form or {})}
        body = {"type": "block_actions", "actions": [{**pressed, "action_ts": self._new()}], "view": view}
        self._opened(self._who, body)

    def run(self, who: Who, command: str, text: str = "", channel: str = "D0") -> None:
        """Type a command."""
        self._screen.form, self._who = None, who
        body = {
            "command": command, "text": text, "channel_id": channel, "user_id": who.user, "team_id": who.workspace,
            "trigger_id": self._new(),
        }  # fmt: skip
        self._dispatch(body)

    def send(self, **filled: Any) -> None:
        """Fill in the form on the screen and send it; what is asked about once more is confirmed."""
        for _ in range(PATIENCE):
            answer = self._sent(filled)
            if answer.get("response_action") != "update":
                return
            before, self._screen.form = self._screen.form or {}, answer["view"]
            if answer["view"]["callback_id"] != before["callback_id"]:
                return  # the next form of a row
            sure = [box["block_id"] for box in _boxes(answer["view"]) if SURE in _offered(box["element"])]
            filled |= {name: [SURE] for name in sure}
        raise NotPlayed(f"it asks again and again: {filled}")

    def leave(self, who: Who) -> None:
        """Their account is switched off."""
        user = {"id": who.user, "team_id": who.workspace, "deleted": True, "profile": {}}
        self._dispatch(
            {
                "type": "event_callback", "team_id": who.workspace, "event_id": f"Ev{self._new()}",
                "event": {"type": "user_change", "user": user},
            }
        )  # fmt: skip

    def close(self) -> None:
        """Close the form on the screen."""
        view = {**(self._screen.form or {}), "state": {"values": {}}}
        self._dispatch({**self._by(self._who), "type": "view_closed", "is_cleared": False, "view": view})

    def boxes(self) -> list[str]:
        """The names of the boxes of the form on the screen."""
        return [box["block_id"] for box in _boxes(self._screen.form or {"blocks": []})]

    def _opened(self, who: Who, body: Json) -> None:
        self._screen.form, self._who = None, who
        self._dispatch({**self._by(who), **body})

    def _sent(self, filled: Mapping[str, Any]) -> Json:
        form = self._screen.form
        if form is None:
            raise NotPlayed("no form is open")
        form.setdefault("id", f"V{self._new()}")
        unknown = set(filled) - {box["block_id"] for box in _boxes(form)}
        if unknown:
            raise NotPlayed(f"{form['callback_id']} has no {sorted(unknown)}: {[b['block_id'] for b in _boxes(form)]}")
        state: dict[str, Json] = {}
        for box in _boxes(form):
            element, given = box["element"], filled.get(box["block_id"])
            state[box["block_id"]] = {element["action_id"]: _state(element, given)}
        view = {**form, "state": {"values": state}}
        answer = self._dispatch({**self._by(self._who), "type": "view_submission", "view": view})
        if answer.get("response_action") == "errors":
            raise NotPlayed(f"{form['callback_id']}: {answer['errors']}")
        if answer.get("view"):
            answer["view"]["id"] = form["id"]
        return answer

    def _by(self, who: Who) -> Json:
        return {
            "user": {"id": who.user, "team_id": who.workspace}, "team": {"id": who.workspace},
            "trigger_id": self._new(), "api_app_id": "A0",
        }  # fmt: skip

    def _dispatch(self, body: Json) -> Json:
        answer = self._app.dispatch(BoltRequest(mode="socket_mode", body=body))
        if answer.status != 200:
            raise NotPlayed(f"{body}: {answer.status} {answer.body}")
        told: Json = json.loads(answer.body) if answer.body else {}
        return told

    def _new(self) -> str:
        return f"{next(self._numbers)}.0"


def _forms(shown: Any) -> Iterator[Json]:
    if isinstance(shown, dict):
        if shown.get("type") == "modal" and "blocks" in shown and "state" not in shown:
            yield dict(shown)
            return
        shown = list(shown.values())
    if isinstance(shown, list | tuple):
        for one in shown:
            yield from _forms(one)


def _boxes(form: Mapping[str, Any]) -> list[Json]:
    return [block for block in form["blocks"] if block["type"] == "input"]


def _offered(element: Mapping[str, Any]) -> list[str]:
    groups = [element.get("options", ()), *(group["options"] for group in element.get("option_groups", ()))]
    return [option["value"] for options in groups for option in options]


def _state(element: Mapping[str, Any], given: Any) -> Json:
    """What a box holds: what it opened with, or what it was given."""
    kind = element["type"]
    holds, opens = HELD[kind]
    if given is None:
        return {"type": kind, holds: element.get(opens) or ([] if holds == "selected_options" else None)}
    if holds == "selected_option":
        return {"type": kind, holds: _chosen(element, str(given))}
    if holds == "selected_options":
        return {"type": kind, holds: [_chosen(element, str(one)) for one in given]}
    return {"type": kind, holds: str(given)}


def _chosen(element: Mapping[str, Any], value: str) -> Json:
    if element["type"].endswith("external_select") or value in _offered(element):
        return {"value": value, "text": {"type": "plain_text", "text": value}}
    raise NotPlayed(f"{value!r} is not among {_offered(element)}")
