"""Records what the handlers' `register()` registers: the manifest, the doctor and the contract tests read it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol

Listener = Callable[..., Any]


class Registrar(Protocol):
    """What a handlers module may register with: the part of Bolt's App that we use."""

    def command(self, command: str) -> Callable[[Listener], Any]:
        """A slash command, with its slash."""

    def action(self, constraints: str) -> Callable[[Listener], Any]:
        """A button or input, by its action id."""

    def view(self, constraints: str) -> Callable[[Listener], Any]:
        """A submitted form, by its callback id."""

    def view_closed(self, constraints: str) -> Callable[[Listener], Any]:
        """A form closed with its x, by its callback id."""

    def shortcut(self, constraints: str) -> Callable[[Listener], Any]:
        """A global or message shortcut, by its callback id."""

    def options(self, constraints: str) -> Callable[[Listener], Any]:
        """A menu whose choices depend on what is typed, by its action id."""

    def event(self, event: str) -> Callable[[Listener], Any]:
        """An event, by its type."""


@dataclass
class Routes:
    """Everything people can do, by kind: name → listener."""

    commands: dict[str, Listener] = field(default_factory=dict)
    actions: dict[str, Listener] = field(default_factory=dict)
    views: dict[str, Listener] = field(default_factory=dict)
    closings: dict[str, Listener] = field(default_factory=dict)
    shortcuts: dict[str, Listener] = field(default_factory=dict)
    menus: dict[str, Listener] = field(default_factory=dict)
    events: dict[str, Listener] = field(default_factory=dict)

    def command(self, command: str) -> Callable[[Listener], Listener]:
        """Note a command."""
        return self._noting(self.commands, command)

    def action(self, constraints: str) -> Callable[[Listener], Listener]:
        """Note a button or input."""
        return self._noting(self.actions, constraints)

    def view(self, constraints: str) -> Callable[[Listener], Listener]:
        """Note a form."""
        return self._noting(self.views, constraints)

    def view_closed(self, constraints: str) -> Callable[[Listener], Listener]:
        """Note the closing of a form."""
        return self._noting(self.closings, constraints)

    def shortcut(self, constraints: str) -> Callable[[Listener], Listener]:
        """Note a shortcut."""
        return self._noting(self.shortcuts, constraints)

    def options(self, constraints: str) -> Callable[[Listener], Listener]:
        """Note a menu that asks."""
        return self._noting(self.menus, constraints)

    def event(self, event: str) -> Callable[[Listener], Listener]:
        """Note an event."""
        return self._noting(self.events, event)

    def listeners(self) -> Iterable[Listener]:
        """Every listener, for the contract tests."""
        kinds = (self.commands, self.actions, self.views, self.closings, self.shortcuts, self.menus, self.events)
        for kind in kinds:
            yield from kind.values()

    @staticmethod
    def _noting(kind: dict[str, Listener], name: str) -> Callable[[Listener], Listener]:
        def note(listener: Listener) -> Listener:
            if name in kind:
                raise ValueError(f"{name} is registered twice")
            kind[name] = listener
            return listener

        return note


def recorded(features: Iterable[ModuleType]) -> Routes:
    """What these handlers modules register."""
    routes = Routes()
    for feature in features:
        feature.register(routes)
    return routes
