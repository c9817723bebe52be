"""What the form of a broadcast, its preview and its windows show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import drafts, templates, times
from bot.access import Actor
from bot.cards import broadcast_cards, broadcast_copies, broadcast_entries, shoutout_forms
from bot.cards.broadcast_copies import Line, Planned
from bot.domain import audiences, broadcasts, event_changes, event_facts, months, phases, team_facts
from bot.domain.broadcasts import Broadcast, Read
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import GONE, Team
from bot.errors import FieldError
from bot.kit import Kit
from bot.sending import rest

Values = dict[str, Any]
FORM = "broadcasts.composed"
MOST_DATES, MOST_TYPES, MOST_TEAMS = 100, 100, 1000  # that one menu offers
MOST_SKIPPED, PAGE, LISTED, LONGEST = 8, 40, 15, 75
EMPTY: Values = {
    "words": "", "who": "all", "teams": [], "period": "", "call": "", "types": [], "role": "", "phase": "", "day": "",
    "at": "", "ring": "", "more": [],
}  # fmt: skip
MORE = {"got_it": "A Got it button, counted by team"}
NOBODY = "As things are now it is meant for nobody, so nothing would be sent."


def opened(
    session: Session, actor: Actor, collaborative: Collaborative, typed: Mapping[str, Any], now: datetime
) -> Values:
    """The form with these things in it, else with the half-written words of last time if there are any."""
    kept = None if typed else drafts.newest(session, person=actor.id, form=FORM)
    form = {**EMPTY, **(typed or (kept.fields if kept else {}))}
    form |= {} if form["who"] == "data" else {"period": ""}  # drafts of before have a month that nobody chose
    row, zone = collaborative.id or 0, collaborative.timezone
    dates = event_changes.coming(session, collaborative, now, MOST_DATES + 1)
    last = broadcast_entries.last_months(collaborative, now)
    return {
        "collaborative": collaborative,
        "kept": bool(kept and kept.fields),
        "form": form,
        "whos": audiences.WHO,
        "teams": shoutout_forms.groups(_teams(session, collaborative)),
        "types": [(one, name[:LONGEST]) for one, name in audiences.types(session, collaborative)[:MOST_TYPES]],
        "roles": [(role, templates.capital(team_facts.ROLES[role])) for role in audiences.ROLES],
        "phases": [(phase, templates.capital(name)) for phase, name in phases.PHASES.items()],
        "periods": [(month.isoformat(), months.called(month)) for month in last],
        "last_month": months.called(last[0]),
        "calls": event_facts.choices(dates[:MOST_DATES], zone),
        "more_calls": len(dates) > MOST_DATES,
        "rings": [*broadcasts.RINGS.items()] if actor.may("broadcast.ring", collaborative=row) else [],
        "more": MORE,
        "most": broadcasts.MOST,
    }


def preview(session: Session, broadcast: Broadcast, kit: Kit, team: int = 0) -> Values:
    """Exactly what one team will read, how many get it and when, and who doesn't and why.

    Raises FieldError where it doesn't fit, or its hour has passed.
    """
    collaborative, planned = (
        session.get_one(Collaborative, broadcast.collaborative_id),
        broadcast_copies.look(session, broadcast, kit),
    )
    meant, skipped = planned.found.meant, planned.found.skipped
    check(session, broadcast, planned, kit)
    as_team = next((one for one in meant if one.id == team), meant[0] if meant else None)
    return {
        "broadcast": broadcast.id,
        "to": audiences.sentence(session, collaborative, broadcasts.audience(broadcast)),
        "reach": _reach(planned),
        "skipped": [f"{one.name}: {why}" for one, why in skipped[:MOST_SKIPPED]],
        "more_skipped": max(len(skipped) - MOST_SKIPPED, 0),
        "when": _when(broadcast, planned, kit.now()),
        "teams": shoutout_forms.groups([(str(one.id), one.name[:LONGEST]) for one in meant[:MOST_TEAMS]]),
        "as_team": (str(as_team.id), as_team.name[:LONGEST]) if as_team else ("", ""),
        "shown": broadcast_cards.shown(session, broadcast, as_team, kit.now()) if as_team else None,
        "notes": broadcast_entries.notes(broadcast),
        "scheduled": broadcast.day is not None,
        "ring": broadcast.ring,
        "people": planned.rings,
    }


def check(session: Session, broadcast: Broadcast, planned: Planned, kit: Kit) -> None:
    """Raises FieldError where the words don't fit for somebody, or the hour has passed or is in the night."""
    texts = broadcast_cards.filled(session, broadcast.words, planned.found.meant)
    broadcasts.check(max(map(len, texts), default=0))
    if broadcast.day is None or broadcast.at is None:
        return
    collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
    quiet = (
        rest.of_collaborative(session, f"team:{planned.found.meant[0].id}", kit.settings.quiet_hours)
        if planned.found.meant
        else None
    )
    if quiet and times.within(broadcast.at, quiet):
        raise FieldError(
            "at",
            f"At {broadcast.at:%H:%M} it is night. Please choose an hour from {quiet[1]:%H:%M} to {quiet[0]:%H:%M}.",
        )
    if broadcast.day > times.local_day(kit.now(), collaborative.timezone) + broadcasts.FARTHEST:
        raise FieldError("day", "That is more than half a year away. Please choose an earlier day.")
    passed = sorted({one.timezone for one, at in planned.hours if at <= kit.now()})
    if passed or (not planned.hours and times.at(broadcast.day, broadcast.at, collaborative.timezone) <= kit.now()):
        where = f" in {passed[0]}" if passed else ""
        raise FieldError(
            "at", f"{broadcast.at:%H:%M} on that day has passed{where}. Please choose a later hour or day."
        )


def report(session: Session, broadcast: Broadcast, kit: Kit, page: int, said: str = "") -> Values:
    """How it stands with each team, a page at a time."""
    found, got = broadcast_copies.lines(session, broadcast), broadcasts.have_got_it(session, broadcast)
    last = max(len(found) - 1, 0) // PAGE
    page = min(page, last)
    return {
        **broadcast_cards.of(session, broadcast, found, kit),
        "answer": said,
        "lines": [_line(one, got) for one in found[page * PAGE : (page + 1) * PAGE]],
        "page": page,
        "last": last,
        "begun": broadcast.begun_at is not None,
    }


def listed(session: Session, collaborative: Collaborative, kit: Kit, page: int = 0) -> Values:
    """A page of them, the newest first."""
    found = broadcasts.latest(session, collaborative.id, (page + 1) * LISTED + 1)
    more, found = len(found) > (page + 1) * LISTED, found[page * LISTED : (page + 1) * LISTED]
    return {
        "page": page,
        "last": page + more,
        "collaborative": collaborative,
        "lines": [broadcast_cards.of(session, one, broadcast_copies.lines(session, one), kit) for one in found],
    }


def _line(line: Line, got: Mapping[int, Read]) -> Values:
    at = f" {times.words(line.at, line.zone)}" if line.at else ""
    until = " until" if line.standing == broadcast_copies.WAITS and at else ""
    why = f": {line.why}" if line.why else ""
    read = got.get(line.row, Read(0, 0))
    before = f", {read.earlier} before the last edit" if read.earlier else ""
    told = f"{line.team}: {line.standing}{until}{at}{why.rstrip('.')}."
    return {
        "text": told
        + (f" Got it: {event_facts.counted(read.people, 'person', 'people')}{before}." if read.people else ""),
        "letter": line.letter if line.standing == broadcast_copies.NOT_DELIVERED else 0,
    }


def _reach(planned: Planned) -> str:
    found = planned.found
    if not found.meant:
        return NOBODY
    gets = "gets" if len(found.meant) == 1 else "get"
    return f"{event_facts.counted(len(found.meant), 'team')} of {found.of:,} {gets} it."


def _when(broadcast: Broadcast, planned: Planned, now: datetime) -> str:
    """When they get it, in a sentence."""
    instants = sorted((at, team.timezone) for team, at in planned.hours)
    if broadcast.day and broadcast.at:
        told = f"Each at {broadcast.at:%H:%M} on {times.day(broadcast.day)} where it is, or on its next working day"
        span = f": the first {times.words(*instants[0])}, the last {times.words(*instants[-1])}" if instants else ""
        return f"{told}{span}. Whom it is meant for is looked at again then."
    if not instants:
        return ""
    later = [one for one in instants if one[0] > now]
    told = "It goes out a minute after you send it; until then Undo stops it."
    if not later:
        return told
    night = event_facts.counted(len(later), "team")
    return f"{told} It is night for {night}: there it waits for the morning, the last until {times.words(*later[-1])}."


def _teams(session: Session, collaborative: Collaborative) -> list[tuple[str, str]]:
    rows = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    found = sorted(session.exec(rows), key=lambda team: team.name.casefold())
    return [(str(team.id), templates.shorten(team.name, LONGEST)) for team in found[:MOST_TEAMS]]
