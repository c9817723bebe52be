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

Body = dict[str, Any]
MOST = 10  # files in one message
NOT_A_TEAMS = (
    "Monthly numbers are filed by the members of a team and by the director, so I didn't open your file. "
    "If it has a team's numbers, ask one of its members to drop it here."
)
NO_TEMPLATE = "A template file is made for who files for a team: its members and the director. Ask one of them."
OVER = "This preview isn't open any more. Drop the file here again to file what is in it."
ONCE = "This was filed already; the message says what."
AT_IT = "I'm at it already."


class Carried(BaseModel):
    """The file whose team is chosen."""

    sheet: int


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
    """Note each file of a message; looking at it needs Slack, so that comes after."""
    teams = _writable(session, actor)
    for file in [str(one["id"]) for one in event["files"] if one.get("id")][:MOST]:
        only = teams[0].id if len(teams) == 1 else None
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
    values = {
        "teams": [(str(team.id), team.name[:75]) for team in teams][:100],
        "meta": Carried(sheet=draft.id or 0).model_dump_json(),
    }
    answers.open_view(kit, body, "sheets/team", values)


def chosen(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The team is known: the file is looked at as that team's."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "sheets.chosen", kit.now())
        actor = access.actor(session, body)
        draft, team = _of(session, actor, carried.sheet), access.team_of(session, forms.read(view, Chosen).team)
        actor.must("measures.write", collaborative=team.collaborative_id, team=team)
        if draft.state == CHOOSING:
            draft.team_id, draft.state = team.id, WAITING
            session.add(draft)
            _look(session, kit, draft)
    ack()


def template(ack: Ack, body: Body, kit: Kit) -> None:
    """Template file: a table of the team's own measures and months, to be filled in."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sheets.template", kit.now())
        actor, team = access.actor(session, body), access.team_of(session, forms.pressed(body))
        actor.must("measures.write", collaborative=team.collaborative_id, team=team)
        _send(session, kit, actor, team)
    ack()


def send_template(body: Body, kit: Kit) -> None:
    """`/data template`: the same for one's own team, or the first one may file for."""
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        teams = _writable(session, actor)
        if not teams:
            raise Refused(NO_TEMPLATE)
        _send(session, kit, actor, teams[0])
    answers.tell(kit, body, f"The template file of {teams[0].name} comes to our conversation.")


def _send(session: Session, kit: Kit, actor: Actor, team: Team) -> None:
    """Once the press is counted."""
    content = sheet_template.of_team(session, team, kit.now())
    store.after_commit(session, partial(kit.after_ack, sheet_template.send, kit, actor.id, content))


def _writable(session: Session, actor: Actor) -> list[Team]:
    """The teams somebody files for, their own first; those that left are not among them."""
    here = select(Team).where(col(Team.collaborative_id).in_(actor.collaborative_ids), col(Team.status).not_in(GONE))
    may = [
        one for one in session.exec(here) if actor.may("measures.write", collaborative=one.collaborative_id, team=one)
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
