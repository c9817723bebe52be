"""What somebody typed in a form of numbers, what they were shown, and what stands by now, put together; pure.

An answer with its numbers is one thing that is told, a note another, and so is each line of groups. What was left as it
was shown takes what stands now; contested is only what two people changed, each to something else.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.domain import groups
from bot.domain.entries import NO_CASES, NOT_AVAILABLE, VALUE

Words = dict[str, Any]  # box → what stands in it
NUMBERS = ("numerator", "denominator", "value")
ANSWER = ("state", *NUMBERS, "expected_on")  # the boxes that are one thing
A_ROW = re.compile(r"m\d+")
A_STRATUM = re.compile(r"m\d+\.by\d+")
SIZE = 4  # characters of a mark: a form carries few, and compares it with one or two others


@dataclass(frozen=True)
class Merged:
    """What is to stand in each box, what of it isn't in the record yet, and what of that two people changed."""

    words: Words
    touched: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()
    taken_out: Mapping[str, str] = field(default_factory=dict[str, str])  # a box of groups → a line that stood in it


def marks(words: Mapping[str, Any]) -> dict[str, str]:
    """By what a form knows later on what it showed: each thing that is told, as short as can be; empty for nothing."""
    return {thing: _mark(thing, words) for thing in _things(words)}


def merge(
    typed: Mapping[str, Any], was: Mapping[str, str], stands: Mapping[str, Any], *, theirs: bool, fix: bool
) -> Merged:
    """What of `typed` takes the place of what `stands`, by the marks of what was shown when it was typed.

    Once somebody was told what others filed (`theirs`), a box that is empty keeps that; and an empty answer says
    nothing where what stands isn't shown to be corrected (`fix`).
    """
    words, touched, contested, taken_out = dict(typed), set[str](), set[str](), dict[str, str]()
    for thing, boxes in _things(stands).items():
        if not typed.keys() & {*boxes}:
            continue
        now = _mark(thing, stands)
        shown = was.get(thing, now)
        told = _told(thing, typed, shown, stands)
        mine = _mark(thing, told)
        keeps = theirs or bool(A_ROW.fullmatch(thing) and not fix)
        if mine == shown or (keeps and not _mark(thing, typed)):
            told, mine = {box: stands[box] for box in boxes}, now
        elif A_STRATUM.fullmatch(thing):
            contested |= {thing} if _two_changed(typed[thing], shown, stands[thing]) else set()
            taken_out |= _taken_out(thing, told, stands)
        elif now not in (shown, mine):
            contested.add(thing)
        words |= told
        touched |= {thing} if mine != now else set()
    return Merged(words, frozenset(touched), frozenset(contested), taken_out)


def _things(words: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is told in these boxes, each with its own."""
    found: dict[str, list[str]] = {}
    for box in words:
        row, _, name = box.partition(".")
        found.setdefault(row if name in ANSWER else box, []).append(box)
    return found


def _told(thing: str, typed: Mapping[str, Any], shown: str, stands: Mapping[str, Any]) -> Words:
    """Its boxes as they are meant: numbers that stood there beside an answer without any were not typed."""
    if A_STRATUM.fullmatch(thing):
        return {thing: _with_theirs(typed[thing], shown, stands[thing])}
    if not A_ROW.fullmatch(thing):
        return {thing: typed[thing]}
    told = {f"{thing}.{name}": typed.get(f"{thing}.{name}", "") for name in ANSWER}
    state = f"{thing}.state"
    if told[state] not in ("", VALUE) and _mark(thing, told | {state: VALUE}) == shown:
        told |= {f"{thing}.{name}": "" for name in NUMBERS}
    return told


def _mark(thing: str, words: Mapping[str, Any]) -> str:
    if A_STRATUM.fullmatch(thing):
        return "".join(map(_short, (_lines(words[thing]) or {"": str(words[thing])}).values()))
    return _short(_answer(thing, words) if A_ROW.fullmatch(thing) else str(words[thing]))


def _answer(row: str, words: Mapping[str, Any]) -> str:
    """An answer in one way of writing it: 9 of 12 is no other than 9.0 of 12, and 0 of 0 says that there was nobody.

    Numbers beside an answer that says that there are none make it another: one that is refused.
    """
    state = words.get(f"{row}.state") or VALUE
    over, of, value = (_plain(words.get(f"{row}.{name}")) for name in NUMBERS)
    numbers = "/".join((over, of, value)) if over or of or value else ""
    if state == VALUE:
        return NO_CASES if (over, of) == ("0", "0") else numbers
    day = f" {words.get(f'{row}.expected_on') or ''}" if state == NOT_AVAILABLE else ""
    return f"{state}{day}{f' {numbers}' if {over, of, value} - {'', '0'} else ''}"


def _with_theirs(typed: str, shown: str, stands: str) -> str:
    """The lines of groups, those left as they were shown as they stand now; as typed where one can't be read."""
    mine, now = _lines(typed), _lines(stands) or {}
    if mine is None:
        return typed
    known = {*_each(shown)}
    kept = {name: now.get(name, line) if _short(line) in known else line for name, line in mine.items()}
    new = {name: line for name, line in now.items() if name not in mine and _short(line) not in known}
    spelled = _spelled(stands) | {
        name: words for name, words in _spelled(typed).items() if kept.get(name) == mine[name]
    }
    return "\n".join(spelled[name] for name in [*kept, *new])


def _taken_out(box: str, told: Mapping[str, Any], stands: Mapping[str, Any]) -> dict[str, str]:
    """By its box, the first line that stands and isn't among those that are told; nothing where one can't be read."""
    left = _lines(told[box])
    gone = [line for name, line in _spelled(stands[box]).items() if left is not None and name not in left]
    return {box: gone[0]} if gone else {}


def _two_changed(typed: str, shown: str, stands: str) -> bool:
    """Whether a line was changed by both, each to something else."""
    known, now = {*_each(shown)}, _lines(stands) or {}
    return any(
        name in now and now[name] != line and not {_short(line), _short(now[name])} & known
        for name, line in (_lines(typed) or {}).items()
    )


def _lines(text: str) -> dict[str, str] | None:
    """Each group's line in one way of writing it, by its name in small letters; None where one can't be read."""
    found = {}
    for line in filter(None, map(str.strip, str(text).splitlines())):
        parts = groups.LINE.fullmatch(line)
        if parts is None or parts[1].casefold() in found:
            return None
        name = parts[1].casefold()
        found[name] = f"{name}: {_plain(parts[2])} of {_plain(parts[3])}"
    return found


def _spelled(text: str) -> dict[str, str]:
    """The lines as they are written, by the same names."""
    lines = [line for line in map(str.strip, str(text).splitlines()) if line]
    return dict(zip(_lines(text) or {}, lines, strict=False))


def _plain(number: Any) -> str:
    found = groups.number(str(number or ""))
    return str(number or "") if found is None else f"{found:.12g}"


def _short(words: str) -> str:
    return urlsafe_b64encode(sha256(words.encode()).digest()).decode()[:SIZE] if words else ""


def _each(mark: str) -> Iterator[str]:
    return (mark[start : start + SIZE] for start in range(0, len(mark), SIZE))
