"""Faculty see whose numbers are in, teams by months, with how complete and timely each is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import pauses
from bot.domain.teams import Team
from tests.personas import Persona, texts
from tests.test_measures import form, sends
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")


def test_the_grid_tells_teams_by_months_and_who_pauses(town: Town, ben: Persona, pru: Persona) -> None:
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    with town.kit.store.transaction() as session:
        prairie = session.get_one(Team, 2)
        pauses.begin(session, prairie, date(2026, 3, 20), "", today=date(2026, 2, 20))
    town.turn_clock(datetime(2026, 4, 1, 10, tzinfo=CHICAGO))
    town.bot.tick()

    pru.opens_home()
    pru.presses_at_home("Numbers of all teams")

    told = texts(form(pru)["blocks"])
    assert "Jan 1 of 1 · Feb 0 of 1 · Mar 0 of 1 · 50% complete, 50% on time" in told
    assert "Jan paused · Feb 0 of 1 · Mar 0 of 1 · 0% complete, 0% on time" in told
    assert told.index("Alder & Main") < told.index("Prairie Bend")


def test_a_coach_sees_the_teams_they_coach(town: Town, ana: Persona) -> None:
    tobias = town.people["tobias"]
    tobias.opens_home()
    tobias.presses_at_home("Numbers of all teams")

    told = texts(form(tobias)["blocks"])
    assert "Alder & Main" in told
    assert "Prairie Bend" not in told
    ana.opens_home()
    assert "Numbers of all teams" not in texts(ana.home["blocks"])
