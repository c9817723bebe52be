"""Finding the collaborative's people in Slack, by e-mail or user id, and keeping their zone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, col, func, or_, select

from bot import outbox
from bot.domain.collaboratives import Workspace
from bot.domain.people import Membership, Person
from bot.kit import Kit
from bot.slack import Declined

log = structlog.get_logger()
A_DAY = timedelta(days=1)


def match_pending(kit: Kit, most: int = 40) -> int:
    """Ask Slack for people it hasn't shown us yet; returns how many were found. Raises Declined when we are too fast."""
    asked_before = datetime.now(UTC) - A_DAY
    with kit.store.reading() as session:
        unasked = or_(col(Person.looked_for_at).is_(None), col(Person.looked_for_at) < asked_before)
        waiting = select(Person).where(col(Person.workspace).is_(None), unasked).order_by(col(Person.id)).limit(most)
        pending = list(session.exec(waiting))
    return sum(_ask_for(kit, person) for person in pending)


def recognize(session: Session, user: Mapping[str, Any], now: datetime) -> Person | None:
    """The person behind a Slack user, matched now if they were pending; None for somebody we don't know.

    `user` is what users.info, team_join and user_change show.
    """
    if user.get("is_bot") or user.get("deleted"):
        return None
    workspace, user_id = str(user.get("team_id")), str(user["id"])
    person = session.exec(select(Person).where(Person.workspace == workspace, Person.slack_user == user_id)).first()
    if person is None:
        person = _pending(session, user_id, str((user.get("profile") or {}).get("email") or ""))
    if person is None:
        return None
    newly = person.workspace is None
    person.workspace, person.slack_user = workspace, user_id
    person.timezone = user.get("tz") or person.timezone
    person.name = person.name or str(user.get("real_name") or user.get("name") or "")
    session.add(person)
    if newly:
        person.matched_at = now
        session.flush()
        outbox.address_known(session, f"person:{person.id}")
        outbox.address_known(session, f"home:{person.id}")
    return person


def pending(session: Session, collaborative_id: int) -> list[Person]:
    """People of the collaborative whom Slack hasn't shown us."""
    waiting = select(Person).join(Membership).where(
        Membership.collaborative_id == collaborative_id, col(Membership.left_at).is_(None), col(Person.workspace).is_(None)
    )  # fmt: skip
    return list(session.exec(waiting.distinct().order_by(col(Person.id))))


def remember(session: Session, identity: Mapping[str, Any], now: datetime) -> Workspace:
    """Keep what auth.test said of the workspace and of us, so that the next start needs no Slack."""
    known = Workspace(
        id=str(identity["team_id"]), name=str(identity.get("team", "")), url=str(identity.get("url", "")),
        bot_user=str(identity["user_id"]), bot_id=str(identity.get("bot_id", "")), scopes=str(identity.get("scopes", "")), seen_at=now,
    )  # fmt: skip
    return session.merge(known)


def workspace(session: Session) -> Workspace | None:
    """The workspace the app is installed in, as last seen."""
    return session.exec(select(Workspace).order_by(col(Workspace.seen_at).desc())).first()


def _ask_for(kit: Kit, person: Person) -> bool:
    try:
        if person.slack_user:
            answer = kit.slack.call("users.info", user=person.slack_user)
        else:
            answer = kit.slack.call("users.lookupByEmail", email=person.email)
    except Declined as refusal:
        if refusal.error in ("ratelimited", "rate_limited"):
            raise
        log.info("person.not_found", person=person.id, error=refusal.error)
        answer = {}
    with kit.store.transaction() as session:
        row = session.get_one(Person, person.id)
        row.looked_for_at = datetime.now(UTC)
        session.add(row)
        return bool(answer) and recognize(session, answer["user"], kit.now()) is not None


def _pending(session: Session, user_id: str, email: str) -> Person | None:
    by_id = session.exec(select(Person).where(col(Person.workspace).is_(None), Person.slack_user == user_id)).first()
    if by_id or not email:
        return by_id
    unseen = col(Person.workspace).is_(None)
    return session.exec(select(Person).where(unseen, func.lower(Person.email) == email.lower())).first()
