"""The forms of polls: a new one, or one that asks again with other times; and what somebody can."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import times
from bot.cards import poll_cards, shoutout_forms
from bot.domain import event_facts, hours, poll_asks, poll_facts, poll_slots, polls, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.polls import Poll

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
        "form": {**EMPTY, **(_of(session, after) if after else {})},
        "meta": meta,
    }


def opened(poll: Poll, slots: int, teams: int, zone: str) -> str:
    """What whoever opened it is told."""
    asked = f"{event_facts.counted(teams, 'team is', 'teams are')} asked about {event_facts.counted(slots, 'time')}"
    before = poll_asks.notice(poll.opened_at, poll.closes)
    hours_before = round(before.total_seconds() / 3600) if before else 0
    again = f" Teams that haven't answered hear of it once, {hours_before} hours before." if before else ""
    return f"It's open until {times.words(poll.closes, zone)}: {asked}.{again} You hear what came of it then."


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
