"""The weekly post of a team's channel: new ideas, shout-outs and what is coming; without news it isn't said."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from bot import outbox
from bot.domain import shoutout_facts, shoutouts, weekly
from bot.domain.collaboratives import Collaborative
from bot.domain.ideas import KINDS, Idea
from bot.domain.shoutouts import Shoutout
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import EXPIRED, Letter

Values = dict[str, Any]
MOST = 5  # of a kind
BACK = 3  # weeks whose posts came too late, told with the next one


def key(team: int, week: date) -> str:
    """The occasion: one for each team and week."""
    return f"weekly:{team}:{week.isoformat()}"


class News(NamedTuple):
    """What a post has to tell, in order."""

    ideas: list[tuple[Idea, str]]
    shoutouts: list[Shoutout]


def post(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What it prints; None where nothing is new, as long as it wasn't said."""
    team, week = session.get_one(Team, about["team"]), date.fromordinal(about["day"])
    letter = outbox.of_key(session, key(about["team"], week))
    until = _covers_until(letter) or kit.now()
    news = _news(session, team, week, until)
    if not any(news) and not (letter and letter.ts):
        return None
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    return {
        "team": team,
        "collaborative": collaborative,
        "ideas": [
            {"id": idea.id, "title": idea.title, "team": name, "kind": KINDS[idea.kind]}
            for idea, name in news.ideas[-MOST:]
        ],
        "more_ideas": max(len(news.ideas) - MOST, 0),
        "shoutouts": [shoutout_facts.card(session, one) for one in news.shoutouts[-MOST:]],
        "more_shoutouts": max(len(news.shoutouts) - MOST, 0),
        "dates": [
            {"title": one.event.title, "starts": one.starts}
            for one in weekly.dates(session, collaborative, [about["team"]], until)
        ],
        "zone": team.timezone,
    }


def has_news(session: Session, letter: Letter) -> bool:
    """Whether a post that waits has anything to tell by now."""
    team, week = session.get_one(Team, letter.about["team"]), date.fromordinal(letter.about["day"])
    return any(_news(session, team, week, _covers_until(letter) or letter.due))


def say_again(session: Session, collaborative_id: int, since: datetime, now: datetime) -> None:
    """Edit the posts that may tell of what happened at that moment: it has changed since."""
    first = weekly.friday(since.date())
    weeks = [first + ahead * weekly.A_WEEK for ahead in range(BACK + 2)]
    teams = session.exec(select(Team.id).where(Team.collaborative_id == collaborative_id)).all()
    keys = [key(team or 0, week) for team in teams for week in weeks if week <= weekly.friday(now.date())]
    said = select(Letter.key).where(col(Letter.key).in_(keys), col(Letter.ts).is_not(None))
    outbox.say_again(session, *session.exec(said), now=now)


def _news(session: Session, team: Team, week: date, until: datetime) -> News:
    since = _since(session, team, week, until)
    return News(
        weekly.new_ideas(session, team.collaborative_id, since, until),
        shoutouts.between(session, team.collaborative_id, since, until),
    )


def _since(session: Session, team: Team, week: date, until: datetime) -> datetime:
    """Where the news begins: where the post before ended; those that came too late are told with this one."""
    for back in range(1, BACK + 1):
        before = outbox.of_key(session, key(team.id or 0, week - back * weekly.A_WEEK))
        if before is None or before.state != EXPIRED:
            return _covers_until(before) or until - back * weekly.A_WEEK
    return until - BACK * weekly.A_WEEK


def _covers_until(letter: Letter | None) -> datetime | None:
    """The end of what a post tells: its hour, or the moment somebody sent it before that."""
    if letter is None or letter.planned_for is None:
        return None
    return min(letter.planned_for, letter.due)
