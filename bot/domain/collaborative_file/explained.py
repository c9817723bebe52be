"""What pydantic found in a collaborative file, said to its reader: the line, what stands there, and the way on."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.collaborative_file.marked_yaml import Fault, Page, Path
from bot.domain.collaborative_file.values import listed, one_of, shown

NOUNS = {
    "people": "person",
    "members": "member",
    "measures": "measure",
    "drivers": "driver",
    "ideas": "idea",
    "teams": "team",
    "events": "event",
    "collaborative": "collaborative",
    "checkin": "check-in",
    "weekly": "weekly post",
}


def faults(error: ValidationError, page: Page, root: type[BaseModel]) -> Iterator[Fault]:
    """One fault for each finding, but for what a file that broke off may have said further on."""
    for finding in error.errors(include_url=False):
        path = tuple(finding["loc"])
        if path[:-1] in page.unfinished:
            continue
        yield Fault(page.line(path), _sentence(finding, path, root))


def _sentence(finding: ErrorDetails, path: Path, root: type[BaseModel]) -> str:
    context: dict[str, Any] = finding.get("ctx", {})
    key = f"`{next((step for step in reversed(path) if isinstance(step, str)), 'collaborative')}`"
    value = shown(finding["input"])
    match finding["type"]:
        case "value_error":
            return str(context["error"])
        case "missing":
            return f"{_noun(path[:-1])} needs {key}."
        case "extra_forbidden":
            return _unknown_key(str(path[-1]), path[:-1], root)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context["expected"]))
            return f"{key} can be {listed(allowed)}, not {value}.{one_of(allowed, str(finding['input']))}"
        case "bool_parsing" | "bool_type":
            return f"{key} is true or false, not {value}."
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return f"{key} is a whole number, and {value} isn't."
        case "float_parsing" | "float_type" | "finite_number":
            return f"{key} is a number, and {value} isn't. Write digits only, such as 85."
        case "greater_than_equal":
            return f"{key} is {context['ge']:g} at least, not {value}."
        case "less_than_equal":
            return f"{key} is {context['le']:g} at most, not {value}."
        case "string_too_long":
            return f"{key} can have up to {context['max_length']} characters, not {len(str(finding['input']))}."
        case "string_too_short":
            return f"{key} is empty here."
        case "too_short":
            return f"{key} needs at least one entry."
        case "too_long":
            return f"{key} can have up to {context['max_length']} entries; there are {context['actual_length']}."
        case "string_type":
            return f"{key} takes words, not {_shape(finding['input'])}."
        case "list_type":
            return f"{key} takes a list, such as [one, two], or lines that begin with “- ”."
        case _:
            subject = f"An entry of {key}" if isinstance(path[-1], int) else key
            return f"{subject} takes keys with values, such as “name: …”, not {_shape(finding['input'])}."


def _unknown_key(key: str, path: Path, root: type[BaseModel]) -> str:
    shape = _shape_at(path, root)
    known = list(shape.model_fields) if shape else []
    near = one_of(known, key)
    return f"{shown(key)} isn't a key here.{near or ' There can be ' + listed(known, 'and') + '.'}"


def _shape_at(path: Path, root: type[BaseModel]) -> type[BaseModel] | None:
    """The model that reads what stands at the path."""
    shape: type[BaseModel] | None = root
    for step in path:
        if shape and isinstance(step, str):
            entry = shape.model_fields.get(step)
            shape = _model_in(entry.annotation) if entry else None
    return shape


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


def _noun(path: Path) -> str:
    section = next((step for step in reversed(path) if isinstance(step, str)), "")
    return f"This {NOUNS[section]}" if section in NOUNS else "The file"


def _shape(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "keys"
    return "nothing" if value is None else shown(value)
