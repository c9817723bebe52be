"""The team card: one pinned message that always reads as things are, and shows of people only what they would."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from bot.access import LEFT
from bot.domain.teams import Team
from tests.calling import A_MINUTE, CALL, comes_up
from tests.personas import Json, Persona, texts
from tests.town import SMALL_TOWN, Town

PLAN = {"change": "Nadia calls the next 10 callers", "prediction": "8 of 10 come", "due": "2026-02-10"}


def test_it_tells_aim_population_people_open_seats_coach_and_next_call(town: Town, ana: Persona) -> None:
    card = _card(ana)

    said = texts(card["blocks"])
    for fact in (
        "By December, 60 % of callers come to a fourth visit.",
        "Spanish-speaking adults",
        "Ana Reyes, team lead\nBen Castellano, data lead, deputy\nGil Santos, team member\nOlga Novak, technical",
        "Open seats\n\nsenior leader",
        "Coach: Tobias Lindqvist",
        "None yet. What can you test by next Tuesday?",
        "*Next call*: AP1 call, <!date^1789660800^",
    ):
        assert fact in said, fact
    for word in (
        "team card.",
        "Aim: By December",
        "For Spanish-speaking adults.",
        "Open seats: senior leader.",
        "Next call:",
    ):
        assert word in card["text"], word
    assert [one["text"]["text"] for one in card["blocks"][-1]["elements"]] == [
        "Log a PDSA cycle", "Our cycles", "Monthly data", "All actions", "Report patient details",
    ]  # fmt: skip


def test_it_is_edited_in_place_as_cycles_come_and_go(town: Town, ana: Persona) -> None:
    before = _card(ana)["ts"]
    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)

    assert "1 · planned · by Tue 10 Feb 2026 · Nadia calls the next 10 callers" in texts(_card(ana)["blocks"])
    ana.presses("We ran it")
    ana.submits(happened="9 called")
    assert "1 · it ran" in texts(_card(ana)["blocks"])
    assert _card(ana)["ts"] == before
    assert len([message for message in ana.messages("team-alder") if "team card." in message["text"]]) == 1
    assert _card(ana)["pinned"]


def test_it_follows_the_collaborative_file(town: Town, ana: Persona) -> None:
    town.load(
        SMALL_TOWN.replace("Spanish-speaking adults", "recent immigrants").replace("deputy: ben@", "deputy: ana@")
    )

    said = texts(_card(ana)["blocks"])
    assert "recent immigrants" in said
    assert "Ana Reyes, team lead, deputy" in said


def test_who_leaves_and_comes_back_by_the_file_sees_it_at_home(town: Town, ana: Persona, ben: Persona) -> None:
    ben.opens_home()
    ana.opens_home()
    town.later(minutes=1)

    town.load(
        SMALL_TOWN.replace(
            "name: Ben Castellano, roles: [data_lead]", "name: Ben Castellano, roles: [data_lead], left: 2026-02-01"
        )
    )

    assert "Ben Castellano" not in texts(_card(ana)["blocks"])
    assert texts(ben.home["blocks"]) == LEFT
    town.later(minutes=1)
    town.load()
    assert "Ben Castellano, data lead" in texts(_card(ana)["blocks"])
    assert "Alder & Main" in texts(ben.home["blocks"])


def test_a_file_that_changes_nothing_says_nothing_again(town: Town, ana: Persona) -> None:
    town.later(minutes=1)
    ana.opens_home()
    said = [len(town.slack.calls(method)) for method in ("views.publish", "chat.update")]
    town.later(minutes=1)

    town.load()

    assert [len(town.slack.calls(method)) for method in ("views.publish", "chat.update")] == said


def test_lived_experience_is_not_shown_unless_the_person_says_so_themselves(town: Town, ana: Persona) -> None:
    town.load(SMALL_TOWN.replace("name: Gil Santos, roles: [member]", "name: Gil Santos, roles: [lived_experience]"))
    assert "Gil Santos, team member" in texts(_card(ana)["blocks"])
    assert "lived" not in texts(_card(ana)["blocks"])

    gil = town.people["gil"]
    gil.presses("All actions", channel="team-alder")
    gil.presses("My line on our card")
    gil.submits(line="I was a client here; now I make the calls")

    assert "Gil Santos: I was a client here; now I make the calls" in texts(_card(ana)["blocks"])


def test_ones_line_is_ones_own_and_the_guard_looks_at_it_too(town: Town, ana: Persona, ben: Persona) -> None:
    ana.opens_home()
    ana.presses_at_home("My line on our card")

    ana.submits(line="Maria Gonzalez, DOB 3/4/1961, is our first caller")

    assert ana.form
    assert "Maria" not in texts(_card(ben)["blocks"])
    ana.submits(line="  front desk,\tasks the good questions ")
    assert ana.form is None
    assert "Ana Reyes: front desk, asks the good questions\nBen Castellano, data lead" in texts(_card(ben)["blocks"])
    ana.presses_at_home("My line on our card")
    assert ana.filled_in()["line"] == "front desk, asks the good questions"
    ana.submits(line="")
    assert "Ana Reyes, team lead" in texts(_card(ben)["blocks"])


@pytest.mark.parametrize("who", ["cleo", "tobias"])
def test_nobody_writes_on_the_card_of_a_team_they_are_not_in(town: Town, who: str) -> None:
    other = town.people[who]
    button = {"type": "button", "action_id": "line.open", "block_id": "b", "value": "1", "action_ts": "1.1"}
    pressed = {
        "type": "block_actions", "team": {"id": "T0PRACTICE"}, "user": {"id": other.user, "team_id": "T0PRACTICE"},
        "trigger_id": "1.2.x", "view": {"id": "V1", "type": "home", "blocks": []}, "actions": [button],
    }  # fmt: skip

    town.slack.post("redeliver", envelope={"type": "interactive", "payload": pressed})
    town.bot.settle()

    assert other.form is None
    assert other.hears()[-1] == "Only people of Alder &amp; Main stand on its card."


def test_it_says_when_one_person_carries_it_all_without_naming_them(town: Town, ana: Persona, ben: Persona) -> None:
    town.later(days=15)
    plan = {**PLAN, "due": "2026-02-24"}
    one_active = "One active person just now. Who else could have a look in?"
    ana.runs("/pdsa", "team-alder")
    ana.submits(**plan)
    assert one_active not in texts(_card(ana)["blocks"])

    ana.presses("We ran it")
    ana.submits(happened="9 called")
    ana.presses("What did we learn")
    ana.submits(learned="7 of 9 came", matched="partly")
    ana.presses("Abandon")
    ana.submits()
    assert one_active in texts(_card(ana)["blocks"])

    ben.runs("/pdsa", "team-alder")
    ben.submits(**plan)
    assert one_active not in texts(_card(ana)["blocks"])


def test_a_team_of_one_is_told_too_once_its_first_two_weeks_are_over(town: Town, cleo: Persona) -> None:
    one_active = "One active person just now."
    assert one_active not in texts(cleo.messages("team-prairie")[0]["blocks"])  # the launch was a moment ago
    for days, so in ((13, False), (1, True)):
        town.later(days=days)
        town.load(SMALL_TOWN.replace("topic: first visits", f"topic: first visits {days}"))

        assert (one_active in texts(cleo.messages("team-prairie")[0]["blocks"])) is so


@pytest.mark.parametrize(
    ("status", "until", "sentence"),
    [
        ("paused", date(2026, 6, 1), "The team takes a pause until Mon 1 Jun 2026."),
        ("withdrawn", date(2026, 6, 1), "The team has left the collaborative."),
        ("completed", None, "The team has completed the collaborative."),
    ],
)
def test_it_says_when_a_team_is_not_at_work(
    town: Town, ana: Persona, status: str, until: date | None, sentence: str
) -> None:
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        team.status, team.status_until = status, until
        session.add(team)
    town.load(SMALL_TOWN.replace("topic: first visits", "topic: the first visits"))

    assert sentence in texts(_card(ana)["blocks"])


def test_once_the_call_has_passed_it_shows_the_one_after_and_is_edited_once(town: Town, ana: Persona) -> None:
    comes_up(town)
    before = len(_edits(town))
    town.turn_clock(CALL - 16 * A_MINUTE)
    town.bot.tick()
    assert len(_edits(town)) == before
    town.turn_clock(CALL - A_MINUTE)
    town.bot.tick()
    assert "On now: AP1 call." in texts(_card(ana)["blocks"])
    before = len(_edits(town))

    for _ in range(3):
        town.later(minutes=30)
        town.bot.tick()

    assert "*Next call*: AP1 call, <!date^1773936000^" in texts(_card(ana)["blocks"])
    assert len(_edits(town)) == before + 4  # for each team one, and one that asks whether it was worth their time
    town.later(days=90)
    town.bot.tick()
    assert "Next call" not in texts(_card(ana)["blocks"])
    assert len(_edits(town)) == before + 6


def test_once_a_pause_is_over_card_and_homes_no_longer_speak_of_it(town: Town, ana: Persona, pru: Persona) -> None:
    pru.opens_home()
    paused = SMALL_TOWN.replace("name: Alder & Main, org", 'name: Alder & Main, status: "paused(2026-02-10)", org')
    town.load(paused)
    pru.opens_home()
    town.turn_clock(datetime(2026, 2, 10, 5, 59, tzinfo=UTC))  # still the ninth in Chicago
    town.bot.tick()
    assert "takes a pause until Tue 10 Feb 2026." in texts(_card(ana)["blocks"])
    assert "takes a pause" in texts(pru.home["blocks"])
    edits, homes = (len(town.slack.calls(method)) for method in ("chat.update", "views.publish"))

    for _ in range(3):
        town.later(minutes=1)
        town.bot.tick()

    assert "pause" not in texts(_card(ana)["blocks"]) + texts(pru.home["blocks"])
    assert len(town.slack.calls("chat.update")) - edits == 1
    assert len(town.slack.calls("views.publish")) - homes == 1
    assert town.load(paused)[0] == "Nothing changed."


def test_a_long_aim_and_many_cycles_stay_within_what_slack_takes(town: Town, ana: Persona) -> None:
    hostile = "<!channel> & {{ 7 * 7 }} " * 20
    for _ in range(12):
        ana.runs("/pdsa", "team-alder")
        ana.submits(**{**PLAN, "change": hostile})

    card = _card(ana)

    assert "10 open PDSA cycles" in card["text"]
    assert len(card["text"]) <= 4_000
    assert "<!channel>" not in card["text"]
    assert "<!channel> & {{ 7 * 7 }}" in texts(card["blocks"])


def _card(person: Persona) -> Json:
    return next(message for message in person.messages("team-alder") if "team card." in message["text"])


def _edits(town: Town) -> list[str]:
    edited = [call["arguments"]["text"] for call in town.slack.calls("chat.update")]
    return [text for text in edited if "team card" in text]
