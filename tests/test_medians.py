"""A new median on a run chart: offered in words after a sustained shift, drawn by a person, and taken back."""

from typing import Any

from sqlmodel import select

from bot.audit import Audit
from bot.domain import medians, point_words
from bot.domain.measures import Measure
from bot.domain.medians import NewMedian
from tests.charting import OF_100, filed, pictures
from tests.counting import FEB, JAN, NOON, alder, counted
from tests.personas import Persona, texts
from tests.town import Town

STAYED: OF_100 = [41, 38, 40, 36, 42, 39, 52, 58, 55, 61, 60, 57, 62, 59, 63, 60, 58]
STAYS = "If what changed is there to stay"
OFFER = "No rule draws it: a person of the team decides, and says why."


def test_a_person_draws_a_new_median_with_a_word_and_takes_it_back(town: Town, ana: Persona) -> None:
    stayed(town)
    asks_for_the_chart(ana)
    before = chart(ana)

    ana.presses("Draw a new median")
    suggested = ana.filled_in()["month"]
    ana.submits(annotation="The walk-in block stays")

    after = chart(ana)
    assert (OFFER in before["text"], OFFER in after["text"]) == (True, False)
    assert suggested == "2025-03"
    assert "Median from Mar 2025 on: 59%, of Mar 2025 to Jan 2026 (The walk-in block stays)." in alt(after)
    with town.kit.store.reading() as session:
        drawn = session.exec(select(NewMedian)).one()
        noted = session.exec(select(Audit).where(Audit.act == "chart.rephased")).one()
        assert (drawn.person_id, "2025-03-01") == (noted.person_id, noted.detail["month"])

    ana.presses("Draw a new median")
    assert ana.form
    assert "From March 2025 on: The walk-in block stays. Ana Reyes drew it on" in texts(ana.form["blocks"])
    ana.presses("Take it back")
    town.bot.tick()

    assert alt(chart(ana)) == alt(before)
    assert town.practice.world.files[pictures(after)[0]["slack_file"]["id"]].deleted


def test_why_a_median_is_new_is_asked_for_and_looked_at(town: Town, ana: Persona) -> None:
    stayed(town)
    asks_for_the_chart(ana)
    ana.presses("Draw a new median")

    ana.submits(annotation="Her SSN is 078-05-1120")

    assert ana.form
    assert "This looks like a Social Security number." in texts(ana.form["blocks"])
    with town.kit.store.reading() as session:
        assert session.exec(select(NewMedian)).all() == []


def test_the_message_with_a_months_numbers_offers_it_where_the_better_stays(town: Town, ben: Persona) -> None:
    stayed(town)

    ben.runs("/data fix january", "team-alder")
    ben.submits(**{"m1.numerator": "61", "reason": "Three came later"})

    month = ben.messages("team-alder")[-1]
    assert f"OFFER3: Since Mar 2025, 9 points in a row or more are on one side of the median. {STAYS}" in month["text"]
    ben.presses("Draw a new median", month)
    assert ben.filled_in()["month"] == "2025-03"


def test_a_coach_reads_the_offer_and_draws_nothing(town: Town) -> None:
    stayed(town)
    tobias = town.people["tobias"]

    asks_for_the_chart(tobias)

    assert OFFER in chart(tobias)["text"]
    assert "Draw a new median" not in texts(chart(tobias)["blocks"])


def stayed(town: Town) -> None:
    """Half a year, the baseline, and then nearly a year above it."""
    with town.kit.store.transaction() as session:
        session.get_one(Measure, 1).baseline_months = 6
    filed(town.kit, STAYED)


def asks_for_the_chart(person: Persona) -> None:
    person.runs("/data chart", "team-alder")
    person.submits(measure="1")


def chart(person: Persona) -> dict[str, Any]:
    """The newest message with a chart in somebody's own conversation."""
    return next(message for message in reversed(person.dm()) if pictures(message))


def alt(message: dict[str, Any]) -> str:
    return str(pictures(message)[0]["alt_text"])


def test_the_words_of_a_new_median_go_with_those_of_their_month() -> None:
    with counted() as session:
        for month in (JAN, FEB):
            medians.draw(session, team=1, measure=1, month=month, annotation="The twins", by=4, now=NOON)

        author = point_words.purge(session, alder(session), JAN)

        assert (author, [one.month for one in medians.of(session, 1, 1)]) == (4, [FEB])
