"""Pictures in what we say: drawn elsewhere, uploaded once, and hung into a message when Slack can show them.

A template names a picture by its key, in an image block with a `slack_file`. Words never wait long for a picture: where
it can't be had they go out without it and say so, and the same message gets it once it can be had. A bot that dies on
the way leaves an upload that nobody sees, and nothing else.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Event
from typing import Any

import structlog
from sqlalchemy import literal
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from bot import templates
from bot.kit import Kit
from bot.sending import manners
from bot.slack import Declined, SlackTrouble
from bot.statements import Upsert
from bot.store import real_time
from bot.studio import Drawn, NotDrawn

log = structlog.get_logger()
Content = dict[str, Any]
STYLE = 2  # raised when pictures are drawn another way, so that the same months are drawn anew
LOOKS = (0.1, 0.2, 0.3, 0.5, 0.9)  # seconds before Slack is asked again whether it can show a picture
TRIES = 3  # how often a letter is put off for its picture, before it goes without
A_MOMENT = timedelta(seconds=1)
LATER = tuple(timedelta(minutes=count) for count in (1, 2, 4, 8, 15, 30))  # until a picture is tried again, each time
WAITS = "The picture couldn't be made just now. I try again for an hour, and it comes into this message by itself."
GIVEN_UP = "The picture couldn't be made. What it shows stands here in words; ask for it again to have it drawn anew."
ROOM = 3_800  # characters of a text that such a sentence is put behind
ITS_PLACE = "picture.waits"  # the block that stands where a picture isn't yet
MOST_TITLE = 200
CONDEMNED = "gone:"  # how the keys of pictures begin that nobody is to see any more
GONE = {"file_not_found", "file_deleted"}


class Picture(SQLModel, table=True):
    """A picture that Slack has; the key tells whose it is and what is drawn in it."""

    key: str = Field(primary_key=True)
    file: str  # Slack's id
    uploaded_at: datetime


@dataclass(frozen=True)
class Wanted:
    """A picture that a message shows, before anybody knows whether Slack has it."""

    of: str  # whose, and of what: "team:3:measure:2"
    drawn: Drawn
    alt: str

    @cached_property
    def key(self) -> str:
        """Changes with anything that can be seen in it."""
        seen = hashlib.sha256(repr((STYLE, self.drawn)).encode()).hexdigest()
        return f"{self.of}:{seen[:32]}"


class Unready(SlackTrouble):
    """Slack has the file, and hasn't looked yet at what it is."""


class NotYet(Exception):
    """The picture may be there in a while: the letter is worth putting off for `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


_KEEP = Upsert(Picture, "key", changes=lambda new: {"file": new.file, "uploaded_at": new.uploaded_at})


def hung(kit: Kit, content: Content, values: Mapping[str, Any], *, tries: int) -> Content:
    """The message with Slack's own files in place of the keys; where one can't be had, that is said in its place.

    Raises NotYet where waiting may help, unless the letter was tried so often already.
    """
    wanted = {one.key: one for one in _wanted(values)}
    if not wanted:
        return content
    files = {key: _had(kit, one, patient=tries < TRIES) for key, one in wanted.items()}
    blocks = [
        {**block, "slack_file": {"id": file}} if (file := files.get(_named(block))) else block
        for block in content["blocks"]
    ]
    return _without({**content, "blocks": blocks}, {key for key, file in files.items() if file is None}, tries)


def without(content: Content, *, tries: int) -> Content:
    """The same message with no picture in it, and words that say so."""
    return _without(content, {*shown_in(content)}, tries)


def again(content: Content, *, tries: int) -> timedelta | None:
    """After how long a message that went without a picture is tried again; None where it has all, or won't get it."""
    waits = any(block.get("block_id") == ITS_PLACE for block in content["blocks"])
    return LATER[tries] if waits and tries < len(LATER) else None


def shown_in(content: Content) -> list[str]:
    """The files that a message shows."""
    return [file for block in content["blocks"] if (file := _named(block))]


def keep(session: Session, key: str, file: str) -> None:
    """Slack has this file, and it is of this: with `condemn` it goes."""
    _KEEP(session, key=key, file=file, uploaded_at=real_time(session))


def condemn(session: Session, of: str) -> None:
    """Whatever shows this is not to be seen any more: it is drawn anew where it is wanted, and deleted in Slack."""
    shown = update(Picture).where(col(Picture.key).startswith(f"{of}:", autoescape=True))
    session.exec(shown.values(key=literal(CONDEMNED).concat(Picture.file)))


def condemned(session: Session) -> list[str]:
    """The files that Slack is still to delete."""
    doomed = select(Picture.file).where(col(Picture.key).startswith(CONDEMNED))
    return list(session.exec(doomed.order_by(col(Picture.uploaded_at))))


def forget(kit: Kit, files: list[str]) -> None:
    """Slack won't show these: whoever wants them again uploads them anew."""
    with kit.store.transaction() as session:
        session.exec(delete(Picture).where(col(Picture.file).in_(files)))


def _wanted(values: Any) -> Iterator[Wanted]:
    """The pictures among a message's values, however deep."""
    if isinstance(values, Wanted):
        yield values
    elif isinstance(values, Mapping | list):
        for part in values.values() if isinstance(values, Mapping) else values:
            yield from _wanted(part)


def _without(content: Content, lacking: Collection[str], tries: int) -> Content:
    """The message without these pictures; where the first of them was, and in its text, that is said once."""
    places = [place for place, block in enumerate(content["blocks"]) if _named(block) in lacking]
    if not places:
        return content
    said = WAITS if tries < len(LATER) else GIVEN_UP
    note = {"type": "context", "block_id": ITS_PLACE, "elements": [{"type": "plain_text", "text": said}]}
    blocks = [
        note if place == places[0] else block
        for place, block in enumerate(content["blocks"])
        if place not in places[1:]
    ]
    return {**content, "text": f"{templates.cut(content['text'], ROOM)} {said}", "blocks": blocks}


def _named(block: Mapping[str, Any]) -> str:
    """The picture that a block shows, by its key or its file; nothing for other blocks."""
    return str(block["slack_file"]["id"]) if block["type"] == "image" and "slack_file" in block else ""


def _had(kit: Kit, wanted: Wanted, *, patient: bool) -> str | None:
    """Slack's file, ready to be shown, or None where there won't be one."""
    try:
        return _ready(kit, wanted)
    except NotDrawn as fault:
        log.warning("picture.not_drawn", picture=wanted.key, reason=str(fault))
        return None
    except SlackTrouble as trouble:
        refused = isinstance(trouble, Declined) and not manners.too_fast(trouble)
        if patient and not refused:
            raise NotYet(_wait(trouble)) from trouble
        log.warning("picture.not_had", picture=wanted.key, reason=str(trouble))
        return None


def _ready(kit: Kit, wanted: Wanted) -> str:
    """Slack's file once it can be shown; uploaded where Slack has none, or none any more."""
    with kit.store.reading() as session:
        kept = session.get(Picture, wanted.key)
    if kept and _is_there(kit, kept.file):
        return kept.file
    file = _uploaded(kit, wanted)
    if not _is_there(kit, file):
        raise Unready
    return file


def _uploaded(kit: Kit, wanted: Wanted) -> str:
    """Draw it, hand it to Slack without a channel, and keep where it is."""
    content = kit.studio.png(wanted.drawn)
    begun = manners.call(
        kit, "files.getUploadURLExternal", filename="chart.png", length=len(content), alt_txt=wanted.alt
    )
    kit.slack.upload(str(begun["upload_url"]), content)
    file = str(begun["file_id"])
    manners.call(kit, "files.completeUploadExternal", files=[{"id": file, "title": wanted.drawn.title[:MOST_TITLE]}])
    with kit.store.transaction() as session:
        keep(session, wanted.key, file)
    return file


def _is_there(kit: Kit, file: str) -> bool:
    """Whether Slack can show it, False where it is gone. Raises Unready where Slack hasn't looked at it for long."""
    for wait in LOOKS:
        try:
            if manners.call(kit, "files.info", file=file)["file"].get("mimetype"):
                return True
        except Declined as refusal:
            if refusal.error in GONE:
                return False
            raise
        Event().wait(wait)
    raise Unready


def _wait(trouble: SlackTrouble) -> timedelta:
    stated = trouble.retry_after if isinstance(trouble, Declined) else None
    return timedelta(seconds=stated) if stated else A_MOMENT
