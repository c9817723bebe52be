"""An example and a fullest of how a team's time ends, and of who is still with us."""

from collections.abc import Mapping

from bot.cards import retention_cards
from bot.domain import ending_rules, endings, engagement, exit_talks, gap_facts, retention
from bot.domain.ending_rules import Closing
from bot.domain.endings import COMPLETED, LAPSED, WITHDRAWN, Ending
from bot.domain.retention import Curve, Life
from bot.gallery.scenes import DAY, NAME, NOW, Faces, Scene, Values
from bot.sending.pictures import Wanted

RULES = engagement.Rules()
CHECKS = [
    "Holds: one of the last two data months in; one asked for",
    "Still open: 2 full PDSA cycles; three asked for",
]
BEFORE = "It left the collaborative on Mon 2 Feb 2026 before. Back since Tue 3 Feb 2026."
COUNTS = [
    "Teams enrolled: 12. With us: 9, 1 of them in a pause.",
    "Withdrew: 2. Lapsed: 1. Completed: 0.",
    "Retention: 9 of 12 teams neither withdrew nor lapsed (75%).",
    "People: 48 of 63 who were ever in a team are in one that is with us.",
]


def _ending(scene: Scene, how: str = WITHDRAWN) -> Ending:
    words = scene.says("The grant ends in June", endings.MOST)
    return Ending(id=1, team_id=3, how=how, day=DAY, reason="money", words=words, by_id=1, at=NOW)


def _card(scene: Scene) -> list[Values]:
    ending, name = _ending(scene), scene.says("Pru Adebayo", NAME)
    full: Values = {
        "ending": ending, "team": scene.team(), "ended": "left the collaborative", "why": endings.in_words(ending),
        "by": name, "into": scene.says("Prairie Bend", NAME), "back": "",
        "talk": f"Talked on Tue 10 Feb 2026; {scene.says('Tobias Lindqvist', NAME)} noted it",
    }  # fmt: skip
    done = _ending(Scene(), COMPLETED)
    done.words = ""
    return [
        full,
        {**full, "talk": "", "into": "", "back": f"Back since Tue 10 Feb 2026, taken in by {name}."},
        {**full, "ending": done, "ended": "completed the collaborative", "why": "", "talk": "", "into": ""},
    ]


def _thanks(scene: Scene) -> list[Values]:
    done = "tests: 7, months of numbers: 5, ideas shared: 2"
    here = {"team": scene.team(), "completed": False}
    return [
        {**here, "ending": _ending(scene), "done": done},
        {**here, "ending": _ending(scene, LAPSED), "done": ""},
        {**here, "ending": _ending(scene, COMPLETED), "done": done, "completed": True},
    ]


def _back(scene: Scene) -> list[Values]:
    return [{"team": scene.team()}]


def _window(scene: Scene) -> list[Values]:
    team, talk = scene.team(), [("Talked on Tue 10 Feb 2026 with Ana Reyes", "noted by Tobias Lindqvist")]
    talk += [(question, scene.says("Fewer forms", exit_talks.MOST)) for question in exit_talks.QUESTIONS.values()]
    rules = [("Completed, by the rule", "\n".join(CHECKS)), ("Lapsed, by the rule", "\n".join(CHECKS))]
    gone: Values = {
        "team": team, "gone": True, "ending": _ending(scene), "rules": [], "talk": talk, "talk_row": 1,
        "stands": f"{team.name} left the collaborative on Tue 10 Feb 2026. Why: {scene.says('the grant ends', 1500)}.",
        "before": [BEFORE for _ in scene.rows(5)],
        "leaves": True, "ends": True, "talks": True,
    }  # fmt: skip
    here = {**gone, "gone": False, "ending": None, "rules": rules, "talk": [], "talk_row": 0, "before": []}
    return [here | {"stands": "The team is at work."}, gone, {**here, "leaves": False, "ends": False}]


def _form(scene: Scene) -> list[Values]:
    teams = [(str(row), scene.says("Prairie Bend", 75)) for row in scene.rows(99)]
    full: Values = {
        "team": scene.team(), "how": WITHDRAWN, "today": DAY.isoformat(), "rule": "", "reasons": endings.REASONS,
        "teams": teams, "most": endings.MOST, "meta": "{}", "ours": False,
    }  # fmt: skip
    return [
        full,
        {**full, "teams": [], "ours": True},
        *({**full, "how": how, "rule": "\n".join(CHECKS)} for how in (LAPSED, COMPLETED)),
    ]


def _talk(scene: Scene) -> list[Values]:
    empty: Values = dict.fromkeys(("with_whom", *exit_talks.QUESTIONS, "door"), "")
    told = {name: scene.says("Fewer forms", exit_talks.MOST) for name in exit_talks.QUESTIONS}
    form = {**empty, **told, "with_whom": scene.says("Ana Reyes", 150), "held_on": DAY.isoformat(), "door": "open"}
    here: Values = {
        "team": scene.team(), "meta": "{}", "questions": exit_talks.QUESTIONS, "doors": exit_talks.DOORS,
        "most": exit_talks.MOST, "kept": False, "meanwhile": "",
    }  # fmt: skip
    meanwhile = f"{scene.says('Imani Osei', NAME)} wrote this down while you were writing. {scene.says('Hm', 4000)}"
    return [
        {**here, "form": {**empty, "held_on": DAY.isoformat()}},
        {**here, "form": form, "kept": True, "meanwhile": meanwhile},
    ]


def _page(scene: Scene) -> list[Values]:
    gone = [
        {"team": scene.team(row), "words": "withdrawn since Tue 10 Feb 2026"}
        for row in scene.rows(retention_cards.MOST_TEAMS // 2)
    ]
    full: Values = {
        "collaborative": scene.collaborative(), "lines": COUNTS, "curve": True, "too_few": "", "gone": gone,
        "said": "It comes.",
        "types": [f"{scene.says('Hospital', NAME)}: 4 of 5" for _ in scene.rows(retention_cards.MOST_GROUPS)],
        "reasons": ["The funding ended: 2", "not told: 1"], "rule": ending_rules.printed(RULES),
        "others": [(row, scene.says("Open Door", NAME)) for row in scene.rows(retention_cards.MOST_PLACES)],
    }  # fmt: skip
    few = {
        "curve": False,
        "too_few": retention_cards.TOO_FEW,
        "gone": [],
        "types": [],
        "reasons": [],
        "others": [],
        "said": "",
    }
    return [full, {**full, **few}, {**full, **few, "lines": [retention_cards.NOT_LAUNCHED], "too_few": ""}]


def _completion(scene: Scene) -> list[Values]:
    facts = ending_rules.open_ones(ending_rules.completed(Closing(), RULES))
    lines = [
        f"{scene.says('Prairie Bend', NAME)}\nStill open: {facts}." for _ in scene.rows(retention_cards.MOST_TEAMS)
    ]
    here: Values = {"collaborative": scene.collaborative(), "rule": ending_rules.printed(RULES)[2]}
    held = [scene.says("Alder & Main", NAME) for _ in scene.rows(retention_cards.MOST_TEAMS)]
    return [{**here, "held": held, "open": lines, "more": 4}, {**here, "held": [], "open": [], "more": 0}]


def _gap(scene: Scene) -> list[Values]:
    told = "active 3 of 4 · numbers within a week 8 of 12 · at calls 9 of 12 · tests moving 3 of 4"
    here: Values = {"collaborative": scene.collaborative(), "by": "type", "choices": gap_facts.BY}
    rows = [(f"{scene.says('Hospital', NAME)}, 4 teams", told) for _ in scene.rows(retention_cards.MOST_GROUPS)]
    rule = f"{retention_cards.GAP_RULE} {gap_facts.printed(RULES)}"
    widest = "The widest gap, active: Hospital 1 of 4, school 4 of 4."
    return [
        {**here, "groups": rows, "widest": widest, "rule": rule},
        {**here, "groups": [], "widest": "", "rule": rule},
    ]


def curve(scene: Scene) -> Curve:
    """A year of fourteen teams."""
    lives = [Life(60 + 20 * row, row % 4 == 0) for row in range(14)]
    lines = tuple(retention.line(scene.says(name, NAME), lives) for name in ("All teams", "Hospital"))
    whose = scene.says("Open Door", NAME)
    return Curve(whose, "Tue 10 Feb 2026", lines, retention_cards.KM, retention.at_risk(lives))


def _curve(scene: Scene) -> list[Values]:
    drawn = curve(scene)
    return [{
        "collaborative": scene.collaborative(), "day": drawn.day, "lines": retention.findings(drawn),
        "risk": ", ".join(f"month {month}: {count}" for month, count in drawn.at_risk),
        "rule": " ".join([retention_cards.KM, *ending_rules.printed(RULES)]),
        "picture": Wanted("retention:1", drawn, retention.alt(drawn)),
    }]  # fmt: skip


FACES: Mapping[str, Faces] = {
    "endings/card": _card,
    "endings/thanks": _thanks,
    "endings/back": _back,
    "endings/window": _window,
    "endings/form": _form,
    "exit_talks/form": _talk,
    "retention/page": _page,
    "retention/completion": _completion,
    "retention/gap": _gap,
    "retention/curve": _curve,
}
