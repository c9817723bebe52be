"""The senior-leader page: made by the team lead with one barrier in a line, seen, sent, printed, or forwarded."""

from datetime import date
from functools import partial
from typing import Any

import structlog
from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox, store, times
from bot.access import Actor
from bot.cards import sponsor_cards, sponsor_files, team_report_cards
from bot.domain import months, pdsa_facts, sponsors, team_reports
from bot.domain.sponsors import MOST, OnePager
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from bot.slack import SlackTrouble
from handlers import charts, cycles

log = structlog.get_logger()
Body = dict[str, Any]
Values = dict[str, Any]
WHICH = "Whose page? Write */data report* in the team's own channel, or press Senior-leader page on its report."
NOT_THERE = "These words aren't in the record any more. Please choose others, or write a line of your own."
GONE = "This page isn't in the record any more. Senior-leader page makes a new one."
DOWN = "The words of this page were taken down. Senior-leader page makes it anew."
NO_LEADER = (
    "{name} isn't a senior leader of {team} in Slack any more, so it isn't sent. "
    "Text to forward and Printable page work all the same."
)
HAS_IT = "{name} has it already. What changes in it changes there too."
SENT = "It goes to {name} {when}. Their answer comes to your team's channel."
NOT_PRINTED = "The page can't be put here just now. Please press Printable page once more in a few minutes."
COMES = "The page comes to our conversation."


def register(app: Registrar) -> None:
    """What a team lead can do."""
    app.action("sponsors.open")(open_form)
    app.view("sponsors.written")(write)
    app.action("sponsors.send")(send)
    app.action("sponsors.page")(send_file)
    app.action("sponsors.text")(send_text)


class Carried(BaseModel):
    """The team, the month and the version that was opened: claims, checked again."""

    team: int
    month: str = ""
    version: int = 0


class Barrier(BaseModel):
    """What the sponsor could remove: chosen, or in a line of one's own."""

    offered: str = ""
    barrier: str = Field(default="", max_length=MOST)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The button: on the report, on the page, at Home."""
    ack()
    show(body, kit, named=forms.pressed(body))


def show(body: Body, kit: Kit, *, named: int | None = None) -> None:
    """One barrier, of those that the team told of or in a line; also for `/data report`."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = cycles.team_meant(session, actor, body, "sponsor.write", named=named)
        if team is None:
            raise BotError(WHICH)
        values = _form(session, team, team_reports.newest(session, team, kit.now()), kit)
    answers.open_view(kit, body, "sponsors/form", values)


def write(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The form closes, and the page comes in one's own conversation; where the sponsor has it, it changes there."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "sponsors.written", kit.now())
        carried = forms.carried(view, Carried)
        actor, team = _whose(session, body, carried.team)
        month = _month(carried, team, kit)
        told = forms.read(view, Barrier)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        found = sponsors.of_period(session, team.id, month)
        barrier, source = _chosen(session, team, found, told, kit)
        if found and (barrier not in ("", found.barrier) if found.answer else found.version != carried.version):
            raise AskAgain(_with_theirs(session, kit, team, found, barrier))
        page = sponsors.write(session, team, month, barrier, source, by=actor.id, now=kit.now())
        sponsor_cards.show_own(session, page, actor.id, kit.now())
        sponsor_cards.follow(session, page, kit.now())
        if confirmed:
            subject = sponsor_cards.key(page)
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    ack(**forms.closing(view))


def send(ack: Ack, body: Body, kit: Kit) -> None:
    """To the sponsor, in the name of whoever presses it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sponsors.send", kit.now())
        row, person = _two(body)
        actor, team, page = writable(session, body, row)
        sponsor = next((one for one in sponsors.leaders(session, team) if one.id == person), None)
        if sponsor is None:
            raise Gone(NO_LEADER.format(name=pdsa_facts.name_of(session, person), team=team.name))
        sentence = HAS_IT.format(name=sponsor.name)
        if not sponsor_cards.has_it(session, page, sponsor.id or 0):
            sponsors.send(session, page, sponsor.id or 0, kit.now())
            when = sponsor_cards.ask(session, page, team, sponsor, kit.now())
            sponsor_cards.follow(session, page, kit.now())
            subject = sponsor_cards.key(page)
            audit.note(session, "sponsor.sent", by=actor.id, subject=subject, now=kit.now(), to=sponsor.id)
            sentence = SENT.format(name=sponsor.name, when=when)
    ack()
    answers.tell(kit, body, sentence)


def send_file(ack: Ack, body: Body, kit: Kit) -> None:
    """The page to print, once the press is counted."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sponsors.page", kit.now())
        actor, _, page = writable(session, body, forms.pressed(body))
        store.after_commit(session, partial(kit.after_ack, _print, kit, dict(body), actor.id, page.id or 0))
    ack()
    answers.tell(kit, body, COMES)


def _print(kit: Kit, body: Body, person: int, row: int) -> None:
    try:
        sponsor_files.send(kit, person, row)
    except SlackTrouble as trouble:
        log.warning("page.not_sent", reason=str(trouble))
        answers.tell(kit, body, NOT_PRINTED)


def send_text(ack: Ack, body: Body, kit: Kit) -> None:
    """The page as text for an e-mail."""
    with kit.store.transaction() as session:
        press = inbox.click_key(body)
        inbox.once(session, press, "sponsors.text", kit.now())
        actor, _, page = writable(session, body, forms.pressed(body))
        outbox.say(
            session, "sponsors/text", key=f"{sponsor_cards.key(page)}:text:{press}", to=f"person:{actor.id}",
            now=kit.now(), onepager=page.id or 0, team=page.team_id,
        )  # fmt: skip
    ack()


def writable(session: Session, body: Body, row: int) -> tuple[Actor, Team, OnePager]:
    """The page, when this person may make it; the check is on the record, not on the button."""
    page = session.get(OnePager, row)
    actor, team = _whose(session, body, page.team_id if page else 0)
    if page is None:
        raise Gone(GONE)
    if page.purged_at:
        raise Gone(DOWN)
    return actor, team, page


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Team]:
    actor, team = access.actor(session, body), access.team_of(session, row)
    actor.must("sponsor.write", collaborative=team.collaborative_id, team=team)
    return actor, team


def _two(body: Body) -> tuple[int, int]:
    """The page and the person that a button speaks of: claims, checked again."""
    row, *person = charts.numbers(body, 2)
    return row, person[0] if person else 0


def _month(carried: Carried, team: Team, kit: Kit) -> date:
    """The month that a form is about, which has begun where the team is."""
    today = times.local_day(kit.now(), team.timezone)
    month = months.read(carried.month, today)
    if month is None or month > today:
        raise Gone(GONE)
    return month


def _form(
    session: Session, team: Team, month: date, kit: Kit, *, typed: str | None = None, meanwhile: str = ""
) -> Values:  # fmt: skip
    page, offered = sponsors.of_period(session, team.id, month), sponsors.offered(session, team, kit.now())
    carried = Carried(team=team.id or 0, month=f"{month:%Y-%m}", version=page.version if page else 0)
    return {
        "team": team,
        "month": months.called(month),
        "offered": [(key, words[:75]) for key, words in offered.items()],
        "barrier": typed if typed is not None else page.barrier if page else "",
        "answered": team_report_cards.answered(session, page) if page else "",
        "meanwhile": meanwhile,
        "meta": carried.model_dump_json(),
    }


def _with_theirs(session: Session, kit: Kit, team: Team, page: OnePager, own: str) -> Values:
    """The form again with what somebody else chose, or what was answered, meanwhile; one's own words are kept."""
    asks = f"“{page.barrier}”" if page.barrier else "nothing"
    name = pdsa_facts.name_of(session, page.person_id)
    note = f"While you were writing, {name} made this page: it asks for {asks}. Your own words are still below."
    if page.answer:  # the form has no box then
        note = f"While you were writing, your senior leader answered. Not on this page, but for the next one: “{own}”."
    values = _form(session, team, page.period, kit, typed=None if page.answer else own, meanwhile=note)
    return kit.templates.render("sponsors/form", values)


def _chosen(session: Session, team: Team, page: OnePager | None, told: Barrier, kit: Kit) -> tuple[str, str]:
    """The barrier, and where it was written first; what one typed goes before what one chose."""
    own, stands = sponsors.line(told.barrier), page.barrier if page else ""
    offered = sponsors.offered(session, team, kit.now())
    if told.offered and own in ("", stands):
        if told.offered not in offered:
            raise FieldError("offered", NOT_THERE)
        return offered[told.offered], sponsors.source(told.offered)
    if page and own == stands:
        return stands, page.source
    return own, sponsors.source(next((key for key, words in offered.items() if words == own), ""))
