"""Open Door at work while its year is played: the bot, the record, the clock, and who is who."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot import app
from bot.commands import setting_up
from bot.domain.changes import ChangeIdea
from bot.domain.collaborative_file.shapes import CollaborativeFile, MemberEntry, TeamEntry
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.running import Running
from bot.year.hands import Hands, Screen, Who
from bot.year.story import A_DAY, Story


class Act(NamedTuple):
    """Something that somebody does at a moment."""

    at: datetime
    what: str
    do: Callable[[], None]


class Stage:
    """Everything that somebody who acts needs."""

    def __init__(
        self, kit: Kit, bot: Running, file: CollaborativeFile, story: Story, controls: Callable[..., Any] | None
    ) -> None:
        """Take the bot in hand: from now on it shows its forms to us, and its clock stands where the play is."""
        self.kit, self.bot, self.file, self.story, self._controls = kit, bot, file, story, controls
        self.now = kit.now()
        self.hands = Hands(bot.app, screen := Screen(), first=int(self.now.timestamp()))
        kit.executor = kit.opening = screen
        kit.now = lambda: self.now
        self._people: dict[str, tuple[int, Who]] = {}
        self._teams: dict[str, int] = {}

    @contextmanager
    def record(self) -> Iterator[Session]:
        """Look into the record."""
        with self.kit.store.reading() as session:
            yield session

    def who(self, name: str) -> Who:
        """Somebody's Slack, by the part of their address before the @."""
        return self._known(name)[1]

    def person(self, name: str) -> int:
        """Their row."""
        return self._known(name)[0]

    def team(self, key: str) -> int:
        """A team's row, by its name in the script."""
        if key not in self._teams:
            with self.record() as session:
                named = select(Team.id).where(Team.name == self.story.teams[key].name)
                self._teams[key] = session.exec(named).one() or 0
        return self._teams[key]

    def zone(self, key: str) -> ZoneInfo:
        """Where a team is."""
        entry = self.entry(key)
        return ZoneInfo(entry.timezone or self.file.collaborative.timezone)

    def entry(self, key: str) -> TeamEntry:
        """A team as the file has it by now."""
        return next(one for one in self.file.teams if one.name == self.story.teams[key].name)

    def at(self, day: date, clock: str, key: str = "") -> datetime:
        """An hour where that team is, or the collaborative."""
        zone = self.zone(key) if key else ZoneInfo(self.file.collaborative.timezone)
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone)

    def lead(self, key: str) -> str:
        """Who leads a team by now."""
        leads = [one for one in self.entry(key).members if "team_lead" in one.roles and one.left is None]
        return name_of(leads[0]) if leads else self.story.teams[key].people.also[0]

    def cycle(self, key: str, change: str) -> int:
        """The row of a test, by what the team tries in it."""
        with self.record() as session:
            theirs = select(Cycle.id).where(Cycle.team_id == self.team(key), Cycle.change == change)
            return session.exec(theirs.order_by(col(Cycle.number).desc())).first() or 0

    def change_idea(self, code: str) -> int:
        """The row of an idea of the change package."""
        with self.record() as session:
            return session.exec(select(ChangeIdea.id).where(ChangeIdea.code == code)).one() or 0

    def idea(self, title: str) -> int:
        """The row of an idea that a team shared."""
        with self.record() as session:
            return session.exec(select(Idea.id).where(Idea.title == title)).one() or 0

    def workday(self, day: date, *, back: bool = False) -> date:
        """That day, or the next one (before it) on which people work."""
        while day.weekday() > 4 or day in self.file.collaborative.holidays:
            day += -A_DAY if back else A_DAY
        return day

    def channel(self, key: str) -> str:
        """A team's channel."""
        with self.record() as session:
            theirs = select(Channel.slack_id).where(Channel.team_id == self.team(key))
            return session.exec(theirs).one() or ""

    def tick(self) -> None:
        """Everything the clock starts that is due now."""
        app.tick(self.kit)

    def switch_off(self, name: str) -> None:
        """Somebody's account is switched off."""
        who = self.who(name)
        if self._controls:
            self._controls("users", id=who.user, deleted=True)
        self.hands.leave(who)

    def load(self, key: str, **changed: Any) -> None:
        """The collaborative's file is loaded again, with another standing of a team or of its members."""
        self.change(key, **changed)
        setting_up.load(self.kit.store, self.file, now=self.now)

    def change(self, key: str, **changed: Any) -> None:
        """The file has it so; nobody loads it."""
        before = self.entry(key)
        after = before.model_copy(update=changed)
        teams = [after if one is before else one for one in self.file.teams]
        self.file = self.file.model_copy(update={"teams": teams})

    def _known(self, name: str) -> tuple[int, Who]:
        if name not in self._people:
            with self.record() as session:
                found = session.exec(select(Person).where(Person.email == f"{name}@example.org")).one()
                self._people[name] = found.id or 0, Who(found.workspace or "", found.slack_user or "")
        return self._people[name]


def name_of(member: MemberEntry) -> str:
    """How the script calls a member."""
    return str(member.email).partition("@")[0]
