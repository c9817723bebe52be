"""A dropped file on its way into the record: fetched from Slack, looked at, previewed, and filed all or not at all.

None of it happens before an acknowledgement. What stays undone, because Slack or we went away, is taken up again.
"""

from collections.abc import Collection
from datetime import date
from functools import cache

import structlog
from sqlmodel import Session

from bot import access, audit, outbox, privacy, times
from bot.cards import measure_cards, participant_cards, sheet_words
from bot.domain import entries, measures, participant_list, points, sheet_drafts, sheet_entries, sheets, submissions
from bot.domain.entries import Entry
from bot.domain.sheet_drafts import IMPORTING, WAITING, SheetDraft, Stood
from bot.domain.sheet_entries import Line
from bot.domain.sheets import WHOLE, Fault, NotRead, OtherTable, Sheet
from bot.domain.teams import Team
from bot.guard import known
from bot.kit import Kit
from bot.planning import asking
from bot.sending import manners, refusals
from bot.slack import Declined, SlackTrouble

log = structlog.get_logger()
TRIES = 30  # one each time the clock comes by
GONE = ("tombstone", "hidden_by_limit")  # Slack's words for a file that was deleted, or is too old for its plan
TABLES = ("csv", "tsv", "txt")
NO_TABLE = (
    "I read monthly numbers from CSV files, and this is another kind of file. If it has your numbers, save it as CSV "
    "(UTF-8) and drop that one."
)
ELSEWHERE = "The file lies outside Slack, where I don't go. Drop the file itself here."
TOO_LARGE = "It has {size:,.0f} MB. A table of monthly numbers is smaller than 1 MB, so I didn't fetch it."
NOT_SHOWN = "Slack doesn't let me see the file any more. If it is still there, drop it here once more."
NOT_HAD = "I couldn't fetch the file from Slack. Please drop it here once more."
NOT_YOURS = "You're not somebody who files for this team any more."
FOR_COORDINATORS = (
    "That is a meeting tool's list of participants. Coordinators drop those here, and the roll is proposed from them; "
    "what I take from others is monthly numbers."
)
OR_A_LIST = (
    "As a list of participants I can't read it either: that has a column for names, and one for when they joined or "
    "left, as Zoom, Teams and Meet export it."
)
NO_MEASURE = "Its measure isn't in the record any more."


def read(kit: Kit, row: int) -> None:
    """Look at a file that waits: there is a preview then, the question whose numbers these are, or every reason."""
    with kit.store.reading() as session:
        draft = session.get(SheetDraft, row)
    if draft is None or draft.state != WAITING:
        return
    try:
        content = _handed(kit, draft.file)
        if participant_cards.take_over(kit, draft, content):
            return
        if participant_list.read(content) is not None:
            raise NotRead([Fault(WHOLE, FOR_COORDINATORS)], to_delete=True)
        sheet = sheets.read(content)
        with kit.store.reading() as session:
            found = _understood(session, kit, draft.team_id, sheet) if draft.team_id else None
    except NotRead as reason:
        _refuse(kit, row, reason)
    except SlackTrouble as trouble:
        _later(kit, row, trouble)
    else:
        _show(kit, row, found)


def file(kit: Kit, row: int) -> None:
    """File what a preview showed, in one transaction; where it can't be any more, or things changed, that is said."""
    with kit.store.transaction() as session:
        draft = session.get(SheetDraft, row)
        if draft is None or draft.state != IMPORTING:
            return
        team, lines = session.get_one(Team, draft.team_id), draft.entries()
        if reasons := _against(session, kit, draft, team, lines):
            sheet_drafts.refuse(draft, reasons, to_delete=False)
        else:
            stood = sheet_drafts.stands(session, team.id or 0, lines)
            if not sheet_drafts.stands_otherwise(draft, stood):
                _file(session, kit, draft, team, sheet_drafts.filed(lines, stood))
        say(session, kit, draft)


def say(session: Session, kit: Kit, draft: SheetDraft) -> None:
    """The message about a file says how it stands."""
    session.add(draft)
    outbox.say(
        session, "sheets/card", key=sheet_words.key(draft), to=f"person:{draft.person_id}", now=kit.now(),
        sheet=draft.id or 0,
    )  # fmt: skip


def _handed(kit: Kit, file: str) -> bytes:
    """The bytes of a file, or, where Slack refuses them for good, a reason of our own. Raises NotRead."""
    try:
        return _fetched(kit, file)
    except Declined as refusal:
        if manners.too_fast(refusal):
            raise
        log.warning("sheet.not_shown", reason=str(refusal))
        lacking = refusal.error == refusals.UNSCOPED
        raise NotRead([Fault(WHOLE, refusals.LACKING if lacking else NOT_SHOWN)]) from None


def _fetched(kit: Kit, file: str) -> bytes:
    """The bytes of a file in Slack that may be a table. Raises NotRead; what Slack tells may be enough for that."""
    told = manners.call(kit, "files.info", file=file)["file"]
    if told.get("mode") in GONE:
        raise NotRead([Fault(WHOLE, NOT_SHOWN)])
    if told.get("is_external") or not told.get("url_private_download"):
        raise NotRead([Fault(WHOLE, ELSEWHERE)])
    if str(told.get("name", "")).rpartition(".")[2].lower() not in TABLES:
        raise NotRead([Fault(WHOLE, NO_TABLE)])
    if (size := int(told.get("size") or 0)) > sheets.LARGEST:
        raise NotRead([Fault(WHOLE, TOO_LARGE.format(size=max(size / 1_000_000, 1.1)))])
    return kit.slack.fetch(str(told["url_private_download"]), sheets.LARGEST)


def _understood(session: Session, kit: Kit, team_id: int, sheet: Sheet) -> tuple[list[Line], list[Stood], int]:
    """What of the table can be filed for the team, and what stands there now. Raises NotRead."""
    team = session.get_one(Team, team_id)
    ours = known.of(session, kit, team.collaborative_id)

    @cache
    def counted(month: date) -> Collection[int | None]:
        return {one.id for one in measures.of_team(session, team, month)}

    @cache
    def asks(words: str) -> str:
        hits = privacy.look(words, known=ours)
        return privacy.question(hits) if hits else ""

    every = measures.all_of(session, team.collaborative_id)
    reader = sheet_entries.Team(team.name, every, counted, asks)
    lines, empty = sheet_entries.understood(sheet, reader, times.local_day(kit.now(), team.timezone))
    return lines, sheet_drafts.stands(session, team_id, lines), empty


def _show(kit: Kit, row: int, found: tuple[list[Line], list[Stood], int] | None) -> None:
    with kit.store.transaction() as session:
        draft = session.get(SheetDraft, row)
        if draft is None or draft.state != WAITING:
            return
        if found is None:
            draft.state = sheet_drafts.CHOOSING
        else:
            lines, stood, empty = found
            sheet_drafts.show(draft, lines, stood, empty=empty)
        say(session, kit, draft)


def _refuse(kit: Kit, row: int, reason: NotRead) -> None:
    with kit.store.transaction() as session:
        draft = session.get(SheetDraft, row)
        if draft and draft.state == WAITING:
            steers = isinstance(reason, OtherTable) and participant_cards.steered_by(session, draft.person_id)
            faults = [*reason.faults, *([Fault(WHOLE, OR_A_LIST)] if steers else [])]
            sheet_drafts.refuse(draft, faults, to_delete=reason.to_delete)
            say(session, kit, draft)


def _later(kit: Kit, row: int, trouble: SlackTrouble) -> None:
    """The clock tries again, a few times."""
    log.warning("sheet.not_fetched", sheet=row, reason=str(trouble))
    with kit.store.transaction() as session:
        draft = session.get_one(SheetDraft, row)
        draft.tries += 1
        session.add(draft)
        if draft.tries >= TRIES:
            sheet_drafts.refuse(draft, [Fault(WHOLE, NOT_HAD)], to_delete=False)
            say(session, kit, draft)


def _against(session: Session, kit: Kit, draft: SheetDraft, team: Team, lines: list[Line]) -> list[Fault]:
    """What speaks by now against filing what a preview showed."""
    actor = access.of_person(session, draft.person_id)
    if actor is None or not actor.may("measures.import", collaborative=team.collaborative_id, team=team):
        return [Fault(WHOLE, NOT_YOURS)]
    today = times.local_day(kit.now(), team.timezone)
    every = {one.id: one for one in measures.all_of(session, team.collaborative_id)}
    counted = {month: {one.id for one in measures.of_team(session, team, month)} for month in _months(lines)}
    reasons = []
    for line, entry in lines:
        measure = every.get(entry.measure)
        if measure is None:
            reasons.append(Fault(line, NO_MEASURE))
        elif measure.id not in counted[entry.month]:
            reasons.append(Fault(line, f"{team.name} doesn't count {measure.code} in {entry.month:%B %Y} any more."))
        else:
            reasons += [Fault(line, sentence) for sentence in entries.faults(measure, entry, today)]
    return reasons


def _months(lines: list[Line]) -> set[date]:
    return {entry.month for _, entry in lines}


def _file(session: Session, kit: Kit, draft: SheetDraft, team: Team, told: list[Entry]) -> None:
    """All of it; the team's channel is answered about the newest month, and what asks for the others ends."""
    now, by = kit.now(), draft.person_id
    points.file(session, team=team, person=by, entries=told, now=now)
    sheet_drafts.imported(draft, sheet_words.summed_up(session, team, draft))
    lag = {one.id: one.lag_months for one in measures.all_of(session, team.collaborative_id)}
    every = [(entry.measure, measures.moved(entry.month, lag[entry.measure])) for entry in told]
    *before, newest = sorted({period for _, period in every})
    lasts = {max(period for row, period in every if row == one) for one, _ in every}
    for earlier in submissions.rows(session, team, before):
        outbox.say_again(session, measure_cards.key(earlier), now=now)
        asking.settle(session, kit, measure_cards.KINDS, earlier.id or 0, by=by)
    measure_cards.filed(session, kit, team, newest, by=by)
    measure_cards.ask_leads(session, team, lasts - {newest}, now)
    audit.note(
        session, "measures.imported", by=by, subject=f"sheet:{draft.id}", now=now, team=team.id, numbers=len(told)
    )
