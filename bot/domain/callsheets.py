"""What whoever looks after a team notes while they call it, and the next test they agree on; no member reads it."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain.pdsa import Cycle
from bot.errors import FieldError, Gone

MOST, MOST_AGREED = 2000, 500  # characters of a note, and of a test
SUBJECT = "callsheet"


class CallSheet(SQLModel, table=True):
    """What one person noted at one call with one team."""

    __tablename__ = "call_sheet"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    note: str = ""
    agreed: str = ""  # the next test
    due: date | None = None
    offered_to: int | None = Field(default=None, foreign_key="person.id")  # of the team; None: to nobody of the team
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")  # that came of the test
    purged_at: datetime | None = None


class Noted(SQLModel):
    """The form: how they are if somebody spoke with them, a note, the next test, and whether it is offered."""

    spoke: str = ""  # what came of a talk; empty where there was none
    note: str = Field(default="", max_length=MOST)
    agreed: str = Field(default="", max_length=MOST_AGREED)
    due: date | None = None
    offer: list[str] = []


def get(session: Session, row: int) -> CallSheet:
    """One that stands. Raises Gone where it was taken down."""
    found = session.get(CallSheet, row)
    if found is None or found.purged_at:
        raise Gone("These notes aren't in the record any more.")
    return found


def of_team(session: Session, team_id: int | None, most: int) -> list[CallSheet]:
    """The newest notes about a team, the newest first."""
    theirs = select(CallSheet).where(CallSheet.team_id == team_id, col(CallSheet.purged_at).is_(None))
    return list(session.exec(theirs.order_by(col(CallSheet.at).desc(), col(CallSheet.id).desc()).limit(most)))


def last_agreed(session: Session, team_id: int | None) -> CallSheet | None:
    """The newest one with a next test."""
    theirs = select(CallSheet).where(
        CallSheet.team_id == team_id, col(CallSheet.purged_at).is_(None), CallSheet.agreed != ""
    )
    return session.exec(theirs.order_by(col(CallSheet.at).desc(), col(CallSheet.id).desc())).first()


def check(told: Noted, today: date, stood: date | None) -> None:
    """Raises FieldError where nothing is said, there is no test to offer, or a day that is new has passed."""
    if not (told.note or told.agreed):
        raise FieldError("note", "Please write what to remember, or the next test.")
    if told.offer and not told.agreed:
        raise FieldError("agreed", "Please write the test to offer, or take the tick below away.")
    if told.due and told.due != stood and told.due < today:
        raise FieldError("due", "By when should be today or later.")


def write(session: Session, sheet: CallSheet, told: Noted) -> None:
    """From now on it says this."""
    sheet.note, sheet.agreed, sheet.due = told.note, told.agreed, told.due if told.agreed else None
    session.add(sheet)
    session.flush()


def purge(session: Session, sheet: CallSheet, now: datetime) -> None:
    """Remove its words for good; a cycle that came of it has words of its own."""
    sheet.note = sheet.agreed = ""
    sheet.due, sheet.offered_to, sheet.purged_at = None, None, now
    session.add(sheet)


def cycle_of(session: Session, sheet: CallSheet) -> Cycle | None:
    """The cycle that came of its test, while there is one."""
    cycle = session.get(Cycle, sheet.cycle_id) if sheet.cycle_id else None
    return cycle if cycle and not (cycle.deleted_at or cycle.purged_at) else None


def agreed_subject(sheet: CallSheet) -> str:
    """What the draft of a cycle that begins with its test is about."""
    return f"agreed:{sheet.id}"


def subject(team_id: int | None, sheet: CallSheet | None) -> str:
    """What a form's draft is about: new notes about a team, or those that are corrected."""
    return f"{SUBJECT}:{sheet.id}" if sheet else f"{SUBJECT}:new:{team_id}"
