"""The last seven days of everything that was asked, for each kind: how much went out, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.domain import asks
from bot.domain.asks import Ask, Put
from bot.domain.collaboratives import Collaborative
from bot.domain.reasons import KINDS
from bot.domain.teams import Team
from bot.outbox import Letter
from bot.planning import outlook

A_WEEK = timedelta(days=7)
ENOUGH = 10  # that went out, before a share of them says anything
ONE_IN = 10
PUT_OFF = (asks.TOMORROW, asks.SOMEONE_ELSE)
NOT_WORTH_IT = "Fewer than one in ten acted on this. Is it worth asking?"


@dataclass(frozen=True)
class Week:
    """What became of one kind."""

    name: str
    went: int = 0
    acted: int = 0
    put_off: int = 0
    declined: int = 0
    gone: int = 0
    held: int = 0

    @property
    def told(self) -> str:
        """The counts in a sentence; those that are none are left out, but for what was acted on."""
        quiet = self.went - self.acted - self.put_off - self.declined - self.gone
        counts = [
            (self.acted, "acted on"), (self.put_off, "put off or handed over"), (self.declined, "not this time"),
            (self.gone, "not needed any more"), (quiet, "not answered so far"),
        ]  # fmt: skip
        parts = [f"{count} {what}" for count, what in counts if count or what == "acted on"]
        held = f" {self.held} held back by me, for want of room." if self.held else ""
        return f"{self.name}: {self.went} went out: {', '.join(parts)}.{held}"

    @property
    def doubt(self) -> str:
        """Whether it is worth asking; empty where enough act on it, or too few were asked to tell."""
        return NOT_WORTH_IT if self.went >= ENOUGH and self.acted * ONE_IN < self.went else ""


def weeks(session: Session, collaborative: Collaborative, now: datetime) -> list[Week]:
    """What was asked in a collaborative, in the kinds' own order; kinds that nobody was asked are left out."""
    since = (now - A_WEEK).date()
    put = select(Put, Ask.kind, outlook.is_out()).join(Ask).join(Team)
    ours = put.outerjoin(Letter, col(Letter.key) == Put.letter).where(
        Team.collaborative_id == collaborative.id, Put.day > since
    )
    found = [(put, kind, bool(out)) for put, kind, out in session.exec(ours)]
    every = [
        _counted(KINDS[name].name, [(put, out) for put, kind, out in found if kind == name], now) for name in KINDS
    ]
    return [week for week in every if week.went or week.held]


def _counted(name: str, puts: list[tuple[Put, bool]], now: datetime) -> Week:
    outcomes = [put.outcome for put, out in puts if out and not put.held]
    held = {(put.ask_id) for put, _ in puts if put.held and put.day <= now.date()}
    return Week(
        name,
        went=len(outcomes),
        acted=outcomes.count(asks.ACTED),
        put_off=sum(outcome in PUT_OFF for outcome in outcomes),
        declined=outcomes.count(asks.NOT_THIS_TIME),
        gone=outcomes.count(asks.GONE),
        held=len(held),
    )
