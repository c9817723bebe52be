"""The forms of polls: a new one, or one that asks again with other times; and what somebody can."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import times
from bot.cards import poll_cards, shoutout_forms
from bot.domain import event_facts, event_oddities, hours, poll_asks, poll_facts, poll_slots, polls, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.polls import Poll
from bot.domain.teams import Team
from bot.guard import marks

Values = dict[str, Any]
AT_FIRST = 3  # rows for times in the form as it opens
TAKES = timedelta(days=7)  # answers, where nobody says otherwise
MOST_LINES = 10  # polls in one window
EMPTY = {"title": "", "kind": "call", "minutes": "60", "teams": ()}


def new(
    session: Session, collaborative: Collaborative, now: datetime, *, rows: int, meta: str, after: Poll | None = None
) -> Values:
    """The form; what a poll before it was about is filled in, but for its times."""
    teams = sorted(rsvps.at_work(session, collaborative.id or 0), key=lambda team: team.name.casefold())
    until = times.working_day(times.local_day(now + TAKES, collaborative.timezone))
    return {
        "collaborative": collaborative,
        "rows": [*range(1, rows + 1)],
        "more": rows < poll_slots.MOST,
        "kinds": [*rsvp_facts.KINDS.items()],
        "teams": shoutout_forms.groups([(str(team.id), team.name[:75]) for team in teams]) if teams else [],
        "at_once": len(teams),
        "until": until.isoformat(),
        "understood": None,
        "form": {**EMPTY, **(_of(session, after) if after else {})},
        "meta": meta,
    }


def mark(filled_in: Mapping[str, Any]) -> str:
    """A mark of all boxes but the guard's ticks: sent is only what was shown."""
    proposed = sorted(item for item in filled_in.items() if not item[0].startswith(marks.GUARD))
    return hashlib.sha256(json.dumps(proposed).encode()).hexdigest()[:16]


def understood(
    session: Session, collaborative: Collaborative, poll: Poll, starts: Sequence[datetime], teams: Sequence[Team]
) -> Values:  # fmt: skip
    """What the coordinator sees before anybody is asked: the times, whom it asks, and what they may have overlooked."""
    zone, length = collaborative.timezone, timedelta(minutes=poll.minutes)
    whom = () if poll.asks_all else [team.id or 0 for team in teams]
    clashes = {one: event_oddities.clashes(session, collaborative, [one], length, None, whom) for one in starts}
    named = f"All {event_facts.counted(len(teams), 'team')} of {collaborative.name}, in the channel for everybody"
    some = f"{rsvp_facts.named([team.name for team in teams])}, each in its own channel; the event is theirs alone"
    return {
        "what": f"{poll.title} · {rsvp_facts.KINDS[poll.kind]} · {poll_cards.lasts(poll)}",
        "times": [times.dated(one, zone) for one in sorted(starts)],
        "whom": named if poll.asks_all else some,
        "until": f"{times.dated(poll.closes, zone)}.{_reminds(session, poll, teams, zone)}",
        "remarks": [f"{times.words(one, zone)}: {clash}" for one, clash in clashes.items() if clash],
    }


def opened(session: Session, poll: Poll, slots: int, teams: Sequence[Team], zone: str) -> str:
    """What whoever opened it is told."""
    many = event_facts.counted(len(teams), "team is", "teams are")
    asked = f"{many} asked about {event_facts.counted(slots, 'time')}"
    again = _reminds(session, poll, teams, zone)
    return f"It's open until {times.words(poll.closes, zone)}: {asked}.{again} You hear what came of it then."


def _reminds(session: Session, poll: Poll, teams: Sequence[Team], zone: str) -> str:
    """When teams that haven't answered hear of it once more; empty where there is no time for that."""
    hours_of = (hours.of_team(session, team) for team in teams)
    at = sorted({hour for working in hours_of if (hour := poll_asks.hour(poll, working))})
    if not at:
        return ""
    last = f" to {times.words(at[-1], zone)}, as it suits where they are" if len(at) > 1 else ""
    return f" Teams that haven't answered hear of it once, {times.words(at[0], zone)}{last}."


def answer(session: Session, poll: Poll, person: int, meta: str) -> Values:
    """Each time where the reader is, with what they said of it before."""
    zone, said = hours.zone(session, session.get_one(Person, person)), polls.says(session, poll, person)
    return {
        "title": polls.called(poll),
        "lasts": poll_cards.lasts(poll),
        "zone": zone,
        "until": times.words(poll.closes, zone),
        "slots": [
            {"id": one.id, "when": times.words(one.starts, zone), "said": said.get(one.id or 0, "")}
            for one in polls.slots(session, poll)
        ],
        "answers": poll_facts.ANSWERS,
        "meta": meta,
    }


def listed(session: Session, collaborative: Collaborative, now: datetime) -> Values:
    """The newest polls, each with where it is."""
    found = polls.of_collaborative(session, collaborative.id or 0, MOST_LINES)
    return {"collaborative": collaborative, "lines": [_line(session, one, collaborative, now) for one in found]}


def _line(session: Session, poll: Poll, collaborative: Collaborative, now: datetime) -> Mapping[str, Any]:
    taken = f"Answers are taken until {times.words(poll.closes, collaborative.timezone)}."
    stage = poll_facts.stage(session, poll, now) or taken
    return {
        "id": poll.id,
        "title": polls.called(poll),
        "stands": f"{stage} {poll_facts.answered(poll_facts.count(session, poll))}",
    }


def _of(session: Session, after: Poll) -> Values:
    teams = () if after.asks_all else tuple(str(team.id) for team in polls.teams(session, after))
    return {"title": after.title, "kind": after.kind, "minutes": str(after.minutes), "teams": teams}
