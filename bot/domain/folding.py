"""Words as search compares them: without case, accents and marks, the same for both databases since it is done here."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

LONGEST = 64  # letters of a word; PostgreSQL refuses words of two thousand
MOST_WORDS = 12  # of a query; more say nothing that these didn't
STOP = frozenset(
    "a about after all also an and any are as at be been but by can could did do does for from had has have how i if "
    "in into is it its me more my no not of on or our out so some than that the their them then there these they this "
    "those to up us was we were what when where which who will with would you your "
    "al como con de del el en es la las los no o para pero por que se si sin su un una y".split()
)
WORD = re.compile(r"[^\W_]+")
APOSTROPHES = str.maketrans("", "", "'’ʼ")
AS_TWO = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
VOWELS = frozenset("aeiouy")
SLIP_FROM, TWO_SLIPS_FROM = 3, 8  # letters of a word in which one slip, and two, are forgiven
SHORT = 4  # letters with which a word may also go on
Likeness = tuple[int, int, bool]
Told = TypeVar("Told")


@dataclass(frozen=True)
class Term:
    """One word that somebody looks for: as it was typed, as its longer forms begin, and what it may have meant."""

    word: str
    stem: str
    meant: tuple[str, ...] = ()  # words of the record a slip away, where no word of it begins like this one
    weight: int = 1  # more for a word that few ideas have


def words(text: str) -> list[str]:
    """The words of a text in order, folded: `Über-prüft, don't` is `uber`, `pruft`, `dont`."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter)).translate(AS_TWO)
    return [word[:LONGEST] for word in WORD.findall(bare)]


def terms(text: str) -> list[Term]:
    """What is looked for in a text that somebody typed: its words, each once, without those that stand everywhere."""
    telling = (word for word in dict.fromkeys(words(text)) if word not in STOP)
    return [Term(word, stem(word)) for _, word in zip(range(MOST_WORDS), telling, strict=False)]


def fitting(told: Iterable[tuple[Told, str]], typed: str) -> list[Told]:
    """Those whose words have one for each that was typed, as it begins; where none has, a slip is forgiven.

    Each word is compared once, however many of them have it.
    """
    there = [(one, _set_of(text)) for one, text in told]
    known = sorted(frozenset[str]().union(*(words for _, words in there)))
    wanted = words(typed)[:MOST_WORDS]
    begun = [{word for word in known if word.startswith(want)} for want in wanted]
    found = [one for one, words in there if all(some & words for some in begun)]
    if found:
        return found
    meant = [some or {*guesses(want, known)} for want, some in zip(wanted, begun, strict=True)]
    return [one for one, words in there if all(some & words for some in meant)]


@lru_cache(4096)
def _set_of(text: str) -> frozenset[str]:
    return frozenset(words(text))


def stem(word: str) -> str:
    """A word without an English ending: whatever begins like that is likely another form of it."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3]
    if word.endswith("y") and len(word) > 4 and word[-2] not in VOWELS:
        return word[:-1]
    if word.endswith(("xes", "ses", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and VOWELS & set(base) and not base.endswith("e"):
            return base[:-1] if base[-1] == base[-2] and base[-1] not in "lsz" else base
    return word


def guesses(typed: str, known: Iterable[str]) -> list[str]:
    """What a word that nothing begins with may have meant: by all of its letters, else by as many as still say much.

    Likeliest first: fewest slips, then most letters right from the first on, then whole words, then as they are known.
    """
    there = () if typed.isdecimal() else [word for word in known if word not in STOP]  # another number is no slip
    for letters in range(len(typed), max(len(typed) // 2, SLIP_FROM - 1), -1):
        if found := {word: rank for word in there if (rank := _likeness(typed[:letters], word))}:
            return sorted(found, key=lambda word: found[word])
    return []


def _likeness(typed: str, word: str) -> Likeness | None:
    """How near a word comes to a misspelt one, the lower the nearer; None where it is out of reach.

    One slip is forgiven wherever it is, two in a long word and behind its first letter; three letters say so little
    that only a word of about as many is meant by them.
    """
    if typed[0] not in word[:2] and typed[1] not in word[:2]:  # two slips at least, and quickly told
        return None
    slips = 1 if begins_like(word, typed, 1) else 2
    if slips == 2 and (len(typed) < TWO_SLIPS_FROM or word[0] != typed[0] or not begins_like(word, typed, 2)):
        return None
    whole = abs(len(stem(word)) - len(typed)) <= slips
    if len(typed) < SHORT and not (whole and word[0] == typed[0]):
        return None
    return slips, -_same(typed, word), not whole


def begins_like(word: str, typed: str, slips: int) -> bool:
    """Whether it begins like what was typed but for so many slips: a letter more, less, another, or two swapped."""
    at = _same(typed, word)
    rest, there = typed[at:], word[at:]
    if not rest or not slips:
        return not rest
    swapped = rest[1::-1] == there[:2] and len(there) > 1 and begins_like(there[2:], rest[2:], slips - 1)
    return swapped or any(
        begins_like(other, mine, slips - 1)
        for other, mine in ((there, rest[1:]), (there[1:], rest), (there[1:], rest[1:]))
    )


def _same(one: str, other: str) -> int:
    """How many letters they begin with in common."""
    return next(
        (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs),
        min(len(one), len(other)),
    )
