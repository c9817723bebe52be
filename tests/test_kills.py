"""`kill -9` between any two steps of save → say → post → record: nothing is lost, and nothing is said twice.

`make test-more KILLS=1000` kills as often as one likes. Each run says at its end what it counted; the seed that it
names, `KILLS_SEED` repeats.
"""

import os
import random
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot import schema
from bot.domain.broadcasts import Broadcast
from bot.domain.pdsa import Cycle
from bot.outbox import RECALLED, SENT, Letter
from bot.store import Store
from tests import town as towns
from tests.mortal import EDGES, KILLED, STATEMENTS, Forge, forging
from tests.personas import Control, Persona
from tests.post_office import QUICK, mark_of
from tests.tallies import TALLY
from tests.town import Asleep

KILLS = int(os.environ.get("KILLS", "100"))
BRISK = {"ALLTEACH_SEND_TIMEOUT": "0.25", "ALLTEACH_SETTLE": "0.3", "ALLTEACH_LEASE": "0.6"}
SEED = int(os.environ.get("KILLS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
TROUBLE: list[dict[str, Any] | None] = [
    *[None] * 6, {"what": "drop_after"}, {"what": "drop_before"}, {"what": "500_after"}, {"what": "500_before"},
    {"what": "error"}, {"what": "slow", "seconds": 0.6}, {"what": "drop_after", "late": 0.1},
]  # fmt: skip


@pytest.fixture(scope="module")
def warm() -> Iterator[Forge]:
    with forging() as (forge,):
        with towns.asleep() as elsewhere:
            forge.warm_up({**elsewhere.environment(), **QUICK})
        yield forge


@pytest.fixture
def forge(warm: Forge) -> Iterator[Forge]:
    """Begins a sender within a tenth of a second."""
    yield warm
    warm.let_go()


@pytest.fixture
def here() -> Iterator[Asleep]:
    with towns.asleep() as town:
        yield town


@pytest.fixture
def practice(here: Asleep) -> Iterator[Control]:
    with hearing(here) as control:
        yield control


Counted = Callable[[str, int, Control, "Sequence[Reported]"], list[str]]


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Counted:
    """Count what came of so many kills, have it told at the end of the run, and name every fault."""

    def count(what: str, kills: int, practice: Control, done: Sequence[Reported]) -> list[str]:
        due, faults = judged(practice, done)
        doubled = sum(fault.endswith(" times") and not fault.endswith(" 0 times") for fault in faults)
        tally = f"{kills} kills, {due} letters due, {len(faults) - doubled} lost, {doubled} doubled, seed {SEED}"
        record_property(TALLY, f"{what}: {tally}")
        return faults

    return count


@contextmanager
def hearing(here: Asleep) -> Iterator[Control]:
    """The practice Slack's control side."""
    control = Control(here.practice.url)
    try:
        yield control
    finally:
        control.close()


def test_one_card_survives_a_kill_between_any_two_things_that_last(
    forge: Forge, here: Asleep, practice: Control, counted: Counted
) -> None:
    done = killed_at_every_step(forge, here, "one card", EDGES)

    assert len(done) > 7
    assert counted("between any two things that last", len(done) - 1, practice, done) == []


def test_without_looking_first_the_same_kills_say_something_twice(
    forge: Forge, here: Asleep, practice: Control, counted: Counted
) -> None:
    """The control: were nothing doubled without the look-up, the other tests would prove nothing."""
    done = killed_at_every_step(forge, here, "one card", EDGES, settled="settle blindly")

    faults = counted("the same without looking first, which doubles", len(done) - 1, practice, done)
    assert any("posted 2 times" in fault for fault in faults)


@pytest.mark.kills
def test_whatever_is_said_survives_a_kill_at_every_step(
    forge: Forge, here: Asleep, practice: Control, counted: Counted
) -> None:
    done = killed_at_every_step(forge, here, "all sorts", STATEMENTS)

    assert len(done) > 200
    assert counted("before every statement and call", len(done) - 1, practice, done) == []


@pytest.mark.kills
def test_a_chart_survives_a_kill_between_any_two_things_that_last(
    forge: Forge, here: Asleep, practice: Control, counted: Counted
) -> None:
    done = killed_at_every_step(forge, here, "a chart", EDGES)

    assert len(done) > 14
    assert counted("while a chart is drawn, uploaded and posted", len(done) - 1, practice, done) == []


def test_a_broadcast_its_edit_and_its_recall_are_finished_after_a_kill_and_nobody_gets_two(
    forge: Forge, here: Asleep, practice: Control
) -> None:
    done = [killed_at(forge, here, "a broadcast", step) for step in (8, 20, 34)]

    assert [faults_of_broadcast(practice, one) for one in done] == [[]] * 3


@pytest.mark.kills
def test_a_broadcast_survives_a_kill_between_any_two_things_that_last(
    forge: Forge, here: Asleep, practice: Control
) -> None:
    done = killed_at_every_step(forge, here, "a broadcast", EDGES)

    assert len(done) > 30
    assert [fault for one in done for fault in faults_of_broadcast(practice, one)] == []


def test_random_kills_lose_nothing_and_double_nothing(
    forge: Forge, here: Asleep, practice: Control, counted: Counted
) -> None:
    of = {**here.environment(), **QUICK}

    reported = killed_at_random([forge], of, practice, times=40)

    assert counted("at random", 40, practice, [(of, reported)]) == [], f"KILLS_SEED={SEED}"


@pytest.mark.kills
@pytest.mark.parametrize(("senders", "database"), [(1, "sqlite"), (3, "sqlite"), (3, "postgresql")])
def test_many_random_kills_lose_nothing_and_double_nothing(
    monkeypatch: pytest.MonkeyPatch, counted: Counted, senders: int, database: str
) -> None:
    monkeypatch.setenv("TOWN_ON", database)
    with forging(senders) as forges, towns.asleep() as here, hearing(here) as practice:
        of = {**here.environment(), **QUICK}

        reported = killed_at_random(forges, of, practice, times=KILLS)

        what, kills = f"at random, {senders} on {database}", KILLS // senders * senders
        assert counted(what, kills, practice, [(of, reported)]) == [], f"KILLS_SEED={SEED}"


@pytest.mark.kills
@pytest.mark.postgres
def test_where_one_of_two_bots_on_postgresql_is_killed_the_other_says_everything_once(
    monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    monkeypatch.setenv("TOWN_ON", "postgresql")
    with forging(2) as (mortal, other), towns.asleep() as here, hearing(here) as practice:
        of = {**here.environment(), **QUICK}
        children = [forge.begin("without end", of) for forge in (mortal, other)]
        assert {forge.reports() for forge in (mortal, other)} == {"begun"}
        for child in children:
            has_posted(here, 20)
            os.kill(child, signal.SIGKILL)
        reported = [*mortal.end()[1], *other.end()[1]]
        assert other.does("settle", of)[0] == 0

        assert counted("one of two on postgresql, then the other", 2, practice, [(of, reported)]) == []


def test_a_form_that_was_acknowledged_is_stored_once_though_the_bot_is_killed(
    forge: Forge, here: Asleep, practice: Control, record_property: Callable[[str, object], None]
) -> None:
    record_property(TALLY, killed_while_saving(forge, here, practice, times=5))


@pytest.mark.kills
def test_many_forms_that_were_acknowledged_are_stored_once(
    forge: Forge, here: Asleep, practice: Control, record_property: Callable[[str, object], None]
) -> None:
    record_property(TALLY, killed_while_saving(forge, here, practice, times=KILLS // 5))


@pytest.mark.kills
@pytest.mark.parametrize("nap", [0.3, 2.0])  # shorter than a lease, and longer
def test_senders_that_are_put_to_sleep_lose_nothing_and_take_back_what_they_double(
    here: Asleep, practice: Control, counted: Counted, nap: float
) -> None:
    of = {**here.environment(), **QUICK}
    reported: list[str] = []
    with forging(3) as forges:
        for _ in range(max(KILLS // 30, 1)):
            children = [forge.begin("without end", of) for forge in forges]
            assert {forge.reports() for forge in forges} == {"begun"}
            for word, wait in ((signal.SIGSTOP, 0.05), (signal.SIGCONT, nap), (signal.SIGKILL, 0.2)):
                for child in children:
                    threading.Event().wait(wait / 3)
                    os.kill(child, word)
            for forge in forges:
                reported += forge.end()[1]
        assert forges[0].does("settle", of)[0] == 0

    kills = max(KILLS // 30, 1) * len(forges)
    faults = counted(f"put to sleep for {nap} s, then killed", kills, practice, [(of, reported)])
    assert [fault for fault in faults if not fault.endswith(" times")] == []
    assert set(still_there(practice).values()) == {1}
    assert nap > 1 or faults == []


@pytest.mark.kills
def test_a_change_of_shape_that_is_killed_leaves_the_old_one_or_the_new_one(forge: Forge, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    url = f"sqlite:///{tmp_path}/new.db"
    for _ in range(20):
        forge.does("upgrade", {"ALLTEACH_DATABASE_URL": url}, at=chance.randrange(1, 60))
        store = Store(url)
        assert schema.revision(store) in (None, schema.head()), f"KILLS_SEED={SEED}"
        with store.reading() as session:
            assert session.connection().execute(text("PRAGMA integrity_check")).scalar() == "ok"
        store.close()

    assert forge.does("upgrade", {"ALLTEACH_DATABASE_URL": url})[0] == 0


Reported = tuple[dict[str, str], list[str]]


def killed_at_every_step(
    forge: Forge, here: Asleep, work: str, steps: Sequence[str], settled: str = "settle"
) -> list[Reported]:
    """Do the work again and again, each time on a record of its own, killed one step later; then settle all of them."""
    done: list[Reported] = []
    ended = KILLED
    while ended == KILLED:
        of = copied(here, work, len(done))
        ended, keys = forge.does(work, of, at=len(done) + 1, steps=steps)
        done.append((of, keys))
    assert ended == 0
    for of, _ in done:
        assert forge.does(settled, of)[0] == 0
    return done


def killed_at(forge: Forge, here: Asleep, work: str, step: int) -> Reported:
    """Do the work once, killed at that one of its steps, and settle it."""
    of = copied(here, work, step)
    ended, keys = forge.does(work, of, at=step, steps=EDGES)
    assert ended == KILLED
    assert forge.does("settle", of)[0] == 0
    return of, keys


def faults_of_broadcast(practice: Control, done: Reported) -> list[str]:
    """Whether each team has its one copy as it is to read now, or none any more, and none was ever posted twice."""
    of, _ = done
    posted, shown = posts(practice), still_there(practice)
    store = Store(of["ALLTEACH_DATABASE_URL"])
    with store.reading() as session:
        sent = session.exec(select(Broadcast)).first()
        letters = session.exec(select(Letter).where(Letter.message == "broadcasts/copy")).all()
    store.close()
    if sent is None:
        return []
    wanted = 0 if sent.recalled_at else 1
    faults = [] if wanted == 0 or len(letters) == 2 else [f"{len(letters)} letters"]
    for letter in letters:
        faults += [f"{letter.key} posted {posted[letter.mark]} times"] if posted[letter.mark] > 1 else []
        faults += [f"{letter.key} is there {shown[letter.mark]} times"] if shown[letter.mark] != wanted else []
        faults += [f"{letter.key} reads as before"] if wanted and letter.said_version < sent.version else []
    return faults


def killed_at_random(forges: Sequence[Forge], of: dict[str, str], practice: Control, times: int) -> list[str]:
    """Let senders work on one record until each was killed, `times` in all; then settle. Returns what was saved."""
    chance = random.Random(SEED)
    reported: list[str] = []
    for forge in forges:
        forge.warm_up(of)
    for _ in range(times // len(forges)):
        trouble = chance.choice(TROUBLE)
        if trouble:
            practice.fault(chance.choice(["chat.postMessage", "conversations.history"]), **trouble)
        children = [forge.begin("without end", of) for forge in forges]
        assert {forge.reports() for forge in forges} == {"begun"}
        for child in children:
            threading.Event().wait(chance.uniform(0.008, 0.2))
            os.kill(child, signal.SIGKILL)
        for forge in forges:
            ended, keys = forge.end()
            assert ended == KILLED
            reported += keys
    assert forges[0].does("settle", of)[0] == 0
    return reported


def killed_while_saving(forge: Forge, here: Asleep, practice: Control, times: int) -> str:
    """Let Ana save forms while the bot is killed around her; what she was told is saved must be, and only once."""
    chance = random.Random(SEED)
    practice.post("limits", on=False, ack_seconds=0.5)
    ana = Persona("ana", here.users["ana"], practice, lambda: None)
    of = {**here.environment(), **QUICK}
    for count in range(times):
        child = begin_bot(forge, of)
        assert any(ana.runs("/pdsa", "team-alder")["acked"] for _ in range(9))  # the first may go to a dead socket
        ana.waits_until(lambda: ana.form)
        doom = threading.Timer(chance.uniform(0.0, 0.03), os.kill, (child, signal.SIGKILL))
        doom.start()
        saved = ana.submits(change=f"change {count}", prediction="8 of 10", due="2026-02-10")
        doom.join()
        assert forge.end()[0] == KILLED
        if not saved["acked"]:
            child = begin_bot(forge, of)
            assert any(ana.submits()["acked"] for _ in range(9))
            assert ana.form is None
            os.kill(child, signal.SIGKILL)
            forge.end()
        assert changes(of)[f"change {count}"] == 1, f"KILLS_SEED={SEED}"
    return f"while a form is saved: {times} kills, {times} forms acknowledged, 0 lost, 0 doubled, seed {SEED}"


def begin_bot(forge: Forge, of: dict[str, str]) -> int:
    child = forge.begin("at the socket", of)
    assert forge.reports() == "connected"
    return child


def has_posted(here: Asleep, more: int) -> None:
    """Wait until Slack has taken so many more."""
    before = len(here.practice.world.posts)
    while len(here.practice.world.posts) < before + more:
        threading.Event().wait(0.01)


def copied(here: Asleep, work: str, number: int) -> dict[str, str]:
    """A record of its own, as the town's was."""
    path = Path(here.database.removeprefix("sqlite:///"))
    copy = path.with_name(f"{work.replace(' ', '-')}-{number}.db")
    shutil.copy(path, copy)
    return {**here.environment(), **BRISK, "ALLTEACH_DATABASE_URL": f"sqlite:///{copy}"}


def judged(practice: Control, done: Sequence[Reported]) -> tuple[int, list[str]]:
    """Read every record and Slack after the deeds: how many letters were due, and what was lost or came twice."""
    posted = posts(practice)
    due = 0
    faults: list[str] = []
    for of, reported in done:
        store = Store(of["ALLTEACH_DATABASE_URL"])
        with store.reading() as session:
            letters = session.exec(select(Letter).where(col(Letter.message).in_(("pdsa/card", "charts/one")))).all()
            cycles = session.exec(select(Cycle).order_by(col(Cycle.team_id), col(Cycle.number))).all()
            if store.sqlite and session.connection().execute(text("PRAGMA integrity_check")).scalar() != "ok":
                faults.append("the database is not whole")
        store.close()
        due += len(letters)
        keys = {letter.key for letter in letters}
        faults += [f"{key} was saved and is gone" for key in reported if key not in keys]
        faults += [f"cycle {cycle.id} has no letter" for cycle in cycles if f"pdsa:{cycle.id}" not in keys]
        faults += [f"{letter.key} is {letter.state}" for letter in letters if letter.state not in (SENT, RECALLED)]
        faults += [
            f"{letter.key} was posted {posted[letter.mark]} times"
            for letter in letters
            if posted[letter.mark] != 1 and not (letter.state == RECALLED and posted[letter.mark] == 0)
        ]
        numbers = Counter(cycle.team_id for cycle in cycles)
        faults += [f"cycle {cycle.number} leaves a gap" for cycle in cycles if cycle.number > numbers[cycle.team_id]]
    return due, faults


def posts(practice: Control) -> Counter[str]:
    """How often Slack took each mark as a new message."""
    return Counter(mark for post in practice.get("posts")["posts"] if (mark := mark_of(post)))


def still_there(practice: Control) -> Counter[str]:
    """How many messages with each mark stand in Slack now."""
    channels = [channel["id"] for channel in practice.get("state")["channels"]]
    messages = [message for channel in channels for message in practice.get("state", channel=channel)["messages"]]
    return Counter(mark for message in messages if (mark := mark_of(message)))


def changes(of: dict[str, str]) -> Counter[str]:
    """How often each change is in the record."""
    store = Store(of["ALLTEACH_DATABASE_URL"])
    with store.reading() as session:
        found = Counter(session.exec(select(Cycle.change)).all())
    store.close()
    return found
