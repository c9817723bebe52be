"""What was told when a team left: the words beside the reason, and the talk in parting; that it left stays."""

from sqlmodel import Session

from bot import access, drafts, outbox
from bot.access import Actor
from bot.cards import ending_cards
from bot.domain import endings, exit_talks
from bot.domain.endings import Ending
from bot.domain.exit_talks import ExitTalk
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts

NOTHING_LEFT = "This isn't in the record any more, so there is nothing left to take down."


def remove_words(session: Session, actor: Actor, ending: Ending | None, kit: Kit) -> int:
    """The words beside the reason go; the day and the reason that was chosen stay."""
    if ending is None:
        raise Gone(NOTHING_LEFT)
    team = access.team_of(session, ending.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    author = endings.purge(session, team, ending)
    if author is None:
        raise BotError("Nobody told anything beside the reason, so there is nothing to take down.")
    outbox.say_again(session, ending_cards.key(ending), now=kit.now())
    about = {"team": team.id or 0, "ending": ending.id or 0, "author": author}
    return receipts.write(session, actor, ending_cards.key(ending), author or None, team.collaborative_id, about, kit)


def remove_talk(session: Session, actor: Actor, talk: ExitTalk | None, kit: Kit) -> int:
    """Everything that was written of the talk goes, with what somebody has half-written; its day stays."""
    ending = session.get(Ending, talk.ending_id) if talk else None
    if talk is None or ending is None or talk.purged_at:
        raise Gone(NOTHING_LEFT)
    team = access.team_of(session, ending.team_id)
    actor.must("ending.talk", collaborative=team.collaborative_id, team=team)
    author, subject = exit_talks.purge(session, talk, kit.now()), f"exit_talk:{talk.id}"
    drafts.discard_about(session, ending_cards.key(ending))
    outbox.say_again(session, ending_cards.key(ending), now=kit.now())
    about = {"team": team.id or 0, "exit_talk": talk.id or 0, "author": author}
    return receipts.write(session, actor, subject, author, team.collaborative_id, about, kit)
