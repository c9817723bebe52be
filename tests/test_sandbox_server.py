"""The practice Slack as a program: its clock, how it starts and stops, and how it is followed."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import keeping
from bot.sandbox.server import Running
from bot.sandbox.world import World
from tests.sandbox_desk import Desk, at_desk, called, listening
from tests.sandbox_shapes import Json


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_clock_is_what_the_date_header_says(desk: Desk) -> None:
    desk.post("clock", now=NEW_YEAR.isoformat())

    shown = parsedate_to_datetime(called(desk, "auth.test")[0].headers["Date"])

    assert timedelta() <= shown - NEW_YEAR < timedelta(seconds=5)
    assert desk.sees(desk.person("ana"))["clock"]["turned"] is True


def test_message_times_go_forward_even_when_the_clock_goes_back(desk: Desk) -> None:
    team = desk.channel("team")

    times = []
    for now in (NEW_YEAR, NEW_YEAR + timedelta(days=300), NEW_YEAR):
        desk.post("clock", now=now.isoformat())
        times += [desk.api("chat.postMessage", channel=team, text="x")["ts"] for _ in range(2)]

    assert times == sorted(set(times))
    assert times[0].startswith(str(int(NEW_YEAR.timestamp())))


@pytest.mark.parametrize("now", ["tomorrow", "2026-01-01T09:00"])
def test_the_clock_wants_an_instant_with_an_offset(desk: Desk, now: str) -> None:
    assert repr(now) in desk.post("clock", now=now)["error"]


@pytest.mark.parametrize(
    ("now", "step", "zone", "then"),
    [
        ("2026-02-02T14:00:05", "monday", "America/New_York", "2026-02-09T14:00"),  # nine has just been
        ("2026-02-02T13:59:00", "monday", "America/New_York", "2026-02-02T14:00"),  # nine is still to come
        ("2026-02-08T23:30:00", "monday", "Pacific/Auckland", "2026-02-15T20:00"),  # it is Monday noon there
        ("2026-03-04T12:00:00", "monday", "America/New_York", "2026-03-09T13:00"),  # the clocks go forward before
        ("2026-02-02T14:00:05", "day", "", "2026-02-03T14:00"),
        ("2026-03-07T14:00:05", "day", "America/New_York", "2026-03-08T13:00"),  # the same hour on the wall
        ("2026-03-07T07:30:05", "day", "America/New_York", "2026-03-08T07:30"),  # 2:30 a.m. doesn't come that day
        ("2026-02-02T14:00:05", "hour", "", "2026-02-02T15:00"),
        ("2026-11-01T05:30:05", "hour", "America/New_York", "2026-11-01T06:30"),  # half past one, and so once more
        ("2026-03-08T06:30:05", "hour", "America/New_York", "2026-03-08T07:30"),  # half past three comes next
        ("2026-10-31T13:00:05", "week", "America/New_York", "2026-11-07T14:00"),
        ("2026-10-31T13:00:05", "week", "", "2026-11-07T13:00"),
    ],
)
def test_the_clock_goes_a_step_ahead_by_the_calendar_of_a_zone(
    desk: Desk, now: str, step: str, zone: str, then: str
) -> None:
    desk.post("clock", now=f"{now}+00:00")

    answer = desk.post("clock", step=step, zone=zone)

    assert answer["ok"]
    assert answer["now"].startswith(then)
    assert desk.get("state")["now"].startswith(then)


def test_a_quarter_of_mondays_goes_by(desk: Desk) -> None:
    desk.post("clock", now="2026-02-02T14:00:00+00:00")

    turned = [desk.post("clock", step="monday", zone="Europe/Stockholm")["now"] for _ in range(13)]

    days = [datetime.fromisoformat(now).astimezone(ZoneInfo("Europe/Stockholm")) for now in turned]
    assert {(day.weekday(), day.hour, day.minute) for day in days} == {(0, 9, 0)}
    assert [str(day.date()) for day in (days[0], days[-1])] == ["2026-02-09", "2026-05-04"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, 'Say "now", an instant, or "step", one of: monday, hour, day, week.'),
        ({"now": "2026-02-02T14:00:00+00:00", "step": "day"}, 'Say "now", an instant, or "step"'),
        ({"step": "month"}, "The clock takes no step 'month'. There is: monday, hour, day, week."),
        ({"step": 7}, "The clock takes no step '7'."),
        ({"step": "monday"}, 'Whose Monday? Say "zone", such as America/New_York.'),
        ({"step": "monday", "zone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone such as America/New_York."),
        ({"step": "day", "zone": "../../etc/passwd"}, "'../../etc/passwd' is not a time zone"),
    ],
)
def test_a_step_the_clock_cannot_take_is_refused_in_words_and_moves_nothing(
    desk: Desk, asked: Json, words: str
) -> None:
    desk.post("clock", now=NEW_YEAR.isoformat())

    assert desk.post("clock", **asked)["error"].startswith(words)
    assert desk.get("state")["now"].startswith("2026-01-01T00:00")


def test_the_calendar_has_an_end(desk: Desk) -> None:
    desk.post("clock", now="9999-12-30T12:00:00+00:00")

    assert desk.post("clock", step="week")["error"] == "The calendar ends here. Turn the clock back with an instant."
    assert desk.get("state")["now"].startswith("9999-12-30T12:00")


def test_a_turn_goes_by_the_moments_at_which_an_app_that_follows_the_clock_is_due(desk: Desk) -> None:
    team = desk.channel("team")
    desk.post("clock", now=NEW_YEAR.isoformat())
    with listening(desk), _turning(desk, step="day") as turned:
        seen = _told(desk, NEW_YEAR, NEW_YEAR)
        for hours in (3, 9):
            due = NEW_YEAR + timedelta(hours=hours)
            assert _told(desk, NEW_YEAR, due) < due, "it had not seen yet that the clock went on"
            seen = _told(desk, seen, due)
            assert timedelta() <= seen - due < timedelta(seconds=5)
            ts = desk.api("chat.postMessage", channel=team, text="It is time.")["ts"]
            assert datetime.fromtimestamp(float(ts), UTC) - due < timedelta(seconds=5)
        _told(desk, seen, NEW_YEAR + timedelta(days=2))

    assert turned[0]["now"].startswith("2026-01-02T00:00:0")


def test_while_the_clock_is_on_its_way_everybody_is_told_and_nobody_turns_it(desk: Desk) -> None:
    ana = desk.person("ana")
    desk.post("clock", now=NEW_YEAR.isoformat())
    with listening(desk), _turning(desk, step="week") as turned:
        shown = desk.sees(ana)["clock"]
        refused = desk.post("clock", step="day")
        _told(desk, _told(desk, NEW_YEAR, NEW_YEAR), NEW_YEAR + timedelta(days=30))

    assert shown["turning_to"].startswith("2026-01-08T00:00")
    assert shown["now"].startswith("2026-01-01T00:00")
    assert refused["error"].startswith("The clock is on its way to 2026-01-08T00:00")
    assert turned[0]["now"].startswith("2026-01-08T00:00")
    assert desk.sees(ana)["clock"]["turning_to"] is None


def test_whoever_has_the_clock_set_out_is_answered_before_it_stands(desk: Desk) -> None:
    ana = desk.person("ana")
    desk.post("clock", now=NEW_YEAR.isoformat())
    with listening(desk):
        _follows(desk)
        answer = desk.post("clock/set_out", step="day")
        on_the_way = desk.sees(ana)["clock"]["turning_to"]
        refused = desk.post("clock/set_out", step="day")
        _told(desk, _told(desk, NEW_YEAR, NEW_YEAR), NEW_YEAR + timedelta(days=30))

    assert answer["to"] == on_the_way
    assert on_the_way.startswith("2026-01-02T00:00")
    assert refused["error"].startswith("The clock is on its way to 2026-01-02T00:00")
    assert desk.waits(ana, lambda seen: not seen["clock"]["turning_to"])["version"] > answer["version"]


@pytest.mark.parametrize("trouble", ["it says nothing more", "it hangs up", "it never said that it follows"])
def test_the_clock_goes_on_without_an_app_that_does_not_follow(desk: Desk, trouble: str) -> None:
    desk.post("limits", turn_seconds=0.2)
    with listening(desk) as ear:
        if trouble != "it never said that it follows":
            _follows(desk)
        if trouble == "it hangs up":
            ear.socket.close()
            desk.waits(desk.person("ana"), lambda seen: not seen["app"]["connected"])
        desk.post("clock", now=NEW_YEAR.isoformat())

        answer = desk.post("clock", step="week")

    assert answer["now"].startswith("2026-01-08T00:00")
    assert ("went on without it" in answer["trouble"]) is (trouble != "it never said that it follows")


def test_an_app_that_says_only_that_it_is_busy_keeps_the_clock_where_it_is(desk: Desk) -> None:
    desk.post("limits", busy_seconds=0.3)
    desk.post("clock", now=NEW_YEAR.isoformat())
    with listening(desk), _turning(desk, step="week") as turned:
        while not turned:
            _told(desk, NEW_YEAR, NEW_YEAR)

    assert turned[0]["now"].startswith("2026-01-01T00:00")
    assert turned[0]["trouble"].startswith("The clock stopped on its way")


def test_it_can_begin_at_another_time() -> None:
    with at_desk(NEW_YEAR) as desk:
        assert desk.get("state")["now"].startswith("2026-01-01T00:00")


def test_it_runs_by_itself_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--at", "2026-01-01T00:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().rpartition(" ")[2].strip()
        desk = Desk(address)
        now = desk.get("state")["now"]
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as hasty:
            hasty.sendall(b"POST /api/auth.test HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf")
        desk.get("state")
        desk.close()
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=10)

    assert now.startswith("2026-01-01T00:00")
    assert (running.returncode, complaints) == (0, "")


def test_where_somebody_attends_to_it_it_does_not_outlive_them() -> None:
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--attended"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin
        assert running.stdout
        assert running.stdout.readline().startswith(b"The practice Slack is at http")

        running.stdin.close()  # as the system does where the other end was killed

        assert running.wait(timeout=10) == 0
        assert running.stderr
        assert running.stderr.read() == b""


def test_a_port_that_is_taken_is_answered_with_a_way_on(desk: Desk) -> None:
    port = desk.url.rpartition(":")[2]

    tried = subprocess.run(
        [sys.executable, "-m", "bot.sandbox", "--port", port], capture_output=True, text=True, check=False
    )

    assert tried.returncode == 2
    assert "Choose another with --port." in tried.stderr


def test_stopping_lets_everybody_go_who_waits() -> None:
    seen: list[Json] = []
    with Running() as slack:
        desk, waiting = Desk(slack.url), Desk(slack.url)
        ana = desk.person("ana")
        version = desk.sees(ana)["version"]
        reader = Thread(target=lambda: seen.append(waiting.sees(ana, after=version, wait=30)))
        with listening(desk):
            reader.start()
            while not slack.world.waiters:
                desk.get("state")
    reader.join(timeout=5)

    assert seen[0]["me"]["id"] == ana
    desk.close()
    waiting.close()


def test_stopping_while_the_clock_is_on_its_way_ends_the_turn() -> None:
    answers = list[Json]()
    with Running() as slack:
        desk, elsewhere = Desk(slack.url), Desk(slack.url)
        with listening(desk):
            _follows(desk)
            turning = Thread(target=lambda: answers.append(elsewhere.post("clock", step="week")))
            turning.start()
            desk.waits(desk.person("pru"), lambda seen: seen["clock"]["turning_to"])
    turning.join(timeout=5)

    assert answers[0]["ok"]
    desk.close()
    elsewhere.close()


def test_a_reader_of_the_stream_is_told_of_every_change(desk: Desk) -> None:
    ana = desk.person("ana")
    line = HTTPConnection(desk.url.removeprefix("http://"), timeout=5)
    line.request("GET", f"/practice/stream?user={ana}")
    stream = line.getresponse()

    first, _ = stream.readline(), stream.readline()
    desk.channel("team", ana)
    second = stream.readline()
    line.close()
    stream.close()

    versions = [json.loads(text.removeprefix(b"data: "))["version"] for text in (first, second)]
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert versions[0] < versions[1]


def test_pages_of_other_sites_change_nothing_here(desk: Desk) -> None:
    port, ana = desk.url.rpartition(":")[2], desk.person("ana")
    foreign = [("https://else.example", desk.url), ("null", desk.url), ("http://localhost:1", desk.url)]
    foreign += [(f"http://else.example:{port}", f"http://else.example:{port}")]  # a name that leads here
    own = [(desk.url, desk.url), (f"http://localhost:{port}", f"http://localhost:{port}")]

    refused = [_asked_from(desk, verb, page, at) for page, at in foreign for verb in ("POST reset", "DELETE faults")]
    taken = [_asked_from(desk, "POST keep", page, at) for page, at in own]

    assert {status for status, _ in refused} == {403}
    assert all(b"Only the practice Slack's own pages" in said for _, said in refused)
    assert desk.sees(ana)["me"]["id"] == ana
    assert {status for status, _ in taken} == {200}


def test_what_it_keeps_is_handed_out_and_written_nowhere(desk: Desk, tmp_path: Path) -> None:
    ana, told = desk.person("ana"), tmp_path / "kept"
    desk.line.request("POST", "/practice/keep", json.dumps({"path": str(told)}))
    kept = desk.line.getresponse().read()
    written = told.exists()
    told.write_bytes(kept)

    other = World(None)
    keeping.take_up(other, told)

    assert not written
    assert other.users[ana].real_name == "Ana"


def test_a_reset_leaves_nobody_but_the_app(desk: Desk) -> None:
    desk.channel("team", desk.person("ana"))

    desk.post("reset")

    state = desk.get("state")
    assert ([user["id"] for user in state["users"]], state["channels"]) == (["USLACKBOT", "UALLTEACH"], [])
    assert desk.get("see", user="UANA")["error"].startswith("There is nobody here")


def _asked_from(desk: Desk, what: str, page: str, at: str) -> tuple[int, bytes]:
    """How a page of that origin is answered that asks for it at that address."""
    verb, _, path = what.partition(" ")
    headers = {"Origin": page, "Host": at.removeprefix("http://")}
    desk.line.request(verb, f"/practice/{path}", "{}", headers)
    response = desk.line.getresponse()
    return response.status, response.read()


def _follows(desk: Desk) -> None:
    """As an app says that lives by the clock, and may have something to do at once."""
    assert desk.api("api.test", due=1)["ok"]


def _told(desk: Desk, at: datetime, due: datetime) -> datetime:
    """An app has done what was due at a moment, will have more to do at the next, and hears what time it is."""
    desk.line.request("POST", f"/api/api.test?at={int(at.timestamp())}&due={int(due.timestamp())}")
    response = desk.line.getresponse()
    response.read()
    return parsedate_to_datetime(response.headers["Date"])


@contextmanager
def _turning(desk: Desk, **how: str) -> Iterator[list[Json]]:
    """While the clock is turned, by somebody else, before an app that follows it; at the end, how that was answered."""
    _follows(desk)
    elsewhere, answers = Desk(desk.url), list[Json]()
    turning = Thread(target=lambda: answers.append(elsewhere.post("clock", **how)))
    turning.start()
    desk.waits(desk.person("pru"), lambda seen: seen["clock"]["turning_to"])
    yield answers
    turning.join()
    elsewhere.close()
