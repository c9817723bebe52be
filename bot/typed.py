"""What a person typed, out of what Slack makes of it: no escapes, and names in place of ids."""

import re

from sqlmodel import Session, select

from bot.domain.people import Person
from bot.templates import unescape

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def plain(session: Session, text: str) -> str:
    """The words as their writer saw them, so that they can stand in a box."""

    def words(match: re.Match[str]) -> str:
        kind, target, label = match.groups()
        if kind == "@":
            return f"@{label or _name(session, target)}"
        if kind == "#":
            return f"#{label or target}"
        return label or (f"@{target.partition('^')[0]}" if kind else target)

    return unescape(_MARKUP.sub(words, text))


def _name(session: Session, slack_user: str) -> str:
    found = session.exec(select(Person.name).where(Person.slack_user == slack_user)).first()
    return found or "somebody"
