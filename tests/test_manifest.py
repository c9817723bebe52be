"""`allteach manifest`: what *Create from manifest* takes, by Slack's own schema (see its license file)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from bot import app, routes
from bot.__main__ import cli
from bot.commands import manifest
from tests.command_line import allteach

Json = dict[str, Any]
SCHEMA = Path(__file__).parent / "slack_manifest.schema.json"
MOST_SHORTCUTS = 5  # of each kind


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    """How Slack reaches the bot."""
    return str(request.param)


@pytest.fixture
def printed(mode: str) -> Json:
    """What the command prints."""
    answer: Json = json.loads(CliRunner().invoke(cli, ["manifest", "--mode", mode]).stdout)
    return answer


def test_it_prints_json_and_nothing_else_in_an_empty_folder_without_any_setting(tmp_path: Path) -> None:
    command = allteach("manifest", at=tmp_path)

    assert (command.returncode, command.stderr, list(tmp_path.iterdir())) == (0, "", [])
    assert json.loads(command.stdout) == manifest.manifest("socket")


def test_whose_address_stands_there_is_said_beside_the_json() -> None:
    for mode, told in (("http", "https://allteach.example.org stands for the address"), ("socket", "")):
        command = CliRunner().invoke(cli, ["manifest", "--mode", mode])

        assert command.stderr.startswith(told)
        assert bool(command.stderr) is bool(told)
        assert json.loads(command.stdout)


def test_slack_takes_it(printed: Json) -> None:
    faults = Draft7Validator(json.loads(SCHEMA.read_text())).iter_errors(printed)

    assert [fault.message for fault in faults] == []
    assert printed["_metadata"] == {"major_version": 2}


def test_it_offers_what_the_handlers_answer(printed: Json) -> None:
    answered = routes.recorded(app.FEATURES)
    shortcuts = printed["features"]["shortcuts"]

    assert {one["command"] for one in printed["features"]["slash_commands"]} == set(answered.commands)
    assert {one["callback_id"] for one in shortcuts} == set(answered.shortcuts)
    assert max(Counter(one["type"] for one in shortcuts).values()) <= MOST_SHORTCUTS
    assert "message" not in printed["settings"]["event_subscriptions"]["bot_events"], "channels are not listened to"


def test_addresses_are_given_only_where_slack_calls_us(printed: Json, mode: str) -> None:
    addresses = json.dumps(printed).count("https://")

    assert printed["settings"]["socket_mode_enabled"] is (mode == "socket")
    assert addresses == (0 if mode == "socket" else 3 + len(printed["features"]["slash_commands"]))
