"""Edits of policies: what is proposed, how it was closed, and the shapes of both with what they alter."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB
from sqlmodel import Field

from app.domain.policy import Combine, PolicyScope
from app.domain.policy_edits import PolicyEditState
from app.models.access import PermittedAction
from app.models.correction import PeriodShape
from app.models.fact import clean_text, one_of, sound_period
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.policy import ConfidenceName, PolicyKey
from app.models.scalars import CLEAN, Count, Id, KnownAt, Name, Note, Shape
from app.models.step import OpenStep
from app.models.two_persons import Closing, Proposed, ProposedItem, closing, proposed


class PolicyEdit(Proposed, table=True):
    """What somebody proposes that a key say over a period, for the nation or an organization and all below it.

    Without value, combine, source and confidence the row is to be struck out.
    """

    __tablename__ = "policy_edit"
    __table_args__ = (
        *proposed("policy_edit"),
        one_of("scope", PolicyScope),
        sound_period(),
        clean_text("key", 100),
        clean_text("source", 500),
        CheckConstraint("num_nonnulls(value, combine, source, confidence) IN (0, 4)", name="row_or_nothing"),
        Index("ix_policy_edit_key", "key", "scope_id"),
    )

    key: str
    scope: str
    scope_id: UUID
    """The organization whose subtree the row rules; nil for the nation."""
    valid: Any = Field(sa_type=DATERANGE, nullable=False)
    value: Any = Field(default=None, sa_type=JSONB, nullable=True)
    unit: str | None = None
    combine: str | None = None
    source: str | None = None
    confidence: str | None = None


class PolicyEditClosing(Closing, table=True):
    """How an edit ended, once: withdrawn by its proposer, or approved or refused by another (R-POL-4)."""

    __tablename__ = "policy_edit_closing"
    __table_args__ = closing("policy_edit", PolicyEditState)


class PolicyEditRow(Shape):
    """What a key shall say."""

    value: Any = Bounds(description="Of the form of the values that the key has had.")
    combine: Combine | None = Bounds(
        default=None, description="How it combines with what wider scopes say; default: as the key does."
    )
    source: Annotated[str, Bounds(min_length=1, max_length=500), CLEAN] = Bounds(
        description="The document it comes from."
    )
    confidence: ConfidenceName = "sure"


class PolicyEditNew(Shape):
    """Proposes what a key says over a period; `row` null: what is recorded there is struck out as an error."""

    key: PolicyKey
    organization_id: Id | None = Bounds(
        default=None, description="Whom it rules, with all below; null: the nation."
    )
    period: PeriodShape
    row: PolicyEditRow | None
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class PolicyEditApproval(Shape):
    """Approves an edit: from then on the register says so. The paper behind it is named."""

    decisions: list[DecisionPaper] = Bounds(min_length=1, max_length=10)
    reason: Note | None = None


class PolicyEditItem(ProposedItem):
    """An edit as lists show it."""

    key: PolicyKey
    scope: PolicyScope
    organization_id: Id | None = Bounds(description="Null for the nation.")
    organization_name: Name | None = Bounds(description="Of today.")
    period: PeriodShape
    row: PolicyEditRow | None = Bounds(description="Null: the row is struck out.")
    unit: str | None = Bounds(max_length=60, description="What the value counts in; kept from the key.")
    state: PolicyEditState


class PolicyEditPage(Page[PolicyEditItem]):
    """One page of edits."""


class ResolvedValue(Shape):
    """What a key says, and the document it comes from."""

    value: Any
    source: str = Bounds(max_length=500)
    confidence: ConfidenceName


class AlteredPeriod(Shape):
    """Days on which a key says something else for some organizations."""

    valid: PeriodShape
    before: ResolvedValue | None = Bounds(description="Null: nothing was said.")
    after: ResolvedValue | None = Bounds(description="Null: nothing will be said.")
    organizations: Count = Bounds(description="Those that exist on the first of these days.")


class BrokenRecords(Shape):
    """Records that the key allows now and would no longer: while there are any, the edit is not approved."""

    kind: str = Bounds(max_length=60, examples=["membership"])
    count: Count
    organizations: list[Id] = Bounds(max_length=100, description="Of the organizations concerned, the first.")
    organizations_count: Count


class Alteration(Shape):
    """What an edit alters, against what is recorded when it is read; once closed, when it was closed."""

    days: Count | None = Bounds(description="On how many days anything differs; null: without end.")
    organizations: Count = Bounds(description="For how many, on the first day on which anything differs.")
    periods: list[AlteredPeriod] = Bounds(max_length=200)
    periods_count: Count
    records: list[BrokenRecords] = Bounds(max_length=20)


class PolicyEditRead(PolicyEditItem):
    """One edit, with what it alters and what the asker can do with it."""

    alteration: Alteration
    steps: list[OpenStep] = Bounds(max_length=20, description="The steps there are, as it stands now.")
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)
