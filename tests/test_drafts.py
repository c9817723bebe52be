"""Words are never lost: what is half-written is kept while typing and when a form is closed, and is offered again."""

from datetime import timedelta

from sqlmodel import select

from bot.drafts import Draft
from jobs import drafts as drafts_job
from tests.cycling import (
    TEST,
    cycles,
    everything_stored,
    last_sent,
    learns,
    logs,
    only_people_are_heard,
    runs_it,
    sends_again,
)
from tests.personas import Persona, texts
from tests.town import Town

STILL_HERE = "Your words from last time are still here."


def test_words_are_kept_while_typing_and_offered_again(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.presses("More")
    ana.types("change", "Nadia calls")
    assert kept(town) == [{"change": "Nadia calls"}]
    ana.types("prediction", "8 of 10")  # within two seconds: waits for its turn
    ana.types("tasks", "Nadia, mornings")
    assert kept(town) == [{"change": "Nadia calls"}]
    opened = ana.form
    town.bot.tick()
    assert kept(town) == [{"change": "Nadia calls", "prediction": "8 of 10", "tasks": "Nadia, mornings"}]
    assert opened == ana.form  # keeping a draft never touches the form

    _forgets_its_windows(town, ana)  # as when a phone is lost: Slack tells nothing
    ana.uses("pdsa.new")
    assert STILL_HERE in _told(ana)
    words = ("change", "prediction", "tasks")
    assert [ana.filled_in()[box] for box in words] == ["Nadia calls", "8 of 10", "Nadia, mornings"]
    assert ana.submits(change="Nadia calls ten")["ok"]
    assert kept(town) == []
    ana.uses("pdsa.new")
    assert STILL_HERE not in _told(ana)


def test_words_are_kept_when_a_form_is_closed(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.presses("We already ran it")
    ana.types("happened", "9 called")
    ana.types("learned", "Same day is best")
    ana.closes()

    ana.runs("/pdsa", "team-alder")
    assert STILL_HERE in _told(ana)
    assert (ana.filled_in()["happened"], ana.filled_in()["learned"]) == ("9 called", "Same day is best")
    ana.presses("Start empty")
    assert ana.boxes() == ["change", "prediction", "due", "scale", "question"]
    assert ana.filled_in()["change"] is None
    assert kept(town) == []
    ana.closes()
    ana.runs("/pdsa", "team-alder")
    assert STILL_HERE not in _told(ana)


def test_a_form_that_was_only_looked_at_leaves_nothing(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.closes()
    logs(ana)
    ana.presses("Edit")
    ana.closes()

    with town.record() as session:
        assert session.exec(select(Draft)).all() == []


def test_every_form_keeps_its_words_for_their_writer(town: Town, ana: Persona, ben: Persona) -> None:
    def keeps(button: str, box: str) -> None:
        ana.presses(button)
        ana.types(box, "Half a thou")
        ana.closes()
        ben.presses(button)
        assert ben.filled_in()[box] is None  # a draft is its writer's own
        ben.closes()
        ana.presses(button)
        assert STILL_HERE in _told(ana)
        assert ana.filled_in()[box] == "Half a thou"
        ana.presses("Start empty")
        assert ana.filled_in()[box] is None
        assert kept(town) == []
        ana.closes()

    logs(ana)
    keeps("We ran it", "happened")
    runs_it(ana)
    keeps("What did we learn", "learned")
    learns(ana)
    for button, box in (("Adopt", "next_step"), ("Abandon", "next_step"), ("Adapt", "prediction")):
        keeps(button, box)


def test_stopping_and_teaching_keep_their_words_too(town: Town, ana: Persona) -> None:
    logs(ana)
    town.later(days=8)
    town.bot.tick()
    ana.presses("We stopped it")
    ana.types("learned", "The list was")
    ana.closes()
    ana.presses("We stopped it")
    assert ana.filled_in()["learned"] == "The list was"
    ana.closes()

    runs_it(ana)
    learns(ana)
    ana.presses("Adopt")
    ana.submits()
    ana.presses("Taught it on")
    ana.types("topic", "The warm c")
    ana.closes()
    ana.presses("Taught it on")
    assert ana.filled_in()["topic"] == "The warm c"


def test_a_letter_typed_on_its_way_does_not_bring_back_what_was_sent(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")
    ana.types("change", "Nadia calls")
    typed = last_sent(town)
    ana.types("change", "Nadia calls ten")
    ana.submits(**TEST)

    sends_again(town, typed)
    town.bot.tick()

    assert kept(town) == []


def test_words_taken_from_a_message_have_a_draft_of_their_own(town: Town, ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.types("change", "My own idea")
    ana.closes()
    said = ana.writes("Ring them the same day", channel="team-alder")
    message = next(one for one in ana.messages("team-alder") if one["ts"] == said["ts"])
    ana.uses_on("pdsa.from_message", message, "team-alder")
    ana.types("prediction", "9 of 10")
    ana.closes()

    ana.uses_on("pdsa.from_message", message, "team-alder")
    assert (ana.filled_in()["change"], ana.filled_in()["prediction"]) == ("Ring them the same day", "9 of 10")
    ana.closes()
    ana.runs("/pdsa", "team-alder")  # the newest is offered first
    assert ana.filled_in()["change"] == "Ring them the same day"
    ana.submits(**TEST)
    ana.runs("/pdsa", "team-alder")
    assert ana.filled_in()["change"] == "My own idea"


def test_drafts_go_with_their_cycle_and_after_a_season(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    ben.presses("We ran it")
    ben.types("happened", "9 called")
    ben.closes()
    ana.presses("Edit")
    ana.presses("Delete this cycle")
    assert kept(town) == []

    ben.runs("/pdsa", "team-alder")
    ben.types("change", "Some day")
    ben.closes()
    for days, left in ((89, 1), (2, 0)):
        town.turn_clock(town.kit.now() + timedelta(days=days))
        drafts_job.forget(town.kit)
        assert len(kept(town)) == left


def test_a_refused_form_keeps_its_words_on_the_screen_and_in_the_draft(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    ana.presses("We ran it")
    ana.types("happened", "Nine were called")
    runs_it(ben)

    answer = ana.submits()

    assert answer["errors"]["carried_out"] == (
        "Cycle 1 has moved on: somebody already told what happened. Edit on its card takes more words at any time."
    )
    assert ana.filled_in()["happened"] == "Nine were called"
    assert kept(town) == [{"happened": "Nine were called"}]
    assert cycles(town)[0].happened == "9 called, 1 wrong number"


def kept(town: Town) -> list[dict[str, str]]:
    """The words of every draft, oldest first; what a form fills in by itself left out."""
    by_itself = ("due", "ran_on", "held_on", "scale", "question", "carried_out")
    with town.record() as session:
        found = session.exec(select(Draft)).all()
    return [
        {name: value for name, value in draft.fields.items() if name not in by_itself and not name.startswith("_")}
        for draft in found
    ]


def _told(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])


def _forgets_its_windows(town: Town, person: Persona) -> None:
    town.practice.world.stacks.pop(person.user)


def test_a_letter_that_comes_late_does_not_undo_the_newer_ones(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")
    ana.types("change", "Nadia ca")
    late = last_sent(town)
    late["payload"]["actions"][0]["action_ts"] = "1.0"
    ana.types("change", "Nadia calls the next ten")

    sends_again(town, late)
    drafts_job.flush(town.kit)

    assert kept(town) == [{"change": "Nadia calls the next ten"}]


def test_words_the_guard_keeps_out_of_drafts_come_back_with_their_box(town: Town, ana: Persona) -> None:
    guarded = "Mrs. Quagmire, born 04/05/1961, comes back"
    ana.runs("/pdsa", "team-alder")
    ana.types("prediction", guarded)
    ana.presses("We already ran it")
    assert "prediction" not in ana.boxes()

    ana.presses("It hasn't run yet")

    assert ana.filled_in()["prediction"] == guarded
    assert "Quagmire" not in str(everything_stored(town))
