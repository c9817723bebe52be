"""What the patient-detail guard asks about, what it lets pass, and how much of a set it never saw it catches."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import LOOKS, Known, look
from tests import privacy_held_out as held_out

KNOWN = Known(
    people=("Nadia Haddad", "Dr. Imani Osei", "Ana Reyes"),
    domains=("alder-main.example",),
    hosts=("zoom.us", "meet.example.org"),
    words=("Alder & Main Counseling", "St. Orin's Outpatient Psychiatry", "PHQ-9", "Front desk: 312-555-0100"),
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ssn", "her social is 219-09-9999"),
        ("ssn", "219 09 9999 was on the referral"),
        ("ssn", "SSN ending in 9999"),
        ("ssn", "Social Security number: 219099999"),
        ("phone", "call her at (555) 123-4567"),
        ("phone", "555.123.4567 rang out"),
        ("phone", "555-123-4567"),
        ("phone", "555 234 4567 after five"),
        ("phone", "3125550148"),
        ("phone", "+1 312 555 0148"),
        ("phone", "1-312-555-0148, evenings"),
        ("phone", "+44 20 7946 0958"),
        ("phone", "she is at home, call 555-0148"),
        ("email", "write to rosa.m@mail.example"),
        ("email", "rosa dot m at gmail dot com"),
        ("email", "rosa @ gmail.com"),
        ("record", "MRN 448812"),
        ("record", "MRN#4488"),
        ("record", "chart no. 44881"),
        ("record", "chart 448812 was open"),
        ("record", "account number is 4488-120"),
        ("record", "Member ID: XKC4488120"),
        ("record", "policy #88231"),
        ("record", "the file 44881207 is gone"),
        ("record", "card 4111 1111 1111 1111"),
        ("record", "1EG4-TE5-MK73 would not go through"),
        ("record", "number A448812"),
        ("birth", "DOB 4/17/62"),
        ("birth", "dob: 1962-04-17"),
        ("birth", "D.O.B. 17 April 1962"),
        ("birth", "date of birth is April 17, 1962"),
        ("birth", "born on the 17th of April 1962"),
        ("birth", "born 04 17 1962"),
        ("birth", "born in April 1962"),
        ("birth", "DOB 04171962"),
        ("birth", "the one of 4/17/1962 came back"),
        ("birth", "we saw 1962-04-17 in two files"),
        ("date", "the patient was seen on 3 March 2026"),
        ("date", "Our client left on 2026-03-03 before the visit"),
        ("date", "pt came in 3/14/2026"),
        ("date", "On March 3rd a patient fell in the hall"),
        ("date", "client no-showed on 3/14"),
        ("date", "discharged 3/14/26 without a plan"),
        ("date", "admitted on March 3"),
        ("age", "a 93-year-old came alone"),
        ("age", "she is 91 years old"),
        ("age", "92 yo woman"),
        ("age", "he just turned 97"),
        ("age", "patient, aged 94, liked it"),
        ("age", "ninety-two years old and on time"),
        ("age", "a man in his nineties"),
        ("age", "born in 1929"),
        ("address", "lives at 1420 Larkin Street"),
        ("address", "sent to 88 N. Harbor Blvd."),
        ("address", "210 5th Ave, second floor"),
        ("address", "PO Box 118"),
        ("address", "Springfield, IL 62704"),
        ("network", "the tablet at 192.168.20.14"),
        ("network", "aa:bb:cc:dd:ee:ff"),
        ("link", "see https://ehr.example/patient/448812"),
        ("link", "https://ehr.example/open?mrn=448812"),
        ("name", "Mrs. Okafor came back"),
        ("name", "mr lopez came back"),
        ("name", "Ms. O'Brien wants mornings"),
        ("name", "pt. Rosa Marquez wants mornings"),
        ("name", "the patient Rosa wants mornings"),
        ("name", "Client Rosa Marquez wants mornings"),
        ("name", "patient name: Rosa Marquez"),
        ("name", "Rosa's mother drove her"),
        ("name", "his sister Rosa drove him"),
        ("name", "client R. M. came twice"),
        ("name", "Rosa M. came twice"),
        ("name", "Rosa Marquez (34 yo) came twice"),
        ("name", "Rosa Marquez, 93, who lives on Oak Street, liked the card"),
        ("name", "Rosa Marquez, 120, told her daughter"),
        ("name", "we called Rosa, 91, twice"),
        ("name", "Rosa Marquez, 93 years, came alone"),
        ("name", "the walk-in was Nadia Marquez,101,and on time"),
        ("name", "pt. Nadia Marquez shares a first name with one of ours"),
    ],
)
def test_likely_identifiers_are_asked_about(kind: str, text: str) -> None:
    assert kind in [hit.kind for hit in look(text, known=KNOWN)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nadia calls the next 10 callers, 2–6 Feb",
        "peer Nadia calls the next 10 callers from the front desk, 2–6 Feb.",
        "26 of 30 reached (87 %)",
        "texts at 72 h and 24 h",
        "PHQ-9",
        "2 of 4; agency closes at 5",
        "by 31 December 2026, 60 %",
        "45 days",
        "callers aged 18-24",
        "9 called, 1 wrong number. 7 of 9 came (usual ≈6 of 10); callers liked hearing “I've been there”.",
        "85 % reached if we ask best time. 30 callers, 3 days.",
        "Text 24 h before, reply 1/2; no-shows 31→22 %",
        "driver asks “anything that could make Tuesday hard?” at booking, 6 people",
        "Intake forms 11 → 4 pages, one clinician, one morning. Saves 15 min.",
        "14 people, staff exhausted; TNA rose 9→12. Try 10–12 block.",
        "Could one clinician try it with one person on Tuesday?",
        "We try it with one patient on 3 March 2026",
        "Each patient gets the card from 3 March 2026 on",
        "12 patients were called between 2 March and 6 March",
        "New people with ≥4 kept visits ≤45 days after first contact",
        "12-13 May in person; 15–16 Sep hybrid",
        "January numbers are due Sunday 15 February",
        "Client satisfaction survey of 3 March showed 4.2",
        "Patient Portal was slow, Patient Advisory Council agreed",
        "Every client Monday and Tuesday",
        "Outpatient Psychiatry and Inpatient Rehab",
        "People aged 90 and over, or 90+",
        "age is not asked; turned 95 % of them green",
        "95 of 100 charts, 98 % on time, 92 days",
        "values 120, 130, 95, 140",
        "PDSA 2026-03, cycle 7, chart 12, case 3 of 10",
        "Budget $1500000 and 12,500,000 texts",
        "see Taylor 2014, PMID 24025320, PMC10195065",
        "Room 204, extension 4410, version 2.3.1.0, section 1.2.3.4",
        "log of 20260203",
        "Join at https://us02web.zoom.us/j/94411223344?pwd=abc or https://meet.example.org/patient/4488120",
        "Read https://www.youtube.example/watch?v=44881207",
        "Ask ana@alder-main.example or the front desk, 312-555-0100",
        "<@U0123456789> and <#C0123456789|team-alder> help",
        "Dr. Menon and Dr. Osei speak on 12 March",
        "Ms. Reyes and Mrs. Haddad are ours",
        "MS Teams, MR imaging and Miss Monday's huddle",
        "We spoke with the patient. Then Ben wrote it down.",
        "Plan B. then C. Hepatitis B. vaccine",
        "Patient's mother, today's family group, Women's health",
        "Meet @ clinic at noon; it at check-in",
        "Alder & Main hosts 3 teams; 5 Open beds",
        "1.3/R1/C1: 31→22 %, n=143, p=0.04",
        "Four visits, four stickers on a bookmark",
        "Alder, 92, Prairie, 95, Elm, 97",
        "Baseline, 92, stayed. Goal, 95, was met; on Friday, 96, then more.",
        "Ana Reyes, 95, and Nadia Haddad, 97, each called by Tuesday",
        "In Chicago, 95, of 100; Rosa Marquez, 89, is younger",
        "In March, 95, in April, 97, in May, 99 %",
        "Mar 2026: 12; May 10 callers; we may 10 times ask",
    ],
)
def test_the_words_of_the_work_pass(text: str) -> None:
    assert look(text, known=KNOWN) == []


@pytest.mark.parametrize(
    "text",
    [
        "555\u00a0234\u00a04567",
        "５５５－１２３－４５６７",
        "٥٥٥-١٢٣-٤٥٦٧",
        "555\u200b-123\u200b-4567",
        "555–123–4567",
        "555\u2011123\u20114567",
        "(555)\n123-4567",
        "5\u00ad55-123-4567",
        "\u202d555-123-4567\u202c",
    ],
)
def test_odd_characters_hide_nothing(text: str) -> None:
    assert [hit.kind for hit in look(text)] == ["phone"]


def test_the_question_never_repeats_what_was_typed() -> None:
    hits = look("pt. Rosa Marquez, DOB 4/17/1962, MRN 448812, 312-555-0148, rosa@mail.example")

    assert [hit.kind for hit in hits] == ["phone", "email", "record", "birth", "name"]
    for hit in hits:
        assert hit.sentence.startswith("This looks like ")
        assert not any(word in hit.sentence for word in ("Rosa", "4/17", "448812", "312", "mail.example"))


@pytest.mark.parametrize(
    ("identifying", "clean"),
    [
        pytest.param(held_out.IDENTIFYING, held_out.CLEAN, id="written before the rules"),
        pytest.param(held_out.LATER_IDENTIFYING, held_out.LATER_CLEAN, id="written after the rules"),
    ],
)
def test_it_is_a_second_look_that_misses_some(identifying: tuple[str, ...], clean: tuple[str, ...]) -> None:
    """The bar for sentences that it was never tuned against; anyone may rely on no more than that."""
    known = Known(people=held_out.PEOPLE, domains=held_out.EMAIL_DOMAINS, hosts=held_out.HOSTS)

    caught = sum(bool(look(text, known=known)) for text in identifying)
    false_alarms = sum(bool(look(text, known=known)) for text in clean)

    print(f"caught {caught} of {len(identifying)}, asked for nothing {false_alarms} of {len(clean)}")
    assert (len(identifying), len(clean)) == (20, 20)
    assert caught >= 14
    assert false_alarms <= 3


@given(st.text(max_size=200))
def test_any_text_gets_a_known_sentence_or_none(text: str) -> None:
    assert {hit.sentence for hit in look(text)} <= {f"This looks like {one.like}." for one in LOOKS.values()}


HOSTILE = [
    "a", "1", " ", ".", "@", "-", "1-", "1 ", "a.", "a@", "a@a.", "(1", "+1 ", "1/1/", "1/1/26 ", "Aa ", "pt Aa", "Mr ",
    "patient was 1/1/26x ", "born ", "dob ", "born 1 ", "ninety ", "https://", "https://a/patient", "<@", "1:", "aa:",
    "A1", "chart ", "chart id ", "12 Aa ", "Aa's ", "Aa Bb, ", "call ", "4111 ", "ssn ", "the patient seen by 3 May ",
    "\u200b", "ﷺ", "٥",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_looking_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        return min(_cpu_seconds(text) for _ in range(3))

    eight_times_the_text = seconds(12_000) / seconds(1_500)

    assert eight_times_the_text < 24


def _cpu_seconds(text: str) -> float:
    before = time.process_time()
    look(text, known=KNOWN)
    return time.process_time() - before
