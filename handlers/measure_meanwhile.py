"""What others filed while somebody was writing, as the form tells it."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlmodel import Session

from bot.cards import measure_words
from bot.domain import measures, months, pdsa_facts, points, stories, strata
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.stories import Story
from bot.domain.teams import Team

THEIRS = (
    "While you were writing, {by} filed {month}. What stands now: {told}. What you typed is still below: Save puts it "
    "in place of that, and asks at the bottom why it changes. A box that you leave empty keeps what stands now."
)


def told(session: Session, team: Team, period: date, here: Iterable[Measure], stands: Mapping[str, str]) -> str:
    """Who filed, and all that stands now where the page writes, groups and notes too where it shows them."""
    story = stories.of_month(session, team.id, period)
    said, filed = list[str](), list[Point]()
    for measure in here:
        month = measures.moved(period, -measure.lag_months)
        every = points.of_team(session, team.id, since=month, until=month)
        theirs = [one for one in every if one.measure_id == measure.id]
        filed += theirs
        said += _of(measure, theirs, stands)
    said += [f"what the numbers don't show: “{story.words}”"] if story else []
    by = _by(session, filed, story)
    return THEIRS.format(by=by, month=months.called(period), told="; ".join(said) or "nothing") if said else ""


def _of(measure: Measure, told: Iterable[Point], stands: Mapping[str, str]) -> list[str]:
    said = []
    for one in told:
        if not one.stratum:
            note = f", “{one.note}”" if one.note and f"m{measure.id}.note" in stands else ""
            said.append(f"{measure.code}: {measure_words.point(measure, one)}{note}")
    for stratum in measure.strata:
        lines = stands.get(f"m{measure.id}.by{strata.number_of(stratum)}", "").splitlines()
        said += [f"{measure.code} by {stratum}: {', '.join(lines)}"] if lines else []
    return said


def _by(session: Session, told: list[Point], story: Story | None) -> str:
    changed = {
        change.point_id: change.person_id for change in reversed(points.changes(session, [one.id for one in told]))
    }
    people = [changed.get(one.id or 0, one.person_id) for one in told] + ([story.person_id] if story else [])
    names = dict.fromkeys(pdsa_facts.name_of(session, one) for one in people)
    return measure_words.listed([*names]) or "a team-mate"
