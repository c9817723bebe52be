"""Ways of offering acts: at a steady pace whatever the other side does, or as many at once as it can take."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from tests.bench.acts import Act

PAUSE = 0.015  # seconds
Offer = Callable[[Act], Awaitable[float]]


@dataclass(frozen=True)
class Acks:
    """How long the acks of one spell took, in milliseconds, and how many came each second."""

    times: list[float]
    per_second: float

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p99(self) -> float:
        return quantiles(self.times, n=100, method="inclusive")[98]

    @property
    def slowest(self) -> float:
        return max(self.times)


async def one_by_one(offer: Offer, acts: Sequence[Act], *, pause: float = PAUSE) -> Acks:
    """The next act a moment after the last one was acknowledged, so that none waits for another."""
    began, times = time.perf_counter(), []
    for act in acts:
        times.append(await _timed(offer, act))
        await asyncio.sleep(pause)
    return _acks(times, began)


async def steadily(offer: Offer, acts: Sequence[Act], *, per_second: float) -> Acks:
    """One act after another by the clock, no matter whether those before were acknowledged."""
    began = time.perf_counter()
    offered = []
    for number, act in enumerate(acts):
        await asyncio.sleep(began + number / per_second - time.perf_counter())
        offered.append(asyncio.create_task(_timed(offer, act)))
    return _acks(await asyncio.gather(*offered), began)


async def saturating(offer: Offer, acts: Sequence[Act], *, at_once: int = 20) -> Acks:
    """So many acts under way at any moment, each followed by the next as soon as it is acknowledged."""
    waiting = iter(acts)
    began = time.perf_counter()

    async def one_after_another() -> list[float]:
        return [await _timed(offer, act) for act in waiting]

    times = await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return _acks([time for some in times for time in some], began)


async def _timed(offer: Offer, act: Act) -> float:
    return await offer(act) * 1000


def _acks(times: list[float], began: float) -> Acks:
    return Acks(times, len(times) / (time.perf_counter() - began))
