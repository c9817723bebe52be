"""A call or session is moved or canceled: those who coordinate say so, see whom it reaches when, and have it told."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session, select

from bot import access, answers, audit, drafts, forms, inbox, outbox
from bot.access import Actor
from bot.cards import call_cards, event_audience, event_news
from bot.cards.event_audience import Audience, News, Told
from bot.domain import event_changes, event_facts, event_plans, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import EventChange, Meeting
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
Instant = Annotated[int, Field(ge=0, lt=10**10)]  # seconds since 1970
FORM = "events.changed"
MOST = 300  # dates to choose from
NO_DATES = "No call or session is to come: the collaborative file has none after today."
NOT_ANY_MORE = "This date isn't in the record any more. Please choose another."
TOO_EARLY = "At night one may be told of what is within 24 hours. This is later, so nobody is woken for it."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("events.change")(open_form)
    app.view(FORM)(preview)
    app.view("events.previewed")(tell)
    app.view("events.at_night")(tell_at_night)


class Carried(BaseModel):
    """The collaborative whose date it is: a claim, checked again."""

    collaborative: int


class Chosen(BaseModel):
    """The form."""

    which: str
    what: Literal["moved", "canceled"]
    day: date | None = None
    at: time | None = None
    words: str = Field(default="", max_length=event_changes.MOST)


class Previewed(Carried):
    """What the preview showed, and what is stored and told once it is sent."""

    event: int
    planned: Instant
    starts: Instant  # 0: canceled
    version: int  # of the change before this one
    words: str = ""
    confirmed: list[str] = []
    woken: int = 0  # so many people it was said to wake


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The next dates, to choose one."""
    ack()
    with kit.store.reading() as session:
        actor, collaborative = _whose(session, body, forms.pressed(body))
        subject = _subject(collaborative.id or 0)
        typed = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
        coming = event_changes.coming(session, collaborative, kit.now(), MOST + 1)
    if not coming:
        raise BotError(NO_DATES)
    zone = collaborative.timezone
    values = {
        "collaborative": collaborative, "dates": event_facts.by_month(coming[:MOST], zone), "whats": event_facts.WHATS,
        "more": len(coming) > MOST, "most": MOST,
    }  # fmt: skip
    meta = json.dumps({"collaborative": collaborative.id, "subject": subject})
    form = {name: typed.get(name, "") for name in Chosen.model_fields}
    answers.open_view(kit, body, "events/change", {**values, "form": form, "kept": bool(typed), "meta": meta})


def preview(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """What will be said, to whom and when; nothing is stored yet."""
    with kit.store.reading() as session:
        actor, collaborative = _whose(session, body, forms.carried(view, Carried).collaborative)
        chosen = forms.read(view, Chosen)
        meeting = _chosen(session, collaborative, chosen.which)
        starts = _understood(chosen, meeting, collaborative.timezone)
        event_changes.check(meeting, starts, collaborative.timezone, kit.now())
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        news = News(collaborative, meeting, Told(meeting.starts, starts))
        shown = event_news.preview(session, news, event_audience.audience(session, news, actor.id, kit), kit.now())
    carried = Previewed(
        collaborative=collaborative.id or 0, event=meeting.event.id or 0, planned=event_facts.stamp(meeting.planned),
        starts=event_facts.stamp(starts), version=_version(meeting), words=" ".join(chosen.words.split()),
        confirmed=confirmed,
    )  # fmt: skip
    values = {**shown, "words": carried.words, "by": actor.name, "meta": carried.model_dump_json()}
    ack(response_action="push", view=kit.templates.render("events/preview", values))


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Have it told, held over night; where it is to go out at night too, that is asked a second time first."""
    _save(ack, body, view, kit, at_night=forms.values(view).get("night") == ["night"])


def tell_at_night(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The second yes; where it would wake more people by now than it said, it is asked once more."""
    _save(ack, body, view, kit, at_night=True)


def _save(ack: Ack, body: Body, view: Body, kit: Kit, *, at_night: bool) -> None:
    """The fact, its letters and the trail in one transaction; the cards that show the next call follow."""
    carried = forms.carried(view, Previewed)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "events.changed", kit.now(), {"response_action": "clear"})
        actor, news = _news(session, body, carried, kit)
        found = event_audience.audience(session, news, actor.id, kit)
        if at_night:
            _must_be_agreed_to(found, news, carried, kit)
        told = (
            event_facts.at_night(len(found.told))
            if at_night
            else " ".join(event_news.reach(session, news, found, kit.now()))
        )
        change = event_changes.change(
            session, news.meeting, news.told.starts, words=carried.words, by=actor.id, now=kit.now()
        )
        event_news.tell(session, change, found, at_night=at_night, kit=kit)
        _note(session, change, found, carried, kit, woken=found.asleep if at_night else 0)
        drafts.discard(session, person=actor.id, form=FORM, subject=_subject(carried.collaborative))
        kit.typing.forget(str(view.get("previous_view_id")))
        outbox.say_again(session, *_cards(session, news.collaborative), now=kit.now())
        now_stands = replace(news.meeting, change=change)
        call_cards.follow(session, now_stands, kit)
        stands = event_facts.stands(now_stands, news.collaborative.timezone, kit.now())
    ack(response_action="clear")
    answers.tell(kit, body, f"Saved. {stands} {told}")


def _must_be_agreed_to(found: Audience, news: News, carried: Previewed, kit: Kit) -> None:
    """Raises AskAgain, with how many people it may wake, unless as many were agreed to before."""
    if not found.soon:
        raise BotError(TOO_EARLY)
    if found.asleep > carried.woken:
        meta = carried.model_copy(update={"woken": found.asleep}).model_dump_json()
        asked = {"woken": found.asleep, "people": len(found.told), "title": news.meeting.event.title, "meta": meta}
        raise AskAgain(kit.templates.render("events/night", asked))


def _note(session: Session, change: EventChange, found: Audience, carried: Previewed, kit: Kit, *, woken: int) -> None:
    """Who changed which date to when, how many are told and, where it went out at night, how many it may have woken."""
    by, subject = change.person_id, f"event:{change.event_id}"
    told = {"people": len(found.told), "channels": len(found.channels)}
    starts = change.starts.isoformat() if change.starts else "canceled"
    audit.note(
        session, "event.changed", by=by, subject=subject, now=kit.now(), planned=change.planned.isoformat(),
        starts=starts, **told,
    )  # fmt: skip
    if woken:
        audit.note(session, "event.told_at_night", by=by, subject=subject, now=kit.now(), woken=woken, **told)
    if carried.confirmed:
        audit.note(session, "privacy.confirmed", by=by, subject=subject, now=kit.now(), fields=carried.confirmed)


def _news(session: Session, body: Body, carried: Previewed, kit: Kit) -> tuple[Actor, News]:
    """What the preview showed, looked at again: it may have begun, or been changed by somebody else, since then."""
    actor, collaborative = _whose(session, body, carried.collaborative)
    meeting = _found(session, collaborative, carried.event, carried.planned)
    if meeting.change and meeting.change.version != carried.version:
        by = pdsa_facts.name_of(session, meeting.change.person_id)
        stands = event_facts.stands(meeting, collaborative.timezone, kit.now())
        raise BotError(
            f"{by} changed this date while you looked: {stands} Nothing was sent for you; please look again."
        )
    starts = event_facts.start(carried.starts)
    event_changes.check(meeting, starts, collaborative.timezone, kit.now())
    return actor, News(collaborative, meeting, Told(meeting.starts, starts))


def _chosen(session: Session, collaborative: Collaborative, key: str) -> Meeting:
    if not re.fullmatch(r"[0-9]{1,9}:[0-9]{1,10}", key):
        raise FieldError("which", NOT_ANY_MORE)
    event, planned = map(int, key.split(":"))
    return _found(session, collaborative, event, planned)


def _found(session: Session, collaborative: Collaborative, event: int, planned: int) -> Meeting:
    meeting = event_changes.find(session, collaborative, event, datetime.fromtimestamp(planned, UTC))
    if meeting is None:
        raise FieldError("which", NOT_ANY_MORE)
    return meeting


def _understood(chosen: Chosen, meeting: Meeting, zone: str) -> datetime | None:
    """The new start, where the collaborative is; None for a cancellation. A day or time left out stays as it was.

    Raises FieldError where the clocks skip it that night.
    """
    if chosen.what == "canceled":
        return None
    stood = meeting.known_as.astimezone(ZoneInfo(zone))
    return event_plans.start(chosen.day or stood.date(), chosen.at or stood.time(), zone)


def _subject(collaborative_id: int) -> str:
    """What half-written words of the form are about."""
    return f"dates:{collaborative_id}"


def _version(meeting: Meeting) -> int:
    return meeting.change.version if meeting.change else 0


def _cards(session: Session, collaborative: Collaborative) -> list[str]:
    """The cards that show the next call."""
    theirs = select(Team.id).where(Team.collaborative_id == collaborative.id)
    return [f"team:{team}" for team in session.exec(theirs)]


def _whose(session: Session, body: Body, collaborative_id: int) -> tuple[Actor, Collaborative]:
    actor, collaborative = access.actor(session, body), session.get(Collaborative, collaborative_id)
    actor.must("events.change", collaborative=collaborative_id)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, collaborative
