"""Finding ideas: a search among twenty thousand on both databases, and a list of the change package while one types."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot import schema
from bot.domain import change_choices, folding, idea_search
from bot.domain.changes import ChangeIdea
from bot.domain.collaborative_file import reader
from bot.domain.idea_index import IdeaText, IdeaWord
from bot.domain.idea_search import Wish
from bot.domain.ideas import Idea, Steal
from bot.domain.loading import loader
from bot.domain.pdsa import Cycle
from bot.statements import table
from bot.store import Store
from tests import databases
from tests.bench import record
from tests.bench.figures import Figure, at_most
from tests.bench.subjects import Bench

IDEAS, PACKAGE, THEFTS, ROUNDS = 20_000, 500, 4_000, 4
NOW = datetime(2026, 2, 2, tzinfo=UTC)
OFTEN = "call text visit reminder walk intake interpreter huddle ride form phone warm booking family peer".split()
WISHES = [
    *(Wish(words) for words in ("call", "warm call", "intake form", "intrepreter", "reminder text visit", "rid", "")),
    *(Wish(words) for words in ("voicemail zebra", "phone booking", "the family", "w712", "peer huddel", "wx712 txet")),
    Wish("visit", worked=True), Wish("call", untried_by=(1,)), Wish("text", driver=1), Wish(order=idea_search.STOLEN),
    Wish("form", organization="fqhc", order=idea_search.STOLEN),
]  # fmt: skip
TYPED = ["", "w", "wa", "warm", "warm ca", "interp", "intrepr", "idea 4", "front door", "zzz"]


async def finding(bench: Bench) -> list[Figure]:
    """95 of 100 searches, and lists, are answered within so many milliseconds."""
    return await asyncio.to_thread(_both, bench.folder)


def _both(folder: Path) -> list[Figure]:
    figures = []
    for name, url in (("SQLite", f"sqlite:///{folder / 'finding.db'}"), ("PostgreSQL", databases.server().empty())):
        store = _filled(url, folder)
        searches = _milliseconds(store, [_searching(wish) for wish in WISHES])
        lists = _milliseconds(store, [_listing(typed) for typed in TYPED])
        store.close()
        what = f"a search among {IDEAS:,} ideas on {name}, p95"
        figures.append(at_most(what, _p95(searches), 150, "ms", _told(searches)))
        what = f"the change package's {PACKAGE} ideas while one types, on {name}, p95"
        figures.append(at_most(what, _p95(lists), 200, "ms", _told(lists)))
    return figures


def _searching(wish: Wish) -> Callable[[Session], object]:
    return lambda session: idea_search.search(session, [1], wish)


def _listing(typed: str) -> Callable[[Session], object]:
    return lambda session: change_choices.ideas_like(session, [1], typed)


def _milliseconds(store: Store, acts: list[Callable[[Session], object]]) -> list[float]:
    """Each act in a transaction of its own, as people's are; the first round warms up."""
    taken = []
    for number in range(ROUNDS + 1):
        for act in acts:
            began = time.perf_counter()
            with store.reading() as session:
                act(session)
            taken += [1000 * (time.perf_counter() - began)] if number else []
    return sorted(taken)


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def _told(times: list[float]) -> str:
    return f"{_p95(times):.0f} ms; p50 {times[len(times) // 2]:.0f}, slowest {times[-1]:.0f}"


def _filled(url: str, folder: Path) -> Store:
    """A record with all these ideas in it, whose words are as common and as rare as words are."""
    store, chance = Store(url), np.random.default_rng(7)
    schema.upgrade(store)
    vocabulary = np.array([*OFTEN, *(f"w{number}" for number in range(8_000))])
    weights = 1 / (np.arange(len(vocabulary)) + 8)
    words = chance.choice(vocabulary, (IDEAS, 60), p=weights / weights.sum())
    with store.transaction() as session:
        loader.load(session, reader.open_file(record.file(folder)), now=NOW)
        for number in range(PACKAGE):
            name = f"{OFTEN[number % len(OFTEN)]} {OFTEN[number % 7]} idea {number}"
            session.add(ChangeIdea(driver_id=1, code=f"2.{number}", name=name, position=number))
        session.flush()
        texts = [(" ".join(row[:5]), " ".join(row)) for row in words.tolist()]
        _write(session, Idea, [_idea(number, *one) for number, one in enumerate(texts, 1)])
        _write(session, IdeaText, [_text(number, *one) for number, one in enumerate(texts, 1)])
        _count(session, texts)
        cycles = [_cycle(number) for number in range(1, THEFTS + 1)]
        _write(session, Cycle, cycles)
        stolen = {"person_id": 1, "at": NOW}
        _write(
            session, Steal,
            [{**stolen, "idea_id": one["id"] * 3, "team_id": one["team_id"], "cycle_id": one["id"]} for one in cycles],
        )  # fmt: skip
    with store.outside_transactions() as connection:
        connection.exec_driver_sql("ANALYZE")
    return store


def _write(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 2_000):
        session.connection().execute(insert(table(model)), rows[start : start + 2_000])


def _count(session: Session, texts: list[tuple[str, str]]) -> None:
    counted = Counter(word for _, words in texts for word in set(folding.words(words)))
    there = {
        word
        for (word,) in session.connection().execute(table(IdeaWord).select().with_only_columns(table(IdeaWord).c.word))
    }
    rows = [
        {"collaborative_id": 1, "word": word, "times": times} for word, times in counted.items() if word not in there
    ]
    _write(session, IdeaWord, rows)


def _text(number: int, title: str, what: str) -> dict[str, Any]:
    return {"id": number, "collaborative_id": 1, "title": title, "words": what}


def _idea(number: int, title: str, what: str) -> dict[str, Any]:
    return {
        "id": number, "collaborative_id": 1, "team_id": number % 5 + 1, "person_id": 1, "title": title, "what": what,
        "driver_id": number % 2 or None, "shared_at": NOW,
    }  # fmt: skip


def _cycle(number: int) -> dict[str, Any]:
    return {
        "id": number, "collaborative_id": 1, "team_id": number % 5 + 1, "number": number, "owner_id": 1,
        "change": "As they did", "prediction": "It will work", "due": date(2026, 2, 2), "stage": "act",
        "decision": ("adopt", "adapt", "abandon")[number % 3], "started_at": NOW,
    }  # fmt: skip
