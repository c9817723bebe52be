"""The patient-detail guard: a second look at what people type, which asks about likely identifiers and misses some.

It is no filter and no proof that a text is free of patient details: of twenty sentences that its own author wrote after
its rules were frozen, it caught 16 (tests/privacy_held_out.py). It keeps, logs and repeats nothing that it sees.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.guard import identifiers, persons


@dataclass(frozen=True)
class Hit:
    """One thing to ask the writer about: what it looks like, and never what it was."""

    kind: str
    like: str

    @property
    def sentence(self) -> str:
        """The same in words."""
        return question([self])


@dataclass(frozen=True)
class Known:
    """What isn't about a person served: the collaborative's people, e-mail domains, hosts of join links, words."""

    people: Collection[str] = ()
    domains: Collection[str] = ()
    hosts: Collection[str] = ()
    words: Collection[str] = ()
    """Names of organizations, teams and measures, and the collaborative's own numbers and addresses."""

    def has_name(self, name: str) -> bool:
        """Every part of the name has to be ours: a Sarah of ours doesn't make *Sarah Brown* known."""
        return all(part in self._parts for part in _parts(name))

    def has_number(self, number: str) -> bool:
        """Whether the number is one of the collaborative's own."""
        return any(_letters_and_digits(number) in one for one in self._numbers)

    def has_email(self, email: str) -> bool:
        """Whether the address is at one of its domains."""
        return _within(email.rpartition("@")[2], self.domains)

    def has_link(self, link: str) -> bool:
        """Whether the link goes to one of its hosts."""
        return _within(re.split(r"[/?#:]", link.partition("://")[2])[0], self.hosts)

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(part for name in (*self.people, *self.words) for part in _parts(name))

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        return tuple(_letters_and_digits(word) for word in self.words if any(c.isdigit() for c in word))


NOBODY = Known()
NUMBER = re.compile(r"\d[A-Za-z\d-]*")


@dataclass(frozen=True)
class Look:
    """One kind of identifier: what it looks like, how it is found, and whether a find is the collaborative's own.

    Most texts hold fewer digits than the `digits` and the `together` (in one word) of which one can be made at the
    least: they aren't searched for it.
    """

    like: str
    find: Callable[[str], Iterator[str]]
    is_known: Callable[[Known, str], bool]
    digits: int = 0
    together: int = 0


def _never(known: Known, found: str) -> bool:
    return False


LOOKS = {
    "link": Look("a link to one person's record", identifiers.links_to_a_person, Known.has_link),
    "ssn": Look("a Social Security number", identifiers.social_security_numbers, _never, together=4),
    "phone": Look("a phone number", identifiers.phone_numbers, Known.has_number, digits=7),
    "email": Look("an e-mail address", identifiers.email_addresses, Known.has_email),
    "record": Look("a record, account or member number", identifiers.record_numbers, Known.has_number, together=4),
    "birth": Look("a date of birth", persons.dates_of_birth, _never, digits=1),
    "date": Look("the exact date of something in one person's care", persons.dates_of_care, _never, digits=1),
    "age": Look("an age over 89", persons.ages_over_89, _never),
    "address": Look("a street address or ZIP code", identifiers.addresses, Known.has_number, digits=1),
    "network": Look("the network address of one device", identifiers.network_addresses, _never),
    "name": Look("the name of a person served", persons.names, Known.has_name),
}


def look(text: str, *, known: Known = NOBODY) -> list[Hit]:
    """What in this text may point to a person served, each kind once. An empty list promises nothing."""
    plain = _plain(text)
    unlinked = identifiers.without_links(plain)
    numbers = [len(number) for number in NUMBER.findall(plain)]
    digits, together = sum(numbers), max(numbers, default=0)
    return [
        Hit(kind, one.like)
        for kind, one in LOOKS.items()
        if digits >= one.digits
        and together >= one.together
        and any(not one.is_known(known, found) for found in one.find(plain if kind == "link" else unlinked))
    ]


def question(hits: Sequence[Hit]) -> str:
    """What the words of one box look like, in one sentence: whoever takes out one thing knows of the others."""
    *before, last = [hit.like for hit in hits]
    return f"This looks like {', '.join(before)} and {last}." if before else f"This looks like {last}."


def _plain(text: str) -> str:
    """The same words in plain characters: any script's digits, odd spaces, dashes and hidden characters undone."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain_character, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if character.isspace() or category == "Cc":
        return " "
    if character in "‘’":
        return "'"
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) <= 3 else character


def _parts(name: str) -> list[str]:
    return [part.casefold() for part in re.findall(r"[^\W\d_]+", name)]


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _within(host: str, hosts: Collection[str]) -> bool:
    host = host.casefold()
    return any(host == one or host.endswith("." + one) for one in map(str.casefold, hosts))
