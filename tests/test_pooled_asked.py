"""Faculty ask for the chart of all teams together: of how many teams, with what may mislead, and no small count."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.domain import points
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.outbox import Letter
from tests import town as towns
from tests.charting import filed, pictures
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

TWO_MORE = """teams:
  - {name: Elm, organization: Elm, timezone: America/Denver, channel: team-elm, measures: all, members: []}
  - {name: Oak, organization: Oak, timezone: America/Denver, channel: team-oak, measures: all, members: []}
"""
JAN = date(2026, 1, 1)
NOT_THEIRS = ("Cleo Hart", "Dr. Imani Osei")


@pytest.fixture
def four_teams() -> Iterator[Town]:
    """The town with two teams more; three of the four have sent January."""
    with towns.built() as town:
        town.load(SMALL_TOWN.replace("teams:\n", TWO_MORE, 1))
        for team, values in {"Alder & Main": [50, 60], "Prairie Bend": [40, 50], "Elm": [30, 20]}.items():
            filed(town.kit, values, team=team)
        filed(town.kit, [80], team="Oak", last=date(2025, 12, 1))
        yield town


def test_all_teams_together_with_how_many_they_are_and_what_may_mislead(four_teams: Town) -> None:
    pru = four_teams.people["pru"]

    pru.runs("/data chart")
    pru.submits(measure="1")

    message = pru.dm()[-1]
    assert "3 of the 4 teams asked for it sent January 2026." in message["text"]
    assert "Fewer than 80% of the teams that were asked for it have sent January 2026" in message["text"]
    assert (
        "0 more sent it, 1 did then and not now. The 3 teams in both months went from 40% to 43.3%." in message["text"]
    )
    assert "Latest: 43.3% in Jan 2026." in pictures(message)[0]["alt_text"]
    assert "All teams together, 3 of 4 teams in January 2026" in pictures(message)[0]["alt_text"]

    pru.presses("Show as text")

    assert pru.form
    assert "Dec 2025  4 of 4 teams" in texts(pru.form["blocks"])


def test_a_stratum_with_a_small_count_is_hidden_whole(four_teams: Town) -> None:
    told = {"language": {"Spanish": (40, 100), "English": (90, 200)}, "age": {"old": (3, 90), "young": (127, 210)}}
    with four_teams.kit.store.transaction() as session:
        session.get_one(Measure, 1).strata = [*told]
        elm = session.exec(select(Team).where(Team.name == "Elm")).one()
        groups = [
            Entry(1, JAN, "value", *cell, stratum=stratum, level=level)
            for stratum, levels in told.items()
            for level, cell in levels.items()
        ]
        points.file(session, team=elm, person=1, entries=groups, now=four_teams.kit.now())
    imani = four_teams.people["imani"]

    imani.runs("/data chart offer3")
    imani.submits()

    text = imani.dm()[-1]["text"]
    assert "By language: Spanish 40% (of 100) · English 45% (of 200)" in text
    assert "By age: not shown, since a count of 1 to 10 people could be read or worked out." in text
    assert "3.33" not in text


def test_the_grid_leads_faculty_to_it_and_a_coach_asks_for_one_team(four_teams: Town) -> None:
    pru, tobias = four_teams.people["pru"], four_teams.people["tobias"]
    pru.opens_home()
    pru.presses_at_home("Numbers of all teams")

    pru.presses("Charts of all teams together")
    tobias.runs("/data chart")

    assert pru.form
    assert pru.form["callback_id"] == "pooled.chosen"
    assert tobias.whispers()[-1].startswith("Whose charts?")


def test_the_newest_chart_that_was_asked_for_follows_a_correction_in_place(four_teams: Town) -> None:
    pru, cleo = four_teams.people["pru"], four_teams.people["cleo"]
    for _ in range(2):
        pru.runs("/data chart")
        pru.submits(measure="1")
    older, before = pru.dm()[-2:]

    cleo.runs("/data fix january", "team-prairie")
    cleo.submits(**{"m1.numerator": "80", "reason": "Thirty came later"})

    said = {message["ts"]: message for message in pru.dm()}
    assert len(said) == len(pru.dm())
    assert "Latest: 53.3% in Jan 2026." in pictures(said[before["ts"]])[0]["alt_text"]
    assert pictures(said[before["ts"]])[0]["slack_file"] != pictures(before)[0]["slack_file"]
    assert said[older["ts"]] == older


def test_of_single_values_faculty_get_the_middle_team_and_the_range_named_as_such(four_teams: Town) -> None:
    pru = four_teams.people["pru"]
    with four_teams.kit.store.transaction() as session:
        session.get_one(Measure, 1).shape = "value"

    pru.runs("/data chart")
    pru.submits(measure="1")

    message = pru.dm()[-1]
    sent = "3 of the 4 teams asked for it sent January 2026. "
    assert f"{sent}The middle one is at 50%, all of them from 20% to 60%." in message["text"]
    assert "a mean of them would count a small team like a large one" in texts(message["blocks"])
    (picture,) = pictures(message)
    assert "The middle team, 3 of 4 teams in January 2026" in picture["alt_text"]
    assert "Latest: 50% in Jan 2026, 20% to 60% over the teams." in picture["alt_text"]
    pru.presses("Show as text")
    assert pru.form
    assert "Dec 2025        45%, below the median, 30% to 80% over the teams" in texts(pru.form["blocks"])


def test_what_is_of_too_few_is_said_in_words_and_the_median_is_of_the_baseline(four_teams: Town) -> None:
    pru, last = four_teams.people["pru"], date(2025, 11, 1)
    for team in ("Alder & Main", "Prairie Bend", "Elm"):
        filed(four_teams.kit, [10, 20], team=team, last=date(2025, 9, 1))
    for team, few in {"Alder & Main": 1, "Prairie Bend": 2, "Elm": 3}.items():
        filed(four_teams.kit, [few], team=team, last=last)
    with four_teams.kit.store.transaction() as session:
        session.get_one(Measure, 1).baseline_months = 2
    pru.runs("/data chart")
    pru.submits(measure="1")

    pru.presses("Show as text")

    assert pru.form
    told = texts(pru.form["blocks"])
    assert "Median: 15%, of Aug 2025 to Sep 2025." in told
    assert "Oct 2025  not in yet\nNov 2025  not shown: of too few people or teams\n" in told


def test_where_nothing_may_be_shown_one_is_told_why_also_after_it_was_asked_for(town: Town, pru: Persona) -> None:
    filed(town.kit, [50])
    pru.runs("/data chart")
    pru.submits(measure="1")
    assert "fewer than three teams have sent it" in str(pru.form)
    with town.kit.store.transaction() as session:
        session.add(Team(collaborative_id=1, organization_id=1, name="Elm", timezone="UTC", status="active"))
    for team in ("Prairie Bend", "Elm"):
        filed(town.kit, [50], team=team)
    pru.submits(measure="1")
    with town.kit.store.transaction() as session:
        session.exec(select(Team).where(Team.name == "Elm")).one().status = "withdrawn"

    pru.presses("Show as text")

    assert pru.hears()[-1].startswith("This can't be shown yet: fewer than three teams have sent it")


def test_what_was_asked_for_does_not_come_to_somebody_who_may_not_see_it_any_more(four_teams: Town) -> None:
    with four_teams.kit.store.transaction() as session:
        session.get_one(Measure, 1).strata = ["language"]
        alder = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        groups = [Entry(1, JAN, "value", 40, 100, stratum="language", level="Spanish")]
        points.file(session, team=alder, person=1, entries=groups, now=four_teams.kit.now())
        cleo, imani = (session.exec(select(Person.id).where(Person.name == name)).one() for name in NOT_THEIRS)
        ways = [
            ("pooled/chart", cleo, 0),
            ("completeness/grid", cleo, 0),
            ("strata/chart", cleo, 0),
            ("strata/chart", imani, alder.id or 0),
        ]
        for number, (message, person, team) in enumerate(ways):
            outbox.say(
                session, message, key=f"asked:{number}", to=f"person:{person}", now=four_teams.kit.now(), measure=1,
                stratum=1, collaborative=1, team=team, person=person or 0,
            )  # fmt: skip

    four_teams.bot.settle()

    with four_teams.kit.store.reading() as session:
        said = session.exec(select(Letter.state).where(col(Letter.key).startswith("asked:"))).all()
    assert [*said] == [outbox.DROPPED] * 4
