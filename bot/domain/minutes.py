"""What was said and decided at a call or session, and where its recording is."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, select

from bot.domain import event_facts
from bot.domain.events import Meeting
from bot.errors import FieldError

MOST_SAID, MOST_DECIDED, MOST_LINK = 2500, 1500, 500  # characters


class Minutes(SQLModel, table=True):
    """One date's, written again as often as somebody wants; purged, only that there were some is left."""

    __table_args__ = (UniqueConstraint("event_id", "planned"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    said: str = ""
    decisions: str = ""
    recording: str = ""
    person_id: int = Field(foreign_key="person.id")  # who wrote them last
    version: int = 0
    at: datetime
    purged_at: datetime | None = None


class Told(SQLModel):
    """The minutes as the form has them."""

    said: str = Field(default="", max_length=MOST_SAID)
    decisions: str = Field(default="", max_length=MOST_DECIDED)
    recording: str = Field(default="", max_length=MOST_LINK)


def of_date(session: Session, event_id: int | None, planned: datetime) -> Minutes | None:
    """The minutes of a date; None where nobody wrote any."""
    theirs = select(Minutes).where(Minutes.event_id == event_id, Minutes.planned == planned)
    return session.exec(theirs).first()


def check(told: Told) -> None:
    """Raises FieldError where the link can't be pressed."""
    link = told.recording.strip()
    if link and (not link.startswith("https://") or any(sign in link for sign in ' <>|"\\')):
        raise FieldError("recording", "The link begins with https:// and has no spaces in it. Please copy it again.")


def write(session: Session, date: Meeting, told: Told, *, by: int, now: datetime) -> Minutes:
    """From now on these are the minutes of the date."""
    found = of_date(session, date.event.id, date.planned) or Minutes(
        event_id=date.event.id or 0, planned=date.planned, person_id=by, at=now
    )
    found.said, found.decisions, found.recording = told.said, told.decisions, told.recording.strip()
    found.person_id, found.version, found.at, found.purged_at = by, found.version + 1, now, None
    session.add(found)
    session.flush()
    return found


def purge(session: Session, found: Minutes, now: datetime) -> None:
    """Remove their words for good."""
    found.said = found.decisions = found.recording = ""
    found.version, found.purged_at = found.version + 1, now
    session.add(found)


def is_taken_down(session: Session, about: str) -> bool:
    """Whether the minutes that `subject` names so were purged."""
    _, event, stamp = f"{about}::".split(":")[:3]
    if not (event.isdigit() and stamp.isdigit()):
        return False
    found = of_date(session, int(event), event_facts.at(int(stamp)))
    return found is not None and found.purged_at is not None


def subject(event_id: int, planned: datetime) -> str:
    """What their drafts and the trail are about."""
    return f"minutes:{event_id}:{event_facts.stamp(planned)}"
