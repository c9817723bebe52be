"""A team sends its month's numbers with one form: refused in words, asked about, kept, answered at once."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain import strata
from bot.domain.activity import Act
from bot.domain.measures import Measure
from bot.domain.people import Membership, Person
from bot.domain.points import Point, PointChange
from bot.domain.stories import Story
from tests.counting import NOON
from tests.cycling import everything_stored
from tests.personas import Json, Persona, texts
from tests.town import Town

OVER, OF, STATE = "m1.numerator", "m1.denominator", "m1.state"
BY_LANGUAGE = f"m1.by{strata.number_of('language')}"


def test_one_form_takes_the_newest_month_and_the_team_channel_answers(town: Town, ben: Persona, ana: Persona) -> None:
    ben.runs("/data", "team-alder")
    assert form(ben)["title"]["text"] == "January 2026 numbers"
    assert ben.boxes() == [OVER, OF, STATE, "story"]
    assert ben.box(OVER)["hint"]["text"] == "Callers offered a visit in 3 days."

    assert ben.submits(**{OVER: "9", OF: "12", "story": "Snow closed a clinic."})["ok"]

    (point,) = points(town)
    assert (point.month, point.state, point.numerator, point.denominator, point.value, point.timeliness) == (
        date(2026, 1, 1), "value", 9, 12, 75, "on_time",
    )  # fmt: skip
    assert [act.kind for act in acts(town)] == ["data.filed"]
    (answer,) = answers(ana)
    assert answer["text"].startswith(
        "Alder &amp; Main: the numbers of January 2026. Thank you, Ben Castellano. All numbers of January 2026 are in. "
        "OFFER3 · Offered within 3 days: 75% (9 of 12). Early days: at least 10 more points are needed before the Anhøj"
    )
    assert "What the numbers don't show: Snow closed a clinic." in answer["text"]
    assert "Monthly data: January 2026: all in. Thank you." in texts(ana.messages("team-alder")[0]["blocks"])


@pytest.mark.parametrize(
    ("filled_in", "box", "words"),
    [
        ({OVER: "18", OF: "12"}, OVER, "18 of 12 is more than all of them. Are the two swapped?"),
        ({OVER: "-1", OF: "12"}, OVER, "-1 is less than nothing. Please look at it once more."),
        ({OVER: "9"}, OVER, "Please give both numbers."),
        ({OVER: "9.5", OF: "12"}, OVER, "9.5 can't be: here whole ones are counted."),
        ({}, OVER, "Nothing is filled in yet."),
        ({OVER: "3", STATE: "No cases this month"}, OVER, "You wrote 3 and chose No cases this month. Please empty"),
    ],
)
def test_what_cant_be_is_refused_with_the_form_kept_open(
    town: Town, ben: Persona, filled_in: Json, box: str, words: str
) -> None:
    ben.runs("/data", "team-alder")

    answer = ben.submits(**filled_in)

    assert answer["errors"][box].startswith(words)
    assert ben.filled_in()[OVER] == filled_in.get(OVER)
    assert points(town) == []


def test_what_is_unusual_is_confirmed_for_these_numbers(town: Town, ben: Persona) -> None:
    for month in ("october", "november", "december"):
        sends(ben, month, **{OVER: "40", OF: "100"})
    ben.runs("/data", "team-alder")
    ben.submits(**{OVER: "9", OF: "12"})
    assert "⚠ 12 in all is far from your usual 100. Is it right?" in texts(form(ben)["blocks"])
    tick = next(box for box in ben.boxes() if box.startswith("sure."))

    ben.submits(**{tick: ["confirmed"], OF: "13"})
    assert "⚠ 13 in all is far" in texts(form(ben)["blocks"])
    tick = next(box for box in ben.boxes() if box.startswith("sure."))
    ben.submits(**{tick: ["confirmed"]})

    assert ben.form is None
    assert [(one.numerator, one.denominator) for one in points(town)][-1] == (9, 13)


def test_no_cases_and_not_available_yet_are_answers(town: Town, ben: Persona) -> None:
    also(town, 1)
    ben.runs("/data", "team-alder")
    ben.submits(**{STATE: "Not available yet", "m2.numerator": "7", "m2.denominator": "5"})
    assert ben.boxes()[:4] == [OVER, OF, STATE, "m1.expected_on"]
    shown = texts(form(ben)["blocks"])
    marked = "please look at what is marked below “OFFER3: when will it be there?”, “M2: how many”."
    assert f"Nothing is saved yet: {marked}" in shown
    assert "⚠ When will it be there? A guess is fine." in shown
    assert "⚠ 7 of 5 is more than all of them." in shown
    ben.submits(**{"m2.numerator": "4"})
    shown = texts(form(ben)["blocks"])
    assert "please look at what is marked below “OFFER3: when will it be there?”." in shown
    assert "7 of 5" not in shown
    ben.submits(**{STATE: "We have numbers", OVER: "9"})
    assert "please look at what is marked below “OFFER3: how many”." in texts(form(ben)["blocks"])
    ben.submits(**{STATE: "Not available yet", OVER: "", "m1.expected_on": "2026-02-20"})
    assert (
        "Still to come: OFFER3. OFFER3 · Offered within 3 days: not in yet, expected Fri 20 Feb 2026."
        in (answers(ben)[0]["text"])
    )

    ben.runs("/data", "team-alder")
    assert ben.submits(**{STATE: "No cases this month"})["ok"]

    point, _ = points(town)
    assert (point.state, point.value, point.timeliness) == ("no_cases", None, "on_time")
    assert len(answers(ben)) == 1
    assert "no cases this month" in answers(ben)[0]["text"]


def test_a_correction_keeps_who_when_what_and_why_and_the_window_shows_it(
    town: Town, ben: Persona, ana: Persona
) -> None:
    sends(ben, "", **{OVER: "9", OF: "12"})
    ana.presses("Correct", answers(ana)[0])
    assert ana.filled_in()[OVER] == "9"
    assert "reason" in ana.boxes()

    assert ana.submits(**{OVER: "8", "reason": "One was counted twice"})["ok"]

    (point,) = points(town)
    assert (point.numerator, point.timeliness) == (8, "on_time")
    (change,) = every(town, PointChange)
    assert (change.old["numerator"], change.new["numerator"], change.reason) == (9, 8, "One was counted twice")
    ana.runs("/data view", "team-alder")
    shown = texts(form(ana)["blocks"])
    assert "January 2026: 66.7% (8 of 12) · on time" in shown
    assert "Ana Reyes, Mon 2 Feb 9:00 AM CST: OFFER3 of January 2026: from 75% (9 of 12) to 66.7% (8 of 12)" in shown
    assert "One was counted twice" in shown
    assert "not asked for" not in shown
    assert len(answers(ana)) == 1
    assert "66.7% (8 of 12)" in answers(ana)[0]["text"]


def test_data_fix_asks_for_the_month_and_lets_nothing_be_fixed_that_isnt_there(town: Town, ben: Persona) -> None:
    ben.runs("/data fix", "team-alder")
    assert ben.whispers("team-alder")[-1].startswith("Nothing is in yet, so there is nothing to correct.")
    sends(ben, "december", **{OVER: "9", OF: "12"})

    ben.runs("/data fix", "team-alder")
    assert [one["text"]["text"] for one in ben.box("month")["element"]["options"]] == ["December 2025"]
    also(town, 1)
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 2).lag_months = 2
    ben.closes()
    ben.runs("/data 2023-03", "team-alder")
    assert "M2 in January 2023 · More" in texts(form(ben)["blocks"])
    assert "Of January 2023, not of March 2023: its numbers come 2 months later than others." in texts(
        form(ben)["blocks"]
    )
    ben.submits(**second("3"))
    (tick,) = [one for one in ben.boxes() if one.startswith("sure.")]
    asked = "January 2023 is 3 years before the start in January 2026. Is that month meant?"
    assert asked in texts(form(ben)["blocks"])
    assert ben.submits(**{tick: ["confirmed"]})["ok"]
    sends(ben, "november", **second("3"))
    ben.runs("/data fix", "team-alder")
    assert [one["text"]["text"] for one in ben.box("measure")["element"]["options"]] == [
        "OFFER3 · Offered within 3 days", "M2 · More",
    ]  # fmt: skip
    ben.submits(month="December 2025", measure="OFFER3 · Offered within 3 days")

    assert form(ben)["title"]["text"] == "December 2025 numbers"
    assert [one for one in ben.boxes() if one.startswith("m2.")] == []
    assert ben.submits()["ok"]  # nothing changes, so there is nothing to say why
    ben.presses("Correct", answers(ben)[0])
    assert ben.submits(**{OF: "13"})["errors"]["reason"].startswith("Your numbers take the place")
    assert ben.submits(**{OF: "13", "reason": "A late caller"})["ok"]
    assert points(town)[0].denominator == 13


def test_of_two_who_send_at_once_neither_loses_a_number_or_a_word(town: Town, ben: Persona, ana: Persona) -> None:
    also(town, 1)
    ben.runs("/data", "team-alder")
    ana.runs("/data", "team-alder")
    assert ben.submits(**{OVER: "9", OF: "12", **second("3"), "story": "Snow closed a clinic."})["ok"]

    ana.submits(**{OVER: "8", OF: "12"})

    shown = texts(form(ana)["blocks"])
    told = (
        "What stands now: OFFER3: 75% (9 of 12); M2: 60% (3 of 5); what the numbers don't show: “Snow closed a clinic.”"
    )
    assert f"While you were writing, Ben Castellano filed January 2026. {told}" in shown
    assert "A box that you leave empty keeps what stands now." in shown
    assert ana.filled_in()[OVER] == "8"
    assert ana.submits()["errors"]["reason"].startswith("Your numbers take the place of those that stand now.")
    assert ana.submits(reason="Ben had last month's list")["ok"]
    assert [one.numerator for one in points(town)] == [8, 3]
    assert [one.words for one in every(town, Story)] == ["Snow closed a clinic."]
    assert "What the numbers don't show: Snow closed a clinic." in answers(ana)[0]["text"]

    ben.presses("Correct", answers(ben)[0])
    ana.presses("Correct", answers(ana)[0])
    assert ben.submits(**{**second("2"), OVER: "7", "story": "Snow, and a flood.", "reason": "A late list"})["ok"]
    both = (
        "OFFER3 of January 2026: from 66.7% (8 of 12) to 58.3% (7 of 12); M2 of January 2026: from 60% (3 of 5) to 40%"
    )
    assert both in texts(answers(ben)[0]["blocks"])
    ana.submits(**{OVER: "6", "story": "", "reason": "Mine"})
    filled = ana.filled_in()  # where she left a box, it shows what stands
    assert (filled[OVER], filled["m2.numerator"], filled["story"]) == ("6", "2", None)
    assert ana.submits()["ok"]
    assert [one.words for one in every(town, Story)] == ["Snow, and a flood."]
    assert [one.numerator for one in points(town)] == [6, 2]  # the second one Ana had left as it was
    ana.runs("/data view", "team-alder")
    before = "what the numbers of January 2026 don't show, before by Ben Castellano: “Snow closed a clinic.”"
    assert before in texts(form(ana)["blocks"])


def test_words_from_last_time_are_kept_and_the_guard_looks_at_them(town: Town, ben: Persona) -> None:
    ben.runs("/data", "team-alder")
    ben.types(OVER, "9")
    ben.types(OF, "12,5")
    ben.closes()
    ben.runs("/data", "team-alder")
    assert (ben.filled_in()[OVER], ben.filled_in()[OF]) == ("9", None)
    assert "You wrote “12,5” here, and this box takes a number only." in texts(form(ben)["blocks"])

    ben.submits(**{OF: "12", "story": "Maria Gonzalez, born 3/4/1961, was the patient who waited."})

    assert "Nothing is saved yet" in texts(form(ben)["blocks"])
    assert (points(town), every(town, Story)) == ([], [])
    ben.submits(**{OF: "5", "story": "Snow."})
    shown = texts(form(ben)["blocks"])
    assert "Nothing is saved yet: please look at what is marked below “OFFER3: how many”." in shown
    assert "9 of 5 is more than all of them." in shown
    assert "This looks like" not in shown
    assert ben.submits(**{OF: "12"})["ok"]
    assert [story.words for story in every(town, Story)] == ["Snow."]


def test_kept_words_take_the_place_of_no_others_unasked_and_words_alone_are_taken_from_a_later_page(
    town: Town, ben: Persona, ana: Persona
) -> None:
    ana.runs("/data", "team-alder")
    ana.types("story", "A flood.")
    ana.closes()
    sends(ben, "", **{OVER: "9", OF: "12", "story": "Snow."})
    also(town, 14)

    ana.runs("/data", "team-alder")
    ana.submits(**{"m2.numerator": "5", "m2.denominator": "10"})

    assert "What stands now: what the numbers don't show: “Snow.”." in texts(form(ana)["blocks"])
    assert [one.words for one in every(town, Story)] == ["Snow."]
    assert ana.submits()["ok"]
    assert [one.words for one in every(town, Story)] == ["A flood."]
    assert "A flood." in answers(ana)[0]["text"]

    ben.runs("/data", "team-alder")
    ben.submits(**{"m3.numerator": "5", "m3.denominator": "10"})
    assert ben.submits(story="")["ok"]
    assert every(town, Story) == []
    assert "A flood." not in answers(ana)[0]["text"]


def test_notes_and_groups_are_one_press_away_and_what_was_typed_stays(town: Town, ben: Persona) -> None:
    with town.kit.store.transaction() as session:
        counts = session.get_one(Measure, 1)
        counts.strata = ["language"]
        session.add(counts)
    ben.runs("/data", "team-alder")
    ben.types(OVER, "9")
    ben.presses("Notes and groups")
    assert (ben.boxes(), ben.filled_in()[OVER]) == ([OVER, OF, STATE, BY_LANGUAGE, "m1.note", "story"], "9")

    answer = ben.submits(**{OF: "12", BY_LANGUAGE: "Spanish 4 of 5"})
    assert answer["errors"][BY_LANGUAGE].startswith(
        "I can't read “Spanish 4 of 5”. Please write it like Name of the group: 4 of 12"
    )
    for words, fault in (("1,5 of 30", "Spanish: 1.5 can't be"), ("1,50,0 of 30", "I can't read “Spanish: 1,50,0 of")):
        assert ben.submits(**{BY_LANGUAGE: f"Spanish: {words}"})["errors"][BY_LANGUAGE].startswith(fault)
    ben.submits(**{BY_LANGUAGE: "Spanish: 4 of 5\nEnglish: 6 of 8"})
    assert [one.split(".")[0] for one in ben.boxes()] == ["m1", "m1", "m1", "m1", "sure", "m1", "story"]
    assert (tick := ben.box(ben.boxes()[4]))["label"]["text"] == "Or correct it above"
    ben.submits()
    assert ben.box(tick["block_id"])["label"]["text"].startswith("It isn't sent yet: tick this if it is right, or")
    assert ben.submits(**{BY_LANGUAGE: "Spanish: 4 of 5\nEnglish: 5 of 7", "m1.note": "One clinic"})["ok"]

    told = {(one.stratum, one.level): (one.numerator, one.denominator, one.note) for one in points(town)}
    assert told == {
        ("", ""): (9, 12, "One clinic"), ("language", "Spanish"): (4, 5, ""), ("language", "English"): (5, 7, ""),
    }  # fmt: skip
    assert "Spanish" not in answers(ben)[0]["text"]
    ben.runs("/data fix january", "team-alder")
    assert ben.filled_in()[BY_LANGUAGE] == "Spanish: 4 of 5\nEnglish: 5 of 7"


def test_more_measures_than_a_view_holds_come_page_by_page(town: Town, ben: Persona) -> None:
    also(town, 14)
    ben.runs("/data", "team-alder")
    first = [box for box in ben.boxes() if box.endswith(".numerator")]
    assert form(ben)["submit"]["text"] == "Save, go on"
    ben.types(OVER, "5")
    ben.submits(**half(first[1:]), **{OVER: "", STATE: "Not available yet"})
    ben.submits(**{"m1.expected_on": "2026-02-20"})

    second = [box for box in ben.boxes() if box.endswith(".numerator")]
    assert (len(first), len(second), set(first) & set(second)) == (10, 5, set())
    ben.closes()
    ben.runs("/data", "team-alder")
    assert "While you were writing" not in texts(form(ben)["blocks"])  # what Ben told himself is no news to him
    assert ben.submits(**half([OVER, *second]))["ok"]

    assert ben.form is None
    assert len(points(town)) == 15
    assert "All numbers of January 2026 are in." in answers(ben)[0]["text"]
    assert "Early days of all of them: at least 10 more points are needed" in answers(ben)[0]["text"]


def test_what_is_left_empty_stays_open(town: Town, ben: Persona) -> None:
    also(town, 2)
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 3).lag_months = 2
    sends(ben, "december", **{OVER: "9", OF: "12"})
    assert "1 of 2 numbers is in of December 2025, and nobody asks for the others" in answers(ben)[0]["text"]
    assert "may come too. Known only later: M3 with February 2026." in answers(ben)[0]["text"]
    ben.runs("/data", "team-alder")
    ben.submits(**{OVER: "9", OF: "12"})
    assert "Still to come: M2." in answers(ben)[-1]["text"]

    ben.presses("Send the rest", answers(ben)[-1])

    assert ben.boxes() == ["m2.numerator", "m2.denominator", "m2.state", "story"]


@pytest.mark.parametrize(
    ("typed", "title", "heard"),
    [
        ("/data december", "December 2025 numbers", ""),
        ("/data 2025-11", "November 2025 numbers", ""),
        ("/allteach data", "January 2026 numbers", ""),
        ("/data march 2026", "", "March 2026 is still to come."),
        ("/data fxi", "", "I don't know “fxi” after /data. Did you mean */data fix*?"),
        ("/data bogus", "", "I don't know “bogus” after /data.\n\n*/data* opens one form"),
        ("/data help", "", "*/data* opens one form for the numbers that are due."),
    ],
)
def test_what_can_be_typed_after_data(town: Town, ben: Persona, typed: str, title: str, heard: str) -> None:
    ben.runs(typed, "team-alder")

    assert (ben.form["title"]["text"] if ben.form else "") == title
    assert not heard or ben.whispers("team-alder")[-1].startswith(heard)


def test_who_reads_sees_the_window_and_others_are_told_whose_it_is(town: Town, ben: Persona, cleo: Persona) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    sends(ben, "", **{OVER: "9", OF: "12"})
    for reader in (tobias, imani):
        reader.runs("/data", "team-alder")
        assert "January 2026: 75% (9 of 12) · on time" in texts(form(reader)["blocks"])
        assert "Correct a month" not in texts(form(reader)["blocks"])
        reader.closes()

    imani.runs("/data")
    assert imani.whispers()[-1].startswith("You're not in a team, so there are no numbers to send.")
    cleo.runs("/data")
    assert "Prairie Bend. Due Mon 2 Mar 2026." in texts(form(cleo)["blocks"])


def test_somebody_of_two_teams_chooses_the_team_first(town: Town, ben: Persona) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == "ben@example.org")).one()
        place = Membership(collaborative_id=1, team_id=2, person_id=person.id or 0, roles=["member"], joined_at=NOON)
        session.add(place)
    ben.runs("/data")
    assert ben.boxes() == ["team", "month"]
    ben.submits(team="Prairie Bend")

    assert "Prairie Bend. Due Mon 2 Mar 2026." in texts(form(ben)["blocks"])
    assert ben.submits(**{OVER: "9", OF: "12"})["ok"]
    assert [one.team_id for one in points(town)] == [2]


def test_reported_words_leave_the_month_and_its_counts_stay(town: Town, ben: Persona, ana: Persona) -> None:
    sends(ben, "", **{OVER: "9", OF: "12", "story": "Snow closed a clinic."})
    ben.presses("Correct", answers(ben)[0])
    ben.submits(**{"m1.note": "One clinic", "reason": "The other list", OVER: "8"})

    ana.presses("Report patient details", answers(ana)[0])

    assert "Receipt" in ana.whispers("team-alder")[-1]
    (said,) = answers(ana)
    assert "8 of 12" in said["text"]
    for words in ("Snow", "One clinic", "The other list"):
        assert words not in texts(said["blocks"]) + said["text"] + str(everything_stored(town))
    assert ben.hears()[-1].startswith("A month of numbers of Alder &amp; Main was taken down")
    ana.presses("Report patient details", answers(ana)[0])
    assert ana.whispers("team-alder")[-1].startswith("There are counts in this month and no words")


def test_home_and_the_card_lead_to_the_form(town: Town, ana: Persona, ben: Persona) -> None:
    ben.opens_home()
    ben.presses_at_home("Monthly data")
    assert form(ben)["title"]["text"] == "January 2026 numbers"
    ben.closes()
    ana.presses("Monthly data", ana.messages("team-alder")[0])
    assert form(ana)["title"]["text"] == "January 2026 numbers"
    ana.closes()
    ana.uses("measures.new")
    assert ana.submits(**{OVER: "9", OF: "12"})["ok"]

    ana.runs("/data", "team-alder")
    assert "January 2026: 75% (9 of 12)" in texts(form(ana)["blocks"])


def second(numerator: str) -> Json:
    """So many of five of the second measure."""
    return {"m2.numerator": numerator, "m2.denominator": "5"}


def half(over: list[str]) -> Json:
    """Five of ten of each of these."""
    return dict.fromkeys(over, "5") | {box.replace("numerator", "denominator"): "10" for box in over}


def form(person: Persona) -> Json:
    assert person.form, f"{person.name} has no form open"
    return person.form


def sends(person: Persona, month: str, **values: str) -> None:
    person.runs(f"/data {month}".strip(), "team-alder")
    answer = person.submits(**values)
    assert answer["ok"], answer


def answers(person: Persona, channel: str = "team-alder") -> list[Json]:
    return [one for one in person.messages(channel) if ": the numbers of " in one["text"]]


def points(town: Town) -> list[Point]:
    with town.record() as session:
        return list(session.exec(select(Point).order_by(col(Point.id))))


def acts(town: Town) -> list[Act]:
    return every(town, Act)


def every(town: Town, model: Any) -> list[Any]:
    with town.record() as session:
        return list(session.exec(select(model)))


def also(town: Town, count: int) -> None:
    """So many measures more."""
    with town.kit.store.transaction() as session:
        for number in range(2, count + 2):
            session.add(
                Measure(
                    id=number, collaborative_id=1, code=f"M{number}", name="More", kind="process", unit="percent",
                    shape="proportion", direction="up", numerator="some", denominator="all", position=number,
                )
            )  # fmt: skip
