"""A chart's groups (“by language”), each beside the others: of a team in its own view, or of all teams together."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, inbox, outbox, reports
from bot.access import Actor
from bot.cards import chart_letters, strata_charts, stratified_charts
from bot.cards.stratified_charts import StratifiedChart
from bot.domain import strata
from bot.domain.measures import Measure
from bot.domain.teams import Team
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import charts

Body = dict[str, Any]
GONE = "This chart isn't in the record any more. The newest one has the buttons that are in use."
NOBODY = "There is nothing to show by group: nobody has sent these groups yet."
HIDDEN = (
    "There is nothing to show by group: in every month a count of 1 to 10 people could be read or worked out, or fewer "
    "than three teams sent it."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("strata.show")(show)
    app.action("strata.text")(show_as_text)
    app.action("strata.report")(report)


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """The groups of this chart come in one's own conversation."""
    with kit.store.transaction() as session:
        key = inbox.click_key(body)
        inbox.once(session, key, "strata.show", kit.now())
        actor, measure, team, number = _meant(session, body)
        _shown(session, actor, measure, team, number, kit)
        outbox.say(
            session, "strata/chart", key=f"strata:{key}", to=f"person:{actor.id}", now=kit.now(),
            measure=measure.id or 0, team=team.id or 0 if team else 0, stratum=number, person=actor.id,
        )  # fmt: skip
        chart_letters.replace(session, f"strata:{key}", kit.now())
    ack()


def show_as_text(ack: Ack, body: Body, kit: Kit) -> None:
    """Every month of every group, in a window."""
    ack()
    with kit.store.reading() as session:
        actor, measure, team, number = _meant(session, body)
        shown = _shown(session, actor, measure, team, number, kit)
    answers.open_view(kit, body, "charts/text", {"charts": stratified_charts.texts(shown)})


def report(ack: Ack, body: Body, kit: Kit) -> None:
    """The names of these groups may be about a person served: they are taken down, and the counts stay."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "strata.report", kit.now())
        actor = access.actor(session, body)
        about = dict(zip(("team", "measure", "stratum"), charts.numbers(body, 3), strict=False))
        if len(about) < 3:
            raise Gone(GONE)
        receipt = reports.take_down(session, actor, about, kit)
    ack()
    answers.tell(kit, body, reports.receipt(receipt, about))


def _meant(session: Session, body: Body) -> tuple[Actor, Measure, Team | None, int]:
    """Which groups a button speaks of (“3:2:1”), when this person may see them; the check is on the record."""
    actor, (of_team, *of_what) = access.actor(session, body), charts.numbers(body, 3)
    team = access.team_of(session, of_team) if of_team else None
    if team:
        actor.must("strata.read", collaborative=team.collaborative_id, team=team)
    measure = session.get(Measure, of_what[0]) if len(of_what) == 2 else None
    if measure is None or (team and measure.collaborative_id != team.collaborative_id):
        raise Gone(GONE)
    if team is None:
        actor.must("measures.pool", collaborative=measure.collaborative_id)
    return actor, measure, team, of_what[1]


def _shown(
    session: Session, actor: Actor, measure: Measure, team: Team | None, number: int, kit: Kit
) -> StratifiedChart:
    shown = strata_charts.of(session, actor, measure, team, number, kit)
    if shown is None:
        sent = strata.named(measure, number) in strata.sent(session, measure)
        raise BotError(HIDDEN if sent and team is None else NOBODY)
    return shown
