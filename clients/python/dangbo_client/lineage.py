"""What organizations came of and have become."""

from dataclasses import dataclass
from datetime import date, datetime

from dangbo_client.meetings import Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageEnd:
    """An organization as it is on the day asked about, or was on its last day."""

    id: str
    code: str | None
    name: str
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """What part of an organization went into another one; the share is None where the source is out of reach."""

    source: LineageEnd
    target: LineageEnd
    kind: str
    share: Ratio | None
    effective_on: date
    operation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor(LineageEnd):
    """Who holds a part of what an organization was; ended where that part has no successor."""

    share: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Successors:
    """What an organization of one day had become by another; the shares are a whole."""

    id: str
    since: date
    successors: tuple[Successor, ...]
    on: date
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What became of the organization behind one code or id; None: nobody within reach."""

    code: str | None
    id: str | None
    organization: LineageEnd | None
    borne: bool
    successors: tuple[Successor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedOrganizations:
    """The codes, then the ids, in the order in which they were asked."""

    items: tuple[Resolved, ...]
    on: date
    known_at: datetime | None
