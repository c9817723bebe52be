"""chat.*: what the app says, changes and takes back."""

from typing import Any

from bot.sandbox import content, events, shapes
from bot.sandbox.api_conversations import conversation
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT, BOT_USER, DOMAIN, Channel, Message
from bot.sandbox.world import World

Json = dict[str, Any]
MOST_UPDATE_TEXT = 4_000


def post_message(world: World, arguments: Arguments) -> Json:
    """Say something in a channel, or to a person when `channel` is the id of one."""
    channel = _place(world, arguments)
    thread_ts = _thread(channel, arguments)
    blocks = content.message_blocks(world, arguments)
    text = content.message_text(arguments, blocks)
    metadata = content.metadata(arguments) or None
    message = Message(
        world.clock.ts(),
        channel.id,
        BOT_USER,
        text,
        blocks or [],
        from_app=True,
        thread_ts=thread_ts,
        broadcast=arguments.flag("reply_broadcast") and thread_ts is not None,
        metadata=metadata,
    )
    events.said(world, world.add_message(message))
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shapes.message(world, message)}


def post_ephemeral(world: World, arguments: Arguments) -> Json:
    """Say something that one person sees, in a place where that person is."""
    channel = conversation(world, arguments.required("channel"), member=True)
    reader = arguments.required("user")
    if reader not in world.users:
        raise Refusal("user_not_found")
    if reader not in channel.members:
        raise Refusal("user_not_in_channel")
    blocks = content.message_blocks(world, arguments)
    text = content.message_text(arguments, blocks)
    thread_ts = arguments.text("thread_ts") or None
    whisper = Message(world.clock.ts(), channel.id, BOT_USER, text, blocks or [], from_app=True, seen_by=reader)
    whisper.thread_ts = thread_ts
    world.add_message(whisper)
    return {"ok": True, "message_ts": whisper.ts}


def update(world: World, arguments: Arguments) -> Json:
    """Change a message. Blocks and metadata that are not sent stay as they are."""
    channel, message = _own_message(world, arguments, refusal="cant_update_message")
    text = arguments.text("text")
    if len(text) > MOST_UPDATE_TEXT:
        raise Refusal("msg_too_long")
    blocks = content.message_blocks(world, arguments)
    if not text and not blocks:
        raise Refusal("no_text")
    metadata = content.metadata(arguments)
    before = shapes.message(world, message)
    edit(world, message, text=text if arguments.given("text") else None, blocks=blocks)
    if metadata is not None:
        message.metadata = metadata or None
    events.changed(world, message, before)
    shape = shapes.message(world, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def delete(world: World, arguments: Arguments) -> Json:
    """chat.delete: take one of the app's own messages away."""
    channel, message = _own_message(world, arguments, refusal="cant_delete_message")
    remove(world, channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def permalink(world: World, arguments: Arguments) -> Json:
    """chat.getPermalink: the address of one message."""
    channel = conversation(world, arguments.required("channel"))
    ts = arguments.required("message_ts")
    if ts not in channel.messages:
        raise Refusal("message_not_found")
    link = f"https://{DOMAIN}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = channel.messages[ts].thread_ts
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def edit(world: World, message: Message, *, text: str | None, blocks: list[Json] | None) -> None:
    """Give a message new words, new blocks or both; None keeps what is there."""
    if text is not None:
        message.text = text
    if blocks is not None:
        message.blocks = blocks
        message.values.clear()
    message.edited = {"user": BOT, "ts": world.clock.ts()}
    world.touch()


def remove(world: World, channel: Channel, message: Message) -> None:
    """Take a message out of its channel and its thread."""
    before = shapes.message(world, message)
    del channel.messages[message.ts]
    parent = channel.messages.get(message.thread_ts or "")
    if parent is not None and message.ts in parent.replies:
        parent.replies.remove(message.ts)
    world.touch()
    events.deleted(world, channel, before)


def _place(world: World, arguments: Arguments) -> Channel:
    target = arguments.required("channel")
    if target[0] in "UW" and target in world.users:
        person = world.users[target]
        if target == BOT_USER or person.is_bot:
            raise Refusal("cannot_dm_bot")
        if person.deleted or not person.joined:
            raise Refusal("channel_not_found")
        return world.conversation_with(target)
    channel = conversation(world, target, by_name=True)
    if channel.archived:
        raise Refusal("is_archived")
    public = world.app.scopes is not None and "chat:write.public" in world.app.scopes
    if BOT_USER not in channel.members and not public:
        raise Refusal("not_in_channel")
    return channel


def _thread(channel: Channel, arguments: Arguments) -> str | None:
    if not arguments.given("thread_ts"):
        return None
    root = channel.messages.get(arguments.text("thread_ts"))
    if root is None:
        raise Refusal("thread_not_found")
    return root.thread_ts or root.ts


def _own_message(world: World, arguments: Arguments, *, refusal: str) -> tuple[Channel, Message]:
    channel = conversation(world, arguments.required("channel"))
    message = channel.messages.get(arguments.required("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if not message.from_app:
        raise Refusal(refusal)
    return channel, message
