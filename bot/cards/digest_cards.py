"""The weekly digest as one person reads it: their own teams first, in one screen; in one line where nothing changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import access, outbox, times
from bot.access import Actor
from bot.cards import digest_calls, digest_words, team_weeks, week_grids
from bot.domain import digest, digest_finds, ideas, months, people, weekly
from bot.domain.activity import week_of
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import AT_REST, MOST, Call, DigestWeek, Found, Praise
from bot.domain.engagement import CALLED
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter

Values = dict[str, Any]
A_WEEK = timedelta(weeks=1)
MOST_WHOLE, MOST_NAMED = 2, 6  # collaboratives that one message tells whole, and of which it names how they are
ACT = "digest.read"


def key(person: int, monday: date) -> str:
    """The occasion: one for each person and Monday, in however many collaboratives they are."""
    return f"digest:{person}:{monday.isoformat()}"


def post(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What it prints; None for somebody who looks after nothing any more."""
    actor = access.of_person(session, about["person"])
    places = of_reader(session, actor, kit.now()) if actor else []
    only, asked = about.get("only", 0), bool(about.get("asked", 0))
    places = [one for one in places if only in (0, one.id)]
    if actor is None or not places:
        return None
    day = None if asked else date.fromordinal(about["day"])
    found = [(one, _seen(session, actor, one, day, kit.now())) for one in places]
    last = day - A_WEEK if day else week_of(kit.now())
    return {
        "name": people.first_name(actor.name),
        "parts": [_part(session, actor, *each, last, kit.now()) for each in found[:MOST_WHOLE]],
        "others": [_briefly(*each) for each in found[MOST_WHOLE : MOST_WHOLE + MOST_NAMED]],
        "asked": asked,
    }


def of_reader(session: Session, actor: Actor, now: datetime) -> list[Collaborative]:
    """The collaboratives that somebody has a digest of: as faculty, or as the coach of a team there."""
    here = (session.get(Collaborative, row) for row in actor.collaborative_ids)
    return [one for one in here if one and digest.goes_on(one, now) and _reads(session, actor, one, now)]


def reads_all(actor: Actor, collaborative: Collaborative) -> bool:
    """Whether they read how every team there goes, and not only those that they coach."""
    return actor.may(ACT, collaborative=collaborative.id or 0)


def what(session: Session, team: int, subject: str) -> str:
    """What a team's act was about, in words of ours and titles of ideas; empty where the record tells no more."""
    kind, _, row = subject.partition(":")
    if kind == "data" and (month := months.read(row, date.max)):
        return f"their numbers of {months.called(month)}"
    if kind == "cycle" and row.isdigit():
        cycle = session.get(Cycle, int(row))
        return f"cycle {cycle.number}" if cycle and cycle.team_id == team and not cycle.deleted_at else ""
    if kind == "idea" and row.isdigit():
        return next((f"“{title}”" for _, title, _ in _alive(session, [int(row)])), "")
    return ""


def show_pressed(session: Session, channel: str, ts: str, now: datetime) -> None:
    """The digest in which a button was pressed shows what came of it."""
    letter = outbox.found(session, channel, ts) if channel and ts else None
    if letter and letter.message == "digest/post":
        outbox.say_again(session, letter.key, now=now)


def forget_idea(session: Session, idea: Idea, now: datetime) -> None:
    """Its words are gone, or were taken back: digests that told of it are said without it."""
    since = week_of(idea.shared_at)
    weeks = select(DigestWeek).where(
        DigestWeek.collaborative_id == idea.collaborative_id, DigestWeek.monday >= since,
        col(DigestWeek.found_at).is_not(None),
    )  # fmt: skip
    told = [one.monday for one in session.exec(weeks) if _tells(digest.told(one), idea)]
    said = select(Letter).where(
        Letter.message == "digest/post", col(Letter.ts).is_not(None), col(Letter.due) >= idea.shared_at
    )
    for letter in session.exec(said).all():
        if letter.about.get("asked") or date.fromordinal(letter.about["day"]) in told:
            outbox.say_again(session, letter.key, now=now)


def _tells(found: Found, idea: Idea) -> bool:
    return idea.id in found.shared or idea.id in dict(found.spread)


def _reads(session: Session, actor: Actor, here: Collaborative, now: datetime) -> bool:
    return reads_all(actor, here) or bool(digest.looked_after(session, actor.id, here.id or 0, now))


def _seen(session: Session, actor: Actor, here: Collaborative, day: date | None, now: datetime) -> Found:
    """What was found for that Monday, or stands now; a coach sees of it what is of their own teams."""
    found = _found(session, here, day, now)
    if reads_all(actor, here):
        return found
    return digest.seen(found, _own(session, actor, here, now))


def _own(session: Session, actor: Actor, here: Collaborative, now: datetime) -> list[int]:
    return [team.id or 0 for team in digest.looked_after(session, actor.id, here.id or 0, now)]


def _found(session: Session, here: Collaborative, day: date | None, now: datetime) -> Found:
    row = here.id or 0
    week = digest.of_monday(session, row, day) if day else None
    if week and week.found_at:
        return digest.told(week)
    today = times.local_day(now, here.timezone)
    last = digest.before(session, row, day or today + timedelta(days=1), now)
    return digest_finds.of_one(session, here, last, now)


def _part(session: Session, actor: Actor, here: Collaborative, found: Found, last: date, now: datetime) -> Values:
    own = _own(session, actor, here, now)
    calls = [] if found.all_quiet else digest.own_first(found.calls, own)[:MOST]
    praised = digest.own_first(found.praised, own)[:MOST]
    teams, alerts = (
        _teams(session, [*(one.team for one in calls), *(one.team for one in praised)]),
        _alerts(session, calls),
    )
    is_news = digest.is_news(found)
    draws = is_news and not found.all_quiet
    grid = week_grids.in_digest(session, here, found, own, last) if draws else None
    return {
        "id": here.id,
        "name": here.name,
        "line": "" if is_news else digest_words.nothing(found, _names(session, found.to_call), _since(here, found)),
        "all_quiet": digest_words.all_quiet(found) if found.all_quiet and is_news else "",
        "calls": [_call(session, here, one, teams[one.team], alerts.get(one.alert), own) for one in calls],
        "more_calls": 0 if found.all_quiet else len(found.to_call) - len(calls),
        "praise": [_praise(session, one, teams[one.team], own) for one in praised],
        "picture": week_grids.wanted(here, grid) if grid else None,
        "weeks": team_weeks.news(grid) if grid else "",
        "told": _told(session, found, own, {one.team for one in calls}) if is_news else [],
        "dates": [
            {"title": one.event.title, "starts": one.starts} for one in weekly.dates(session, here, (), now)
        ] if is_news else [],
        "zone": here.timezone,
    }  # fmt: skip


def _call(
    session: Session, here: Collaborative, one: Call, team: Team, alert: Alert | None, own: Sequence[int]
) -> Values:  # fmt: skip
    stands, can = digest_calls.stands(session, here.timezone, alert)
    return {
        "alert": one.alert,
        "team": digest_words.whose(team, mine=one.team in own),
        "level": one.level,
        "why": one.why,
        "stands": stands,
        "can": can,
    }


def _praise(session: Session, one: Praise, team: Team, own: Sequence[int]) -> Values:
    name = digest_words.whose(team, mine=one.team in own)
    why = digest_words.praise(one, what(session, one.team, one.subject))
    return {"team": name, "id": one.team, "why": why, "thank": f"{one.team} {one.kind} {one.subject}"}


def _told(session: Session, found: Found, own: Sequence[int], called: Collection[int]) -> list[tuple[str, str]]:
    """What is told in a line each, with its label; what there is nothing of is left out."""
    changed = [] if found.all_quiet else digest.own_first(found.changed, own)
    names, back = _names(session, [one.team for one in changed[:MOST]]), [one.team for one in found.returned]
    beside = {} if found.all_quiet else {row: found.levels[row] for row in own if _is_to_watch(found, row, called)}
    told = [
        ("Your other teams", digest_words.levels(beside, _names(session, beside), len(beside) - MOST)),
        ("What changed", digest_words.changed(changed[:MOST], names, set(own), len(changed) - MOST)),
        ("Left and back", digest_words.returned(found.returned[:MOST], _names(session, back), set(own))),
        ("New ideas", digest_words.ideas(_alive(session, found.shared), len(found.shared))),
        ("Spreading", digest_words.spreading(_alive(session, [row for row, _ in found.spread]), dict(found.spread))),
        ("Numbers", digest_words.numbers(found.numbers)),
        ("Tests", digest_words.tests(found)),
    ]
    return [(label, words) for label, words in told if words]


def _is_to_watch(found: Found, team: int, called: Collection[int]) -> bool:
    """Whether a team isn't named among those to call, though it isn't simply in touch."""
    return team not in called and found.levels.get(team, AT_REST) not in (AT_REST, CALLED[""])


def _briefly(here: Collaborative, found: Found) -> Values:
    return {"id": here.id, "name": here.name, "line": digest_words.briefly(found)}


def _since(here: Collaborative, found: Found) -> str:
    return times.day(times.local_day(found.since, here.timezone))


def _names(session: Session, teams: Iterable[int]) -> dict[int, str]:
    first = [*teams][:MOST]
    found = _teams(session, first)
    return {row: found[row].name for row in first if row in found}


def _teams(session: Session, rows: Sequence[int]) -> dict[int, Team]:
    found = session.exec(select(Team).where(col(Team.id).in_(rows))) if rows else ()
    return {team.id or 0: team for team in found}


def _alerts(session: Session, calls: Sequence[Call]) -> dict[int, Alert]:
    rows = [one.alert for one in calls]
    found = session.exec(select(Alert).where(col(Alert.id).in_(rows))) if rows else ()
    return {alert.id or 0: alert for alert in found}


def _alive(session: Session, rows: Iterable[int]) -> list[tuple[int, str, str]]:
    """The first ideas among these that stand: row, title and team."""
    wanted = [*dict.fromkeys(rows)]
    if not wanted:
        return []
    found = select(Idea.id, Idea.title, Team.name).join(Team).where(col(Idea.id).in_(wanted), ideas.alive())
    by_row = {row or 0: (row or 0, title, team) for row, title, team in session.exec(found)}
    return [by_row[row] for row in wanted if row in by_row][:MOST]
