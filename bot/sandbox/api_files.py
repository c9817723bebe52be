"""files.*: what the app uploads, asks about and takes away."""

from typing import Any

from bot.sandbox import events, files
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT_USER, Channel, File, Message
from bot.sandbox.world import World

Json = dict[str, Any]
MOST_ALT_TEXT = 1_000


def upload_url(world: World, arguments: Arguments) -> Json:
    """files.getUploadURLExternal: an address for so many bytes, and the id the file will have."""
    name, length = arguments.required("filename"), arguments.number("length", 0)
    alt_text = arguments.text("alt_txt")
    if length < 1:
        raise Refusal("invalid_arguments", messages=["[ERROR] must be greater than 0 [json-pointer:/length]"])
    if len(alt_text) > MOST_ALT_TEXT:
        most = MOST_ALT_TEXT + 1
        raise Refusal(
            "invalid_arguments", messages=[f"[ERROR] must be less than {most} characters [json-pointer:/alt_txt]"]
        )
    file = files.begin(world, name, length, alt_text)
    return {"ok": True, "upload_url": files.upload_url(world, file), "file_id": file.id}


def complete_upload(world: World, arguments: Arguments) -> Json:
    """files.completeUploadExternal: the bytes are there; without a channel the file is private to the app."""
    if arguments.given("channels"):
        raise Refusal("invalid_arguments", messages=["[ERROR] one channel at a time [json-pointer:/channels]"])
    channel = _shared_in(world, arguments) if arguments.given("channel_id") else None
    named = arguments.structure("files", refusal="invalid_arguments")
    if not isinstance(named, list) or not named or not all(isinstance(one, dict) for one in named):
        raise Refusal("invalid_arguments", messages=["[ERROR] missing required field: files"])
    found = [(_uploaded(world, str(one.get("id"))), str(one.get("title") or "")) for one in named]
    for file, title in found:
        file.title = title
        file.complete()
    if channel:
        _share(world, channel, [file.id for file, _ in found], arguments)
    return {"ok": True, "files": [{"id": file.id, "title": file.title or file.name} for file, _ in found]}


def info(world: World, arguments: Arguments) -> Json:
    """files.info: a file; of what sort it is stands there only after a moment."""
    return {"ok": True, "file": files.shape(world, files.known(world, arguments.required("file"))), "comments": []}


def delete(world: World, arguments: Arguments) -> Json:
    """files.delete: take away one of the app's own files."""
    file = files.known(world, arguments.required("file"))
    if file.user != BOT_USER:
        raise Refusal("cant_delete_file")
    file.deleted = True
    world.touch()
    return {"ok": True}


def _shared_in(world: World, arguments: Arguments) -> Channel:
    """The conversation that the app puts files into, if it is in there."""
    channel = world.channels.get(arguments.text("channel_id"))
    if channel is None:
        raise Refusal("channel_not_found")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _share(world: World, channel: Channel, ids: list[str], arguments: Arguments) -> None:
    """A message of the app's with these files, in a thread where one is named."""
    comment, thread = arguments.text("initial_comment"), arguments.text("thread_ts") or None
    message = Message(world.clock.ts(), channel.id, BOT_USER, comment, from_app=True, thread_ts=thread, files=ids)
    world.add_message(message)
    events.said(world, message)


def _uploaded(world: World, file_id: str) -> File:
    file = world.files.get(file_id)
    if file is None or not file.content:
        raise Refusal("file_not_found")
    return file
