"""What the card of an idea, its window and its chain say: facts from the record, in words."""

from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import idea_edits, idea_steals, ideas, pdsa_facts, people
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.idea_steals import Theft
from bot.domain.ideas import KINDS, Idea
from bot.domain.spreads import Spread, Step
from bot.domain.teams import GONE, Channel, Team

Values = dict[str, Any]
MOST_STEPS = 40  # of a chain, in one window
MOST_CYCLES = 4  # of one team, each with what became of it
MOST_DRAWN = 24  # on one picture
DEEPEST = 8


def card(session: Session, idea: Idea) -> Values:
    """Everything that an idea's card and window print."""
    team = session.get_one(Team, idea.team_id)
    origin = session.get(Idea, idea.origin_id) if idea.origin_id else None
    facts: Values = {
        "idea": idea,
        "team": team,
        "by": pdsa_facts.name_of(session, idea.person_id),
        "kind": KINDS[idea.kind],
        "package": package(session, idea),
        "tally": idea_steals.tally_of(session, idea),
        "supporters": supporters(session, idea),
        "contact": contact(session, idea, team),
        "said": said(session, idea, team),
        "opens": opens(session, idea),
        "adapts": f"It goes back to an idea of {_team(session, origin)}" if origin else "",
        "again": len(idea_steals.adaptations(session, idea)),
        "standing": _gone(team),
        "gone": gone(idea, team),
        "edited": idea.edited_at is not None,
    }
    return {**facts, "facts": facts}


def gone(idea: Idea, team: Team) -> str:
    """What stands on the card of an idea that its team took back."""
    return f"{team.name} took this idea back. Who tests it already goes on." if idea.withdrawn_at else ""


def package(session: Session, idea: Idea) -> str:
    """Where it stands in the change package: the driver, and the change idea; empty for what stands beside it."""
    driver = session.get(Driver, idea.driver_id) if idea.driver_id else None
    named = pdsa_facts.name_of_idea(session, idea.change_idea_id)
    return " · ".join(filter(None, [driver.name if driver else "", named]))


def supporters(session: Session, idea: Idea) -> list[tuple[str, str]]:
    """The teams that added theirs, each with its words."""
    return [(session.get_one(Team, one.team_id).name, one.words) for one in ideas.supports(session, idea.id)]


def contact(session: Session, idea: Idea, team: Team) -> str:
    """Whom to ask; somebody who has left isn't named, and the thread is always there."""
    here = people.is_in(session, idea.person_id, idea.collaborative_id) and team.status not in GONE
    if not (idea.contact and here):
        return "Questions? Ask in the thread."
    return f"Questions? {pdsa_facts.name_of(session, idea.person_id)} is glad to be asked, in the thread or in person."


def said(session: Session, idea: Idea, team: Team) -> str:
    """Who wrote the message that it came from, and when; empty where it came from none."""
    if idea.said_at is None:
        return ""
    day = times.day(times.local_day(idea.said_at, team.timezone))
    return f"{pdsa_facts.name_of(session, idea.author_id)} wrote of it on {day}"


def opens(session: Session, idea: Idea) -> bool:
    """Whether all who read its card can open that message; one in a team's own channel, or elsewhere, stays shut."""
    there = idea.permalink.partition("/archives/")[2].partition("/")[0]
    channel = session.exec(Channel.in_slack(there)).first() if there else None
    return channel is not None and (channel.team_id is None or not channel.private) and channel.purpose != "faculty"


def chosen(idea: Idea) -> str:
    """What of that list is the idea's."""
    if idea.change_idea_id:
        return f"idea:{idea.change_idea_id}"
    return f"driver:{idea.driver_id}" if idea.driver_id else ""


def chain(session: Session, idea: Idea, depth: int = 0) -> list[Step]:
    """Who took it and what became of it, and below each what they shared again with those who took that."""
    again = {one.team_id: one for one in idea_steals.adaptations(session, idea)} if depth < DEEPEST else {}
    steps: list[Step] = []
    for theft in idea_steals.taken(session, idea):
        steps.append(_step(session, theft, depth + 1))
        told_on = again.pop(theft.steal.team_id, None)
        if told_on:
            steps += _shared_again(session, told_on, depth + 2)
    for told_on in again.values():
        steps += _shared_again(session, told_on, depth + 1)
    return steps


def spread(session: Session, idea: Idea) -> Values:
    """What the window of its chain shows."""
    steps = chain(session, idea)
    team = session.get_one(Team, idea.team_id)
    return {
        "idea": idea,
        "team": team,
        "tally": idea_steals.tally_of(session, idea) + further(session, idea),
        "before": [(one.id, _team(session, one)) for one in lineage(session, idea)],
        "steps": steps[:MOST_STEPS],
        "more": max(len(steps) - MOST_STEPS, 0),
    }


def further(session: Session, idea: Idea) -> str:
    """How many more teams have it from those who shared it again, to go on after its own count."""
    told_on = [one for one in idea_steals.adaptations(session, idea) if one.team_id != idea.team_id]
    known = {idea.team_id} | {theft.steal.team_id for theft in idea_steals.taken(session, idea)}
    reached = [(one, _reached(session, one, 1) - known - {one.team_id}) for one in told_on]
    through = dict.fromkeys(session.get_one(Team, one.team_id).name for one, teams in reached if teams)
    count = len({team for _, teams in reached for team in teams})
    return f", and {count} more through {' and '.join(through)}" if count else ""


def picture(session: Session, idea: Idea) -> Spread:
    """The same to be drawn."""
    told = spread(session, idea)
    steps = told["steps"][:MOST_DRAWN]
    beyond = len(told["steps"]) - len(steps) + told["more"]
    return Spread(idea.title, told["team"].name, told["tally"], tuple(steps), beyond)


def lineage(session: Session, idea: Idea) -> list[Idea]:
    """What it goes back to, the first of all first."""
    before: list[Idea] = []
    while idea.origin_id and len(before) < DEEPEST and (origin := session.get(Idea, idea.origin_id)):
        before.insert(0, origin)
        idea = origin
    return before


def history(session: Session, idea: Idea, team: Team) -> list[str]:
    """Who changed what, newest first, as the window with everything shows it."""
    changes = reversed(idea_edits.changes_since(session, idea, 1)[-10:])
    return [
        f"{pdsa_facts.name_of(session, one.person_id)}, {times.words(one.at, team.timezone)}: changed "
        + ", ".join(idea_edits.LABELS[name] for name in one.fields)
        for one in changes
    ]


def conflict(session: Session, clash: idea_edits.Conflict) -> str:
    """Who changed what while somebody was writing."""
    changed = [
        f"{pdsa_facts.name_of(session, one.person_id)} changed "
        + ", ".join(f"{idea_edits.LABELS[name]}{_to(name, after)}" for name, (_, after) in one.fields.items())
        for one in clash.since
    ]
    return f"{'; '.join(changed)} while you were writing."


def _reached(session: Session, idea: Idea, depth: int) -> set[int]:
    """The teams that took it, or what was shared again from it."""
    found = {theft.steal.team_id for theft in idea_steals.taken(session, idea)}
    below = idea_steals.adaptations(session, idea) if depth < DEEPEST else []
    return found.union(*(_reached(session, one, depth + 1) for one in below))


def _team(session: Session, idea: Idea) -> str:
    called = f": {idea.title}" if idea.title else ""
    return session.get_one(Team, idea.team_id).name + called


def _below(one: ChangeIdea) -> str:
    return " ".join(filter(None, ["–", one.code, one.name]))


def _to(name: str, after: Any) -> str:
    return f" to “{pdsa_facts.begun(after)}”" if name in ideas.WORDS and after else ""


def _step(session: Session, theft: Theft, depth: int) -> Step:
    """What became of it after how many cycles, and each of these: the last of them where they are many."""
    team, outcome = session.get_one(Team, theft.steal.team_id), idea_steals.outcome(theft.standing)
    each = [f"cycle {one.number}: {idea_steals.outcome(one)}" for one in theft.ramp]
    told = " → ".join(["…", *each[-MOST_CYCLES:]] if len(each) > MOST_CYCLES else each)
    count = f"{outcome} after {theft.after} cycles" if theft.after > 1 else ""
    since = f"(taken {times.day(times.local_day(theft.steal.at, team.timezone))})"
    whole = f"{count}{': ' if count else ''}{told} {since}"
    return Step(depth, team.name, whole, outcome, f"{count or outcome} {since}")


def _shared_again(session: Session, idea: Idea, depth: int) -> list[Step]:
    team = session.get_one(Team, idea.team_id)
    return [Step(depth, team.name, f"shared it again as “{idea.title}”"), *chain(session, idea, depth)]


def _gone(team: Team) -> str:
    """That the source isn't at work any more; empty where it is."""
    if team.status not in GONE:
        return ""
    ended = "completed" if team.status == "completed" else "left"
    return f"{team.name} has {ended} the collaborative; what they found stays."
