"""Numbers that are due: a week before, the day before and once after it one person is asked; then teams are thanked."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain import measures, points, submission_asks
from bot.domain.asks import Put
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.people import Person
from bot.domain.reasons import Reason
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.domain.turns import Turn, turn
from tests import town as towns
from tests.asking import dm_of
from tests.cycling import buttons
from tests.personas import Json, Persona
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")
NUMBERS = {"m1.numerator": "9", "m1.denominator": "12"}
DAYS = (9, 10, 13, 17, 18, 19, 24)  # those on which somebody could be asked, and some between
SINCE = datetime(2026, 2, 1, tzinfo=CHICAGO)
NOTICE, BEFORE, AFTER = date(2026, 2, 9), date(2026, 2, 13), date(2026, 2, 18)


@pytest.fixture
def town() -> Iterator[Town]:
    """One in which January is due on Monday the 16th, and Gil is the deputy."""
    with towns.built() as here:
        with here.kit.store.transaction() as session:
            session.get_one(Measure, 1).due_day = 15
            gil = session.exec(select(Person).where(Person.email == "gil@example.org")).one()
            session.get_one(Team, 1).deputy_id = gil.id
        yield here


def test_the_data_lead_is_asked_twice_and_then_the_deputy_and_nobody_else(town: Town) -> None:
    ben, ana, gil = (town.people[name] for name in ("ben", "ana", "gil"))
    for day in (3, *DAYS):
        at(town, day)

    first, second = asked(ben)
    assert first["text"].startswith(
        "Morning, Ben. The January 2026 numbers of Alder &amp; Main are due on Mon 16 Feb 2026: still to come: OFFER3."
    )
    assert first["text"].endswith("You get this because your team's numbers are yours to send and they are due soon.")
    assert buttons(first["blocks"])[:4] == ["Do it now", "Tomorrow", "Someone else does this", "Not this time"]
    assert second["text"].startswith("Morning, Ben. The January 2026 numbers of Alder")
    (last,) = asked(gil)
    assert "were due on Mon 16 Feb 2026: still to come: OFFER3." in last["text"]
    assert "because you are the team's deputy and they aren't in yet." in last["text"]
    assert asked(ana) == []


@pytest.mark.parametrize(
    ("put_on", "expected"),
    [
        ([], Turn((1, 2), NOTICE, SINCE)),
        ([NOTICE], Turn((1, 2), BEFORE, SINCE)),
        ([date(2026, 2, 11)], Turn((1, 2), BEFORE, SINCE)),  # the notice had to wait
        ([BEFORE], Turn((2, 1), AFTER, SINCE)),  # it came as late as the second
        ([NOTICE, BEFORE], Turn((2, 1), AFTER, SINCE)),
        ([NOTICE, BEFORE, AFTER], None),
    ],
)
def test_the_days_are_fixed(put_on: list[date], expected: Turn | None) -> None:
    reason = Reason("x", "x", 1, 1, (1, 2), NOTICE, SINCE, days=(NOTICE, BEFORE, AFTER))
    puts = [Put(ask_id=1, person_id=1, day=day, letter="x") for day in put_on]

    assert turn(reason, None, puts, most=3, again=0) == expected


def test_words_about_numbers_that_were_asked_for_are_offered_their_form(town: Town) -> None:
    ben = town.people["ben"]
    for day in (3, 9):
        at(town, day)

    ben.writes("9 of 12 were offered")
    assert buttons(ben.dm()[-1]["blocks"])[0] == "Send numbers"
    ben.presses("Send numbers")

    assert ben.submits(**NUMBERS)["ok"]


def test_do_it_now_opens_the_form_and_is_the_end_of_it(town: Town) -> None:
    ben = town.people["ben"]
    at(town, 9)
    ben.presses("Do it now")
    assert ben.submits(**NUMBERS)["ok"]

    assert "You told us. Thank you." in asked(ben)[0]["text"]
    for day in DAYS[1:]:
        at(town, day)
    assert len(asked(ben)) == 1
    assert [one for name in ("ana", "gil") for one in asked(town.people[name])] == []


@pytest.mark.parametrize("values", [NUMBERS, {"m1.state": "No cases this month"}, {"m1.state": "Not available yet"}])
def test_any_answer_of_a_team_mate_settles_it(town: Town, values: dict[str, str]) -> None:
    ana, ben = town.people["ana"], town.people["ben"]
    at(town, 9)
    ana.runs("/data", "team-alder")
    ana.submits(**values)
    if ana.form:
        ana.submits(**{"m1.expected_on": "2026-02-27"})

    assert "Told by Ana Reyes." in asked(ben)[0]["text"]
    at(town, 13)
    assert len(asked(ben)) == 1


def test_someone_else_does_this_and_not_this_time_work(town: Town) -> None:
    ana, ben = town.people["ana"], town.people["ben"]
    at(town, 9)
    ben.presses("Someone else does this")
    with town.record() as session:
        row = session.exec(select(Person.id).where(Person.email == "ana@example.org")).one()
    assert ben.submits(person=str(row))["ok"]
    at(town, 10)
    assert "Ben Castellano asked you to send the January 2026 numbers of Alder" in asked(ana)[0]["text"]

    ana.presses("Not this time")

    assert ana.whispers(dm_of(town, ana))[-1].startswith("Fine: I won't ask again for the numbers of January 2026.")
    for day in DAYS[2:]:
        at(town, day)
    assert (len(asked(ana)), len(asked(ben))) == (1, 1)


def test_a_months_row_follows_its_due_day(town: Town) -> None:
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 1).due_day = 20
    at(town, 3)
    with town.record() as session:
        rows = session.exec(select(Submission)).all()
        assert [one.due for one in rows] == [date(2026, 2, 20)] * 2
        row = rows[0]
        assert submission_asks.days(session, row) == (date(2026, 2, 13), date(2026, 2, 19), date(2026, 2, 24))
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 1).due_day = 15
    at(town, 4)

    with town.record() as session:
        assert [one.due for one in session.exec(select(Submission))] == [date(2026, 2, 16)] * 2


def test_the_day_after_it_is_due_the_teams_whose_numbers_are_in_are_thanked_once(town: Town) -> None:
    ben = town.people["ben"]
    ben.runs("/data", "team-alder")
    ben.submits(**NUMBERS)
    at(town, 16)
    assert thanks(ben) == []

    for _ in range(2):
        at(town, 17)
    at(town, 18)

    (said,) = thanks(ben)
    assert said == (
        "Thank you, Alder &amp; Main: your January 2026 numbers are in. Did we miss yours? Tell us, it's probably our "
        "mistake. We look forward to the rest. You get this because the numbers of Small Town were due."
    )


def test_nobody_is_thanked_where_nothing_is_in(town: Town) -> None:
    for day in (16, 17, 18):
        at(town, day)

    assert thanks(town.people["ana"]) == []


@pytest.mark.parametrize(("direction", "celebrated"), [("down", True), ("up", False), ("hold", False)])
def test_improvement_is_celebrated_in_the_channel_and_what_is_worth_a_look_told_in_private(
    town: Town, direction: str, celebrated: bool
) -> None:
    """Fourteen months, of which the last, January, makes a signal downward."""
    ana, ben, gil = (town.people[name] for name in ("ana", "ben", "gil"))
    before(town, direction)
    ben.runs("/data", "team-alder")
    ben.submits(**{"m1.numerator": "50", "m1.denominator": "100"})

    said = ben.messages("team-alder")[-1]
    assert ("Signal of improvement by the Anhøj rules" in said["text"]) is celebrated
    assert "Worth a look" not in said["text"]
    for person in (ana, ben):
        private = [one for one in person.hears() if "Worth a look by the Anhøj rules" in one]
        assert len(private) == (0 if celebrated else 1)
        assert all("What might be behind it? A signal is a question, not a verdict." in one for one in private)
    assert not [one for one in gil.hears() if "Worth a look" in one]


def test_what_a_file_makes_worth_a_look_is_asked_about_once(town: Town) -> None:
    ana, ben = town.people["ana"], town.people["ben"]
    months = [measures.moved(date(2023, 12, 1), count) for count in range(26)]
    rows = [
        f"{month:%Y-%m},OFFER3,{(86 if count < 12 else 70) + count % 2 * 2},100\n" for count, month in enumerate(months)
    ]
    head = "month,measure,numerator,denominator\n"

    drops(ben, head + "".join([*rows[12:21], rows[22]]))  # nothing is seen in the newer months alone
    assert looked_at(ana) == looked_at(ben) == 0
    drops(ben, head + "".join(rows[:12]))

    assert looked_at(ana) == looked_at(ben) == 1
    drops(ben, head + rows[21])  # a month before that one
    assert looked_at(ana) == looked_at(ben) == 1
    drops(ben, head + rows[19].replace(",72,", ",71,") + "".join(rows[20:]))
    assert looked_at(ana) == looked_at(ben) == 1


def test_what_is_worth_a_look_is_taken_back_where_a_correction_undoes_it(town: Town) -> None:
    ben = town.people["ben"]
    before(town, "up")
    ben.runs("/data", "team-alder")
    ben.submits(**{"m1.numerator": "50", "m1.denominator": "100"})
    ben.presses("Correct", ben.messages("team-alder")[-1])
    ben.submits(**{"m1.numerator": "61", "reason": "The other list"})

    (told,) = [one for one in ben.hears() if "nobody else is told" in one]
    assert told.startswith("After a correction nothing stands out any more in the January 2026 numbers.")


def drops(person: Persona, table: str) -> None:
    person.attaches(table)
    person.presses("Import")


def looked_at(person: Persona) -> int:
    return sum("Worth a look by the Anhøj rules" in one for one in person.hears())


def at(town: Town, day: int) -> None:
    town.turn_clock(datetime(2026, 2, day, 9, 1, tzinfo=CHICAGO))
    town.bot.tick()


def asked(person: Persona) -> list[Json]:
    return [one for one in person.dm() if "January 2026 numbers of" in one["text"]]


def thanks(person: Persona) -> list[str]:
    return [one for one in person.reads("small-town") if one.startswith("Thank you, ")]


def before(town: Town, direction: str) -> None:
    """Thirteen months until December."""
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 1).direction = direction
        lower = enumerate([60, 62] * 4 + [50] * 5)
        told = [Entry(1, measures.moved(date(2024, 12, 1), count), "value", over, 100) for count, over in lower]
        points.file(session, team=session.get_one(Team, 1), person=5, entries=told, now=town.kit.now())
