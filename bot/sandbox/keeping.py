"""What a practice Slack keeps when it ends, and begins with again: everything in it but its clock and its lines."""

import pickle
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.world import World

KEPT = ("app", "count", "users", "channels", "direct", "homes", "files", "posts")


async def keep(request: Request) -> Response:
    """All of it, for whoever asks to put into a file of their own: nothing is written here."""
    world: World = request.app.state.world
    kept = {name: getattr(world, name) for name in KEPT}
    return Response(pickle.dumps((world.clock.last, kept)), media_type="application/octet-stream")


def take_up(world: World, path: Path) -> None:
    """Begin with what was kept there; a pickle is code, so the file has to be one's own."""
    world.clock.last, kept = pickle.loads(path.read_bytes())
    vars(world).update(kept)
    for file in world.files.values():
        file.complete_since = None if file.complete_since is None else 0.0  # seconds of another run
    for home in world.homes.values():
        world.views[home.id] = home
    world.touch()
