"""The monthly report: each team sees on one page, once a month, what it measured, tested and learned."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from bot.domain import absences, expected, pdsa, points, seats, submissions, team_reports
from bot.domain.collaboratives import Collaborative
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.pdsa_drafts import CycleDraft, Happened, Learned
from bot.domain.teams import Team
from jobs import team_reports as job
from tests.charting import BETTER, filed, pictures
from tests.personas import Persona, texts
from tests.town import Town

WHY = "You get this once a month, some days after the numbers were due."
DUE = datetime(2026, 3, 5, 15, tzinfo=UTC)  # Thursday at nine in Chicago: three working days after Monday 2 March
Change = Callable[[Collaborative, Team, Measure], None]


def test_each_team_reads_its_month_once_at_nine_some_days_after_the_numbers_are_due_and_none_in_a_pause(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    filed(town.kit, BETTER)
    studied(town, "Nadia calls the next 10 callers", "A call the same day is worth it", at=DUE - timedelta(days=9))
    town.turn_clock(DUE - timedelta(minutes=1))

    town.bot.tick()
    assert _reports(ana) == []
    pru = town.people["pru"]
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    assert "once a month each team sees on one page what it measured" in texts((pru.form or {})["blocks"])
    pru.closes()
    with town.kit.store.transaction() as session:
        prairie = session.exec(select(Team).where(Team.name == "Prairie Bend")).one()
        prairie.status, prairie.status_until = "paused", date(2026, 3, 9)
        session.add(prairie)
    town.later(minutes=2)
    for _ in range(3):
        town.bot.tick()
    event.listen(Engine, "before_cursor_execute", asked := lambda *told: pytest.fail(told[2]))
    job.plan(town.kit)  # it was looked a moment ago: nothing is asked of the record
    event.remove(Engine, "before_cursor_execute", asked)

    (report,) = _reports(ana)
    assert report.startswith("Alder &amp; Main: January 2026 at a glance. Our aim: By December, 60 % of callers")
    assert "OFFER3 Offered within 3 days: signal of improvement, 60% in Jan 2026." in report
    assert "Cycle 1 (learned from): Nadia calls the next 10 callers. We learned: A call the same day is wort" in report
    assert WHY in report
    message = next(one for one in ana.messages("team-alder") if one["text"] == report)
    assert pictures(message)[0]["slack_file"]["id"] in town.practice.world.files
    town.later(days=5)
    town.bot.tick()
    assert _reports(cleo, "team-prairie") == []


def test_it_keeps_to_a_collaboratives_rhythm_and_a_teams_days(town: Town) -> None:
    friday = DUE + timedelta(days=1)
    cases: list[tuple[str, Change, list[datetime]]] = [
        ("as it is", lambda _, team, measure: None, [DUE]),
        ("the team doesn't work that day", lambda _, team, measure: team.holidays.append("2026-03-05"), [friday]),
        ("numbers are due on the 15th", lambda _, team, measure: setattr(measure, "due_day", 15), []),
        ("it pauses over the day", lambda _, team, measure: setattr(team, "status_until", date(2026, 3, 6)), []),
        ("it has left", lambda _, team, measure: setattr(team, "status", "withdrawn"), []),
        ("the end was before", lambda all_, team, measure: setattr(all_, "ends", date(2026, 3, 4)), []),
        ("it wasn't launched by then", lambda all_, team, measure: setattr(all_, "launched_at", friday), []),
        ("it begins later", lambda all_, team, measure: setattr(all_, "starts", date(2026, 2, 2)), []),
    ]

    for told, change, hours in cases:
        with town.kit.store.rehearsal() as session:
            there, team = session.exec(select(Collaborative)).one(), session.exec(select(Team)).first()
            assert team
            team.holidays = [*team.holidays]
            change(there, team, session.exec(select(Measure)).one())
            session.flush()
            assert _hours(session, team) == hours, told

    with town.kit.store.rehearsal() as session:  # nobody was awake at that hour: it comes at nine where the team is
        seven = DUE + timedelta(hours=22)
        coming = team_reports.coming(session, seven, timedelta(days=2), lambda _, __: ())
        theirs = [(one.at, one.until) for one in coming if one.team.id == 1]
        assert theirs == [(friday, DUE + timedelta(days=7))]  # and by the same day as ever it is too late
        assert _hours(session, session.get_one(Team, 1), DUE + timedelta(days=8, hours=-2)) == []
        session.exec(select(Collaborative)).one().launched_at = seven - timedelta(hours=1)
        session.flush()
        assert _hours(session, session.get_one(Team, 1), seven) == []  # it is of before the launch

    with town.kit.store.rehearsal() as session:  # of February's two numbers one is in, and on the day all were away
        team, measure = session.get_one(Team, 1), session.exec(select(Measure)).one()
        session.add(Measure(**measure.model_dump(exclude={"id", "code"}), code="SEEN3"))
        session.flush()
        filed_one, told_on = (
            Entry(measure.id or 0, date(2026, 2, 1), "value", 8, 10),
            datetime(2026, 3, 31, 18, tzinfo=UTC),
        )
        points.file(session, team=team, person=4, entries=[filed_one], now=told_on)
        submissions.row(session, team, filed_one.month, told_on.date())
        expected.note(session)
        assert team_reports.newest(session, team, told_on) == date(2026, 1, 1)
        for person, _ in seats.places(session, team):
            absences.leave(session, person.id or 0, date(2026, 3, 30), date(2026, 3, 31), DUE)
        assert team_reports.newest(session, team, told_on) == filed_one.month

    with town.kit.store.rehearsal() as session:  # weeks of holidays put it off
        team = session.exec(select(Team)).first()
        assert team
        team.holidays = [(DUE + timedelta(days=day)).date().isoformat() for day in range(29)]
        session.flush()
        put_off = DUE + timedelta(days=29)
        coming = team_reports.coming(session, put_off, timedelta(days=2), lambda _, __: ())
        january = [one.at for one in coming if one.team.id == team.id and one.period == date(2026, 1, 1)]
        assert [one.date() for one in january] == [put_off.date()]


def studied(town: Town, change: str, learned: str, *, at: datetime, problems: str = "") -> int:
    """A test of Alder & Main that was planned, run and learned from at that moment."""
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).order_by(col(Team.id))).first()
        assert team
        draft = CycleDraft(change=change, prediction="8 of 10 come", due=at.date())
        row = pdsa.start(session, draft, team=team, owner=4, now=at).id
        cycle = pdsa.get(session, row)
        pdsa.run(session, cycle, Happened(carried_out="yes", happened="9 called", problems=problems), by=4, now=at)
        pdsa.learn(session, cycle, Learned(results="7 came", matched="yes", learned=learned), by=4, now=at)
    return row


def _hours(session: Session, team: Team, now: datetime = DUE) -> list[datetime]:
    coming = team_reports.coming(session, now, timedelta(days=2), lambda _, __: ())
    return [one.at for one in coming if one.team.id == team.id]


def _reports(person: Persona, channel: str = "team-alder") -> list[str]:
    return [text for text in person.reads(channel) if " at a glance. " in text]
