"""Measures are looked after in Slack: definitions in versions, goals and due days, and teams that do without one."""

from datetime import date

from sqlmodel import select

from bot.audit import Audit
from bot.domain import definitions, submissions
from bot.domain.measures import Measure, OptOut
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.personas import Persona, texts
from tests.test_measures import also, form, points, sends
from tests.town import Town

NUMBERS = {"m1.numerator": "9", "m1.denominator": "12"}


def test_a_new_definition_is_a_new_version_and_numbers_keep_theirs(town: Town, pru: Persona, ben: Persona) -> None:
    sends(ben, "december", **NUMBERS)
    ben.runs("/data", "team-alder")
    edits(pru)
    assert "Version 1 of its definition." in texts(form(pru)["blocks"])
    pru.submits(numerator="callers offered a visit in 2 days", goal="90", due_day="20")
    assert "Is something else counted now?" in texts(form(pru)["blocks"])
    assert pru.submits(**{"sure.counts": "anew"})["ok"]
    assert pru.hears()[-1] == "Saved: OFFER3. From now on numbers are counted by version 2 of its definition."
    ben.submits(**NUMBERS)
    assert "somebody who looks after measures changed one of these" in texts(form(ben)["blocks"])
    assert ben.box("m1.numerator")["hint"]["text"].startswith("Callers offered a visit in 2 days.")
    assert ben.submits()["ok"]

    assert [(one.month, one.definition) for one in points(town)] == [(date(2025, 12, 1), 1), (date(2026, 1, 1), 2)]
    with town.record() as session:
        measure = session.get_one(Measure, 1)
        assert (measure.goal, measure.due_day) == (90, 20)
        first, second = definitions.versions(session, measure)
        assert (first.words["numerator"], first.person_id) == ("callers offered a visit in 3 days", None)
        assert second.words["numerator"] == "callers offered a visit in 2 days"
        (line,) = session.exec(select(Audit).where(Audit.act == "measure.changed")).all()
        assert (line.person_id, line.detail["fields"]) == (second.person_id, ["due_day", "goal", "numerator"])


def test_what_a_measure_cant_be_is_refused_on_its_box(town: Town, pru: Persona) -> None:
    edits(pru)
    for box, value, words in (
        ("due_day", "31", "A day from 1 to 28, which every month has."),
        ("goal", "120", "A percent lies between 0 and 100; 120 doesn't."),
        ("denominator", "", "A share needs both: please say in words what is counted here."),
    ):
        before = pru.filled_in()[box]
        assert pru.submits(**{box: value})["errors"] == {box: words}
        pru.types(box, before)

    assert pru.submits()["ok"]
    assert pru.hears()[-1] == "OFFER3 stays as it was."


def test_an_improvement_advisor_may_and_faculty_may_not(town: Town) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    imani.opens_home()
    assert "Measures" not in texts(imani.home["blocks"]).splitlines()
    with town.kit.store.transaction() as session:
        place = session.exec(select(Membership).join(Person).where(Person.email == "tobias@example.org")).one()
        place.roles = ["improvement_advisor"]
        session.add(place)

    edits(tobias)

    assert tobias.submits(goal="80")["ok"]
    with town.record() as session:
        assert session.get_one(Measure, 1).goal == 80


def test_a_team_does_without_a_measure_and_counts_it_again(town: Town, pru: Persona, ben: Persona) -> None:
    edits(pru)
    pru.presses("Teams without it")
    assert pru.submits(team="Alder & Main", since="January 2026")["ok"]
    assert pru.hears()[-1] == "Alder &amp; Main does without OFFER3 from January 2026 on."
    assert statuses(town) == []

    edits(pru)
    pru.presses("Teams without it")
    assert "Alder & Main: from January 2026 on. Pru" in texts(form(pru)["blocks"])
    pru.presses("Count it again")

    assert "Every team counts it." in texts(form(pru)["blocks"])
    assert statuses(town) == []
    assert statuses(town, date(2026, 2, 1)) == ["expected"]
    with town.record() as session:
        (kept,) = session.exec(select(OptOut)).all()
        assert (kept.since, kept.until, kept.person_id) == (date(2026, 1, 1), date(2026, 2, 1), 1)


def test_more_measures_than_a_window_holds_come_page_by_page(town: Town, pru: Persona) -> None:
    also(town, 44)
    pru.opens_home()
    pru.presses_at_home("Measures")
    assert "Page 1 of 2; 45 measures in all." in texts(form(pru)["blocks"])
    pru.presses("More measures")
    assert "M41 · More" in texts(form(pru)["blocks"])
    pru.presses_beside("M45 · More", "Edit")
    assert pru.submits(goal="80")["ok"]

    with town.record() as session:
        assert session.get_one(Measure, 45).goal == 80


def edits(person: Persona) -> None:
    person.opens_home()
    person.presses_at_home("Measures")
    person.presses("Edit")


def statuses(town: Town, period: date = date(2026, 1, 1)) -> list[str]:
    with town.record() as session:
        found = submissions.of_period(session, session.get_one(Team, 1), period, date(2026, 2, 10))
        return [one.status for one in found]
