"""Every table of the record, gathered where the migrations can see them."""

from sqlmodel import SQLModel

from bot import audit, drafts, gates, inbox, outbox, uptime
from bot.domain import (
    absences,
    activity,
    changes,
    collaboratives,
    events,
    measures,
    pdsa,
    pdsa_teaching,
    people,
    teams,
)

MODULES = (
    absences,
    activity,
    audit,
    changes,
    collaboratives,
    drafts,
    events,
    gates,
    inbox,
    measures,
    outbox,
    pdsa,
    pdsa_teaching,
    people,
    teams,
    uptime,
)
metadata = SQLModel.metadata
