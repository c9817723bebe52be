"""Who is there: one's own tap on the card, and the coordinator's roll by team."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox
from bot.access import Actor
from bot.cards import attendance_cards, attendance_words, call_cards, minutes_cards, readiness_cards, roll_cards
from bot.domain import attendance, event_facts, hours, minutes, rolls, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.homes import screen
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering, calls

Body = dict[str, Any]
EARLY = "{what} hasn't begun yet. I'm here counts from 15 minutes before."
CLOSED = "{what} ended more than an hour ago, so I'm here doesn't count any more. A coordinator notes you on the roll."
CANCELED = "{what} is canceled, so there is nothing to be at. All actions shows the next one."
NOT_YET = "{what} hasn't begun yet, so there is no roll to call. It opens 15 minutes before."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("attendance.here")(arrive)
    app.action("attendance.roll")(open_roll)
    app.view("attendance.called")(call)


class Opened(call_steering.Which):
    """The date, the page of its roll with its teams and those that had a tick, when that was opened, and over what.

    They are claims, checked again.
    """

    opened: datetime
    page: int = 0
    teams: tuple[int, ...] = ()
    ticked: tuple[int, ...] = ()
    below: str = ""


def arrive(ack: Ack, body: Body, kit: Kit) -> None:
    """I'm here, and so is my team."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "attendance.here", kit.now())
        actor, date = access.actor(session, body), calls.meant(session, call_steering.pressed(body))
        if date is None:
            raise Gone(calls.NOT_ANY_MORE)
        actor.must("call.attend", collaborative=date.event.collaborative_id)
        _must_be_open(session, date, actor, kit.now())
        new = attendance.arrive(session, date, [actor.id], how=attendance.TAP, by=actor.id, now=kit.now())
        teams = rsvps.teams_of(session, actor.id, date.event.collaborative_id)
        attendance_cards.follow(session, date, teams, kit.now())
        told = _noted(date, teams, new=bool(new))
        in_window = (body.get("view") or {}).get("callback_id") == "home.window"
        values = screen.gather(session, actor, kit) if in_window else {}
    ack()
    if values:
        answers.replace_view(kit, body, "home/actions", values)
    answers.tell(kit, body, told)


def open_roll(ack: Ack, body: Body, kit: Kit) -> None:
    """The teams with who said that they come, and who is noted by now."""
    ack()
    with kit.store.reading() as session:
        _, date, collaborative = call_steering.steered(session, body, call_steering.pressed(body))
        _must_have_a_roll(date, kit.now())
        shown = _page(session, date, collaborative, 0, kit, str((body.get("view") or {}).get("id", "")))
    answers.open_view(kit, body, "attendance/roll", shown)


def call(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """These were there and the others of this page weren't; the trail has who said so, and the next page comes."""
    with kit.store.transaction() as session:
        page = str(forms.meta(view).get("page", 0))
        sent = inbox.form_once(session, body, "attendance.called", kit.now(), page=page)
        actor, date, collaborative = call_steering.steered(session, body, call_steering.carried(view))
        _must_have_a_roll(date, kit.now())
        opened, every = forms.carried(view, Opened), attendance_cards.listed(session, date)
        teams = [team for team in every if team.id in opened.teams]
        changed = _called(session, view, date, opened, teams, actor.id, kit)
        goes_on = opened.page + 1 < attendance_cards.pages(every)
        if not goes_on:
            rolls.call(session, date, by=actor.id, now=kit.now())
        subject = attendance.subject(date)
        audit.note(session, "attendance.called", by=actor.id, subject=subject, now=kit.now(), changed=changed)
        follow(session, date, teams, kit)
        told = attendance_words.line(session, date) or "Nobody is noted."
        shown = _page(session, date, collaborative, opened.page + 1, kit, opened.below) if goes_on else {}
        is_below = bool(opened.below) and opened.below == view.get("previous_view_id")
        listed = readiness_cards.dates(session, collaborative, kit.now()) if is_below else {}
        following: dict[str, Any] = {}
        if shown:
            following = {"response_action": "update", "view": kit.templates.render("attendance/roll", shown)}
        inbox.answered(session, sent, following)
    if listed:
        answers.replace_below(kit, view, "readiness/dates", listed)
    ack(**following)
    if not following:
        answers.tell(kit, body, f"Saved. {date.event.title}: {told}")


def follow(session: Session, date: Meeting, teams: list[Team], kit: Kit) -> None:
    """The cards show who was noted, and teams that turn out to have been there aren't told what they missed."""
    now = kit.now()
    attendance_cards.follow(session, date, teams if attendance.is_open(date, now) else [], now)
    outbox.say_again(session, roll_cards.key(call_cards.about(date)), now=now)
    written = minutes.of_date(session, date.event.id, date.planned)
    if written and not written.purged_at:
        minutes_cards.follow(session, written, date, now)


def _called(
    session: Session, view: Body, date: Meeting, opened: Opened, teams: list[Team], by: int, kit: Kit
) -> int:  # fmt: skip
    """What stands in the form is noted; returns how many marks change. Raises FieldError where it can't be so."""
    rows = {team.id or 0 for team in teams}
    members = {one.id or 0 for row in rows for one in rsvps.members(session, row)}
    of_teams = _chosen(view, "people") & members
    unticked = [team for team in teams if team.id in {*opened.ticked} - _chosen(view, "teams")]
    if why := attendance_cards.still_ticked(session, unticked, of_teams):
        raise FieldError(f"teams_1{attendance_cards.its_page(opened.page)}", why)
    staff = {*attendance_cards.staff(session, date)} if opened.page == 0 else set()
    people = of_teams | (_chosen(view, "staff") & staff)
    return attendance.call_roll(
        session, date, rows, staff | members, _chosen(view, "teams"), people, since=opened.opened, by=by, now=kit.now()
    )


def _page(
    session: Session, date: Meeting, collaborative: Collaborative, page: int, kit: Kit, below: str
) -> dict[str, Any]:  # fmt: skip
    shown = attendance_cards.roll(session, date, collaborative.timezone, page)
    on_it = tuple(int(row) for _, options in shown["teams"] for row, _ in options)
    carried = Opened(which=event_facts.key(date), opened=kit.now(), page=page, teams=on_it, below=below)
    carried.ticked = tuple(map(int, shown["teams_here"]))
    return {**shown, "meta": carried.model_dump_json()}


def _chosen(view: Body, box: str) -> set[int]:
    """What is chosen in the boxes of that name: more than a menu takes stands in several."""
    found = [rows for name, rows in forms.values(view).items() if name.startswith(box) and isinstance(rows, list)]
    return {int(row) for rows in found for row in rows if str(row).isdecimal()}


def _must_be_open(session: Session, date: Meeting, actor: Actor, now: datetime) -> None:
    """Raises Gone, in words, where a tap is of no use."""
    if attendance.is_open(date, now):
        return
    zone = hours.zone(session, session.get_one(Person, actor.id))
    why = CANCELED if date.starts is None else EARLY if attendance.is_early(date, now) else CLOSED
    raise Gone(why.format(what=rsvp_facts.of(date, zone)))


def _must_have_a_roll(date: Meeting, now: datetime) -> None:
    if date.starts is None:
        raise Gone(CANCELED.format(what=date.event.title))
    if attendance.is_early(date, now):
        raise Gone(NOT_YET.format(what=date.event.title))


def _noted(date: Meeting, teams: list[Team], *, new: bool) -> str:
    """Which of their teams are counted with them."""
    counted = f", and {rsvp_facts.named([team.name for team in teams])} with you" if teams else ""
    already = "" if new else " already"
    return f"You're noted{already} as here at {date.event.title}{counted}. Good to have you."
