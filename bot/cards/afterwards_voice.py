"""What is said before and after a call, by the names of its messages, and what is said of it once it is taken down."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from bot.cards import minutes_cards, note_cards, participant_cards, preparation_cards, roll_cards
from bot.kit import Kit

NOUNS = {
    "minutes": "minutes of a call", "note": "message about a call", "task": "team checklist",
    "arrival": "word about what somebody needs at a session",
}  # fmt: skip
MESSAGES: Mapping[str, Callable[[Session, Mapping[str, int], Kit], dict[str, Any] | None]] = {
    "attendance/proposed": participant_cards.proposed,
    "attendance/uncalled": roll_cards.uncalled,
    "minutes/missed": minutes_cards.missed,
    "minutes/promised": minutes_cards.promised,
    "minutes/recap": minutes_cards.recap,
    "preparations/card": preparation_cards.card,
    "readiness/note": note_cards.told,
}
