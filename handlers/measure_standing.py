"""What stands in the record of all that a month's form shows, box by box, as whoever writes in it is compared with."""

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel
from sqlmodel import Session

from bot import drafts
from bot.domain import groups, measures, stories, strata
from bot.domain.entries import VALUE
from bot.domain.groups import Group
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.teams import Team
from handlers import measure_merging


class Carried(BaseModel):
    """What a form carries: claims, checked again. `page` and `later` are the measures of this and of later pages."""

    team: int
    period: date
    page: list[int] = []
    later: list[int] = []
    number: int = 1  # of the page
    fix: bool = False
    more: bool = False
    words: int = 0  # the versions of the measures whose words the page shows
    reworded: bool = False  # those words were changed meanwhile
    was: dict[str, str] = {}  # the marks of what stood there when it was shown
    theirs: bool = False  # somebody filed meanwhile: a box that is left empty keeps what they did
    subject: str = drafts.NEW

    @property
    def rows(self) -> list[int]:
        """Every measure from this page on."""
        return [*self.page, *self.later]


def everything(
    session: Session, team: Team, carried: Carried, here: Sequence[Measure], told: Sequence[Point]
) -> dict[str, str]:
    """What stands by now of all that the page shows, box by box."""
    boxes: dict[str, str] = {}
    for measure in here:
        month = month_of(measure, carried.period)
        theirs = [one for one in told if one.measure_id == measure.id and one.month == month]
        boxes |= _stands(measure, next((one for one in theirs if not one.stratum), None), more=carried.more)
        if carried.more:
            boxes |= {box_of(measure, stratum): _groups(theirs, stratum) for stratum in measure.strata}
    if not carried.later:
        story = stories.of_month(session, team.id, carried.period)
        boxes["story"] = story.words if story else ""
    return boxes


def of_later(carried: Carried, told: Sequence[Point], later: Iterable[Measure]) -> dict[str, str]:
    """What stood of later pages' answers when the form was opened, where they are shown empty then."""
    if carried.fix:
        return {}
    whole = {(one.measure_id, one.month): one for one in told if not one.stratum}
    found: dict[str, str] = {}
    for measure in later:
        found |= _stands(measure, whole.get((measure.id or 0, month_of(measure, carried.period))), more=False)
    marks = measure_merging.marks(found)
    return marks | {thing: mark for thing, mark in carried.was.items() if thing in marks}


def box_of(measure: Measure, stratum: str) -> str:
    """Where the groups of a stratum are written."""
    return f"m{measure.id}.by{strata.number_of(stratum)}"


def month_of(measure: Measure, period: date) -> date:
    """The month that a measure tells of in a period."""
    return measures.moved(period, -measure.lag_months)


def _stands(measure: Measure, point: Point | None, *, more: bool) -> dict[str, str]:
    """What a row holds of everybody, box by box, with its note where that is shown."""
    numbers = {name: getattr(point, name, None) for name in measure_merging.NUMBERS}
    boxes = {name: "" if number is None else f"{number:.12g}" for name, number in numbers.items()}
    if measure.shape != "value":
        boxes["value"] = ""  # it is worked out, and has no box
    boxes |= {"state": point.state if point else VALUE}
    boxes |= {"expected_on": point.expected_on.isoformat() if point and point.expected_on else ""}
    boxes |= {"note": point.note if point else ""} if more else {}
    return {f"m{measure.id}.{name}": words for name, words in boxes.items()}


def _groups(told: list[Point], stratum: str) -> str:
    """What was filed of a stratum, as its box shows it."""
    filed = [one for one in told if one.stratum == stratum]
    return groups.write([Group(one.level, one.numerator, one.denominator, one.value) for one in filed])
