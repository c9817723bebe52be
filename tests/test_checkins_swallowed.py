"""Check-ins whose whole time passed while the bot was away: never asked late, and coordinators hear which they were."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.domain.asks import Ask
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.outbox import Letter
from tests.checking_in import CHICAGO, at, cards, check_ins, sets
from tests.personas import Persona
from tests.town import Town

TUESDAY = datetime(2026, 2, 3, 10, tzinfo=CHICAGO)  # the small town was launched on the day before
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)
BOTH = "to #team-alder and #team-prairie"


@pytest.mark.parametrize(
    ("down", "posted", "skipped"),
    [
        (A_WEEK, "Mon 9 Feb", []),
        (2 * A_WEEK, "Mon 16 Feb", ["Mon 9 Feb"]),
        (3 * A_WEEK, "Mon 23 Feb", ["Mon 9 Feb", "Mon 16 Feb"]),
    ],
    ids=["a week", "two weeks", "three weeks"],
)
def test_after_weeks_away_the_last_card_comes_late_and_one_notice_names_the_others(
    town: Town, ana: Persona, pru: Persona, down: timedelta, posted: str, skipped: list[str]
) -> None:
    _is_weekly(town)

    town.is_down(down)
    for _ in range(3):
        town.bot.tick()

    assert _days(ana) == [f"{posted} 2026"]
    assert _told(pru) == [[f"The check-in card of {day} 2026 {BOTH}" for day in skipped]] * bool(skipped)
    assert _asked_for(town) <= {one.id for team in (1, 2) for one in check_ins(town, team)[len(skipped) :]}


def test_what_was_told_once_is_not_told_again_and_the_next_card_comes_at_its_hour(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _is_weekly(town)
    town.is_down(2 * A_WEEK)
    town.bot.tick()
    before = _letters(town)

    town.bot.tick()
    assert _letters(town) == before
    town.is_down(A_DAY / 2)
    town.bot.tick()
    for hours in (0, 1):
        at(town, TUESDAY + 3 * A_WEEK + timedelta(hours=hours))

    assert len(_told(pru)) == 1
    assert len(cards(ana)) == 2


def test_a_clock_that_is_turned_by_weeks_tells_of_nothing(town: Town, ana: Persona, pru: Persona) -> None:
    _is_weekly(town)
    for weeks in (2, 4, 6):
        for _ in range(2):
            at(town, TUESDAY + weeks * A_WEEK)

    assert _days(ana) == ["Mon 16 Feb 2026", "Mon 2 Mar 2026", "Mon 16 Mar 2026"]
    assert _told(pru) == []
    assert len(check_ins(town)) == 3


def test_no_more_is_told_than_of_sixty_days(town: Town, pru: Persona) -> None:
    _is_weekly(town)

    town.is_down(100 * A_DAY)
    for _ in range(2):
        town.bot.tick()

    (lines,) = _told(pru)
    assert lines[0] == f"The check-in card of Mon 16 Mar 2026 {BOTH}"
    assert len(lines) == 8


@pytest.mark.parametrize(
    ("changed", "skipped"),
    [
        ({"checkin_set_on": date(2026, 2, 9)}, ["Mon 16 Feb"]),
        ({"launched_at": datetime(2026, 2, 9, 15, tzinfo=CHICAGO)}, ["Mon 16 Feb"]),
        ({"holidays": ["2026-02-09"]}, ["Tue 10 Feb", "Mon 16 Feb"]),
        ({"ends": date(2026, 2, 12)}, ["Mon 9 Feb"]),
        ({"launched_at": None}, []),
    ],
    ids=["set on that day", "launched on that day", "a holiday", "over", "not launched"],
)
def test_only_what_would_have_been_asked_is_told(
    town: Town, pru: Persona, changed: dict[str, object], skipped: list[str]
) -> None:
    _is_weekly(town)
    with town.kit.store.transaction() as session:
        collaborative = session.get_one(Collaborative, 1)
        for name, value in changed.items():
            setattr(collaborative, name, value)

    town.is_down(3 * A_WEEK)
    for _ in range(2):
        town.bot.tick()

    assert _told(pru) == [[f"The check-in card of {day} 2026 {BOTH}" for day in skipped]] * bool(skipped)


def test_a_team_that_paused_meanwhile_is_not_among_them(town: Town, pru: Persona) -> None:
    _is_weekly(town)
    with town.kit.store.transaction() as session:
        team = session.get_one(Team, 1)
        team.status, team.status_until = "paused", date(2026, 2, 19)

    town.is_down(3 * A_WEEK)
    for _ in range(2):
        town.bot.tick()

    assert _told(pru) == [
        [
            "The check-in card of Mon 9 Feb 2026 to #team-prairie",
            "The check-in card of Mon 16 Feb 2026 to #team-prairie",
            "The check-in card of Thu 19 Feb 2026 to #team-alder",
        ]
    ]


@pytest.mark.parametrize("written", [False, True], ids=["of later", "of which one is written"])
def test_where_only_the_lead_is_asked_the_lead_is_named(town: Town, ana: Persona, pru: Persona, written: bool) -> None:
    _is_weekly(town)
    sets(town, where="dm")
    if written:
        at(town, TUESDAY + 4 * A_DAY)

    town.is_down(TUESDAY + 3 * A_WEEK - town.kit.now())
    for _ in range(3):
        town.bot.tick()

    leads = "to Ana Reyes (ana@example.org) and Cleo Hart (cleo@example.org)"
    assert _told(pru) == [[f"The check-in of Mon {day} Feb 2026 {leads}" for day in (9, 16)]]
    assert cards(ana) == []
    assert [one.opens.day for one in check_ins(town)] == [9, 16, 23]
    assert _asked_for(town) <= {one.id for team in (1, 2) for one in check_ins(town, team)[2:]}


def test_a_lead_who_told_before_being_asked_is_not_named(town: Town, ana: Persona, pru: Persona) -> None:
    _is_weekly(town)
    sets(town, where="dm")
    at(town, TUESDAY + 5.9 * A_DAY)  # half past seven
    ana.opens_home()
    ana.presses_at_home("Answer")
    assert ana.submits(mood="steady")["ok"]

    town.is_down(2 * A_WEEK)
    for _ in range(2):
        town.bot.tick()

    ana_too = "to Ana Reyes (ana@example.org) and Cleo Hart (cleo@example.org)"
    assert _told(pru) == [
        [
            "The check-in of Mon 9 Feb 2026 to Cleo Hart (cleo@example.org)",
            f"The check-in of Mon 16 Feb 2026 {ana_too}",
        ]
    ]


def _is_weekly(town: Town) -> None:
    """Every Monday from the ninth on, none of which is planned yet."""
    sets(town, every="week")
    at(town, TUESDAY)


def _days(person: Persona) -> list[str]:
    """Of which days cards stand in the channel."""
    return [one["text"].partition("check-in of ")[2].partition(".")[0] for one in cards(person)]


def _told(person: Persona) -> list[list[str]]:
    """What each notice says was skipped."""
    notices = [text.partition("unsaid: ")[2] for text in person.hears() if "unsaid: " in text]
    return [text.partition(". Nothing needs")[0].split("; ") for text in notices]


def _asked_for(town: Town) -> set[int]:
    """The check-ins that somebody is or was asked for."""
    with town.record() as session:
        return set(session.exec(select(Ask.subject).where(Ask.kind == "checkin")))


def _letters(town: Town) -> list[tuple[str, str, int]]:
    with town.record() as session:
        ours = select(Letter).where(Letter.message == "checkins/card")
        return sorted((one.key, one.state, one.version) for one in session.exec(ours))
