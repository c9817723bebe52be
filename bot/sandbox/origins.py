"""Pages of other sites may be open in the same browser: what they send to the control side is refused."""

import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

HERE = ("127.0.0.1", "localhost")  # what this machine is called in the address of a page of ours
CONTROL, READING = "/practice/", ("GET", "HEAD")
FOREIGN = "Another site's page asks for this. Only the practice Slack's own pages and programs on this machine may."


class OwnPages:
    """Lets through what our own pages and programs ask for; a program says of no page that it comes from there."""

    def __init__(self, app: ASGIApp) -> None:
        """`app` is everything behind it."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what a foreign page would change here."""
        if scope["type"] == "http" and scope["path"].startswith(CONTROL) and scope["method"] not in READING:
            headers = Headers(scope=scope)
            if not _is_ours(headers.get("origin"), headers.get("host", "")):
                answer = json.dumps({"ok": False, "error": FOREIGN})
                await Response(answer, 403, media_type="application/json")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_ours(origin: str | None, host: str) -> bool:
    """Whether a page has the very address that is asked, and that is this machine under a name of its own."""
    return origin is None or (origin == f"http://{host}" and urlsplit(origin).hostname in HERE)
