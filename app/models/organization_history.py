"""The history of an organization in both times: what was true when, and what the register said when."""

from typing import Literal

from pydantic import Field as Bounds

from app.domain.authority import Authority
from app.domain.operation import OperationKind
from app.models.correction import PeriodShape
from app.models.operation import MOST_DECISIONS, DecisionPaper
from app.models.organization_corrections import (
    CodeValue,
    ExternalIdValue,
    NameValue,
    OpeningValue,
    SectorValue,
    TypeValue,
)
from app.models.page import Page
from app.models.scalars import Id, Instant, Note, Shape, System

FactName = Literal["name", "placement", "type", "code", "sector", "opening", "authority", "external_id"]


class PlacedUnder(Shape):
    """Where it stands; the root under nothing."""

    parent_id: Id | None


class ExternalIdOf(ExternalIdValue):
    """Its id in another system."""

    system: System


class AuthorityOf(Shape):
    """An authority it holds."""

    kind: Authority


class FactCause(Shape):
    """The operation that first said a fact, or that took it back."""

    id: Id
    kind: OperationKind
    recorded_at: Instant
    reason: Note | None
    decisions: list[DecisionPaper] = Bounds(max_length=MOST_DECISIONS)


class OrganizationFact(Shape):
    """One fact over one period, as one operation recorded it."""

    fact: FactName
    value: (
        NameValue
        | PlacedUnder
        | TypeValue
        | CodeValue
        | SectorValue
        | OpeningValue
        | AuthorityOf
        | ExternalIdOf
    )
    valid: PeriodShape
    operation: FactCause
    superseded_by: FactCause | None = Bounds(description="What took it back; null: it is believed.")


class OrganizationHistoryPage(Page[OrganizationFact]):
    """One page of an organization's facts, by kind, then in time."""
