"""What the collaborative measures each month: the operational definitions."""

from sqlmodel import JSON, Field, SQLModel, UniqueConstraint


class Measure(SQLModel, table=True):
    """One measure with its operational definition; `goal` and `baseline` are in the measure's own unit."""

    __table_args__ = (UniqueConstraint("collaborative_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    code: str
    name: str
    kind: str  # outcome, process, balancing
    unit: str  # percent, rate, count, days
    shape: str  # proportion, ratio, value
    direction: str  # up, down, hold
    goal: float | None = None
    baseline: float | None = None
    numerator: str = ""
    denominator: str = ""
    exclusions: str = ""
    strata: list[str] = Field(default_factory=list, sa_type=JSON)
    lag_months: int = 0
    baseline_months: int = 0
    due_day: int = 15
    required: bool = False
    chart: str = ""
    position: int = 0
