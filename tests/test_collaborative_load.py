"""`allteach collaborative load`: all of a file is stored or nothing; again changes nothing; what changed is said."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, func, select

import bot
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.measures import Measure
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Organization, Team
from bot.outbox import Letter
from bot.store import Store
from tests import commands
from tests.command_line import allteach

OPEN_DOOR = Path(bot.__file__).parent / "open_door.yaml"
HOW_A_TEAM_LEAVES = 'If the team has left, keep it in the file with status: "withdrawn(DATE, reason)".'
HOW_A_PERSON_LEAVES = "To take them out, keep the line and add left: DATE."
TABLES: tuple[type[SQLModel], ...] = (
    Collaborative, Person, Membership, Organization, Team, Channel, Measure, Driver, ChangeIdea, Event, Letter,
)  # fmt: skip


class Desk:
    """A coordinator at a command line, with a file and a database of their own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "open.yaml"
        self.store = Store(f"sqlite:///{folder / 'allteach.db'}")
        self.out = self.err = ""
        self.write(OPEN_DOOR.read_text(encoding="utf-8"))

    def write(self, text: str) -> None:
        """Save the file."""
        self.text = text
        self.file.write_text(text, encoding="utf-8")

    def change(self, was: str, becomes: str) -> None:
        """Edit the file in one place."""
        assert was in self.text
        self.write(self.text.replace(was, becomes, 1))

    def load(self, *options: str) -> int:
        """Run the command and return its exit code."""
        done = commands.run("collaborative", "load", self.file.name, *options)
        self.out, self.err = done.stdout, done.stderr
        return done.exit_code

    def said(self) -> list[str]:
        """What the last load printed of its changes."""
        return self.out.partition("The record is in ")[0].splitlines()

    def way_on(self) -> list[str]:
        """What it printed after them: where the record is, which channels are to come, and what comes next."""
        return self.out.splitlines()[len(self.said()) :]

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.store.reading() as session:
            return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in TABLES}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ALLTEACH_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALLTEACH_CLOCK", "2026-02-02T15:00:00+00:00")
    desk = Desk(tmp_path)
    monkeypatch.setenv("ALLTEACH_DATABASE_URL", str(desk.store.url))
    yield desk
    desk.store.close()


def test_a_first_load_stores_every_section_and_says_so(desk: Desk) -> None:
    assert desk.load() == 0

    assert desk.said() == [
        "Open Door is new.",
        "8 measures, 4 drivers, 16 ideas, 12 teams, 57 people, 13 events added.",
    ]
    assert desk.rows() == {
        "Collaborative": 1, "Person": 57, "Membership": 57, "Organization": 12, "Team": 12, "Channel": 16,
        "Measure": 8, "Driver": 4, "ChangeIdea": 16, "Event": 13, "Letter": 0,
    }  # fmt: skip
    with desk.store.reading() as session:
        private = session.exec(select(Channel.purpose, Channel.private)).all()
        ana = session.exec(select(Person).where(Person.email == "ana@example.org")).one()
    assert Counter(private) == {
        ("team", True): 12, ("faculty", True): 1, ("everyone", False): 1, ("share", False): 1, ("shoutouts", False): 1,
    }  # fmt: skip
    assert (ana.name, ana.workspace, ana.slack_user) == ("Ana Reyes", None, None)


def test_loading_again_changes_nothing(desk: Desk) -> None:
    desk.load()
    before = desk.rows()

    assert desk.load() == 0

    assert desk.said() == ["Nothing changed."]
    assert desk.rows() == before


def test_a_changed_file_changes_what_it_says_and_nothing_else(desk: Desk) -> None:
    desk.load()
    before = desk.rows()
    desk.change("coach: dell@example.org", "coach: jo@example.org")
    desk.change("goal: 60", "goal: 65")
    desk.change("starts: 2026-02-19T12:00", "starts: 2026-02-20T12:00")
    desk.change("every: month", "every: two_weeks")
    desk.change("name: Dee Abrams, roles: [data_lead]", "name: Dee Abrams, roles: [data_lead, tech_expert]")

    assert desk.load() == 0

    assert desk.said() == [
        "Open Door, check-in: every changed from month to two_weeks.",
        "Measure ENG4: goal changed from 60 to 65.",
        "Three Herons Tribal Wellness: coach changed from Dell Whitaker to Jo Santangelo.",
        "Dee Abrams in Lantern Row Youth Project: roles changed from data_lead to data_lead, tech_expert.",
        "AP1 call: first predictions: starts changed from 2026-02-19 12:00 to 2026-02-20 12:00.",
    ]
    assert desk.rows() == before


def test_what_is_planned_for_some_teams_alone_is_no_event_of_the_file(desk: Desk) -> None:
    desk.load()
    begins = datetime(2026, 3, 3, 17, tzinfo=UTC)
    with desk.store.transaction() as session:
        said: dict[str, Any] = {"collaborative_id": 1, "kind": "call", "made_by": 1}
        session.add(Event(title="For two", starts=begins, team_ids=[1, 2], **said))
        session.add(Event(title="The same", starts=begins, team_ids=[1, 2], **said))
        session.add(Event(title="For all", starts=begins + timedelta(hours=1), **said))
    first = '  - title: "AP1 call: first predictions"'
    for title, starts in (("For two", "03-10T12:00"), ("The same", "03-03T12:00"), ("New", "03-03T13:00")):
        desk.change(first, f"  - {{title: {title}, kind: call, starts: 2026-{starts}}}\n{first}")

    assert desk.load() == 0

    assert "The same stands as it was planned in Slack, for some teams alone; the file has it for all." in desk.said()
    with desk.store.reading() as session:
        found = session.exec(select(Event.title, Event.team_ids).where(Event.starts >= begins).order_by(col(Event.id)))
        named = ("For two", "The same", "For all", "New")
        assert [one for one in found if one[0] in named] == [
            ("For two", [1, 2]), ("The same", [1, 2]), ("For all", []), ("For two", []), ("New", []),
        ]  # fmt: skip


def test_who_is_added_is_named(desk: Desk) -> None:
    desk.load()
    desk.change(
        "      - {email: dee@example.org", "      - {slack: U0NOVA, name: Nova Reed}\n      - {email: dee@example.org"
    )
    desk.change("      - {email: teo@example.org", "      - {email: BEN@Example.org}\n      - {email: teo@example.org")

    desk.load()

    assert desk.said() == ["1 person (Nova Reed) added.", "Ben Castellano in Casa Farol: added."]
    assert desk.rows()["Person"] == 58


def test_who_is_no_longer_in_the_file_stays_and_is_told(desk: Desk) -> None:
    desk.load()
    before = desk.rows()
    start = desk.text.index("  - name: Lantern Row Youth Project")
    desk.write(desk.text[:start] + desk.text[desk.text.index("checkin:") :])
    desk.change("      - {email: ivy@example.org, name: Ivy Coleman, roles: [lived_experience]}\n", "")

    assert desk.load() == 0

    assert desk.said() == [
        "Nothing changed.",
        "Lantern Row Youth Project is no longer in the file; nothing was removed. " + HOW_A_TEAM_LEAVES,
        "Ivy Coleman in Meridian Flats County BH isn't in the file; nobody was removed. " + HOW_A_PERSON_LEAVES,
        "Rowan Ellis in Lantern Row Youth Project isn't in the file; nobody was removed. " + HOW_A_PERSON_LEAVES,
        "Kai Monroe in Lantern Row Youth Project isn't in the file; nobody was removed. " + HOW_A_PERSON_LEAVES,
        "Dee Abrams in Lantern Row Youth Project isn't in the file; nobody was removed. " + HOW_A_PERSON_LEAVES,
    ]
    assert desk.rows() == before


def test_who_is_marked_as_gone_is_taken_out_and_comes_back_with_the_mark_gone(desk: Desk) -> None:
    desk.load()
    ivy = "{email: ivy@example.org, name: Ivy Coleman, roles: [lived_experience]"
    desk.change(ivy, f"{ivy}, left: 2026-03-01")

    for said in ("Ivy Coleman in Meridian Flats County BH: left on 2026-03-01.", "Nothing changed."):
        desk.load()
        assert desk.said() == [said]
        assert _has_left(desk, "Ivy Coleman")
    desk.change(", left: 2026-03-01", "")
    desk.load()
    assert desk.said() == ["Ivy Coleman in Meridian Flats County BH: is back."]
    assert not _has_left(desk, "Ivy Coleman")


def test_whoever_left_in_slack_stays_out_though_the_file_has_them(desk: Desk) -> None:
    desk.load()
    with desk.store.transaction() as session:
        ivy = session.exec(select(Membership).join(Person).where(Person.name == "Ivy Coleman")).one()
        ivy.left_at = datetime(2026, 3, 1, 15, 20, tzinfo=UTC)
        session.add(ivy)

    desk.load()

    where = "Ivy Coleman in Meridian Flats County BH"
    assert desk.said() == ["Nothing changed.", f"{where} left on 2026-03-01 and is still in the file; they stay out."]


def test_what_the_file_leaves_out_stays_as_people_set_it(desk: Desk) -> None:
    desk.change("    deputy: teo@example.org\n    status: active\n", "")
    desk.load()
    with desk.store.transaction() as session:
        team = _team(session, "Casa Farol")
        team.deputy_id, team.aim, team.status = team.coach_id, "Nobody waits alone.", "paused"

    desk.load()

    assert desk.said() == ["Nothing changed."]
    with desk.store.reading() as session:
        team = _team(session, "Casa Farol")
    assert (team.deputy_id, team.aim, team.status) == (team.coach_id, "Nobody waits alone.", "paused")


def test_a_team_with_a_new_name_is_known_by_its_channel(desk: Desk) -> None:
    desk.load()
    before = desk.rows()
    desk.change("  - name: Casa Farol\n", "  - name: Casa Farol West\n")

    desk.load()

    assert desk.said() == ["Casa Farol: name changed from Casa Farol to Casa Farol West."]
    assert desk.rows() == before


def test_two_teams_may_swap_channels_until_slack_has_them(desk: Desk) -> None:
    desk.load()
    desk.write(
        desk.text.replace("channel: team-casa-farol", "channel: X")
        .replace("channel: team-ridgeline", "channel: team-casa-farol")
        .replace("channel: X", "channel: team-ridgeline")
    )

    desk.load()

    assert desk.said() == [
        "Casa Farol: channel changed from team-casa-farol to team-ridgeline.",
        "Ridgeline Veterans Bridge: channel changed from team-ridgeline to team-casa-farol.",
    ]


def test_a_channel_in_slack_keeps_its_name(desk: Desk) -> None:
    desk.load()
    with desk.store.transaction() as session:
        channel = session.exec(select(Channel).where(Channel.name == "team-casa-farol")).one()
        channel.slack_id = "C0CASA"
    desk.change("channel: team-casa-farol", "channel: team-casa")

    desk.load()

    assert desk.said() == [
        "Nothing changed.",
        "Casa Farol stays in team-casa-farol, which Slack already has. Rename it there.",
    ]


def test_faults_store_nothing_and_are_told_on_the_error_stream(desk: Desk) -> None:
    desk.change("timezone: America/New_York", "timezone: America/New_Yrok")
    desk.change("kind: outcome", "kind: outcom")

    assert desk.load("--launch") == 2

    assert desk.out == ""
    assert desk.err.splitlines() == [
        "open.yaml:11: “America/New_Yrok” isn't a time zone we know. Did you mean America/New_York?",
        "open.yaml:44: `kind` can be outcome, process or balancing, not “outcom”. Did you mean outcome?",
    ]
    assert desk.store.path
    assert desk.store.path.stat().st_size == 0


def test_a_fault_in_a_later_file_leaves_the_record_as_it_was(desk: Desk) -> None:
    desk.load()
    before = desk.rows()
    desk.change("name: Casa Farol\n", "name: Casa Nova\n")
    desk.change("goal: 60", "goal: 600")

    assert desk.load() == 2

    assert desk.rows() == before
    with desk.store.reading() as session:
        assert _team(session, "Casa Farol").name == "Casa Farol"


def test_a_channel_of_another_collaborative_is_refused_and_nothing_stored(desk: Desk) -> None:
    desk.load()
    before = desk.rows()
    desk.change("name: Open Door\n", "name: Second Door\n")

    assert desk.load() == 2

    assert desk.out == ""
    assert desk.err.splitlines()[0] == (
        "The channel open-door already belongs to Open Door. Please choose another, or keep the name Open Door."
    )
    assert desk.rows() == before


def test_before_launch_nobody_is_owed_a_word_and_at_launch_each_is_once(desk: Desk) -> None:
    desk.load()
    quiet = _welcomes(desk)

    assert desk.load("--launch") == 0

    assert desk.said() == ["Nothing changed.", "Open Door is launched: 57 people get a welcome, each once."]
    assert (quiet, _welcomes(desk)) == (0, 57)


def test_launching_again_welcomes_only_whoever_is_new(desk: Desk) -> None:
    desk.load("--launch")
    desk.change("      - {email: dee@example.org", "      - {email: nova@example.org}\n      - {email: dee@example.org")

    assert desk.load("--launch") == 0

    assert desk.said()[0] == "1 person (nova@example.org) added."
    assert desk.said()[1].endswith("nobody is welcomed twice.")
    assert _welcomes(desk) == 58


def test_it_ends_with_where_the_record_is_and_what_comes_next(desk: Desk) -> None:
    record = f"The record is in {desk.store.path}."
    start = "Start the bot with allteach run; if it runs already, it makes the channels within seconds. "
    quiet = "Nobody but the coordinators hears from it until you launch, from a coordinator's Home or with --launch."
    welcome = "Start the bot with allteach run, unless it runs already: it invites and welcomes whoever is new."

    for options, way_on in [((), start + quiet), ((), start + quiet), (("--launch",), welcome), ((), welcome)]:
        desk.load(*options)

        where, channels, what_next = desk.way_on()
        assert (where, what_next) == (record, way_on)
        assert channels.startswith("Channels still to be made or adopted: #open-door, #open-door-share, ")


def test_loading_what_is_over_says_what_stopped_and_what_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    over = "Open Door is over. It ended on Wed 9 Dec 2026: nobody is asked anything any more, neither how it goes nor"

    for day, told in (("2026-12-09", False), ("2026-12-10", True)):
        monkeypatch.setenv("ALLTEACH_CLOCK", f"{day}T15:00:00+00:00")
        desk.load("--launch")

        assert desk.way_on()[-2].startswith(over) == told


def test_a_channel_that_needs_somebody_is_named_with_what_it_needs(desk: Desk) -> None:
    desk.load()
    with desk.store.transaction() as session:
        for channel in session.exec(select(Channel)):
            channel.slack_id = f"C0{channel.id}"
            if channel.purpose == "faculty":
                channel.slack_id, channel.problem = None, "Invite Allteach to it."

    desk.load()

    assert desk.way_on()[1:-1] == ["#open-door-faculty needs you: Invite Allteach to it."]


def test_a_file_that_is_not_there_is_said_so(desk: Desk) -> None:
    desk.file.unlink()

    assert desk.load() == 2

    assert desk.err == "open.yaml: The file can't be opened: No such file or directory.\n"


@pytest.mark.parametrize(("name", "code"), [("open.yaml", 0), ("second.yaml", 2)])
def test_the_record_is_let_go_at_the_end_however_it_ends(desk: Desk, tmp_path: Path, name: str, code: int) -> None:
    (tmp_path / "second.yaml").write_text(desk.text.replace("name: Open Door", "name: Second Door", 1))
    given = {"ALLTEACH_DATABASE_URL": str(desk.store.url)}
    allteach("collaborative", "load", "open.yaml", at=tmp_path, **given)

    done = allteach("collaborative", "load", name, at=tmp_path, **given)

    assert done.returncode == code
    assert not list(tmp_path.glob("allteach.db-*"))  # SQLite takes them away when the last connection is closed


def _team(session: Session, name: str) -> Team:
    return session.exec(select(Team).where(Team.name == name)).one()


def _has_left(desk: Desk, name: str) -> bool:
    with desk.store.reading() as session:
        (left_at,) = session.exec(select(Membership.left_at).join(Person).where(Person.name == name))
    return left_at is not None


def _welcomes(desk: Desk) -> int:
    with desk.store.reading() as session:
        return len(session.exec(select(Letter.id).where(col(Letter.message) == "people/welcome")).all())
