"""What the engine takes for known beforehand: from elsewhere until a collaborative has a history, then from its own."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain.collaboratives import Collaborative
from bot.domain.expected import COUNTED, KINDS, MET, Expected
from bot.domain.teams import Team

FEWEST_TEAMS, FEWEST_DUE = 8, 100  # with a due date behind them, before a collaborative's own history says anything
AGAIN = timedelta(days=28)


class EngagementPrior(SQLModel, table=True):
    """The prior of one kind of expected act, fitted on a collaborative's own teams."""

    __tablename__ = "engagement_prior"
    __table_args__ = (UniqueConstraint("collaborative_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    kind: str
    alpha: float
    beta: float
    gamma: float
    delta: float
    teams: int  # it was fitted on
    fitted_on: date


def of_kind(session: Session, collaborative: Collaborative, kind: str) -> EngagementPrior | None:
    """The one that was fitted; None where there is too little history."""
    own = select(EngagementPrior).where(
        EngagementPrior.collaborative_id == collaborative.id, EngagementPrior.kind == kind
    )
    return session.exec(own).first()


def chances(
    session: Session, collaborative: Collaborative, kind: str, outcomes: Sequence[Sequence[bool]]
) -> list[float]:
    """The chance to hear from each in the due dates that are looked ahead."""
    from bot.domain import bgbb  # with numpy, which is loaded with the first habit there is
    from bot.domain.engagement import Rules

    own = of_kind(session, collaborative, kind)
    prior = bgbb.Prior(own.alpha, own.beta, own.gamma, own.delta) if own else bgbb.DEFAULT
    ahead = Rules.model_validate(collaborative.engagement).ahead
    silent = bgbb.nothing_met(bgbb.Histories.of(outcomes), ahead, prior)
    return [1 - float(one) for one in silent]


def due(session: Session, now: datetime) -> list[tuple[Collaborative, str]]:
    """What is to be fitted: every four weeks, where a collaborative is at work."""
    launched = select(Collaborative).where(col(Collaborative.launched_at).is_not(None))
    return [
        (one, kind)
        for one in session.exec(launched.order_by(col(Collaborative.id)))
        if one.ends is None or now.date() <= one.ends
        for kind in KINDS
        if (own := of_kind(session, one, kind)) is None or own.fitted_on <= now.date() - AGAIN
    ]


def refit(session: Session, collaborative: Collaborative, kind: str, now: datetime) -> EngagementPrior | None:
    """Fit it on what the collaborative's teams met so far; None where that is too little."""
    histories = _outcomes(session, collaborative, kind)
    if len(histories) < FEWEST_TEAMS or sum(map(len, histories)) < FEWEST_DUE:
        return None
    from bot.domain import bgbb

    fitted = bgbb.fit(bgbb.Histories.of(histories))
    own = of_kind(session, collaborative, kind) or EngagementPrior(
        collaborative_id=collaborative.id or 0, kind=kind, alpha=0, beta=0, gamma=0, delta=0, teams=0,
        fitted_on=now.date(),
    )  # fmt: skip
    own.alpha, own.beta, own.gamma, own.delta = fitted
    own.teams, own.fitted_on = len(histories), now.date()
    session.add(own)
    session.flush()
    return own


def _outcomes(session: Session, collaborative: Collaborative, kind: str) -> list[list[bool]]:
    rows = select(Expected.team_id, Expected.outcome).join(Team).where(
        Team.collaborative_id == collaborative.id, Expected.kind == kind, col(Expected.outcome).in_(COUNTED)
    )  # fmt: skip
    found: dict[int, list[bool]] = {}
    for team, outcome in session.exec(rows.order_by(col(Expected.team_id), col(Expected.due), col(Expected.id))):
        found.setdefault(team, []).append(outcome == MET)
    return [one for one in found.values() if True in one]
