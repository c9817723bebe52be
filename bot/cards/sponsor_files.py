"""The senior-leader page as a file to print: one piece of HTML with its charts in it, for whoever asked."""

import structlog

from bot.cards import sponsor_cards, sponsor_words, team_charts
from bot.domain.sponsors import OnePager
from bot.kit import Kit
from bot.sending import pictures, private_files
from bot.studio import NotDrawn

log = structlog.get_logger()
NAME = "one-pager.html"
COMMENT = (
    "Here is the page for your senior leader. Download it, open it in a browser, and print it: it fits on one page. "
    "What you change later isn't in it; ask for it once more then."
)


def send(kit: Kit, person: int, row: int) -> None:
    """Draw it and put it into the person's conversation with us. Raises SlackTrouble."""
    content = written(kit, row)
    if content is None:
        return
    file = private_files.send(
        kit, person, content, name=NAME, title="Senior-leader one-pager", words=COMMENT
    )  # fmt: skip
    with kit.store.transaction() as session:
        pictures.keep(session, f"onepager:{row}:{file}", file)  # so that it goes with its words, when they are reported
        page = session.get_one(OnePager, row)
        if page.purged_at:  # meanwhile
            team_charts.take_back_printed(session, [page])


def written(kit: Kit, row: int) -> bytes | None:
    """The file; None where the page was taken down meanwhile."""
    with kit.store.reading() as session:
        page = session.get(OnePager, row)
        shown = sponsor_cards.shown(session, page) if page and not page.purged_at else None
    if shown is None:
        return None
    drawn = _drawn(kit, shown["pictures"][:1])  # eight charts: as many as one page holds
    return kit.templates.page("sponsors/page", sponsor_words.pictured(shown, drawn)).encode()


def _drawn(kit: Kit, wanted: list[pictures.Wanted]) -> list[bytes]:
    """The charts, or none where they can't be drawn now: their findings stand in words."""
    try:
        return [kit.studio.png(one.drawn) for one in wanted]
    except NotDrawn as fault:
        log.warning("picture.not_drawn", reason=str(fault))
        return []
