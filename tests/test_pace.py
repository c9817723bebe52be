"""Slack's pace is kept without being told: its limits are on, nothing is refused, and answers go before prompts."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import outbox, schema
from bot.domain.teams import Channel
from bot.outbox import SENT
from bot.sandbox.limits import Bucket, Limits
from bot.sending import gates, ready
from bot.sending.gates import Allowance, Gate, Pace
from bot.store import Store
from tests import post_office
from tests.post_office import PRAIRIE, Json, PostOffice, mark_of
from tests.tallies import TALLY

HANDS = 3  # of a sender at work
PATIENCE = 600.0  # seconds
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


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("letters", "times_faster"), [(300, 4), (1000, 1)])
def test_a_prompt_to_every_channel_takes_what_slack_permits_and_no_answer_waits_behind_it(
    record_property: Callable[[str, object], None], letters: int, times_faster: int
) -> None:
    with post_office.opened_office(_faster(times_faster)) as office:
        broadcast = Broadcast(office, letters)
        broadcast.begins(times_faster)
        behind = [broadcast.prompts_before_an_answer(share * letters // 6) for share in range(1, 6)]
        broadcast.has_said(letters + len(behind))

        took = between(broadcast.posts()[0]["at"], broadcast.posts()[-1]["at"]).total_seconds()
        permitted = (letters + len(behind)) * 60 / Limits().posts_per_minute / times_faster
        refused = broadcast.refused()
        tally = f"{took:.1f} s where Slack permits {permitted:.1f}, {refused} refused, {max(behind)} before an answer"
        record_property(TALLY, f"{letters} letters to as many channels, {times_faster} times Slack's pace: {tally}")

        assert took <= 1.1 * permitted
        assert refused <= letters / 100
        assert max(behind) <= HANDS


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
        (gates.DELETES, "chat.delete"),
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


class Broadcast:
    """Something that the clock has for as many channels as one likes, and people who are answered meanwhile."""

    def __init__(self, office: PostOffice, letters: int) -> None:
        self._office, self._world = office, office.practice.world
        rooms = [self._room(f"room-{number}") for number in range(letters)]
        with office.kit.store.transaction() as session:
            session.add_all(rooms)
            session.flush()
            now = office.kit.now()
            for room in rooms:
                key, to = f"prompt:{room.id}", f"channel:{room.id}"
                outbox.plan(session, "help/allteach", key=key, to=to, at=now, why="due", now=now)
        self._before = len(self._world.posts)

    def begins(self, times_faster: int) -> None:
        """Slack insists on its allowance, of minutes that are so much shorter, and the sender begins."""
        slacks = Limits()
        self._office.slack.post(
            "limits", on=True, posts_per_minute=slacks.posts_per_minute * times_faster,
            posts_per_second_per_channel=slacks.posts_per_second_per_channel * times_faster,
        )  # fmt: skip
        self._office.sender.start(HANDS)

    def posts(self) -> list[Json]:
        """What Slack has taken so far."""
        return list(self._world.posts)[self._before :]

    def refused(self) -> int:
        """How many calls of the app came too fast for Slack, of every method."""
        return sum(call["outcome"] == "ratelimited" for call in list(self._world.calls))

    def has_said(self, posts: int) -> None:
        """Wait for so many."""
        self._until(lambda: len(self._world.posts) - self._before >= posts)

    def prompts_before_an_answer(self, when: int) -> int:
        """Answer somebody once so many are posted: how many prompts went before it after all."""
        self.has_said(when)
        mark = self._office.letter(self._office.saves()).mark
        said = len(self.posts())
        self._until(lambda: mark in self._marks())
        return max(self._marks().index(mark) - said, 0)

    def _marks(self) -> list[str]:
        return [mark_of(post) for post in self.posts()]

    def _until(self, so: Callable[[], bool]) -> None:
        patience = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < patience, "it never came to that"
            threading.Event().wait(0.005)

    def _room(self, name: str) -> Channel:
        made = self._office.slack.post("channels", name=name, members=["UALLTEACH"])
        return Channel(collaborative_id=1, purpose="share", name=name, private=False, slack_id=made["id"])


def _faster(times: int) -> Pace:
    """Our pace where a minute is so much shorter."""
    paced = {name: one for name, one in vars(Pace()).items() if isinstance(one, Allowance)}
    shorter: dict[str, Any] = {name: Allowance(one.gap / times, one.burst / times) for name, one in paced.items()}
    return replace(Pace(), **shorter)


def between(first: str, then: str) -> timedelta:
    return datetime.fromisoformat(then) - datetime.fromisoformat(first)


def _slacks(method: str) -> Bucket:
    """The practice Slack's own count of what it lets pass."""
    limits = Limits()
    if method == "one channel":
        return Bucket(limits.post_burst, limits.posts_per_second_per_channel, limits.post_burst, 0.0)
    calls = limits.posts_per_minute if method == "chat.postMessage" else limits.per_minute[method]
    return Bucket(calls, calls / 60, calls, 0.0)
