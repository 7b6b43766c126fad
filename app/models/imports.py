"""Imports: what file came, what was asked of it, what became of it, and every error found in it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.domain.imports import ImportMode, ImportState
from app.models.fact import one_of


class Import(SQLModel, table=True):
    """One file, read whole: applied whole or not at all."""

    __tablename__ = "import"
    __table_args__ = (
        one_of("mode", ImportMode),
        one_of("state", ImportState),
        Index("ix_import_started_at", "started_at"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    mode: str
    state: str
    actor_id: UUID = Field(foreign_key="actor.id")
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    parameters: Any = Field(sa_type=JSONB, nullable=False)
    effective_on: date | None = None
    sha256: bytes
    rows: int
    counts: Any = Field(sa_type=JSONB, nullable=False)
    errors: int
    operation_id: UUID | None = Field(default=None, foreign_key="operation.id")
    started_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class ImportError(SQLModel, table=True):
    """One error: the row (the first below the header is 1), the column, the code; never the cell's content."""

    __tablename__ = "import_error"

    import_id: UUID = Field(foreign_key="import.id", primary_key=True)
    number: int = Field(primary_key=True)
    row: int
    column: str | None = None
    code: str
    facts: Any = Field(sa_type=JSONB, nullable=False)
