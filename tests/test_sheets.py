"""Tables of monthly numbers as people make them: read whole, or refused with every reason by its line."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import sheet_cells, sheet_entries, sheets
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.sheet_entries import Line, Team
from bot.domain.sheets import NotRead

TODAY = date(2026, 2, 10)
JANUARY, IN_MARCH = date(2026, 1, 1), date(2026, 3, 15)
OFFER3 = Measure(
    id=1, collaborative_id=1, code="OFFER3", name="Offered within 3 days", kind="process", unit="percent",
    shape="proportion", direction="up", strata=["language"],
)  # fmt: skip
WAIT = Measure(
    id=2, collaborative_id=1, code="WAIT", name="Days to first visit", kind="outcome", unit="days", shape="ratio",
    direction="down",
)  # fmt: skip
TNA = Measure(
    id=3, collaborative_id=1, code="TNA", name="Third next available", kind="balancing", unit="days", shape="value",
    direction="hold",
)  # fmt: skip
USED = Measure(
    id=4, collaborative_id=1, code="USED", name="Slots used", kind="process", unit="percent", shape="value",
    direction="up",
)  # fmt: skip
OTHERS = Measure(
    id=5, collaborative_id=1, code="OTHERS", name="Of others", kind="process", unit="percent", shape="value",
    direction="up",
)  # fmt: skip
HEAD = "month,measure,numerator,denominator,value,note\n"
ROW = Entry(measure=1, month=JANUARY, state="value", numerator=18, denominator=20)
AS_A_PERCENT = "Write it as a percent, 25, or leave it empty."
IN_WORDS = "Ana & Ben's team doesn't count OTHERS in January 2026."


def read(content: bytes | str) -> list[Line]:
    """What a team of four measures can file of this file."""
    sheet = sheets.read(content if isinstance(content, bytes) else content.encode())
    team = Team(
        "Ana & Ben's team", [OFFER3, WAIT, TNA, USED, OTHERS], lambda _month: {1, 2, 3, 4},
        lambda words: "This looks like a record number." if "MRN" in words else "",
    )  # fmt: skip
    return sheet_entries.understood(sheet, team, TODAY)[0]


def refused(content: bytes | str) -> list[tuple[int, str]]:
    """Why nothing of this file is taken."""
    with pytest.raises(NotRead) as reason:
        read(content)
    return [(line, sentence) for line, sentence in reason.value.faults]


@pytest.mark.parametrize(
    "content",
    [
        "month,measure,numerator,denominator\n2026-01,OFFER3,18,20\n",
        "month;measure;numerator;denominator\n2026-01;OFFER3;18;20\n",
        "month\tmeasure\tnumerator\tdenominator\n2026-01\tOFFER3\t18\t20",
        "sep=;\r\nmonth;measure;numerator;denominator\r\n2026-01;OFFER3;18;20\r\n",
        "\ufeffMonth,Measure name,Num,Denom.,,\r\n\r\n2026-01,offered within  3 days,18,20,,\r\n,,,,,\r\n",
        '"Month (yyyy-mm)","MEASURE_CODE","Numerator","Denominator"\n"January 2026","offer3","18","20"\n',
        "denominator,measure,month,numerator,value\n20,OFFER3,Jan-26,18,90 %\n",
        "month,measure,numerator,denominator\r2026-01,OFFER3,18,20",
    ],
)
def test_one_row_in_many_dresses(content: str) -> None:
    assert [entry for _, entry in read(content)] == [ROW]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_read_in_the_code_they_were_written_in(code: str) -> None:
    written = f"{HEAD}2026-01,TNA,,,9,Später dran – José war krank\n".encode(code)

    (line,) = read(written)

    assert line.entry.note == "Später dran – José war krank"


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2026-02", 2), ("2026-2", 2), ("202602", 2), ("2026/02", 2), ("02/2026", 2), ("2.2026", 2), ("2026-02-01", 2),
        ("2026-02-28 00:00:00", 2), ("02/01/2026", 2), ("01/02/2026", 2), ("2/28/2026", 2), ("28.02.2026", 2),
        ("Feb 2026", 2), ("feb. 2026", 2), ("February, 2026", 2), ("Feb-26", 2), ("Feb '26", 2), ("2026 Feb", 2),
        ("1 Feb 2026", 2), ("Feb 1, 2026", 2), ("February", 2), ("January", 1), ("jan", 1), ("febrero 2026", 2),
        ("Januar 2026", 1), ("janvier 2026", 1), ("février 2026", 2), ("janeiro", 1), ("gennaio 2026", 1),
    ],
)  # fmt: skip
def test_a_month_is_known_in_many_spellings(cell: str, month: int) -> None:
    assert sheet_cells.month(cell, TODAY) == date(2026, month, 1)


def test_a_name_alone_is_the_last_such_month() -> None:
    assert sheet_cells.month("March", TODAY) == date(2025, 3, 1)


@pytest.mark.parametrize(
    "cell",
    ["", "Feb 5", "03/04/2026", "13/2026", "Q1 2026", "46054", "2026", "Febtober 2026", "1926-02", "May be 2026"],
)
def test_what_may_be_another_month_is_not_guessed(cell: str) -> None:
    with pytest.raises(ValueError, match="I don't see which"):
        sheet_cells.month(cell, TODAY)


@pytest.mark.parametrize(
    ("cells", "separator", "number"),
    [
        ("9", ",", 9), ("9.5", ",", 9.5), ("1,234", ",", 1234), ("1,234.5", ",", 1234.5), ("9,5", ";", 9.5),
        ("1.234,5", ";", 1234.5), ("1,234 9,5", ";", 1.234), ("1.234 9,5", "\t", 1234), ("1.234 9.5", ";", 1.234),
        ("1\u00a0234,5", ";", 1234.5), ("1'234", ",", 1234), ("1,234,567", ";", 1234567), ("0,125", ";", 0.125),
        ("\u22124", ",", -4), ("45%", ",", 45), ("45,5\u00a0%", ";", 45.5),
    ],
)  # fmt: skip
def test_a_number_is_read_as_the_whole_file_writes_numbers(cells: str, separator: str, number: float) -> None:
    mark = sheet_cells.decimal_mark(cells.split(" "), separator)

    assert sheet_cells.number(cells.split(" ")[0], mark) == number


def test_decimals_are_written_in_one_way_all_through_a_file() -> None:
    rows = (
        "month;measure;value\n2026-01;TNA;11.5\n2025-12;TNA;12,5\n2025-11;TNA;9.5\n2025-10;TNA;9,5 %\n2025-09;TNA;8.5\n"
    )

    told = "Decimals have a comma here and a point elsewhere. Please write all of them the same way."
    assert [fault for fault in refused(rows) if "Decimals" in fault[1]] == [(3, told), (5, told)]


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(cell: str) -> None:
    with pytest.raises(ValueError, match="in two ways"):
        sheet_cells.number(cell, sheet_cells.decimal_mark([cell, "12"], ";"))


@pytest.mark.parametrize(
    ("row", "entry"),
    [
        ("2026-01,OFFER3,0,0,,", Entry(1, JANUARY, "no_cases")),
        ("2026-01,OFFER3,,0,,", Entry(1, JANUARY, "no_cases")),
        ("2026-01,OFFER3,No cases,,,", Entry(1, JANUARY, "no_cases")),
        ("2026-01,TNA,,,no cases,", Entry(3, JANUARY, "no_cases")),
        ("2026-01,TNA,,,not yet 2026-03-15,", Entry(3, JANUARY, "not_available", expected_on=IN_MARCH)),
        ("2026-01,OFFER3,Not available yet: 15 March,,,", Entry(1, JANUARY, "not_available", expected_on=IN_MARCH)),
        ("2026-01,OFFER3,n/a until 15 Mar 2026,n/a,,", Entry(1, JANUARY, "not_available", expected_on=IN_MARCH)),
        ('2026-01,TNA,,,"pending (March 15, 2026)",', Entry(3, JANUARY, "not_available", expected_on=IN_MARCH)),
        ("2026-01,WAIT,284,20,,", Entry(2, JANUARY, "value", 284, 20)),
        ("2026-01,WAIT,284,20,14.2,", Entry(2, JANUARY, "value", 284, 20)),
        ('2026-01,TNA,,,"9,5",two away', Entry(3, JANUARY, "value", value=9.5, note="two away")),
        ("2026-01,USED,,,45 %,", Entry(4, JANUARY, "value", value=45)),
    ],
)
def test_a_row_is_an_entry_of_its_measure(row: str, entry: Entry) -> None:
    assert read(HEAD + row) == [Line(2, entry)]


def test_a_level_of_a_stratum_is_a_series_of_its_own() -> None:
    lines = read("month,measure,numerator,denominator,stratum,level\n2026-01,OFFER3,8,9,Language,Spanish\n")

    assert [(entry.stratum, entry.level) for _, entry in lines] == [("language", "Spanish")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2026-13,OFFER3,18,20,,", sheet_cells.NO_MONTH),
        ("2026-03,OFFER3,18,20,,", "March 2026 is still to come."),
        ("2026-01,OFR3,18,20,,", "I know no such measure. Did you mean OFFER3?"),
        ("2026-01,Zebulon,18,20,,", "I know no such measure. Ana & Ben's team counts OFFER3, WAIT, TNA, USED."),
        ("2026-01,,18,20,,", "No measure is given. Ana & Ben's team counts OFFER3, WAIT, TNA, USED."),
        ("2026-01,OTHERS,,,9,", IN_WORDS),
        ("2026-01,OFFER3,22,20,,", "22 of 20 is more than all of them. Are the two swapped?"),
        ("2026-01,OFFER3,18,,,", "Please give both numbers."),
        ("2026-01,OFFER3,,,90,", sheet_entries.A_SHARE.format(code="OFFER3")),
        ("2026-01,OFFER3,18,20,80,", "18 of 20 is 90, and under value stands another number."),
        ("2026-01,OFFER3,10,40,0.25,", "10 of 40 is 25, and under value stands another number. " + AS_A_PERCENT),
        ("2026-01,OFFER3,18.5,20,,", "18.5 can't be: here whole ones are counted."),
        ("2026-01,OFFER3,-1,20,,", "-1 is less than nothing. Please look at it once more."),
        ("2026-01,OFFER3,90 %,20,,", "There is a percent sign in numerator, where people or things are counted."),
        ("2026-01,TNA,,,9 %,", "There is a percent sign in value, where TNA is counted in days."),
        ("2026-01,TNA,18,20,,", "TNA is one number, which belongs under value."),
        ("2026-01,USED,,,145 %,", "145 % is more than all of them."),
        ("2026-01,TNA,,,about nine,", "Under value: This is no number."),
        ("2026-01,TNA,,,,only words", "There is a note and no number."),
        ("2026-01,TNA,,,n/a,", sheet_cells.NO_DAY),
        ("2026-01,TNA,,,not yet soon,", sheet_cells.NO_DAY),
        ("2026-01,TNA,,,not yet 2026-02-30,", sheet_cells.NO_DAY),
        ("2026-01,TNA,,,not yet 2026-02-09,", "That day is over. When will it be there?"),
        ("2026-01,OFFER3,not yet 2026-03-15,20,,", "It says that the numbers aren't there yet, and gives one too."),
        ("2026-01,OFFER3,no cases,20,,", "It says that there were no cases, and gives a number too."),
        ("2026-01,TNA,,,9,5,more", sheet_entries.BEYOND),
        ("2026-01,TNA,,,9," + "x" * 501, "The note is longer than 500 characters."),
        ("2026-01,TNA,,,9,MRN 4471", "The note: This looks like a record number. Please take it out."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_by_its_line(row: str, sentence: str) -> None:
    assert refused(f"{HEAD}2025-12,TNA,,,9,\n\n{row}\n") == [(4, sentence)]


def test_a_month_that_is_told_twice_is_refused_at_the_second_line() -> None:
    twice = refused(f"{HEAD}Jan 2026,TNA,,,9,\n2026-01,tna,,,9,\n")

    assert twice == [(3, "This month of this measure stands in line 2 already.")]


def test_all_faults_are_told_at_once_and_one_is_enough_to_refuse_the_file() -> None:
    rows = [f"{2012 + number // 12}-{number % 12 + 1:02},TNA,,,{number % 30},\n" for number in range(166)]
    rows[40], rows[80], rows[120] = "Sometime,TNA,,,9,\n", "2025-01,TNA,,,x,\n", "2026-01,OFFER3,22,20,,\n"

    assert [line for line, _ in refused(HEAD + "".join(rows))] == [42, 82, 122]


def test_whatever_else_is_wrong_with_a_row_all_its_texts_are_looked_through() -> None:
    rows = "2026-01,OFFER3,22,20,,MRN 1\n2026-01,TNA,,,9,Maria,MRN 2\n2026-01,MRN 3,,,9,\n"

    with pytest.raises(NotRead) as reason:
        read(HEAD + rows)

    guarded = [(line, told.split(":")[0]) for line, told in reason.value.faults if "a record number" in told]
    assert guarded == [(2, "The note"), (3, "What stands beyond the headings"), (4, "The measure")]
    assert [line for line, told in reason.value.faults if "a record number" not in told] == [2, 3, 4]
    assert reason.value.to_delete


def test_rows_without_numbers_are_left_out_and_counted() -> None:
    asked = Team("Ours", [OFFER3, TNA], lambda _month: {1, 3}, lambda _words: "")
    sheet = sheets.read(f"{HEAD}2026-01,OFFER3,,,,\n2026-01,TNA,,,9,\n".encode())

    lines, empty = sheet_entries.understood(sheet, asked, TODAY)

    assert ([line.number for line in lines], empty) == ([3], 1)
    assert refused(f"{HEAD}2026-01,OFFER3,,,,\n") == [(2, "No row holds a number yet.")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\x14\0 [Content_Types].xml xl/workbook.xml", "an Excel workbook"),
        (b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "a LibreOffice spreadsheet"),
        (b"PK\x03\x04\x14\0photos", "a spreadsheet, another Office file or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "a spreadsheet or another file of an older Office"),
        (b"%PDF-1.7 \xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"\0\0\0\x18ftypheic", "a picture or a film"),
        (b"<!DOCTYPE html><table>", "a web page or another file of marked-up text"),
        (b"month,measure\0,value", "no text"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(content: bytes, what: str) -> None:
    ((line, sentence),) = refused(content)

    assert (line, sentence.split(". ")[0]) == (0, f"Inside, this file is {what}")


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        ("month,measure,value,ward", "Column 4 isn't among those that I read"),
        ("ward,month,measure,value,bed", "Columns 1 and 5 aren't among those that I read"),
        ("Name,DOB,MRN", "a name (column 1), a date of birth (column 2), a record number (column 3)"),
        ("month,measure,value,Patient_ID", "a record number (column 4)"),
        ("month,measure,value,SSN,Home address", "a Social Security number (column 4), an address (column 5)"),
        ("month,measure,value,last name", "a name (column 4)"),
        ("MRN,foo", "a record number (column 1). Column 2 isn't among those that I read"),
        ("month,measure,value,Geburtsdatum", "a date of birth (column 4)"),
        ("month,measure,value,E-Mail", "a phone number or an e-mail address (column 4)"),
        ("Zebulon,1950-03-02,4471", "The first line holds none of the headings that I read"),
    ],
)
def test_a_table_with_other_columns_is_not_read_and_is_to_be_deleted(headings: str, sentence: str) -> None:
    with pytest.raises(NotRead) as reason:
        read(f"{headings}\n2026-01,TNA,9,Zebulon,x\n")

    assert sentence in str(reason.value)
    assert reason.value.to_delete
    assert "Zebulon" not in str(reason.value)


def test_a_heading_as_long_as_a_file_is_refused_at_once() -> None:
    began = time.thread_time()

    assert "none of the headings" in refused("(" * 100_000 + ",x\n")[0][1]
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", (0, "The file is empty. It begins with the headings ")),
        ("\n \n", (0, "The file is empty. It begins with the headings ")),
        (HEAD, (1, "There are headings and no rows under them.")),
        ("month,measure,numerator\n1,2,3", (1, "There is no column for the denominator.")),
        ("measure,value\nTNA,9", (1, "There is no column for the month.")),
        ("month,measure\n2026-01,TNA", (1, "There is no column for the numbers.")),
        ("month,measure,value,result\n", (1, "Two columns are headed value.")),
        (f'{HEAD}2026-01,TNA,,,9,"open\n2026-02,TNA,,,9,\n', (2, "This line is no line of a CSV file.")),
        (HEAD + "2026-01,TNA,,,9,\n" * 1001, (1002, "At most 1,000 rows are read at a time.")),
        (HEAD + "x" * 1_000_000, (0, sheets.TOO_LARGE)),
    ],
)
def test_a_table_that_is_not_whole_is_refused(content: str, fault: tuple[int, str]) -> None:
    ((line, sentence),) = refused(content)

    assert (line, sentence.startswith(fault[1])) == (fault[0], True)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_whatever_is_dropped_is_read_or_refused_in_words(content: bytes) -> None:
    told: list[object] = []
    try:
        told += read(content)
    except NotRead as reason:
        told += [fault.sentence for fault in reason.faults if fault.sentence]

    assert told
