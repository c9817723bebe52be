"""A team logs, runs, studies and decides a PDSA cycle, as people do it in Slack."""

from sqlmodel import col, select

from bot.domain.activity import Act
from bot.domain.pdsa_teaching import Training
from tests.cycling import (
    TEST,
    buttons,
    card,
    cards,
    cycles,
    last_sent,
    learns,
    logs,
    only_people_are_heard,
    runs_it,
    sends_again,
)
from tests.personas import Persona, texts
from tests.town import Town


def test_a_cycle_goes_from_plan_to_the_next_one_of_its_ramp(town: Town, ana: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana, matched="partly", results="78 %")
    ana.presses("Adapt")

    assert (ana.form or {})["title"]["text"] == "After cycle 1"
    assert "You learned: 7 of 9 came" in texts((ana.form or {})["blocks"])
    filled_in = ana.filled_in()
    assert (filled_in["change"], filled_in["scale"], filled_in["prediction"]) == (TEST["change"], "three_to_five", None)
    refused = ana.submits(prediction="85 % reached", due="2026-02-01")
    assert refused["errors"]["due"].endswith(" If it already ran, choose today, and then press We ran it on its card.")
    ana.submits(prediction="85 % reached", due=TEST["due"])

    first, second = cycles(town)
    assert (first.stage, first.decision, second.stage, second.parent_id) == ("act", "adapt", "plan", first.id)
    assert "adapted" in card(ana, 1)
    assert "Ramp: 1: one person (this one) → 2: 3 to 5 people" in card(ana, 1)
    assert "Ramp: 1: one person → 2: 3 to 5 people (this one)" in card(ana, 2)
    assert len(cards(ana)) == 2


def test_the_card_offers_the_next_step_and_only_that(ana: Persona) -> None:
    steps = ["We ran it", "What did we learn", "Adopt", "Adapt", "Abandon", "Taught it on", "Start the next cycle"]

    def offered() -> list[str]:
        return [label for label in buttons(cards(ana)[0]["blocks"]) if label in steps]

    logs(ana)
    assert offered() == ["We ran it"]
    runs_it(ana)
    assert offered() == ["What did we learn"]
    learns(ana)
    assert offered() == ["Adopt", "Adapt", "Abandon"]
    ana.presses("Adopt")
    ana.submits()
    assert offered() == ["Taught it on"]


def test_the_card_of_a_test_that_ran_says_so_in_its_words_and_when_it_was_told(town: Town, ana: Persona) -> None:
    logs(ana)
    assert "What we try\n\n" in card(ana, 1)
    town.later(days=1)
    runs_it(ana)

    assert "What we tried\n\n" in card(ana, 1)
    assert "Ana Reyes · ran (reported Tue 3 Feb 2026) · one person" in card(ana, 1)
    assert cards(ana)[0]["text"] == (
        "Alder &amp; Main, cycle 1, it ran. We tried: Nadia calls the next 10 callers. We predicted: 8 of 10 come. "
        "Ran (reported Tue 3 Feb 2026), one person. What happened: 9 called, 1 wrong number. Next: What did we learn?"
    )


def test_the_prediction_stands_beside_the_answer_and_is_never_rewritten(town: Town, ana: Persona) -> None:
    logs(ana)
    ana.presses("Edit")
    ana.submits(prediction="7 of 10 come")
    runs_it(ana, carried_out="Partly")
    ana.presses("What did we learn")

    assert "We predicted\n\n7 of 10 come" in texts((ana.form or {})["blocks"])
    ana.closes()
    ana.presses("Edit")
    assert "prediction" not in ana.boxes()
    assert "7 of 10 come" in texts((ana.form or {})["blocks"])
    ana.submits(happened="9 called, 2 wrong numbers")
    assert "Carried out as planned?\n\nPartly" in card(ana, 1)
    (cycle,) = cycles(town)
    assert (cycle.prediction, cycle.happened) == ("7 of 10 come", "9 called, 2 wrong numbers")


def test_adopting_ticks_what_makes_it_last_and_teaching_counts_people_without_names(town: Town, ana: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana)
    ana.presses("Adopt")

    ticks = [option["text"]["text"] for option in ana.box("ticks")["element"]["options"]]
    assert ticks == [
        "It has an owner",
        "People are trained",
        "It is in a written procedure",
        "We'll notice if it slips",
        "New staff will learn it",
    ]
    assert "What different day, shift or clinician" in texts((ana.form or {})["blocks"])
    ana.submits(ticks=["owner", "slipping"], next_step="Both shifts call back")
    assert "In place: it has an owner, we'll notice if it slips" in card(ana, 1)

    ana.presses("Taught it on")
    assert "Only the number, no names." in texts((ana.form or {})["blocks"])
    assert not ana.submits(topic="The warm call", held_on="2026-02-03", people="12")["ok"]  # tomorrow
    assert ana.submits(topic="The warm call", held_on="2026-02-02", people="12")["ok"]
    ana.presses("Taught it on")
    ana.submits(topic="The warm call, nights", people="2")
    assert "Taught 2 times to 14 people" in card(ana, 1)
    with town.record() as session:
        taught = session.exec(select(Training).order_by(col(Training.id))).all()
    assert [(one.topic, str(one.held_on), one.people) for one in taught] == [
        ("The warm call", "2026-02-02", 12),
        ("The warm call, nights", "2026-02-02", 2),
    ]


def test_abandoning_is_learning_and_another_idea_can_follow(town: Town, ana: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana, learned="14 people came and staff were exhausted")
    ana.presses("Abandon")
    assert "14 people came" in texts((ana.form or {})["blocks"])
    ana.submits(next_step="Try 10 to 12 instead")

    assert "Abandon\n\nTry 10 to 12 instead" in card(ana, 1)
    ana.presses("Start the next cycle")
    ana.submits(change="Walk-in from 10 to 12", prediction="5 come")
    assert [(cycle.number, cycle.decision, cycle.parent_id) for cycle in cycles(town)] == [
        (1, "abandon", None),
        (2, "", 1),
    ]


def test_teams_that_left_the_same_idea_hear_that_they_learned_the_same(ana: Persona, cleo: Persona) -> None:
    for person, channel in ((ana, "team-alder"), (cleo, "team-prairie")):
        person.runs("/pdsa", channel)
        person.presses("More")
        person.looks_for("idea", "walk")
        person.submits(**TEST, idea="1.1 Same-day walk-in block")
        runs_it(person)
        learns(person)
        person.presses("Abandon")
        person.submits()

    assert "you've learned the same thing" in card(ana, 1)
    assert "you've learned the same thing" in card(cleo, 1, "team-prairie")


def test_every_move_is_one_act_in_the_ledger_however_often_its_form_arrives(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana)
    runs_it(ana)
    told = last_sent(town)
    learns(ana)
    studied = last_sent(town)
    for again in (told, studied, told):
        assert sends_again(town, again) == {}  # it closes

    with town.record() as session:
        kinds = session.exec(select(Act.kind).order_by(col(Act.id))).all()
    assert kinds == ["pdsa.started", "pdsa.ran", "pdsa.learned"]
    assert len(cards(ana)) == 1


def test_a_form_opened_from_a_window_closes_with_it_when_it_is_saved(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana)
    ana.runs("/pdsa list", "team-alder")
    ana.presses("Open")
    ana.presses("We ran it")
    ana.submits(happened="9 called")
    assert ana.form is None

    ana.presses("All actions", channel="team-alder")
    ana.presses("Our cycles")
    ana.presses("Open")
    ana.presses("What did we learn")  # the fourth on top of another: Slack stacks three
    assert ana.submits(learned="7 of 9 came")["ok"]
    assert ana.form is None
    assert sends_again(town, last_sent(town)) == {"response_action": "clear"}
    assert "7 of 9 came" in card(ana, 1)
