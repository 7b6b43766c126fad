"""Records that may be of one person, and that of two it was said that they are not."""

from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from app.domain.matching import MatchReason
from app.domain.membership import ExitReason, Standing
from app.models.access import PermittedAction
from app.models.fact import Fact, believed_once, of_operation, sound_period
from app.models.page import Page
from app.models.scalars import Id, Instant, KnownAt, Name, Note, PersonName, RecordedAt, Shape, Version


class MemberDistinction(Fact, table=True):
    """Two records are of different persons, on all days; the record with the lesser id is the first."""

    KEY = ("distinction_id",)
    __tablename__ = "member_distinction"
    __table_args__ = (
        believed_once("member_distinction", "distinction_id"),
        believed_once("member_distinction", "one_id", "other_id", name="ex_member_distinction_once"),
        sound_period(),
        CheckConstraint("one_id < other_id", name="two_in_order"),
        Index("ix_member_distinction_distinction_id", "distinction_id"),
        Index(
            "ix_member_distinction_pair", "one_id", "other_id", postgresql_where=text("superseded_by IS NULL")
        ),
        Index("ix_member_distinction_other_id", "other_id"),
        *of_operation("member_distinction"),
    )

    distinction_id: UUID
    one_id: UUID = Field(foreign_key="member.id")
    other_id: UUID = Field(foreign_key="member.id")


class DistinctionNew(Shape):
    """Says that two records are of different persons."""

    members: list[Id] = Bounds(min_length=2, max_length=2)
    reason: Note = Bounds(description="By what they are told apart; it is kept: no particulars.")


class DistinctionItem(Shape):
    """Two records that are of different persons."""

    id: Id
    members: list[Id] = Bounds(min_length=2, max_length=2)
    reason: Note
    said_at: RecordedAt
    version: Version = Bounds(description="How many operations said or struck it out.")


class DistinctionPage(Page[DistinctionItem]):
    """One page of distinctions."""


class DistinctionRead(DistinctionItem):
    """One distinction."""

    struck_out_at: Instant | None = Bounds(
        description="When it was taken back as said in error; null while it stands, and in the answer to that very act."
    )
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class DistinctionCorrection(Shape):
    """Strikes a distinction out, on all days: it was said in error."""

    reason: Note
    evidence: Note | None = Bounds(default=None, description="The paper that shows it; no personal data.")


class DuplicateMember(Shape):
    """One of two records that may be of one person, of today."""

    id: Id
    full_name: PersonName
    birth_year: int | None = Bounds(ge=1900, le=2200)
    cell_id: Id = Bounds(description="After an exit: the last cell.")
    cell_name: Name | None
    standing: Standing | None = Bounds(description="Null after an exit.")
    exit_reason: ExitReason | None


class DuplicatePair(Shape):
    """Two records that may be of one person, and why."""

    members: list[DuplicateMember] = Bounds(min_length=2, max_length=2)
    reasons: list[MatchReason] = Bounds(max_length=len(MatchReason))


class DuplicatePage(Page[DuplicatePair]):
    """One page of pairs."""
