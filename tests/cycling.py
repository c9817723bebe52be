"""What conversations about cycles share: a likely test, the moves with it, and a look at what came of them."""

import copy
from typing import Any

from sqlmodel import col, select

from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.tables import metadata
from tests.personas import Json, Persona, texts
from tests.town import Town

TEST = {"change": "Nadia calls the next 10 callers", "prediction": "8 of 10 come", "due": "2026-02-10"}


def logs(person: Persona, channel: str = "team-alder", **values: Any) -> None:
    """Log a cycle with the command."""
    person.runs("/pdsa", channel)
    answer = person.submits(**{**TEST, **values})
    assert answer["ok"], answer


def runs_it(person: Persona, happened: str = "9 called, 1 wrong number", **values: Any) -> None:
    """Press We ran it on the newest card, and tell what happened."""
    person.presses("We ran it")
    assert person.submits(happened=happened, **values)["ok"]


def learns(person: Persona, learned: str = "7 of 9 came", **values: Any) -> None:
    """Press What did we learn, and tell it."""
    person.presses("What did we learn")
    assert person.submits(learned=learned, **values)["ok"]


def cycles(town: Town, team: str = "Alder & Main") -> list[Cycle]:
    """The team's cycles in the record, by number."""
    with town.record() as session:
        mine = select(Cycle).join(Team).where(Team.name == team).order_by(col(Cycle.number))
        return list(session.exec(mine))


def cards(person: Persona, channel: str = "team-alder") -> list[Json]:
    """The cards of cycles that stand in a channel, oldest first."""
    return [message for message in person.messages(channel) if ", cycle " in message["text"]]


def card(person: Persona, number: int, channel: str = "team-alder") -> str:
    """Everything one card says in its blocks."""
    return texts(next(one for one in cards(person, channel) if f", cycle {number}, " in one["text"])["blocks"])


def questions(person: Persona) -> list[Json]:
    """What somebody was asked about tests that were due, oldest first."""
    return [message for message in person.dm() if " test (cycle " in message["text"]]


def buttons(blocks: list[Json]) -> list[str]:
    """The labels of all buttons, top to bottom."""
    inside = [element for block in blocks for element in (*block.get("elements", ()), block.get("accessory", {}))]
    return [element["text"]["text"] for element in inside if element.get("type") == "button"]


def highlighted(message: Json) -> list[str]:
    """The labels of those that stand out."""
    elements = [one for block in message["blocks"] for one in block.get("elements", ())]
    return [one["text"]["text"] for one in elements if one.get("style") == "primary"]


def only_people_are_heard(town: Town) -> None:
    """Slack tells the bot what people do, and no longer what the bot itself says; `last_sent` is about the former."""
    town.slack.post("limits", echo=False)


def last_sent(town: Town) -> Json:
    """What Slack sent the bot when somebody last did something, to be sent again."""
    envelope = copy.deepcopy(town.practice.world.deliveries.last)
    assert envelope is not None
    assert not town.practice.world.limits.echo, "what the bot says is sent to it as well: only_people_are_heard(town)"
    return {name: envelope[name] for name in ("type", "payload", "accepts_response_payload")}


def sends_again(town: Town, envelope: Json, by: Persona | None = None) -> Json:
    """Have Slack send it, as it is or as if that person had done it; answers what the bot answered."""
    envelope = copy.deepcopy(envelope)
    if by is not None:
        _sign(town, envelope["payload"], by)
    answer = town.slack.post("redeliver", envelope=envelope)
    town.bot.settle()
    assert answer["acked"], "the bot did not acknowledge it"
    response: Json = answer["response"] or {}
    return response


def everything_stored(town: Town) -> dict[str, list[Any]]:
    """Every row of every table."""
    with town.record() as session:
        connection = session.connection()
        return {
            table.name: [tuple(row) for row in connection.execute(table.select())] for table in metadata.tables.values()
        }


def _sign(town: Town, payload: Json, by: Persona) -> None:
    """The way back to whoever really did it is left out, so the answer comes as a direct message."""
    payload.pop("response_url", None)
    team = town.practice.world.users[by.user].team_id
    if "user_id" in payload:
        payload.update(user_id=by.user, team_id=team)
    elif payload["type"] == "event_callback":
        payload["event"]["user"] = by.user
    else:
        payload["user"] = {"id": by.user, "name": by.name, "username": by.name, "team_id": team}
        payload["team"] = {"id": team, "domain": "somewhere"}
