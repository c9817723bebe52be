"""The senior-leader page outside Slack: as text for an e-mail, and as a page to print, which runs nothing."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.sponsors import ANSWERS
from bot.templates import sentence, shorten

Values = Mapping[str, Any]
KINDS = {
    "team_reports/month": "The monthly report",
    "sponsors/own": "The page for a senior leader",
    "sponsors/ask": "The page for a senior leader",
    "sponsors/text": "The page for a senior leader",
    "sponsors/answered": "Word of what a senior leader answered",
}
FEWEST = "Months of fewer than 10 people are hollow in the charts: chance moves them a lot."
NO_NUMBERS = "No numbers are in yet."
NO_BARRIER = "Nothing stands in our way this month that you would have to remove. Thank you."
OURS = "These are our own numbers: please keep this page inside the organization."


def plain(page: Values) -> str:
    """Everything that it tells as text, for an e-mail."""
    return "\n".join([
        f"{page['team'].name}: {page['month']}",
        f"{page['collaborative']}, {page['phase']}",
        *_part("Our aim", [shorten(page["aim"], 300)] if page["aim"] else []),
        *_part("One barrier you could remove", [page["barrier"] or NO_BARRIER]),
        *(["", f"Please answer with one of these: {' / '.join(ANSWERS.values())}."] if _asks(page) else []),
        *_part("The answer", [page["answer"]] if page["answer"] else []),
        *_part("Where we are", standing(page)),
        *_part("What we tested and learned", [*tests(page)]),
        *_part("What we plan next", [*planned(page)]),
        *_part("Every measure", [*numbers(page)]),
        *_part("What you said last time", [*last(page)]),
        "",
        OURS,
    ])  # fmt: skip


def numbers(page: Values) -> Iterator[str]:
    """Each measure with its finding, and what all teams have together where that may be shown."""
    for one in page["lines"]:
        yield f"{one['said']} {one['others']}".strip()
    if page["more_lines"]:
        yield f"And {page['more_lines']} more."


def standing(page: Values) -> list[str]:
    """What isn't in yet, then the newest of what is."""
    return [*([page["not_in"]] if page["not_in"] else []), *(page["short"] or [NO_NUMBERS])]


def tests(page: Values) -> Iterator[str]:
    """What was tried, and what was learned where it was; before that, where nothing was since the last report."""
    for one in [*page["learned"], *page["running"]]:
        yield _test(one)
    if page["idle"]:
        yield page["idle"]
    if earlier := page["earlier"]:
        yield _test(earlier)
    if page["more_tests"]:
        yield f"And {page['more_tests']} more."


def planned(page: Values) -> Iterator[str]:
    """What is to be tried, and wasn't yet."""
    for one in page["planned"]:
        yield _test(one)


def last(page: Values) -> Iterator[str]:
    """What an earlier page asked for, and what became of it."""
    if page["last"]:
        before = page["last"]
        yield f"{before['month']}: {sentence(before['barrier'])} {before['answer'] or 'No answer is noted yet.'}"


def pictured(page: Values, pictures: Sequence[bytes]) -> dict[str, Any]:
    """What the page to print shows: its words line by line, and its charts as part of the file itself."""
    shown = [
        {"src": f"data:image/png;base64,{base64.b64encode(one).decode()}", "alt": wanted.alt}
        for one, wanted in zip(pictures, page["pictures"], strict=False)
    ]
    return {
        "title": f"{page['team'].name}: {page['month']}",
        "page": page,
        "short": standing(page),
        "numbers": [*numbers(page)],
        "tests": [*tests(page)],
        "planned": [*planned(page)],
        "last": [*last(page)],
        "barrier": page["barrier"] or NO_BARRIER,
        "answers": list(ANSWERS.values()) if _asks(page) else [],
        "answer": page["answer"],
        "pictures": shown,
        "notes": [*([FEWEST] if shown else []), OURS],
    }


def _asks(page: Values) -> bool:
    """Whether an answer is still to come."""
    return bool(page["barrier"] and not page["answer"])


def _test(one: Values) -> str:
    learned = f" We learned: {sentence(shorten(one['learned'], 240))}" if one["learned"] else ""
    return f"Cycle {one['number']} ({one['stage']}): {sentence(shorten(one['change'], 160))}{learned}"


def _part(heading: str, lines: list[str]) -> list[str]:
    return ["", heading.upper(), *(f"- {one}" for one in lines)] if lines else []
