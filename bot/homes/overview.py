"""The first tab of Home: one's own teams, what needs a coordinator, and for the staff how teams go on."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import access, own_time, times
from bot.access import Actor
from bot.cards import attendance_words, measure_words
from bot.domain import (
    checkin_facts,
    engagement,
    engagement_facts,
    engagement_scope,
    pdsa,
    pdsa_facts,
    poll_facts,
    rsvp_facts,
    score_asks,
    score_periods,
    scores,
    seeds,
    shoutout_facts,
    team_facts,
)
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import AT_REST
from bot.domain.engagement import CALLED
from bot.domain.teams import GONE, Team
from bot.homes import letters, looking_after
from bot.kit import Kit

Values = dict[str, Any]
MOST = 20  # lines of one kind in one block
MOST_CYCLES = 5  # of each team; Our cycles has the others
LINES = ("standing", "checkin", "numbers", "thanks", "score")  # of a team, each one block where there is one
FEW_TEAMS = 2  # with room for more than one poll of each
MOST_TEAMS, MOST_STEERED, MOST_LETTERS = 4, 3, 4  # each takes blocks of its own
NEED = ("", AT_REST, *CALLED.values())  # of a team that isn't theirs, and how theirs stand; rising
SCREEN = 100  # blocks that Slack takes in one view


def gather(session: Session, actor: Actor, kit: Kit, *, tabs: int) -> Values:
    """Everything it prints; above it stand so many blocks with `tabs`."""
    own = [_own(session, actor, session.get_one(Team, row), kit) for row in actor.team_ids[:MOST_TEAMS]]
    if len(own) > FEW_TEAMS:  # whoever answers for so many has one poll of each at a time
        own = [{**one, "polls": one["polls"][:1]} for one in own]
    found = (session.get(Collaborative, row) for row in actor.collaborative_ids)
    steered = [one for one in found if one and actor.may("letters.see", collaborative=one.id or 0)]
    thanking = _thanking(session, actor)
    needing = [_steering(session, one, kit.now()) for one in steered[:MOST_STEERED]]
    room = room_beside(own, needing) - max(len(thanking) - 1, 0) - tabs
    joining = _joining(session, actor, kit.now())[: max(room, 0)]
    return {
        "teams": own,
        "steered": needing,
        "joining": joining,
        "manages": 0 if steered else _managed(session, actor),
        "thanking": thanking,
        "mine": own_time.gather(session, actor.id, kit.settings.quiet_hours, kit.now()),
        **listed(_readable(session, actor, kit.now()), room=room - len(joining), most=MOST),
    }


def nothing() -> Values:
    """The same where another tab is open."""
    nowhere: Values = {name: [] for name in ("teams", "steered", "staffed", "thanking", "joining")}
    return {**nowhere, "more_teams": 0, "manages": 0, "mine": {"asked": "", "away": False, "off": ""}}


def all_teams(session: Session, actor: Actor, now: datetime) -> Values:
    """Every team they may read as one of the staff, as far as a window has room; raises Refused for others."""
    if not access.collaboratives_of(session, actor, "teams.see"):
        actor.must("teams.see", collaborative=actor.collaborative_ids[0])
    return listed(_readable(session, actor, now), room=SCREEN, most=SCREEN)


def pause(actor: Actor, team: Team) -> str:
    """The button about a pause that they may press for this team now: begin it, or end it; empty where neither."""
    if team.status in GONE or not actor.may("team.pause", collaborative=team.collaborative_id, team=team):
        return ""
    return "pause.over" if team.status == "paused" else "pause.open"


def room_beside(teams: list[Values], steered: list[Values]) -> int:
    """How many blocks a screen has left beside a greeting, one's settings, two rows of buttons, and what these take."""
    own = sum(
        2
        + sum(bool(entry[name]) for name in LINES)
        + len(entry["polls"])
        + 2 * bool(entry["call"] or entry["here"])
        + max(len(entry["cycles"]), 1)
        for entry in teams
    )
    return SCREEN - 4 - own - sum(6 + len(one["parked"]) for one in steered)


def listed(staffed: list[Values], *, room: int, most: int) -> Values:
    """At most so many teams of each collaborative, all of them in so many blocks, and how many there are beyond."""
    rows = min(most, room // max(len(staffed), 1) - 2)  # a heading, and a line for those beyond
    beyond = sum(max(len(one["lines"]) - max(rows, 0), 0) for one in staffed)
    cut = [{**one, "lines": one["lines"][:rows], "more": max(len(one["lines"]) - rows, 0)} for one in staffed]
    return {"staffed": cut if rows > 0 else [], "more_teams": beyond}


def _own(session: Session, actor: Actor, team: Team, kit: Kit) -> Values:
    """What one team has there; of one that has left nothing but its record."""
    if team.has_left:
        nothing = dict.fromkeys(("checkin", "numbers", "call", "here", "pause", "thanks", "score"))
        return {"team": team, "cycles": [], "polls": [], "standing": team_facts.standing(team), **nothing}
    return {
        "team": team,
        "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0, MOST_CYCLES)),
        "checkin": checkin_facts.line(session, team, kit.now(), reader=actor.id),
        "numbers": measure_words.stands(session, team, times.local_day(kit.now(), team.timezone)),
        "call": rsvp_facts.next_call(session, team, kit.now()),
        "polls": poll_facts.of_team(session, team, kit.now()),
        "here": attendance_words.on_now(session, team, kit.now()),
        "pause": pause(actor, team),
        "standing": team_facts.standing(team),
        "thanks": shoutout_facts.lately(session, team, kit.now()),
        "score": _score(session, team, kit.now()),
    }


def _score(session: Session, team: Team, now: datetime) -> Values | None:
    """The score that the team is asked for by now and hasn't given; None where there is none."""
    today = times.local_day(now, team.timezone)
    here = session.get_one(Collaborative, team.collaborative_id)
    turn = scores.current(session, here, [team.id], today).get(team.id or 0)
    if turn is None or not turn.opens <= today < turn.closes or score_asks.is_answered(session, turn.id or 0):
        return None
    return {"turn": turn.id, "period": score_periods.called(turn.period)}


def _managed(session: Session, actor: Actor) -> int:
    """The collaborative whose measures they look after; 0 where there is none."""
    return next((one.id or 0 for one in access.collaboratives_of(session, actor, "measures.manage")), 0)


def _joining(session: Session, actor: Actor, now: datetime) -> list[Values]:
    """The polls that wait for their answer as one of the staff, each with the zone of its collaborative."""
    of_teams = {place.collaborative_id for place in actor.places if place.team_id}
    staffed = [one for one in access.collaboratives_of(session, actor, "teams.see") if one.id not in of_teams]
    return [
        {**poll, "zone": one.timezone}
        for one in staffed[:MOST_STEERED]
        for poll in poll_facts.of_staff(session, one.id or 0, actor.id, now)
    ]


def _thanking(session: Session, actor: Actor) -> list[Values]:
    """Where they can give shout-outs."""
    places = access.collaboratives_of(session, actor, "shoutout.give")
    return [{"id": one.id, "name": one.name} for one in places if one.launched_at][:MOST_STEERED]


def _readable(session: Session, actor: Actor, now: datetime) -> list[Values]:
    """The collaboratives whose staff they are on, each with those of its teams that they may read, their own first."""
    staffed = access.collaboratives_of(session, actor, "teams.see")
    lines = team_facts.at_a_glance(session, [one.id or 0 for one in staffed]) if staffed else []
    readable = [
        line
        for line in lines
        if actor.may("cycle.read", collaborative=line["team"].collaborative_id, team=line["team"])
    ]
    levels = _levels(session, actor, [line["team"] for line in readable], now)
    told = [{**line, "level": levels.get(line["team"].id or 0, "")} for line in readable]
    told.sort(key=lambda line: -NEED.index(line["level"]))
    theirs = [(one.name, [line for line in told if line["team"].collaborative_id == one.id]) for one in staffed]
    return [
        {"name": name, "lines": lines, "yours": looking_after.counts([one["level"] for one in lines if one["level"]])}
        for name, lines in theirs
        if lines
    ]


def _levels(session: Session, actor: Actor, teams: list[Team], now: datetime) -> dict[int, str]:
    """How the teams stand that they look after themselves."""
    whose = {actor.id, *actor.covers}
    own = [team for team in teams if team.coach_id in whose and team.status not in GONE]
    here = {team.id: engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id)) for team in own}
    return {
        row: AT_REST if facts.at_rest else CALLED[engagement.judged(facts, here[row]).level]
        for row, facts in engagement_facts.of_teams(session, own, now).items()
    }


def _steering(session: Session, collaborative: Collaborative, now: datetime) -> Values:
    stuck = letters.parked(session, collaborative)
    return {
        **team_facts.progress(session, collaborative),
        "ended": team_facts.ended(collaborative, now),
        "seeds": seeds.is_on(session, collaborative),
        "parked": [letters.not_delivered(session, letter) for letter in stuck[:MOST_LETTERS]],
        "more_parked": max(len(stuck) - MOST_LETTERS, 0),
    }
