"""An example and a fullest of everything the bot says: `allteach preview` prints the one, tests hold both to limits.

The values are shaped like what `bot.voice` and the handlers gather. A template with several faces has several, the most
usual one first.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.collaborative_file.values import one_of
from bot.errors import BotError
from bot.gallery import (
    afterwards,
    alerts,
    asks,
    broadcasts,
    calls,
    callsheets,
    changes,
    charts,
    checkins,
    digest,
    endings,
    engagement,
    events,
    home,
    ideas,
    measures,
    pdsa,
    people,
    polls,
    questions,
    scores,
    sheets,
    shoutouts,
    sponsors,
    steal,
    teams,
)
from bot.gallery.scenes import FULLEST, LIKELY, Faces, Values
from bot.templates import Templates

GALLERY: Mapping[str, Faces] = {
    **afterwards.FACES,
    **alerts.FACES,
    **asks.FACES,
    **broadcasts.FACES,
    **calls.FACES,
    **callsheets.FACES,
    **changes.FACES,
    **charts.FACES,
    **checkins.FACES,
    **digest.FACES,
    **endings.FACES,
    **engagement.FACES,
    **events.FACES,
    **home.FACES,
    **ideas.FACES,
    **measures.FACES,
    **pdsa.FACES,
    **people.FACES,
    **polls.FACES,
    **questions.FACES,
    **scores.FACES,
    **sheets.FACES,
    **shoutouts.FACES,
    **sponsors.FACES,
    **steal.FACES,
    **teams.FACES,
}


def names() -> list[str]:
    """Everything there is an example of."""
    return sorted(GALLERY)


def faces(name: str) -> list[Values]:
    """Likely values for each face of a template."""
    return GALLERY[name](LIKELY)


def fullest(name: str) -> list[Values]:
    """The same with every field at its longest, as many rows as there can be, and words that mean harm."""
    return [values for scene in FULLEST for values in GALLERY[name](scene)]


def rendered(templates: Templates, name: str) -> dict[str, Any]:
    """The example as Slack gets it; raises BotError, with the name most like it, for one there isn't."""
    if name not in GALLERY:
        near = one_of(names(), name)
        raise BotError(f"There is no message or form “{name}”.{near} allteach preview lists all of them.")
    return templates.render(name, faces(name)[0])
