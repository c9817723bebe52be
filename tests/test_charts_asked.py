"""A team's run charts in Slack: chosen in a form, answered in one's own conversation, and there as text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlmodel import select

from bot.cards import team_charts
from bot.domain.pdsa import Cycle
from bot.domain.points import Point
from bot.domain.runcharts import Direction
from bot.gallery import charts as gallery
from bot.gallery.scenes import LIKELY
from tests import town as towns
from tests.browsing import PHONE, Desk
from tests.charting import BETTER, TWO_MEASURES, filed, offered, pictures
from tests.cycling import logs
from tests.personas import Persona, texts
from tests.sandbox_page import assert_narrow
from tests.test_charts import chart
from tests.test_measures_settings import edits
from tests.town import SMALL_TOWN, Town

FINDING = (
    "Signal of improvement by the Anhøj rules: 7 points in a row above the median of 40.5%, "
    "5 of them after the baseline."
)
SIX = "baseline: 41, baseline_months: 6,"
Json = dict[str, Any]


@pytest.fixture
def two_measures() -> Iterator[Town]:
    """The town, which measures two things, one of them around the median of its first six months."""
    with towns.built() as town:
        text = SMALL_TOWN.replace("baseline: 41,", SIX, 1)
        town.load(text.replace("measures:\n", TWO_MEASURES, 1))
        yield town


def test_a_chart_comes_with_its_finding_in_a_sentence_a_picture_and_every_month_as_text(two_measures: Town) -> None:
    town, ana = two_measures, two_measures.people["ana"]
    filed(town.kit, BETTER)

    ana.runs("/data chart", "team-alder")
    ana.submits(measure=offered(ana)["OFFER3 · Offered within 3 days"])

    assert ana.form is None
    message = ana.dm()[-1]
    assert message["text"].startswith(f"Alder &amp; Main, OFFER3 Offered within 3 days. {FINDING}")
    (picture,) = pictures(message)
    assert FINDING in picture["alt_text"]
    assert picture["slack_file"]["id"] in town.practice.world.files

    ana.presses("Show as text")

    assert ana.form
    shown = texts(ana.form["blocks"])
    assert "Jan 2026        60%, above the median, in the signal" in shown
    assert "Aug 2025  no cases this month" in shown


def test_all_of_a_team_come_on_one_page(two_measures: Town) -> None:
    town, ana = two_measures, two_measures.people["ana"]
    filed(town.kit, BETTER)
    filed(town.kit, [3, 4], code="SEEN")

    ana.runs("/data chart", "team-alder")
    ana.submits(measure=offered(ana)["All on one page"])

    message = ana.dm()[-1]
    (picture,) = pictures(message)
    assert picture["alt_text"] == (
        "2 run charts of Alder & Main, by the Anhøj rules. SEEN Came to the first visit: early days, 4% in Jan 2026. "
        "OFFER3 Offered within 3 days: signal of improvement, 60% in Jan 2026."
    )
    assert "OFFER3 Offered within 3 days: signal of improvement, 60% in Jan 2026." in message["text"]

    ana.presses("Show as text")

    assert ana.form
    assert texts(ana.form["blocks"]).count("Jan 2026") == 2


def test_a_word_after_the_command_chooses_the_chart_beforehand(two_measures: Town) -> None:
    ana = two_measures.people["ana"]
    filed(two_measures.kit, BETTER)
    filed(two_measures.kit, [3, 4], code="SEEN")

    ana.runs("/data chart offer3", "team-alder")

    assert ana.filled_in()["measure"] == offered(ana)["OFFER3 · Offered within 3 days"]


def test_before_there_is_a_number_one_is_told_so(town: Town, ana: Persona) -> None:
    ana.runs("/data chart", "team-alder")

    assert ana.form is None
    assert ana.whispers("team-alder")[-1].startswith("Alder &amp; Main has sent no numbers yet")


def test_faculty_and_the_coach_see_a_teams_charts_and_another_team_does_not(town: Town, cleo: Persona) -> None:
    filed(town.kit, BETTER)
    tobias, imani = town.people["tobias"], town.people["imani"]

    for person in (tobias, imani):
        person.runs("/data chart", "team-alder")
        person.submits(measure="1")

    assert [len(pictures(person.dm()[-1])) for person in (tobias, imani)] == [1, 1]


def test_what_a_team_sends_is_answered_with_its_chart_which_follows_a_correction(town: Town, ben: Persona) -> None:
    filed(town.kit, [50, 52, 51], last=date(2025, 12, 1))
    ben.runs("/data", "team-alder")

    ben.submits(**{"m1.numerator": "60", "m1.denominator": "100"})
    (before,) = pictures(ben.messages("team-alder")[-1])
    ben.presses("Correct", ben.messages("team-alder")[-1])
    ben.submits(**{"m1.numerator": "70", "reason": "Ten came later"})

    (after,) = pictures(ben.messages("team-alder")[-1])
    assert "Latest: 60% in Jan 2026." in before["alt_text"]
    assert "Latest: 70% in Jan 2026." in after["alt_text"]
    assert before["slack_file"] != after["slack_file"]


def test_a_chart_that_was_asked_for_and_later_months_follow_a_correction_too(town: Town, ben: Persona) -> None:
    filed(town.kit, [50, 52, 51], last=date(2025, 12, 1))
    ben.runs("/data", "team-alder")
    ben.submits(**{"m1.numerator": "60", "m1.denominator": "100"})
    ben.runs("/data chart", "team-alder")
    ben.submits(measure="1")

    ben.runs("/data fix december", "team-alder")
    ben.submits(**{"m1.numerator": "80", "m1.denominator": "100", "reason": "They came later"})

    january = next(one for one in ben.messages("team-alder") if "the numbers of January" in one["text"])
    assert "Median: 56%." in pictures(ben.dm()[-1])[0]["alt_text"]
    assert "Median: 56%." in pictures(january)[0]["alt_text"]


def test_every_chart_that_stands_follows_and_one_that_was_asked_for_again_says_where_the_newest_is(
    town: Town, ben: Persona, pru: Persona
) -> None:
    filed(town.kit, [50, 52], last=date(2025, 11, 1))
    for month, value in (("december", "55"), ("january", "60")):
        ben.runs(f"/data {month}", "team-alder")
        ben.submits(**{"m1.numerator": value, "m1.denominator": "100"})
    for _ in range(2):
        ben.runs("/data chart", "team-alder")
        ben.submits(measure="1")

    first, second = ben.dm()[-2:]
    assert pictures(first) == []
    assert first["text"] == (
        "You asked for this chart again: OFFER3 · Offered within 3 days, Alder &amp; Main. The newest is further down "
        "here, and follows corrections."
    )
    assert "Goal: 85%." in pictures(second)[0]["alt_text"]

    edits(pru)
    assert pru.submits(goal="90")["ok"]

    months = [one for one in ben.messages("team-alder") if "the numbers of" in one["text"]]
    assert len(months) == 2
    for one in (*months, ben.dm()[-1]):
        assert "Goal: 90%." in pictures(one)[0]["alt_text"]

    town.load(SMALL_TOWN.replace("goal: 85", "goal: 95"))
    for one in ben.dm()[-1], next(one for one in ben.messages("team-alder") if "of December" in one["text"]):
        assert "Goal: 95%." in pictures(one)[0]["alt_text"]


@pytest.mark.parametrize(
    ("direction", "told"), [("up", "A signal by"), ("down", "Signal of improvement by"), ("hold", "A signal by")]
)
def test_in_a_channel_what_is_worth_a_look_is_a_signal_and_no_more(direction: Direction, told: str) -> None:
    fallen = chart([*[80] * 7, *[20] * 7], direction=direction)

    (shown,) = team_charts.in_channel(LIKELY.team(), [(gallery.measure(LIKELY), fallen)])

    assert f"{told} the Anhøj rules: it crosses the median only 1 time" in shown.alt


def test_more_charts_than_a_page_holds_are_shown_on_two() -> None:
    shown = team_charts.in_channel(LIKELY.team(), gallery.charted(replace(LIKELY, most_rows=9)))

    assert [page.alt.partition(" ")[0] for page in shown] == ["8", "1"]
    assert len({page.key for page in shown}) == 2


def test_a_linked_test_stands_in_the_chart_until_its_words_are_taken_down(town: Town, ana: Persona) -> None:
    filed(town.kit, BETTER)
    logs(ana, change="The test with the twins")
    with town.kit.store.transaction() as session:
        linked = session.get_one(Cycle, 1)
        linked.measure_id, linked.due = 1, date(2026, 1, 20)
    ana.runs("/data chart", "team-alder")
    ana.submits(measure="1")
    before = pictures(ana.dm()[-1])[0]

    ana.presses("Report patient details", channel="team-alder")
    town.bot.tick()

    chart = next(message for message in reversed(ana.dm()) if "OFFER3" in message["text"])
    after = pictures(chart)[0]
    assert "Jan 2026: Cycle 1: The test with the twins." in before["alt_text"]
    assert "twins" not in after["alt_text"]
    assert town.practice.world.files[before["slack_file"]["id"]].deleted
    assert not town.practice.world.files[after["slack_file"]["id"]].deleted


@pytest.mark.browser
def test_a_charts_picture_is_there_on_the_page_with_its_alt_text_also_on_a_phone(
    town: Town, ana: Persona, browser: Browser
) -> None:
    filed(town.kit, BETTER)
    ana.runs("/data chart", "team-alder")
    ana.submits(measure="1")
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce")

    Desk(page, town.practice.url, ana.user).open(town.practice.world.direct[ana.user])

    picture = page.get_by_role("img", name="Run chart of OFFER3 Offered within 3 days, Alder & Main")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.naturalWidth") == 1080
    assert_narrow(page)
    page.close()


@pytest.mark.browser
def test_a_month_sent_late_is_corrected_on_the_page_and_its_picture_follows(
    town: Town, ben: Persona, browser: Browser
) -> None:
    filed(town.kit, [50, 52, 51], last=date(2025, 12, 1))
    town.turn_clock(datetime(2026, 3, 6, 16, tzinfo=UTC))  # it was due on the second
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce")
    desk = Desk(page, town.practice.url, ben.user)
    desk.open(next(one.id for one in town.practice.world.channels.values() if one.name == "team-alder"))

    ben.runs("/data january", "team-alder")
    desk.sends("January 2026 numbers", "Send", **{"m1.numerator": "60", "m1.denominator": "100"})
    town.bot.settle()
    picture = desk.message("January 2026 numbers").get_by_role("img", name="Run chart of OFFER3")
    expect(picture).to_have_attribute("alt", re.compile("Latest: 60% in Jan 2026"))
    assert _width(picture) > 0
    before = picture.get_attribute("src")
    desk.presses("Correct", on="January 2026 numbers")
    desk.sends("January 2026 numbers", "Save", **{"m1.numerator": "70", "reason": "Ten came later"})
    town.bot.settle()

    expect(picture).to_have_attribute("alt", re.compile("Latest: 70% in Jan 2026"))
    assert _width(picture) > 0
    assert picture.get_attribute("src") != before
    with town.kit.store.reading() as session:
        assert session.exec(select(Point.timeliness).where(Point.month == date(2026, 1, 1))).one() == "late"
    page.close()


def _width(picture: Locator) -> int:
    """How wide what was loaded is."""
    expect(picture).to_have_js_property("complete", True)
    return int(picture.evaluate("one => one.naturalWidth"))
