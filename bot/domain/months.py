"""Months as people type them after /data: june, jun 2025, 2025-06, last month; pure."""

import re
from datetime import date

from bot.domain import measures

NAMES = "january february march april may june july august september october november december".split()
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})")
NAMED = re.compile(r"([a-z]{3,9})\.?(?:\s+(\d{4}))?")


def read(words: str, today: date) -> date | None:
    """The month somebody means, the latest of that name that isn't still to come; None where these words are none."""
    text = " ".join(words.lower().replace(",", " ").split())
    this = measures.month_of(today)
    if text in ("last month", "last"):
        return measures.moved(this, -1)
    if text in ("this month", "this"):
        return this
    if found := ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), 1) if 1 <= int(found[2]) <= 12 else None
    found = NAMED.fullmatch(text)
    number = next((place for place, name in enumerate(NAMES, 1) if found and _means(found[1], name)), 0)
    if not found or not number:
        return None
    if found[2]:
        return date(int(found[2]), number, 1)
    return date(this.year if number <= this.month else this.year - 1, number, 1)


def called(month: date) -> str:
    """A month with its year: January 2026."""
    return f"{month:%B %Y}"


def _means(word: str, name: str) -> bool:
    return name.startswith(word) or (name == "september" and word == "sept")
