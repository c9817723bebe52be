"""The values of what is said about a month of numbers; None where its reason is gone."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import outbox
from bot.cards import measure_answers, measure_cards
from bot.domain import months, people
from bot.domain.collaboratives import Collaborative
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.kit import Kit

Values = dict[str, Any]
About = Mapping[str, int]


def month(session: Session, about: About, kit: Kit) -> Values | None:
    """How it stands by now, as the team sees it."""
    submission = session.get(Submission, about["submission"])
    return measure_answers.month(session, submission, kit.now()) if submission else None


def look(session: Session, about: About, kit: Kit) -> Values | None:
    """What is worth a look, to those who lead; said once, it is taken back in words where a correction undoes it."""
    submission = session.get(Submission, about["submission"])
    said = outbox.of_key(session, measure_cards.look_key(about["submission"], about["person"]))
    lines = measure_answers.worrying(session, submission, about["person"], said) if submission else []
    if submission is None or not (lines or (said and said.ts)):
        return None
    return {
        "team": session.get_one(Team, submission.team_id),
        "month": months.called(submission.period),
        "name": people.greeted(session, about["person"]),
        "lines": lines[: measure_answers.MOST],
    }


def thanks(session: Session, about: About, kit: Kit) -> Values | None:
    """To all teams, for what came in."""
    collaborative = session.get_one(Collaborative, about["collaborative"])
    return measure_answers.thanks(session, collaborative, date.fromordinal(about["day"]), kit.now())
