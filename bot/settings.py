"""The only reader of the environment; every value that can't be used is named at once."""

import os
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BotError
from bot.slack import SLACK

PREFIX = "ALLTEACH_"


class Settings(BaseSettings):
    """What can be set from outside; each field's description is the README's row."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    bot_token: SecretStr = Field(SecretStr(""), alias="SLACK_BOT_TOKEN", description="the bot's token, `xoxb-…`")
    app_token: SecretStr = Field(
        SecretStr(""), alias="SLACK_APP_TOKEN", description="the app-level token for Socket Mode, `xapp-…`"
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
    send_timeout: float = Field(20.0, alias="ALLTEACH_SEND_TIMEOUT", description="seconds one call to Slack may take")
    settle: float = Field(120.0, alias="ALLTEACH_SETTLE", description="seconds before an unknown outcome is looked up")
    lease: float = Field(180.0, alias="ALLTEACH_LEASE", description="seconds a sender owns a letter it is posting")
    quiet_hours: Annotated[tuple[time, time] | None, NoDecode] = Field(
        (time(20), time(7)), alias="ALLTEACH_QUIET_HOURS", description="when prompts wait, local time, or `off`"
    )

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _read_quiet_hours(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value == "off":
            return None
        start, _, end = value.partition("-")
        try:
            return time.fromisoformat(start), time.fromisoformat(end)
        except ValueError:
            raise ValueError("write it as 20:00-07:00, or off") from None

    @field_validator("clock")
    @classmethod
    def _needs_an_offset(cls, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("give the instant with its offset, as 2026-02-02T09:00-05:00")
        return value.astimezone(UTC) if isinstance(value, datetime) else value

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("give a whole address, as https://slack.com/api/")
        return value if value.endswith("/") else value + "/"

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("give sqlite:///FILE or postgresql+psycopg://…")
        return value

    @model_validator(mode="after")
    def _times_hold_together(self) -> "Settings":
        if not 0 < self.send_timeout < self.lease / 2:
            raise ValueError("ALLTEACH_SEND_TIMEOUT must be above 0 and below half of ALLTEACH_LEASE")
        if self.settle < self.send_timeout:
            raise ValueError("ALLTEACH_SETTLE must be at least ALLTEACH_SEND_TIMEOUT")
        return self

    @property
    def talks_to_slack_itself(self) -> bool:
        """Whether the other end is the real Slack, where no rehearsal may speak."""
        host = urlsplit(self.api_url).hostname or ""
        return host == "slack.com" or host.endswith(".slack.com")


def read(**given: Any) -> Settings:
    """The settings of this process, `given` before the environment; raises BotError with a line for each unusable value."""
    known = {str(field.alias) for field in Settings.model_fields.values()}
    strangers = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name not in known)
    lines = [f"{name} is not a setting of Allteach. The settings are {', '.join(sorted(known))}." for name in strangers]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        lines += [_line(dict(fault)) for fault in error.errors()]
    if lines:
        raise BotError("\n".join(lines))
    if settings.clock is not None and settings.talks_to_slack_itself:
        raise BotError(
            "With ALLTEACH_CLOCK set this is a rehearsal, and it does not talk to slack.com. Unset ALLTEACH_CLOCK."
        )
    return settings


def _line(fault: dict[str, Any]) -> str:
    sentence = str(fault["msg"]).removeprefix("Value error, ")
    return f"{fault['loc'][0]}: {sentence}" if fault["loc"] else sentence
