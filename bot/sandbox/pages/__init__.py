"""The browser page of the practice Slack: one page, its modules and its style sheets, served as they lie here."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

HERE = Path(__file__).parent

# Nothing may come from the network, and nothing people write may run.
ONLY_FROM_HERE = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)


def routes() -> list[BaseRoute]:
    """The page and everything it loads."""
    templates, static = Jinja2Templates(directory=HERE), f"/static/{_version()}"

    async def page(request: Request) -> Response:
        parts = {"static": static, "sheets": _named("*.css"), "modules": _named("*.js")}
        response = templates.TemplateResponse(request, "page.html", parts)
        response.headers["Content-Security-Policy"] = ONLY_FROM_HERE
        return response

    return [
        Route("/", page, name="page"),
        Mount(static, app=_Kept(directory=HERE / "static"), name="static"),
    ]


class _Kept(StaticFiles):
    """Static files that a browser asks for once: those of a newer version have another address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "max-age=31536000, immutable"
        return response


@cache
def _version() -> str:
    """A name for what all of them hold."""
    held = sha256()
    for path in sorted((HERE / "static").iterdir()):
        held.update(path.read_bytes())
    return held.hexdigest()[:12]


@cache
def _named(pattern: str) -> list[str]:
    return sorted(path.name for path in (HERE / "static").glob(pattern))
