"""The Web API's front door: who is calling, may they, are they too fast, and then the method itself."""

import asyncio
import json
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox import api_chat, api_conversations, api_history, api_membership, api_users, api_views
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.faults import Fault
from bot.sandbox.scopes import ACCEPTED, ALL
from bot.sandbox.world import World

Json = dict[str, Any]
Method = Callable[[World, Arguments], Json]
Drop = Callable[[Scope], None]


def open_connection(world: World, arguments: Arguments) -> Json:
    """apps.connections.open: the address of a socket, good for one connection."""
    host = world.base_url.removeprefix("http://")
    return {"ok": True, "url": f"ws://{host}/link/{world.deliveries.ticket()}"}


METHODS: dict[str, Method] = {
    "api.test": api_users.api_test,
    "apps.connections.open": open_connection,
    "auth.test": api_users.auth_test,
    "chat.delete": api_chat.delete,
    "chat.getPermalink": api_chat.permalink,
    "chat.postEphemeral": api_chat.post_ephemeral,
    "chat.postMessage": api_chat.post_message,
    "chat.update": api_chat.update,
    "conversations.archive": api_conversations.archive,
    "conversations.create": api_conversations.create,
    "conversations.history": api_history.history,
    "conversations.info": api_conversations.info,
    "conversations.invite": api_membership.invite,
    "conversations.join": api_membership.join,
    "conversations.kick": api_membership.kick,
    "conversations.leave": api_membership.leave,
    "conversations.list": api_conversations.list_all,
    "conversations.members": api_conversations.members,
    "conversations.open": api_conversations.open_direct,
    "conversations.rename": api_conversations.rename,
    "conversations.replies": api_history.replies,
    "conversations.setPurpose": api_conversations.set_purpose,
    "conversations.setTopic": api_conversations.set_topic,
    "conversations.unarchive": api_conversations.unarchive,
    "dnd.info": api_users.do_not_disturb,
    "pins.add": api_history.pin,
    "pins.list": api_history.pins,
    "pins.remove": api_history.unpin,
    "team.info": api_users.team_info,
    "users.conversations": api_conversations.of_user,
    "users.info": api_users.info,
    "users.list": api_users.list_all,
    "users.lookupByEmail": api_users.by_email,
    "views.open": api_views.open_modal,
    "views.publish": api_views.publish,
    "views.push": api_views.push,
    "views.update": api_views.update,
}


class WebApi:
    """Everything under /api/. `drop` hangs up on a caller without an answer."""

    def __init__(self, world: World, drop: Drop) -> None:
        self.world = world
        self.drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        method: str = scope["path_params"]["method"]
        body = await request.body()
        fault = self.world.faults.take(method)
        if fault is not None and fault.what.startswith("drop"):
            await self._hang_up(scope, receive, fault, lambda: self._perform(request, method, body))
            return
        response = await self._faulty(request, method, body, fault) if fault else self._perform(request, method, body)
        await response(scope, receive, send)

    def _perform(self, request: Request, method: str, body: bytes) -> Response:
        """Do the work at once and write it down in the log of calls."""
        world = self.world
        call: Json = {"at": world.clock.now().isoformat(), "method": method}
        world.calls.append(call)
        if world.down:
            call["outcome"] = "down"
            return self._plain(503)
        try:
            arguments = Arguments.read(request.scope["query_string"], body, request.headers.get("content-type", ""))
            call["arguments"] = {key: value for key, value in arguments.values.items() if key != "token"}
            authorize(world, method, arguments, request.headers.get("authorization", ""))
            wait = world.limits.retry_after(method, arguments.text("channel"))
            if wait is not None:
                call["outcome"] = "ratelimited"
                return self._too_fast(wait)
            answer = METHODS[method](world, arguments)
        except Refusal as refusal:
            answer = refusal.answer
        call["outcome"] = "ok" if answer["ok"] else answer["error"]
        return self._answer(answer, method)

    async def _faulty(self, request: Request, method: str, body: bytes, fault: Fault) -> Response:
        if fault.what == "429":
            return self._too_fast(fault.retry_after)
        if fault.what == "500_before":
            return self._plain(500)
        if fault.what == "error":
            return self._answer({"ok": False, "error": fault.error}, method)
        if fault.what == "slow":
            await asyncio.sleep(fault.seconds)
        response = self._perform(request, method, body)
        return self._plain(500) if fault.what == "500_after" else response

    async def _hang_up(self, scope: Scope, receive: Receive, fault: Fault, work: Callable[[], Response]) -> None:
        """Close the connection without an answer, before the work, after it, or with the work done late."""
        if fault.what == "drop_after":
            if fault.late is None:
                work()
            else:
                asyncio.get_running_loop().call_later(fault.late, work)
        await asyncio.sleep(fault.seconds)
        self.drop(scope)
        while (await receive())["type"] != "http.disconnect":
            pass

    def _answer(self, answer: Json, method: str) -> Response:
        headers = {
            "date": self._date(),
            "x-oauth-scopes": ",".join(ALL if self.world.app.scopes is None else self.world.app.scopes),
            "x-accepted-oauth-scopes": ",".join(ACCEPTED.get(method, ())),
        }
        return Response(json.dumps(answer), headers=headers, media_type="application/json; charset=utf-8")

    def _too_fast(self, wait: int) -> Response:
        headers = {"retry-after": str(wait), "date": self._date()}
        words = json.dumps({"ok": False, "error": "ratelimited"})
        return Response(words, 429, headers=headers, media_type="application/json; charset=utf-8")

    def _plain(self, status: int) -> Response:
        return Response("", status, headers={"date": self._date()})

    def _date(self) -> str:
        """The practice clock's time, which an app may take for its own."""
        return format_datetime(self.world.clock.now(), usegmt=True)


def authorize(world: World, method: str, arguments: Arguments, header: str) -> None:
    """Refuse callers without a good token, methods that do not exist, and scopes that were not granted."""
    token = header.removeprefix("Bearer").strip() or arguments.text("token")
    if method not in METHODS:
        raise Refusal("unknown_method", req_method=method)
    if method == "api.test":
        return
    if not token:
        raise Refusal("not_authed")
    if token.endswith("-revoked"):
        raise Refusal("token_revoked")
    if not token.startswith(("xoxb-", "xapp-")):
        raise Refusal("invalid_auth")
    if token.startswith("xapp-") is not (method == "apps.connections.open"):
        raise Refusal("not_allowed_token_type")
    accepted, granted = ACCEPTED.get(method, ()), world.app.scopes
    if accepted and granted is not None and not set(accepted) & set(granted):
        raise Refusal("missing_scope", needed=accepted[0], provided=",".join(granted))
