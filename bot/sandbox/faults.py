"""Trouble on demand: what the practice Slack should get wrong, how often, and for which method."""

from dataclasses import dataclass, field
from typing import Literal, get_args

What = Literal["429", "500_before", "500_after", "drop_before", "drop_after", "slow", "error"]
KINDS: frozenset[str] = frozenset(get_args(What))


@dataclass
class Fault:
    """One kind of trouble for one method (`*` for all of them), for so many calls."""

    method: str
    what: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.0
    error: str = "internal_error"
    late: float | None = None


@dataclass
class Faults:
    """The trouble that is still to come, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Plan trouble after what is planned already."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Plan none."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The trouble this call meets, used up by one."""
        for fault in self.waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
