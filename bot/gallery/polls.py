"""An example and a fullest of a poll's card, of what came of it, and of its forms and windows."""

from collections.abc import Mapping
from datetime import timedelta

from bot.cards import poll_forms
from bot.domain import poll_facts, poll_slots, poll_tally, polls, rsvp_facts
from bot.domain.poll_facts import Count
from bot.domain.poll_tally import Standing
from bot.domain.polls import Poll
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values

HOUR = timedelta(hours=1)
UNTIL = NOW + timedelta(days=7)
WHEN = "Thu 19 Feb 12:00 PM EST"
CLASH = "At the same time takes place: AP1 call, Thu 19 Feb 12:00 PM EST."
STAGE = "Other times are asked for now: the newer card has them."
ZONE = "America/New_York"


def example(scene: Scene) -> Poll:
    """A poll of a week."""
    return Poll(
        id=1, collaborative_id=1, person_id=1, title=scene.says("AP2 call: texts that get answers", 150), kind="call",
        minutes=90, asks_all=True, closes=UNTIL, opened_at=NOW,
    )  # fmt: skip


def asked(scene: Scene) -> Values:
    """What a team is asked, as it stands on its card and at Home."""
    stands = f"{scene.says('Ana Reyes', NAME)} has answered."
    return {"id": 1, "title": polls.called(example(scene)), "closes": UNTIL, "stands": stands}


def _polls_card(scene: Scene) -> list[Values]:
    found = _count(scene)
    full = {
        "poll": example(scene), "title": polls.called(example(scene)), "kind": rsvp_facts.KINDS["call"],
        "lasts": "1 hour 30 minutes", "collaborative": scene.collaborative(), "open": True, "stage": "", "event": None,
        "slots": _slots(found), "answered": poll_facts.answered(found), "asks_all": True, "stands": "",
    }  # fmt: skip
    over = {"open": False, "stage": "Answers are in."}
    return [
        full,
        {**full, **over, "asks_all": False},
        {**full, **over, "stage": "The time is found.", "event": UNTIL, "stands": "Works for 7 teams."},
        {**full, **over, "stage": STAGE},
    ]


def _polls_result(scene: Scene) -> list[Values]:
    found, nobody = _count(scene), Count([Standing(1, UNTIL, (), (), ())], 0, 12, ())
    told = {
        "poll": example(scene), "title": polls.called(example(scene)), "zone": ZONE, "slots": _slots(found),
        "outcome": poll_facts.outcome(found, ZONE), "answered": poll_facts.answered(found), "best": 1, "again": True,
        "stage": "Answers are in.", "event": None, "when": WHEN, "clash": "",
    }  # fmt: skip
    none = {"outcome": poll_facts.NOBODY, "answered": poll_facts.answered(nobody), "slots": _slots(nobody), "best": 0}
    return [
        told,
        {**told, "clash": CLASH},
        {**told, **none},
        {**told, "best": 0, "again": False, "event": UNTIL},
        {**told, "best": 0, "again": False, "stage": STAGE},
    ]


def _polls_standing(scene: Scene) -> list[Values]:
    found = _count(scene)
    lines = [
        {
            "id": one.slot, "when": WHEN, "stands": poll_facts.named(one),
            "choose": False, "clash": "",
        }
        for one in found.standings
    ]  # fmt: skip
    full = {
        "poll": example(scene), "title": polls.called(example(scene)), "state": polls.OPEN, "stage": "", "event": "",
        "until": WHEN, "answered": poll_facts.answered(found), "silent": rsvp_facts.named([_team(scene)] * 20),
        "slots": lines,
    }  # fmt: skip
    may_choose = [{**one, "choose": True, "clash": CLASH if row else ""} for row, one in enumerate(lines)]
    return [
        full,
        {**full, "state": polls.CLOSED, "stage": "Answers are in.", "slots": may_choose},
        {**full, "state": polls.CLOSED, "stage": "The time is found.", "event": WHEN, "silent": ""},
        {
            **full,
            "state": polls.CANCELED,
            "stage": STAGE,
            "slots": [{**one, "stands": poll_facts.stands(found.standings[0])} for one in lines],
        },
    ]


def _polls_list(scene: Scene) -> list[Values]:
    line = {"title": polls.called(example(scene)), "stands": f"Answers are in. {poll_facts.answered(_count(scene))}"}
    rows = scene.rows(poll_forms.MOST_LINES)
    return [{"collaborative": scene.collaborative(), "lines": [{**line, "id": row} for row in rows]}]


def _polls_answer(scene: Scene) -> list[Values]:
    said = ["", *poll_facts.ANSWERS] * 3
    rows = scene.rows(poll_slots.MOST)
    return [{
        "title": polls.called(example(scene)), "lasts": "1 hour 30 minutes", "zone": "America/Chicago", "until": WHEN,
        "slots": [{"id": row, "when": WHEN, "said": said[row]} for row in rows], "answers": poll_facts.ANSWERS,
        "meta": "{}",
    }]  # fmt: skip


def _polls_form(scene: Scene) -> list[Values]:
    form = {"title": "", "kind": "call", "minutes": "60", "teams": ()}
    teams = [("A … C", scene.choices("Alder & Main Counseling"))]
    shown = {
        "collaborative": scene.collaborative(), "rows": [*range(1, poll_forms.AT_FIRST + 1)], "more": True,
        "kinds": [*rsvp_facts.KINDS.items()], "teams": teams, "at_once": 100, "until": "2026-02-10", "form": form,
        "meta": "{}", "understood": None,
    }  # fmt: skip
    again = {**form, "title": polls.called(example(scene)), "teams": (teams[0][1][0][0],)}
    every = {"rows": [*range(1, poll_slots.MOST + 1)], "more": False, "form": again, "teams": [*teams, *teams]}
    understood = {
        "what": polls.called(example(scene)), "times": [WHEN for _ in scene.rows(poll_slots.MOST)],
        "whom": _team(scene), "until": WHEN, "remarks": [f"{WHEN}: {CLASH}" for _ in scene.rows(poll_slots.MOST)],
    }  # fmt: skip
    return [shown, {**shown, **every, "understood": understood}, {**shown, "teams": []}]


def _slots(found: Count) -> list[Values]:
    shown = poll_tally.ranked(found.standings)
    return [{"starts": one.starts, "stands": poll_facts.stands(one)} for one in shown]


def _count(scene: Scene) -> Count:
    team = _team(scene)
    rows = scene.rows(poll_slots.MOST)
    found = [Standing(row, UNTIL + row * HOUR, (team,) * row, (team,), (team,) * (row - 1)) for row in rows]
    return Count(found or [Standing(1, UNTIL, (), (), ())], len(rows), 12, (team,))


def _team(scene: Scene) -> str:
    return scene.team().name


FACES: Mapping[str, Faces] = {
    "polls/answer": _polls_answer,
    "polls/card": _polls_card,
    "polls/form": _polls_form,
    "polls/list": _polls_list,
    "polls/result": _polls_result,
    "polls/standing": _polls_standing,
}
