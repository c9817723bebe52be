"""Cycles are read as a list, one by one, and in the library of all teams; a word that is none gets the nearest."""

from sqlmodel import select

from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.cycling import TEST, buttons, card, learns, logs, runs_it
from tests.personas import Persona, texts
from tests.town import Town


def test_the_list_shows_the_teams_cycles_and_opens_each(ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ana)
    logs(ana, change="Interpreter booked at scheduling")

    ben.runs("/pdsa list", "team-alder")
    shown = _told(ben)
    assert shown.index("2 · planned · by Tue 10 Feb 2026 · one person\nInterp") < shown.index("1 · it ran · one")
    ben.presses("Open")
    assert "Interpreter booked at scheduling" in _told(ben)
    ben.closes()
    ben.presses("Log a PDSA cycle")
    assert ben.boxes()[0] == "change"
    ben.closes()
    ben.closes()
    ben.presses("Our cycles", channel="team-alder")
    assert "Interpreter" in _told(ben)


def test_a_number_opens_the_cycle_whole(ana: Persona) -> None:
    logs(ana, question="Does it last?")

    for line in ("/pdsa 1", "/pdsa #1", "/pdsa 01", "/allteach pdsa 1"):
        ana.runs(line, "team-alder")
        assert (ana.form or {})["title"]["text"] == "Cycle 1"
        for words in (TEST["change"], TEST["prediction"], "Does it last?", "Ana Reyes"):
            assert words in _told(ana)
        ana.presses("The team's cycles")
        assert f"1 · planned · by Tue 10 Feb 2026 · one person\n{TEST['change']}" in _told(ana)
        ana.closes()
        ana.closes()


def test_a_number_that_is_not_there_is_told(ana: Persona) -> None:
    logs(ana)

    for number in ("2", "0", "99999999999999999999", "٣"):
        ana.runs(f"/pdsa {number}", "team-alder")
        assert ana.form is None
        assert "has no cycle" in ana.whispers("team-alder")[-1]
        assert "/pdsa list* shows those there are." in ana.whispers("team-alder")[-1]


def test_the_library_finds_what_other_teams_tried_and_learned(ana: Persona, cleo: Persona) -> None:
    for change, learned in (
        ("Text 24 h before", "People wanted to reschedule"),
        ("Rides on Tuesday", "4 of 6 needed a ride"),
    ):
        logs(ana, change=change)
        runs_it(ana)
        learns(ana, learned=learned)
        ana.presses("Abandon")
        ana.submits()
    logs(ana, change="Text nobody yet")

    cleo.runs("/pdsa find RIDE tuesday", "team-prairie")
    assert "Alder & Main · cycle 2 · abandoned" in _told(cleo)
    assert "Tried: Rides on Tuesday" in _told(cleo)
    assert "Text 24" not in _told(cleo)
    cleo.submits(words="reschedule")
    assert "Tried: Text 24 h before" in _told(cleo)
    assert "Rides" not in _told(cleo)
    cleo.submits(words="100%_'")
    assert "Nothing finished yet with these words." in _told(cleo)
    cleo.submits(words="")
    assert "Tried: Text 24 h before" in _told(cleo)
    assert "Text nobody yet" not in _told(cleo)
    assert buttons((cleo.form or {})["blocks"]) == []  # of other teams one reads what is shown here
    cleo.closes()
    ana.runs("/pdsa find rides", "small-town")
    ana.presses("Open")
    assert "4 of 6 needed a ride" in _told(ana)
    assert (ana.form or {})["title"]["text"] == "Cycle 2"


def test_the_library_says_so_while_nothing_is_finished(ana: Persona) -> None:
    logs(ana)

    ana.runs("/pdsa find", "team-alder")
    assert "No test is finished yet. What teams tried and learned shows here." in _told(ana)
    ana.submits(words="rides")
    assert "Nothing finished yet with these words." in _told(ana)


def test_who_may_only_read_is_offered_nothing_to_write(town: Town, ana: Persona) -> None:
    coach, faculty = town.people["tobias"], town.people["imani"]
    logs(ana)

    for person in (coach, faculty):
        person.runs("/pdsa 1", "team-alder")
        assert TEST["change"] in _told(person)
        assert buttons((person.form or {})["blocks"]) == ["The team's cycles", "Report patient details"]
        person.closes()
        person.runs("/pdsa list", "team-alder")
        offered = "What teams tried,Monthly data,How they are going,Call sheet,Leaving or completing,Open".split(",")
        assert buttons((person.form or {})["blocks"]) == offered


def test_the_staff_choose_the_team_whose_cycles_they_list(town: Town, ana: Persona) -> None:
    logs(ana)
    pru, tobias = town.people["pru"], town.people["tobias"]

    for line in ("/pdsa list", "/allteach pdsa list"):
        pru.runs(line, "small-town")
        assert (pru.form or {})["title"]["text"] == "All teams"
        assert buttons((pru.form or {})["blocks"]) == ["Cycles", "Cycles"]
        assert "Alder & Main\n1 cycle open · last moved Mon 2 Feb 2026" in _told(pru)
        pru.presses("Cycles")
        assert f"1 · planned · by Tue 10 Feb 2026 · one person\n{TEST['change']}" in _told(pru)
        pru.presses("Open")
        assert TEST["prediction"] in _told(pru)
        for _ in range(3):
            pru.closes()
    tobias.runs("/pdsa list", "small-town")
    assert buttons((tobias.form or {})["blocks"]) == ["Cycles"]  # the team he coaches
    tobias.closes()
    pru.runs("/pdsa 1", "small-town")
    assert pru.whispers()[-1].startswith("Every team numbers its own cycles: ask in the team's channel")
    pru.runs("/pdsa", "small-town")
    assert pru.whispers()[-1].endswith("coaches and faculty read them: */pdsa list* shows the teams.")


def test_a_director_logs_for_the_team_she_chooses_or_stands_in(town: Town, pru: Persona, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == "pru@example.org")).one()
        membership = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        membership.roles = ["coordinator", "director"]
        session.add(membership)

    pru.runs("/pdsa", "small-town")
    assert pru.whispers()[-1].startswith("Which team is it for? */pdsa list* shows the teams")
    pru.runs("/pdsa list", "small-town")
    pru.presses("Cycles")
    pru.presses("Log a PDSA cycle")
    assert "Team: Alder & Main" in _told(pru)
    assert pru.submits(**TEST)["ok"]
    pru.runs("/pdsa", "team-alder")
    assert pru.submits(**TEST)["ok"]

    assert "Pru Adebayo" in card(ana, 1)
    assert "Pru Adebayo" in card(ana, 2)


def test_a_coach_without_a_team_is_told_what_would_stand_there(town: Town) -> None:
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.coach_id = None
        session.add(team)

    town.people["tobias"].runs("/pdsa list", "small-town")

    assert "Coaches see the teams they coach" in _told(town.people["tobias"])


def test_an_unknown_word_gets_the_nearest_one(ana: Persona) -> None:
    meant = {
        "/pdsa lst": "*/pdsa list*",
        "/pdsa Help!": "*/pdsa help*",
        "/pdsa fidn rides": "*/pdsa find*",
        "/allteach psda": "*/allteach pdsa*",
        "/allteach hmoe": "*/allteach home*",
    }

    for line, nearest in meant.items():
        ana.runs(line)
        assert ana.whispers()[-1].startswith("I don't know “")
        assert f" Did you mean {nearest}?" in ana.whispers()[-1]


def test_a_word_like_none_gets_all_the_ways_and_no_guess(ana: Persona) -> None:
    for line, begins in {
        "/pdsa foo": "I don't know “foo” after /pdsa.\n\n*/pdsa* opens the form",
        "/pdsa <!channel>": "I don't know “&lt;!channel&gt;” after /pdsa.\n\n",
        "/allteach nonsense": "I don't know “nonsense” after /allteach.\n\n*Allteach* keeps",
        "/allteach <!channel>": "I don't know “&lt;!channel&gt;” after /allteach.\n\n",
    }.items():
        ana.runs(line)
        assert ana.whispers()[-1].startswith(begins)


def _told(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])
