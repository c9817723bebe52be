"""What can go wrong in a reader's terms: every error a person may see is one of these, and its text is the sentence."""

import secrets
import string


class BotError(Exception):
    """Something a person has to know; `str(error)` is what happened and the way on."""


class Refused(BotError):
    """The person may not do this; the sentence says who can."""


class Gone(BotError):
    """The record under a button or form is no longer there."""


class FieldError(BotError):
    """A box of a form holds something we can't take; the form stays open with the words in it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class FieldErrors(BotError):
    """Several boxes at once: field name → sentence."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = sentences


class RecordUnavailable(BotError):
    """The database can't be written or read just now (locked, full, read-only, not ours)."""


def new_reference() -> str:
    """Six letters by which a coordinator finds in the log what a person was told of."""
    return "".join(secrets.choice(string.ascii_uppercase) for _ in range(6))
