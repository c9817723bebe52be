"""What conversations about check-ins share: their cards, an answer, a look at the record, and other settings."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.domain.collaboratives import Collaborative
from tests.personas import Json, Persona, texts
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
DAY = datetime(2026, 2, 16, 9, tzinfo=CHICAGO)  # the first check-in of the small town, a Monday


def at(town: Town, moment: datetime) -> None:
    """Turn the clock, and let the bot do what is due."""
    town.turn_clock(moment)
    town.bot.tick()


def asked(town: Town) -> None:
    """The morning of the first check-in."""
    at(town, DAY)


def cards(person: Persona, channel: str = "team-alder") -> list[Json]:
    """The check-ins that stand in a channel, oldest first."""
    return [one for one in person.messages(channel) if "check-in of" in one["text"] and not one.get("ephemeral")]


def card(person: Persona, channel: str = "team-alder") -> str:
    """Everything the newest one says in its blocks."""
    return "\n".join(line for line in texts(cards(person, channel)[-1]["blocks"]).splitlines() if line)


def answers(person: Persona, channel: str = "team-alder", **values: Any) -> None:
    """Answer the newest card."""
    label = "Answer" if "Answer" in card(person, channel).splitlines() else "Add to it"
    person.presses(label, cards(person, channel)[-1])
    answer = person.submits(**{"mood": "steady", **values})
    assert answer["ok"], answer


def told(town: Town) -> list[CheckInAnswer]:
    """What teams told, in the record."""
    with town.record() as session:
        return list(session.exec(select(CheckInAnswer)))


def check_ins(town: Town, team: int = 1) -> list[CheckIn]:
    """A team's check-ins, in the record."""
    with town.record() as session:
        return list(session.exec(select(CheckIn).where(CheckIn.team_id == team).order_by("opens")))


def sets(town: Town, **changed: Any) -> None:
    """Other settings, as a file could have them from the start."""
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        collaborative.checkin = {**collaborative.checkin, **changed}
        session.add(collaborative)


def is_heavy_twice(town: Town) -> None:
    """Alder & Main said heavy in its last two check-ins."""
    now = town.kit.now()
    with town.kit.store.transaction() as session:
        for number in (1, 2):
            day = now.date() - timedelta(days=14 * number)
            session.add(CheckIn(id=number, team_id=1, since=day, opens=day, closes=day, day=day, every="week"))
            session.flush()
            session.add(CheckInAnswer(check_in_id=number, person_id=4, mood="heavy", answered_at=now))
