"""A clock that is Slack's own is followed within moments: what is due on the way is said at its time."""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot import app, settings
from bot.running import Running, using
from bot.sending import gates
from bot.store import Store
from tests import town as towns
from tests.cycling import TEST, questions
from tests.personas import Control, Json, Persona
from tests.test_store import locked
from tests.town import Asleep, Town

CHICAGO = "America/Chicago"


@pytest.fixture
def ana_alone(town_asleep: Asleep, practice: Control) -> Iterator[Persona]:
    """Ana, with a bot that has its alarm clock, and only that, to tell it when something is due."""
    practice.post("limits", trigger_seconds=30.0, ack_seconds=30.0)  # a busy machine isn't what is tested here
    with using(settings.read(**town_asleep.environment())) as kit:
        bot = Running(kit, gates.UNPACED)
        bot.start(threading.Event())
        ana = Persona("ana", town_asleep.users["ana"], practice, lambda: None)
        ana.waits_until(lambda: len(_looks(practice)) > 1)  # it has done what was due when it began
        yield ana
        bot.stop()


@pytest.mark.parametrize(("step", "due"), [("day", "2026-02-03"), ("monday", "2026-02-07")])
def test_what_is_due_after_a_step_is_said_at_once(practice: Control, ana_alone: Persona, step: str, due: str) -> None:
    _logs(ana_alone, due)

    practice.post("clock", step=step, zone=CHICAGO)

    ana_alone.waits_until(lambda: questions(ana_alone))


def test_a_week_is_lived_through_and_everything_is_said_once_at_its_hour(
    town_asleep: Asleep, practice: Control, ana_alone: Persona
) -> None:
    town_asleep.practice.world.clock.turn(datetime(2026, 2, 10, 14, tzinfo=UTC))  # a jump, as on another Slack
    for due in ("2026-02-16", "2026-02-11", "2026-02-12"):
        _logs(ana_alone, due)

    answer = practice.post("clock", step="week", zone=CHICAGO)

    assert _asked(ana_alone) == ["2", "3", "1"]
    assert _hours(questions(ana_alone)) == ["Wed 11 Feb 09:00", "Thu 12 Feb 09:00", "Mon 16 Feb 09:00"]
    cards = [message for message in ana_alone.messages("team-alder") if ": check-in of " in message["text"]]
    assert _hours(cards) == ["Mon 16 Feb 09:00"]
    assert answer["now"].startswith("2026-02-17T14:00")


def test_a_clock_waits_while_the_record_is_busy_and_then_everything_is_said_at_its_hour(
    town_asleep: Asleep, practice: Control, ana_alone: Persona
) -> None:
    world = town_asleep.practice.world
    world.clock.turn(datetime(2026, 2, 3, 16, tzinfo=UTC))
    _logs(ana_alone, "2026-02-04")
    practice.post("limits", turn_seconds=3.0)

    with locked(Store(town_asleep.environment()["ALLTEACH_DATABASE_URL"])):
        practice.post("clock/set_out", step="day", zone=CHICAGO)
        before = len(practice.calls("api.test"))
        ana_alone.waits_until(lambda: len(practice.calls("api.test")) > before + 5)
        stood_at = world.clock.now()
    practice.post("limits", turn_seconds=30.0)
    ana_alone.waits_until(lambda: world.clock.to is None)

    assert f"{stood_at:%a %H:%M}" == "Tue 16:00", "its day went by without what was due in it"
    assert (_hours(questions(ana_alone)), world.clock.trouble) == (["Wed 4 Feb 09:00"], "")


def test_days_turned_from_an_hour_before_nine_put_each_question_on_its_day(
    town_asleep: Asleep, practice: Control, ana_alone: Persona
) -> None:
    town_asleep.practice.world.clock.turn(datetime(2026, 2, 3, 14, tzinfo=UTC))
    for due in ("2026-02-03", "2026-02-04"):
        _logs(ana_alone, due)

    for _ in range(2):
        practice.post("clock", step="day", zone=CHICAGO)

    assert _hours(questions(ana_alone)) == ["Tue 3 Feb 09:00", "Wed 4 Feb 09:00"]


def test_a_clock_turned_back_says_nothing_twice(practice: Control, ana_alone: Persona) -> None:
    _logs(ana_alone, "2026-02-03")
    practice.post("clock", step="day", zone=CHICAGO)
    ana_alone.waits_until(lambda: questions(ana_alone))

    practice.post("clock", now=towns.NOW)
    _is_noticed(practice, ana_alone)
    _logs(ana_alone, "2026-02-04")
    for _ in range(2):  # that Tuesday has had its message
        practice.post("clock", step="day", zone=CHICAGO)

    ana_alone.waits_until(lambda: len(questions(ana_alone)) >= 2)
    assert _asked(ana_alone) == ["1", "2"]


def test_a_slack_that_is_away_for_a_while_is_looked_at_again(practice: Control, ana_alone: Persona) -> None:
    _logs(ana_alone, "2026-02-03")
    practice.fault("api.test", "500_before", times=2)

    practice.post("clock", step="day", zone=CHICAGO)

    ana_alone.waits_until(lambda: questions(ana_alone))


def test_a_bot_on_real_time_asks_nobody_what_time_it_is(town: Town) -> None:
    kit = replace(town.kit, settings=town.kit.settings.model_copy(update={"clock": None}))

    jobs = app.schedule(kit, town.bot.running.sender).get_jobs()

    assert "clock.look" not in {job.id for job in jobs}


def _asked(person: Persona) -> list[str]:
    """The numbers of the cycles somebody was asked about."""
    return [number for question in questions(person) for number in re.findall(r"\(cycle (\d+)\)", question["text"])]


def _hours(messages: Iterable[Json]) -> list[str]:
    """When they were said, where the team is."""
    said = (datetime.fromtimestamp(float(message["ts"]), ZoneInfo(CHICAGO)) for message in messages)
    return [f"{at:%a} {at.day} {at:%b} {at:%H:%M}" for at in said]


def _is_noticed(practice: Control, person: Persona) -> None:
    """The bot has begun and ended a look at the clock since."""
    before = len(_looks(practice))
    person.waits_until(lambda: len(_looks(practice)) >= before + 2)


def _looks(practice: Control) -> list[Json]:
    """How often the bot said as of when all is done; while it is at something it only says that it is there."""
    return [call for call in practice.calls("api.test") if call["arguments"]["at"] != "0"]


def _logs(person: Persona, due: str) -> None:
    person.runs("/pdsa", "team-alder")
    person.waits_until(lambda: person.form)
    assert person.submits(**{**TEST, "due": due})["ok"]
    person.waits_until(lambda: person.form is None)
