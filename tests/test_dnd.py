"""Whoever wants no notifications in Slack isn't written to by the clock until they want them again."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot import outbox
from bot.domain.people import Person
from bot.outbox import EXPIRED, PENDING, SENT, Letter
from bot.sending import gates
from bot.store import real_time
from tests.personas import Persona
from tests.post_office import PostOffice
from tests.town import Town

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("nights", "pause", "waits_at", "heard_at"),
    [
        ("22:00-09:30", {}, ["2026-02-03 09:00", "2026-02-03 09:29"], "2026-02-03 09:30"),
        ("19:30-21:00", {"until": "2026-02-03 20:00"}, ["2026-02-03 09:00", "2026-02-03 20:30"], "2026-02-04 07:00"),
        ("22:00-08:00", {"for": "until tomorrow"}, [], "2026-02-03 09:00"),
        ("", {"until": "2026-02-04 07:30"}, ["2026-02-03 09:00", "2026-02-04 07:00"], "2026-02-04 07:30"),
        ("", {"until": "9999-12-31 00:00"}, ["2026-02-03 09:00", "2026-02-04 08:59"], "2026-02-04 09:00"),
    ],
)
def test_what_the_clock_has_waits_for_its_end_and_never_longer_than_until_their_next_day(
    town: Town, ana: Persona, nights: str, pause: dict[str, str], waits_at: list[str], heard_at: str
) -> None:
    town.slack.post("users", id=ana.user, dnd=nights)
    _plans(town, at=_at("2026-02-03 09:00"))
    town.turn_clock(_at("2026-02-02 20:00"))
    if pause:
        _pauses(town, ana, **pause)
    heard = len(ana.hears())

    for instant in waits_at:
        _ticks(town, instant)
        assert len(ana.hears()) == heard, instant
    _ticks(town, heard_at)

    assert len(ana.hears()) == heard + 1


def test_a_long_weekend_without_notifications_ends_with_it(town: Town, ana: Persona) -> None:
    town.turn_clock(_at("2026-02-06 17:00"))
    _pauses(town, ana, until="2026-02-09 09:30")
    _plans(town, at=_at("2026-02-09 09:00"))
    heard = len(ana.hears())

    _ticks(town, "2026-02-09 09:00")
    assert len(ana.hears()) == heard
    _ticks(town, "2026-02-09 09:30")
    assert len(ana.hears()) == heard + 1


def test_whoever_wants_them_again_is_written_to_at_the_hour_that_was_told(town: Town, ana: Persona) -> None:
    _pauses(town, ana, until="2026-02-03 12:00")
    _plans(town, at=_at("2026-02-03 09:00"))
    _ticks(town, "2026-02-03 09:00")
    heard = len(ana.hears())
    town.slack.post("act/resume_notifications", user=ana.user)

    _ticks(town, "2026-02-03 12:00")

    assert len(ana.hears()) == heard + 1


def test_what_would_come_too_late_by_then_is_not_said(town: Town, ana: Persona) -> None:
    _pauses(town, ana, until="2026-02-03 12:00")
    key = _plans(town, at=_at("2026-02-03 09:00"), until=_at("2026-02-03 11:00"))
    heard = len(ana.hears())

    for hour in ("09:00", "11:00", "12:00", "13:00"):
        _ticks(town, f"2026-02-03 {hour}")

    assert len(ana.hears()) == heard
    assert _letter(town, key).state == EXPIRED


def test_an_answer_and_what_goes_to_a_channel_ask_nobody(town: Town, ana: Persona) -> None:
    _pauses(town, ana, until="2026-02-03 12:00")
    _plans(town, at=_at("2026-02-02 09:00"), to="team:1")
    heard = len(ana.hears())

    ana.writes("What do I do here?")

    assert len(ana.hears()) == heard + 1
    assert town.slack.calls("dnd.info") == []


def test_one_question_answers_for_all_that_somebody_gets_within_moments(town: Town, ana: Persona) -> None:
    for number in range(3):
        _plans(town, at=_at("2026-02-03 09:00"), key=f"x:{number}")
    heard = len(ana.hears())

    _ticks(town, "2026-02-03 09:00")

    assert len(ana.hears()) == heard + 3
    assert [call["arguments"] for call in town.slack.calls("dnd.info")] == [{"user": ana.user}]


@pytest.mark.parametrize(
    "fault",
    [
        {"what": "error", "error": "missing_scope"},
        {"what": "drop_after"},
    ],
    ids=lambda fault: fault.get("error", fault["what"]),
)
def test_a_slack_that_does_not_say_holds_nothing_up(town: Town, ana: Persona, fault: dict[str, Any]) -> None:
    _pauses(town, ana, until="2026-02-03 12:00")
    _plans(town, at=_at("2026-02-03 09:00"))
    town.slack.fault("dnd.info", **fault)
    heard = len(ana.hears())

    _ticks(town, "2026-02-03 09:00")

    assert len(ana.hears()) == heard + 1


def test_a_slack_that_is_asked_too_often_is_asked_later(office: PostOffice) -> None:
    card = office.saves()
    office.sender.drain()
    key = office.prompts("ana", card)
    office.slack.fault("dnd.info", "429", retry_after=30)

    while office.sender.step():
        pass

    assert (len(office.calls("dnd.info")), office.letter(key).state) == (1, PENDING)
    with office.kit.store.reading() as session:
        opens = gates.opens_at(session, gates.DND, gates.UNPACED)
        assert opens
        assert timedelta(seconds=25) < opens - real_time(session) <= timedelta(seconds=30)
    office.passes_a_minute()
    assert office.sender.drain()
    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)


def _plans(town: Town, *, at: datetime, to: str = "", key: str = "x", until: datetime | None = None) -> str:
    """Something the clock has for Ana, or for her team."""
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == "ana@example.org")).one()
        outbox.plan(
            session, "help/allteach", key=key, to=to or f"person:{person.id}", at=at, until=until, why="a test",
            now=town.kit.now(),
        )  # fmt: skip
    return key


def _pauses(town: Town, person: Persona, **how: str) -> None:
    if "until" in how:
        how["until"] = _at(how["until"]).isoformat()
    assert town.slack.post("act/pause_notifications", user=person.user, **how)["ok"]


def _at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=CHICAGO)


def _ticks(town: Town, local: str) -> None:
    town.turn_clock(_at(local))
    town.bot.tick()


def _letter(town: Town, key: str) -> Letter:
    with town.record() as session:
        letter = outbox.of_key(session, key)
        assert letter
        return letter
