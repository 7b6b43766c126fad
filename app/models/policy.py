"""Policies: thresholds, tables and calendars as dated, scoped rows with their source."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from app.domain.policy import Combine, PolicyScope
from app.models.correction import PeriodShape
from app.models.fact import Fact, believed_once, clean_text, of_operation, sound_period
from app.models.page import Page
from app.models.scalars import Day, Id, Instant, Shape


class Policy(Fact, table=True):
    """One value of one key, over a period, for the nation or for one organization and all below it."""

    KEY = ("key", "scope_id")
    __tablename__ = "policy"
    __table_args__ = (
        believed_once("policy", "key", "scope_id"),
        sound_period(),
        clean_text("key", 100),
        clean_text("source", 500),
        Index("ix_policy_believed", "key", postgresql_where=text("superseded_by IS NULL")),
        *of_operation("policy"),
    )

    key: str
    scope: str
    scope_id: UUID
    """The organization whose subtree the row rules; nil for the nation."""
    value: Any = Field(sa_type=JSONB, nullable=False)
    unit: str | None = None
    combine: str
    source: str
    confidence: str


ConfidenceName = Literal["sure", "likely", "unsure"]
PolicyKey = Annotated[str, Bounds(min_length=1, max_length=100, pattern=r"^[a-z0-9_.]+$")]


class PolicyItem(Shape):
    """One rule: what a key says over a period, for the nation or for an organization and all below it."""

    key: PolicyKey
    value: Any = Bounds(description="Whole numbers, texts, booleans, and lists and tables of these.")
    unit: str | None = Bounds(max_length=60, description="What the value counts in.")
    scope: PolicyScope
    organization_id: Id | None = Bounds(description="Null for the nation.")
    valid: PeriodShape
    combine: Combine = Bounds(description="How it combines with what wider scopes say.")
    source: str = Bounds(max_length=500, description="The document it comes from.")
    confidence: ConfidenceName = Bounds(description="How well the source is known.")


class PolicyPage(Page[PolicyItem]):
    """One page of policy rows."""


class PolicyRead(Shape):
    """What a key says on a day at a place."""

    key: PolicyKey
    organization_id: Id | None = Bounds(description="Whom it was asked for; null: the nation.")
    value: Any
    unit: str | None = Bounds(max_length=60)
    source: str = Bounds(max_length=500)
    confidence: ConfidenceName
    rows: list[PolicyItem] = Bounds(
        max_length=20, description="The rows it comes out of, the widest scope first."
    )
    on: Day
    known_at: Instant
