"""What a practice Slack keeps when it ends, and begins with again: everything in it but its clock and its lines."""

import pickle
from pathlib import Path
from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.world import World

Json = dict[str, Any]
KEPT = ("app", "count", "users", "channels", "direct", "homes", "files", "posts")


async def keep(world: World, arguments: Arguments) -> Json:
    """Write all of it into the file of that path."""
    kept = {name: getattr(world, name) for name in KEPT}
    Path(arguments.required("path")).write_bytes(pickle.dumps((world.clock.last, kept)))
    return {"ok": True}


def take_up(world: World, path: Path) -> None:
    """Begin with what was kept there; a pickle is code, so the file has to be one's own."""
    world.clock.last, kept = pickle.loads(path.read_bytes())
    vars(world).update(kept)
    for file in world.files.values():
        file.complete_since = None if file.complete_since is None else 0.0  # seconds of another run
    for home in world.homes.values():
        world.views[home.id] = home
    world.touch()
