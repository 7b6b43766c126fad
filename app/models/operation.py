"""Operations (the audit: what was done, by whom, when it became known) and the decisions behind them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import ARRAY, CheckConstraint, DateTime, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.domain.operation import OperationKind, PaperRole
from app.models.fact import clean_text, one_of
from app.models.page import Page
from app.models.scalars import CLEAN, MOST_IDS, Count, Day, Id, Instant, Shape


class Operation(SQLModel, table=True):
    """One thing a person did. `recorded_at` is set once, by the last statement before COMMIT."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("ix_operation_actor_id", "actor_id", "recorded_at"),
        Index("uq_operation_recorded_at", "recorded_at", unique=True),
        Index(
            "ix_operation_machine_client",
            text("(changes ->> 'machine_client')"),
            postgresql_where=text("kind = 'machine_client_created'"),
        ),
        CheckConstraint("reason IS NULL OR char_length(reason) BETWEEN 1 AND 1000", name="reason_bounded"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    actor_id: UUID = Field(foreign_key="actor.id")
    reason: str | None = None
    effective_on: date | None = None
    recorded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    request_id: str | None = None
    changes: Any = Field(default=None, sa_type=JSONB, nullable=False)


class OperationOrganization(SQLModel, table=True):
    """An organization the operation touched, with its path (itself and all above) at the time of recording."""

    __tablename__ = "operation_organization"
    __table_args__ = (
        Index("ix_operation_organization_organization_id", "organization_id", "operation_id"),
        Index("ix_operation_organization_path", "path", postgresql_using="gin"),
    )

    operation_id: UUID = Field(foreign_key="operation.id", primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", primary_key=True)
    path: Any = Field(sa_type=ARRAY(Uuid), nullable=False)


class OperationMember(SQLModel, table=True):
    """A member the operation touched."""

    __tablename__ = "operation_member"
    __table_args__ = (Index("ix_operation_member_member_id", "member_id", "operation_id"),)

    operation_id: UUID = Field(foreign_key="operation.id", primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", primary_key=True)


class Decision(SQLModel, table=True):
    """A paper: who issued it, its number, the day it was signed, who signed."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("issuer", "number", "signed_on", name="uq_decision_paper"),
        clean_text("issuer", 200),
        clean_text("number", 60),
        clean_text("signatory", 200),
    )

    id: UUID = Field(primary_key=True)
    issuer: str
    number: str
    signed_on: date
    signatory: str | None = None


class DecisionPaper(Shape):
    """A decision as its paper says it. The user only records; the body that decided stands here."""

    issuer: Annotated[str, Bounds(min_length=1, max_length=200), CLEAN]
    number: Annotated[str, Bounds(min_length=1, max_length=60, examples=["05-QĐ/ĐUK"]), CLEAN]
    signed_on: Day
    signatory: Annotated[str, Bounds(min_length=1, max_length=200), CLEAN] | None = None
    role: PaperRole = Bounds(default=PaperRole.DECISION, description="What it is to the act.")


MOST_DECISIONS = 1_000
"""How many decisions of one operation an answer shows."""


class OperationDecision(SQLModel, table=True):
    """Which decisions an operation carries out; one paper may ground many operations, and the reverse."""

    __tablename__ = "operation_decision"
    __table_args__ = (one_of("role", PaperRole),)

    operation_id: UUID = Field(foreign_key="operation.id", primary_key=True)
    decision_id: UUID = Field(foreign_key="decision.id", primary_key=True)
    role: str = Field(default="decision", sa_column_kwargs={"server_default": text("'decision'")})


class Idempotency(SQLModel, table=True):
    """The stored answer of a write that named an `Idempotency-Key`; kept at least 24 hours."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("ix_idempotency_stored_at", "stored_at"),)

    actor_id: UUID = Field(primary_key=True)
    method: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_hash: bytes
    status: int
    headers: Any = Field(sa_type=JSONB, nullable=False)
    body: bytes
    operation_id: UUID | None = Field(default=None, foreign_key="operation.id")
    stored_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class ActorName(Shape):
    """Who recorded it."""

    id: Id
    name: str | None = Bounds(max_length=200)


class Touched(Shape):
    """What an operation touched, as far as it lies within the asker's reach."""

    ids: list[Id] = Bounds(
        max_length=MOST_IDS, description=f"The first {MOST_IDS}; all: a list of their own."
    )
    count: Count


class OperationItem(Shape):
    """One thing a person recorded."""

    id: Id
    kind: OperationKind
    actor: ActorName
    reason: str | None = Bounds(max_length=1000)
    effective_on: Day | None = Bounds(description="The day from which it is true, where there is one.")
    recorded_at: Instant = Bounds(
        description="When the register came to know it; each operation has its own."
    )
    decisions: list[DecisionPaper] = Bounds(max_length=MOST_DECISIONS, description="By day and number.")
    organizations: Touched
    members: Touched
    changes: dict[str, Any] | None = Bounds(
        description="What it says, without personal values; null where it touched things outside your reach."
    )


class OperationPage(Page[OperationItem]):
    """One page of operations."""

    latest: str | None = Bounds(
        max_length=30,
        description="From where the feed goes on: keep it, and ask with `after` it for what is recorded later."
        " With `order=newest` the end of the feed as it is now. Null while nothing is recorded.",
    )


class TouchedItem(Shape):
    """Something an operation touched."""

    id: Id


class TouchedPage(Page[TouchedItem]):
    """One page of the ids an operation touched."""
