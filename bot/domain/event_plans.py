"""A call or session as somebody plans it: which can be, in words on the right box, and the event that comes of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot import times
from bot.domain import recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.events import KINDS, Event
from bot.errors import FieldError, FieldErrors

SHORTEST, LONGEST = 5, 24 * 60  # minutes
MOST_DAYS = 14  # of one learning session
MOST_PRESENTERS = 6
FARTHEST = timedelta(days=3 * 366)
MOST_TITLE, MOST_LINK, MOST_AGENDA = 150, 1000, 2500  # characters


@dataclass(frozen=True)
class Plan:
    """What is planned; `minutes` is how long it lasts each day, `last_day` where it goes over several."""

    title: str
    starts: datetime
    kind: str = "call"
    minutes: int = 60
    last_day: date | None = None
    repeats: str = ""  # a rule that `recurrence.checked` has seen
    join_url: str = ""
    agenda: str = ""
    host: int | None = None  # the row of the team that hosts every date
    hosts_in_turn: bool = False
    presenters: int = 0
    teams: tuple[int, ...] = ()  # whom it is for; none: every team

    def ends(self, zone: str) -> datetime | None:
        """When the last of several days ends; None where it is one day."""
        first = times.local_day(self.starts, zone)
        if self.last_day is None or self.last_day == first:
            return None
        begins = times.at(self.last_day, self.starts.astimezone(ZoneInfo(zone)).time(), zone)
        return begins + timedelta(minutes=self.minutes)


def plan_call(session: Session, collaborative: Collaborative, plan: Plan, *, by: int, now: datetime) -> Event:
    """Put it into the calendar; its card, its reminders and the questions about it come by the clock.

    Raises FieldErrors with a sentence for each box that can't be so.
    """
    check(session, collaborative, plan, now=now)
    event = Event(
        collaborative_id=collaborative.id or 0, made_by=by, team_ids=[*plan.teams],
        **columns(plan, collaborative.timezone),
    )  # fmt: skip
    session.add(event)
    session.flush()
    return event


def columns(plan: Plan, zone: str) -> dict[str, Any]:
    """The plan as an event has it."""
    ends = plan.ends(zone)
    length = round((ends - plan.starts).total_seconds() / 60) if ends else plan.minutes
    return {
        "title": plan.title, "kind": plan.kind, "starts": plan.starts.astimezone(UTC), "ends": ends, "minutes": length,
        "repeats": plan.repeats, "join_url": plan.join_url, "agenda": plan.agenda, "host_team_id": plan.host,
        "hosts_in_turn": plan.hosts_in_turn, "presenters": plan.presenters,
    }  # fmt: skip


def start(day: date, at: time, zone: str) -> datetime:
    """The instant of a wall time; raises FieldError where the clocks skip it that night."""
    begins = times.at(day, at, zone)
    shown = begins.astimezone(ZoneInfo(zone))
    if shown.time() != at:
        skipped = f"The clocks change that night: {times.hour(at)} doesn't exist on {times.day(day)} in {zone}."
        raise FieldError("at", f"{skipped} Please choose another time, such as {times.hour(shown.time())}.")
    return begins


def check(
    session: Session, collaborative: Collaborative, plan: Plan, *, now: datetime, besides: Event | None = None
) -> None:
    """Raises FieldErrors with a sentence for each box that can't be so; `besides` is the event that is changed."""
    same = besides is not None and besides.starts == plan.starts
    faults = {**_when(plan, collaborative.timezone, None if same else now), **_what(plan)}
    taken = select(Event).where(
        Event.collaborative_id == collaborative.id, Event.title == plan.title, Event.starts == plan.starts
    )
    found = session.exec(taken).first()
    if found and (besides is None or found.id != besides.id):
        faults.setdefault("title", f"{plan.title} is in the calendar at that time already. Please name one otherwise.")
    if faults:
        raise FieldErrors(faults)


def _when(plan: Plan, zone: str, now: datetime | None) -> dict[str, str]:
    """What is wrong about its time; where it stays as it was, `now` is None and it may have begun."""
    faults: dict[str, str] = {}
    first = times.local_day(plan.starts, zone)
    if now and plan.starts <= now:
        faults["day"] = f"{times.words(plan.starts, zone)} has passed. Please choose a day and time to come."
    elif now and plan.starts > now + FARTHEST:
        faults["day"] = "That is more than three years away. Please choose an earlier day."
    if not SHORTEST <= plan.minutes <= LONGEST:
        several = " Something of several days has a last day instead." if plan.minutes > LONGEST else ""
        faults["minutes"] = f"{plan.minutes:,} minutes can't be. From {SHORTEST} to {LONGEST:,} fit in a day.{several}"
    if plan.last_day and plan.last_day < first:
        faults["last_day"] = f"It would end before it starts, on {times.day(first)}. Are the two days swapped?"
    elif plan.last_day and (plan.last_day - first).days >= MOST_DAYS:
        faults["last_day"] = f"At most {MOST_DAYS} days fit. Please choose an earlier day, or plan two sessions."
    return {**faults, **_repeats(plan, zone)}


def _repeats(plan: Plan, zone: str) -> dict[str, str]:
    if not plan.repeats:
        return {}
    if not recurrence.ends(plan.repeats):
        return {"until": "It would repeat for ever. Please choose its last day."}
    if not recurrence.gives(plan.starts, plan.repeats, zone):
        first = times.day(times.local_day(plan.starts, zone))
        return {
            "rule": f"{first} isn't one of the dates that this rule gives. Please choose its first date as the day."
        }
    return {}


def _what(plan: Plan) -> dict[str, str]:
    faults: dict[str, str] = {}
    if plan.kind not in KINDS:
        faults["kind"] = "Please choose what it is."
    if not plan.title.strip() or len(plan.title) > MOST_TITLE:
        faults["title"] = f"Please name it, in at most {MOST_TITLE} characters."
    if plan.join_url and not is_link(plan.join_url):
        faults["join_url"] = "People can't join by this: a link begins with https:// and has no spaces."
    if len(plan.agenda) > MOST_AGENDA:
        faults["agenda"] = f"At most {MOST_AGENDA:,} characters fit here. Please shorten it."
    if not 0 <= plan.presenters <= MOST_PRESENTERS:
        faults["presenters"] = f"At most {MOST_PRESENTERS} teams present at one date."
    return faults


def is_link(text: str) -> bool:
    """Whether people can join by it."""
    rest = text.removeprefix("https://")
    return rest != text and len(text) <= MOST_LINK and "." in rest and not set(text) & set(' \t\n<>|"')
