"""Whom a broadcast means, when it comes to them, and what happens where something stands in its way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import schema
from bot.domain import absences, audiences, event_facts, events, expected, phases, points, rsvps, seats, submissions
from bot.domain.audiences import Audience
from bot.domain.collaborative_file import reader
from bot.domain.collaboratives import Collaborative
from bot.domain.entries import Entry
from bot.domain.events import Event
from bot.domain.loading import loader
from bot.domain.people import Person
from bot.domain.teams import Channel, Team
from bot.store import Store
from tests.broadcasting import a_minute_goes_by, its_sender_reads_on, previews, progress, shown
from tests.in_slack import channel
from tests.personas import Json, Persona
from tests.small_town_steered import STEERED_BY_TWO
from tests.town import SMALL_TOWN, Town

NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)
PLANNED = datetime(2026, 9, 17, 16, tzinfo=UTC)
ALDER, PRAIRIE, ELM, OAK = 1, 2, 3, 4
JANUARY = date(2026, 1, 1)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Session]:
    """Four teams: Alder has sent January's number and comes to the call, Elm pauses, Oak has no channel yet."""
    store = Store(f"sqlite:///{tmp_path}/record.db")
    schema.upgrade(store)
    with store.transaction() as session:
        loader.load(session, reader.read(SMALL_TOWN, "small_town.yaml"), now=NOW - timedelta(days=20))
        session.get_one(Collaborative, 1).launched_at = NOW - timedelta(days=20)
        for person in session.exec(select(Person)):
            person.workspace, person.slack_user = "T1", f"U{person.id}"
        for one in session.exec(select(Channel)):
            one.slack_id = f"C{one.id}"
        for name in ("Elm", "Oak"):
            session.add(Team(collaborative_id=1, organization_id=1, name=name, timezone="America/Chicago"))
        session.flush()
        session.get_one(Team, ELM).status = "paused"
        session.get_one(Team, ELM).status_until = date(2026, 6, 1)
        ana = session.exec(select(Person).where(Person.name == "Ana Reyes")).one().id or 0
        offered = Entry(1, JANUARY, "value", 8, 10)
        points.file(session, team=session.get_one(Team, ALDER), person=ana, entries=[offered], now=NOW)
        meeting = rsvps.meeting(session, 1, PLANNED)
        assert meeting
        rsvps.answer(session, meeting, ana, coming=True, by=ana, now=NOW)
        session.flush()
        yield session
    store.close()


def test_whom_a_sentence_means(record: Session) -> None:
    pause, none = "it takes a pause until Mon 1 Jun 2026", "its channel isn't ready yet"
    planned = event_facts.stamp(PLANNED)
    cases: list[tuple[Audience, str, list[str], dict[str, str]]] = [
        (Audience(), "all teams", ["Alder & Main", "Prairie Bend"], {"Elm": pause, "Oak": none}),
        (Audience(who="chosen", teams=[PRAIRIE, ELM]), "Elm and Prairie Bend", ["Prairie Bend"], {"Elm": pause}),
        (
            Audience(who="chosen", teams=[1, 2, 3, 4]),
            "4 chosen teams",
            ["Alder & Main", "Prairie Bend"],
            {"Elm": pause, "Oak": none},
        ),
        (Audience(types=["fqhc"]), "all teams of the type Federally qualified health center", ["Prairie Bend"], {}),
        (
            Audience(types=["fqhc", "community_mental_health"], role="tech_expert"),
            (
                "teams of the type Federally qualified health center or Community mental health center "
                "with a technical expert"
            ),
            ["Alder & Main"],
            {"Elm": pause, "Oak": none, "Prairie Bend": "it has no technical expert whom Slack knows"},
        ),
        (
            Audience(who="data", period=JANUARY),
            "teams whose January data is not in yet",
            ["Prairie Bend"],
            {"Elm": pause, "Oak": none},
        ),
        (
            Audience(who="coming", event=1, planned=planned),
            "teams of which nobody has said that they come to AP1 call of Thu 17 Sep 12:00 PM EDT",
            ["Prairie Bend"],
            {"Elm": pause, "Oak": none},
        ),
        (
            Audience(phase="prework"),
            "all teams, while it is pre-work",
            ["Alder & Main", "Prairie Bend"],
            {"Elm": pause, "Oak": none},
        ),
        (Audience(phase="ap1"), "all teams, while it is action period 1", [], {}),
        (Audience(who="chosen", teams=[99]), "no team", [], {}),
    ]
    here = record.get_one(Collaborative, 1)
    for wanted, sentence, meant, skipped in cases:
        found = audiences.look(record, here, wanted, NOW)
        assert audiences.sentence(record, here, wanted) == f"{sentence}, without paused teams"
        assert [team.name for team in found.meant] == meant, sentence
        assert {team.name: why for team, why in found.skipped} == skipped, sentence
        for team in (ALDER, PRAIRIE, ELM, OAK):
            name = record.get_one(Team, team).name
            assert (audiences.why_not(record, here, wanted, team, NOW) == "") is (name in meant), (sentence, name)
    waits, due = Audience(who="data", period=JANUARY), datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert [team.name for team in audiences.look(record, here, waits, due).meant] == ["Prairie Bend"]
    for person, _ in seats.places(record, record.get_one(Team, PRAIRIE)):  # all of it was away on 2 March
        absences.leave(record, person.id or 0, date(2026, 2, 20), date(2026, 3, 3), NOW)
    submissions.row(record, record.get_one(Team, PRAIRIE), JANUARY, date(2026, 3, 2))
    expected.note(record)
    assert audiences.look(record, here, waits, due).meant == []
    assert audiences.why_not(record, here, waits, PRAIRIE, due) == "its January data is in, or none is asked for"
    for kind, asks in (("call", True), ("office_hours", False)):
        record.get_one(Event, 1).kind = kind
        wanted = Audience(who="coming", event=1, planned=planned)
        assert (audiences.asked_about(record, here, wanted, NOW) != "") is asks, kind
    record.get_one(Team, PRAIRIE).status = "withdrawn"
    assert (
        audiences.why_not(record, here, Audience(who="chosen", teams=[PRAIRIE]), PRAIRIE, NOW)
        == "it has left the collaborative"
    )


def test_which_phase_it_is(record: Session) -> None:
    first, second = datetime(2026, 3, 10, 14, tzinfo=UTC), datetime(2026, 6, 10, 14, tzinfo=UTC)
    for name, starts in (("LS1", first), ("LS1b", first + timedelta(days=30)), ("LS2: mid-point", second)):
        record.add(Event(
            collaborative_id=1, title=name, kind="session", starts=starts, ends=starts + timedelta(days=1)
        ))  # fmt: skip
    record.add(
        Event(collaborative_id=1, title="Congress", kind="congress", starts=datetime(2026, 11, 10, 14, tzinfo=UTC))
    )
    record.flush()
    cases = {
        "planning": "2026-01-05", "prework": "2026-02-02", "ls1": "2026-03-11", "ap1": "2026-04-20",
        "ls2": "2026-06-11", "ap2": "2026-07-01", "congress": "2026-11-10", "sustain": "2026-11-20",
    }  # fmt: skip
    here = record.get_one(Collaborative, 1)
    for phase, day in cases.items():
        assert phases.of(record, here, datetime.fromisoformat(f"{day}T18:00:00+00:00")) == phase, day
    dates = events.between(record, here, NOW, NOW + timedelta(days=400))
    assert [
        one.name.partition(" and")[0] for one in phases.stretches(sorted(dates, key=lambda one: one.planned), dates)
    ][-4:] == ["Learning session 1", "LS1b", "Learning session 2", "Congress"]


def test_a_scheduled_one_comes_at_each_teams_own_hour_to_whom_it_means_by_then(
    town: Town, ana: Persona, pru: Persona
) -> None:
    cleo = town.people["cleo"]
    previews(pru, day="2026-02-07", at="10:30")
    told = "Each at 10:30 on Sat 7 Feb 2026 where it is, or on its next working day: the first Mon 9 Feb 10:30 AM CST, "
    assert f"{told}the last Mon 9 Feb 10:30 AM MST. Whom it is meant for is looked at again then." in shown(pru)
    pru.presses("Change it")
    pru.submits(who="data", period="2026-01-01", day="2026-02-03")
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)
    its_sender_reads_on(town)
    assert "It waits: 2 teams get it, the first on Tue 3 Feb 10:30 AM CST. Until then Undo stops it." in progress(pru)
    pru.opens_home()
    town.turn_clock(datetime(2026, 2, 3, 14, 55, tzinfo=UTC))
    pru.presses_at_home("Upcoming messages")
    assert "A broadcast" in shown(pru)
    pru.closes()

    town.turn_clock(datetime(2026, 2, 3, 16, 30, tzinfo=UTC))
    town.bot.tick()
    assert len(_copies(ana, "team-alder")) == 1
    its_sender_reads_on(town)
    assert "Delivered to 1 of 2 teams. Waiting for their hour, the end of the night or their turn: 1." in progress(pru)
    _sends_january(cleo)
    town.turn_clock(datetime(2026, 2, 3, 18, tzinfo=UTC))
    town.bot.settle()  # whoever is meant is looked at by whoever sends it, too
    its_sender_reads_on(town)
    assert _copies(cleo, "team-prairie") == []
    assert "Delivered to 1 of 1 team. Skipped: 1." in progress(pru)


def test_where_nobody_is_meant_any_more_nothing_goes_out_and_its_sender_reads_so(
    town: Town, ana: Persona, pru: Persona
) -> None:
    previews(pru, who="data", period="2026-01-01")
    pru.submits()
    pru.closes()
    _sends_january(ana)
    _sends_january(town.people["cleo"])
    a_minute_goes_by(town)

    its_sender_reads_on(town)
    assert "It was meant for nobody when its time came, so nothing was sent." in progress(pru)
    previews(pru, who="data", period="2026-01-01")
    assert "As things are now it is meant for nobody, so nothing would be sent." in shown(pru)
    assert "It goes out a minute" not in shown(pru)
    assert "submit" not in (pru.form or {}) or not (pru.form or {})["submit"]


def test_where_it_is_night_one_that_is_sent_now_waits_for_the_morning(town: Town, ana: Persona, pru: Persona) -> None:
    town.turn_clock(
        datetime(2026, 2, 7, 2, 30, tzinfo=UTC)
    )  # Friday, half past eight in Chicago, half past seven in Denver
    previews(pru)
    assert "It is night for 1 team: there it waits for the morning, the last until Sat 7 Feb 7:00 AM CST." in shown(pru)
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)
    assert (len(_copies(ana, "team-alder")), len(_copies(town.people["cleo"], "team-prairie"))) == (0, 1)

    town.turn_clock(datetime(2026, 2, 7, 13, 1, tzinfo=UTC))  # Saturday, seven in Chicago
    town.bot.tick()
    assert len(_copies(ana, "team-alder")) == 1


def test_one_whose_sender_has_left_waits_until_somebody_takes_it_over(town: Town, ana: Persona, pru: Persona) -> None:
    imani = town.people["imani"]
    town.load(STEERED_BY_TWO)
    previews(pru, day="2026-02-03", at="09:00")
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)
    town.load(STEERED_BY_TWO.replace("roles: [coordinator]}", "roles: [coordinator], left: 2026-02-02}"))
    town.turn_clock(datetime(2026, 2, 3, 17, tzinfo=UTC))
    town.bot.tick()

    assert _copies(ana, "team-alder") == []
    assert imani.hears()[-1].startswith(
        "A broadcast of Pru Adebayo “Hello, {team}. Your numbers, please.” to all teams"
    )
    pru.presses("Recall")
    assert pru.hears()[-1].startswith("You're not in this collaborative any more.")
    imani.presses("Take it over")
    a_minute_goes_by(town)
    assert [one["text"].partition("From ")[2][:18] for one in _copies(ana, "team-alder")] == ["Dr. Imani Osei, wh"]
    its_sender_reads_on(town)
    assert "Delivered to 2 of 2 teams." in progress(imani)
    assert "was taken over or isn't sent any more." in str(imani.hears())


def test_a_channel_that_is_archived_meanwhile_is_reported_and_tried_again(
    town: Town, ana: Persona, pru: Persona
) -> None:
    cleo = town.people["cleo"]
    where = channel(town, "team-prairie")["id"]
    previews(pru)
    pru.submits()
    pru.closes()
    town.slack.post("act/archive", user=pru.user, channel=where)
    a_minute_goes_by(town)

    assert len(_copies(ana, "team-alder")) == 1
    problem = "Prairie Bend: The channel is archived. Unarchive it, then try again."
    its_sender_reads_on(town)
    assert "Delivered to 1 of 2 teams. Not delivered or not edited: 1." in progress(pru)
    assert problem in progress(pru)
    pru.presses("Delivery report")
    assert "Prairie Bend: not delivered: The channel is archived." in shown(pru)
    town.practice.world.channels[where].archived = False  # mended without a word to the bot
    pru.presses("Try again")
    assert "It is being tried again." in shown(pru)
    a_minute_goes_by(town)
    assert len(_copies(cleo, "team-prairie")) == 1
    its_sender_reads_on(town)
    assert "Delivered to 2 of 2 teams." in progress(pru)


def _sends_january(person: Persona) -> None:
    person.runs("/data january", "team-alder" if person.name == "ana" else "team-prairie")
    assert person.submits(**{"m1.numerator": "8", "m1.denominator": "10"})["ok"]


def _copies(person: Persona, channel: str) -> list[Json]:
    return [one for one in person.messages(channel) if "You get this because it is meant for" in one["text"]]
