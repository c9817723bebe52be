"""Files that people attach to what they write: the app is told of them, and may fetch them with its token."""

import base64
import binascii
from typing import Any

from bot.sandbox import files
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import File, Message
from bot.sandbox.world import World

Json = dict[str, Any]
MOST = 10  # files in one message


def taken(world: World, user: str, arguments: Arguments) -> list[str]:
    """Keep the files of a message, each a name, its content in base64 and what size it tells; their ids."""
    sent = arguments.structure("files", refusal="invalid_json") or []
    if len(sent) > MOST:
        raise Refusal(f"At most {MOST} files go into one message.", status=400)
    kept = [_kept(world, user, one) for one in sent]
    world.files.update({one.id: one for one in kept})
    return [one.id for one in kept]


def of_message(world: World, said: Message) -> list[Json]:
    """The files of a message as the app is told of them: about those from another workspace it has to ask."""
    there = [world.files[one] for one in said.files if not world.files[one].deleted]
    if world.users[said.user].is_external:
        return [{"id": one.id, "mode": "file_access", "file_access": "check_file_info"} for one in there]
    return [files.shape(world, one) for one in there]


def taken_back(world: World, said: Message) -> None:
    """Whoever deletes a message deletes its files."""
    for one in said.files:
        world.files[one].deleted = True


def _kept(world: World, user: str, sent: Json) -> File:
    try:
        content = base64.b64decode(sent.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("A file's content is given in base64.", status=400) from None
    created, size = int(world.clock.now().timestamp()), int(sent.get("size") or len(content))
    file = File(world.new_id("F"), str(sent.get("name") or "untitled"), user, size, created, content=content)
    file.complete()
    return file
