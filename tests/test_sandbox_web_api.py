"""The practice Slack's Web API as a door: tokens, forms and JSON, pace, trouble on demand, and the clock."""

import json
from collections.abc import Iterator
from http.client import HTTPMessage, RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox_desk import FORM, JSON, Desk, at_desk, called
from tests.sandbox_shapes import Json, section


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


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


def test_slack_sdk_is_told_how_long_to_wait(desk: Desk) -> None:
    client = WebClient(token="xoxb-1", base_url=f"{desk.url}/api/")
    desk.post("faults", method="users.list", what="429", retry_after=3)

    with pytest.raises(SlackApiError) as refused:
        client.users_list()

    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "3")
