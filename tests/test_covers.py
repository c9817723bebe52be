"""While a coach is away whoever was named looks after their teams: alerts come to them, and they may do the same."""

from datetime import UTC, datetime

from bot import access
from bot.domain import question_owners
from bot.domain.people import Membership
from bot.domain.questions import Question
from bot.domain.teams import Team
from tests.checking_in import is_heavy_twice
from tests.cycling import logs
from tests.personas import Persona, texts
from tests.town import Town


def test_whoever_is_named_has_an_away_coachs_teams_until_the_coach_is_back(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    tobias, imani, pru = (town.people[name] for name in ("tobias", "imani", "pru"))
    logs(ana)
    logs(cleo, "team-prairie")
    now = town.kit.now()
    with town.kit.store.transaction() as session:  # Cleo coaches too, another team than Alder & Main
        session.add(Membership(collaborative_id=1, team_id=None, person_id=8, roles=["coach"], joined_at=now))
        session.get_one(Team, 2).coach_id = 8

    pru.opens_home()
    pru.presses_at_home("🔔 Alerts")
    pru.presses_at_home("Who covers, what was no worry, and rules")
    assert "Tobias Lindqvist: no time off in the next weeks. When there is, a coordinator looks" in texts(
        (pru.form or {})["blocks"]
    )
    pru.closes()
    tobias.runs("/timeoff")
    assert tobias.submits(first="2026-02-02", back="2026-02-20", cover="2")["ok"]
    assert "Dr. Imani Osei looks after your teams meanwhile." in tobias.hears()[-1]
    assert [one for one in imani.hears() if "Meanwhile you look after Alder &amp; Main: " in one]
    tobias.runs("/timeoff 2 Mar to 6 Mar")
    tobias.runs("/timeoff 26 Feb to 3 Mar")
    told = [one for one in imani.hears() if "Meanwhile you look after Alder &amp; Main: " in one]
    assert ["away from Thu 26 Feb 2026 and back on Sat 7 Mar 2026" in one for one in told] == [False, True]

    pru.opens_home()
    pru.presses_at_home("🔔 Alerts")
    pru.presses_at_home("Who covers, what was no worry, and rules")
    assert "Tobias Lindqvist: away from Mon 2 Feb 2026, back on Fri 20 Feb 2026. Dr. Imani Osei looks after" in texts(
        (pru.form or {})["blocks"]
    )
    pru.presses("Who covers")
    assert pru.submits(cover="8")["ok"]
    assert imani.hears()[-1].startswith("Somebody else looks after the teams of Tobias Lindqvist by now.")
    with town.record() as session:
        asked = Question(collaborative_id=1, team_id=1, person_id=4, to="faculty", text="Who helps?", asked_at=now)
        assert question_owners.owner(session, asked, session.get_one(Team, 1), now) == 8

    is_heavy_twice(town)
    town.later(hours=2)
    town.bot.tick()
    (alert,) = [one for one in cleo.dm() if "Alder &amp; Main: Said heavy twice." in one["text"]]
    assert not [one for one in tobias.hears() if "Said heavy twice" in one]
    cleo.presses("More to do", alert)
    cleo.presses("Call sheet")
    assert cleo.submits(note="They need a second data lead", spoke="help")["ok"]
    (card,) = [one for one in imani.messages("small-town-faculty") if "Said heavy twice" in one["text"]]
    assert "Cleo Hart spoke with them." in texts(card["blocks"])
    town.turn_clock(datetime(2026, 2, 9, 13, 30, tzinfo=UTC))
    town.bot.tick()
    town.turn_clock(datetime(2026, 2, 9, 16, tzinfo=UTC))
    town.bot.tick()
    (monday,) = [one["text"] for one in cleo.dm() if one["text"].startswith("Small Town.")]
    assert "To call: Alder &amp; Main (yours)" in monday
    cleo.opens_home()
    cleo.presses_at_home("▦ Grid")
    assert "Alder & Main · " in texts(cleo.home["blocks"])
    for cover in ("2", "8"):  # whoever is named after the digests were found has theirs brought up to date
        pru.presses_at_home("Who covers, what was no worry, and rules")
        pru.presses("Who covers")
        assert pru.submits(cover=cover)["ok"]
        (read,) = [one for one in imani.hears() if one.startswith("Small Town.")]
        assert ("Alder &amp; Main (yours)" in read) == (cover == "2")
    with town.record() as session:
        alder = session.get_one(Team, 1)
        places = (access.Place(1, 2, ["team_lead"]), access.Place(1, None, ["coach"]))
        rights = [access.Actor(8, "Cleo Hart", here, frozenset({3})) for here in (places[:1], places)]
        assert [one.may("alerts.handle", collaborative=1, team=alder) for one in rights] == [False, True]

    tobias.runs("/timeoff back")
    assert [one for one in cleo.hears() if one.startswith("Tobias Lindqvist is back and looks after Alder &amp; Main")]
    cleo.presses("More to do", alert)
    assert "That's for the coach of Alder &amp; Main, faculty and coordinators." in cleo.hears()[-1]
