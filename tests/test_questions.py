"""Questions to the teams and faculty from anywhere: peers first, then an owner; the answer that helped is kept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.teams import Team
from tests.checking_in import DAY, at
from tests.cycling import buttons, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

SHARE = "small-town-share"
WORDS = "Who has a script for the first call?"
ANSWER = "Ours begins with a question, not with a form"
MONDAY = DAY - timedelta(days=14)  # nine in the morning in Chicago


def test_a_team_asks_the_others_from_anywhere_and_keeps_the_answer_that_helped(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    ana.runs(f"/allteach ask {WORDS}", "team-alder")
    assert ana.filled_in()["question"] == WORDS
    assert ana.submits()["ok"]
    assert ana.hears()[-1] == (
        f"Your question to the teams: {WORDS} The other teams were asked. "
        "It stands in the channel where teams share, as a question of Alder &amp; Main. You get this because you asked."
    )

    cleo.presses("Answer", channel=SHARE)
    assert f"Alder & Main asks\n\n{WORDS}" in texts((cleo.form or {})["blocks"])
    assert cleo.submits(answer=ANSWER)["ok"]
    assert ana.hears()[-1].startswith(f"Cleo Hart of Prairie Bend answered your question: {ANSWER} You asked: {WORDS}")
    assert "The other teams were asked. 1 answer so far." in texts(_card(ben)["blocks"])

    ben.presses("This helped", channel=SHARE)

    assert cleo.hears()[-1].startswith("Your answer helped. Alder &amp; Main keeps it on the question, with your name:")
    assert _card(cleo)["text"] == (
        f"Alder &amp; Main asks whoever can help: {WORDS} Cleo Hart of Prairie Bend answered, and it helped: {ANSWER}"
    )
    assert buttons(_card(cleo)["blocks"]) == ["Report patient details"]
    cleo.presses("Share it as an idea")
    assert cleo.filled_in()["what"] == ANSWER
    cleo.closes()
    assert ben.reads("team-alder")[-1].startswith(f"Our question to the teams is answered. We asked: {WORDS} Cleo Hart")
    assert _acts(town) == [("question.asked", 1, "question:1"), ("question.answered", 2, "question:1")]
    assert "The answer of Cleo Hart of Prairie Bend helped." in _asked_word(ana)


def test_only_the_team_that_asked_says_what_helped_only_others_answer_and_what_comes_twice_counts_once(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    only_people_are_heard(town)
    _asks(ana)
    sends_again(town, last_sent(town))
    ben.presses("Answer", channel=SHARE)
    assert ben.form is None
    assert ben.whispers(SHARE)[-1].startswith("This is your own team's question.")
    for who, words in ((cleo, ANSWER), (town.people["imani"], "Ask the union")):
        who.presses("Answer", channel=SHARE)
        assert who.submits(answer=words)["ok"]
    sends_again(town, last_sent(town))
    cleo.presses("This helped", channel=SHARE)
    assert cleo.whispers(SHARE)[-1].startswith("That's for the team that asked")
    assert cleo.hears() == [one for one in cleo.hears() if "Your answer helped" not in one]

    ana.presses("This helped", channel=SHARE)  # the newest, faculty's
    press = last_sent(town)
    sends_again(town, press)
    press["payload"]["actions"][0]["value"] = "1"
    press["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, press, ben)

    assert [(one.text, bool(one.helped_at)) for one in _rows(town, Reply)] == [(ANSWER, False), ("Ask the union", True)]
    assert len(_rows(town, Question)) == 1
    assert ben.hears()[-1].startswith("Your team has said already which answer helped.")
    assert "Dr. Imani Osei of faculty answered, and it helped: Ask the union" in _card(cleo)["text"]


def test_an_answer_in_the_thread_is_kept_by_the_shortcut_or_in_words_with_whoever_gave_it(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    _asks(ana)
    cleo.writes(ANSWER, SHARE, under=_card(cleo))
    said = next(one for one in ben.messages(SHARE) if one["text"] == ANSWER)
    cleo.uses_on("replies.from_message", said, SHARE)
    assert cleo.form is None
    ana.presses("An answer helped")
    assert "of your own team" in str(ana.submits(person=ben.user, answer=ANSWER)["errors"])
    assert "aren't in this collaborative" in str(ana.submits(person="U0NOBODY", answer=ANSWER)["errors"])
    ana.closes()
    assert ANSWER not in str(everything_stored(town)["reply"])

    ben.uses_on("replies.from_message", said, SHARE)
    assert ben.submits()["ok"]

    assert f"Cleo Hart of Prairie Bend answered, and it helped: {ANSWER}" in _card(ana)["text"]
    assert cleo.hears()[-1].startswith("Your answer helped.")
    assert ("question.answered", 2, "question:1") in _acts(town)


def test_a_team_that_asks_without_its_name_is_named_nowhere(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    with capture_logs() as logged:
        town.slack.fault("chat.postMessage", "error", error="fatal_error")  # so that something is logged
        _asks(ana, name=["unnamed"])
        town.bot.tick()
        at(town, MONDAY + timedelta(days=1, minutes=2))
        assert any(WORDS in text for text in pru.hears())
        assert not any(WORDS in text for text in town.people["tobias"].hears())  # who coaches the team
        ben.presses("Answer", channel=SHARE)
        assert "in its thread stands there under your own name" in texts((ben.form or {})["blocks"])
        ben.presses("Ask the teams")
        assert ben.box("name")["element"]["options"][0]["text"]["text"] == "Ask without our name"
        ben.closes()
        cleo.presses("Answer", channel=SHARE)
        assert cleo.submits(answer=ANSWER)["ok"]
        ana.presses("This helped")
        pru.opens_home()
        pru.presses_at_home("Upcoming messages")

    told = [str(message) for message in _seen_by_others(town) if WORDS in str(message)]
    assert any("A team asks the teams" in one and "no team had answered" in one for one in told)
    assert not any("Alder" in one or "Ana" in one or "Tobias" in one for one in told)
    assert "Ana" not in str(pru.form)
    assert not any(WORDS in text for text in ana.reads("team-alder"))
    assert logged
    assert not any(name in str(logged) for name in ("Alder", "Ana", WORDS))
    assert [one for one in _acts(town) if one[0] == "question.asked"] == [("question.asked", 1, "question")]
    cleo.presses("Report patient details", _card(cleo))
    assert any("in a question of Small Town (by somebody who asked without a name)" in text for text in pru.hears())
    assert not any(words in str(everything_stored(town)) for words in (WORDS, ANSWER))


def test_faculty_has_it_after_24_working_hours_without_an_answer_and_is_asked_once_more(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    tobias = town.people["tobias"]
    at(town, MONDAY + timedelta(days=4))  # a Friday
    _asks(ana)
    at(town, MONDAY + timedelta(days=6, hours=23))
    assert not any(WORDS in text for text in tobias.hears())

    for minutes in (1, 6, 11):
        at(town, MONDAY + timedelta(days=7, minutes=minutes))

    (told,) = [text for text in tobias.hears() if WORDS in text]
    assert told.startswith(
        f"Ana Reyes of Alder &amp; Main asks the teams: {WORDS} Tobias Lindqvist has it. You get this"
    )
    assert "because no team had answered within a working day, and it comes to you next" in told
    assert "No team had answered within a working day, so Tobias Lindqvist of faculty has it now." in _asked_word(ana)
    at(town, MONDAY + timedelta(days=8, hours=1))
    assert [text for text in tobias.hears() if "still waits for an answer" in text]
    tobias.presses("Answer")
    assert tobias.submits(answer=ANSWER)["ok"]
    assert ana.hears()[-1].startswith(f"Tobias Lindqvist of faculty answered your question: {ANSWER}")


@pytest.mark.parametrize("why", ["answered", "withdrawn", "ended", "nobody there"])
def test_it_stays_with_the_teams_where_somebody_answered_or_nobody_waits(
    town: Town, ana: Persona, cleo: Persona, why: str
) -> None:
    _asks(ana)
    if why == "answered":
        cleo.presses("Answer", channel=SHARE)
        cleo.submits(answer=ANSWER)
    with town.kit.store.transaction() as session:
        _happens(session, why)

    at(town, MONDAY + timedelta(days=2, hours=1))

    assert [one.passed_at for one in _rows(town, Question)] == [None]
    ana.runs("/allteach ask Who else?", "team-alder")
    assert (ana.form is None) is (why in ("withdrawn", "ended"))


def test_whoever_left_is_thanked_no_more_and_their_answer_still_counts(town: Town, ana: Persona, cleo: Persona) -> None:
    _asks(ana)
    cleo.presses("Answer", channel=SHARE)
    cleo.submits(answer=ANSWER)
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Cleo Hart")).one()
        session.exec(select(Membership).where(Membership.person_id == person.id)).one().left_at = town.kit.now()

    ana.presses("This helped")

    assert f"Cleo Hart of Prairie Bend answered, and it helped: {ANSWER}" in _card(ana)["text"]
    assert not any("Your answer helped" in text for text in cleo.hears())


def test_an_answer_is_looked_at_by_the_guard_kept_while_typing_and_taken_down_alone(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    _asks(ana)
    cleo.presses("Answer", channel=SHARE)
    cleo.types("answer", "We ask Maria")
    cleo.closes()
    cleo.presses("Answer", channel=SHARE)
    assert cleo.filled_in()["answer"] == "We ask Maria"
    cleo.submits(answer="Her MRN 12345678 says so")
    assert "confirm below" in texts((cleo.form or {})["blocks"])
    assert cleo.submits(answer="We ask Maria")["ok"]
    ana.presses("This helped")

    ana.presses("Report patient details", next(one for one in ana.messages(SHARE) if "answers:" in one["text"]))

    assert "Maria" not in str(everything_stored(town))
    assert not any("Maria" in text for one in (ana, cleo) for text in (*one.hears(), *one.reads(SHARE)))
    assert WORDS in _card(ana)["text"]
    assert any("A reply of Prairie Bend was taken down" in text for text in cleo.hears())


def test_plain_words_and_home_offer_both_ways_to_ask(town: Town, ana: Persona, cleo: Persona) -> None:
    ana.writes("Who staffs your front desk?")
    ana.presses("Ask faculty")
    assert ana.filled_in()["question"] == "Who staffs your front desk?"
    assert ana.submits()["ok"]
    assert "asks faculty: Who staffs your front desk?" in town.people["tobias"].hears()[-1]
    cleo.opens_home()
    cleo.presses_at_home("Ask the teams")
    assert cleo.submits(question="Who has tried texting?")["ok"]
    assert any("Prairie Bend asks whoever can help: Who has tried texting?" in text for text in ana.reads(SHARE))


def test_faculty_and_coordinators_ask_the_teams_by_name_and_keep_what_helped(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    imani = town.people["imani"]
    pru.runs("/allteach ask faculty who helps")
    assert pru.whispers()[-1].startswith("Questions to faculty are asked by teams, and you're in none.")
    imani.opens_home()
    imani.presses_at_home("Ask the teams")
    assert "name" not in imani.boxes()
    assert imani.submits(question="What do you do about rides?", peer="Prairie Bend")["ok"]

    assert imani.hears()[-1] == (
        "Your question to the teams: What do you do about rides? Prairie Bend was asked. It stands in the channel "
        "where teams share, as a question of Dr. Imani Osei of faculty. You get this because you asked."
    )
    imani.presses("Answer", channel=SHARE)
    assert imani.whispers(SHARE)[-1].startswith("This is your own question.")
    assert "when it was like that" not in texts(_card(cleo)["blocks"])
    cleo.presses("Answer", channel=SHARE)
    assert cleo.box("answer")["label"]["text"] == "What do you tell them?"
    assert cleo.submits(answer="A driver asks at booking")["ok"]
    assert imani.hears()[-1].startswith("Cleo Hart of Prairie Bend answered your question: A driver asks")
    ana.presses("This helped", channel=SHARE)
    assert ana.whispers(SHARE)[-1].startswith("That's for faculty, coaches and coordinators: one of them")
    town.later(days=4)
    town.bot.tick()  # nobody is asked to see to it
    pru.presses("This helped", channel=SHARE)

    assert _card(cleo)["text"] == (
        "Dr. Imani Osei of faculty asks Prairie Bend: What do you do about rides? "
        "Cleo Hart of Prairie Bend answered, and it helped: A driver asks at booking"
    )
    assert cleo.hears()[-1].startswith("Your answer helped. Dr. Imani Osei of faculty keeps it on the question")
    assert _acts(town) == [("question.answered", 2, "question:1")]


def _happens(session: Session, what: str) -> None:
    if what == "withdrawn":
        session.get_one(Team, 1).status = "withdrawn"
    if what == "ended":
        session.get_one(Collaborative, 1).ends = MONDAY.date() - timedelta(days=1)
    if what == "nobody there":
        for one in session.exec(select(Membership).where(col(Membership.team_id).is_(None))):
            one.left_at = MONDAY


def _asks(person: Persona, **values: Any) -> None:
    person.runs(f"/allteach ask {WORDS}", "team-alder")
    assert person.submits(**values)["ok"]


def _card(person: Persona) -> Json:
    return next(one for one in person.messages(SHARE) if " asks " in one["text"])


def _asked_word(person: Persona) -> str:
    return next(text for text in person.hears() if text.startswith("Your question to the teams"))


def _seen_by_others(town: Town) -> list[Json]:
    """What stands where a team asks nothing: with its coach, other teams, faculty, and the coordinator."""
    pru, imani, cleo = (town.people[name] for name in ("pru", "imani", "cleo"))
    direct = [message for name in ("pru", "imani", "tobias", "cleo") for message in town.people[name].dm()]
    return [*direct, *cleo.messages(SHARE), *imani.messages("small-town-faculty"), *pru.messages("small-town")]


def _acts(town: Town) -> list[tuple[str, int, str]]:
    return [(one.kind, one.team_id, one.subject) for one in _rows(town, Act)]


def _rows(town: Town, table: type[Any]) -> list[Any]:
    with town.record() as session:
        return list(session.exec(select(table).order_by(table.id)))
