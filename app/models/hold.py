"""Holds of members: dated, each with its paper."""

from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index
from sqlmodel import Field

from app.domain.holds import HoldGround
from app.models.access import PermittedAction
from app.models.correction import Correction, PeriodShape
from app.models.fact import Fact, believed_once, of_operation, one_of, sound_period
from app.models.finding import FindingRead
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.scalars import Day, Id, KnownAt, Note, PersonName, Shape, Version


class Hold(Fact, table=True):
    """Proceedings about a member, over a period; several can run at once."""

    KEY = ("hold_id",)
    __tablename__ = "hold"
    __table_args__ = (
        believed_once("hold", "hold_id"),
        sound_period(),
        one_of("ground", HoldGround),
        Index("ix_hold_hold_id", "hold_id"),
        Index("ix_hold_member_id", "member_id"),
        *of_operation("hold"),
    )

    hold_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    ground: str


class HoldNew(Shape):
    """Proceedings about a member, from a day on, with the paper that opens them."""

    member_id: Id
    ground: HoldGround
    valid: PeriodShape
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(min_length=1, max_length=10)


class HoldItem(Shape):
    """Proceedings as lists show them."""

    id: Id
    member_id: Id
    full_name: PersonName | None = Bounds(
        description="On the day asked about; null where not on record then."
    )
    ground: HoldGround
    periods: list[PeriodShape] = Bounds(
        max_length=100,
        description="When they run; more than one where a part was struck out, none where all was.",
    )
    version: Version = Bounds(description="How many operations made, ended or corrected it.")


class HoldPage(Page[HoldItem]):
    """One page of holds."""


class HoldRead(HoldItem):
    """One hold."""

    findings: list[FindingRead] = Bounds(
        max_length=1000, description="The steps of transfers that were taken although it ran (R-TR-1)."
    )
    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class HoldEnding(Shape):
    """Ends proceedings: `ended_on` is the first day on which they no longer run."""

    ended_on: Day
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class HoldCorrection(Correction):
    """Strikes proceedings out over a period: they were recorded in error."""
