"""What the bot says fits where it is shown, is called what people were told, means no harm, and is kind."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import gallery
from bot.gallery.ideas import LINK
from bot.gallery.scenes import Scene
from bot.planning import late
from bot.sandbox import blocks
from bot.templates import Templates
from tests import sources
from tests.command_line import allteach
from tests.shown import fullest, usual

LABELS = {
    "We ran it": "pdsa.ran",
    "Tell us": "pdsa.ran",
    "Still running": "pdsa.postpone",
    "We stopped it": "pdsa.stop",
    "What did we learn": "pdsa.learned",
    "Adopt": "pdsa.adopt",
    "Adapt": "pdsa.adapt",
    "Abandon": "pdsa.abandon",
    "Taught it on": "pdsa.taught",
    "Read all": "pdsa.read ideas.read",
    "Steal this": "ideas.steal",
    "Share it": "ideas.share_cycle",
    "More": "pdsa.more",
    "We already ran it": "pdsa.already_ran",
    "Report patient details": (
        "privacy.report privacy.report_team privacy.report_checkin privacy.report_question privacy.report_reply "
        "privacy.report_score privacy.report_change privacy.report_numbers privacy.report_moment privacy.report_idea "
        "privacy.report_adaptation privacy.report_shoutout privacy.report_event privacy.where strata.report "
        "privacy.report_ending privacy.report_exit_talk "
        "privacy.report_poll privacy.report_minutes privacy.report_note privacy.report_tasks "
        "privacy.report_needs "
        "privacy.report_alert privacy.report_broadcast privacy.report_callsheet privacy.report_onepager"
    ),
    "Tell only our coach": "checkins.only_coach",
    "Ask faculty": "questions.ask_faculty questions.new_faculty words.ask_faculty",
    "Ask a peer team": "questions.ask_peers",
    "Log as a test": "words.log",
    "Add to cycle 7: Nadia calls the next 10 callers within a day": "words.add",
    "Monthly data": "measures.open",
    "Launch": "collaborative.preview",
    "All actions": "home.actions",
}
ONE_OF_MANY = re.compile(r"\b(?:1|one) [a-z]+s\b", re.IGNORECASE)
UNKIND = ("missing", "failed", "overdue", "non-compliant", "noncompliant", "invalid")


@pytest.mark.parametrize("name", gallery.names())
def test_slack_takes_every_message_and_form(name: str) -> None:
    for shown in (*usual(), *fullest()):
        if shown.name == name:
            assert blocks.faults(shown.payload, shown.surface) == []


def test_the_command_line_lists_all_names_and_prints_each(tmp_path: Path) -> None:
    listed = allteach("preview", at=tmp_path)
    card = allteach("preview", "pdsa/card", at=tmp_path)

    assert (listed.returncode, listed.stdout.splitlines()) == (0, Templates().names())
    assert (card.returncode, card.stderr) == (0, "")
    assert blocks.faults(json.loads(card.stdout), "message") == []


@pytest.mark.parametrize(
    ("typed", "nearest"), [("pdsa/cards", "pdsa/card"), ("welcome", "people/welcome"), ("ASKS/DAYS", "asks/day")]
)
def test_a_name_that_is_none_is_answered_with_the_nearest(tmp_path: Path, typed: str, nearest: str) -> None:
    done = allteach("preview", typed, at=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"There is no message or form “{typed}”. Did you mean {nearest}? allteach preview lists all of them.\n"
    )


def test_messages_stay_within_what_can_be_posted_and_edited() -> None:
    for shown in fullest():
        if shown.surface == "message":
            assert len(shown.payload["text"]) <= 4_000, shown.name
            assert blocks.length(shown.payload["blocks"]) <= 12_000, shown.name


def test_nothing_a_person_wrote_notifies_anybody() -> None:
    for shown in fullest():
        for parsed in _parsed_by_slack(shown.payload):
            assert "<" not in re.sub(rf"<#C0ALDER>|<{LINK}\|[\w ]+>|<!date\^[^<>]*>", "", parsed), shown.name


@pytest.mark.parametrize(("label", "action"), LABELS.items())
def test_buttons_are_called_what_people_were_told(label: str, action: str) -> None:
    called = {
        element["action_id"]
        for shown in usual()
        for _, element in shown.elements()
        if element["type"] == "button" and element["text"]["text"] == label
    }

    assert called == set(action.split())


def test_the_quick_form_keeps_the_names_that_others_rely_on() -> None:
    quick = next(shown for shown in usual() if shown.name == "pdsa/start")

    boxes = {
        block["block_id"]: block["element"]["action_id"] for block in quick.payload["blocks"] if "element" in block
    }

    assert quick.payload["callback_id"] == "pdsa.start"
    assert boxes == dict.fromkeys(("change", "prediction", "due", "scale", "question"), "value")


def test_every_form_with_free_text_asks_for_no_patient_details() -> None:
    silent = {
        shown.name
        for shown in usual()
        for _, element in shown.elements()
        if element.get("multiline") and "could point to a person you serve" not in shown.says()
    }

    assert not silent


def test_words_are_kind() -> None:
    in_templates = {
        f"templates/{shown.name}: {word}" for shown in usual() for word in UNKIND if word in shown.says().lower()
    }
    in_code = {
        f"{source.at(node)}: {word}"
        for source in sources.the_bot()
        for text, node in source.texts
        for word in UNKIND
        if " " in text and word in text.lower()
    }

    assert not in_templates | in_code


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_words_fit_how_many_there_are(rows: int) -> None:
    templates, scene = Templates(), Scene(most_rows=rows)
    shown = gallery.names() if rows else late.RULES  # a window about nothing isn't opened; messages come by themselves

    wrong = {
        f"{name}: {found[0]}"
        for name in shown
        for values in gallery.GALLERY[name](scene)
        if (found := ONE_OF_MANY.search(json.dumps(templates.render(name, values), ensure_ascii=False)))
    }

    assert not wrong


def _parsed_by_slack(node: Any) -> Iterator[str]:
    """Every text in which Slack looks for markup: a message's own, and whatever calls itself mrkdwn."""
    if isinstance(node, list):
        for part in node:
            yield from _parsed_by_slack(part)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str) and node.get("type") in ("mrkdwn", None):
            yield node["text"]
        for part in node.values():
            yield from _parsed_by_slack(part)
