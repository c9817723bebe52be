"""Slack's limits on what may be shown, as one checker."""

from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


def faults(payload: dict[str, Any], surface: Surface) -> list[str]:
    """Everything Slack would refuse in this message or view."""
    return []
