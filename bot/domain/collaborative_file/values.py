"""The single values of a collaborative file: text in, a typed value out, or a sentence that says how to write it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from bot.domain import people, recurrence, teams

EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+\.[^@\s<>,;:\"()\[\].]+")
SLACK_USER = re.compile(r"[UW][A-Z0-9]{3,20}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
STATUS = re.compile(r"(paused|withdrawn)\s*\(\s*([^,)]+?)\s*(?:,\s*(.*?)\s*)?\)")
HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d"
YEARS = range(2000, 2101)


class TeamStatus(BaseModel):
    """Where a team stands; a pause has the day it ends, a withdrawal may have its day and reason."""

    model_config = ConfigDict(frozen=True)

    name: str
    day: date | None = None
    reason: str = ""


def one_of(values: Iterable[str], word: str, *, likeness: float = 0.6) -> str:
    """“Did you mean …?” for a word that nearly is one of the values; empty when none is near.

    Of those that are equally near it is the one that begins alike: munday is monday rather than sunday.
    """
    said, lowered = word.casefold(), {value.casefold(): value for value in values}
    near = get_close_matches(said, lowered, n=3, cutoff=likeness)
    best = max(near, key=lambda one: (SequenceMatcher(None, one, said).ratio(), one[:1] == said[:1]), default="")
    return f" Did you mean {lowered[best]}?" if best else ""


def listed(words: Iterable[str], joint: str = "or") -> str:
    """Words as a sentence lists them: a, b or c."""
    *first, last = words
    return f"{', '.join(first)} {joint} {last}" if first else last


def shown(value: object) -> str:
    """A value from the file in quotation marks, shortened so that a sentence stays one."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"


def channel_fault(name: str) -> str:
    """Why Slack would refuse a channel name, and a name it would take; empty when it would take it."""
    if len(name) <= 80 and name == name.lower() and re.fullmatch(r"[\w-]*[^\W_][\w-]*", name):
        return ""
    suggestion = channel_name(name)
    rule = "Channel names have up to 80 lower-case letters, digits, “-” and “_”"
    return f"{rule}; {shown(name)} doesn't fit." + (f" {suggestion} would." if suggestion else "")


def channel_name(words: str) -> str:
    """The nearest name that Slack takes for a channel; empty when no letter or digit is left."""
    name = re.sub(r"[^\w]+", "-", words.strip().lstrip("#").replace("'", "").replace("’", "").lower())
    name = name.strip("-")[:80].rstrip("-")
    return name if re.search(r"[^\W_]", name) else ""


@cache
def zones() -> frozenset[str]:
    """The names of the IANA time zones this machine knows."""
    return frozenset(available_timezones())


def _clean(text: str) -> str:
    if any((ord(character) < 32 and character not in "\n\t") or ord(character) == 127 for character in text):
        raise ValueError("There is a character here that nobody can see. Please type this text again.")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("There is half a character here. Please type this text again.")
    return text


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text) or len(text) > 254:
        raise ValueError(f"{shown(text)} isn't an e-mail address, such as ana@example.org.")
    return text.lower()


def _slack_user(text: str) -> str:
    if not SLACK_USER.fullmatch(text):
        raise ValueError(f"{shown(text)} isn't a Slack member id such as U01ABC (in the profile: Copy member ID).")
    return text


def _channel(text: str) -> str:
    if fault := channel_fault(text):
        raise ValueError(fault)
    return text


def _zone(text: str) -> str:
    if text not in zones():
        near = one_of(zones(), text.replace(" ", "_")) or " One looks like America/New_York."
        raise ValueError(f"{shown(text)} isn't a time zone we know.{near}")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(f"A code has up to 20 letters, digits, “.”, “-” and “_”; {shown(text)} doesn't fit.")
    return text


def _date(value: object) -> date:
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{shown(text)} isn't in the calendar.") from None
        if day.year in YEARS:
            return day
    raise ValueError(f"{shown(text)} isn't a date we can read. Write year, month and day, such as 2026-01-13.")


def _instant(value: object, context: ValidationInfo) -> datetime:
    text = str(value).strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?\s?(Z|[+-]\d{2}:?\d{2})?", text):
        raise ValueError(f"{shown(text)} isn't a date with a time. Write it such as 2026-02-19T12:00.")
    _date(text[:10])
    try:
        instant = datetime.fromisoformat(re.sub(r"\s(?=[Z+-])", "", text))
    except ValueError:
        raise ValueError(f"{shown(text[11:])} isn't a time of day.") from None
    if instant.tzinfo is not None:
        return instant
    zone = context.context["zone"] if isinstance(context.context, dict) else UTC
    local = instant.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != instant:
        raise ValueError(f"The clocks go forward on {text[:10]}: {text[11:]} doesn't come. Choose another time.")
    return local


def _time(value: object) -> time:
    text = str(value).strip()
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text):
        raise ValueError(f"{shown(text)} isn't a time of day. Write hours and minutes, such as 09:00 or 17:30.")
    return time.fromisoformat(text.zfill(5))


def _quiet_hours(text: str) -> str:
    hours = re.fullmatch(rf"({HOUR})-({HOUR})", text.replace(" ", "").replace("–", "-"))
    if text == "off":
        return text
    if not hours or hours[1] == hours[2]:
        raise ValueError(f"{shown(text)} isn't a span of quiet hours. Write it such as 20:00-07:00, or off.")
    return hours[0]


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>|\"]+", text):
        raise ValueError(f"{shown(text)} isn't a link; one begins with https:// and has no spaces.")
    return text


def _repeats(text: str) -> str:
    return recurrence.checked(text)


def _roles(own: tuple[str, ...], others: tuple[str, ...], where: str) -> Callable[[list[str]], list[str]]:
    def check(roles: list[str]) -> list[str]:
        if sentences := [_not_here(role, own, others, where) for role in dict.fromkeys(roles) if role not in own]:
            raise ValueError(" ".join(sentences))
        return list(dict.fromkeys(roles))

    return check


def _not_here(role: str, own: tuple[str, ...], others: tuple[str, ...], where: str) -> str:
    """Why a role can't stand in this list: it is one of the other, or none; “team lead” is read as team_lead."""
    written = re.sub(r"[\s-]+", "_", role.strip()).lower()
    if written in others:
        return f"{written} is a role {where}."
    elsewhere = one_of(others, written)
    meant = one_of(own, written) or (f"{elsewhere} That is a role {where}." if elsewhere else "")
    return f"A role here is {listed(own)}, not {shown(role)}.{meant}"


def _status(value: object) -> TeamStatus:
    text = str(value).strip()
    if text in teams.STATUSES:
        return TeamStatus(name=text)
    if dated := STATUS.fullmatch(text):
        return TeamStatus(name=dated[1], day=_date(dated[2]), reason=_one_line(dated[3] or ""))
    near = one_of(teams.STATUSES, text)
    raise ValueError(
        f"`status` can be {listed(teams.STATUSES)}, or with a date in quotes: "
        f'"paused(2026-06-01)", "withdrawn(2026-06-30, grant ended)". It is {shown(text)} here.{near}'
    )


def _each_once(lines: list[str]) -> list[str]:
    if len({line.casefold() for line in lines}) < len(lines):
        raise ValueError("One of these stands there twice.")
    return lines


def _list_from_text(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    return "\n".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value


Name = Annotated[str, AfterValidator(_one_line), StringConstraints(min_length=1, max_length=80)]
Line = Annotated[str, AfterValidator(_one_line), StringConstraints(max_length=300)]
Text = Annotated[str, BeforeValidator(_lines), AfterValidator(_clean), StringConstraints(max_length=3000)]
Lines = Annotated[list[Line], BeforeValidator(_list_from_text)]
Strata = Annotated[Lines, AfterValidator(_each_once)]
Email = Annotated[str, AfterValidator(_email)]
SlackUser = Annotated[str, AfterValidator(_slack_user)]
ChannelName = Annotated[str, AfterValidator(_channel)]
Zone = Annotated[str, AfterValidator(_zone)]
Code = Annotated[str, AfterValidator(_code)]
Day = Annotated[date, BeforeValidator(_date)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Time = Annotated[time, BeforeValidator(_time)]
QuietHours = Annotated[str, AfterValidator(_quiet_hours)]
Url = Annotated[str, AfterValidator(_url)]
Repeats = Annotated[str, AfterValidator(_repeats)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Status = Annotated[TeamStatus, BeforeValidator(_status)]
StaffRoles = Annotated[
    list[str],
    BeforeValidator(_list_from_text),
    AfterValidator(_roles(people.STAFF_ROLES, people.TEAM_ROLES, "in a team: list this person in that team's members")),
]
TeamRoles = Annotated[
    list[str],
    BeforeValidator(_list_from_text),
    AfterValidator(_roles(people.TEAM_ROLES, people.STAFF_ROLES, "on the staff: list this person under people")),
]
