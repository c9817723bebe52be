"""A poll in words: what it is for, how each of its times stands, what came of it, and how one team stands to it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from bot import times
from bot.domain import event_facts, poll_staff, poll_tally, polls, rsvp_facts, rsvps
from bot.domain.events import Event
from bot.domain.poll_tally import Standing
from bot.domain.polls import CANCELED, CLOSED, Poll
from bot.domain.teams import Team

ANSWERS = {"works": "Works", "if_need_be": "If need be", "cannot": "Can't"}
NOBODY = "Nobody has answered."
NOBODY_OF_YOU = "Nobody of you has answered."


class Count(NamedTuple):
    """How a poll stands: its times in their order, how many teams answered, and how many it asks."""

    standings: list[Standing]
    answered: int
    teams: int
    silent: tuple[str, ...]  # the names of those that haven't


def count(session: Session, poll: Poll) -> Count:
    """The same of a team that takes a pause over all of it as of a call: it isn't counted, unless it answered."""
    times_of = {one.id or 0: one.starts for one in polls.slots(session, poll)}
    said = polls.said(session, poll)
    told = {one.team for one in said}
    last = max(times_of.values())
    here = [one for one in polls.teams(session, poll) if one.id in told or not rsvps.pauses_then(one, last)]
    found = poll_tally.standings(times_of, {one.id or 0: one.name for one in here}, said)
    silent = tuple(one.name for one in here if one.id not in told)
    return Count(found, len(here) - len(silent), len(here), silent)


def answered(found: Count) -> str:
    """5 of 12 teams have answered."""
    have = "has" if 1 in (found.answered, found.teams) else "have"
    return f"{found.answered} of {event_facts.counted(found.teams, 'team')} {have} answered."


def stands(one: Standing) -> str:
    """How one of its times stands."""
    if not one.reached and not one.cannot:
        return "Nobody has said anything about it."
    works = f"Works for {event_facts.counted(len(one.works), 'team')}" if one.works else ""
    need = f"{', if' if works else 'If'} need be for {event_facts.counted(len(one.if_need_be), 'team')}"
    told = works + (need if one.if_need_be else "")
    cannot = f"{event_facts.counted(len(one.cannot), 'team')} can't" if one.cannot else ""
    return f"{' · '.join(part for part in (told, cannot) if part)}."


def staff(session: Session, poll: Poll) -> dict[int, str]:
    """What faculty and coordinators say of each time, in a sentence of its own beside the teams, each by name."""
    told: dict[int, list[str]] = {}
    every = poll_staff.said(session, poll)
    for answer, what in ANSWERS.items():
        for slot in dict.fromkeys(one.slot for one in every):
            names = [one.name for one in every if (one.slot, one.answer) == (slot, answer)]
            if names:
                told.setdefault(slot, []).append(f"{what[0].lower()}{what[1:]}: {rsvp_facts.named(names)}")
    return {slot: f"Faculty and coordinators, {'; '.join(parts)}." for slot, parts in told.items()}


def outcome(found: Count, zone: str) -> str:
    """What came of it, once it is closed."""
    best = poll_tally.best(found.standings)
    if best:
        reached = f"it reaches {best.reached} of {event_facts.counted(found.teams, 'team')}"
        return f"{times.words(best.starts, zone)} suits most: {reached}."
    if not found.answered:
        return NOBODY
    every = "the one team that answered" if found.answered == 1 else f"any of the {found.answered} teams that answered"
    return f"None of these times works for {every}."


def named(one: Standing) -> str:
    """The teams behind a time by their names, for those who coordinate."""
    parts = zip(ANSWERS.values(), (one.works, one.if_need_be, one.cannot), strict=True)
    return " ".join(f"{what}: {rsvp_facts.named(teams)}." for what, teams in parts if teams)


def stage(session: Session, poll: Poll, now: datetime) -> str:
    """Where it is by now, in a sentence of its own; empty while it takes answers."""
    if poll.event_id:
        return "The time is found."
    if polls.successor(session, poll):
        return "Other times are asked for now: the newer card has them."
    return {CANCELED: "It is canceled: no time is being found any more.", CLOSED: "Answers are in."}.get(
        polls.state(poll, now), ""
    )


def found_for(session: Session, poll: Poll) -> Event | None:
    """The event that it became."""
    return session.get(Event, poll.event_id) if poll.event_id else None


def of_team(session: Session, team: Team, now: datetime) -> list[dict[str, Any]]:
    """What a team is asked just now, and who of it has answered: first what nobody of it has."""
    found = [_asked(session, poll, team) for poll in polls.open_of_team(session, team, now)]
    return sorted(found, key=lambda one: one["stands"] != NOBODY_OF_YOU)


def of_staff(session: Session, collaborative: int, person: int, now: datetime) -> list[dict[str, Any]]:
    """The same for somebody in no team: what they haven't said anything of."""
    found = poll_staff.waiting(session, collaborative, now)
    unsaid = [poll for poll in found if not polls.says(session, poll, person)]
    return [{"id": poll.id, "title": polls.called(poll), "closes": poll.closes} for poll in unsaid]


def _asked(session: Session, poll: Poll, team: Team) -> dict[str, Any]:
    told = dict.fromkeys(one.name for one in polls.said(session, poll) if one.team == team.id)
    who = f"{rsvp_facts.named([*told])} {'has' if len(told) == 1 else 'have'} answered." if told else ""
    return {"id": poll.id, "title": polls.called(poll), "closes": poll.closes, "stands": who or NOBODY_OF_YOU}
