"""What an organization counts on a day: members and organizations of its subtree, by several groupings."""

from typing import Literal

from pydantic import Field as Bounds

from app.domain.hierarchy import OrganizationType
from app.domain.membership import ActivityStatus, Standing
from app.domain.summary import SummaryBasis
from app.models.scalars import Count, Day, Id, Instant, LevelName, Name, Shape

SexOrUnknown = Literal["female", "male", "unknown"]


class ClassCount(Shape):
    """How many fall into one class of a policy, bounds included."""

    id: str = Bounds(max_length=60, examples=["18_30"])
    least: Count = Bounds(description="Lowest number of the class.")
    most: Count | None = Bounds(description="Highest number of the class; null: no bound.")
    count: Count


class AgeBands(Shape):
    """Members by whole years of age on the day [policy `report.age_bands`]."""

    bands: list[ClassCount] = Bounds(max_length=50)
    unknown: Count = Bounds(
        description="The birth date is missing, or as far as it is known fits several bands or none."
    )
    source: str = Bounds(max_length=500)


class MemberSummary(Shape):
    """Members on the roll of the subtree on the day; each grouping adds up to `total`.

    Everyone is counted, also those whom lists do not show because they stand outside your reach today.
    """

    total: Count
    by_standing: dict[Standing, Count] = Bounds(max_length=10)
    by_activity_status: dict[ActivityStatus, Count] = Bounds(max_length=20)
    by_sex: dict[SexOrUnknown, Count] = Bounds(max_length=3)
    by_age: AgeBands


class SizeClasses(Shape):
    """Organizations by the members of their branch [policy `report.size_classes`]."""

    cells: list[ClassCount] = Bounds(max_length=50, description="Cells under a committee.")
    grassroots: list[ClassCount] = Bounds(max_length=50, description="All that count as grassroots.")
    source: str = Bounds(max_length=500)


class OrganizationSummary(Shape):
    """Organizations of the subtree on the day, itself included; by type and by level add up to `total`."""

    total: Count
    by_type: dict[OrganizationType, Count] = Bounds(max_length=50)
    by_level: dict[LevelName, Count] = Bounds(max_length=10)
    grassroots: Count = Bounds(description="Counted as grassroots organizations (TCCSĐ) [DL 21].")
    by_size: SizeClasses | None = Bounds(description="Null with `before_opening`.")


class SummaryRead(Shape):
    """The figures of an organization and all below it on a day.

    On today's tree the organizations are those of today, and each member of the day counts once: in his or her cell
    while it holds members; else where he or she was put on the day on which it ceased to; who had left it before, in
    the cell that its late facts go to; and so on. Nobody is counted for a cell that went out of the register.
    """

    id: Id
    name: Name
    type: OrganizationType
    ended_on: Day | None = Bounds(description="Where it had ended by that day: nothing is left to count.")
    before_opening: bool = Bounds(
        description="Some roll in the subtree is complete only from a later day: members have no numbers."
    )
    members: MemberSummary | None = Bounds(description="Null with `before_opening`.")
    organizations: OrganizationSummary
    basis: SummaryBasis
    on: Day
    known_at: Instant
