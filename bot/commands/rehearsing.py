"""`allteach tick --dry-run`: what would be said to whom and why; nothing is called and nothing is written."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlmodel import Session, col, or_, select

from bot import launch, outbox, schema, voice
from bot.clock import clock
from bot.domain import team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.errors import BotError
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import addresses, rest
from bot.settings import Settings
from bot.slack import Slack
from bot.store import Store, sqlite_driver
from bot.templates import Templates, as_read

Plan = Callable[[Session, Kit], None]
WHY = {
    "channels/progress": "you coordinate, and channels are being made ready",
    "home/view": "it was looked at, and its facts have changed",
    "pdsa/card": "somebody logged a test, or moved it on",
    "people/welcome": "the collaborative was launched, and they are in it",
    "teams/card": "the team's channel is ready, or its facts have changed",
}
HOME = "'s Home"  # as `team_facts.whom` ends it
TILL_THEN = (
    "Before that only coordinators are written to; cards wait in channels, once these exist, with nobody else in them."
)
ANSWER = "it answers what they just did"


def lines(settings: Settings, plans: Iterable[Plan]) -> Iterator[dict[str, Any]]:
    """One for each thing that would be said, in the order of its hour; `plans` write what the clock would start.

    Raises BotError where there is no record to read.
    """
    with _aside(settings) as store:
        slack = Slack(settings.api_url, "", timeout=settings.send_timeout)  # for its clock; it is never called
        kit = Kit(settings=settings, store=store, templates=Templates(), slack=slack, now=clock(settings, slack))
        try:
            with store.rehearsal() as session:
                for plan in plans:
                    plan(session, kit)
                session.flush()
                said = list(_said(session, kit))  # read before the record is let go, however slowly they are printed
        finally:
            kit.close()
    yield from said


def counted(whom: Sequence[str], by: str) -> str:
    """How many messages would go to how many, in a sentence; `whom` has each one's recipient, as it is told."""
    places = {to.removesuffix(HOME) for to in whom}
    channels = sum(to.startswith("#") for to in places)
    counts = [(len(places) - channels, "person", "people"), (channels, "channel", "channels")]
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    messages = f"{len(whom)} message{'' if len(whom) == 1 else 's'} to {' and '.join(parts)}" if whom else "Nothing"
    return f"{messages} would be said by {by}; nothing was sent."


def before_launch(settings: Settings) -> list[str]:
    """Whom the launch will welcome, a sentence for each collaborative that still waits for it."""
    with _aside(settings) as store, store.reading() as session:
        waiting = session.exec(select(Collaborative).where(col(Collaborative.launched_at).is_(None)))
        return [_whom_it_welcomes(session, one) for one in waiting]


def _whom_it_welcomes(session: Session, collaborative: Collaborative) -> str:
    names = [team_facts.called(person) for person in launch.members(session, collaborative)]
    many = "1 person is" if len(names) == 1 else f"{len(names)} people are"
    told = f"When it is, {many} welcomed, each once: {', '.join(names)}." if names else "Nobody is in it yet."
    return f"{collaborative.name} isn't launched yet. {told} {TILL_THEN}"


def _said(session: Session, kit: Kit) -> Iterator[dict[str, Any]]:
    now = kit.now()
    living = or_(col(Letter.expires).is_(None), col(Letter.expires) > now)
    due = select(Letter).where(Letter.state == outbox.PENDING, Letter.due <= now, living, col(Letter.recall).is_(False))
    for letter in session.exec(due.order_by(col(Letter.due), col(Letter.id))).all():
        place = addresses.resolve(session, letter.to)
        held = letter.clock and not letter.ts
        rests = rest.of_message(letter.message)
        if held and rests(session, letter.to, place.zone, kit.settings.quiet_hours, now):
            continue
        if held and rest.during_call(session, letter, now):
            continue
        if _is_nowhere_to_be_found(session, letter):
            continue
        values = voice.gather(session, letter.message, letter.about, kit)
        if values is not None:
            yield _line(session, letter, kit.templates.render(letter.message, values))


def _is_nowhere_to_be_found(session: Session, letter: Letter) -> bool:
    """Somebody whom Slack was asked for and doesn't show: nothing goes to them until it does."""
    kind, _, row = letter.to.partition(":")
    person = session.get(Person, int(row)) if kind in ("person", "home") else None
    return person is not None and person.workspace is None and person.looked_for_at is not None


def _line(session: Session, letter: Letter, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": letter.key,
        "message": letter.message,
        "to": team_facts.whom(session, letter.to),
        "due": letter.due.isoformat(),
        "text": as_read(content["text"]) if content.get("text") else "\n".join(_texts(content)),
        "why": letter.why or WHY.get(letter.message, ANSWER),
    }


def _texts(node: Any) -> Iterator[str]:
    """Everything a view says, as a person reads it."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"] if node.get("type") == "plain_text" else as_read(node["text"])
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


@contextmanager
def _aside(settings: Settings) -> Iterator[Store]:
    """A copy of the record, so that a bot at work is neither held up nor touched; on PostgreSQL the record itself."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        store = Store(settings.database_url)
        try:
            if schema.revision(store) != schema.head():
                raise BotError(
                    "This database isn't of this version's shape. allteach run, or tick without --dry-run, mends it."
                )
            yield store
        finally:
            store.close()
        return
    source = Path(str(url.database))
    if not source.exists():
        raise BotError(
            f"There is no database {source} yet. Load a collaborative first: allteach collaborative load FILE"
        )
    with tempfile.TemporaryDirectory(prefix="allteach-rehearsal-") as folder:
        copy = Path(folder) / "rehearsal.db"
        _copy(source, copy)
        store = Store(f"sqlite:///{copy}")
        try:
            schema.upgrade(store)
            yield store
        finally:
            store.close()


def _copy(source: Path, copy: Path) -> None:
    driver = sqlite_driver()
    read = driver.connect(f"file:{quote(str(source))}?mode=ro", uri=True)
    written = driver.connect(str(copy))
    try:
        read.backup(written)
    except driver.Error as error:
        raise BotError(f"The database {source} can't be read ({error}).") from None
    finally:
        with suppress(driver.Error):
            written.close()
            read.close()
