"""What scores on the IHI scale show: a team's window, faculty's list with what lies far apart, and the forms' rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import access, times
from bot.access import Actor
from bot.domain import pdsa_facts, people, score_givers, score_periods, score_record, score_scale, scores
from bot.domain.collaboratives import Collaborative, over_from
from bot.domain.scores import FACULTY, OWN, Score, Scoring
from bot.domain.teams import GONE, Team
from bot.kit import Kit

Values = dict[str, Any]
MOST, MOST_TURNS, MOST_NAMED = 40, 12, 8  # teams on a page of the list, turns in a team's window, names in a message
A_FORM = 8  # teams in one form


def key(collaborative: Collaborative, period: str, person: int) -> str:
    """The occasion on which somebody hears whom they are to score."""
    return f"scores:{collaborative.id}:{period}:{person}"


def period_of(key: str) -> str:
    """The period of such an occasion."""
    return key.split(":")[2]


def due(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """Whom somebody is to score now; nothing where all are scored, or the period is none any more."""
    turn, actor = session.get(Scoring, about["turn"]), access.of_person(session, about["person"])
    if turn is None or actor is None:
        return None
    collaborative = session.get_one(Collaborative, session.get_one(Team, turn.team_id).collaborative_id)
    every = score_givers.of(session, collaborative, score_givers.at_work(session, collaborative))
    actor = access.standing_in(session, actor, kit.now())
    theirs = [team for person in (actor.id, *sorted(actor.covers)) for team in every.get(person, [])]
    open_ones = [team.name for team in _unscored(session, theirs, turn.period, kit.now())]
    if not open_ones:
        return None
    return {
        "name": people.first_name(actor.name),
        "collaborative": collaborative,
        "period": score_periods.called(turn.period),
        "count": len(open_ones),
        "names": open_ones[:MOST_NAMED],
        "until": times.day(min(turn.closes, over_from(collaborative)) - times.A_DAY),
    }


def listed(session: Session, actor: Actor, collaborative: Collaborative, page: int, now: datetime) -> Values:
    """Every team that somebody may read, those whose scores lie far apart first, their own next."""
    teams = [one for one in score_givers.at_work(session, collaborative) if _may(actor, "score.read", one)]
    turns, told = standing(session, collaborative, teams, now)
    lines = [_line(actor, team, turns.get(team.id or 0), told) for team in teams]
    lines.sort(key=lambda one: (-one["apart"], not one["own"], one["team"].name))
    given = [one.value for (_, side), one in told.items() if side == FACULTY]
    last = max(len(lines) - 1, 0) // MOST
    at = min(page, last)
    return {
        "collaborative": collaborative,
        "said": "",
        "lines": lines[at * MOST : (at + 1) * MOST],
        "far": sum(1 for one in lines if one["apart"]),
        "spread": score_scale.middle(given),
        "at_four": sum(1 for one in given if one >= 4),
        "given": len(given),
        "may_score": any(one["may_score"] for one in lines),
        "may_set": actor.may("score.set", collaborative=collaborative.id or 0),
        "page": at,
        "last": last,
    }


def of_team(session: Session, actor: Actor, team: Team, now: datetime) -> Values:
    """A team's scores, the newest first, as far as somebody may read them; the team reads its own first."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    ours = not _may(actor, "score.give", team) and team.id in actor.team_ids
    today = times.local_day(now, collaborative.timezone)
    turn = scores.to_give(session, collaborative, [team.id], today).get(team.id or 0)
    sides = (OWN,) if ours and not score_periods.settings(collaborative).shown else (OWN, FACULTY)
    shown = [
        _turn(session, one, told, ours=ours, sides=sides, zone=team.timezone)
        for one, told in scores.trail(session, team)[:MOST_TURNS]
        if not ours or OWN in told
    ]
    return {
        "team": team,
        "turns": [one for one in shown if one["lines"]],
        "rate": turn.id if turn and team.id in actor.team_ids and team.status not in GONE else 0,
        "period": score_periods.about(turn.period, turn.last, today) if turn else "",
        "may_score": bool(turn) and _may(actor, "score.give", team) and team.status not in GONE,
        "ours": ours,
    }


def brief(session: Session, team: Team, now: datetime, *, ours: bool = False) -> str:
    """In one line where a team stands in the turn that is on or was last; the team reads what it may."""
    here = session.get_one(Collaborative, team.collaborative_id)
    turns, told = standing(session, here, [team], now)
    turn = turns.get(team.id or 0)
    if turn is None:
        return "not to be scored yet."
    own, given = (told.get((turn.id or 0, side)) for side in (OWN, FACULTY))
    period = f"in {score_periods.called(turn.period)}"
    if ours:
        hidden = own is None or not score_periods.settings(here).shown
        faculty = "" if hidden else f", faculty {_value(given)}"
        return f"{_value(own)} by you{faculty}, {period}."
    question = score_scale.question(own.value if own else None, given.value if given else None)
    stands = f"{_value(own)} by the team, {_value(given)} by faculty, {period}."
    return f"{stands} {question}" if question else stands


def form_rows(
    session: Session, collaborative: Collaborative, teams: Iterable[Team], typed: Values, now: datetime
) -> list[Values]:
    """A row of the form for each team whose turn it is: its last score stands there, and what the record suggests."""
    turns, told = giving(session, collaborative, teams := list(teams), now)
    before, today = scores.last(session, turns, FACULTY), times.local_day(now, collaborative.timezone)
    rows = []
    for team in teams:
        row, turn = team.id or 0, turns.get(team.id or 0)
        if turn is None:
            continue
        now_scored, last = told.get((turn.id or 0, FACULTY)), before.get(row)
        rows.append({
            "team": team,
            "turn": turn.id,
            "last": f"For {score_periods.about(turn.period, turn.last, today)}. {_last(session, last)}",
            "hint": score_scale.hint(score_record.of(session, team, turn, today)),
            "score": typed.get(f"score.{row}") or (f"{last[0].value:.1f}" if last else ""),
            "evidence": typed.get(f"evidence.{row}") or (now_scored.evidence if now_scored else ""),
            "next_step": typed.get(f"next.{row}") or (now_scored.next_step if now_scored else ""),
            "seen": now_scored.id if now_scored else 0,
        })  # fmt: skip
    return rows


def standing(
    session: Session, collaborative: Collaborative, teams: Iterable[Team], now: datetime
) -> tuple[dict[int, Scoring], scores.Newest]:
    """By team the turn that is on or was last, and what counts in it."""
    today = times.local_day(now, collaborative.timezone)
    turns = scores.current(session, collaborative, [team.id for team in teams], today)
    return turns, scores.newest(session, [one.id for one in turns.values()])


def giving(
    session: Session, collaborative: Collaborative, teams: Iterable[Team], now: datetime
) -> tuple[dict[int, Scoring], scores.Newest]:
    """By team the turn that a score of now is about, and what counts in it."""
    today = times.local_day(now, collaborative.timezone)
    turns = scores.to_give(session, collaborative, [team.id for team in teams], today)
    return turns, scores.newest(session, [one.id for one in turns.values()])


def theirs(session: Session, actor: Actor, collaborative: Collaborative) -> list[Team]:
    """The teams that somebody scores on one form: those they coach or, coaching none, every one that they may score."""
    every = [one for one in score_givers.at_work(session, collaborative) if _may(actor, "score.give", one)]
    by_person = score_givers.of(session, collaborative, every)
    own = {team.id for person in (actor.id, *actor.covers) for team in by_person.get(person, [])}
    return [one for one in every if one.id in own] or every


def meanwhile(session: Session, one: Score) -> str:
    """What somebody else scored while a form was open."""
    by, step = pdsa_facts.name_of(session, one.person_id), score_scale.step(one.value)
    return f"{by} scored it {step.label} while this form was open. Keep it once more, and yours is the one that counts."


def _unscored(session: Session, teams: list[Team], period: str, now: datetime) -> list[Team]:
    if not teams:
        return []
    here = session.get_one(Collaborative, teams[0].collaborative_id)
    turns, told = standing(session, here, teams, now)
    at_work = (team for team in teams if team.status != "paused")
    return [
        team
        for team in at_work
        if (turn := turns.get(team.id or 0))
        and turn.period == period
        and not scores.is_in_time(told.get((turn.id or 0, FACULTY)), turn)
    ]


def _line(actor: Actor, team: Team, turn: Scoring | None, told: scores.Newest) -> Values:
    own, given = (told.get((turn.id or 0, side)) if turn else None for side in (OWN, FACULTY))
    both = (own.value if own else None, given.value if given else None)
    question = score_scale.question(*both)
    words = [f"Team {_value(own)}", f"faculty {_value(given)}", *([question] if question else [])]
    period = f"{score_periods.called(turn.period)}: ".capitalize() if turn else ""
    return {
        "team": team,
        "words": period + " · ".join(words) if turn else "Not to be scored yet.",
        "apart": abs(score_scale.apart(*both)) if question else 0.0,
        "own": team.coach_id in {actor.id, *actor.covers},
        "may_score": turn is not None and _may(actor, "score.give", team),
    }


def _turn(
    session: Session, turn: Scoring, told: Mapping[str, Score], *, ours: bool, sides: tuple[str, ...], zone: str
) -> Values:
    """One turn; what a coach may ask about the two isn't for the team, whose `ours` it is."""
    both = [told[side].value if side in told else None for side in (OWN, FACULTY)]
    return {
        "period": score_periods.called(turn.period).capitalize(),
        "lines": [_told(session, told[side], zone) for side in sides if side in told],
        "question": "" if ours else score_scale.question(*both),
    }


def _told(session: Session, one: Score, zone: str) -> Values:
    who = "Team" if one.side == OWN else "Faculty"
    by, day = pdsa_facts.name_of(session, one.person_id), times.day(times.local_day(one.at, zone))
    return {
        "id": one.id,
        "said": f"{who}: {score_scale.step(one.value).label} ({by}, {day})",
        "evidence": one.evidence,
        "next_step": one.next_step,
    }


def _last(session: Session, last: tuple[Score, Scoring] | None) -> str:
    if last is None:
        return "Not scored before."
    one, turn = last
    by = pdsa_facts.name_of(session, one.person_id)
    return f"Last: {score_scale.step(one.value).label}, {score_periods.called(turn.period)}, by {by}."


def _value(one: Score | None) -> str:
    return f"{one.value:.1f}" if one else "not in yet"


def _may(actor: Actor, act: str, team: Team) -> bool:
    return actor.may(act, collaborative=team.collaborative_id, team=team)
