"""Party age as answers show it."""

from pydantic import Field as Bounds

from app.domain.party_age import AgeUnknown
from app.models.scalars import Day, Shape


class DaySpan(Shape):
    """One of these days, both included; the same where the day is known."""

    earliest: Day
    latest: Day


class YearsAndMonths(Shape):
    """Whole years, and the whole months beyond them."""

    years: int = Bounds(ge=0, le=300)
    months: int = Bounds(ge=0, le=11)


class PartyAgeRead(Shape):
    """Party age on the day asked about, as far as the recorded dates tell it [294 4.5]."""

    since: DaySpan | None = Bounds(
        description="The admission decision's day, moved later by what broke party age off; null with `unknown`."
    )
    least: YearsAndMonths | None = Bounds(description="The least it may be; equals `most` where it is known.")
    most: YearsAndMonths | None = Bounds(description="The most it may be.")
    unknown: AgeUnknown | None = Bounds(description="Why there is none to tell; null: there is.")
