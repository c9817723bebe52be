"""What people saw in a chart together: what do you see, so what, now what; the use that is made of what comes back."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.domain import activity

MOST = 1000  # characters of each answer
RECENT = 3
ASKED = {"see": "What do you see?", "so_what": "So what?", "now_what": "Now what?"}


class Moment(SQLModel, table=True):
    """One person's three answers on a chart: a team's, or with no team that of all teams together."""

    id: int | None = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    see: str
    so_what: str = ""
    now_what: str = ""
    purged_at: datetime | None = None

    @property
    def told(self) -> list[tuple[str, str]]:
        """The questions that were answered, with the answers."""
        return [(asked, words) for name, asked in ASKED.items() if (words := getattr(self, name))]


def tell(session: Session, moment: Moment, *, own: bool) -> None:
    """Keep it, with the use that is made of a team's numbers: an act of the team where one of its own (`own`) tells it.

    Where its coach or faculty do, it stands in the ledger as theirs; the chart of all teams is of no team.
    """
    session.add(moment)
    session.flush()
    if moment.team_id:
        activity.record(
            session, "data.discussed" if own else "data.coached", team=moment.team_id, person=moment.person_id,
            subject=f"moment:{moment.id}", now=moment.at,
        )  # fmt: skip


def of_all_teams(session: Session, measure_id: int | None) -> list[Moment]:
    """The newest on the chart of all teams together."""
    kept = select(Moment).where(
        Moment.measure_id == measure_id, col(Moment.team_id).is_(None), col(Moment.purged_at).is_(None)
    )
    return list(session.exec(kept.order_by(col(Moment.id).desc()).limit(RECENT)))


def subject(team: int | None, measure: int) -> str:
    """What a form is about, so that half-written words are found again."""
    return f"chart:{team or 'all'}:{measure}"


def purge(session: Session, moment: Moment, now: datetime) -> None:
    """Remove its words for good."""
    moment.see = moment.so_what = moment.now_what = ""
    moment.purged_at = now
    session.add(moment)
