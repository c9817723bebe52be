"""The list of participants that a meeting tool exports (Zoom, Teams, Meet): who was there, by name and address.

When they joined and left, and for how long they stayed, isn't taken over. The headings are those of Zoom's list of
participants (*Name (original name)*, *User Email* or *Email*) and its report of a webinar (*Attended*, *User Name
(Original Name)*, a table each for hosts, panelists and attendees); of Teams (*Name*, *First Join*, …, *Participant ID
(UPN)*; Microsoft's setting *Only who attended* leaves times out); and of Meet (*First name*, *Last name* or *Name*,
*Time joined*, *Time exited*): learn.microsoft.com on the attendance report, and exports that others read in public.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.domain import folding, sheet_text
from bot.domain.sheet_text import NoText

MOST = 2000  # rows
NAMES = (
    "name", "user name", "full name", "display name", "participant", "participant name", "attendee", "attendee name",
)  # fmt: skip
FIRST, LAST = ("first name", "given name"), ("last name", "surname", "family name")
EMAILS = ("email", "e-mail", "user email", "email address", "attendee email", "participant id", "upn")
OF_A_MEETING = ("join", "leave", "duration", "exited", "user action", "participant id")  # a heading has one of them
ABSENT = ("in waiting room", "yes"), ("attended", "no")
BESIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")  # pronouns, a clinic, (Guest)


class Participant(NamedTuple):
    """One of them, as the tool knew them."""

    name: str
    email: str


def read(content: bytes) -> list[Participant] | None:
    """Everybody on the list, each once; None where it is no such list."""
    if sheet_text.kind(content):
        return None
    try:
        lines = sheet_text.decoded(content).splitlines()
    except NoText:
        return None
    for number, line in enumerate(lines[:200]):
        for separator in ("\t", ",", ";"):
            headings = [_plain(cell) for cell in next(csv.reader([line], delimiter=separator), [])]
            if _is_a_list(headings):
                return _participants(headings, csv.reader(lines[number + 1 :], delimiter=separator))
    return None


def called(name: str) -> str:
    """A name as it is compared: folded, without what stands in brackets, “Reyes, Ana” as Ana Reyes."""
    bare = BESIDE.sub(" ", name)
    last, comma, first = bare.partition(",")
    return " ".join(folding.words(f"{first} {last}" if comma else bare))


def originally(name: str) -> str:
    """What stands in brackets, as it is compared: Zoom adds the name of the account to one that was changed."""
    return " ".join(folding.words(" ".join(BESIDE.findall(name))))


def _is_a_list(headings: Sequence[str]) -> bool:
    named = any(one in NAMES for one in headings) or (
        any(one in FIRST for one in headings) and any(one in LAST for one in headings)
    )
    return named and any(word in one for one in headings for word in OF_A_MEETING)


def _participants(headings: Sequence[str], rows: Iterator[list[str]]) -> list[Participant]:
    """Down to the first empty line: some tools go on with another table below, some with one of its own headings."""
    found: dict[str, Participant] = {}
    for cells in rows:
        if not any(cell.strip() for cell in cells) or len(found) >= MOST:
            break
        again = [_plain(cell) for cell in cells]
        if _is_a_list(again):
            headings = again
            continue
        told = [(heading, cell.strip()) for heading, cell in zip(headings, cells, strict=False)]
        one = Participant(_name(told), _email(told))
        was_there = not any((heading, cell.casefold()) in ABSENT for heading, cell in told)
        if (one.name or one.email) and was_there:
            found.setdefault(one.email or called(one.name), one)
    return [*found.values()]


def _name(told: Sequence[tuple[str, str]]) -> str:
    whole = next((cell for heading, cell in told if heading in NAMES), "")
    parts = [cell for names in (FIRST, LAST) for heading, cell in told if heading in names]
    return whole or " ".join(parts)


def _email(told: Sequence[tuple[str, str]]) -> str:
    return next((cell.casefold() for heading, cell in told if heading in EMAILS and "@" in cell), "")


def _plain(heading: str) -> str:
    return " ".join(BESIDE.sub(" ", heading).casefold().split())
