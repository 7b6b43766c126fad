"""Acts of two persons: what is proposed is a row that is never altered, how it ended is another."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.operation import ActorName
from app.models.scalars import ClosedAt, Id, Note, RecordedAt, Shape, Version


class Proposed(SQLModel):
    """What somebody proposes. A table class adds what it says; that it still waits, its closing's absence says."""

    id: UUID = Field(primary_key=True)
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)
    proposer_id: UUID = Field(foreign_key="actor.id", nullable=False)


class Closing(SQLModel):
    """How what is proposed under the same id ended, once: withdrawn by its proposer, or decided by another."""

    id: UUID = Field(primary_key=True)
    proposer_id: UUID
    closer_id: UUID = Field(foreign_key="actor.id", nullable=False)
    state: str
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)


def proposed(table: str) -> tuple[UniqueConstraint, Index]:
    """What a table of `Proposed` needs: its closings name the proposer too."""
    return (
        UniqueConstraint("id", "proposer_id", name=f"uq_{table}_proposer"),
        Index(f"ix_{table}_operation_id", "operation_id"),
    )


def closing(table: str, states: type[StrEnum]) -> tuple[ForeignKeyConstraint | CheckConstraint | Index, ...]:
    """What the table of closings needs, `<table>_closing`: who decides is not who proposed."""
    listed = ", ".join(f"'{state.value}'" for state in states if state.value != "pending")
    return (
        ForeignKeyConstraint(["id", "proposer_id"], [f"{table}.id", f"{table}.proposer_id"]),
        CheckConstraint(f"state IN ({listed})", name="state_known"),
        CheckConstraint("(state = 'withdrawn') = (closer_id = proposer_id)", name="two_actors"),
        Index(f"ix_{table}_closing_operation_id", "operation_id"),
    )


class ProposedItem(Shape):
    """What lists show of every act of two persons: who proposed it, and how it ended."""

    id: Id
    proposed_by: ActorName
    proposed_at: RecordedAt
    reason: Note | None
    closed_by: ActorName | None
    closed_at: ClosedAt
    closing_reason: Note | None
    version: Version = Bounds(
        description="Grows with each act on it, and with each that alters what it is about meanwhile."
    )


class Closure(Shape):
    """Refuses or withdraws what is proposed."""

    reason: Note
