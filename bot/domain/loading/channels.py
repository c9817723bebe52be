"""The channels a collaborative file asks for: rows that the channel job carries out."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.domain.collaborative_file.shapes import CollaborativeFile
from bot.domain.collaboratives import Collaborative
from bot.domain.loading.changes import Changes
from bot.domain.teams import Channel, Team
from bot.errors import BotError


class ChannelTaken(BotError):
    """A channel the file asks for is another collaborative's."""


@dataclass(frozen=True)
class Wanted:
    """One channel of the file; `named` is False where its name was made from something else's."""

    purpose: str
    name: str
    named: bool
    private: bool
    team: Team | None = None

    @property
    def subject(self) -> str:
        """Whose channel it is, to a coordinator."""
        return self.team.name if self.team else f"The channel for {self.purpose}"


def store(session: Session, file: CollaborativeFile, changes: Changes, *, teams: dict[str, Team]) -> None:
    """Ask for each channel once; one that Slack already has keeps its name there."""
    _not_of_others(session, file, changes)
    rows = session.exec(select(Channel).where(Channel.collaborative_id == changes.collaborative)).all()
    known = {(row.purpose, row.team_id): row for row in rows}
    renamed: list[tuple[Channel, Wanted]] = []
    for wanted in _wanted(file, teams):
        row = known.get((wanted.purpose, wanted.team.id if wanted.team else None))
        if row is None:
            continue
        if wanted.named and row.name != wanted.name:
            renamed.append((row, wanted))
        if row.slack_id is None:
            row.private = wanted.private
    _rename(session, renamed, changes)
    for wanted in _wanted(file, teams):
        team = wanted.team.id if wanted.team else None
        if (wanted.purpose, team) not in known:
            session.add(
                Channel(
                    collaborative_id=changes.collaborative,
                    purpose=wanted.purpose,
                    team_id=team,
                    name=wanted.name,
                    private=wanted.private,
                )
            )
    session.flush()


def _wanted(file: CollaborativeFile, teams: dict[str, Team]) -> Iterator[Wanted]:
    for purpose, name in file.common_channels.items():
        named = getattr(file.channels, purpose) is not None
        yield Wanted(purpose, name, named, private=purpose == "faculty")
    for entry in file.teams:
        team = teams[entry.name.casefold()]
        yield Wanted("team", entry.channel_name, entry.channel is not None, private=team.private, team=team)


def _rename(session: Session, renamed: list[tuple[Channel, Wanted]], changes: Changes) -> None:
    """Give channels that aren't in Slack yet their new names; two may swap theirs."""
    free = [(row, wanted) for row, wanted in renamed if row.slack_id is None]
    for row, wanted in renamed:
        if row.slack_id is not None:
            changes.keep(f"{wanted.subject} stays in {row.name}, which Slack already has. Rename it there.")
    old_names = [row.name for row, _ in free]
    for row, _ in free:
        row.name = f"renaming-{row.id}"
        session.add(row)
    session.flush()
    for (row, wanted), old in zip(free, old_names, strict=True):
        row.name, row.problem, row.retry_at = wanted.name, "", None
        changes.changed.append(f"{wanted.subject}: channel changed from {old} to {wanted.name}.")
    session.flush()


def _not_of_others(session: Session, file: CollaborativeFile, changes: Changes) -> None:
    names = [*file.common_channels.values(), *(team.channel_name for team in file.teams)]
    taken = session.exec(
        select(Channel.name, Collaborative.name)
        .join(Collaborative, col(Collaborative.id) == col(Channel.collaborative_id))
        .where(col(Channel.name).in_(names), Channel.collaborative_id != changes.collaborative)
        .order_by(col(Channel.name))
    ).all()
    if taken:
        sentence = "The channel {0} already belongs to {1}. Please choose another, or keep the name {1}."
        raise ChannelTaken("\n".join(sentence.format(channel, owner) for channel, owner in taken))
