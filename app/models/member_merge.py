"""Two records of one person made one: the table, and beneath it what the API takes and gives."""

from typing import Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.models.fact import Fact, believed_once, of_operation, sound_period
from app.models.member import MemberRead
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.scalars import Id, Note, RecordedAt, Shape, Version


class MemberMerge(Fact, table=True):
    """A record was found to be of the same person as another, which goes on; on all days."""

    KEY = ("merge_id",)
    __tablename__ = "member_merge"
    __table_args__ = (
        believed_once("member_merge", "merge_id"),
        believed_once("member_merge", "duplicate_id"),
        sound_period(),
        CheckConstraint("survivor_id <> duplicate_id", name="two_records"),
        Index("ix_member_merge_merge_id", "merge_id"),
        Index("ix_member_merge_survivor_id", "survivor_id"),
        Index("ix_member_merge_duplicate_id", "duplicate_id"),
        *of_operation("member_merge"),
    )

    merge_id: UUID
    survivor_id: UUID = Field(foreign_key="member.id")
    duplicate_id: UUID = Field(foreign_key="member.id")


MergedFact = Literal["membership", "person", "activity", "identifier", "external_id"]


class MergeNew(Shape):
    """Makes another record of the same person part of this one, which keeps what it says."""

    duplicate_id: Id
    duplicate_version: Version = Bounds(description="Of the other record, as it was read.")
    keep: list[MergedFact] = Bounds(
        default=[],
        max_length=5,
        description="Kinds of facts of which, where the two contradict, this record is right.",
    )
    reason: Note
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class MergeReversal(Shape):
    """Takes a merge back."""

    reason: Note


class MergeItem(Shape):
    """A record that was made part of another."""

    id: Id
    survivor_id: Id
    duplicate_id: Id
    reason: Note | None
    merged_at: RecordedAt


class MergePage(Page[MergeItem]):
    """One page of merges."""


class MergedMember(Shape):
    """The record after a merge, or after one was taken back."""

    merge_id: Id
    member: MemberRead
