"""An adopted change is taught on: to how many people and when, without names."""

from datetime import date

from sqlmodel import Field, Session, SQLModel

from bot.domain.pdsa import Cycle
from bot.errors import Gone


class Training(SQLModel, table=True):
    """An adopted change was taught: topic, date and how many people, without names."""

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    topic: str
    held_on: date
    people: int
    person_id: int = Field(foreign_key="person.id")


def teach(session: Session, cycle: Cycle, *, topic: str, held_on: date, people: int, by: int) -> None:
    """An adopted change was taught to `people` people. Raises Gone where it wasn't adopted."""
    if cycle.decision != "adopt":
        raise Gone(f"Cycle {cycle.number} isn't adopted, so there is nothing to teach on yet.")
    session.add(Training(cycle_id=cycle.id or 0, topic=topic, held_on=held_on, people=people, person_id=by))
