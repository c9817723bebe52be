"""Words after a slash command: the nearest one, where somebody types another."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like it; the first one where none does."""
    choices = list(known)
    return (get_close_matches(word.lower(), choices, n=1, cutoff=0.0) or choices)[0]
