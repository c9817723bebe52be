"""Deliveries of the practice Slack: sockets, acknowledgements, retries, and what happens when a line is cut."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event

import pytest
from slack_bolt import Ack, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.sandbox_desk import Desk, at_desk, bolt_app, bolted, listening


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


@pytest.fixture
def ana(desk: Desk) -> str:
    return desk.person("ana")


def test_a_socket_begins_with_a_hello(desk: Desk) -> None:
    with listening(desk) as first, listening(desk) as second:
        assert (first.hello["type"], first.hello["num_connections"]) == ("hello", 1)
        assert second.hello["num_connections"] == 2
        assert second.hello["connection_info"] == {"app_id": "A0ALLTEACH"}
        assert second.hello["debug_info"]["approximate_connection_time"] > 0


def test_each_payload_goes_to_one_socket_in_turn(desk: Desk, ana: str) -> None:
    with listening(desk) as first, listening(desk) as second:
        for _ in range(4):
            desk.act(ana, "command", command="/form")

    assert (len(first.events("/form")), len(second.events("/form"))) == (2, 2)


def test_an_event_nobody_acknowledges_comes_three_times_more(desk: Desk, ana: str) -> None:
    desk.post("limits", ack_seconds=0.03)

    with listening(desk) as ear:
        ear.deaf = True
        answer = desk.act(ana, "message", app=True, text="Hello")
        heard = ear.waits_for("message", 4)

    frames = [frame for frame in ear.heard if "envelope_id" in frame]
    assert answer["acked"] is False
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
    assert len({payload["event_id"] for payload in heard}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4


def test_an_event_finds_the_app_that_connects_while_it_is_being_retried(desk: Desk, ana: str) -> None:
    desk.post("limits", retry_delays=[0.05, 0.05, 0.05])

    desk.act(ana, "message", app=True, text="Is anybody there?")
    with listening(desk) as ear:
        (heard,) = ear.waits_for("message")

    assert heard["event"]["text"] == "Is anybody there?"


def test_a_press_nobody_acknowledges_is_not_repeated(desk: Desk, ana: str) -> None:
    desk.post("limits", ack_seconds=0.03)

    with listening(desk) as ear:
        ear.deaf = True
        answer = desk.act(ana, "command", command="/form")

    assert (answer["ok"], answer["reason"]) == (False, "operation_timeout")
    assert answer["notice"] == desk.sees(ana)["notices"][-1]["text"]
    assert "operation_timeout" in answer["notice"]
    assert len(ear.events("/form")) == 1


def test_without_a_socket_a_person_is_told_at_once(desk: Desk, ana: str) -> None:
    answer = desk.act(ana, "command", command="/form")

    assert (answer["acked"], answer["reason"]) == (False, "dispatch_failed")


def test_the_same_payload_can_be_delivered_again(desk: Desk, ana: str) -> None:
    with listening(desk) as ear:
        desk.act(ana, "message", app=True, text="Hello")
        again = desk.post("redeliver", times=2)

    frames = [frame for frame in ear.heard if "envelope_id" in frame]
    assert again["acked"] == 2
    assert [frame.get("retry_attempt") for frame in frames] == [0, 1, 2]
    assert frames[0]["payload"] == frames[1]["payload"] == frames[2]["payload"]


def test_any_envelope_can_be_sent(desk: Desk) -> None:
    with listening(desk) as ear:
        ear.answers["odd"] = {"seen": True}
        envelope = {"type": "interactive", "payload": {"type": "odd"}, "accepts_response_payload": True}
        answer = desk.post("redeliver", envelope=envelope)

    assert (answer["acked"], answer["response"]) == (1, {"seen": True})


def test_a_socket_is_cut_after_a_word(desk: Desk) -> None:
    with listening(desk) as ear:
        cut = desk.post("sockets/cut", reason="warning")
        with ear.news:
            assert ear.news.wait_for(lambda: ear.heard, timeout=5)

    assert cut["cut"] == 1
    assert (ear.heard[0]["type"], ear.heard[0]["reason"]) == ("disconnect", "warning")
    assert desk.get("state")["sockets"] == 0


def test_ten_sockets_and_no_more(desk: Desk) -> None:
    with ExitStack() as lines:
        for _ in range(10):
            lines.enter_context(listening(desk))
        eleventh = lines.enter_context(listening(desk))

        assert (eleventh.hello["type"], eleventh.hello["reason"]) == ("disconnect", "too_many_websockets")
        assert desk.get("state")["sockets"] == 10


def test_a_bolt_app_is_there_again_after_its_socket_was_cut(desk: Desk, ana: str) -> None:
    app, commands = bolt_app(desk), []

    @app.command("/form")
    def form(ack: Ack) -> None:
        commands.append(1)
        ack("Here.")

    with bolted(desk, app) as handler:
        desk.act(ana, "command", command="/form")
        returned = _next_hello(handler)
        desk.post("sockets/cut")
        assert returned.wait(timeout=5)
        desk.act(ana, "command", command="/form")

    assert len(commands) == 2


def test_a_bolt_app_sees_that_a_delivery_is_a_repetition(desk: Desk, ana: str) -> None:
    app, retries = bolt_app(desk), []

    @app.middleware
    def note(req: BoltRequest, next: object) -> None:
        retries.append(req.headers.get("x-slack-retry-num", ["0"])[0])
        assert callable(next)
        next()

    @app.event("message")
    def message() -> None:
        return

    with bolted(desk, app):
        desk.act(ana, "message", app=True, text="Hello")
        desk.post("redeliver", times=1)

    assert retries == ["0", "1"]


def test_while_slack_is_down_nothing_answers_and_then_all_is_as_before(desk: Desk, ana: str) -> None:
    team = desk.channel("team", ana)
    with listening(desk):
        desk.post("down")
        desk.line.request("POST", "/api/chat.postMessage", '{"channel": "x"}')
        response = desk.line.getresponse()
        response.read()
        sockets = desk.get("state")["sockets"]

    desk.post("down", down=False)

    assert (response.status, sockets) == (503, 0)
    assert desk.api("chat.postMessage", channel=team, text="x")["ok"]


def _next_hello(handler: SocketModeHandler) -> Event:
    """Set once the client has been greeted on a new line."""
    greeted = Event()
    handler.client.on_message_listeners.append(lambda text: greeted.set() if '"hello"' in text else None)
    return greeted
