"""A measure is added, changed in every field, ended and taken up again in Slack; teams see it, and two editors too."""

from datetime import date

from sqlmodel import select

from bot.audit import Audit
from bot.domain import measure_edit, submissions
from bot.domain.measures import Measure
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from tests.cycling import buttons, logs
from tests.personas import Persona, texts
from tests.test_measures import form, points, sends
from tests.test_measures_settings import NUMBERS, edits
from tests.town import Town

TNA = {
    "name": "Third next available", "code": "TNA", "kind": "Balancing: whether we harm something else",
    "shape": "One number", "unit": "Days", "direction": "Hold where it is", "numerator": "days to the third free visit",
    "goal": "10",
}  # fmt: skip
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def test_a_measure_is_added_with_all_its_fields_and_every_team_is_asked_for_it(
    town: Town, pru: Persona, ana: Persona
) -> None:
    adds(pru)
    assert pru.boxes() == [
        "name", "code", "kind", "shape", "unit", "numerator", "denominator", "direction", "goal", "begins",
    ]  # fmt: skip
    pru.types("code", "offer3")
    assert pru.submits(**{**TNA, "code": "offer3", "unit": "Percent", "goal": "120"})["errors"] == {
        "code": "offer3 is another measure already. Please choose another code.",
        "goal": "A percent lies between 0 and 100; 120 doesn't.",
    }
    share = {"shape": "A share: so many of so many", "numerator": "visits", "denominator": "all"}
    assert pru.submits(**{**TNA, **share})["errors"] == {
        "unit": "A share of so many is told in percent. Please choose Percent, or One number above."
    }
    pru.submits(**TNA, denominator="")
    assert form(pru)["title"]["text"] == "Measures"
    assert "TNA · Third next available" in texts(form(pru)["blocks"])
    pru.closes()
    assert pru.hears()[-1].startswith("Added: TNA. Every team is asked for it from January 2026 on;")
    assert "Monthly data: January 2026: 0 of 2 in" in texts(ana.messages("team-alder")[0]["blocks"])
    ana.runs("/data", "team-alder")
    assert "TNA · Third next available" in texts(form(ana)["blocks"])
    assert "Decimals with a point, as 12.5." in texts(form(ana)["blocks"])

    edits_last(town, pru)
    pru.presses("More fields")
    assert pru.filled_in()["name"] == "Third next available"
    more = {"baseline": "9", "baseline_months": "3", "exclusions": "urgent visits", "strata": "language\npayer"}
    assert pru.submits(**more, lag_months="1", due_day="20", required=["yes"], chart="XmR chart: single values")["ok"]

    with town.record() as session:
        tna = session.exec(select(Measure).where(Measure.code == "TNA")).one()
        assert (tna.kind, tna.unit, tna.shape, tna.direction) == ("balancing", "days", "value", "hold")
        assert (tna.goal, tna.baseline, tna.baseline_months, tna.due_day) == (10, 9, 3, 20)
        assert (tna.strata, tna.lag_months, tna.required) == (["language", "payer"], 1, True)
        assert tna.chart == "xmr"
        assert (tna.exclusions, tna.begins, tna.position) == ("urgent visits", JANUARY, 1)
        acts = session.exec(select(Audit.act).where(Audit.subject == f"measure:{tna.id}")).all()
        assert acts == ["measure.added", "measure.changed"]
    assert [asked(town, period) for period in (JANUARY, FEBRUARY)] == [["OFFER3"], ["OFFER3", "TNA"]]
    ana.attaches("month,measure,value\nNov 2025,TNA,9\n")  # a baseline: nobody asks for it, and it may come
    ana.presses("Import")
    assert [(one.month, one.value) for one in points(town)] == [(date(2025, 11, 1), 9)]
    ana.opens_home()
    assert "Monthly data: January 2026: 0 of 1 in" in texts(ana.home["blocks"])


def test_what_has_numbers_is_not_counted_otherwise_and_clearer_words_are_no_new_version(
    town: Town, pru: Persona, ben: Persona
) -> None:
    sends(ben, "", **NUMBERS)
    edits(pru)
    pru.presses("More fields")

    told = pru.submits(shape="One number", unit="Days")["errors"]
    assert told.keys() == {"shape", "unit"}
    assert told["shape"].startswith("One number of OFFER3 is in, counted as now, and no chart can mix two ways")
    again = {"shape": "A share: so many of so many", "unit": "Percent"}
    pru.submits(**again, code="OFFER", numerator="callers who were offered a visit in 3 days")
    assert pru.submits(**{"sure.counts": "reworded"})["ok"]

    assert pru.hears()[-1] == "Saved: OFFER."
    sends(ben, "december", **NUMBERS)
    assert [one.definition for one in points(town)] == [1, 1]
    ben.runs("/data view", "team-alder")
    assert "OFFER · Offered within 3 days" in texts(form(ben)["blocks"])


def test_the_second_of_two_editors_sees_who_changed_what_and_puts_only_their_own_words_in_place(
    town: Town, pru: Persona
) -> None:
    edits(pru)
    with town.kit.store.transaction() as session:
        offer, now = session.get_one(Measure, 1), town.kit.now()
        fields = {"goal": 90.0, "due_day": 20}
        measure_edit.edit(session, offer, fields, began=1, seen=1, reworded=False, by=2, now=now)

    pru.submits(goal="80")
    told = "Dr. Imani Osei changed the goal to 90, the due day to 20 while you were writing."
    assert told in texts(form(pru)["blocks"])
    assert pru.filled_in()["goal"] == "80"
    assert pru.submits()["ok"]

    with town.record() as session:
        offer = session.get_one(Measure, 1)
        assert (offer.goal, offer.due_day, offer.version) == (80, 20, 3)
        history = measure_edit.changes_since(session, offer, 0)
        assert [one.fields for one in history] == [{"goal": [85, 90], "due_day": [28, 20]}, {"goal": [90, 80]}]
    edits(pru)
    assert "Pru Adebayo changed the goal on Mon 2 Feb 2026." in texts(form(pru)["blocks"])


def test_words_half_written_are_kept_and_what_may_be_about_a_person_is_asked_about(town: Town, pru: Persona) -> None:
    adds(pru)
    pru.types("name", "Calls within a day")
    pru.closes()

    adds(pru)
    assert "Your words from last time are still here." in texts(form(pru)["blocks"])
    assert pru.filled_in()["name"] == "Calls within a day"
    pru.submits(**{**TNA, "numerator": "calls to Zebulon, DOB 3/2/1950"})
    assert "This looks like" in texts(form(pru)["blocks"])
    pru.presses("Start empty")
    assert not pru.filled_in().get("name")


def test_an_ended_measure_is_asked_no_more_and_keeps_its_numbers_until_it_is_taken_up_again(
    town: Town, pru: Persona, ben: Persona, ana: Persona
) -> None:
    sends(ben, "", **NUMBERS)
    edits(pru)
    pru.presses("End it")
    assert pru.submits(since="February 2026")["ok"]
    assert pru.hears()[-1] == "OFFER3 is asked no more from February 2026 on. Its numbers stay."

    assert [asked(town, period) for period in (JANUARY, FEBRUARY, MARCH)] == [["OFFER3"], [], []]
    assert len(points(town)) == 1
    ben.runs("/data chart", "team-alder")
    assert "OFFER3" in texts(form(ben)["blocks"])
    ben.runs("/data february", "team-alder")
    assert "has no measures in February 2026." in ben.whispers("team-alder")[-1]
    pru.opens_home()
    pru.presses_at_home("Measures")
    assert "asked no more from February 2026 on" in texts(form(pru)["blocks"])

    town.later(days=60)
    edits(pru)
    pru.presses("End it")
    assert "It is asked no more from February 2026 on. Pru Adebayo said so on Mon 2 Feb 2026." in texts(
        form(pru)["blocks"]
    )
    pru.presses("Take it up again")
    assert "submit" in form(pru)
    assert [asked(town, date(2026, month, 1)) for month in (1, 2, 3, 4)] == [["OFFER3"], [], [], ["OFFER3"]]
    with town.record() as session:
        acts = session.exec(select(Audit.act).where(Audit.subject == "measure:1")).all()
        assert acts == ["measure.ended", "measure.taken_up"]


def test_a_first_month_that_was_due_already_is_refused_and_a_new_measure_posts_nothing_anywhere(
    town: Town, pru: Persona, ben: Persona, ana: Persona
) -> None:
    sends(ben, "december", **NUMBERS)
    sends(ben, "", **NUMBERS)
    before = [one["ts"] for one in ana.messages("team-alder") + ana.messages("small-town") + ana.dm() + ben.dm()]

    adds(pru)
    assert pru.submits(**TNA, begins="December 2025")["errors"] == {
        "begins": "Its numbers were due on Thu 15 Jan 2026, and no team was asked for them. Please choose a later "
        "month; earlier ones can come in a file."
    }
    assert pru.submits(begins="January 2026")["ok"]
    town.bot.tick()

    after = [one["ts"] for one in ana.messages("team-alder") + ana.messages("small-town") + ana.dm() + ben.dm()]
    assert after == before
    december, january = (one["text"] for one in ana.messages("team-alder") if "the numbers of" in one["text"])
    assert "All numbers of December 2025 are in." in december
    assert "Thank you, Ben Castellano. Still to come: TNA." in january


def test_a_measure_that_ended_is_offered_for_no_new_test_and_stays_in_those_that_were_to_move_it(
    town: Town, pru: Persona, ana: Persona
) -> None:
    logs(ana, due="2026-02-10")
    with town.kit.store.transaction() as session:
        session.get_one(Cycle, 1).measure_id = 1
    edits(pru)
    pru.presses("End it")
    pru.submits(since="February 2026")

    ana.runs("/pdsa", "team-alder")
    ana.presses("More")
    assert "measure" not in ana.boxes()
    ana.closes()
    ana.presses("Edit", channel="team-alder")
    assert ana.box("measure")["element"]["initial_option"]["text"]["text"] == "OFFER3 Offered within 3 days"


def test_only_those_who_look_after_measures_add_one(town: Town, pru: Persona, ana: Persona) -> None:
    ana.opens_home()
    assert "Measures" not in buttons(ana.home["blocks"])
    pru.opens_home()
    pru.presses("All actions")
    pru.presses("Measures")
    pru.presses("Add a measure")
    assert form(pru)["title"]["text"] == "New measure"


def adds(person: Persona) -> None:
    person.opens_home()
    person.presses_at_home("Measures")
    person.presses("Add a measure")


def edits_last(town: Town, person: Persona) -> None:
    """Open the measure that stands last in the list."""
    person.opens_home()
    person.presses_at_home("Measures")
    last = [block["accessory"] for block in form(person)["blocks"] if "accessory" in block][-1]
    town.slack.post(
        "act/click", user=person.user, view=True, action_id="measures.edit", value=last["value"], block_id="m"
    )
    town.bot.settle()


def asked(town: Town, period: date) -> list[str]:
    """What Alder & Main is asked for a period, as of May."""
    with town.record() as session:
        found = submissions.of_period(session, session.get_one(Team, 1), period, date(2026, 5, 2))
        return [one.measure.code for one in found]
