"""Every table of the record, gathered where the migrations can see them."""

from sqlmodel import SQLModel

from bot import audit, drafts, inbox, outbox, uptime
from bot.domain import (
    absences,
    activity,
    asks,
    changes,
    checkins,
    collaboratives,
    definitions,
    events,
    measure_edit,
    measures,
    medians,
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
from bot.sending import gates, pictures

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
    measure_edit,
    measures,
    medians,
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
