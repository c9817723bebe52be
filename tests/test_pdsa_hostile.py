"""Whatever people type is kept as they typed it, is shown at a length that fits, and notifies nobody."""

import itertools
import json
import re
from typing import Any

import pytest

from bot.sandbox import blocks
from tests.cycling import TEST, card, cards, cycles, learns, runs_it
from tests.personas import Json, Persona, texts
from tests.town import Town

HOSTILE = {
    "mentions": "<!channel> <!here> <@U0EVERYONE> <#C0ALL|all> <https://evil.example|click> @channel",
    "quotes": "\"quoted\" 'single' \\ back\\n \\u003c!channel\\u003e `code` *bold* _it_ ~no~ & &amp; &lt;",
    "templates": "{{ 7*7 }} {% raw %} {% endraw %} {# gone #} ${7*7} <%= 7 %> %s {0} {{ cycle.__class__ }}",
    "right to left": "\u202eשלום עולם\u202c مرحبا \u200fabc\u200e",
    "emoji": "👩🏽‍⚕️ 🏳️‍🌈 :tada: ❤️ 🇺🇸",
    "hidden": "zero\u200bwidth\ufeff \u2060 soft\u00adhyphen",
    "our own marks": "\ue000private\ue001 use\ue002 \ue0020",
    "edges": "  spaces around, and lines\n\n\nbetween  \n",
}
PLAN = ("change", "prediction", "question", "objective", "tasks", "collecting", "asked")
LATER = ("happened", "problems", "results", "learned", "next_step")
OURS = re.compile(r"<#C0PRAC\w+>|<!date\^[^<>]*>")  # the welcome links a channel, the team card tells a time
LONG = (" ".join(HOSTILE.values()) * 20)[:3000]


def test_what_is_typed_is_kept_shown_and_given_back_as_it_was(town: Town, ana: Persona, ben: Persona) -> None:
    boxes = (*PLAN, *LATER)
    words = dict(zip(boxes, itertools.cycle(HOSTILE.values()), strict=False))
    _tells_everything(ana, words)

    (cycle,) = cycles(town)
    assert {name: getattr(cycle, name) for name in boxes} == words
    for name in ("change", "prediction", "question", *LATER):
        assert words[name] in card(ben, 1)
    ben.presses("Read all")
    assert all(text in texts((ben.form or {})["blocks"]) for text in words.values())
    ben.closes()
    ben.presses("Edit")
    given_back = ben.filled_in()
    assert {name: given_back.get(name, cycle.prediction) for name in boxes} == words
    ben.submits()
    assert "edited" not in card(ana, 1).splitlines()
    _notifies_nobody(town)


def test_three_thousand_characters_in_every_box_fit_shortened_at_a_word(town: Town, ana: Persona, ben: Persona) -> None:
    _tells_everything(ana, dict.fromkeys((*PLAN, *LATER), LONG))

    (cycle,) = cycles(town)
    assert [getattr(cycle, name) for name in (*PLAN, *LATER)] == [LONG] * 12
    for post in _said(town):
        assert len(post["text"]) <= 4000
        assert blocks.length(post["blocks"]) <= 12_000
        assert blocks.faults({"text": post["text"], "blocks": post["blocks"]}, "message") == []
    shown = [text for text in _strings(cards(ben)[0]["blocks"]) if len(text) > 200]
    assert shown
    for text in shown:
        begun = text.rstrip("\n").removesuffix("…")
        assert text.rstrip("\n").endswith("…")
        assert LONG.startswith(begun)
        assert not LONG[len(begun)].isalnum()  # cut between words
    ben.presses("Read all")
    assert texts((ben.form or {})["blocks"]).count(LONG) >= 12
    ben.closes()
    ben.presses("Edit")
    assert ben.filled_in()["asked"] == LONG
    assert ben.submits(asked="Two parents")["ok"]
    _notifies_nobody(town)


@pytest.mark.parametrize("letter", ["م", "🌱"])
def test_every_box_full_of_one_letter_still_opens_and_posts(town: Town, ana: Persona, letter: str) -> None:
    _tells_everything(ana, dict.fromkeys((*PLAN, *LATER), letter * 3000))

    ana.presses("Edit")
    assert ana.filled_in()["next_step"] == letter * 3000
    ana.submits(tasks="Nadia")
    ana.presses("Read all")
    assert texts((ana.form or {})["blocks"]).count(letter * 3000) == 11
    assert len(cards(ana)) == 1


def test_hostile_words_in_a_message_a_search_and_a_command_do_nothing(town: Town, ana: Persona) -> None:
    for words in HOSTILE.values():
        ana.writes(words)
        ana.runs(f"/pdsa find {words}")
        assert ana.form
        ana.submits(words=words[:200])
        ana.closes()
    ana.runs("/pdsa <!channel>|{{ 7*7 }}")

    assert all("49" not in text for text in ana.whispers())
    _notifies_nobody(town)


def _tells_everything(person: Persona, words: dict[str, str]) -> None:
    """One cycle with words in every box there is."""
    person.runs("/pdsa", "team-alder")
    person.presses("More")
    answer = person.submits(due=TEST["due"], **{name: words[name] for name in PLAN})
    assert answer["ok"], answer
    runs_it(person, words["happened"], problems=words["problems"])
    learns(person, words["learned"], results=words["results"])
    person.presses("Abandon")
    assert person.submits(next_step=words["next_step"])["ok"]


def _notifies_nobody(town: Town) -> None:
    """No text that Slack parses holds anything but escaped words; in plain and rich text nothing is parsed."""
    for post in _said(town):
        for text in [post["text"], *_parsed(post["blocks"])]:
            assert "<" not in OURS.sub("", text)
        assert not re.search(r'"type": "(broadcast|user|usergroup|channel|link)"', json.dumps(post["blocks"]))


def _said(town: Town) -> list[Json]:
    """Every message and every edit of one since the town stands: its text and its blocks."""
    calls = [*town.slack.calls("chat.postMessage"), *town.slack.calls("chat.update"), *town.slack.calls("response_url")]
    said = [call["arguments"] for call in calls]
    return [{"text": one["text"], "blocks": _as_json(one.get("blocks") or [])} for one in said]


def _as_json(blocks: Any) -> Any:
    return json.loads(blocks) if isinstance(blocks, str) else blocks


def _parsed(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [str(node["text"])] if node.get("type") == "mrkdwn" else []
        return own + [text for value in node.values() for text in _parsed(value)]
    return [text for item in node for text in _parsed(item)] if isinstance(node, list) else []


def _strings(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _strings(value)]
    return [text for item in node for text in _strings(item)] if isinstance(node, list) else []
