"""Everything the bot does with its record is right on PostgreSQL too.

`TOWN_ON=postgresql` has every test of a town run on it; these few run always.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select, update

from bot import inbox, outbox, schema
from bot.domain import pdsa
from bot.domain.people import Membership
from bot.errors import BotError, RecordUnavailable
from bot.inbox import Repeated
from bot.outbox import SENT, Letter
from bot.sending import gates, ready
from bot.sending.claims import Claim
from bot.store import Store, real_time
from bot.tables import metadata
from jobs.outbox import Sender
from tests import databases
from tests.command_line import allteach, going
from tests.cycling import cards, cycles, learns, logs, runs_it
from tests.personas import Persona
from tests.post_office import PRAIRIE, PostOffice
from tests.town import SMALL_TOWN, Town

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every town of this file keeps its record there."""
    monkeypatch.setenv("TOWN_ON", "postgresql")


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty record."""
    store = Store(databases.server().shaped(), wait=0.5)
    yield store
    store.close()


def test_a_cycle_is_logged_run_studied_and_adapted(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ben)
    learns(ana, matched="partly")
    ana.presses("Adapt")
    ana.submits(prediction="85 % reached")

    assert [(cycle.number, cycle.stage) for cycle in cycles(town)] == [(1, "act"), (2, "plan")]
    assert len(cards(ana)) == 2


def test_what_is_said_in_windows_at_home_and_by_the_clock_works_too(town: Town, ana: Persona, pru: Persona) -> None:
    logs(ana)
    for line in ("/pdsa list", "/pdsa 1", "/pdsa find nadia", "/pdsa help"):
        ana.runs(line, "team-alder")
    ana.opens_home()
    pru.opens_home()
    ana.writes("We called ten people")
    town.later(days=9)
    town.bot.tick()

    assert any("Your test (cycle 1)" in text for text in ana.hears())
    assert all(call["outcome"] == "ok" for call in town.slack.calls("views.publish"))


def test_numbers_have_no_gaps_and_no_twins_however_many_save_at_once(office: PostOffice) -> None:
    together([lambda: [office.saves() for _ in range(5)]] * 6)

    with office.kit.store.reading() as session:
        numbers = session.exec(select(pdsa.Cycle.number).order_by(col(pdsa.Cycle.number))).all()
    assert numbers == list(range(1, 31))


def test_three_senders_take_each_letter_once_and_keep_the_order(office: PostOffice) -> None:
    alder, prairie = [office.saves() for _ in range(6)], [office.saves(team=PRAIRIE) for _ in range(6)]
    others = [Sender(office.kit, gates.UNPACED) for _ in range(3)]

    together([sender.drain for sender in others])

    assert [office.posts_of(key) for key in alder + prairie] == [1] * 12
    assert office.in_order()[-6:] == [office.letter(key).mark for key in alder]
    assert office.in_order(PRAIRIE)[-6:] == [office.letter(key).mark for key in prairie]


def test_what_another_has_in_hand_is_passed_over_at_once_and_its_channel_keeps_its_order(office: PostOffice) -> None:
    alder, _ = [office.saves() for _ in range(2)]
    prairie = office.saves(team=PRAIRIE)

    with office.kit.store.sharing() as session:
        held = ready.letters(session, office.terms, office.kit.now(), real_time(session), most=1)
        claim, nothing = office.claims(), office.sender.claim()

    assert [letter.key for letter in held] == [alder]
    assert claim.id == office.letter(prairie).id
    assert nothing is None, "the second to Alder & Main goes after the first"
    assert office.claims().id == office.letter(alder).id


def test_whoever_waited_for_the_count_of_calls_goes_by_what_it_is_then(office: PostOffice) -> None:
    key = office.saves()
    hourly = replace(gates.UNPACED, posts=gates.Allowance(gap=3600, burst=3600))
    sender, claimed = Sender(office.kit, hourly), list[Claim | None]()
    claiming = threading.Thread(target=lambda: claimed.append(sender.claim()))

    with office.kit.store.sharing() as session:
        gates.hold(session, [gates.POSTS], real_time(session))
        for _ in range(2):
            gates.passed(session, gates.POSTS, hourly, real_time(session))
        claiming.start()
        while not session.connection().execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first():
            pass  # until it waits for us
    claiming.join()

    assert claimed == [None]
    office.passes_a_minute()
    assert office.claims().id == office.letter(key).id


def test_nobody_claims_beside_a_writer(office: PostOffice) -> None:
    key = office.saves()

    with office.kit.store.transaction(), pytest.raises(RecordUnavailable, match="busy"):
        office.sender.claim()

    assert office.claims().id == office.letter(key).id


def test_one_occasion_said_by_many_at_once_is_one_letter(store: Store) -> None:
    now = datetime.now(UTC)

    def say() -> None:
        with store.transaction() as session:
            outbox.say(session, "pdsa/card", key="pdsa:1", to="team:1", now=now, cycle=1)

    together([say] * 8)

    with store.reading() as session:
        (letter,) = session.exec(select(Letter)).all()
        assert (letter.key, letter.version) == ("pdsa:1", 8)


def test_one_delivery_counts_once_however_many_bring_it(store: Store) -> None:
    counted: list[str] = []

    def bring() -> None:
        try:
            with store.transaction() as session:
                inbox.once(session, "form:V1", "pdsa.start", datetime.now(UTC))
            counted.append("counted")
        except Repeated:
            counted.append("repeated")

    together([bring] * 8)

    assert sorted(counted) == ["counted", *["repeated"] * 7]


def test_nobody_is_on_a_staff_twice(office: PostOffice) -> None:
    with office.kit.store.reading() as session:
        seat = session.exec(select(Membership).where(col(Membership.team_id).is_(None))).first()
        assert seat
        twin = Membership(collaborative_id=seat.collaborative_id, person_id=seat.person_id, joined_at=seat.joined_at)

    with pytest.raises(IntegrityError), office.kit.store.transaction() as session:
        session.add(twin)


def test_whoever_only_reads_sees_one_moment_and_writes_nothing(store: Store) -> None:
    with store.transaction() as session:
        session.add(gates.Gate(name="one", whole_at=datetime.now(UTC)))

    with store.reading() as before:
        assert before.get(gates.Gate, "two") is None
        with store.transaction() as session:
            session.add(gates.Gate(name="two", whole_at=datetime.now(UTC)))
        assert before.exec(select(gates.Gate.name)).all() == ["one"]
    with pytest.raises(DBAPIError), store.reading() as session:
        session.exec(update(gates.Gate).values(name="three"))


def test_leases_run_by_the_clock_of_the_database(store: Store) -> None:
    with store.reading() as session:
        told = real_time(session)

    assert told.tzinfo is UTC
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)


def test_whoever_waits_too_long_for_a_turn_is_told_so(store: Store) -> None:
    with store.transaction(), pytest.raises(RecordUnavailable, match="busy"), store.transaction():
        pass


def test_a_connection_lost_between_the_post_and_the_record_doubles_nothing(office: PostOffice) -> None:
    key = office.saves()
    claim = office.claims()
    office.posts_by_hand(claim)
    databases.server().hang_up()
    office.lease_is_over()

    assert office.sender.drain()

    assert (office.letter(key).state, office.posts_of(key)) == (SENT, 1)


def test_a_server_whose_power_fails_comes_back_with_everything(office: PostOffice) -> None:
    keys = [office.saves() for _ in range(3)]
    office.slack.fault("chat.postMessage", "drop_after")
    office.sender.step()
    databases.server().stop()
    with pytest.raises(RecordUnavailable):
        office.sender.step()
    databases.server().start()

    assert office.sender.drain()

    assert [office.posts_of(key) for key in keys] == [1, 1, 1]


def test_the_shape_is_made_once_by_however_many_come_at_once() -> None:
    url = databases.server().empty()
    stores = [Store(url) for _ in range(3)]

    together([lambda store=store: schema.upgrade(store) for store in stores])  # type: ignore[misc]  # one each

    with stores[0].reading() as session:
        tables = session.exec(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()  # type: ignore[call-overload]  # plain SQL
    assert set(tables) == {*metadata.tables, "alembic_version"}
    for store in stores:
        store.close()


def test_the_migrations_make_the_tables_that_the_code_has(store: Store) -> None:
    with store.migrating() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=databases.OURS), metadata) == []


def test_a_record_of_a_newer_version_is_refused(store: Store) -> None:
    with store.transaction() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(BotError, match="newer Allteach"):
        schema.upgrade(store)


@pytest.mark.parametrize(
    ("command", "code"), [("collaborative load town.yaml", 0), ("collaborative load other.yaml", 2), ("tick", 1)]
)
def test_a_command_leaves_no_connection_open_however_it_ends(tmp_path: Path, command: str, code: int) -> None:
    given = {"ALLTEACH_DATABASE_URL": databases.server().shaped(), "SLACK_BOT_TOKEN": "xoxb-town"}
    given |= {"SLACK_API_URL": "http://127.0.0.1:9/api/", "PYTHONWARNINGS": "always::ResourceWarning"}
    for name, called in (("town", "Small Town"), ("other", "Other Town")):
        (tmp_path / f"{name}.yaml").write_text(SMALL_TOWN.replace("name: Small Town", f"name: {called}"))
    with going("collaborative", "load", "town.yaml", at=tmp_path, **given) as first:
        assert first.ends() == 0

    with going(*command.split(), at=tmp_path, **given) as done:
        assert done.ends() == code

    assert "ResourceWarning" not in "".join(done.err)


def test_the_record_that_was_loaded_into_is_told_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(SMALL_TOWN)
    where = databases.server().shaped()
    secret = f"{where.replace('postgres@', 'postgres:hush@')}&password=hush"

    done = allteach("collaborative", "load", "town.yaml", at=tmp_path, ALLTEACH_DATABASE_URL=secret)

    assert f"The record is in {where.partition('@')[0]}:***@" in done.stdout
    assert "hush" not in done.stdout


def together(calls: list[Callable[[], object]]) -> None:
    """Let all of them run at once; what goes wrong in one is raised here."""
    troubles: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as trouble:  # noqa: BLE001  # raised below
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
