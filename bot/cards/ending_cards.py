"""What is said and shown of a team's end: faculty's card, the thanks, the window of one team, and all that stops."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot import home, outbox, times
from bot.access import Actor
from bot.cards import alert_cards, call_places, presenting_cards
from bot.domain import (
    alerts,
    ending_facts,
    ending_rules,
    endings,
    engagement_scope,
    event_facts,
    exit_talks,
    hours,
    pdsa_facts,
    presenting,
    rsvps,
    seats,
)
from bot.domain.activity import NOT_THEIRS, WeeklyActs
from bot.domain.collaboratives import Collaborative
from bot.domain.ending_rules import Check, Closing
from bot.domain.endings import COMPLETED, LAPSED, WITHDRAWN, Ending
from bot.domain.engagement import Rules
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.templates import sentence

Values = dict[str, Any]
MOST_NAMED = 8
WHY, WHY_BACK = "your team's time here is over", "your team is at work here again"
ENDED = {WITHDRAWN: "left the collaborative", LAPSED: "has lapsed", COMPLETED: "completed the collaborative"}
MONTHS = "months of numbers"
DONE = {
    "tests": ("pdsa.decided",), MONTHS: (), "ideas shared": ("idea.shared",),
    "questions answered": ("question.answered",), "shout-outs given": ("shoutout.given",),
}  # fmt: skip


def key(ending: Ending) -> str:
    """The occasion, for faculty."""
    return f"ending:{ending.id}"


def follow(session: Session, team: Team, ending: Ending, now: datetime) -> None:
    """All that stops with it, faculty's card, and the thanks to the team."""
    for alert in alerts.end_all(session, team, now):
        outbox.say_again(session, alert_cards.key(alert), now=now)
    for turn in presenting.give_up(session, team, now):
        about = {"event": turn.event_id, "planned": event_facts.stamp(turn.planned), "team": turn.team_id}
        hosts = presenting_cards.ROLES.index(turn.role)
        outbox.say_again(session, presenting_cards.key({**about, "hosts": hosts}), now=now)
        if date := rsvps.meeting(session, turn.event_id, turn.planned):
            outbox.say_again(session, *call_places.keys(date), now=now)
    _hush(session, team)
    _say(session, team, ending, now)
    outbox.plan(
        session, "endings/thanks", key=f"{key(ending)}:thanks", to=f"team:{team.id}", at=now, why=WHY, now=now,
        ending=ending.id or 0,
    )  # fmt: skip
    shown(session, team, now)


def came_back(session: Session, team: Team, ending: Ending | None, now: datetime) -> None:
    """The team is asked again, and hears so at its next nine o'clock."""
    if ending:
        outbox.unplan(session, f"{key(ending)}:thanks")
        _say(session, team, ending, now)
        working = hours.of_team(session, team)
        outbox.plan(
            session, "endings/back", key=f"{key(ending)}:back", to=f"team:{team.id}",
            at=max(working.on(times.local_day(now, working.zone)), now), why=WHY_BACK, now=now, ending=ending.id or 0,
        )  # fmt: skip
    for alert in alerts.look_again(session, team, now):
        outbox.say_again(session, alert_cards.key(alert), now=now)
    shown(session, team, now)


def shown(session: Session, team: Team, now: datetime) -> None:
    """The team's card and the Homes that show it."""
    here = session.get_one(Collaborative, team.collaborative_id)
    outbox.say_again(session, f"team:{team.id}", now=now)
    home.refresh(session, [*home.people_of(session, team), *seats.coordinators(session, here)], now)


def card(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What faculty reads: who left when and why, and whether anybody talked with them."""
    ending = session.get(Ending, about["ending"])
    if ending is None:
        return None
    team = session.get_one(Team, ending.team_id)
    talk = exit_talks.of(session, ending.id)
    spoke = (
        f"Talked on {times.day(talk.held_on)}; {pdsa_facts.name_of(session, talk.person_id)} noted it" if talk else ""
    )
    return {
        "ending": ending,
        "team": team,
        "ended": ENDED[ending.how],
        "why": "" if ending.how == COMPLETED else endings.in_words(ending),
        "by": pdsa_facts.name_of(session, ending.by_id) if ending.by_id else "the collaborative file",
        "into": session.get_one(Team, ending.into_id).name if ending.into_id else "",
        "talk": spoke,
        "back": _back(session, ending),
    }


def thanks(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The kind last word to a team; none where it is back before its hour."""
    ending = session.get(Ending, about["ending"])
    letter = outbox.of_key(session, f"{key(ending)}:thanks") if ending else None
    if ending is None or (ending.back_on and not (letter and letter.ts)):
        return None
    team = session.get_one(Team, ending.team_id)
    return {"ending": ending, "team": team, "done": did(session, team, kit.now()), "completed": ending.how == COMPLETED}


def back(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The welcome of a team that is at work again."""
    ending = session.get(Ending, about["ending"])
    team = session.get_one(Team, ending.team_id) if ending else None
    return {"team": team} if team and team.status not in GONE else None


def in_both(session: Session, team: Team, before: Ending | None) -> str:
    """Who of a team that is back stays in the one that it had joined, and how that ends; empty where nobody does."""
    into = session.get(Team, before.into_id) if before and before.into_id else None
    if into is None:
        return ""
    here = select(Person.name).join(Membership).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    there = select(Membership.person_id).where(Membership.team_id == into.id, col(Membership.left_at).is_(None))
    names = session.exec(here.where(col(Person.id).in_(there)).order_by(col(Person.name))).all()
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        f"In {into.name} too, as before: {', '.join(names[:MOST_NAMED])}{more}. I take nobody out of a team by myself. "
        f"Whoever isn't to be there any more stands in the collaborative file under {into.name} with left and a day."
    )


def did(session: Session, team: Team, now: datetime) -> str:
    """What a team did while it was here, in numbers that are worth a thank-you."""
    rows = select(WeeklyActs.kind, func.sum(WeeklyActs.done)).where(
        WeeklyActs.team_id == team.id, col(WeeklyActs.kind).not_in(NOT_THEIRS)
    )  # fmt: skip
    done: dict[str, int] = dict([*session.exec(rows.group_by(col(WeeklyActs.kind)))])
    counts = {noun: sum(done.get(kind, 0) for kind in kinds) for noun, kinds in DONE.items()}
    counts[MONTHS] = sum(ending_facts.of_team(session, team, now).months)  # as Who completes counts them
    return ", ".join(f"{noun}: {count}" for noun, count in counts.items() if count)


def window(session: Session, actor: Actor, team: Team, now: datetime) -> Values:
    """How one team stands, by the rules of leaving and completing, and what may be done about it."""
    ending, may = endings.standing(session, team), _rights(actor, team)
    rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))
    facts = None if ending else ending_facts.of_team(session, team, now)
    talk = exit_talks.of(session, ending.id) if ending else None
    return {
        "team": team,
        "gone": team.status in GONE,
        "ending": ending,
        "stands": _stands(session, team, ending),
        "rules": _rules(facts, rules) if facts else [],
        "before": [_before(session, one) for one in endings.of_team(session, team) if one.back_on],
        "talk": talk_lines(session, talk) if talk and may["talks"] else [],
        "talk_row": talk.id if talk and not talk.purged_at else 0,
        **may,
    }


def talk_lines(session: Session, talk: exit_talks.ExitTalk) -> list[tuple[str, str]]:
    """What was said in parting, question by question."""
    head = f"Talked on {times.day(talk.held_on)}{f' with {talk.with_whom}' if talk.with_whom else ''}"
    noted = f"noted by {pdsa_facts.name_of(session, talk.person_id)}"
    said = [(question, getattr(talk, name)) for name, question in exit_talks.QUESTIONS.items()]
    door = [("May we be in touch again?", exit_talks.DOORS[talk.door])] if talk.door in exit_talks.DOORS else []
    return [(head, noted), *((question, words) for question, words in said if words), *door]


def _rights(actor: Actor, team: Team) -> dict[str, bool]:
    acts = {"leaves": "team.leave", "ends": "team.end", "talks": "ending.talk"}
    return {name: actor.may(act, collaborative=team.collaborative_id, team=team) for name, act in acts.items()}


def _rules(facts: Closing, rules: Rules) -> list[tuple[str, str]]:
    """How far the team is by each rule."""
    ways = {"Completed": ending_rules.completed(facts, rules), "Lapsed": ending_rules.lapsed(facts, rules)}
    return [(f"{name}, by the rule", told(checks)) for name, checks in ways.items()]


def _stands(session: Session, team: Team, ending: Ending | None) -> str:
    if ending is None:
        return "The team is at work." if team.status not in GONE else "The team isn't at work any more."
    by = f", noted by {pdsa_facts.name_of(session, ending.by_id)}" if ending.by_id else ""
    into = f" Its people go on in {session.get_one(Team, ending.into_id).name}." if ending.into_id else ""
    why = "" if ending.how == COMPLETED else f" Why: {sentence(endings.in_words(ending))}"
    return f"{team.name} {ENDED[ending.how]} on {times.day(ending.day)}{by}.{why}{into}"


def _before(session: Session, ending: Ending) -> str:
    return f"It {ENDED[ending.how]} on {times.day(ending.day)} before. {_back(session, ending)}"


def _back(session: Session, ending: Ending) -> str:
    if ending.back_on is None:
        return ""
    by = f", taken in by {pdsa_facts.name_of(session, ending.back_by)}" if ending.back_by else ""
    return f"Back since {times.day(ending.back_on)}{by}."


def told(checks: Iterable[Check]) -> str:
    """A rule part by part."""
    return "\n".join(f"{'Holds' if one.holds else 'Still open'}: {one.words}" for one in checks)


def _say(session: Session, team: Team, ending: Ending, now: datetime) -> None:
    here = select(Channel.id).where(Channel.collaborative_id == team.collaborative_id, Channel.purpose == "faculty")
    if channel := session.exec(here).first():
        outbox.say(
            session, "endings/card", key=key(ending), to=f"channel:{channel}", now=now, ending=ending.id or 0
        )  # fmt: skip


def _hush(session: Session, team: Team) -> None:
    """What the clock has for the team, and for whoever of it takes part nowhere else, isn't said any more."""
    people = select(Membership.person_id).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    elsewhere = select(Membership.person_id).outerjoin(Team, col(Team.id) == Membership.team_id).where(
        col(Membership.left_at).is_(None), col(Membership.team_id).is_(None) | col(Team.status).not_in(GONE)
    )  # fmt: skip
    alone = {*session.exec(people)} - {*session.exec(elsewhere)}
    to = [f"team:{team.id}", *(f"person:{person}" for person in sorted(alone))]
    waiting = select(Letter).where(Letter.state == outbox.PENDING, col(Letter.clock), col(Letter.to).in_(to))
    for letter in session.exec(waiting).all():
        if outbox.waits(letter):
            outbox.forget(session, letter)
