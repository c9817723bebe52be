"""What the patient-detail guard knows as the collaborative's own: its people, domains, links and names."""

import time
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, bindparam, union_all
from sqlmodel import Session, select

from bot import privacy
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.measures import Measure
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel, Organization, Team
from bot.kit import Kit
from bot.statements import Prepared

_OURS: BindParameter[int] = bindparam("collaborative")
_WORDS = Prepared(
    union_all(
        *(
            select(column).where(table.collaborative_id == _OURS)
            for column, table in (
                (Team.name, Team), (Organization.name, Organization), (Measure.code, Measure),
                (Measure.name, Measure), (Driver.name, Driver), (Channel.name, Channel), (Event.title, Event),
            )
        ),
        select(ChangeIdea.name).join(Driver).where(Driver.collaborative_id == _OURS),
        select(Collaborative.name).where(Collaborative.id == _OURS),
    )
)  # fmt: skip
FRESH_FOR = 60.0  # seconds; a roster changes rarely, and every form asks


def of(session: Session, kit: Kit, collaborative_id: int) -> privacy.Known:
    """The allow-list of one collaborative, gathered at most once a minute."""
    gathered = kit.known.get(collaborative_id)
    if gathered and time.monotonic() - gathered[0] < FRESH_FOR:
        return gathered[1]
    known = _gather(session, collaborative_id)
    kit.known[collaborative_id] = (time.monotonic(), known)
    return known


def _gather(session: Session, collaborative_id: int) -> privacy.Known:
    people = session.exec(
        select(Person.name, Person.email).join(Membership).where(Membership.collaborative_id == collaborative_id)
    ).all()
    words = [word for [word] in _WORDS.rows(session, collaborative=collaborative_id)]
    links = session.exec(
        select(Event.join_url).where(Event.collaborative_id == collaborative_id, Event.join_url != "")
    ).all()
    return privacy.Known(
        people=[name for name, _ in people if name],
        domains={email.rpartition("@")[2] for _, email in people if email},
        hosts={urlsplit(link).hostname or "" for link in links},
        words=words,
    )
