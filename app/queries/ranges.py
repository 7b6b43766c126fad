"""Periods and possible days between the register and the driver, which both stand as dateranges in SQL."""

from datetime import timedelta
from typing import Any

from asyncpg import Range

from app.domain.partial_date import PartialDate
from app.domain.period import Period


def to_range(value: Any) -> Any:
    """A period or a possible day as the driver takes it; anything else as it is. An unknown day is null."""
    match value:
        case Period(start=start, end=end):
            return Range(start, end)
        case PartialDate():
            earliest, latest = value.earliest, value.latest
            return None if earliest is None or latest is None else Range(earliest, latest + timedelta(days=1))
        case _:
            return value


def to_period(found: Range) -> Period:
    """The period of a fact."""
    return Period(found.lower, found.upper)


def to_possible_day(found: Range | None) -> PartialDate | None:
    """The day, month or year that a range of possible days stands for."""
    if found is None:
        return None
    days = (found.upper - found.lower).days
    text = found.lower.isoformat()
    return PartialDate.parse(text if days == 1 else text[:7] if days < 365 else text[:4])
