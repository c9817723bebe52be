"""After a while away the bot says what is still of use, skips what isn't, and coordinators hear which and why."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot import outbox, uptime
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.outbox import EXPIRED, Letter
from bot.planning import late
from bot.planning.late import Rule
from bot.uptime import Uptime
from tests.cycling import buttons, logs, questions
from tests.personas import Persona
from tests.town import Town

MONDAY = datetime(2026, 2, 2, 15, tzinfo=UTC)  # nine in Chicago
AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
UNSAID = "What was for that time would come too late to be of use, so it stays unsaid: "
ALDER, PRAIRIE = "team:1", "team:2"


@pytest.fixture(autouse=True)
def cards_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if team cards were of use for a while only."""
    monkeypatch.setitem(late.RULES, "teams/card", Rule.SKIPPED)


@pytest.mark.parametrize(
    ("down", "told"),
    [
        (AN_HOUR, []),
        (
            A_DAY,
            [
                "from Mon 2 Feb 10:00 AM EST to Tue 3 Feb 10:00 AM EST. "
                + UNSAID
                + "The team card of Mon 2 Feb 2026 to "
            ],
        ),
        (
            2 * A_WEEK,
            ["from Mon 2 Feb 10:00 AM EST to Mon 16 Feb 10:00 AM EST. " + UNSAID + "The team card of Mon"],
        ),
    ],
    ids=["an hour", "a day", "two weeks"],
)
def test_a_bot_that_was_down_says_what_is_still_of_use_and_tells_of_the_rest(
    town: Town, ana: Persona, pru: Persona, down: timedelta, told: list[str]
) -> None:
    logs(ana, due="2026-02-03")
    town.bot.tick()
    said = _cards(town)
    _plans(town, at=MONDAY + AN_HOUR / 2, until=MONDAY + 8 * AN_HOUR)

    town.is_down(down)
    _ticks_twice(town)

    assert _cards(town) == said + (not told)
    assert len(questions(ana)) == (down >= A_DAY)  # asked all the same, once
    assert [text.removeprefix("Small Town: I wasn't running ").startswith(told[0]) for text in _notices(pru)] == [
        True for _ in told
    ]


def test_coordinators_get_one_message_a_day_that_says_why_and_leads_on(town: Town, ana: Persona, pru: Persona) -> None:
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR)
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR, to=PRAIRIE)
    _plans(town, at=MONDAY + 26 * AN_HOUR, until=MONDAY + 27 * AN_HOUR)

    town.is_down(3 * A_DAY)
    _ticks_twice(town)
    _ticks_twice(town)

    (notice,) = _notices(pru)
    assert notice.endswith(
        f"{UNSAID}The team card of Mon 2 Feb 2026 to #team-alder and #team-prairie; The team card of Tue 3 Feb 2026 "
        "to #team-alder. Nothing needs to be done: the next ones come at their hour. "
        "You get this because you coordinate Small Town."
    )
    assert buttons(next(one for one in pru.dm() if one["text"] == notice)["blocks"]) == ["All actions"]
    assert [_notices(town.people[name]) for name in ("ana", "imani", "tobias")] == [[], [], []]


def test_what_is_skipped_later_on_the_same_day_comes_into_the_same_message(town: Town, pru: Persona) -> None:
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR)
    town.is_down(2 * AN_HOUR)
    _ticks_twice(town)
    _plans(town, at=MONDAY + 3 * AN_HOUR, until=MONDAY + 4 * AN_HOUR, to=PRAIRIE)

    town.is_down(3 * AN_HOUR)
    _ticks_twice(town)

    (notice,) = _notices(pru)
    assert "to #team-alder and #team-prairie." in notice
    assert (
        "from Mon 2 Feb 10:00 AM EST to Mon 2 Feb 12:00 PM EST, and from Mon 2 Feb 12:00 PM EST to Mon 2 Feb 3:00 PM"
        in notice
    )
    _plans(town, at=MONDAY + A_DAY, until=MONDAY + A_DAY + AN_HOUR)
    town.is_down(A_DAY)
    _ticks_twice(town)
    assert len(_notices(pru)) == 2


def test_many_are_told_in_few_words(town: Town, pru: Persona) -> None:
    for day in range(20):
        for number in range(5):
            _plans(town, at=MONDAY + day * A_DAY, until=MONDAY + day * A_DAY + AN_HOUR, key=f"x:{day}:{number}")

    town.is_down(3 * A_WEEK)
    _ticks_twice(town)

    (notice,) = _notices(pru)
    assert notice.count("#team-alder, #team-alder, #team-alder and 2 more") == 12
    assert "And 8 more." in notice


def test_what_could_not_go_out_though_the_bot_ran_is_told_too(town: Town, pru: Persona) -> None:
    with town.record() as session:
        person = session.exec(select(Team.deputy_id).where(Team.name == "Alder & Main")).one()
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR, to=f"person:{person}")
    town.slack.post("act/pause_notifications", user=town.people["ben"].user, until="2026-02-02T20:00:00+00:00")
    for _ in range(3):
        town.later(minutes=61)
        _ticks_twice(town)

    (notice,) = _notices(pru)
    assert notice.startswith("Small Town: These couldn't go out while they were of use, so they stay unsaid: The team")


def test_nobody_hears_of_what_is_folded_into_the_next_or_said_late(
    town: Town, pru: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(late.RULES, "teams/card", Rule.FOLDED)
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR)

    town.is_down(A_DAY)
    _ticks_twice(town)

    assert _states(town) == {EXPIRED}
    assert _notices(pru) == []


def test_at_night_the_word_of_it_waits_for_the_morning(town: Town, pru: Persona) -> None:
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR)

    town.is_down(13 * AN_HOUR)  # eleven in the evening in New York
    _ticks_twice(town)
    assert _notices(pru) == []
    town.turn_clock(datetime(2026, 2, 3, 12, tzinfo=UTC))
    town.bot.tick()
    assert len(_notices(pru)) == 1


def test_another_collaborative_hears_nothing(town: Town, pru: Persona) -> None:
    with town.kit.store.transaction() as session:
        ours = session.exec(select(Collaborative)).one()
        other = Collaborative(**{**ours.model_dump(), "id": None, "name": "Big Town"})
        session.add(other)
        session.flush()
        team = session.exec(select(Team).where(Team.name == "Alder & Main")).one()
        elm = Team(**{**team.model_dump(), "id": None, "name": "Elm", "collaborative_id": other.id})
        session.add(elm)
        session.flush()
        row = elm.id
    _plans(town, at=MONDAY + AN_HOUR, until=MONDAY + 2 * AN_HOUR, to=f"team:{row}")

    town.is_down(A_DAY)
    _ticks_twice(town)

    assert _notices(pru) == []


def test_a_clock_that_is_turned_while_the_bot_runs_is_no_time_away(town: Town) -> None:
    town.bot.tick()
    for step in (A_WEEK, -3 * A_DAY, A_DAY):
        town.turn_clock(town.kit.now() + step)
        town.bot.tick()

    with town.record() as session:
        assert uptime.away(session, MONDAY - A_WEEK, MONDAY + 3 * A_WEEK) == []


def test_the_bot_says_when_it_was_away_and_a_quick_restart_is_not(town: Town) -> None:
    for away in (timedelta(minutes=4), AN_HOUR, timedelta(minutes=1), A_DAY):
        town.bot.tick()
        town.is_down(away)

    with town.record() as session:
        stretches = uptime.away(session, MONDAY, MONDAY + A_WEEK)
        assert [round((until - since) / AN_HOUR) for since, until in stretches] == [1, 24]
        assert uptime.away(session, stretches[1][1], MONDAY + A_WEEK) == []
        assert len(session.exec(select(Uptime)).all()) == 3


def test_what_the_bot_knows_of_long_ago_is_forgotten(town: Town) -> None:
    for _ in range(3):
        town.is_down(40 * A_DAY)

    with town.record() as session:
        assert len(session.exec(select(Uptime)).all()) == 2


def _plans(town: Town, *, at: datetime, until: datetime, to: str = ALDER, key: str = "") -> None:
    """A card that the clock is to post, of use until then."""
    with town.kit.store.transaction() as session:
        outbox.plan(
            session, "teams/card", key=key or f"x:{to}:{at.isoformat()}", to=to, at=at, until=until, why="a test",
            now=town.kit.now(), team=int(to[5:]) if to.startswith("team:") else 1,
        )  # fmt: skip


def _ticks_twice(town: Town) -> None:
    """Once to see what is too late, once to tell."""
    town.bot.tick()
    town.bot.tick()


def _cards(town: Town) -> int:
    return sum("team card." in text for text in town.people["ana"].reads("team-alder"))


def _notices(person: Persona) -> list[str]:
    return [text for text in person.hears() if "stay unsaid" in text or "stays unsaid" in text]


def _states(town: Town) -> set[str]:
    with town.record() as session:
        return {letter.state for letter in session.exec(select(Letter)) if letter.key.startswith("x:")}
