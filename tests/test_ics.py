"""What calendars read in our files is what the calendar says, by a parser that isn't ours, in four zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject

from bot import times
from bot.domain import ics, recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting

NOW = datetime(2026, 1, 5, 15, tzinfo=UTC)
AHEAD = NOW + timedelta(days=548)
ZONES = ("America/New_York", "Europe/Stockholm", "Australia/Lord_Howe", "America/Phoenix")
RULES = (
    "FREQ=WEEKLY;UNTIL=20270701",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=39",
    "FREQ=MONTHLY;BYDAY=3TH;COUNT=18",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3;UNTIL=20270630T235959",
    "FREQ=WEEKLY;BYDAY=TU;COUNT=70",  # not on the first date's own weekday
    "",
)
HOURS = (time(12), time(2, 30))  # the other one is skipped or there twice when clocks change


def test_calendars_read_the_dates_that_the_calendar_has() -> None:
    for zone in ZONES:
        for rule in RULES:
            for hour in HOURS:
                event = _event(times.at(date(2026, 1, 15), hour, zone), rule)
                planned = list(recurrence.all_starts(event.starts, rule, zone))
                changed = _changed(planned)

                read = sorted(_read(_file(event, changed, zone, planned[0])))

                due = sorted(one for start in planned if (one := _stands(start, changed)))
                assert [one for one in read if one < AHEAD] == [one for one in due if one < AHEAD], (zone, rule, hour)


def test_a_file_names_the_same_entry_with_a_higher_number_and_its_zone() -> None:
    event = _event(datetime(2026, 1, 15, 17, tzinfo=UTC), "FREQ=MONTHLY;BYDAY=3TH;COUNT=3")
    (first, second, _) = recurrence.all_starts(event.starts, event.repeats, "America/New_York")

    invitation = _file(event, {}, "America/New_York", first)
    event.sequence = 1
    canceled = _file(event, {second: _change(second, None)}, "America/New_York", second)
    event.repeats, event.sequence = "", 2
    ended = _file(event, {first: _change(first, None)}, "America/New_York", first)

    entries = [vobject.readOne(one.decode()) for one in (invitation, canceled, ended)]
    assert [one.method.value for one in entries] == ["REQUEST", "CANCEL", "CANCEL"]
    assert [one.vevent.sequence.value for one in entries] == ["0", "1", "2"]
    assert {one.vevent.uid.value for one in entries} == {"abc@allteach"}
    assert [hasattr(one.vevent, "recurrence_id") for one in entries] == [False, True, False]
    assert entries[1].vevent.recurrence_id.value.astimezone(UTC) == second
    assert entries[1].vevent.status.value == "CANCELLED"
    assert "DTSTART;TZID=America/New_York:20260115T120000" in invitation.decode()
    assert "BEGIN:VTIMEZONE\r\nTZID:America/New_York" in invitation.decode()
    assert entries[0].vevent.location.value == "https://meet.example.org/x"
    assert entries[0].vevent.description.value.endswith("Its agenda stands on its card in Slack.")
    assert "tests, and more" not in entries[0].vevent.description.value  # what is reported can't be taken from there
    assert all(len(line.encode()) <= 75 for line in invitation.decode().split("\r\n"))


def test_each_day_of_a_session_has_its_hours_and_the_night_between_is_free() -> None:
    begins = datetime(2026, 5, 12, 13, tzinfo=UTC)
    days = [begins, begins + timedelta(days=1)]
    event = _event(begins, "")
    event.ends = days[1] + timedelta(hours=7)
    night = _event(begins, "")
    night.ends = days[1] - timedelta(hours=1)
    yearly = _event(begins, "FREQ=YEARLY;COUNT=2")
    yearly.ends = event.ends
    later = [day + timedelta(days=365) for day in days]
    moved = _change(begins, begins + timedelta(days=7))
    for one, changed, stand, lasts in (
        (event, {}, days, 7),
        (event, {begins: moved}, [day + timedelta(days=7) for day in days], 7),
        (yearly, {}, [*days, *later], 7),
        (yearly, {begins: moved}, [*(day + timedelta(days=7) for day in days), *later], 7),
        (night, {}, [begins], 23),
    ):
        file = _file(one, changed, "America/New_York", begins)

        assert sorted(_read(file)) == stand
        entries = vobject.readOne(file.decode()).vevent_list
        assert {entry.dtend.value - entry.dtstart.value for entry in entries} == {timedelta(hours=lasts)}
        assert {entry.uid.value for entry in entries} == {"abc@allteach"}
    canceled = vobject.readOne(_file(yearly, {begins: _change(begins, None)}, "UTC", begins).decode())
    assert [one.recurrence_id.value.astimezone(UTC) for one in canceled.vevent_list] == days


@pytest.mark.parametrize("words", ["a;b,c\\d", "x\r\nATTENDEE:mailto:a@example.org", "ü" * 150])
def test_nothing_somebody_types_gets_out_of_its_line(words: str) -> None:
    event = _event(datetime(2026, 1, 15, 17, tzinfo=UTC), "")
    event.title = event.agenda = words

    read = vobject.readOne(_file(event, {}, "UTC", event.starts).decode())

    assert read.vevent.summary.value.split() == words.split()
    assert [one.params.get("CN") for one in read.vevent.attendee_list] == [["Everybody of Small Town"]]


def _event(starts: datetime, rule: str) -> Event:
    return Event(
        id=1, collaborative_id=1, title="AP1 call", kind="call", starts=starts, repeats=rule, uid="abc",
        join_url="https://meet.example.org/x", agenda="Roll; tests, and more",
    )  # fmt: skip


def _file(event: Event, changed: dict[datetime, EventChange], zone: str, planned: datetime) -> bytes:
    collaborative = Collaborative(id=1, name="Small Town", timezone=zone, loaded_at=NOW)
    return ics.written(collaborative, Meeting(event, planned, changed.get(planned)), changed, NOW)


def _changed(planned: list[datetime]) -> dict[datetime, EventChange]:
    """The third date moves by a day and an hour, the fourth is canceled."""
    found = {}
    if len(planned) > 3:
        found = {planned[2]: planned[2] + timedelta(hours=25), planned[3]: None}
    return {one: _change(one, to) for one, to in found.items()}


def _change(planned: datetime, to: datetime | None) -> EventChange:
    return EventChange(event_id=1, planned=planned, before=planned, starts=to, person_id=1, changed_at=NOW)


def _stands(planned: datetime, changed: dict[datetime, EventChange]) -> datetime | None:
    return changed[planned].starts if planned in changed else planned


def _read(file: bytes) -> Iterator[datetime]:
    """Every start in the file, by what stands in it alone, its zone too."""
    entries: list[Any] = vobject.readOne(file.decode()).vevent_list
    single = {one.recurrence_id.value: one.dtstart.value for one in entries if hasattr(one, "recurrence_id")}
    (series,) = [one for one in entries if not hasattr(one, "recurrence_id")]
    dates = series.getrruleset(addRDate=True) or [series.dtstart.value]
    for one in dates:
        yield single.get(one, one).astimezone(UTC)
