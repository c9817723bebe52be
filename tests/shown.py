"""Everything the bot says, rendered from the gallery: likely words in every face, and as much as there can be."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot import gallery
from bot.sandbox.rules import Surface
from bot.templates import Templates
from tests.personas import texts

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A message or view as Slack would get it, in one of its faces."""

    name: str
    payload: Json

    @property
    def surface(self) -> Surface:
        """Where it is shown."""
        kind = self.payload.get("type")
        return "modal" if kind == "modal" else "home" if kind == "home" else "message"

    def elements(self) -> Iterator[tuple[Json, Json]]:
        """Every button and box, with its block."""
        for block in self.payload["blocks"]:
            single = [block[name] for name in ("accessory", "element") if name in block]
            for element in [*block.get("elements", ()), *single]:
                if "action_id" in element:
                    yield block, element

    def actions(self) -> set[str]:
        """The action ids that the bot hears of."""
        return {
            element["action_id"]
            for block, element in self.elements()
            if block["type"] != "input" or block.get("dispatch_action")
        }

    def menus(self) -> set[str]:
        """The action ids of menus whose choices the bot is asked for."""
        return {one["action_id"] for _, one in self.elements() if one["type"].endswith("external_select")}

    def says(self) -> str:
        """All its words."""
        return f"{self.payload.get('text', '')}\n{texts(self.payload['blocks'])}"


@cache
def usual() -> tuple[Shown, ...]:
    """Everything the bot says, in every face, with likely words."""
    return tuple(_rendered(name, values) for name in gallery.names() for values in gallery.faces(name))


@cache
def fullest() -> tuple[Shown, ...]:
    """The same with as much in it as there can be."""
    return tuple(_rendered(name, values) for name in gallery.names() for values in gallery.fullest(name))


@cache
def templates() -> Templates:
    return Templates()


def _rendered(name: str, values: Json) -> Shown:
    return Shown(name, templates().render(name, values))
