"""Dates of persons as old records give them: a day, only a month, only a year, or not at all.

Nobody invents 1 January: an imprecise date is the stretch of days it may be, and a rule that these days do
not settle answers `unknown`.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.period import Period

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Bounds of the years that a date of a person may lie in."""


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What a rule answers about a date that may be imprecise."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


_SHAPES = [
    re.compile(shape, re.ASCII)
    for shape in (
        r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
        r"(?:(?:(?P<day>\d{1,2})/)?(?P<month>\d{1,2})/)(?P<year>\d{4})",
    )
]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date and how much of it is known; `value` is the first day it may be, None where nothing is known.

    ValueError("date_out_of_range") outside the years 1900 to 2200; ValueError("date_not_first_day") where
    `value` and `precision` do not fit each other.
    """

    value: date | None
    precision: Precision

    def __post_init__(self) -> None:
        if self.value is None or self.precision is Precision.UNKNOWN:
            if self.value is not None or self.precision is not Precision.UNKNOWN:
                raise ValueError("date_not_first_day")
            return
        if not FIRST_YEAR <= self.value.year <= LAST_YEAR:
            raise ValueError("date_out_of_range")
        if self.value != _first_day(self.value, self.precision):
            raise ValueError("date_not_first_day")

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """The date that a record writes as `1950-03-07`, `1950-03`, `07/03/1950`, `03/1950` or `1950`.

        A day, or a day and a month, written as 00 are not known: `00/03/1950`, `00/00/1950`. ValueError with
        a code: `date_unreadable` (shape), `date_impossible` (no such day), `date_out_of_range` (year).
        """
        match = next((found for shape in _SHAPES if (found := shape.fullmatch(text.strip()))), None)
        if match is None:
            raise ValueError("date_unreadable")
        year, month, day = (int(match[part] or 0) for part in ("year", "month", "day"))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError("date_out_of_range")
        if month == 0 and day == 0:
            return cls(date(year, 1, 1), Precision.YEAR)
        try:
            if day == 0:
                return cls(date(year, month, 1), Precision.MONTH)
            return cls(date(year, month, day), Precision.DAY)
        except ValueError:
            raise ValueError("date_impossible") from None

    @classmethod
    def of(cls, days: Period | None) -> "PartialDate":
        """The date that may be any of these days; None is the unknown date.

        ValueError("date_not_first_day") where the days are not one day, one month or one year.
        """
        if days is None:
            return UNKNOWN_DATE
        for precision in (Precision.DAY, Precision.MONTH, Precision.YEAR):
            if days.start == _first_day(days.start, precision):
                partial = cls(days.start, precision)
                if partial.days == days:
                    return partial
        raise ValueError("date_not_first_day")

    @property
    def days(self) -> Period | None:
        """The days it may be, None where nothing is known."""
        if self.value is None:
            return None
        if self.precision is Precision.DAY:
            return Period(self.value, self.value + timedelta(days=1))
        return Period(self.value, add_months(self.value, 1 if self.precision is Precision.MONTH else 12))

    @property
    def earliest(self) -> date | None:
        """The first day it may be."""
        return self.value

    @property
    def latest(self) -> date | None:
        """The last day it may be."""
        return self.days.end - timedelta(days=1) if self.days and self.days.end else None

    def isoformat(self) -> str | None:
        """As much of `1950-03-07` as is known: `1950-03`, `1950`, None."""
        if self.value is None:
            return None
        known = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
        return self.value.isoformat()[: known[self.precision]]

    def at_least(self, years: int, on: date) -> Verdict:
        """Whether someone born on this date is at least so many years old on the day [294 1.1.1].

        Test vector V-7; the admissions that ask it are not recorded step by step yet.
        """
        months = self._months_on(on)
        if months is None:
            return Verdict.UNKNOWN
        return _verdict(months[0] >= 12 * years, months[1] >= 12 * years)

    def at_most(self, years: int, on: date) -> Verdict:
        """Whether someone born on this date is at most so many years old on the day, by whole months.

        Sixty years and no whole month is at most sixty; sixty years and one month is not: test vector V-6 [294 1.1.1].
        """
        months = self._months_on(on)
        if months is None:
            return Verdict.UNKNOWN
        return _verdict(months[1] <= 12 * years, months[0] <= 12 * years)

    def _months_on(self, day: date) -> tuple[int, int] | None:
        """The least and the greatest number of whole months from this date to the day."""
        if self.earliest is None or self.latest is None or day < self.earliest:
            return None
        return whole_months(min(self.latest, day), day), whole_months(self.earliest, day)


UNKNOWN_DATE = PartialDate(None, Precision.UNKNOWN)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later (earlier, if negative), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """How many whole months have passed from the one day to the other, which is not earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def _first_day(day: date, precision: Precision) -> date:
    if precision is Precision.DAY:
        return day
    return day.replace(day=1) if precision is Precision.MONTH else day.replace(month=1, day=1)


def _verdict(whenever: bool, sometimes: bool) -> Verdict:
    if whenever:
        return Verdict.PASS
    return Verdict.UNKNOWN if sometimes else Verdict.FAIL
