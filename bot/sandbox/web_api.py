"""The Web API's front door: who is calling, may they, are they too fast, and then the method itself."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox import api_chat, api_conversations, api_files, api_history, api_membership, api_users, api_views
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.doors import Door, told, too_fast
from bot.sandbox.scopes import ACCEPTED, ALL, KIND_OF_TYPE, wanted
from bot.sandbox.world import World

Json = dict[str, Any]
Method = Callable[[World, Arguments], Json]


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
    "files.completeUploadExternal": api_files.complete_upload,
    "files.delete": api_files.delete,
    "files.getUploadURLExternal": api_files.upload_url,
    "files.info": api_files.info,
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
    """Everything under /api/."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        method: str = scope["path_params"]["method"]
        body = await request.body()
        await self.door.answer(
            method, scope, receive, send, lambda call: perform(self.door.world, method, request, body, call)
        )


def perform(world: World, method: str, request: Request, body: bytes, call: Json) -> Response:
    """Do the work of one call at once."""
    try:
        arguments = Arguments.read(request.scope["query_string"], body, request.headers.get("content-type", ""))
        call["arguments"] = {key: value for key, value in arguments.values.items() if key != "token"}
        authorize(world, method, arguments, request.headers.get("authorization", ""))
        wait = world.limits.retry_after(method, arguments.text("channel"))
        if wait is not None:
            call["outcome"] = "ratelimited"
            return too_fast(world, wait)
        answer = METHODS[method](world, arguments)
    except Refusal as refusal:
        answer = refusal.answer
    call["outcome"] = "ok" if answer["ok"] else answer["error"]
    granted = ",".join(ALL if world.app.scopes is None else world.app.scopes)
    accepted = ",".join(ACCEPTED.get(method, ()))
    return told(world, answer, headers={"x-oauth-scopes": granted, "x-accepted-oauth-scopes": accepted})


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
    granted = world.app.scopes
    if granted is not None:
        for needed in wanted(method, _kinds(world, arguments)):
            if not needed & set(granted):
                raise Refusal("missing_scope", needed=min(needed), provided=",".join(granted))


def _kinds(world: World, arguments: Arguments) -> list[str]:
    """The sorts of conversation a call is about; none when that cannot be told from what was sent."""
    channel = world.channels.get(arguments.text("channel"))
    if channel is not None:
        return [channel.kind]
    if arguments.given("types"):
        return [KIND_OF_TYPE[name] for name in arguments.several("types") if name in KIND_OF_TYPE]
    if arguments.given("is_private"):
        return ["group" if arguments.flag("is_private") else "channel"]
    return []
