"""Words → the first day away and the day back; whatever somebody writes, they are back after they left."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import spans
from bot.errors import FieldError

MONDAY = date(2026, 2, 2)
WORDS = (
    "until to from for through end of the next this in a two 3 12 31 12th may february monday fri week month year days "
    "today tomorrow yesterday 2026-05-12 5/12 9999 - banana ago 0 99 1.5 at 5pm"
).split()


@pytest.mark.parametrize(
    ("words", "first", "back"),
    [
        ("until 12 May", "2026-02-02", "2026-05-12"),
        ("until May 12th", "2026-02-02", "2026-05-12"),
        ("Until  the 12th.", "2026-02-02", "2026-02-12"),
        ("till tomorrow", "2026-02-02", "2026-02-03"),
        ("until monday", "2026-02-02", "2026-02-09"),
        ("until next week", "2026-02-02", "2026-02-09"),
        ("until March", "2026-02-02", "2026-03-01"),
        ("until the end of March", "2026-02-02", "2026-04-01"),
        ("until the end of the month", "2026-02-02", "2026-03-01"),
        ("through Friday", "2026-02-02", "2026-02-07"),
        ("until 2026-05-12", "2026-02-02", "2026-05-12"),
        ("12 May to 20 May", "2026-05-12", "2026-05-21"),
        ("from 12 May until 20 May", "2026-05-12", "2026-05-20"),
        ("12 to 20 May", "2026-05-12", "2026-05-21"),
        ("12-20 May", "2026-05-12", "2026-05-21"),
        ("May 12 – 20", "2026-05-12", "2026-05-21"),
        ("12 May - 20 May", "2026-05-12", "2026-05-21"),
        ("2026-05-12 to 2026-05-20", "2026-05-12", "2026-05-21"),
        ("7-11 December", "2026-12-07", "2026-12-12"),
        ("16 Feb-20 Feb", "2026-02-16", "2026-02-21"),
        ("Feb 16-Feb 20", "2026-02-16", "2026-02-21"),
        ("Mon–Wed", "2026-02-09", "2026-02-12"),
        ("until 12-May-2026", "2026-02-02", "2026-05-12"),
        ("16 Feb to 20 Feb", "2026-02-16", "2026-02-21"),
        ("12 May to 12 May", "2026-05-12", "2026-05-13"),
        ("12 May till 20 May", "2026-05-12", "2026-05-20"),
        ("to 12 May", "2026-02-02", "2026-05-12"),
        ("20 Dec to 3 Jan", "2026-12-20", "2027-01-04"),
        ("31 January to 5 February", "2026-02-02", "2026-02-06"),  # it has begun
        ("31 January to 2 February", "2026-02-02", "2026-02-03"),
        ("12 May to the end of May", "2026-05-12", "2026-06-01"),
        ("through the end of May", "2026-02-02", "2026-06-01"),
        ("from March to May", "2026-03-01", "2026-06-01"),
        ("monday to friday", "2026-02-09", "2026-02-14"),
        ("from Monday to Wednesday", "2026-02-09", "2026-02-12"),
        ("monday through friday", "2026-02-09", "2026-02-14"),
        ("monday to monday", "2026-02-09", "2026-02-17"),
        ("next week", "2026-02-09", "2026-02-16"),
        ("next month", "2026-03-01", "2026-04-01"),
        ("today", "2026-02-02", "2026-02-03"),
        ("tomorrow", "2026-02-03", "2026-02-04"),
        ("friday", "2026-02-06", "2026-02-07"),
        ("12 May", "2026-05-12", "2026-05-13"),
        ("in 3 days", "2026-02-05", "2026-02-06"),
        ("for 3 days", "2026-02-02", "2026-02-05"),
        ("two weeks", "2026-02-02", "2026-02-16"),
        ("for a month", "2026-02-02", "2026-03-02"),
        ("from monday for 3 days", "2026-02-09", "2026-02-12"),
        ("for 3 days from monday", "2026-02-09", "2026-02-12"),
        ("until 3 February 2027", "2026-02-02", "2027-02-03"),  # 366 days
    ],
)
def test_what_people_write_is_understood(words: str, first: str, back: str) -> None:
    assert spans.understood(words, MONDAY) == (date.fromisoformat(first), date.fromisoformat(back))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("until yesterday", "Sun 1 Feb 2026 has passed. Please give a day after today on which you're back."),
        ("until 1 February", "Sun 1 Feb 2026 has passed."),
        ("until today", "Mon 2 Feb 2026 is today."),
        ("until 2 Feb", "Mon 2 Feb 2026 is today."),
        ("3 days ago", "Sat 31 Jan 2026 has passed."),
        ("until 31 February", "I don't find a day in “until 31 February”. Write it like one of these: until 12 May"),
        ("bananas", "I don't find a day in “bananas”."),
        ("until", "I don't find a day in “until”."),
        ("until further notice", "I don't find a day in “until further notice”."),
        ("until the 32nd", "I don't find a day in “until the 32nd”."),
        ("until 9999-12-31", "I don't find a day"),
        ("x" * 500, f"I don't find a day in “{'x' * 40}…”."),
        ("from Monday", "I don't see a day on which you're back. Write it like “from monday until 12 May”."),
        ("20 May to 12 May", "You'd be back on Wed 13 May 2026, before you leave on Wed 20 May 2026. Please"),
        ("20 May to 19 May", "You'd be back on Wed 20 May 2026, the day you leave. Please give a later day;"),
        ("until 4 February 2027", "Up to 366 days can be noted at once. Please give an earlier day"),
        ("for 999 days", "Up to 366 days can be noted at once."),
        ("12 May 2028", "That begins more than 366 days from now. Please tell me nearer to it."),
    ],
)
def test_what_is_no_time_off_is_refused_in_words_with_the_way_on(words: str, sentence: str) -> None:
    with pytest.raises(FieldError) as refused:
        spans.understood(words, MONDAY)

    assert str(refused.value).startswith(sentence)


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join) | st.text(max_size=100),
    st.dates(date(2024, 1, 1), date(2036, 12, 31)),
)
@example("until 29 feb", date(2027, 3, 1))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_one_is_back_after_one_left_and_within_two_years(words: str, today: date) -> None:
    try:
        first, back = spans.understood(words, today)
    except FieldError:
        return

    assert today <= first < back
    assert back - first <= timedelta(days=spans.MOST)
    assert first - today <= timedelta(days=spans.MOST)


@pytest.mark.parametrize(
    ("first", "back", "box"),
    [
        ("2026-02-02", "2026-02-02", "back"),
        ("2026-02-05", "2026-02-04", "back"),
        ("2026-01-01", "2026-02-01", "back"),
        ("2026-02-02", "2027-02-04", "back"),
        ("2027-03-01", "2027-03-02", "first"),
    ],
)
def test_two_days_of_a_form_are_held_to_the_same(first: str, back: str, box: str) -> None:
    with pytest.raises(FieldError) as refused:
        spans.checked(date.fromisoformat(first), date.fromisoformat(back), MONDAY)

    assert refused.value.field == box
