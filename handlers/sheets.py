"""A CSV dropped in the bot's conversation: looked at, previewed, and filed with a press, all of it or nothing."""

from functools import partial
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, forms, inbox, sheet_reading, store
from bot.access import Actor
from bot.cards import sheet_template
from bot.domain import sheet_drafts
from bot.domain.sheet_drafts import CHOOSING, IMPORTED, IMPORTING, READY, WAITING, SheetDraft
from bot.domain.sheets import WHOLE, Fault
from bot.domain.teams import GONE, Team
from bot.errors import Gone, Refused
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles

Body = dict[str, Any]
MOST = 10  # files in one message
MOST_CHOICES = 100
WHO = "by the members of a team, its coach, the improvement advisor, a coordinator and the director"
NOT_A_TEAMS = (
    f"Monthly numbers are filed {WHO}, so I didn't open your file. "
    "If it has a team's numbers, ask one of them to drop it here."
)
NO_TEMPLATE = f"A template file is filled in {WHO}. Ask one of them."
OVER = "This preview isn't open any more. Drop the file here again to file what is in it."
ONCE = "This was filed already; the message says what."
AT_IT = "I'm at it already."


class Carried(BaseModel):
    """The file whose team is chosen; none where that of a template is."""

    sheet: int = 0


class Chosen(BaseModel):
    """Whose numbers these are."""

    team: int


def register(app: Registrar) -> None:
    """What people can press; the drop itself comes with a message (handlers/words.py)."""
    app.action("sheets.import")(import_)
    app.action("sheets.leave")(leave)
    app.action("sheets.choose")(choose)
    app.view("sheets.chosen")(chosen)
    app.action("sheets.template")(template)


def dropped(session: Session, actor: Actor, event: Body, kit: Kit) -> None:
    """Note each file of a message; looking at it needs Slack, so that comes after. Staff say for whom it is."""
    teams = _writable(session, actor)
    for file in [str(one["id"]) for one in event["files"] if one.get("id")][:MOST]:
        only = teams[0].id if len(teams) == 1 and teams[0].id in actor.team_ids else None
        draft = sheet_drafts.drop(session, person=actor.id, file=file, team=only, now=kit.now())
        if not teams:
            sheet_drafts.refuse(draft, [Fault(WHOLE, NOT_A_TEAMS)], to_delete=False)
            sheet_reading.say(session, kit, draft)
        else:
            _look(session, kit, draft)


def import_(ack: Ack, body: Body, kit: Kit) -> None:
    """File what the preview shows. The press only says so: filing many numbers takes longer than a press may."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sheets.import", kit.now())
        draft = _own(session, body)
        if draft.state in (IMPORTING, IMPORTED):
            raise Gone(ONCE if draft.state == IMPORTED else AT_IT)
        if draft.state != READY:
            raise Gone(OVER)
        draft.state = IMPORTING
        session.add(draft)
        store.after_commit(session, partial(kit.after_ack, sheet_reading.file, kit, draft.id))
    ack()


def leave(ack: Ack, body: Body, kit: Kit) -> None:
    """Leave it: nothing is filed, and what was kept of the file goes."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sheets.leave", kit.now())
        draft = _own(session, body)
        if draft.state not in (READY, CHOOSING):
            raise Gone(ONCE if draft.state == IMPORTED else OVER)
        sheet_drafts.leave(draft)
        sheet_reading.say(session, kit, draft)
    ack()


def choose(ack: Ack, body: Body, kit: Kit) -> None:
    """Whose numbers these are, for somebody who files for several teams."""
    ack()
    with kit.store.reading() as session:
        draft = _own(session, body)
        if draft.state != CHOOSING:
            raise Gone(OVER)
        teams = _writable(session, access.actor(session, body))
    answers.open_view(kit, body, "sheets/team", _choice(teams, Carried(sheet=draft.id or 0)))


def chosen(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The team is known: the file is looked at as that team's, or its template is sent."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "sheets.chosen", kit.now())
        actor = access.actor(session, body)
        draft = _of(session, actor, carried.sheet) if carried.sheet else None
        team = access.team_of(session, forms.read(view, Chosen).team)
        actor.must("measures.import", collaborative=team.collaborative_id, team=team)
        if draft is None:
            _send(session, kit, actor, team)
        elif draft.state == CHOOSING:
            draft.team_id, draft.state = team.id, WAITING
            session.add(draft)
            _look(session, kit, draft)
    ack()


def template(ack: Ack, body: Body, kit: Kit) -> None:
    """Template file: a table of the team's own measures and months, to be filled in."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sheets.template", kit.now())
        actor, team = access.actor(session, body), access.team_of(session, forms.pressed(body))
        actor.must("measures.import", collaborative=team.collaborative_id, team=team)
        _send(session, kit, actor, team)
    ack()


def send_template(body: Body, kit: Kit) -> None:
    """`/data template`: that of the team whose channel this is, or one's own; staff are asked for which."""
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        teams, here = _writable(session, actor), cycles.team_here(session, body)
        if not teams:
            raise Refused(NO_TEMPLATE)
        meant = [team for team in teams if team.id == here or (not here and team.id in actor.team_ids)]
        own = [team for team in teams if team.id in actor.team_ids]
        team = next(iter([*meant, *own]), None)
        if team:
            _send(session, kit, actor, team)
    if team is None:
        answers.open_view(kit, body, "sheets/team", _choice(teams, Carried()))
    else:
        answers.tell(kit, body, f"The template file of {team.name} comes to our conversation.")


def _choice(teams: list[Team], carried: Carried) -> dict[str, Any]:
    """The teams to choose from; a menu takes a hundred, and as many groups of these."""
    offered = [(str(team.id), team.name[:75]) for team in teams]
    parts = [offered[first : first + MOST_CHOICES] for first in range(0, len(offered), MOST_CHOICES)]
    groups = [(f"{part[0][1][:30]} … {part[-1][1][:30]}", part) for part in parts]
    return {
        "teams": offered if len(groups) == 1 else [],
        "groups": groups if len(groups) > 1 else [],
        "sheet": carried.sheet,
        "meta": carried.model_dump_json(),
    }


def _send(session: Session, kit: Kit, actor: Actor, team: Team) -> None:
    """Once the press is counted."""
    content = sheet_template.of_team(session, team, kit.now())
    store.after_commit(session, partial(kit.after_ack, sheet_template.send, kit, actor.id, content))


def _writable(session: Session, actor: Actor) -> list[Team]:
    """The teams somebody files for, their own first; those that left are not among them."""
    here = select(Team).where(col(Team.collaborative_id).in_(actor.collaborative_ids), col(Team.status).not_in(GONE))
    may = [
        one for one in session.exec(here) if actor.may("measures.import", collaborative=one.collaborative_id, team=one)
    ]
    return sorted(may, key=lambda team: (team.id not in actor.team_ids, team.name.casefold()))


def _look(session: Session, kit: Kit, draft: SheetDraft) -> None:
    store.after_commit(session, partial(kit.after_ack, sheet_reading.read, kit, draft.id))


def _own(session: Session, body: Body) -> SheetDraft:
    return _of(session, access.actor(session, body), forms.pressed(body))


def _of(session: Session, actor: Actor, row: int) -> SheetDraft:
    """Their own file. Raises Gone where it was let go of, Refused where somebody else dropped it."""
    draft = session.get(SheetDraft, row)
    if draft is None:
        raise Gone(OVER)
    if draft.person_id != actor.id:
        raise Refused("That's for whoever dropped the file.")
    return draft
