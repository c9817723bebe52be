"""The practice Slack's Web API as a door: tokens, forms and JSON, pace, trouble on demand, and the clock."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, RemoteDisconnected
from threading import Thread
from time import perf_counter

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Running
from tests.sandbox_desk import Desk, at_desk, listening
from tests.sandbox_shapes import Json, section

JSON, FORM = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


def called(
    desk: Desk, method: str, body: str = "", *, token: str = "xoxb-1", kind: str = JSON
) -> tuple[HTTPResponse, Json]:
    """One call on a line of its own, with whatever token and content type."""
    line = HTTPConnection(desk.url.removeprefix("http://"), timeout=5)
    try:
        line.request("POST", f"/api/{method}", body, {"Authorization": f"Bearer {token}", "Content-Type": kind})
        response = line.getresponse()
        text = response.read()
        return response, json.loads(text) if text else {}
    finally:
        line.close()


def headers(desk: Desk, method: str = "auth.test") -> HTTPMessage:
    return called(desk, method)[0].headers


TOKENS = [
    ("auth.test", "xoxb-anything", "ok"),
    ("auth.test", "", "not_authed"),
    ("auth.test", "something", "invalid_auth"),
    ("auth.test", "xoxb-revoked", "token_revoked"),
    ("auth.test", "xapp-1", "not_allowed_token_type"),
    ("apps.connections.open", "xapp-1", "ok"),
    ("apps.connections.open", "xoxb-1", "not_allowed_token_type"),
    ("apps.connections.open", "xapp-revoked", "token_revoked"),
    ("chat.shout", "xoxb-1", "unknown_method"),
]


@pytest.mark.parametrize(("method", "token", "outcome"), TOKENS)
def test_every_method_wants_its_kind_of_token(desk: Desk, method: str, token: str, outcome: str) -> None:
    answer = called(desk, method, token=token)[1]

    assert answer.get("error", "ok") == outcome


def test_the_app_learns_who_it_is(desk: Desk) -> None:
    answer = WebClient(token="xoxb-1", base_url=f"{desk.url}/api/").auth_test()

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("UALLTEACH", "BALLTEACH", "T0PRACTICE")


@pytest.mark.parametrize(
    ("body", "kind", "outcome"),
    [
        ("{", JSON, "invalid_json"),
        ("[]", JSON, "json_not_object"),
        ("channel=C0&text=x", FORM, "channel_not_found"),
        ("token=xoxb-2", FORM, "invalid_arguments"),
        ("", JSON, "invalid_arguments"),
    ],
)
def test_a_body_is_read_as_what_it_says_it_is(desk: Desk, body: str, kind: str, outcome: str) -> None:
    assert called(desk, "chat.postMessage", body, kind=kind)[1]["error"] == outcome


@pytest.mark.parametrize("spelling", ["1", "true", "True"])
def test_yes_is_spelled_in_many_ways(desk: Desk, spelling: str) -> None:
    body = f"name=secret&is_private={spelling}"

    answer = called(desk, "conversations.create", body, kind=FORM)[1]

    assert answer["channel"]["is_private"] is True


def test_blocks_come_as_json_inside_a_form_too(desk: Desk) -> None:
    team = desk.channel("team")
    client = WebClient(token="xoxb-1", base_url=f"{desk.url}/api/")

    answer = client.api_call("chat.postMessage", data={"channel": team, "blocks": json.dumps([section("Hello")])})

    assert answer["message"]["blocks"][0]["text"]["text"] == "Hello"


def test_answers_say_which_scopes_there_are_and_which_were_enough(desk: Desk) -> None:
    desk.post("app", scopes=["chat:write", "pins:write"])

    shown = headers(desk, "pins.add")

    assert (shown["x-oauth-scopes"], shown["x-accepted-oauth-scopes"]) == ("chat:write,pins:write", "pins:write")


def test_a_channel_takes_a_few_messages_at_once_and_then_one_a_second(desk: Desk) -> None:
    team, other = desk.channel("team"), desk.channel("other")
    desk.post("limits", on=True)

    outcomes = [called(desk, "chat.postMessage", f"channel={team}&text=x", kind=FORM) for _ in range(4)]
    elsewhere = called(desk, "chat.postMessage", f"channel={other}&text=x", kind=FORM)[1]

    assert [answer["ok"] for _, answer in outcomes] == [True, True, True, False]
    refused, why = outcomes[-1]
    assert (refused.status, refused.headers["Retry-After"], why["error"]) == (429, "1", "ratelimited")
    assert elsewhere["ok"]
    assert len(desk.get("posts")["posts"]) == 4


@pytest.mark.parametrize(
    ("limits", "method"),
    [({"posts_per_minute": 2}, "chat.postMessage"), ({"per_minute": {"users.list": 2}}, "users.list")],
)
def test_a_minute_has_room_for_so_many_calls(desk: Desk, limits: Json, method: str) -> None:
    channels = [desk.channel(f"c{number}") for number in range(3)]
    desk.post("limits", on=True, **limits)

    statuses = [called(desk, method, f"channel={channel}&text=x", kind=FORM)[0].status for channel in channels]

    assert statuses == [200, 200, 429]


FAULTS: list[tuple[Json, object, int]] = [
    ({"what": "429", "retry_after": 7}, (429, "7"), 0),
    ({"what": "500_before"}, (500, None), 0),
    ({"what": "500_after"}, (500, None), 1),
    ({"what": "drop_before"}, "dropped", 0),
    ({"what": "drop_after"}, "dropped", 1),
    ({"what": "slow", "seconds": 0.01}, (200, None), 1),
    ({"what": "error", "error": "internal_error"}, (200, None), 0),
]


@pytest.mark.parametrize(("fault", "outcome", "posted"), FAULTS, ids=[str(row[0]["what"]) for row in FAULTS])
def test_trouble_comes_as_ordered_and_ends(desk: Desk, fault: Json, outcome: object, posted: int) -> None:
    team = desk.channel("team")
    desk.post("faults", method="chat.postMessage", **fault)

    came: object
    try:
        response, _ = called(desk, "chat.postMessage", f"channel={team}&text=x", kind=FORM)
        came = (response.status, response.headers["Retry-After"])
    except (RemoteDisconnected, ConnectionResetError):
        came = "dropped"
    after = len(desk.get("posts")["posts"])

    assert (came, after) == (outcome, posted)
    assert desk.api("chat.postMessage", channel=team, text="x")["ok"]


def test_a_dropped_call_can_take_effect_late(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.channel("team", ana)
    desk.post("faults", method="chat.postMessage", what="drop_after", late=0.1)

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        called(desk, "chat.postMessage", f"channel={team}&text=x", kind=FORM)
    at_first = desk.messages(ana, team)
    seen = desk.waits(ana, lambda seen: seen["channels"][0]["messages"])

    assert at_first == []
    assert seen["channels"][0]["messages"][0]["text"] == "x"


def test_trouble_can_be_called_off(desk: Desk) -> None:
    desk.post("faults", method="*", what="500_before", times=100)

    first = called(desk, "auth.test")[0].status
    desk.line.request("DELETE", "/practice/faults")
    desk.line.getresponse().read()

    assert (first, called(desk, "auth.test")[0].status) == (500, 200)
    assert "429" in desk.post("faults", method="*", what="lightning")["error"]


def test_every_call_is_written_down(desk: Desk) -> None:
    desk.api("auth.test")
    desk.api("chat.postMessage", channel="C0", text="x")

    (call,) = desk.get("calls", method="chat.postMessage")["calls"]
    assert (call["arguments"], call["outcome"]) == ({"channel": "C0", "text": "x"}, "channel_not_found")
    assert [call["method"] for call in desk.get("calls")["calls"]] == ["auth.test", "chat.postMessage"]


def test_the_clock_is_what_the_date_header_says(desk: Desk) -> None:
    desk.post("clock", now=NEW_YEAR.isoformat())

    shown = parsedate_to_datetime(headers(desk)["Date"])

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
        desk.close()
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=10)

    assert now.startswith("2026-01-01T00:00")
    assert (running.returncode, complaints) == (0, "")


def test_a_port_that_is_taken_is_answered_with_a_way_on(desk: Desk) -> None:
    port = desk.url.rpartition(":")[2]

    tried = subprocess.run(
        [sys.executable, "-m", "bot.sandbox", "--port", port], capture_output=True, text=True, check=False
    )

    assert tried.returncode == 2
    assert "Choose another with --port." in tried.stderr


def test_starting_and_stopping_take_no_time() -> None:
    began = perf_counter()
    for _ in range(5):
        with Running() as slack:
            assert slack.url.startswith("http://127.0.0.1:")

    assert perf_counter() - began < 0.5


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


def test_a_reset_leaves_nobody_but_the_app(desk: Desk) -> None:
    desk.channel("team", desk.person("ana"))

    desk.post("reset")

    state = desk.get("state")
    assert ([user["id"] for user in state["users"]], state["channels"]) == (["USLACKBOT", "UALLTEACH"], [])
    assert desk.get("see", user="UANA")["error"].startswith("There is nobody here")


def test_slack_sdk_is_told_how_long_to_wait(desk: Desk) -> None:
    client = WebClient(token="xoxb-1", base_url=f"{desk.url}/api/")
    desk.post("faults", method="users.list", what="429", retry_after=3)

    with pytest.raises(SlackApiError) as refused:
        client.users_list()

    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "3")
