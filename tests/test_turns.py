"""Whose turn it is to be asked, on which day, and what goes into one message: tables of cases."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain import turns
from bot.domain.asks import HANDED, TOMORROW, Ask, Put
from bot.domain.reasons import Reason
from bot.domain.turns import Day, Line, Turn

ANA, BEN, GIL = 1, 2, 3
MONDAY = date(2026, 2, 9)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 9, 18, tzinfo=UTC)
FRIDAY, NEXT_MONDAY = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)


def ask(wanted: str = "", *, by: int = ANA, to: int | None = None, on: date = MONDAY) -> Ask:
    return Ask(
        key="x", kind="x", team_id=1, subject=1, opened_at=SINCE, wanted=wanted, wanted_by=by, taken_by=to,
        wanted_on=on if wanted else None, wanted_at=LATER if wanted else None,
    )  # fmt: skip


def put(person: int, day: date, wanted: str = "") -> Put:
    return Put(ask_id=1, person_id=person, day=day, letter="x", wanted=wanted)


@pytest.mark.parametrize(
    ("said", "puts", "most", "expected"),
    [
        (ask(), [], 1, Turn((ANA, BEN), MONDAY, SINCE)),
        (ask(), [put(ANA, MONDAY)], 1, None),
        (ask(), [put(ANA, MONDAY)], 2, Turn((BEN, ANA), NEXT_MONDAY, SINCE)),  # the deputy, five working days later
        (ask(), [put(ANA, FRIDAY)], 2, Turn((BEN, ANA), FRIDAY + timedelta(days=7), SINCE)),
        (ask(), [put(ANA, MONDAY), put(BEN, NEXT_MONDAY)], 2, None),
        (ask(TOMORROW, on=FRIDAY), [put(ANA, MONDAY)], 1, Turn((ANA, BEN), FRIDAY, LATER, TOMORROW)),
        (ask(TOMORROW, by=BEN, on=FRIDAY), [put(ANA, MONDAY)], 1, Turn((BEN, ANA), FRIDAY, LATER, TOMORROW)),
        (ask(TOMORROW, by=GIL, on=FRIDAY), [put(ANA, MONDAY)], 1, Turn((ANA, BEN), FRIDAY, LATER, TOMORROW)),
        (ask(TOMORROW, on=FRIDAY), [put(ANA, MONDAY), put(ANA, FRIDAY, TOMORROW)], 1, None),
        (
            ask(TOMORROW, on=FRIDAY),
            [put(ANA, MONDAY), put(ANA, FRIDAY, TOMORROW)],
            2,  # it wasn't counted, so the second time is still to come
            Turn((BEN, ANA), FRIDAY + timedelta(days=7), SINCE),
        ),
        (ask(HANDED, to=GIL), [put(ANA, MONDAY)], 1, Turn((GIL, ANA, BEN), MONDAY, LATER, HANDED)),
        (ask(HANDED, to=GIL), [put(ANA, MONDAY), put(GIL, MONDAY, HANDED)], 1, None),
        (
            ask(HANDED, to=GIL),
            [put(ANA, MONDAY), put(GIL, MONDAY, HANDED)],
            2,
            Turn((GIL, ANA, BEN), NEXT_MONDAY, SINCE),
        ),
    ],
)
def test_whose_turn_it_is(said: Ask, puts: list[Put], most: int, expected: Turn | None) -> None:
    reason = Reason("x", "x", 1, 1, (ANA, BEN), MONDAY, SINCE)

    assert turns.turn(reason, said, puts, most=most, again=5) == expected


@pytest.mark.parametrize(
    ("whom", "away", "today", "expected"),
    [
        ((ANA, BEN), {}, 0, ANA),
        ((ANA, BEN), {ANA: 3}, 0, ANA),  # back on Thursday: she is waited for
        ((ANA, BEN), {ANA: 4}, 0, BEN),
        ((ANA, BEN), {ANA: 4}, 1, ANA),  # the same, looked at on Tuesday
        ((ANA, BEN), {ANA: 14, BEN: 14}, 0, ANA),
        ((ANA, BEN, GIL), {ANA: 14, BEN: 14}, 0, GIL),
        ((), {}, 0, None),
    ],
)
def test_whoever_stays_away_is_not_waited_for(
    whom: tuple[int, ...], away: dict[int, int], today: int, expected: int | None
) -> None:
    def off(person: int) -> Collection[str]:
        return {(MONDAY + timedelta(days=day)).isoformat() for day in range(away.get(person, 0))}

    turn = Turn(whom, MONDAY, SINCE)

    assert turns.addressee(turn, off, MONDAY + timedelta(days=today)) == expected


def line(key: str, rank: int = 0, wanted: str = "", on: date = MONDAY) -> Line:
    return Line(key, rank, on, wanted)


@pytest.mark.parametrize(
    ("lines", "sent", "put", "held"),
    [
        ([], 0, "", ""),
        ([line("a")], 0, "a", ""),
        ([line("b", 1), line("a", 0)], 2, "ab", ""),
        ([line("a"), line("b"), line("c"), line("d")], 0, "abc", "d"),
        ([line("a", on=FRIDAY), line("b")], 0, "ba", ""),  # the older one first
        ([line("a", 0), line("b", 5, TOMORROW), line("c", 9, HANDED)], 0, "bca", ""),
        ([line("a"), line("b", 1)], 3, "", "ab"),
        ([line("a"), line("b", 1, TOMORROW)], 3, "b", "a"),
        ([line("a", 0, HANDED)], 3, "", "a"),  # somebody else wanted it
    ],
)
def test_what_fits_into_a_message(lines: list[Line], sent: int, put: str, held: str) -> None:
    chosen = turns.choose(lines, sent=sent, a_week=3)

    assert tuple("".join(line.key for line in part) for part in chosen) == (put, held)


@pytest.mark.parametrize(
    ("lines", "taken", "sent", "expected"),
    [
        ("", [], [], []),
        ("a", [], [], ["9:a/"]),
        ("abcde", [], [], ["9:abc/de", "10:de/"]),
        ("a", [9], [9], ["10:a/"]),  # one message a day
        ("a", [], [2, 3, 4], ["9:a/"]),  # another week
        ("abcd", [9, 10, 11], [9, 10, 11], ["12:/abcd", "13:/abcd", "16:abc/d", "17:d/"]),
    ],
)
def test_one_message_a_day_and_three_a_week(lines: str, taken: list[int], sent: list[int], expected: list[str]) -> None:
    days = turns.spread(
        ANA,
        [(line(key), _nine(MONDAY)) for key in lines],
        lambda _, day: _nine(day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())),
        zone="UTC", taken=_days(taken), sent=_days(sent), a_week=3, until=_nine(MONDAY + timedelta(days=10)),
    )  # fmt: skip

    assert [_told(day) for day in days] == expected


def test_what_is_too_far_ahead_waits() -> None:
    first = [(line("a"), _nine(FRIDAY)), (line("b"), _nine(MONDAY))]
    days = turns.spread(
        ANA, first, lambda _, day: _nine(day), zone="UTC", taken=(), sent=(), a_week=3, until=_nine(FRIDAY)
    )

    assert [_told(day) for day in days] == ["9:b/"]


def _nine(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)


def _days(numbers: list[int]) -> list[date]:
    return [date(2026, 2, number) for number in numbers]


def _told(day: Day) -> str:
    put, held = ("".join(line.key for line in part) for part in (day.put, day.held))
    return f"{day.day.day}:{put}/{held}"
