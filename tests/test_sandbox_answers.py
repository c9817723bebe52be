"""Buttons in messages of the practice Slack, and every way an app can answer the press of one."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from tests.sandbox_desk import Desk, at_desk, bolt_app, bolted, listening, posts
from tests.sandbox_shapes import Json, actions, button, options, question, section, select


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


@pytest.fixture
def ana(desk: Desk) -> str:
    return desk.person("ana")


@pytest.fixture
def team(desk: Desk, ana: str) -> str:
    return desk.channel("team-alder", ana)


def answers(url: str, **body: Any) -> tuple[int, str]:
    """Post to a response URL; the status, and Slack's word for what was wrong."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=5)
    line.request("POST", parts.path, json.dumps(body), {"Content-Type": "application/json"})
    response = line.getresponse()
    said = json.loads(response.read() or b"{}")
    line.close()
    return response.status, said.get("error", "")


def pressed(desk: Desk, user: str, channel: str, ts: str, **how: Any) -> Json:
    """Press the button of a message; the payload the app was sent."""
    with listening(desk) as ear:
        desk.act(user, "click", channel=channel, ts=ts, **{"action_id": "go", **how})
    (payload,) = ear.events("block_actions")
    return payload


def test_a_button_is_pressed_and_the_message_changes(desk: Desk, ana: str, team: str) -> None:
    app = bolt_app(desk)

    @app.action("go")
    def go(ack: Ack, body: Json, respond: Respond, client: WebClient) -> None:
        client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="Thank you.")
        respond(text="Done.", replace_original=True)
        ack()

    with bolted(desk, app):
        ts = posts(desk, team, actions(button("go")))
        pressed = desk.act(ana, "click", channel=team, ts=ts, action_id="go")

    changed, whisper = desk.messages(ana, team)
    assert pressed["acked"]
    assert (changed["text"], changed["blocks"], changed["edited"]) == ("Done.", [], True)
    assert (whisper["text"], whisper["ephemeral"]) == ("Thank you.", True)


def test_a_press_says_where_it_was_and_what_stood_there(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, section("Ready?"), actions(button("go", value="7", style="primary")))

    payload = pressed(desk, ana, team, ts)

    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": team, "is_ephemeral": False}
    assert payload["channel"] == {"id": team, "name": "team-alder"}
    assert payload["user"] == {"id": ana, "username": "ana", "name": "ana", "team_id": "T0PRACTICE"}
    assert payload["message"]["blocks"][1]["elements"][0]["action_id"] == "go"
    (action,) = payload["actions"]
    assert (action["type"], action["value"], action["style"]) == ("button", "7", "primary")
    assert action["text"]["text"] == "Press"
    assert action["block_id"]


def test_a_choice_in_a_message_is_sent_and_remembered(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, actions(select(action_id="go", options=options(3))), question("why"))

    with listening(desk) as ear:
        desk.act(ana, "type", channel=team, ts=ts, block_id="why", value="Because")
        desk.act(ana, "click", channel=team, ts=ts, action_id="go", selected="2")

    (payload,) = ear.events("block_actions")
    assert payload["actions"][0]["selected_option"] == options(3)[2]
    assert payload["state"]["values"]["why"]["value"]["value"] == "Because"


def test_the_first_of_two_alike_is_pressed_unless_the_value_says_otherwise(desk: Desk, ana: str, team: str) -> None:
    ts = posts(desk, team, actions(button("go", value="1")), actions(button("go", value="2")))

    values = [pressed(desk, ana, team, ts, **how)["actions"][0]["value"] for how in ({}, {"value": "2"})]

    assert values == ["1", "2"]


def test_a_whisper_is_seen_by_one_person_and_not_sent_back(desk: Desk, ana: str, team: str) -> None:
    ben = desk.person("ben")
    desk.act(ben, "join", channel=team)
    words = {"text": "Psst.", "blocks": [actions(button("go"))]}
    whispered = desk.api("chat.postEphemeral", channel=team, user=ana, **words)

    payload = pressed(desk, ana, team, whispered["message_ts"])

    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert desk.messages(ben, team) == []
    assert desk.api("chat.update", channel=team, ts=whispered["message_ts"], text="x")["error"] == "message_not_found"
    assert desk.api("conversations.history", channel=team)["messages"] == []


@pytest.mark.parametrize(("reader", "error"), [("ben", "user_not_in_channel"), ("nobody", "user_not_found")])
def test_nobody_elsewhere_can_be_whispered_to(desk: Desk, team: str, reader: str, error: str) -> None:
    ben = desk.person("ben")

    answer = desk.api("chat.postEphemeral", channel=team, user=ben if reader == "ben" else "U0", text="x")

    assert answer["error"] == error


def test_a_response_url_answers_five_times(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    tries = [answers(url, text=f"Answer {number}") for number in range(6)]

    assert tries == [(200, "")] * 5 + [(404, "used_url")]
    assert [said["ephemeral"] for said in desk.messages(ana, team)] == [False] + [True] * 5


def test_a_response_url_ends_with_its_half_hour(desk: Desk, ana: str, team: str) -> None:
    desk.post("limits", response_seconds=0)
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    assert answers(url, text="Late") == (404, "expired_url")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"text": "New", "replace_original": True}, ["New"]),
        ({"delete_original": True}, []),
        ({"text": "Beside"}, ["Ready?", "Beside"]),
        ({"text": "For all", "response_type": "in_channel"}, ["Ready?", "For all"]),
    ],
)
def test_an_answer_replaces_removes_or_adds(desk: Desk, ana: str, team: str, body: Json, left: list[str]) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    answers(url, **body)

    assert [said["text"] for said in desk.messages(ana, team)] == left


def test_an_answer_that_slack_would_not_show_is_refused_and_costs_nothing(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]

    refusals = [answers(url), answers(url, text="x", blocks=[{"type": "banner"}])]

    assert refusals == [(400, "no_text"), (400, "invalid_blocks")]
    assert [answers(url, text="x")[0] for _ in range(5)] == [200] * 5


def test_a_response_url_meets_trouble_as_any_call_does(desk: Desk, ana: str, team: str) -> None:
    url = pressed(desk, ana, team, posts(desk, team, actions(button("go"))))["response_url"]
    desk.post("faults", method="response_url", what="500_after")

    tries = [answers(url, text="x")[0] for _ in range(2)]

    assert tries == [500, 200]
    assert [call["outcome"] for call in desk.get("calls", method="response_url")["calls"]] == ["ok", "ok"]


def test_a_command_can_be_answered_with_its_acknowledgement(desk: Desk, ana: str, team: str) -> None:
    with listening(desk) as ear:
        ear.answers["/form"] = {"text": "Here you are."}
        desk.act(ana, "command", channel=team, command="/form", text="two words")

    (payload,) = ear.events("/form")
    assert (payload["text"], payload["channel_name"], payload["user_name"]) == ("two words", "team-alder", "ana")
    assert [(said["text"], said["ephemeral"]) for said in desk.messages(ana, team)] == [("Here you are.", True)]
