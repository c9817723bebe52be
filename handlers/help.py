"""`/allteach`: every command is also a word after it, and an unknown word gets the nearest one."""

from typing import Any

from slack_bolt import Ack

from bot import answers
from bot.kit import Kit
from bot.routes import Registrar
from handlers import (
    broadcasts,
    digest,
    endings,
    event_list,
    home,
    ideas,
    measures,
    pdsa,
    questions,
    retention,
    shoutouts,
    steal,
    timeoff,
)
from handlers.commands import nearest

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can type."""
    app.command("/allteach")(command)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/allteach WORD …`."""
    word, _, rest = str(body.get("text", "")).strip().partition(" ")
    word = word.lower()
    if word == "pdsa":
        return pdsa.command(ack, {**body, "text": rest}, kit)
    if word == "data":
        return measures.command(ack, {**body, "text": rest}, kit)
    if word == "share":
        return ideas.command(ack, {**body, "text": rest}, kit)
    if word == "steal":
        return steal.command(ack, {**body, "text": rest}, kit)
    if word == "calls":
        return event_list.command(ack, {**body, "text": rest}, kit)
    if word == "shoutout":
        return shoutouts.command(ack, {**body, "text": rest}, kit)
    if word == "broadcast":
        return broadcasts.command(ack, {**body, "text": rest}, kit)
    if word in ("timeoff", "away"):
        return timeoff.command(ack, {**body, "text": rest}, kit)
    if word == "ask":
        ack()
        return questions.command(body, kit, rest)
    if word == "leave":
        return endings.leave(ack, body, kit)
    if word == "retention":
        return retention.command(ack, body, kit)
    if word == "digest":
        return digest.command(ack, body, kit)
    if word == "home":
        return home.all_actions(ack, body, kit)
    ack()
    known = (
        "pdsa", "data", "share", "steal", "ask", "shoutout", "broadcast", "calls", "digest", "home", "timeoff",
        "retention", "leave", "help",
    )  # fmt: skip
    closest = nearest(word, known)
    unknown = "" if word in ("", "help") else word[:40]
    return answers.show(kit, body, "help/allteach", {"word": unknown, "nearest": closest})
