"""How far teams have come: once in a period each scores itself, and its coach scores all of them on one form."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.domain import absences, score_periods, score_scale
from bot.domain.collaboratives import Collaborative
from bot.domain.covers import Cover
from bot.domain.events import Event
from bot.domain.people import Person
from bot.domain.score_periods import Period
from bot.domain.score_scale import Known
from bot.domain.scores import Score, Scoring
from bot.domain.teams import Team
from bot.errors import FieldError
from tests.asking import WAYS, form
from tests.checking_in import at
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

OPENS = datetime(2026, 2, 10, 9, 1, tzinfo=ZoneInfo("America/Chicago"))
PAIR = ("Tobias Lindqvist", "Pru Adebayo")
LS1, LS2 = datetime(2026, 1, 20, 14, tzinfo=UTC), datetime(2026, 2, 24, 14, tzinfo=UTC)


def meets(town: Town) -> None:
    """Two learning sessions are in the calendar, so that an action period lies between them."""
    with town.kit.store.transaction() as session:
        for number, starts in enumerate((LS1, LS2), 1):
            session.add(Event(collaborative_id=1, title=f"LS{number}", kind="session", starts=starts, minutes=480))


def given(town: Town) -> list[tuple[int, str, float, str]]:
    with town.record() as session:
        rows = session.exec(select(Score, Scoring).join(Scoring).order_by("id")).all()
        return [(turn.team_id, one.side, one.value, one.evidence) for one, turn in rows]


def shown(person: Persona) -> str:
    return texts(form(person)["blocks"])


def sees_itself(person: Persona) -> str:
    person.opens_home()
    person.presses_at_home("What faculty see about us")
    return next(line for line in shown(person).splitlines() if line.startswith("How far you have come"))


def test_the_scale_its_questions_and_its_periods_are_rules() -> None:
    assert [one.value for one in score_scale.STEPS] == [half / 2 for half in range(1, 11)]
    for off in ("0.0", "2.25", "5.5", "3", "none", ""):
        with pytest.raises(FieldError, match="ten steps"):
            score_scale.chosen("score", off)
    for own, theirs, words in (
        (3.5, 2.5, "1.0 apart: what do they see that you haven't seen yet?"),
        (1.5, 3.0, "1.5 apart: what have they done that they don't count yet?"),
        (3.0, 2.5, ""), (None, 2.5, ""), (4.0, None, ""),
    ):  # fmt: skip
        assert score_scale.question(own, theirs) == words
    for known, hint in (
        (("May 2026", (), 3), "Numbers are in up to May 2026, 3 tests learned from: 2.5 or more?"),
        (("May 2026", (), 0), "Numbers are in up to May 2026, no test learned from: 2.0 or less?"),
        (("May 2026", ("April 2026", "May 2026"), 1),
         "1 test learned from: 2.5, once the numbers of April 2026 and May 2026 are all in?"),
        (("May 2026", ("May 2026",), 0),
         "No test learned from, and the numbers of May 2026 aren't all in: 1.5 or less?"),
        (("", (), 2), "2 tests learned from: 2.5, once numbers are due and in?"),
        (("", (), 0), "No numbers and no test yet: 1.5 or less?"),
    ):  # fmt: skip
        assert score_scale.hint(Known(*known)) == hint

    monthly = Collaborative(
        name="x", timezone="UTC", starts=date(2026, 1, 13), ends=date(2026, 12, 9), scores={"every": "month"},
        loaded_at=LS1,
    )  # fmt: skip
    with_months = {
        day: [one.name for one in score_periods.of(None, monthly, datetime(2026, *day, tzinfo=UTC))]  # type: ignore[arg-type]
        for day in ((1, 20), (3, 1), (12, 1))
    }
    assert with_months[1, 20] == ["2026-01", "2026-02"]
    assert with_months[3, 1] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert with_months[12, 1] == ["2026-09", "2026-10", "2026-11", "2026-12"]
    year_end = Period("2026-12", date(2026, 12, 1), date(2026, 12, 9))
    assert (year_end.opens, year_end.closes) == (date(2026, 12, 1), date(2026, 12, 24))
    near = [
        day for day in (1, 8, 10, 20) if score_periods.is_near(monthly, year_end, datetime(2026, 12, day, tzinfo=UTC))
    ]
    assert near == [1, 8]  # though its turn is open for longer, nobody is asked once the collaborative is over


def test_a_team_scores_itself_its_coach_scores_it_and_what_lies_apart_is_a_question(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    only_people_are_heard(town)
    tobias, imani, pru = town.people["tobias"], town.people["imani"], town.people["pru"]
    meets(town)
    with town.kit.store.transaction() as session:
        session.exec(select(Person).where(Person.name == "Dr. Imani Osei")).one().timezone = "Pacific/Auckland"
    at(town, OPENS - timedelta(days=1))
    assert not [one for one in ana.hears() if "How far Alder" in one]
    at(town, OPENS - timedelta(hours=18))
    at(town, OPENS - timedelta(hours=9))
    assert [one for one in imani.hears() if ": Prairie Bend." in one]  # which no one coaches; her nine was yesterday
    for _ in range(2):
        at(town, OPENS)

    asked = [one for one in ana.dm() if "How far Alder &amp; Main has come in action period 1" in one["text"]]
    assert [buttons(one["blocks"]) for one in asked] == [["Score ourselves", *WAYS, "All actions"]]
    assert asked[0]["text"].endswith("You get this because you lead the team and the period ends.")
    heard = [one for one in tobias.hears() if "to be scored" in one]
    assert len(heard) == 1
    assert "One team is to be scored in Small Town for action period 1: Alder &amp; Main." in heard[0]

    tobias.presses("Score my teams")
    assert tobias.boxes() == ["score.1", "evidence.1", "next.1"]
    assert "Source: Institute for Healthcare Improvement" in shown(tobias)
    assert "For action period 1, which runs until Mon 23 Feb 2026. Not scored before. From the" in shown(tobias)
    words = {"evidence.1": "One test of the warm call", "next.1": "Both shifts"}
    assert tobias.submits(**words)["errors"] == {
        "score.1": "Please choose a score to go with these words, or take them out."
    }
    assert tobias.submits(**{"score.1": "2.0", **words})["ok"]
    assert "Action period 1: Team not in yet · faculty 2.0" in shown(tobias)
    sends_again(town, last_sent(town))

    ana.presses("Score ourselves")
    assert "From the record: No numbers and no test yet: 1.5 or less?" in shown(ana)
    assert "⚠" in texts(ana.submits(score="3.5", evidence="Ms. Jones, born 3/4/1950")["response"]["view"]["blocks"])
    forged = last_sent(town)
    forged["payload"]["view"]["id"] = "V0FORGED"
    forged["payload"]["view"]["state"]["values"]["score"]["value"]["selected_option"]["value"] = "9.5"
    assert sends_again(town, forged)["errors"] == {"score": score_scale.OFF}
    assert ana.submits(score="3.5", evidence="Three tests, and 7 of 10 come")["ok"]
    assert sends_again(town, forged, cleo) != {}  # who isn't of the team says nothing for it
    assert ana.hears()[-1] == (
        "Thank you: 3.5 for action period 1. Faculty see 2.0. That is worth a talk with your coach."
    )
    assert "You told us. Thank you." in texts(asked_of(ana)["blocks"])
    assert given(town) == [
        (1, "faculty", 2.0, "One test of the warm call"),
        (1, "own", 3.5, "Three tests, and 7 of 10 come"),
    ]

    tobias.closes()
    tobias.presses("How far teams have come")
    assert "Action period 1: Team 3.5 · faculty 2.0 · 1.5 apart: what do they see that you haven't seen yet?" in shown(
        tobias
    )
    tobias.presses("Score my teams")
    assert tobias.filled_in()["score.1"] == "2.0"
    imani.presses("How far teams have come")
    imani.presses_beside("Alder & Main", "Open")
    imani.presses("Score this team")
    assert imani.submits(**{"score.1": "2.5"})["ok"]
    tobias.submits(**{"score.1": "3.0"})
    assert "Dr. Imani Osei scored it 2.5 · Changes tested while this form was open." in shown(tobias)
    assert tobias.submits(**{"score.1": "3.0"})["ok"]
    assert [one[2] for one in given(town) if one[1] == "faculty"] == [2.0, 2.5, 3.0]
    assert sees_itself(ana) == "How far you have come, on the IHI scale: 3.5 by you, faculty 3.0, in action period 1."
    assert sees_itself(ben).startswith("How far you have come, on the IHI scale: 3.5 by you")
    assert sees_itself(cleo) == "How far you have come, on the IHI scale: not in yet by you, in action period 1."

    ana.presses("Scores")
    assert "Faculty: 3.0 · Modest improvement (Tobias Lindqvist, Tue 10 Feb 2026)" in shown(ana)
    assert "haven't seen yet" not in shown(ana)
    ben.opens_home()
    ben.presses_at_home("What faculty see about us")
    ben.presses("Scores")
    ben.presses("Score ourselves")
    ana.presses_beside("What shows it: Three tests", "Report patient details")
    assert "taken down" in ben.submits(score="3.5")["errors"]["evidence"]
    assert any("and the score stays" in one for one in ana.hears()[-2:])
    assert [one[3] for one in given(town) if one[1] == "own"] == [""]

    pru.opens_home()
    pru.presses_at_home("How far teams have come")
    pru.presses("How often")
    assert "Teams are scored now, for action period 1." in shown(pru)
    assert pru.submits(every="month", shown="no")["ok"]
    assert pru.hears()[-1] == "Saved. Teams are scored from Sun 15 Feb 2026, for February 2026."
    assert sees_itself(ana) == "How far you have come, on the IHI scale: 3.5 by you, in action period 1."
    ana.presses("Scores")
    assert "Faculty" not in shown(ana).replace("coach or faculty", "")
    at(town, OPENS + timedelta(days=6, hours=2))  # Prairie Bend hasn't scored itself in either rhythm
    assert [one.period for one in turns(town) if one.team_id == 2] == ["2026-02"]

    pru.opens_home()
    pru.presses_at_home("How far teams have come")
    pru.presses("How often")
    assert pru.submits(every="action_period", shown="yes")["ok"]
    at(town, OPENS + timedelta(days=7))
    at(town, OPENS + timedelta(days=7, hours=1))
    assert [one.period for one in turns(town) if one.team_id == 2] == ["ap1"]
    assert "action period 1" in cleo.hears()[-1]
    cleo.presses("Score ourselves")
    cleo.closes()
    with town.kit.store.transaction() as session:
        away, cover = (session.exec(select(Person).where(Person.name == name)).one().id or 0 for name in PAIR)
        absences.leave(session, away, date(2026, 2, 16), date(2026, 2, 20), town.kit.now())
        session.add(Cover(coach_id=away, person_id=cover, named_by=cover, named_at=town.kit.now()))
        standing = [(one, Score(**one.model_dump())) for one in session.exec(select(Score))]
        for one, _ in standing:
            session.delete(one)
    at(town, OPENS + timedelta(days=8))
    (asked_too,) = [one for one in pru.dm() if "One team is to be scored in Small Town" in one["text"]]
    assert "for action period 1: Alder &amp; Main." in asked_too["text"]
    pru.presses("Score my teams", asked_too)
    assert pru.boxes() == ["score.1", "evidence.1", "next.1"]
    with town.kit.store.transaction() as session:
        session.add_all([one for _, one in standing])
    pru.closes()

    imani.presses("Score my teams")
    with town.kit.store.transaction() as session:
        session.get_one(Team, 2).status = "withdrawn"
    assert imani.submits(**{"score.2": "1.5"})["ok"]
    assert "Prairie Bend left while you wrote, so its score wasn't kept." in shown(imani)
    cleo.presses("Score ourselves")
    assert cleo.hears()[-1] == "Prairie Bend isn't in the collaborative any more, so it isn't scored."
    pressed = last_sent(town)
    pressed["payload"]["actions"][0].update(value="999", action_ts="9.8")
    sends_again(town, pressed, cleo)
    assert cleo.hears()[-1] == "This score isn't asked for any more. Home has what is."

    keeps_words_on_every_page(town, tobias, imani)

    with town.kit.store.transaction() as session:
        session.exec(select(Event).where(Event.title == "LS2")).one().starts = LS2 + timedelta(days=14)
    at(town, OPENS + timedelta(days=9))
    assert {one.opens for one in turns(town) if one.period == "ap1"} == {date(2026, 2, 24)}

    with town.kit.store.transaction() as session:  # between two turns a score is about the period that is on
        later = LS2 + timedelta(days=140)
        session.add(Event(collaborative_id=1, title="LS3", kind="session", starts=later, minutes=480))
    at(town, LS2 + timedelta(days=60))
    tobias.closes()
    tobias.presses("Score my teams")
    assert "For action period 2, which runs until Mon 13 Jul 2026. Last: 3.5 · Improvement, action period 1" in shown(
        tobias
    )
    tobias.closes()
    ana.closes()
    ana.presses("Scores")
    ana.presses("Score ourselves")
    assert "Alder & Main, action period 2, which runs until Mon 13 Jul 2026." in shown(ana)
    assert ana.submits(score="4.0")["ok"]
    assert (
        sees_itself(ana)
        == "How far you have come, on the IHI scale: 4.0 by you, faculty not in yet, in action period 2."
    )
    at(town, LS2 + timedelta(days=128))  # that was early, so they are asked as everybody is
    assert [one for one in ana.hears() if "has come in action period 2" in one]


def keeps_words_on_every_page(town: Town, coach: Persona, other: Persona) -> None:
    """Nine teams make two pages, each with its own half-written words; capitals come first on every database."""
    with town.kit.store.transaction() as session:
        first = session.get_one(Team, 1)
        more = [Team(**{**first.model_dump(exclude={"id"}), "name": name}) for name in ("alder", "Beech", *"CDEFGH")]
        session.add_all(more)
        session.flush()
        session.add_all(
            Scoring(team_id=one.id or 0, period="ap1", opens=OPENS.date(), closes=date(2026, 3, 10)) for one in more
        )
    for kept in ("", "Half a word"):
        coach.presses("Score my teams")
        assert len(coach.boxes()) == 24
        coach.submits()
        [_, evidence, _] = coach.boxes()
        assert (coach.filled_in()[evidence] or "") == kept
        coach.types(evidence, "Half a word")
        coach.closes()

    coach.presses("Score my teams")
    with_words = coach.filled_in()
    other.presses("How far teams have come")
    other.presses_beside("Alder & Main", "Open")
    other.presses_beside("What shows it: One test", "Report patient details")
    assert with_words["evidence.1"] == "One test of the warm call"
    assert sorted(coach.submits(**{"score.1": "3.5"})["errors"]) == ["evidence.1", "next.1"]
    assert coach.submits(**{"score.1": "3.5", "evidence.1": "", "next.1": ""})["ok"]
    [_, evidence, _] = coach.boxes()
    assert coach.filled_in()[evidence] == "Half a word"  # which was about another team


def turns(town: Town) -> list[Scoring]:
    with town.record() as session:
        return list(session.exec(select(Scoring).order_by("id")))


def asked_of(person: Persona) -> Json:
    return next(one for one in person.dm() if "has come in action period 1" in one["text"])
