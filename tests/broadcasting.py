"""What conversations about broadcasts share: one is written, sent, and its minute goes by."""

from typing import Any

from bot.domain.teams import Channel, Organization, Team
from bot.store import Store
from jobs import broadcasts as broadcasts_job
from tests.personas import Control, Json, Persona, texts
from tests.town import Town

HELLO = "Hello, {team}. Your numbers, please."


def previews(person: Persona, words: str = HELLO, **values: Any) -> Json:
    """Write one, up to its preview."""
    person.runs("/broadcast")
    return person.submits(words=words, **values)


def sends(town: Town, person: Persona, words: str = HELLO, **values: Any) -> None:
    """Write one and send it; its minute is over."""
    answer = previews(person, words, **values)
    assert answer["ok"], answer
    assert person.submits()["ok"]
    assert "Done. Your messages with me tell how it goes, too." in shown(person)
    person.closes()
    a_minute_goes_by(town)


def a_minute_goes_by(town: Town) -> None:
    """Nothing can be undone any more."""
    town.later(seconds=61)
    goes_on(town)


def its_sender_reads_on(town: Town) -> None:
    """What is told of how it goes is as old as it gets."""
    town.later(seconds=15)
    goes_on(town)


def goes_on(town: Town) -> None:
    """What the clock does about broadcasts, and nothing else."""
    for tick in (broadcasts_job.begin, broadcasts_job.look_again, broadcasts_job.tell):
        tick(town.kit)
    town.bot.settle()


def shown(person: Persona) -> str:
    """Everything in the open window."""
    assert person.form, f"{person.name} has no window open"
    return texts(person.form["blocks"])


def progress(person: Persona) -> str:
    """What the sender reads of how it goes."""
    return next(text for text in reversed(person.hears()) if text.startswith("Your broadcast"))


def enlarged(slack: Control, record: Store, teams: int) -> None:
    """So many more teams, each with its channel, in which nobody is but the bot."""
    rooms = {f"Team {number:04}": f"room-{number}" for number in range(teams)}
    made = {team: slack.post("channels", name=name, members=["UALLTEACH"])["id"] for team, name in rooms.items()}
    with record.transaction() as session:
        body = Organization(collaborative_id=1, name="Many", type="school")
        session.add(body)
        session.flush()
        rows = [
            Team(
                collaborative_id=1, organization_id=body.id or 0, name=team, timezone="America/Chicago", status="active"
            )
            for team in rooms
        ]
        session.add_all(rows)
        session.flush()
        session.add_all(
            Channel(
                collaborative_id=1, purpose="team", team_id=team.id, name=rooms[team.name], private=False,
                slack_id=made[team.name], topic_set="x",
            )
            for team in rows
        )  # fmt: skip


def in_rooms(town: Town) -> list[Json]:
    """What the bot has said in the channels of those teams and is still there."""
    rooms = [one for one in town.practice.world.channels.values() if one.name.startswith("room-")]
    return [
        {"text": message.text, "blocks": message.blocks}
        for room in rooms
        for message in room.messages.values()
        if "You get this because it is meant for" in message.text
    ]
