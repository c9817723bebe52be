"""The practice Slack's channels as they are, whoever is in them, and those that people make by themselves."""

from tests.personas import Json
from tests.town import Town


def exists(town: Town, name: str, *members: str, private: bool = False) -> str:
    """A channel that people made by themselves."""
    made = town.slack.post("channels", name=name, private=private, members=[town.people[one].user for one in members])
    return str(made["id"])


def channel(town: Town, name: str) -> Json:
    """A channel by its name."""
    found = (one for one in town.slack.get("state")["channels"] if one["name"] == name)
    return dict(next(found))


def inside(town: Town, name: str) -> set[str]:
    """Who is in it, by name."""
    who = {person.user: person.name for person in town.people.values()} | {"UALLTEACH": "the bot"}
    return {who[member] for member in channel(town, name)["members"]}


def messages(town: Town, name: str) -> list[Json]:
    """What stands in it, whoever may see it."""
    found: list[Json] = town.slack.get("state", channel=channel(town, name)["id"])["messages"]
    return found
