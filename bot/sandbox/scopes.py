"""Which scopes each method needs: one of those listed is enough, of those for the sort of conversation it is about."""

_MANAGE = ("channels:manage", "groups:write", "im:write", "mpim:write")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

ACCEPTED: dict[str, tuple[str, ...]] = {
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": _MANAGE,
    "conversations.create": _MANAGE,
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.invite": (*_MANAGE, "channels:write.invites", "groups:write.invites"),
    "conversations.join": ("channels:join",),
    "conversations.kick": _MANAGE,
    "conversations.leave": _MANAGE,
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.open": ("im:write", "mpim:write", "channels:manage", "groups:write"),
    "conversations.rename": _MANAGE,
    "conversations.replies": _HISTORY,
    "conversations.setPurpose": (*_MANAGE, "channels:write.topic", "groups:write.topic"),
    "conversations.setTopic": (*_MANAGE, "channels:write.topic", "groups:write.topic"),
    "conversations.unarchive": _MANAGE,
    "dnd.info": ("dnd:read",),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "pins.add": ("pins:write",),
    "pins.list": ("pins:read",),
    "pins.remove": ("pins:write",),
    "team.info": ("team:read",),
    "users.conversations": _READ,
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}

ALL: tuple[str, ...] = tuple(dict.fromkeys(scope for scopes in ACCEPTED.values() for scope in scopes))

PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def wanted(method: str, kinds: list[str]) -> list[set[str]]:
    """One set for each sort of conversation in question; the app must hold a scope of every set."""
    accepted = ACCEPTED.get(method, ())
    if not accepted:
        return []
    by_kind = [{scope for scope in accepted if scope.startswith(f"{PREFIX[kind]}:")} for kind in kinds]
    return [scopes for scopes in by_kind if scopes] or [set(accepted)]
