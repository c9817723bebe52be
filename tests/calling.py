"""What conversations about calls share: a call that comes up, its card, and a change of its date."""

from datetime import UTC, datetime, timedelta

from bot import outbox
from bot.domain.events import Event
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

CALL = datetime(2026, 2, 19, 17, tzinfo=UTC)  # a Thursday, noon in New York, eleven in Chicago
FIRST = f"1:{int(CALL.timestamp())}"
FORTNIGHT_BEFORE = datetime(2026, 2, 5, 14, tzinfo=UTC)  # nine in New York
A_MINUTE = timedelta(minutes=1)
ANSWERS = ["Coming", "Can't", "Someone else from my team"]
MOVED = {"which": FIRST, "what": "moved", "day": "2026-02-20", "at": "13:00"}
FILE = SMALL_TOWN.replace("2026-09-17T12:00", "2026-02-19T12:00")


def comes_up(town: Town) -> None:
    """The small town's first call is this month, as its file could have it from the start."""
    with town.kit.store.transaction() as session:
        event = session.get_one(Event, 1)
        event.starts = CALL
        session.add(event)
        outbox.say_again(session, "team:1", "team:2", now=town.kit.now())
    town.bot.settle()


def changes(person: Persona, **chosen: str) -> None:
    """A coordinator moves or cancels a date."""
    person.opens_home()
    person.presses_at_home("Move or cancel a date")
    person.submits(**chosen)
    assert person.submits()["ok"]


def cards(person: Persona) -> list[Json]:
    """The cards of the call in everybody's channel, oldest first."""
    return [one for one in person.messages("small-town") if one["text"].startswith("Action-period call: AP1 call")]


def team_card(person: Persona) -> str:
    """Everything the team's card says in its blocks."""
    return texts(next(one for one in person.messages("team-alder") if "team card." in one["text"])["blocks"])


def questions(person: Persona) -> list[Json]:
    """What somebody was asked about the call, oldest first."""
    return [one for one in person.dm() if one["text"].startswith("Morning") and "AP1 call" in one["text"]]
