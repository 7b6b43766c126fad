"""What the register says of organizations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import PermittedAction
from dangbo_client.findings import Finding
from dangbo_client.shapes import Period
from dangbo_client.writing import Decision, DependentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationItem:
    """An organization as lists show it, on the day asked about."""

    id: str
    parent_id: str | None
    code: str | None
    name: str
    name_en: str | None
    type: str
    level: str | None
    grassroots: bool | None
    sector: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityHeld:
    """An authority that the superior granted, held on the day."""

    kind: str
    since: date
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(OrganizationItem):
    """One organization on the day asked about; on its last day where it has ended by then.

    `ended_on` is the first day on which it no longer existed; from `opened_on` its roll is complete.
    """

    parent_name: str | None
    holds_members: bool | None
    began_on: date
    ended_on: date | None
    opened_on: date | None
    external_ids: Mapping[str, str]
    authorities: tuple[AuthorityHeld, ...]
    version: int
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """Members on the roll on the day, by standing."""

    official: int
    probationary: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(OrganizationItem):
    """A child with what its whole branch counts.

    With `before_opening` there are no numbers: some roll in the branch is complete only from a later day.
    """

    children: int
    members: Headcount | None
    own_members: int | None
    before_opening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """An organization above another."""

    id: str
    code: str | None
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode(OrganizationItem):
    """An organization with its children, down to the depth asked for."""

    members: Headcount | None
    before_opening: bool
    children_count: int
    children: tuple["TreeNode", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """An organization and what stands below it; `root` is None where it had ended by that day."""

    root: TreeNode | None
    ended_on: date | None
    on: date
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCause:
    """The operation that said a fact, or took it back."""

    id: str
    kind: str
    recorded_at: datetime
    reason: str | None
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationFact:
    """One fact over one period, as one operation recorded it; `superseded_by` None: it is believed."""

    fact: str
    value: Mapping[str, Any]
    valid: Period
    operation: FactCause
    superseded_by: FactCause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedOrganization:
    """The organization after a correction, and up to a hundred of the records that rest on the fact."""

    organization: Organization
    dependent_records: tuple[DependentRecord, ...]
    dependent_records_count: int
