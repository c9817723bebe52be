"""Counted nouns in words; pure."""


def several(count: int, noun: str) -> str:
    """1 call, 2 calls."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
