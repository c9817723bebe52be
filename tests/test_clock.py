"""A clock that is Slack's own is followed within moments: whoever turns it hears at once what is due by then."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import app, gates, settings
from bot.running import Running, using
from tests import town as towns
from tests.cycling import TEST, questions
from tests.personas import Control, Persona
from tests.town import Asleep, Town

CHICAGO = "America/Chicago"


@pytest.fixture
def ana_alone(town_asleep: Asleep, practice: Control) -> Iterator[Persona]:
    """Ana, with a bot that has its alarm clock, and only that, to tell it when something is due."""
    with using(settings.read(**town_asleep.environment())) as kit:
        bot = Running(kit, gates.UNPACED)
        bot.start(threading.Event())
        yield Persona("ana", town_asleep.users["ana"], practice, lambda: None)
        bot.stop()


@pytest.mark.parametrize(("step", "due"), [("day", "2026-02-03"), ("monday", "2026-02-07"), ("week", "2026-02-06")])
def test_what_is_due_after_a_step_is_said_at_once(practice: Control, ana_alone: Persona, step: str, due: str) -> None:
    _logs(ana_alone, due)

    practice.post("clock", step=step, zone=CHICAGO)

    ana_alone.waits_until(lambda: questions(ana_alone))


def test_a_step_over_several_dates_asks_of_each_once_and_in_their_order(practice: Control, ana_alone: Persona) -> None:
    for due in ("2026-02-06", "2026-02-04", "2026-02-17"):
        _logs(ana_alone, due)

    practice.post("clock", step="week", zone=CHICAGO)
    ana_alone.waits_until(lambda: questions(ana_alone))
    for _ in range(9):
        practice.post("clock", step="day", zone=CHICAGO)
    ana_alone.waits_until(lambda: len(questions(ana_alone)) >= 2)

    assert _asked(ana_alone) == ["2", "1", "3"]


def test_a_clock_turned_back_says_nothing_twice(practice: Control, ana_alone: Persona) -> None:
    _logs(ana_alone, "2026-02-06")
    practice.post("clock", step="week", zone=CHICAGO)
    ana_alone.waits_until(lambda: questions(ana_alone))

    practice.post("clock", now=towns.NOW)
    _is_noticed(practice, ana_alone)
    _logs(ana_alone, "2026-02-09")
    practice.post("clock", step="week", zone=CHICAGO)
    practice.post("clock", step="day", zone=CHICAGO)  # that Monday has had its message

    ana_alone.waits_until(lambda: len(questions(ana_alone)) >= 2)
    assert _asked(ana_alone) == ["1", "2"]


def test_a_slack_that_is_away_for_a_while_is_looked_at_again(practice: Control, ana_alone: Persona) -> None:
    _logs(ana_alone, "2026-02-06")
    practice.fault("api.test", "500_before", times=2)

    practice.post("clock", step="week", zone=CHICAGO)

    ana_alone.waits_until(lambda: questions(ana_alone))


def test_a_bot_on_real_time_asks_nobody_what_time_it_is(town: Town) -> None:
    kit = replace(town.kit, settings=town.kit.settings.model_copy(update={"clock": None}))

    jobs = app.schedule(kit, town.bot.running.sender).get_jobs()

    assert "clock.look" not in {job.id for job in jobs}


def _asked(person: Persona) -> list[str]:
    """The numbers of the cycles somebody was asked about."""
    return [number for question in questions(person) for number in re.findall(r"\(cycle (\d+)\)", question["text"])]


def _is_noticed(practice: Control, person: Persona) -> None:
    """The bot has begun and ended a look at the clock since."""
    before = len(practice.calls("api.test"))
    person.waits_until(lambda: len(practice.calls("api.test")) >= before + 2)


def _logs(person: Persona, due: str) -> None:
    person.runs("/pdsa", "team-alder")
    person.waits_until(lambda: person.form)
    assert person.submits(**{**TEST, "due": due})["ok"]
    person.waits_until(lambda: person.form is None)
