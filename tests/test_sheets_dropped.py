"""A CSV dropped in the bot's conversation: previewed, and filed with a press, all of it or nothing."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.audit import Audit
from bot.domain import points
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.people import Membership, Person
from bot.domain.points import Point, PointChange
from bot.domain.sheet_drafts import SheetDraft
from bot.domain.teams import Team
from bot.templates import unescape
from jobs import sheets as sheets_job
from tests.cycling import buttons, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

MORE = (("WAIT", "Days to first visit", "ratio"), ("TNA", "Third next available", "value"))
HEAD = "month,measure,numerator,denominator,value,note\n"
NUMBERS = (
    HEAD
    + "2025-12,OFFER3,18,20,,\nJan 2026,offer3,16,20,,\n2026-01,WAIT,284,20,,two weeks closed\nJan 2026,TNA,,,9.5,\n"
)
JANUARY = date(2026, 1, 1)


@pytest.fixture
def counting(town: Town) -> Town:
    """The town with three measures, one of each shape."""
    with town.kit.store.transaction() as session:
        for code, name, shape in MORE:
            one = Measure(
                collaborative_id=1, code=code, name=name, kind="process", unit="days", shape=shape, direction=""
            )
            session.add(one)
    return town


def test_a_file_is_previewed_and_then_filed_whole_with_a_press(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)

    preview = answer(ben)
    told = "OFFER3, December 2025: 18 of 20; OFFER3, January 2026: 16 of 20; WAIT, January 2026: 284 over 20; TNA, "
    counts = "4 values for 3 measures. New, among others: "
    assert f"Alder & Main, December 2025 to January 2026: {counts}{told}" in preview["text"]
    assert " Notes: WAIT, January 2026: “two weeks closed”. Press Import" in preview["text"]
    assert buttons(preview["blocks"]) == ["Import", "Leave it", "All actions"]
    assert filed(counting) == {}
    ben.presses("Import")
    assert answer(ben)["text"].startswith(
        "Filed for Alder & Main: 4 values for 3 measures. Thank you! The team's channel"
    )
    assert sum("numbers of " in one["text"] for one in ben.messages("team-alder")) == 1
    assert answer(ben)["ts"] == preview["ts"]
    assert buttons(answer(ben)["blocks"]) == ["Monthly data", "All actions"]
    assert filed(counting) == {"OFFER3 12": 90, "OFFER3 01": 80, "WAIT 01": 14.2, "TNA 01": 9.5}
    assert kept(counting) == ([], [])


def test_what_changes_is_shown_before_and_said_after_with_its_history(counting: Town, ben: Persona) -> None:
    imports(ben, NUMBERS)

    ben.attaches(HEAD + "2026-01,OFFER3,17,20,,\n2026-01,WAIT,284,20,,\n2026-01,TNA,,,no cases,\n2025-11,TNA,,,8,\n")

    told = "4 values for 3 measures, 2 of them change what was there, 1 of them is there already"
    assert told in answer(ben)["text"]
    changed = "OFFER3, January 2026: 16 of 20 → 17 of 20; TNA, January 2026: 9.5 → no cases."
    assert f"They change: {changed}" in answer(ben)["text"]
    ben.presses("Import")
    assert "Thank you! The team's channel hears of the newest month" in answer(ben)["text"]
    assert answer(ben)["text"].endswith(f" Changed: {changed}")
    with counting.record() as session:
        changes = session.exec(select(PointChange).order_by(col(PointChange.id))).all()
        assert [change.old.get("numerator") for change in changes] == [16, None]
        assert session.exec(select(Point.note).where(Point.note != "")).all() == ["two weeks closed"]


def test_five_hundred_rows_with_three_faults_are_refused_whole_with_three_reasons(counting: Town, ben: Persona) -> None:
    months = [date(2011 + number // 12, number % 12 + 1, 1) for number in range(180)]
    rows = [f"{month:%Y-%m},{code},{numbers},\n" for month in months for code, numbers in ROWS][-500:]
    rows[10], rows[250], rows[499] = "2026-01,OFFER3,22,20,,\n", "2026-03,TNA,,,9,\n", "2026-01,TNA,,,about nine,\n"

    ben.attaches(HEAD + "".join(rows))

    assert answer(ben)["text"] == (
        "Nothing of your file was filed, and nothing of it is kept. "
        "Line 12: 22 of 20 is more than all of them. Are the two swapped? "
        "Line 252: March 2026 is still to come. "
        "Line 501: Under value: This is no number."
    )
    assert filed(counting) == {}
    assert kept(counting) == ([], [])


def test_more_reasons_than_a_message_holds_are_counted(counting: Town, ben: Persona) -> None:
    ben.attaches(HEAD + "2026-01,OFFER3,22,20,,\n" * 300)

    told = answer(ben)["text"]
    assert "Lines 2 to 61: 22 of 20 is more than all of them. Are the two swapped? … and 240 more." in told
    assert len(told) < 4000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Name,DOB,MRN\nZebulon Quagmire,1950-03-02,4471\n", "a name (column 1), a date of birth (column 2)"),
        ("month,measure,value,ward\n2026-01,TNA,9,Quagmire\n", "Column 4 isn't among those that I read"),
        (HEAD + "2026-01,TNB,,,9,Patient Zebulon Quagmire SSN 123-45-6789\n", "Line 2: The note: This looks like"),
    ],
)
def test_what_may_be_about_people_is_not_repeated_and_is_to_be_deleted_in_slack(
    counting: Town, ben: Persona, content: str, reason: str
) -> None:
    ben.attaches(content)

    assert reason in answer(ben)["text"]
    assert "Please delete the file here in Slack too" in answer(ben)["text"]
    assert "Quagmire" not in str(answer(ben))
    assert "Quagmire" not in str(everything_stored(counting))


@pytest.mark.parametrize(
    ("name", "content", "size", "reason"),
    [
        ("numbers.csv", b"PK\x03\x04 xl/workbook.xml", None, "Inside, this file is an Excel workbook."),
        ("numbers.csv", b"\x89PNG\r\n\x1a\n", None, "Inside, this file is a picture."),
        ("numbers.csv", b"month", 52_000_000, "It has 52 MB. A table of monthly numbers is smaller than 1 MB"),
        ("ward.png", b"\x89PNG\r\n\x1a\n", None, "I read monthly numbers from CSV files, and this is another kind"),
    ],
)
def test_other_files_are_refused_in_words_and_a_large_one_is_not_even_fetched(
    counting: Town, ben: Persona, name: str, content: bytes, size: int | None, reason: str
) -> None:
    ben.attaches(content, name, size=size or len(content))

    assert reason in answer(ben)["text"]
    fetched = counting.slack.calls("download")
    assert len(fetched) == (0 if size or name == "ward.png" else 1)
    assert kept(counting) == ([], [])


def test_what_arrives_twice_or_is_pressed_twice_counts_once(counting: Town, ben: Persona) -> None:
    only_people_are_heard(counting)
    ben.attaches(NUMBERS)
    sends_again(counting, last_sent(counting))
    assert len(answers(ben)) == 1

    ben.presses("Import")
    sends_again(counting, last_sent(counting))
    sends_again(counting, pressed_anew(counting))

    assert ben.hears()[-1] == "This was filed already; the message says what."
    assert len(filed(counting)) == 4
    assert len(answers(ben)) == 1


def test_what_a_team_mate_filed_meanwhile_is_shown_before_anything_is_filed(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)
    files(counting, "TNA", value=12)

    ben.presses("Import")

    assert "Meanwhile something else was filed, so please look once more." in answer(ben)["text"]
    assert "TNA, January 2026: 12 → 9.5" in answer(ben)["text"]
    assert filed(counting) == {"TNA 01": 12}
    ben.presses("Import")
    assert "TNA, January 2026: 12 → 9.5" in answer(ben)["text"]
    assert filed(counting)["TNA 01"] == 9.5

    with counting.kit.store.transaction() as session:
        session.exec(select(Measure).where(Measure.code == "TNA")).one().strata = ["language"]
    files(counting, "TNA", value=9, note="One clinic")
    files(counting, "TNA", value=7, stratum="language", level="Spanish")
    ben.attaches("month,measure,value,stratum,level\n2026-01,TNA,8,,\n2026-01,TNA,6,language,spanish\n")
    assert "2 of them change what was there" in answer(ben)["text"]
    files(counting, "TNA", value=9, note="Two clinics")
    files(counting, "TNA", value=5, stratum="language", level="Spanish")
    ben.presses("Import")
    assert "TNA (spanish), January 2026: 5 → 6" in answer(ben)["text"]
    ben.presses("Import")
    with counting.record() as session:
        told = session.exec(select(Point.level, Point.value, Point.note).join(Measure).where(Measure.code == "TNA"))
        assert set(told) == {("", 8, "Two clinics"), ("Spanish", 6, "")}


def test_who_left_the_team_between_preview_and_import_files_nothing(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)
    with counting.kit.store.transaction() as session:
        seat = session.exec(select(Membership).join(Person).where(Person.email == "ben@example.org")).one()
        seat.left_at = counting.kit.now()

    ben.presses("Import")

    assert filed(counting) == {}
    assert ben.hears()[-1].startswith("You're not in this collaborative any more.")


def test_leaving_it_lets_go_of_everything(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)

    ben.presses("Leave it")

    assert answer(ben)["text"] == "Nothing of your file was filed, and I let go of it."
    assert (filed(counting), kept(counting)) == ({}, ([], []))
    assert "two weeks closed" not in str(everything_stored(counting))


def test_a_preview_is_let_go_of_after_a_day(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)
    counting.later(hours=25)
    sheets_job.forget(counting.kit)
    counting.bot.settle()

    assert "Nobody pressed Import for a day" in answer(ben)["text"]
    assert "two weeks closed" not in str(everything_stored(counting))
    counting.later(hours=25)
    sheets_job.forget(counting.kit)
    with counting.record() as session:
        assert session.exec(select(SheetDraft)).all() == []


def test_unusual_numbers_are_pointed_out_before_they_are_filed(counting: Town, ben: Persona) -> None:
    imports(ben, HEAD + "".join(f"2025-{month:02},OFFER3,18,20,,\n" for month in (8, 9, 10, 11)))

    with counting.kit.store.transaction() as session:
        session.get_one(Measure, 1).strata = ["preferred language"]
    by = "2025-12,OFFER3,language,Spanish,11,12\n2025-12,OFFER3,language,English,8,8\n2025-12,OFFER3,,,18,20\n"
    ben.attaches(f"month,measure,stratum,level,numerator,denominator\n{by}")
    told = "The groups add up to more than all of them: 19 over 20, and all of them are 18 over 20."
    assert f"OFFER3 by preferred language, December 2025: {told}" in answer(ben)["text"]

    ben.attaches(HEAD + "".join(f"2025-{month:02},TNA,,,9,\n" for month in range(1, 7)) + "2025-12,OFFER3,9,10,,\n")
    assert "By measure: OFFER3 1 · TNA 6." in texts(answer(ben)["blocks"])
    ben.attaches(HEAD + "2025-12,OFFER3,18,200,,\n2026-02,OFFER3,18,20,,\n2026-01,OFFER3,,,,\n2018-01,OFFER3,9,20,,\n")

    assert "Line 2, OFFER3: 200 in all is far from your usual 20. Is it right?" in answer(ben)["text"]
    assert "Line 3, OFFER3: February isn't over yet." in answer(ben)["text"]
    long_before = "Line 5: January 2018 is 8 years before the start in January 2026. Is that month meant?"
    assert long_before in answer(ben)["text"]
    assert "One row without numbers is left out." in texts(answer(ben)["blocks"])
    ben.presses("Import")
    assert "90% (18 of 20), told before the month was over." in ben.messages("team-alder")[-1]["text"]
    ben.runs("/data chart offer3", "team-alder")
    ben.submits()
    ben.presses("Show as text")
    assert "told before the month was over" in texts((ben.form or {})["blocks"])


def test_who_files_for_several_teams_says_whose_numbers_they_are(counting: Town, pru: Persona) -> None:
    with counting.kit.store.transaction() as session:
        seat = session.exec(select(Membership).join(Person).where(Person.email == "pru@example.org")).one()
        seat.roles = ["coordinator", "director"]
    pru.attaches(NUMBERS)
    assert buttons(answer(pru)["blocks"]) == ["Choose the team", "Leave it", "All actions"]

    pru.presses("Choose the team")
    pru.submits(team="2")

    assert "Prairie Bend, December 2025 to January 2026: 4 values" in answer(pru)["text"]
    pru.presses("Import")
    assert filed(counting, team=2) == {"OFFER3 12": 90, "OFFER3 01": 80, "WAIT 01": 14.2, "TNA 01": 9.5}


def test_advisor_coordinator_and_coach_file_for_the_team_they_choose(counting: Town, cleo: Persona) -> None:
    pru, tobias, imani = (counting.people[who] for who in ("pru", "tobias", "imani"))
    pru.attaches(NUMBERS)
    pru.presses("Choose the team")
    pru.submits(team="Prairie Bend")
    assert "Prairie Bend, December 2025 to January 2026: 4 values" in answer(pru)["text"]
    pru.presses("Import")
    assert len(filed(counting, team=2)) == 4
    assert "Prairie Bend: the numbers of January 2026. Thank you, Pru Adebayo." in unescape(
        cleo.reads("team-prairie")[-1]
    )
    with counting.record() as session:
        (line,) = session.exec(select(Audit).where(Audit.act == "measures.imported")).all()
        assert (line.person_id, line.detail) == (1, {"team": 2, "numbers": 4})

    tobias.attaches(NUMBERS)  # a coach is asked too, and has the teams that they coach
    tobias.presses("Choose the team")
    assert [one["text"]["text"] for one in tobias.box("team")["element"]["options"]] == ["Alder & Main"]
    tobias.submits(team="Alder & Main")
    tobias.presses("Import")
    assert len(filed(counting)) == 4

    imani.attaches(NUMBERS)
    assert "its coach, the improvement advisor, a coordinator and the director, so I" in answer(imani)["text"]
    pru.runs("/data template")
    pru.submits(team="Alder & Main")
    pru.runs("/data template", "team-prairie")
    assert pru.whispers("team-prairie")[-1] == "The template file of Prairie Bend comes to our conversation."
    assert [len(one["files"]) for one in pru.dm() if one.get("bot") and one.get("files")] == [1, 1]


def test_somebody_elses_preview_cannot_be_imported(counting: Town, ben: Persona, ana: Persona, cleo: Persona) -> None:
    only_people_are_heard(counting)
    ben.attaches(NUMBERS)
    ben.attaches(NUMBERS)
    ben.presses("Leave it")
    press = pressed_anew(counting, action="sheets.import", value="1")

    for other in (ana, cleo):
        sends_again(counting, press, other)

        assert other.hears()[-1] == "That's for whoever dropped the file."
    assert filed(counting) == {}


def test_people_of_other_workspaces_and_guests_drop_files_too(counting: Town) -> None:
    for name in ("olga", "gil"):
        counting.people[name].attaches(NUMBERS)

        assert "4 values for 3 measures" in answer(counting.people[name])["text"]


def test_a_file_that_cannot_be_fetched_just_now_is_fetched_later(counting: Town, ben: Persona) -> None:
    counting.slack.fault("download", "500_before")
    ben.attaches(NUMBERS)
    assert answers(ben) == []

    counting.later(minutes=2)
    counting.bot.tick()

    assert "4 values for 3 measures" in answer(ben)["text"]


def test_an_import_that_was_cut_off_is_gone_on_with(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)
    with counting.kit.store.transaction() as session:
        session.get_one(SheetDraft, 1).state = "importing"  # the press was counted, and then the bot was killed

    counting.later(minutes=2)
    counting.bot.tick()

    assert answer(ben)["text"].startswith("Filed for Alder & Main: 4 values")
    assert len(filed(counting)) == 4


def test_a_file_that_was_deleted_meanwhile_is_said_to_be(counting: Town, ben: Persona) -> None:
    counting.slack.fault("files.info", "error", error="file_deleted")
    ben.attaches(NUMBERS)

    assert "Slack doesn't let me see the file any more." in answer(ben)["text"]


def test_a_reported_preview_and_what_it_holds_are_taken_down(counting: Town, ben: Persona) -> None:
    ben.attaches(NUMBERS)

    ben.uses_on("privacy.report_message", answer(ben), "Allteach")

    assert "my message is being deleted" in ben.hears()[-1]
    assert answers(ben) == []
    assert "two weeks closed" not in str(everything_stored(counting))


def test_a_template_file_has_the_months_that_are_open_and_is_filled_in_and_dropped(
    counting: Town, ben: Persona, cleo: Persona
) -> None:
    ben.runs("/data template")
    ben.attaches("Name\nx")
    ben.presses("Template file")

    assert ben.whispers()[-1] == "The template file of Alder &amp; Main comes to our conversation."
    one, two = (file for message in ben.dm() if message.get("bot") for file in message.get("files", ()))
    assert one["name"] == two["name"] == "monthly-numbers.csv"
    content = counting.practice.world.files[one["id"]].content.decode("utf-8-sig")
    or_else = "or: no cases; or: not yet 2026-03-04"
    assert content.splitlines() == [
        f"month,measure,numerator ({or_else}),denominator,value (or the same),stratum,level,note",
        *(f"2026-01,{code},,,,,," for code in ("OFFER3", "WAIT", "TNA")),
    ]
    assert "“not yet 2026-03-04”" in str(ben.dm())
    ben.attaches(content.replace("OFFER3,,", "OFFER3,18,20").replace("WAIT,", "WAIT,not yet 2026-03-04"))
    assert "2 values for 2 measures." in answer(ben)["text"]
    assert "One row without numbers is left out." in texts(answer(ben)["blocks"])
    ben.presses("Import")
    ben.attaches(HEAD + "2026-01,WAIT,not yet 2026-03-09,,,\n")
    told = "WAIT, January 2026: not available yet, expected Wed 4 Mar 2026 → not available yet, expected Mon 9 Mar 2026"
    assert told in answer(ben)["text"]
    counting.people["imani"].runs("/data template")
    assert "by the members of a team, its coach," in counting.people["imani"].whispers()[-1]


ROWS = (("OFFER3", "18,20,"), ("TNA", ",,9"), ("WAIT", "284,20,"))


def imports(person: Persona, content: str) -> None:
    """Drop a file and press Import."""
    person.attaches(content)
    person.presses("Import")


def answers(person: Persona) -> list[Json]:
    """The bot's messages about files, oldest first."""
    about = ("our file", "value", "Filed for", "Nobody pressed Import")
    return [one for one in person.dm() if one.get("bot") and any(words in one["text"] for words in about)]


def answer(person: Persona) -> Json:
    """The newest of them."""
    newest = answers(person)[-1]
    return {**newest, "text": unescape(newest["text"])}


def filed(town: Town, team: int = 1) -> dict[str, float | None]:
    """The team's numbers in the record, by measure and month."""
    with town.record() as session:
        told = session.exec(select(Point, Measure).join(Measure).where(Point.team_id == team).order_by(col(Point.id)))
        return {f"{measure.code} {point.month:%m}": point.value and round(point.value, 4) for point, measure in told}


def kept(town: Town) -> tuple[list[Json], list[Json]]:
    """What the record holds of the newest file's rows."""
    with town.record() as session:
        draft = session.exec(select(SheetDraft).order_by(col(SheetDraft.id).desc())).first()
        assert draft
        return draft.lines, draft.stood


def files(town: Town, code: str, value: float, **more: Any) -> None:
    """A team-mate files a number of January."""
    with town.kit.store.transaction() as session:
        measure = session.exec(select(Measure).where(Measure.code == code)).one()
        entry = Entry(measure.id or 0, JANUARY, "value", value=value, **more)
        points.file(session, team=session.get_one(Team, 1), person=4, entries=[entry], now=town.kit.now())


def pressed_anew(town: Town, **otherwise: str) -> Json:
    """The last press, as if it were another one."""
    envelope = last_sent(town)
    envelope["payload"]["actions"][0]["action_ts"] = "9.9"
    if otherwise:
        envelope["payload"]["actions"][0].update(action_id=otherwise["action"], value=otherwise["value"])
    return envelope
