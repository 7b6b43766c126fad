"""Party age, and the due lists that follow from it: badges on an award day, probations that end by a day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """One of these days, both included; the same where the day is known."""

    earliest: date
    latest: date


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsAndMonths:
    """Whole years, and the whole months beyond them."""

    years: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAge:
    """Party age on the day asked about; `least` equals `most` where it is known, `unknown` says why there is none."""

    since: DaySpan | None
    least: YearsAndMonths | None
    most: YearsAndMonths | None
    unknown: str | None
