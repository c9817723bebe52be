"""The words beside a month's numbers, and what people saw in a chart; the counts stay."""

from sqlmodel import Session

from bot import access, drafts, outbox
from bot.access import Actor
from bot.cards import moment_cards, team_charts
from bot.domain import moments, point_words
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.submissions import Submission
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts


def remove_words(session: Session, actor: Actor, submission: Submission | None, kit: Kit) -> int:
    """The words beside a month's numbers and in its charts; the messages stay, without them."""
    if submission is None:
        raise Gone("This month isn't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, submission.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    author = point_words.purge(session, team, submission.period)
    if author is None:
        raise BotError("There are counts in this month and no words, so there is nothing to take down.")
    for end in ("", ":fix"):
        drafts.discard_about(session, f"measures:{team.id}:{submission.period:%Y-%m}{end}")
    team_charts.draw_anew(session, submission.team_id, kit.now())
    about = {"team": submission.team_id, "submission": submission.id or 0, "author": author}
    subject = f"submission:{submission.id}"
    return receipts.write(session, actor, subject, author, team.collaborative_id, about, kit)


def remove_moment(session: Session, actor: Actor, moment: Moment | None, kit: Kit) -> int:
    """What somebody saw in a chart: its message goes, and the chart of all teams is shown without it."""
    measure = session.get(Measure, moment.measure_id) if moment else None
    if moment is None or measure is None:
        raise Gone("These words aren't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=measure.collaborative_id)
    if moment.purged_at:
        raise BotError("These words have already been taken down.")
    moments.purge(session, moment, kit.now())
    for chart in (moment.measure_id, 0):
        drafts.discard_about(session, moments.subject(moment.team_id, chart))
    outbox.recall(session, moment_cards.key(moment), kit.now())
    moment_cards.show_pooled(session, moment.measure_id, kit.now())
    about = {"moment": moment.id or 0, "author": moment.person_id, "place": measure.collaborative_id}
    about |= {"team": moment.team_id} if moment.team_id else {}
    return receipts.write(session, actor, f"moment:{moment.id}", moment.person_id, measure.collaborative_id, about, kit)
