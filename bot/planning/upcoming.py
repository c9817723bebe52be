"""What the clock has for the next seven days: shown to those who steer a collaborative, held back, or sent now."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from bot import outbox, times
from bot.cards import checkin_cards, weekly_cards
from bot.domain import ask_facts, asks, checkin_plans, checkins, reasons, team_facts, turns
from bot.domain.asks import Ask
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.pdsa import Cycle
from bot.domain.reasons import Reason
from bot.domain.teams import Team
from bot.domain.turns import Day
from bot.homes import letters
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import alike, asking, lately, outlook
from bot.planning.alike import Group, Line
from bot.sending import addresses

Values = dict[str, Any]
AHEAD = timedelta(days=7)
MOST, MOST_PARTS = 40, 40  # lines of two blocks each in one window
MOST_NAMED = 3  # recipients in a line of many
TOGETHER = {"asks/day": "Questions"}  # what several are called; else as one is: the check-in card to 12 teams
WEEK_IS_FULL = "Held back by me: {count} messages this week already."
DAY_IS_FULL = f"Held back by me: {turns.MOST_LINES} questions that day already."
WAITS, HELD_BACK = "", "Held back."
SOME_TO_BE_WRITTEN = "Hold back and Send now are for {count} of them; the others have them two days before."
TO_BE_WRITTEN = "This one can be held back, or sent now, from two days before."
BEING_WRITTEN = "It is being planned; look again in a minute."


def gather(session: Session, collaborative: Collaborative, kit: Kit, page: int, said: str = "") -> Values:
    """A page of everything the window prints; `said` is the answer to what was pressed in it."""
    return {
        "collaborative": collaborative,
        "said": said,
        **_page(session, groups(session, collaborative, kit), page, MOST, kit.now()),
        "weeks": lately.weeks(session, collaborative, kit.now()),
    }


def written(session: Session, collaborative: Collaborative, now: datetime, page: int, most: int) -> Values:
    """A page of what can be held back by now, so many lines of it; what is still to be planned isn't looked for."""
    lines = sorted(_written(session, collaborative, now), key=lambda line: (line.at, line.letter))
    return _page(session, alike.groups(lines), page, most, now)


def parts(session: Session, group: Group, page: int, now: datetime, said: str = "") -> Values:
    """A page of those that are alike, by name, held back or not; one that isn't there any more is the last there is."""
    named = sorted((team_facts.whom(session, line.to).casefold(), row) for row, line in enumerate(group.lines))
    group = Group(tuple(group.lines[row] for _, row in named))
    last = (len(group.lines) - 1) // MOST_PARTS
    page = min(page, last)
    shown = group.lines[page * MOST_PARTS : (page + 1) * MOST_PARTS]
    lines = [_alone(session, line, now) for line in shown]
    return {**_together(session, group, now), "said": said, "lines": lines, "page": page, "last": last}


def groups(session: Session, collaborative: Collaborative, kit: Kit) -> list[Group]:
    """What is to come, the earliest first, with what is alike in one."""
    lines = [*_written(session, collaborative, kit.now()), *_to_be_written(session, collaborative, kit)]
    lines += _check_ins_to_be_written(session, collaborative, kit.now())
    return alike.groups(sorted(lines, key=lambda line: (line.at, line.letter)))


def collaboratives(session: Session, letter: Letter) -> set[int]:
    """Whose letter it is: its teams' collaboratives, else wherever its address belongs."""
    theirs = {team.collaborative_id for team in teams_of(session, letter)}
    return theirs or addresses.collaboratives(session, letter.to)


def _page(session: Session, found: list[Group], page: int, most: int, now: datetime) -> Values:
    last = max(len(found) - 1, 0) // most
    page = min(page, last)
    lines = [_together(session, group, now) for group in found[page * most : (page + 1) * most]]
    return {"lines": lines, "page": page, "last": last}


def _written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """Letters of the clock that wait; one that was sent by hand a moment ago doesn't any more."""
    ahead = select(Letter).where(
        col(Letter.state).in_((outbox.PENDING, outbox.HELD)), col(Letter.clock), col(Letter.due) < now + AHEAD,
        col(Letter.ts).is_(None), col(Letter.recall).is_(False), or_(Letter.version == 1, col(Letter.due) > now),
        or_(col(Letter.expires).is_(None), col(Letter.expires) > col(Letter.due)),
    )  # fmt: skip
    for letter in session.exec(ahead.order_by(col(Letter.due))):
        is_held = letter.state == outbox.HELD
        if collaborative.id not in collaboratives(session, letter) or not _comes(session, letter):
            continue
        if not is_held or day_is_on(session, letter, now):
            local, what = _local(session, letter.due, letter.to), what_of(session, letter, collaborative)
            standing = HELD_BACK if is_held else WAITS
            change = letter.about.get("change", letter.about.get("broadcast", 0))
            yield Line(letter.due, local, letter.id or 0, letter.message, what, letter.to, letter.why, standing, change)


def _to_be_written(session: Session, collaborative: Collaborative, kit: Kit) -> Iterator[Line]:
    """Questions that the planner, which looks two days ahead, is still to write, and those that have to wait."""
    found = outlook.look(session, kit, AHEAD)
    ours = {key for key, one in found.reasons.items() if _is_of(session, one.team, collaborative)}
    written = {letter.key for letter in asking.waiting(session, kit.now())}
    told: set[str] = set()
    for day in found.days:
        put = [(found.reasons[line.key], line.wanted) for line in day.put if line.key in ours]
        if put and asks.letter_key(day.person, day.day) not in written:
            yield _of_day(session, day, put, WAITS)
        held = [(found.reasons[line.key], line.wanted) for line in day.held if line.key in ours - told]
        if held:
            full = WEEK_IS_FULL.format(count=kit.settings.asks_a_week) if day.full_week else DAY_IS_FULL
            yield _of_day(session, day, held, full)
        told |= {one.key for one, _ in held}


def _of_day(session: Session, day: Day, of: list[tuple[Reason, str]], standing: str) -> Line:
    what = ask_facts.asked(session, [(one.kind, one.subject) for one, _ in of])
    why = "; ".join(dict.fromkeys(ask_facts.planned_for(one.kind, wanted) for one, wanted in of))
    to = f"person:{day.person}"
    return Line(day.at, _local(session, day.at, to), 0, "asks/day", what, to, why, standing)


def _check_ins_to_be_written(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[Line]:
    """The same of the cards of check-ins."""
    for one in checkin_plans.coming(session, now, AHEAD):
        written = checkins.of_period(session, one.team.id, one.period.opens)
        if one.team.collaborative_id == collaborative.id and one.settings.where == "channel" and not written:
            to, kind = f"team:{one.team.id}", "checkins/card"
            local = _local(session, one.at, to)
            yield Line(one.at, local, 0, kind, letters.KINDS[kind], to, checkin_cards.WHY, WAITS)


def _not_yet(at: datetime, now: datetime) -> str:
    """Why it can't be held back yet: the planner comes to it later, or just now."""
    return BEING_WRITTEN if at < now + asking.AHEAD else TO_BE_WRITTEN


def _stands(group: Group, now: datetime) -> str:
    """How they stand: held back, or which of them can't be yet."""
    if group.lines[0].standing or not group.unwritten:
        return group.lines[0].standing
    if group.unwritten < len(group.lines):
        return SOME_TO_BE_WRITTEN.format(count=len(group.lines) - group.unwritten)
    return _not_yet(group.lines[0].at, now)


def _together(session: Session, group: Group, now: datetime) -> Values:
    """One line of the window: a message, or how many that are alike."""
    first = group.lines[0]
    if len(group.lines) == 1:
        return _alone(session, first, now)
    named = ", ".join(
        sorted((team_facts.whom(session, line.to) for line in group.lines), key=str.casefold)[:MOST_NAMED]
    )
    more = len(group.lines) - MOST_NAMED
    return {
        "when": _when(session, group),
        "what": f"{_alike(group)} to {group.whom}",
        "to": named + (f" and {more} more" if more > 0 else ""),
        "why": "; ".join(dict.fromkeys(why for line in group.lines for why in line.why.split("; "))),
        "standing": _stands(group, now),
        "held": bool(first.standing),
        "id": max(line.letter for line in group.lines),
        "key": group.key,
    }


def _alike(group: Group) -> str:
    """What all of them are: where each says the same, in full."""
    first, told = group.lines[0], {line.what for line in group.lines}
    kind = letters.KINDS[first.message]
    return TOGETHER.get(first.message) or (first.what if len(told) == 1 else kind)


def _alone(session: Session, line: Line, now: datetime) -> Values:
    return {
        "when": times.words(line.at, zone_of(session, line.to)), "what": line.what, "why": line.why,
        "to": team_facts.whom(session, line.to), "standing": _stands(Group((line,)), now), "held": bool(line.standing),
        "id": line.letter, "key": "",
    }  # fmt: skip


def _when(session: Session, group: Group) -> str:
    """The hour with its zone; where it comes to each at another instant, that it is their own."""
    first = group.lines[0]
    same = {line.at for line in group.lines} == {first.at}
    return times.words(first.at, zone_of(session, first.to)) if same else f"{first.local}, where each of them is"


def _local(session: Session, at: datetime, to: str) -> str:
    """The day and hour on their own wall."""
    local = at.astimezone(ZoneInfo(zone_of(session, to)))
    return f"{local:%a} {local.day} {local:%b} {times.hour(local.time())}"


def is_wanted(session: Session, letter: Letter) -> bool:
    """A message whose questions were all answered, or a weekly post without news, is dropped when its hour comes."""
    if letter.message == "weekly/post":
        return weekly_cards.has_news(session, letter)
    if letter.message != "asks/day":
        return True
    waits = (one for one in asking.in_letter(session, letter) if one.state in (asks.OPEN, asks.HELD))
    return any(reasons.of(session, one) for one in waits)


def _comes(session: Session, letter: Letter) -> bool:
    """Whether it is wanted, and no pause has begun over its day: the planner comes to that within a minute."""
    theirs = [] if letter.message == "events/changed" else teams_of(session, letter)
    pauses = [bool(team.status_until and _day_there(session, letter) < team.status_until) for team in theirs]
    return is_wanted(session, letter) and not (pauses and all(pauses))


def teams_of(session: Session, letter: Letter) -> list[Team]:
    """The teams it is about."""
    about = letter.about
    cycle = session.get(Cycle, about["cycle"]) if about.get("cycle") else None
    asked = dict.fromkeys(ask.team_id for ask in _asks(session, letter))
    found = (session.get(Team, row) for row in asked or [cycle.team_id if cycle else about.get("team", 0)])
    return [team for team in found if team]


def _is_of(session: Session, team: int, collaborative: Collaborative) -> bool:
    return session.get_one(Team, team).collaborative_id == collaborative.id


def day_is_on(session: Session, letter: Letter, now: datetime) -> bool:
    """Whether its day isn't over where its recipient is."""
    return _day_there(session, letter) >= times.local_day(now, zone_of(session, letter.to))


def _day_there(session: Session, letter: Letter) -> date:
    return times.local_day(letter.due, zone_of(session, letter.to))


def zone_of(session: Session, to: str) -> str:
    """Where the recipient's day is told."""
    zone = addresses.resolve(session, to).zone
    return zone if zone in times.zones() else "UTC"


def what_of(session: Session, letter: Letter, ours: Collaborative) -> str:
    """What it says for that collaborative."""
    about = [(one.kind, one.subject) for one in _asks(session, letter) if _is_of(session, one.team_id, ours)]
    event = session.get(Event, letter.about.get("event", 0))
    of = f" ({event.title})" if event else ""
    return ask_facts.asked(session, about) if about else f"{letters.KINDS[letter.message]}{of}"


def _asks(session: Session, letter: Letter) -> list[Ask]:
    """What it asks, where it is a message that asks: of hundreds of others nobody looks for that."""
    return asking.in_letter(session, letter) if letter.message == "asks/day" else []
