"""Template + values → Slack JSON, with each value escaped for the place it lands in.

A template prints values inside JSON strings. Values travel through the template between two marks; a mark that
somebody typed travels in code. After the JSON is read, what lies between the marks is escaped where Slack would parse
it and left as it is everywhere else. Only `mention`, `channel`, `link` and `when` make markup. A box never opens with
what it can't hold, since Slack would refuse the whole form: those words stand below it.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot import times
from bot.sending import as_typed

MOST_TEXT = 4000
MOST_TYPED = 3000  # in a box to write in
NO_NUMBER = "You wrote “{words}” here, and this box takes a number only."
TOO_LONG = "More than fits stood here. The rest of it: “{words}”"
OPEN, CLOSE, CODE = "\ue000", "\ue001", "\ue002"
FOLDER = Path(__file__).resolve().parent.parent / "templates"
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')
_VALUE = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)
_MARK = re.compile(f"[{OPEN}{CLOSE}{CODE}]")
_CODED = re.compile(f"{CODE}([012])")
_CUT_IN_TWO = re.compile(r"(?:&\w*|<[^>]*)$")
_INSTANT = re.compile(r"<!date\^[^<>|]*\|([^<>]*)>")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")


class Templates:
    """Every message and view the bot has words for, compiled once."""

    def __init__(self, overrides: Sequence[Path] = ()) -> None:
        """Folders in `overrides` are looked in before our own: wording per site or language."""
        loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder) for folder in (*overrides, FOLDER)])
        self._environment = Environment(
            loader=loader,
            auto_reload=False,
            undefined=StrictUndefined,
            finalize=_printed,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            json=as_json,
            mention=mention,
            channel=channel,
            when=when,
            moment=moment,
            shorten=shorten,
            sentence=sentence,
            day=times.day,
            capital=capital,
        )
        self._environment.globals.update(link=link)
        self._pages = Environment(loader=loader, auto_reload=False, undefined=StrictUndefined, autoescape=True)

    def page(self, name: str, values: dict[str, Any]) -> str:
        """A whole page for a browser (`….html.j2`), each value escaped as HTML; a name the values lack raises."""
        return self._pages.get_template(f"{name}.html.j2").render(values)

    def names(self) -> list[str]:
        """Every template as `noun/what`, parts that others include (`_…`) left out."""
        files = (name for name in self._environment.list_templates() if name.endswith(".json.j2"))
        return sorted({name.removesuffix(".json.j2") for name in files if "/_" not in name})

    def source(self, name: str) -> str:
        """The template as it was written."""
        loader = self._environment.loader
        assert loader is not None
        return loader.get_source(self._environment, f"{name}.json.j2")[0]

    def callback(self, name: str) -> str:
        """The callback id a view's template carries."""
        found = re.search(r'"callback_id": "([a-z_.]+)"', self.source(name))
        if found is None:
            raise ValueError(f"{name} is no form")
        return found[1]

    def render(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """One whole message or view; a name the values lack, or a None, raises."""
        printed = self._environment.get_template(f"{name}.json.j2").render(values)
        tree = json.loads(_TRAILING_COMMA.sub(lambda match: match[1] or "", printed))
        settled: dict[str, Any] = _settled(as_typed.shown(tree, _VALUE), parsed_by_slack=False)
        if settled.get("type") == "modal":
            settled["blocks"] = [part for block in settled["blocks"] for part in _fitting(block)]
        return {**settled, "text": cut(settled["text"])} if isinstance(settled.get("text"), str) else settled


class Made(str):
    """Markup for Slack that one of our own doors made; joined to other text it is text, and is escaped with it."""


def mention(user: str) -> Made:
    """`<@U…>`: notifies that one person."""
    if not _USER.fullmatch(user):
        raise ValueError(f"not a Slack user id: {user!r}")
    return Made(f"<@{user}>")


def channel(slack_id: str) -> Made:
    """`<#C…>`: a link to a channel."""
    if not _CHANNEL.fullmatch(slack_id):
        raise ValueError(f"not a Slack channel id: {slack_id!r}")
    return Made(f"<#{slack_id}>")


def link(url: str, label: str) -> Made:
    """A link whose label is a person's words; only http and https."""
    if not re.fullmatch(r"https?://[^\s<>|\"\\]+", url):
        raise ValueError("only http and https links can be shown")
    shown = _MARK.sub("", label).replace("|", "/")
    return Made(f"<{url}|{_inside_json(escape(shown))}>")


def when(instant: datetime, zone: str) -> Made:
    """The instant in the reader's own zone, with a fallback that names `zone`."""
    if instant.tzinfo is None:
        raise ValueError("an instant without its offset could be any of 24 hours")
    local = instant.astimezone(ZoneInfo(zone))
    fallback = f"{local:%A} {local.day} {local:%B} at {times.hour(local.time())} ({zone})"
    return Made(f"<!date^{int(instant.astimezone(UTC).timestamp())}^{{date_long}} at {{time}}|{fallback}>")


def moment(instant: datetime, zone: str) -> Markup:
    """The same as an element of rich text."""
    (element,) = as_typed.elements(when(instant, zone))
    return Markup(json.dumps(element))


def shorten(text: str, most: int) -> str:
    """At most `most` characters, cut at a word boundary and marked with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut.rsplit(None, 1) if " " in cut[most // 2 :] or "\n" in cut[most // 2 :] else []
    return (words[0] if words else cut).rstrip(" ,.;:") + "…"


def cut(text: str, most: int = MOST_TEXT) -> str:
    """At most so much of a rendered text, whose escaped characters count as written, and none of them in two.

    What Slack lets us edit later is the most a message's text may have; its blocks have all of it.
    """
    return text if len(text) <= most else _CUT_IN_TWO.sub("", shorten(text, most)[:-1]) + "…"


def sentence(text: str) -> str:
    """The text with a full stop where it ends without a mark of its own: what is read out aloud needs its pauses."""
    ended = text.rstrip()
    return ended if not ended or re.search(r"[.!?…。！？؟:][\"'”’)\]]*$", ended) else f"{ended}."


def capital(text: str) -> str:
    """The text with a capital at its beginning, as a label has it; the rest stays as it was written."""
    return f"{text[:1].upper()}{text[1:]}"


def as_json(value: str | float | bool) -> Markup:
    """A number, a truth or a whole string with its quotes."""
    return Markup(f'"{_printed(value)}"' if isinstance(value, str) else json.dumps(value))


def escape(text: str) -> str:
    """Exactly the three characters Slack parses."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Those three as they were written."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_read(text: str) -> str:
    """What Slack parses, as a person reads it: an instant by its fallback; people and channels stay as they are."""
    return unescape(_INSTANT.sub(r"\1", text))


def _printed(value: Any) -> Markup:
    """What Jinja prints for each `{{ … }}`: the inside of a JSON string, marked as a value unless we made it."""
    if value is None:
        raise ValueError("a template printed None")
    if isinstance(value, Markup | Made):
        return Markup(value)
    return Markup(f"{OPEN}{_inside_json(_coded(str(value)))}{CLOSE}")


def _coded(text: str) -> str:
    """The text without our marks in it, where somebody typed them."""
    return _MARK.sub(lambda mark: f"{CODE}{ord(mark[0]) - ord(OPEN)}", text)


def _decoded(text: str) -> str:
    return _CODED.sub(lambda code: chr(ord(OPEN) + int(code[1])), text)


def _inside_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _settled(node: Any, *, parsed_by_slack: bool) -> Any:
    if isinstance(node, str):
        return _VALUE.sub(lambda match: escape(_decoded(match[1])) if parsed_by_slack else _decoded(match[1]), node)
    if isinstance(node, list):
        return [_settled(item, parsed_by_slack=False) for item in node]
    if not isinstance(node, dict):
        return node
    is_mrkdwn = node.get("type") in ("mrkdwn", None)  # a message's own `text` has no type, and is parsed too
    return {key: _settled(value, parsed_by_slack=is_mrkdwn and key == "text") for key, value in node.items()}


def _fitting(block: dict[str, Any]) -> list[dict[str, Any]]:
    """A box with what of its words it can show, and below it what it can't."""
    element = block["element"] if block["type"] == "input" else {}
    words = str(element.get("initial_value", ""))
    if element.get("type") == "number_input":
        shown, lost = ("", words) if _refuses(element, words) else (words, "")
        said = NO_NUMBER
    else:
        most = element.get("max_length", MOST_TYPED)
        shown, lost, said = words[:most], words[most:], TOO_LONG
    if shown == words and (words or "initial_value" not in element):
        return [block]
    held = {name: value for name, value in element.items() if name != "initial_value"}
    box = {**block, "element": held | ({"initial_value": shown} if shown else {})}
    return [box, _below(block, said.format(words=lost))] if lost else [box]


def _refuses(element: dict[str, Any], words: str) -> bool:
    if not _NUMBER.fullmatch(words) or ("." in words and not element["is_decimal_allowed"]):
        return True
    least, most = element.get("min_value", words), element.get("max_value", words)
    return not float(least) <= float(words) <= float(most)


def _below(block: dict[str, Any], words: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": shorten(words, MOST_TYPED)}
    return {"type": "section", "block_id": f"kept.{block['block_id']}"[:255], "text": text}
