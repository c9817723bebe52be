"""What letters are called in lists of them, and those of a collaborative that a person has to see to."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, select

from bot import outbox
from bot.cards import sponsor_words
from bot.domain import team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership
from bot.domain.teams import Channel
from bot.outbox import Letter

Values = dict[str, Any]
KINDS = {
    "pdsa/card": "The card of a cycle",
    "asks/day": "The question",
    "scores/due": "Word to whoever scores teams",
    "alerts/card": "An alert about a team",
    "alerts/coach": "An alert to whoever looks after a team",
    "digest/post": "The weekly digest",
    "digest/grid": "A picture of teams by weeks",
    "alerts/all_quiet": "Word that all teams are quiet",
    "alerts/taken": "Word that somebody else calls a team",
    "alerts/answered": "A team's answer how it goes",
    "alerts/asked": "The question how it goes, in a faculty member's name",
    "callsheets/agreed": "A next test, in a coach's name",
    "covers/named": "Word of whose teams somebody looks after",
    "charts/one": "A run chart somebody asked for",
    "charts/replaced": "A run chart somebody asked for",
    "charts/page": "The run charts somebody asked for",
    "strata/chart": "A run chart by groups somebody asked for",
    "completeness/grid": "A picture of whose numbers are in somebody asked for",
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
    "minutes/promised": "What was noted at a call that a team will do",
    "minutes/missed": "What a team missed at a call",
    "attendance/proposed": "The answer to a list of participants",
    "attendance/uncalled": "Word that a roll wasn't called",
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
    "presenting/swapped": "Word that a team's turn at a call was swapped",
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
    **sponsor_words.KINDS,
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


def parked(session: Session, collaborative: Collaborative) -> list[Letter]:
    """The letters of this collaborative that a person has to see to."""
    ours = set(_addresses(session, collaborative))
    return [letter for letter in outbox.parked(session) if letter.to in ours]


def not_delivered(session: Session, letter: Letter) -> Values:
    """One of them: what it is, for whom, and what stands in its way."""
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
