"""Working days (ngày làm việc): Monday to Friday without the days off, and what is worked in exchange."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_WEEKEND = 5
"""The first weekday, counted from Monday as 0, that is not worked."""


class CalendarMissing(LookupError):
    """The calendar of that year is not known, so days in it cannot be counted."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no calendar of working days for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class Holidays:
    """What the calendars of some years say: days off, and days of a weekend that are worked instead."""

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]

    @classmethod
    def of(cls, calendars: Iterable[Mapping[str, Any]]) -> "Holidays":
        """The holidays that the values of `calendar.holidays` say together, one value per year."""
        values = list(calendars)
        return cls(
            years=frozenset(value["year"] for value in values),
            off=frozenset(
                date.fromisoformat(day) for value in values for days in value["off"].values() for day in days
            ),
            worked=frozenset(date.fromisoformat(day) for value in values for day in value["worked"]),
        )

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on the day; CalendarMissing in a year that is not known."""
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        return day in self.worked or (day.weekday() < _WEEKEND and day not in self.off)


def add_working_days(day: date, number: int, holidays: Holidays) -> date:
    """The last day of a limit of `number` working days, at least one, that begins on the day after `day`."""
    if number < 1:
        raise ValueError("working_days_not_positive")
    while number:
        day += timedelta(days=1)
        number -= holidays.is_working_day(day)
    return day
