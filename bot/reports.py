"""What may be a patient's details was reported: the words are taken down, and people are told."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from bot import access, audit, drafts, outbox, store
from bot.access import Actor
from bot.audit import Audit
from bot.cards import (
    checkin_cards,
    event_audience,
    idea_cards,
    moment_cards,
    question_cards,
    reply_cards,
    shoutout_cards,
    team_charts,
)
from bot.domain import (
    adaptations,
    checkins,
    idea_edits,
    ideas,
    moments,
    point_words,
    questions,
    replies,
    seats,
    shoutouts,
)
from bot.domain.adaptations import Adaptation
from bot.domain.checkins import CheckIn
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange
from bot.domain.ideas import Idea
from bot.domain.measures import Measure
from bot.domain.moments import Moment
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.shoutouts import Shoutout
from bot.domain.submissions import Submission
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.outbox import Letter

MESSAGES = (
    "calls/card",
    "checkins/card",
    "checkins/coach",
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
    "moments/told",
    "ideas/card",
    "ideas/stolen",
    "ideas/picture",
    "shoutouts/card",
    "shoutouts/told",
    "shoutouts/given",
)  # that show what somebody told in a check-in, asked, wrote about a date that changed, or thanked for

WITHOUT = "the messages are being shown without them"
SHOWN = {"change": WITHOUT, "event": WITHOUT, "submission": WITHOUT, "adaptation": "the idea is shown without them"}


def take_down(session: Session, actor: Actor, about: Mapping[str, int], kit: Kit) -> int:
    """Purge what was told in a check-in, asked, or said of a date or numbers; returns the receipt's number."""
    if "event" in about:
        return _agenda(session, actor, session.get(Event, about["event"]), kit)
    if "change" in about:
        return _date(session, actor, session.get(EventChange, about["change"]), kit)
    if "submission" in about:
        return _numbers(session, actor, session.get(Submission, about["submission"]), kit)
    if "adaptation" in about:
        return _adaptation(session, actor, session.get(Adaptation, about["adaptation"]), kit)
    if "moment" in about:
        return _moment(session, actor, session.get(Moment, about["moment"]), kit)
    if "idea" in about:
        return _idea(session, actor, session.get(Idea, about["idea"]), kit)
    if "shoutout" in about:
        return _shoutout(session, actor, session.get(Shoutout, about["shoutout"]), kit)
    if "reply" in about:
        return _reply(session, actor, session.get(Reply, about["reply"]), kit)
    if "question" in about:
        return _question(session, actor, session.get(Question, about["question"]), kit)
    return _check_in(session, actor, session.get(CheckIn, about["checkin"]), kit)


def tell_coordinators(
    session: Session, actor: Actor, line: Audit, now: datetime, collaborative: int, **about: int
) -> None:
    """Each coordinator hears what was reported; without a cycle or a team it is a message that isn't ours."""
    session.flush()
    for person in seats.coordinators(session, session.get_one(Collaborative, collaborative)):
        outbox.say(
            session, "privacy/coordinator", key=f"purged:{line.id}:coordinator:{person}", to=f"person:{person}",
            now=now, receipt=line.id or 0, person=actor.id, **{"cycle": 0, "team": 0, **about},
        )  # fmt: skip


def receipt(number: int, about: Mapping[str, int] | None = None) -> str:
    """What whoever reported is told."""
    shown = next((SHOWN[noun] for noun in about or () if noun in SHOWN), "the card is being deleted")
    return (
        f"Thank you. Receipt {number}: our copy of the words, their history, drafts and unsent messages are removed "
        f"for good, and {shown}. The author and a coordinator are told. "
        "Slack itself may still hold older versions in its own exports."
    )


def _check_in(session: Session, actor: Actor, check_in: CheckIn | None, kit: Kit) -> int:
    """The team's answer, and what was asked with its words."""
    told = checkins.answer_of(session, check_in.id) if check_in else None
    if check_in is None or told is None:
        raise Gone("This check-in has no words of anybody in it, so there is nothing to take down.")
    team = access.team_of(session, check_in.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    if told.purged_at:
        raise BotError("This check-in has already been taken down.")
    for asked in questions.of_check_in(session, check_in.id):
        _silence(session, asked, kit)
    checkins.purge(session, told, kit.now())
    drafts.discard_about(session, f"checkin:{check_in.id}")
    outbox.recall(session, checkin_cards.key(check_in), kit.now())
    checkin_cards.show(session, check_in, kit.now())
    about = {"team": check_in.team_id, "checkin": check_in.id or 0}
    return _noted(session, actor, f"checkin:{check_in.id}", checkins.writer(told), team.collaborative_id, about, kit)


def _question(session: Session, actor: Actor, asked: Question | None, kit: Kit) -> int:
    if asked is None:
        raise Gone("This question isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=asked.collaborative_id)
    if asked.purged_at:
        raise BotError("This question has already been taken down.")
    _silence(session, asked, kit)
    place = {"team": question_cards.whose(asked), "place": asked.collaborative_id}
    about = {**place, "question": asked.id or 0}
    return _noted(session, actor, f"question:{asked.id}", asked.person_id, asked.collaborative_id, about, kit)


def _reply(session: Session, actor: Actor, reply: Reply | None, kit: Kit) -> int:
    """One answer; the question it belongs to stays."""
    asked = session.get(Question, reply.question_id) if reply else None
    if reply is None or asked is None:
        raise Gone("This answer isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=asked.collaborative_id)
    if reply.purged_at:
        raise BotError("This answer has already been taken down.")
    _silence_reply(session, reply, kit)
    reply_cards.taken_down(session, asked, reply, kit.now())
    place = {"team": reply.team_id or 0, "place": asked.collaborative_id}
    about = {**place, "reply": reply.id or 0, "author": reply.person_id}
    return _noted(session, actor, f"reply:{reply.id}", reply.person_id, asked.collaborative_id, about, kit)


def _date(session: Session, actor: Actor, change: EventChange | None, kit: Kit) -> int:
    """The words about a date go from everywhere they were said; that it changed stays said."""
    if change is None or not change.words:
        raise Gone("There are no words of anybody about this date, so there is nothing to take down.")
    collaborative = session.get_one(Event, change.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    change.words = ""
    session.add(change)
    said = [one.key for one in event_audience.letters(session, change) if not event_audience.is_unsaid(one)]
    outbox.say_again(session, *said, now=kit.now())
    about = {"change": change.id or 0}
    return _noted(session, actor, f"change:{change.id}", change.person_id, collaborative, about, kit)


def _agenda(session: Session, actor: Actor, event: Event | None, kit: Kit) -> int:
    """What a call is about goes from its cards, which stay; coordinators hear that their file still has it."""
    if event is None or not event.agenda:
        raise Gone("There is no agenda here any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=event.collaborative_id)
    event.agenda = ""
    session.add(event)
    store.after_commit(session, kit.store.wipe)
    cards = select(Letter.key).where(col(Letter.key).startswith(f"call:{event.id}:"), Letter.message == "calls/card")
    outbox.say_again(session, *session.exec(cards), now=kit.now())
    line = audit.note(session, "privacy.purged", by=actor.id, subject=f"event:{event.id}", now=kit.now())
    about = {"event": event.id or 0, "place": event.collaborative_id}
    tell_coordinators(session, actor, line, kit.now(), event.collaborative_id, **about)
    return line.id or 0


def _numbers(session: Session, actor: Actor, submission: Submission | None, kit: Kit) -> int:
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
    return _noted(session, actor, subject, author, team.collaborative_id, about, kit)


def _moment(session: Session, actor: Actor, moment: Moment | None, kit: Kit) -> int:
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
    return _noted(session, actor, f"moment:{moment.id}", moment.person_id, measure.collaborative_id, about, kit)


def _idea(session: Session, actor: Actor, idea: Idea | None, kit: Kit) -> int:
    """An idea with its history, what others added to it, and its card; cycles that test it are other teams' words."""
    if idea is None:
        raise Gone("This idea isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=idea.collaborative_id)
    if idea.purged_at:
        raise BotError("This idea has already been taken down.")
    copies = silence_idea(session, idea, kit)
    about = {"team": idea.team_id, "idea": idea.id or 0, "author": idea.person_id, "copies": copies}
    return _noted(session, actor, ideas.subject(idea), idea.person_id, idea.collaborative_id, about, kit)


def silence_idea(session: Session, idea: Idea, kit: Kit) -> int:
    """Its words go from the record and from everywhere they were said; returns how many cycles were begun from it."""
    idea_edits.purge(session, idea, kit.now())
    for subject in (ideas.subject(idea), f"steal:{idea.id}"):
        drafts.discard_about(session, subject)
    return idea_cards.silence(session, idea, kit.now())


def _adaptation(session: Session, actor: Actor, told: Adaptation | None, kit: Kit) -> int:
    """A team's own way of doing an idea; the idea stays."""
    if told is None or not told.words:
        raise Gone("These words aren't in the record any more, so there is nothing left to take down.")
    team = access.team_of(session, told.team_id)
    actor.must("privacy.report", collaborative=team.collaborative_id)
    adaptations.purge(session, told)
    about = {"team": told.team_id, "adaptation": told.id or 0, "author": told.person_id}
    return _noted(session, actor, f"adaptation:{told.id}", told.person_id, team.collaborative_id, about, kit)


def _shoutout(session: Session, actor: Actor, shoutout: Shoutout | None, kit: Kit) -> int:
    """Every copy goes, and the weekly posts are said without it."""
    if shoutout is None:
        raise Gone("This shout-out isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=shoutout.collaborative_id)
    if shoutout.purged_at or not shoutout.words:
        raise BotError("This shout-out has already been taken down.")
    shoutouts.purge(session, shoutout, kit.now())
    shoutout_cards.withdraw(session, shoutout, kit.now())
    about = {"shoutout": shoutout.id or 0, "author": shoutout.person_id, "place": shoutout.collaborative_id}
    about |= {"team": shoutout.team_id} if shoutout.team_id else {}
    return _noted(
        session, actor, shoutouts.subject(shoutout), shoutout.person_id, shoutout.collaborative_id, about, kit
    )


def _silence(session: Session, asked: Question, kit: Kit) -> None:
    """A question's words go from the record and from everywhere they were said."""
    questions.purge(session, asked, kit.now())
    for reply in replies.of(session, asked.id):
        _silence_reply(session, reply, kit)
    drafts.discard_about(session, f"question:{asked.id}")
    outbox.recall(session, question_cards.key(asked), kit.now())


def _silence_reply(session: Session, reply: Reply, kit: Kit) -> None:
    replies.purge(session, reply, kit.now())
    drafts.discard_about(session, f"reply:{reply.id}")


def _noted(
    session: Session,
    actor: Actor,
    subject: str,
    author: int | None,
    collaborative: int,
    about: dict[str, int],
    kit: Kit,
) -> int:
    """The trail has it, and the author and the coordinators hear of it."""
    store.after_commit(session, kit.store.wipe)
    line = audit.note(session, "privacy.purged", by=actor.id, subject=subject, now=kit.now())
    session.flush()
    if author:
        outbox.say(
            session, "privacy/author", key=f"purged:{line.id}:author", to=f"person:{author}", now=kit.now(), cycle=0,
            receipt=line.id or 0, **about,
        )  # fmt: skip
    tell_coordinators(session, actor, line, kit.now(), collaborative, **about)
    return line.id or 0
