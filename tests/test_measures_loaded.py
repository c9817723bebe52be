"""A collaborative file that is loaded again leaves what people changed of the measures in Slack, and says so."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.domain import measure_edit, measures
from bot.domain.collaborative_file import reader
from bot.domain.loading import loader
from bot.domain.loading.measures import CodeTaken
from bot.domain.measures import Measure
from tests.counting import FEB, NOON, counted, entry, files
from tests.town import SMALL_TOWN

PRU = 1
STANDS = "Measure OFFER3: goal 90 stands, changed in Slack by Pru Adebayo on Tue 10 Feb 2026; the file says 85."
NEWER = "Measure OFFER3: the file's goal is newer than what Pru Adebayo on Tue 10 Feb 2026 set in Slack."


@pytest.fixture
def session() -> Iterator[Session]:
    with counted() as here:
        here.get_one(Measure, 1).due_day = 28  # as the file has it
        yield here


def test_what_was_changed_in_slack_stands_until_the_file_says_something_new(session: Session) -> None:
    offer = session.get_one(Measure, 1)
    changes(session, offer, goal=90.0)

    assert loads(session) == ["Nothing changed.", STANDS]
    assert loads(session) == ["Nothing changed.", STANDS]
    assert (offer.goal, offer.version) == (90, 2)
    newer = loads(session, "goal: 85", "goal: 80")
    assert newer == [NEWER, "Measure OFFER3: goal changed from 90 to 80."]
    assert offer.goal == 80
    assert loads(session, "goal: 85", "goal: 80") == ["Nothing changed."]
    said = loads(session, "up, goal: 85", "up, goal: 80, lag_months: 2, strata: [language]")
    assert said == [
        "Measure OFFER3: strata changed from nothing to language.",
        "Measure OFFER3: lag changed from 0 to 2.",
    ]


def test_a_measure_is_known_by_what_the_file_called_it(session: Session) -> None:
    offer = session.get_one(Measure, 1)
    changes(session, offer, code="OFFER2", name="Offered within 2 days", numerator="x" * 80)

    assert [one.partition(", changed")[0] for one in loads(session)] == [
        "Nothing changed.",
        "Measure OFFER2: code OFFER2 stands",
        "Measure OFFER2: name Offered within 2 days stands",
        "Measure OFFER2: numerator stands",
    ]
    assert len(measures.all_of(session, 1)) == 1
    with pytest.raises(CodeTaken, match="OFFER2 is what Offered within 2 days is called in Slack"):
        loads(
            session,
            "- {code: OFFER3",
            "- {code: OFFER2, name: New, kind: process, unit: days, direction: up}\n  - {code: OFFER3",
        )


def test_one_added_or_ended_in_slack_stays_so(session: Session) -> None:
    fields = {"code": "TNA", "name": "Third next available", "kind": "balancing", "unit": "days", "shape": "value"}
    tna = measure_edit.add(session, 1, {**fields, "direction": "hold"}, by=PRU, now=NOON)
    measures.end(session, session.get_one(Measure, 1), since=FEB, by=PRU, now=NOON)

    assert loads(session) == [
        "Nothing changed.",
        "Measure OFFER3 has ended in Slack, from February 2026 on; it stays so.",
        "Measure TNA was added in Slack and isn't in the file; it stays.",
    ]
    assert tna.position == 1


def test_a_file_cannot_count_otherwise_what_has_numbers(session: Session) -> None:
    offer = session.get_one(Measure, 1)
    assert loads(session, "shape: proportion", "shape: ratio")[0] == (
        "Measure OFFER3: shape changed from proportion to ratio."
    )
    loads(session)
    files(session, entry(9, 12))

    (nothing, kept) = loads(session, "shape: proportion", "shape: ratio")

    assert (nothing, offer.shape) == ("Nothing changed.", "proportion")
    assert kept.startswith(
        "Measure OFFER3: shape stays proportion; the file says ratio. One number of OFFER3 is in, counted as now"
    )


def changes(session: Session, measure: Measure, **fields: object) -> None:
    """Pru does, in Slack."""
    at = measure.version
    measure_edit.edit(session, measure, fields, began=at, seen=at, reworded=False, by=PRU, now=NOON)


def loads(session: Session, was: str = "", becomes: str = "") -> list[str]:
    """Load the town's file, with another text in one place, and hear what is said of its measures."""
    assert was in SMALL_TOWN
    text = SMALL_TOWN.replace(was, becomes, 1) if was else SMALL_TOWN
    return loader.load(session, reader.read(text, "small_town.yaml"), now=NOON).sentences()
