"""Home is the one place, and All actions is the same for those who have none; coordinators see what needs somebody."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from bot import home, outbox
from bot.domain import pdsa
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa_drafts import CycleDraft
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Seat, Team
from bot.outbox import Letter
from bot.sandbox import blocks
from tests import town as towns
from tests.cycling import buttons, last_sent, learns, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

PLAN = {"change": "Nadia calls the next 10 callers", "prediction": "8 of 10 come", "due": "2026-02-10"}
HOSTILE = '<!channel> "quoted" {{ 7 * 7 }} & *bold* \u202etxet 🌱'


def test_a_member_sees_their_team_its_open_cycles_and_what_to_do(ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)

    shown = texts(ana.opens_home()["blocks"])

    assert "Hello Ana." in shown
    assert "Alder & Main" in shown
    assert "1 · planned · by Tue 10 Feb 2026\nNadia calls the next 10 callers" in shown
    for button in ("Log a PDSA cycle", "Our cycles", "Open", "What teams tried"):
        assert button in shown, button
    assert "Coordinating" not in shown


@pytest.mark.parametrize(
    ("who", "teams"),
    [
        ("pru", ["Alder & Main", "Prairie Bend"]),
        ("imani", ["Alder & Main", "Prairie Bend"]),
        ("tobias", ["Alder & Main (yours) · in touch"]),
    ],
)
def test_the_staff_see_how_the_teams_they_may_read_go_on(town: Town, who: str, teams: list[str]) -> None:
    staff, cleo = town.people[who], town.people["cleo"]
    assert _listed(staff.opens_home()) == [(team, "No cycle yet") for team in teams]
    assert "Nothing waits for you" not in texts(staff.home["blocks"])
    assert f"Hello {who.title()}." in texts(staff.home["blocks"])  # Dr. Imani Osei too

    logs(town.people["ana"])
    runs_it(town.people["ana"])
    logs(town.people["ana"])
    logs(cleo, "team-prairie")
    town.later(days=1)

    told = ["2 cycles open · last moved Mon 2 Feb 2026", "1 cycle open · last moved Mon 2 Feb 2026"]
    assert _listed(staff.opens_home()) == list(zip(teams, told, strict=False))
    staff.presses_at_home("Cycles")
    shown = texts((staff.form or {"blocks": []})["blocks"])
    assert "Alder & Main" in shown
    assert "1 · it ran" in shown
    staff.closes()
    staff.presses("All actions", staff.dm()[0])
    assert _listed(staff.form or {"blocks": []}) == _listed(staff.home)


def test_a_team_without_an_open_cycle_and_one_that_pauses_are_listed_as_such(town: Town, pru: Persona) -> None:
    logs(town.people["ana"])
    runs_it(town.people["ana"])
    learns(town.people["ana"])
    town.later(days=8)
    town.people["ana"].presses("Abandon")
    town.people["ana"].submits()
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Prairie Bend")).one()
        team.status, team.status_until = "paused", date(2026, 6, 1)
        session.add(team)

    assert _listed(pru.opens_home()) == [
        ("Alder & Main", "No cycle open · last moved Tue 10 Feb 2026"),
        ("Prairie Bend", "No cycle yet", "The team takes a pause until Mon 1 Jun 2026."),
    ]


def test_members_see_no_list_of_teams(ana: Persona, cleo: Persona) -> None:
    for member in (ana, cleo):
        assert _listed(member.opens_home()) == []
        assert "The teams of" not in texts(member.home["blocks"])


def test_twenty_teams_stand_on_home_and_the_others_in_a_window(town: Town) -> None:
    imani = town.people["imani"]
    imani.opens_home()  # the first time it takes more
    few = _statements_to_show_home(imani)
    with town.kit.store.transaction() as session:
        template = session.exec(select(Team)).first()
        assert template
        for number in range(120):
            session.add(Team(**{**template.model_dump(), "id": None, "name": f"elm {number:03}", "last_cycle": 0}))

    assert _statements_to_show_home(imani) == few
    names = [line[0] for line in _listed(imani.home)]
    assert names == ["Alder & Main", *(f"elm {number:03}" for number in range(19))]
    assert "And 102 more: All teams shows them." in texts(imani.home["blocks"])
    imani.presses_at_home("All teams")
    in_the_window = imani.form or {"blocks": []}
    assert len(_listed(in_the_window)) == 98
    assert "And 24 more: /pdsa list in a team's own channel shows its cycles." in texts(in_the_window["blocks"])
    imani.presses("Cycles")
    assert "No cycles yet." in texts((imani.form or {"blocks": []})["blocks"])


def test_home_follows_what_the_person_does_there(ana: Persona) -> None:
    ana.opens_home()
    assert "No open cycles. What can you test by next Tuesday?" in texts(ana.home["blocks"])

    ana.presses_at_home("Log a PDSA cycle")
    ana.submits(**PLAN)

    assert "1 · planned" in texts(ana.home["blocks"])
    ana.presses_at_home("Open")
    assert ana.form


def test_home_is_brought_up_to_date_when_it_is_opened_whatever_others_did(ana: Persona, ben: Persona) -> None:
    ben.opens_home()
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)

    assert "1 · planned" in texts(ben.opens_home()["blocks"])


def test_a_coordinators_home_follows_the_channels(town: Town, pru: Persona) -> None:
    assert "6 of 6 channels ready. Launched." in texts(pru.opens_home()["blocks"])
    assert buttons(pru.home["blocks"]).count("Calls and sessions") == 1
    town.slack.fault("conversations.create", "error", error="restricted_action")

    more = "  - {name: Elm, channel: team-elm, members: [{email: gil@example.org, roles: [member]}]}\ncheckin:"
    with town.kit.store.transaction() as session:  # told a while ago
        letter = session.exec(select(Letter).where(Letter.message == "channels/progress")).one()
        letter.sent_at = datetime.now(UTC) - timedelta(seconds=16)
        session.add(letter)

    town.load(SMALL_TOWN.replace("checkin:", more))

    assert "6 of 7 channels ready. Launched." in texts(pru.home["blocks"])


@pytest.mark.parametrize("who", ["gil", "olga"])
def test_a_guest_and_a_visitor_do_everything_from_all_actions_on_the_team_card(town: Town, who: str) -> None:
    person = town.people[who]
    assert "refused" in town.slack.post("act/home", user=person.user)

    person.presses("All actions", channel="team-alder")
    assert person.form
    assert person.form["title"]["text"] == "All actions"
    person.presses("Log a PDSA cycle")
    person.submits(**PLAN)

    assert "cycle 1" in person.reads("team-alder")[-1]
    person.presses("All actions", channel="team-alder")
    person.presses("Open")
    assert PLAN["change"] in texts((person.form or {"blocks": []})["blocks"])


def test_every_direct_message_carries_all_actions_too(town: Town) -> None:
    olga = town.people["olga"]

    olga.presses("All actions", olga.dm()[0])

    assert olga.form
    assert "Log a PDSA cycle" in texts(olga.form["blocks"])


def test_a_stranger_is_told_whom_to_ask(town: Town) -> None:
    user = town.slack.post("users", name="stranger", real_name="Stranger", email="stranger@example.org")["id"]
    stranger = Persona("stranger", user, town.slack, town.bot.settle)

    stranger.opens_home()
    stranger.runs("/allteach home", channel=_joined(town, stranger))

    assert "Ask your coordinator to add you" in texts(stranger.home["blocks"])
    assert stranger.form is None
    assert "Ask your coordinator to add you" in stranger.whispers("small-town")[-1]


def test_who_left_sees_no_more_of_the_team_and_whom_to_ask(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)
    assert "1 · planned" in texts(ana.opens_home()["blocks"])
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        seat = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        seat.left_at = town.kit.now()
        session.add(seat)
        home.refresh(session, [person.id or 0], town.kit.now())
    town.bot.settle()

    told = "You're not in this collaborative any more. If that isn't right, ask a coordinator to add you again."
    assert texts(ana.home["blocks"]) == told
    assert texts(ana.opens_home()["blocks"]) == told


def test_what_slack_would_not_take_is_shown_in_words_and_goes_out_when_somebody_has_mended_it(
    town: Town, ana: Persona, pru: Persona
) -> None:
    town.slack.fault("chat.postMessage", "error", error="restricted_action")
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)

    sentence = "The workspace doesn't let Allteach post there. An admin can allow it, then try again."
    assert f"Not delivered: The card of a cycle to #team-alder. {sentence}" in texts(pru.opens_home()["blocks"])
    pru.presses_at_home("Try again")
    assert "cycle 1" in ana.reads("team-alder")[-1]
    assert "Not delivered" not in texts(pru.home["blocks"])


def test_try_again_in_the_window_changes_the_window(town: Town, pru: Persona) -> None:
    _park(town, "person:1", "people/welcome")
    pru.presses("All actions", pru.dm()[0])
    assert "Not delivered: The welcome to Pru Adebayo" in texts((pru.form or {"blocks": []})["blocks"])

    pru.presses("Try again")

    assert "Not delivered" not in texts((pru.form or {"blocks": []})["blocks"])


def test_letters_of_another_collaborative_are_its_own_coordinators_alone() -> None:
    other = SMALL_TOWN
    for ours, theirs in (
        ("name: Small Town", "name: Big Town"), ("small-town", "big-town"), ("Alder & Main,", "Elm,"),
        ("team-alder", "team-elm"), ("name: Prairie Bend,", "name: Oak,"), ("team-prairie", "team-oak"),
        ("  - {email: pru@example.org, name: Pru Adebayo, roles: [coordinator]}\n", ""), ("[coach]}", "[coordinator]}"),
    ):  # fmt: skip
        assert ours in other
        other = other.replace(ours, theirs)
    with towns.built() as town:
        town.load(other, launch=True)
        with town.record() as session:
            elm = session.exec(select(Team).where(Team.name == "Elm")).one()
        letter = _park(town, f"team:{elm.id}", "teams/card")
        pru, tobias = town.people["pru"], town.people["tobias"]

        assert "Not delivered" not in texts(pru.opens_home()["blocks"])
        assert "Not delivered: The team card to #team-elm." in texts(tobias.opens_home()["blocks"])
        button = {
            "type": "button",
            "action_id": "letter.again",
            "block_id": "b",
            "value": str(letter),
            "action_ts": "1.1",
        }
        pressed = {
            "type": "block_actions", "team": {"id": "T0PRACTICE"}, "user": {"id": pru.user, "team_id": "T0PRACTICE"},
            "trigger_id": "1.2.x", "view": {"id": "V1", "type": "home", "blocks": []}, "actions": [button],
        }  # fmt: skip
        town.slack.post("redeliver", envelope={"type": "interactive", "payload": pressed})
        town.bot.settle()
        with town.record() as session:
            assert session.get_one(Letter, letter).state == outbox.PARKED


def test_names_that_mean_harm_are_shown_as_written_and_notify_nobody(town: Town, pru: Persona) -> None:
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.name = HOSTILE
        channel = session.exec(select(Channel).where(Channel.team_id == team.id)).one()
        channel.problem = HOSTILE
        ana = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        ana.name = HOSTILE
        session.add_all((team, channel, ana))
    shown = [town.people["ana"].opens_home(), pru.opens_home()]

    assert HOSTILE in texts(shown[0]["blocks"])
    assert HOSTILE in texts(shown[1]["blocks"])
    assert not any("<" in re.sub(r"<!date\^[^<>]*>", "", text) for view in shown for text in _parsed(view["blocks"]))


def test_everything_fits_on_a_screen_with_forty_teams_and_three_hundred_people(town: Town, pru: Persona) -> None:
    with town.kit.store.transaction() as session:
        collaborative = session.exec(select(Collaborative)).one()
        coordinator = session.exec(select(Person).where(Person.name == "Pru Adebayo")).one()
        template = session.exec(select(Team)).first()
        assert template
        for number in range(40):
            team = Team(**{**template.model_dump(), "id": None, "name": f"Team {number} {'x' * 100}", "last_cycle": 0})
            session.add(team)
            session.flush()
            _crowd(session, collaborative, team, coordinator, number)
    for row in range(60):
        _park(town, f"person:{row + 20}", "people/welcome")

    shown = pru.opens_home()

    assert shown["blocks"]
    assert len(shown["blocks"]) <= 100
    assert blocks.faults({"type": "home", "blocks": shown["blocks"]}, "home") == []
    assert "more not delivered; they show here as these are settled." in texts(shown["blocks"])
    assert "All teams" in texts(shown["blocks"])
    for tab in ("🔔 Alerts", "▦ Grid", "🕘 Upcoming", "📣 Broadcasts", "👥 Roster"):
        pru.presses_at_home(tab)
        assert len(pru.home["blocks"]) <= 100, tab
        assert blocks.faults({"type": "home", "blocks": pru.home["blocks"]}, "home") == [], tab
    assert len(_listed(pru.home)) == 40
    pru.presses_at_home("Those after")
    assert [line[0] for line in _listed(pru.home)] == [f"Team {number} {'x' * 100}"[:140] for number in (8, 9)]
    pru.presses_at_home("Those before")
    assert len(_listed(pru.opens_home())) == 40  # where she left it
    town.later(days=1)
    assert "Coordinating " in texts(pru.opens_home()["blocks"])
    pru.presses("All actions", pru.dm()[0])
    assert pru.form
    assert len(pru.form["blocks"]) <= 100


def test_the_staff_have_a_tab_for_each_thing_they_look_after(town: Town, ana: Persona, pru: Persona) -> None:
    tobias, imani = town.people["tobias"], town.people["imani"]
    logs(ana)
    town.turn_clock(datetime(2026, 2, 9, 15, tzinfo=UTC))
    town.bot.tick()
    with town.kit.store.transaction() as session:
        session.add(Alert(team_id=1, reason="quiet", opened_at=town.kit.now()))
    ana.opens_home()
    assert "🔔 Alerts" not in texts(ana.home["blocks"])

    tobias.opens_home()
    assert "🕘 Upcoming" not in texts(tobias.home["blocks"])
    assert texts(tobias.home["blocks"]).count("Alerts") == 1
    tobias.presses_at_home("🔔 Alerts")
    tobias.presses_at_home("I'll call")
    assert "Tobias Lindqvist looks after it." in texts(tobias.home["blocks"])
    tobias.presses_at_home("▦ Grid")
    assert "Alder & Main · " in texts(tobias.home["blocks"])
    assert "Prairie Bend" not in texts(tobias.home["blocks"])  # which isn't his
    tobias.presses_at_home("🏠 Overview")
    assert [line[0] for line in _listed(tobias.home)] == ["Alder & Main (yours) · in touch"]
    assert "The teams of Small Town · yours: 1 in touch" in texts(tobias.home["blocks"])

    pru.opens_home()
    pru.presses_at_home("🕘 Upcoming")
    waits = "The question what happened with cycle 1 to Ana Reyes"
    assert waits in texts(pru.home["blocks"])
    pru.presses_at_home("Hold back")
    assert "Held back." in texts(pru.home["blocks"])
    pru.presses_at_home("Send after all")
    assert "Held back." not in texts(pru.home["blocks"])
    pru.presses_at_home("📣 Broadcasts")
    assert "None yet." in texts(pru.home["blocks"])
    pru.presses_at_home("👥 Roster")
    shown = texts(pru.home["blocks"])
    assert "Staff: Pru Adebayo (coordinator), Dr. Imani Osei (chair, faculty), Tobias Lindqvist (coach)" in shown
    assert "Ana Reyes (team lead), Ben Castellano (data lead, deputy)" in shown
    pru.presses("All actions", pru.dm()[0])
    pru.presses("▦ Grid")
    assert "Prairie Bend · " in in_window(pru)
    pru.presses("🕘 Upcoming")
    pru.presses("Hold back")
    assert "Held back." in in_window(pru)
    pru.presses("🔔 Alerts")
    assert "Tobias Lindqvist looks after it." in in_window(pru)
    pru.presses("I'll call")
    assert "Pru Adebayo looks after it." in in_window(pru)
    pru.closes()

    only_people_are_heard(town)
    imani.opens_home()
    imani.presses_at_home("👥 Roster")
    pressed = last_sent(town)
    sends_again(town, pressed, ana)
    assert ana.hears()[-1].startswith("That's for faculty, coaches and coordinators.")
    pressed["payload"]["actions"][0].update(value="x", action_ts="9.9")
    sends_again(town, pressed, imani)
    assert imani.hears()[-1] == "This button isn't in use any more. Home has those that are."


def in_window(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])


def _listed(view: Json) -> list[tuple[str, ...]]:
    """The lines of the teams that have a button Cycles."""
    return [
        tuple(block["text"]["text"].splitlines())
        for block in view["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text") == "Cycles"
    ]


def _statements_to_show_home(person: Persona) -> int:
    """How much the database is asked for one look at Home."""
    asked: list[Any] = []
    event.listen(Engine, "before_cursor_execute", noted := lambda *told: asked.append(told[2]))
    try:
        person.opens_home()
    finally:
        event.remove(Engine, "before_cursor_execute", noted)
    return len(asked)


def _crowd(session: Session, collaborative: Collaborative, team: Team, coordinator: Person, number: int) -> None:
    """A team of eight whom Slack doesn't show, with the coordinator in it, open cycles and a channel that is stuck."""
    now = collaborative.loaded_at
    channel = Channel(
        collaborative_id=collaborative.id or 0, purpose="team", team_id=team.id, name=f"team-{number}", private=True,
        problem="Slack said no. " + "y" * 200, retry_at=now.replace(year=2099),
    )  # fmt: skip
    session.add(channel)
    session.flush()
    for member in range(8):
        person = Person(
            email=f"p{number}.{member}@example.org", name=f"Person {number}.{member} {'z' * 60}", looked_for_at=now
        )
        session.add(person)
        session.flush()
        session.add(
            Membership(collaborative_id=collaborative.id or 0, team_id=team.id, person_id=person.id or 0, joined_at=now)
        )
        session.add(
            Seat(channel_id=channel.id or 0, person_id=person.id or 0, problem="w" * 200, retry_at=channel.retry_at)
        )
    session.add(
        Membership(
            collaborative_id=collaborative.id or 0, team_id=team.id, person_id=coordinator.id or 0, joined_at=now
        )
    )
    draft = CycleDraft(change="c" * 3000, prediction="8 of 10", due=date(2026, 2, 10))
    for _ in range(12):
        pdsa.start(session, draft, team=team, owner=coordinator.id or 0, now=now)


def _park(town: Town, to: str, message: str) -> int:
    """A letter that Slack didn't take."""
    with town.kit.store.transaction() as session:
        key = f"test:{to}:{message}"
        outbox.say(session, message, key=key, to=to, now=town.kit.now(), person=1, collaborative=1, team=1)
        letter = outbox.of_key(session, key)
        assert letter
        letter.state, letter.problem = outbox.PARKED, "Somebody has to see to it."
        session.add(letter)
        return letter.id or 0


def _joined(town: Town, person: Persona) -> str:
    channel = next(one["id"] for one in town.slack.get("state")["channels"] if one["name"] == "small-town")
    town.slack.post("act/join", user=person.user, channel=channel)
    return "small-town"


def _parsed(node: Any) -> Iterator[str]:
    """Every text in which Slack would see markup."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for value in node.values():
            yield from _parsed(value)
    elif isinstance(node, list):
        for value in node:
            yield from _parsed(value)
