"""What somebody wrote beside a score on the IHI scale; the score stays."""

from sqlmodel import Session

from bot import access, drafts
from bot.access import Actor
from bot.domain import scores
from bot.domain.scores import Score, Scoring
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_words(session: Session, actor: Actor, score: Score | None, kit: Kit) -> int:
    """The words go, those of the same turn that were there before too, and what is half-written."""
    turn = session.get(Scoring, score.scoring_id) if score else None
    if score is None or turn is None:
        raise Gone("This score isn't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, turn.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    if score.purged_at or not (score.evidence or score.next_step):
        raise BotError("There are no words beside this score any more, so there is nothing to take down.")
    scores.purge(session, score, kit.now())
    drafts.discard_about(session, scores.subject(turn.id or 0, score.side))
    drafts.strike(session, f"scores:{team.collaborative_id}", (f"evidence.{team.id}", f"next.{team.id}"))
    about = {"team": team.id or 0, "score": score.id or 0, "author": score.person_id}
    return receipts.write(session, actor, f"score:{score.id}", score.person_id, team.collaborative_id, about, kit)
