"""Gentle prompts, one at a time: a table of moments and what is asked in them."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.prompts import Moment, before_adopting, prompt

TODAY = date(2026, 2, 2)
ENVELOPE = "What could you count on the back of an envelope to know?"
NEXT = "Ready for the next one? It can start from what this one taught you."
SAME = "Another team tried this idea and left it too: you've learned the same thing."
SURPRISED = "What surprised you? What would you tell the next team?"
STUCK = "Did the test happen? Yes, partly, not yet: all three teach us something."


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, ENVELOPE),
        ({"counts_something": True}, ""),
        ({"scale": "whole_site"}, "Could one clinician try it with one person on Tuesday?"),
        ({"scale": "whole_site", "first_of_ramp": False}, ENVELOPE),
        ({"scale": "spread", "due": ago(15)}, STUCK),  # one at a time, the most pressing
        ({"counts_something": True, "due": ago(14)}, ""),
        ({"counts_something": True, "due": ago(15)}, STUCK),
        ({"stage": "do", "ran_on": ago(7), "prediction": "8 of 10"}, ""),
        ({"stage": "do", "ran_on": ago(8), "prediction": "8 of 10"}, "You predicted “8 of 10”. What did you see?"),
        ({"stage": "do", "ran_on": ago(8)}, "What did you see?"),
        ({"stage": "study", "learned": "It went well."}, SURPRISED),
        ({"stage": "study", "learned": "All worked great!"}, SURPRISED),
        ({"stage": "study", "learned": "It went well because Nadia called first"}, ""),
        ({"stage": "act", "decision": "adapt", "decided_on": ago(21)}, ""),
        ({"stage": "act", "decision": "adapt", "decided_on": ago(22)}, NEXT),
        ({"stage": "act", "decision": "abandon", "decided_on": ago(22)}, NEXT),
        ({"stage": "act", "decision": "adapt", "decided_on": ago(22), "has_successor": True}, ""),
        ({"stage": "act", "decision": "adopt", "decided_on": ago(99)}, ""),
        ({"stage": "act", "decision": "abandon", "decided_on": ago(1), "left_elsewhere": True}, SAME),
    ],
)
def test_a_prompt_asks_the_one_thing_worth_asking_now(facts: dict[str, Any], asked: str) -> None:
    assert prompt(Moment(**{"today": TODAY, "due": TODAY, **facts})) == asked


@pytest.mark.parametrize(("first", "asks"), [(True, True), (False, False)])
def test_one_cycle_is_little_to_stand_on_before_it_is_permanent(first: bool, asks: bool) -> None:
    asked = before_adopting(Moment(today=TODAY, due=TODAY, stage="study", first_of_ramp=first))

    assert ("What different day, shift or clinician" in asked) is asks


def test_no_prompt_is_a_verdict() -> None:
    for words in (ENVELOPE, NEXT, SAME, SURPRISED, STUCK):
        for verdict in ("fail", "missing", "overdue", "must", "should", "wrong", "late"):
            assert verdict not in words.lower()
