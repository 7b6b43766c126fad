from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.partial_date import (
    UNKNOWN_DATE,
    PartialDate,
    Precision,
    Verdict,
    add_months,
    whole_months,
)
from app.domain.period import Period

parse = PartialDate.parse
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DAYS)
    return draw(
        st.sampled_from(
            [
                PartialDate(day, Precision.DAY),
                PartialDate(day.replace(day=1), Precision.MONTH),
                PartialDate(day.replace(month=1, day=1), Precision.YEAR),
            ]
        )
    )


@pytest.mark.parametrize(
    ("text", "written", "precision", "latest"),
    [
        ("1950-03-07", "1950-03-07", Precision.DAY, date(1950, 3, 7)),
        ("07/03/1950", "1950-03-07", Precision.DAY, date(1950, 3, 7)),
        ("7/3/1950", "1950-03-07", Precision.DAY, date(1950, 3, 7)),
        (" 1950-03 ", "1950-03", Precision.MONTH, date(1950, 3, 31)),
        ("03/1950", "1950-03", Precision.MONTH, date(1950, 3, 31)),
        ("00/03/1950", "1950-03", Precision.MONTH, date(1950, 3, 31)),
        ("02/1952", "1952-02", Precision.MONTH, date(1952, 2, 29)),
        ("1950", "1950", Precision.YEAR, date(1950, 12, 31)),
        ("00/00/1950", "1950", Precision.YEAR, date(1950, 12, 31)),
        ("00/1950", "1950", Precision.YEAR, date(1950, 12, 31)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(
    text: str, written: str, precision: Precision, latest: date
) -> None:
    partial = parse(text)
    assert (partial.isoformat(), partial.precision, partial.latest) == (written, precision, latest)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_unreadable"),
        ("7.3.1950", "date_unreadable"),
        ("50", "date_unreadable"),
        ("1950/03/07", "date_unreadable"),
        ("07-03-1950", "date_unreadable"),
        ("١٩٥٠", "date_unreadable"),
        ("31/02/1950", "date_impossible"),
        ("29/02/1950", "date_impossible"),
        ("13/1950", "date_impossible"),
        ("07/00/1950", "date_impossible"),
        ("1899", "date_out_of_range"),
        ("01/01/2201", "date_out_of_range"),
        ("0000", "date_out_of_range"),
    ],
)
def test_what_is_not_a_date_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        parse(text)


@given(partial_dates())
def test_what_is_written_is_read_back(partial: PartialDate) -> None:
    written = partial.isoformat()
    assert written is not None
    assert parse(written) == partial
    assert PartialDate.of(partial.days) == partial


def test_the_unknown_date_may_be_any_day() -> None:
    assert (UNKNOWN_DATE.earliest, UNKNOWN_DATE.latest, UNKNOWN_DATE.isoformat()) == (None, None, None)
    assert PartialDate.of(UNKNOWN_DATE.days) is UNKNOWN_DATE
    assert UNKNOWN_DATE.at_least(18, date(2023, 12, 31)) is Verdict.UNKNOWN
    assert UNKNOWN_DATE.at_most(60, date(2023, 12, 31)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        (date(1950, 3, 7), Precision.MONTH),
        (date(1950, 3, 1), Precision.YEAR),
        (date(1950, 3, 7), Precision.UNKNOWN),
        (None, Precision.DAY),
    ],
)
def test_value_and_precision_fit_each_other(value: date | None, precision: Precision) -> None:
    with pytest.raises(ValueError, match="date_not_first_day"):
        PartialDate(value, precision)


@pytest.mark.parametrize(
    "days",
    [
        Period(date(1950, 1, 1)),
        Period(date(1950, 1, 1), date(1950, 1, 3)),
        Period(date(1950, 1, 15), date(1950, 2, 15)),
        Period(date(1950, 2, 1), date(1951, 2, 1)),
    ],
)
def test_days_that_are_no_day_month_or_year_are_no_date(days: Period) -> None:
    with pytest.raises(ValueError, match="date_not_first_day"):
        PartialDate.of(days)


def test_sixty_years_are_counted_by_whole_months() -> None:
    """V-6."""
    born = parse("15/3/1965")
    assert born.at_most(60, date(2025, 3, 20)) is Verdict.PASS
    assert born.at_most(60, date(2025, 4, 14)) is Verdict.PASS
    assert born.at_most(60, date(2025, 4, 20)) is Verdict.FAIL


def test_eighteen_years_are_reached_on_the_birthday() -> None:
    """V-7."""
    born = parse("10/6/2007")
    assert born.at_least(18, date(2025, 5, 31)) is Verdict.FAIL
    assert born.at_least(18, date(2025, 6, 9)) is Verdict.FAIL
    assert born.at_least(18, date(2025, 6, 10)) is Verdict.PASS
    assert born.at_least(18, date(2025, 6, 30)) is Verdict.PASS


def test_a_rule_on_an_imprecise_date_answers_unknown_until_it_is_settled() -> None:
    assert parse("2007").at_least(18, date(2024, 12, 31)) is Verdict.FAIL
    assert parse("2007").at_least(18, date(2025, 6, 30)) is Verdict.UNKNOWN
    assert parse("2007").at_least(18, date(2025, 12, 31)) is Verdict.PASS
    assert parse("06/2007").at_least(18, date(2025, 6, 15)) is Verdict.UNKNOWN
    assert parse("1965").at_most(60, date(2025, 1, 31)) is Verdict.PASS
    assert parse("1965").at_most(60, date(2025, 6, 30)) is Verdict.UNKNOWN
    assert parse("1965").at_most(60, date(2026, 1, 31)) is Verdict.FAIL


def test_months_are_added_to_the_same_day_or_the_last_one() -> None:
    assert add_months(date(2024, 9, 15), 12) == date(2025, 9, 15)
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2025, 3, 31), -1) == date(2025, 2, 28)
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)


@given(DAYS, st.integers(0, 1200))
def test_whole_months_undo_added_months(day: date, months: int) -> None:
    later = add_months(day, months)
    assert whole_months(day, later) == months
    if months:
        assert whole_months(day, later - timedelta(days=1)) == months - 1
