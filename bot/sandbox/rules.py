"""A small language for what a piece of JSON may look like; `block_elements` and `block_kinds` are written in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]
EVERYWHERE: tuple[Surface, ...] = ("message", "modal", "home")


@dataclass
class Look:
    """One inspection: where the thing will be shown, and what was found so far."""

    surface: Surface
    found: list[str] = field(default_factory=list)

    def fault(self, at: str, sentence: str) -> None:
        """Note what is wrong, and where."""
        self.found.append(f"{sentence} [json-pointer:{at or '/'}]")


Rule = Callable[[Look, Any, str], None]


@dataclass(frozen=True)
class Shape:
    """An object: its fields, those it cannot be without, where it may be shown, and what else must hold."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    surfaces: tuple[Surface, ...] = EVERYWHERE
    also: tuple[Rule, ...] = ()
    open: bool = False

    def __call__(self, look: Look, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            look.fault(at, "must be an object")
            return
        before = len(look.found)
        for name in self.required:
            if name not in value:
                look.fault(at, f"missing required field: {name}")
        for name, part in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is not None:
                rule(look, part, f"{at}/{name}")
            elif name != "type" and not self.open:
                look.fault(at, f"invalid additional property: {name}")
        if len(look.found) == before:
            for rule in self.also:
                rule(look, value, at)


def string(most: int, *, least: int = 1) -> Rule:
    """Words of so many characters."""

    def check(look: Look, value: Any, at: str) -> None:
        if not isinstance(value, str):
            look.fault(at, "must be a string")
        elif len(value) < least:
            look.fault(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            look.fault(at, f"must be less than {most + 1} characters; this is {len(value)}")

    return check


def pattern(expression: str, means: str, *, most: int = 3000) -> Rule:
    """Words of a certain form, which `means` puts into words."""
    length = string(most)

    def check(look: Look, value: Any, at: str) -> None:
        length(look, value, at)
        if isinstance(value, str) and not re.fullmatch(expression, value):
            look.fault(at, f"must be {means}")

    return check


def whole(least: int, most: int) -> Rule:
    """A whole number between two others."""

    def check(look: Look, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            look.fault(at, "must be an integer")
        elif not least <= value <= most:
            look.fault(at, f"must be between {least} and {most}; this is {value}")

    return check


def boolean(look: Look, value: Any, at: str) -> None:
    """True or false and nothing else."""
    if not isinstance(value, bool):
        look.fault(at, "must be true or false")


def anything(look: Look, value: Any, at: str) -> None:
    """Something this checker does not look into."""


def one_of(*words: str) -> Rule:
    """One of these words."""

    def check(look: Look, value: Any, at: str) -> None:
        if value not in words:
            look.fault(at, f"must be one of {', '.join(words)}")

    return check


def listed(rule: Rule, least: int, most: int) -> Rule:
    """A list of so many things that all follow one rule."""

    def check(look: Look, value: Any, at: str) -> None:
        if not isinstance(value, list):
            look.fault(at, "must be a list")
            return
        if len(value) < least:
            look.fault(at, f"no fewer than {least} items allowed; there are {len(value)}")
        if len(value) > most:
            look.fault(at, f"no more than {most} items allowed; there are {len(value)}")
        for index, item in enumerate(value):
            rule(look, item, f"{at}/{index}")

    return check


def typed(table: Mapping[str, Shape], *names: str) -> Rule:
    """An object whose `type` picks its shape; `names` are the types the place has room for (all of them without)."""
    allowed = names or tuple(table)

    def check(look: Look, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in allowed or kind not in table:
            look.fault(at, f"unsupported type: {kind!r} (here: {', '.join(allowed)})")
            return
        shape = table[kind]
        if look.surface not in shape.surfaces:
            look.fault(at, f"unsupported type: {kind!r} is not allowed in a {look.surface}")
        shape(look, value, at)

    return check


def exactly_one(*names: str) -> Rule:
    """Of these fields there must be one, and not two."""

    def check(look: Look, value: Any, at: str) -> None:
        if sum(name in value for name in names) != 1:
            look.fault(at, f"must have exactly one of {', '.join(names)}")

    return check


def at_least_one(*names: str) -> Rule:
    """One of these fields has to be there."""

    def check(look: Look, value: Any, at: str) -> None:
        if not any(name in value for name in names):
            look.fault(at, f"must have at least one of {', '.join(names)}")

    return check
