"""`/allteach`: every command is also a word after it, and an unknown word gets the nearest one."""

from typing import Any

from slack_bolt import Ack

from bot import answers
from bot.kit import Kit
from bot.routes import Registrar
from bot.templates import escape
from handlers import home, pdsa
from handlers.commands import nearest

Body = dict[str, Any]
HELP = (
    "*Allteach* keeps your team's tests, and helps teams learn from each other.\n"
    "• */allteach pdsa* (or */pdsa*): log a PDSA cycle; *list*, *7* and *find words* work after it\n"
    "• */allteach home*: everything at once\n"
    "You never need a command: App Home, your team card and *All actions* do the same."
)


def register(app: Registrar) -> None:
    """What people can type."""
    app.command("/allteach")(command)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/allteach WORD …`."""
    word, _, rest = str(body.get("text", "")).strip().partition(" ")
    word = word.lower()
    if word == "pdsa":
        return pdsa.command(ack, {**body, "text": rest}, kit)
    if word == "home":
        return home.all_actions(ack, body, kit)
    ack()
    if word in ("", "help"):
        return answers.say_to(kit, body, HELP)
    closest = nearest(word, ("pdsa", "home", "help"))
    return answers.say_to(
        kit, body, f"I don't know “{escape(word[:40])}”. Did you mean */allteach {closest}*?\n\n{HELP}"
    )
