"""Words after a slash command: the nearest one, where somebody types another."""

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.5  # below that a guess reads like a joke


def nearest(word: str, known: Iterable[str], alike: float = ALIKE) -> str:
    """The known word that looks most like it; empty where none looks like it at all."""
    return next(iter(get_close_matches(word.lower(), list(known), n=1, cutoff=alike)), "")
