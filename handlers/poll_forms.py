"""The form in which those who coordinate propose times, for the first time or once more."""

from datetime import date, datetime, time
from typing import Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import poll_cards, poll_forms
from bot.domain import event_plans, poll_slots, polls, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.poll_slots import Row
from bot.domain.polls import OPEN, Poll
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
NOT_ANY_MORE = "This poll isn't in the record any more. All actions shows what is asked now."
NOT_YET = "Times are found once {name} is launched: nobody has been invited yet."
NOBODY = "There is no team yet that a time could be found with."
NOT_OURS = "A team you chose doesn't take part any more. Please choose anew."
ASKED_AGAIN = "Other times are asked for already: Find a time, at Home, has the newer poll."
STILL_OPEN = "It still takes answers. Close it or cancel it first."
IS_FOUND = "The time is found already, and in the calendar. Move or cancel a date, at Home, changes it."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("polls.new")(open_form)
    app.action("polls.more")(widen)
    app.action("polls.again")(ask_again)
    app.view("polls.opened")(propose)


class Carried(BaseModel):
    """Whose poll it is, how many rows the form has, the poll before it, and what was shown: claims, checked again."""

    collaborative: int
    rows: int = Field(default=poll_forms.AT_FIRST, ge=1, le=poll_slots.MOST)
    after: int = 0
    shown: str = ""  # the mark of what was shown


class Proposal(BaseModel):
    """The form, beside its times."""

    title: str = Field(max_length=event_plans.MOST_TITLE)
    kind: Literal["call", "session", "coaching", "office_hours", "congress"]
    minutes: int
    until: date
    until_at: time
    teams: list[int] = []


class When(BaseModel):
    """One row of it."""

    day: date | None = None
    at: time | None = None


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """A new one."""
    ack()
    begin(body, kit, forms.pressed(body))


def begin(body: Body, kit: Kit, row: int) -> None:
    """The form, with nothing filled in."""
    with kit.store.reading() as session:
        _, collaborative = whose(session, body, row)
        values = _new(session, collaborative, Carried(collaborative=row), kit)
    answers.open_view(kit, body, "polls/form", values)


def ask_again(ack: Ack, body: Body, kit: Kit) -> None:
    """The same with other times."""
    ack()
    with kit.store.reading() as session:
        _, before = steered(session, body, forms.pressed(body))
        must_be_over(session, before, kit)
        collaborative = session.get_one(Collaborative, before.collaborative_id)
        carried = Carried(collaborative=before.collaborative_id, after=before.id or 0)
        values = _new(session, collaborative, carried, kit)
    answers.open_view(kit, body, "polls/form", values)


def widen(ack: Ack, body: Body, kit: Kit) -> None:
    """Room for all ten times; what was filled in stays."""
    ack()
    with kit.store.reading() as session:
        carried = forms.carried(body["view"], Carried).model_copy(update={"rows": poll_slots.MOST})
        _, collaborative = whose(session, body, carried.collaborative)
        values = _new(session, collaborative, carried, kit)
    answers.replace_view(kit, body, "polls/form", values)


def propose(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is open, its cards are on their way, and each team shows it."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "polls.opened", kit.now(), {"response_action": "clear"})
        carried = forms.carried(view, Carried)
        actor, collaborative = whose(session, body, carried.collaborative)
        told, starts = _read(view, collaborative, carried, kit)
        teams = _asked(session, collaborative, told.teams)
        _must_be_seen(session, collaborative, view, carried, starts, teams, kit)
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        before = _before(session, carried, collaborative, kit)
        poll = _poll(told, collaborative, kit)
        poll.person_id, poll.after_id = actor.id, before.id if before else None
        polls.propose(session, poll, starts, teams)
        poll_cards.opened(session, poll, kit)
        if before:
            polls.cancel(session, before, kit.now())
            poll_cards.ended(session, before, kit)
        subject = f"poll:{poll.id}"
        audit.note(session, "poll.opened", by=actor.id, subject=subject, now=kit.now(), teams=len(teams))
        if confirmed:
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
        sentence = poll_forms.opened(session, poll, len(starts), teams, collaborative.timezone)
    ack(response_action="clear")
    answers.tell(kit, body, sentence)


def must_be_over(session: Session, poll: Poll, kit: Kit) -> None:
    """Raises, in words, where it still takes answers, the time is found, or other times are asked for already."""
    if poll.event_id:
        raise Gone(IS_FOUND)
    if polls.state(poll, kit.now()) == OPEN:
        raise BotError(STILL_OPEN)
    if polls.successor(session, poll):
        raise Gone(ASKED_AGAIN)


def steered(session: Session, body: Body, row: int) -> tuple[Actor, Poll]:
    """Who steers which poll; the check is on the record."""
    actor, poll = access.actor(session, body), session.get(Poll, row)
    if poll is None:
        raise Gone(NOT_ANY_MORE)
    actor.must("poll.manage", collaborative=poll.collaborative_id)
    return actor, poll


def whose(session: Session, body: Body, row: int) -> tuple[Actor, Collaborative]:
    """Who finds a time for which collaborative."""
    actor, collaborative = access.actor(session, body), session.get(Collaborative, row)
    actor.must("poll.manage", collaborative=row)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    if collaborative.launched_at is None:
        raise Gone(NOT_YET.format(name=collaborative.name))
    return actor, collaborative


def _read(view: Body, collaborative: Collaborative, carried: Carried, kit: Kit) -> tuple[Proposal, list[datetime]]:
    """What the form proposes, where it can be; raises FieldError on the box where it can't."""
    told, typed = forms.read(view, Proposal), forms.values(view)
    rows = [_row(typed, number) for number in range(1, carried.rows + 1)]
    proposed = poll_slots.understood(rows, collaborative.timezone)
    closes = times.at(told.until, told.until_at, collaborative.timezone)
    poll_slots.check(proposed, minutes=told.minutes, closes=closes, zone=collaborative.timezone, now=kit.now())
    return told, [one.starts for one in proposed]


def _must_be_seen(
    session: Session, collaborative: Collaborative, view: Body, carried: Carried, starts: list[datetime],
    teams: list[Team], kit: Kit,
) -> None:  # fmt: skip
    """Raises AskAgain, with the poll as it was understood at the end of the form, where that wasn't shown yet."""
    typed = forms.values(view)
    if carried.shown == (mark := poll_forms.mark(typed)):
        return
    told = forms.read(view, Proposal)
    poll = _poll(told, collaborative, kit)
    again = carried.model_copy(update={"shown": mark})
    values = _new(session, collaborative, again, kit)
    understood = poll_forms.understood(session, collaborative, poll, starts, teams)
    shown = kit.templates.render("polls/form", {**values, "understood": understood})
    raise AskAgain(forms.asked_still(view, shown))


def _poll(told: Proposal, collaborative: Collaborative, kit: Kit) -> Poll:
    return Poll(
        collaborative_id=collaborative.id or 0, person_id=0, title=" ".join(told.title.split()), kind=told.kind,
        minutes=told.minutes, asks_all=not told.teams, opened_at=kit.now(),
        closes=times.at(told.until, told.until_at, collaborative.timezone),
    )  # fmt: skip


def _row(typed: dict[str, Any], number: int) -> Row:
    found = {name: typed[box] for name in ("day", "at") if (box := f"{name}{number}") in typed}
    row = forms.as_draft(found, When)
    return row.day, row.at


def _asked(session: Session, collaborative: Collaborative, chosen: list[int]) -> list[Team]:
    every = {team.id: team for team in rsvps.at_work(session, collaborative.id or 0)}
    if not every:
        raise BotError(NOBODY)
    if not set(chosen) <= set(every):
        raise FieldError("teams", NOT_OURS)
    return [every[row] for row in dict.fromkeys(chosen)] or [*every.values()]


def _before(session: Session, carried: Carried, collaborative: Collaborative, kit: Kit) -> Poll | None:
    """The poll that this one follows, looked at again."""
    before = session.get(Poll, carried.after) if carried.after else None
    if before is None or before.collaborative_id != collaborative.id:
        return None
    must_be_over(session, before, kit)
    return before


def _new(session: Session, collaborative: Collaborative, carried: Carried, kit: Kit) -> dict[str, Any]:
    after = _before(session, carried, collaborative, kit)
    meta = carried.model_dump_json()
    return poll_forms.new(session, collaborative, kit.now(), rows=carried.rows, meta=meta, after=after)
