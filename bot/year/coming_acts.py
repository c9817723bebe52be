"""Who leaves, takes over, pauses or goes, and what coach and faculty do about it."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from sqlmodel import col, select

from bot.domain.alerts import Alert
from bot.domain.collaborative_file.shapes import MemberEntry
from bot.domain.measures import Measure, OptOut
from bot.year.hands import NotPlayed
from bot.year.stage import Act, Stage, name_of

LEAVING, TAKING_OVER = "16:00", "10:00"


def comings(stage: Stage) -> Iterator[Act]:
    """Who leaves, takes another role, or rests; and which team goes."""
    story = stage.story
    for one in story.leaves:
        yield Act(stage.at(one["on"], LEAVING), f"{one['who']} leaves", partial(_leave, stage, one["who"], one["on"]))
        yield Act(stage.at(one["on"], "17:30"), "the clock", stage.tick)  # faculty hear of it the same day
    for one in story.roles:
        yield Act(stage.at(one["on"], TAKING_OVER), f"{one['who']} takes over", partial(_role, stage, one))
    for one in story.pauses:
        at = stage.at(one["on"], "09:30", one["team"])
        yield Act(at, f"{one['team']} pauses", partial(_pause, stage, one["team"], one["until"], one["why"]))
    for one in story.away:
        for name in one["who"]:
            yield Act(stage.at(one["on"], "12:00"), f"{name} is away", partial(_away, stage, name, one["words"]))
    for one in story.summers:
        for day, does in ((one["on"], _counts_nothing), (one["back"], _counts_again)):
            yield Act(stage.at(day, "15:00"), f"{one['team']}'s summer", partial(does, stage, one))
    for one in story.endings:
        told = {name: str(words) for name, words in one.items() if name not in ("on", "team", "by", "how")}
        ends = partial(_end, stage, one["team"], one["by"], one["how"], told)
        yield Act(stage.at(one["on"], "16:00"), f"{one['team']} goes", ends)


def catch_up(stage: Stage) -> None:
    """The file is as it was loaded by now: of a play that goes on from a day that was kept."""
    for one in stage.story.leaves:
        if stage.at(one["on"], LEAVING) <= stage.now:
            stage.change(**_with(stage, one["who"], left=one["on"]))
    for one in stage.story.roles:
        if stage.at(one["on"], TAKING_OVER) <= stage.now:
            stage.change(**_with(stage, one["who"], roles=one["roles"]))


def _leave(stage: Stage, name: str, day: date) -> None:
    stage.switch_off(name)
    stage.load(**_with(stage, name, left=day))


def _role(stage: Stage, told: dict[str, Any]) -> None:
    stage.load(**_with(stage, told["who"], roles=told["roles"]))


def _with(stage: Stage, name: str, **changed: object) -> dict[str, Any]:
    """The team that somebody is in, and its members with what is new about them."""
    key, members = _team_of(stage, name)
    return {"key": key, "members": [one.model_copy(update=changed if name_of(one) == name else {}) for one in members]}


def _pause(stage: Stage, key: str, until: date, why: str) -> None:
    stage.hands.press(stage.who(stage.lead(key)), "pause.open", stage.team(key))
    stage.hands.send(until=until.isoformat(), reason=why)


def _away(stage: Stage, name: str, words: str) -> None:
    stage.hands.run(stage.who(name), "/timeoff", words)


def _counts_nothing(stage: Stage, told: dict[str, object]) -> None:
    """A coordinator notes of each measure that the team does without it."""
    for row in _measures(stage):
        stage.hands.press(stage.who(str(told["by"])), "measures.without", row)
        stage.hands.send(team=stage.team(str(told["team"])), since=told["since"])


def _counts_again(stage: Stage, told: dict[str, object]) -> None:
    with stage.record() as session:
        theirs = select(OptOut.id, OptOut.measure_id).where(OptOut.team_id == stage.team(str(told["team"])))
        without = session.exec(theirs).all()
    for row, measure in without:
        stage.hands.press(stage.who(str(told["by"])), "measures.without", measure)
        stage.hands.press_inside("measures.opt_in", row)


def _measures(stage: Stage) -> list[int]:
    with stage.record() as session:
        return [row or 0 for row in session.exec(select(Measure.id).order_by(col(Measure.position)))]


def _end(stage: Stage, key: str, by: str, how: str, told: dict[str, str]) -> None:
    stage.hands.press(stage.who(by), f"endings.{how}", stage.team(key))
    stage.hands.send(**told)


def _team_of(stage: Stage, name: str) -> tuple[str, list[MemberEntry]]:
    for key in stage.story.teams:
        members = stage.entry(key).members
        if any(name_of(one) == name for one in members):
            return key, members
    raise NotPlayed(f"{name} is in no team")


def answers_to_alerts(stage: Stage) -> Iterator[Act]:
    """What coach and faculty do about what they were told."""
    for one in stage.story.alerts:
        at = stage.at(one["on"], one.get("at", "11:00"))
        yield Act(
            at,
            f"{one['by']} about {one['team']}",
            partial(_handle, stage, **{k: v for k, v in one.items() if k not in ("on", "at")}),
        )


def _handle(stage: Stage, *, by: str, team: str, reason: str, does: str, **words: str) -> None:
    with stage.record() as session:
        open_one = select(Alert.id).where(
            Alert.team_id == stage.team(team), Alert.reason == reason, col(Alert.ended_at).is_(None)
        )  # fmt: skip
        alert = session.exec(open_one).first()
    if alert is None:
        raise NotPlayed(f"{team} has no alert {reason}")
    stage.hands.press(stage.who(by), f"alerts.{does}", alert)
    if words:
        stage.hands.send(**words)
