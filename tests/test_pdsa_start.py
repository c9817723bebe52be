"""A cycle is logged from wherever somebody is, in a form that fits a phone."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import select

from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.cycling import (
    TEST,
    card,
    cards,
    cycles,
    everything_stored,
    last_sent,
    logs,
    only_people_are_heard,
    sends_again,
)
from tests.personas import Persona, texts
from tests.town import Town

QUICK = ["change", "prediction", "due", "scale", "question"]


def test_the_form_opens_from_wherever_somebody_is(ana: Persona) -> None:
    said = ana.writes("Could we ring them the same day?", channel="team-alder")
    message = next(one for one in ana.messages("team-alder") if one["ts"] == said["ts"])
    ana.opens_home()
    ways: dict[str, Callable[[], object]] = {
        "the command in the team's channel": lambda: ana.runs("/pdsa", "team-alder"),
        "the command elsewhere": lambda: ana.runs("/pdsa", "small-town"),
        "the command of workspaces where the name is taken": lambda: ana.runs("/allteach pdsa", "small-town"),
        "the global shortcut": lambda: ana.uses("pdsa.new"),
        "the team card": lambda: ana.presses("Log a PDSA cycle", channel="team-alder"),
        "Home": lambda: ana.presses_at_home("Log a PDSA cycle"),
        "the shortcut on a message": lambda: ana.uses_on("pdsa.from_message", message, "team-alder"),
    }

    for way, go in ways.items():
        go()
        assert ana.boxes() == QUICK, way
        ana.closes()


def test_the_form_says_whose_cycle_it_will_be_where_it_does_not_ask(ana: Persona) -> None:
    for where in ("team-alder", "small-town"):
        ana.runs("/pdsa", where)

        assert "Team: Alder & Main" in texts((ana.form or {})["blocks"]), where
        ana.presses("More")
        assert "Team: Alder & Main" in texts((ana.form or {})["blocks"]), where
        ana.closes()


def test_the_example_in_the_form_names_nobody_as_the_line_above_it_asks(ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")

    assert "No names, dates, ages over 89" in texts((ana.form or {})["blocks"])
    example = ana.box("change")["element"]["placeholder"]["text"]
    assert example == "Our nurse calls the next 10 callers within a day"


def test_three_answers_are_enough_and_the_rest_is_filled_in(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")

    required = [name for name in QUICK if not ana.box(name).get("optional")]
    assert required == ["change", "prediction", "due", "scale"]
    assert ana.filled_in() | TEST == {**TEST, "scale": "one_person", "question": "Will it happen as we predict?"}
    assert "No names" in texts((ana.form or {})["blocks"])

    ana.submits(**TEST)
    (cycle,) = cycles(town)
    assert (cycle.number, cycle.stage, cycle.change, cycle.prediction) == (
        1,
        "plan",
        TEST["change"],
        TEST["prediction"],
    )
    assert (cycle.scale, cycle.question, str(cycle.due)) == ("one_person", "Will it happen as we predict?", TEST["due"])


def test_the_card_tells_the_plan_and_the_next_step(ana: Persona, ben: Persona) -> None:
    logs(ana, question="Does a warm call bring people back?")

    (message,) = cards(ben)
    assert message["text"] == (
        "Alder &amp; Main, cycle 1, planned. We try: Nadia calls the next 10 callers. We predict: 8 of 10 come. "
        "By Tue 10 Feb 2026, one person. Next: when it has run, press We ran it."
    )
    shown = card(ben, 1)
    for words in (
        "Cycle 1 · planned",
        "8 of 10 come",
        "Does a warm call bring people back?",
        "Ana Reyes · by Tue 10 Feb",
    ):
        assert words in shown
    for button in ("We ran it", "Edit", "Read all", "Report patient details"):
        assert button in shown
    assert any("1 open PDSA cycle." in one["text"] for one in ben.messages("team-alder"))


def test_more_opens_the_whole_worksheet_and_keeps_what_was_typed(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.types("change", "Half a thou")
    ana.presses("More")

    assert ana.boxes() == [*QUICK, "idea", "measure", "objective", "tasks", "collecting", "asked"]
    assert ana.filled_in()["change"] == "Half a thou"
    assert "who might be left out" in ana.box("asked")["label"]["text"]
    assert ana.looks_for("idea", "") == ["1.1 Same-day walk-in block", "1.2 One warm call"]
    assert ana.looks_for("idea", "wa ca") == ["1.2 One warm call"]
    ana.submits(
        **TEST,
        idea="1.2 One warm call",
        measure="OFFER3 Offered within 3 days",
        tasks="Nadia, front desk",
        asked="Two parents",
    )

    (cycle,) = cycles(town)
    assert (cycle.tasks, cycle.asked) == ("Nadia, front desk", "Two parents")
    assert "1.2 One warm call · moves OFFER3" in card(ana, 1)


def test_what_already_ran_is_told_at_once_and_its_missing_prediction_stays_missing(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")
    ana.presses("We already ran it")

    assert "prediction" not in ana.boxes()
    assert "none written beforehand" in texts((ana.form or {})["blocks"])
    assert ana.filled_in()["ran_on"] == "2026-02-02"
    told = {"happened": "9 called", "learned": "A call the same day is worth it"}
    assert ana.submits(change=TEST["change"], **told)["ok"]
    (cycle,) = cycles(town)
    assert (cycle.stage, cycle.prediction, cycle.learned) == ("study", None, told["learned"])
    assert "none written beforehand" in card(ana, 1)
    assert "Prediction: none written beforehand." in cards(ana)[0]["text"]

    ana.presses("Edit")
    assert "prediction" not in ana.boxes()
    ana.submits(change="Nadia rang them")
    forged = last_sent(town)
    forged["payload"]["view"]["id"] = "VFORGED"
    forged["payload"]["view"]["private_metadata"] = '{"cycle": 1, "version": 4, "seen": 4, "subject": "cycle:1"}'
    forged["payload"]["view"]["blocks"].append({"type": "input", "block_id": "prediction"})
    box = {"value": {"type": "plain_text_input", "value": "9 of 10, I always said so"}}
    forged["payload"]["view"]["state"]["values"]["prediction"] = box
    answer = sends_again(town, forged)

    assert "stands as it was written" in str(answer["errors"])
    assert cycles(town)[0].prediction is None


def test_a_tap_on_we_already_ran_it_can_be_taken_back(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.types("prediction", "8 of 10 come")
    ana.presses("We already ran it")
    ana.types("happened", "9 called")
    ana.presses("It hasn't run yet")

    assert ana.boxes() == QUICK
    assert ana.filled_in()["prediction"] == "8 of 10 come"
    assert ana.filled_in()["due"] == "2026-02-09"
    ana.presses("We already ran it")
    assert ana.filled_in()["happened"] == "9 called"


def test_on_a_weekend_the_day_by_which_it_is_to_run_is_a_working_day(town: Town, ana: Persona) -> None:
    town.turn_clock(datetime(2026, 2, 7, 18, tzinfo=UTC))  # a Saturday

    ana.runs("/pdsa", "team-alder")

    assert ana.filled_in()["due"] == "2026-02-16"


def test_what_cannot_be_taken_is_told_at_its_box_and_the_form_stays(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")
    ana.presses("More")
    ana.types("tasks", "Nadia")
    typed = last_sent(town)
    typed["payload"]["type"] = "view_submission"  # sent past the checks that Slack itself makes

    for box, value, sentence in (
        ("prediction", " ", "What's your hunch? A number, even a wild one, makes learning easier."),
        ("change", "\n", "Please fill this in."),
        ("due", "2026-02-01", "By when should be today or later. If it already ran, press We already ran it."),
        ("due", "2027-12-01", "That's more than a year away. Could a smaller test run sooner?"),
        ("idea", "9999", "Please choose an idea from your collaborative's change package."),
        ("change", "w" * 3001, "At most 3,000 characters fit here. Please shorten it."),
    ):
        values = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in TEST.items()}
        typed["payload"]["view"]["state"]["values"] = {**values, box: {"value": {"value": value}}}
        assert sends_again(town, typed) == {"response_action": "errors", "errors": {box: sentence}}
    assert cycles(town) == []


def test_a_person_of_several_teams_is_asked_first_unless_the_place_says_it(town: Town, ana: Persona) -> None:
    _joins(town, "ana", "Prairie Bend")

    ana.runs("/pdsa", "team-alder")
    assert ana.boxes()[0] == "change"
    ana.closes()
    ana.runs("/pdsa", "small-town")
    assert ana.boxes()[0] == "team"
    assert not ana.submits(**TEST)["ok"]
    assert ana.submits(**TEST, team="Prairie Bend")["ok"]

    assert [cycle.number for cycle in cycles(town, "Prairie Bend")] == [1]
    assert cycles(town, "Alder & Main") == []
    ana.runs("/pdsa list", "small-town")
    assert "You're in several teams" in ana.whispers()[-1]


def test_a_message_fills_the_form_as_it_was_typed_and_nothing_of_it_is_kept(town: Town, ana: Persona) -> None:
    said = ana.writes(f'Ask <@{town.people["ben"].user}> & <all> "listeners" {{{{ 7*7 }}}}', channel="team-alder")
    message = next(one for one in ana.messages("team-alder") if one["ts"] == said["ts"])

    ana.uses_on("pdsa.from_message", message, "team-alder")

    assert ana.filled_in()["change"] == 'Ask @Ben Castellano & <all> "listeners" {{ 7*7 }}'
    ana.closes()
    assert "listeners" not in str(everything_stored(town))


def _joins(town: Town, name: str, team: str) -> None:
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.email == f"{name}@example.org")).one()
        joined = session.exec(select(Team).where(Team.name == team)).one()
        session.add(
            Membership(
                collaborative_id=joined.collaborative_id, team_id=joined.id, person_id=person.id or 0, roles=["member"],
                joined_at=datetime.fromisoformat("2026-02-01T00:00:00+00:00"),
            )
        )  # fmt: skip
