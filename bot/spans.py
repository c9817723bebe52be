"""Words → a stretch of days away: the first day, and the day somebody is back. Pure; today is an argument."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot import times
from bot.errors import FieldError

MOST = 366  # days
LONGEST = 80  # characters; the rest is no date
LATELY = timedelta(days=60)  # a date without a year that passed so recently is not meant for next year
A_DAY = timedelta(days=1)
YEARS = range(2000, 9000)
WAYS = "until 12 May · 12 May to 20 May (back on the 21st) · next week · tomorrow · for 3 days"
NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
LENGTH = re.compile(rf"{NUMBER} (?:day|week|month|year)s?")
DAY_ALONE = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?")
TWO_DAYS_OF_A_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)? ?[-–—] ?(?=\d{1,2}(?:st|nd|rd|th)? [a-z])")
A_MONTHS_TWO_DAYS = re.compile(r"([a-z] \d{1,2}) ?[-–—] ?(?=(?:[a-z]+ )?\d{1,2}$)")
TWO_NAMED_DAYS = re.compile(r"([a-z])[-–—](?=\d{1,2} [a-z]|[a-z])")
UNTIL = re.compile(r"(?:(?:from )?(?P<first>.+?) )?(?P<how>to|until|till?|through|thru|[-–—]) (?P<back>.+)")
UNTIL_THEN, THROUGH = ("until", "till", "til"), ("through", "thru")  # "to" is until where no first day is said
FOR = re.compile(rf"(?:(?:from )?(?P<first>.+) for |for )?(?P<length>{LENGTH.pattern})")
FROM_LATER = re.compile(r"^(for .+?) from (.+)$")
END_OF = re.compile(r"(?:the )?end of (?:the )?(.+)")


class Span(NamedTuple):
    """Away from `first` on, and back on `back`, which is always a later day."""

    first: date
    back: date


class NoDay(Exception):
    """These words name no day."""


def understood(words: str, today: date) -> Span:
    """What somebody means who says these words today. Raises FieldError where they name no days, or none to be away."""
    said = " ".join(words.lower().split()).strip("*_.,!“”\"' ")
    if said.startswith("from ") and not UNTIL.fullmatch(said) and not FOR.fullmatch(said):
        raise FieldError("back", f"I don't see a day on which you're back. Write it like “{said[:40]} until 12 May”.")
    try:
        return checked(*_read(said[:LONGEST], today), today)
    except NoDay:
        raise FieldError("back", _not_understood(" ".join(words.split()))) from None


def within(words: str, today: date) -> Span | None:
    """The days that a longer sentence names at its end, if any: I'm on vacation until 12 May."""
    said = words.split()
    for begins in range(len(said)):
        try:
            return understood(" ".join(said[begins:]), today)
        except FieldError:
            continue
    return None


def checked(first: date, back: date, today: date) -> Span:
    """The span as it can be kept: days that have passed are left out. Raises FieldError, on the box it is about."""
    if back <= today:
        come = "is today" if back == today else "has passed"
        raise FieldError("back", f"{times.day(back)} {come}. Please give a day after today on which you're back.")
    if back <= first:
        leave = "the day you leave" if back == first else f"before you leave on {times.day(first)}"
        raise FieldError(
            "back",
            f"You'd be back on {times.day(back)}, {leave}. Please give a later day; "
            "with its year, if it's next year's.",
        )
    if (first - today).days > MOST:
        raise FieldError("first", f"That begins more than {MOST} days from now. Please tell me nearer to it.")
    span = Span(max(first, today), back)
    if (back - span.first).days > MOST:
        raise FieldError(
            "back", f"Up to {MOST} days can be noted at once. Please give an earlier day; you can add to it."
        )
    return span


def _read(said: str, today: date) -> Span:
    """The two days that were said; whether one can be away between them is another question."""
    for two_days in (TWO_DAYS_OF_A_MONTH, A_MONTHS_TWO_DAYS, TWO_NAMED_DAYS):
        said = two_days.sub(r"\1 to ", said)
    if match := FOR.fullmatch(FROM_LATER.sub(r"\2 \1", said)):
        first = _days(match["first"], today).first if match["first"] else today
        return Span(first, _date(f"in {match['length']}", first)[0])
    if match := UNTIL.fullmatch(said):
        return _from_until(match["first"] or "", match["how"], match["back"], today)
    return _days(said.removeprefix("for "), today)


def _from_until(begins: str, how: str, ends: str, today: date) -> Span:
    """Until a day is back on that day; one day to another, or through a day, is back on the next."""
    alone = DAY_ALONE.fullmatch(begins)  # 12 to 20 May: of the same month
    first = _days(begins, today).first if begins and not alone else today
    last = _days(ends, today)
    if last.first <= first:
        last = _days(ends, first)  # Monday to Friday: the one after that Monday
    included = how in THROUGH or (begins and how not in UNTIL_THEN)
    back = last.back if included and not END_OF.fullmatch(ends) else last.first
    return Span(_day_of_month(int(alone[1]), last.first, -1) if alone else first, back)


def _days(said: str, near: date) -> Span:
    """The days that a few words stand for, said on the day `near`: one, a week, a month or a year."""
    if alone := DAY_ALONE.fullmatch(said):
        found = _day_of_month(int(alone[1]), near, 1)
        return Span(found, found + A_DAY)
    if match := END_OF.fullmatch(said):
        whole = _days(match[1], near)
        return Span(whole.back, whole.back + A_DAY)
    found, period = _date(f"this {said}" if said in ("week", "month", "year") else said, near)
    if period == "week":
        found -= timedelta(days=found.weekday())
        return Span(found, found + timedelta(days=7))
    if period == "month":
        found = found.replace(day=1)
        return Span(found, (found + timedelta(days=31)).replace(day=1))
    if period == "year":
        return Span(date(found.year, 1, 1), date(found.year + 1, 1, 1))
    return Span(found, found + A_DAY)


def _date(said: str, near: date) -> tuple[date, str]:
    """A date as people write it, and whether it stands for a day, a week, a month or a year."""
    from dateparser.date import DateDataParser  # a tenth of a second that only those pay who write a date

    noon = datetime.combine(near, time(12))
    ahead, nearest = (
        DateDataParser(languages=["en"], settings={"RELATIVE_BASE": noon, "PREFER_DATES_FROM": which}).get_date_data(
            said
        )
        for which in ("future", "current_period")
    )
    if not (ahead.date_obj and nearest.date_obj and ahead.date_obj.year in YEARS):
        raise NoDay
    found, passed = ahead.date_obj.date(), nearest.date_obj.date()
    lately = timedelta() <= near - passed <= LATELY and (found - passed).days > 300
    return passed if lately else found, "day" if said.startswith("in ") else str(ahead.period)


def _day_of_month(number: int, near: date, step: int) -> date:
    """The next, or the last, such day of a month: the 12th."""
    if not 1 <= number <= 31:
        raise NoDay
    found = near
    while found.day != number:
        found += step * A_DAY
    return found


def _not_understood(words: str) -> str:
    told = f"I don't find a day in “{words[:40]}{'…' if len(words) > 40 else ''}”."
    return f"{told} Write it like one of these: {WAYS}. Or write only /timeoff, and choose the days."
