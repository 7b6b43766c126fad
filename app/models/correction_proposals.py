"""Proposals to correct what is locked of a member: what is proposed, how it ended, and the shapes of both."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB
from sqlmodel import Field

from app.domain.correction_proposals import CorrectionProposalState
from app.models.access import PermittedAction
from app.models.correction import PeriodShape
from app.models.fact import sound_period
from app.models.member_corrections import PersonValue
from app.models.page import Page
from app.models.scalars import Id, KnownAt, Note
from app.models.step import OpenStep
from app.models.two_persons import Closing, Proposed, ProposedItem, closing, proposed


class CorrectionProposal(Proposed, table=True):
    """What somebody wants corrected of a member over a period. Why, its operation says.

    `member_id` stays the record it was proposed for; where that is part of another now, it is about the other.
    """

    __tablename__ = "correction_proposal"
    __table_args__ = (
        *proposed("correction_proposal"),
        sound_period("period"),
        Index("ix_correction_proposal_member_id", "member_id"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    period: Any = Field(sa_type=DATERANGE, nullable=False)
    value: Any = Field(sa_type=JSONB, nullable=False)
    evidence: str | None = None


class CorrectionProposalClosing(Closing, table=True):
    """How a proposal ended, once: withdrawn by its proposer, or confirmed or refused by another (R-MEM-1)."""

    __tablename__ = "correction_proposal_closing"
    __table_args__ = closing("correction_proposal", CorrectionProposalState)


class CorrectionProposalItem(ProposedItem):
    """A proposal as lists show it. The reason of a confirmation is that of the proposal."""

    member_id: Id = Bounds(description="Of a record that was merged, the one that goes on.")
    period: PeriodShape
    fields: list[Annotated[str, Bounds(max_length=60)]] = Bounds(
        max_length=30, description="What of `value` is corrected, null included; all else stays as it is."
    )
    value: PersonValue
    evidence: Note | None
    state: CorrectionProposalState


class CorrectionProposalPage(Page[CorrectionProposalItem]):
    """One page of proposals."""


class CorrectionProposalRead(CorrectionProposalItem):
    """One proposal, and what the asker can do with it."""

    steps: list[OpenStep] = Bounds(max_length=20, description="The steps there are, as it stands now.")
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)
