"""Files: where their bytes arrive, where they are fetched, and which of them an app may show as a picture."""

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.arguments import Refusal
from bot.sandbox.doors import plain
from bot.sandbox.things import BOT_USER, DOMAIN, TEAM, File
from bot.sandbox.world import World

Json = dict[str, Any]
KINDS = {  # how the bytes begin → mimetype, filetype, and what people call it
    b"\x89PNG\r\n\x1a\n": ("image/png", "png", "PNG"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg", "JPEG"),
    b"GIF8": ("image/gif", "gif", "GIF"),
    b"%PDF-": ("application/pdf", "pdf", "PDF"),
}
BY_NAME = {
    "csv": ("text/csv", "csv", "CSV"),
    "ics": ("text/calendar", "ics", "Calendar"),
    "txt": ("text/plain", "text", "Plain Text"),
}
UNKNOWN = ("application/octet-stream", "binary", "Binary")
SHOWN = ("image/png", "image/jpeg", "image/gif")


def begin(world: World, name: str, length: int, alt_text: str) -> File:
    """A file whose bytes are still to come, from the app."""
    created = int(world.clock.now().timestamp())
    file = File(world.new_id("F"), name, BOT_USER, length, created, alt_text, key=secrets.token_hex(16))
    world.files[file.id] = file
    return file


def upload_url(world: World, file: File) -> str:
    """Where its bytes are to be sent, once."""
    return f"{world.base_url}/upload/v1/{file.key}"


def url(world: World, file: File) -> str:
    """Where it is fetched, with a token."""
    return f"{world.base_url}/files-pri/{TEAM}-{file.id}/{quote(file.name)}"


def known(world: World, file_id: str) -> File:
    """The file of that id, once it is complete."""
    file = world.files.get(file_id)
    if file is None or file.complete_since is None:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    return file


def is_looked_at(world: World, file: File) -> bool:
    """Whether Slack knows by now what sort of file it is: that takes a moment after it is complete."""
    return file.complete_since is not None and time.monotonic() >= file.complete_since + world.limits.file_seconds


def kind(file: File) -> tuple[str, str, str]:
    """Mimetype, filetype and its name for people, by how it begins or else by its name."""
    begins = next((kind for mark, kind in KINDS.items() if file.content.startswith(mark)), None)
    return begins or BY_NAME.get(file.name.rpartition(".")[2].lower(), UNKNOWN)


def shape(world: World, file: File) -> Json:
    """A file as files.info shows it."""
    mimetype, filetype, pretty = kind(file) if is_looked_at(world, file) else ("", "", "")
    address = url(world, file)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": TEAM,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": f"https://{DOMAIN}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "comments_count": 0,
        "is_starred": False,
        "shares": {},
        "channels": [],
        "groups": [],
        "ims": [],
        "has_more_shares": False,
        "has_rich_preview": False,
        "file_access": "visible",
        **({"alt_txt": file.alt_text} if file.alt_text else {}),
    }


def faults(world: World, blocks: Any) -> list[str]:
    """Every picture in these blocks that Slack would not show: unknown, not yet looked at, gone, or no picture."""
    return [
        f"invalid slack file [json-pointer:{at}/slack_file]"
        for at, named in _named(blocks, "/blocks")
        if not _can_be_shown(world, named)
    ]


def routes() -> list[Route]:
    """Where bytes come and go."""
    return [
        Route("/upload/v1/{key}", receive, methods=["POST"]),
        Route("/files-pri/{id}/{name}", fetch),
        Route("/practice/pictures/{id}", look),
    ]


async def receive(request: Request) -> Response:
    """Take the bytes of a file, as many as were announced."""
    world: World = request.app.state.world
    call: Json = {"at": world.clock.now().isoformat(), "method": "upload"}
    world.calls.append(call)
    content = await request.body()
    fault = world.faults.take("upload")
    file = next((one for one in world.files.values() if one.key == request.path_params["key"]), None)
    if world.down or fault is not None:
        call["outcome"] = "down" if world.down else fault.what if fault else ""
        return plain(world, 503)
    if file is None or file.content or len(content) != file.length:
        call["outcome"] = "refused"
        return plain(world, 400)
    file.content, call["outcome"] = content, "ok"
    return Response(f"OK - {len(content)}")


async def fetch(request: Request) -> Response:
    """The bytes, for the app; without a token Slack shows a page to sign in with, and says 200 to it."""
    world: World = request.app.state.world
    call: Json = {"at": world.clock.now().isoformat(), "method": "download", "outcome": "ok"}
    world.calls.append(call)
    fault = world.faults.take("download")
    if world.down or fault is not None:
        call["outcome"] = "down" if world.down else fault.what if fault else ""
        return plain(world, 503)
    file = world.files.get(request.path_params["id"].partition("-")[2])
    if not request.headers.get("authorization", "").startswith("Bearer xoxb-"):
        return Response("<!DOCTYPE html><title>Sign in</title>", media_type="text/html")
    return plain(world, 404) if file is None or file.deleted else _bytes(file)


async def look(request: Request) -> Response:
    """A picture, for whoever reads the message that it stands in."""
    world: World = request.app.state.world
    file = world.files.get(request.path_params["id"])
    return plain(world, 404) if file is None or file.deleted else _bytes(file)


def _bytes(file: File) -> Response:
    headers = {"x-content-type-options": "nosniff", "cache-control": "private, max-age=3600"}
    return Response(file.content, media_type=kind(file)[0], headers=headers)


def _can_be_shown(world: World, named: Json) -> bool:
    file = next((one for one in world.files.values() if named in ({"id": one.id}, {"url": url(world, one)})), None)
    return file is not None and not file.deleted and is_looked_at(world, file) and kind(file)[0] in SHOWN


def _named(node: Any, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        if isinstance(node.get("slack_file"), dict):
            yield at, node["slack_file"]
        for name, part in node.items():
            yield from _named(part, f"{at}/{name}")
    elif isinstance(node, list):
        for place, part in enumerate(node):
            yield from _named(part, f"{at}/{place}")
