"""`allteach doctor`: a line for everything that works or needs a person, told at the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from typer.testing import CliRunner

from bot import outbox
from bot.__main__ import cli
from bot.commands import manifest
from bot.domain import seats
from bot.domain.people import Person
from bot.domain.teams import Channel, Seat
from bot.outbox import Letter
from bot.store import Store
from tests import town as towns
from tests.command_line import allteach, going
from tests.personas import Control

SUBJECTS = ["tokens", "tokens", "scopes", "clock", "database", "channels", "people", "letters"]


class Patient:
    """A town that the doctor is called to, and what the doctor said last."""

    def __init__(self, here: towns.Asleep, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slack = Control(here.practice.url)
        self.file = Path(here.database.removeprefix("sqlite:///"))
        self.file.chmod(0o600)
        self.settings = here.environment()
        self.store = Store(here.database)
        self._monkeypatch = monkeypatch
        self.lines: list[str] = []

    def sees_the_doctor(self, **settings: str) -> int:
        """Run the command in this process; returns its exit code."""
        with self._monkeypatch.context() as patched:
            for name, value in {**self.settings, **settings}.items():
                patched.setenv(name, value)
            answer = CliRunner().invoke(cli, ["doctor"])
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
        self.lines = answer.stdout.splitlines()
        return answer.exit_code

    def hears(self, state: str) -> list[str]:
        """The lines in this state, without it."""
        return [line.removeprefix(state).strip() for line in self.lines if line.startswith(state)]


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """A launched town that is well: even the two who can't be in every channel are."""
    with towns.asleep() as here:
        patient = Patient(here, monkeypatch)
        with patient.store.transaction() as session:
            session.exec(update(Seat).values(problem="", invited_at=datetime.now(UTC)))
        yield patient
        patient.slack.close()
        patient.store.close()


def test_everything_is_well(town: Patient) -> None:
    code = town.sees_the_doctor()

    assert town.hears("needs you") == []
    assert [line.split()[1] for line in town.lines] == SUBJECTS
    assert code == 0


def test_it_only_looks(town: Patient) -> None:
    before, record = len(town.slack.calls("")), town.file.read_bytes()

    town.sees_the_doctor()

    asked = {call["method"] for call in town.slack.calls("")[before:]}
    assert asked == {"auth.test", "apps.connections.open", "users.conversations"}
    assert town.file.read_bytes() == record


def test_it_works_beside_a_running_bot(town: Patient, tmp_path: Path) -> None:
    with going("run", at=tmp_path, **town.settings) as bot:
        bot.waits_for('"running"')

        doctor = allteach("doctor", at=tmp_path, **town.settings)

        bot.tell()
        assert bot.ends() == 0
    assert (doctor.returncode, doctor.stderr, list(tmp_path.iterdir())) == (0, "", []), doctor.stdout


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-revoked", "Slack doesn't take SLACK_BOT_TOKEN (token_revoked). Copy the Bot User"),
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN isn't set. Copy the Bot User OAuth Token (xoxb-…) from OAuth"),
        ("SLACK_APP_TOKEN", "xapp-revoked", "Slack doesn't take SLACK_APP_TOKEN (token_revoked). Make one (xapp-…)"),
        ("SLACK_APP_TOKEN", "xoxb-bot", "SLACK_APP_TOKEN holds the other token (xoxb-…). Make one"),
    ],
)
def test_a_token_that_slack_does_not_take(town: Patient, setting: str, value: str, sentence: str) -> None:
    code = town.sees_the_doctor(**{setting: value})

    assert [line.startswith(f"tokens    {sentence}") for line in town.hears("needs you")] == [True], town.lines
    assert code == 1
    assert value not in "".join(town.lines) or not value


def test_a_scope_that_is_not_granted_is_named_with_what_it_is_for(town: Patient) -> None:
    town.slack.post("app", scopes=[scope for scope in manifest.SCOPES if scope != "pins:write"])

    code = town.sees_the_doctor()

    told = "scopes    pins:write isn't granted, and it takes that to pin the team card and the calendar. "
    assert [line.startswith(told) for line in town.hears("needs you")] == [True], town.lines
    assert code == 1


def test_slack_is_down(town: Patient) -> None:
    town.slack.post("down", down=True)

    code = town.sees_the_doctor()

    assert [line.split(" (")[0] for line in town.hears("needs you")] == [
        f"slack     There is no answer from {town.slack.url}/api/"
    ]
    assert [line.split()[0] for line in town.hears("can't tell")] == ["tokens", "scopes", "clock"]
    assert [line.split()[0] for line in town.hears("ok")] == ["database", "channels", "people", "letters"]
    assert code == 1


def test_a_token_that_is_not_set_is_named_without_slack(town: Patient) -> None:
    town.slack.post("down", down=True)

    town.sees_the_doctor(SLACK_BOT_TOKEN="")

    assert town.hears("needs you")[1].startswith("tokens    SLACK_BOT_TOKEN isn't set. Copy the Bot User OAuth Token")
    assert [line.split()[0] for line in town.hears("can't tell")] == ["scopes", "clock"]


@pytest.mark.parametrize("down", [False, True])
def test_tokens_in_each_others_place_are_told_with_and_without_slack(town: Patient, down: bool) -> None:
    town.slack.post("down", down=down)

    town.sees_the_doctor(SLACK_BOT_TOKEN="xapp-1-A-2", SLACK_APP_TOKEN="xoxb-1-2")

    told = [line for line in town.hears("needs you") if line.startswith("tokens")]
    assert told[0].startswith("tokens    SLACK_BOT_TOKEN holds the other token (xapp-…). Copy the Bot User OAuth Token")
    assert told[1].startswith("tokens    SLACK_APP_TOKEN holds the other token (xoxb-…). Make one (xapp-…)")


def test_nobody_listens_there(town: Patient) -> None:
    code = town.sees_the_doctor(SLACK_API_URL="http://127.0.0.1:9/api/")

    assert town.hears("needs you")[0].startswith("slack     There is no answer from http://127.0.0.1:9/api/")
    assert code == 1


@pytest.mark.parametrize(
    ("apart", "how"),
    [
        (95, "seconds behind"),
        (-95, "seconds ahead of"),
        (-7500, "2 hours ahead of"),
        (90000000, "1042 days behind"),
    ],
)
def test_a_clock_that_goes_wrong(town: Patient, monkeypatch: pytest.MonkeyPatch, apart: int, how: str) -> None:
    town.slack.post("clock", now=(datetime.now(UTC) + timedelta(seconds=apart)).isoformat())
    del town.settings["ALLTEACH_CLOCK"]

    code = town.sees_the_doctor()

    assert [f" {how} Slack's. Set it by NTP" in line for line in town.hears("needs you")] == [True], town.lines
    assert code == 1


@pytest.mark.parametrize(("asked_before", "code"), [(True, 1), (False, 0)])
def test_somebody_slack_has_not_shown_us(town: Patient, asked_before: bool, code: int) -> None:
    asked_at = datetime.now(UTC) if asked_before else None
    with town.store.transaction() as session:
        cleo = session.exec(select(Person).where(Person.email == "cleo@example.org")).one()
        cleo.workspace, cleo.looked_for_at = None, asked_at

    assert town.sees_the_doctor() == code

    if asked_before:
        told = town.hears("needs you")
        assert [line.split(". ")[0] for line in told] == [
            "people    Not seen in Slack yet: Cleo Hart (cleo@example.org)"
        ]
    else:
        assert "1 are still to be looked for: `allteach run` does it." in "".join(town.hears("ok"))


def test_somebody_who_is_kept_out_of_a_channel(town: Patient) -> None:
    with town.store.transaction() as session:
        gil = session.exec(select(Person).where(Person.email == "gil@example.org")).one()
        common = session.exec(select(Channel).where(Channel.name == "small-town")).one()
        why = "A guest whom only an admin can add. Please ask an admin to add them to the channel."
        seat = seats.seat(session, common, gil)
        seat.problem = why
        session.add(seat)

    code = town.sees_the_doctor()

    assert town.hears("needs you") == [f"people    Gil Santos (gil@example.org) isn't in #small-town yet. {why}"]
    assert code == 1


def test_a_channel_that_waits_for_somebody(town: Patient) -> None:
    with town.store.transaction() as session:
        stuck = session.exec(select(Channel).where(Channel.name == "small-town-faculty")).one()
        stuck.problem = "This channel is public, and faculty's alerts are private. Make it private."

    code = town.sees_the_doctor()

    assert town.hears("needs you") == [
        "channels  #small-town-faculty: This channel is public, and faculty's alerts are private. Make it private."
    ]
    assert code == 1


def test_channels_that_are_still_to_come_are_named(town: Patient) -> None:
    with town.store.transaction() as session:
        session.exec(select(Channel).where(Channel.name == "team-prairie")).one().slack_id = None

    town.sees_the_doctor()

    assert "channels  5 of 6 are ready. Still to come: #team-prairie; `allteach run` makes them." in town.hears("ok")


def test_a_channel_the_bot_was_taken_out_of(town: Patient) -> None:
    with town.store.transaction() as session:
        session.exec(update(Channel).where(col(Channel.name) == "team-prairie").values(slack_id="C0GONE"))

    code = town.sees_the_doctor()

    assert town.hears("needs you") == [
        "channels  #team-prairie is archived, or Allteach isn't in it any more. Unarchive it, or invite Allteach again."
    ]
    assert code == 1


def test_a_letter_slack_did_not_take(town: Patient) -> None:
    with town.store.transaction() as session:
        card = session.exec(select(Letter).where(Letter.message == "teams/card").order_by(col(Letter.id))).first()
        assert card is not None
        card.state, card.problem = outbox.PARKED, "The channel is archived. Unarchive it, then try again."

    code = town.sees_the_doctor()

    told = "Not delivered: teams/card to Alder & Main. The channel is archived. Unarchive it, then try again."
    assert town.hears("needs you") == [f"letters   {told} Try again is in a coordinator's Home."]
    assert code == 1


def test_a_database_that_others_may_read(town: Patient) -> None:
    town.file.chmod(0o644)

    code = town.sees_the_doctor()

    assert town.hears("needs you") == [f"database  Others on this machine may read it: chmod 600 {town.file}"]
    assert code == 1


def test_a_database_of_a_newer_version(town: Patient) -> None:
    with town.store.outside_transactions() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    code = town.sees_the_doctor()

    assert "database  This database was written by a newer Allteach" in "\n".join(town.hears("needs you"))
    assert code == 1


def test_a_file_that_is_no_database(town: Patient, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Shopping: apples, pears, plums. " * 100)
    (tmp_path / "notes.db").chmod(0o600)

    code = town.sees_the_doctor(ALLTEACH_DATABASE_URL=f"sqlite:///{tmp_path}/notes.db")

    assert [line.split(" can't be read (")[0] for line in town.hears("needs you")] == [
        f"database  sqlite:///{tmp_path}/notes.db"
    ]
    assert code == 1


def test_a_server_that_does_not_answer(town: Patient) -> None:
    code = town.sees_the_doctor(ALLTEACH_DATABASE_URL="postgresql+psycopg://us:secret@127.0.0.1:9/allteach")

    assert [line.split(" can't be read (")[0] for line in town.hears("needs you")] == [
        "database  postgresql+psycopg://us:***@127.0.0.1:9/allteach"
    ]
    assert "secret" not in "".join(town.lines)
    assert code == 1


def test_before_the_first_run_nothing_is_made(town: Patient, tmp_path: Path) -> None:
    code = town.sees_the_doctor(ALLTEACH_DATABASE_URL=f"sqlite:///{tmp_path}/new.db")

    assert f"database  {tmp_path}/new.db isn't there yet" in "\n".join(town.hears("ok"))
    assert list(tmp_path.iterdir()) == []
    assert code == 0
