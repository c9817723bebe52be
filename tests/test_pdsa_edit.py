"""Cycles are edited at any time, by two people at once too, and deleted without losing their number."""

import pytest
from sqlmodel import col, select, update

from bot.audit import Audit
from bot.domain import pdsa, pdsa_edit
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.pdsa import Cycle, CycleChange
from bot.errors import BotError
from tests.cycling import card, cards, cycles, last_sent, learns, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Persona, texts
from tests.town import Town


def test_an_edit_shows_on_the_card_and_what_stood_before_is_kept(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    ben.presses("Edit")
    ben.submits()
    assert "edited" not in card(ana, 1)

    ben.presses("Edit")
    ben.submits(change="Nadia calls the next 12 callers", scale="3 to 5 people", due="2026-02-11")

    assert "edited" in card(ana, 1)
    assert "Nadia calls the next 12 callers" in card(ana, 1)
    ana.presses("Read all")
    assert (
        "Ben Castellano, Mon 2 Feb 9:00 AM CST: what we try was “Nadia calls the next 10 callers”; "
        "by when was Tue 10 Feb 2026; on how many was one person"
    ) in texts((ana.form or {})["blocks"])
    with town.record() as session:
        changes = session.exec(select(CycleChange)).all()
    assert [change.fields["scale"] for change in changes] == [["one_person", "three_to_five"]]


def test_every_stage_can_be_mended_and_leaves_words_for_others(town: Town, ana: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana, matched="no")
    ana.presses("Abandon")
    ana.submits()
    ana.presses("Edit")

    assert [box for box in ana.boxes() if box not in ("due", "scale", "idea", "measure")] == [
        "change", "question", "carried_out", "happened", "problems", "results", "matched", "learned", "next_step",
        "objective", "tasks", "collecting", "asked",
    ]  # fmt: skip
    assert ana.filled_in()["matched"] == "no"
    mended = {"learned": "7 of 9 came, nobody on Friday", "next_step": "Ask about Fridays"}
    ana.looks_for("idea", "warm")
    assert ana.submits(**mended, matched="Partly", idea="1.2 One warm call")["ok"]
    (cycle,) = cycles(town)
    assert mended == {"learned": cycle.learned, "next_step": cycle.next_step}
    assert "As we predicted?\n\nPartly" in card(ana, 1)
    assert "1.2 One warm call" in card(ana, 1)


def test_the_second_of_two_editors_sees_who_changed_what_and_keeps_their_words(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    ana.presses("Edit")
    ben.presses("Edit")
    ben.submits(prediction="9 of 10 come", tasks="Nadia, mornings")

    ana.submits(change="Nadia calls all callers")

    told = texts((ana.form or {})["blocks"])
    assert "Ben Castellano changed what we predict to “9 of 10 come”, who does what to “Nadia, mornings”" in told
    assert ana.filled_in()["change"] == "Nadia calls all callers"
    assert cycles(town)[0].change == "Nadia calls the next 10 callers"
    assert ana.submits()["ok"]
    (cycle,) = cycles(town)
    assert (cycle.change, cycle.prediction) == ("Nadia calls all callers", "9 of 10 come")
    assert cycle.tasks == "Nadia, mornings"


def test_saving_again_wins_where_both_wrote_in_the_same_box(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    ana.presses("Edit")
    ben.presses("Edit")
    ben.submits(change="Ben's words")
    ana.submits(change="Ana's words")
    ben.presses("Edit")
    ben.submits(question="Does it last?")

    ana.submits()
    assert "Ben Castellano changed the question to “Does it last?”" in texts((ana.form or {})["blocks"])
    ana.submits()

    (cycle,) = cycles(town)
    assert (cycle.change, cycle.question) == ("Ana's words", "Does it last?")
    with town.record() as session:
        changes = session.exec(select(CycleChange).order_by(col(CycleChange.version))).all()
    assert [change.fields.get("change") for change in changes] == [
        ["Nadia calls the next 10 callers", "Ben's words"],
        None,
        ["Ben's words", "Ana's words"],
    ]


def test_a_prediction_half_rewritten_while_the_test_began_is_shown_and_not_taken(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    ana.presses("Edit")
    runs_it(ben)
    ana.submits(prediction="9 of 9, of course", tasks="Nadia")

    assert "prediction" not in ana.boxes()
    told = texts((ana.form or {})["blocks"])
    assert "The test has begun meanwhile, so the prediction stands as it was: 8 of 10 come" in told
    assert "You had written: 9 of 9, of course" in told
    assert ana.submits()["ok"]
    (cycle,) = cycles(town)
    assert (cycle.prediction, cycle.tasks, cycle.happened) == ("8 of 10 come", "Nadia", "9 called, 1 wrong number")


def test_the_record_itself_takes_no_other_prediction_once_the_test_began(town: Town, ana: Persona) -> None:
    logs(ana)
    runs_it(ana)

    with town.kit.store.transaction() as session:
        cycle, now = pdsa.for_change(session, 1), town.kit.now()
        rewritten, stands = {"prediction": "9 of 10 come"}, "stands as it was written"
        with pytest.raises(BotError, match=stands):
            pdsa_edit.edit(session, cycle, rewritten, began=cycle.version, seen=cycle.version, by=4, now=now)
    assert cycles(town)[0].prediction == "8 of 10 come"


def test_a_half_written_edit_never_takes_back_what_others_changed_meanwhile(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    ana.presses("Edit")
    ana.types("change", "Nadia calls everybody")
    ana.closes()
    ben.presses("Edit")
    ben.submits(prediction="9 of 10 come")

    ana.presses("Edit")
    told = texts((ana.form or {})["blocks"])
    assert "Your words from last time are still here." in told
    assert "Ben Castellano changed what we predict to “9 of 10 come”" in told
    assert (ana.filled_in()["change"], ana.filled_in()["prediction"]) == ("Nadia calls everybody", "9 of 10 come")
    ana.presses("Show what is saved")
    assert ana.filled_in()["change"] == "Nadia calls the next 10 callers"
    ana.closes()
    ana.presses("Edit")
    assert "Your words" not in texts((ana.form or {})["blocks"])


def test_a_plan_cannot_be_moved_into_the_past(ana: Persona) -> None:
    logs(ana)
    ana.presses("Edit")
    answer = ana.submits(due="2026-02-01")

    assert answer["errors"]["due"].startswith("By when should be today or later.")


def test_a_deleted_cycle_keeps_its_number_and_its_ramp_closes_over_it(town: Town, ana: Persona, ben: Persona) -> None:
    only_people_are_heard(town)
    for number in (1, 2):
        if number == 1:
            logs(ana)
        else:
            ana.presses("Adapt")
            ana.submits(prediction="85 % reached")
        runs_it(ana)
        learns(ana)
    ana.presses("Adapt")
    ana.submits(prediction="86 % reached")
    ana.presses("Edit", cards(ana)[1])
    ana.presses("Delete this cycle")
    deleted = last_sent(town)
    sends_again(town, deleted)

    gone = "Cycle 2 was deleted by Ana Reyes. Its number stays and is not given again."
    assert texts((ana.form or {})["blocks"]) == gone
    ana.closes()
    assert gone in ben.reads("team-alder")
    assert len(cards(ben)) == 2
    assert "Ramp: 1: one person → 3: one unit or week (this one)" in card(ben, 3)
    ben.runs("/pdsa list", "team-alder")
    assert "2 ·" not in texts((ben.form or {})["blocks"])
    ben.closes()
    ben.runs("/pdsa 2", "team-alder")
    assert "Cycle 2 was deleted." in ben.whispers("team-alder")[-1]
    logs(ben)
    assert [cycle.number for cycle in cycles(town)] == [1, 2, 3, 4]
    with town.record() as session:
        acts = session.exec(select(Audit.act).where(Audit.subject == "cycle:2")).all()
    assert acts == ["pdsa.deleted"]


def test_deleting_the_last_of_a_ramp_lets_the_one_before_go_on(ana: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana)
    ana.presses("Adapt")
    ana.submits(prediction="85 % reached")
    ana.presses("Edit")
    ana.presses("Delete this cycle")
    ana.closes()

    ana.presses("Start the next cycle")
    assert ana.submits(prediction="80 % reached")["ok"]
    assert "→ 3: 3 to 5 people (this one)" in card(ana, 3)


def test_an_idea_beyond_the_hundred_that_slack_shows_stays_linked_and_is_found_by_typing(
    town: Town, ana: Persona
) -> None:
    logs(ana)
    with town.kit.store.transaction() as session:
        driver = session.exec(select(Driver.id)).first() or 0
        session.add_all(ChangeIdea(driver_id=driver, name=f"Idea {number}", position=number) for number in range(120))
        session.flush()
        last = session.exec(select(ChangeIdea.id).where(ChangeIdea.name == "Idea 119")).one()
        session.exec(update(Cycle).values(idea_id=last))

    ana.presses("Edit")
    assert ana.box("idea")["element"]["initial_option"]["text"]["text"] == "Idea 119"
    assert len(ana.looks_for("idea", "")) == 100
    assert ana.looks_for("idea", "idae 118") == ["Idea 118"]
    ana.submits(change="Other words")

    assert cycles(town)[0].idea_id == last
