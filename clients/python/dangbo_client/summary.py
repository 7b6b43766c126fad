"""What an organization counts on a day: members and organizations of its subtree, by several groupings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """How many fall into one class, bounds included; `most` None: no bound."""

    id: str
    least: int
    most: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBands:
    """Members by whole years of age; `unknown` where the birth date is not known well enough."""

    bands: tuple[ClassCount, ...]
    unknown: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSummary:
    """Members on the roll of the subtree; each grouping adds up to `total`."""

    total: int
    by_standing: Mapping[str, int]
    by_activity_status: Mapping[str, int]
    by_sex: Mapping[str, int]
    by_age: AgeBands


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeClasses:
    """Organizations by the members of their branch: cells under a committee, and all grassroots ones."""

    cells: tuple[ClassCount, ...]
    grassroots: tuple[ClassCount, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSummary:
    """Organizations of the subtree, itself included; by type and by level they add up to `total`."""

    total: int
    by_type: Mapping[str, int]
    by_level: Mapping[str, int]
    grassroots: int
    by_size: SizeClasses | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of an organization and all below it.

    With `before_opening`, some roll in the subtree is complete only from a later day: `members` is None.
    """

    id: str
    name: str
    type: str
    ended_on: date | None
    before_opening: bool
    members: MemberSummary | None
    organizations: OrganizationSummary
    basis: str
    on: date
    known_at: datetime
