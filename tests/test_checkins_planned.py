"""When check-ins come and when they don't: pauses, holidays, sessions, the launch, the end, and a bot that was down."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot import outbox
from bot.commands import ticking
from bot.domain import pauses
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.teams import Team
from bot.outbox import Letter
from tests import town as towns
from tests.checking_in import CHICAGO, DAY, answers, asked, at, cards, check_ins, sets, told
from tests.cycling import last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

WEDNESDAY = DAY + timedelta(days=2)


def test_every_period_has_a_card_of_its_own(town: Town, ana: Persona) -> None:
    for day in range(0, 45, 2):
        at(town, DAY + timedelta(days=day, minutes=1))

    assert [one["text"].split(".")[0] for one in cards(ana)] == [
        f"Alder &amp; Main: check-in of {day} 2026" for day in ("Mon 16 Feb", "Mon 2 Mar", "Mon 16 Mar", "Mon 30 Mar")
    ]


def test_a_paused_team_is_asked_when_its_pause_is_over(town: Town, ana: Persona) -> None:
    at(town, DAY - timedelta(days=1))
    _pause(town, until=date(2026, 2, 19))
    for day in (0, 1, 2):
        at(town, DAY + timedelta(days=day, minutes=1))
    assert cards(ana) == []
    ana.opens_home()
    assert "Check-in of" not in texts(ana.home["blocks"])

    at(town, DAY + timedelta(days=3))

    assert "check-in of Thu 19 Feb 2026" in cards(ana)[0]["text"]


def test_a_pause_that_begins_just_before_its_hour_holds_the_card(town: Town, ana: Persona) -> None:
    at(town, DAY - timedelta(minutes=1))
    _pause(town, until=date(2026, 2, 19))
    town.turn_clock(DAY + timedelta(minutes=1))
    town.bot.settle()  # the sender is awake before the planner
    assert cards(ana) == []

    at(town, DAY + timedelta(days=3))

    assert len(cards(ana)) == 1


def test_a_pause_longer_than_the_period_skips_it(town: Town, ana: Persona) -> None:
    _pause(town, until=date(2026, 3, 3))
    asked(town)
    at(town, datetime(2026, 3, 3, 9, tzinfo=CHICAGO))

    (one,) = cards(ana)
    assert "check-in of Tue 3 Mar 2026" in one["text"]


@pytest.mark.parametrize("status", ["withdrawn", "lapsed", "completed"])
def test_a_team_that_has_left_is_asked_no_more(town: Town, ana: Persona, status: str) -> None:
    at(town, DAY - timedelta(days=1))
    _changes(town, status=status)
    asked(town)

    assert cards(ana) == []
    assert check_ins(town) == []


def test_a_holiday_moves_the_card_to_the_next_working_day(town: Town, ana: Persona) -> None:
    _changes(town, holidays=["2026-02-16"])
    asked(town)
    assert cards(ana) == []

    at(town, DAY + timedelta(days=1))

    assert "check-in of Tue 17 Feb 2026" in cards(ana)[0]["text"]


def test_nobody_is_asked_while_everybody_is_at_a_session(town: Town, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        begins, ends = DAY.astimezone(UTC), (DAY + timedelta(days=1, hours=6)).astimezone(UTC)
        session.add(Event(collaborative_id=1, title="LS1", kind="session", starts=begins, ends=ends))
    for day in (0, 1):
        at(town, DAY + timedelta(days=day, minutes=1))
    assert cards(ana) == []

    at(town, WEDNESDAY)

    assert "check-in of Wed 18 Feb 2026" in cards(ana)[0]["text"]


def test_nobody_is_asked_before_the_launch() -> None:
    with towns.built(launched=False) as town:
        at(town, DAY)
        assert check_ins(town) == []


def test_nobody_is_asked_after_the_end(town: Town, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        session.get_one(Collaborative, 1).ends = date(2026, 2, 15)
    asked(town)

    assert cards(ana) == []


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (DAY + timedelta(hours=5), True),
        (DAY + timedelta(days=9), True),
        (DAY + timedelta(hours=13), False),  # at night
        (DAY + timedelta(days=5), False),  # on a Saturday
    ],
)
def test_a_bot_that_was_down_asks_late_within_the_period(town: Town, ana: Persona, back: datetime, said: bool) -> None:
    at(town, DAY - timedelta(hours=1))
    town.turn_clock(back)
    town.bot.settle()  # the sender is awake before the planner
    at(town, back)

    assert len(cards(ana)) == said
    if not said:
        at(town, DAY + timedelta(days=7 if back.weekday() == 5 else 1, hours=1))
        assert len(cards(ana)) == 1


@pytest.mark.parametrize("planned", [True, False])
def test_a_card_of_a_period_that_is_over_is_not_sent_and_coordinators_are_told(
    town: Town, ana: Persona, pru: Persona, planned: bool
) -> None:
    if planned:
        at(town, DAY - timedelta(hours=1))
    at(town, DAY + timedelta(days=14, hours=2))

    (one,) = cards(ana)
    assert "check-in of Mon 2 Mar 2026" in one["text"]
    if planned:
        assert _letters(town)[0].state == outbox.EXPIRED
        town.bot.tick()
        assert "check-in card" in pru.hears()[-1]


def test_the_lead_alone_is_asked_where_that_was_chosen(town: Town, ana: Persona, ben: Persona) -> None:
    sets(town, where="dm")
    asked(town)
    assert cards(ana) == []
    assert _letters(town) == []
    assert "Check-in of Mon 16 Feb: open" in texts(ben.opens_home()["blocks"])

    ben.presses_at_home("Answer")
    assert ben.submits(mood="growing")["ok"]

    assert "Check-in of Mon 16 Feb: answered by Ben Castellano" in texts(ben.home["blocks"])
    assert cards(ana) == []


def test_what_waits_moves_with_the_settings_of_a_file(town: Town, ana: Persona) -> None:
    at(town, DAY - timedelta(days=1))
    town.load(SMALL_TOWN.replace('weekday: monday, at: "09:00"', 'weekday: wednesday, at: "10:30"'))
    at(town, DAY)
    assert cards(ana) == []

    at(town, datetime(2026, 2, 25, 10, 29, tzinfo=CHICAGO))
    assert cards(ana) == []
    at(town, datetime(2026, 2, 25, 10, 30, tzinfo=CHICAGO))

    assert [one.opens for one in check_ins(town)] == [date(2026, 2, 25)]
    assert len(cards(ana)) == 1


def test_a_file_that_says_nothing_of_check_ins_keeps_what_was_set(town: Town) -> None:
    sets(town, every="month", at="10:30", questions=["What went well?"])
    start = SMALL_TOWN.index("checkin:")

    town.load(SMALL_TOWN[:start] + SMALL_TOWN[SMALL_TOWN.index("events:") :])
    town.load(
        SMALL_TOWN.replace('checkin: {every: two_weeks, weekday: monday, at: "09:00"}', "checkin: {weekday: friday}")
    )

    with town.record() as session:
        kept = session.get_one(Collaborative, 1).checkin
        assert (kept["every"], kept["at"], kept["questions"]) == ("month", "10:30", ["What went well?"])
        assert kept["weekday"] == "friday"


def test_coordinators_see_them_coming_hold_one_back_or_send_it_now(town: Town, ana: Persona, pru: Persona) -> None:
    at(town, DAY - timedelta(days=3))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    shown = texts((pru.form or {"blocks": []})["blocks"])
    assert "The check-in card to 2 teams: #team-alder, #team-prairie." in shown
    assert shown.count("This one can be held back, or sent now, from two days before.") == 1
    pru.closes()
    at(town, DAY - timedelta(days=1))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    assert "Why: the collaborative checks in on this day." in texts((pru.form or {"blocks": []})["blocks"])

    pru.presses_beside("The check-in card", "Show them")
    pru.presses("Hold back")
    at(town, DAY + timedelta(hours=3))

    assert cards(ana) == []
    assert len(check_ins(town)) == 1


def test_nothing_is_sent_by_hand_on_a_day_off(town: Town, ana: Persona, pru: Persona) -> None:
    at(town, DAY - timedelta(days=1))  # a Sunday
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")

    pru.presses_beside("The check-in card", "Show them")
    pru.presses("Send now")

    shown = texts((pru.form or {"blocks": []})["blocks"])
    assert "Alder & Main has a day off today. It stays planned as it was." in shown
    asked(town)
    assert len(cards(ana)) == 1


def test_a_card_is_sent_by_hand_before_its_hour(town: Town, ana: Persona, pru: Persona) -> None:
    at(town, DAY - timedelta(hours=1))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")

    pru.presses("Show them")
    pru.presses("Send now")
    assert len(cards(ana)) == 1

    asked(town)
    assert len(cards(ana)) == 1


def test_a_rehearsal_tells_the_cards_and_why(town: Town, ana: Persona) -> None:
    at(town, DAY - timedelta(days=1))
    rehearsed = town.kit.settings.model_copy(update={"clock": DAY})

    (one,) = [one for one in ticking.rehearsed(rehearsed) if one["message"] == "checkins/card"]

    assert (one["to"], one["why"]) == ("#team-alder", "the collaborative checks in on this day")
    assert one["text"].startswith("Alder & Main: check-in of Mon 16 Feb 2026.")
    assert cards(ana) == []


def test_an_answer_ahead_of_its_day_is_kept_whatever_becomes_of_the_day(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    sets(town, where="dm")
    asked(town)
    ana.opens_home()
    ana.presses_at_home("Answer")
    ana.submits(mood="growing")
    sent = last_sent(town)
    at(town, DAY + timedelta(days=13))
    to_come = {"checkin": check_ins(town)[1].id, "seen": 0}
    sent["payload"]["view"].update(id="V9", private_metadata=json.dumps(to_come))
    sends_again(town, sent)

    _pause(town, until=date(2026, 6, 1))
    for minutes in (1, 2):
        at(town, DAY + timedelta(days=13, minutes=minutes))

    assert [one.mood for one in told(town)] == ["growing", "growing"]
    assert len(check_ins(town)) == 2


def test_an_answer_ahead_of_its_hour_hurries_no_card(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    asked(town)
    answers(ana)
    sent = last_sent(town)
    at(town, DAY + timedelta(days=13, hours=23))
    to_come = {"checkin": check_ins(town)[1].id, "seen": 0}
    sent["payload"]["view"].update(id="V9", private_metadata=json.dumps(to_come))

    sends_again(town, sent)

    assert len(told(town)) == 2
    assert len(cards(ana)) == 1
    at(town, DAY + timedelta(days=14))
    assert len(cards(ana)) == 2


def test_an_hour_of_the_clock_writes_nothing_where_nothing_changed(town: Town, ana: Persona) -> None:
    asked(town)
    answers(ana)
    before = [(one.id, one.version, one.due) for one in _letters(town)]

    for minutes in (1, 30, 59):
        at(town, DAY + timedelta(minutes=minutes))

    assert [(one.id, one.version, one.due) for one in _letters(town)] == before


def _pause(town: Town, until: date) -> None:
    with town.kit.store.transaction() as session:
        pauses.begin(session, session.get_one(Team, 1), until, "we move", today=town.kit.now().date())


def _changes(town: Town, **changed: object) -> None:
    with town.kit.store.transaction() as session:
        team = session.get_one(Team, 1)
        for name, value in changed.items():
            setattr(team, name, value)


def _letters(town: Town) -> list[Letter]:
    with town.record() as session:
        ours = select(Letter).where(Letter.message == "checkins/card", Letter.to == "team:1")
        return list(session.exec(ours.order_by("id")))
