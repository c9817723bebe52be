"""A team's time ends: it leaves, lapses or completes by a printed rule, and is thanked; and it may come back."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.audit import Audit
from bot.domain import activity, alerts, ending_rules, endings, pauses
from bot.domain.alerts import Alert
from bot.domain.attendance import Attendance
from bot.domain.collaboratives import Collaborative
from bot.domain.contacts import Outreach
from bot.domain.ending_rules import Closing
from bot.domain.endings import Ending
from bot.domain.engagement import Rules
from bot.domain.events import Event
from bot.domain.exit_talks import ExitTalk
from bot.domain.people import Membership
from bot.domain.presenting import Presenting
from bot.domain.teams import Team
from bot.outbox import Letter
from tests.asking import upcoming
from tests.cycling import everything_stored, last_sent, logs, only_people_are_heard, questions, sends_again
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


def test_a_lead_leaves_is_thanked_and_hears_nothing_more_until_a_coordinator_takes_the_team_in_again(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    imani, tobias = town.people["imani"], town.people["tobias"]
    only_people_are_heard(town)
    logs(ana, due="2026-02-03")
    with town.kit.store.transaction() as session:
        activity.record(session, "data.filed", team=1, person=4, subject="data:2025-12", now=town.kit.now())
    town.bot.tick()
    assert "The question what happened with cycle 1" in upcoming(pru)
    ana.opens_home()
    ana.presses_at_home("Pause our team")
    ana.presses("We leave")
    assert ana.filled_in()["day"] == "2026-02-02"
    assert "into" not in ana.boxes()
    assert "In your own words" in texts((ana.form or {})["blocks"])
    assert "If you like to say" in str(ana.form)

    assert ana.submits(day="2026-02-03")["errors"] == {
        "day": "Please choose today or an earlier day. What is still to come can be noted when it comes."
    }
    assert "something of them of Mon 2 Feb 2026" in ana.submits(day="2026-02-01")["errors"]["day"]
    ana.submits(day="2026-02-02", reason="money", words="MRN 12345678 left")
    assert "confirm below" in texts((ana.form or {})["blocks"])
    assert ana.submits(words="The grant ends. *Thank you* <!channel>.")["ok"]
    sends_again(town, last_sent(town))

    assert ana.hears()[-1].startswith("Alder &amp; Main left the collaborative on Mon 2 Feb 2026. Thank you for")
    (card,) = left(imani)
    assert "Why: The funding ended. The grant ends. *Thank you*" in card["text"]
    assert "<!channel>" not in card["text"]
    shown = texts(card["blocks"])
    assert "Alder & Main\nLeft the collaborative on Mon 2 Feb 2026, says Ana Reyes." in shown
    assert "<!channel>.\n" in shown  # as it was typed
    (thanks,) = [one for one in ana.reads("team-alder") if "it was good to have you" in one]
    assert "grant" not in thanks
    assert "months of numbers" not in thanks  # of none that anybody asked for
    home = texts(ana.opens_home()["blocks"])
    assert "The team has left the collaborative. Nothing is asked of it any more" in home
    for asked in ("Log a PDSA cycle", "Monthly data", "No open cycles", "Pause our team", "Ask the teams"):
        assert asked not in home
    ana.presses_at_home("Our cycles")
    ana.closes()
    for command in ("/pdsa", "/data", "/share"):
        ana.runs(command)
        assert "Alder &amp; Main's time in the collaborative is over" in ana.whispers()[-1], command
    assert "Log a PDSA cycle" not in texts(ana.messages("team-alder")[0]["blocks"])
    assert "cycle 1" not in upcoming(pru)
    said = [len(ana.messages("team-alder")), len(ana.hears()), len(ben.hears())]
    for day in (3, 9, 16):
        at(town, datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
    at(town, datetime(2026, 3, 3, 9, 1, tzinfo=CHICAGO))
    assert [len(ana.messages("team-alder")), len(ana.hears()), len(ben.hears())] == said
    assert questions(ana) == []

    imani.presses("Exit conversation", card)
    assert imani.filled_in()["held_on"] == "2026-03-03"
    imani.types("hindered", "Too many forms at once")
    imani.closes()
    imani.presses("Exit conversation", left(imani)[0])
    assert imani.filled_in()["hindered"] == "Too many forms at once"
    assert "write down something" in imani.submits(hindered="")["errors"]["gained"]
    assert imani.submits(hindered="Too many forms at once", door="open", with_whom="Ana")["ok"]
    assert "Talked on Tue 3 Mar 2026; Dr. Imani Osei noted it" in left(imani)[0]["text"]
    assert "forms" not in left(imani)[0]["text"]
    tobias.presses("Leaving or completing", left(tobias)[0])
    assert "Too many forms at once" in texts((tobias.form or {})["blocks"])
    pru.presses("Leaving or completing", left(pru)[0])
    window = texts((pru.form or {})["blocks"])
    assert ("Take in again" in window, "forms at once" in window, "Exit conversation" in window) == (True, False, False)
    pru.closes()
    pru.presses("Exit conversation", left(pru)[0])
    assert "for the coach of Alder &amp; Main, faculty and the director." in pru.whispers("small-town-faculty")[-1]
    imani.presses("Exit conversation", left(imani)[0])
    assert "Its coach, faculty and the director read this, and nobody else." in texts((imani.form or {})["blocks"])
    for _ in range(2):  # what was told beside the reason, and then what was said in parting
        tobias.presses("Report patient details")
    with town.record() as session:
        assert session.exec(select(ExitTalk)).one().hindered == ""
    assert "Too many forms at once" not in texts((tobias.form or {})["blocks"])
    assert "was taken down while you were writing" in str(imani.submits())
    imani.closes()
    assert "The grant ends" not in texts((tobias.form or {})["blocks"])
    assert "The grant ends" not in left(imani)[0]["text"]
    tobias.closes()

    imani.presses("Leaving or completing", left(imani)[0])
    assert "Take in again" not in texts((imani.form or {})["blocks"])
    pru.opens_home()
    pru.presses_at_home("Cycles")
    pru.presses("Leaving or completing")
    pru.presses("Take in again")
    assert "They leave" in texts((pru.form or {})["blocks"])
    assert "Back since Tue 3 Mar 2026, taken in by Pru Adebayo." in left(imani)[0]["text"]
    at(town, datetime(2026, 3, 4, 9, 1, tzinfo=CHICAGO))
    assert "Good to have you back, Alder &amp; Main." in ana.reads("team-alder")[-2:][0] + ana.reads("team-alder")[-1]
    assert len(questions(ana)) == 1
    with town.record() as session:
        trail = session.exec(select(Audit.act).where(col(Audit.act).startswith("team.")).order_by(col(Audit.id)))
        assert [*trail] == ["team.withdrawn", "team.reinstated"]


def test_each_end_has_a_printed_rule() -> None:
    rules, month = Rules(), (True, True, True, False)
    enough = Closing(sessions=2, held=3, months=month, cycles=3, storyboard=True)
    silent = Closing(silent=90, contacts=3, senior=True)
    completing: list[tuple[Closing, str]] = [
        (enough, ""),
        (replace(enough, sessions=1), "1 of 3 learning sessions attended (two asked for)"),
        (replace(enough, months=(True, False, True, False)), "2 of 4 data months in, 50% (75% asked for)"),
        (
            replace(enough, months=(True,) * 9 + (False,) * 2),
            "none of the last two data months in yet (one asked for)",
        ),
        (replace(enough, cycles=2), "2 full PDSA cycles (three asked for)"),
        (replace(enough, storyboard=False), "a final storyboard: not yet"),
    ]
    lapsing: list[tuple[Closing, str]] = [
        (silent, ""),
        (replace(silent, silent=89), "89 of 90 days without a contribution"),
        (replace(silent, contacts=2), "2 of 3 contacts since then"),
        (replace(silent, senior=False), "their senior leader spoken with or written to: not yet"),
    ]

    for cases, rule in ((completing, ending_rules.completed), (lapsing, ending_rules.lapsed)):
        for facts, still_open in cases:
            checks = rule(facts, rules)
            assert (ending_rules.open_ones(checks), ending_rules.holds(checks)) == (still_open, not still_open), facts
    assert not ending_rules.holds(ending_rules.completed(Closing(), rules))  # a team with no history
    strict = Rules(completed_latest=1, completed_cycles=1, lapsed_contacts=1)
    assert not re.findall(r"\b(?:1|one) \w+s\b", " ".join(ending_rules.printed(strict)))
    ends = (("withdrawn", "money", True), ("lapsed", "", True), ("completed", "", False), ("withdrawn", "moved", False))
    for how, reason, dropout in ends:
        assert Ending(team_id=1, how=how, day=date(2026, 2, 2), reason=reason, at=NOW).is_dropout is dropout


def test_ends_are_noted_once_by_whom_may_turns_go_on_and_people_come_along(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    with town.kit.store.transaction() as session:
        call = session.exec(select(Event)).one()
        call.presenters, call.team_ids = 1, [1]
        session.add(call)
        past = datetime(2026, 1, 20, 17, tzinfo=UTC)
        elsewhere = Event(collaborative_id=1, title="LS for Prairie", kind="session", starts=past, team_ids=[2])
        session.add(elsewhere)
        session.flush()
        here = Attendance(event_id=elsewhere.id or 0, planned=past, team_id=1, person_id=1, how="tap", by_id=1, at=past)
        session.add(here)
    at(town, datetime(2026, 9, 4, 14, tzinfo=UTC))
    assert _presents(town) == [1]
    ben.runs("/allteach leave")
    assert "the team lead of Alder &amp; Main, a coordinator or the director" in ben.whispers()[-1]
    town.people["imani"].runs("/allteach leave")
    assert "You're not in a team." in town.people["imani"].whispers()[-1]
    ana.runs("/allteach leave")
    pru.opens_home()
    pru.presses_at_home("Cycles")
    pru.presses("Leaving or completing")
    pru.presses("They completed")
    assert "0 of 0 learning sessions attended (two asked for)" in pru.submits(storyboard=["shown"])["errors"]["day"]
    assert "a final storyboard" not in pru.submits(storyboard=["shown"])["errors"]["day"]
    pru.closes()
    pru.presses("They leave")
    assert pru.submits(into="2", reason="time")["ok"]
    assert "It is noted already: Alder & Main left the collaborative on Fri 4 Sep 2026." in str(ana.submits())
    town.bot.tick()

    assert "Its people go on in Prairie Bend." in left(pru)[0]["text"]
    assert "They go on as part of another team" in left(pru)[0]["text"]
    assert _presents(town) == [2]
    with town.record() as session:
        theirs = session.exec(select(Membership.person_id).where(Membership.team_id == 2)).all()
        assert len(theirs) == 5
        assert not session.exec(select(Letter).where(Letter.state == "pending", Letter.to == "team:1")).all()
    with town.kit.store.transaction() as session:
        call = session.get_one(Event, 1)
        assert call.team_ids == [2]
        call.team_ids = []
    said = town.load(SMALL_TOWN.replace("{name: Alder & Main, ", "{name: Alder and Main, status: active, "))
    stands = "Alder & Main: withdrawn since Fri 4 Sep 2026 stands, noted in Slack by Pru Adebayo; the file says active."
    assert any(stands in one for one in said)
    pru.runs("/pdsa list", channel="team-alder")
    pru.presses("Leaving or completing")
    pru.presses("Take in again")
    told = pru.hears()[-1]
    assert "is at work again, and its people are asked again from now on. In Prairie Bend too, as before: Ana" in told
    assert "stands in the collaborative file under Prairie Bend with left and a day." in told
    pru.closes()

    with town.kit.store.transaction() as session:
        alert = Alert(team_id=2, reason="quiet", opened_at=town.kit.now())
        session.add(alert)
        session.flush()
        for days in (9, 5):
            then = town.kit.now() - timedelta(days=days)
            session.add(Outreach(alert_id=alert.id or 0, person_id=1, at=then, what="spoke"))
    pru.runs("/pdsa list", channel="team-prairie")
    pru.presses("Leaving or completing")
    pru.presses("They have lapsed")
    assert "not yet" in pru.submits()["errors"]["day"]
    assert "today or an earlier day" in pru.submits(senior_on="2026-09-05")["errors"]["senior_on"]
    assert pru.submits(senior_on="2026-09-03")["ok"]
    town.bot.tick()
    assert "We haven't heard from you for a while" in cleo.reads("team-prairie")[-1]
    with town.record() as session:
        assert {one.ended_how for one in session.exec(select(Alert).where(Alert.team_id == 2))} == {"rest"}
    pru.presses("Leaving or completing", left(pru, "Prairie")[-1])
    pru.presses("Take in again")
    pru.closes()
    pru.runs("/allteach digest")
    told = pru.dm()[-1]["text"]
    assert "; Prairie Bend, call now, Hasn't started yet: " in told, told  # what held before, and holds
    assert "Prairie Bend had left on Fri 4 Sep 2026, and is at work again since Fri 4 Sep 2026" in told
    with town.record() as session:
        of_team = session.exec(select(Alert).where(Alert.team_id == 2).order_by(col(Alert.id)))
        assert [(one.reason, one.ended_how) for one in of_team] == [("never_started", ""), ("quiet", "rest")]
    for last_day, opens in ((None, True), (date(2026, 9, 3), False)):  # who is taken in when all is over is let be
        with town.kit.store.rehearsal() as session:
            team = session.get_one(Team, 2)
            session.get_one(Collaborative, 1).ends = last_day
            alerts.end_all(session, team, town.kit.now())
            assert bool(alerts.look_again(session, team, town.kit.now())) is opens


def test_a_file_tells_of_an_end_and_of_a_return(town: Town, pru: Persona) -> None:
    left, back = ('status: "withdrawn(2026-01-30, no grant)", ', "status: active, ")
    for status, stands in ((left, 1), (left, 1), (back, 0)):
        town.load(SMALL_TOWN.replace("{name: Prairie Bend, ", f"{{name: Prairie Bend, {status}"))

        with town.record() as session:
            team = session.get_one(Team, 2)
            (known,) = endings.of_team(session, team)
            assert (known.how, known.day, known.words) == ("withdrawn", date(2026, 1, 30), "no grant")
            assert bool(endings.standing(session, team)) is bool(stands)
            assert len(pauses.of_team(session, 2)) == 1 - stands  # what fell due in between is excused

    left_later = SMALL_TOWN.replace("{name: Prairie Bend, ", "{name: Prairie Bend, " + left.replace("01-30", "01-31"))
    town.load(left_later)
    pru.runs("/pdsa list", channel="team-prairie")
    pru.presses("Leaving or completing")
    pru.presses("Report patient details")
    assert "no grant" not in str(everything_stored(town))
    assert "Please take it out of the collaborative file too" in pru.hears()[-1]
    pru.presses("Take in again")
    said = town.load(left_later)
    assert any(one.startswith("Prairie Bend was taken in again in Slack by Pru Adebayo on ") for one in said)
    with town.record() as session:
        assert session.get_one(Team, 2).status == "active"


def _presents(town: Town) -> list[int]:
    with town.record() as session:
        return list(session.exec(select(Presenting.team_id).order_by(col(Presenting.id))))


def left(person: Persona, words: str = "Alder") -> list[Json]:
    """The cards of teams that ended, as faculty read them."""
    return [
        one for one in person.messages("small-town-faculty") if one["text"].startswith(words) and " on " in one["text"]
    ]


def at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()
