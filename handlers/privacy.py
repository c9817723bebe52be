"""Report patient details: our copy and its card are taken down at once, for good, and people are told what Slack still holds."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, audit, drafts, inbox, outbox
from bot.access import Actor
from bot.domain import pdsa
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership
from bot.domain.seats import COORDINATING
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
NOT_OURS = (
    "That message isn't Allteach's, and we hold no copy of it: message text is only kept when somebody puts it in a form. "
    "Please ask its author to delete it in Slack, and tell a coordinator if they can't."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("privacy.report")(report_cycle)
    app.shortcut("privacy.report_message")(report_message)


def report_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a cycle's card."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report", kit.now())
        actor = access.actor(session, body)
        receipt = _take_down(session, actor, int(body["actions"][0]["value"]), kit)
    ack()
    answers.tell(kit, body, _receipt(receipt))


def report_message(ack: Ack, body: Body, kit: Kit) -> None:
    """The shortcut on any message: one of ours about a cycle is taken down, for others the way on is told."""
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        letter = outbox.found(
            session, str(body["channel"]["id"]), str(body["message"].get("ts") or body.get("message_ts"))
        )
        cycle = letter.about.get("cycle") if letter else None
        receipt = _take_down(session, actor, cycle, kit) if cycle else None
        if receipt is None:
            _tell_coordinators(session, actor, None, audit.note(
                session, "privacy.reported_elsewhere", by=actor.id, subject="message", now=kit.now()
            ), kit)  # fmt: skip
    ack()
    answers.tell(kit, body, _receipt(receipt) if receipt else NOT_OURS)


def _take_down(session: Session, actor: Actor, cycle_id: int, kit: Kit) -> int:
    """Purge the words, their history, drafts and letters; returns the receipt's number."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None:
        raise Gone("This cycle isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=cycle.collaborative_id)
    if cycle.purged_at:
        raise BotError(f"Cycle {cycle.number} has already been taken down.")
    now = kit.now()
    pdsa.purge(session, cycle, now)
    drafts.discard_about(session, f"cycle:{cycle.id}")
    drafts.discard_about(session, f"after:{cycle.id}")
    outbox.recall(session, f"pdsa:{cycle.id}", now)
    outbox.say_again(session, f"team:{cycle.team_id}", now)
    line = audit.note(session, "privacy.purged", by=actor.id, subject=f"cycle:{cycle.id}", now=now)
    session.flush()
    outbox.say(
        session, "privacy/author", key=f"purged:{line.id}:author", to=f"person:{cycle.owner_id}", now=now,
        cycle=cycle.id or 0, receipt=line.id or 0,
    )  # fmt: skip
    _tell_coordinators(session, actor, cycle, line, kit)
    return line.id or 0


def _tell_coordinators(session: Session, actor: Actor, cycle: Cycle | None, line: audit.Audit, kit: Kit) -> None:
    session.flush()
    where = cycle.collaborative_id if cycle else actor.collaborative_ids[0]
    staff = select(Membership).where(
        Membership.collaborative_id == where, col(Membership.team_id).is_(None), col(Membership.left_at).is_(None)
    )
    for membership in session.exec(staff.order_by(col(Membership.id))):
        if COORDINATING & set(membership.roles):
            outbox.say(
                session, "privacy/coordinator", key=f"purged:{line.id}:coordinator:{membership.person_id}",
                to=f"person:{membership.person_id}", now=kit.now(), cycle=cycle.id or 0 if cycle else 0, receipt=line.id or 0,
                person=actor.id,
            )  # fmt: skip


def _receipt(number: int) -> str:
    return (
        f"Thank you. Receipt {number}: our copy of the words, their history, drafts and unsent messages are removed for good, and the "
        "card is being deleted. The author and a coordinator are told. Slack itself may still hold older versions in its own exports."
    )
