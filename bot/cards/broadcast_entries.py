"""What is filled into the form of a broadcast: read out of it, and put back where it is changed."""

import re
from datetime import date, datetime, time
from typing import Any

from pydantic import BaseModel, Field

from bot import times
from bot.access import Actor
from bot.domain import audiences, broadcasts, measures, phases, team_facts
from bot.domain.audiences import Audience
from bot.domain.broadcasts import Broadcast
from bot.domain.collaboratives import Collaborative
from bot.errors import FieldError, FieldErrors

Values = dict[str, Any]
MOST_MONTHS = 6  # that one may choose from
NINE = time(9)
USED_BY = {"teams": "chosen", "period": "data", "call": "coming"}  # a box, and the one answer above that uses it
DID = {"teams": "You ticked teams", "period": "You chose a month", "call": "You chose a date"}
UNUSED = "{did}, and “{chosen}” above. Choose “{who}” there, or leave this empty."

RINGS_NOBODY = (
    "{word} in your words is plain text and rings nobody. "
    "A director can ring people, by “Ring people's phones” at the end of the form."
)
LEAD = "This is for the {role} of each team, whom it names at its beginning; {{lead}} is the team lead."
_RINGS = re.compile(r"(?<!\w)@(?:channel|here|everyone)\b|<!(?:channel|here|everyone)>")


class Told(BaseModel):
    """The form."""

    words: str = Field(min_length=1, max_length=broadcasts.MOST)
    who: str = "all"
    teams: list[int] = []
    period: date | None = None
    call: str = Field(default="", pattern=r"^([0-9]{1,9}:[0-9]{1,10})?$")
    types: list[str] = []
    role: str = ""
    phase: str = ""
    day: date | None = None
    at: time | None = None
    ring: str = ""
    more: list[str] = []


def audience(told: Told, collaborative: Collaborative, now: datetime) -> Audience:
    """Whom the form means. Raises FieldError where its sentence has a gap, or a box says what it wouldn't use."""
    if told.who not in audiences.WHO:
        raise FieldError("who", "Please choose whom it is for.")
    _must_use_all(told)
    if told.who == "chosen" and not told.teams:
        raise FieldError("teams", "Please choose the teams.")
    if told.who == "coming" and not told.call:
        raise FieldError("call", "Please choose the call or session.")
    period = told.period or last_months(collaborative, now)[0]
    event, _, planned = (told.call or "0:0").partition(":")
    return Audience.model_validate({
        "who": told.who, "teams": sorted(set(told.teams)), "period": period if told.who == "data" else None,
        "event": int(event), "planned": int(planned), "types": told.types,
        "role": told.role if told.role in audiences.ROLES else "",
        "phase": told.phase if told.phase in phases.PHASES else "",
    })  # fmt: skip


def fill_in(broadcast: Broadcast, told: Told, actor: Actor) -> None:
    """What the form says, but for whom it means. Raises FieldError for an hour without its day."""
    if told.at and told.day is None:
        raise FieldError("day", "Please choose the day too, or leave the hour empty.")
    if told.ring:
        actor.must("broadcast.ring", collaborative=broadcast.collaborative_id)
    broadcast.words, broadcast.day = told.words.strip(), told.day
    broadcast.at = (told.at or NINE) if told.day else None
    broadcast.wants_answer = "got_it" in told.more
    broadcast.ring, broadcast.rings = told.ring if told.ring in broadcasts.RINGS else "", 0


def typed(broadcast: Broadcast) -> Values:
    """What stands in the form of one that was previewed."""
    wanted = broadcasts.audience(broadcast)
    return {
        "words": broadcast.words,
        "who": wanted.who,
        "teams": [str(team) for team in wanted.teams],
        "period": wanted.period.isoformat() if wanted.period else "",
        "call": f"{wanted.event}:{wanted.planned}" if wanted.event else "",
        "types": wanted.types,
        "role": wanted.role,
        "phase": wanted.phase,
        "day": broadcast.day.isoformat() if broadcast.day else "",
        "at": f"{broadcast.at:%H:%M}" if broadcast.at else "",
        "ring": broadcast.ring,
        "more": ["got_it"] if broadcast.wants_answer else [],
    }


def notes(broadcast: Broadcast) -> list[str]:
    """What its words don't do, though they may look like it."""
    role = team_facts.ROLES.get(broadcasts.audience(broadcast).role, "")
    rung = _RINGS.search(broadcast.words)
    named = "{lead}" in broadcast.words and role not in ("", team_facts.ROLES["team_lead"])
    return [*([RINGS_NOBODY.format(word=rung[0])] if rung else []), *([LEAD.format(role=role)] if named else [])]


def last_months(collaborative: Collaborative, now: datetime) -> list[date]:
    """Those that are over, the newest first."""
    this = measures.month_of(times.local_day(now, collaborative.timezone))
    return [measures.moved(this, -back) for back in range(1, MOST_MONTHS + 1)]


def _must_use_all(told: Told) -> None:
    """Raises FieldErrors for each box that the answer above it wouldn't use: a word to a few isn't to go to all."""
    chosen = audiences.WHO[told.who]
    unused = [box for box, who in USED_BY.items() if getattr(told, box) and told.who != who]
    if unused:
        raise FieldErrors({
            box: UNUSED.format(did=DID[box], chosen=chosen, who=audiences.WHO[USED_BY[box]]) for box in unused
        })  # fmt: skip
