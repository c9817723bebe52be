"""Words as search compares them: without case, accents and marks, the same for both databases since it is done here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
ALIKE_FROM = 4  # letters from which one slip is forgiven


@dataclass(frozen=True)
class Term:
    """One word that somebody looks for: as it was typed, as its longer forms begin, and what it may have meant."""

    word: str
    stem: str
    meant: tuple[str, ...] = ()  # words of the record one slip away, where no word of it begins like this one
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
    """What a word that nothing begins with may have meant: by all of its letters, else by as many as still say much."""
    there = list(known)
    for letters in range(len(typed), max(len(typed) // 2, ALIKE_FROM), -1):
        if found := list(dict.fromkeys(alike(typed[:letters], there))):
            return found
    return []


def alike(typed: str, known: Iterable[str]) -> Iterator[str]:
    """The known words that begin like this one but for one slip: a letter more, less, another, or two swapped."""
    if len(typed) < ALIKE_FROM:
        return
    for word in known:
        if typed[0] not in word[:2] and typed[1] not in word[:2]:  # two slips at least, and quickly told
            continue
        at = _same(typed, word)
        rest, other = typed[at + 1 :], word[at:]
        swapped = typed[at : at + 2][::-1]
        if (
            other.startswith(rest)  # one more was typed
            or word[at + 1 :].startswith(typed[at:])  # one less
            or word[at + 1 :].startswith(rest)  # another
            or (len(swapped) == 2 and other.startswith(swapped + typed[at + 2 :]))
        ):
            yield word


def _same(one: str, other: str) -> int:
    """How many letters they begin with in common."""
    return next(
        (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs),
        min(len(one), len(other)),
    )
