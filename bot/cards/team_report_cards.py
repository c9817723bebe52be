"""A team's month as its report and its senior-leader page show it: aim, charts, what was tested and learned."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot import outbox, times
from bot.cards import chart_sets, measure_words, team_charts
from bot.cards.team_charts import Charted
from bot.domain import excused, measures, months, pdsa_facts, people, phases, pooled, sponsors, team_reports
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.pdsa import PLAN, STUDY, Cycle
from bot.domain.people import Person
from bot.domain.sponsors import ANSWERS, OnePager
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
MOST_LINES, MOST_LEARNED, MOST_RUNNING, MOST_MONTHS = 8, 4, 2, 3
NOTHING_MOVED = "No test moved since the last report."
TOLD_IN = 4  # reports, that of its own month among them, in which what a page asked for may stand


def key(team: int | None, period: date) -> str:
    """The occasion: one for each team and month."""
    return f"{of_month(period)}{team}"


def of_month(period: date) -> str:
    """How the occasions of a month begin."""
    return f"report:{period:%Y-%m}:"


def month(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the report prints; None for a team that left or pauses, and once the collaborative is over."""
    team, period = session.get_one(Team, about["team"]), date.fromordinal(about["day"])
    letter = outbox.of_key(session, key(team.id, period))
    until = _covers_until(letter) or kit.now()
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    said = letter is not None and letter.ts is not None
    today = times.local_day(kit.now(), team.timezone)
    pauses = bool(team.status_until and today < team.status_until)
    if not said and (pauses or team.status in GONE or is_over(collaborative, today)):
        return None
    shown = charted(session, team, period)
    page = sponsors.of_period(session, team.id, period)
    return {
        **told(session, team, period, shown, until),
        "pictures": team_charts.in_channel(team, shown) if shown else [],
        "page": asked(session, page) if page and page.barrier else {},
    }


def told(session: Session, team: Team, period: date, shown: list[Charted], until: datetime) -> Values:
    """What a report and a page have in common, as it stands at that moment."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    tests = team_reports.tested(session, team, period, until)
    learned = [one for one in tests if one.learned][-MOST_LEARNED:]
    running = [one for one in tests if not one.learned and one.stage != PLAN][-MOST_RUNNING:]
    planned = [one for one in tests if not one.learned and one.stage == PLAN][-1:][: MOST_RUNNING - len(running)]
    earlier = None if learned else team_reports.learned_before(session, team, until)
    last = sponsors.before(session, team.id, period)
    return {
        "team": team,
        "collaborative": collaborative.name,
        "phase": phases.PHASES[phases.of(session, collaborative, until)],
        "month": months.called(period),
        "aim": team.aim or collaborative.aim,
        "lines": [_line(session, team, one, period) for one in shown[:MOST_LINES]],
        "more_lines": max(len(shown) - MOST_LINES, 0),
        "rules": shown[0][1].rules if shown else "",
        "learned": [_test(one) for one in learned],
        "running": [_test(one) for one in running],
        "planned": [_test(one) for one in planned],
        "more_tests": len(tests) - len(learned) - len(running) - len(planned),
        "idle": "" if learned or running else "No test ran since the last report." if planned else NOTHING_MOVED,
        "earlier": _earlier(earlier, team) if earlier else {},
        "not_in": _not_in(session, team, period, times.local_day(until, team.timezone)) if shown else "",
        "last": asked(session, last) if last else {},
    }


def asked(session: Session, page: OnePager) -> Values:
    """What a page asks its sponsor for, and how that stands."""
    return {
        "id": page.id,
        "month": months.called(page.period),
        "barrier": page.barrier,
        "answer": answered(session, page),
        "sent": page.sent_at is not None,
    }


def answered(session: Session, page: OnePager) -> str:
    """The sponsor's answer in a sentence, without who noted it; empty before there is one."""
    if not page.answer:
        return ""
    who = session.get(Person, page.answered_by)
    whose = people.first_name(who.name) if who and not page.noted else "Our senior leader"
    words = f" “{page.answer_words}”" if page.answer_words else ""
    return f"{whose}: {ANSWERS[page.answer]}.{words}"


def show_again(session: Session, page: OnePager, now: datetime) -> None:
    """What a page asks for, or its answer, has changed: its month's report and the next ones show it."""
    told_in = (measures.moved(page.period, number) for number in range(TOLD_IN))
    outbox.say_again(session, *(key(page.team_id, period) for period in told_in), now=now)


def charted(session: Session, team: Team, period: date) -> list[Charted]:
    """The team's charts up to that month's numbers."""
    every = measures.all_of(session, team.collaborative_id)
    return team_charts.of(session, team, [(one, measures.moved(period, -one.lag_months)) for one in every])


def _covers_until(letter: Letter | None) -> datetime | None:
    """The end of what a report tells: its hour, or the moment somebody sent it before that."""
    if letter is None or letter.planned_for is None:
        return None
    return min(letter.planned_for, letter.due)


def _line(session: Session, team: Team, one: Charted, period: date) -> Values:
    measure, chart = one
    together = pooled.month(session, measure, measures.moved(period, -measure.lag_months), reader=team.id)
    others = (
        f"All teams together: {measure_words.value(measure, together.value)}, "
        f"{together.reporting} of {together.teams} teams."
        if together
        else ""
    )
    return {"said": f"{chart.title}: {chart_sets.finding(chart)}.", "others": others}


def _not_in(session: Session, team: Team, period: date, today: date) -> str:
    """Which of the newest months up to that one aren't all in yet; empty where all are."""
    since = measures.moved(period, 1 - MOST_MONTHS)
    open_ones = {one.period for one in excused.owed(session, team, today) if one.is_open}
    waiting = [months.called(one) for one in sorted(open_ones) if since <= one <= period]
    told = " and ".join([", ".join(waiting[:-1]), waiting[-1]] if waiting[1:] else waiting)
    return f"The numbers of {told} aren't all in yet." if told else ""


def _earlier(cycle: Cycle, team: Team) -> Values:
    """A test of before, with the day on which it was learned from."""
    assert cycle.learned_at
    learned = f"learned from on {times.day(times.local_day(cycle.learned_at, team.timezone))}"
    return {**_test(cycle), "stage": learned if cycle.stage == STUDY else f"{pdsa_facts.stage(cycle)}, {learned}"}


def _test(cycle: Cycle) -> Values:
    return {
        "number": cycle.number,
        "stage": pdsa_facts.stage(cycle),
        "change": cycle.change,
        "learned": cycle.learned,
    }
