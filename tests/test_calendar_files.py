"""A call's file stands below its card and comes to whoever comes; a change brings a newer one there, and never two."""

from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from bot.domain import calendar_files, rsvps
from bot.domain.events import Event, Meeting
from tests.calling import CALL, FIRST, MOVED, cards, changes, comes_up
from tests.checking_in import at
from tests.cycling import everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

FORTNIGHT_BEFORE = datetime(2026, 2, 5, 14, tzinfo=UTC)
DAYS = [datetime(2026, 6, 1, 16, tzinfo=UTC) + timedelta(days=count) for count in range(200)]


@pytest.fixture(autouse=True)
def it_is_announced(town: Town) -> None:
    """Every conversation here is about one call, whose card stands."""
    comes_up(town)
    at(town, FORTNIGHT_BEFORE)


def test_moved_and_canceled_reach_the_calendars_of_whoever_had_the_file(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    ana.presses("Coming", cards(ana)[0])
    sends_again(town, last_sent(town))
    ben.presses("Can't", cards(ana)[0])
    for _ in range(3):
        town.bot.tick()

    (below,), (own,) = _files(town, ana.messages("small-town")), _files(town, ana.dm())
    assert below == own == ("REQUEST", "0", CALL)
    (message,) = [one for one in ana.messages("small-town") if one.get("files")]
    assert message["thread_ts"] == cards(ana)[0]["ts"]
    assert message["text"] == "Open it to have AP1 call in your own calendar."
    assert _files(town, ben.dm()) == []

    changes(pru, **MOVED)
    town.bot.tick()

    moved = ("REQUEST", "1", datetime(2026, 2, 20, 18, tzinfo=UTC))
    assert _files(town, ana.messages("small-town"))[1:] == [moved]
    assert _files(town, ana.dm())[1:] == [moved]
    assert _files(town, ben.dm()) == []

    changes(pru, which=FIRST, what="canceled")
    town.bot.tick()

    canceled = ("CANCEL", "2", CALL)
    assert _files(town, ana.messages("small-town"))[2:] == [canceled]
    assert _files(town, ana.dm())[2:] == [canceled]


def test_another_date_of_the_series_reaches_whoever_has_it_in_one_file_and_nobody_else(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    """Ana said that she comes to the first of three, Ben took that back, and neither said anything of the others."""
    only_people_are_heard(town)
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).repeats = "FREQ=MONTHLY;BYDAY=3TH;COUNT=3"
    ana.presses("Coming", cards(ana)[0])
    for said in ("Coming", "Can't"):
        ben.presses(said, cards(ben)[0])
    town.bot.tick()
    second, third = (datetime(2026, month, day, 16, tzinfo=UTC) for month, day in ((3, 19), (4, 16)))

    changes(pru, which=f"1:{int(second.timestamp())}", what="moved", day="2026-03-20", at="13:00")
    town.bot.tick()
    changes(pru, which=f"1:{int(third.timestamp())}", what="canceled")
    for _ in range(3):
        town.bot.tick()

    moved = datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert _files(town, ana.dm()) == [("REQUEST", "0", CALL), ("REQUEST", "1", moved), ("CANCEL", "2", third)]
    assert _files(town, ben.dm()) == []
    changes(pru, which=FIRST, what="canceled")
    town.bot.tick()
    at(town, CALL + timedelta(hours=3))
    with town.kit.store.transaction() as session:
        calendar_files.renew(session, session.get_one(Event, 1), town.kit.now())
        calendar_files.renew_date(session, rsvps.meeting(session, 1, third) or pytest.fail("it is gone"))
    for _ in range(3):
        town.bot.tick()

    assert [number for _, number, _ in _files(town, ana.dm())[3:]] == ["3", "3"]


def test_a_series_that_ends_leaves_every_calendar_by_one_file_and_is_said_once(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    """Weekly, five times; Ana comes to the first, the second is canceled, the last moved, and all end after that."""
    only_people_are_heard(town)
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).repeats = "FREQ=WEEKLY;COUNT=5"
    ana.presses("Coming", cards(ana)[0])
    at(town, CALL - timedelta(days=2))
    changes(pru, which=f"1:{int((CALL + timedelta(days=7)).timestamp())}", what="canceled")
    last = f"1:{int((CALL + timedelta(days=28, hours=-1)).timestamp())}"  # the clocks change before it
    changes(pru, which=last, what="moved", day="2026-03-19", at="13:00")
    at(town, CALL + timedelta(days=1))
    before, below = len(_files(town, ana.dm())), len(_files(town, ana.messages("small-town")))
    pru.runs("/calls")
    pru.presses("Cancel all to come")
    shown = texts((pru.form or {})["blocks"])
    assert "AP1 call, every Thursday, until Thu 19 Mar 2026: 3 dates to come" in shown
    assert "Thu 5 Mar 12:00 PM EST\nThu 12 Mar 12:00 PM EDT\nThu 19 Mar 1:00 PM EDT" in shown
    assert "posted in" in shown
    patient = "Story of the patient, born 3/14/1961, SSN 078-05-1120"
    assert "response" in pru.submits(words=patient)

    assert pru.submits(words="Thank you all.")["ok"]
    for _ in range(4):
        town.bot.tick()

    own, everybody = _files(town, ana.dm())[before:], _files(town, ana.messages("small-town"))[below:]
    assert [(method, start) for method, _, start in own] == [("REQUEST", CALL)]
    assert _dates(town, ana) == [CALL.date()]
    assert len(everybody) == 1  # below the card of the next date, which had one
    assert _files(town, ben.dm()) == []
    (said,) = [one for one in ana.messages("small-town") if "takes place no more: its 3 dates" in one["text"]]
    assert "Thank you all." in said["text"]
    assert "5 March" in said["text"]
    assert "19 March" in said["text"]
    (there,) = [one["text"] for one in ana.messages("team-alder") if "5 March" in one["text"]]
    assert "takes place no more: its 3 dates to come are canceled" in there
    ana.presses("Report patient details", said)
    assert "Thank you all." not in str(everything_stored(town)) + texts(ana.messages("small-town"))


def test_trouble_on_the_way_brings_neither_two_files_nor_none(town: Town, ana: Persona, pru: Persona) -> None:
    troubles = [
        ("files.completeUploadExternal", "drop_after"),  # it was shared, and nobody heard of it
        ("files.completeUploadExternal", "500_before"),
        ("upload", "500_before"),
        ("files.getUploadURLExternal", "drop_before"),
    ]
    for method, what in troubles:
        town.slack.fault(method, what)
        with town.kit.store.transaction() as session:
            event = session.get_one(Event, 1)
            event.sequence, event.title = event.sequence + 1, "AP1 <!here>"
            calendar_files.renew(session, event, town.kit.now())

        for _ in range(3):
            town.bot.tick()

    numbers = [number for _, number, _ in _files(town, ana.messages("small-town"))]
    assert numbers == ["1", "2", "3", "4"]
    town.slack.fault("files.getUploadURLExternal", "drop_before", times=100)
    changes(pru, **MOVED)
    for _ in range(7):
        town.bot.tick()
    town.slack.heals()
    town.bot.tick()
    assert [number for _, number, _ in _files(town, ana.messages("small-town"))][4:] == ["5"]
    _many_wait_for_their_card(town)
    only_people_are_heard(town)
    ana.presses("Coming", next(one for one in ana.messages("small-town") if "Action-period call: AP1" in one["text"]))
    town.bot.tick()
    assert [number for _, number, _ in _files(town, ana.dm())] == ["5"]
    words = [one["text"] for one in ana.messages("small-town") if one.get("files")]
    assert words[0] == "Open it to have AP1 &lt;!here&gt; in your own calendar."


def _many_wait_for_their_card(town: Town) -> None:
    """So many files as go out at one tick are owed below cards that aren't there."""
    with town.kit.store.transaction() as session:
        daily = Event(collaborative_id=1, title="Daily", kind="call", minutes=30, starts=DAYS[0], repeats="FREQ=DAILY")
        session.add(daily)
        session.flush()
        for day in DAYS:
            calendar_files.want(session, Meeting(daily, day), calendar_files.THREAD)


def _files(town: Town, messages: list[Json]) -> list[tuple[str, str, datetime]]:
    """What a calendar reads in the files of these messages, the oldest first: method, sequence and start."""
    found = []
    for file in (one for message in messages for one in message.get("files", ())):
        read = vobject.readOne(town.practice.world.files[file["id"]].content.decode())
        last = read.vevent_list[-1]  # a date that was moved stands after its series
        found.append((read.method.value, last.sequence.value, last.dtstart.value.astimezone(UTC)))
    return found


def _dates(town: Town, person: Persona) -> list[date]:
    """The days that the last file in somebody's DM leaves in their calendar."""
    *_, file = (file for message in person.dm() for file in message.get("files", ()))
    (series,) = vobject.readOne(town.practice.world.files[file["id"]].content.decode()).vevent_list
    return [one.date() for one in series.getrruleset(addRDate=True)]
