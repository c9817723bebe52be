"""Files that people dropped: how far we are with each, and, for a day, what of it could be filed.

Of a file that is refused only our own reasons are here, with the lines they are about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import JSON, Field, Session, SQLModel, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import points
from bot.domain.entries import VALUE, Entry
from bot.domain.sheet_entries import Line
from bot.domain.sheets import Fault
from bot.statements import query

WAITING, CHOOSING, READY, IMPORTING = "waiting", "choosing", "ready", "importing"
REFUSED, IMPORTED, LEFT, EXPIRED = "refused", "imported", "left", "expired"
OPEN = (WAITING, CHOOSING, READY)
KEPT = timedelta(days=1)
MOST_REASONS = 60
Stood = dict[str, Any] | None  # what stands where a line goes, before it is filed; None where nothing does


class SheetDraft(SQLModel, table=True):
    """One dropped file, from the drop until a day after it."""

    __tablename__ = "sheet"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    file: str  # Slack's id; the file itself stays in Slack
    team_id: int | None = Field(default=None, foreign_key="team.id")  # None until it is known whose numbers these are
    state: str = Field(index=True)
    tries: int = 0
    reasons: list[list[Any]] = Field(default_factory=list, sa_type=JSON)  # line and sentence
    more_reasons: int = 0
    to_delete: bool = False  # it may be about people, and should leave Slack too
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    stood: list[Any] = Field(default_factory=list, sa_type=JSON)  # a Stood for each line, as the preview has it
    told: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # of what was filed: how much, and what it changed
    empty: int = 0  # rows without numbers
    meanwhile: bool = False  # something else stood there when it was to be filed than in the preview before
    dropped_at: datetime

    def entries(self) -> list[Line]:
        """What could be filed, line by line."""
        return [Line(one["line"], _entry(one["entry"])) for one in self.lines]


def drop(session: Session, *, person: int, file: str, team: int | None, now: datetime) -> SheetDraft:
    """Note that a file waits to be looked at."""
    draft = SheetDraft(person_id=person, file=file, team_id=team, state=WAITING, dropped_at=now)
    session.add(draft)
    session.flush()
    return draft


def refuse(draft: SheetDraft, reasons: Sequence[Fault], *, to_delete: bool) -> None:
    """Take nothing of it, and keep nothing but the reasons."""
    _let_go(draft, REFUSED)
    draft.reasons = [[*reason] for reason in reasons[:MOST_REASONS]]
    draft.more_reasons, draft.to_delete = max(len(reasons) - MOST_REASONS, 0), to_delete


def show(draft: SheetDraft, lines: Iterable[Line], stood: Sequence[Stood], *, empty: int) -> None:
    """Keep what could be filed, and what stands there now."""
    draft.state, draft.empty, draft.stood = READY, empty, [*stood]
    draft.lines = [{"line": line, "entry": _plain(asdict(one))} for line, one in lines]


def stands_otherwise(draft: SheetDraft, stood: Sequence[Stood]) -> bool:
    """Whether something else stands there by now; then that is shown, and nothing is filed yet."""
    draft.meanwhile = draft.stood != [*stood]
    if draft.meanwhile:
        draft.state, draft.stood = READY, [*stood]
    return draft.meanwhile


def imported(draft: SheetDraft, told: dict[str, Any]) -> None:
    """All of it is filed; words that stood beside the numbers are in the record now, and nowhere else."""
    _let_go(draft, IMPORTED)
    draft.told = told


def leave(draft: SheetDraft) -> None:
    """File nothing of it."""
    _let_go(draft, LEFT)


def remove(session: Session, row: int) -> None:
    """Somebody reported what it says."""
    session.exec(delete(SheetDraft).where(col(SheetDraft.id) == row))


def silence(session: Session, team_id: int | None) -> list[SheetDraft]:
    """Let go of a team's files that nobody imported yet, and of what others changed: words in them were reported."""
    theirs = session.exec(select(SheetDraft).where(SheetDraft.team_id == team_id)).all()
    for draft in theirs:
        if draft.state in OPEN:
            leave(draft)
        draft.told = {**draft.told, "changes": []} if draft.told else {}
        session.add(draft)
    return list(theirs)


def waiting(session: Session, before: datetime) -> list[SheetDraft]:
    """Files dropped before that moment that nobody is at any more: something went wrong on the way."""
    return list(_owed(session, before))


def expire(session: Session, now: datetime) -> list[SheetDraft]:
    """Let go of what nobody imported within a day, and of everything about files older than that."""
    session.exec(delete(SheetDraft).where(col(SheetDraft.state).not_in(OPEN), col(SheetDraft.dropped_at) < now - KEPT))
    session.flush()
    old = session.exec(select(SheetDraft).where(col(SheetDraft.dropped_at) < now - KEPT)).all()
    for draft in old:
        _let_go(draft, EXPIRED)
        session.add(draft)
    return list(old)


def stands(session: Session, team: int, lines: Sequence[Line]) -> list[Stood]:
    """What stands where each line goes; a group that is written in small letters elsewhere is the same."""
    months = [entry.month for _, entry in lines]
    told = points.of_team(session, team, since=min(months), until=max(months))
    there = {(one.measure_id, one.month, one.stratum, one.level.casefold()): one for one in told}
    found = [there.get((one.measure, one.month, one.stratum, one.level.casefold())) for _, one in lines]
    return [_plain({name: getattr(one, name) for name in _NUMBERS}) if one else None for one in found]


def filed(lines: Iterable[Line], stood: Iterable[Stood]) -> list[Entry]:
    """Each line as it is filed: one without a note leaves the one that is there by then."""
    pairs = zip((entry for _, entry in lines), stood, strict=True)
    return [entry if entry.note or not was else replace(entry, note=was["note"]) for entry, was in pairs]


def same(entry: Entry, stood: Stood) -> bool:
    """Whether filing it would change nothing."""
    if stood is None or stood["state"] != entry.state or entry.note not in ("", stood["note"]):
        return False
    if entry.state != VALUE:
        return bool(stood.get("expected_on") == _plain(vars(entry))["expected_on"])
    if entry.value is not None:
        return bool(stood["value"] == entry.value)
    return (stood["numerator"], stood["denominator"]) == (entry.numerator, entry.denominator)


def _entry(kept: Mapping[str, Any]) -> Entry:
    days = {name: date.fromisoformat(kept[name]) for name in ("month", "expected_on") if kept.get(name)}
    return Entry(**{**kept, **days})


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {name: said.isoformat() if isinstance(said, date) else said for name, said in told.items()}


_NUMBERS = ("state", "numerator", "denominator", "value", "expected_on", "note")


def _let_go(draft: SheetDraft, state: str) -> None:
    draft.state, draft.lines, draft.stood, draft.told, draft.empty, draft.meanwhile = state, [], [], {}, 0, False


@query
def _owed(before: datetime) -> SelectOfScalar[SheetDraft]:
    owed = select(SheetDraft).where(col(SheetDraft.state).in_((WAITING, IMPORTING)), SheetDraft.dropped_at < before)
    return owed.order_by(col(SheetDraft.id))
