"""The only reader of the environment (and of `.env`); every value that can't be used is named at once."""

import os
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BotError
from bot.slack import SLACK

PREFIX = "ALLTEACH_"
DOTENV = Path(".env")


def _seconds(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"“{value}” is no number of seconds; give it as 20 or 0.5") from None


def _number(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 3):
        raise ValueError(f"“{value}” is no number of messages; give it as 3")
    return int(value)


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """What can be set from outside; each field's description is the README's row."""

    model_config = SettingsConfigDict(env_file=DOTENV, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    bot_token: SecretStr = Field(SecretStr(""), alias="SLACK_BOT_TOKEN", description="the bot's token, `xoxb-…`")
    app_token: SecretStr = Field(
        SecretStr(""), alias="SLACK_APP_TOKEN", description="the app-level token for Socket Mode, `xapp-…`"
    )
    signing_secret: SecretStr = Field(
        SecretStr(""), alias="SLACK_SIGNING_SECRET", description="for Slack's HTTP mode, which is still to come"
    )
    api_url: str = Field(SLACK, alias="SLACK_API_URL", description="anything that speaks Slack's Web API")
    database_url: str = Field(
        "sqlite:///allteach.db",
        alias="ALLTEACH_DATABASE_URL",
        description="`sqlite:///FILE` or `postgresql+psycopg://…`",
    )
    clock: datetime | Literal["slack"] | None = Field(
        None,
        alias="ALLTEACH_CLOCK",
        description="an instant (ISO 8601) to rehearse from, or `slack` to follow Slack's own clock",
    )
    http_port: str = Field(
        "", alias="ALLTEACH_HTTP_PORT", description="for the HTTP side, which is still to come; leave it unset"
    )
    send_timeout: Seconds = Field(20.0, alias="ALLTEACH_SEND_TIMEOUT", description="seconds one call to Slack may take")
    settle: Seconds = Field(
        120.0, alias="ALLTEACH_SETTLE", description="seconds before an unknown outcome is looked up"
    )
    lease: Seconds = Field(180.0, alias="ALLTEACH_LEASE", description="seconds a sender owns a letter it is posting")
    quiet_hours: Annotated[tuple[time, time] | None, NoDecode] = Field(
        (time(20), time(7)), alias="ALLTEACH_QUIET_HOURS", description="when prompts wait, local time, or `off`"
    )

    asks_a_week: Annotated[int, BeforeValidator(_number)] = Field(
        3, alias="ALLTEACH_ASKS_A_WEEK", description="messages with questions somebody gets a week, beside *Tomorrow*"
    )

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("give a whole address, as https://slack.com/api/")
        return value if value.endswith("/") else value + "/"

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        kind, _, place = value.partition(":///") if value.startswith("sqlite") else value.partition("://")
        if kind not in ("sqlite", "postgresql+psycopg") or not place or place == ":memory:":
            raise ValueError("give sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("clock", mode="before")
    @classmethod
    def _is_an_instant(cls, value: Any) -> Any:
        if not isinstance(value, str) or value == "slack":
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"“{value}” is no instant; give it as 2026-02-02T09:00-05:00, or slack") from None
        if instant.tzinfo is None:
            raise ValueError("give the instant with its offset, as 2026-02-02T09:00-05:00")
        return instant.astimezone(UTC)

    @field_validator("http_port")
    @classmethod
    def _is_still_to_come(cls, value: str) -> str:
        if value:
            raise ValueError(
                "this version has no HTTP side yet (health, metrics, calendar feed, Slack's HTTP mode). "
                "Leave it unset: Socket Mode needs no port"
            )
        return value

    @field_validator("settle")
    @classmethod
    def _outlasts_a_call(cls, value: float, others: ValidationInfo) -> float:
        call = others.data.get("send_timeout")
        if call is not None and value < call:
            raise ValueError(f"{value:g} is less than ALLTEACH_SEND_TIMEOUT ({call:g}); make it at least that")
        return value

    @field_validator("lease")
    @classmethod
    def _outlasts_two_calls(cls, value: float, others: ValidationInfo) -> float:
        call = others.data.get("send_timeout")
        if call is not None and value <= 2 * call:
            raise ValueError(f"{value:g} is not more than twice ALLTEACH_SEND_TIMEOUT ({call:g}); make it so")
        return value

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _are_two_hours(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.strip().lower() == "off":
            return None
        start, _, end = value.partition("-")
        try:
            return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
        except ValueError:
            raise ValueError("write it as 20:00-07:00, or off") from None

    @property
    def talks_to_slack_itself(self) -> bool:
        """Whether the other end is the real Slack, where no rehearsal may speak."""
        host = urlsplit(self.api_url).hostname or ""
        return host == "slack.com" or host.endswith(".slack.com")

    def must_not_rehearse(self) -> None:
        """Before anything is said: raises BotError where a set clock would speak to the real Slack."""
        if self.clock is not None and self.talks_to_slack_itself:
            raise BotError(
                "With ALLTEACH_CLOCK set this is a rehearsal, and it does not talk to slack.com. Unset ALLTEACH_CLOCK, "
                "or set SLACK_API_URL to a practice Slack."
            )

    def must_have_tokens(self, *names: str) -> None:
        """Raises BotError with those of the names that aren't set."""
        tokens = {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_APP_TOKEN": self.app_token}
        absent = [name for name in names if not tokens[name].get_secret_value()]
        if absent:
            lacking, them = ("is", "it") if len(absent) == 1 else ("are", "them")
            raise BotError(
                f"{' and '.join(absent)} {lacking} not set. Slack shows {them} under "
                f"api.slack.com/apps; put {them} into the environment or into a file named .env. "
                "To try Allteach without Slack: allteach demo."
            )


def read(**given: Any) -> Settings:
    """The settings of this process, `given` before the environment. Raises BotError, a line for each unusable value."""
    known = {str(field.alias): field.description for field in Settings.model_fields.values()}
    named = {name for name in (*os.environ, *_dotenv(), *given) if name.upper().startswith(PREFIX)}
    lines = [
        f"{name} is not a setting of Allteach. The settings are {', '.join(sorted(known))}."
        for name in sorted(named - set(known))
    ]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        lines += [_line(dict(fault)) for fault in error.errors()]
    if lines:
        raise BotError("\n".join(lines))
    return settings


def has_a_screen() -> bool:
    """Whether a browser can open beside us; without a screen, one of the terminal would open on top of us."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _dotenv() -> list[str]:
    """The names in `.env`, where there is one."""
    try:
        return list(dotenv_values(DOTENV, interpolate=False)) if DOTENV.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"The file .env can't be read ({type(error).__name__}). Save it as UTF-8 text.") from None


def _line(fault: dict[str, Any]) -> str:
    place = str(fault["loc"][0])  # a default that doesn't go with what was given is told by its field
    name = Settings.model_fields[place].alias if place in Settings.model_fields else place
    if fault["type"] == "greater_than":
        return f"{name}: give more than 0 seconds."
    sentence = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {sentence}{'' if sentence.endswith('.') else '.'}"
