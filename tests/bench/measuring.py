"""What is measured and how: rounds take turns, so that whatever else the machine does falls on all of them alike."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

from tests.bench import machine
from tests.bench.acts import Act, Acts
from tests.bench.engagement import engagement_at_large
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.finding import finding
from tests.bench.home import at_home
from tests.bench.load import PAUSE, Acks, one_by_one, saturating, steadily
from tests.bench.processes import Process
from tests.bench.runcharts import charting
from tests.bench.subjects import EMPTY, OURS, PLAIN, Bench

ROUNDS, GENTLE = 5, 40  # acts one by one: rounds, and acts of each kind in one
TURNS, MANY = 12, 120  # acts as many as go: turns of each subject, and acts in one
KINDS = {"helps": "`/pdsa help`", "opens": "`/pdsa`, which opens the form", "submits": "a form that is saved"}
NEVER = 3000.0  # milliseconds; after that Slack gives an act up


async def acknowledging(bench: Bench) -> list[Figure]:
    """How long people wait for an ack, beside an empty handler's, also while the Web API stalls."""
    acts = Acts()
    syncs: list[float] = []
    empty: dict[str, list[Acks]] = {"helps": [], "submits": []}
    plain: dict[str, list[Acks]] = {"submits": []}
    ours: dict[str, list[Acks]] = {kind: [] for kind in KINDS}
    async with bench.empty(), bench.plain(), bench.held():
        for number in range(ROUNDS + 1):
            syncs.append(machine.fdatasync(bench.folder, PAUSE))
            for app, rounds in ((EMPTY, empty), (PLAIN, plain), (OURS, ours)):
                for kind in rounds:
                    spell = await one_by_one(bench.to(app), _some(acts, kind, GENTLE))
                    rounds[kind] += [spell] if number else []  # the first round warms up
        bench.slack.wait = 2.0
        stalled = {kind: await one_by_one(bench.to(OURS), _some(acts, kind, 12)) for kind in KINDS}
        bench.slack.wait = 0.0
        await bench.slack.at_rest(quiet=2.2)
    command, form, sync = _p50(empty["helps"]), _p50(empty["submits"]), median(syncs)
    budgets = {"helps": 1.5 * command, "opens": 1.5 * command, "submits": 1.5 * form + 2 * sync}
    reasons = {"submits": f"the same for a form, and two fdatasyncs of {sync:.2f} ms"}
    figures = [Figure("ack of an empty handler, p50", f"{command:.2f} ms for a command, {form:.2f} ms for a form")]
    for kind, words in KINDS.items():
        told = f"{_p50(ours[kind]):.2f} ms, {_p50(ours[kind]) / (form if kind == 'submits' else command):.2f} ×"
        reason = reasons.get(kind, "1.5 × an empty handler's")
        figures.append(at_most(f"ack of {words}, p50", _p50(ours[kind]), budgets[kind], "ms", told, reason))
    figures.append(Figure("… of the same form saved by plain Bolt, p50", f"{_p50(plain['submits']):.2f} ms"))
    for kind, words in KINDS.items():
        told = f"{stalled[kind].p50:.2f} ms"
        figures.append(at_most(f"… of {words}, while Slack stalls", stalled[kind].p50, budgets[kind], "ms", told))
    return figures


async def in_a_rush(bench: Bench) -> list[Figure]:
    """Ten people at once, letters flowing, and a Slack that takes 200 ms for each call."""
    figures = []
    async with bench.run():
        figures += await _rush(bench, "the sender at Slack's pace")
    async with bench.held() as ours:
        ours.signal(signal.SIGUSR1)
        figures += await _rush(bench, "the sender as fast as it can")
    return figures


async def _rush(bench: Bench, how: str) -> list[Figure]:
    acts, figures = Acts(), []
    await one_by_one(bench.to(OURS), _some(acts, "mixed", 10))
    bench.slack.wait = 0.2
    for per_second, seconds in ((20, 8), (40, 8)):
        before = bench.slack.calls.total()
        spell = await steadily(bench.to(OURS), _some(acts, "mixed", per_second * seconds), per_second=per_second)
        calls = (bench.slack.calls.total() - before) / seconds
        told = f"{spell.p99:.1f} ms; p50 {spell.p50:.1f}, slowest {spell.slowest:.0f}; {calls:.0f} calls/s to Slack"
        figures.append(at_most(f"{per_second} acts/s for {seconds} s, {how}: p99", spell.p99, 100, "ms", told))
        late = sum(taken > NEVER for taken in spell.times)
        figures.append(Figure("… later than 3 s", f"{late} of {len(spell.times)}", "none", late == 0))
    bench.slack.wait = 0.0
    return figures


async def saving(bench: Bench) -> list[Figure]:
    """Saving as many cycles as can be, beside the same without what makes it Allteach; then the sender by itself."""
    acts = Acts()
    rates: dict[str, list[float]] = {EMPTY: [], PLAIN: [], OURS: []}
    costs: dict[str, list[float]] = {EMPTY: [], PLAIN: [], OURS: []}
    busy: list[float] = []
    async with bench.empty() as empty, bench.plain() as plain, bench.held() as ours:
        for number in range(TURNS + 1):
            for app, process in ((EMPTY, empty), (PLAIN, plain), (OURS, ours)):
                forms = _some(acts, "submits", MANY)
                cpu, own, began = process.cpu(), time.process_time(), time.perf_counter()
                spell = await saturating(bench.to(app), forms)
                if number:  # the first turn warms up
                    rates[app].append(spell.per_second)
                    costs[app].append((process.cpu() - cpu) / len(forms) * 1000)
                    busy.append((time.process_time() - own) / (time.perf_counter() - began))
        posts, posting = await _sender_alone(bench, ours)
    rate = {app: median(some) for app, some in rates.items()}
    told = {app: f"{rate[app]:.0f}/s, {median(costs[app]):.2f} ms of CPU each" for app in rates}
    share = median(mine / theirs for mine, theirs in zip(rates[OURS], rates[PLAIN], strict=True))
    cost = median(costs[OURS]) + posting
    told_cost = f"{cost:.1f} ms, of which {posting:.1f} in the sender"
    return [
        Figure("empty handlers", told[EMPTY]),
        Figure("plain Bolt: a cycle and its act saved, a card rendered, no post", told[PLAIN]),
        at_least(
            "a cycle, its act and its letter saved, the sender still", share, 0.7, "×", f"{share:.2f} ×; {told[OURS]}"
        ),
        Figure("… how busy the one who offers them was", f"{median(busy):.0%}, at most {max(busy):.0%}"),
        Figure("the sender by itself, Slack's pace set aside", f"{posts:.0f} posts/s"),
        at_most("a cycle saved and its card posted: CPU", cost, 3, "ms", told_cost),
    ]


async def running(bench: Bench) -> list[Figure]:
    """`allteach run`, from its start to its sleep."""
    walls, cpus = [], []
    for _ in range(3):
        began = time.perf_counter()
        async with bench.run() as process:
            walls.append(time.perf_counter() - began)
            cpus.append(process.cpu())
    async with bench.run() as process:
        await asyncio.sleep(3)
        cpu, memory = process.cpu(), process.memory()
        await asyncio.sleep(6)
        idle = (process.cpu() - cpu) / 6
    return [
        at_most("`allteach run`: CPU until connected", median(cpus), 2, "s", f"{median(cpus):.2f} s"),
        Figure("… until connected, in all", f"{median(walls):.2f} s"),
        at_most("… resident memory, idle", memory, 130, "MB", f"{memory:.0f} MB"),
        Figure("… CPU, idle", f"{idle:.1%}"),
        Figure("`allteach collaborative load --launch`, 11 people", f"{bench.loading:.2f} s"),
    ]


async def _sender_alone(bench: Bench, ours: Process) -> tuple[float, float]:
    """Let the sender go on what piled up, without Slack's pace: posts a second, and milliseconds of CPU for each."""
    before, cpu, began = bench.slack.calls["chat.postMessage"], ours.cpu(), time.perf_counter()
    ours.signal(signal.SIGUSR1)
    await bench.slack.at_rest()
    posts = bench.slack.calls["chat.postMessage"] - before
    return posts / (bench.slack.last_call - began), (ours.cpu() - cpu) / posts * 1000


def _some(acts: Acts, kind: str, count: int) -> Sequence[Act]:
    act: Callable[[], Act] = getattr(acts, kind)
    return [act() for _ in range(count)]


def _p50(rounds: list[Acks]) -> float:
    return median(spell.p50 for spell in rounds)


SECTIONS: dict[str, Callable[[Bench], Awaitable[list[Figure]]]] = {
    "Acknowledging, the sender still": acknowledging,
    "In a rush: ten people, letters flowing, 200 ms for each call to Slack": in_a_rush,
    "Saving, as much as goes": saving,
    "Running": running,
    "Run charts": charting,
    "Finding ideas": finding,
    "Who is still with us": engagement_at_large,
    "Home": at_home,
}
