"""Restructurings: the document in its revisions, the steps it went through, its previews; and what the API gives."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.domain.restructuring.lifecycle import SECOND_PERSON, RestructuringState, RestructuringStep
from app.models.fact import one_of

_BY_ANOTHER = ", ".join(f"'{one}'" for one in sorted(SECOND_PERSON))


class Restructuring(SQLModel, table=True):
    """Who proposed it. What it asks for is in its revisions, where it stands in its steps.

    `reverses`: the applied one that it undoes from its own day on.
    """

    __tablename__ = "restructuring"
    __table_args__ = (
        UniqueConstraint("id", "proposer_id", name="uq_restructuring_proposer"),
        Index("ix_restructuring_operation_id", "operation_id"),
        Index("ix_restructuring_reverses", "reverses"),
    )

    id: UUID = Field(primary_key=True)
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)
    proposer_id: UUID = Field(foreign_key="actor.id", nullable=False)
    reverses: UUID | None = Field(default=None, foreign_key="restructuring.id")


class RestructuringRevision(SQLModel, table=True):
    """What it asked for since an operation. `ids`: the organizations that it begins, by local key."""

    __tablename__ = "restructuring_revision"
    __table_args__ = (
        CheckConstraint("n >= 1", name="counted"),
        Index("ix_restructuring_revision_operation_id", "operation_id"),
    )

    restructuring_id: UUID = Field(foreign_key="restructuring.id", primary_key=True)
    n: int = Field(primary_key=True)
    document: Any = Field(sa_type=JSONB, nullable=False)
    ids: Any = Field(sa_type=JSONB, nullable=False)
    effective_on: date | None = None
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)


class RestructuringOrganization(SQLModel, table=True):
    """An organization that a revision concerns: by these it is found, and by who has them in reach it is seen.

    It names them; once applied, also those that it began, and those from under which it took others, whose offices
    would else lose sight of what they sent away. `changes`: it is not only a place to go to or to come from.
    """

    __tablename__ = "restructuring_organization"
    __table_args__ = (
        ForeignKeyConstraint(
            ["restructuring_id", "n"],
            ["restructuring_revision.restructuring_id", "restructuring_revision.n"],
        ),
        Index("ix_restructuring_organization_organization_id", "organization_id"),
    )

    restructuring_id: UUID = Field(primary_key=True)
    n: int = Field(primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", primary_key=True)
    changes: bool


class RestructuringTakenStep(SQLModel, table=True):
    """A step that was taken: by whom, about which revision and digest, to which state it led.

    `ends`: the organizations whose committees' word it asks for (a submission) or brings. Who agrees to a document is
    not who proposed it, and who annuls not who proposed to (`proposer_id`: the proposer of what the step agrees to).
    """

    __tablename__ = "restructuring_step"
    __table_args__ = (
        CheckConstraint(f"step NOT IN ({_BY_ANOTHER}) OR actor_id <> proposer_id", name="two_actors"),
        one_of("step", RestructuringStep),
        one_of("state", RestructuringState),
        CheckConstraint("digest IS NULL OR digest ~ '^[0-9a-f]{64}$'", name="digest_form"),
        Index("ix_restructuring_step_operation_id", "operation_id"),
    )

    restructuring_id: UUID = Field(foreign_key="restructuring.id", primary_key=True)
    n: int = Field(primary_key=True)
    step: str
    state: str
    revision: int
    actor_id: UUID = Field(foreign_key="actor.id", nullable=False)
    proposer_id: UUID = Field(foreign_key="actor.id", nullable=False)
    ends: Any = Field(sa_type=JSONB, nullable=False, sa_column_kwargs={"server_default": text("'[]'")})
    digest: str | None = None
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)


class RestructuringPreview(SQLModel, table=True):
    """What a revision would do, as it was worked out at an instant; kept for a day. Not logged: it can be made anew."""

    __tablename__ = "restructuring_preview"
    __table_args__ = (
        Index("ix_restructuring_preview_restructuring_id", "restructuring_id"),
        Index("ix_restructuring_preview_made_at", "made_at"),
        {"prefixes": ["UNLOGGED"]},
    )

    id: UUID = Field(primary_key=True)
    restructuring_id: UUID
    revision: int
    digest: str
    actor_id: UUID
    made_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("clock_timestamp()")}
    )
    known_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    summary: Any = Field(sa_type=JSONB, nullable=False)


class RestructuringPreviewRow(SQLModel, table=True):
    """One thing that would change or travel along."""

    __tablename__ = "restructuring_preview_row"
    __table_args__ = (
        Index("ix_restructuring_preview_row_kind", "preview_id", "thing", "n", unique=True),
        {"prefixes": ["UNLOGGED"]},
    )

    n: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    preview_id: UUID
    thing: str
    effect: str
    id: UUID
    organization_id: UUID | None = None
    from_id: UUID | None = None
    to_id: UUID | None = None
    detail: Any = Field(default=None, sa_type=JSONB, nullable=True)
