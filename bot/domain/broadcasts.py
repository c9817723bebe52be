"""Broadcasts: words of a coordinator to many teams at once, edited and recalled as one."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, case, col, delete, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.audiences import Audience
from bot.errors import FieldError, Gone
from bot.statements import Upsert, query

MOST = 3000  # characters, with the names filled in
UNDO = timedelta(seconds=60)
FARTHEST = timedelta(days=180)
FORGOTTEN = timedelta(days=7)  # after which what was previewed and never sent is deleted
CHANNEL, HERE = "channel", "here"
RINGS = {HERE: "@here: whoever is at their Slack just then", CHANNEL: "@channel: everybody, wherever they are"}
NAMES = ("team", "organization", "lead")  # what may stand in braces
TOO_LATE = "It is on its way already. Recall deletes every copy of it."
TOO_LONG = (
    "With the names filled in this has {longest:,} characters, and {most:,} fit into one message. Please shorten it."
)
GONE = "This broadcast isn't there any more."
CHANGED = "{by} changed it while you wrote: please look at how it reads now, then change it again."
_NAME = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_ADDRESS = re.compile(r"(https?://[^\s<>|\"\\]+[^\s<>|\"\\.,;:!?)'])")


class Broadcast(SQLModel, table=True):
    """One broadcast, from its preview on; with a day it goes out then, at an hour of each team's own."""

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    person_id: int = Field(foreign_key="person.id")  # who answers for it
    form: str = Field(unique=True)  # the window in which it is written
    words: str
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    day: date | None = None
    at: time | None = None
    wants_answer: bool = False
    ring: str = ""  # one of RINGS
    rings: int = 0  # so many people the director agreed to ring
    version: int = 1  # raised with each edit
    drafted_at: datetime
    goes_at: datetime | None = None  # when the time to undo it ends; None until it is sent
    begun_at: datetime | None = None  # its copies are written
    last_at: datetime | None = None  # the hour of its last copy
    left_at: datetime | None = None  # whoever answers for it may not any more: it waits for somebody else
    edited_by: int | None = Field(default=None, foreign_key="person.id")
    recalled_at: datetime | None = None
    settled_at: datetime | None = None  # nothing moves any more, and its sender has read so
    purged_at: datetime | None = None


class Copy(SQLModel, table=True):
    """One team that it is meant for, with the key of the letter it gets, or why it gets none."""

    __tablename__ = "broadcast_copy"
    __table_args__ = (UniqueConstraint("broadcast_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    team_id: int = Field(foreign_key="team.id")
    letter: str
    skipped: str = ""


class GotIt(SQLModel, table=True):
    """Somebody of a team has read it, and says so."""

    __tablename__ = "broadcast_got_it"
    __table_args__ = (UniqueConstraint("broadcast_id", "person_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    team_id: int = Field(foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    version: int = 1  # of the words that they had read
    at: datetime


class Read(NamedTuple):
    """How many people of a team have said so, and how many of them of words that were edited since."""

    people: int
    earlier: int


def draft(session: Session, form: str, *, collaborative: int, person: int, now: datetime) -> Broadcast:
    """What is written in that window, not sent yet; drafts that nobody came back to are forgotten."""
    unsent = (col(Broadcast.collaborative_id) == collaborative, col(Broadcast.goes_at).is_(None))
    session.exec(delete(Broadcast).where(*unsent, col(Broadcast.drafted_at) < now - FORGOTTEN))
    found = session.exec(select(Broadcast).where(Broadcast.form == form)).first()
    if found and (found.person_id != person or found.collaborative_id != collaborative):
        raise Gone(GONE)
    return found or Broadcast(collaborative_id=collaborative, person_id=person, form=form, words="", drafted_at=now)


def audience(broadcast: Broadcast) -> Audience:
    """Whom it is meant for."""
    return Audience.model_validate(broadcast.audience)


def send(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """From now on it goes out by itself, a minute later at the earliest; its window is done with."""
    broadcast.goes_at, broadcast.form = now + UNDO, f"sent:{broadcast.id}"
    session.add(broadcast)


def undo(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """Before the first copy goes out: none does, as if none had ever been written."""
    recall(session, broadcast, now)
    broadcast.begun_at = None
    session.exec(delete(Copy).where(col(Copy.broadcast_id) == broadcast.id))


def recall(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """It isn't said any more, anywhere."""
    must_stand(broadcast)
    broadcast.recalled_at, broadcast.settled_at = now, None
    session.add(broadcast)


def edit(session: Session, broadcast: Broadcast, words: str, *, by: int) -> None:
    """Every copy reads like this from now on."""
    must_stand(broadcast)
    if words != broadcast.words:
        broadcast.words, broadcast.version, broadcast.edited_by = words, broadcast.version + 1, by
    broadcast.settled_at = None
    session.add(broadcast)


def take_over(session: Session, broadcast: Broadcast, person: int) -> None:
    """Somebody else answers for it, since whoever did has left."""
    must_stand(broadcast)
    if broadcast.left_at is None:
        raise Gone("Somebody has taken it over already.")
    broadcast.person_id, broadcast.left_at, broadcast.settled_at = person, None, None
    broadcast.begun_at = None  # whom it means is looked at anew
    session.add(broadcast)


def got_it(session: Session, broadcast: Broadcast, *, version: int, team: int, person: int, now: datetime) -> bool:
    """They have read it in that version of its words; said twice it counts once. Whether it is new."""
    must_stand(broadcast)
    theirs, read = {"broadcast_id": broadcast.id, "team_id": team, "person_id": person}, min(version, broadcast.version)
    is_new = _GOT_IT(session, **theirs, version=read, at=now) > 0 or _anew(session, read, theirs, now)
    if is_new:
        broadcast.settled_at = None
        session.add(broadcast)
    return is_new


def have_got_it(session: Session, broadcast: Broadcast) -> Mapping[int, Read]:
    """How many people of each team have said so."""
    earlier = func.sum(case((GotIt.version < broadcast.version, 1), else_=0))
    counted = select(GotIt.team_id, func.count(), earlier).where(GotIt.broadcast_id == broadcast.id)
    return {team: Read(people, earlier) for team, people, earlier in session.exec(counted.group_by(col(GotIt.team_id)))}


def purge(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """Its words are gone for good, and so is every copy."""
    broadcast.words, broadcast.purged_at, broadcast.settled_at = "", now, None
    broadcast.recalled_at = broadcast.recalled_at or now
    session.add(broadcast)


def copies(session: Session, broadcast: int | None) -> dict[int, Copy]:
    """Each team that it was ever meant for."""
    rows = select(Copy).where(Copy.broadcast_id == broadcast)
    return {one.team_id: one for one in session.exec(rows.order_by(col(Copy.id)))}


def write(session: Session, broadcast: int | None, team: int, letter: str, *, skipped: str = "") -> None:
    """A team is meant, and gets that letter, or doesn't for a reason."""
    _COPY(session, broadcast_id=broadcast, team_id=team, letter=letter, skipped=skipped)


def latest(session: Session, collaborative: int | None, most: int) -> list[Broadcast]:
    """Those that were sent, the newest first."""
    sent = select(Broadcast).where(
        Broadcast.collaborative_id == collaborative, col(Broadcast.goes_at).is_not(None)
    )  # fmt: skip
    return list(session.exec(sent.order_by(col(Broadcast.goes_at).desc(), col(Broadcast.id).desc()).limit(most)))


def moving(session: Session) -> list[Broadcast]:
    """Those of which something may still happen, or isn't told yet."""
    return list(_moving(session))


def is_alive(broadcast: Broadcast) -> bool:
    """Whether it was sent, and not taken back."""
    return broadcast.goes_at is not None and broadcast.recalled_at is None


def must_stand(broadcast: Broadcast | None) -> None:
    """Raises Gone where it was never sent, recalled or taken down."""
    if broadcast is None or not is_alive(broadcast):
        raise Gone(GONE)


def check(longest: int) -> None:
    """Raises FieldError where words of so many characters, once filled in, don't fit."""
    if longest > MOST:
        raise FieldError("words", TOO_LONG.format(longest=longest, most=MOST))


def filled(words: str, names: Mapping[str, str]) -> str:
    """The words with the names in: only what NAMES has, each once; any other braces stay as typed."""
    return _NAME.sub(lambda found: names[found[1]], words)


def parts(words: str) -> list[tuple[str, str]]:
    """The words cut at the addresses in them: ("text" or "link", the part)."""
    cut = _ADDRESS.split(words)
    return [("link" if place % 2 else "text", part) for place, part in enumerate(cut) if part]


def _anew(session: Session, version: int, theirs: Mapping[str, Any], now: datetime) -> bool:
    """Whether they had said so of earlier words, and now do of these."""
    earlier = update(GotIt).filter_by(**theirs).where(col(GotIt.version) < version)
    return session.exec(earlier.values(version=version, at=now)).rowcount > 0


_COPY = Upsert(Copy, "broadcast_id", "team_id", changes=lambda new: {"skipped": new.skipped})
_GOT_IT = Upsert(GotIt, "broadcast_id", "person_id", "team_id")


@query
def _moving() -> SelectOfScalar[Broadcast]:
    sent = select(Broadcast).where(col(Broadcast.goes_at).is_not(None), col(Broadcast.settled_at).is_(None))
    return sent.order_by(col(Broadcast.id))
