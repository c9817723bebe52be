"""A shared idea with what was added to it, and a team's own way of doing one of the change package."""

from sqlmodel import Session

from bot import access, drafts
from bot.access import Actor
from bot.cards import idea_cards
from bot.domain import adaptations, idea_edits, ideas
from bot.domain.adaptations import Adaptation
from bot.domain.ideas import Idea
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_idea(session: Session, actor: Actor, idea: Idea | None, kit: Kit) -> int:
    """An idea with its history, what others added to it, and its card; cycles that test it are other teams' words."""
    if idea is None:
        raise Gone("This idea isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=idea.collaborative_id)
    if idea.purged_at:
        raise BotError("This idea has already been taken down.")
    copies = silence(session, idea, kit)
    about = {"team": idea.team_id, "idea": idea.id or 0, "author": idea.person_id, "copies": copies}
    return receipts.write(session, actor, ideas.subject(idea), idea.person_id, idea.collaborative_id, about, kit)


def silence(session: Session, idea: Idea, kit: Kit) -> int:
    """Its words go from the record and from everywhere they were said; returns how many cycles were begun from it."""
    idea_edits.purge(session, idea, kit.now())
    for subject in (ideas.subject(idea), f"steal:{idea.id}"):
        drafts.discard_about(session, subject)
    return idea_cards.silence(session, idea, kit.now())


def remove_adaptation(session: Session, actor: Actor, told: Adaptation | None, kit: Kit) -> int:
    """A team's own way of doing an idea; the idea stays."""
    if told is None or not told.words:
        raise Gone("These words aren't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, told.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    adaptations.purge(session, told)
    about = {"team": told.team_id, "adaptation": told.id or 0, "author": told.person_id}
    return receipts.write(session, actor, f"adaptation:{told.id}", told.person_id, team.collaborative_id, about, kit)
