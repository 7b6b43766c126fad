"""Notices of other systems: the tables, and beneath them what the API takes and gives."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlmodel import Field, SQLModel

from app.domain.matching import MatchOutcome
from app.domain.notices import NoticeKind, NoticeState
from app.models.access import PermittedAction
from app.models.fact import clean_text, one_of
from app.models.member import AS_FAR_AS_KNOWN, Number
from app.models.operation import ActorName
from app.models.page import Page
from app.models.scalars import (
    ClosedAt,
    Day,
    Id,
    Key,
    KnownAt,
    Name,
    Note,
    PersonName,
    PossibleDay,
    RecordedAt,
    Shape,
    System,
    Version,
)
from app.models.step import OpenStep


class Notice(SQLModel, table=True):
    """What another system said, for the organization whose system it is; never altered. It names nobody."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("organization_id", "system", "external_id", name="uq_notice_external_id"),
        one_of("kind", NoticeKind),
        clean_text("system", 60),
        clean_text("external_id", 120),
        Index("ix_notice_operation_id", "operation_id"),
    )

    id: UUID = Field(primary_key=True)
    operation_id: UUID = Field(foreign_key="operation.id")
    organization_id: UUID = Field(foreign_key="organization.id")
    system: str
    external_id: str
    kind: str
    happened_on: date
    due_on: date | None = None
    note: str | None = None


class NoticePerson(SQLModel, table=True):
    """Who a notice says it is about, where that was surely nobody: kept until it is closed, then deleted."""

    __tablename__ = "notice_person"
    __table_args__ = (
        clean_text("external_id", 120),
        clean_text("full_name", 100),
        clean_text("number", 40),
    )

    notice_id: UUID = Field(primary_key=True, foreign_key="notice.id")
    external_id: str | None = None
    full_name: str | None = None
    birth_date: Any = Field(default=None, sa_type=DATERANGE, nullable=True)
    number: str | None = None
    cell_id: UUID | None = None


class NoticeMatch(SQLModel, table=True):
    """Whom a notice means, as the register found or a person said; the latest holds."""

    __tablename__ = "notice_match"
    __table_args__ = (
        Index("ix_notice_match_notice_id", "notice_id"),
        Index("ix_notice_match_member_id", "member_id"),
        Index("ix_notice_match_operation_id", "operation_id"),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    notice_id: UUID = Field(foreign_key="notice.id")
    member_id: UUID = Field(foreign_key="member.id")
    operation_id: UUID = Field(foreign_key="operation.id")


class NoticeClosing(SQLModel, table=True):
    """How a notice ended, once: settled by a recorded act, or dismissed."""

    __tablename__ = "notice_closing"
    __table_args__ = (
        CheckConstraint("state IN ('settled', 'dismissed')", name="state_known"),
        CheckConstraint("(state = 'settled') = (settled_by IS NOT NULL)", name="settled_by_an_act"),
        Index("ix_notice_closing_operation_id", "operation_id"),
    )

    notice_id: UUID = Field(primary_key=True, foreign_key="notice.id")
    state: str
    settled_by: UUID | None = Field(default=None, foreign_key="operation.id")
    operation_id: UUID = Field(foreign_key="operation.id")


class NoticeAbout(Shape):
    """Who a notice is about: the id in the sending system, a name or a number at least."""

    external_id: Key | None = Bounds(
        default=None, description="By which the sending system knows the person."
    )
    full_name: PersonName | None = Bounds(
        default=None, description="Compared without regard to accents or case."
    )
    birth_date: PossibleDay | None = Bounds(default=None, description=AS_FAR_AS_KNOWN)
    number: Number | None = Bounds(default=None, description="The whole number of any paper.")
    cell_id: Id | None = Bounds(default=None, description="The cell, where the system knows it.")


class NoticeNew(Shape):
    """One notice."""

    external_id: Key = Bounds(description="The system's own id of the notice: sent again it is the same one.")
    kind: NoticeKind
    happened_on: Day
    about: NoticeAbout
    note: Note | None = Bounds(default=None, description="Is kept: no particulars of the person.")


class NoticesNew(Shape):
    """Notices of one system."""

    system: System
    organization_id: Id | None = Bounds(
        default=None,
        description="Whose system it is: it sees what matched nobody. Of a machine client, its own by default.",
    )
    notices: list[NoticeNew] = Bounds(min_length=1, max_length=200)


class NoticeItem(Shape):
    """A notice as lists show it."""

    id: Id
    system: System
    external_id: Key
    kind: NoticeKind
    happened_on: Day
    organization_id: Id = Bounds(description="Whose system sent it.")
    organization_name: Name | None = Bounds(description="Of today.")
    state: NoticeState
    member_id: Id | None = Bounds(description="Whom it means, once that is known.")
    full_name: PersonName | None = Bounds(
        description="Of the member, of today; until that is known as it was sent."
    )
    due_on: Day | None = Bounds(
        description="The last day of the limit; null where the calendar of those years is not recorded."
    )
    overdue: bool = Bounds(description="It still waits and its limit has passed.")
    note: Note | None
    received_at: RecordedAt
    version: Version


class NoticePage(Page[NoticeItem]):
    """One page of notices."""


class NoticeResult(Shape):
    """What became of one notice that was sent."""

    notice: NoticeItem
    known: bool = Bounds(description="It had been sent before: nothing was written.")
    outcome: Literal[MatchOutcome.SURE, MatchOutcome.CANDIDATES, MatchOutcome.NONE] | None = Bounds(
        description="Whom it means within the sender's reach; null where it was known."
    )


class NoticeResults(Shape):
    """What became of each notice, in the order of the request."""

    items: list[NoticeResult] = Bounds(max_length=200)


class NoticePersonRead(Shape):
    """Who it is about, as it was sent; the number and, for who may not see it, the birth date masked."""

    external_id: Key | None
    full_name: PersonName | None
    birth_date: PossibleDay | None
    birth_date_masked: bool
    number: str | None = Bounds(max_length=40, examples=["*********234"])
    cell_id: Id | None


class NoticeRead(NoticeItem):
    """One notice."""

    about: NoticePersonRead | None = Bounds(
        description="Kept only where it matched nobody surely, and until the notice is settled or dismissed."
    )
    sent_by: ActorName
    matched_by: ActorName | None = Bounds(
        description="Who said whom it means; null where nobody is named yet."
    )
    closed_by: ActorName | None
    closed_at: ClosedAt
    closing_reason: Note | None
    settled_by: Id | None = Bounds(description="The operation that settled it.")
    steps: list[OpenStep] = Bounds(max_length=20, description="The steps there are, as it stands now.")
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class NoticeMatching(Shape):
    """Says whom a notice means."""

    member_id: Id
    reason: Note | None = None


class NoticeSettlement(Shape):
    """Names the recorded act that settles a notice: one about the member, recorded after the notice came or saying
    something from its day on."""

    operation_id: Id
    reason: Note | None = None


class NoticeDismissal(Shape):
    """Dismisses a notice: nothing is to be done."""

    reason: Note
