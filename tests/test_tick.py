"""`allteach tick`: everything due at one instant, once; and a dry run that tells what it would be, touching nothing."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import Result

from bot import outbox
from bot.commands import rehearsing
from bot.domain.people import Person
from bot.outbox import SENT, Letter
from bot.planning import late
from bot.store import Store
from tests import commands
from tests import town as towns
from tests.command_line import allteach
from tests.personas import Control, Persona
from tests.town import SMALL_TOWN, Asleep, Town

PLAN = {"change": "Nadia calls 10", "prediction": "8 of 10 come", "due": "2026-02-10"}
THAT_MORNING = "2026-02-10T09:00-06:00"  # nine in Chicago, where Ana is
KEYS = ["key", "message", "to", "due", "text", "why"]


class Operator:
    """Somebody at a command line, with a record and a Slack, and no bot that runs."""

    def __init__(self, here: Asleep, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here, self._folder = here, folder
        self.slack = Control(here.practice.url)
        monkeypatch.chdir(folder)
        for name in [name for name in os.environ if name.startswith(("ALLTEACH_", "SLACK_"))]:
            monkeypatch.delenv(name)
        for name, value in here.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("ALLTEACH_CLOCK")

    def load(self, text: str = SMALL_TOWN, *options: str) -> None:
        (self._folder / "town.yaml").write_text(text, encoding="utf-8")
        done = commands.run("collaborative", "load", "town.yaml", *options)
        assert done.exit_code == 0, done.stderr

    def ticks(self, *options: str) -> Result:
        return commands.run("tick", *options)

    def rehearses(self, at: str | None = None) -> list[dict[str, Any]]:
        done = self.ticks("--dry-run", *(["--at", at] if at else []))
        assert done.exit_code == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def person(self, name: str) -> Persona:
        return Persona(name, self.here.users[name], self.slack, lambda: None)


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    with towns.asleep(stage="empty") as here:
        operator = Operator(here, tmp_path, monkeypatch)
        yield operator
        operator.slack.close()


@pytest.fixture
def with_a_cycle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """Ana's test is to have run by 10 February; the bot has stopped since."""
    with towns.asleep() as here:
        with towns.kept(here) as town:
            town.people["ana"].runs("/pdsa", "team-alder")
            town.people["ana"].submits(**PLAN)
        operator = Operator(here, tmp_path, monkeypatch)
        yield operator
        operator.slack.close()


def test_a_tick_finds_people_makes_channels_and_says_what_is_due(operator: Operator) -> None:
    operator.load()

    done = operator.ticks("--at", "2026-02-02T15:00Z")

    assert (done.exit_code, done.stdout) == (0, "")
    pru = operator.person("pru")
    assert pru.hears() == ["Small Town: 6 of 6 channels ready."]
    assert "team card." in pru.reads("team-prairie")[0]
    operator.load(SMALL_TOWN, "--launch")
    assert operator.ticks().exit_code == 0
    assert all(len(operator.person(name).hears()) == 1 for name in ("ana", "ben", "cleo", "gil", "olga"))


def test_what_people_mended_meanwhile_goes_on_at_the_next_tick(operator: Operator) -> None:
    operator.load(SMALL_TOWN.replace("cleo@example.org", "cleo.hart@example.org"))
    operator.slack.fault("conversations.create", "error", error="restricted_action")
    operator.ticks()
    pru = operator.person("pru")
    assert "5 of 6 channels ready." in pru.hears()[0]
    assert "Not seen in Slack yet: Cleo Hart" in pru.hears()[0]

    operator.slack.post("users", id=operator.here.users["cleo"], email="cleo.hart@example.org")

    assert operator.ticks().exit_code == 0
    with _record(operator) as session:
        assert session.exec(select(Person).where(Person.name == "Cleo Hart")).one().slack_user


def test_a_question_goes_out_at_its_hour_and_once_however_often_one_ticks(with_a_cycle: Operator) -> None:
    before = with_a_cycle.ticks("--at", "2026-02-10T08:59-06:00")
    assert _asked(with_a_cycle) == 0

    for _ in range(3):
        assert with_a_cycle.ticks("--at", THAT_MORNING).exit_code == 0

    assert before.exit_code == 0
    assert _asked(with_a_cycle) == 1


def test_a_day_that_passed_while_the_bot_was_away_is_made_up_for_on_the_next(with_a_cycle: Operator) -> None:
    with_a_cycle.ticks("--at", "2026-02-10T22:30-06:00")  # the bot was away all day

    assert _asked(with_a_cycle) == 0
    with_a_cycle.ticks("--at", "2026-02-11T08:59-06:00")
    assert _asked(with_a_cycle) == 0
    with_a_cycle.ticks("--at", "2026-02-11T09:00-06:00")
    assert _asked(with_a_cycle) == 1


def test_what_came_too_late_between_two_ticks_is_told_by_the_second(
    with_a_cycle: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(late.RULES, "teams/card", late.Rule.SKIPPED)
    first, hours = datetime.fromisoformat("2026-02-09T09:00-06:00"), timedelta(hours=1)
    assert with_a_cycle.ticks("--at", first.isoformat()).exit_code == 0
    store = Store(with_a_cycle.here.database)
    with store.transaction() as session:
        outbox.plan(
            session, "teams/card", key="x", to="team:1", at=first + hours, until=first + 2 * hours, why="a test",
            now=first, team=1,
        )  # fmt: skip
    store.close()

    assert with_a_cycle.ticks("--at", (first + 24 * hours).isoformat()).exit_code == 0

    told = with_a_cycle.person("pru").hears()[-1]
    assert told.startswith("Small Town: I wasn't running from Mon 9 Feb 10:00 AM EST to Tue 10 Feb 10:00 AM EST.")
    assert "The team card of Mon 9 Feb 2026 to #team-alder." in told


def test_a_dry_run_says_what_would_be_said_to_whom_and_why(with_a_cycle: Operator) -> None:
    lines = with_a_cycle.rehearses(THAT_MORNING)

    (asked,) = [line for line in lines if line["message"] == "asks/day"]
    assert list(asked) == KEYS
    assert asked["to"] == "Ana Reyes (ana@example.org)"
    assert asked["due"] == "2026-02-10T15:00:00+00:00"
    assert asked["why"] == "its test is to have run by then"
    assert asked["text"].startswith("Morning, Ana. Your test (cycle 1) was to have run by Tue 10 Feb 2026")
    assert not [line for line in with_a_cycle.rehearses("2026-02-10T22:30-06:00") if line["message"] == "asks/day"]


def test_a_dry_run_shows_words_as_a_person_reads_them(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLTEACH_CLOCK", "2026-02-02T15:00Z")
    typed = "R&amp;D <https://example.org|here> <!date^1^{time}|at noon>"
    operator.load(SMALL_TOWN.replace("By December, 60 %", f"{typed}: 60 %"), "--launch")

    said = {(line["message"], line["to"]): line["text"] for line in operator.rehearses()}

    card = said["teams/card", "#team-alder"]
    assert card.startswith(f"Alder & Main: team card. Aim: {typed}: 60 %")
    assert "Next call: AP1 call, Thursday 17 September at 12:00 PM (America/New_York). " in card


def test_a_dry_run_shows_what_slack_does_not_parse_as_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with towns.asleep() as here:
        with towns.kept(here) as town:
            ana = town.people["ana"]
            ana.opens_home()
            ana.runs("/pdsa", "team-alder")
            ana.submits(**{**PLAN, "change": "R&amp;D calls 10"})
            with town.kit.store.transaction() as session:
                person = session.exec(select(Person.id).where(Person.name == "Ana Reyes")).one()
                outbox.say_again(session, f"home:{person}", now=town.kit.now())
        operator = Operator(here, tmp_path, monkeypatch)

        (home,) = operator.rehearses("2026-02-02T16:00Z")

        assert "R&amp;D calls 10" in home["text"].splitlines()
        operator.slack.close()


def test_a_dry_run_before_the_first_tick_says_what_will_come_of_a_load(operator: Operator) -> None:
    operator.load(SMALL_TOWN, "--launch")

    lines = operator.rehearses()

    said = {(line["message"], line["to"]): line["why"] for line in lines}
    assert ("teams/card", "#team-alder") in said
    assert ("channels/progress", "Pru Adebayo (pru@example.org)") in said
    assert said["people/welcome", "Ana Reyes (ana@example.org)"] == "the collaborative was launched, and they are in it"
    assert len([line for line in lines if line["message"] == "people/welcome"]) == 8
    assert all(list(line) == KEYS and all(line.values()) for line in lines)


def test_a_dry_run_before_the_launch_says_whom_it_will_welcome_and_after_it_no_more(operator: Operator) -> None:
    operator.load()
    _, told = operator.ticks("--dry-run").stderr.splitlines()

    assert told.startswith("Small Town isn't launched yet. When it is, 8 people are welcomed, each once: Pru Adebayo (")
    assert "Cleo Hart (cleo@example.org). Before that only coordinators are written to; cards wait in channels" in told
    operator.load(SMALL_TOWN, "--launch")
    (line,) = operator.ticks("--dry-run").stderr.splitlines()
    assert line.endswith("would be said by now; nothing was sent.")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-02-08T15:00Z", "Nothing would be said by 2026-02-08T15:00Z; nothing was sent."),
        (THAT_MORNING, f"4 messages to 4 people would be said by {THAT_MORNING}; nothing was sent."),
    ],
)
def test_a_dry_run_ends_with_how_many_messages_to_how_many(with_a_cycle: Operator, at: str, told: str) -> None:
    done = with_a_cycle.ticks("--dry-run", "--at", at)

    assert done.stderr == f"{told}\n"
    assert len(done.stdout.splitlines()) == (4 if told.startswith("4") else 0)  # three read Monday's digest


def test_people_and_channels_are_counted_once_each() -> None:
    whom = ["#team-alder", "Ana Reyes (ana@example.org)", "Ana Reyes (ana@example.org)'s Home", "Ben", "#team-alder"]

    told = rehearsing.counted(whom, "now")

    assert told == "5 messages to 2 people and 1 channel would be said by now; nothing was sent."


def test_a_dry_run_writes_nothing_and_calls_nothing(with_a_cycle: Operator) -> None:
    path = Path(with_a_cycle.here.database.removeprefix("sqlite:///"))
    called = len(with_a_cycle.slack.get("calls")["calls"])
    looking = sqlite3.connect(path)
    before, version = path.read_bytes(), looking.execute("PRAGMA data_version").fetchone()

    with_a_cycle.rehearses(THAT_MORNING)

    assert path.read_bytes() == before
    assert looking.execute("PRAGMA data_version").fetchone() == version
    looking.close()
    assert len(with_a_cycle.slack.get("calls")["calls"]) == called
    with _record(with_a_cycle) as session:
        assert not session.exec(select(Letter).where(Letter.message == "asks/day")).all()


def test_a_dry_run_without_a_record_makes_none(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLTEACH_DATABASE_URL", "sqlite:///none.db")

    done = commands.run("tick", "--dry-run")

    assert (
        str(done.exception)
        == "There is no database none.db yet. Load a collaborative first: allteach collaborative load FILE"
    )
    assert not Path("none.db").exists()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (
            "2026-02-10T09:00",
            "“2026-02-10T09:00” has no offset, so it could be any of 24 hours. Write it as 2026-02-10",
        ),
        ("2026-02-10", "“2026-02-10” is a day. Give the hour too, with its offset: 2026-02-10T09:00-05:00."),
        ("tomorrow", "“tomorrow” is no instant. Write it as 2026-02-02T09:00-05:00."),
    ],
)
def test_an_instant_without_an_offset_is_refused(operator: Operator, at: str, sentence: str) -> None:
    done = operator.ticks("--at", at)

    assert str(done.exception).startswith(sentence)


@pytest.mark.parametrize(
    ("values", "options", "sentence"),
    [
        ({}, ["--at", "2099-01-01T00:00Z"], "This instant is still to come, and slack.com is no place to rehearse."),
        ({"ALLTEACH_CLOCK": "2026-01-01T00:00Z"}, [], "With ALLTEACH_CLOCK set this is a rehearsal"),
        ({"SLACK_BOT_TOKEN": ""}, [], "SLACK_BOT_TOKEN is not set."),
    ],
)
def test_what_would_tell_the_real_slack_of_another_time_is_refused(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], options: list[str], sentence: str
) -> None:
    for name, value in {"SLACK_API_URL": "https://slack.com/api/", **values}.items():
        monkeypatch.setenv(name, value)

    assert str(operator.ticks(*options).exception).startswith(sentence)


def test_the_future_of_the_real_slack_may_be_looked_at_dry(
    with_a_cycle: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "https://slack.com/api/")
    with_a_cycle.load(SMALL_TOWN.replace("ends: 2026-12-09", "ends: 2100-01-01"))

    assert "asks/day" in [line["message"] for line in with_a_cycle.rehearses("2099-02-10T15:00Z")]


def test_what_slack_keeps_from_being_settled_is_counted_on_the_command_line(
    with_a_cycle: Operator, tmp_path: Path
) -> None:
    with_a_cycle.slack.fault("chat.postMessage", "drop_after", times=9)
    with_a_cycle.slack.fault("conversations.history", "500_before", times=99)
    given = {
        **with_a_cycle.here.environment(),
        "ALLTEACH_SETTLE": "0.2",
        "ALLTEACH_SEND_TIMEOUT": "0.2",
        "ALLTEACH_LEASE": "0.5",
    }

    done = allteach("tick", "--at", THAT_MORNING, at=tmp_path, **given)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "4 letters could not be settled with Slack. Run it again once Slack answers."
    with_a_cycle.slack.heals()
    assert allteach("tick", "--at", THAT_MORNING, at=tmp_path, **given).returncode == 0
    assert _asked(with_a_cycle) == 1


def test_a_slack_that_is_away_leaves_everything_to_the_next_tick(operator: Operator) -> None:
    operator.load()
    operator.slack.post("down", down=True)

    done = operator.ticks()

    assert done.exit_code == 1
    assert (
        done.stderr.splitlines()[-1] == "6 channels could not be settled with Slack. Run it again once Slack answers."
    )
    operator.slack.post("down", down=False)
    assert operator.ticks().exit_code == 0
    assert operator.person("pru").hears() == ["Small Town: 6 of 6 channels ready."]


def test_slacks_pace_is_waited_out(operator: Operator) -> None:
    operator.load()
    operator.slack.post("limits", on=True, per_minute={"conversations.create": 60})
    for method in ("conversations.create", "users.lookupByEmail"):
        operator.slack.fault(method, "429", times=1, retry_after=1)

    assert operator.ticks().exit_code == 0

    assert operator.person("pru").hears() == ["Small Town: 6 of 6 channels ready."]
    asked = operator.slack.calls("users.lookupByEmail")
    assert [call.get("outcome", "held up") for call in asked] == ["held up", *["ok"] * 7]


def test_it_works_beside_a_bot_that_runs(town: Town, ana: Persona, tmp_path: Path) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)
    given = {"SLACK_API_URL": f"{town.practice.url}/api/", "SLACK_BOT_TOKEN": "xoxb-town"}
    given["ALLTEACH_DATABASE_URL"] = str(town.kit.store.url)

    done = allteach("tick", "--at", THAT_MORNING, at=tmp_path, **given)

    assert done.returncode == 0
    town.turn_clock(datetime.fromisoformat(THAT_MORNING) + timedelta(minutes=1))
    town.bot.tick()
    assert len([text for text in ana.hears() if "was to have run by Tue 10 Feb" in text]) == 1
    with town.record() as session:
        assert session.exec(select(Letter).where(Letter.message == "asks/day")).one().state == SENT


def _asked(operator: Operator) -> int:
    with _record(operator) as session:
        asked = session.exec(select(Letter).where(Letter.message == "asks/day")).all()
    posted = operator.slack.get("posts")["posts"]
    marks = [post["metadata"]["event_payload"]["key"] for post in posted if post["metadata"]]
    return sum(marks.count(letter.mark) for letter in asked)


@contextmanager
def _record(operator: Operator) -> Iterator[Session]:
    """A look into the database from outside."""
    store = Store(operator.here.database)
    with store.reading() as session:
        yield session
    store.close()
