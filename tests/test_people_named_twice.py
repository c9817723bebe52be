"""Whoever a file names by an address here and by a Slack id there is one person once Slack has shown who they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from tests import newcomers
from tests import town as towns
from tests.command_line import allteach
from tests.town import Town

WELCOME = "welcome to Small Town."


@pytest.fixture
def start() -> Iterator[Town]:
    """The people are in Slack; nothing is loaded yet."""
    with towns.before_loading() as built:
        yield built


@pytest.mark.parametrize("first", ["by e-mail", "by Slack id"])
def test_who_is_named_by_email_here_and_by_slack_id_there_is_one_person(start: Town, first: str) -> None:
    lines = ["{email: zoe@example.org, name: Zoe Lin, roles: [team_lead]}", "{slack: U0ZOE, roles: [data_lead]}"]
    if first == "by Slack id":
        lines.reverse()
    twice = newcomers.town_with(lines[0]).replace("members: [{email: cleo", f"members: [{lines[1]}, {{email: cleo")
    twice = twice.replace("coach: tobias@", "coach: zoe@" if first == "by e-mail" else "coach: tobias@")
    twice = twice.replace("  - {email: tobias", "  - {email: zoe@example.org, roles: [coach]}\n  - {email: tobias")
    start.load(twice, launch=True)

    zoe = newcomers.comes(start, "zoe")
    start.slack.post("users", id=zoe.user, tz="Asia/Tokyo")
    start.bot.settle()
    start.bot.tick()

    with start.record() as session:
        people = [
            one for one in session.exec(select(Person)) if "zoe" in (one.email or "") or one.slack_user == "U0ZOE"
        ]
        (row,) = people
        places = session.exec(select(Membership.team_id).where(Membership.person_id == row.id)).all()
    assert (row.workspace, row.slack_user, row.email) == ("T0PRACTICE", "U0ZOE", "zoe@example.org")
    assert row.name == "Zoe Lin"
    assert sorted(places, key=str) == [1, 2, None]
    assert len(zoe.hears()) == 1
    assert start.load(twice)[0] == "Nothing changed."


def test_who_is_known_by_slack_id_and_named_by_email_later_stays_who_they_are(start: Town) -> None:
    zoe = newcomers.comes(start, "zoe")
    known = newcomers.town_with("{slack: U0ZOE, name: Zoe Lin, roles: [data_lead]}")
    start.load(known, launch=True)
    zoe.runs("/pdsa", "team-alder")
    zoe.submits(change="Nadia calls back", prediction="8 of 10", due="2026-02-10")

    start.load(known.replace("members: [{email: cleo", "members: [{email: zoe@example.org}, {email: cleo"))

    with start.record() as session:
        row, (cycle,) = newcomers.called(session, "Zoe Lin"), session.exec(select(Cycle))
        places = session.exec(select(Membership.team_id).where(Membership.person_id == row.id)).all()
    assert (row.slack_user, row.email, cycle.owner_id) == (zoe.user, "zoe@example.org", row.id)
    assert sorted(places, key=str) == [1, 2]
    assert len([text for text in zoe.hears() if WELCOME in text]) == 1
    assert "Zoe Lin, team member" in str(start.people["cleo"].messages("team-prairie"))


def test_two_lines_of_one_list_that_are_one_person_are_refused(start: Town, tmp_path: Path) -> None:
    zoe = newcomers.comes(start, "zoe")
    twice = newcomers.town_with(
        f"{{email: zoe@example.org, name: Zoe Lin}}, {{slack: {zoe.user}, name: Zoe Lin, roles: [data_lead]}}"
    )
    start.load(twice)
    (tmp_path / "town.yaml").write_text(twice, encoding="utf-8")

    again = allteach(
        "collaborative", "load", "town.yaml", at=tmp_path, ALLTEACH_DATABASE_URL=start.kit.settings.database_url
    )

    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == (
        "zoe@example.org and U0ZOE are the same person, and both stand in Alder & Main. Keep one of the two lines.\n"
    )
