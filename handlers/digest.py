"""The weekly digest when somebody asks for it, the grid of teams by weeks, and the thanks that one can give from it."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, outbox, times
from bot.access import Actor
from bot.cards import digest_cards, digest_grids, digest_words
from bot.domain.collaboratives import Collaborative
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import shoutouts
from handlers.shoutout_words import Meant

Body = dict[str, Any]
NOTHING_YET = "No collaborative of yours is under way just now, or you coach no team yet, so there is nothing to tell."
ON_ITS_WAY = "It's on its way, in our conversation."
NO_TEAMS = "No team is there yet, so there is nothing to draw."


def register(app: Registrar) -> None:
    """What coaches and faculty can do."""
    app.action("digest.show")(show)
    app.action("digest.draw")(draw)
    app.action("digest.thank")(thank)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/allteach digest`."""
    _say(kit, body, f"command:{body['trigger_id']}", 0)
    ack()


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """As it stands now, of one collaborative or of all that one is in."""
    _say(kit, body, inbox.click_key(body), forms.pressed(body))
    ack()


def draw(ack: Ack, body: Body, kit: Kit) -> None:
    """The grid as a picture."""
    with kit.store.transaction() as session:
        key, row = inbox.click_key(body), forms.pressed(body)
        inbox.once(session, key, "digest.draw", kit.now())
        actor, collaborative = access.actor(session, body), session.get(Collaborative, row)
        if collaborative is None:
            raise Gone("This collaborative isn't in the record any more.")
        _must(session, actor, collaborative, kit)
        if not digest_grids.has_teams(session, collaborative):
            raise BotError(NO_TEAMS)
        outbox.say(
            session, "digest/grid", key=f"weeks:{key}", to=f"person:{actor.id}", now=kit.now(), collaborative=row,
            person=actor.id,
        )  # fmt: skip
    ack()


def thank(ack: Ack, body: Body, kit: Kit) -> None:
    """The form of a shout-out, with the team that is praised and what it is praised for, to go on from."""
    ack()
    row, kind, subject = [*str(body["actions"][0].get("value", "")).split(" "), "", ""][:3]
    with kit.store.reading() as session:
        team = access.team_of(session, int(row) if row.isascii() and row.isdigit() else 0)
        actor = access.standing_in(session, access.actor(session, body), kit.now())
        actor.must("digest.read", collaborative=team.collaborative_id, team=team)
        words = digest_words.thanks(kind, digest_cards.what(session, team.id or 0, subject))
    meant = Meant(teams=[team.id or 0], words=words)
    shoutouts.open_with(
        body, kit, lambda _, others, __: meant if team.id in others.teams else Meant(), team.collaborative_id
    )


def _say(kit: Kit, body: Body, key: str, row: int) -> None:
    with kit.store.transaction() as session:
        inbox.once(session, key, "digest.show", kit.now())
        actor = access.actor(session, body)
        _may_have_one(session, actor, row, kit)
        outbox.say(
            session, "digest/post", key=f"digest:{key}", to=f"person:{actor.id}", now=kit.now(), person=actor.id,
            day=times.local_day(kit.now(), "UTC").toordinal(), asked=1, only=row,
        )  # fmt: skip
    if body.get("command"):
        answers.tell(kit, body, ON_ITS_WAY)


def _may_have_one(session: Session, actor: Actor, row: int, kit: Kit) -> None:
    """Raises Refused for whoever looks after no team, with who does."""
    places = digest_cards.of_reader(session, actor, kit.now())
    if any(row in (0, one.id) for one in places):
        return
    if not access.collaboratives_of(session, actor, "teams.see") or row:
        actor.must("digest.read", collaborative=row or actor.collaborative_ids[0])
    raise BotError(NOTHING_YET)


def _must(session: Session, actor: Actor, collaborative: Collaborative, kit: Kit) -> None:
    if collaborative not in digest_cards.of_reader(session, actor, kit.now()):
        actor.must("digest.read", collaborative=collaborative.id or 0)
        raise BotError(NOTHING_YET)
