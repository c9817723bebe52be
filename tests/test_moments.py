"""What people see in a chart: told in the thread of a team's numbers, kept with the chart of all teams, taken down."""

from typing import Any

from sqlmodel import select

from bot.cards import moment_cards
from bot.domain import activity, moments
from bot.domain.activity import Act
from bot.domain.medians import NewMedian
from bot.domain.moments import Moment
from bot.drafts import Draft
from tests.charting import filed, offered
from tests.counting import NOON, counted
from tests.cycling import last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.test_charts_asked import two_measures
from tests.test_measures import sends
from tests.test_medians import stayed
from tests.test_pooled_asked import four_teams
from tests.town import Town

__all__ = ["four_teams", "two_measures"]  # fixtures


def test_what_a_team_sees_is_told_in_the_thread_of_its_numbers_and_is_an_act(
    town: Town, ana: Persona, ben: Persona
) -> None:
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    numbers = ben.messages("team-alder")[-1]

    ana.presses("What do you see?", numbers)
    ana.submits(see="It rose in January", so_what="Callers wait less", now_what="Keep the block")

    told = ana.messages("team-alder")[-1]
    assert told["thread_ts"] == numbers["ts"]
    assert "What do you see? It rose in January So what? Callers wait less Now what? Keep the block" in told["text"]
    assert "data.discussed" in kinds(town)


def test_a_coach_tells_it_too_which_is_a_use_of_the_numbers_and_no_doing_of_the_teams(town: Town, ben: Persona) -> None:
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    tobias = town.people["tobias"]

    tobias.runs("/data chart", "team-alder")
    tobias.submits(measure="1")
    tobias.presses("What do you see?")
    tobias.submits(see="One point, so far")

    assert "Tobias Lindqvist on the chart of OFFER3" in ben.messages("team-alder")[-1]["text"]
    assert kinds(town).count("data.coached") == 1
    assert "data.discussed" not in kinds(town)


def test_what_a_coach_sees_hides_from_nobody_that_one_person_alone_does_all_of_a_teams_work() -> None:
    with counted() as session:
        for kind, person in (*[("pdsa.started", 4)] * 4, ("data.coached", 3)):
            activity.record(session, kind, team=1, person=person, subject="x:1", now=NOON)

        assert activity.only_one(session, 1, since=NOON)


def test_on_the_page_of_all_charts_one_tells_what_one_sees_and_draws_a_median_in_one_of_them(
    two_measures: Town,
) -> None:
    town, ben = two_measures, two_measures.people["ben"]
    stayed(town)
    filed(town.kit, [3, 4], code="SEEN")
    ben.runs("/data chart", "team-alder")
    ben.submits(measure="all")

    ben.presses("What do you see?")
    ben.submits(measure=offered(ben)["OFFER3 · Offered within 3 days"], see="It rose")
    ben.presses("Draw a new median")
    ben.submits(measure=offered(ben)["OFFER3 · Offered within 3 days"])
    ben.submits(month="2025-03", annotation="The block stays")

    assert "Ben Castellano on the chart of OFFER3" in ben.messages("team-alder")[-1]["text"]
    assert kinds(town).count("data.discussed") == 1
    with town.kit.store.reading() as session:
        assert session.exec(select(NewMedian.annotation)).one() == "The block stays"
    tobias = town.people["tobias"]
    tobias.runs("/data chart", "team-alder")
    tobias.submits(measure="all")
    assert "Draw a new median" not in texts(tobias.dm()[-1]["blocks"])


def test_what_may_be_a_patients_is_asked_about_and_what_is_reported_goes(
    town: Town, ana: Persona, ben: Persona
) -> None:
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    ana.presses("What do you see?", ben.messages("team-alder")[-1])
    ana.submits(see="Her SSN is 078-05-1120")
    assert ana.form
    assert "This looks like a Social Security number." in texts(ana.form["blocks"])
    ana.submits(see="The twins came late")

    ben.presses("Report patient details", ben.messages("team-alder")[-1])
    town.bot.tick()

    assert "twins" not in str(ben.messages("team-alder"))
    with town.kit.store.reading() as session:
        assert session.exec(select(Moment.see)).one() == ""


def test_half_written_words_stand_there_again_and_are_told_once_however_often_slack_sends_them(
    town: Town, ana: Persona, ben: Persona
) -> None:
    only_people_are_heard(town)
    sends(ben, "", **{"m1.numerator": "9", "m1.denominator": "12"})
    numbers = ben.messages("team-alder")[-1]
    for person in (ana, ben):
        person.presses("What do you see?", numbers)
        person.types("see", "The twins")
        person.closes()
    ana.presses("What do you see?", numbers)
    assert ana.filled_in()["see"] == "The twins"

    ana.submits(see="The twins came")
    sends_again(town, last_sent(town))

    assert kinds(town).count("data.discussed") == 1
    ana.presses("What do you see?", numbers)
    assert not ana.filled_in()["see"]
    ana.closes()

    ana.presses("Report patient details", ana.messages("team-alder")[-1])

    with town.kit.store.reading() as session:
        assert session.exec(select(Draft).where(Draft.form == "moments.told")).all() == []
        assert moment_cards.told(session, {"moment": 1}, town.kit) is None


def test_the_chart_of_all_teams_has_the_three_newest_words_that_stand() -> None:
    with counted() as session:
        for number in range(6):
            purged = NOON if number == 4 else None
            moments.tell(
                session, Moment(measure_id=1, person_id=4, at=NOON, see=str(number), purged_at=purged), own=True
            )
        moments.tell(session, Moment(measure_id=1, team_id=1, person_id=4, at=NOON, see="of a team"), own=True)

        assert [one.see for one in moments.of_all_teams(session, 1)] == ["5", "3", "2"]
        assert [act.kind for act in session.exec(select(Act))] == ["data.discussed"]


def test_what_faculty_see_is_kept_with_the_chart_of_all_teams_until_it_is_reported(four_teams: Town) -> None:
    pru, imani = four_teams.people["pru"], four_teams.people["imani"]
    pru.runs("/data chart")
    pru.submits(measure="1")

    pru.presses("What do you see?")
    pru.submits(see="Three of four rose")
    imani.runs("/data chart")
    imani.submits(measure="1")

    for person in (pru, imani):
        assert "Pru Adebayo, Mon 2 Feb 2026\nWhat do you see? Three of four rose" in texts(chart(person)["blocks"])

    imani.presses("Report patient details", chart(imani))
    four_teams.bot.tick()

    assert "rose" not in texts(chart(pru)["blocks"])
    assert any("A word about a chart of Small Town was taken down" in words for words in pru.hears())


def chart(person: Persona) -> dict[str, Any]:
    return next(one for one in reversed(person.dm()) if "All teams together, OFFER3" in one["text"])


def kinds(town: Town) -> list[str]:
    with town.kit.store.reading() as session:
        return list(session.exec(select(Act.kind)))
