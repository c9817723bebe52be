"""What teams do by themselves: they send numbers, say how it goes, and test."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from sqlmodel import col, select

from bot.domain import measures, points
from bot.domain.checkins import CheckIn
from bot.domain.entries import NO_CASES, VALUE, Entry, State
from bot.domain.teams import Team as TeamRow
from bot.year import numbers
from bot.year.stage import Act, Stage, name_of
from bot.year.story import A_DAY, JANUARY, Cycle, Ramp, months

LETTERS = {"g": "growing", "s": "steady", "h": "heavy"}
BASELINE = date(2025, 7, 1)
TICKS = ("owner", "training", "procedure")


def habits(stage: Stage) -> Iterator[Act]:
    """Who answers for a team is reminded of calls on the day before; the others hear of them from those."""
    for key, team in stage.story.teams.items():
        at = stage.at(stage.story.launched + A_DAY, "09:45", key)
        for name in (name_of(one) for one in stage.entry(key).members):
            reminders = ["day"] if name in (team.people.lead, team.people.numbers) else []
            yield Act(at, f"{name}'s hours", partial(_choose, stage, name, reminders))


def _choose(stage: Stage, name: str, reminders: list[str]) -> None:
    stage.hands.press(stage.who(name), "hours.open", "-")
    stage.hands.send(reminders=reminders)


def baselines(stage: Stage) -> Iterator[Act]:
    """The six months before, as each team has them from its own books."""
    for key in stage.story.teams:
        day = stage.story.teams[key].baseline or stage.story.launched + 2 * A_DAY
        at = stage.at(day, "10:30", key)
        yield Act(at, f"{key}: baseline", partial(_file_baseline, stage, key))


def _file_baseline(stage: Stage, key: str) -> None:
    with stage.kit.store.transaction() as session:
        team = session.get_one(TeamRow, stage.team(key))
        entries = []
        for month in months(BASELINE, 6):
            for measure in measures.of_team(session, team, month):
                counted = numbers.drawn(stage.story, key, measure, month)
                state: State = NO_CASES if counted == numbers.Counted() else VALUE
                entries.append(Entry(measure.id or 0, month, state, *counted))
        by = stage.person(stage.story.teams[key].people.numbers)
        points.file(session, team=team, person=by, entries=entries, now=stage.now)


def numbers_sent(stage: Stage) -> Iterator[Act]:
    """Each month's numbers, on their day, a little later, or when they were found."""
    for key, team in stage.story.teams.items():
        for month, letter in zip(months(), team.sent, strict=True):
            day = _sent_on(stage, key, month, letter)
            if day:
                yield Act(stage.at(day, "11:20", key), f"{key}: {month:%b}", partial(_send, stage, key, month))


def _sent_on(stage: Stage, key: str, month: date, letter: str) -> date | None:
    due = stage.workday(measures.moved(month, 1).replace(day=15))
    dice = stage.story.dice("sent", key, month)
    if letter == "o":
        return stage.workday(due - dice.randint(0, 4) * A_DAY, back=True)
    if letter == "l":
        return stage.workday(due + dice.randint(2, 5) * A_DAY)
    return stage.story.teams[key].later[f"{month:%Y-%m}"] if letter == "x" else None


def _send(stage: Stage, key: str, month: date) -> None:
    people, team_id = stage.story.teams[key].people, stage.team(key)
    stage.hands.run(stage.who(people.numbers), "/data", f"{month:%B %Y}", stage.channel(key))
    filled: dict[str, object] = {}
    with stage.record() as session:
        every = measures.all_of(session, session.get_one(TeamRow, team_id).collaborative_id)
    for measure in every:
        if f"m{measure.id}.state" not in stage.hands.boxes():
            continue
        counted = numbers.drawn(stage.story, key, measure, measures.moved(month, -measure.lag_months))
        told = {name: f"{number:g}" for name, number in counted._asdict().items() if number is not None}
        filled |= {f"m{measure.id}.{name}": number for name, number in told.items()}
        if not told:
            filled[f"m{measure.id}.state"] = "no_cases"
    stage.hands.send(**filled)


def check_ins(stage: Stage) -> Iterator[Act]:
    """On the morning after each is asked."""
    for key, team in stage.story.teams.items():
        for month, letter in zip(months(measures.moved(JANUARY, 1), 11), team.checked, strict=True):
            if letter != ".":
                monday = month + (-month.weekday() % 7) * A_DAY
                day = stage.workday(monday + A_DAY)
                yield Act(
                    stage.at(day, "10:40", key), f"{key}: check-in", partial(_check_in, stage, key, month, letter)
                )


def _check_in(stage: Stage, key: str, month: date, letter: str) -> None:
    with stage.record() as session:
        theirs = select(CheckIn.id).where(CheckIn.team_id == stage.team(key), CheckIn.day <= stage.now.date())
        newest = session.exec(theirs.order_by(col(CheckIn.day).desc())).first()
    words = stage.story.checkins.get(f"{month:%Y-%m}", {}).get(key, "")
    stage.hands.press(stage.who(stage.lead(key)), "checkins.answer", newest)
    told = {"in_the_way" if letter == "h" else "tested": words} if words else {}
    stage.hands.send(mood=LETTERS[letter], **told)
    if letter == "h":
        stage.hands.close()


def tests(stage: Stage) -> Iterator[Act]:
    """From the plan of each to what comes of it; the next of a ramp is logged when it is."""
    for ramp in stage.story.ramps:
        for number, cycle in enumerate(ramp.cycles):
            after = ramp.cycles[number - 1] if number else None
            yield _act(stage, ramp, cycle.logged, "10:20", partial(_log, stage, ramp, cycle, after))
            yield _act(stage, ramp, cycle.ran, "15:30", partial(_ran, stage, ramp, cycle))
            studied = stage.workday(cycle.ran + A_DAY)
            yield _act(stage, ramp, studied, "09:50", partial(_learned, stage, ramp, cycle))


def _act(stage: Stage, ramp: Ramp, day: date, clock: str, do: Callable[[], None]) -> Act:
    return Act(stage.at(day, clock, ramp.team), f"{ramp.team}: test of {ramp.idea}", do)


def _log(stage: Stage, ramp: Ramp, cycle: Cycle, after: Cycle | None) -> None:
    who = stage.who(ramp.by)
    if after:
        stage.hands.press(who, "pdsa.adapt", stage.cycle(ramp.team, after.trying))
    elif ramp.steals:
        stage.hands.press(who, "ideas.steal", stage.idea(ramp.steals))
    else:
        stage.hands.press(who, "changes.test", stage.change_idea(ramp.idea))
    asked = {"question": cycle.asks} if cycle.asks else {}
    stage.hands.send(
        change=cycle.trying, prediction=cycle.predict, due=cycle.by.isoformat(), scale=cycle.scale, **asked
    )


def _ran(stage: Stage, ramp: Ramp, cycle: Cycle) -> None:
    stage.hands.press(stage.who(ramp.by), "pdsa.ran", stage.cycle(ramp.team, cycle.trying))
    stage.hands.send(happened=cycle.happened)


def _learned(stage: Stage, ramp: Ramp, cycle: Cycle) -> None:
    """What it taught; an adaptation is decided with the next plan."""
    who, row = stage.who(ramp.by), stage.cycle(ramp.team, cycle.trying)
    stage.hands.press(who, "pdsa.learned", row)
    stage.hands.send(learned=cycle.learned, matched=cycle.matched)
    if cycle.then != "adapt":
        stage.hands.press(who, f"pdsa.{cycle.then}", row)
        stage.hands.send(next_step=cycle.next, **({"ticks": TICKS} if cycle.then == "adopt" else {}))
