"""What is set from outside: read from the environment and `.env`, and refused by name, all of it at once."""

import os
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot import settings
from bot.errors import BotError
from tests.command_line import allteach


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, and an environment in which nothing of ours is set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ALLTEACH_", "SLACK_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def test_without_anything_set_it_is_slack_itself_sqlite_and_quiet_nights() -> None:
    read = settings.read()

    assert (read.api_url, read.database_url) == ("https://slack.com/api/", "sqlite:///allteach.db")
    assert read.quiet_hours == (time(20), time(7))
    assert (read.send_timeout, read.settle, read.lease) == (20, 120, 180)
    assert read.clock is None


def test_values_come_from_the_environment_and_before_those_of_dotenv(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nALLTEACH_SETTLE=60\nALLTEACH_CLOCK=\nELSE=1\n")
    monkeypatch.setenv("ALLTEACH_SETTLE", "90.5")

    read = settings.read()

    assert read.bot_token.get_secret_value() == "xoxb-file"
    assert read.settle == 90.5
    assert read.clock is None


@pytest.mark.parametrize(
    ("name", "value", "means"),
    [
        ("ALLTEACH_QUIET_HOURS", "off", None),
        ("ALLTEACH_QUIET_HOURS", "21:30-06:00", (time(21, 30), time(6))),
        ("ALLTEACH_CLOCK", "slack", "slack"),
        ("ALLTEACH_CLOCK", "2026-02-02T09:00-05:00", datetime(2026, 2, 2, 14, tzinfo=UTC)),
        ("ALLTEACH_CLOCK", "2026-02-02T14:00Z", datetime(2026, 2, 2, 14, tzinfo=UTC)),
        ("SLACK_API_URL", "http://127.0.0.1:3000/api", "http://127.0.0.1:3000/api/"),
        ("ALLTEACH_DATABASE_URL", "postgresql+psycopg://host/name", "postgresql+psycopg://host/name"),
        ("ALLTEACH_SEND_TIMEOUT", "0.5", 0.5),
        ("ALLTEACH_ASKS_A_WEEK", "5", 5),
        ("ALLTEACH_ASKS_A_WEEK", "0", 0),
    ],
)
def test_a_value_is_read_as_promised(monkeypatch: pytest.MonkeyPatch, name: str, value: str, means: object) -> None:
    monkeypatch.setenv(name, value)

    read = settings.read()

    field = next(field for field, shape in settings.Settings.model_fields.items() if shape.alias == name)
    assert getattr(read, field) == means


HOURS = "write it as 20:00-07:00, or off."
DATABASE = "give sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME."
HTTP = (
    "this version has no HTTP side yet (health, metrics, calendar feed, Slack's HTTP mode). "
    "Leave it unset: Socket Mode needs no port."
)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ALLTEACH_QUIET_HOURS", "late", HOURS),
        ("ALLTEACH_QUIET_HOURS", "20:00", HOURS),
        ("ALLTEACH_CLOCK", "2026-02-02T09:00", "give the instant with its offset, as 2026-02-02T09:00-05:00."),
        ("ALLTEACH_CLOCK", "17", "“17” is no instant; give it as 2026-02-02T09:00-05:00, or slack."),
        ("SLACK_API_URL", "slack.com", "give a whole address, as https://slack.com/api/."),
        ("ALLTEACH_DATABASE_URL", "mysql://x", DATABASE),
        ("ALLTEACH_DATABASE_URL", "sqlite:///", DATABASE),
        ("ALLTEACH_DATABASE_URL", "sqlite:///:memory:", DATABASE),
        ("ALLTEACH_SEND_TIMEOUT", "0", "give more than 0 seconds."),
        ("ALLTEACH_SEND_TIMEOUT", "soon", "“soon” is no number of seconds; give it as 20 or 0.5."),
        ("ALLTEACH_ASKS_A_WEEK", "-1", "“-1” is no number of messages; give it as 3."),
        ("ALLTEACH_ASKS_A_WEEK", "1.5", "“1.5” is no number of messages; give it as 3."),
        ("ALLTEACH_SETTLE", "19.9", "19.9 is less than ALLTEACH_SEND_TIMEOUT (20); make it at least that."),
        ("ALLTEACH_LEASE", "40", "40 is not more than twice ALLTEACH_SEND_TIMEOUT (20); make it so."),
        ("ALLTEACH_HTTP_PORT", "8080", HTTP),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BotError) as refusal:
        settings.read()

    assert str(refusal.value) == f"{name}: {sentence}"


def test_a_value_that_does_not_go_with_a_default_is_told_by_both_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLTEACH_SEND_TIMEOUT", "90")

    with pytest.raises(BotError) as refusal:
        settings.read()

    assert str(refusal.value) == "ALLTEACH_LEASE: 180 is not more than twice ALLTEACH_SEND_TIMEOUT (90); make it so."


def test_an_infinite_lease_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLTEACH_LEASE", "inf")

    with pytest.raises(BotError, match="ALLTEACH_LEASE"):
        settings.read()


def test_the_command_line_names_all_of_them_at_once_and_starts_nothing(bare: Path) -> None:
    (bare / ".env").write_text("ALLTEACH_COLOR=red\n")
    given = {"ALLTEACH_CLOK": "slack", "ALLTEACH_SETTLE": "1", "SLACK_API_URL": "nowhere", "ALLTEACH_HTTP_PORT": "80"}

    done = allteach("run", at=bare, SLACK_BOT_TOKEN="xoxb-1", **given)

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(" ")[0].rstrip(":") for line in done.stderr.splitlines()] == [
        "ALLTEACH_CLOK", "ALLTEACH_COLOR", "SLACK_API_URL", "ALLTEACH_HTTP_PORT", "ALLTEACH_SETTLE",
    ]  # fmt: skip
    assert "ALLTEACH_CLOCK, ALLTEACH_DATABASE_URL" in done.stderr
    assert [path.name for path in bare.iterdir()] == [".env"]


def test_run_needs_its_two_tokens_and_says_which_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")

    with pytest.raises(BotError, match="SLACK_APP_TOKEN is not set"):
        settings.read().must_have_tokens("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")


@pytest.mark.parametrize("url", ["https://slack.com/api/", "https://acme.enterprise.slack.com/api/"])
def test_a_rehearsal_is_kept_from_the_real_slack(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALLTEACH_CLOCK", "2026-02-02T09:00Z")
    monkeypatch.setenv("SLACK_API_URL", url)

    read = settings.read()  # reading is no rehearsal: a file may be loaded with it

    with pytest.raises(BotError, match=r"does not talk to slack\.com"):
        read.must_not_rehearse()


def test_a_rehearsal_may_talk_to_a_practice_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLTEACH_CLOCK", "slack")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:3000/api/")

    settings.read().must_not_rehearse()
