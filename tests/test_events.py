"""The next date a team meets on: plain dates, rhythms by a rule, and what was moved or canceled."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import events, recurrence
from bot.domain.events import Event, EventChange

NEW_YORK = "America/New_York"
THURSDAY = datetime(2026, 2, 19, 17, tzinfo=UTC)
CALL = Event(id=1, title="AP1 call", kind="call", starts=THURSDAY, repeats="FREQ=WEEKLY;COUNT=3", collaborative_id=1)


@pytest.mark.parametrize(
    ("rule", "now", "following"),
    [
        ("", "2026-02-19T16:59Z", "2026-02-19T17:00Z"),
        ("", "2026-02-19T17:01Z", None),
        ("FREQ=MONTHLY;BYDAY=3TH;COUNT=3", "2026-02-20T00:00Z", "2026-03-19T16:00Z"),  # summer time: noon is noon
        ("FREQ=MONTHLY;BYDAY=3TH;COUNT=3", "2026-04-17T00:00Z", None),
        ("FREQ=MONTHLY;BYDAY=3TH", "2026-12-18T00:00Z", "2027-01-21T17:00Z"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=3TH", "2026-02-20T00:00Z", "2026-04-16T16:00Z"),
        ("FREQ=MONTHLY;BYDAY=3TH;UNTIL=20260319", "2026-02-20T00:00Z", "2026-03-19T16:00Z"),
        ("FREQ=MONTHLY;BYDAY=3TH;UNTIL=20260318", "2026-02-20T00:00Z", None),
        ("FREQ=MONTHLY;BYDAY=3TH;UNTIL=20260319T155959Z", "2026-02-20T00:00Z", None),
        ("FREQ=MONTHLY;BYDAY=3TH;UNTIL=20260319T120000", "2026-02-20T00:00Z", "2026-03-19T16:00Z"),
        ("FREQ=WEEKLY", "2026-02-20T00:00Z", "2026-02-26T17:00Z"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=2", "2026-02-20T00:00Z", "2026-03-05T17:00Z"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=2", "2026-03-06T00:00Z", None),
        ("FREQ=WEEKLY;BYDAY=TU", "2026-02-20T00:00Z", "2026-02-24T17:00Z"),  # the first date stands all the same
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "2026-02-25T00:00Z", None),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "2026-02-24T18:00Z", "2026-02-26T17:00Z"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "2026-02-20T00:00Z", "2026-02-26T17:00Z"),
        ("FREQ=MONTHLY;BYMONTHDAY=19", "2026-02-20T00:00Z", "2026-03-19T16:00Z"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-02-20T00:00Z", "2026-02-27T17:00Z"),
        ("FREQ=DAILY", "2026-02-20T00:00Z", "2026-02-20T17:00Z"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-02-20T00:00Z", None),  # no such day: not looked for for ever
    ],
)
def test_the_next_start_of_a_call_on_the_third_thursday_at_noon_in_new_york(
    rule: str, now: str, following: str | None
) -> None:
    starts = datetime.fromisoformat("2026-02-19T17:00Z")

    found = recurrence.next_start(starts, rule, NEW_YORK, datetime.fromisoformat(now))

    assert found == (datetime.fromisoformat(following) if following else None)


@pytest.mark.parametrize(
    ("changed", "now", "following"),
    [
        ({}, 0, THURSDAY),
        ({0: None}, 0, THURSDAY + timedelta(days=7)),
        ({0: 1}, 0, THURSDAY + timedelta(days=1)),
        ({0: 1}, 0.5, THURSDAY + timedelta(days=1)),
        ({0: 10}, 0, THURSDAY + timedelta(days=7)),  # after the one that follows it
        ({0: 10}, 8, THURSDAY + timedelta(days=10)),
        ({14: 2}, 1, THURSDAY + timedelta(days=2)),  # drawn before another
        ({0: 0}, 0, THURSDAY),  # put back
        ({3: 1}, 0, THURSDAY),  # of a date that the rule doesn't give any more
        (dict.fromkeys((0, 7, 14)), 0, None),
    ],
)
def test_the_next_call_follows_what_was_moved_and_canceled(
    changed: dict[int, int | None], now: float, following: datetime | None
) -> None:
    rows = [
        _changed(THURSDAY + timedelta(days=day), None if to is None else THURSDAY + timedelta(days=to))
        for day, to in changed.items()
    ]

    found = events.next_of([CALL], {1: {row.planned: row for row in rows}}, NEW_YORK, THURSDAY + timedelta(days=now))

    assert found == ({"title": "AP1 call", "starts": following} if following else None)


def _changed(planned: datetime, starts: datetime | None) -> EventChange:
    return EventChange(event_id=1, planned=planned, before=planned, starts=starts, person_id=1, changed_at=planned)
