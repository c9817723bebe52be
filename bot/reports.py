"""What may be a patient's details was reported: the words are taken down, and people are told."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session, SQLModel

from bot.access import Actor
from bot.domain.adaptations import Adaptation
from bot.domain.alerts import Alert
from bot.domain.arrivals import Arrival
from bot.domain.broadcasts import Broadcast
from bot.domain.callsheets import CallSheet
from bot.domain.checkins import CheckIn
from bot.domain.endings import Ending
from bot.domain.events import Event, EventChange
from bot.domain.exit_talks import ExitTalk
from bot.domain.ideas import Idea
from bot.domain.minutes import Minutes
from bot.domain.moments import Moment
from bot.domain.notes import Note
from bot.domain.polls import Poll
from bot.domain.preparations import Task
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.scores import Score
from bot.domain.shoutouts import Shoutout
from bot.domain.sponsors import OnePager
from bot.domain.submissions import Submission
from bot.kit import Kit
from bot.reporting import (
    afterwards,
    answers,
    broadcasts,
    dates,
    endings,
    ideas,
    notes,
    numbers,
    polls,
    scores,
    sponsors,
    thanks,
)

MESSAGES = (
    "alerts/card",
    "alerts/coach",
    "callsheets/agreed",
    "broadcasts/copy",
    "broadcasts/trial",
    "broadcasts/progress",
    "broadcasts/left",
    "calls/card",
    "calls/named",
    "calls/reminder",
    "presenting/turn",
    "checkins/card",
    "checkins/coach",
    "endings/card",
    "questions/faculty",
    "questions/peers",
    "questions/yours",
    "questions/passed",
    "questions/asked",
    "questions/answered",
    "questions/again",
    "questions/seed",
    "replies/post",
    "replies/told",
    "replies/thanks",
    "replies/kept",
    "events/changed",
    "measures/month",
    "minutes/recap",
    "minutes/promised",
    "minutes/missed",
    "preparations/card",
    "readiness/note",
    "moments/told",
    "strata/chart",
    "ideas/card",
    "ideas/stolen",
    "ideas/picture",
    "polls/card",
    "polls/result",
    "shoutouts/card",
    "shoutouts/told",
    "shoutouts/given",
    "sponsors/own",
    "sponsors/ask",
    "sponsors/text",
    "sponsors/answered",
)  # that show what somebody told in a check-in, asked, wrote about a date or to several teams, or thanked for
WITHOUT = "the messages are being shown without them"
REPEATS = (
    "That message repeats what cycles say. Please open the cycle that has the words, and press Report patient details "
    "there: then they go from here too."
)
REPEATS_THE_WEEK = (
    "That message repeats what ideas and shout-outs say. Please press Shout-outs below it, or open the card of "
    "the idea, and press Report patient details there: then the words go from here too."
)
REPEATS_IDEAS = (
    "That message repeats titles of ideas. Please open the card of the idea, and press Report patient details there: "
    "then the words go from here too."
)
REPEATS_NUMBERS = (
    "That message draws what stands elsewhere. Names of groups: press Each group on a chart, and there Report patient "
    "details. Words beside a month's numbers: on the message of that month. A test: on its own card. Then they go from "
    "here too."
)
REPEATS_THE_MONTH = (
    "That message repeats what stands elsewhere. A test: on its own card. What your senior leader is asked for: press "
    "Report patient details below this message, or on the page. Then it goes from here too."
)
REPEATING = {
    "team_reports/month": REPEATS_THE_MONTH,
    "weekly/post": REPEATS_THE_WEEK,
    "digest/post": REPEATS_IDEAS,
    "charts/one": REPEATS_NUMBERS,
    "charts/page": REPEATS_NUMBERS,
    "pooled/chart": REPEATS_NUMBERS,
}
IN_CALENDARS = (
    f"{WITHOUT}. Newer calendar files come in their place; those sent before keep the title: please have them deleted "
    "where they stand"
)
GROUPS = "the charts and tables are being shown without them; the counts stay"
SHOWN = {
    "alert": WITHOUT,
    "ending": "the card is shown without them",
    "exit_talk": "the window is shown without them",
    "arrival": "the window is shown without them",
    "callsheet": "what was offered to the team is being deleted",
    "change": WITHOUT,
    "event": IN_CALENDARS,
    "poll": WITHOUT,
    "submission": WITHOUT,
    "stratum": GROUPS,
    "score": "the score stays",
    "adaptation": "the idea is shown without them",
}
TakeDown = Callable[[Session, Actor, Any, Kit], int]
# what a message is about, the most telling first, since some are about several → its row, and how that is taken down
NOUNS: Mapping[str, tuple[type[SQLModel], TakeDown]] = {
    "poll": (Poll, polls.remove_title),
    "onepager": (OnePager, sponsors.remove_page),
    "minutes": (Minutes, afterwards.remove_minutes),
    "note": (Note, afterwards.remove_note),
    "task": (Task, afterwards.remove_tasks),
    "alert": (Alert, notes.remove_words),
    "ending": (Ending, endings.remove_words),
    "exit_talk": (ExitTalk, endings.remove_talk),
    "callsheet": (CallSheet, notes.remove_sheet),
    "score": (Score, scores.remove_words),
    "broadcast": (Broadcast, broadcasts.remove_broadcast),
    "event": (Event, dates.remove_title),
    "change": (EventChange, dates.remove_words),
    "arrival": (Arrival, dates.remove_needs),
    "submission": (Submission, numbers.remove_words),
    "adaptation": (Adaptation, ideas.remove_adaptation),
    "moment": (Moment, numbers.remove_moment),
    "idea": (Idea, ideas.remove_idea),
    "shoutout": (Shoutout, thanks.remove_shoutout),
    "reply": (Reply, answers.remove_reply),
    "question": (Question, answers.remove_question),
    "checkin": (CheckIn, answers.remove_check_in),
}


def take_down(session: Session, actor: Actor, about: Mapping[str, int], kit: Kit) -> int:
    """Purge the words that something is about; returns the receipt's number."""
    if "stratum" in about:
        return numbers.remove_groups(session, actor, about, kit)
    noun = next(noun for noun in NOUNS if noun in about)
    row, down = NOUNS[noun]
    return down(session, actor, session.get(row, about[noun]), kit)


def receipt(number: int, about: Mapping[str, int] | None = None) -> str:
    """What whoever reported is told."""
    shown = next((SHOWN[noun] for noun in about or () if noun in SHOWN), "the card is being deleted")
    return (
        f"Thank you. Receipt {number}: our copy of the words, their history, drafts and unsent messages are removed "
        f"for good, and {shown}. The author and a coordinator are told. "
        "Slack itself may still hold older versions in its own exports."
    )
