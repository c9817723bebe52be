"""A check-in, a question or an answer to one: its words go from the record and from everywhere they were said."""

from sqlmodel import Session

from bot import access, drafts, outbox
from bot.access import Actor
from bot.cards import checkin_cards, question_cards, reply_cards
from bot.domain import checkins, questions, replies
from bot.domain.checkins import CheckIn
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.reporting import receipts, sponsors


def remove_check_in(session: Session, actor: Actor, check_in: CheckIn | None, kit: Kit) -> int:
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
    sponsors.silence_copies(session, f"checkin:{check_in.id}", kit)
    drafts.discard_about(session, f"checkin:{check_in.id}")
    outbox.recall(session, checkin_cards.key(check_in), kit.now())
    checkin_cards.show(session, check_in, kit.now())
    about = {"team": check_in.team_id, "checkin": check_in.id or 0}
    return receipts.write(
        session, actor, f"checkin:{check_in.id}", checkins.writer(told), team.collaborative_id, about, kit
    )


def remove_question(session: Session, actor: Actor, asked: Question | None, kit: Kit) -> int:
    """It goes with every answer to it."""
    if asked is None:
        raise Gone("This question isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=asked.collaborative_id)
    if asked.purged_at:
        raise BotError("This question has already been taken down.")
    _silence(session, asked, kit)
    place = {"team": question_cards.whose(asked), "place": asked.collaborative_id}
    about = {**place, "question": asked.id or 0}
    return receipts.write(session, actor, f"question:{asked.id}", asked.person_id, asked.collaborative_id, about, kit)


def remove_reply(session: Session, actor: Actor, reply: Reply | None, kit: Kit) -> int:
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
    return receipts.write(session, actor, f"reply:{reply.id}", reply.person_id, asked.collaborative_id, about, kit)


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
