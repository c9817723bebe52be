"""The app's way in: every call is written down here, and trouble ordered for it happens here."""

import asyncio
import json
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Fault
from bot.sandbox.world import World

Json = dict[str, Any]
Work = Callable[[Json], Response]


class Door:
    """What the Web API and the response URLs have in common. `drop` hangs up on a caller without an answer."""

    def __init__(self, world: World, drop: Callable[[Scope], None]) -> None:
        self.world = world
        self.drop = drop

    async def answer(self, method: str, scope: Scope, receive: Receive, send: Send, work: Work) -> None:
        """Let `work` answer, unless trouble comes first; it notes arguments and outcome in the call it is given."""
        call: Json = {"at": self.world.clock.now().isoformat(), "method": method}
        self.world.calls.append(call)
        if self.world.down:
            call["outcome"] = "down"
            await plain(self.world, 503)(scope, receive, send)
            return
        fault = self.world.faults.take(method)
        if fault is not None:
            call["fault"] = fault.what
        if fault is not None and fault.what.startswith("drop"):
            await self._hang_up(scope, receive, fault, lambda: work(call))
            return
        response = await self._faulty(fault, call, work) if fault else work(call)
        await response(scope, receive, send)

    async def _faulty(self, fault: Fault, call: Json, work: Work) -> Response:
        if fault.what == "429":
            return too_fast(self.world, fault.retry_after)
        if fault.what == "500_before":
            return plain(self.world, 500)
        if fault.what == "error":
            return told(self.world, {"ok": False, "error": fault.error})
        if fault.what == "slow":
            await asyncio.sleep(fault.seconds)
        response = work(call)
        return plain(self.world, 500) if fault.what == "500_after" else response

    async def _hang_up(self, scope: Scope, receive: Receive, fault: Fault, work: Callable[[], Response]) -> None:
        """Close the connection without an answer, before the work, after it, or with the work done late."""
        if fault.what == "drop_after" and fault.late is None:
            work()
        elif fault.what == "drop_after":
            asyncio.get_running_loop().call_later(fault.late or 0.0, work)
        await asyncio.sleep(fault.seconds)
        self.drop(scope)
        while (await receive())["type"] != "http.disconnect":
            pass


def told(world: World, answer: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON. Every answer tells the practice clock's time, which an app may take for its own."""
    dated = {"date": format_datetime(world.clock.now(), usegmt=True), **(headers or {})}
    return Response(json.dumps(answer), status, headers=dated, media_type="application/json; charset=utf-8")


def too_fast(world: World, wait: int) -> Response:
    """Refuse for so many seconds."""
    return told(world, {"ok": False, "error": "ratelimited"}, status=429, headers={"retry-after": str(wait)})


def plain(world: World, status: int) -> Response:
    """A status and no words, as from a server that is not itself."""
    return Response("", status, headers={"date": format_datetime(world.clock.now(), usegmt=True)})
