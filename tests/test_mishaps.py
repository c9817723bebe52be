"""What can go wrong between a plan and its hour: the others get theirs, and nothing is lost or said twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot import outbox
from bot.domain.teams import Channel
from bot.outbox import PARKED, PENDING, SENT, Letter
from bot.sending.refusals import DESTINATION
from tests.cycling import logs, questions
from tests.personas import Persona, texts
from tests.post_office import PostOffice
from tests.town import Town

MONDAY = datetime(2026, 2, 2, 15, tzinfo=UTC)  # nine in Chicago
TUESDAY = MONDAY + timedelta(days=1)


def test_whoever_s_account_is_switched_off_meanwhile_is_not_asked_and_their_deputy_is(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana, due="2026-02-03")
    town.bot.tick()
    heard = len(ana.hears())
    town.slack.post("act/leave_workspace", user=ana.user)

    _at(town, TUESDAY)

    assert (len(ana.hears()), len(questions(ben))) == (heard, 1)
    assert PARKED not in _states(town).values()


@pytest.mark.parametrize(
    ("happens", "problem", "mended"),
    [
        (("archive", {}), "is_archived", ("archive", {"undo": True})),
        (("remove", {"removed": "UALLTEACH"}), "channel_not_found", ("invite", {"invited": "UALLTEACH"})),
    ],
    ids=["archived", "taken out of it"],
)
def test_a_channel_that_is_out_of_reach_by_then_holds_up_no_other_and_gets_its_own_once_it_is_back(
    town: Town,
    ana: Persona,
    pru: Persona,
    happens: tuple[str, dict[str, object]],
    problem: str,
    mended: tuple[str, dict[str, object]],
) -> None:
    pru.opens_home()
    keys = _plans_for_all_channels(town, TUESDAY)
    alder = _channel_of(town, "team-alder")
    town.slack.post(f"act/{happens[0]}", user=ana.user, channel=alder, **happens[1])

    _at(town, TUESDAY)

    states = _states(town)
    assert sorted(states[key] for key in keys) == [PARKED, *[SENT] * (len(keys) - 1)]
    assert texts(pru.home["blocks"]).count(DESTINATION[problem]) == 1
    town.slack.post(f"act/{mended[0]}", user=ana.user, channel=alder, **mended[1])
    town.bot.settle()
    pru.presses_at_home("Try again")
    states = _states(town)
    assert {states[key] for key in keys} == {SENT}
    assert _times_posted(town, keys) == {1}


def test_a_token_that_is_taken_back_midway_keeps_the_rest_waiting_and_the_log_says_so(
    office: PostOffice,
) -> None:
    card = office.saves()
    office.sender.drain()
    keys = [office.prompts(name, card) for name in ("ana", "ben", "cleo", "pru", "imani", "tobias")]
    for _ in range(3):
        assert office.sender.step()
    office.use_token("xoxb-revoked")

    with capture_logs() as lines:
        assert not office.sender.drain()

    assert [office.letter(key).state for key in keys] == [*[SENT] * 3, *[PENDING] * 3]
    assert ("letter.refused", "token_revoked") in {(line["event"], line.get("error")) for line in lines}
    office.use_token("xoxb-town")
    office.passes_a_minute()
    assert office.sender.drain()
    assert [office.posts_of(key) for key in keys] == [1] * 6


@pytest.mark.parametrize("hours", [(0, -1, 0), (0, 24, 0), (-1, -2, 23, -1), (-0.5, 0.2, -0.8, 1.2)])
def test_a_clock_that_jumps_around_the_hour_says_each_thing_once(
    town: Town, ana: Persona, hours: tuple[float, ...]
) -> None:
    logs(ana, due="2026-02-03")
    keys = _plans_for_all_channels(town, TUESDAY)

    for after in (*hours, 48):
        _at(town, TUESDAY + timedelta(hours=after))

    assert len(questions(ana)) == 1
    assert _times_posted(town, keys) == {1}


def _at(town: Town, instant: datetime) -> None:
    town.turn_clock(instant)
    town.bot.tick()


def _plans_for_all_channels(town: Town, at: datetime) -> list[str]:
    """Something that the clock has for each channel; returns the keys."""
    with town.kit.store.transaction() as session:
        channels = session.exec(select(Channel.id)).all()
        for row in channels:
            outbox.plan(
                session, "help/allteach", key=f"x:{row}", to=f"channel:{row}", at=at, why="a test", now=town.kit.now()
            )
    return [f"x:{row}" for row in channels]


def _channel_of(town: Town, name: str) -> str:
    with town.record() as session:
        return str(session.exec(select(Channel.slack_id).where(Channel.name == name)).one())


def _states(town: Town) -> dict[str, str]:
    with town.record() as session:
        return {letter.key: letter.state for letter in session.exec(select(Letter))}


def _times_posted(town: Town, keys: list[str]) -> set[int]:
    with town.record() as session:
        marks = [letter.mark for letter in session.exec(select(Letter)) if letter.key in keys]
    posted = [post["metadata"]["event_payload"]["key"] for post in town.slack.get("posts")["posts"] if post["metadata"]]
    return {posted.count(mark) for mark in marks}
