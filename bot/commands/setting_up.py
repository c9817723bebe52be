"""`allteach collaborative load`: the record, the channels it needs and the letters it owes, in one transaction."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot import launch, outbox
from bot.cards import chart_letters, idea_cards
from bot.commands import checks
from bot.domain import ideas, measures, team_facts
from bot.domain.collaborative_file.shapes import CollaborativeFile
from bot.domain.collaboratives import Collaborative
from bot.domain.loading import loader
from bot.domain.teams import Channel, Team
from bot.store import Store

BEFORE_LAUNCH = (
    "Start the bot with allteach run; if it runs already, it makes the channels within seconds. "
    "Nobody but the coordinators hears from it until you launch, from a coordinator's Home or with --launch."
)
LAUNCHED = "Start the bot with allteach run, unless it runs already: it invites and welcomes whoever is new."


def load(store: Store, file: CollaborativeFile, *, now: datetime) -> list[str]:
    """Store the file and return what changed, in sentences; `run` and `tick` carry out what follows from it."""
    with store.transaction() as session:
        _collaborative, sentences = _stored(session, file, now)
    return sentences


def load_and_launch(store: Store, file: CollaborativeFile, *, now: datetime) -> list[str]:
    """Store the file and launch the collaborative; launching again welcomes only whoever is new."""
    with store.transaction() as session:
        collaborative, sentences = _stored(session, file, now)
        before = collaborative.launched_at
        launch.launch(session, collaborative, by=None, now=now)
        people = len(launch.members(session, collaborative))
    if before:
        return [*sentences, f"{collaborative.name} was launched on {before:%Y-%m-%d}; nobody is welcomed twice."]
    return [*sentences, f"{collaborative.name} is launched: {people} people get a welcome, each once."]


def way_on(store: Store, file: CollaborativeFile, *, now: datetime) -> list[str]:
    """Where the record of the stored file lies, which channels still need something, and what comes next."""
    with store.reading() as session:
        collaborative = loader.by_name(session, file.collaborative.name)
        assert collaborative is not None, "it was stored a moment ago"
        ours = select(Channel).where(Channel.collaborative_id == collaborative.id)
        channels = list(session.exec(ours.order_by(col(Channel.id))))
    waiting = checks.to_come(channels)
    return [
        f"The record is in {store.place}.",
        *(f"#{channel.name} needs you: {channel.problem}" for channel in channels if channel.problem),
        *([f"Channels still to be made or adopted: {waiting}."] if waiting else []),
        *([f"{collaborative.name} is over. {over}"] if (over := team_facts.ended(collaborative, now)) else []),
        LAUNCHED if collaborative.launched_at else BEFORE_LAUNCH,
    ]


def _stored(session: Session, file: CollaborativeFile, now: datetime) -> tuple[Collaborative, list[str]]:
    known = loader.by_name(session, file.collaborative.name)
    before = _versions(session, known)
    changes = loader.load(session, file, now=now)
    collaborative = session.get_one(Collaborative, changes.collaborative)
    changed = {row for row, version in _versions(session, collaborative).items() if before.get(row, version) != version}
    chart_letters.follow_measures(session, changed, now)
    if changes.any:
        for team in session.exec(select(Team.id).where(Team.collaborative_id == collaborative.id)):
            outbox.say_again(session, f"team:{team}", now=now)
        idea_cards.show_again(session, now, of=ideas.of_gone_teams(session, changes.collaborative))
    if collaborative.launched_at:
        launch.welcome_all(session, collaborative, now)
    return collaborative, changes.sentences()


def _versions(session: Session, collaborative: Collaborative | None) -> dict[int, int]:
    """Each measure with how often it was changed."""
    every = measures.all_of(session, collaborative.id or 0) if collaborative else []
    return {one.id or 0: one.version for one in every}
