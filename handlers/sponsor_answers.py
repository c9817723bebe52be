"""What the sponsor answers: with a press of their own, or noted by the team lead for somebody who isn't in Slack."""

from typing import Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack

from bot import access, answers, audit, forms, inbox
from bot.cards import sponsor_cards, team_report_cards
from bot.domain import months, sponsors
from bot.domain.sponsors import ANSWERS, MOST, OnePager
from bot.domain.teams import GONE
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import sponsors as pages

Body = dict[str, Any]
ASKS_NOTHING = "This page asks for nothing, so there is no answer to note. Change it, and it does."
AGAIN = "Somebody told an answer while you were writing: {stands} Saving takes its place."
THANKS = "Thank you: “{said}”. The team reads it in its own channel, and on its next page."
THE_SAME = "The team knows already: “{said}”. Thank you."


def register(app: Registrar) -> None:
    """What a sponsor and a team lead can do."""
    app.action("sponsors.remove")(answer)
    app.action("sponsors.talk")(answer)
    app.action("sponsors.cannot")(answer)
    app.action("sponsors.record")(open_record)
    app.view("sponsors.recorded")(record)


class Carried(BaseModel):
    """The page, and how its answer stood when the form was opened: claims, checked again."""

    onepager: int
    stood: str = ""


class Told(BaseModel):
    """What the sponsor said to somebody."""

    answer: Literal["remove", "talk", "cannot"]
    words: str = Field(default="", max_length=MOST)


def answer(ack: Ack, body: Body, kit: Kit) -> None:
    """One press of the sponsor; another changes it, also after the next report."""
    said = str(body["actions"][0]["action_id"]).removeprefix("sponsors.")
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "sponsors.answered", kit.now())
        actor, page = access.actor(session, body), session.get(OnePager, forms.pressed(body))
        team = access.team_of(session, page.team_id if page else 0)
        actor.must("sponsor.answer", collaborative=team.collaborative_id, team=team)
        if page is None or page.purged_at or not page.barrier or team.status in GONE:
            raise Gone("This page doesn't ask for anything any more, so there is nothing to answer. Thank you.")
        changed = sponsors.answer(session, page, said, "", by=actor.id, noted=False, now=kit.now())
        if changed:
            sponsor_cards.tell(session, page, kit.now())
            subject = sponsor_cards.key(page)
            audit.note(session, "sponsor.answered", by=actor.id, subject=subject, now=kit.now(), answer=said)
    ack()
    answers.tell(kit, body, (THANKS if changed else THE_SAME).format(said=ANSWERS[said]))


def open_record(ack: Ack, body: Body, kit: Kit) -> None:
    """What does your senior leader say?"""
    ack()
    with kit.store.reading() as session:
        _, _, page = pages.writable(session, body, forms.pressed(body))
        if not page.barrier:
            raise Gone(ASKS_NOTHING)
        stands = team_report_cards.answered(session, page)
        values = _form(page, stands, page.answer, page.answer_words)
    answers.open_view(kit, body, "sponsors/record", values)


def record(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is kept as what was told, the team reads it, and so does the next report."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "sponsors.recorded", kit.now())
        carried = forms.carried(view, Carried)
        actor, team, page = pages.writable(session, body, carried.onepager)
        told = forms.read(view, Told)
        if not page.barrier:
            raise FieldError("answer", ASKS_NOTHING)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        stands = team_report_cards.answered(session, page)
        if stands != carried.stood:
            values = _form(page, AGAIN.format(stands=stands), told.answer, told.words) | {
                "meta": Carried(onepager=page.id or 0, stood=stands).model_dump_json()
            }
            raise forms.AskAgain(kit.templates.render("sponsors/record", values))
        words = sponsors.line(told.words)
        if sponsors.answer(session, page, told.answer, words, by=actor.id, noted=True, now=kit.now()):
            sponsor_cards.tell(session, page, kit.now())
        subject = sponsor_cards.key(page)
        audit.note(
            session, "sponsor.noted", by=actor.id, subject=subject, now=kit.now(), answer=told.answer,
            confirmed=confirmed,
        )  # fmt: skip
    ack(**forms.closing(view))


def _form(page: OnePager, stands: str, said: str, words: str) -> dict[str, Any]:
    return {
        "month": months.called(page.period),
        "barrier": page.barrier,
        "stands": stands,
        "answers": ANSWERS,
        "answer": said,
        "words": words,
        "meta": Carried(onepager=page.id or 0, stood=stands).model_dump_json(),
    }
