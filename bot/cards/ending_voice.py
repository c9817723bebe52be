"""What is said of the end of a team's time and of who stays, by the names of its messages."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from bot.cards import ending_cards, retention_cards
from bot.kit import Kit

NOUNS = {"ending": "word about a team that left", "exit_talk": "talk with a team that left"}
MESSAGES: Mapping[str, Callable[[Session, Mapping[str, int], Kit], dict[str, Any] | None]] = {
    "endings/card": ending_cards.card,
    "endings/thanks": ending_cards.thanks,
    "endings/back": ending_cards.back,
    "retention/curve": retention_cards.pictured,
}
