"""Slack's pace is kept without being told: its limits are on, nothing is refused, and answers go before prompts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import gates, outbox, ready, schema
from bot.gates import Gate, Pace
from bot.outbox import SENT
from bot.sandbox.limits import Bucket, Limits
from bot.store import Store
from tests import post_office
from tests.post_office import PRAIRIE, PostOffice

NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)


@pytest.fixture
def paced() -> Iterator[PostOffice]:
    """A sender at Slack's pace, and a Slack that insists on it."""
    with post_office.opened_office(Pace()) as office:
        office.slack.post("limits", on=True)
        yield office


def test_a_channel_gets_a_post_a_second_and_another_one_does_not_wait_for_it(paced: PostOffice) -> None:
    keys = [paced.saves() for _ in range(3)] + [paced.saves(team=PRAIRIE) for _ in range(3)]

    assert paced.sender.drain()

    calls = paced.calls("chat.postMessage")
    assert {call["outcome"] for call in calls} == {"ok"}
    for team in (paced.channel_id(), paced.channel_id(PRAIRIE)):
        first, _, third = (call["at"] for call in calls if call["arguments"]["channel"] == team)
        assert between(first, third) > timedelta(seconds=1.6)  # two gaps, but for what the calls themselves take
    assert between(calls[0]["at"], calls[-1]["at"]) < timedelta(seconds=4)
    assert {paced.letter(key).state for key in keys} == {SENT}


def test_edits_of_one_message_within_a_second_become_one(paced: PostOffice) -> None:
    key = paced.saves()
    paced.sender.drain()
    for count in range(10):
        paced.edits(key, f"version {count}")
        paced.sender.step()

    assert paced.sender.drain()

    assert len(paced.calls("chat.update")) == 1
    assert "version 9" in paced.seen_in_slack(key)[0]["text"]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    record = Store(f"sqlite:///{tmp_path_factory.mktemp('pace')}/record.db")
    schema.upgrade(record)
    yield record
    record.close()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        (gates.POSTS, "chat.postMessage"),
        (gates.EDITS, "chat.update"),
        (gates.PINS, "pins.add"),
        (gates.HOMES, "views.publish"),
        (gates.OPENINGS, "conversations.open"),
        (gates.DND, "dnd.info"),
        ("to:team:1", "one channel"),
    ],
)
@settings(max_examples=3, deadline=None)
@given(pauses=some.lists(some.sampled_from([0.0, 0.0, 0.01, 0.1, 1.0, 9.0]), min_size=60, max_size=200))
def test_what_our_gates_let_pass_slack_does_not_refuse(
    record: Store, name: str, method: str, pauses: list[float]
) -> None:
    slack, real = _slacks(method), 0.0
    with record.rehearsal() as session:
        for pause in pauses:
            real += pause
            instant = NOW + timedelta(seconds=real)
            opens = gates.opens_at(session, name, Pace())
            if opens and opens > instant:
                real += (opens - instant).total_seconds()
            gates.passed(session, name, Pace(), NOW + timedelta(seconds=real))

            assert slack.wait(real) == 0
            slack.tokens -= 1


def test_a_fifth_of_a_burst_is_kept_for_answers(paced: PostOffice) -> None:
    """Prompts stop while there is still room for what people wait for."""
    key = paced.saves()
    with paced.kit.store.transaction() as session:
        outbox.plan(
            session, "pdsa/card", key="prompt", to=paced.letter(key).to, at=paced.kit.now(), why="due",
            now=paced.kit.now(), cycle=paced.letter(key).about["cycle"],
        )  # fmt: skip
        real = datetime.now(UTC)
        nearly_used_up = real + timedelta(seconds=Pace().posts.burst * 0.9)
        session.merge(Gate(name=gates.POSTS, whole_at=nearly_used_up))
        session.flush()
        terms = replace(paced.terms, pace=Pace())

        may_go = ready.letters(session, terms, paced.kit.now(), real, most=10)

    assert [letter.key for letter in may_go] == [key]


def between(first: str, then: str) -> timedelta:
    return datetime.fromisoformat(then) - datetime.fromisoformat(first)


def _slacks(method: str) -> Bucket:
    """The practice Slack's own count of what it lets pass."""
    limits = Limits()
    if method == "one channel":
        return Bucket(limits.post_burst, limits.posts_per_second_per_channel, limits.post_burst, 0.0)
    calls = limits.posts_per_minute if method == "chat.postMessage" else limits.per_minute[method]
    return Bucket(calls, calls / 60, calls, 0.0)
