"""Who hears of a changed date and when, in any zone, and how it is put into words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot import times
from bot.cards import event_audience
from bot.cards.event_audience import Told
from bot.domain import event_facts
from bot.domain.events import Event, EventChange, Meeting
from tests.shown import templates

NIGHT = (time(20), time(7))
THURSDAY = datetime(2026, 2, 19, 17, tzinfo=UTC)  # noon in New York
NEW_YORK, CHICAGO, STOCKHOLM, TOKYO = "America/New_York", "America/Chicago", "Europe/Stockholm", "Asia/Tokyo"
IN_A_DAY = THURSDAY + timedelta(days=1)
WHEN_OVER = "once their night, time off or pause is over, the last on Fri 20 Feb 12:00 PM EST."


@pytest.mark.parametrize(
    ("zone", "now", "more", "away", "when"),
    [
        (NEW_YORK, "2026-02-19T01:30Z", {}, (), "Thu 19 Feb 7:00 AM EST, night"),  # 20:30
        (CHICAGO, "2026-02-19T01:30Z", {}, (), "Wed 18 Feb 7:30 PM CST, now"),
        (STOCKHOLM, "2026-02-19T01:30Z", {}, (), "Thu 19 Feb 7:00 AM CET, night"),  # 02:30
        (TOKYO, "2026-02-19T01:30Z", {}, (), "Thu 19 Feb 10:30 AM JST, now"),
        (NEW_YORK, "2026-02-19T12:00Z", {}, (), "Thu 19 Feb 7:00 AM EST, now"),  # as the night ends
        (CHICAGO, "2026-02-19T01:30Z", {"quiet": (time(8), time(16))}, (), "Wed 18 Feb 7:30 PM CST, now"),  # on nights
        (CHICAGO, "2026-02-18T15:00Z", {"quiet": (time(8), time(16))}, (), "Wed 18 Feb 4:00 PM CST, night"),
        (CHICAGO, "2026-02-19T03:00Z", {"quiet": None}, (), "Wed 18 Feb 9:00 PM CST, now"),  # none is quiet
        (CHICAGO, "2026-02-14T18:00Z", {}, (), "Mon 16 Feb 9:00 AM CST, day off"),  # a Saturday
        (CHICAGO, "2026-02-14T03:00Z", {}, (), "Mon 16 Feb 9:00 AM CST, night"),  # the night to it
        (CHICAGO, "2026-02-14T18:00Z", {"hour": time(12)}, (), "Mon 16 Feb 12:00 PM CST, day off"),
        (CHICAGO, "2026-02-14T18:00Z", {"days": frozenset({5, 6})}, (), "Sat 14 Feb 12:00 PM CST, now"),
        (CHICAGO, "2026-02-18T18:00Z", {"off": {"2026-02-18", "2026-02-19"}}, (), "Wed 18 Feb 12:00 PM CST, now"),
        (CHICAGO, "2026-02-19T03:00Z", {"off": {"2026-02-19"}}, (), "Thu 19 Feb 7:00 AM CST, night"),  # else too late
        (CHICAGO, "2026-02-18T18:00Z", {}, ("2026-02-18",), "Thu 19 Feb 9:00 AM CST, away"),
        (CHICAGO, "2026-02-18T18:00Z", {}, ("2026-02-18", "2026-02-19"), "Fri 20 Feb 9:00 AM CST, away"),
        (CHICAGO, "2026-02-18T18:00Z", {}, ("2026-02-18", "2026-02-19", "2026-02-20"), "never"),
        (CHICAGO, "2026-02-19T03:00Z", {}, ("2026-02-19",), "Fri 20 Feb 9:00 AM CST, away"),  # from tomorrow on
        (CHICAGO, "2026-02-18T18:00Z", {"resumes": date(2026, 2, 20)}, (), "Fri 20 Feb 9:00 AM CST, paused"),
        (CHICAGO, "2026-02-18T18:00Z", {"resumes": date(2026, 3, 2)}, (), "never"),
        (NEW_YORK, "2026-03-08T04:00Z", {}, (), "Sun 8 Mar 7:00 AM EDT, night"),  # the night of the clocks
    ],
)
def test_it_comes_once_the_night_is_over_on_a_day_of_work_unless_that_is_too_late(
    zone: str, now: str, more: dict[str, Any], away: tuple[str, ...], when: str
) -> None:
    quiet, moment = more.pop("quiet", NIGHT), datetime.fromisoformat(now)
    told = Told(THURSDAY, IN_A_DAY) if moment < THURSDAY else Told(datetime(2026, 3, 9, 12, tzinfo=UTC), None)

    found = event_audience.heard(times.Hours(zone, **more), quiet, away, told, moment)

    assert (f"{times.words(found[0], zone)}, {found[1] or 'now'}" if found else "never") == when


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0, 0, 0), event_facts.NOBODY),
        ((52, 0, 12, 0), event_facts.NOBODY),
        ((52, 0, 12, 13), "It is posted in 13 channels, where 52 people in 12 teams read it."),
        ((1, 0, 1, 1), "It is posted in 1 channel, where 1 person in 1 team reads it."),
        ((0, 0, 0, 1), "It is posted in 1 channel, where no people read it."),
        (
            (52, 52, 12, 13),
            "52 people in 12 teams get it in a message, since it is at short notice; it is posted in 13 channels too.",
        ),
        ((1, 1, 0, 0), "1 person gets it in a message, since it is at short notice."),
        (
            (7, 2, 2, 1),
            "2 of 7 people in 2 teams get it in a message, since it is at short notice; it is posted in 1 channel too.",
        ),
    ],
)
def test_whom_it_reaches_is_said_for_none_one_and_many(counts: tuple[int, int, int, int], sentence: str) -> None:
    assert event_facts.whom(*counts) == sentence


@pytest.mark.parametrize(
    ("at_once", "later", "late", "sentence"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, "People: at once."),
        (52, 0, 0, "People: all 52 at once."),
        (38, 14, 0, f"People: 38 at once, 14 {WHEN_OVER}"),
        (0, 1, 1, f"People: 1 {WHEN_OVER} For Ana that is after it would have begun: please tell them yourself."),
    ],
)
def test_when_it_reaches_them_is_said_for_none_one_and_many(at_once: int, later: int, late: int, sentence: str) -> None:
    instants = [(THURSDAY, NEW_YORK)] * at_once + [(IN_A_DAY, NEW_YORK)] * later

    assert event_facts.when("People", instants, THURSDAY, late=["Ana"] * late) == sentence


@pytest.mark.parametrize(
    ("count", "away", "asleep", "at_night"),
    [
        (1, "1 person is away or pauses for all of that time, and not told: Ana.", "It is night for 1 of 1 person.",
         "It goes out now, also at night, to 1 person and their channels."),
        (52, f"52 people are away or pause for all of that time, and not told: {'Ana, ' * 7}Ana and 44 more.",
         "It is night for 52 of 52 people.",
         "It goes out now, also at night, to 52 people and their channels."),
    ],
)  # fmt: skip
def test_people_are_counted_in_words(count: int, away: str, asleep: str, at_night: str) -> None:
    assert event_facts.away([]) == ""
    assert event_facts.away(["Ana"] * count) == away
    assert event_facts.asleep(count, count) == asleep
    assert event_facts.at_night(count) == at_night


@pytest.mark.parametrize(
    ("was", "sentence"),
    [
        ("Thu 19 Feb 12:00 PM EST", "3 of them last heard of Thu 19 Feb 12:00 PM EST, and read of a change from that."),
        ("", "3 of them last heard that it is canceled, and read that it takes place after all."),
    ],
)
def test_who_last_heard_otherwise_reads_what_they_heard(was: str, sentence: str) -> None:
    assert event_facts.heard_otherwise(3, was) == sentence


@pytest.mark.parametrize(("woken", "asked"), [(1, "Wake 1 person"), (14, "Wake 14 people")])
def test_the_second_question_names_the_number(woken: int, asked: str) -> None:
    shown = templates().render("events/night", {"woken": woken, "people": 52, "title": "AP1 call", "meta": "{}"})

    assert shown["submit"]["text"] == asked
    assert shown["blocks"][0]["text"]["text"] == f"{asked}?"


@pytest.mark.parametrize(
    ("title", "starts", "told"),
    [
        ("AP1 call", THURSDAY, "AP1 call · Thu 19 Feb 12:00 PM EST"),
        ("AP1 call", IN_A_DAY, "AP1 call · Fri 20 Feb 12:00 PM EST, moved from Thu 19 Feb 2026"),
        ("AP1 call", THURSDAY + timedelta(hours=1), "AP1 call · Thu 19 Feb 1:00 PM EST, moved from 12:00 PM"),
        ("AP1 call", None, "AP1 call · Thu 19 Feb 12:00 PM EST, canceled"),
        ("w" * 80, None, f"{'w' * 38}… · Thu 19 Feb 12:00 PM EST, canceled"),
    ],
)
def test_a_date_to_choose_fits_into_a_menu(title: str, starts: datetime | None, told: str) -> None:
    event = Event(id=1, title=title, kind="call", starts=THURSDAY, collaborative_id=1)

    ((key, shown),) = event_facts.choices([Meeting(event, THURSDAY, _changed(THURSDAY, starts))], NEW_YORK)

    assert (key, shown) == ("1:1771520400", told)
    assert len(shown) <= 75


def test_many_zones_are_told_from_east_to_west_and_the_rest_counted() -> None:
    zones = [f"Etc/GMT{offset:+}" for offset in range(-9, 3)]

    told = event_facts.in_zones(THURSDAY, zones, THURSDAY)

    assert told[:2] == ["Fri 20 Feb 2:00 AM +09", "Fri 20 Feb 1:00 AM +08"]
    assert told[8:] == ["and in 4 more time zones"]


def _changed(planned: datetime, starts: datetime | None) -> EventChange:
    return EventChange(event_id=1, planned=planned, before=planned, starts=starts, person_id=1, changed_at=planned)
