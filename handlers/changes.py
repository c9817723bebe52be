"""The change package: browsed, tested, and with each team's own way of doing an idea beside it."""

from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, reports
from bot.access import Actor
from bot.cards import package
from bot.domain import adaptations, changes, pdsa_facts
from bot.domain.adaptations import Adaptation
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.errors import FieldError, Gone, Refused
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycle_forms, cycles

Body = dict[str, Any]
NOT_THERE = "This idea isn't in the change package any more."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("changes.open")(open_package)
    app.action("changes.before")(show_page)
    app.action("changes.after")(show_page)
    app.action("changes.read")(read)
    app.action("changes.test")(test)
    app.action("changes.adapt")(open_adaptation)
    app.view("changes.adapted")(adapt)
    app.action("privacy.report_adaptation")(report)


class Carried(BaseModel):
    """The ids of a form or window, and the version of the words that stood in it: claims, checked again."""

    collaborative: int = 0
    idea: int = 0
    team: int = 0
    seen: int = 0


class Told(BaseModel):
    """How a team does it; empty takes back what it wrote."""

    words: str = Field(default="", max_length=adaptations.MOST)


def open_package(ack: Ack, body: Body, kit: Kit) -> None:
    """Drivers and ideas; the button at Home names no collaborative and means the first that has any."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = package.listed(session, actor, _collaborative(session, actor, body), 0)
    answers.open_view(kit, body, "changes/list", values)


def show_page(ack: Ack, body: Body, kit: Kit) -> None:
    """Other ideas."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        collaborative = _readable(session, actor, forms.carried(body["view"], Carried).collaborative)
        values = package.listed(session, actor, collaborative, forms.pressed(body))
    answers.replace_view(kit, body, "changes/list", values)


def read(ack: Ack, body: Body, kit: Kit) -> None:
    """One idea, with what teams made of it."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = package.opened(session, actor, *whose(session, actor, forms.pressed(body)))
    answers.open_view(kit, body, "changes/idea", values)


def test(ack: Ack, body: Body, kit: Kit) -> None:
    """The quick form of a cycle, with the idea filled in."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea, driver = whose(session, actor, forms.pressed(body))
        theirs = package.writing(session, actor, driver)
        team = theirs[0] if len(theirs) == 1 else cycles.team_meant(session, actor, body, "cycle.write")
        values = cycle_forms.testing(session, actor, team, idea, kit.now())
    answers.open_view(kit, body, "pdsa/start", values)


def open_adaptation(ack: Ack, body: Body, kit: Kit) -> None:
    """How we do it here."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        carried = forms.carried(body["view"], Carried).model_copy(update={"team": forms.pressed(body)})
        idea, team = _written_by(session, actor, carried)
        told = adaptations.of_team(session, idea, team)
        carried.seen = told.version if told else 0
        values = {
            "idea": idea, "team": team, "words": told.words if told else "", "most": adaptations.MOST,
            "meta": carried.model_dump_json(),
        }  # fmt: skip
    answers.open_view(kit, body, "changes/adapt", values)


def adapt(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The team's words stand with the idea, for everybody in the collaborative."""
    carried, told = forms.carried(view, Carried), forms.read(view, Told)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "changes.adapted", kit.now())
        actor = access.actor(session, body)
        idea, team = _written_by(session, actor, carried)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        _must_have_been_seen(adaptations.of_team(session, idea, team), carried, team)
        words = told.words.strip()
        row = adaptations.tell(session, idea, team, words, by=actor.id, now=kit.now())
        audit.note(
            session, "idea.adapted", by=actor.id, subject=f"adaptation:{row.id}", now=kit.now(), confirmed=confirmed
        )
        session.flush()
        stands = "for all teams to read" if words else "no more"
        said = f"How {team.name} does it stands with “{idea.name[:150]}” {stands}."
        values = package.opened(session, actor, idea, session.get_one(Driver, idea.driver_id), said)
    ack()
    answers.replace_below(kit, view, "changes/idea", values)


def report(ack: Ack, body: Body, kit: Kit) -> None:
    """Report patient details in what a team wrote: our copy goes, and the window shows the idea without it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report_adaptation", kit.now())
        actor = access.actor(session, body)
        row = forms.pressed(body)
        number = reports.take_down(session, actor, {"adaptation": row}, kit)
        idea, driver = whose(session, actor, session.get_one(Adaptation, row).idea_id)
        values = package.opened(session, actor, idea, driver, reports.receipt(number, {"adaptation": row}))
    ack()
    answers.replace_view(kit, body, "changes/idea", values)


def _collaborative(session: Session, actor: Actor, body: Body) -> Collaborative:
    value = str(body["actions"][0].get("value", ""))
    if value.isdigit():
        return _readable(session, actor, forms.pressed(body))
    theirs = access.collaboratives_of(session, actor, "library.read")
    if not theirs:
        raise Refused(access.UNKNOWN)
    return next((one for one in theirs if changes.drivers(session, one.id or 0)), theirs[0])


def _readable(session: Session, actor: Actor, row: int) -> Collaborative:
    actor.must("library.read", collaborative=row)
    return session.get_one(Collaborative, row)


def whose(session: Session, actor: Actor, row: int) -> tuple[ChangeIdea, Driver]:
    """An idea that this person may read; the check is on the record."""
    idea = session.get(ChangeIdea, row)
    if idea is None:
        raise Gone(NOT_THERE)
    driver = session.get_one(Driver, idea.driver_id)
    actor.must("library.read", collaborative=driver.collaborative_id)
    return idea, driver


def _written_by(session: Session, actor: Actor, carried: Carried) -> tuple[ChangeIdea, Team]:
    """The idea, and the team whose own way of doing it they may write down."""
    idea, driver = whose(session, actor, carried.idea)
    team = access.team_of(session, carried.team)
    if team.collaborative_id != driver.collaborative_id:
        raise Gone(NOT_THERE)
    actor.must("changes.adapt", collaborative=team.collaborative_id, team=team)
    return idea, team


def _must_have_been_seen(told: Adaptation | None, carried: Carried, team: Team) -> None:
    """Nobody writes over a team-mate's words unseen."""
    if told and told.version != carried.seen:
        raise FieldError(
            "words",
            f"Somebody of {team.name} wrote here meanwhile: “{pdsa_facts.begun(told.words)}”. Your words are still "
            "here: please copy them, open the form once more, and put the two together.",
        )
