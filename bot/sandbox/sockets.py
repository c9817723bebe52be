"""Socket Mode: the app's end of every delivery."""

import json

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.deliveries import Line
from bot.sandbox.things import APP
from bot.sandbox.world import World

HOST = {"host": "applink-practice"}


async def link(websocket: WebSocket) -> None:
    """One connection, from its hello to its end. A ticket opens one; more sockets than Slack allows are turned away."""
    world: World = websocket.app.state.world
    deliveries = world.deliveries
    if world.down or not deliveries.redeem(websocket.path_params["ticket"]):
        await websocket.close()
        return
    await websocket.accept()
    if len(deliveries.lines) >= world.limits.sockets:
        await websocket.send_text(json.dumps(goodbye(world, "too_many_websockets")))
        await websocket.close()
        return
    line = Line(websocket.send_text, websocket.close)
    deliveries.lines.append(line)
    try:
        await websocket.send_text(json.dumps(hello(world)))
        async for text in websocket.iter_text():
            frame = json.loads(text)
            if isinstance(frame, dict):
                deliveries.acknowledged(frame)
    except WebSocketDisconnect:
        return
    finally:
        if line in deliveries.lines:
            deliveries.lines.remove(line)


def hello(world: World) -> dict[str, object]:
    """The first frame on every socket."""
    debug = {**HOST, "build_number": 1, "approximate_connection_time": 3600}
    connections = len(world.deliveries.lines)
    return {"type": "hello", "num_connections": connections, "debug_info": debug, "connection_info": {"app_id": APP}}


def goodbye(world: World, reason: str) -> dict[str, object]:
    """The frame before a socket ends; after `warning` and `refresh_requested` the app should connect again."""
    connections = len(world.deliveries.lines)
    return {
        "type": "disconnect",
        "reason": reason,
        "num_connections": connections,
        "debug_info": HOST,
        "connection_info": {"app_id": APP},
    }
