"""`python -m tests.bench`: measure, and print the figures beside their budgets."""

import asyncio
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime

from tests.bench import machine, processes
from tests.bench.figures import Figure, table
from tests.bench.measuring import SECTIONS
from tests.bench.subjects import prepared


async def main(wanted: list[str]) -> None:
    """All sections, or those whose title holds one of the words given."""
    processes.go_first()
    async with prepared() as bench:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {machine.name()}.")
        print(f"Disk: {machine.disk(bench.folder)}. Before: {machine.load()}. Medians of rounds that took turns.")
        missed = []
        for title, measure in SECTIONS.items():
            if not wanted or any(word.lower() in title.lower() for word in wanted):
                missed += await _section(title, measure(bench))
        print(f"\nAfter: {machine.load()}.")
    print(f"{len(missed)} missed." if missed else "All budgets are kept.")


async def _section(title: str, measuring: Awaitable[list[Figure]]) -> list[Figure]:
    figures = await measuring
    print(f"\n**{title}**\n\n{table(figures)}", flush=True)
    return [one for one in figures if one.kept is False]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
