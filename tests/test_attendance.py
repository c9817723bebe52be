"""At a call: whoever is there says so with one tap, a coordinator calls the roll, and both count by team."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.audit import Audit
from bot.domain import attendance
from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.expected import Expected
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.asking import form, row_of
from tests.calling import A_MINUTE, CALL, FORTNIGHT_BEFORE, cards, comes_up, team_card
from tests.checking_in import at
from tests.cycling import buttons, highlighted, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.town import Town

HERE = "I'm here"
OPENS = CALL - timedelta(minutes=15)


@pytest.fixture(autouse=True)
def it_comes_up(town: Town) -> None:
    """Every conversation here is about one call whose card is posted."""
    comes_up(town)
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)


def test_from_a_quarter_of_an_hour_before_until_an_hour_after_one_tap_counts_by_team(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    at(town, OPENS - A_MINUTE)
    assert HERE not in buttons(cards(ana)[0]["blocks"])
    at(town, OPENS)
    assert HERE in buttons(cards(ana)[0]["blocks"])
    assert highlighted(cards(ana)[0]) == [HERE]
    gil = town.people["gil"]

    ana.presses(HERE, cards(ana)[0])
    pressed = last_sent(town)
    sends_again(town, pressed)
    gil.presses(HERE, channel="team-alder")
    pru.presses(HERE, cards(pru)[0])
    ben.presses("Can't", cards(ben)[0])

    assert ana.whispers()[-1] == "You're noted as here at AP1 call, and Alder &amp; Main with you. Good to have you."
    assert pru.whispers()[-1] == "You're noted as here at AP1 call. Good to have you."
    assert "Here: 1 of 2 teams, 3 people.\nAlder & Main (2)" in texts(cards(ana)[0]["blocks"])
    assert "Here: 1 of 2 teams, 3 people. Alder &amp; Main (2)." in cards(ana)[0]["text"]
    assert "On now: AP1 call. Here: Ana Reyes and Gil Santos." in team_card(ana)
    assert acts(town) == [("call.attended", 1, ana.name), ("call.attended", 1, "gil")]
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed)
    assert ana.whispers()[-1].startswith("You're noted already as here")
    olga = town.people["olga"]
    olga.presses("All actions", channel="team-alder")
    olga.presses(HERE)
    assert "Here: Ana Reyes, Gil Santos and Olga Novak." in texts((olga.form or {})["blocks"])
    at(town, CALL + timedelta(hours=2, seconds=2))
    assert HERE not in buttons(cards(ana)[0]["blocks"])
    assert "On now" not in team_card(ana)
    pressed["payload"]["actions"][0]["action_ts"] = "9.10"
    sends_again(town, pressed, ben)
    assert ben.hears()[-1].startswith("AP1 call of Thu 19 Feb 11:00 AM CST ended more than an hour ago")
    assert len(acts(town)) == 3
    assert [one.partition(" It began")[0] for one in waited_for(pru)] == [
        "Nobody has called the roll of AP1 call yet. Here: 1 of 2 teams, 4 people."
    ]
    at(town, CALL + timedelta(days=4))
    assert came_of_it(town) == [(1, "met"), (2, "unknown")]  # taps alone tell who was there, not who wasn't
    assert len(waited_for(pru)) == 1


def test_a_coordinator_calls_the_roll_twice_corrects_it_and_nobody_elses_tap_is_lost(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    cleo.presses("Coming", cards(cleo)[0])
    at(town, CALL)
    ana.presses(HERE, cards(ana)[0])
    town.later(minutes=1)
    opens_roll(pru)
    assert "Prairie Bend · Cleo Hart said yes" in str(pru.box("teams_1"))
    assert pru.filled_in()["people_1"] == [row_of(town, "Ana Reyes")]
    town.later(minutes=1)
    ben.presses(HERE, cards(ben)[0])  # while the roll is open
    assert pru.submits(teams_1=["2"])["errors"] == {
        "teams_1": "Still ticked below: Ana Reyes. A team was there when anybody of it was, so untick both, or leave "
        "Alder & Main ticked."
    }

    assert pru.submits(teams_1=["2"], people_1=[])["ok"]

    assert "Here: 2 of 2 teams, 1 person." in texts(form(pru)["blocks"])  # the window below
    sends_again(town, last_sent(town))
    assert pru.hears()[-1] == "Saved. AP1 call: Here: 2 of 2 teams, 1 person."
    assert "Alder & Main (1), Prairie Bend" in texts(cards(ana)[0]["blocks"])
    assert acts(town) == [("call.attended", 1, "ben"), ("call.counted", 2, "pru")]
    at(town, CALL + timedelta(days=3))
    opens_roll(pru)
    assert "The roll was last changed by Pru Adebayo, Thu 19 Feb 12:02 PM EST." in texts((pru.form or {})["blocks"])
    opened = last_sent(town)
    imani = row_of(town, "Dr. Imani Osei")
    pru.submits(teams_1=["1"], people_1=[row_of(town, "Ana Reyes")], staff_1=[imani])
    assert "Here: 1 of 2 teams, 2 people.\nAlder & Main (1)" in texts(cards(ana)[0]["blocks"])
    opens_roll(pru)
    assert pru.filled_in()["staff_1"] == [imani]
    pru.submits(staff_1=[])
    assert acts(town) == [("call.attended", 1, "ana")]
    with town.record() as session:
        trail = session.exec(select(Audit).where(Audit.act == "attendance.called")).all()
    assert [one.detail for one in trail] == [{"changed": 2}, {"changed": 4}, {"changed": 1}]
    sends_again(town, opened, ana)
    assert "a coordinator or the director" in ana.hears()[-1]
    opens_roll(pru)
    pru.submits(staff_1=[imani])
    grows(town, joins=int(imani), left=int(row_of(town, "Pru Adebayo")))
    opens_roll(pru)
    assert "Imani" not in str(pru.box("staff_1"))  # hers stands with her team, on the next page, and stays till then
    assert "Pru Adebayo" in str(pru.box("staff_1"))
    assert "Page 1 of 2, by name." in texts(form(pru)["blocks"])
    pru.submits(teams_1=["1", "5"], people_1=[])
    assert "Page 2 of 2, by name." in texts(form(pru)["blocks"])
    assert "Page 2 of 2, by name." in texts(sends_again(town, last_sent(town))["view"]["blocks"])  # its answer was lost
    pru.submits(teams_1_2=["30"])
    assert pru.hears()[-1] == "Saved. AP1 call: Here: 3 of 30 teams, 1 person."
    at(town, CALL + timedelta(days=3, hours=3))
    assert came_of_it(town) == [(1, "met"), (2, "missed")]
    assert waited_for(pru) == []
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).ends = CALL + timedelta(days=13, hours=8)  # the longest that can be planned
    with town.record() as session:
        collaborative = session.get_one(Collaborative, 1)
        assert len(attendance.on_now(session, collaborative, CALL + timedelta(days=13))) == 1


def grows(town: Town, *, joins: int, left: int) -> None:
    """It has more teams than one form takes; some of the staff are in the last one, and in one that has withdrawn."""
    with town.kit.store.transaction() as session:
        for row in range(3, 31):
            name = f"{'Alder' if row < 27 else 'Zinnia'} {row:02}"
            session.add(Team(id=row, collaborative_id=1, organization_id=1, name=name, timezone="UTC"))
        session.add(Team(id=31, collaborative_id=1, organization_id=1, name="Gone", timezone="UTC", status="withdrawn"))
        session.flush()
        for person, team in ((joins, 30), (left, 31)):
            session.add(Membership(collaborative_id=1, person_id=person, team_id=team, joined_at=CALL))


def opens_roll(pru: Persona) -> None:
    pru.opens_home()
    pru.presses_at_home("Before and after calls")
    pru.presses("Call the roll")


def waited_for(pru: Persona) -> list[str]:
    """What a coordinator heard of rolls that nobody called."""
    return [one for one in pru.hears() if "the roll of" in one]


def came_of_it(town: Town) -> list[tuple[int, str]]:
    """What the record says of each of the first teams at the call."""
    with town.record() as session:
        asked = select(Expected).where(Expected.kind == "call", col(Expected.team_id) < 3, Expected.source < 3)
        return [(one.team_id, one.outcome) for one in session.exec(asked.order_by(col(Expected.team_id)))]


def acts(town: Town) -> list[tuple[str, int, str]]:
    """The acts about the call, each with whose it is."""
    with town.record() as session:
        found = session.exec(
            select(Act, Person).join(Person).where(col(Act.kind).startswith("call.")).order_by(col(Act.id))
        )
        return [(act.kind, act.team_id, person.name.split()[0].lower()) for act, person in found]
