"""The card of each call or session, word to whoever is named for one, and what follows an answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import home, outbox
from bot.cards import attendance_words, calendar_cards, call_places, event_audience, preparation_cards
from bot.domain import asks, event_facts, events, hours, pdsa_facts, people, preparations, presenting, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import TOGETHER, Event, Meeting
from bot.domain.people import Membership, Person
from bot.domain.presenting import HOSTS, PRESENTS
from bot.domain.rsvps import Tally
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import asking

COMES, CANCELED, OVER, GONE, MOVED = "comes", "canceled", "over", "gone", "moved"
KIND = ("calls.rsvp",)


def key(date: Meeting) -> str:
    """The occasion: this date of that event, wherever it is moved; `call_places` has the keys of its cards."""
    return key_of(date.event.id or 0, event_facts.stamp(date.planned))


def key_of(event: int, planned: int) -> str:
    """The same of an event's row and the stamp of the start that its rule gives."""
    return f"call:{event}:{planned}"


def about(date: Meeting) -> dict[str, int]:
    """How a letter names a date."""
    return {"event": date.event.id or 0, "planned": event_facts.stamp(date.planned)}


def date_of(session: Session, about: Mapping[str, int]) -> Meeting | None:
    """The date a letter or a button names; None where the calendar has no such date any more."""
    return rsvps.meeting(session, about["event"], event_facts.at(about["planned"]))


def as_it_stands(date: Meeting) -> dict[str, int]:
    """The same, with when it begins by now: what is said of it later knows what it said first."""
    return {**about(date), "version": date.version, "starts": event_facts.stamp(date.known_as)}


def then_and_now(date: Meeting | None, about: Mapping[str, int], now: datetime) -> dict[str, Any]:
    """The start that a letter told of, how the date stands and, where it was moved since, when it begins now."""
    begins = date.known_as if date else event_facts.at(about["planned"])
    then = event_facts.start(about.get("starts", 0)) or begins
    changed = date is not None and date.version != about["version"]
    return {
        "state": _state(date, now),
        "known_as": then,
        "changed": changed,
        "moved": begins if changed and begins != then else None,
    }


def card(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Everything the card prints; None where there is no reason any more to post it."""
    event, date = session.get_one(Event, about["event"]), date_of(session, about)
    row = about.get("team", call_places.EVERYBODY)
    team = session.get(Team, row) if row else None
    letter = outbox.of_key(session, call_places.key(about["event"], about["planned"], row))
    state = _state(date, kit.now())
    if letter and letter.ts is None and state != COMES:
        return None
    collaborative = session.get_one(Collaborative, event.collaborative_id)
    change, known_as = (date.change, date.known_as) if date else (None, event_facts.at(about["planned"]))
    moved = change.before if change and change.starts and change.before != change.starts else None
    told = rsvps.tally(session, date) if date else Tally((), 0, 0)
    took = date.lasts if date else None
    return {
        "event": event,
        "kind": rsvp_facts.KINDS[event.kind],
        "collaborative": collaborative,
        "zone": team.timezone if team else collaborative.timezone,
        "team": team.name if team else "",
        "known_as": known_as,
        "until": known_as + took if took and not rsvp_facts.lasts(took) else None,
        "lasts": rsvp_facts.lasts(took) if took else "",
        "has_words": rsvp_facts.has_words(event),
        **_turns(session, event, date),
        "state": state,
        "moved": moved,
        "anew": bool(change and change.starts and rsvps.has_lapsed(session, change)),
        "tally": _tally(event, state, told),
        "who": [*rsvp_facts.who(told), *(_staff(session, date) if date else [])],
        "which": f"{event.id}:{about['planned']}",
        "asks": events.is_asked(event),
        "together": event.kind in TOGETHER,
        "here": attendance_words.on_card(session, date, kit.now()),
    }


def named(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Word to somebody that a team-mate or a coordinator counts on them; None where they spoke for themselves since."""
    person, by, date = session.get(Person, about["person"]), session.get(Person, about["by"]), date_of(session, about)
    letter = outbox.of_key(session, named_key(about))
    if person is None or by is None or (letter and letter.ts is None and not (date and _is_news(session, date, about))):
        return None
    event, stands = session.get_one(Event, about["event"]), then_and_now(date, about, kit.now())
    row = rsvps.counting(session, date, about["person"]) if date else None
    is_asked = row is None or (row.coming and row.by_id == about["by"] and not stands["changed"])
    return {
        "name": people.first_name(person.name),
        "by": pdsa_facts.name_of(session, by.id),
        "polled": bool(about.get("poll")),
        "title": event.title,
        **stands,
        "zone": hours.zone(session, person),
        "join_url": event.join_url if row and row.coming else "",
        "says": rsvp_facts.says(row) if row and not is_asked else "",
        "which": f"{event.id}:{about['planned']}",
    }


def named_key(about: Mapping[str, int]) -> str:
    """The occasion: that person is counted on by somebody, for this date as it stands."""
    return f"call:{about['event']}:{about['planned']}:named:{about['person']}:{about['by']}:{about['version']}"


def reminder(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """The link, as long before as they like; None for whoever can't come, and where the date isn't as it was."""
    person, date = session.get(Person, about["person"]), date_of(session, about)
    state, letter = _state(date, kit.now()), outbox.of_key(session, reminder_key(about))
    event = session.get_one(Event, about["event"])
    unsaid = letter is not None and letter.ts is None
    said = rsvps.says(session, date, about["person"]) if date else None
    if person is None or (unsaid and (state != COMES or said is False or (date and date.version != about["version"]))):
        return None
    collaborative = session.get_one(Collaborative, event.collaborative_id)
    theirs = rsvps.teams_of(session, about["person"], event.collaborative_id)
    told = [one for team in theirs for one in rsvps.of_team(session, date, team.id or 0)] if date else []
    return {
        "title": event.title,
        "ahead": people.AHEAD[about.get("ahead", 0)],
        "known_as": date.known_as if date else event_facts.at(about["planned"]),
        "zone": hours.zone(session, person),
        "join_url": event.join_url,
        "state": MOVED if state == COMES and date and date.version != about["version"] else state,
        "stands": rsvp_facts.stand_to(date, told) if date else rsvp_facts.stands(told),
        "collaborative": collaborative.name,
        "asks": events.is_asked(event),
        "which": f"{event.id}:{about['planned']}",
    }


def reminder_key(about: Mapping[str, int]) -> str:
    """The occasion: that person is reminded of this date as it stands, once for each of their reminders."""
    near = {people.DAY: "near"}.get(ahead := people.AHEAD[about.get("ahead", 0)], ahead)
    return f"call:{about['event']}:{about['planned']}:{near}:{about['person']}:{about['version']}"


def spoke(session: Session, date: Meeting, person: int, now: datetime) -> None:
    """Whoever was named says otherwise, or says so themself: every word to them shows it."""
    start = f"{key(date)}:named:{person}:"
    named = select(Letter.key).where(col(Letter.key).startswith(start, autoescape=True), col(Letter.ts).is_not(None))
    outbox.say_again(session, *session.exec(named), now=now)


def settle(session: Session, kit: Kit, date: Meeting, teams: list[Team], *, by: int) -> None:
    """Somebody said whether they come: nobody of these teams is asked any more, and all that shows it follows."""
    session.flush()
    for row in rsvps.invited(session, date, teams):
        asking.settle(session, kit, KIND, row, by=by)
        asks.acted_after_all(session, row, KIND, kit.now())
    told = [*call_places.keys(date), *(f"team:{team.id}" for team in teams), *_asked_again(session, date, teams)]
    outbox.say_again(session, *told, now=kit.now())
    home.refresh(session, [row for team in teams for row in home.people_of(session, team)], kit.now())


def follow(session: Session, date: Meeting, kit: Kit) -> None:
    """A date was moved, canceled or put back: what was asked about it ends, and all that was said of it says so."""
    for row in rsvps.invited(session, date, rsvps.asked(session, date.event)):
        asking.settle(session, kit, KIND, row, by=None)
    ours = select(Membership.person_id).where(
        Membership.collaborative_id == date.event.collaborative_id, col(Membership.left_at).is_(None)
    )
    said = select(Letter.key).where(
        col(Letter.key).startswith(f"{key(date)}:", autoescape=True), col(Letter.ts).is_not(None)
    )
    shown = [*call_places.keys(date), calendar_cards.key(date.event.collaborative_id), *session.exec(said)]
    outbox.say_again(session, *shown, now=kit.now())
    if tasks := preparations.tasks(session, date):
        preparation_cards.follow(session, date, tasks, kit.now())
    home.refresh(session, sorted(set(session.exec(ours))), kit.now())


def close(session: Session, date: Meeting, kit: Kit) -> None:
    """A date is over: what asked whether people come, beside its card, can't be answered any more."""
    for row in rsvps.invited(session, date, rsvps.at_work(session, date.event.collaborative_id)):
        asking.over(session, kit, KIND, row)
    said = [one.key for one in event_audience.letters(session, date.change) if one.ts and one.about["channel"]]
    outbox.say_again(session, *said, now=kit.now())


def _asked_again(session: Session, date: Meeting, teams: list[Team]) -> list[str]:
    """The keys of the word of its last change to these teams, and to those of them whose answer counts."""
    ours, answered = {team.id for team in teams}, rsvps.answered(session, date)
    return [
        one.key
        for one in event_audience.letters(session, date.change)
        if one.ts and one.about["team"] in ours and (one.about["channel"] or one.about["person"] in answered)
    ]


def _turns(session: Session, event: Event, date: Meeting | None) -> dict[str, Any]:
    """Which teams host it and present at it, and whether there is a turn that could be swapped."""
    always = session.get(Team, event.host_team_id) if event.host_team_id else None
    host = presenting.host(session, date) if date else always
    presents = presenting.of(session, date, PRESENTS) if date else []
    return {
        "host": host.name if host else "",
        "presents": rsvp_facts.named([team.name for team in presents]) if presents else "",
        "swaps": bool(presents) or bool(date and presenting.of(session, date, HOSTS)),
    }


def _tally(event: Event, state: str, told: Tally) -> str:
    """How many teams come; empty where nobody said, and nobody is asked, or it is over."""
    if told.coming or told.cannot or (state != OVER and events.is_asked(event)):
        return rsvp_facts.tally(told)
    return rsvp_facts.COME_IF_YOU_LIKE if state == COMES else ""


def _staff(session: Session, date: Meeting) -> list[str]:
    """Who comes without being in a team, beside the count of teams."""
    coming = [one.name for one in rsvps.staff(session, date) if one.coming]
    return [f"Faculty and coordinators: {rsvp_facts.named(coming)}"] if coming else []


def _is_news(session: Session, date: Meeting, about: Mapping[str, int]) -> bool:
    """Whether they are still counted on by whoever named them, for the date as it stood."""
    row = rsvps.of_person(session, date, about["person"])
    counts = row is not None and row.coming and row.by_id == about["by"] and row.version == date.version
    return counts and date.starts is not None and about["version"] == date.version


def _state(date: Meeting | None, now: datetime) -> str:
    if date is None:
        return GONE
    if date.starts is None:
        return CANCELED
    return OVER if date.is_over(now) else COMES
