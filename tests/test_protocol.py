"""The sender's protocol in miniature, with every interleaving of two senders, a late Slack and sudden deaths tried out.

Times are small whole numbers. A post may take effect up to LATE after it was sent, and be seen by a look-up LAG after
that. The rule that comes out is the one `ALLTEACH_SETTLE` has to keep: as long as both together.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

import pytest

TIMEOUT, LEASE, LATE, END = 1, 3, 2, 8
PENDING, SENDING, UNKNOWN, SENT = "pending", "sending", "unknown", "sent"


@dataclass(frozen=True)
class Sender:
    """What one sender is in the middle of; nothing of it survives a death."""

    doing: str = "nothing"  # nothing, holding, checked, answered, in the dark, having read
    attempt: int = 0
    lease: int = 0
    found: bool = False


@dataclass(frozen=True)
class World:
    """One letter, two senders, and Slack."""

    now: int = 0
    state: str = PENDING
    attempt: int = 0  # whose letter it is
    until: int = 0  # the end of the lease, or when to look
    posts: tuple[int, ...] = ()  # how long each post still takes until a look-up shows it
    senders: tuple[Sender, Sender] = (Sender(), Sender())
    deaths: int = 2


@dataclass(frozen=True)
class Rules:
    """What is varied: how long Slack is given, what it shows how late, and what senders leave out."""

    settle: int = 0
    lag: int = 0
    looks: bool = True  # before saying again
    sleeps_before_sending: bool = False  # between looking at its lease and sending


def nexts(world: World, rules: Rules) -> Iterator[World]:
    """Everything that can happen now."""
    if world.now < END:
        yield replace(world, now=world.now + 1, posts=tuple(max(post - 1, 0) for post in world.posts))
    for number, sender in enumerate(world.senders):
        for after, then in _steps(world, sender, rules):
            yield replace(after, senders=_in_order(world.senders[1 - number], then))
        if world.deaths and sender.doing != "nothing":
            yield replace(world, senders=_in_order(world.senders[1 - number], Sender()), deaths=world.deaths - 1)


def _steps(world: World, sender: Sender, rules: Rules) -> Iterator[tuple[World, Sender]]:
    if sender.doing == "nothing":
        yield from _begin(world, rules)
    elif sender.doing == "holding" and world.now >= sender.lease - TIMEOUT:
        yield _ours(world, sender, PENDING, 0), Sender()  # too late to send
    elif sender.doing == "holding" and rules.sleeps_before_sending:
        yield world, replace(sender, doing="checked")
    elif sender.doing in ("holding", "checked"):
        yield replace(world, posts=(*world.posts, rules.lag)), replace(sender, doing="answered")
        yield world, replace(sender, doing="in the dark")  # never arrived
        for delay in range(LATE + 1):
            yield replace(world, posts=(*world.posts, delay + rules.lag)), replace(sender, doing="in the dark")
    elif sender.doing == "answered":
        yield replace(world, state=SENT), Sender()
    elif sender.doing == "in the dark":
        yield _ours(world, sender, UNKNOWN, world.now + rules.settle), Sender()
    elif sender.doing == "having read":
        still = world.state == UNKNOWN and world.attempt == sender.attempt
        yield (replace(world, state=SENT if sender.found else PENDING) if still else world), Sender()


def _begin(world: World, rules: Rules) -> Iterator[tuple[World, Sender]]:
    """What a sender with free hands takes up."""
    if world.state == PENDING and world.attempt < 2:
        attempt, lease = world.attempt + 1, world.now + LEASE
        held = replace(world, state=SENDING, attempt=attempt, until=lease)
        yield held, Sender("holding", attempt, lease)
    elif world.state == SENDING and world.until <= world.now:
        look_at = max(world.until + rules.settle, world.now + TIMEOUT)
        yield (replace(world, state=UNKNOWN, until=look_at) if rules.looks else replace(world, state=PENDING)), Sender()
    elif world.state == UNKNOWN and world.until <= world.now:
        yield world, Sender("having read", world.attempt, found=0 in world.posts)


def _in_order(one: Sender, other: Sender) -> tuple[Sender, Sender]:
    """Which of the two is first makes no difference."""
    first, second = sorted((one, other), key=astuple)
    return first, second


def _ours(world: World, sender: Sender, state: str, until: int) -> World:
    mine = world.state == SENDING and world.attempt == sender.attempt
    return replace(world, state=state, until=until) if mine else world


def reachable(rules: Rules) -> set[World]:
    """Every world that can come about."""
    seen, frontier = {World()}, [World()]
    while frontier:
        world = frontier.pop()
        for after in nexts(world, rules):
            if after not in seen:
                seen.add(after)
                frontier.append(after)
    return seen


@pytest.mark.parametrize(
    ("rules", "doubles"),
    [
        (Rules(settle=LATE), False),
        (Rules(settle=LATE + 1, lag=1), False),
        (Rules(settle=0), True),
        (Rules(settle=LATE - 1), True),
        (Rules(settle=LATE, lag=1), True),
        (Rules(settle=LATE, looks=False), True),
        (Rules(settle=LATE, sleeps_before_sending=True), True),  # the one risk that is left: a lease slept through
    ],
)
def test_a_letter_is_doubled_only_where_slack_is_slower_than_we_allow_for(rules: Rules, doubles: bool) -> None:
    worlds = reachable(rules)

    assert any(len(world.posts) > 1 for world in worlds) == doubles
    assert all(world.posts for world in worlds if world.state == SENT)
