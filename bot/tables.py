"""Every table of the record, gathered where the migrations can see them."""

from sqlmodel import SQLModel

from bot import audit, drafts, gates, inbox, outbox, pictures, uptime
from bot.domain import (
    absences,
    activity,
    asks,
    changes,
    checkins,
    collaboratives,
    definitions,
    events,
    measures,
    moments,
    pauses,
    pdsa,
    pdsa_teaching,
    people,
    points,
    questions,
    sheet_drafts,
    stories,
    submissions,
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
    definitions,
    drafts,
    events,
    gates,
    inbox,
    measures,
    moments,
    outbox,
    pauses,
    pdsa,
    pdsa_teaching,
    people,
    pictures,
    points,
    questions,
    sheet_drafts,
    stories,
    submissions,
    teams,
    uptime,
)
metadata = SQLModel.metadata
