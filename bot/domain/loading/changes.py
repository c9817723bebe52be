"""What loading a collaborative file changed, in sentences for the coordinator who loaded it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlmodel import SQLModel

Noun = Literal["team", "person", "measure", "driver", "idea", "event"]
PLURALS = {"person": "people"}
LABELS = {
    "baseline_months": "baseline",
    "checkin": "check-in",
    "coach_id": "coach",
    "deputy_id": "deputy",
    "driver_id": "driver",
    "due_day": "due day",
    "host_team_id": "host",
    "join_url": "join link",
    "lag_months": "lag",
    "organization_id": "organization",
    "population_of_focus": "population of focus",
    "prior_experience": "prior experience",
    "quiet_hours": "quiet hours",
    "slack_user": "Slack id",
    "email": "e-mail",
    "status_reason": "reason",
    "status_until": "status date",
    "timezone": "time zone",
    "weekly": "weekly post",
}
NAMES_SHOWN = 3
LONGEST = 60


@dataclass
class Changes:
    """The collaborative as it is now, and how it came to be so."""

    collaborative: int = 0
    new: str = ""  # the collaborative's name where it wasn't known before
    added: dict[Noun, list[str]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def add(self, noun: Noun, name: str) -> None:
        """Note something the record did not have."""
        self.added.setdefault(noun, []).append(name)

    def update(
        self,
        subject: str,
        row: SQLModel,
        values: Mapping[str, Any],
        *,
        words: Callable[[str, Any], str] | None = None,
    ) -> None:
        """Set the values on the row and note each that is another; `words` says a column's value."""
        for column, value in values.items():
            before = getattr(row, column)
            if before == value:
                continue
            setattr(row, column, value)
            if isinstance(value, dict):
                self.changed += [
                    _sentence(f"{subject}, {LABELS.get(column, column)}", key, before.get(key), item, words_of)
                    for key, item in value.items()
                    if before.get(key) != item
                ]
            elif column != "position":
                self.changed.append(_sentence(subject, column, before, value, words or words_of))

    def keep(self, sentence: str) -> None:
        """Note something the file doesn't have and that stays nevertheless."""
        self.kept.append(sentence)

    @property
    def any(self) -> bool:
        """Whether the record is another than before."""
        return bool(self.new or self.added or self.changed)

    def sentences(self) -> list[str]:
        """What to print, the additions first."""
        said = [*self._additions(), *self.changed]
        return [*(said or ["Nothing changed."]), *self.kept]

    def _additions(self) -> list[str]:
        parts = [_counted(noun, names) for noun, names in self.added.items()]
        new = [f"{self.new} is new."] if self.new else []
        return [*new, *([f"{', '.join(parts)} added."] if parts else [])]


def label(column: str) -> str:
    """What a column is called in a sentence."""
    return LABELS.get(column, column.replace("_", " "))


def _counted(noun: Noun, names: list[str]) -> str:
    count = len(names)
    counted = f"{count} {noun if count == 1 else PLURALS.get(noun, noun + 's')}"
    return f"{counted} ({', '.join(names)})" if count <= NAMES_SHOWN else counted


def _sentence(subject: str, column: str, before: Any, after: Any, words: Callable[[str, Any], str]) -> str:
    old, new = words(column, before) or "nothing", words(column, after) or "nothing"
    if len(old) > LONGEST or len(new) > LONGEST:
        return f"{subject}: {label(column)} changed."
    return f"{subject}: {label(column)} changed from {old} to {new}."


def words_of(_column: str, value: Any) -> str:
    """A value as people write it."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(str(item) for item in value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)
