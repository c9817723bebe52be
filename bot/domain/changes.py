"""The change package: drivers of the aim and the change ideas that teams may test."""

from sqlmodel import JSON, Field, SQLModel, UniqueConstraint


class Driver(SQLModel, table=True):
    """What has to move for the aim to move; a secondary driver has a parent."""

    __table_args__ = (UniqueConstraint("collaborative_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    parent_id: int | None = Field(default=None, foreign_key="driver.id")
    name: str
    position: int = 0


class ChangeIdea(SQLModel, table=True):
    """Something a team could try, with what is known about it."""

    __table_args__ = (UniqueConstraint("driver_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    driver_id: int = Field(foreign_key="driver.id")
    code: str = ""
    name: str
    evidence: str = ""
    tips: list[str] = Field(default_factory=list, sa_type=JSON)
    position: int = 0
