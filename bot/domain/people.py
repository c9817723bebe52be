"""People and what they are in a collaborative: identity is workspace + user id, roles are per team or collaborative."""

from datetime import datetime, time

from sqlmodel import JSON, Field, Index, Session, SQLModel, UniqueConstraint, col, select, text, update

STAFF_ROLES = ("chair", "faculty", "director", "improvement_advisor", "coordinator", "coach")
TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "rev", "sr", "fr"})
TEAM_ROLES = ("senior_leader", "team_lead", "tech_expert", "data_lead", "lived_experience", "member")


DAY, WEEK, SOON = "day", "week", "soon"  # before a call or session
AHEAD = (DAY, WEEK, SOON)  # the reminders of calls that there are; letters name one by its place
USUAL = (WEEK, DAY)


class Person(SQLModel, table=True):
    """Somebody of the collaborative; pending until Slack shows who they are (`workspace` is None until then)."""

    __table_args__ = (UniqueConstraint("workspace", "slack_user"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str | None = None  # the workspace the person belongs to: T…, not always ours
    slack_user: str | None = None  # U… or W…; known before `workspace` when the file names it
    email: str | None = Field(default=None, unique=True)  # lower case
    name: str = ""
    timezone: str | None = None  # IANA, from the Slack profile
    asked_at: time | None = None  # their own hour, local; None is nine
    asked_on: list[int] | None = Field(default=None, sa_type=JSON)  # their own days; None is Monday (0) to Friday
    quiet_hours: str | None = None  # their own, as a collaborative file writes them
    call_reminders: list[str] | None = Field(default=None, sa_type=JSON)  # None: a week and a day before
    dm_channel: str | None = None
    matched_at: datetime | None = None
    looked_for_at: datetime | None = None  # real time; Slack is asked again after a while


class Membership(SQLModel, table=True):
    """What a person is in one team (or, with no team, on the collaborative's staff)."""

    __table_args__ = (
        UniqueConstraint("collaborative_id", "team_id", "person_id"),
        Index(  # a NULL is never equal to another, so the staff needs a rule of its own
            "one_seat_on_the_staff", "collaborative_id", "person_id", unique=True,
            sqlite_where=text("team_id IS NULL"), postgresql_where=text("team_id IS NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    own_words: str = ""  # the line people write about themselves on the team card
    joined_at: datetime
    left_at: datetime | None = None


def chosen_reminders(person: Person) -> tuple[str, ...]:
    """Which reminders of calls they want."""
    return USUAL if person.call_reminders is None else tuple(one for one in AHEAD if one in person.call_reminders)


def clear_lines(session: Session, team_id: int) -> int:
    """Remove what people wrote about themselves on a team's card; returns how many lines there were."""
    written = update(Membership).where(col(Membership.team_id) == team_id, col(Membership.own_words) != "")
    return session.exec(written.values(own_words="")).rowcount


def is_in(session: Session, person_id: int, collaborative_id: int) -> bool:
    """Whether they are somebody in that collaborative now."""
    here = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.collaborative_id == collaborative_id,
        col(Membership.left_at).is_(None),
    )
    return session.exec(here).first() is not None


def own_teams(session: Session, person_id: int, collaborative_id: int) -> list[int]:
    """The teams whose events are theirs, also one that has left; none for staff, whose are all."""
    seats = session.exec(
        select(Membership.team_id).where(
            Membership.person_id == person_id,
            Membership.collaborative_id == collaborative_id,
            col(Membership.left_at).is_(None),
        )
    ).all()
    return [] if None in seats else [row for row in seats if row]


def first_name(name: str) -> str:
    """How somebody of that name is greeted: Dr. Imani Osei is Imani."""
    words = name.split()
    return next((word for word in words if word.rstrip(".").lower() not in TITLES), name) or "there"


def greeted(session: Session, row: int) -> str:
    """The same of somebody's row."""
    person = session.get(Person, row)
    return first_name(person.name if person else "")
