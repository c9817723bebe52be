"""The card of each poll and word of what came of it, and what follows when it opens, is answered, closes or ends."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import home, outbox, times
from bot.domain import absences, event_facts, event_oddities, hours, poll_facts, poll_tally, polls, rsvp_facts, seats
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.people import Membership, Person
from bot.domain.poll_tally import Standing
from bot.domain.polls import OPEN, Poll
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.planning import asking

KIND = ("polls.answer",)
WHY = "you coordinate the collaborative, and a poll for a time has closed"


def keys(session: Session, poll: Poll) -> list[str]:
    """The occasions of its cards: one in everybody's channel, or one in each channel of chosen teams."""
    return [f"poll:{poll.id}"] if poll.asks_all else [_key_in(poll, team) for team in polls.teams(session, poll)]


def card(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any]:
    """Everything the card prints."""
    poll, now = session.get_one(Poll, about["poll"]), kit.now()
    collaborative, found = session.get_one(Collaborative, poll.collaborative_id), poll_facts.count(session, poll)
    is_open, event = polls.state(poll, now) == OPEN, poll_facts.found_for(session, poll)
    shown = found.standings if is_open else poll_tally.ranked(found.standings)
    taken = [one for one in shown if event and one.starts == event.starts]
    staff = poll_facts.staff(session, poll)
    return {
        "poll": poll,
        "title": polls.called(poll),
        "kind": rsvp_facts.KINDS[poll.kind],
        "lasts": lasts(poll),
        "collaborative": collaborative,
        "open": is_open,
        "stage": poll_facts.stage(session, poll, now),
        "event": event.starts if event else None,
        "stands": _stands(taken[0], staff) if taken else "",
        "slots": [{"starts": one.starts, "stands": _stands(one, staff)} for one in shown if one not in taken],
        "answered": poll_facts.answered(found),
        "asks_all": poll.asks_all,
    }


def result(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """What came of it, to whoever opened it; None where it was canceled before they heard."""
    poll, person = session.get_one(Poll, about["poll"]), session.get_one(Person, about["person"])
    letter = outbox.of_key(session, result_key(poll, about["person"]))
    if poll.canceled_at and (letter is None or letter.ts is None):
        return None
    found, zone = poll_facts.count(session, poll), hours.zone(session, person)
    best, event = poll_tally.best(found.standings), poll_facts.found_for(session, poll)
    may_choose, staff = best and not event and not poll.canceled_at, poll_facts.staff(session, poll)
    return {
        "poll": poll,
        "title": polls.called(poll),
        "zone": zone,
        "outcome": poll_facts.outcome(found, zone),
        "answered": poll_facts.answered(found),
        "slots": [{"starts": one.starts, "stands": _stands(one, staff)} for one in poll_tally.ranked(found.standings)],
        "best": best.slot if best and may_choose else 0,
        "when": times.words(best.starts, zone) if best else "",
        "clash": clash(session, poll, best.starts) if best and may_choose else "",
        "again": not event and polls.successor(session, poll) is None,
        "stage": poll_facts.stage(session, poll, kit.now()),
        "event": event.starts if event else None,
    }


def standing(session: Session, poll: Poll, now: datetime) -> dict[str, Any]:
    """The window of those who coordinate: each time with its teams by name, and what can be done with the poll."""
    found, zone = poll_facts.count(session, poll), session.get_one(Collaborative, poll.collaborative_id).timezone
    state, event = polls.state(poll, now), poll_facts.found_for(session, poll)
    order = found.standings if state == OPEN else poll_tally.ranked(found.standings)
    may_choose, staff = state == polls.CLOSED and not event, poll_facts.staff(session, poll)
    lines = [_slot(session, poll, one, staff, zone, choose=may_choose and one.starts > now) for one in order]
    return {
        "poll": poll,
        "title": polls.called(poll),
        "state": state,
        "stage": poll_facts.stage(session, poll, now),
        "event": times.words(event.starts, zone) if event else "",
        "until": times.words(poll.closes, zone),
        "answered": poll_facts.answered(found),
        "silent": rsvp_facts.named(found.silent) if found.silent else "",
        "slots": lines,
    }


def clash(session: Session, poll: Poll, starts: datetime) -> str:
    """What else these teams, or some of them, have at a time; empty for nothing."""
    teams = () if poll.asks_all else [team.id or 0 for team in polls.teams(session, poll)]
    length = timedelta(minutes=poll.minutes)
    event = session.get(Event, poll.event_id) if poll.event_id else None
    return event_oddities.clashes(session, _place(session, poll), [starts], length, event, teams)


def lasts(poll: Poll) -> str:
    """How long it takes."""
    hour, minutes = divmod(poll.minutes, 60)
    told = [(hour, "hour"), (minutes, "minute")]
    return " ".join(event_facts.counted(count, noun) for count, noun in told if count)


def result_key(poll: Poll, person: int) -> str:
    """The occasion: that person is told what came of it."""
    return f"poll:{poll.id}:result:{person}"


def opened(session: Session, poll: Poll, kit: Kit) -> None:
    """Say its cards, and have all that shows it follow."""
    everyone = select(Channel.id).where(
        Channel.collaborative_id == poll.collaborative_id, Channel.purpose == "everyone"
    )
    about, to = {"poll": poll.id or 0}, session.exec(everyone).first()
    if poll.asks_all and to:  # without a channel for everybody, team cards and reminders ask
        outbox.say(session, "polls/card", key=f"poll:{poll.id}", to=f"channel:{to}", now=kit.now(), **about)
    for team in () if poll.asks_all else polls.teams(session, poll):
        outbox.say(session, "polls/card", key=_key_in(poll, team), to=f"team:{team.id}", now=kit.now(), **about)
    follow(session, poll, polls.teams(session, poll), kit)


def answered(session: Session, poll: Poll, teams: Sequence[Team], kit: Kit, *, by: int) -> None:
    """Nobody of these teams is asked any more, and all that shows it follows."""
    for row in polls.rows(session, poll, teams):
        asking.settle(session, kit, KIND, row, by=by)
    show(session, poll, kit)
    _shown(session, teams, [by], kit)


def ended(session: Session, poll: Poll, kit: Kit) -> None:
    """It takes no more answers: what was asked about it ends."""
    for row in polls.rows(session, poll, polls.teams(session, poll)):
        asking.settle(session, kit, KIND, row, by=None)
    show(session, poll, kit)
    follow(session, poll, polls.teams(session, poll), kit)


def show(session: Session, poll: Poll, kit: Kit) -> None:
    """Edit its cards, and what was told of it."""
    told = [result_key(poll, one) for one in seats.coordinators(session, _place(session, poll))]
    outbox.say_again(session, *keys(session, poll), *told, now=kit.now())


def closed_by_itself(session: Session, poll: Poll, kit: Kit) -> None:
    """Its end has come: whoever opened it hears what came of it, once their night is over."""
    polls.close(session, poll, kit.now())
    ended(session, poll, kit)
    for person in hearers(session, poll, kit.now()):
        outbox.plan(
            session, "polls/result", key=result_key(poll, person), to=f"person:{person}", at=kit.now(), why=WHY,
            now=kit.now(), poll=poll.id or 0, person=person,
        )  # fmt: skip


def closed_by_hand(session: Session, poll: Poll, kit: Kit) -> None:
    """Somebody closed it before its end."""
    polls.close(session, poll, kit.now())
    ended(session, poll, kit)
    for person in hearers(session, poll, kit.now()):
        outbox.say(
            session, "polls/result", key=result_key(poll, person), to=f"person:{person}", now=kit.now(),
            poll=poll.id or 0, person=person,
        )  # fmt: skip


def hearers(session: Session, poll: Poll, now: datetime) -> list[int]:
    """Who hears what came of it: whoever opened it or, where they are away or coordinate no more, the others."""
    zone = _place(session, poll).timezone
    today = times.local_day(now, zone)
    every = seats.coordinators(session, _place(session, poll))
    here = [one for one in every if not absences.away(session, one, today)] or every
    return [poll.person_id] if poll.person_id in here else here


def follow(session: Session, poll: Poll, teams: Sequence[Team], kit: Kit) -> None:
    """The cards and Homes of these teams, and those of staff, show what they are asked."""
    staff = select(Membership.person_id).where(
        Membership.collaborative_id == poll.collaborative_id, col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
    )  # fmt: skip
    _shown(session, teams, session.exec(staff), kit)


def _shown(session: Session, teams: Sequence[Team], others: Iterable[int], kit: Kit) -> None:
    """The same, with the Homes of these others alone."""
    session.flush()
    outbox.say_again(session, *(f"team:{team.id}" for team in teams), now=kit.now())
    ours = {row for team in teams for row in home.people_of(session, team)}
    home.refresh(session, sorted(ours.union(others)), kit.now())


def _key_in(poll: Poll, team: Team) -> str:
    return f"poll:{poll.id}:team:{team.id}"


def _stands(one: Standing, staff: Mapping[int, str]) -> str:
    return " ".join(filter(None, [poll_facts.stands(one), staff.get(one.slot, "")]))


def _slot(
    session: Session, poll: Poll, one: Standing, staff: Mapping[int, str], zone: str, *, choose: bool
) -> dict[str, Any]:  # fmt: skip
    told = [poll_facts.named(one) or poll_facts.stands(one), staff.get(one.slot, "")]
    return {
        "id": one.slot,
        "when": times.words(one.starts, zone),
        "stands": " ".join(filter(None, told)),
        "choose": choose,
        "clash": clash(session, poll, one.starts) if choose else "",
    }


def _place(session: Session, poll: Poll) -> Collaborative:
    return session.get_one(Collaborative, poll.collaborative_id)
