"""What goes wrong between people, windows and the network: nothing counts twice or is lost, and a sentence says why."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from bot.domain.activity import Act
from tests.cycling import (
    TEST,
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

TOO_LATE = "The form couldn't open in time. Nothing is lost: please {} it once more."
REFUSED = "Slack doesn't take this form as it is, so trying again won't open it. Nothing is lost. Please give your "


def test_two_people_press_the_same_button_and_the_first_to_send_is_first(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    for person in (ana, ben):
        person.presses("We ran it")
    ana.submits(happened="Ana's words")
    answer = ben.submits(happened="Ben's words")

    assert "somebody already told what happened" in str(answer["errors"])
    assert ben.filled_in()["happened"] == "Ben's words"
    assert cycles(town)[0].happened == "Ana's words"


def test_of_two_who_send_in_the_same_moment_one_is_told(town: Town, ana: Persona, ben: Persona) -> None:
    for _ in range(4):
        logs(ana)
        for person in (ana, ben):
            person.presses("We ran it")
        with ThreadPoolExecutor(2) as hands:
            sent = [
                hands.submit(town.slack.post, "act/submit", user=person.user, values={"happened": person.name})
                for person in (ana, ben)
            ]
        town.bot.settle()
        assert sorted(answer.result()["ok"] for answer in sent) == [False, True]

    with town.record() as session:
        assert len(session.exec(select(Act).where(Act.kind == "pdsa.ran")).all()) == 4


def test_two_people_adapt_at_once_and_one_cycle_follows(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana)
    for person in (ana, ben):
        person.presses("Adapt")
    assert ana.submits(prediction="85 % reached")["ok"]
    answer = ben.submits(prediction="90 % reached")

    assert answer["errors"]["change"] == "Cycle 2 already follows cycle 1. Open it from its card."
    assert [cycle.number for cycle in cycles(town)] == [1, 2]


def test_a_decision_taken_meanwhile_stands(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana)
    ana.presses("Adopt")
    ben.presses("Abandon")
    ben.submits()
    answer = ana.submits()

    assert "it was already decided: Abandon" in str(answer["errors"])
    assert cycles(town)[0].decision == "abandon"


def test_a_button_of_an_old_card_says_how_things_stand(town: Town, ana: Persona, ben: Persona) -> None:
    only_people_are_heard(town)
    logs(ana)
    ana.presses("We ran it")
    pressed = last_sent(town)
    ana.submits(happened="9 called")

    sends_again(town, pressed, ben)

    assert ben.form is None
    assert ben.hears()[-1] == "Cycle 1 has moved on: it ran. Its card shows the next step."


@pytest.mark.parametrize("button", ["We ran it", "Edit"])
def test_a_cycle_deleted_under_an_open_form_is_told_and_the_words_stay(
    town: Town, ana: Persona, ben: Persona, button: str
) -> None:
    logs(ana)
    ben.presses(button)
    ana.presses("Edit")
    ana.presses("Delete this cycle")
    box = "happened" if button == "We ran it" else "change"
    answer = ben.submits(**{box: "9 called, 7 came"})

    assert "Cycle 1 was deleted. Its number stays, and nothing more can be added to it." in str(answer["errors"])
    assert ben.filled_in()[box] == "9 called, 7 came"
    assert cycles(town)[0].stage == "plan"


def test_the_cycle_before_is_deleted_under_the_form_of_the_next(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ana)
    learns(ana)
    ben.presses("Adapt")
    ana.presses("Edit")
    ana.presses("Delete this cycle")
    answer = ben.submits(prediction="85 % reached")

    assert "Cycle 1 was deleted." in str(answer["errors"])
    assert [cycle.number for cycle in cycles(town)] == [1]


@pytest.mark.parametrize(
    ("refusal", "told"),
    [("expired_trigger_id", TOO_LATE), ("internal_error", TOO_LATE), ("invalid_arguments", REFUSED)],
)
def test_a_form_that_doesnt_open_says_whether_trying_again_helps_and_loses_nothing(
    town: Town, ana: Persona, refusal: str, told: str
) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.types("change", "Half a thou")
    ana.closes()
    town.slack.fault("views.open", "error", error=refusal)

    ana.runs("/pdsa", "team-alder")

    assert ana.form is None
    (heard,) = ana.whispers("team-alder")
    assert heard.startswith(told.format("type"))
    ana.uses("pdsa.new")
    assert ana.filled_in()["change"] == "Half a thou"


def test_a_press_that_is_delivered_twice_opens_its_form_once_and_says_nothing_of_it(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    ana.runs("/pdsa", "team-alder")

    sends_again(town, last_sent(town))

    assert ana.form
    assert ana.whispers("team-alder") == []


def test_a_trigger_that_has_run_out_is_told(town: Town, ana: Persona) -> None:
    town.slack.post("limits", on=False, trigger_seconds=0)

    ana.runs("/pdsa", "team-alder")

    assert ana.form is None
    assert ana.whispers("team-alder") == [TOO_LATE.format("type")]


def test_a_window_on_a_window_that_opens_too_late_is_told_by_message(town: Town, ana: Persona) -> None:
    logs(ana)
    ana.presses("Read all")
    town.slack.fault("views.push", "error", error="expired_trigger_id")
    ana.presses("Edit")

    assert ana.hears()[-1] == TOO_LATE.format("press")


def test_ids_in_a_form_are_claims(town: Town, ana: Persona, cleo: Persona) -> None:
    """A form of one's own, sent with the ids of another team's cycle or team in it."""
    only_people_are_heard(town)
    logs(cleo, "team-prairie")
    logs(ana)
    runs_it(ana)
    ana.presses("What did we learn")
    ana.submits(learned="7 of 9 came")
    study = last_sent(town)
    ana.presses("Edit")
    ana.submits(change="Nadia calls")
    edit = last_sent(town)
    ana.runs("/pdsa", "team-alder")
    ana.submits(**TEST)
    start = last_sent(town)
    theirs = cycles(town, "Prairie Bend")[0]
    before = card(cleo, 1, "team-prairie")

    for number, (envelope, claim) in enumerate(
        [
            (study, f'{{"cycle": {theirs.id}, "subject": "cycle:{theirs.id}"}}'),
            (edit, f'{{"cycle": {theirs.id}, "version": 1, "seen": 1}}'),
            (start, f'{{"team": {theirs.team_id}, "subject": "new"}}'),
            (start, f'{{"team": 1, "parent": {theirs.id}, "subject": "new"}}'),
        ]
    ):
        envelope["payload"]["view"].update(id=f"VFORGED{number}", private_metadata=claim)
        (told,) = sends_again(town, envelope)["errors"].values()
        assert told == (
            "That's for the members of Prairie Bend and the director. Ask one of them, or write to your coordinator."
        )
    for number, claim in enumerate(["", "not json", "[]", '{"cycle": "one"}', '{"cycle": 99999}', '{"cycle": null}']):
        study["payload"]["view"].update(id=f"VODD{number}", private_metadata=claim)
        (told,) = sends_again(town, study)["errors"].values()
        assert told.startswith(("This form isn't in use any more.", "This cycle isn't in the record any more."))
    assert len(cycles(town, "Prairie Bend")) == 1
    assert card(cleo, 1, "team-prairie") == before
    assert len(cards(ana)) == 2


def test_a_button_with_a_value_of_no_row_is_told_kindly(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana)
    ana.presses("We ran it")
    pressed = last_sent(town)
    ana.closes()

    for number, value in enumerate(["", "-", "abc", "9" * 30, "²", "1; drop table cycle"], 1):
        pressed["payload"]["actions"][0]["value"] = value
        sends_again(town, pressed, ana)
        told = [text for text in ana.hears() if text.startswith("This button isn't in use any more.")]
        assert len(told) == number, value
    assert texts(cards(ana)[0]["blocks"]).count("We ran it") == 1
