"""Who is still with us, for faculty: counts with the printed rule, a curve from ten teams on, groups side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, times
from bot.access import Actor
from bot.domain import (
    ending_facts,
    ending_rules,
    engagement_scope,
    gap_facts,
    gaps,
    organization_types,
    retention,
    retention_facts,
)
from bot.domain.collaboratives import Collaborative
from bot.domain.endings import COMPLETED, LAPSED, WITHDRAWN
from bot.domain.retention import FEWEST, Curve
from bot.domain.retention_facts import Counts, Stay
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
MOST_PLACES, MOST_GROUPS, MOST_LINES, MOST_TEAMS = 5, 12, 4, 80
NOT_LAUNCHED = "Not launched yet: teams are enrolled from the launch on."
TOO_FEW = f"The curve comes with {FEWEST} teams; of fewer, counts say more."
KM = (
    "Over months since the first learning session, for whoever joined later since their own first day (Kaplan-Meier): "
    "leaving is withdrawing or lapsing; whoever is with us, completed, or goes on elsewhere is counted until then."
)
ONE_GROUP = f"By this no two groups have {gaps.SMALLEST} teams each, so there is nothing to lay side by side."
GAP_RULE = (
    "Teams at work are counted, paused ones not, and none of the people they serve. Groups of one or two teams stand "
    f"together; percent are told from {FEWEST} teams on. If a group lags, the collaborative adapts, not the group."
)


def page(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Values:
    """Everything the window prints of one collaborative."""
    found = retention_facts.stays(session, collaborative, now)
    told = retention_facts.counts(session, found)
    places = access.collaboratives_of(session, actor, "retention.see")
    return {
        "collaborative": collaborative,
        "lines": lines(told) if found else [NOT_LAUNCHED],
        "types": _types(found),
        "reasons": [f"{reason}: {count}" for reason, count in told.reasons.most_common()],
        "rule": ending_rules.printed(engagement_scope.rules_of(collaborative)),
        "curve": len(found) >= FEWEST,
        "said": "",
        "too_few": TOO_FEW if found else "",
        "gone": [_gone(one) for one in found if one.team.status in GONE][:MOST_TEAMS // 2],
        "others": [(one.id, one.name) for one in places if one.id != collaborative.id][:MOST_PLACES],
    }  # fmt: skip


def lines(told: Counts) -> list[str]:
    """Statuses as counts, with what they are of."""
    kept = told.enrolled - told.lost
    share = f" ({retention.percent(kept / told.enrolled)}%)" if told.enrolled >= FEWEST else ""
    return [
        f"Teams enrolled: {told.enrolled}. With us: {told.with_us}"
        + (f", {told.paused} of them in a pause." if told.paused else "."),
        f"Withdrew: {told.how[WITHDRAWN]}. Lapsed: {told.how[LAPSED]}. Completed: {told.how[COMPLETED]}."
        + (f" Go on as part of another team or elsewhere: {told.elsewhere}." if told.elsewhere else ""),
        f"Retention: {kept} of {told.enrolled} teams neither withdrew nor lapsed{share}.",
        f"People: {told.people_with_us} of {told.people} who were ever in a team are in one that is with us.",
    ]


def curve(session: Session, collaborative: Collaborative, now: datetime) -> Curve | None:
    """The curve of all teams, and of each type of organization with enough; None with fewer than ten."""
    found = retention_facts.stays(session, collaborative, now)
    if len(found) < FEWEST:
        return None
    sizes = Counter(one.type for one in found if one.type)
    split = [kind for kind, count in sizes.most_common(MOST_LINES - 1) if count >= FEWEST and count < len(found)]
    lives = [one.life for one in found]
    return Curve(
        collaborative.name,
        times.day(times.local_day(now, collaborative.timezone)),
        (
            retention.line("All teams", lives),
            *(
                retention.line(organization_types.called(kind), [one.life for one in found if one.type == kind])
                for kind in split
            ),
        ),
        KM,
        retention.at_risk(lives),
    )


def pictured(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The curve in a message, for whoever asked; None where they may not see it any more, or teams are too few."""
    collaborative = session.get(Collaborative, about["collaborative"])
    actor = access.of_person(session, about["person"])
    if collaborative is None or actor is None or not actor.may("retention.see", collaborative=about["collaborative"]):
        return None
    drawn = curve(session, collaborative, kit.now())
    if drawn is None:
        return None
    return {
        "collaborative": collaborative,
        "day": drawn.day,
        "lines": retention.findings(drawn),
        "risk": ", ".join(f"month {month}: {count}" for month, count in drawn.at_risk),
        "rule": " ".join([KM, *ending_rules.printed(engagement_scope.rules_of(collaborative))]),
        "picture": Wanted(f"retention:{collaborative.id}", drawn, retention.alt(drawn)),
    }


def completion(session: Session, collaborative: Collaborative, now: datetime) -> Values:
    """How far each team at work is by the printed rule of completing."""
    rules = engagement_scope.rules_of(collaborative)
    teams = _at_work(session, collaborative)
    shown = teams[:MOST_TEAMS]
    facts = ending_facts.of_teams(session, collaborative, shown, now)
    told = [(team.name, ending_rules.completed(each, rules)) for team, each in zip(shown, facts, strict=True)]
    return {
        "collaborative": collaborative,
        "held": [name for name, checks in told if ending_rules.holds(checks)],
        "open": [
            f"{name}\nStill open: {ending_rules.open_ones(checks)}."
            for name, checks in told
            if not ending_rules.holds(checks)
        ],
        "more": max(len(teams) - MOST_TEAMS, 0),
        "rule": ending_rules.printed(rules)[2],
    }


def gap(session: Session, collaborative: Collaborative, by: str, now: datetime) -> Values:
    """The teams at work, group by group; by the first grouping that has some where none is named."""
    by = by if by in gap_facts.BY else gap_facts.first(session, collaborative)
    found = gaps.groups(gap_facts.going(session, collaborative, by, now))
    return {
        "collaborative": collaborative,
        "by": by,
        "choices": gap_facts.BY,
        "groups": [
            (f"{one.name}, {one.teams} team{'' if one.teams == 1 else 's'}", gaps.line(one))
            for one in found[:MOST_GROUPS]
        ],
        "widest": gaps.widest(found) or (ONE_GROUP if len(found) == 1 else ""),
        "rule": f"{GAP_RULE} {gap_facts.printed(engagement_scope.rules_of(collaborative))}",
    }


def _at_work(session: Session, collaborative: Collaborative) -> list[Team]:
    here = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    return sorted(session.exec(here), key=lambda one: one.name.casefold())


def _types(found: Sequence[Stay]) -> list[str]:
    """Who is with us of each type of organization with enough teams, as counts; a line of one would point at it."""
    alone = gaps.large([one.type for one in found])
    named = {one.team.id: organization_types.called(one.type) if one.type in alone else gaps.OTHERS for one in found}
    sizes, here = Counter(named.values()), Counter(named[one.team.id] for one in found if not one.life.left)
    ranked = sorted(sizes.items(), key=lambda one: (one[0] == gaps.OTHERS, -one[1], one[0]))
    return [f"{name}: {here[name]} of {count}" for name, count in ranked[:MOST_GROUPS]] if alone else []


def _gone(stay: Stay) -> Values:
    day = f" since {times.day(stay.ending.day)}" if stay.ending else ""
    return {"team": stay.team, "words": f"{stay.team.status}{day}"}
