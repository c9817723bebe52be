"""Report patient details: our copy and its card go at once, for good, and people are told what Slack still holds."""

from datetime import datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, select

from bot import access, answers, audit, drafts, forms, inbox, outbox, reports, store
from bot.access import Actor
from bot.cards import seed_cards, team_charts
from bot.domain import idea_steals, ideas, pdsa_edit, pdsa_facts, pdsa_search, people
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership
from bot.domain.reasons import CYCLES
from bot.domain.teams import GONE, Team
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import asking
from bot.reporting import afterwards, receipts, sponsors
from bot.reporting import ideas as reported_ideas
from bot.routes import Registrar

Body = dict[str, Any]
NOT_OURS = (
    "That message isn't Allteach's, and we hold no copy of it: message text is only kept when somebody puts it in a "
    "form. Please ask its author to delete it in Slack, and tell a coordinator if they can't."
)
MOST_CHOICES = 80  # cycles in one window, beside a heading for each team


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("privacy.where")(show_ways)
    app.action("privacy.report")(report_cycle)
    app.action("privacy.report_team")(report_team)
    app.action("privacy.report_checkin")(report_checkin)
    app.action("privacy.report_question")(report_question)
    app.action("privacy.report_reply")(report_reply)
    app.action("privacy.report_change")(report_change)
    app.action("privacy.report_event")(report_event)
    app.action("privacy.report_numbers")(report_numbers)
    app.action("privacy.report_moment")(report_moment)
    app.action("privacy.report_idea")(report_idea)
    app.action("privacy.report_shoutout")(report_shoutout)
    app.shortcut("privacy.report_message")(report_message)


def show_ways(ack: Ack, body: Body, kit: Kit) -> None:
    """The button at Home: their teams' cycles to choose from, and in words where else the report stands."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        most = MOST_CHOICES // max(len(actor.team_ids), 1)
        teams = [
            {
                "team": access.team_of(session, team),
                "cycles": pdsa_facts.lines(pdsa_search.of_team(session, team, most)),
            }
            for team in actor.team_ids
        ]
        staff = bool(access.collaboratives_of(session, actor, "teams.see"))
    answers.open_view(kit, body, "privacy/where", {"teams": teams, "staff": staff})


def report_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a cycle's card, and in the window that shows all of it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report", kit.now())
        actor = access.actor(session, body)
        cycle = session.get(Cycle, forms.pressed(body))
        receipt = _take_down(session, actor, cycle, kit)
        number = cycle.number if cycle else 0
    ack()
    if body.get("view"):
        answers.replace_view(kit, body, "pdsa/gone", {"number": number, "sentence": reports.receipt(receipt)})
    else:
        answers.tell(kit, body, reports.receipt(receipt))


def report_team(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a team card: the lines that people wrote about themselves."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report_team", kit.now())
        actor = access.actor(session, body)
        sentence = _clear_lines(session, actor, access.team_of(session, forms.pressed(body)), kit)
    ack()
    answers.tell(kit, body, sentence)


def report_checkin(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a check-in's card: what the team told, and what was asked with it."""
    report_words(ack, body, kit, "checkin")


def report_question(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a question, wherever it stands."""
    report_words(ack, body, kit, "question")


def report_reply(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on an answer to a question, wherever it stands."""
    report_words(ack, body, kit, "reply")


def report_change(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on word of a date that changed: what somebody wrote about it."""
    report_words(ack, body, kit, "change")


def report_event(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on the card of a call: its title and agenda; the date stays."""
    report_words(ack, body, kit, "event")


def report_numbers(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a month's numbers: the words beside them; the counts stay."""
    report_words(ack, body, kit, "submission")


def report_moment(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on what somebody saw in a chart."""
    report_words(ack, body, kit, "moment")


def report_idea(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on an idea's card, and in the window that shows all of it."""
    report_words(ack, body, kit, "idea")


def report_shoutout(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a shout-out, wherever it stands."""
    report_words(ack, body, kit, "shoutout")


def report_message(ack: Ack, body: Body, kit: Kit) -> None:
    """The shortcut on any message: what is ours is taken down, for others the way on is told."""
    with kit.store.transaction() as session:
        inbox.once(session, f"shortcut:{body['trigger_id']}", "privacy.report", kit.now())
        actor = access.actor(session, body)
        ts = str(body["message"].get("ts") or body.get("message_ts"))
        sentence = _report(session, actor, outbox.found(session, str(body["channel"]["id"]), ts), kit)
    ack()
    answers.tell(kit, body, sentence)


def report_words(ack: Ack, body: Body, kit: Kit, noun: str) -> None:
    """The words that a button stands below, by the noun of what it names, are taken down."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), f"privacy.report_{noun}", kit.now())
        actor = access.actor(session, body)
        about = {noun: forms.pressed(body)}
        receipt = reports.take_down(session, actor, about, kit)
    ack()
    answers.tell(kit, body, reports.receipt(receipt, about))


def _report(session: Session, actor: Actor, letter: Letter | None, kit: Kit) -> str:
    """Do what can be done about a message, and say what that was."""
    if letter is None:
        line = audit.note(session, "privacy.reported_elsewhere", by=actor.id, subject="message", now=kit.now())
        receipts.tell_coordinators(session, actor, line, kit.now(), actor.collaborative_ids[0])
        return NOT_OURS
    if found := _one_cycle(session, letter):
        return reports.receipt(_take_down(session, actor, session.get(Cycle, found), kit))
    if letter.message in reports.MESSAGES:
        return reports.receipt(reports.take_down(session, actor, letter.about, kit), letter.about)
    if letter.message == "teams/card":
        return _clear_lines(session, actor, access.team_of(session, letter.about["team"]), kit)
    if letter.message in ("words/offer", "sheets/card", "attendance/proposed"):
        afterwards.forget_file(session, letter)
        store.after_commit(session, kit.store.wipe)
        line = audit.note(session, "privacy.purged", by=actor.id, subject=f"letter:{letter.id}", now=kit.now())
        session.flush()
        outbox.recall(session, letter.key, kit.now())
        return (
            f"Thank you. Receipt {line.id}: my message is being deleted. Please delete your own above it in Slack too."
        )
    return reports.REPEATING.get(letter.message, reports.REPEATS)


def _one_cycle(session: Session, letter: Letter) -> int:
    """The cycle whose words the message shows, and no other's; 0 where it shows several or none."""
    if letter.message == "pdsa/card":
        return letter.about["cycle"]
    if letter.message == "ideas/ended":
        theft = idea_steals.of_team(session, session.get_one(Idea, letter.about["idea"]), letter.about["team"])
        return letter.about.get("ended", theft.steal.cycle_id) if theft else 0
    shown = {ask.subject for ask in asking.in_letter(session, letter) if ask.kind in CYCLES}
    return shown.pop() if len(shown) == 1 else 0


def _clear_lines(session: Session, actor: Actor, team: Team, kit: Kit) -> str:
    """Remove the lines people wrote on a team card, and why it pauses; cycles are reported where their words are."""
    actor.must("card.report", collaborative=team.collaborative_id, team=team)
    why_it_pauses = team.status_reason if team.status not in GONE else ""
    if not people.clear_lines(session, team.id or 0) and not why_it_pauses:
        return reports.REPEATS
    if why_it_pauses:
        team.status_reason = ""
    store.after_commit(session, kit.store.wipe)
    outbox.say_again(session, f"team:{team.id}", now=kit.now())
    line = audit.note(session, "privacy.purged", by=actor.id, subject=f"team:{team.id}", now=kit.now())
    receipts.tell_coordinators(session, actor, line, kit.now(), team.collaborative_id, team=team.id or 0)
    return f"Thank you. Receipt {line.id}: the lines people wrote on this card are removed for good. {reports.REPEATS}"


def _take_down(session: Session, actor: Actor, cycle: Cycle | None, kit: Kit) -> int:
    """Purge the words, their history, drafts and letters; returns the receipt's number."""
    if cycle is None:
        raise Gone("This cycle isn't in the record any more, so there is nothing left to take down.")
    actor.must("privacy.report", collaborative=cycle.collaborative_id)
    if cycle.purged_at:
        raise BotError(f"Cycle {cycle.number} has already been taken down.")
    now = kit.now()
    pdsa_edit.purge(session, cycle, now)
    store.after_commit(session, kit.store.wipe)
    drafts.discard_about(session, f"cycle:{cycle.id}")
    drafts.discard_about(session, f"after:{cycle.id}")
    outbox.recall(session, f"pdsa:{cycle.id}", now)
    idea = ideas.of_cycle(session, cycle.id)  # it was filled in from the cycle's words
    copies = reported_ideas.silence(session, idea, kit) if idea else 0
    sponsors.silence_copies(session, f"cycle:{cycle.id}", kit)
    seed_cards.take_down(session, cycle.id, now)
    asking.take_down(session, kit, CYCLES, cycle.id or 0, by=actor.id)
    _show_without_it(session, cycle, now)
    line = audit.note(session, "privacy.purged", by=actor.id, subject=f"cycle:{cycle.id}", now=now)
    session.flush()
    outbox.say(
        session, "privacy/author", key=f"purged:{line.id}:author", to=f"person:{cycle.owner_id}", now=now,
        cycle=cycle.id or 0, receipt=line.id or 0,
    )  # fmt: skip
    about = {"cycle": cycle.id or 0, "team": cycle.team_id, "copies": copies}
    receipts.tell_coordinators(session, actor, line, now, cycle.collaborative_id, **about)
    return line.id or 0


def _show_without_it(session: Session, cycle: Cycle, now: datetime) -> None:
    """The team card and the team's Homes list open cycles by their first words, and its run charts show them."""
    team_charts.draw_anew(session, cycle.team_id, now)
    outbox.say_again(session, f"team:{cycle.team_id}", now=now)
    for person in session.exec(select(Membership.person_id).where(Membership.team_id == cycle.team_id)):
        outbox.say_again(session, f"home:{person}", now=now)
