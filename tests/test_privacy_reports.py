"""Report patient details: our copy and its card go at once and for good, and people are told what Slack still holds."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.audit import Audit
from tests.cycling import (
    buttons,
    card,
    cards,
    cycles,
    everything_stored,
    last_sent,
    learns,
    logs,
    only_people_are_heard,
    questions,
    runs_it,
    sends_again,
)
from tests.personas import Json, Persona, texts
from tests.town import Town

CANARY = "Quagmire"


def test_anybody_of_the_collaborative_takes_a_card_down_at_once(town: Town, ana: Persona, ben: Persona) -> None:
    """Another team sees words in the library, faculty on cards: whoever sees them may report them."""
    only_people_are_heard(town)
    reporters = ("ben", "gil", "olga", "cleo", "imani", "tobias", "pru")
    for _ in reporters:
        _writes_it(ana)
    ana.opens_home()
    ben.presses("Report patient details", cards(ben)[0])
    press = last_sent(town)
    for number, name in enumerate(reporters[1:], 2):
        press["payload"]["actions"][0].update(value=str(number), action_ts=f"177.{number}")
        sends_again(town, press, town.people[name])
        assert any(text.startswith("Thank you. Receipt ") for text in town.people[name].hears()), name

    _is_nowhere(town)
    assert cards(ana) == []
    assert CANARY not in texts(ana.home["blocks"])
    press["payload"]["actions"][0]["action_ts"] = "177.99"
    sends_again(town, press, ben)
    assert ben.hears()[-1] == "Cycle 7 has already been taken down."


def test_the_author_and_a_coordinator_are_told_and_the_reporter_gets_a_receipt(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    _writes_it(ana)
    ben.presses("Report patient details")
    sends_again(town, last_sent(town))

    (receipt,) = [text for text in ben.whispers("team-alder") if text.startswith("Thank you. Receipt ")]
    number = receipt.split()[3].rstrip(":")
    (to_author,) = [text for text in ana.hears() if "was taken down" in text]
    assert "Cycle 1 of Alder &amp; Main" in to_author
    assert f"(receipt {number})" in to_author
    assert "Slack may still hold older versions in its own exports" in to_author
    (to_coordinator,) = [text for text in pru.hears() if "reported what may be" in text]
    assert to_coordinator.startswith("Ben Castellano reported what may be a patient's details in cycle 1 of Alder")
    assert f"Receipt {number}." in to_coordinator
    for other in ("imani", "tobias", "cleo"):
        assert not any("patient's details" in text for text in town.people[other].hears())
    with town.record() as session:
        (line,) = session.exec(select(Audit).where(Audit.act == "privacy.purged")).all()
    assert (line.id, line.subject, line.detail) == (int(number), "cycle:1", {})


def test_history_drafts_the_question_and_teaching_go_too(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana, change=f"The {CANARY} case", due="2026-02-10")
    ana.presses("Edit")
    ana.submits(change="Without a name")
    ben.presses("We ran it")
    ben.types("happened", f"{CANARY} came")
    ben.closes()
    town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=ZoneInfo("America/Chicago")))
    town.bot.tick()
    assert len(questions(ana)) == 1
    ana.presses("Report patient details", channel="team-alder")

    _is_nowhere(town)
    assert _in_the_file(town) == []
    assert questions(ana) == []
    assert everything_stored(town)["cyclechange"] == everything_stored(town)["draft"] == []
    assert [cycle.number for cycle in cycles(town)] == [1]
    logs(ana)
    assert [cycle.number for cycle in cycles(town)] == [1, 2]


def test_words_typed_in_a_form_that_was_open_meanwhile_do_not_come_back(town: Town, ana: Persona, ben: Persona) -> None:
    for number, taken_down in enumerate(("Report patient details", "Delete this cycle"), 1):
        _writes_it(ana)
        ben.presses("Edit")
        ben.types("change", f"The {CANARY} case, seen")
        if taken_down == "Delete this cycle":
            ana.presses("Edit")
        ana.presses(taken_down)
        ben.types("change", f"The {CANARY} case, again")
        town.bot.tick()
        ben.closes()
        town.bot.tick()

        assert [cycle.number for cycle in cycles(town)][-1] == number
        assert everything_stored(town)["draft"] == []


def test_a_shortcut_on_the_card_or_on_the_question_does_the_same(town: Town, ana: Persona, ben: Persona) -> None:
    for number in (1, 2):
        _writes_it(ana, due="2026-02-10")
        message = cards(ben)[-1]
        if number == 1:
            ben.uses_on("privacy.report_message", message, "team-alder")
        else:
            town.turn_clock(datetime(2026, 2, 10, 9, 1, tzinfo=ZoneInfo("America/Chicago")))
            town.bot.tick()
            (question,) = questions(ana)
            ana.uses_on("privacy.report_message", question, _dm_of(town, ana))
        assert cards(ana) == []

    assert ben.whispers("team-alder")[-1].startswith("Thank you. Receipt ")
    assert [cycle.change for cycle in cycles(town)] == ["", ""]


def test_from_the_window_that_shows_all_of_it_nothing_stays_on_the_screen(ana: Persona, ben: Persona) -> None:
    _writes_it(ana)
    ben.presses("Read all")
    ben.presses("Report patient details")

    told = texts((ben.form or {})["blocks"])
    assert told.startswith("Thank you. Receipt ")
    assert CANARY not in told


def test_whoever_looks_for_it_at_home_chooses_the_cycle_and_is_told_where_else_it_stands(
    town: Town, ana: Persona, ben: Persona
) -> None:
    _writes_it(ana)
    ben.opens_home()

    ben.presses_at_home("Report patient details")
    shown = texts((ben.form or {})["blocks"])
    assert "For any other message press ⋯ on it, then Report patient details." in shown
    assert "1 · planned · by Tue 10 Feb 2026\nThe Quagmire case" in shown
    ben.presses("Open")
    ben.presses("Report patient details")
    assert "Thank you. Receipt " in texts((ben.form or {})["blocks"])
    _is_nowhere(town)


def test_the_staff_choose_the_team_first(town: Town, ana: Persona, pru: Persona) -> None:
    _writes_it(ana)
    pru.runs("/allteach home")

    for label in ("Report patient details", "All teams", "Cycles"):
        pru.presses(label)
    pru.presses("Open")
    assert "Report patient details" in buttons((pru.form or {})["blocks"])


def test_the_next_cycle_of_the_ramp_is_pointed_out_to_the_coordinator(ana: Persona, pru: Persona) -> None:
    _writes_it(ana)
    runs_it(ana)
    learns(ana)
    ana.presses("Adapt")
    ana.submits(prediction="8 of 10")
    ana.presses("Report patient details", cards(ana)[0])

    notice = [message for message in pru.dm() if "reported what may be" in message["text"]][-1]
    assert "Cycle 2 was started from it and may hold the same words: please look." in texts(notice["blocks"])
    assert CANARY in card(ana, 2)


def test_a_message_that_is_not_ours_is_for_its_author_and_a_coordinator_hears_of_it(
    town: Town, ana: Persona, ben: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    said = ana.writes(f"{CANARY} is here", channel="team-alder")
    message = next(one for one in ben.messages("team-alder") if one["ts"] == said["ts"])
    ben.uses_on("privacy.report_message", message, "team-alder")
    sends_again(town, last_sent(town))

    assert ben.whispers("team-alder")[-1].startswith("That message isn't Allteach's, and we hold no copy of it")
    (told,) = [text for text in pru.hears() if "in a message that isn't Allteach's" in text]
    assert told.startswith("Ben Castellano reported")
    assert CANARY not in str(everything_stored(town))


def test_a_message_of_ours_that_repeats_words_says_where_they_are(town: Town, ana: Persona) -> None:
    logs(ana)
    (team_card,) = [one for one in ana.messages("team-alder") if "team card" in one["text"]]
    ana.uses_on("privacy.report_message", team_card, "team-alder")
    assert ana.whispers("team-alder")[-1].startswith("That message repeats what cycles say.")
    assert len(cards(ana)) == 1

    ana.writes("The test with the twins")  # offered for cycle 1, which has nothing to do with it
    offer = ana.dm()[-1]
    ana.uses_on("privacy.report_message", offer, _dm_of(town, ana))
    assert "my message is being deleted" in ana.whispers(_dm_of(town, ana))[-1]
    assert offer["ts"] not in [message["ts"] for message in ana.dm()]
    assert len(cards(ana)) == 1


@pytest.mark.parametrize("way", ["button", "shortcut"])
def test_the_lines_on_a_team_card_are_taken_down_too(
    town: Town, ana: Persona, ben: Persona, pru: Persona, way: str
) -> None:
    ana.presses("All actions", channel="team-alder")
    ana.presses("My line on our card")
    ana.submits(line=f"I look after {CANARY}")
    (card,) = [one for one in ben.messages("team-alder") if "team card" in one["text"]]
    assert CANARY in str(card["blocks"])

    if way == "button":
        ben.presses("Report patient details", card)
    else:
        ben.uses_on("privacy.report_message", card, "team-alder")

    assert ben.whispers("team-alder")[-1].startswith("Thank you. Receipt ")
    _is_nowhere(town)
    assert _in_the_file(town) == []
    (told,) = [text for text in pru.hears() if "in the lines people wrote on the team card of" in text]
    assert "so may backups of our database" in told


def _writes_it(person: Persona, **values: str) -> None:
    logs(person, change=f"The {CANARY} case", **values)


def _is_nowhere(town: Town) -> None:
    """Not in the record, and not in any message that stands."""
    assert CANARY not in str(everything_stored(town))
    messages: list[Json] = []
    for channel in town.practice.world.channels.values():
        messages += town.slack.get("state", channel=channel.id)["messages"]
    assert CANARY not in str([one for one in messages if one["bot"]])


def _dm_of(town: Town, person: Persona) -> str:
    return str(town.practice.world.conversation_with(person.user).id)


def _in_the_file(town: Town) -> list[str]:
    """Which of the database's files still hold the word, removed rows and old pages included."""
    path = town.kit.store.path
    files = [*path.parent.glob(f"{path.name}*")] if path else []
    return [file.name for file in files if CANARY.encode() in file.read_bytes()]
