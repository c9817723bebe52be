"""What a person's Home shows: their teams' open cycles, what needs a coordinator, and for the staff how teams go on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, outbox, own_time, times
from bot.access import Actor
from bot.cards import attendance_words, measure_words
from bot.domain import (
    checkin_facts,
    pdsa,
    pdsa_facts,
    people,
    poll_facts,
    rsvp_facts,
    seeds,
    shoutout_facts,
    team_facts,
)
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
MOST = 20  # lines of one kind in one block
MOST_CYCLES = 7  # of each team; Our cycles has the others
LINES = ("standing", "checkin", "numbers", "thanks", "poll")  # of a team, each one block where there is one
MOST_TEAMS, MOST_STEERED, MOST_LETTERS = 4, 3, 4  # each takes blocks of its own
SCREEN = 100  # blocks that Slack takes in one view
KINDS = {
    "pdsa/card": "The card of a cycle",
    "asks/day": "The question",
    "scores/due": "Word to whoever scores teams",
    "alerts/card": "An alert about a team",
    "alerts/coach": "An alert to whoever looks after a team",
    "alerts/monday": "Monday's alerts",
    "alerts/all_quiet": "Word that all teams are quiet",
    "alerts/asked": "The question how it goes, in a faculty member's name",
    "callsheets/agreed": "A next test, in a coach's name",
    "covers/named": "Word of whose teams somebody looks after",
    "charts/one": "A run chart somebody asked for",
    "charts/replaced": "A run chart somebody asked for",
    "charts/page": "The run charts somebody asked for",
    "pooled/chart": "A run chart of all teams somebody asked for",
    "moments/told": "What somebody saw in a chart",
    "ideas/card": "The card of an idea",
    "ideas/stolen": "Word that a team took an idea",
    "ideas/ended": "Word of what became of an idea",
    "ideas/permission": "The question whether a message may be shared",
    "ideas/answered": "The answer whether a message may be shared",
    "ideas/picture": "A picture of an idea's spread somebody asked for",
    "broadcasts/copy": "A broadcast",
    "broadcasts/trial": "The test of a broadcast",
    "broadcasts/progress": "Word of how a broadcast goes",
    "broadcasts/left": "Word of a broadcast that waits",
    "checkins/card": "The check-in card",
    "checkins/coach": "Word to the coach from a check-in",
    "endings/card": "Word that a team's time is over",
    "endings/thanks": "The thanks to a team whose time is over",
    "endings/back": "The welcome of a team that is back",
    "retention/curve": "The curve of who is still with us",
    "minutes/recap": "The recap of a call",
    "minutes/promised": "What a team said at a call that it will do",
    "minutes/missed": "What a team missed at a call",
    "attendance/proposed": "The answer to a list of participants",
    "preparations/card": "A team's checklist for a session",
    "readiness/note": "A coordinator's message about a call",
    "measures/month": "The answer to a team's numbers",
    "measures/look": "A question about a team's numbers",
    "measures/thanks": "The thanks for the month's numbers",
    "questions/faculty": "A team's question to faculty",
    "questions/peers": "A team's question to its peers",
    "questions/seed": "A question of mine to all teams",
    "questions/yours": "A team's question to faculty",
    "questions/passed": "Word of who has a question to faculty now",
    "questions/asked": "How a question stands",
    "questions/answered": "The answer to a question",
    "questions/again": "The follow-up of a team's question",
    "calls/card": "The card of a call or session",
    "calls/reminder": "The reminder of a call or session",
    "presenting/turn": "Word that it is a team's turn at a call",
    "calls/named": "Word that somebody is to come to a call",
    "calls/declined": "Word that somebody who was named for a call can't come",
    "polls/card": "The card of a poll for a time",
    "polls/result": "What came of a poll for a time",
    "replies/post": "An answer to a team's question",
    "replies/told": "An answer to a team's question",
    "replies/thanks": "Word that an answer helped",
    "replies/kept": "The answer that helped a team",
    "events/changed": "Word of a date that changed",
    "events/edited": "Word of what is new about a call",
    "events/calendar": "The calendar",
    "sheets/card": "The answer to a file",
    "shoutouts/card": "A shout-out",
    "shoutouts/told": "Word of a shout-out",
    "shoutouts/given": "The confirmation of a shout-out",
    "shoutouts/hidden": "Word of a shout-out that was hidden",
    "weekly/post": "The weekly post",
    "teams/card": "The team card",
    "late/skipped": "Word of what came too late",
    "people/welcome": "The welcome",
    "channels/progress": "The progress of the channels",
    "help/allteach": "The help",
    **dict.fromkeys(("words/offer", "words/guarded"), "The answer to plain words"),
    **dict.fromkeys(("privacy/author", "privacy/coordinator"), "Word that patient details were taken down"),
    "home/view": "The Home",
}
TO_WHOEVER_ASKED = ("questions/asked", "questions/answered", "replies/told")  # their team may not want to be named


def gather(session: Session, actor: Actor, kit: Kit) -> Values:
    """Everything the Home view and its window print."""
    teams = [session.get_one(Team, team_id) for team_id in actor.team_ids]
    found = (session.get(Collaborative, row) for row in actor.collaborative_ids)
    steered = [one for one in found if one and actor.may("letters.see", collaborative=one.id or 0)]
    own = [
        {
            "team": team,
            "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0, MOST_CYCLES)),
            "checkin": checkin_facts.line(session, team, kit.now(), reader=actor.id),
            "numbers": measure_words.stands(session, team, times.local_day(kit.now(), team.timezone)),
            "call": rsvp_facts.next_call(session, team, kit.now()) if team.status not in GONE else None,
            "poll": poll_facts.of_team(session, team, kit.now()),
            "here": attendance_words.on_now(session, team, kit.now()),
            "pause": pause(actor, team),
            "standing": team_facts.standing(team),
            "thanks": shoutout_facts.lately(session, team, kit.now()),
        }
        for team in teams[:MOST_TEAMS]
    ]
    thanking = _thanking(session, actor)
    needing = [_steering(session, one, kit.now()) for one in steered[:MOST_STEERED]]
    return {
        "outside": "",
        "name": people.first_name(actor.name),
        "teams": own,
        "steered": needing,
        "manages": 0 if steered else _managed(session, actor),
        "thanking": thanking,
        "mine": own_time.gather(session, actor.id, kit.settings.quiet_hours, kit.now()),
        **listed(_readable(session, actor), room=room_beside(own, needing) - max(len(thanking) - 1, 0), most=MOST),
    }


def all_teams(session: Session, actor: Actor) -> Values:
    """Every team they may read as one of the staff, as far as a window has room; raises Refused for others."""
    if not access.collaboratives_of(session, actor, "teams.see"):
        actor.must("teams.see", collaborative=actor.collaborative_ids[0])
    return listed(_readable(session, actor), room=SCREEN, most=SCREEN)


def of_person(session: Session, person_id: int, kit: Kit) -> Values:
    """The same for a person's row; somebody who left sees nothing of the teams any more."""
    actor = access.of_person(session, person_id)
    return gather(session, actor, kit) if actor else outside(access.LEFT)


def pause(actor: Actor, team: Team) -> str:
    """The button about a pause that they may press for this team now: begin it, or end it; empty where neither."""
    if team.status in GONE or not actor.may("team.pause", collaborative=team.collaborative_id, team=team):
        return ""
    return "pause.over" if team.status == "paused" else "pause.open"


def people_of(session: Session, team: Team) -> list[int]:
    """Everybody whose Home shows this team as theirs."""
    here = select(Membership.person_id).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    return sorted(session.exec(here))


def outside(sentence: str) -> Values:
    """What stands there for somebody who isn't in a collaborative: nothing but the way in."""
    nothing: Values = {name: [] for name in ("teams", "steered", "staffed", "thanking")}
    nothing |= {"name": "", "more_teams": 0, "manages": 0}
    return {"outside": sentence, **nothing, "mine": {"asked": "", "away": False, "off": ""}}


def refresh(session: Session, whose: list[int], now: datetime) -> None:
    """Bring the Homes of these people up to date, where they were ever looked at."""
    outbox.say_again(session, *(f"home:{person}" for person in whose), now=now)


def parked(session: Session, collaborative: Collaborative) -> list[Letter]:
    """The letters of this collaborative that a person has to see to."""
    ours = set(_addresses(session, collaborative))
    return [letter for letter in outbox.parked(session) if letter.to in ours]


def room_beside(teams: list[Values], steered: list[Values]) -> int:
    """How many blocks a screen has left beside a greeting, one's settings, two rows of buttons, and what these take."""
    own = sum(
        2
        + sum(bool(entry[name]) for name in LINES)
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


def _managed(session: Session, actor: Actor) -> int:
    """The collaborative whose measures they look after; 0 where there is none."""
    return next((one.id or 0 for one in access.collaboratives_of(session, actor, "measures.manage")), 0)


def _thanking(session: Session, actor: Actor) -> list[Values]:
    """Where they can give shout-outs."""
    places = access.collaboratives_of(session, actor, "shoutout.give")
    return [{"id": one.id, "name": one.name} for one in places if one.launched_at][:MOST_STEERED]


def _readable(session: Session, actor: Actor) -> list[Values]:
    """The collaboratives whose staff they are on, each with those of its teams that they may read."""
    staffed = access.collaboratives_of(session, actor, "teams.see")
    lines = team_facts.at_a_glance(session, [one.id or 0 for one in staffed]) if staffed else []
    readable = [
        line
        for line in lines
        if actor.may("cycle.read", collaborative=line["team"].collaborative_id, team=line["team"])
    ]
    theirs = [
        {"name": one.name, "lines": [line for line in readable if line["team"].collaborative_id == one.id]}
        for one in staffed
    ]
    return [one for one in theirs if one["lines"]]


def _steering(session: Session, collaborative: Collaborative, now: datetime) -> Values:
    stuck = parked(session, collaborative)
    return {
        **team_facts.progress(session, collaborative),
        "ended": team_facts.ended(collaborative, now),
        "seeds": seeds.is_on(session, collaborative),
        "parked": [_parked(session, letter) for letter in stuck[:MOST_LETTERS]],
        "more_parked": max(len(stuck) - MOST_LETTERS, 0),
    }


def _parked(session: Session, letter: Letter) -> Values:
    return {
        "id": letter.id,
        "problem": letter.problem,
        "what": KINDS[letter.message],
        "to": "whoever asked" if letter.message in TO_WHOEVER_ASKED else team_facts.whom(session, letter.to),
    }


def _addresses(session: Session, collaborative: Collaborative) -> Iterator[str]:
    """Everywhere this collaborative's letters go."""
    for channel in session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id)):
        yield f"channel:{channel.id}"
        yield f"team:{channel.team_id}"
    here = select(Membership.person_id).where(Membership.collaborative_id == collaborative.id)
    for person in session.exec(here.distinct()):
        yield f"person:{person}"
        yield f"home:{person}"
