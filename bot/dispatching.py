"""What people did, handed straight to our listener of its name: Bolt would try all of them, at every act."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.kit import Kit
from bot.routes import Listener, Routes

Body = dict[str, Any]
GIVEN = ("ack", "body", "view", "kit")  # what a listener may ask for


class Finding(Middleware):
    """The one middleware that we add to Bolt's."""

    def __init__(self, ours: Routes, kit: Kit) -> None:
        """`ours` is everything that was registered."""
        self._kit = kit
        self._kinds: dict[str, tuple[Mapping[str, Listener], Callable[[Body], str | None]]] = {
            "view_submission": (ours.views, lambda body: body["view"]["callback_id"]),
            "view_closed": (ours.closings, lambda body: body["view"]["callback_id"]),
            "block_actions": (ours.actions, lambda body: body["actions"][0].get("action_id")),
            "block_suggestion": (ours.menus, lambda body: body["action_id"]),
            "shortcut": (ours.shortcuts, lambda body: body["callback_id"]),
            "message_action": (ours.shortcuts, lambda body: body["callback_id"]),
            "event_callback": (ours.events, lambda body: body["event"]["type"]),
            "command": (ours.commands, lambda body: body["command"]),
        }

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:
        """What no feature wants is acknowledged, so that Slack doesn't send it again and again."""
        body, ack = req.body, req.context.ack
        kind = "command" if "command" in body else str(body.get("type"))
        if kind not in self._kinds:
            return next()
        ours, name = self._kinds[kind]
        listener = ours.get(name(body) or "")
        if listener:
            given = dict(zip(GIVEN, (ack, body, body.get("view"), self._kit), strict=True))
            listener(**{argument: given[argument] for argument in _asked_by(listener)})
        return ack.response or ack()


@cache
def _asked_by(listener: Listener) -> tuple[str, ...]:
    """The names of what it wants to be given."""
    return tuple(inspect.signature(listener).parameters)
