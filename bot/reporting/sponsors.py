"""What a senior leader was asked for and answered: it goes wherever it stands; the rest of the page stays."""

from sqlmodel import Session

from bot import access, outbox
from bot.access import Actor
from bot.cards import sponsor_cards, team_report_cards
from bot.domain import sponsors
from bot.domain.sponsors import OnePager
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts
from bot.sending import pictures


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
    sponsors.purge(session, page, kit.now())
    pictures.condemn(session, f"onepager:{page.id}")
    outbox.recall(session, sponsor_cards.key(page), kit.now())
    team_report_cards.show_again(session, page, kit.now())
