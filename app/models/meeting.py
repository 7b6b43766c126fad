"""Meetings of cells and committees: the tables, and beneath them what the API takes."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field as Bounds
from pydantic import model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field

from app.domain.meetings import (
    AbsenceReason,
    MeetingBody,
    MeetingKind,
    NotHeldReason,
    ResolutionShare,
    last_day,
    near,
)
from app.domain.operation import Bulk
from app.models.ballot import Voters
from app.models.correction import Correction
from app.models.fact import Fact, believed_once, clean_text, of_operation, one_of, sound_period
from app.models.operation import DecisionPaper
from app.models.scalars import CLEAN, Day, Id, Month, Note, Shape

_BODY_AND_MONTH = "organization_id::text || chr(10) || body || chr(10) || (month - '1900-01-01'::date)::text"

MOST_ABSENCES = 500
MOST_RESOLUTIONS = 50


class Meeting(Fact, table=True):
    """A meeting; `valid` is its day, or the last day of its month where it was not held.

    A body has one regular meeting a month, on whatever day.
    """

    KEY = ("meeting_id",)
    __tablename__ = "meeting"
    __table_args__ = (
        believed_once("meeting", "meeting_id"),
        # By hashes as in `believed_once`, so that no read goes by this index.
        ExcludeConstraint(
            *((text(f"hashtextextended({_BODY_AND_MONTH}, {seed})"), "=") for seed in (0, 1)),
            name="ex_meeting_one_regular",
            using="gist",
            where=text("superseded_by IS NULL AND kind = 'regular'"),
            deferrable=True,
            initially="IMMEDIATE",
        ),
        sound_period(),
        CheckConstraint("upper(valid) = lower(valid) + 1", name="of_one_day"),
        one_of("body", MeetingBody),
        one_of("kind", MeetingKind),
        one_of("not_held_reason", NotHeldReason),
        CheckConstraint("(body = 'committee') = (committee_id IS NOT NULL)", name="committee_of_a_committee"),
        CheckConstraint("not_held_reason IS NULL OR kind = 'regular'", name="regular_if_not_held"),
        CheckConstraint("extract(day FROM month) = 1", name="month_by_first_day"),
        Index("ix_meeting_meeting_id", "meeting_id"),
        Index("ix_meeting_organization_id", "organization_id", "month"),
        *of_operation("meeting"),
    )

    meeting_id: UUID
    organization_id: UUID = Field(foreign_key="organization.id")
    body: str
    committee_id: UUID | None = None
    kind: str
    month: date
    not_held_reason: str | None = None


class Absence(Fact, table=True):
    """Someone on the roll who did not come to a meeting; `valid` is the meeting's day."""

    KEY = ("meeting_id", "member_id")
    __tablename__ = "absence"
    __table_args__ = (
        believed_once("absence", "meeting_id", "member_id"),
        sound_period(),
        CheckConstraint("upper(valid) = lower(valid) + 1", name="of_one_day"),
        one_of("reason", AbsenceReason),
        Index("ix_absence_meeting_id", "meeting_id"),
        Index("ix_absence_member_id", "member_id"),
        *of_operation("absence"),
    )

    meeting_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    reason: str


class Resolution(Fact, table=True):
    """What a meeting resolved, in the order of its minutes, with the base as it was counted then."""

    KEY = ("meeting_id", "number")
    __tablename__ = "resolution"
    __table_args__ = (
        believed_once("resolution", "meeting_id", "number"),
        sound_period(),
        CheckConstraint("upper(valid) = lower(valid) + 1", name="of_one_day"),
        clean_text("title", 300),
        one_of("share", ResolutionShare),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_RESOLUTIONS}", name="number_bounded"),
        CheckConstraint("summoned BETWEEN 1 AND 30000", name="summoned_counted"),
        CheckConstraint("in_favour BETWEEN 0 AND summoned", name="in_favour_counted"),
        Index("ix_resolution_meeting_id", "meeting_id"),
        *of_operation("resolution"),
    )

    meeting_id: UUID
    number: int = Field(sa_type=SmallInteger)
    title: str
    share: str
    summoned: int = Field(sa_type=SmallInteger)
    left_out: Any = Field(sa_type=JSONB, nullable=False)
    in_favour: int = Field(sa_type=SmallInteger)


Title = Annotated[
    str, Bounds(min_length=1, max_length=300, description="What it is about; no personal data."), CLEAN
]


class AbsenceNew(Shape):
    """Someone on the roll who did not come. The present are not typed."""

    member_id: Id
    reason: AbsenceReason


class ResolutionNew(Shape):
    """What the meeting resolved. Of how many is not typed: it follows from the roll and the absences (R-VOTE-2)."""

    title: Title
    share: ResolutionShare = ResolutionShare.SIMPLE_MAJORITY
    in_favour: Voters


Absences = Annotated[list[AbsenceNew], Bounds(max_length=MOST_ABSENCES)]
Resolutions = Annotated[
    list[ResolutionNew], Bounds(max_length=MOST_RESOLUTIONS, description="In the order of the minutes.")
]


class MeetingNew(Shape):
    """A meeting that was held (`held_on`), or the regular one of a month that was not (`not_held_reason`)."""

    organization_id: Id
    body: MeetingBody = Bounds(
        description="The members of a cell, or the executive committee in office that day."
    )
    kind: MeetingKind = MeetingKind.REGULAR
    month: Month = Bounds(description="The month it is for; it may be held in the one before or after.")
    held_on: Day | None = None
    not_held_reason: NotHeldReason | None = None
    absences: Absences = Bounds(default=[])
    resolutions: Resolutions = Bounds(default=[])

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if fault := self.fault():
            raise fault
        return self

    def fault(self) -> PydanticCustomError | None:
        """What in it contradicts the rest of it."""
        if (self.held_on is None) == (self.not_held_reason is None):
            return PydanticCustomError("held_or_not", "needs either the day or the reason")
        if self.held_on is None and (
            self.absences or self.resolutions or self.kind is not MeetingKind.REGULAR
        ):
            return PydanticCustomError("not_held_has_nothing", "was not held and so has nothing else")
        if self.held_on is not None and not near(self.month, self.held_on):
            return PydanticCustomError("month_far_from_day", "is of a month far from its day")
        if self.kind is MeetingKind.CONGRESS and self.body is not MeetingBody.CELL:
            return PydanticCustomError("congress_of_a_committee", "is no meeting of a committee")
        if len({one.member_id for one in self.absences}) < len(self.absences):
            return PydanticCustomError("member_repeated", "names a member twice")
        return None

    @property
    def day(self) -> date:
        """The day it was held, or the last of its month."""
        return self.held_on or last_day(self.month)


class MeetingsNew(Shape):
    """Meetings to record in one act."""

    meetings: list[MeetingNew] = Bounds(min_length=1, max_length=200)
    bulk: Bulk = Bulk.ALL_OR_NOTHING
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class MeetingValue(Shape):
    """What should have been recorded; a field left out as it is, a list given as a whole. None can be null."""

    kind: MeetingKind | None = None
    month: Month | None = None
    held_on: Day | None = Bounds(
        default=None, description="Another day: also of one that had been said not held."
    )
    not_held_reason: NotHeldReason | None = Bounds(
        default=None, description="Of a meeting that was said to be held: it was not."
    )
    absences: Absences | None = None
    resolutions: Resolutions | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.held_on is not None and self.not_held_reason is not None:
            raise PydanticCustomError("held_or_not", "needs either the day or the reason")
        return self


class MeetingCorrection(Correction):
    """Corrects a meeting with all that was recorded of it, or strikes it out; `period` is its day.

    Bases are counted anew from the roll and the absences as they are believed now.
    """

    value: MeetingValue | None
