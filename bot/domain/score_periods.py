"""When teams are scored: once in each action period or, where a collaborative chooses so, in each month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel
from sqlmodel import Session

from bot import times
from bot.domain import measures, months, phases
from bot.domain.collaboratives import Collaborative, over_from

ACTION_PERIOD, MONTH = "action_period", "month"
SHOWN = {"yes": "Yes, once they have scored themselves", "no": "No, coach and faculty alone"}
EVERY = {ACTION_PERIOD: "Once in each action period", MONTH: "Every month"}
BEFORE = timedelta(days=13)  # before its last day a period is scored from
SOON = timedelta(days=14)  # before it opens a turn gets its row
AFTER = timedelta(days=15)  # after its last day nobody is asked about it any more


class Settings(BaseModel):
    """How often a collaborative scores, and whether teams read what faculty scored."""

    every: Literal["action_period", "month"] = "action_period"
    shown: bool = True


class Period(NamedTuple):
    """What one score is about."""

    name: str  # "ap1", "2026-02"
    first: date
    last: date

    @property
    def opens(self) -> date:
        """From when on it is scored."""
        return max(self.first, self.last - BEFORE)

    @property
    def closes(self) -> date:
        """From when on nobody is asked about it any more; what is told later counts all the same."""
        return self.last + AFTER


def settings(collaborative: Collaborative) -> Settings:
    """How this collaborative scores."""
    return Settings.model_validate(collaborative.scores)


def is_of_rhythm(collaborative: Collaborative, name: str) -> bool:
    """Whether a period is one of those in which this collaborative scores now."""
    return name.startswith("ap") == (settings(collaborative).every == ACTION_PERIOD)


def called(name: str) -> str:
    """A period's name as people say it."""
    return f"action period {name[2:]}" if name.startswith("ap") else months.called(date.fromisoformat(f"{name}-01"))


def of(session: Session, collaborative: Collaborative, now: datetime) -> list[Period]:
    """Every period that is known, the earliest first; of months those around now."""
    if settings(collaborative).every == ACTION_PERIOD:
        return [*_action_periods(session, collaborative)]
    return [*_months(collaborative, times.local_day(now, collaborative.timezone))]


def is_near(collaborative: Collaborative, period: Period, now: datetime) -> bool:
    """Whether teams get their turns by now, and are still asked."""
    today = times.local_day(now, collaborative.timezone)
    return period.opens - SOON <= today < min(period.closes, over_from(collaborative))


def is_on(collaborative: Collaborative, period: Period, now: datetime) -> bool:
    """Whether that period has begun, so that what somebody scores of themselves may be about it."""
    today = times.local_day(now, collaborative.timezone)
    return period.first <= today < min(period.closes, over_from(collaborative))


def about(name: str, last: date, today: date) -> str:
    """What a score of today is for, where it is given."""
    runs = f", which runs until {times.day(last)}" if today <= last else f", which ended on {times.day(last)}"
    return f"{called(name)}{runs}"


def _action_periods(session: Session, collaborative: Collaborative) -> Iterator[Period]:
    """From the day after a learning session to the day before the next, or to the end."""
    sessions = phases.sessions(session, collaborative)
    for number, (_, ends, kind) in enumerate(sessions, 1):
        if kind == "congress":
            return
        starts_next = sessions[number][0] if number < len(sessions) else over_from(collaborative)
        if starts_next < date.max and (first := ends + times.A_DAY) < starts_next:
            yield Period(f"ap{number}", first, starts_next - times.A_DAY)


def _months(collaborative: Collaborative, today: date) -> Iterator[Period]:
    """The last three and the next, as far as the collaborative runs."""
    for back in range(-3, 2):
        first = measures.moved(measures.month_of(today), back)
        last = min(measures.moved(first, 1), over_from(collaborative)) - times.A_DAY
        if last >= max(first, collaborative.starts or first):
            yield Period(f"{first:%Y-%m}", first, last)
