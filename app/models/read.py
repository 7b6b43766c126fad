"""The record of reads: who was shown which members' data, by which question, when. It holds no personal value."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import ARRAY, CheckConstraint, DateTime, Index, String, text
from sqlmodel import Field, SQLModel

from app.domain.masking import ProtectedField, ReadPurpose
from app.models.fact import one_of
from app.models.operation import ActorName
from app.models.page import Page
from app.models.scalars import Count, Day, Id, Instant, Shape

_ONE_OR_MANY = "(member_id IS NULL) = (query_hash IS NOT NULL) AND (member_id IS NULL) = (count IS NOT NULL)"


class RecordedRead(SQLModel, table=True):
    """One answer that showed members: of one (`member_id`), or of several (a hash of the question, a count).

    The actor need not be on record: who holds nothing can ask as well, and is shown nobody. Nothing is referenced:
    a foreign key would lock the member's row with every read.
    """

    __tablename__ = "recorded_read"
    __table_args__ = (
        CheckConstraint(_ONE_OR_MANY, name="one_or_many"),
        one_of("purpose", ReadPurpose),
        Index("ix_recorded_read_actor_id", "actor_id", "read_at"),
        Index(
            "ix_recorded_read_member_id",
            "member_id",
            "read_at",
            postgresql_where=text("member_id IS NOT NULL"),
        ),
    )

    read_at: datetime = Field(
        primary_key=True,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    id: UUID = Field(primary_key=True)
    actor_id: UUID
    route: str
    request_id: str | None = None
    member_id: UUID | None = None
    fields: Any = Field(sa_type=ARRAY(String), nullable=False)
    purpose: str | None = None
    query_hash: bytes | None = None
    count: int | None = None
    file: str | None = None


class ReadItem(Shape):
    """One answer that showed members' data to someone."""

    id: Id
    read_at: Instant
    actor: ActorName
    route: str = Bounds(max_length=60, description="The `operationId` of the question.")
    request_id: str | None = Bounds(max_length=64)
    member_id: Id | None = Bounds(description="The one member shown; null for lists.")
    fields: list[ProtectedField] = Bounds(
        max_length=10,
        description="The protected fields shown whole; the others were masked.",
    )
    purpose: ReadPurpose | None = Bounds(description="For what whole values were asked.")
    query_hash: str | None = Bounds(
        max_length=32,
        description="Of lists: equal for equal questions, whoever asks and whatever page.",
    )
    count: Count | None = Bounds(description="Of lists: how many members the answer showed.")
    file: Literal["ndjson", "csv", "xlsx"] | None = Bounds(description="Of whole lists: the format.")


class ReadPage(Page[ReadItem]):
    """One page of the record of reads."""


class ReadAlertItem(Shape):
    """A span of time in which someone was shown more members one by one than the policy lets pass."""

    actor: ActorName
    began_at: Instant
    ended_at: Instant = Bounds(description="Not part of the span.")
    persons: Count = Bounds(description="How many different members within reach, each shown singly.")
    reads: Count = Bounds(description="In how many answers.")
    allowed: Count = Bounds(description="How many are no alert yet, by the policy of the day.")


class ReadAlertPage(Page[ReadAlertItem]):
    """One page of alerts."""


class Unmasking(Shape):
    """Which values of a member to show whole, and for what."""

    fields: list[ProtectedField] = Bounds(min_length=1, max_length=10)
    purpose: ReadPurpose


class UnmaskedField(Shape):
    """A value as it is recorded."""

    field: ProtectedField
    value: Annotated[str, Bounds(max_length=300)] | None = Bounds(description="Null: none is recorded.")


class UnmaskedMember(Shape):
    """The whole values asked for, on the day asked about."""

    id: Id
    fields: list[UnmaskedField] = Bounds(max_length=10, description="In the order of the request.")
    on: Day
    known_at: Instant
