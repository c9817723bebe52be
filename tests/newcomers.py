"""People who come to the small town later: in its file, in its Slack, in its record."""

from sqlmodel import Session, select

from bot.domain.people import Person
from tests.personas import Persona
from tests.town import SMALL_TOWN, Town


def town_with(member: str) -> str:
    """The small town with one more in Alder & Main."""
    return SMALL_TOWN.replace("{email: gil@example.org", f"{member}, {{email: gil@example.org")


def comes(town: Town, name: str, **values: object) -> Persona:
    """Somebody who has just come into the workspace."""
    given = {"id": f"U0{name.upper()}", "email": f"{name}@example.org", "real_name": name.title(), **values}
    user = town.slack.post("users", name=name, tz="America/Chicago", **given)["id"]
    return Persona(name, str(user), town.slack, town.bot.settle)


def called(session: Session, name: str) -> Person:
    """Their row in the record."""
    return session.exec(select(Person).where(Person.name == name)).one()
