"""Playing the year: what people do and what the clock starts, in the order of its moments, up to some instant."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import select
from sqlmodel.sql.sqltypes import UTCDateTime

from bot import app
from bot.commands import setting_up
from bot.domain.collaborative_file.shapes import CollaborativeFile
from bot.errors import BotError
from bot.kit import Kit
from bot.outbox import PENDING, Letter
from bot.running import Running
from bot.sending import ready
from bot.year import acts, coming_acts, story
from bot.year.stage import Act, Stage
from bot.year.story import A_DAY

Controls = Callable[..., dict[str, Any]]  # of the practice Slack
Passing = Callable[[datetime], None]
MORNING = time(8, 5)  # after the hour at which faculty hear of the week, before anybody is asked anything
LAUNCH = time(10)
MONDAY, TOLD = 0, (1, 3)  # the weekdays that decide something, and those from which two days are planned ahead
LATELY = timedelta(weeks=3)  # before the play ends: every morning of that time is ticked


def opens(file: CollaborativeFile) -> datetime:
    """When the year begins: the morning of its launch."""
    return datetime.combine(story.told().launched, LAUNCH, tzinfo=ZoneInfo(file.collaborative.timezone))


def launch(kit: Kit, bot: Running, file: CollaborativeFile) -> None:
    """Launch the collaborative; its channels are there, and everybody is welcomed."""
    setting_up.load_and_launch(kit.store, file, now=kit.now())
    app.tick(kit)
    bot.sender.drain()


_DUE = select(Letter.id).where(Letter.state == PENDING, Letter.due <= bindparam("now", type_=UTCDateTime)).limit(1)


GAVE_UP = "The practice Slack answered no more, so that day isn't kept. Please start the demo once more."


class Broken(Exception):
    """Somebody stopped the play on the way."""


class Play:
    """A play of the year, from its launch or from a day that was kept on.

    What is planned stays planned, unless there are controls: then it goes out, at its hour.
    """

    def __init__(self, kit: Kit, bot: Running, file: CollaborativeFile, controls: Controls | None = None) -> None:
        """Begin where the clock stands: the record is as the script has left it by then."""
        self.stage = Stage(kit, bot, file, story.told(), controls)
        self._controls = controls
        self._acts = acts.of_year(self.stage)
        coming_acts.catch_up(self.stage)

    def until(
        self, instant: datetime, stopping: threading.Event | None = None, passing: Passing = lambda _: None
    ) -> None:
        """Go there from where the play stands, and plan what is due there; who waits is told the moments on the way.

        Raises Broken where somebody stops it.
        """
        begins = self.stage.now
        mornings = (Act(at, "the clock", self.stage.tick) for at in self._mornings(begins, instant))
        for act in sorted([*self._acts, *mornings], key=lambda one: one.at):
            if stopping and stopping.is_set():
                raise Broken
            if begins < act.at <= instant:
                passing(act.at)
                self._come_to(act.at)
                act.do()
        self._come_to(instant)
        self.stage.tick()
        self._say()

    def _come_to(self, moment: datetime) -> None:
        """What is due on the way is said at its own hour."""
        while self._controls:
            self._say()
            with self.stage.record() as session:
                due = ready.next_due(session, self.stage.now)
            if due is None or due >= moment:
                break
            self.stage.now = due
        self.stage.now = moment

    def _say(self) -> None:
        with self.stage.record() as session:
            due = session.exec(_DUE, params={"now": self.stage.now}).first()
        if self._controls and due:
            self._controls("clock", now=self.stage.now.isoformat())
            if not self.stage.bot.sender.drain():
                raise BotError(GAVE_UP)

    def _mornings(self, first: datetime, last: datetime) -> Iterator[datetime]:
        zone = ZoneInfo(self.stage.file.collaborative.timezone)
        day, end = first.astimezone(zone).date(), last.astimezone(zone).date()
        while (day := day + A_DAY) <= end:
            if self._decides(day) or (self._controls and (day.weekday() in TOLD or end - day < LATELY)):
                yield datetime.combine(day, MORNING, tzinfo=zone)

    def _decides(self, day: date) -> bool:
        """Whether the record would be another one without that morning; on the others something is said at most."""
        due = self.stage.workday(day.replace(day=15))
        return day.weekday() == MONDAY or day == self.stage.workday(due + A_DAY)
