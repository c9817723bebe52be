"""The days of the year: the script as a list of moments, each with what somebody does at it."""

from bot.year import coming_acts, common_acts, score_acts, team_acts
from bot.year.stage import Act, Stage

PARTS = (
    team_acts.habits, team_acts.baselines, team_acts.numbers_sent, team_acts.check_ins, team_acts.tests,
    common_acts.calls, common_acts.ideas, common_acts.thanks, common_acts.broadcasts,
    score_acts.scored, coming_acts.comings, coming_acts.answers_to_alerts,
)  # fmt: skip


def of_year(stage: Stage) -> list[Act]:
    """Everything the script has, in its order."""
    return sorted((act for part in PARTS for act in part(stage)), key=lambda act: act.at)
