"""Small blocks to build messages and views from, each fine as it is until something is added to it."""

from typing import Any

Json = dict[str, Any]


def words(count: int) -> str:
    return "x" * count


def plain(text: str | int = "x") -> Json:
    """A plain_text object: these words, or so many characters."""
    return {"type": "plain_text", "text": words(text) if isinstance(text, int) else text}


def marked(text: str = "x", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def message(*blocks: Json) -> Json:
    return {"text": "", "blocks": [*blocks]}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": [*blocks]}


def modal(*blocks: Json, **more: Any) -> Json:
    frame = {"type": "modal", "callback_id": "form", "title": plain("A form"), "submit": plain("Save")}
    return {**frame, "blocks": [*blocks], **more}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": marked(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": [*elements]}


def question(block_id: str, element: Json | None = None, **more: Any) -> Json:
    """An input block; words unless another element is given."""
    asked = {"action_id": "value", **(element or written())}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": asked, **more}


def button(action_id: str = "a", label: str = "Press", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def written(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def option(text: str | int = "x", value: str = "x", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(value=str(number)) for number in range(count)]


def group(label: str | int = "x", choices: int = 1) -> Json:
    return {"label": plain(label), "options": options(choices)}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", **more}


def confirming(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "x", **more}


def video(**more: Any) -> Json:
    addresses = {"video_url": "https://example.org/v", "thumbnail_url": "https://example.org/x.png"}
    return {"type": "video", "alt_text": "x", "title": plain(), **addresses, **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain(), **more}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": [*blocks], **more}


def table(rows: int, columns: int = 1, text: str = "x", **more: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows, **more}


def chart(**more: Any) -> Json:
    return {"type": "data_visualization", "title": "x", **more}


def rich(*leaves: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*leaves]}]}


DIVIDER: Json = {"type": "divider"}
