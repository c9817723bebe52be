"""Coordinators see what the clock has for the next seven days, hold a message back, or send it now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.audit import Audit
from bot.domain import absences
from bot.domain.asks import Ask
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.outbox import Letter
from bot.planning import asking
from jobs import asks
from tests.cycling import buttons, logs, only_people_are_heard, questions, runs_it, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

TOMORROW, TOMORROW_AT_NINE = "2026-02-03", datetime(2026, 2, 3, 15, tzinfo=UTC)
QUESTION = "The question what happened with cycle 1 to Ana Reyes (ana@example.org)."
SENT_NOW = "It goes out now: the question what happened with cycle 1 to Ana Reyes (ana@example.org)."


def test_a_window_without_messages_says_so(pru: Persona) -> None:
    _looks(pru)

    assert _said(pru).endswith("Nothing is planned for these days.\n*The last seven days*\nNo questions went out.")
    assert buttons(_form(pru)["blocks"]) == []


def test_one_message_is_told_with_its_hour_its_recipient_and_why(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)

    ((when, what),) = _lines(pru)
    assert when == "Tue 3 Feb 9:00 AM CST"
    assert what == f"{QUESTION}\nWhy: its test is to have run by then."
    assert buttons(_form(pru)["blocks"]) == ["Hold back", "Send now"]


def test_what_comes_soon_and_is_not_written_yet_says_to_look_again(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    logs(cleo, "team-prairie", due=TOMORROW)
    _looks(pru)

    ((_, what),) = _lines(pru)
    assert what.endswith("Why: its test is to have run by then. It is being planned; look again in a minute.")
    pru.closes()

    town.bot.tick()
    logs(ana, due=TOMORROW)
    _looks(pru)

    ((_, what),) = _lines(pru)
    assert what.startswith("Questions to 2 people:")
    assert what.endswith(" Hold back and Send now are for 1 of them; the others have them two days before.")
    pru.presses("Show them")
    assert ["Ana Reyes" in what for _, what in _lines(pru)] == [True, False]  # by name, whichever was written first


def test_what_is_alike_stands_in_one_line_in_the_order_of_the_hours_what_is_not_written_yet_too(
    town: Town, ana: Persona
) -> None:
    cleo, imani, pru = (town.people[name] for name in ("cleo", "imani", "pru"))
    for due in ("2026-02-10", "2026-02-06", TOMORROW):  # the tenth is more than a week away
        logs(ana, due=due)
    logs(cleo, "team-prairie", due=TOMORROW)
    town.bot.tick()
    _looks(pru)

    both = "Questions to 2 people: Ana Reyes (ana@example.org), Cleo Hart (cleo@example.org)."
    second = "The question what happened with cycle 2 to Ana Reyes (ana@example.org)."
    because = "\nWhy: its test is to have run by then."
    assert _lines(pru) == [
        ("Tue 3 Feb 9:00 AM, where each of them is", f"{both}{because}"),
        ("Fri 6 Feb 9:00 AM CST", f"{second}{because} This one can be held back, or sent now, from two days before."),
    ]
    assert buttons(_form(pru)["blocks"]) == ["Show them", "Hold all back", "Send all now"]
    assert "Upcoming messages" not in texts(imani.opens_home()["blocks"])


def test_many_that_are_alike_open_to_pages(town: Town, pru: Persona) -> None:
    _plans(town, 95)

    _looks(pru)
    ((when, what),) = _lines(pru)
    pru.presses("Show them")
    pages = [_opened(pru)]
    for label in ("Those after", "Those after", "Those before"):
        pru.presses(label)
        pages.append(_opened(pru))

    assert (when, what) == (
        "Tue 3 Feb 9:00 AM CST",
        "The team card to 95 teams: #team-alder, #team-alder, #team-alder and 92 more.\nWhy: a test.",
    )
    assert [lines for _, lines, _ in pages] == [40, 40, 15, 40]
    assert [told[told.index("Page") :] for told, _, _ in pages] == [f"Page {page} of 3." for page in (1, 2, 3, 2)]
    assert all(blocks <= 100 for _, _, blocks in pages)
    pru.presses("All upcoming messages")
    assert len(_lines(pru)) == 1


def test_forty_stand_in_the_window_and_the_others_on_its_next_page(town: Town, pru: Persona) -> None:
    _plans(town, 45, apart=timedelta(minutes=1))

    _looks(pru)

    assert len(_lines(pru)) == 40
    assert "Page 1 of 2." in _said(pru)
    assert len(_form(pru)["blocks"]) <= 100
    pru.presses("Those after")
    pru.presses("Hold back")
    assert len(_lines(pru)) == 5
    assert "Page 2 of 2." in _said(pru)
    assert _lines(pru)[0][1].endswith("Held back.")


def test_all_that_are_alike_are_held_back_let_go_or_sent_with_one_press(town: Town, ana: Persona, pru: Persona) -> None:
    cleo = town.people["cleo"]
    logs(ana, due=TOMORROW)
    logs(cleo, "team-prairie", due=TOMORROW)
    town.bot.tick()
    _looks(pru)

    pru.presses("Hold all back")
    assert _said(pru).startswith("Held back: 2. These aren't sent any more; those of later days come as planned.")
    assert buttons(_form(pru)["blocks"]) == ["Show them", "Send them after all"]
    pru.presses("Send them after all")
    assert _said(pru).startswith("Going out after all: 2.")
    pru.presses("Send all now")

    assert _said(pru).startswith("Going out now: 2.")
    assert _lines(pru) == []
    assert (len(questions(ana)), len(questions(cleo))) == (1, 1)
    assert _audited(town) == [*["letter.held_back"] * 2, *["letter.released"] * 2, *["letter.sent_now"] * 2]


def test_of_many_that_are_sent_now_those_at_rest_stay_and_the_answer_says_why(
    town: Town, ana: Persona, pru: Persona
) -> None:
    cleo = town.people["cleo"]
    logs(ana, due=TOMORROW)
    logs(cleo, "team-prairie", due=TOMORROW)
    _at(town, TOMORROW_AT_NINE - timedelta(hours=1, minutes=30))  # half past seven in Chicago, half past six in Denver
    _looks(pru)

    pru.presses("Send all now")

    told = "Going out now: 1. Left as before: 1. Cleo Hart has quiet hours until Tue 3 Feb 7:00 AM MST."
    assert _said(pru).startswith(told)
    assert (len(questions(ana)), len(questions(cleo))) == (1, 0)
    assert buttons(_form(pru)["blocks"]) == ["Hold back", "Send now"]


def test_one_of_many_is_held_back_on_its_page(town: Town, pru: Persona) -> None:
    _plans(town, 3)
    _looks(pru)
    pru.presses("Show them")

    pru.presses("Hold back")

    assert _said(pru).startswith("Held back: the team card to #team-alder. This one isn't sent any more;")
    assert _opened(pru)[:2] == ("The team card to 3 teams, Tue 3 Feb 9:00 AM CST.", 3)
    assert buttons(_form(pru)["blocks"])[:2] == ["Send after all", "Hold back"]
    pru.presses("Send after all")
    assert _said(pru).startswith("It goes out after all: the team card to #team-alder.")
    assert "Send after all" not in buttons(_form(pru)["blocks"])


def test_what_is_held_back_is_never_said_and_never_planned_again(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    pru.presses("Hold back")

    assert _said(pru).startswith("Held back: the question what happened with cycle 1 to Ana Reyes (ana@example.org).")
    assert "Held back." in _lines(pru)[0][1]
    assert buttons(_form(pru)["blocks"]) == ["Send after all"]
    for day in range(4):
        _at(town, TOMORROW_AT_NINE + timedelta(days=day, minutes=1))
    assert questions(ana) == []
    assert _letter(town).state == outbox.HELD
    assert _audited(town) == ["letter.held_back"]
    pru.closes()
    _looks(pru)
    assert "Ana Reyes" not in _said(pru)


def test_several_questions_are_one_line_and_are_held_back_together(town: Town, ana: Persona, pru: Persona) -> None:
    for _ in range(2):
        logs(ana, due=TOMORROW)
    town.bot.tick()
    _looks(pru)
    ((_, what),) = _lines(pru)
    both = "The questions what happened with cycle 1 and what happened with cycle 2 to Ana Reyes (ana@example.org)."
    assert what.splitlines() == [both, "Why: its test is to have run by then."]
    pru.presses("Hold back")

    for day in range(4):
        _at(town, TOMORROW_AT_NINE + timedelta(days=day, minutes=1))
    assert questions(ana) == []


def test_the_last_seven_days_count_each_kind(town: Town, ana: Persona, pru: Persona) -> None:
    for due in ("2026-02-03", "2026-02-03", "2026-02-03", "2026-02-04"):
        logs(ana, due=due)
    _at(town, TOMORROW_AT_NINE + timedelta(minutes=1))
    for label in ("Tomorrow", "Not this time"):
        ana.presses(label)
    ana.presses("Tell us")
    ana.submits(happened="9 called")
    _at(town, TOMORROW_AT_NINE + timedelta(days=1, minutes=1))
    _looks(pru)

    told = "5 went out: 1 acted on, 1 put off or handed over, 1 not this time, 2 not answered so far."
    assert f"*The last seven days*\nWhat happened with a cycle: {told}" in _said(pru)
    _at(town, TOMORROW_AT_NINE + timedelta(days=10))
    pru.closes()
    _looks(pru)
    assert "What happened with a cycle" not in _said(pru)


def test_a_kind_that_hardly_anybody_acts_on_is_pointed_out(town: Town, ana: Persona, pru: Persona) -> None:
    for _ in range(10):
        logs(ana, due=TOMORROW)
    for day in range(4):
        _at(town, TOMORROW_AT_NINE + timedelta(days=day, minutes=1))
        town.kit.settings = town.kit.settings.model_copy(update={"asks_a_week": 5})
    _looks(pru)

    assert "10 went out: 0 acted on, 10 not answered so far." in _said(pru)
    assert "Fewer than one in ten acted on this. Is it worth asking?" in _said(pru)


def test_what_was_held_back_can_go_out_after_all_while_its_day_is_on(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    pru.presses("Hold back")
    _at(town, TOMORROW_AT_NINE + timedelta(hours=2))
    assert questions(ana) == []

    pru.presses("Send after all")

    assert "It goes out after all" in _said(pru)
    town.bot.tick()
    assert len(questions(ana)) == 1
    assert _audited(town) == ["letter.held_back", "letter.released"]


def test_a_day_that_is_over_brings_nothing_back(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    pru.presses("Hold back")
    _at(town, TOMORROW_AT_NINE + timedelta(days=1))

    pru.presses("Send after all")

    assert "Its day is over, so it stays held back." in _said(pru)
    assert questions(ana) == []


def test_a_message_sent_now_goes_once_and_is_not_moved_back(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    pru.presses("Send now")

    assert SENT_NOW in _said(pru)
    assert _lines(pru) == []
    (question,) = questions(ana)
    assert "is to run by Tue 3 Feb 2026" in question["text"]
    assert "because you own the test and a coordinator asked before its date." in question["text"]
    for hours in (1, 24, 25):
        _at(town, TOMORROW_AT_NINE + timedelta(hours=hours - 24))
    assert len(questions(ana)) == 1
    assert _audited(town) == ["letter.sent_now"]


def test_what_was_sent_now_is_not_moved_back_while_slack_keeps_it_waiting(town: Town, ana: Persona) -> None:
    _planned(town, ana)
    with town.kit.store.transaction() as session:
        letter = session.exec(select(Letter).where(Letter.message == "asks/day")).one()
        outbox.hurry(session, letter, town.kit.now())
        due = letter.due
        asking.plan_in(session, town.kit)

    asks.plan(town.kit)

    assert _letter(town).due == due


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (
            "2026-02-03T04:00+00:00",
            "Ana Reyes has quiet hours until Tue 3 Feb 7:00 AM CST. It stays planned as",
        ),
        ("2026-02-02T20:00+00:00", ""),
    ],
)
def test_nothing_is_sent_into_a_night(town: Town, ana: Persona, pru: Persona, at: str, sentence: str) -> None:
    _planned(town, ana)
    _at(town, datetime.fromisoformat(at))
    _looks(pru)
    pru.presses("Send now")

    assert (sentence or SENT_NOW) in _said(pru)
    assert len(questions(ana)) == (0 if sentence else 1)
    assert len(_audited(town)) == (0 if sentence else 1)


def test_nothing_is_sent_into_time_off_a_day_off_or_a_pause(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        absences.leave(session, person.id or 0, date(2026, 2, 2), date(2026, 2, 3), town.kit.now())
    pru.presses("Send now")
    assert "Ana Reyes is away just now, and time off is left alone. It stays planned as it was." in _said(pru)

    with town.kit.store.transaction() as session:
        absences.end(session, person.id or 0, date(2026, 2, 2))
        person = session.get_one(Person, person.id)
        person.asked_on = [1, 2]  # it is Monday
        session.add(person)
    pru.presses("Send now")
    assert "Ana Reyes has a day off today. It stays planned as it was." in _said(pru)

    with town.kit.store.transaction() as session:
        person.asked_on = None
        session.add(person)
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.status, team.status_until = "paused", date(2026, 3, 1)
        session.add(team)
    pru.presses("Send now")

    assert "Alder & Main takes a pause just now, and nothing is asked of its people." in _said(pru)
    assert questions(ana) == []


def test_a_message_that_went_out_meanwhile_stays_as_it_is(town: Town, ana: Persona, pru: Persona) -> None:
    _planned(town, ana)
    _looks(pru)
    _at(town, TOMORROW_AT_NINE + timedelta(minutes=1))
    assert len(questions(ana)) == 1

    pru.presses("Hold back")

    assert "It's in Slack already or on its way there, so it stays as it is." in _said(pru)
    assert len(questions(ana)) == 1
    assert _audited(town) == []


def test_a_question_that_was_answered_meanwhile_is_neither_listed_nor_sent(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _planned(town, ana)
    _looks(pru)
    runs_it(ana)
    pru.presses("Send now")

    assert "There is no reason for it any more, so it doesn't go out anyway." in _said(pru)
    assert _lines(pru) == []
    assert questions(ana) == []


@pytest.mark.parametrize(
    ("label", "again"), [("Hold back", "It was held back already."), ("Send now", "It's in Slack already")]
)
def test_a_button_pressed_twice_does_it_once(town: Town, ana: Persona, pru: Persona, label: str, again: str) -> None:
    only_people_are_heard(town)
    _planned(town, ana)
    _looks(pru)
    pressed = _button(_form(pru), label)
    pru.presses(label)

    for stamp in ("1.1", "1.1", "1.2"):
        sends_again(town, _press(pressed, stamp), pru)

    assert [said.startswith(again) for said in pru.hears()[-1:]] == [True]
    assert len(questions(ana)) == (label == "Send now")
    assert len(_audited(town)) == 1


@pytest.mark.parametrize("who", ["ana", "imani", "tobias"])
@pytest.mark.parametrize("label", ["Hold back", "Send now"])
def test_only_those_who_steer_may(town: Town, pru: Persona, who: str, label: str) -> None:
    only_people_are_heard(town)
    _planned(town, town.people["ana"])
    _looks(pru)
    pressed = _button(_form(pru), label)

    sends_again(town, _press(pressed, "1.1"), town.people[who])

    assert town.people[who].hears()[-1].startswith("That's for a coordinator or the director. Ask one of them")
    assert _letter(town).state == outbox.PENDING
    assert _audited(town) == []


def test_holding_back_leaves_alone_what_another_collaborative_asks_of_the_same_person(
    town: Town, ana: Persona, pru: Persona
) -> None:
    for _ in range(2):
        logs(ana, due=TOMORROW)
    _into_another_collaborative(town, cycle=2)
    town.bot.tick()
    _looks(pru)
    ((_, what),) = _lines(pru)
    assert what.startswith(QUESTION)
    pru.presses("Hold back")

    assert _said(pru).startswith("Held back: the question what happened with cycle 1 to Ana Reyes")
    _at(town, TOMORROW_AT_NINE + timedelta(minutes=1))
    (question,) = questions(ana)
    assert question["text"].startswith("Morning, Ana. Your test (cycle 2)")
    ((_, what),) = _lines(pru)
    assert what.endswith(" Held back.")
    pru.presses("Send after all")
    assert "It goes out after all: the question what happened with cycle 1 to Ana Reyes" in _said(pru)
    for days in (0, 1):
        _at(town, TOMORROW_AT_NINE + timedelta(days=days, minutes=2))

    assert [one["text"].partition(" was")[0] for one in questions(ana)[1:]] == ["Morning, Ana. Your test (cycle 1)"]
    assert _audited(town) == ["letter.held_back", "letter.released"]


def test_a_letter_of_another_collaborative_is_its_own_coordinators_alone(
    town: Town, ana: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    _planned(town, ana)
    _looks(pru)
    pressed = _button(_form(pru), "Hold back")
    team = _into_another_collaborative(town, cycle=1)
    with town.kit.store.transaction() as session:
        session.exec(select(Ask)).one().team_id = team

    sends_again(town, _press(pressed, "1.1"), pru)

    assert pru.hears()[-1] == "That's for a coordinator or the director. Ask one of them."
    assert _letter(town).state == outbox.PENDING


@pytest.mark.parametrize("value", ["1", "999999"])
def test_a_button_about_no_message_of_the_clock_is_answered_in_words(town: Town, pru: Persona, value: str) -> None:
    only_people_are_heard(town)
    sends_again(town, _press({"action_id": "upcoming.hold", "value": value}, "1.1"), pru)

    assert pru.hears()[-1] == "This isn't one of the upcoming messages any more. Home shows those that are."


def _into_another_collaborative(town: Town, cycle: int) -> int:
    """That cycle is of a team of another collaborative, in which Ana is too; returns the team."""
    with town.kit.store.transaction() as session:
        ours = session.exec(select(Collaborative)).one()
        other = Collaborative(**{**ours.model_dump(), "id": None, "name": "Big Town"})
        session.add(other)
        session.flush()
        alder = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team = Team(**{**alder.model_dump(), "id": None, "name": "Elm", "collaborative_id": other.id})
        session.add(team)
        session.flush()
        ana = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        place = Membership(
            person_id=ana.id or 0, collaborative_id=other.id or 0, team_id=team.id, joined_at=town.kit.now()
        )
        session.add(place)
        moved = session.exec(select(Cycle).where(Cycle.number == cycle)).one()
        moved.team_id, moved.collaborative_id = team.id or 0, other.id or 0
        return team.id or 0


def _planned(town: Town, person: Persona) -> None:
    """A test of theirs is due tomorrow, and the question is written."""
    logs(person, due=TOMORROW)
    town.bot.tick()


def _at(town: Town, instant: datetime) -> None:
    town.turn_clock(instant)
    town.bot.tick()


def _looks(person: Persona) -> None:
    person.opens_home()
    person.presses_at_home("Upcoming messages")


def _form(person: Persona) -> Json:
    assert person.form
    return person.form


def _said(person: Persona) -> str:
    return texts(_form(person)["blocks"])


def _lines(person: Persona) -> list[tuple[str, str]]:
    """When, and the rest, for each line of the window."""
    told = [block["text"]["text"] for block in _form(person)["blocks"] if block["block_id"].startswith("line.")]
    return [(when, what) for when, _, what in (line.partition("\n") for line in told)]


def _opened(person: Persona) -> tuple[str, int, int]:
    """What stands over a page, how many lines it has, and of how many blocks it is."""
    blocks = _form(person)["blocks"]
    over = next(block["elements"][0]["text"] for block in blocks if block["type"] == "context")
    return over, len(_lines(person)), len(blocks)


def _plans(town: Town, count: int, apart: timedelta = timedelta()) -> None:
    """So many messages of one kind, the first of them tomorrow at nine."""
    with town.kit.store.transaction() as session:
        for number in range(count):
            at = TOMORROW_AT_NINE + number * apart
            outbox.plan(
                session, "teams/card", key=f"x:{number}", to="team:1", at=at, why="a test", now=town.kit.now(), team=1
            )


def _letter(town: Town) -> Letter:
    with town.record() as session:
        return session.exec(select(Letter).where(Letter.message == "asks/day")).one()


def _audited(town: Town) -> list[str]:
    with town.record() as session:
        lines = session.exec(select(Audit).where(col(Audit.act).startswith("letter.")).order_by(col(Audit.id)))
        return [line.act for line in lines]


def _button(form: Json, label: str) -> dict[str, Any]:
    elements = [one for block in form["blocks"] for one in block.get("elements", ()) if one["type"] == "button"]
    return next(one for one in elements if one["text"]["text"] == label)


def _press(button: dict[str, Any], stamp: str) -> Json:
    """As Slack sends a press of a button outside of any window."""
    action = {
        "type": "button",
        "action_id": button["action_id"],
        "block_id": "b",
        "value": button["value"],
        "action_ts": stamp,
    }
    payload = {"type": "block_actions", "trigger_id": "1.2.expired", "user": {}, "team": {}, "actions": [action]}
    return {"type": "interactive", "payload": payload}
