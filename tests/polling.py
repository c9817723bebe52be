"""What conversations about finding a time share: a poll that is open, its card, and what came of it."""

from datetime import UTC, datetime
from typing import Any

from tests.personas import Json, Persona, texts

TITLE = "AP2 call: texts that get answers"
THURSDAY = "2026-02-19"
NOON = datetime(2026, 2, 19, 17, tzinfo=UTC)  # that day in New York; eleven in Chicago
CLOSES = datetime(2026, 2, 9, 17, tzinfo=UTC)  # a Monday, noon in New York: a week after the clock of the town
FORM = {
    "title": TITLE, "day1": THURSDAY, "at1": "12:00", "at2": "15:00", "day3": "2026-02-20", "until": "2026-02-09",
    "until_at": "12:00",
}  # fmt: skip  # the second is on the day of the first, the third at the hour of the second


def opens(pru: Persona, **other: Any) -> None:
    """A coordinator proposes three times to all teams, and looks at them before they go out."""
    pru.runs("/calls poll")
    propose(pru, **other)


def opens_another(pru: Persona, **other: Any) -> None:
    """The same, where there is a poll already."""
    pru.runs("/calls poll")
    pru.presses("Propose times")
    propose(pru, **other)


def propose(pru: Persona, **other: Any) -> None:
    """Fill the open form, look at what was understood, and send it."""
    pru.submits(**{**FORM, **other})
    assert pru.submits()["ok"]


def cards(person: Persona, channel: str = "small-town") -> list[Json]:
    """The cards of polls in a channel, oldest first."""
    return [one for one in person.messages(channel) if one["text"].startswith("Finding a time for")]


def card(person: Persona, channel: str = "small-town") -> list[str]:
    """Everything the newest of them says in its blocks, line by line."""
    return [line for line in texts(cards(person, channel)[-1]["blocks"]).splitlines() if line]


def slots(person: Persona) -> list[str]:
    """The boxes of the open form that stand for times."""
    return [box for box in person.boxes() if box.startswith("slot")]


def answers(person: Persona, *said: str, channel: str = "small-town") -> None:
    """Say something of each time, in their order; nothing where it is empty."""
    person.presses("Say when you can", channel=channel)
    told = {slot: one for slot, one in zip(slots(person), said, strict=False) if one}
    assert person.submits(**told)["ok"]


def results(person: Persona) -> list[Json]:
    """What somebody heard of polls that closed."""
    return [one for one in person.dm() if one["text"].startswith("What came of the poll for")]
