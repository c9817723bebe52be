"""What a poll for a time is about: its words go, its times and answers stay."""

from sqlmodel import Session

from bot.access import Actor
from bot.cards import event_moves, poll_cards
from bot.domain import poll_facts, polls
from bot.domain.collaboratives import Collaborative
from bot.domain.polls import Poll
from bot.errors import Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_title(session: Session, actor: Actor, poll: Poll | None, kit: Kit) -> int:
    """It is called by its kind from now on, and so is the event that it became."""
    if poll is None or not poll.title:
        raise Gone("There are no words of anybody about this poll any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=poll.collaborative_id)
    polls.purge(session, poll)
    poll_cards.show(session, poll, kit)
    poll_cards.follow(session, poll, polls.teams(session, poll), kit)
    if event := poll_facts.found_for(session, poll):
        event_moves.follow(session, session.get_one(Collaborative, poll.collaborative_id), event, kit)
    about = {"poll": poll.id or 0, "place": poll.collaborative_id, "author": poll.person_id}
    return receipts.write(session, actor, f"poll:{poll.id}", poll.person_id, poll.collaborative_id, about, kit)
