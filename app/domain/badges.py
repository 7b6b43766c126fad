"""Party badges (Huy hiệu Đảng): milestones of party age, the days of award, and what brings them nearer or later.

Source: [294 28; 06 18]. The numbers are policies: `badge.…`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.domain.partial_date import add_months
from app.domain.party_age import Certainty, Span

MONTHS_A_YEAR = 12


def award_days(year: int, month_days: Iterable[str]) -> list[date]:
    """The days of a year on which badges are awarded, given as `02-03`, in order."""
    return sorted(date.fromisoformat(f"{year}-{one}") for one in month_days)


def award_on(day: date, month_days: Sequence[str]) -> date:
    """The award day on which someone is due whose milestone is reached on the day: that day or the next one."""
    ahead = award_days(day.year, month_days) + award_days(day.year + 1, month_days)
    return next(one for one in ahead if one >= day)


def award_before(day: date, month_days: Sequence[str]) -> date:
    """The last award day before the day."""
    behind = award_days(day.year - 1, month_days) + award_days(day.year, month_days)
    return next(one for one in reversed(behind) if one < day)


def reached(since: Span, years: int) -> Span:
    """When a party age that counts since then reaches the milestone."""
    return since.later(years * MONTHS_A_YEAR)


def early_months(years: int, table: Iterable[Mapping[str, int]]) -> int:
    """How many months early the gravely ill may have the badge of so many years; 0 where the table does not say."""
    return next((row["months"] for row in table if row["from"] <= years <= row["to"]), 0)


def considered_from(
    reached_on: date, disciplines: Iterable[tuple[date, str]], delays: Mapping[str, int]
) -> date:
    """From when a member is considered: the milestone's day, but not before each discipline's delay is over.

    `disciplines` are the days of those imposed and their forms; KeyError for a form without a delay, such as one
    that ends the membership. Disciplines are not on record yet: this is the rule of test vector V-21 [294 28].
    """
    over = [add_months(imposed, delays[form]) for imposed, form in disciplines]
    return max(reached_on, *over) if over else reached_on


def due(reached_on: Span, after: date, up_to: date) -> Certainty | None:
    """Whether a milestone is reached after one day and up to another; None: it is not."""
    if reached_on.earliest > up_to or reached_on.latest <= after:
        return None
    settled = reached_on.earliest > after and reached_on.latest <= up_to
    return Certainty.CERTAIN if settled else Certainty.POSSIBLE
