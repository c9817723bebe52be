"""A table to be filled in: a team's own measures with the months that are open, as a file in one's conversation."""

import csv
import io
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot import times
from bot.domain import measures, submissions
from bot.domain.measures import Measure
from bot.domain.teams import Team
from bot.kit import Kit
from bot.sending import private_files

NAME = "monthly-numbers.csv"
HEADINGS = (
    "month",
    "measure",
    "numerator (or: no cases; or: not yet {day})",
    "denominator",
    "value (or the same)",
    "stratum",
    "level",
    "note",
)
COMMENT = (
    "Fill in what you have, save it as CSV, and drop it here. A share or mean takes numerator and denominator, and a "
    "single number goes under value. Instead of a number, “no cases” is an answer too, and so is “not yet” with the "
    "day on which you expect it, such as “not yet {day}”. A row of a group has under stratum what the measure is told "
    "apart by, such as language, and under level the group; else these stay empty. Rows left empty are left out, and "
    "for another month you copy a row and change the month, also to one before the start. "
    "Please no names, dates or details of people you serve."
)
GUESS = timedelta(days=30)  # from now, as an example of a day


def of_team(session: Session, team: Team, now: datetime) -> bytes:
    """The file: a row for each month of a measure that is open, or for the newest month where all is in."""
    today = times.local_day(now, team.timezone)
    open_ = [(one.month, one.measure) for one in submissions.owed(session, team, today) if one.is_open]
    last = measures.moved(measures.month_of(today), -1)
    rows = open_ or [(last, measure) for measure in measures.of_team(session, team, last)]
    return written(rows, today + GUESS)


def written(rows: list[tuple[date, Measure]], day: date) -> bytes:
    """The table as spreadsheets open it: UTF-8 with its mark, and the line ends of Windows; `day` is an example."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(heading.format(day=day) for heading in HEADINGS)
    table.writerows((f"{month:%Y-%m}", measure.code, *[""] * (len(HEADINGS) - 2)) for month, measure in rows)
    return text.getvalue().encode("utf-8-sig")


def send(kit: Kit, person: int, content: bytes) -> None:
    """Put the file into the person's conversation with us. Raises SlackTrouble."""
    words = COMMENT.format(day=(kit.now() + GUESS).date())
    private_files.send(kit, person, content, name=NAME, title="Monthly numbers", words=words)
