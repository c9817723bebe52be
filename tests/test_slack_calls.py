"""Every call to Slack ends in one of four ways, whatever comes back, and nothing is ever sent twice by itself."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.slack import Declined, Slack, SlackTrouble, Unreached, Unsettled
from tests.answering import HANG_UP, Answer, Answering

OK = b'{"ok": true, "ts": "1"}'


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ((500, {}, b""), Unsettled),
        ((502, {}, b"<html>bad gateway</html>"), Unsettled),
        ((503, {}, OK), Unsettled),
        ((200, {}, b"<html>sign in</html>"), Unsettled),
        ((200, {}, b""), Unsettled),
        ((200, {}, b"[]"), Unsettled),
        ((200, {}, b'"ok"'), Unsettled),
        ((200, {}, b"\xff\xfe"), Unsettled),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), Unsettled),
        ((404, {}, b"no such page"), Unsettled),
        (HANG_UP, Unsettled),
        ((200, {}, b'{"ok": false, "error": "internal_error"}'), Unsettled),
        ((200, {}, b'{"ok": false, "error": "fatal_error"}'), Unsettled),
        ((200, {}, b'{"ok": false, "error": "channel_not_found"}'), Declined),
        ((200, {}, b'{"ok": false}'), Declined),
        ((429, {"Retry-After": "3"}, b'{"ok": false, "error": "ratelimited"}'), Declined),
        ((429, {}, b"slow down"), Declined),
    ],
)
def test_whatever_comes_back_is_one_of_four_outcomes_and_asked_for_once(
    answer: Answer, trouble: type[SlackTrouble]
) -> None:
    with Answering([answer]) as server, pytest.raises(trouble) as told:
        calling(server).call("chat.postMessage", text="hello")

    assert type(told.value) is trouble
    assert len(server.asked) == 1


def test_where_nobody_listens_nothing_can_have_happened() -> None:
    with pytest.raises(Unreached):
        Slack("http://127.0.0.1:9/api/", "xoxb-1").call("auth.test")


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"])
def test_an_answer_that_does_not_come_or_does_not_end_is_not_waited_for(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answering = threading.Thread(target=_begins_to_say, args=[silent, said])
        answering.start()
        slack = Slack(f"http://127.0.0.1:{silent.getsockname()[1]}/api/", "xoxb-1", timeout=0.1)

        with pytest.raises(Unsettled):
            slack.call("chat.postMessage", text="hello")

        slack.close()
        answering.join()


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("1", 1),
        ("30", 30),
        ("0", 1),
        ("-4", 1),
        ("1.5", 1.5),
        ("abc", 60),
        (None, 60),
        ("nan", 60),
        ("inf", 60),
        ("1e9", 3600),
    ],
)
def test_the_wait_slack_asks_for_is_read_as_seconds(stated: str | None, seconds: float) -> None:
    headers = {"Retry-After": stated} if stated else {}
    with Answering([(429, headers, b"{}")]) as server, pytest.raises(Declined) as told:
        calling(server).call("chat.update")

    assert (told.value.error, told.value.retry_after, told.value.method) == ("ratelimited", seconds, "chat.update")


def test_calls_are_forms_with_the_token_in_their_head_and_empty_things_left_out() -> None:
    with Answering([(200, {}, OK)]) as server:
        calling(server).call("chat.postMessage", text="a & b", unfurl_links=False, thread_ts=None, blocks=[{"é": 1}])

    (_, where, what) = server.asked[0]
    assert where == "/api/chat.postMessage"
    assert what == b"text=a+%26+b&unfurl_links=false&blocks=%5B%7B%22%C3%A9%22%3A1%7D%5D"


def test_the_time_is_slacks_as_its_last_answer_told_it() -> None:
    a_day_on = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    with Answering([(200, {"Date": format_datetime(a_day_on, usegmt=True)}, OK)]) as server:
        slack = calling(server)
        slack.call("auth.test")

    assert timedelta() <= slack.now() - a_day_on < timedelta(seconds=2)


@pytest.mark.parametrize("stated", ["yesterday", "", "Tue, 99 Feb 2026 10:00:00 GMT"])
def test_an_answer_with_a_date_nobody_can_read_is_an_answer(stated: str) -> None:
    with Answering([(200, {"Date": stated}, OK)]) as server:
        assert calling(server).call("auth.test")["ok"]


@pytest.mark.parametrize(
    ("api", "url", "used"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/actions/T1/2/3", True),
        ("https://slack.com/api/", "https://files.acme.slack.com/x", True),
        ("https://slack.com/api/", "http://hooks.slack.com/x", False),
        ("https://slack.com/api/", "https://hooks.slack.com:8443/x", False),
        ("https://slack.com/api/", "https://hooks.slack.com.evil.example/x", False),
        ("https://slack.com/api/", "https://evilslack.com/x", False),
        ("https://slack.com/api/", "https://hooks.slack.com@169.254.169.254/x", False),
        ("https://slack.com/api/", "http://169.254.169.254/latest/meta-data", False),
        ("https://slack.com/api/", "file:///etc/passwd", False),
        ("http://127.0.0.1:1/api/", "http://127.0.0.1:1/response/1", True),
        ("http://127.0.0.1:1/api/", "http://127.0.0.1:2/response/1", False),
        ("https://acme.enterprise.slack.com/api/", "https://hooks.slack.com/actions/1", True),
    ],
)
def test_an_address_that_came_with_a_payload_or_an_answer_is_used_only_where_it_is_slacks(
    monkeypatch: pytest.MonkeyPatch, api: str, url: str, used: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody is there, so nothing leaves this machine

    with pytest.raises(SlackTrouble) as told:
        Slack(api, "xoxb-1").respond(url, {"text": "hello"})
    with pytest.raises(SlackTrouble) as told_of_upload:
        Slack(api, "xoxb-1").upload(url, b"a picture")

    assert [type(trouble.value) for trouble in (told, told_of_upload)] == [Unreached if used else Declined] * 2


@pytest.mark.parametrize(
    ("answer", "trouble"), [((503, {}, b""), Unsettled), ((400, {}, b""), Declined), (HANG_UP, Unsettled)]
)
def test_bytes_go_once_as_they_are_and_what_became_of_them_is_known(
    answer: Answer, trouble: type[SlackTrouble]
) -> None:
    with Answering([answer]) as server, pytest.raises(trouble):
        calling(server).upload(f"{server.url}/upload/v1/key", b"a picture")

    assert [asked[1:] for asked in server.asked] == [("/upload/v1/key", b"a picture")]


def calling(server: Answering) -> Slack:
    """Our side of the wire."""
    return Slack(f"{server.url}/api/", "xoxb-1", timeout=2)


def _begins_to_say(listening: socket.socket, said: bytes) -> None:
    """Take one call, begin an answer or not, and wait until the caller has had enough."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(said)
        connection.recv(65536)
