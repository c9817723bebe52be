"""What somebody typed after `/shoutout`: whom they mean, what for, and in words what can't be thanked."""

import re
from dataclasses import dataclass, field

from sqlmodel import Session, select

from bot import typed
from bot.access import Actor
from bot.domain import shoutouts
from bot.domain.collaboratives import Workspace
from bot.domain.shoutout_facts import Circle
from bot.domain.teams import Channel
from bot.templates import unescape

BETWEEN = re.compile(r"(?:[\s,&+]|and\b|to\b)+", re.IGNORECASE)
REASON = re.compile(r"(?:for\b|because\b|:|-|–)\s*", re.IGNORECASE)
MARKUP = re.compile(r"<([@#!])([^<>|]*)(?:\|([^<>]*))?>")
NAMED = re.compile(r"@[\w.'’-]+")
GROUPS = ("@here", "@channel", "@everyone")
NOT_US = "Thank you, but a shout-out is for people: please choose them below."
NOT_ONESELF = "Thanks go to others, so your own name isn't taken over."
OWN_TEAM = "You're in {name} yourself, and thanks go to others: please choose its people, or another team."
A_CHANNEL = "#{name} is a channel, not a team: please choose people or teams below."
A_GROUP = "A group can't be thanked as one: please choose people or teams below."
NOT_HERE = "{name} isn't somebody of this collaborative whom I can reach. Please look below."


@dataclass
class Meant:
    """Whom and what somebody means, as far as their words tell; `faults` says what was left out."""

    people: list[int] = field(default_factory=list)
    teams: list[int] = field(default_factory=list)
    words: str = ""
    faults: list[str] = field(default_factory=list)


def understood(session: Session, text: str, others: Circle, asker: Actor) -> Meant:
    """The words, read from the left as long as they name somebody; the rest is the reason."""
    meant, rest = Meant(), text.strip()
    while rest:
        rest = rest[found.end() :] if (found := BETWEEN.match(rest)) else rest
        taken = _taken(session, rest, others, asker.id, meant)
        if not taken:
            break
        rest = rest[taken:]
    rest = rest.strip()
    meant.words = typed.plain(session, rest[found.end() :] if (found := REASON.match(rest)) else rest).strip()
    if len(meant.people) + len(meant.teams) > shoutouts.MOST_THANKED:
        meant.faults.append(shoutouts.TOO_MANY)
    meant.faults = list(dict.fromkeys(meant.faults))
    return meant


def _taken(session: Session, text: str, others: Circle, asker: int, meant: Meant) -> int:
    """How many letters at the beginning name somebody or something; 0 where they don't."""
    if found := MARKUP.match(text):
        kind, row, label = found.groups()
        if kind == "@":
            add_user(session, row, others, asker, meant, label or "")
        elif kind == "#":
            _channel(session, row, label or "", others, meant)
        else:
            meant.faults.append(A_GROUP)
        return found.end()
    if length := _named(text, others, asker, meant):
        return length
    if found := NAMED.match(text):
        meant.faults.append(A_GROUP if found[0] in GROUPS else NOT_HERE.format(name=found[0]))
        return found.end()
    return 0


def add_user(session: Session, user: str, others: Circle, asker: int, meant: Meant, label: str = "") -> None:
    """Somebody by their Slack id; who can't be thanked is said in words."""
    row = next((row for row, (person, _) in others.people.items() if person.slack_user == user), 0)
    if row:
        return _add_person(row, asker, meant)
    if session.exec(select(Workspace.id).where(Workspace.bot_user == user)).first():
        return meant.faults.append(NOT_US)
    name = label or typed.plain(session, f"<@{user}>").removeprefix("@")
    return meant.faults.append(NOT_HERE.format(name=name))


def _channel(session: Session, slack_id: str, label: str, others: Circle, meant: Meant) -> None:
    """A team's channel stands for the team."""
    channel = session.exec(Channel.in_slack(slack_id)).first()
    if channel and channel.team_id in others.teams:
        return _add_team(channel.team_id, others, meant)
    return meant.faults.append(A_CHANNEL.format(name=label or (channel.name if channel else "that")))


def _named(text: str, others: Circle, asker: int, meant: Meant) -> int:
    """The longest name of somebody or of a team that the text begins with, with an @ before it or without."""
    at = text.startswith("@")
    words = unescape(text[at:])
    names = [(one.name, "team", row) for row, one in others.teams.items()]
    names += [(one.name, "person", row) for row, (one, _) in others.people.items() if one.name]
    if at:
        names += [(one.name.partition(" ")[0], "person", row) for row, (one, _) in others.people.items() if one.name]
    fits = [one for one in names if re.match(rf"{re.escape(one[0])}(?!\w)", words, re.IGNORECASE)]
    longest = max((len(name) for name, _, _ in fits), default=0)
    rows = {(kind, row) for name, kind, row in fits if len(name) == longest}
    if len(rows) != 1:  # two Anas: the form asks
        return 0
    ((kind, row),) = rows
    if kind == "team":
        _add_team(row, others, meant)
    else:
        _add_person(row, asker, meant)
    return next(count for count in range(at, len(text) + 1) if unescape(text[at:count]).endswith(words[:longest]))


def _add_person(row: int, asker: int, meant: Meant) -> None:
    if row == asker:
        meant.faults.append(NOT_ONESELF)
    elif row not in meant.people:
        meant.people.append(row)


def _add_team(row: int, others: Circle, meant: Meant) -> None:
    if row in others.own:
        meant.faults.append(OWN_TEAM.format(name=others.teams[row].name))
    elif row not in meant.teams:
        meant.teams.append(row)
