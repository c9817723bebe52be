"""Two people of a team write the same month: neither loses a line, and what both changed is asked about, wherever."""

from sqlmodel import col, select

from bot.domain import points
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from handlers import measure_merging
from tests.counting import JAN
from tests.personas import Persona, texts
from tests.test_measures import BY_LANGUAGE, OF, OVER, STATE, also, answers, form, second, sends
from tests.town import Town

NOTE = "m1.note"
MEANWHILE = "While you were writing, Ben Castellano filed January 2026. What stands now: "


def test_what_a_team_mate_filed_of_groups_and_notes_is_kept_and_only_what_both_changed_is_asked_about(
    town: Town, ben: Persona, ana: Persona
) -> None:
    by_language(town)
    sends(ben, "", **{OVER: "9", OF: "12"})
    corrects(ben, **{BY_LANGUAGE: "Spanish: 4 of 5\nEnglish: 5 of 6"})

    ana.runs("/data fix january", "team-alder")
    corrects(ben, **{BY_LANGUAGE: "Spanish: 3 of 5\nEnglish: 5 of 6\nHmong: 0 of 0", NOTE: "One clinic"})
    assert ana.submits(**{BY_LANGUAGE: "spanish: 4 of 5\nEnglish: 6 of 6", "reason": "Counted twice"})["ok"]
    assert ana.form is None
    assert stands(town) == {"": (9, 12), "Spanish": (3, 5), "English": (6, 6), "Hmong": (0, 0)}
    assert whole(town).note == "One clinic"

    ana.runs("/data fix january", "team-alder")
    mine, theirs = "Spanish: 1 of 5\nEnglish: 5 of 6", "Spanish: 2 of 5\nEnglish: 6 of 6\nHmong: 0 of 0"
    corrects(ben, **{BY_LANGUAGE: theirs, STATE: "No cases this month"})
    refused = ana.submits(**{BY_LANGUAGE: mine, NOTE: "Two clinics", "reason": "Mine"})["errors"][BY_LANGUAGE]
    assert refused.startswith("A group can be corrected, not taken out. Please put “Hmong: 0 of 0” back, or its name")
    ana.submits(**{BY_LANGUAGE: f"{mine}\nHmong: 0 of 0"})
    told = "OFFER3: no cases this month, “One clinic”; OFFER3 by language: Spanish: 2 of 5, English: 6 of 6, Hmong"
    assert f"What stands now: {told}" in texts(form(ana)["blocks"])
    assert ana.filled_in()[BY_LANGUAGE] == f"{mine}\nHmong: 0 of 0"
    assert (ana.filled_in()[STATE], ana.filled_in()[NOTE]) == ("no_cases", "Two clinics")
    assert ana.submits()["ok"]
    assert stands(town) == {"": (0, 0), "Spanish": (1, 5), "English": (5, 6), "Hmong": (0, 0)}
    assert whole(town).note == "Two clinics"

    ana.runs("/data fix january", "team-alder")
    refused = ana.submits(**{OVER: "9", OF: "12", "reason": "There were some"})["errors"][OVER]
    assert refused.startswith("You wrote 9 and 12 and chose No cases this month.")
    assert ana.submits(**{STATE: "We have numbers"})["ok"]
    ana.runs("/data fix january", "team-alder")
    ana.types(NOTE, "Three clinics")
    ana.closes()
    also(town, 1)
    sends(ben, "january", **second("3"))
    corrects(ben, **{STATE: "We have numbers", OVER: "8", OF: "12"})
    ana.runs("/data fix january", "team-alder")
    assert (ana.filled_in()[OVER], ana.filled_in()[NOTE]) == ("8", "Three clinics")
    assert "What stands now: OFFER3: 66.7% (8 of 12), “Two clinics”" in texts(form(ana)["blocks"])
    assert ana.submits(reason="A third one")["ok"]
    assert (stands(town)[""], whole(town).note) == ((8, 12), "Three clinics")


def test_notes_and_groups_and_later_pages_tell_what_a_team_mate_filed_and_put_nothing_in_its_place_unasked(
    town: Town, ben: Persona, ana: Persona
) -> None:
    by_language(town)
    also(town, 14)
    ana.runs("/data", "team-alder")
    ana.types(OVER, "8")
    ana.types(OF, "12")
    sends_some(ben, **{OVER: "9", OF: "12", **second("3")})

    ana.presses("Notes and groups")
    assert f"{MEANWHILE}OFFER3: 75% (9 of 12); M2: 60% (3 of 5)" in texts(form(ana)["blocks"])
    assert (ana.filled_in()[OVER], ana.filled_in()["m2.numerator"]) == ("8", "3")
    assert ana.submits()["errors"]["reason"].startswith("Your numbers take the place of those that stand now.")
    with town.kit.store.transaction() as session:
        last = Entry(15, JAN, "value", 1, 2)
        points.file(session, team=session.get_one(Team, 1), person=2, entries=[last], now=town.kit.now())
    ana.submits(reason="Mine is newer", **{NOTE: "A late list"})
    assert (stands(town)[""], whole(town).note) == ((8, 12), "A late list")

    assert "While you were writing" not in texts(form(ana)["blocks"])
    assert ana.filled_in().get("reason") is None
    while "m15.numerator" not in ana.boxes():
        ana.submits()
    ana.submits(**{"m15.numerator": "2", "m15.denominator": "2"})
    assert "What stands now: M15: 50% (1 of 2)." in texts(form(ana)["blocks"])
    assert ana.submits()["errors"]["reason"]
    ana.closes()
    assert "8 of 12" in answers(ana)[0]["text"]


def test_a_note_without_a_number_is_not_dropped(town: Town, ben: Persona) -> None:
    also(town, 2)
    ben.runs("/data", "team-alder")
    ben.presses("Notes and groups")

    answer = ben.submits(**{**second("3"), NOTE: "The list comes on Friday"})

    assert answer["errors"][NOTE].startswith("There is a note and no number.")
    ben.submits(**{STATE: "Not available yet"})
    assert ben.submits(**{"m1.expected_on": "2026-02-20"})["ok"]
    assert whole(town).note == "The list comes on Friday"
    ben.runs("/data", "team-alder")
    assert ben.submits()["errors"][OVER].startswith("Nothing is filled in yet.")
    assert ben.submits(**{"m3.numerator": "1", "m3.denominator": "2"})["ok"]  # what waits is left to wait
    assert whole(town).state == "not_available"
    ben.runs("/data", "team-alder")
    ben.presses("Notes and groups")
    assert ben.submits(**{OVER: "9", OF: "12"})["ok"]
    assert (stands(town)[""], whole(town).note) == ((9, 12), "The list comes on Friday")


def by_language(town: Town) -> None:
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 1).strata = ["language"]


def corrects(person: Persona, **words: str) -> None:
    person.runs("/data fix january", "team-alder")
    answer = person.submits(**words, reason="Another list")
    assert person.form is None, (answer, person.form)


def sends_some(person: Persona, **words: str) -> None:
    """Send these, and leave the pages that come after them."""
    person.runs("/data", "team-alder")
    assert person.submits(**words)["ok"]
    person.closes()


def stands(town: Town) -> dict[str, tuple[float | None, float | None]]:
    with town.record() as session:
        told = session.exec(select(Point).where(Point.measure_id == 1).order_by(col(Point.id)))
        return {one.level: (one.numerator, one.denominator) for one in told}


def whole(town: Town) -> Point:
    with town.record() as session:
        return session.exec(select(Point).where(Point.measure_id == 1, Point.stratum == "")).one()


def test_what_was_typed_what_was_shown_and_what_stands_are_put_together() -> None:
    cases = [  # shown, typed, stands now → what is to stand, and whether both changed it
        ("A: 4 of 5", "A: 4 of 5", "A: 3 of 5", "A: 3 of 5", False),
        ("A: 4 of 5", "a = 4/5", "A: 3 of 5", "A: 3 of 5", False),
        ("A: 1200 of 1500", "A: 1,200 of 1,500.0", "A: 3 of 5", "A: 3 of 5", False),
        ("A: 4 of 5", "A: 2 of 5", "A: 4 of 5", "A: 2 of 5", False),
        ("A: 4 of 5", "A: 2 of 5", "A: 2 of 5", "A: 2 of 5", False),
        ("A: 4 of 5", "A: 2 of 5", "A: 3 of 5\nB: 1 of 2", "A: 2 of 5\nB: 1 of 2", True),
        ("", "B: 1 of 2", "A: 3 of 5", "B: 1 of 2\nA: 3 of 5", False),
        ("A: 4 of 5", "A 2 of 5", "A: 3 of 5", "A 2 of 5", False),  # it can't be read, and is refused with its words
    ]
    for shown, typed, stands_now, merged, contested in cases:
        was = measure_merging.marks({BOX: shown})
        found = measure_merging.merge({BOX: typed}, was, {BOX: stands_now}, theirs=False, fix=False)
        assert (found.words[BOX], BOX in found.contested) == (merged, contested), typed

    both, out = {BOX: "A: 4 of 5\nB: 1 of 2"}, {BOX: "A: 4 of 5"}
    for typed, theirs, told_out in (("B: 0 of 2", False, out), ("", False, out), ("", True, {})):
        found = measure_merging.merge({BOX: typed}, measure_merging.marks(both), both, theirs=theirs, fix=True)
        assert (found.taken_out, BOX in found.touched) == (told_out, not theirs), typed


def test_an_answer_is_one_thing_with_its_numbers_and_an_empty_one_says_nothing_where_it_was_shown_empty() -> None:
    empty, some, others = told("value"), told("value", "9", "12"), told("value", "8", "12")
    nobody, waits = told("no_cases", "0", "0"), told(WAITS)
    cases = [  # shown, typed, stands now; told what others filed, to be corrected → what is to stand, is it new
        (waits, empty, waits, False, False, waits, False),
        (waits, empty, waits, False, True, empty, True),  # it was taken out, and is refused
        (empty, empty, some, False, False, some, False),
        (some, empty, others, True, True, others, False),
        (some, told("value", "9.0", "12"), some, False, True, some, False),
        (some, told("no_cases", "9", "12"), some, False, True, told("no_cases"), True),
        (nobody, told("no_cases", "9", "12"), nobody, False, True, told("no_cases", "9", "12"), True),  # and so is this
        (nobody, told("value", "0", "0.0"), nobody, False, True, nobody, False),
        (waits, told(WAITS, "9"), waits, False, True, told(WAITS, "9"), True),
    ]
    for shown, typed, stands_now, theirs, fix, merged, new in cases:
        found = measure_merging.merge(typed, measure_merging.marks(shown), stands_now, theirs=theirs, fix=fix)
        assert (found.words, "m1" in found.touched, found.contested) == (merged, new, frozenset()), (shown, typed)


def told(state: str, over: str = "", of: str = "") -> dict[str, str]:
    """The boxes of an answer."""
    day = "2026-02-20" if state == WAITS else ""
    return {"m1.state": state, OVER: over, OF: of, "m1.value": "", "m1.expected_on": day}


BOX, WAITS = "m1.by7", "not_available"
