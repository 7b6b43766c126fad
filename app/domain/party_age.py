"""Party age and probation: from which day they run, as far as the dates of the dossier are known.

Both run from the first admission: party age from the day of the decision, once the member is official; probation
from the day of the ceremony (R-MEM-2). What broke party age off is taken out of it (R-MEM-3).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.partial_date import PartialDate, add_months, whole_months
from app.domain.period import Period, cover


class AgeUnknown(StrEnum):
    """Why there is no party age to tell."""

    NOT_ON_THE_ROLL = "not_on_the_roll"
    NOT_OFFICIAL = "not_official"
    ADMISSION_UNKNOWN = "admission_unknown"
    ADMISSION_LATER = "admission_later"


class Certainty(StrEnum):
    """Whether the known dates settle it, or only allow it."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Span:
    """A day that is one of these, both included; it is known where they are the same."""

    earliest: date
    latest: date

    def later(self, months: int) -> "Span":
        """The same so many months later."""
        return Span(add_months(self.earliest, months), add_months(self.latest, months))


@dataclass(frozen=True, slots=True)
class PartyAge:
    """From which day it counts, what broke it off already added; and the least and most whole months on a day."""

    since: Span
    least_months: int
    most_months: int


def breaks(absences: Iterable[tuple[Period, str]], breaking: Collection[str]) -> tuple[Period, ...]:
    """The periods that do not count, of those in which a member was out of the roll or lost to it, and why.

    A wrongful removal that was corrected is no absence any more, so that party age runs on [06 5.3].
    """
    return cover(period for period, why in absences if why in breaking)


def counted_since(admitted: PartialDate, broken_off: Iterable[Period], on: date) -> Span | None:
    """The day from which a member who was never absent would have the same party age on the day.

    Each break before the day moves it later by its whole months and the days left over. None where nothing is
    known of the admission, or every day it may have been is still to come.
    """
    if admitted.earliest is None or admitted.latest is None or admitted.earliest > on:
        return None
    months = days = 0
    if admitted.earliest < on:
        counted = Period(admitted.earliest, on)
        for lost in filter(None, (one.intersect(counted) for one in cover(broken_off))):
            assert lost.end is not None  # within a period that ends
            whole = whole_months(lost.start, lost.end)
            months += whole
            days += (lost.end - add_months(lost.start, whole)).days
    rest = timedelta(days)
    return Span(add_months(admitted.earliest, months) + rest, add_months(admitted.latest, months) + rest)


def party_age(
    admitted: PartialDate | None, broken_off: Iterable[Period], standing: str | None, on: date
) -> PartyAge | AgeUnknown:
    """The party age on a day, or why there is none to tell. Only official members have one (R-MEM-3)."""
    if standing is None:
        return AgeUnknown.NOT_ON_THE_ROLL
    if standing != "official":
        return AgeUnknown.NOT_OFFICIAL
    if admitted is None or admitted.earliest is None:
        return AgeUnknown.ADMISSION_UNKNOWN
    since = counted_since(admitted, broken_off, on)
    if since is None:
        return AgeUnknown.ADMISSION_LATER
    least, most = (whole_months(min(day, on), on) for day in (since.latest, since.earliest))
    return PartyAge(since, least, most)


def probation_end(inducted: PartialDate | None, months: int) -> PartialDate | None:
    """The day after the last of probation: that of the ceremony so many months later, as exactly as it is known.

    None where the ceremony's day is not known: the decision's day is no guess at it (R-MEM-2).
    """
    if inducted is None or inducted.value is None:
        return None
    return PartialDate(add_months(inducted.value, months), inducted.precision)
