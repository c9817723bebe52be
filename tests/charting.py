"""Numbers of a team, as earlier months left them, and the picture in a message."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import select

from bot.domain import measures, points
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.kit import Kit
from tests.personas import Persona

Json = dict[str, Any]
OF_100 = Sequence[int | None]
BETTER: OF_100 = [41, 38, 40, 36, 42, 44, None, 52, 58, 55, 61, 60]
TWO_MEASURES = """measures:
  - {code: SEEN, name: Came to the first visit, kind: outcome, unit: percent, shape: proportion, direction: up,
     numerator: callers who came, denominator: first-time callers, due_day: 15, baseline_months: 6}
"""


def filed(
    kit: Kit, values: OF_100, *, code: str = "OFFER3", team: str = "Alder & Main", last: date = date(2026, 1, 1)
) -> None:
    """So many of a hundred, month after month, until January 2026; None is a month without cases."""
    with kit.store.transaction() as session:
        row = session.exec(select(Team).where(Team.name == team)).one()
        measure = session.exec(select(Measure).where(Measure.code == code)).one()
        person = session.exec(select(Person.id).where(Person.email == "ana@example.org")).one()
        first = measures.moved(last, 1 - len(values))
        entries = [_entry(measure.id or 0, measures.moved(first, number), value) for number, value in enumerate(values)]
        points.file(session, team=row, person=person or 0, entries=entries, now=kit.now())


def offered(person: Persona) -> dict[str, str]:
    """The charts that the open form offers: what they are called → what is sent."""
    return {option["text"]["text"]: option["value"] for option in person.box("measure")["element"]["options"]}


def pictures(message: Json) -> list[Json]:
    """The image blocks of a message."""
    return [block for block in message["blocks"] if block["type"] == "image"]


def _entry(measure: int, month: date, value: int | None) -> Entry:
    if value is None:
        return Entry(measure, month, "no_cases")
    return Entry(measure, month, "value", numerator=value, denominator=100)
