"""Heavy or stuck: ask a peer team, ask faculty, or tell only our coach, which then leaks nowhere."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.domain.events import Event
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.checking_in import DAY, answers, asked, at, card, cards, told
from tests.cycling import buttons, everything_stored, highlighted, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

SECRET = "Our director may close the front desk"
STORED_WITH_THE_ANSWER = {"checkinanswer"}


@pytest.mark.parametrize("told_so", [{"mood": "heavy"}, {"mood": "steady", "more": ["stuck"]}])
def test_whoever_says_heavy_or_stuck_is_asked_whom_to_tell(town: Town, ana: Persona, told_so: Json) -> None:
    asked(town)
    ana.presses("Answer")
    assert ana.submits(in_the_way=SECRET, **told_so)["ok"]

    assert "Thank you, Ana. It's saved. Who could help?" in texts(_form(ana))
    assert "Tobias Lindqvist reads them, nobody else" in texts(_form(ana))
    assert buttons(_form(ana)) == ["Ask a peer team", "Ask faculty", "Tell only our coach"]
    assert "The team has answered." in card(ana)
    assert SECRET not in str(cards(ana))


def test_closing_that_puts_the_words_on_the_card_as_the_form_said(town: Town, ana: Persona) -> None:
    _is_heavy(town, ana)

    ana.closes()

    assert f"🌧 heavy\nOne thing in the way?\n{SECRET}" in card(ana)


def test_who_walks_away_is_taken_to_have_told_the_team(town: Town, ana: Persona) -> None:
    _is_heavy(town, ana)
    at(town, DAY + timedelta(minutes=9))
    assert SECRET not in str(cards(ana))

    at(town, DAY + timedelta(minutes=11))

    assert SECRET in card(ana)


@pytest.mark.parametrize("when", ["in the form", "after it"])
def test_only_our_coach_reads_what_is_for_the_coach(
    town: Town, ana: Persona, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    tobias = town.people["tobias"]
    for person in town.people.values():
        if person.name not in ("gil", "olga"):
            person.opens_home()
    with capture_logs() as logged:
        town.slack.fault("chat.postMessage", "error", error="fatal_error")  # so that something is logged
        _tells_only_the_coach(town, ana, when)
        town.bot.tick()
        at(town, DAY + timedelta(hours=1))

    assert card(ana).splitlines()[1] == "The team has answered."
    assert buttons(cards(ana)[-1]["blocks"]) == []
    assert "heavy" not in str(cards(ana))
    assert tobias.hears()[-1].startswith(
        f"Ana Reyes of Alder &amp; Main told this only to you, in the check-in of Mon 16 Feb 2026: 🌧 heavy. "
        f"One thing in the way? {SECRET} Nobody else reads it here; please keep it so. You get this because"
    )
    for person in town.people.values():
        if person.name not in ("ana", "tobias"):
            assert SECRET not in _everything_seen(town, person), person.name
    assert "Check-in of Mon 16 Feb: answered" in texts(town.people["ben"].home["blocks"])
    assert SECRET not in str(town.slack.calls("views.publish"))
    assert {name for name, rows in everything_stored(town).items() if SECRET in str(rows)} == STORED_WITH_THE_ANSWER
    assert logged
    assert SECRET not in f"{logged}{caplog.text}"


def test_a_team_mate_can_neither_read_nor_overwrite_it_and_its_writer_can(
    town: Town, ana: Persona, ben: Persona
) -> None:
    only_people_are_heard(town)
    _tells_only_the_coach(town, ana, "in the form")
    assert ana.hears()[-1].startswith("Saved. Tobias Lindqvist reads it, and nobody else;")
    assert "Add to it" not in buttons(ben.opens_home()["blocks"])
    ana.opens_home()

    ana.presses_at_home("Add to it")
    assert ana.filled_in()["in_the_way"] == SECRET
    assert ana.submits(more=[], in_the_way="The front desk")["ok"]

    assert "The front desk" in card(ben)
    assert town.people["tobias"].hears()[-1] == "Alder &amp; Main has shown this check-in to the whole team by now."


@pytest.mark.parametrize("way", ["coach", "asked"])
def test_what_a_team_mate_adds_for_the_coach_is_theirs_and_not_the_first_writers(
    town: Town, ana: Persona, ben: Persona, way: str
) -> None:
    only_people_are_heard(town)
    asked(town)
    answers(ana, mood="steady", tested="Nadia called ten people")
    ana.presses("Add to it")
    pressed = last_sent(town)
    ana.closes()
    answers(ben, mood="heavy", in_the_way=SECRET, more=["coach"] if way == "coach" else [])
    if way == "asked":
        ben.presses("Tell only our coach")
        ben.closes()

    pressed["payload"]["actions"][0]["action_ts"] = "9.9"  # on a card that she has from before
    sends_again(town, pressed)

    assert ana.form is None
    assert ana.whispers("team-alder")[-1].startswith("Your team has answered this check-in, and not for everybody")
    assert SECRET not in _everything_seen(town, ana)
    assert town.people["tobias"].hears()[-1].startswith("Ben Castellano of Alder &amp; Main told this only to you")
    ben.opens_home()
    ben.presses_at_home("Add to it")
    assert ben.filled_in()["in_the_way"] == SECRET


def test_a_team_mate_who_was_writing_meanwhile_learns_nothing_either(town: Town, ana: Persona, ben: Persona) -> None:
    asked(town)
    ben.presses("Answer")
    ana.presses("Answer")
    ana.submits(mood="heavy", in_the_way=SECRET, more=["coach"])

    refused = ben.submits(mood="growing", tested="We wrote a script")

    assert refused["errors"]["mood"].startswith("Your team has answered this check-in")
    assert ben.filled_in()["tested"] == "We wrote a script"
    assert SECRET not in _everything_seen(town, ben)


def test_without_a_coach_in_slack_the_coordinators_read_it(town: Town, ana: Persona, pru: Persona) -> None:
    with town.kit.store.transaction() as session:
        session.get_one(Team, 1).coach_id = None
    _is_heavy(town, ana)
    assert "Pru Adebayo reads them, nobody else" in texts(_form(ana))

    ana.presses("Tell only our coach")

    assert "told this only to the coordinators" in pru.hears()[-1]
    assert not any(SECRET in text for text in town.people["tobias"].hears())


def test_two_presses_tell_the_coach_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    _is_heavy(town, ana)
    ana.presses("Tell only our coach")
    press = last_sent(town)
    assert "Tobias Lindqvist reads it, and nobody else" in texts(_form(ana))

    sends_again(town, press)

    assert sum(SECRET in text for text in town.people["tobias"].hears()) == 1


def test_a_heavy_form_that_arrives_twice_asks_once_more_and_counts_once(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    _is_heavy(town, ana)

    answer = sends_again(town, last_sent(town))

    assert (answer["response_action"], answer["view"]["callback_id"]) == ("update", "checkins.heavy")
    assert [one.version for one in told(town)] == [1]


def test_a_question_to_faculty_has_an_owner_who_is_told_and_the_team_knows_who(town: Town, ana: Persona) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    _is_heavy(town, ana)
    ana.presses("Ask faculty")
    assert ana.filled_in()["question"] is None
    assert f"What you said is in the way\n\n{SECRET}" in texts(_form(ana))

    assert ana.submits(question="How do others staff their front desk?")["ok"]

    assert ana.form is None
    assert ana.hears()[-1] == (
        "Your question to faculty: How do others staff their front desk? Faculty was asked. "
        "Tobias Lindqvist has the question. You get this because you asked."
    )
    assert tobias.hears()[-1].startswith("Ana Reyes of Alder &amp; Main asks faculty: How do others staff")
    assert "Tobias Lindqvist has it until somebody takes it." in texts(_at_faculty(imani)["blocks"])
    assert "Faculty was asked. Tobias Lindqvist has the question." in card(ana)
    assert SECRET in card(ana)


def test_somebody_else_takes_it_and_answers_and_the_team_hears_it(town: Town, ana: Persona) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    _asks_faculty(town, ana)
    assert highlighted(_at_faculty(imani)) == ["I'll take it"]
    imani.presses("I'll take it", channel="small-town-faculty")
    assert highlighted(_at_faculty(imani)) == ["Answered"]
    assert "Dr. Imani Osei has the question." in card(ana)
    assert "Dr. Imani Osei has it" in tobias.hears()[-1]

    imani.presses("Answered", channel="small-town-faculty")
    assert imani.submits(answer="Book both visits at once & call")["ok"]

    assert ana.hears()[-1] == (
        "Dr. Imani Osei answered your question: Book both visits at once &amp; call "
        "You asked: How do others staff their front desk?"
    )
    assert "Faculty was asked, and Dr. Imani Osei answered." in card(ana)
    assert buttons(_at_faculty(imani)["blocks"]) == ["Report patient details"]
    assert not any("still waits" in text for text in tobias.hears())


@pytest.mark.parametrize(
    ("when", "again"),
    [
        (DAY, DAY + timedelta(days=1)),
        (DAY + timedelta(days=4, hours=2), DAY + timedelta(days=7, hours=2)),  # Friday → Monday
    ],
)
def test_its_owner_is_asked_once_more_after_24_working_hours(
    town: Town, ana: Persona, when: datetime, again: datetime
) -> None:
    tobias = town.people["tobias"]
    with town.kit.store.transaction() as session:
        coach = session.exec(select(Person).where(Person.name == "Tobias Lindqvist")).one()
        coach.timezone = "America/Chicago"
    asked(town)
    at(town, when)
    _asks_faculty(town, ana)

    at(town, again - timedelta(minutes=1))
    assert _follow_ups(tobias) == []
    for days in (0, 1, 2, 3):
        at(town, again + timedelta(days=days, minutes=1))

    (one,) = _follow_ups(tobias)
    assert "still waits for an answer: How do others staff their front desk?" in one
    assert "You get this once" in one


def test_its_owner_is_left_alone_on_session_days(town: Town, ana: Persona) -> None:
    tobias = town.people["tobias"]
    begins = (DAY + timedelta(days=1)).astimezone(UTC)
    with town.kit.store.transaction() as session:
        session.add(Event(collaborative_id=1, title="LS1", kind="session", starts=begins))
    _asks_faculty(town, ana)

    at(town, DAY + timedelta(days=1, hours=3))
    assert _follow_ups(tobias) == []
    at(town, DAY + timedelta(days=2, hours=3))

    assert len(_follow_ups(tobias)) == 1


def test_an_answer_in_time_is_followed_by_nothing(town: Town, ana: Persona) -> None:
    tobias = town.people["tobias"]
    _asks_faculty(town, ana)
    tobias.presses("Answered")
    assert tobias.submits(answer="We talked; they try it on Monday")["ok"]
    for days in range(5):
        at(town, DAY + timedelta(days=days, hours=3))

    assert _follow_ups(tobias) == []


def test_a_coach_who_is_away_is_passed_over(town: Town, ana: Persona, pru: Persona) -> None:
    town.people["tobias"].runs("/timeoff until 20 March")
    _asks_faculty(town, ana)

    assert "Pru Adebayo has the question." in card(ana)
    assert "asks faculty" in pru.hears()[-1]


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_nobody_but_the_coach_and_faculty_takes_or_answers(town: Town, ana: Persona, who: str) -> None:
    only_people_are_heard(town)
    _asks_faculty(town, ana)
    town.people["imani"].presses("I'll take it", channel="small-town-faculty")

    sends_again(town, {**last_sent(town)}, town.people[who])

    assert town.people[who].hears()[-1].startswith("That's for the coach of Alder &amp; Main and faculty.")


def test_a_peer_team_is_asked_by_name_in_the_channel_where_teams_share(town: Town, ana: Persona, cleo: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask a peer team")
    choices = [one["text"]["text"] for one in ana.box("peer")["element"]["options"]]
    assert choices == ["Whoever can help", "Prairie Bend"]

    assert ana.submits(question="Who has a script?", peer=_choice(ana, "Prairie Bend"))["ok"]

    assert cleo.reads("small-town-share")[-1] == (
        "Alder &amp; Main asks Prairie Bend: Who has a script? "
        "Answer tells them, and what you say stands in the thread."
    )
    assert "Prairie Bend was asked." in card(ana)
    assert "It stands in the channel where teams share, as a question of Alder &amp; Main." in ana.hears()[-1]


def test_peers_who_adopted_a_change_come_first(town: Town, ana: Persona) -> None:
    more = "  - {name: Aspen, channel: team-aspen}\n  - {name: Zinnia, channel: team-zinnia}\ncheckin:"
    town.load(SMALL_TOWN.replace("checkin:", more))
    with town.kit.store.transaction() as session:
        zinnia = session.exec(select(Team).where(Team.name == "Zinnia")).one()
        adopted = Cycle(
            collaborative_id=1, team_id=zinnia.id or 0, number=1, owner_id=1, change="Calls", prediction="8 come",
            due=DAY.date(), stage="act", decision="adopt", started_at=town.kit.now(),
        )  # fmt: skip
        session.add(adopted)
    _is_heavy(town, ana)

    ana.presses("Ask a peer team")

    choices = [one["text"]["text"] for one in ana.box("peer")["element"]["options"]]
    assert choices == ["Whoever can help", "Zinnia", "Aspen", "Prairie Bend"]


def test_many_questions_stand_on_the_card_each_in_a_line(town: Town, ana: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask faculty")
    ana.submits(question="Who staffs it?")
    for mood in ("steady", "heavy"):
        ana.presses("Add to it")
        ana.submits(mood=mood)
    ana.presses("Ask a peer team")
    assert ana.submits(question="Who has a script?")["ok"]

    assert [line for line in card(ana).splitlines() if "asked." in line] == [
        "Faculty was asked. Tobias Lindqvist has the question.", "The other teams were asked.",
    ]  # fmt: skip


def test_a_question_whose_owner_leaves_goes_to_somebody_else_who_is_told(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _asks_faculty(town, ana)
    with town.kit.store.transaction() as session:
        coach = session.exec(select(Person).where(Person.name == "Tobias Lindqvist")).one()
        session.exec(select(Membership).where(Membership.person_id == coach.id)).one().left_at = town.kit.now()
    town.bot.tick()
    town.bot.tick()

    assert "Pru Adebayo has the question." in card(ana)
    assert sum("asks faculty" in text for text in pru.hears()) == 1
    at(town, DAY + timedelta(days=1, minutes=1))
    assert len(_follow_ups(pru)) == 1
    assert _follow_ups(town.people["tobias"]) == []


@pytest.mark.parametrize(
    ("off", "who"), [("for 2 days", "Tobias Lindqvist"), ("for 3 days", "Dr. Imani Osei")], ids=["two days", "three"]
)
def test_a_question_passes_on_in_the_written_order_while_its_owner_stays_away(
    town: Town, ana: Persona, pru: Persona, off: str, who: str
) -> None:
    imani, tobias = town.people["imani"], town.people["tobias"]
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Dr. Imani Osei")).one()
        session.exec(select(Membership).where(Membership.person_id == person.id)).one().roles = ["improvement_advisor"]
    _asks_faculty(town, ana)
    tobias.runs(f"/timeoff {off}")
    for _ in range(2):
        town.bot.tick()

    assert f"Faculty was asked. {who} has the question." in card(ana)
    away = "Tobias Lindqvist had it and went away for some days"
    told = [text for text in imani.hears() if f"You get this because {away}, and it comes to you next" in text]
    asker = [text for text in ana.hears() if f"Dr. Imani Osei has your question to faculty now: {away}." in text]
    assert (len(told), len(asker)) == ((0, 0) if who.startswith("Tobias") else (1, 1))
    if told:
        imani.runs("/timeoff until 20 March")
        town.bot.tick()
        assert "Pru Adebayo has the question." in card(ana)
        assert "Dr. Imani Osei had it and went away" in pru.hears()[-1]
        at(town, DAY + timedelta(days=1, hours=2))
        assert [len(_follow_ups(one)) for one in (tobias, imani, pru)] == [0, 0, 1]


def test_a_question_that_passes_on_at_night_wakes_nobody(town: Town, ana: Persona, pru: Persona) -> None:
    _asks_faculty(town, ana)
    town.people["tobias"].runs("/timeoff tomorrow for 5 days")
    heard = (len(pru.hears()), len(ana.hears()))

    at(town, DAY + timedelta(hours=16))
    assert (len(pru.hears()), len(ana.hears())) == heard
    assert "Pru Adebayo has the question." in card(ana)
    at(town, DAY + timedelta(days=1, minutes=1))

    assert "and it comes to you next" in pru.hears()[-1]
    assert ana.hears()[-1].startswith("Pru Adebayo has your question to faculty now: Tobias Lindqvist had it")


def test_a_team_may_ask_without_its_name(town: Town, ana: Persona, cleo: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask a peer team")

    assert ana.submits(question="Who has a script?", name=["unnamed"])["ok"]

    message = cleo.messages("small-town-share")[-1]
    assert message["text"].startswith("A team asks whoever can help: Who has a script? Answer tells them")
    assert "Alder" not in json.dumps(message)
    assert "Ana" not in json.dumps(message)
    assert "asked." not in card(ana)  # its coach reads the card


def test_details_of_a_patient_in_a_question_are_asked_about(town: Town, ana: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask faculty")
    ana.submits(question="What of MRN 12345678?")

    assert "confirm below" in texts(_form(ana))
    assert ana.submits(question="What of people who don't come?")["ok"]


def test_reporting_a_check_in_takes_its_words_and_questions_down_everywhere(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask faculty")
    assert ana.submits(question=SECRET)["ok"]
    ben.presses("Report patient details", cards(ben)[-1])

    for person in town.people.values():
        assert SECRET not in _everything_seen(town, person), person.name
    assert {name for name, rows in everything_stored(town).items() if SECRET in str(rows)} == set()
    assert any("A check-in of Alder &amp; Main was taken down" in text for text in ana.hears())
    assert any("in a check-in of Alder &amp; Main (by Ana Reyes)" in text for text in pru.hears())
    ana.opens_home()
    ana.presses_at_home("Add to it")
    assert ana.form is None


def test_a_question_can_be_reported_where_it_stands(town: Town, ana: Persona, cleo: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask a peer team")
    assert ana.submits(question="Who knows Maria?")["ok"]

    cleo.uses_on("privacy.report_message", cleo.messages("small-town-share")[-1], "small-town-share")

    assert not any("Maria" in text for text in cleo.reads("small-town-share"))
    assert any("A question of Alder &amp; Main was taken down" in text for text in ana.hears())
    assert SECRET in card(ana)


def _is_heavy(town: Town, ana: Persona) -> None:
    if not cards(ana):
        asked(town)
    ana.presses("Answer")
    assert ana.submits(mood="heavy", in_the_way=SECRET)["ok"]


def _tells_only_the_coach(town: Town, ana: Persona, when: str) -> None:
    if when == "after it":
        _is_heavy(town, ana)
        ana.presses("Tell only our coach")
        ana.closes()
        return
    asked(town)
    answers(ana, mood="heavy", in_the_way=SECRET, more=["coach"])


def _asks_faculty(town: Town, ana: Persona) -> None:
    _is_heavy(town, ana)
    ana.presses("Ask faculty")
    assert ana.submits(question="How do others staff their front desk?")["ok"]


def _at_faculty(person: Persona) -> Json:
    return next(one for one in person.messages("small-town-faculty") if "asks faculty" in one["text"])


def _follow_ups(person: Persona) -> list[str]:
    return [text for text in person.hears() if "still waits for an answer" in text]


def _choice(person: Persona, label: str) -> str:
    options = person.box("peer")["element"]["options"]
    return str(next(one["value"] for one in options if one["text"]["text"] == label))


def _form(person: Persona) -> list[Json]:
    return list((person.form or {"blocks": []})["blocks"])


def _everything_seen(town: Town, person: Persona) -> str:
    """All that stands on somebody's screen: channels, conversations, Home and open forms."""
    return json.dumps(town.slack.get("see", user=person.user), ensure_ascii=False)
