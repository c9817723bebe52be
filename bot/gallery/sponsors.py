"""An example and a fullest of a team's monthly report and of its senior-leader page."""

from collections.abc import Mapping
from datetime import date

from bot.cards import sponsor_cards, sponsor_words, team_charts, team_report_cards
from bot.domain import sponsors
from bot.domain.sponsors import OnePager
from bot.gallery.charts import charted
from bot.gallery.scenes import LINE, NAME, NOW, Faces, Scene, Values

MONTH = "January 2026"


def _page(scene: Scene) -> OnePager:
    barrier = scene.says("No interpreter on Fridays", sponsors.MOST)
    return OnePager(id=1, team_id=3, period=date(2026, 1, 1), barrier=barrier, person_id=1, at=NOW)


def _asked(scene: Scene) -> Values:
    said = f"{scene.says('Gil', NAME)}: I'll remove it. “{scene.says('By March', sponsors.MOST)}”"
    return {"id": 1, "month": MONTH, "barrier": _page(scene).barrier, "answer": said, "sent": True}


def _told(scene: Scene) -> Values:
    others = "All teams together: 55%, 9 of 12 teams."
    numbers = scene.rows(team_report_cards.MOST_LINES)
    said = scene.says("OFFER3 Offered within 3 days: signal of improvement, 60% in Jan 2026.", LINE)
    test = {"number": scene.number, "stage": "adapted", "change": scene.says("Nadia calls the next 10 callers")}
    learned = {**test, "learned": scene.says("A call the same day is worth it")}
    return {
        "team": scene.team(), "collaborative": scene.collaborative().name, "phase": "action period 1", "month": MONTH,
        "aim": scene.says("By December, 60 % of callers come to a fourth visit."), "rules": "Anhøj rules",
        "lines": [{"said": said, "others": others} for _ in numbers], "more_lines": 16 if scene.filling else 0,
        "learned": [learned for _ in scene.rows(team_report_cards.MOST_LEARNED)],
        "running": [{**test, "stage": "ran", "learned": ""} for _ in scene.rows(1)],
        "planned": [{**test, "stage": "planned", "learned": ""} for _ in scene.rows(1)],
        "idle": "", "earlier": {}, "not_in": "The numbers of December 2025 and January 2026 aren't all in yet.",
        "more_tests": 2 if scene.filling else 0, "last": {**_asked(scene), "month": "December 2025"},
    }  # fmt: skip


NOTHING: Values = {
    "aim": "", "rules": "", "lines": [], "more_lines": 0, "learned": [], "running": [], "more_tests": 0, "last": {},
    "pictures": [], "short": [], "planned": [], "idle": team_report_cards.NOTHING_MOVED, "earlier": {}, "not_in": "",
}  # fmt: skip


def _month(scene: Scene) -> list[Values]:
    pictures = team_charts.in_channel(scene.team(), charted(scene))
    full = {**_told(scene), "pictures": pictures, "page": _asked(scene)}
    waits = {**full, "last": {**_asked(scene), "answer": ""}, "page": {**_asked(scene), "answer": ""}}
    before = [{**one, "stage": "adapted, learned from on Wed 15 Apr 2026"} for one in full["learned"][:1]]
    idle = {**full, **NOTHING, "page": {}, "earlier": before[0] if before else {}, "planned": full["planned"]}
    return [full, waits, {**full, "page": {}}, {**full, **NOTHING, "page": {}}, idle]


def shown(scene: Scene) -> Values:
    """A page, whoever reads it."""
    pictures = team_charts.pages(scene.team(), [chart for _, chart in charted(scene)])
    page = _page(scene)
    return {
        **_told(scene), "short": [scene.says("First visit within 3 days: 60% in Jan 2026", LINE)] * 3,
        "onepager": page, "barrier": page.barrier, "answer": _asked(scene)["answer"],
        "pictures": pictures,
    }  # fmt: skip


def _own(scene: Scene) -> list[Values]:
    name = scene.says("Gil Santos", NAME)
    leaders = [{"id": row, "name": name, "has_it": row == 2} for row in scene.rows(sponsor_cards.MOST_LEADERS)]
    full = {**shown(scene), "leaders": leaders, "sent": "Sent to Gil Santos on Fri 6 Mar 2026."}
    bare = {**full, **NOTHING, "leaders": [], "barrier": "", "answer": "", "sent": "Nobody but you has it so far."}
    return [full, {**full, "answer": ""}, bare]


def _ask(scene: Scene) -> list[Values]:
    named = {"name": scene.says("Gil", NAME), "by": scene.says("Ana Reyes", NAME)}
    full = {**shown(scene), **named, "said": ""}
    return [full, {**full, "said": "I'll remove it"}, {**full, **NOTHING, "barrier": "", "answer": ""}]


def _answered(scene: Scene) -> list[Values]:
    page = _page(scene)
    told = {
        "onepager": page, "team": scene.team(), "month": MONTH, "barrier": page.barrier,
        "answer": _asked(scene)["answer"], "noted": "", "then": sponsor_cards.THEN["talk"],
    }  # fmt: skip
    return [told, {**told, "noted": scene.says("Ana Reyes", NAME)}]


def _text(scene: Scene) -> list[Values]:
    words = sponsor_words.plain(shown(scene))
    bare = sponsor_words.plain({**shown(scene), **NOTHING, "barrier": ""})
    here = {"onepager": _page(scene), "team": scene.team()}
    tells = f"Once they answer, Note {sponsor_cards.TELLS}"
    return [{**here, "words": words, "then": tells}, {**here, "words": bare, "then": ""}]


def _form(scene: Scene) -> list[Values]:
    asks = {"team": scene.team(), "month": MONTH, "offered": scene.choices("No interpreter"), "answered": ""}
    new = {**asks, "barrier": "", "meanwhile": "", "meta": "{}"}
    theirs = scene.says("Ana Reyes made this page meanwhile.", 500)
    stands = {**new, "offered": [], "barrier": _page(scene).barrier}
    return [new, {**stands, "meanwhile": theirs}, {**stands, "answered": _asked(scene)["answer"]}]


def _record(scene: Scene) -> list[Values]:
    asks = {"month": MONTH, "barrier": _page(scene).barrier, "answers": sponsors.ANSWERS, "meta": "{}"}
    new = {**asks, "stands": "", "answer": "", "words": ""}
    words = scene.says("By March", sponsors.MOST)
    return [new, {**asks, "stands": _asked(scene)["answer"], "answer": "talk", "words": words}]


FACES: Mapping[str, Faces] = {
    "team_reports/month": _month,
    "sponsors/own": _own,
    "sponsors/ask": _ask,
    "sponsors/answered": _answered,
    "sponsors/text": _text,
    "sponsors/form": _form,
    "sponsors/record": _record,
}
