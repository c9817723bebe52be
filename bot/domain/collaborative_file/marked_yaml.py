"""YAML read as the words in it, each with its line: no tags, no aliases, nothing guessed about types."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
Path: TypeAlias = tuple[str | int, ...]

WHOLE = 0  # the line of a fault that is about the file and none of its lines
LARGEST_FILE = 2_000_000  # bytes; the largest collaborative we know of needs a tenth
DEEPEST = 20
NOTHING = {"", "~", "null", "Null", "NULL"}  # YAML 1.2, when not quoted


@dataclass(frozen=True, order=True)
class Fault:
    """One thing in a file that can't be taken, and the way on."""

    line: int
    sentence: str

    def place(self, name: str) -> str:
        """Where it is in the file of that name: `FILE:12`, or `FILE` where it is about the whole of it."""
        return f"{name}:{self.line}" if self.line != WHOLE else name


@dataclass
class Page:
    """A file as words, lists and keys; every value is text, so quoting a time, date or number changes nothing."""

    tree: Tree = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True  # False where reading broke off: then what is in `tree` is not all there was
    unfinished: frozenset[Path] = frozenset()  # what was still being read there: nothing can be said of it yet

    def line(self, path: Path) -> int:
        """The line of a value (for a value under a key, the key's), or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, path: Path) -> Tree:
        """What stands at a path, or None."""
        found = self.tree
        for step in path:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def records(self, path: Path) -> Iterator[Path]:
        """The path of each entry with keys in the list at `path`; entries of another shape are passed over."""
        entries = self.at(path)
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                yield (*path, position)

    def text(self, path: Path) -> str:
        """The text at a path, without the space around it; empty where there is none."""
        found = self.at(path)
        return found.strip() if isinstance(found, str) else ""


def read(text: str) -> Page:
    """Read one document. Where the YAML itself breaks off, what came before is kept and the break is the fault."""
    if len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        return Page(whole=False, faults=[Fault(1, "The file is larger than 2 MB. Is it a collaborative file?")])
    building = _Building(Page())
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            building.take(event)
    except _Enough as enough:
        building.break_off(enough.line, str(enough))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        building.break_off(mark.line + 1 if mark else 1, _unreadable(error))
    except YAMLError as error:
        building.break_off(1, f"The file has characters that YAML can't hold ({_first_line(error)}).")
    except (ValueError, OverflowError):
        building.break_off(1, "The file has an escape such as \\U that stands for no character.")
    return building.page


class _Enough(Exception):
    """There is no sense in reading further."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass
class _Open:
    """A list or mapping that has begun: where it is, and the key or position its next value belongs to."""

    inside: list[Tree] | dict[str, Tree]
    path: Path
    key: str | None = None


class _Building:
    """Turns the parser's events into a page, without recursion and without following anything."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: list[_Open] = []
        self.documents = 0

    def take(self, event: object) -> None:
        """Add one event of the parser to the page."""
        if isinstance(event, DocumentStartEvent):
            self._new_document(event)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self.open.pop()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def break_off(self, line: int, sentence: str) -> None:
        """Note why nothing after this line was read."""
        self.page.faults.append(Fault(line, sentence))
        self.page.whole = False
        self.page.unfinished = frozenset(one.path for one in self.open)

    def _new_document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise _Enough(_line(event), "A second document begins here (“---”). Keep one collaborative in a file.")

    def _node(self, event: NodeEvent) -> None:
        line = _line(event)
        if isinstance(event, AliasEvent):
            self.page.faults.append(
                Fault(line, f"“*{event.anchor}” repeats another part of the file. Please write that part out here.")
            )
        elif tag := getattr(event, "tag", None):
            self.page.faults.append(Fault(line, f"“{tag}” is a YAML tag. Please leave it off."))
        if isinstance(event, MappingStartEvent):
            self._begin({}, line)
        elif isinstance(event, SequenceStartEvent):
            self._begin([], line)
        else:
            self._scalar(event, line)

    def _begin(self, inside: list[Tree] | dict[str, Tree], line: int) -> None:
        if len(self.open) >= DEEPEST:
            raise _Enough(line, "Lists and keys stand too deep inside each other here. Is a bracket left open?")
        if self.open and isinstance(self.open[-1].inside, dict) and self.open[-1].key is None:
            raise _Enough(line, "A key has to be one word; here it is a list or a mapping.")
        self.open.append(_Open(inside, self._place(inside, line)))

    def _scalar(self, event: NodeEvent, line: int) -> None:
        value = str(event.value) if isinstance(event, ScalarEvent) else ""
        around = self.open[-1] if self.open else None
        if around and isinstance(around.inside, dict) and around.key is None:
            self._key(around, value, line)
            return
        unquoted = getattr(event, "style", None) is None
        self._place(None if unquoted and value in NOTHING else value, line)

    def _key(self, around: _Open, key: str, line: int) -> None:
        path = (*around.path, key)
        if key in around.inside:
            first = self.page.lines[path]
            self.page.faults.append(Fault(line, f"“{key}” stands here twice (first on line {first}). Keep one."))
        else:
            self.page.lines[path] = line
        around.key = key

    def _place(self, value: Tree, line: int) -> Path:
        """Put a value where it belongs and return its path; under a key the line is the key's."""
        if not self.open:
            self.page.tree = value
            self.page.lines[()] = line
            return ()
        around = self.open[-1]
        if isinstance(around.inside, list):
            around.inside.append(value)
            path: Path = (*around.path, len(around.inside) - 1)
            self.page.lines[path] = line
            return path
        assert around.key is not None
        around.inside.setdefault(around.key, value)
        path, around.key = (*around.path, around.key), None
        return path


def _line(event: object) -> int:
    mark = getattr(event, "start_mark", None)
    return mark.line + 1 if mark else 1


def _unreadable(error: MarkedYAMLError) -> str:
    why = str(error.problem or error.context or "something unexpected").strip()
    return (
        f"The file can't be read from here on ({why}). Look at this line and the one above for a bracket or "
        "quote left open, a tab, or an uneven indent."
    )


def _first_line(error: YAMLError) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "unknown"
