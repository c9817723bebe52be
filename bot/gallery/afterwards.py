"""An example and a fullest of what is shown before and after a call."""

from collections.abc import Mapping
from dataclasses import replace

from bot.cards import note_cards, readiness_cards
from bot.cards.readiness_lines import Line
from bot.domain import arrivals, commitments, minutes, notes, preparations
from bot.domain.events import Event
from bot.domain.minutes import Minutes
from bot.gallery import calls
from bot.gallery.calls import WHICH
from bot.gallery.scenes import DAY, LINE, NAME, NOW, Faces, Scene, Values

WHEN = "Thu 19 Feb 12:00 PM EST"
HERE = "Here: 7 of 12 teams, 15 people."


def _readiness_dates(scene: Scene) -> list[Values]:
    most = readiness_cards.MOST_PAST + readiness_cards.MOST_COMING
    title = scene.says("AP1 call: first predictions", NAME)
    line = {"which": WHICH, "title": title, "when": WHEN, "stands": HERE, "rolls": True, "begun": True, "over": False}
    lines = [
        line,
        *({**line, "stands": "", "rolls": False, "begun": False, "over": True} for _ in scene.rows(most)[1:]),
    ]
    return [{"collaborative": scene.collaborative(), "dates": found} for found in (lines, [])]


def _attendance_roll(scene: Scene) -> list[Values]:
    teams, people = scene.choices("Alder & Main · Ana Reyes said yes"), scene.choices("Ana Reyes · Alder & Main")
    shown = {
        "date": f"{scene.says('AP1 call', NAME)} of {WHEN}", "stands": HERE, "meta": "{}",
        "last": f"The roll was last changed by {scene.says('Pru Adebayo', NAME)}, {WHEN}.",
        "teams": [("1 to 2", teams)], "teams_here": [teams[0][0]],
        "people": [("A to B", people)] * min(scene.most_rows, 4), "people_here": [key for key, _ in people],
        "staff": [("A to B", people)], "staff_here": [people[0][0]], "page": 1, "pages": 2, "its_page": "",
    }  # fmt: skip
    nobody: Values = {
        "last": "",
        "staff": [],
        "teams_here": [],
        "people": [],
        "people_here": [],
        "stands": "Nobody is noted yet.",
    }
    return [shown, {**shown, **nobody}]


def _attendance_uncalled(scene: Scene) -> list[Values]:
    shown: Values = {
        "title": scene.says("AP1 call", NAME), "known_as": NOW, "closes": NOW, "zone": "America/New_York",
        "collaborative": scene.collaborative().name, "here": HERE, "called": False, "open": True, "which": WHICH,
    }  # fmt: skip
    return [shown, {**shown, "called": True, "open": False}, {**shown, "open": False}]


def _minutes(scene: Scene) -> Minutes:
    return Minutes(
        id=1, event_id=1, planned=NOW, person_id=1, version=1, at=NOW,
        said=scene.says("Two teams called back within a day; both saw more first visits.", minutes.MOST_SAID),
        decisions=scene.says("We compare no-shows in March.", minutes.MOST_DECIDED),
        recording="https://meet.example.org/recordings/1",
    )  # fmt: skip


def _promises(scene: Scene, most: int = commitments.MOST) -> list[Values]:
    words = scene.says("Nadia calls the next 10 callers within a day", commitments.MOST_WORDS)
    return [
        {"id": row, "team": scene.team().name, "words": words, "due": DAY, "cycle": 0 if row % 2 else row}
        for row in scene.rows(most)
    ]


def _told(scene: Scene) -> Values:
    return {
        "minutes": _minutes(scene), "title": scene.says("AP1 call: first predictions", NAME), "known_as": NOW,
        "zone": "America/New_York", "collaborative": scene.collaborative().name, "which": WHICH,
        "by": scene.says("Pru Adebayo", NAME), "promises": _promises(scene),
    }  # fmt: skip


def _minutes_recap(scene: Scene) -> list[Values]:
    full, brief = (
        {**_told(scene), "here": calls.here(scene)},
        Minutes(id=1, event_id=1, planned=NOW, person_id=1, at=NOW, said="All is well"),
    )
    return [full, {**full, "minutes": brief, "promises": []}]


def _minutes_promised(scene: Scene) -> list[Values]:
    return [{**_told(scene), "there": there} for there in (True, False)]


def _minutes_missed(scene: Scene) -> list[Values]:
    full = {**_told(scene), "team": scene.team(), "there": False, "next": calls.next_call(scene)}
    return [full, {**full, "there": True, "next": None, "promises": []}]


def _minutes_form(scene: Scene) -> list[Values]:
    rows = [*scene.rows(commitments.MOST)]
    written = _minutes(scene)
    form: Values = {"said": written.said, "decisions": written.decisions, "recording": written.recording}
    for row in rows:
        words = scene.says("Nadia calls the next 10 callers", commitments.MOST_WORDS)
        form |= {f"team_{row}": "1", f"words_{row}": words, f"due_{row}": DAY.isoformat()}
    shown: Values = {
        "date": f"{scene.says('AP1 call', NAME)} of {WHEN}", "meta": "{}", "meanwhile": "", "kept": True,
        "rolled": False, "form": form, "rows": rows, "more": True,
        "names": {"1": scene.says("Alder & Main Counseling", 75)},
    }  # fmt: skip
    meanwhile = f"{scene.says('Imani Osei', NAME)} posted minutes meanwhile.\n{written.said}"
    empty: Values = dict.fromkeys(form, "")
    return [shown, {**shown, "form": empty, "kept": False, "rolled": True, "more": False, "meanwhile": meanwhile}]


def _readiness_one(scene: Scene) -> list[Values]:
    names = ", ".join(scene.says("Cleo Hart", NAME) for _ in scene.rows(40))
    line = Line("unanswered", "Not answered yet", names, "Does somebody come to {what}?", [1])
    most = [replace(line, key=f"task{row}") for row in scene.rows(readiness_cards.MOST_LINES)]
    title = scene.says("LS2: mid-point and steal fair", NAME)
    shown: Values = {"which": WHICH, "title": title, "when": WHEN, "lines": [line, *most[1:]], "open": True}
    needed = [(row + 1, scene.says("Cleo Hart", NAME)) for row in scene.rows(25)]
    needs = Line("needs", "What people need there", scene.says("Cleo Hart: a ramp", LINE), "", [1], needed)
    shown["lines"] = [*shown["lines"][:-1], needs] if needed else shown["lines"]
    nobody = Line("coming", "Coming", "Nobody has said yes yet.")
    return [
        shown,
        {**shown, "lines": [nobody, replace(needs, written=[(1, scene.says("Cleo Hart", NAME))])], "open": False},
    ]


def _readiness_write(scene: Scene) -> list[Values]:
    names = scene.says("Cleo Hart and Ana Reyes.", LINE)
    words = scene.says("Does somebody of your team come to LS2?", notes.MOST)
    return [{"to": names, "title": "Not answered yet", "words": words, "most": notes.MOST, "meta": "{}"}]


def _note(scene: Scene) -> Values:
    return note_cards.shown(
        Event(id=1, collaborative_id=1, title=scene.says("LS2", NAME), kind="session", starts=NOW),
        scene.says("Pru Adebayo", NAME), scene.says("Does somebody of your team come?", notes.MOST), NOW,
        "America/Chicago",
    )  # fmt: skip


def _readiness_preview(scene: Scene) -> list[Values]:
    return [{**_note(scene), "people": "2 people", "to": scene.says("Cleo Hart and Ana Reyes.", LINE), "meta": "{}"}]


def _readiness_note(scene: Scene) -> list[Values]:
    full = {
        **_note(scene),
        "collaborative": scene.collaborative().name,
        "which": WHICH,
        "comes": True,
        "note": 1,
        "together": True,
    }
    return [full, {**full, "comes": False}]


def _arrivals_form(scene: Scene) -> list[Values]:
    shown: Values = {
        "title": scene.says("LS2", NAME), "place": "room", "places": arrivals.PLACES, "meta": "{}",
        "needs": scene.says("An interpreter for Spanish", arrivals.MOST_NEEDS), "most": arrivals.MOST_NEEDS,
    }  # fmt: skip
    return [shown, {**shown, "place": "", "needs": ""}]


def _preparations_form(scene: Scene) -> list[Values]:
    tasks = scene.says(preparations.USUAL, preparations.MOST * preparations.MOST_WORDS)
    return [
        {"date": f"{scene.says('LS2', NAME)} of {WHEN}", "new": new, "tasks": tasks, "meta": "{}"}
        for new in (True, False)
    ]


def _preparations_card(scene: Scene) -> list[Values]:
    words = scene.says("Bring a storyboard", preparations.MOST_WORDS)
    tasks = [{"id": row, "words": words, "done": row % 2 == 0} for row in scene.rows(preparations.MOST)]
    tasks = tasks or [{"id": 1, "words": words, "done": False}]  # without any there is no card
    shown = {"team": scene.team(), "title": scene.says("LS2", NAME), "known_as": NOW, "tasks": tasks}
    return [{**shown, "over": over} for over in (False, True)]


def _attendance_proposed(scene: Scene) -> list[Values]:
    names = [scene.says("Ana Reyes (Alder & Main)", NAME) for _ in scene.rows(200)]
    shown: Values = {
        "file": 1, "state": "proposed", "title": scene.says("AP1 call", NAME), "known_as": NOW,
        "zone": "America/New_York", "people": names, "strangers": names, "counted": "2 people",
    }  # fmt: skip
    states = ("counted", "left", "expired", "no_date")
    return [shown, {**shown, "people": [], "strangers": []}, *({**shown, "state": state} for state in states)]


def _attendance_other(scene: Scene) -> list[Values]:
    return [{"dates": scene.choices("AP1 call · Thu 19 Feb 12:00 PM EST"), "meta": "{}"}]


FACES: Mapping[str, Faces] = {
    "attendance/other": _attendance_other,
    "attendance/proposed": _attendance_proposed,
    "attendance/roll": _attendance_roll,
    "attendance/uncalled": _attendance_uncalled,
    "minutes/form": _minutes_form,
    "minutes/missed": _minutes_missed,
    "minutes/promised": _minutes_promised,
    "minutes/recap": _minutes_recap,
    "arrivals/form": _arrivals_form,
    "preparations/card": _preparations_card,
    "preparations/form": _preparations_form,
    "readiness/dates": _readiness_dates,
    "readiness/note": _readiness_note,
    "readiness/one": _readiness_one,
    "readiness/preview": _readiness_preview,
    "readiness/write": _readiness_write,
}
