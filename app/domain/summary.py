"""Classes of a summary: age bands and size classes, as policy rows give them, applied to what is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.domain.partial_date import add_months


class SummaryBasis(StrEnum):
    """On which tree the figures of a day are counted."""

    AS_RECORDED = "as_recorded"
    TODAYS_TREE = "todays_tree"


@dataclass(frozen=True, slots=True)
class NumberClass:
    """A class of whole numbers, bounds included; without `most` it has no upper bound."""

    id: str
    least: int
    most: int | None

    def holds(self, number: int) -> bool:
        """Whether the number lies in the class."""
        return self.least <= number and (self.most is None or number <= self.most)


def classes(value: Sequence[Mapping[str, Any]]) -> list[NumberClass]:
    """The classes that a policy value lists."""
    return [NumberClass(one["id"], one["from"], one.get("to")) for one in value]


def births(band: NumberClass, on: date) -> tuple[date | None, date]:
    """The days of birth, first (None: no bound) and last, of those whose age on the day lies in the band.

    Age is in whole years, as `app.domain.partial_date` counts them: someone born on 29 February is a year
    older on 28 February of a year without leap day.
    """
    first = None if band.most is None else _last_birth(band.most + 1, on) + timedelta(days=1)
    return first, _last_birth(band.least, on)


def _last_birth(years: int, on: date) -> date:
    """The last day of birth of those who are at least so many years old on the day."""
    day = add_months(on, -12 * years)
    while add_months(day + timedelta(days=1), 12 * years) <= on:
        day += timedelta(days=1)
    return day
