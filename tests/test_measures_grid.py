"""Faculty see whose numbers are in, teams by months, with how complete and timely each is."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cards import grids, retention_cards
from bot.cards.grids import Grid, Row, Told
from bot.domain import absences, expected, pauses, seats, submissions
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.studio import draw
from tests.charting import pictures
from tests.personas import Persona, texts
from tests.test_charts import covered, look
from tests.test_measures import form, sends
from tests.town import Town

NAMES = [f"Team {number}" for number in range(40)]
CHICAGO = ZoneInfo("America/Chicago")


def test_the_grid_tells_teams_by_months_and_who_pauses(town: Town, ben: Persona, pru: Persona) -> None:
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    pru.opens_home()
    pru.presses_at_home("Numbers of all teams")
    assert "Jan 1 of 1" in texts(form(pru)["blocks"])
    assert "complete (" not in texts(form(pru)["blocks"])  # January isn't due yet
    pru.closes()
    with town.kit.store.transaction() as session:
        prairie = session.get_one(Team, 2)
        pauses.begin(session, prairie, date(2026, 3, 20), "", today=date(2026, 2, 20))
    town.turn_clock(datetime(2026, 4, 1, 10, tzinfo=CHICAGO))
    town.bot.tick()
    ben.runs("/data february", "team-alder")
    ben.submits(**{"m1.numerator": "9", "m1.denominator": "12"})  # two days after it was due

    pru.opens_home()
    pru.presses_at_home("Numbers of all teams")

    told = texts(form(pru)["blocks"])
    assert "Jan 1 of 1 · Feb 1 of 1 · Mar 0 of 1 · 2 of 2 due so far complete (100%), 1 on time (50%)" in told
    assert "Jan excused · Feb 0 of 1 · Mar 0 of 1 · 0 of 1 due so far complete (0%), 0 on time (0%)" in told
    assert told.index("Alder & Main") < told.index("Prairie Bend")

    pru.presses("As a picture")

    message = pru.dm()[-1]
    (picture,) = pictures(message)
    assert picture["alt_text"] == (
        "Teams by months, Small Town, Jan 2026 to Mar 2026, Wed 1 Apr 2026. Mar 2026: all in from 0 of 2 teams. "
        "Not all in yet: Alder & Main, Prairie Bend. Feb 2026: all in from 1 of 2 teams. "
        "Jan 2026: all in from 1 of 1 team."
    )
    assert "Jan 2026: all in from 1 of 1 team." in message["text"]
    assert town.practice.world.files[picture["slack_file"]["id"]].content.startswith(b"\x89PNG")
    pru.presses("As text", message)
    assert "Jan excused · Feb 0 of 1" in texts(form(pru)["blocks"])
    pru.closes()

    with town.kit.store.transaction() as session:  # February fell due while all of Prairie Bend were away
        for one, _ in seats.places(session, prairie):
            absences.leave(session, one.id or 0, date(2026, 3, 9), date(2026, 4, 20), town.kit.now())
        submissions.row(session, prairie, date(2026, 2, 1), date(2026, 4, 1))
        expected.note(session)
        waits = retention_cards.completion(session, session.get_one(Collaborative, 1), town.kit.now())["open"]
        expected.settle(session, town.kit.now())
    pru.opens_home()
    pru.presses_at_home("Numbers of all teams")
    assert "Jan excused · Feb excused · Mar 0 of 1" in texts(form(pru)["blocks"])
    assert "0 of 0 data months in" in waits[1]  # also before it is settled


def test_a_coach_sees_the_teams_they_coach(town: Town, ana: Persona) -> None:
    tobias = town.people["tobias"]
    tobias.opens_home()
    tobias.presses_at_home("Numbers of all teams")

    told = texts(form(tobias)["blocks"])
    assert "Alder & Main" in told
    assert "Prairie Bend" not in told
    assert "Charts of all teams together" not in told
    tobias.presses("As a picture")
    assert "from 0 of 1 team" in pictures(tobias.dm()[-1])[0]["alt_text"]
    assert "Prairie Bend" not in str(pictures(tobias.dm()[-1]))
    ana.opens_home()
    assert "Numbers of all teams" not in texts(ana.home["blocks"])


def test_many_teams_come_on_several_pictures_and_an_alt_text_is_no_longer_than_slack_takes() -> None:
    rows = [Row(name * 20, [Told(0, 3), None, Told(0, 0), Told(2, 3)], None) for name in NAMES]
    grid = Grid("Open Door", "Wed 1 Apr 2026", ["Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026"], rows)

    first, second = grids.pages(grid)

    assert (len(first.rows), len(second.rows), second.day) == (30, 10, "Wed 1 Apr 2026, page 2 of 2")
    assert len(grids.alt(first)) == 1000
    few = [Row("Elm", [Told(3, 3)], None), Row("Oak", [Told(0, 0)], None), Row("Ash", [Told(2, 3)], None)]
    shown = grids.alt(Grid("Open Door", "Wed 1 Apr 2026", ["Mar 2026"], few))
    assert shown.endswith("Mar 2026: all in from 1 of 2 teams, some from 1. Not all in yet: Ash.")
    many = grids.alt(replace(grid, rows=[replace(row, team=name) for row, name in zip(rows, NAMES, strict=True)]))
    assert "Team 10, Team 11 and 28 more." in many
    assert grids.findings(second) == [
        "Mar 2026: all in from 0 of 10 teams, some from 10.",
        "Feb 2026: nobody was asked.",
        "Jan 2026: nobody was asked.",
        "Dec 2025: all in from 0 of 10 teams.",
    ]


def test_the_picture_is_as_wide_as_a_phone_shows_well_as_high_as_its_teams_need_and_never_red() -> None:
    rows = [
        Row(name, [Told(3, 3), Told(1, 3), Told(0, 3), Told(0, 0), None], Told(4, 10)) for name in ("日本 🌱", "W" * 99)
    ]
    grid = Grid("$\\frac{$", "x", ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026"], rows)

    few, more = (look(draw(one)) for one in (grid, replace(grid, rows=rows * 5)))

    assert (few.shape[1], more.shape[1]) == (1080, 1080)
    assert more.shape[0] > few.shape[0] + 300
    assert (covered(few, "#4f6f8f") > 5000, covered(few, "#d9e3ec") > 5000) == (True, True)
    red, green, blue = (few[..., channel].astype(int) for channel in range(3))
    assert not (red - green.clip(min=blue) > 90).any()
