"""What coach and faculty wrote about a team: that there was an alert, and what was done, stays."""

from sqlmodel import Session

from bot import access, drafts, outbox
from bot.access import Actor
from bot.cards import alert_cards, callsheet_cards
from bot.domain import callsheets, contacts
from bot.domain.alerts import Alert
from bot.domain.callsheets import CallSheet
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_words(session: Session, actor: Actor, alert: Alert | None, kit: Kit) -> int:
    """The notes go, and every message that had them is shown without them."""
    if alert is None:
        raise Gone("This alert isn't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, alert.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    author = contacts.purge(session, alert)
    if author is None:
        raise BotError("Nobody wrote anything about this alert, so there is nothing to take down.")
    alert_cards.show_all(session, alert, kit.now())
    about = {"team": alert.team_id, "alert": alert.id or 0, "author": author}
    return receipts.write(session, actor, alert_cards.key(alert), author, team.collaborative_id, about, kit)


def remove_sheet(session: Session, actor: Actor, sheet: CallSheet | None, kit: Kit) -> int:
    """A call's note and its next test go, and the offer of it; a cycle that came of it is reported on its own card."""
    if sheet is None or sheet.purged_at:
        raise Gone("These notes aren't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, sheet.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    author = sheet.person_id
    callsheets.purge(session, sheet, kit.now())
    drafts.discard_about(session, callsheets.subject(team.id, sheet))
    drafts.discard_about(session, callsheets.agreed_subject(sheet))
    outbox.recall(session, callsheet_cards.offer_key(sheet), kit.now())
    about = {"team": sheet.team_id, "callsheet": sheet.id or 0, "author": author}
    return receipts.write(session, actor, callsheet_cards.offer_key(sheet), author, team.collaborative_id, about, kit)
