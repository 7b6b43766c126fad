"""Periods of civil days, half-open: from a day, up to but not including another day, or open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to but not including `end`; a period without `end` is open.

    A period holds at least one day: `ValueError("period_empty")` when `end` is not after `start`.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError("period_empty")

    def __str__(self) -> str:
        """The period as PostgreSQL writes a daterange: `[2023-01-01,2024-01-01)`, open `[2023-01-01,)`."""
        return f"[{self.start.isoformat()},{self.end.isoformat() if self.end else ''})"

    @classmethod
    def of_day(cls, day: date) -> "Period":
        """One day alone."""
        return cls(day, day + timedelta(days=1))

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day and _before(day, self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two periods share a day."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def intersect(self, other: "Period") -> "Period | None":
        """The days of both periods, or None where they share none."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), self.end if _ends_first(self, other) else other.end)

    def subtract(self, others: Iterable["Period"]) -> tuple["Period", ...]:
        """The days of this period that lie in none of the others: disjoint pieces in order."""
        pieces = []
        start = self.start
        for other in cover(others):
            if not self.overlaps(other):
                continue
            if start < other.start:
                pieces.append(Period(start, other.start))
            if other.end is None:
                return tuple(pieces)
            start = other.end
        if _before(start, self.end):
            pieces.append(Period(start, self.end))
        return tuple(pieces)


def cover(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days as the given periods, as few disjoint periods as can say it, in order."""
    covered: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start):
        last = covered[-1] if covered else None
        if last is None or (last.end is not None and last.end < period.start):
            covered.append(period)
        elif not _ends_first(period, last):
            covered[-1] = Period(last.start, period.end)
    return tuple(covered)


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end


def _ends_first(one: Period, other: Period) -> bool:
    return one.end is not None and (other.end is None or one.end <= other.end)
