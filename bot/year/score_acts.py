"""How far teams have come: each says it of itself in each action period, and its coach of all of theirs."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from sqlmodel import select

from bot import times
from bot.domain import scores
from bot.domain.collaboratives import Collaborative
from bot.year.stage import Act, Stage
from bot.year.story import A_DAY


def scored(stage: Stage) -> Iterator[Act]:
    """Teams on the day that the script has, coaches two days later; who says nothing has no score there."""
    for number, day in enumerate(stage.story.scores):
        coached: dict[str, dict[str, float]] = {}
        for key, team in stage.story.teams.items():
            own, given = team.scored[number] if number < len(team.scored) else (None, None)
            if own:
                yield Act(stage.at(day, "13:10", key), f"{key}: score", partial(_rate, stage, key, own, day))
            if given:
                coach = str(stage.entry(key).coach).partition("@")[0]
                coached.setdefault(coach, {})[key] = given
        for coach, theirs in coached.items():
            at = stage.at(day + 2 * A_DAY, "13:30")
            yield Act(at, f"{coach} scores teams", partial(_give, stage, coach, theirs))


def _rate(stage: Stage, key: str, own: float, day: date) -> None:
    row = stage.team(key)
    with stage.record() as session:
        here = session.exec(select(Collaborative)).one()
        turn = scores.to_give(session, here, [row], times.local_day(stage.now, here.timezone))[row]
    stage.hands.press(stage.who(stage.lead(key)), "scores.rate", turn.id)
    words = stage.story.shown.get(f"{day:%Y-%m}", {}).get(key)
    stage.hands.send(score=f"{own:.1f}", **({"evidence": words} if words else {}))


def _give(stage: Stage, coach: str, theirs: dict[str, float]) -> None:
    with stage.record() as session:
        here = session.exec(select(Collaborative.id)).one()
    stage.hands.press(stage.who(coach), "scores.all", here)
    stage.hands.send(**{f"score.{stage.team(key)}": f"{given:.1f}" for key, given in theirs.items()})
