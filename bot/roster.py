"""Finding the collaborative's people in Slack, by e-mail or user id, and keeping their zone."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, col, false, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot import joining, outbox, times
from bot.domain.collaboratives import Workspace
from bot.domain.people import Membership, Person
from bot.kit import Kit
from bot.sending import manners
from bot.slack import Declined
from bot.statements import query

log = structlog.get_logger()
AN_HOUR = timedelta(hours=1)


def match_pending(kit: Kit, most: int = 40) -> int:
    """Ask Slack for people it hasn't shown us yet; returns how many it was. Raises Declined when we are too fast."""
    asked_before = datetime.now(UTC) - AN_HOUR
    with kit.store.reading() as session:
        pending = list(_waiting(session, asked_before, most))
    for person in pending:
        _ask_for(kit, person)
    return len(pending)


def look_for_people_again(session: Session) -> None:
    """Have Slack asked anew for everybody we wait for."""
    session.exec(update(Person).where(col(Person.workspace).is_(None)).values(looked_for_at=None))


def recognize_members(kit: Kit, users: Iterable[str], *, shared: bool) -> None:
    """People in a channel that was adopted may be some we look for; those of other workspaces are shown only there."""
    with kit.store.transaction() as session:
        if not session.exec(select(Person.id).where(col(Person.workspace).is_(None)).limit(1)).first():
            return
        look_for_people_again(session)
        known = set(session.exec(select(Person.slack_user).where(col(Person.workspace).is_not(None))))
    for user in users if shared else ():
        if user not in known:
            shown = manners.call(kit, "users.info", user=user)["user"]
            with kit.store.transaction() as session:
                recognize(session, shown, kit.now())


def recognize(session: Session, user: Mapping[str, Any], now: datetime) -> Person | None:
    """The person behind a Slack user, matched now if they were pending; None for somebody we don't know.

    `user` is what users.info, team_join and user_change show.
    """
    if user.get("is_bot") or user.get("deleted"):
        return None
    workspace, user_id = str(user.get("team_id")), str(user["id"])
    person = session.exec(select(Person).where(Person.workspace == workspace, Person.slack_user == user_id)).first()
    if person is None:
        person = _pending(session, user_id, _email(session, user))
    if person is None:
        return None
    joined = _join_twins(session, person, user_id, _email(session, user), now)
    newly = person.workspace is None or joined
    person.workspace, person.slack_user = workspace, user_id
    person.timezone = user["tz"] if user.get("tz") in times.zones() else person.timezone
    person.name = person.name or str(user.get("real_name") or user.get("name") or "")
    session.add(person)
    if newly:
        person.matched_at = person.matched_at or now
        session.flush()
        outbox.address_known(session, f"person:{person.id}")
        outbox.address_known(session, f"home:{person.id}")
        teams = session.exec(select(Membership.team_id).where(Membership.person_id == person.id))
        cards = [f"team:{team}" for team in teams]  # which may have their name now
        outbox.say_again(session, *cards, f"home:{person.id}", now=now)
    return person


def looked_for(session: Session, user: Mapping[str, Any]) -> bool:
    """Whether this Slack user is one of our people, or may be one we wait for."""
    workspace, user_id = str(user.get("team_id")), str(user["id"])
    known = select(Person.id).where(Person.workspace == workspace, Person.slack_user == user_id)
    return session.exec(known).first() is not None or _pending(session, user_id, _email(session, user)) is not None


def remember(session: Session, identity: Mapping[str, Any], now: datetime) -> Workspace:
    """Keep what auth.test said of the workspace and of us, so that the next start needs no Slack."""
    known = Workspace(
        id=str(identity["team_id"]), name=str(identity.get("team", "")), url=str(identity.get("url", "")),
        bot_user=str(identity["user_id"]), bot_id=str(identity.get("bot_id", "")),
        scopes=str(identity.get("scopes", "")), seen_at=now,
    )  # fmt: skip
    return session.merge(known)


def workspace(session: Session) -> Workspace | None:
    """The workspace the app is installed in, as last seen."""
    return _workspaces(session).first()


def _ask_for(kit: Kit, person: Person) -> None:
    try:
        if person.slack_user:
            answer = manners.call(kit, "users.info", user=person.slack_user)
        else:
            answer = manners.call(kit, "users.lookupByEmail", email=person.email)
    except Declined as refusal:
        if manners.too_fast(refusal):
            raise
        log.info("person.not_found", person=person.id, error=refusal.error)
        answer = {}
    with kit.store.transaction() as session:
        row = session.get(Person, person.id)
        if row is None:
            return  # joined to somebody else meanwhile
        row.looked_for_at = datetime.now(UTC)
        session.add(row)
        if answer:
            recognize(session, answer["user"], kit.now())


def _pending(session: Session, user_id: str, email: str) -> Person | None:
    by_id = session.exec(select(Person).where(col(Person.workspace).is_(None), Person.slack_user == user_id)).first()
    if by_id or not email:
        return by_id
    unseen = col(Person.workspace).is_(None)
    return session.exec(select(Person).where(unseen, func.lower(Person.email) == email.lower())).first()


def _join_twins(session: Session, person: Person, user_id: str, email: str, now: datetime) -> bool:
    """Whether the record had them twice, the file naming them here by one sign and there by the other.

    Two addresses are two people until a person says otherwise.
    """
    by_email = (func.lower(Person.email) == email.lower()) & col(Person.slack_user).is_(None) if email else false()
    same = or_(col(Person.slack_user) == user_id, by_email)
    pending = select(Person).where(col(Person.workspace).is_(None), col(Person.id) != person.id, same)
    twins = [twin for twin in session.exec(pending) if not (twin.email and person.email)]
    for twin in twins:
        joining.join(session, twin, person, now)
        log.info("person.joined", person=person.id, was=twin.id)
    return bool(twins)


def _email(session: Session, user: Mapping[str, Any]) -> str:
    """The address of somebody of our workspace; elsewhere anybody can give themselves any, so it says nothing."""
    installed = workspace(session)
    if user.get("is_stranger") or installed is None or user.get("team_id") != installed.id:
        return ""
    return str((user.get("profile") or {}).get("email") or "")


@query
def _workspaces() -> SelectOfScalar[Workspace]:
    return select(Workspace).order_by(col(Workspace.seen_at).desc())


@query
def _waiting(asked_before: datetime, most: int) -> SelectOfScalar[Person]:
    unasked = or_(col(Person.looked_for_at).is_(None), col(Person.looked_for_at) < asked_before)
    return select(Person).where(col(Person.workspace).is_(None), unasked).order_by(col(Person.id)).limit(most)
