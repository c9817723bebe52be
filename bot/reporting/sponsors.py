"""What a senior leader was asked for and answered: it goes wherever it stands; the rest of the page stays."""

from sqlmodel import Session

from bot import access, outbox
from bot.access import Actor
from bot.cards import sponsor_cards, team_charts
from bot.domain import sponsors
from bot.domain.sponsors import OnePager
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_page(session: Session, actor: Actor, page: OnePager | None, kit: Kit) -> int:
    """Every copy goes, the files to print too."""
    if page is None:
        raise Gone("This page isn't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, page.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    if page.purged_at:
        raise BotError("The words of this page have already been taken down.")
    subject = sponsor_cards.key(page)
    _silence(session, page, kit)
    about = {"team": page.team_id, "onepager": page.id or 0, "author": page.person_id}
    return receipts.write(session, actor, subject, page.person_id, team.collaborative_id, about, kit)


def silence_copies(session: Session, source: str, kit: Kit) -> None:
    """What a check-in or a cycle said was taken down: the pages that repeat it go too."""
    for page in sponsors.copies(session, source):
        _silence(session, page, kit)


def _silence(session: Session, page: OnePager, kit: Kit) -> None:
    """Later pages and reports tell of it too: each of the team's is shown without it."""
    sponsors.purge(session, page, kit.now())
    outbox.recall(session, sponsor_cards.key(page), kit.now())
    team_charts.take_back_printed(session, sponsors.since(session, page.team_id, page.period))
    team_charts.show_again(session, page.team_id, kit.now())
