"""Proposals to correct what is locked: made by one person, confirmed or withdrawn by an act of its own."""

from typing import Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from app.models.access import ActorRead
from app.models.correction import PeriodShape
from app.models.fact import Fact, believed_once, of_operation, sound_period
from app.models.member_corrections import PersonValue
from app.models.page import Page
from app.models.scalars import Id, Instant, Note, Shape


class CorrectionProposal(Fact, table=True):
    """What a person wants corrected of a member, over the period to correct; believed as long as it is pending."""

    KEY = ("proposal_id",)
    __tablename__ = "correction_proposal"
    __table_args__ = (
        believed_once("correction_proposal", "proposal_id"),
        sound_period(),
        Index(
            "ix_correction_proposal_member_id", "member_id", postgresql_where=text("superseded_by IS NULL")
        ),
        *of_operation("correction_proposal"),
    )

    proposal_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    value: Any = Field(sa_type=JSONB, nullable=False)
    reason: str
    evidence: str | None = None


class CorrectionProposalItem(Shape):
    """A proposal that waits for a second person."""

    id: Id
    member_id: Id
    period: PeriodShape
    value: PersonValue
    reason: Note
    evidence: Note | None
    proposed_by: ActorRead
    proposed_at: Instant | None = Bounds(description="Null in the answer to the proposal itself.")


class CorrectionProposalPage(Page[CorrectionProposalItem]):
    """One page of pending proposals."""


class Withdrawal(Shape):
    """Why a proposal is not to be confirmed."""

    reason: Note
