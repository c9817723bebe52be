"""On the day a test was to have run, its owner is asked once what happened."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain import asks
from bot.domain.asks import Ask
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.outbox import Letter
from tests import town as towns
from tests.asking import form
from tests.cycling import TEST, buttons, card, cycles, logs, questions, runs_it
from tests.personas import Persona
from tests.town import Town

CHICAGO, DENVER = ZoneInfo("America/Chicago"), ZoneInfo("America/Denver")


def test_the_owner_is_asked_once_at_nine_however_often_the_clock_ticks(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 10, 8, 59, tzinfo=CHICAGO))
    assert questions(ana) == []

    for minutes in (0, 0, 1, 60, 60 * 24):
        _at(town, datetime(2026, 2, 10, 9, 0, tzinfo=CHICAGO) + timedelta(minutes=minutes))

    (question,) = questions(ana)
    assert question["text"].startswith(
        "Morning, Ana. Your test (cycle 1) was to have run by Tue 10 Feb 2026: Nadia calls"
    )
    assert "You predicted: 8 of 10 come" in question["text"]
    assert "You get this because you own the test" in question["text"]
    assert buttons(question["blocks"]) == [
        "Tell us", "Still running", "We stopped it", "Tomorrow", "Someone else does this", "Not this time",
        "All actions",
    ]  # fmt: skip
    assert questions(ben) == []


@pytest.mark.parametrize(
    ("logged", "due", "asked_at"),
    [
        ("2026-02-02 10:00", "2026-02-07", "2026-02-09 09:00"),  # a Saturday
        ("2026-02-02 10:00", "2026-02-16", "2026-02-17 09:00"),  # a holiday of the collaborative
        ("2026-03-06 10:00", "2026-03-09", "2026-03-09 09:00"),  # the clocks went forward the night before
        ("2026-02-03 10:00", "2026-02-03", "2026-02-04 09:00"),  # planned on the day itself, after nine
        ("2026-02-03 06:00", "2026-02-03", "2026-02-03 09:00"),  # and before
    ],
)
def test_it_is_the_owners_nine_o_clock_of_that_or_the_next_working_day(
    town: Town, cleo: Persona, logged: str, due: str, asked_at: str
) -> None:
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        collaborative.holidays = ["2026-02-16"]
        session.add(collaborative)
    _at(town, datetime.fromisoformat(logged).replace(tzinfo=DENVER))
    logs(cleo, "team-prairie", due=due)
    town.bot.tick()
    nine = datetime.fromisoformat(asked_at).replace(tzinfo=DENVER)

    _at(town, nine - timedelta(minutes=1))
    assert questions(cleo) == []
    _at(town, nine + timedelta(minutes=1))
    assert len(questions(cleo)) == 1


def test_nobody_is_asked_before_the_launch() -> None:
    with towns.built(launched=False) as town:
        ana = town.people["ana"]
        ana.uses("pdsa.new")
        assert ana.submits(**{**TEST, "due": "2026-02-10"})["ok"]
        for day in (9, 10, 11):
            _at(town, datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))

        assert ana.dm() == []
        with town.record() as session:
            assert session.exec(select(Ask)).all() == []
        assert len(cycles(town)) == 1
        town.load(launch=True)
        _at(town, datetime(2026, 2, 11, 9, 2, tzinfo=CHICAGO))
        assert len(questions(ana)) == 1


def test_the_question_dies_when_somebody_told_before(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 9, 12, tzinfo=CHICAGO))
    with town.record() as session:
        (planned,) = session.exec(select(Letter).where(Letter.message == "asks/day")).all()
        assert planned.due == datetime(2026, 2, 10, 15, tzinfo=planned.due.tzinfo)
    runs_it(ben)

    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))

    assert questions(ana) == []
    with town.record() as session:
        assert session.exec(select(Letter).where(Letter.message == "asks/day")).all() == []
        assert [ask.state for ask in session.exec(select(Ask))] == [asks.SETTLED]


def test_tell_us_opens_what_happened(town: Town, ana: Persona) -> None:
    _is_due(town, ana)
    ana.presses("Tell us")
    ana.submits(happened="9 called", carried_out="Partly")

    (cycle,) = cycles(town)
    assert (cycle.stage, cycle.happened, cycle.carried_out) == ("do", "9 called", "partly")
    assert questions(ana)[0]["text"].startswith(
        "Morning, Ana. Your test (cycle 1) was to have run by Tue 10 Feb 2026. You told us. Thank you."
    )
    assert buttons(questions(ana)[0]["blocks"]) == ["What did we learn", "All actions"]
    ana.presses("What did we learn", questions(ana)[0])
    assert form(ana)["callback_id"] == "pdsa.study"


def test_still_running_asks_anew_for_the_new_date_a_week_on(town: Town, ana: Persona) -> None:
    _is_due(town, ana)
    ana.presses("Still running")
    assert ana.filled_in() == {"due": "2026-02-17"}
    assert not ana.submits(due="2026-02-10")["ok"]
    assert ana.submits(due="2026-02-17")["ok"]
    assert "by Tue 17 Feb 2026" in card(ana, 1)

    _at(town, datetime(2026, 2, 16, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 1
    for _ in range(2):
        _at(town, datetime(2026, 2, 17, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 2
    assert "by Tue 17 Feb 2026" in questions(ana)[-1]["text"]


def test_we_stopped_it_is_learning_too(town: Town, ana: Persona) -> None:
    _is_due(town, ana)
    ana.presses("We stopped it")
    ana.submits(learned="The phone list was of last year")

    (cycle,) = cycles(town)
    assert (cycle.stage, cycle.decision, cycle.stopped) == ("act", "abandon", True)
    assert "Cycle 1 · stopped" in card(ana, 1)
    assert "The phone list was of last year" in card(ana, 1)
    assert "Start the next cycle" in card(ana, 1)


def test_the_deputy_is_asked_about_the_test_of_somebody_who_left(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, due="2026-02-10")
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == "ana@example.org")).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.left_at = town.kit.now()
        session.add(member)
    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))

    assert questions(ana) == []
    (question,) = questions(ben)
    assert question["text"].startswith("Morning, Ben. Ana Reyes's test (cycle 1)")
    assert "You get this because its owner has left the team" in question["text"]
    ben.presses("Tell us")
    assert ben.submits(happened="9 called")["ok"]


def test_whoever_answers_now_is_asked_also_where_the_question_was_planned_before(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 9, 12, tzinfo=CHICAGO))
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == "ana@example.org")).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.left_at = town.kit.now()
        session.add(member)
    for _ in range(2):
        _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))

    assert (len(questions(ana)), len(questions(ben))) == (0, 1)


@pytest.mark.parametrize("planned", [True, False])
def test_a_team_that_pauses_is_asked_when_the_pause_ends(town: Town, ana: Persona, planned: bool) -> None:
    logs(ana, due="2026-02-10")
    if planned:
        _at(town, datetime(2026, 2, 9, 12, tzinfo=CHICAGO))
    _becomes(town, "paused", until=date(2026, 3, 1))  # a Sunday

    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    assert questions(ana) == []
    _at(town, datetime(2026, 3, 2, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 1


@pytest.mark.parametrize("status", ["withdrawn", "lapsed", "completed"])
def test_a_team_that_is_gone_is_not_asked(town: Town, ana: Persona, status: str) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 9, 12, tzinfo=CHICAGO))
    _becomes(town, status)

    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    assert questions(ana) == []


@pytest.mark.parametrize(("quiet", "asked"), [("20:00-10:00", 0), ("off", 1), (None, 1)])
def test_the_collaboratives_own_quiet_hours_come_before_the_setting(
    town: Town, ana: Persona, quiet: str | None, asked: int
) -> None:
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        collaborative.quiet_hours = quiet
        session.add(collaborative)
    logs(ana, due="2026-02-10")

    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == asked
    _at(town, datetime(2026, 2, 10, 10, 1, tzinfo=CHICAGO))
    assert len(questions(ana)) == 1


def test_a_card_that_nobody_touches_asks_by_itself_after_a_while(town: Town, ana: Persona) -> None:
    logs(ana, due="2026-02-10")
    _at(town, datetime(2026, 2, 24, 9, tzinfo=CHICAGO))
    assert "Did the test happen?" not in card(ana, 1)
    _at(town, datetime(2026, 2, 25, 9, tzinfo=CHICAGO))
    assert "Did the test happen? Yes, partly, not yet" in card(ana, 1)

    runs_it(ana)
    _at(town, datetime(2026, 3, 5, 9, tzinfo=CHICAGO))
    assert f"You predicted “{TEST['prediction']}”. What did you see?" in card(ana, 1)
    edits = len(town.slack.calls("chat.update"))
    _at(town, datetime(2026, 3, 5, 10, tzinfo=CHICAGO))
    assert len(town.slack.calls("chat.update")) == edits


def _is_due(town: Town, owner: Persona) -> None:
    logs(owner, due="2026-02-10")
    _at(town, datetime(2026, 2, 10, 9, 1, tzinfo=CHICAGO))
    assert len(questions(owner)) == 1


def _becomes(town: Town, status: str, until: date | None = None) -> None:
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.status, team.status_until = status, until
        session.add(team)


def _at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()
