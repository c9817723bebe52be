"""An example and a fullest of how a team is still with us."""

from collections.abc import Mapping

from bot.cards import engagement_cards
from bot.cards.engagement_cards import NOUNS
from bot.domain import engagement, engagement_terms, score_scale
from bot.domain.engagement import Facts
from bot.gallery.scenes import NAME, Faces, Scene, Values

REASONS = "missed 2 of 2 calls; one of five people active; data within a week of the last four due dates"
WORDS = (
    "25 of the last 26 check-ins: made 25 of 26, then missed the last two; of teams with this habit that miss two, "
    "about a third come back within eight weeks. 2 not counted. If 8 more check-ins came, the chance that we hear from "
    "them in one of these is 42 %, as teams elsewhere have been."
)
TERMS = engagement_terms.printed(engagement.Rules())
AT_RISK = Facts(
    1, months_out=12, no_move=60, left=("team_lead", "senior_leader"), heavy=4, score_fell=True, unscored=90
)
SCORED = f"3.5 by the team, 2.0 by faculty, in action period 1. {score_scale.question(3.5, 2.0)}"
QUIET = "Last contribution on Tue 3 Feb 2026. 12 days since then, 16 days off not counted."


def _page(scene: Scene) -> list[Values]:
    kinds = [{"kind": kind, "name": name, "level": "call now", "words": WORDS} for kind, (name, _) in NOUNS.items()]
    full = {
        "team": scene.team(), "level": "call", "reasons": REASONS, "standing": "passive", "kinds": kinds,
        "quiet": QUIET, "scored": SCORED, "caveat": engagement.CAVEAT,
        "because": "no contribution in 58 days and the monthly numbers",
        "signs": "; ".join(engagement_terms.signs(AT_RISK, engagement.Rules())),
    }  # fmt: skip
    return [
        full,
        {
            **full,
            "signs": "",
            "level": "in touch",
            "because": "",
            "kinds": [{**one, "words": "None so far."} for one in kinds],
        },
    ]


def _words(scene: Scene) -> list[Values]:
    return [{"terms": TERMS, "figures": engagement_terms.figures(engagement.Rules())}]


def _terms(scene: Scene) -> list[Values]:
    means = engagement_terms.meanings(engagement.Rules())
    names = ", ".join(scene.says("Alder & Main", NAME) for _ in scene.rows(160))
    rates = [(term, "9 of 12 teams (75 %)", names, means[term]) for term in engagement_terms.TERMS]
    nobody = [(term, "0 of 0 teams", "", meaning) for term, _, _, meaning in rates]
    here = {"collaborative": scene.collaborative(), "others": [(term, means[term]) for term in engagement_terms.OTHERS]}
    return [{**here, "rates": rates}, {**here, "rates": nobody}]


def _ours(scene: Scene) -> list[Values]:
    kinds = [{"kind": kind, "name": name, "words": "25 of the last 26."} for kind, (name, _) in NOUNS.items()]
    return [{"team": scene.team(), "reasons": REASONS, "kinds": kinds, "quiet": QUIET, "scored": "not in yet by you."}]


def _acts(scene: Scene) -> list[Values]:
    line = f"Thu 19 Feb 2026 · {scene.says('AP1 call', NAME)}: not there"
    here = {"team": scene.team(), "title": "Calls and sessions"}
    lines = [line for _ in scene.rows(engagement_cards.MOST)]
    return [{**here, "lines": lines, "more": "And 12 before that."}, {**here, "lines": [], "more": ""}]


def _rules(scene: Scene) -> list[Values]:
    figures = [(name, one.description, one.default) for name, one in engagement.Rules.model_fields.items()]
    return [{"collaborative": scene.collaborative(), "rules": figures, "meta": "{}"}]


FACES: Mapping[str, Faces] = {
    "engagement/page": _page,
    "engagement/ours": _ours,
    "engagement/words": _words,
    "engagement/acts": _acts,
    "engagement/terms": _terms,
    "engagement/rules": _rules,
}
