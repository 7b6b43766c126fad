from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Period, cover

FIRST = date(2020, 1, 1)
HORIZON = 40
"""Days that the naive model looks at; an open period reaches past them all."""


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def period(start: int, end: int | None = None) -> Period:
    return Period(day(start), None if end is None else day(end))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.integers(0, HORIZON - 2))
    return period(start, draw(st.none() | st.integers(start + 1, HORIZON - 1)))


def days_of(*spans: Period) -> set[date]:
    return {day(n) for n in range(HORIZON) if any(span.contains(day(n)) for span in spans)}


def disjoint(spans: list[Period]) -> bool:
    return not any(one.overlaps(other) for i, one in enumerate(spans) for other in spans[i + 1 :])


def test_a_period_without_a_day_is_refused() -> None:
    for end in (0, -1):
        with pytest.raises(ValueError, match="period_empty"):
            period(0, end)


def test_the_first_day_is_in_and_the_end_is_out() -> None:
    year = Period(date(2023, 1, 1), date(2024, 1, 1))
    assert year.contains(date(2023, 1, 1))
    assert year.contains(date(2023, 12, 31))
    assert not year.contains(date(2024, 1, 1))
    assert not year.contains(date(2022, 12, 31))


def test_an_open_period_holds_every_later_day() -> None:
    assert Period(FIRST).contains(date.max)


def test_adjacent_periods_do_not_overlap() -> None:
    assert not period(0, 5).overlaps(period(5, 9))
    assert period(0, 5).intersect(period(5)) is None


def test_a_period_is_written_as_a_daterange() -> None:
    assert str(Period(date(2023, 1, 1), date(2024, 1, 1))) == "[2023-01-01,2024-01-01)"
    assert str(Period(date(2023, 1, 1))) == "[2023-01-01,)"


@given(periods(), periods())
def test_two_periods_overlap_when_they_share_a_day(one: Period, other: Period) -> None:
    shared = days_of(one) & days_of(other)
    common = one.intersect(other)
    assert one.overlaps(other) == bool(shared)
    assert (days_of(common) if common else set()) == shared


@given(periods(), st.lists(periods(), max_size=4))
def test_subtracting_leaves_the_days_of_no_other_period(one: Period, others: list[Period]) -> None:
    pieces = one.subtract(others)
    assert days_of(*pieces) == days_of(one) - days_of(*others)
    assert disjoint(list(pieces))


@given(st.lists(periods(), max_size=6))
def test_a_cover_says_the_same_days_with_gaps_between(spans: list[Period]) -> None:
    covered = cover(spans)
    assert days_of(*covered) == days_of(*spans)
    assert all(one.end is not None and one.end < other.start for one, other in pairwise(covered))
