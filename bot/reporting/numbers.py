"""The words beside a month's numbers, names of groups, and what people saw in a chart; the counts stay."""

from collections.abc import Mapping

from sqlmodel import Session

from bot import access, drafts, outbox
from bot.access import Actor
from bot.cards import chart_letters, moment_cards, sheet_words, team_charts
from bot.domain import group_names, moments, point_words, sheet_drafts, strata
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.submissions import Submission
from bot.domain.teams import Team
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
    _discard_drafts(session, team, kit)
    team_charts.draw_anew(session, submission.team_id, kit.now())
    chart_letters.draw_pooled_anew(session, team.collaborative_id, kit.now())
    about = {"team": submission.team_id, "submission": submission.id or 0, "author": author}
    subject = f"submission:{submission.id}"
    return receipts.write(session, actor, subject, author, team.collaborative_id, about, kit)


def remove_groups(session: Session, actor: Actor, about: Mapping[str, int], kit: Kit) -> int:
    """The names of all groups that a chart shows, of a team's or of all teams'; the charts stay, without them."""
    measure = session.get(Measure, about["measure"])
    name = strata.named(measure, about["stratum"]) if measure else None
    if measure is None or name is None:
        raise Gone("These groups aren't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=measure.collaborative_id)
    told = group_names.in_stratum(session, measure.id, name, about["team"] or None)
    teams = [access.team_of(session, row) for row in sorted({one.team_id for one in told})]
    authors = group_names.purge(session, told)
    if not authors:
        raise BotError("These groups have no names of a team's own, so there is nothing to take down.")
    for team in teams:
        _discard_drafts(session, team, kit)
        team_charts.draw_anew(session, team.id or 0, kit.now())
    chart_letters.draw_pooled_anew(session, measure.collaborative_id, kit.now())
    whose = {"team": about["team"]} if about["team"] else {"place": measure.collaborative_id}
    subject, told_about = f"groups:{measure.id}", {**whose, "stratum": about["stratum"], "author": authors[0]}
    return receipts.write(session, actor, subject, authors[0], measure.collaborative_id, told_about, kit)


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


def _discard_drafts(session: Session, team: Team, kit: Kit) -> None:
    """What is half-written of any month, and what waits of the team's files, may hold the same words."""
    drafts.discard_below(session, f"measures:{team.id}")
    said = [sheet_words.key(one) for one in sheet_drafts.silence(session, team.id)]
    outbox.say_again(session, *said, now=kit.now())
