"""`allteach runchart`: a column of values read, judged, told and drawn; or refused in words with the line."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.domain.runchart_file import FileFaults, read
from bot.errors import BotError
from tests.command_line import allteach

KEYS = """
    median n_useful longest_run longest_run_limit crossings crossings_limit shift trend signal rules baseline
""".split()
YEARS = [41, 38, 44, 40, 36, 43, None, 52, 58, 55, 61, 63, 60, 66, 71, 68, 74]
CLINIC = "month,value\n" + "".join(
    f"{2025 + row // 12}-{row % 12 + 1:02},{'' if value is None else value}\n" for row, value in enumerate(YEARS)
)
UNTOLD = "Please name them x,value or x,numerator,denominator."
SHEET = "This is no text. Save the table as CSV (UTF-8) and try that file."


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of one clinic's months, in which a person stands."""
    (tmp_path / "clinic.csv").write_text(CLINIC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reads(text: str | bytes, *options: str) -> Result:
    Path("months.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(cli, ["runchart", "months.csv", *options])


def figures(text: str | bytes, *options: str) -> dict[str, Any]:
    done = reads(text, "--json", *options)
    assert (done.exit_code, done.stderr) == (0, "")
    read = json.loads(done.stdout)
    assert isinstance(read, dict)
    return read


def test_the_finding_is_told_in_a_sentence_and_in_what_it_rests_on(clinic: Path) -> None:
    done = allteach("runchart", "clinic.csv", "--baseline", "6", at=clinic)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "A signal by the Anhøj rules: 11 points in a row above the median of 40.5, 10 of them after the baseline.\n"
        "\n"
        "median         40.5, of the first 6 rows\n"
        "useful points  16 of 17 rows\n"
        "longest run    11 (usual up to 7)\n"
        "crossings      4 (usual from 4)\n"
        "shift          yes (6 in a row on one side; the Anhøj rules do without it)\n"
        "trend          no (5 in a row rising or falling; the Anhøj rules do without it)\n"
        "signal         yes, by the Anhøj rules\n"
    )


def test_by_perlas_rules_the_sentence_and_the_figures_name_the_same_limit(clinic: Path) -> None:
    values = [1, 2, 1, 2, 1, 9, 8, 9, 8, 9]

    done = reads(
        "month,value\n" + "".join(f"{month},{value}\n" for month, value in enumerate(values, 1)), "--rules", "perla"
    )

    assert "it crosses the median only 1 time, where chance usually makes 3 or more." in done.stdout
    assert "longest run    5\ncrossings      1 (usual from 3)\n" in done.stdout

    falling = [*range(20, 8, -1), 30, 1, 2, 3, 4, 5, 0]
    done = reads("month,value\n" + "".join(f"{row},{value}\n" for row, value in enumerate(falling)), "--rules", "perla")
    assert "12 points in a row falling" in done.stdout.splitlines()[0]  # and not the 5 that rise since

    done = reads("x,numerator,denominator\nJan,1,4\nFeb,9,4\nMar,3,4\n")
    assert done.stdout.endswith("\nFeb: 9 of 4 is more than all of them. Are the two swapped?\n")


def test_programs_read_the_figures_as_json(clinic: Path) -> None:
    done = allteach("runchart", "clinic.csv", "--json", "--rules", "perla", "--baseline", "6", at=clinic)

    read = json.loads(done.stdout)

    assert list(read) == KEYS
    assert list(read.values()) == [40.5, 16, 11, 7, 4, 4, True, False, True, "perla", 6]


def test_a_picture_is_drawn_beside_the_answer(clinic: Path) -> None:
    done = CliRunner().invoke(cli, ["runchart", "clinic.csv", "--json", "--png", "clinic.png"])

    assert (done.exit_code, list(json.loads(done.stdout))) == (0, KEYS)
    assert (clinic / "clinic.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("nowhere/clinic.png", "The picture can't be written to nowhere/clinic.png: No such file or directory."),
        ("clinic.jpg", "The picture is a PNG, and clinic.jpg says otherwise. Please name it clinic.png."),
    ],
)
def test_a_picture_that_cant_be_written_is_told_and_nothing_else(out: str, told: str) -> None:
    done = CliRunner().invoke(cli, ["runchart", "clinic.csv", "--png", out])

    assert (done.exit_code, done.stdout) == (1, "")
    assert isinstance(done.exception, BotError)
    assert str(done.exception) == told


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "written",
    [
        pytest.param("\ufeff" + CLINIC, id="a mark at its beginning"),
        pytest.param(CLINIC.replace("\n", "\r\n"), id="lines of Windows"),
        pytest.param(CLINIC.replace(",", ";"), id="semicolons"),
        pytest.param(CLINIC.replace(",", "\t"), id="tabs"),
        pytest.param(CLINIC.replace(",", " , "), id="spaces"),
        pytest.param(CLINIC.replace("\n", "\n\n") + "\n\n", id="empty lines"),
        pytest.param(CLINIC.replace("\n", ",,\n"), id="empty cells at the end, as spreadsheets leave them"),
        pytest.param(CLINIC.replace("month", '"month, and\nyear"'), id="a heading of two lines"),
        pytest.param(CLINIC.replace("month", "año").encode("cp1252"), id="the older code of Windows"),
        pytest.param(CLINIC.replace(",41", ";4,1e1").replace(",", ";").replace("4;1e1", "4,1e1"), id="a decimal comma"),
    ],
)
def test_however_a_spreadsheet_writes_it_the_answer_is_the_same(written: str | bytes) -> None:
    assert figures(written) == figures(CLINIC)


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ("x,value\na,1\nb,\nc,3", {"median": 2, "n_useful": 2, "crossings": 1}),
        ("x,value\na,\nb,", {"median": None, "n_useful": 0, "signal": False}),
        ("x,numerator,denominator\na,1,4\nb,,\nc,3,4\nd,0,0", {"median": 0.5, "n_useful": 2}),
        ('x,value\na,"12,5 %"\nb,"13,5%"\nc,"1.014,5"', {"median": 13.5, "n_useful": 2}),
        ("x,numerator,denominator\na,9,4\nb,3,4", {"median": 1.5}),  # a ratio may be more than 1
        ("Month,NUMERATOR,Denominator\na,1,4\nb,3,4", {"median": 0.5}),
        ("x,Denominator,Numerator\na,4,1\nb,4,3", {"median": 0.5}),
        ("numerator,denominator,month\n1,4,a\n3,4,b", {"median": 0.5}),
        ("Value,month\n1,2024\n2,2025", {"median": 1.5}),
        ("Month,Offered within 3 days\na,1\nb,2", {"median": 1.5}),
        ("x,value\na,-1.5\nb,+2\nc,.5e1", {"median": 2}),
        ("x,value\n2024,1\n2025,2", {"median": 1.5, "n_useful": 2}),
    ],
)
def test_values_stay_in_the_scale_of_the_file(rows: str, answers: dict[str, Any]) -> None:
    read = figures(rows)

    assert {name: read[name] for name in answers} == answers


@pytest.mark.usefixtures("clinic")
def test_a_baseline_counts_rows_and_empty_ones_too() -> None:
    rows = "x,value\na,1\nb,\nc,3\nd,50\n"

    assert [figures(rows, "--baseline", count)["median"] for count in "1234"] == [1, 1, 2, 3]
    assert figures(rows)["baseline"] is None


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "1: The file is empty. It begins with a line of headings: x,value or x,numerator,denominator."),
        (" \n\n", "1: The file is empty. It begins with a line of headings: x,value or x,numerator,denominator."),
        ("x,value\n", "1: There are headings and no rows under them."),
        (
            "2024-01,3\n2024-02,4\n",
            "1: The first line holds values where headings belong. Begin with x,value or x,numerator,denominator.",
        ),
        (
            "\n2024-01,\n2024-02,4\n",
            "2: The first line holds values where headings belong. Begin with x,value or x,numerator,denominator.",
        ),
        (
            "value\n3\n",
            "1: There is 1 column here, and two or three are read: x,value or x,numerator,denominator.",
        ),
        (
            "x,a,b,c\n1,2,3,4\n",
            "1: There are 4 columns here, and two or three are read: x,value or x,numerator,denominator.",
        ),
        (
            "x,value,goal\na,1,2\n",
            "1: A third column stands beside “value”. The headings are x,value or x,numerator,denominator.",
        ),
        (
            "month,offered,callers\na,1,4\n",
            f"1: I can't tell which column is which: “month”, “offered”, “callers”. {UNTOLD}",
        ),
        (
            "x,callers,denominator\na,1,4\n",
            f"1: I can't tell which column is which: “x”, “callers”, “denominator”. {UNTOLD}",
        ),
        (
            "x,numerator,Numerator\na,1,4\n",
            f"1: I can't tell which column is which: “x”, “numerator”, “Numerator”. {UNTOLD}",
        ),
        ("x,value\na,1\nb,n/a\n", "3: “n/a” is no number. Leave the cell empty where a month isn't in."),
        ("x,numerator,denominator\na,41%,90\n", "2: There is a percent sign where people or things are counted."),
        (
            "x;value\na;11.5\nb;12,5\n",
            "3: Decimals have a comma here and a point elsewhere. Please write all of them the same way.",
        ),
        ("x,value\na,nan\n", "2: “nan” is no number. Leave the cell empty where a month isn't in."),
        ("x,value\na,1_0\n", "2: “1_0” is no number. Write it like 12.5."),
        ("x;value\na;1.234\n", "2: This number can be read in two ways. Write it without a separator of thousands."),
        ("x,value\na,1e999\n", "2: “1e999” is beyond what a chart can show."),
        ("x,value\na,4,1\n", "2: This line has 3 cells under 2 headings. A decimal comma? Write it with a point."),
        ("x;value\na;4;1\n", "2: This line has 3 cells under 2 headings."),
        ("x,value\na\n", "2: This line has 1 cell under 2 headings."),
        ("x,numerator,denominator\na,3,0\n", "2: 3 of 0 can't be. Where there was nobody to count, write 0 and 0."),
        ("x,numerator,denominator\na,3,-4\n", "2: A denominator of -4 can't be: it counts something."),
        (
            "x,numerator,denominator\na,3,\n",
            "2: There is a numerator and no denominator. Leave both empty where a month isn't in.",
        ),
        (
            "x,numerator,denominator\na,,4\n",
            "2: There is a denominator and no numerator. Leave both empty where a month isn't in.",
        ),
        (b"PK\x03\x04\x00\x00", f"1: {SHEET}"),
        ("x,value\n".encode("utf-16"), f"1: {SHEET}"),
        ("x,value\n" + "a,1\n" * 10_001, "10002: A run chart takes 10,000 rows at most."),
        (b"x,value\n" + b"a,1\n" * 500_000, "1: The file is larger than 2 MB, which is no series for a run chart."),
        (f"x,value\na,{'9' * 200_000}\n", "2: This is no line of a CSV file: field larger than field limit (131072)."),
    ],
)
def test_what_cant_be_read_is_refused_with_its_line(written: str | bytes, said: str) -> None:
    done = reads(written)

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"months.csv:{said}\n")


@pytest.mark.usefixtures("clinic")
def test_every_fault_is_named_at_once() -> None:
    done = reads("x,numerator,denominator\na,1,2\nb,many,2\nc,1,\nd,5,0\n")

    assert done.exit_code == 2
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [f"months.csv:{line}" for line in (3, 4, 5)]


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--baseline", "4"], "months.csv:4: The baseline is to be the first 4 rows, and there are 3."),
        (["--baseline", "1"], "months.csv:2: The first 1 rows, which are to be the baseline, hold no value."),
        (["--baseline", "0"], "greater than or equal to 1"),
        (["--baseline", "six"], "valid integer"),
        (["--rules", "nelson"], "'nelson' is not one of 'anhoej'"),
    ],
)
def test_options_that_fit_no_chart_are_refused(options: list[str], said: str) -> None:
    done = reads("x,value\na,\nb,2\nc,3\n", *options)

    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("place", "said"),
    [("there-is-none.csv", "No such file or directory"), (".", "Is a directory")],
)
def test_a_file_that_isnt_there_is_told(place: str, said: str) -> None:
    done = CliRunner().invoke(cli, ["runchart", place])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{place}: The file can't be opened: {said}.\n"


def test_any_text_is_read_or_refused_and_nothing_else_happens() -> None:
    whole = 'x,numerator,denominator\r\na,1,2\r\n"b",2,2\r\n'

    for place in range(len(whole)):
        for put in ("", "\x1a", '"', ";", "\t", "\r", "\n", "9" * 400):
            with suppress(FileFaults):
                assert len(read(whole[:place] + put + whole[place:], "months.csv").values) in (1, 2, 3)
