"""The channels are made once, whoever pulls the plug in the middle and however little Slack takes in a minute."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot import app
from bot.commands import setting_up
from bot.domain.collaborative_file import reader
from bot.sending.gates import Gate
from bot.slack import Slack
from tests import in_slack
from tests import town as towns
from tests.personas import Json
from tests.town import Town

COMMON = ("small-town", "small-town-share", "small-town-shoutouts")
FACULTY = "small-town-faculty"
ONE_TEAM = """
collaborative: {name: Small Town, topic: visits, aim: a, timezone: UTC, starts: 2026-01-13, ends: 2026-12-09}
channels: {everyone: small-town, share: small-town-share, shoutouts: small-town-shoutouts, faculty: small-town-faculty}
people: [{email: pru@example.org, name: Pru Adebayo, roles: [coordinator]}]
teams:
  - {name: Alder & Main, channel: team-alder,
     members: [{email: ana@example.org, name: Ana, roles: [team_lead]}, {slack: U0OLGA, name: Olga, roles: [member]}]}
"""


@pytest.fixture
def start() -> Iterator[Town]:
    """The people are in Slack; nothing is loaded yet."""
    with towns.before_loading() as built:
        yield built


CHANGING = ("conversations.create", "conversations.join", "conversations.setTopic", "conversations.invite")


class Unplugged(BaseException):
    """The process is gone."""


class Dying(Slack):
    """A line to Slack: once it has changed something there so many times, the process is gone before it knows."""

    def __init__(self, url: str, lives: int) -> None:
        super().__init__(url, "xoxb-town")
        self.lives = lives

    def call(self, method: str, *, timeout: float | None = None, **arguments: Any) -> Json:
        answer = super().call(method, timeout=timeout, **arguments)
        self.lives -= method in CHANGING
        if self.lives == 0:
            raise Unplugged
        return answer


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 11, 12, 13, 14, 99])  # of a common channel, faculty's, the team's; none
def test_a_plug_pulled_after_any_step_in_slack_makes_nothing_twice_and_leaves_nothing_out(
    start: Town, steps: int
) -> None:
    survived = _launched_by_a_bot_that_dies(start, steps)

    assert survived == (steps > 14)
    assert in_slack.inside(start, "team-alder") == {"the bot", "pru", "ana", "gil", "olga"}
    assert [in_slack.inside(start, name) for name in COMMON] == [{"the bot", "pru", "ana"}] * 3
    names = [channel["name"] for channel in start.slack.get("state")["channels"] if not channel["is_im"]]
    assert sorted(names) == sorted(["team-alder", *COMMON, FACULTY])
    assert [message["pinned"] for message in in_slack.messages(start, "team-alder")] == [True]
    assert all(in_slack.channel(start, name)["topic"] for name in names)
    assert len(start.people["ana"].hears()) == 1
    assert len(start.people["pru"].hears()) == 2  # the progress and the welcome


def _launched_by_a_bot_that_dies(town: Town, lives: int) -> bool:
    """Whether its tick lived to the end; where it died, another one goes on."""
    line, dying = town.kit.slack, Dying(town.kit.slack.url, lives)
    file = reader.read(ONE_TEAM, "small_town.yaml")
    setting_up.load_and_launch(town.kit.store, file, now=town.kit.now())
    town.kit.slack = dying
    with suppress(Unplugged):
        app.tick(town.kit)
    town.kit.slack = line
    dying.close()
    town.bot.tick()
    return dying.lives > 0


def test_it_keeps_to_slacks_pace_and_goes_on_when_slack_says(start: Town) -> None:
    few = {"conversations.create": 2, "conversations.invite": 2, "users.lookupByEmail": 3}
    start.slack.post("limits", on=True, per_minute=few, posts_per_minute=240)

    start.load()

    refused = [call for call in start.slack.calls("conversations.create") if call["outcome"] == "ratelimited"]
    assert len(refused) == 1  # told once, and not asked again before its time
    start.bot.tick()
    assert len([c for c in start.slack.calls("conversations.create") if c["outcome"] == "ratelimited"]) == 1
    start.slack.post("limits", on=False)
    _slacks_wait_is_over(start)
    start.bot.tick()
    _slacks_wait_is_over(start)
    start.bot.tick()
    assert start.people["pru"].hears()[0] == "Small Town: 6 of 6 channels ready."


def _slacks_wait_is_over(town: Town) -> None:
    with town.kit.store.transaction() as session:
        for gate in session.exec(select(Gate)):
            gate.whole_at = datetime.now(UTC) - timedelta(seconds=1)
            session.add(gate)
