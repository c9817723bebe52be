"""Before anything is stored the guard asks about likely patient details, in the form, with the words still in it."""

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.audit import Audit
from tests.cycling import TEST, card, cycles, everything_stored, learns, logs, runs_it
from tests.personas import Persona, texts
from tests.town import Town

CANARY = "Zebulon Quagmire"
CAUGHT = f"Called patient {CANARY}, born 04/05/1961"
SENTENCE = "This looks like"


def test_nothing_caught_reaches_any_table_draft_message_or_log_before_it_is_confirmed(town: Town, ana: Persona) -> None:
    with capture_logs() as logged:
        town.slack.fault("views.open", "error", error="fatal_error")  # so that something is logged
        ana.runs("/pdsa", "team-alder")
        ana.runs("/pdsa", "team-alder")
        ana.types("change", CAUGHT)
        ana.types("prediction", "8 of 10 come")
        town.bot.tick()
        ana.submits(due=TEST["due"])
        assert SENTENCE in texts((ana.form or {})["blocks"])
        assert ana.filled_in()["change"] == CAUGHT
        ana.submits()  # not confirmed: asks again
        ana.closes()
        town.bot.tick()

    assert cycles(town) == []
    assert logged
    for where in (everything_stored(town), town.slack.get("posts"), town.slack.get("calls"), logged):
        assert "Quagmire" not in str(where)
    assert "8 of 10 come" in str(everything_stored(town)["draft"])


def test_the_writer_confirms_and_the_trail_says_so_without_the_words(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**{**TEST, "change": CAUGHT})
    (box,) = [name for name in ana.boxes() if name.startswith("guard.")]
    assert "This isn't about a person served" in texts((ana.form or {})["blocks"])

    assert ana.submits(**{box: ["confirmed"]})["ok"]

    assert cycles(town)[0].change == CAUGHT
    assert CANARY in card(ana, 1)
    with town.record() as session:
        (line,) = session.exec(select(Audit).where(Audit.act == "privacy.confirmed")).all()
    assert (line.subject, line.detail) == ("cycle:1", {"fields": ["change"]})
    assert "Quagmire" not in str(everything_stored(town)["audit"])


def test_corrected_words_pass_and_other_words_are_asked_about_anew(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**{**TEST, "change": CAUGHT})
    (box,) = [name for name in ana.boxes() if name.startswith("guard.")]

    ana.submits(**{box: ["confirmed"], "change": f"{CAUGHT}, SSN 123-45-6789"})
    (other,) = [name for name in ana.boxes() if name.startswith("guard.")]
    assert other != box
    assert cycles(town) == []
    assert ana.submits(change="Called ten people")["ok"]
    assert cycles(town)[0].change == "Called ten people"
    with town.record() as session:
        assert session.exec(select(Audit).where(Audit.act == "privacy.confirmed")).all() == []


def test_two_boxes_are_asked_about_right_below_each_and_confirmed_each(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**{**TEST, "change": CAUGHT, "question": "Why did patient John Doe leave, 555-867-5309?"})

    shown = (ana.form or {})["blocks"]
    labels = ", ".join(f"“{ana.box(name)['label']['text']}”" for name in ("change", "question"))
    assert texts(shown[:1]) == f"⚠ Nothing is saved yet: please look at what is marked below {labels}."
    blocks = [str(block["block_id"]) for block in shown]
    ticks = {}
    for name in ("change", "question"):
        question, ticks[name] = blocks[blocks.index(name) + 1 : blocks.index(name) + 3]
        assert question.startswith(f"guard.{name}.")
    ana.submits(**{ticks["change"]: ["confirmed"]})
    assert cycles(town) == []
    assert ana.filled_in()[ticks["change"]] == ["confirmed"]
    ana.submits(**{ticks["question"]: ["confirmed"]})
    with town.record() as session:
        (line,) = session.exec(select(Audit).where(Audit.act == "privacy.confirmed")).all()
    assert line.detail == {"fields": ["change", "question"]}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Reached at 312-555-0148", "This looks like a phone number. Please"),
        ("Reached at 312-555-0148, born 3/4/1961", "This looks like a phone number and a date of birth. Please"),
        (
            "Patient Maria Lopez, born 3/4/1961, cell 312-555-0148",
            "This looks like a phone number, a date of birth and the name of a person served. Please",
        ),
    ],
)
def test_everything_that_was_found_in_a_box_is_named_at_once(ana: Persona, typed: str, asked: str) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**{**TEST, "change": typed})

    assert asked in texts((ana.form or {})["blocks"])


def test_names_numbers_and_dates_of_the_collaborative_pass(town: Town, ana: Persona) -> None:
    logs(
        ana,
        change="Patient Ana Reyes of our team calls the next 10 callers; mail ben@example.org",
        question="Does OFFER3 move by 10 February at Alder & Main?",
    )

    assert len(cycles(town)) == 1


def test_every_form_with_a_box_to_write_in_is_looked_at(town: Town, ana: Persona, ben: Persona) -> None:
    """One story through all forms: each is caught once, then gets other words."""

    def is_caught(box: str, **others: str) -> None:
        assert "No names" in texts((ana.form or {})["blocks"])
        ana.submits(**{**others, box: CAUGHT})
        assert SENTENCE in texts((ana.form or {})["blocks"])
        assert ana.filled_in()[box] == CAUGHT
        answer = ana.submits(**{box: "Ten people were called"})
        assert answer["ok"], answer

    ana.runs("/pdsa", "team-alder")
    ana.presses("We already ran it")
    is_caught("learned", change="We rang", happened="9 called")
    ana.presses("Abandon")
    is_caught("next_step")
    logs(ana)
    ana.presses("Edit")
    is_caught("tasks")
    runs = ana.presses("We ran it")
    assert runs["ok"]
    is_caught("happened")
    ana.presses("What did we learn")
    is_caught("results", learned="7 of 9 came")
    ana.presses("Adopt")
    is_caught("next_step")
    ana.presses("Taught it on")
    is_caught("topic", people="3")
    logs(ana)
    town.later(days=9)
    town.bot.tick()
    ana.presses("We stopped it")
    is_caught("learned")
    logs(ana, due="2026-03-01")
    runs_it(ana)
    learns(ana)
    ana.presses("Adapt")
    is_caught("prediction")
    assert "Quagmire" not in str(everything_stored(town))


def test_the_question_comes_in_a_form_of_a_hundred_kilobytes_too(town: Town, ana: Persona) -> None:
    full = "漢" * 3000
    ana.runs("/pdsa", "team-alder")
    ana.presses("More")
    boxes = ("objective", "tasks", "collecting", "asked", "question")
    ana.submits(**{**TEST, "change": full, "prediction": full}, **dict.fromkeys(boxes, full))
    ana.presses("Edit")

    ana.submits(asked=CAUGHT)

    assert SENTENCE in texts((ana.form or {})["blocks"])
    assert ana.filled_in()["objective"] == full
