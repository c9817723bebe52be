"""The next date a team meets on: plain dates, and rhythms that can mean only one thing."""

from datetime import datetime

import pytest

from bot.domain import recurrence

NEW_YORK = "America/New_York"


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
        ("FREQ=WEEKLY;BYDAY=TU", "2026-02-20T00:00Z", None),  # not the first date's own day: nothing is claimed
        ("FREQ=MONTHLY;BYDAY=-1TH", "2026-02-20T00:00Z", None),
        ("FREQ=MONTHLY;BYMONTHDAY=19", "2026-02-20T00:00Z", None),
        ("FREQ=DAILY", "2026-02-20T00:00Z", None),
    ],
)
def test_the_next_start_of_a_call_on_the_third_thursday_at_noon_in_new_york(
    rule: str, now: str, following: str | None
) -> None:
    starts = datetime.fromisoformat("2026-02-19T17:00Z")

    found = recurrence.next_start(starts, rule, NEW_YORK, datetime.fromisoformat(now))

    assert found == (datetime.fromisoformat(following) if following else None)
