"""An example and a fullest of questions to the teams and to faculty, of their answers, and of what Allteach asks."""

from collections.abc import Mapping
from typing import Any

from bot.domain import questions, seeds
from bot.domain.questions import FACULTY, PEERS, Question
from bot.domain.replies import Reply
from bot.gallery.scenes import NAME, NOW, Faces, Scene, Values

ANSWER = "Ask the front desk to book both visits at once."


def _faculty(scene: Scene) -> list[Values]:
    """One that waits, one that somebody took, one that nobody has, and one that is answered."""
    waits = _asked(scene, _row(scene))
    taken = _asked(scene, _row(scene, taken_at=NOW))
    nobody = {**_asked(scene, _row(scene, owner_id=None)), "owner": ""}
    told = {"answer": scene.says(ANSWER, questions.MOST), "giver": scene.says("Tobias Lindqvist", NAME)}
    answered = {**_asked(scene, _row(scene, state=questions.ANSWERED)), **told}
    return [waits, taken, nobody, answered]


def _peers(scene: Scene) -> list[Values]:
    """One for a team of choice, one without a name, one that faculty has by now, and one that is answered."""
    named = {**_to_peers(scene), "peer": scene.says("Prairie Bend", NAME)}
    passed = _to_peers(scene, passed_at=NOW, taken_at=NOW)
    told = {"answer": scene.says(ANSWER, questions.MOST), "giver": _giver(scene)}
    return [named, _to_peers(scene, named=False), passed, {**_to_peers(scene, state=questions.ANSWERED), **told}]


def _yours(scene: Scene) -> list[Values]:
    """From the start theirs, and passed on to them."""
    passed = f"{scene.says('Imani Osei', NAME)} had it and went away for some days"
    every = [*_faculty(scene), *_peers(scene)]
    return [{**one, "passed": told} for one in every for told in ("", passed)]


def _passed(scene: Scene) -> list[Values]:
    return _yours(scene)[:4]


def _every(scene: Scene) -> list[Values]:
    return [*_faculty(scene), *_peers(scene)]


def _open(scene: Scene) -> list[Values]:
    return [*_faculty(scene)[:2], *_peers(scene)[:3]]


def _answered(scene: Scene) -> list[Values]:
    return _faculty(scene)[3:]


def _seed(scene: Scene) -> list[Values]:
    asked = _row(scene, to=PEERS, team_id=None, person_id=None, owner_id=None)
    said = {**_asked(scene, asked), "asker": "Allteach", "whose": "Allteach", "owner": ""}
    adopted = f"{scene.says('Prairie Bend', NAME)} adopted “{scene.says('A same-day block', 200)}”. What did it take?"
    return [{**said, "text": seeds.QUESTIONS["between"][0]}, {**said, "text": adopted}]


def _ask(scene: Scene) -> list[Values]:
    in_the_way = scene.says("Our lead left Friday; please don't give up on us.", 500)
    words = {"question": scene.says("Who staffs it?", 500), "in_the_way": in_the_way, "from_check_in": True}
    peers = {"peers": [("0", "Whoever can help"), *scene.choices("Prairie Bend")[1:]], "peer": "0"}
    own = {"teams": [], "unnamed": {"unnamed": "Ask without our name"}}
    whole = {**words, **peers, **own, "kept": False, "meta": "{}"}
    anew = {**whole, "question": "", "in_the_way": "", "from_check_in": False}
    staff = {**anew, "unnamed": {}}
    return [anew, {**anew, "teams": scene.choices("Elm")}, {**whole, "question": ""}, {**whole, "kept": True}, staff]


def _answer(scene: Scene) -> list[Values]:
    asks = {**_words(scene), "whose": scene.says("Ana Reyes of Alder & Main", 160), "meta": "{}"}
    return [{**asks, "answer": "", "kept": False}, {**asks, "answer": scene.says(ANSWER, 1000), "kept": True}]


def _replies_answer(scene: Scene) -> list[Values]:
    asks = {**_words(scene), "asker": scene.says("Alder & Main", NAME), "meta": "{}"}
    empty = {"answer": "", "kept": False, "first": False, "ours": False, "of_team": True}
    kept = {"answer": scene.says(ANSWER, questions.MOST), "kept": True, "first": True, "ours": False, "of_team": True}
    staff = {**asks, **empty, "of_team": False}
    return [{**asks, **empty}, {**asks, **kept}, staff, {**staff, "asker": "Allteach", "ours": True}]


def _replies_helped(scene: Scene) -> list[Values]:
    asks = {**_words(scene), "meta": "{}"}
    return [{**asks, "answer": "", "user": ""}, {**asks, "answer": scene.says(ANSWER, 1000), "user": "U01ABC"}]


def _reply(scene: Scene) -> list[Values]:
    """One that waits to be seen, and one that helped, of a team that asked without its name."""
    shared = {**_words(scene), "giver": _giver(scene), "channel": scene.says("open-door-share", NAME)}
    asks = {"asked": _row(scene, to=PEERS), "asker": scene.says("Alder & Main", NAME), "waits": True}
    answered = {"asked": _row(scene, to=PEERS, named=False), "asker": "A team", "waits": False}
    return [{**shared, **asks, "reply": _given(scene)}, {**shared, **answered, "reply": _given(scene, helped_at=NOW)}]


def _given(scene: Scene, **more: Any) -> Reply:
    return Reply(id=1, question_id=1, team_id=4, person_id=2, text=scene.says(ANSWER, questions.MOST), at=NOW, **more)


def _giver(scene: Scene) -> str:
    return f"{scene.says('Cleo Hart', NAME)} of {scene.says('Prairie Bend', NAME)}"


def _words(scene: Scene) -> Values:
    return {"text": scene.says("How do others keep a test going when their lead leaves?", questions.MOST)}


def _row(scene: Scene, **more: Any) -> Question:
    fixed: Values = {"id": 1, "collaborative_id": 1, "team_id": 3, "person_id": 1, "to": FACULTY, "owner_id": 2}
    return Question(**{**fixed, **_words(scene), "asked_at": NOW, **more})


def _to_peers(scene: Scene, **more: Any) -> Values:
    row = _row(scene, to=PEERS, **more)
    told = {"asker": scene.says("Alder & Main Counseling", NAME), "standing": "The other teams were asked."}
    hidden = {} if row.named else {"asker": "A team", "whose": "A team"}
    return {**_asked(scene, row), **told, **hidden}


def _asked(scene: Scene, row: Question) -> Values:
    owner, team = scene.says("Tobias Lindqvist", NAME), scene.says("Alder & Main Counseling", NAME)
    return {
        "asked": row,
        "text": row.text,
        "asker": team,
        "whose": f"{scene.says('Ana Reyes', NAME)} of {team}",
        "owner": owner,
        "taken": row.taken_at is not None,
        "peer": "",
        "standing": f"Faculty was asked. {owner} has the question.",
        "answer": "",
        "giver": "",
    }


def _own(_scene: Scene) -> list[Values]:
    return [{"said": "This is your own team's question. Writing in its thread would show whose it is."}]


FACES: Mapping[str, Faces] = {
    "questions/faculty": _faculty,
    "questions/yours": _yours,
    "questions/passed": _passed,
    "questions/asked": _every,
    "questions/again": _open,
    "questions/answered": _answered,
    "questions/peers": _peers,
    "questions/seed": _seed,
    "questions/ask_faculty": _ask,
    "questions/ask_peers": _ask,
    "questions/answer": _answer,
    "replies/answer": _replies_answer,
    "replies/own": _own,
    "replies/helped": _replies_helped,
    "replies/post": _reply,
    "replies/told": _reply,
    "replies/thanks": _reply,
    "replies/kept": _reply,
}
