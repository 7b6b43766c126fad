"""That a person on paper, known by an id in another system, is not a member."""

from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index, text
from sqlmodel import Field

from app.models.access import PermittedAction
from app.models.fact import Fact, believed_once, clean_text, of_operation, sound_period
from app.models.page import Page
from app.models.scalars import (
    Id,
    Instant,
    Key,
    KnownAt,
    Note,
    OtherSystem,
    RecordedAt,
    Shape,
    System,
    Version,
)


class PaperDistinction(Fact, table=True):
    """Whom a system knows by an id is another person than a member, on all days."""

    KEY = ("distinction_id",)
    __tablename__ = "paper_distinction"
    __table_args__ = (
        believed_once("paper_distinction", "distinction_id"),
        believed_once(
            "paper_distinction", "member_id", "system", "external_id", name="ex_paper_distinction_once"
        ),
        sound_period(),
        clean_text("system", 60),
        clean_text("external_id", 120),
        Index("ix_paper_distinction_distinction_id", "distinction_id"),
        Index("ix_paper_distinction_member_id", "member_id"),
        Index(
            "ix_paper_distinction_paper",
            "system",
            "external_id",
            postgresql_where=text("superseded_by IS NULL"),
        ),
        *of_operation("paper_distinction"),
    )

    distinction_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    system: str
    external_id: str


class PaperDistinctionNew(Shape):
    """Says that a person on paper is not a member."""

    member_id: Id
    system: OtherSystem
    external_id: Key = Bounds(description="By which the system knows the person.")
    reason: Note = Bounds(description="By what they are told apart; it is kept: no particulars.")


class PaperDistinctionItem(Shape):
    """A person on paper and a member who is another person."""

    id: Id
    member_id: Id
    system: System
    external_id: Key
    reason: Note
    said_at: RecordedAt
    version: Version = Bounds(description="How many operations said or struck it out.")


class PaperDistinctionPage(Page[PaperDistinctionItem]):
    """One page of distinctions of persons on paper."""


class PaperDistinctionRead(PaperDistinctionItem):
    """One distinction of a person on paper."""

    struck_out_at: Instant | None = Bounds(
        description="When it was taken back as said in error; null while it stands, and in the answer to that very act."
    )
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)
