"""Jobs: the table of what waits or runs, and what the API gives of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.domain.jobs import JobKind, JobPhase, JobState
from app.models.fact import one_of
from app.models.scalars import Count, Id, Instant, Shape


class Job(SQLModel, table=True):
    """An act that is carried out after its request was answered, in one transaction that also ends the job.

    Who asked for it acts in it; `argument` is what the request named. While it runs, its process holds its turn: a job
    whose process died is begun again, at most so often as `MOST_ATTEMPTS` says.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("kind", JobKind),
        one_of("phase", JobPhase),
        CheckConstraint("attempts BETWEEN 0 AND 100", name="attempts_bounded"),
        Index("uq_job_subject", "subject_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_job_waiting", "id", postgresql_where=text("ended_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    subject_id: UUID
    actor_id: UUID = Field(foreign_key="actor.id")
    argument: str
    language: str
    request_id: str | None = None
    asked_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("clock_timestamp()")}
    )
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    phase: str | None = None
    done: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    total: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    problem: Any = Field(default=None, sa_type=JSONB, nullable=True)


class JobRead(Shape):
    """An act that is carried out after its request was answered."""

    id: Id
    kind: JobKind
    subject_id: Id = Bounds(description="What it is about: the restructuring.")
    state: JobState
    phase: JobPhase | None
    done: Count = Bounds(description="Parts of the work that are done, of `total`.")
    total: Count
    asked_at: Instant
    ended_at: Instant | None = Bounds(description="Null until it has ended.")
    problem: dict[str, Any] | None = Bounds(
        description="Why it failed: the problem document it would have been; to others than who asked for it, in short."
    )
