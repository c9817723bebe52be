"""What teams do together: they meet, share ideas, thank each other, and read what coordinators write."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import select

from bot.domain import event_facts
from bot.domain.events import Event
from bot.year.stage import Act, Stage
from bot.year.story import A_DAY

TOGETHER = ("call", "session", "congress")


def calls(stage: Stage) -> Iterator[Act]:
    """Who comes says so some days before, is there, and is noted; the roll is called, and minutes are written."""
    together = [one for one in stage.file.events if one.kind in TOGETHER]
    for number, event in enumerate(together):
        begins = event.starts
        for key, team in stage.story.teams.items():
            if team.there[number] == "x":
                day = stage.workday(begins.date() - 9 * A_DAY)
                yield Act(stage.at(day, "12:10", key), f"{key} comes", partial(_comes, stage, key, begins))
                arrives = begins + timedelta(minutes=2)
                yield Act(arrives, f"{key} is there", partial(_arrive, stage, key, begins))
        yield Act(begins + timedelta(minutes=50), "the roll", partial(_call_the_roll, stage, begins))
        if told := stage.story.minutes.get(f"{begins:%Y-%m}") if event.kind == "call" else None:
            yield Act(begins + timedelta(hours=4), "minutes", partial(_write, stage, begins, told))


def _comes(stage: Stage, key: str, begins: datetime) -> None:
    stage.hands.press(stage.who(stage.lead(key)), "calls.coming", _date(stage, begins))


def _arrive(stage: Stage, key: str, begins: datetime) -> None:
    with_them = [one for one in stage.story.teams[key].people.also if one != stage.lead(key)]
    dice = stage.story.dice("there", key, begins.date())
    for name in [stage.lead(key), *(one for one in with_them if dice.random() < 0.5)]:
        stage.hands.press(stage.who(name), "attendance.here", _date(stage, begins))


def _call_the_roll(stage: Stage, begins: datetime) -> None:
    stage.hands.press(stage.who("pru"), "attendance.roll", _date(stage, begins))
    stage.hands.send()


def _write(stage: Stage, begins: datetime, told: dict[str, object]) -> None:
    stage.hands.press(stage.who("pru"), "minutes.open", _date(stage, begins))
    rows: dict[str, object] = {}
    will = told["will"]
    assert isinstance(will, dict)
    for row, (key, words) in enumerate(will.items(), 1):
        rows |= {f"team_{row}": stage.team(key), f"words_{row}": words}
    stage.hands.send(said=told["said"], **rows)


def _date(stage: Stage, begins: datetime) -> str:
    with stage.record() as session:
        event = session.exec(select(Event).where(Event.starts == begins)).one()
    return f"{event.id}:{event_facts.stamp(event.starts)}"


def ideas(stage: Stage) -> Iterator[Act]:
    """Ideas that teams share."""
    for one in stage.story.ideas:
        at = stage.at(one["on"], "13:15", one["team"])
        yield Act(at, f"{one['team']} shares", partial(_share, stage, **{k: v for k, v in one.items() if k != "on"}))


def _share(stage: Stage, *, team: str, by: str, package: str, **words: str) -> None:
    stage.hands.press(stage.who(by), "ideas.share", stage.team(team))
    stage.hands.send(package=f"idea:{stage.change_idea(package)}", **words)


def thanks(stage: Stage) -> Iterator[Act]:
    """Shout-outs."""
    for one in stage.story.shoutouts:
        yield Act(stage.at(one["on"], "14:05"), f"{one['by']} thanks", partial(_thank, stage, one))


def _thank(stage: Stage, told: dict[str, list[str]]) -> None:
    stage.hands.press(stage.who(str(told["by"])), "shoutouts.open", 1)
    chosen: dict[str, object] = {"words": told["for"]}
    if "teams" in told:
        chosen["teams"] = [stage.team(key) for key in told["teams"]]
    if "people" in told:
        chosen["people"] = [stage.person(name) for name in told["people"]]
    stage.hands.send(**chosen)


def broadcasts(stage: Stage) -> Iterator[Act]:
    """What the coordinator writes to all teams; it goes out once its minute is over."""
    for one in stage.story.broadcasts:
        at = stage.at(one["on"], "13:30")
        yield Act(at, "broadcast", partial(_broadcast, stage, one["words"]))
        yield Act(at + timedelta(minutes=2), "the clock", stage.tick)


def _broadcast(stage: Stage, words: str) -> None:
    stage.hands.press(stage.who("pru"), "broadcasts.new", 1)
    stage.hands.send(words=words)
    stage.hands.send()
