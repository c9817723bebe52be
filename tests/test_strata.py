"""A chart's groups: a team sees each of its own beside the others, faculty all teams together without small counts."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from sqlmodel import select

from bot.cards import strata_charts, stratified_charts
from bot.cards.stratified_charts import StratifiedChart
from bot.domain import measures, medians, points, pooled_series, strata
from bot.domain.entries import Entry
from bot.domain.measures import Measure
from bot.domain.teams import Team
from bot.studio import draw
from tests import town as towns
from tests.charting import filed, pictures
from tests.counting import NOON, alder, counted, entry, files
from tests.cycling import everything_stored
from tests.personas import Json, Persona, texts
from tests.test_charts import chart, look
from tests.test_pooled_asked import TWO_MORE
from tests.town import SMALL_TOWN, Town

DEC, JAN = date(2025, 12, 1), date(2026, 1, 1)
BY_LANGUAGE = "strata: [language], due_day: 28"
Cells = list[tuple[int, int] | None]
CANARY = "Quagmire"


@pytest.fixture
def by_language() -> Iterator[Town]:
    """The town with two teams more; all four have sent December and January, of which they tell some by language."""
    with towns.built() as town:
        town.load(SMALL_TOWN.replace("teams:\n", TWO_MORE, 1).replace("due_day: 28", BY_LANGUAGE, 1))
        for team in ("Alder & Main", "Prairie Bend", "Elm", "Oak"):
            filed(town.kit, [50, 50], team=team)
        yield town


def tell(town: Town, team: str, told: Mapping[str, Cells]) -> None:
    """File what a team knows of its groups, month after month until January 2026."""
    with town.kit.store.transaction() as session:
        row = session.exec(select(Team).where(Team.name == team)).one()
        measure = session.exec(select(Measure.id).where(Measure.code == "OFFER3")).one() or 0
        entries = [
            Entry(measure, measures.moved(JAN, place + 1 - len(cells)), "value", *cell, stratum="language", level=level)
            for level, cells in told.items()
            for place, cell in enumerate(cells)
            if cell
        ]
        points.file(session, team=row, person=1, entries=entries, now=town.kit.now())


def groups(person: Persona, channel: str = "team-alder") -> Json:
    """Ask for the chart, and on it for each group; the message with these."""
    person.runs("/data chart", channel)
    person.submits(measure="1")
    person.presses("Each group")
    return person.dm()[-1]


def test_a_team_sees_each_of_its_groups_with_how_far_they_are_apart_and_so_do_its_coach_and_the_advisor(
    by_language: Town,
) -> None:
    tell(by_language, "Alder & Main", {"English": [(40, 80), (45, 80)], "Spanish": [(3, 12), (2, 8)]})
    ana = by_language.people["ana"]

    message = groups(ana)

    (picture,) = pictures(message)
    gap = "In Jan 2026 Spanish is at 25%, English at 56.2%: 31.2 points apart. Groups of so few people move a lot"
    for told in (message["text"], picture["alt_text"]):
        assert gap in told
        assert "English: early days, 56.2% in Jan 2026." in told
    assert picture["alt_text"].startswith("Run charts of OFFER3 Offered within 3 days by language, Alder & Main, Dec")
    assert by_language.practice.world.files[picture["slack_file"]["id"]].content.startswith(b"\x89PNG")

    ana.presses("Show as text")

    assert ana.form
    assert "Jan 2026        25%, on the median, of 8" in texts(ana.form["blocks"])
    assert "Spanish is at 25%" in groups(by_language.people["tobias"])["text"]


def test_faculty_see_groups_of_all_teams_month_by_month_and_none_with_a_small_count(by_language: Town) -> None:
    tell(by_language, "Alder & Main", {"English": [(40, 80), (45, 80)], "Spanish": [(3, 12), (2, 8)]})
    tell(by_language, "Elm", {"english": [(30, 60), (30, 60)], "Spanish": [(20, 40), (5, 40)]})
    imani = by_language.people["imani"]

    message = groups(imani, "small-town")

    (picture,) = pictures(message)
    assert "In Dec 2025 Spanish is at 44.2%, English at 50%: 5.77 points apart." in picture["alt_text"]
    assert "1 month is hidden whole" in message["text"]
    imani.presses("Show as text")
    assert imani.form
    assert "Jan 2026  not shown: a count of 1 to 10 people could be read or worked out" in texts(imani.form["blocks"])


def test_faculty_who_coach_no_team_see_no_groups_of_one_team_not_even_in_its_window(by_language: Town) -> None:
    tell(by_language, "Alder & Main", {"English": [(40, 80)], "Spanish": [(2, 8)]})
    imani, ben = by_language.people["imani"], by_language.people["ben"]
    imani.runs("/data chart", "team-alder")
    imani.submits(measure="1")
    assert "Spanish" not in texts(imani.dm()[-1]["blocks"])

    for person in (imani, ben):
        person.runs("/data view", "team-alder")

    assert imani.form
    assert ben.form
    assert "Spanish" not in texts(imani.form["blocks"])
    assert "Jan 2026, Spanish" in texts(ben.form["blocks"]).replace("January", "Jan")


def test_who_knows_one_teams_groups_is_not_shown_a_sum_that_gives_away_another_teams(by_language: Town) -> None:
    tell(by_language, "Alder & Main", {"English": [(45, 80)], "Spanish": [(11, 40)]})
    tell(by_language, "Elm", {"English": [(30, 60)], "Spanish": [(5, 40)]})
    pru, imani = by_language.people["pru"], by_language.people["imani"]
    with by_language.kit.store.transaction() as session:
        session.exec(select(Team).where(Team.name == "Alder & Main")).one().coach_id = 1  # Pru

    pru.runs("/data chart offer3")
    pru.submits()
    assert "By language: not shown" in pru.dm()[-1]["text"]
    pru.presses("Each group")

    assert pru.hears()[-1].startswith("There is nothing to show by group: in every month a count of 1 to 10")
    assert "Spanish is at 20%, English at 53.6%" in groups(imani, "small-town")["text"]


def test_what_a_message_shows_stays_when_the_list_of_strata_is_put_in_another_order(by_language: Town) -> None:
    tell(by_language, "Alder & Main", {"English": [(25, 40)], "Spanish": [(10, 40)]})
    ana = by_language.people["ana"]
    with by_language.kit.store.transaction() as session:
        session.get_one(Measure, 1).strata = ["language", "payer"]
    groups(ana)
    ana.runs("/data fix january", "team-alder")
    typed = next(box for box in ana.boxes() if ".by" in box)

    with by_language.kit.store.transaction() as session:
        measure = session.get_one(Measure, 1)
        measure.strata, measure.version = ["payer", "language"], measure.version + 1

    ana.submits(**{typed: "English: 25 of 40\nSpanish: 11 of 40", "reason": "One more"})
    assert ana.filled_in()[typed].endswith("11 of 40")
    assert ana.submits()["ok"]
    assert "Spanish is at 27.5%" in ana.dm()[-1]["text"]
    corrected = "Corrected: Ana Reyes, Mon 2 Feb 9:00 AM CST: OFFER3 "
    assert f"{corrected}(Spanish) of January 2026: from 25% (10 of 40) to 27.5% (11 of 40)" in texts(
        ana.dm()[-1]["blocks"]
    )
    month = texts(ana.messages("team-alder")[-1]["blocks"])
    assert f"{corrected}of January 2026 by language: the numbers of a group – One more" in month
    assert "Spanish" not in month
    ana.runs("/data fix january", "team-alder")
    more = {typed: "English: 25 of 40\nSpanish: 11 of 40\nHmong: 15 of 20"}
    over = next(box for box in ana.boxes() if box.endswith(".numerator"))
    assert ana.submits(**more, **{over: str(int(ana.filled_in()[over]) + 1)}, reason="More")["ok"]
    both = texts(ana.messages("team-alder")[-1]["blocks"])
    assert "(51 of 100); OFFER3 of January 2026 by language: the numbers of groups – More" in both
    ana.presses("Show as text", ana.dm()[-1])
    assert "by language – Alder" in texts((ana.form or {})["blocks"])


def test_names_of_groups_that_are_reported_go_from_every_month_and_the_counts_stay(by_language: Town) -> None:
    town, ana, ben = by_language, by_language.people["ana"], by_language.people["ben"]
    tell(town, "Alder & Main", {"English": [(40, 80), (45, 80)], f"{CANARY} family": [(3, 12), (2, 8)]})
    tell(town, "Elm", {"english": [(30, 60), (30, 60)]})
    before = groups(ana)
    ben.runs("/data fix january", "team-alder")
    ben.types(next(box for box in ben.boxes() if ".by" in box), f"{CANARY} family: 3 of 8")
    ben.closes()
    ben.attaches(f"month,measure,stratum,level,numerator,denominator\n2026-01,OFFER3,language,{CANARY} family,3,8\n")
    assert CANARY in str(everything_stored(town))

    ana.presses("Report patient details", ana.dm()[-1])
    town.bot.tick()

    assert ana.hears()[-1].startswith("Thank you. Receipt ")
    after = next(one for one in reversed(ana.dm()) if pictures(one))
    shown = f"{everything_stored(town)} {after} {[text for one in (ana, ben) for text in one.hears()]}"
    assert CANARY not in shown
    assert "Group 1 is at 25%, English at 56.2%" in after["text"]
    assert town.practice.world.files[pictures(before)[0]["slack_file"]["id"]].deleted
    to_author, to_coordinator = by_language.people["pru"].hears()[-2:]  # Pru filed them
    assert to_author.startswith("A group name of Alder &amp; Main was taken down")
    assert "in a group name of Alder &amp; Main (by Pru" in to_coordinator
    ana.presses("Report patient details", after)
    assert ana.hears()[-1].startswith("These groups have no names of a team's own")


def test_a_month_that_is_reported_loses_the_names_of_its_groups_too_also_where_all_teams_are_shown(
    by_language: Town,
) -> None:
    town, ana, imani = by_language, by_language.people["ana"], by_language.people["imani"]
    tell(town, "Alder & Main", {"English": [(45, 60)], CANARY: [(20, 40)]})
    ana.runs("/data fix january", "team-alder")
    ana.submits(**{"m1.numerator": "65", "reason": "Fifteen more"})
    assert CANARY in groups(imani, "small-town")["text"]
    imani.uses_on("privacy.report_message", imani.dm()[-2], town.practice.world.direct[imani.user])
    assert imani.hears()[-1].startswith("That message draws what stands elsewhere. Names of groups:")

    ana.presses("Report patient details", ana.messages("team-alder")[-1])

    assert CANARY not in str(everything_stored(town))
    assert all(CANARY not in one["text"] for one in imani.dm())


def test_a_median_that_a_person_drew_is_drawn_in_each_group_that_has_numbers_around_it() -> None:
    with counted() as session:
        counts = session.get_one(Measure, 1)
        counts.strata, counts.baseline_months = ["language"], 2
        months = [measures.moved(JAN, -count) for count in range(5, -1, -1)]
        told: dict[str, list[int | None]]
        told = {"English": [40, 40, 40, 60, 60, 60], "Spanish": [20, 20, None, 30, 30, 30], "Hmong": [None] * 5 + [9]}
        for level, values in told.items():
            cells = [(month, value) for month, value in zip(months, values, strict=True) if value is not None]
            files(session, *(entry(n, 100, month=month, stratum="language", level=level) for month, n in cells))
        files(session, *(entry(50, 300, month=month) for month in months))
        medians.draw(session, team=1, measure=1, month=months[3], annotation="Walk-in block", by=4, now=NOON)

        shown = strata_charts.of_team(session, alder(session), counts, "language", JAN)

        assert shown is not None
        drawn = {one.title: [(phase.first, phase.finding.median) for phase in one.phases] for one in shown.levels}
        assert drawn == {"English": [(0, 40), (3, 60)], "Spanish": [(0, 20), (3, 30)], "Hmong": [(0, 9)]}
        said = "New medians from Nov 2025 on: Walk-in block."
        assert said in stratified_charts.alt(shown)
        assert said in stratified_charts.texts(shown)[0]
        assert look(draw(shown)).shape[1] == 1080


def test_single_values_are_told_apart_for_the_team_and_not_pooled_since_they_hide_of_how_many_they_are() -> None:
    with counted() as session:
        single = session.get_one(Measure, 1)
        single.shape, single.unit, single.strata = "value", "days", ["language"]
        told = [("Spanish", 9.5, DEC), ("English", 7.0, DEC), ("spanish", 8.0, JAN)]
        for level, value, month in told:
            files(session, entry(None, None, month=month, value=value, stratum="language", level=level))
        files(session, entry(None, None, value=7.5), entry(None, None, value=7.5, month=DEC))

        shown = strata_charts.of_team(session, alder(session), single, "language", JAN)

        assert shown is not None
        assert [(level.title, [*level.values]) for level in shown.levels] == [
            ("English", [7.0, None]),
            ("Spanish", [9.5, 8.0]),
        ]
        assert stratified_charts.gap(shown) == "In Dec 2025 English is at 7 days, Spanish at 9.5 days: 2.5 days apart."
        months = pooled_series.of(session, single, JAN)
        assert strata.of_all_teams(session, single, "language", months, set()) is None
        assert look(draw(shown)).shape[1] == 1080


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"A": [40, None], "B": [None, 50]}, "No month has numbers of two groups yet, so there is nothing to compare."),
        ({"A": [40, 50], "B": [60, 50]}, "In Feb 2025 all of them are at 50%."),
        ({"A": [40, None], "B": [60, 50], "C": [55.5, None]}, "In Jan 2025 A is at 40%, B at 60%: 20 points apart."),
    ],
)
def test_how_far_groups_are_apart_is_said_of_the_newest_month_that_has_several(
    levels: dict[str, list[float | None]], said: str
) -> None:
    shown = StratifiedChart("X", "y", "z", [chart(values, title=name) for name, values in levels.items()], [50, None])

    assert stratified_charts.gap(shown) == said


def test_many_groups_come_on_several_pages_and_whatever_they_are_called_a_picture_comes_of_it() -> None:
    names = [*(f"Group {number}" for number in range(9)), "🌱 $\\frac{$", "W" * 300]
    shown = StratifiedChart("日本" * 99, "y" * 300, "z", [chart([5, None], title=name) for name in names], [None, 4])

    pages = stratified_charts.pages(shown)

    assert [len(page.levels) for page in pages] == [8, 3]
    assert len(stratified_charts.alt(shown)) == 1000
    assert look(draw(pages[1])).shape[1] == 1080
