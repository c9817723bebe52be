"""Calendar files go out: below a date's card, and to whoever comes; a changed date brings a newer one to each place.

Slack posts a file with its upload, beside the outbox, and answers no `ts`. So its id is kept before the file is
shared: after a crash Slack is asked whether it was, and what was is not sent again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlmodel import Session

from bot import outbox
from bot.cards import call_places
from bot.domain import calendar_files, event_facts, events, folding, hours, ics, rsvps
from bot.domain.calendar_files import CalendarFile
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.people import Person
from bot.kit import Kit
from bot.sending import as_typed, manners, pictures, refusals, rest
from bot.slack import Declined, SlackTrouble
from bot.store import real_time
from bot.templates import capital, escape

log = structlog.get_logger()
MOST_NAME = 60  # characters
LEASE = timedelta(minutes=2)  # longer than a whole way takes
MOST_TRIES = 5
FIRST = "Open it to have {title} in your own calendar."
CHANGED = "{title} changed: open it, and your own calendar is up to date."
CANCELED = "{title} is canceled: open it, and it leaves your own calendar."
ENDED = "{title} takes place no more: open it, and all of its dates to come leave your own calendar."


@dataclass(frozen=True)
class Parcel:
    """One file on its way, as the record had it when it was taken in hand."""

    row: int
    sequence: int
    user: str  # whom it goes to; empty for a channel
    channel: str  # empty where the conversation isn't known yet
    thread_ts: str | None
    title: str
    words: str
    content: bytes
    file: str  # Slack's id of an earlier attempt whose end nobody saw
    is_whole: bool  # the series as it stands, not only that one date of it is canceled


def name(title: str) -> str:
    """How its file is called: by the title, in letters that every machine takes."""
    return f"{'-'.join(folding.words(title))[:MOST_NAME].strip('-') or 'call'}.ics"


def to_send(session: Session, kit: Kit, rows: Iterable[int], most: int) -> list[int]:
    """The first of what is owed that isn't to wait: what waits for a morning or a card keeps nobody else waiting."""
    return list(islice((row for row in rows if not _waits(session, kit, session.get_one(CalendarFile, row))), most))


def deliver(kit: Kit, row: int) -> None:
    """Send one file that is owed; what doesn't get there now is tried again with a later tick."""
    with kit.store.transaction() as session:
        parcel = _taken(session, kit, row)
    if parcel is None:
        return
    try:
        if not (parcel.file and _was_shared(kit, parcel.file)):
            _share(kit, parcel)
    except SlackTrouble as trouble:
        _put_off(kit, parcel, trouble)
    else:
        _note(kit, parcel)


def _taken(session: Session, kit: Kit, row: int) -> Parcel | None:
    """What is to be sent, ours until its lease ends; None where nobody needs it now, or any more."""
    owed, real = session.get(CalendarFile, row), real_time(session)
    if owed is None or owed.sent >= owed.wanted or (owed.rests_until and owed.rests_until > real):
        return None
    date = _date(session, owed, kit.now())
    if date is None:
        owed.wanted = owed.sent  # given up
        session.add(owed)
        return None
    place = _place(session, kit, owed, date)
    if place is None:
        return None
    owed.rests_until, owed.tries = real + LEASE, owed.tries + 1
    session.add(owed)
    user, channel, thread = place
    collaborative = session.get_one(Collaborative, date.event.collaborative_id)
    changed = events.changes(session, collaborative.id).get(owed.event_id, {})
    ended = date.event.ended_at is not None
    words = ENDED if ended else CANCELED if date.starts is None else CHANGED if owed.sent >= 0 else FIRST
    return Parcel(
        row, date.event.sequence, user, channel, thread, date.event.title, _said(words, date.event.title),
        ics.written(collaborative, date, changed, kit.now()), owed.file,
        ended or date.starts is not None,
    )  # fmt: skip


def _said(words: str, title: str) -> str:
    """With its title; one that Slack would make bold in parts stands on the file alone."""
    marked = as_typed.MARKED.search(title)
    return capital(words.format(title="this call")) if marked else words.format(title=escape(title))


def _waits(session: Session, kit: Kit, owed: CalendarFile) -> bool:
    """Whether it is of use, but not yet."""
    date = _date(session, owed, kit.now())
    return date is not None and _place(session, kit, owed, date) is None


def _date(session: Session, owed: CalendarFile, now: datetime) -> Meeting | None:
    """The date whose file it is; None where nobody needs that any more, or Slack refused it too often."""
    date, event = rsvps.meeting(session, owed.event_id, owed.planned), session.get(Event, owed.event_id)
    if date is None and event and event.ended_at:
        date = Meeting(event, owed.planned)  # its calendar ends before this one
    if date is None or owed.tries >= MOST_TRIES or not _is_of_use(session, owed, date, now):
        return None
    return date


def _is_of_use(session: Session, owed: CalendarFile, date: Meeting, now: datetime) -> bool:
    """Whether it is still to come, or was to; whoever can't come needs no entry, and nobody one that is canceled.

    That the whole event takes place no more is of use to everybody who has it.
    """
    if date.event.ended_at:
        return owed.sent >= 0
    if date.is_over(now) or (date.starts is None and owed.sent < 0):
        return False
    return calendar_files.is_below(owed) or rsvps.says(session, date, _person(owed)) is not False


def _place(session: Session, kit: Kit, owed: CalendarFile, date: Meeting) -> tuple[str, str, str | None] | None:
    """Where it goes: a person, a channel, a thread. A newer file waits for the end of a night, as all that changes."""
    card = call_places.key(date.event.id or 0, event_facts.stamp(date.planned), int(owed.to.partition(":")[2] or 0))
    letter = outbox.of_key(session, card) if calendar_files.is_below(owed) else None
    if not calendar_files.is_below(owed):
        person = session.get_one(Person, _person(owed))
        to, zone = owed.to, hours.zone(session, person)
        place: tuple[str, str, str | None] = person.slack_user or "", person.dm_channel or "", None
    elif letter and letter.channel and letter.ts and not letter.recall:
        to, zone = letter.to, session.get_one(Collaborative, date.event.collaborative_id).timezone
        place = "", letter.channel, letter.ts
    else:
        return None
    waits = owed.sent >= 0 and rest.until(session, to, zone, kit.settings.quiet_hours, kit.now())
    return None if waits else place


def _share(kit: Kit, parcel: Parcel) -> None:
    """Upload it, keep its id, and only then show it."""
    channel = parcel.channel or str(kit.slack.call("conversations.open", users=parcel.user)["channel"]["id"])
    begun = manners.call(kit, "files.getUploadURLExternal", filename=name(parcel.title), length=len(parcel.content))
    kit.slack.upload(str(begun["upload_url"]), parcel.content)
    file = str(begun["file_id"])
    _keep(kit, parcel, file)
    manners.call(
        kit, "files.completeUploadExternal", files=[{"id": file, "title": parcel.title}], channel_id=channel,
        thread_ts=parcel.thread_ts, initial_comment=parcel.words,
    )  # fmt: skip


def _was_shared(kit: Kit, file: str) -> bool:
    """Whether Slack has it: it does only once it was shared."""
    try:
        manners.call(kit, "files.info", file=file)
    except Declined as refusal:
        if refusal.error in pictures.GONE:
            return False
        raise
    return True


def _keep(kit: Kit, parcel: Parcel, file: str) -> None:
    with kit.store.transaction() as session:
        row = session.get_one(CalendarFile, parcel.row)
        row.file = file
        session.add(row)


def _note(kit: Kit, parcel: Parcel) -> None:
    """It is there; what changed meanwhile is owed again at once."""
    with kit.store.transaction() as session:
        row = session.get_one(CalendarFile, parcel.row)
        row.sent, row.file, row.rests_until, row.tries = parcel.sequence, "", None, 0
        session.add(row)
        if parcel.is_whole:
            calendar_files.settle(session, row)


def _put_off(kit: Kit, parcel: Parcel, trouble: SlackTrouble) -> None:
    """Later; what Slack refused is begun anew, and what nobody saw the end of is asked about first.

    Only what Slack refuses for the file's own sake counts as a try: an outage, however long, loses none.
    """
    log.warning("calendar_file.not_sent", row=parcel.row, reason=str(trouble))
    with kit.store.transaction() as session:
        row = session.get_one(CalendarFile, parcel.row)
        if isinstance(trouble, Declined):
            row.file = ""
            wait = timedelta(seconds=trouble.retry_after or 0)
            row.rests_until = real_time(session) + wait if wait else None
            row.tries -= int(manners.too_fast(trouble) or trouble.error in refusals.WORKSPACE)
        else:
            row.rests_until, row.tries = None, max(row.tries - 1, 0)
        session.add(row)


def _person(owed: CalendarFile) -> int:
    return int(owed.to.partition(":")[2])
