from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.policy import parse_document
from app.domain.working_days import CalendarMissing, Holidays, add_working_days

CALENDAR = parse_document((files("app") / "policies" / "calendar.toml").read_text("utf-8"))
HOLIDAYS = Holidays.of(row.value for row in CALENDAR)


@pytest.mark.parametrize(
    ("day", "number", "last"),
    [
        (date(2025, 9, 15), 30, date(2025, 10, 27)),
        (date(2025, 10, 20), 30, date(2025, 12, 1)),
        (date(2023, 1, 19), 1, date(2023, 1, 27)),
        (date(2023, 4, 28), 1, date(2023, 5, 4)),
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        (date(2024, 12, 31), 2, date(2025, 1, 3)),
    ],
)
def test_a_limit_ends_on_its_last_working_day(day: date, number: int, last: date) -> None:
    assert add_working_days(day, number, HOLIDAYS) == last


def test_a_limit_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="working_days_not_positive"):
        add_working_days(date(2025, 9, 15), 0, HOLIDAYS)


def test_days_of_an_unknown_year_are_not_guessed() -> None:
    with pytest.raises(CalendarMissing, match="2028"):
        add_working_days(date(2027, 12, 20), 30, HOLIDAYS)


@given(st.dates(date(2020, 1, 1), date(2027, 6, 30)), st.integers(1, 90))
def test_a_limit_has_its_number_of_working_days(day: date, number: int) -> None:
    last = add_working_days(day, number, HOLIDAYS)
    after = (day + timedelta(days=n) for n in range(1, (last - day).days + 1))
    assert HOLIDAYS.is_working_day(last)
    assert sum(HOLIDAYS.is_working_day(one) for one in after) == number
