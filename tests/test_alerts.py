"""Alerts: faculty hears once about a team, on Monday or at once where it can't wait, until the team is back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from bot import access, outbox
from bot.access import Actor
from bot.cards import alert_cards, alert_questions, alert_reminders
from bot.domain import activity, alert_rules, alerts, contacts, engagement, engagement_facts
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Facts, Rules, Stream
from bot.domain.expected import Expected
from bot.domain.people import Membership
from bot.domain.teams import Channel, Team
from bot.outbox import Letter
from jobs import alerts as job
from tests.checking_in import is_heavy_twice
from tests.cycling import buttons, logs
from tests.personas import Json, Persona, texts
from tests.town import Town

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 2, 23, 8, tzinfo=NEW_YORK)
RULES = Rules()


def at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()


def cards(person: Persona, words: str = "Prairie Bend") -> list[Json]:
    return [one for one in person.messages("small-town-faculty") if one["text"].startswith(words)]


def more(person: Persona, label: str) -> None:
    person.presses("More to do", cards(person)[0])
    person.presses(label)


def found(town: Town) -> list[Alert]:
    with town.record() as session:
        return list(session.exec(select(Alert).order_by("id")))


def test_each_reason_is_a_rule_over_the_facts() -> None:
    on = date(2026, 2, 1)
    usual: dict[str, Any] = {"last": on, "people": 3, "active": 2}
    silent = Stream("data", (True, True, False, False))
    cases: list[tuple[Facts, set[str]]] = [
        (Facts(1, **usual), set()),
        (Facts(1, begun=13), set()),
        (Facts(1, begun=14), {"never_started"}),
        (Facts(1, **usual, quiet=30), {"quiet"}),
        (Facts(1, **usual, no_numbers=45, no_move=45), {"passive"}),
        (Facts(1, **usual, no_move=45, open_cycles=1), {"stuck"}),
        (Facts(1, **usual, left=("team_lead",)), {"left"}),
        (Facts(1, **usual, heavy=2), {"heavy"}),
        (Facts(1, (Stream("call", (True, False, False)),), **usual), {"calls"}),
        (Facts(1, (silent,), **usual, months_out=2), {"numbers"}),
        (Facts(1, (silent,), **usual, months_out=1), set()),
        (Facts(1, **usual, quiet=90, heavy=2, left=("team_lead",), at_rest=True), set()),
    ]
    for facts, reasons in cases:
        assert alert_rules.holding(facts, engagement.judged(facts, RULES), RULES) == reasons, facts

    opened = Alert(team_id=1, reason="quiet", opened_at=datetime(2026, 2, 2, 15, tzinfo=UTC))
    asked = contacts.Outreach(alert_id=1, person_id=1, at=datetime(2026, 2, 16, 15, tzinfo=UTC), what=contacts.ASKED)
    waits, call = contacts.WAITING, contacts.LADDER[1][1]
    for log, day, step in (
        ([asked], 18, waits),
        ([asked], 20, waits),
        ([], 18, call),
        ([asked], 23, contacts.LADDER[0][1]),
    ):
        assert contacts.next_step(opened, log, "UTC", datetime(2026, 2, day, 15, tzinfo=UTC)) == step, (log, day)

    assert alert_rules.is_over("quiet", Facts(1, last=on), on)  # on the day it was opened, which it was after a silence
    assert not alert_rules.is_over("quiet", Facts(1, last=on), on + timedelta(days=1))
    assert alert_rules.in_a_row(["quiet", "stuck", "calls"]) == "Gone quiet, a cycle is stuck and two calls missed"
    assert {name for name, one in alert_rules.REASONS.items() if one.interrupts} == {"left", "heavy"}
    assert [alerts.thursday(date(2026, 2, day)) for day in (2, 5, 6)] == [
        date(2026, 2, 5), date(2026, 2, 12), date(2026, 2, 12),
    ]  # fmt: skip


def test_what_can_wait_is_told_on_monday_handled_by_a_person_and_over_when_the_team_is_back(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    imani, pru = town.people["imani"], town.people["pru"]
    logs(ana)
    at(town, MONDAY - timedelta(days=3))
    assert [one.reason for one in found(town)] == ["never_started"]
    assert cards(imani) == []

    at(town, MONDAY + timedelta(minutes=1))
    town.bot.tick()
    (card,) = cards(imani)
    assert card["text"].startswith("Prairie Bend: Hasn't started yet. ")
    assert "no contribution yet (as of Mon 23 Feb 2026). Open since Fri 20 Feb 2026." in card["text"]
    assert [one for one in pru.hears() if "To call: Prairie Bend, Hasn't started yet: " in one]

    assert not [
        one for one in cleo.hears() if "would like to know how it goes" in one
    ]  # nobody of the team hears of its silence
    imani.presses("I'll call", card)
    assert "Dr. Imani Osei looks after it." in texts(cards(imani)[0]["blocks"])
    imani.presses("I'll call", cards(imani)[0])
    assert texts(cards(imani)[0]["blocks"]).count("Dr. Imani Osei calls") == 1
    pru.presses("I'll call", cards(pru)[0])
    assert "Dr. Imani Osei hears that you do." in pru.whispers("small-town-faculty")[-1]
    imani.presses("Already spoke", cards(imani)[0])
    assert not imani.filled_in()["outcome"]
    assert imani.submits(outcome="help", note="A data clinic by March")["ok"]
    told = texts(cards(imani)[0]["blocks"])
    pru.presses("I'll call", cards(pru)[0])
    assert "They'd like help. A data clinic by March" in told
    assert "The call sheet keeps it" in told  # and not the next rung of the ladder
    (styled,) = [one["elements"] for one in cards(imani)[0]["blocks"] if one["type"] == "actions"]
    assert not [one for one in styled if "style" in one]  # who has spoken needn't call next
    imani.presses("Remind me Thu 26 Feb", cards(imani)[0])
    assert "Comes again on Thu 26 Feb 2026." in texts(cards(imani)[0]["blocks"])
    more(imani, "Ask them for me")
    assert "You have them asked, on Mon 23 Feb 2026 9:00 AM MST. One question in" in texts((imani.form or {})["blocks"])
    imani.closes()
    pru.presses("More to do", cards(pru)[0])
    assert "Dr. Imani Osei has them asked, on Mon 23 Feb" in texts((pru.form or {})["blocks"])
    assert "Ask them for me" not in buttons((pru.form or {})["blocks"])  # nobody is offered what would be refused
    pru.closes()
    assert ": Dr. Imani Osei has the team lead asked, on Mon 23 Feb 2026 11:00 AM EST." in texts(
        cards(imani)[0]["blocks"]
    )
    pru.presses("Already spoke", cards(pru)[0])
    assert pru.submits(outcome="help")["ok"]
    assert "the team lead asked" not in texts(cards(imani)[0]["blocks"])  # who has spoken needn't ask
    more(imani, "Ask them for me")
    imani.closes()
    with town.kit.store.rehearsal() as session:
        alert = session.exec(select(Alert)).one()
        about = {"alert": alert.id or 0, "person": 8, "by": 2}
        assert alert_questions.asked(session, about, town.kit)
        _stands_by_its_letter(session, town.kit.now())
        alert.ended_at = town.kit.now()  # they are back before the lead's own hour
        assert alert_questions.asked(session, about, town.kit) is None
        session.add(Alert(team_id=2, reason="stuck", opened_at=town.kit.now()))
        assert alert_questions.asked(session, about, town.kit)  # it is about the team, and something else is open
    at(town, MONDAY + timedelta(hours=4))
    assert [one for one in cleo.hears() if "Dr. Imani Osei thinks of Prairie Bend" in one]
    handed_over = [one for one in imani.hears() + pru.hears() if "so you needn't" in one]
    assert [one[:20] for one in handed_over] == ["Pru Adebayo has spok"]  # whoever calls after all isn't told
    assert len([one for one in cleo.hears() if "would like to know how it goes" in one]) == 1
    cleo.presses("Stuck, please help")
    cleo.closes()  # the form is one thing more; the press counts
    told = texts(cards(imani)[0]["blocks"])
    assert "Mon 23 Feb 2026: Cleo Hart: stuck, please help." in told
    assert "Next: call them. They pressed that they're stuck" in told
    assert [who for who in (imani, pru) if "Cleo Hart answers for Prairie Bend: stuck" in who.hears()[-1]] == [
        imani,
        pru,
    ]
    with town.kit.store.rehearsal() as session:
        told_of = next(
            one.about for one in _letters(session) if (one.message, one.to) == ("alerts/answered", "person:2")
        )
        assert alert_questions.answered(session, told_of, town.kit)
        for place in session.exec(select(Membership).where(Membership.person_id == 2)):
            place.left_at = town.kit.now()
        assert alert_questions.answered(session, told_of, town.kit) is None  # who has left reads nothing of a team
    heard = [len(one.hears()) for one in (imani, pru)]
    cleo.presses("Stuck, please help")
    cleo.closes()
    assert any("I passed it on already: stuck, please help." in one["text"] for one in cleo.dm())
    assert texts(cards(imani)[0]["blocks"]).count("Cleo Hart: stuck, please help") == 1
    assert [len(one.hears()) for one in (imani, pru)] == heard  # nobody is told twice
    cleo.presses("All good, just quiet")
    assert "Cleo Hart: all good, just quiet." in texts(cards(imani)[0]["blocks"])
    asked = next(one for one in cleo.dm() if "would like to know how it goes" in one["text"])
    assert "Your team's answer of Mon 23 Feb 2026: all good, just quiet. If it changes, press again." in asked["text"]
    for outcome in ("nobody", "fine"):
        imani.presses("Already spoke", cards(imani)[0])
        assert imani.submits(outcome=outcome)["ok"]
    assert ": Dr. Imani Osei reached nobody." in texts(cards(imani)[0]["blocks"])
    cleo.presses("We need a pause")
    cleo.closes()
    told = texts(cards(imani)[0]["blocks"])
    assert "Cleo Hart, to a question of before the talk: we need a pause." in told
    assert "They say that they're fine" in told  # who has spoken with them since knows better
    cleo.presses("Stuck, please help")
    cleo.closes()
    told = texts(cards(imani)[0]["blocks"])
    assert "Cleo Hart: stuck, please help." in told
    assert "Next: call them. They pressed that they're stuck" in told  # which no talk before it answers
    town.bot.tick()
    assert any("Dr. Imani Osei has spoken with Prairie Bend, so you needn't call." in one for one in pru.hears())
    with town.kit.store.rehearsal() as session:
        _is_reminded_of_the_team(session, town)
    at(town, MONDAY + timedelta(days=3, hours=2))
    (again,) = [one for one in imani.dm() if "because you asked me to remind you" in one["text"]]
    assert "Comes again" not in texts(again["blocks"]) + texts(cards(imani)[0]["blocks"])

    logs(cleo, "team-prairie", due="2026-03-03")
    imani.runs("/allteach digest")
    assert "To call" not in imani.dm()[-1]["text"]  # nobody is called and praised at once, before any look
    imani.opens_home()
    imani.presses_at_home("🔔 Alerts")
    assert "No alert is open. Good." in texts(imani.home["blocks"])
    town.bot.tick()
    assert "They're back. 🌱" in texts(cards(imani)[0]["blocks"])
    assert "on Fri 20 Feb 2026: one person, not active lately; check-in of Mon 16 Feb 2026 still open; no" in texts(
        cards(imani)[0]["blocks"]
    )
    assert len(cards(imani)) == 1
    cleo.presses("All good, just quiet")
    assert "before the talk: all good" in texts(cards(imani)[0]["blocks"])  # also when it is over
    with town.kit.store.transaction() as session:
        for place in session.exec(select(Membership).where(Membership.team_id == 2)):
            place.roles = ["member"]
    cleo.presses("We need a pause")
    assert any("we need a pause. Your team lead or a coordinator can begin it." in one["text"] for one in cleo.dm())
    assert cleo.form is None
    assert [(one.reason, one.ended_how) for one in found(town)] == [("never_started", "back")]


def _stands_by_its_letter(session: Session, now: datetime) -> None:
    """A question on its way or parked is as good as put; one that came to nothing isn't."""
    question = contacts.asked_lately(session, 2, now)
    letter = alert_questions.letter_of(session, question) if question else None
    assert question
    assert letter
    later = now + timedelta(days=15)  # the talk before it rests no longer
    question.at = later - timedelta(days=1)
    for state in (outbox.SENDING, outbox.UNKNOWN, outbox.PARKED, outbox.DROPPED, outbox.EXPIRED, outbox.PENDING):
        letter.state = state
        stands = state not in (outbox.DROPPED, outbox.EXPIRED)
        assert bool(alert_questions.offer(session, session.get_one(Team, 2), 1, now)) is stands, state
        card = alert_cards.told_now(session, session.get_one(Alert, question.alert_id), later)
        assert (card["next"] == contacts.WAITING) is stands, state


def _is_reminded_of_the_team(session: Session, town: Town) -> None:
    """Once, however many alerts it has, and also where the one that it was asked for is over."""
    (reminder,) = [one for one in _letters(session) if one.message == "alerts/coach"]
    first = session.get_one(Alert, reminder.about["alert"])
    other = Alert(team_id=2, reason="stuck", opened_at=town.kit.now())
    session.add(other)
    session.flush()
    here, day = session.get_one(Collaborative, 1), date.fromordinal(reminder.about["day"])
    alert_reminders.plan(session, other, here, reminder.about["person"], day, town.kit.now())
    assert len([one for one in _letters(session) if one.message == "alerts/coach"]) == 1
    assert (alert_reminders.coach(session, reminder.about, town.kit) or {})["alert"] is first
    first.ended_at = town.kit.now()
    assert (alert_reminders.coach(session, reminder.about, town.kit) or {})["alert"] is other
    other.ended_at = town.kit.now()
    assert alert_reminders.coach(session, reminder.about, town.kit) is None


def test_what_cannot_wait_comes_at_once_and_what_is_no_worry_does_not_come_again(town: Town, ana: Persona) -> None:
    tobias, cleo = town.people["tobias"], town.people["cleo"]
    logs(ana)
    logs(cleo, "team-prairie")
    is_heavy_twice(town)
    town.later(hours=2)
    town.bot.tick()
    assert [
        one for one in tobias.hears() if one.startswith("Alder &amp; Main: Said heavy twice. Their last two check-ins")
    ]

    tobias.presses("Pause the team")
    assert tobias.filled_in()["until"] == "2026-02-16"
    tobias.closes()
    tobias.presses("Not a worry")
    assert tobias.submits(why="Ana and I talked: a hard month, and it shows")["ok"]
    town.later(hours=30)
    town.bot.tick()

    assert [(one.reason, one.ended_how) for one in found(town)] == [("heavy", "calm")]
    assert "Not a worry, says Tobias Lindqvist: Ana and I talked" in texts(
        cards(town.people["imani"], "Alder")[0]["blocks"]
    )
    town.people["imani"].opens_home()
    town.people["imani"].presses_at_home("🔔 Alerts")
    town.people["imani"].presses_at_home("Who covers, what was no worry, and rules")
    shown = texts((town.people["imani"].form or {})["blocks"])
    assert "Found to be no worry" in shown
    assert "Alder & Main, said heavy twice: Not a worry, says Tobias" in shown

    _is_told_beside(town, note := "Ana sounded tired")
    assert _count(tobias, note) == 2
    assert "Report patient details" in buttons(tobias.dm()[-1]["blocks"])
    town.people["imani"].presses("Report patient details")
    assert "the words were taken down" in texts((town.people["imani"].form or {})["blocks"])
    assert _count(tobias, note) == 0
    card = texts(cards(town.people["imani"], "Alder")[0]["blocks"])
    assert "Not a worry, says Tobias Lindqvist: the words were taken down" in card
    assert any("note about an alert" in one for one in tobias.hears())


def _is_told_beside(town: Town, note: str) -> None:
    """Another alert of the team, told in the channel and to its coach and over since, has the same note."""
    now = town.kit.now()
    with town.kit.store.transaction() as session:
        heavy = session.exec(select(Alert)).one()
        contacts.note(session, heavy, 3, contacts.SPOKE, heavy.opened_at, words=note)
        other = Alert(team_id=1, reason="stuck", opened_at=heavy.opened_at)
        session.add(other)
        session.flush()
        row = other.id or 0
        channel = session.exec(select(Channel.id).where(Channel.purpose == "faculty")).one()
        outbox.say(session, "alerts/card", key=f"alert:{row}", to=f"channel:{channel}", now=now, alert=row)
        outbox.say(session, "alerts/coach", key=f"alert:{row}:coach", to="person:3", now=now, alert=row, again=0)
    town.bot.tick()
    with town.kit.store.transaction() as session:
        session.get_one(Alert, row).ended_at = now


def _count(person: Persona, words: str) -> int:
    """The messages that have these words, in faculty's channel and to them alone."""
    return sum(words in texts(one.get("blocks", [])) for one in person.messages("small-town-faculty") + person.dm())


def test_faculty_pauses_a_team_for_an_alert_and_the_alert_rests_with_it(town: Town) -> None:
    imani, tobias = town.people["imani"], town.people["tobias"]
    at(town, MONDAY + timedelta(minutes=1))
    more(imani, "Pause the team")
    assert imani.submits(until="2026-03-09", reason="Short of people till March.")["ok"]

    assert "Dr. Imani Osei gave the team a pause." in texts(cards(imani)[0]["blocks"])
    with town.record() as session:
        assert session.get_one(Team, 2).status == "paused"
    tobias.presses("More to do", cards(tobias)[0])  # he coaches another team
    assert (
        "That's for the coach of Prairie Bend, faculty and coordinators." in tobias.whispers("small-town-faculty")[-1]
    )
    town.later(hours=2)
    town.bot.tick()
    assert "The team rests, so this is over." in texts(cards(imani)[0]["blocks"])


def test_all_teams_silent_is_said_once_and_a_coach_has_three_new_at_most(town: Town) -> None:
    now, then = datetime(2026, 4, 6, 13, tzinfo=UTC), datetime(2026, 2, 3, 13, tzinfo=UTC)
    with town.kit.store.transaction() as session:
        here = session.get_one(Collaborative, 1)
        for number in range(10, 16):
            session.add(Team(id=number, collaborative_id=1, organization_id=1, name=f"T{number}", timezone="UTC"))
            session.flush()
            session.add(Membership(
                collaborative_id=1, team_id=number, person_id=4, roles=[], joined_at=here.launched_at or now,
            ))  # fmt: skip
    with town.kit.store.rehearsal() as session:
        _looks(session, now)
        assert [(one.message, one.about["begun"]) for one in _letters(session)] == [("alerts/all_quiet", 0)]

    with town.kit.store.rehearsal() as session:
        activity.record(session, "data.filed", team=15, person=4, subject="data:2026-03", now=now)
        _looks(session, now)
        every = session.exec(select(Alert)).all()
        assert {one.reason for one in every} == {"never_started"}
        assert sorted(one.team_id for one in every if one.told_on) == [
            1,
            2,
            10,
            11,
        ]  # one of a coach's, three of nobody's
        teams = list(session.exec(select(Team).where(Team.id != 15)))
        pru = access.of_person(session, 1)
        assert pru
        few, all_of_them = (_asked(session, pru, some, now) for some in (teams[:2], teams))
        assert all_of_them < few + 8 * (len(teams) - 2)  # each card asks a little, the facts are asked for once

    with town.kit.store.rehearsal() as session:
        teams = list(session.exec(select(Team)))
        for team in teams:
            activity.record(session, "idea.shared", team=team.id or 0, person=4, subject="idea:1", now=then)
        alerts.watch(session, now)
        known = session.exec(select(Alert).where(Alert.team_id == 2)).one()
        known.told_on = date(2026, 3, 30)
        session.add(known)
        _looks(session, now)
        (letter,) = _letters(session)
        assert (letter.message, letter.about["teams"]) == ("alerts/all_quiet", len(teams))
        assert {one.reason for one in session.exec(select(Alert))} == {"quiet"}

        for number, outcome in enumerate(("met", "missed", "missed")):
            due = date(2026, 3, 1 + number)
            session.add(Expected(team_id=1, kind="call", source=number, due=due, closes=due, outcome=outcome))
        _looks(session, now + timedelta(days=7))
        assert [one.message for one in _letters(session)] == ["alerts/all_quiet", "alerts/card"]


def _looks(session: Session, now: datetime) -> None:
    session.flush()
    job.look(session, engagement_facts.by_team(session, now), now)


def _asked(session: Session, actor: Actor, teams: list[Team], now: datetime) -> int:
    """How many statements the window of alerts takes."""
    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", noted := lambda *told: asked.append(told[2]))
    try:
        shown = alert_cards.window(session, actor, teams, now)
    finally:
        event.remove(Engine, "before_cursor_execute", noted)
    assert len(shown["alerts"]) == len(teams)
    return len(asked)


def _letters(session: Session) -> list[Letter]:
    return [one for one in session.exec(select(Letter).order_by(col(Letter.id))) if one.message.startswith("alerts/")]


def test_a_team_that_falls_silent_is_not_said_to_be_back_and_one_is_back_on_the_very_day(town: Town) -> None:
    with town.kit.store.rehearsal() as session:
        for day, does in ((date(2026, 4, 6), True), (date(2026, 4, 7), True), (date(2026, 5, 20), False)):
            now = datetime(day.year, day.month, day.day, 13, tzinfo=UTC)
            if does:
                activity.record(session, "idea.shared", team=1, person=4, subject="idea:1", now=now)
            alerts.watch(session, now)
        assert _standing(session) == [("passive", "ceased"), ("quiet", "")]

        activity.record(session, "data.filed", team=1, person=4, subject="data:2026-04", now=now)
        alerts.watch(session, now)

        assert _standing(session) == [("passive", "ceased"), ("quiet", "back")]


def _standing(session: Session) -> list[tuple[str, str]]:
    of_team = select(Alert).where(Alert.team_id == 1).order_by(col(Alert.id))
    return [(one.reason, one.ended_how) for one in session.exec(of_team)]
