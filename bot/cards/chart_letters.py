"""The messages that follow when a team's numbers change, since a chart in them is drawn from these too."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from bot import outbox
from bot.domain.measures import Measure
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.outbox import Letter
from bot.sending import pictures

ASKED = ("charts/one", "charts/page", "strata/chart", "pooled/chart")
MONTHLY = ("measures/month", "measures/look")
WHICH = ("team", "measure", "stratum", "person")  # what tells charts that were asked for apart


def follow(session: Session, team: Team, measures: Iterable[int], since: Submission, now: datetime) -> None:
    """Numbers of a month changed: the messages of later months, and the charts that people asked for, say so.

    Who asked for a chart several times has the newest of them brought up to date.
    """
    later = select(Submission.id).where(Submission.team_id == team.id, Submission.period > since.period)
    months, theirs = set(session.exec(later)), {*measures}
    shown = (*ASKED, *(MONTHLY if months else ()))
    said = select(Letter.key, Letter.message, Letter.about).where(col(Letter.message).in_(shown))
    keys: dict[tuple[str, ...], str] = {}
    for key, message, about in session.exec(said.order_by(col(Letter.id))):
        if message not in ASKED:
            if about["submission"] in months:
                keys[key,] = key
        elif about.get("team") == team.id or (not about.get("team") and about["measure"] in theirs):
            keys[message, *(str(about.get(name)) for name in WHICH)] = key
    outbox.say_again(session, *keys.values(), now=now)


def draw_pooled_anew(session: Session, collaborative: int, now: datetime) -> None:
    """Words on the charts of all teams together were taken down: wherever they stand they are shown without them."""
    pictures.condemn(session, f"pooled:{collaborative}")
    measures = set(session.exec(select(Measure.id).where(Measure.collaborative_id == collaborative)))
    said = session.exec(select(Letter).where(col(Letter.message).in_(("strata/chart", "pooled/chart")))).all()
    theirs = [one.key for one in said if not one.about.get("team") and one.about["measure"] in measures]
    outbox.say_again(session, *theirs, now=now)
