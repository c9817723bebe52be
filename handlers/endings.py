"""A team's time ends, by its lead or a coordinator, with a day and a reason; and a coordinator takes it in again."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import ending_cards
from bot.domain import ending_facts, ending_rules, endings, engagement_facts, engagement_scope
from bot.domain.collaboratives import Collaborative
from bot.domain.ending_rules import Check
from bot.domain.endings import COMPLETED, LAPSED, WITHDRAWN, Ending
from bot.domain.teams import GONE, Team
from bot.errors import BotError, FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles

Body = dict[str, Any]
FORM = "endings.noted"
ACTS = {WITHDRAWN: "team.leave", LAPSED: "team.end", COMPLETED: "team.end"}
MOST_TEAMS = 99  # to choose from in one menu
TO_COME = "Please choose today or an earlier day. What is still to come can be noted when it comes."
SINCE = "They were heard of on {day}. Please choose that day or a later one, or leave it empty."
OURS = (
    "Thank you for having been with us. I ask you nothing more, and the door stays open: a coordinator takes you in "
    "again on any day."
)
NO_TEAM = "You're not in a team. Whoever coordinates notes a team's end behind its Cycles, with Leaving or completing."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("endings.open")(open_window)
    app.action("endings.leave")(open_leaving)
    app.action("endings.lapse")(open_lapsing)
    app.action("endings.complete")(open_completing)
    app.view(FORM)(note)
    app.action("endings.back")(take_in)


class Carried(BaseModel):
    """The team, and how its time ends: claims, checked again."""

    team: int
    how: str


class Noted(BaseModel):
    """What the form holds; which of its boxes there are depends on how the team's time ends."""

    day: date
    reason: str = ""
    words: str = Field(default="", max_length=endings.MOST)
    into: int | None = None
    senior_on: date | None = None
    storyboard: list[str] = []


def open_window(ack: Ack, body: Body, kit: Kit) -> None:
    """How a team stands, for its coach, faculty and coordinators."""
    ack()
    with kit.store.reading() as session:
        actor, team = access.actor(session, body), access.team_of(session, forms.pressed(body))
        actor.must("ending.see", collaborative=team.collaborative_id, team=team)
        values = ending_cards.window(session, actor, team, kit.now())
    answers.open_view(kit, body, "endings/window", values)


def open_leaving(ack: Ack, body: Body, kit: Kit) -> None:
    """They leave."""
    _open(ack, body, kit, WITHDRAWN, forms.pressed(body))


def open_lapsing(ack: Ack, body: Body, kit: Kit) -> None:
    """Nobody hears from them any more."""
    _open(ack, body, kit, LAPSED, forms.pressed(body))


def open_completing(ack: Ack, body: Body, kit: Kit) -> None:
    """They came to the end."""
    _open(ack, body, kit, COMPLETED, forms.pressed(body))


def leave(ack: Ack, body: Body, kit: Kit) -> None:
    """`/allteach leave`: the form of the team in whose channel it is typed, or of one's own."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        row = cycles.team_here(session, body) or next(iter(actor.team_ids), None)
    if row is None:
        raise BotError(NO_TEAM)
    _open(lambda: None, body, kit, WITHDRAWN, row)


def note(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It holds from that day on: the team is asked nothing more, is thanked, and faculty hears of it."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        carried = forms.carried(view, Carried)
        actor, team = _whose(session, body, carried.team, carried.how)
        told = forms.read(view, Noted)
        _must_fit(session, team, told, kit)
        _must_hold(session, team, carried.how, told, kit)
        into = _into(session, actor, team, told)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        ending = _ended(session, team, carried.how, told, into, actor, kit)
        audit.note(
            session, f"team.{carried.how}", by=actor.id, subject=f"team:{team.id}", now=kit.now(),
            day=told.day.isoformat(), reason=ending.reason, confirmed=confirmed,
        )  # fmt: skip
        theirs = f"I thank them, and ask its people nothing more. {_again(carried.how)}"
        then = OURS if team.id in actor.team_ids else theirs
        sentence = f"{team.name} {ending_cards.ENDED[ending.how]} on {times.day(ending.day)}. {then}"
    ack(**forms.closing(view))
    answers.tell(kit, body, sentence)


def take_in(ack: Ack, body: Body, kit: Kit) -> None:
    """At work again: asked from now on, and nothing of the time between counts as missed."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "endings.back", kit.now())
        actor, team = access.actor(session, body), access.team_of(session, forms.pressed(body))
        actor.must("team.end", collaborative=team.collaborative_id, team=team)
        before = endings.reinstate(session, team, by=actor.id, today=times.local_day(kit.now(), team.timezone))
        ending_cards.came_back(session, team, before, kit.now())
        audit.note(session, "team.reinstated", by=actor.id, subject=f"team:{team.id}", now=kit.now())
        values = ending_cards.window(session, actor, team, kit.now())
        both = ending_cards.in_both(session, team, before)
    ack()
    if (body.get("view") or {}).get("callback_id") == "endings.window":
        answers.replace_view(kit, body, "endings/window", values)
    answers.tell(kit, body, f"{team.name} is at work again, and its people are asked again from now on. {both}".strip())


def _open(ack: Any, body: Body, kit: Kit, how: str, row: int) -> None:
    ack()
    with kit.store.reading() as session:
        actor, team = _whose(session, body, row, how)
        ours = team.id in actor.team_ids and how == WITHDRAWN
        steers = actor.may("team.end", collaborative=team.collaborative_id, team=team)
        values = {
            "team": team,
            "how": how,
            "today": times.local_day(kit.now(), team.timezone).isoformat(),
            "rule": ending_cards.told(_checks(session, team, how, kit)),
            "reasons": endings.OUR_REASONS if ours else endings.REASONS,
            "ours": ours,
            "teams": _others(session, team) if steers and how == WITHDRAWN else [],
            "most": endings.MOST,
            "meta": Carried(team=team.id or 0, how=how).model_dump_json(),
        }
    answers.open_view(kit, body, "endings/form", values)


def _whose(session: Session, body: Body, row: int, how: str) -> tuple[Actor, Team]:
    actor, team = access.actor(session, body), access.team_of(session, row)
    actor.must(ACTS.get(how, "team.end"), collaborative=team.collaborative_id, team=team)
    if how not in ACTS:
        raise Gone("This form isn't in use any more. Your words are still here: please copy them into a new one.")
    if team.status in GONE:
        raise Gone(_was_noted(session, team))
    return actor, team


def _was_noted(session: Session, team: Team) -> str:
    before = endings.standing(session, team)
    day = f" on {times.day(before.day)}" if before else ""
    ended = ending_cards.ENDED[team.status]
    return f"It is noted already: {team.name} {ended}{day}. A coordinator can take it in again."


def _must_fit(session: Session, team: Team, told: Noted, kit: Kit) -> None:
    """No day is to come, or before what the record has of the team."""
    today = times.local_day(kit.now(), team.timezone)
    if told.day > today:
        raise FieldError("day", TO_COME)
    last = engagement_facts.of_team(session, team, kit.now()).last
    known_until = max(
        (day for day in (last, *(one.back_on for one in endings.of_team(session, team))) if day), default=None
    )
    if known_until and told.day < known_until:
        raise FieldError(
            "day",
            f"The record has something of them of {times.day(known_until)}. Please choose that day or a later one.",
        )
    if told.reason and told.reason not in endings.REASONS:
        raise FieldError("reason", "Please choose one of these.")
    if told.senior_on and told.senior_on > today:
        raise FieldError("senior_on", TO_COME)
    if told.senior_on and last and told.senior_on < last:
        raise FieldError("senior_on", SINCE.format(day=times.day(last)))


def _must_hold(session: Session, team: Team, how: str, told: Noted, kit: Kit) -> None:
    """Nobody is said to have lapsed or completed but by the printed rule."""
    checks = _checks(session, team, how, kit, told)
    if not ending_rules.holds(checks):
        way_on = (
            "That they leave can be noted at any time."
            if how == LAPSED
            else "Rolls, numbers and cycles can be corrected, and a coordinator sets the rule under Alerts, Rules."
        )
        raise FieldError(
            "day", f"By the rule this isn't so yet. Still open: {ending_rules.open_ones(checks)}. {way_on}"
        )


def _checks(session: Session, team: Team, how: str, kit: Kit, told: Noted | None = None) -> list[Check]:
    """The parts of the rule for that end, with what the form tells; none for a team that leaves."""
    if how == WITHDRAWN:
        return []
    senior_on, shown = (told.senior_on, "shown" in told.storyboard) if told else (None, False)
    facts = ending_facts.of_team(session, team, kit.now(), senior_on=senior_on, storyboard=shown)
    rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))
    return ending_rules.lapsed(facts, rules) if how == LAPSED else ending_rules.completed(facts, rules)


def _into(session: Session, actor: Actor, team: Team, told: Noted) -> Team | None:
    """The team that it goes on as a part of, where a coordinator says so."""
    if told.into is None or not actor.may("team.end", collaborative=team.collaborative_id, team=team):
        return None
    if str(told.into) not in dict(_others(session, team)):
        raise FieldError("into", "Please choose a team that is at work.")
    return session.get_one(Team, told.into)


def _others(session: Session, team: Team) -> list[tuple[str, str]]:
    """The other teams at work, by name."""
    here = select(Team).where(
        Team.collaborative_id == team.collaborative_id, Team.id != team.id, col(Team.status).not_in(GONE)
    )  # fmt: skip
    found = sorted(session.exec(here), key=lambda one: one.name.casefold())
    return [(str(one.id), one.name[:75]) for one in found[:MOST_TEAMS]]


def _ended(session: Session, team: Team, how: str, told: Noted, into: Team | None, actor: Actor, kit: Kit) -> Ending:
    ending = Ending(
        team_id=team.id or 0, how=how, day=told.day, reason="merged" if into else told.reason,
        words=" ".join(told.words.split()), into_id=into.id if into else None, senior_on=told.senior_on,
        by_id=actor.id, at=kit.now(),
    )  # fmt: skip
    endings.end(session, team, ending)
    if into:
        endings.move_people(session, team, into, kit.now())
        endings.move_events(session, team, into, kit.now())
        ending_cards.shown(session, into, kit.now())
    ending_cards.follow(session, team, ending, kit.now())
    return ending


def _again(how: str) -> str:
    return "" if how == COMPLETED else "The door stays open: a coordinator can take it in again on any day."
