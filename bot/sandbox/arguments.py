"""What a caller sent, read the way Slack reads it: forms or JSON, with numbers and yes-or-no in many spellings."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
TRUE = frozenset(("1", "true", "True", "t", "yes"))


class Refusal(Exception):
    """Slack says no; `error` is the name it gives the reason."""

    def __init__(self, error: str, *, status: int = 200, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.more = more
        if messages is not None:
            self.more["response_metadata"] = {"messages": messages}

    @property
    def answer(self) -> Json:
        """What the caller is told."""
        return {"ok": False, "error": self.error, **self.more}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The named values of one call."""

    values: Json

    @classmethod
    def read(cls, query: bytes, body: bytes, content_type: str) -> "Arguments":
        """Take a query string and a body apart; a body says what it is by its content type."""
        values: Json = dict(parse_qsl(query.decode(), keep_blank_values=True)) if query else {}
        if not body:
            return cls(values)
        if "json" not in content_type:
            values.update(parse_qsl(body.decode(), keep_blank_values=True))
            return cls(values)
        try:
            sent = json.loads(body)
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(sent, dict):
            raise Refusal("json_not_object")
        values.update(sent)
        return cls(values)

    def given(self, name: str) -> bool:
        """Whether there is anything under this name."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, otherwise: str = "") -> str:
        """The value as text."""
        value = self.values.get(name)
        return otherwise if value is None else str(value)

    def required(self, name: str) -> str:
        """The value as text; a call without it is refused."""
        if not self.given(name):
            raise Refusal("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """The value as a truth, however the caller spells it."""
        if not self.given(name):
            return otherwise
        value = self.values[name]
        return value if isinstance(value, bool) else str(value) in TRUE

    def number(self, name: str, otherwise: int) -> int:
        """The value as a whole number; anything else is refused."""
        try:
            return int(self.text(name) or otherwise)
        except ValueError:
            raise Refusal("invalid_arguments", messages=[f"[ERROR] must be an integer: {name}"]) from None

    def several(self, name: str) -> list[str]:
        """A list, or words with commas between them."""
        value = self.values.get(name)
        words = value if isinstance(value, list) else self.text(name).split(",")
        return [str(word).strip() for word in words if str(word).strip()]

    def structure(self, name: str, *, refusal: str) -> Any:
        """A JSON value, or the text of one; None when it was not given."""
        if not self.given(name):
            return None
        value = self.values[name]
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(refusal) from None
