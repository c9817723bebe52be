"""What is said of a shout-out: its card for everybody and for the receivers' teams, and word to each of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import home, outbox, times
from bot.cards import weekly_cards
from bot.domain import absences, hours, shoutout_facts, shoutouts
from bot.domain.people import Person
from bot.domain.shoutouts import Shoutout, Thanked
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.statements import query

Values = dict[str, Any]
WHY = "somebody thanked them while they were away"
SHOWN = 10  # in the window


def key(shoutout: Shoutout) -> str:
    """The occasion."""
    return f"shoutout:{shoutout.id}"


def say(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Everybody reads it, whoever is thanked hears of it, and its giver has the way back."""
    about = {"shoutout": shoutout.id or 0, "team": 0}
    common = common_channel(session, shoutout.collaborative_id)
    if common:
        outbox.say(session, "shoutouts/card", key=key(shoutout), to=f"channel:{common.id}", now=now, **about)
    for team in _reached(session, shoutout):
        outbox.say(
            session, "shoutouts/card", key=f"{key(shoutout)}:team:{team.id}", to=f"team:{team.id}", now=now,
            **{**about, "team": team.id or 0},
        )  # fmt: skip
    for one in shoutouts.thanked(session, shoutout.id):
        if one.person_id:
            _tell(session, shoutout, session.get_one(Person, one.person_id), now)
    outbox.say(
        session, "shoutouts/given", key=_givers(shoutout), to=f"person:{shoutout.person_id}", now=now,
        shoutout=shoutout.id or 0,
    )  # fmt: skip
    _show_at_home(session, shoutout, now)


def past_undo(session: Session, since: datetime, now: datetime) -> list[Shoutout]:
    """Those given after `since` that can't be taken back any more, while their giver still reads that they can."""
    found = {_givers(shoutout): shoutout for shoutout in _given(session, since, now - shoutouts.UNDO)}
    if not found:
        return []
    once = select(Letter.key).where(col(Letter.key).in_(found), Letter.version == 1, Letter.state == outbox.SENT)
    return [found[occasion] for occasion in session.exec(once)]


def say_without_undo(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Edit what its giver was told."""
    outbox.say_again(session, _givers(shoutout), now=now)


def withdraw(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Every copy goes, and the weekly posts that tell of it are said without it."""
    outbox.recall(session, key(shoutout), now)
    weekly_cards.say_again(session, shoutout.collaborative_id, shoutout.at, now)
    _show_at_home(session, shoutout, now)


def tell_giver(session: Session, shoutout: Shoutout, now: datetime) -> None:
    """Somebody who coordinates hid it: whoever gave it hears so."""
    outbox.say(
        session, "shoutouts/hidden", key=f"hidden:{key(shoutout)}", to=f"person:{shoutout.person_id}", now=now,
        shoutout=shoutout.id or 0,
    )  # fmt: skip


def common_channel(session: Session, collaborative_id: int) -> Channel | None:
    """The channel in which all teams thank each other, where the collaborative has one."""
    here = select(Channel).where(Channel.collaborative_id == collaborative_id, Channel.purpose == "shoutouts")
    return session.exec(here).first()


def card(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the card prints; the first that a team gets says what this is. None where it isn't shown any more."""
    shoutout = _shown(session, about)
    if shoutout is None:
        return None
    team = about["team"]
    first = bool(team) and shoutouts.is_first(session, shoutout, col(Thanked.team_id) == team)
    return {**shoutout_facts.card(session, shoutout), "first": first}


def told(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What somebody who is thanked reads."""
    shoutout = _shown(session, about)
    if shoutout is None:
        return None
    receiver = col(Thanked.person_id) == about["person"]
    several = len(shoutouts.thanked(session, shoutout.id)) > 1
    first = shoutouts.is_first(session, shoutout, receiver)
    return {**shoutout_facts.card(session, shoutout), "several": several, "first": first}


def given(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What its giver reads: where it stands, and while it can be taken back, until when."""
    shoutout = _shown(session, about)
    if shoutout is None:
        return None
    common = common_channel(session, shoutout.collaborative_id)
    rows = [team.id for team in _reached(session, shoutout)]
    theirs = session.exec(select(Channel).where(col(Channel.team_id).in_(rows)).order_by(col(Channel.id)))
    where = [f"#{one.name}" for one in (*([common] if common else []), *theirs)]
    giver = session.get_one(Person, shoutout.person_id)
    return {
        **shoutout_facts.card(session, shoutout),
        "where": shoutout_facts.listed(where),
        "until": shoutout.at + shoutouts.UNDO,
        "undo": kit.now() < shoutout.at + shoutouts.UNDO,
        "zone": hours.zone(session, giver),
    }


def hidden(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What its giver reads once it is hidden."""
    shoutout = session.get(Shoutout, about["shoutout"])
    if shoutout is None:
        return None
    told = shoutout_facts.card(session, shoutout)
    by = session.get(Person, shoutout.hidden_by) if shoutout.hidden_by else None
    return {"to": told["to"], "collaborative": told["collaborative"], "coordinator": by.name if by else "A coordinator"}


def _shown(session: Session, about: Mapping[str, int]) -> Shoutout | None:
    shoutout = session.get(Shoutout, about["shoutout"])
    return shoutout if shoutout and shoutouts.is_alive(shoutout) else None


def _tell(session: Session, shoutout: Shoutout, person: Person, now: datetime) -> None:
    """At once, as an answer to what somebody did; whoever is away reads it at their hour once they are back."""
    to, occasion = f"person:{person.id}", f"{key(shoutout)}:person:{person.id}"
    about, whom = shoutout.id or 0, person.id or 0
    today = times.local_day(now, hours.zone(session, person))
    if not absences.away(session, person.id or 0, today):
        return outbox.say(session, "shoutouts/told", key=occasion, to=to, now=now, shoutout=about, person=whom)
    back = hours.of_person(session, person).on(today)
    return outbox.plan(
        session, "shoutouts/told", key=occasion, to=to, at=back, why=WHY, now=now, shoutout=about, person=whom
    )


def _reached(session: Session, shoutout: Shoutout) -> list[Team]:
    """The teams it thanks or whose people it thanks, each once, as long as they are in the collaborative."""
    rows = dict.fromkeys(one.team_id for one in shoutouts.thanked(session, shoutout.id) if one.team_id)
    found = (session.get_one(Team, row) for row in rows)
    return [team for team in found if team.status not in GONE]


def _givers(shoutout: Shoutout) -> str:
    return f"{key(shoutout)}:giver"


def _show_at_home(session: Session, shoutout: Shoutout, now: datetime) -> None:
    for team in _reached(session, shoutout):
        home.refresh(session, home.people_of(session, team), now)


@query
def _given(after: datetime, until: datetime) -> SelectOfScalar[Shoutout]:
    return select(Shoutout).where(shoutouts.alive(), Shoutout.at > after, Shoutout.at <= until)
