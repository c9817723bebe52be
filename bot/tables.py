"""Every table of the record, gathered where the migrations can see them."""

from sqlmodel import SQLModel

from bot import audit, drafts, gates, inbox, outbox, uptime
from bot.domain import (
    absences,
    activity,
    asks,
    changes,
    checkins,
    collaboratives,
    events,
    measures,
    pdsa,
    pdsa_teaching,
    people,
    questions,
    teams,
)

MODULES = (
    absences,
    activity,
    asks,
    audit,
    changes,
    checkins,
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
    questions,
    teams,
    uptime,
)
metadata = SQLModel.metadata
