"""What people can put into each kind of input in the practice Slack, and what Slack itself objects to."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_desk import Desk, at_desk, listening, shows
from tests.sandbox_shapes import Json, modal, option, question


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


SMALL, LARGE = option("Small", "small"), option("Large", "large")
CHOICES = {"type": "static_select", "options": [SMALL, LARGE]}
MANY = {**CHOICES, "type": "multi_static_select"}

FILLED = [
    ("words", {"type": "plain_text_input"}, "One", {"type": "plain_text_input", "value": "One"}),
    ("day", {"type": "datepicker"}, "2026-02-19", {"type": "datepicker", "selected_date": "2026-02-19"}),
    ("hour", {"type": "timepicker"}, "09:00", {"type": "timepicker", "selected_time": "09:00"}),
    ("moment", {"type": "datetimepicker"}, 1771506000, {"type": "datetimepicker", "selected_date_time": 1771506000}),
    ("number", {"type": "number_input", "is_decimal_allowed": True}, "1.5", {"type": "number_input", "value": "1.5"}),
    ("choice", CHOICES, "large", {"type": "static_select", "selected_option": LARGE}),
    ("by its words", CHOICES, "Large", {"type": "static_select", "selected_option": LARGE}),
    ("choices", MANY, ["small"], {"type": "multi_static_select", "selected_options": [SMALL]}),
    ("person", {"type": "users_select"}, "U1", {"type": "users_select", "selected_user": "U1"}),
    ("people", {"type": "multi_users_select"}, ["U1"], {"type": "multi_users_select", "selected_users": ["U1"]}),
    ("channel", {"type": "channels_select"}, "C1", {"type": "channels_select", "selected_channel": "C1"}),
    ("taken out", {**CHOICES, "initial_option": SMALL}, None, {"type": "static_select", "selected_option": None}),
]


@pytest.mark.parametrize(("element", "value", "state"), [case[1:] for case in FILLED], ids=[case[0] for case in FILLED])
def test_each_kind_of_input_sends_its_own_kind_of_value(desk: Desk, element: Json, value: Any, state: Json) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("asked", element, optional=True)))

    with listening(desk) as ear:
        desk.act(ana, "submit", values={"asked": value})

    (submission,) = ear.events("view_submission")
    assert submission["view"]["state"]["values"] == {"asked": {"value": state}}


OBJECTIONS = [
    ("too short", {"type": "plain_text_input", "min_length": 3}, "ab", "Please enter at least 3 characters."),
    ("too long", {"type": "plain_text_input", "max_length": 1}, "ab", "Please enter 1 character at most; this is 2."),
    ("only blanks", {"type": "plain_text_input"}, "  ", "Please complete this required field."),
    ("no number", {"type": "number_input", "is_decimal_allowed": True}, "many", "Please enter a number."),
    ("a fraction", {"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
    (
        "too few",
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "0",
        "Please enter a number of 1 or more.",
    ),
    (
        "too many",
        {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"},
        "10",
        "Please enter a number of 9 or less.",
    ),
    ("no address", {"type": "email_text_input"}, "ana", "Please enter an email address."),
    ("no link", {"type": "url_text_input"}, "example", "Please enter a web address that begins with https://."),
    ("too many choices", {**MANY, "max_selected_items": 1}, ["small", "large"], "Please choose 1 at most."),
    ("no choice", MANY, [], "Please complete this required field."),
]


@pytest.mark.parametrize(
    ("element", "value", "sentence"), [case[1:] for case in OBJECTIONS], ids=[case[0] for case in OBJECTIONS]
)
def test_slack_objects_before_the_app_hears_anything(desk: Desk, element: Json, value: Any, sentence: str) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("asked", element)))

    with listening(desk) as ear:
        answer = desk.act(ana, "submit", values={"asked": value})

    assert answer["errors"] == {"asked": sentence}
    assert ear.events("view_submission") == []


@pytest.mark.parametrize(
    ("element", "value"), [(CHOICES, "huge"), ({"type": "datepicker"}, "19.2."), ({"type": "timepicker"}, "nine")]
)
def test_nobody_can_choose_what_is_not_on_offer(desk: Desk, element: Json, value: str) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("asked", element)))

    answer = desk.act(ana, "fill", values={"asked": value})

    assert answer["refused"].startswith("asked: ")


def test_a_menu_can_ask_the_app_for_its_choices(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("who", {"type": "external_select", "min_query_length": 1})))

    with listening(desk) as ear:
        ear.answers["block_suggestion"] = {"options": CHOICES["options"]}
        offered = desk.act(ana, "suggest", action_id="value", value="sm")["response"]
        desk.act(ana, "submit", values={"who": "small"})

    assert ear.events("block_suggestion")[0]["value"] == "sm"
    assert offered == {"options": CHOICES["options"]}
    chosen = ear.events("view_submission")[0]["view"]["state"]["values"]["who"]["value"]["selected_option"]
    assert chosen["value"] == "small"


def test_a_menu_that_asks_offers_what_slack_would_show_and_takes_nothing_else(desk: Desk) -> None:
    ana, asks = desk.person("ana"), {"type": "external_select"}
    shows(desk, ana, modal(question("who", asks)))
    sizes: Any = CHOICES["options"]
    group = {"label": {"type": "plain_text", "text": "Sizes"}, "options": sizes}
    many = [{**sizes[0], "value": str(number)} for number in range(101)]
    wrong: list[Json] = [{"options": many}, {"option_groups": []}, {"options": [], "option_groups": [group]}, {}]

    with listening(desk) as ear:

        def asked(answer: Json, typed: str = "small") -> Json:
            ear.answers["block_suggestion"] = answer
            return desk.act(ana, "suggest", action_id="value", value=typed)

        assert "from 3 letters on" in asked({"options": []}, "sm")["refused"]
        for answer in wrong:
            assert not asked(answer)["ok"], answer
            assert desk.act(ana, "fill", values={"who": "small"})["refused"].startswith("who: “small” is not among")
        assert asked({"options": []})["ok"]
        assert asked({"option_groups": [group]})["ok"]
        assert desk.act(ana, "fill", values={"who": "small"})["ok"]
        assert asked({"options": []})["ok"]
        assert desk.act(ana, "fill", values={"who": "small"})["ok"]  # what is chosen stays


def test_a_conversation_picked_in_a_form_can_be_answered_in(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.channel("team", ana)
    shows(desk, ana, modal(question("where", {"type": "conversations_select", "response_url_enabled": True})))

    with listening(desk) as ear:
        desk.act(ana, "submit", values={"where": team})

    (way,) = ear.events("view_submission")[0]["response_urls"]
    assert (way["block_id"], way["action_id"], way["channel_id"]) == ("where", "value", team)
