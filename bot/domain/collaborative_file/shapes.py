"""The shapes of a collaborative file: its sections and keys, and the rules inside each entry."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from bot.domain.collaborative_file import values

MOST_MINUTES = 24 * 60


class Entry(BaseModel):
    """A part of the file; a key with nothing after it counts as left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        return {key: value for key, value in entry.items() if value is not None or key not in cls.model_fields}


class Overview(Entry):
    """What the collaborative is about and when it runs."""

    name: values.Name
    topic: values.Line = ""
    aim: values.Text = ""
    timezone: values.Zone
    starts: values.Day | None = None
    ends: values.Day | None = None
    holidays: list[values.Day] = []
    quiet_hours: values.QuietHours | None = None

    @field_validator("ends")
    @classmethod
    def _ends_after_start(cls, ends: date | None, others: ValidationInfo) -> date | None:
        starts = others.data.get("starts")
        if starts and ends and ends <= starts:
            raise ValueError(f"It would end on {ends}, before it starts on {starts}. Are the two swapped?")
        return ends


class CommonChannels(Entry):
    """The channels all teams share, and the faculty's own; one left out is named after the collaborative."""

    everyone: values.ChannelName | None = None
    share: values.ChannelName | None = None
    shoutouts: values.ChannelName | None = None
    faculty: values.ChannelName | None = None


class StaffEntry(Entry):
    """One of the faculty and coordinators; known by e-mail, Slack id, or both."""

    email: values.Email | None = None
    slack: values.SlackUser | None = None
    name: values.Name | None = None
    roles: Annotated[values.StaffRoles, Field(min_length=1)]
    left: values.Day | None = None


class MemberEntry(Entry):
    """One person of a team; known by e-mail, Slack id, or both."""

    email: values.Email | None = None
    slack: values.SlackUser | None = None
    name: values.Name | None = None
    roles: values.TeamRoles = ["member"]
    left: values.Day | None = None


class MeasureEntry(Entry):
    """One measure with its operational definition; goal and baseline are in its own unit."""

    code: values.Code
    name: values.Name
    kind: Literal["outcome", "process", "balancing"]
    unit: Literal["percent", "rate", "count", "days"]
    direction: Literal["up", "down", "hold"]
    numerator: values.Text = ""
    denominator: values.Text = ""
    shape: Annotated[Literal["proportion", "ratio", "value"], Field(validate_default=True)] = "value"
    goal: values.Number | None = None
    baseline: values.Number | None = None
    exclusions: values.Text = ""
    strata: values.Strata = []
    lag_months: Annotated[int, Field(ge=0, le=24)] = 0
    baseline_months: Annotated[int, Field(ge=0, le=60)] = 0
    due_day: Annotated[int, Field(ge=1, le=28)] = 15
    required: bool = False
    chart: Literal["run", "p", "u", "xmr", "g", "t"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _percent_is_a_proportion(cls, entry: Any) -> Any:
        """A percent without a shape is a proportion."""
        if isinstance(entry, dict) and entry.get("shape") is None and entry.get("unit") == "percent":
            return {**entry, "shape": "proportion"}
        return entry

    @field_validator("shape")
    @classmethod
    def _two_counts(cls, shape: str, others: ValidationInfo) -> str:
        known = others.data
        if shape != "value" and not (known.get("numerator", "?") and known.get("denominator", "?")):
            raise ValueError(f"A {shape} needs `numerator` and `denominator`: say in words what is counted in each.")
        return shape

    @field_validator("goal", "baseline")
    @classmethod
    def _within_a_hundred(cls, number: float | None, others: ValidationInfo) -> float | None:
        if number is not None and others.data.get("unit") == "percent" and not 0 <= number <= 100:
            raise ValueError(f"A percent lies between 0 and 100; {number:g} doesn't.")
        return number


class IdeaEntry(Entry):
    """One change idea of the change package."""

    name: values.Line
    code: values.Code | None = None
    evidence: values.Text = ""
    tips: values.Lines = []


Ideas = list[Annotated[IdeaEntry, BeforeValidator(lambda idea: {"name": idea} if isinstance(idea, str) else idea)]]


class SecondaryDriver(Entry):
    """A driver under a driver."""

    name: values.Line
    ideas: Ideas = []


class DriverEntry(Entry):
    """What has to move for the aim to move, with the ideas that may move it."""

    name: values.Line
    ideas: Ideas = []
    drivers: list[SecondaryDriver] = []


class TeamEntry(Entry):
    """One team; `measures` None means all, `coach` and `deputy` are an e-mail address or Slack id from this file."""

    name: values.Name
    organization: values.Name | None = None
    type: values.Line = ""
    sector: values.Line = ""
    region: values.Line = ""
    timezone: values.Zone | None = None
    population_of_focus: values.Line = ""
    channel: values.ChannelName | None = None
    private: bool = True
    measures: Annotated[list[values.Code] | None, BeforeValidator(lambda codes: None if codes == "all" else codes)] = (
        None
    )
    tier: Literal["full", "minimum"] = "full"
    coach: str | None = None
    deputy: str | None = None
    mandated: bool = False
    prior_experience: values.Text = ""
    holidays: list[values.Day] = []
    status: values.Status | None = None
    members: list[MemberEntry] = []

    @property
    def channel_name(self) -> str:
        """The team channel's name; without one in the file it is made from the team's name."""
        return self.channel or values.channel_name(f"team-{self.name}")


class CheckinEntry(Entry):
    """How often teams are asked how it goes, when, where and what; no questions means the usual ones."""

    every: Literal["day", "week", "two_weeks", "month"] = "two_weeks"
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    at: values.Time = time(9)
    where: Literal["channel", "dm"] = "channel"
    questions: Annotated[values.Lines, Field(max_length=10)] = []


class WeeklyEntry(Entry):
    """When each team's channel has its weekly post, where the team is."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = "friday"
    at: values.Time = time(9)


class EventEntry(Entry):
    """One date, or a series by an RFC 5545 rule; instants are aware, in the collaborative's zone by default."""

    title: values.Line
    kind: Literal["call", "session", "coaching", "office_hours", "congress"] = "call"
    starts: values.Instant
    minutes: Annotated[int, Field(ge=5, le=MOST_MINUTES)] | None = None
    ends: values.Instant | None = None
    repeats: values.Repeats | None = None
    join_url: values.Url | None = None
    host: str | None = None
    presenters: Annotated[int, Field(ge=0, le=6)] = 0
    agenda: values.Text = ""

    @field_validator("ends")
    @classmethod
    def _ends_after_start(cls, ends: datetime | None, others: ValidationInfo) -> datetime | None:
        starts, minutes = others.data.get("starts"), others.data.get("minutes")
        if not (starts and ends):
            return ends
        length = ends.astimezone(UTC) - starts.astimezone(UTC)
        if length <= timedelta(0):
            raise ValueError(f"This ends at {ends:%Y-%m-%d %H:%M}, before it starts. Are `starts` and `ends` swapped?")
        if minutes and length != timedelta(minutes=minutes):
            raise ValueError("By `minutes` and by `ends` this lasts differently long. Keep one of the two.")
        return ends

    @property
    def length(self) -> timedelta:
        """How long it lasts: an hour where the file doesn't say."""
        if self.ends:
            return self.ends.astimezone(UTC) - self.starts.astimezone(UTC)
        return timedelta(minutes=self.minutes or 60)


class CollaborativeFile(Entry):
    """Everything one file says about a collaborative, checked."""

    collaborative: Overview
    channels: CommonChannels = CommonChannels()
    people: list[StaffEntry] = []
    measures: list[MeasureEntry] = []
    drivers: list[DriverEntry] = []
    teams: list[TeamEntry] = []
    checkin: CheckinEntry = CheckinEntry()
    weekly: WeeklyEntry = WeeklyEntry()
    events: list[EventEntry] = []

    @property
    def common_channels(self) -> dict[str, str]:
        """The name of each common channel by its purpose."""
        base = self.collaborative.name
        return {
            "everyone": self.channels.everyone or values.channel_name(base),
            "share": self.channels.share or values.channel_name(f"{base}-share"),
            "shoutouts": self.channels.shoutouts or values.channel_name(f"{base}-shoutouts"),
            "faculty": self.channels.faculty or values.channel_name(f"{base}-faculty"),
        }
