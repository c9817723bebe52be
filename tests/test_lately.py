"""The coordinator sees what became of everything that was asked, and which kind hardly anybody acts on."""

import pytest

from bot.planning.lately import NOT_WORTH_IT, Week


@pytest.mark.parametrize(
    ("week", "told"),
    [
        (Week("Data"), "Data: 0 went out: 0 acted on."),
        (Week("Data", went=1), "Data: 1 went out: 0 acted on, 1 not answered so far."),
        (Week("Data", went=1, acted=1), "Data: 1 went out: 1 acted on."),
        (Week("Data", went=2, acted=2, held=5), "Data: 2 went out: 2 acted on. 5 held back by me, for want of room."),
        (
            Week("Data", went=11, acted=4, put_off=3, declined=3, gone=1),
            "Data: 11 went out: 4 acted on, 3 put off or handed over, 3 not this time, 1 not needed any more.",
        ),
    ],
)
def test_the_counts_read_as_a_sentence(week: Week, told: str) -> None:
    assert week.told == told


@pytest.mark.parametrize(
    ("went", "acted", "doubted"),
    [(0, 0, False), (9, 0, False), (10, 0, True), (10, 1, False), (19, 1, True), (20, 2, False), (100, 9, True)],
)
def test_what_fewer_than_one_in_ten_act_on_is_pointed_out(went: int, acted: int, doubted: bool) -> None:
    assert Week("Data", went=went, acted=acted).doubt == (NOT_WORTH_IT if doubted else "")
