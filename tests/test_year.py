"""A whole year of Open Door, played: it ends with the stories told of it, and nobody was alarmed for nothing."""

import re
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.cards import alert_cards
from bot.commands import demo
from bot.domain import alert_rules, engagement, engagement_facts, expected, measures, runcharts, series, submissions
from bot.domain.activity import BY_OTHERS, Act
from bot.domain.alerts import Alert
from bot.domain.checkins import CheckInAnswer
from bot.domain.collaborative_file import reader
from bot.domain.endings import Ending
from bot.domain.expected import COUNTED, EXCUSED, MET, MISSED, Expected
from bot.domain.ideas import Idea, Steal
from bot.domain.measures import Measure
from bot.domain.pdsa import Cycle
from bot.domain.scores import Score
from bot.domain.shoutouts import Shoutout
from bot.domain.teams import GONE, Team
from bot.running import Running
from bot.sandbox.server import Running as PracticeSlack
from bot.sending import gates
from bot.year import playing
from bot.year.playing import Play
from tests import town
from tests.command_line import MEMORY, going
from tests.personas import Control, Persona
from tests.tallies import TALLY

pytestmark = [pytest.mark.year, pytest.mark.timeout(900)]
NEW_YORK = ZoneInfo("America/New_York")
JUNE, AUGUST, END = (
    datetime(2026, 6, 18, 9, tzinfo=NEW_YORK), datetime(2026, 8, 20, 9, tzinfo=NEW_YORK),
    datetime(2027, 1, 20, 9, tzinfo=NEW_YORK),
)  # fmt: skip
DEMO = ("demo", "--no-browser", "--at")
SUMMER = date(2026, 6, 1)


@pytest.fixture
def play() -> Iterator[Play]:
    file = reader.open_file(demo.OPEN_DOOR)
    with PracticeSlack(at=playing.opens(file)) as slack, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        demo.Practice(slack.url).settle_in(file)
        kit = town.warm(
            SLACK_API_URL=f"{slack.url}/api/", SLACK_BOT_TOKEN="xoxb-year", SLACK_APP_TOKEN="xapp-year",
            ALLTEACH_DATABASE_URL=f"sqlite:///{folder}/year.db", ALLTEACH_CLOCK="slack",
        )  # fmt: skip
        bot = Running(kit, gates.UNPACED)
        bot.identify()
        playing.launch(kit, bot, file)
        yield Play(kit, bot, file)
        bot.stop()


def test_the_year_of_open_door_ends_with_the_stories_told_of_it(
    play: Play, record_property: Callable[[str, object], None]
) -> None:
    began = time.process_time()

    play.until(JUNE)
    with play.stage.record() as session:
        _flagged_before_its_first_missed_data(session, play.stage.team("kestrel"))
        _silence_is_seen_in_the_published_time(session, play.stage.team("ridgeline"))
        _a_pause_is_no_dropout(session, play.stage.team("meridian"))

    play.until(AUGUST)
    with play.stage.record() as session:
        for key in ("quadrangle", "willowmere"):
            assert _opened(session, play.stage.team(key), since=SUMMER) == [], key

    play.until(END)
    took = time.process_time() - began
    record_property(TALLY, f"a year of Open Door, played in {took:.0f} s of the processor")
    with play.stage.record() as session:
        _everything_in_the_script_happened(session, play)
        _losses_and_rates_are_as_told(session)
        _the_other_stories(session, play)


def test_the_demo_opens_on_any_day_of_it_and_goes_on_from_there(tmp_path: Path) -> None:
    for day in (3, 4):  # played, and then on from where it was kept
        asked = (*DEMO, f"2026-02-0{day}", "--port", str(demo.any_port()))
        with going(*asked, at=tmp_path, HOME=str(tmp_path)) as process:
            link = re.search(r"http://\S+", process.waits_for("Open http"))
            assert link
            slack = Control(link[0].partition("/?")[0])
            ana = Persona("ana", link[0].rpartition("=")[2], slack, lambda: None)
            assert slack.get("state")["now"].startswith(f"2026-02-0{day}T14:0")
            assert any("Hello, Open Door teams." in text for text in ana.reads("team-alder-main"))
            said = [float(one["ts"]) for one in ana.messages("team-alder-main")]
            assert said == sorted(said)
            assert datetime.fromtimestamp(said[0], NEW_YORK).date() == date(2026, 1, 5)
            ana.presses("Log a PDSA cycle", channel="team-alder-main")
            ana.waits_until(partial(getattr, ana, "form"))
            slack.close()
            process.tell(signal.SIGINT)
            assert process.ends() == 0
            assert "".join(process.err) == ""
        played = [line.strip() for line in process.out if re.search(r"is played|\(\d of \d\)", line)]
        assert [line[:42] for line in played] == {
            3: ["Open Door is played from 5 January 2026 to", "January 2026 (1 of 2)", "February 2026 (2 of 2)"],
            4: ["Open Door is played on from 3 February 202", "February 2026 (1 of 1)"],
        }[day]
        kept = next(tmp_path.glob(f".cache/allteach/year-*/2026-02-0{day}T0900"))
        with sqlite3.connect(kept / "practice.db") as record:
            answered = record.execute("SELECT count(*) FROM checkinanswer").fetchone()[0]
        assert (answered > 0) is (day == 4)  # what teams do on the morning of the 3rd is done then, and once


def _flagged_before_its_first_missed_data(session: Session, kestrel: int) -> None:
    """Their lead's leaving was told to faculty and coach days before any number was late."""
    left = _alert(session, kestrel, alert_rules.LEFT)
    missed = [one.due for one in session.exec(_missed(kestrel)) if one.kind == expected.DATA]

    assert left.told_on
    assert left.told_on < min(missed) == date(2026, 5, 15)
    assert left.ended_how == "ceased"  # somebody leads again


def _silence_is_seen_in_the_published_time(session: Session, ridgeline: int) -> None:
    """Within two missed due dates of a kind, and long before eight weeks of silence would be over."""
    quiet = _alert(session, ridgeline, alert_rules.QUIET)
    own = select(Act.at).where(Act.team_id == ridgeline, col(Act.kind).not_in(BY_OTHERS))
    last = max(at for at in session.exec(own) if at < quiet.opened_at).date()
    missed = [(one.kind, one.due) for one in session.exec(_missed(ridgeline)) if one.due > last]
    before = [kind for kind, due in missed if due <= quiet.opened_at.date()]

    assert all(before.count(kind) <= 2 for kind in expected.KINDS)
    assert (quiet.opened_at.date() - last).days < 8 * 7
    assert quiet.ended_at is None
    facts = engagement_facts.of_team(session, session.get_one(Team, ridgeline), JUNE)
    signal = engagement.judged(facts, engagement.Rules())
    assert signal.level == "now"
    assert "not in yet" in alert_cards.told(session, quiet, facts, JUNE)["reasons"]


def _a_pause_is_no_dropout(session: Session, meridian: int) -> None:
    """Nothing that fell due in it counts, nobody was alarmed, and the team is back."""
    asked = session.exec(select(Expected).where(Expected.team_id == meridian)).all()
    paused = [one.outcome for one in asked if date(2026, 4, 1) <= one.due < date(2026, 6, 1)]

    assert len(paused) >= 4
    assert set(paused) == {EXCUSED}
    assert _opened(session, meridian, since=date(2026, 1, 1)) == []
    assert session.get_one(Team, meridian).status == "active"


def _everything_in_the_script_happened(session: Session, play: Play) -> None:
    """Nobody was refused anything on the way."""
    told = play.stage.story
    tests = [cycle for ramp in told.ramps for cycle in ramp.cycles]
    moods = [letter for team in told.teams.values() for letter in team.checked if letter != "."]

    assert len(session.exec(select(Cycle.id)).all()) == len(tests) > 50
    assert len(session.exec(select(CheckInAnswer.id)).all()) == len(moods)
    assert len(session.exec(select(Idea.id)).all()) == len(told.ideas)
    assert len(session.exec(select(Shoutout.id)).all()) == len(told.shoutouts)
    for key, team in told.teams.items():
        there = select(Expected).where(Expected.team_id == play.stage.team(key), Expected.kind == expected.CALL)
        met = [one.outcome == MET for one in session.exec(there.order_by(col(Expected.due))) if one.outcome != "open"]
        assert met == [letter == "x" for letter in team.there][: len(met)], key
    for row in session.exec(select(Team).where(col(Team.status).not_in(GONE))):
        owed = submissions.owed(session, row, END.date())
        assert any(one.is_in and f"{one.period:%Y-%m}" == "2026-11" for one in owed), row.name


def _losses_and_rates_are_as_told(session: Session) -> None:
    """Two of twelve are lost, about seven of ten numbers come on time, and as many teams are at a call."""
    teams = session.exec(select(Team)).all()
    every = [submissions.completeness(submissions.owed(session, team, END.date()), END.date()) for team in teams]
    timely = sum(one.on_time for one in every) / sum(one.expected for one in every)
    calls = session.exec(
        select(Expected.outcome).where(Expected.kind == expected.CALL, col(Expected.outcome).in_(COUNTED))
    ).all()
    there = calls.count(MET) / len(calls)

    assert sorted(team.status for team in teams if team.status in GONE) == ["lapsed", "withdrawn"]
    assert len(teams) == 12
    assert 0.66 <= timely <= 0.74, timely
    assert 0.70 <= there <= 0.76, there


def _the_other_stories(session: Session, play: Play) -> None:
    team = play.stage.team
    ends = session.exec(select(Ending).order_by(col(Ending.day))).all()
    assert [(one.team_id, one.how, one.reason, bool(one.by_id)) for one in ends] == [
        (team("lantern"), "withdrawn", "money", True), (team("ridgeline"), "lapsed", "", True),
    ]  # fmt: skip
    school = session.get_one(Team, team("willowmere"))
    counted = [len(measures.of_team(session, school, date(2026, month, 1))) for month in (6, 7, 8, 9)]
    assert counted == [8, 0, 0, 8]  # nothing is asked of a school about the months in which it sees nobody
    assert _alert(session, team("orins"), alert_rules.NEVER).ended_how == "back"
    assert _alert(session, team("casa"), alert_rules.PASSIVE).ended_how == "back"
    assert _alert(session, team("juniper"), alert_rules.NUMBERS).ended_how == "back"
    for key in ("alder", "prairie", "herons", "quadrangle", "willowmere", "meridian", "lantern"):
        assert _opened(session, team(key), since=date(2026, 1, 1)) == [], key
    assert len(session.exec(select(Score.id)).all()) == sum(
        value is not None for told in play.stage.story.teams.values() for both in told.scored for value in both
    )
    stolen = session.exec(select(Idea.title, Steal.team_id).join(Steal)).all()
    assert ("First visit by phone, or at the library", team("meridian")) in stolen
    assert ("An evening list of interpreters", team("casa")) in stolen
    assert all(_signal(session, team("juniper"), "REACH2", rules) for rules in ("anhoej", "perla"))
    assert not _signal(session, team("willowmere"), "OFFER3")


def _signal(session: Session, row: int, code: str, rules: runcharts.Rules = "anhoej") -> bool:
    """Whether a chart holds one once October is in."""
    measure = session.exec(select(Measure.id).where(Measure.code == code)).one() or 0
    told = series.of(session, row, measure, until=date(2026, 10, 1))
    assert len(told.months) == 16
    return runcharts.judge(told.values, rules=rules, baseline=told.baseline_points).signal


def _missed(row: int) -> SelectOfScalar[Expected]:
    return select(Expected).where(Expected.team_id == row, Expected.outcome == MISSED)


def _opened(session: Session, row: int, *, since: date) -> list[tuple[str, date]]:
    alerts = session.exec(select(Alert).where(Alert.team_id == row))
    found = [(one.reason, times.local_day(one.opened_at, "America/New_York")) for one in alerts]
    return [(reason, day) for reason, day in found if day >= since]


def _alert(session: Session, row: int, reason: str) -> Alert:
    """The first of that reason."""
    found = session.exec(select(Alert).where(Alert.team_id == row, Alert.reason == reason).order_by(col(Alert.id)))
    alert = found.first()
    assert alert, reason
    return alert
